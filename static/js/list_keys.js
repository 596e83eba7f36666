// A list (`table[data-rows]`): a click on a row opens its first link, j and k choose a row, Enter opens it.
export function attachListKeys(root) {
  const table = root.querySelector("table[data-rows]");
  if (!table) return;
  const rows = [...table.tBodies[0].rows].filter(linkOf);
  rows.forEach(openByClick);
  let chosen = -1;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable], summary")) return;
    const next = nextRow(event.key, chosen, rows.length);
    if (next === chosen) return;
    rows[chosen]?.classList.remove("is-chosen");
    chosen = next;
    show(rows[chosen]);
  });
}

// Return the place of the row that a key chooses: the chosen one where the key means nothing or the list ends.
export function nextRow(key, chosen, count) {
  const next = chosen + ({ j: 1, k: -1 }[key] ?? 0);
  return next < 0 || next >= count ? chosen : next;
}

function linkOf(row) {
  return row.querySelector("a[href]");
}

function show(row) {
  row.classList.add("is-chosen");
  linkOf(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function openByClick(row) {
  row.setAttribute("data-row-link", "");
  row.addEventListener("click", (event) => {
    if (event.target.closest("a, button, input, label, select, summary, form")) return;
    if (window.getSelection().toString()) return;
    linkOf(row).click();
  });
}
