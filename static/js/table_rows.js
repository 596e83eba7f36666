// [data-table-rows=most]: its button adds one more blank row after the last, up to `most`; names and ids count on. A table that
// is drawn later says so with a "drawn" event.
(() => {
  const attach = (table) => {
    if (table.dataset.hasRows) return;
    table.dataset.hasRows = "yes";
    const button = table.querySelector("[data-add-row]");
    const rows = () => table.querySelectorAll("[data-table-row]");
    const most = Number(table.dataset.tableRows);
    const show = () => { button.hidden = rows().length >= most; };
    button.addEventListener("click", () => {
      const all = rows();
      const last = all[all.length - 1];
      const row = last.cloneNode(true);
      const renumber = (text) => text.replace(`-${all.length - 1}-`, `-${all.length}-`);
      row.setAttribute("aria-label", `第 ${all.length + 1} 行`);
      row.querySelectorAll("input, select, textarea").forEach((field) => {
        field.name = renumber(field.name);
        field.id = renumber(field.id);
        field.value = "";
      });
      row.querySelectorAll("label").forEach((label) => { label.htmlFor = renumber(label.htmlFor); });
      last.after(row);
      row.querySelector("input, select, textarea").focus();
      show();
    });
    show();
  };
  const attachAll = (root) => root.querySelectorAll("[data-table-rows]").forEach(attach);
  attachAll(document);
  document.addEventListener("drawn", (event) => attachAll(event.target));
})();
