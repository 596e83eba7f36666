// [data-table-rows=most]: its button adds one more blank row after the last, up to `most`; names and ids count on. A table that
// is drawn later says so with a "drawn" event.
export function attachTableRows(root) {
  root.querySelectorAll("[data-table-rows]").forEach(attachTable);
  root.addEventListener("drawn", (event) => event.target.querySelectorAll("[data-table-rows]").forEach(attachTable));
}

// Return a field's name or id as it is in the row at `place`, from the one in the row before.
export function numberedAt(place, text) {
  return text.replace(`-${place - 1}-`, `-${place}-`);
}

function attachTable(table) {
  if (table.dataset.hasRows) return;
  table.dataset.hasRows = "yes";
  const button = table.querySelector("[data-add-row]");
  const rows = () => table.querySelectorAll("[data-table-row]");
  const most = Number(table.dataset.tableRows);
  const show = () => { button.hidden = rows().length >= most; };
  button.addEventListener("click", () => {
    const last = [...rows()].at(-1);
    const row = blankRow(last, rows().length);
    last.after(row);
    row.querySelector("input, select, textarea").focus();
    show();
  });
  show();
}

function blankRow(last, place) {
  const row = last.cloneNode(true);
  row.setAttribute("aria-label", `第 ${place + 1} 行`);
  row.querySelectorAll("input, select, textarea").forEach((field) => {
    field.name = numberedAt(place, field.name);
    field.id = numberedAt(place, field.id);
    field.value = "";
  });
  row.querySelectorAll("label").forEach((label) => { label.htmlFor = numberedAt(place, label.htmlFor); });
  return row;
}
