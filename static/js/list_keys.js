// A list (`table[data-rows]`): a click on a row opens its first link, j and k choose a row, Enter opens it.
(() => {
  const table = document.querySelector("table[data-rows]");
  if (!table) return;
  const linkOf = (row) => row.querySelector("a[href]");
  const rows = [...table.tBodies[0].rows].filter(linkOf);
  let chosen = -1;
  const choose = (next) => {
    if (next < 0 || next >= rows.length) return;
    rows[chosen]?.classList.remove("is-chosen");
    chosen = next;
    rows[chosen].classList.add("is-chosen");
    linkOf(rows[chosen]).focus({ preventScroll: true });
    rows[chosen].scrollIntoView({ block: "nearest" });
  };
  rows.forEach((row) => {
    row.setAttribute("data-row-link", "");
    row.addEventListener("click", (event) => {
      if (event.target.closest("a, button, input, label, select, summary, form")) return;
      if (window.getSelection().toString()) return;
      linkOf(row).click();
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable], summary")) return;
    if (event.key === "j") choose(chosen + 1);
    if (event.key === "k") choose(chosen - 1);
  });
})();
