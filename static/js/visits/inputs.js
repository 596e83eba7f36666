// One field by the kind of its item. `tell(value, isTyping)` is called with the answer as the portal keeps it.
import { NOT_APPLICABLE, chosenValue, tableValue, textOf, valueOf } from "./answers.js";
import { el } from "./elements.js";

// Return the field of an item, null of a kind that has none. `label` is the id of the element that names it.
export function field(item, id, label, value, tell) {
  if (item.type === "yes_no") {
    const choices = [[true, "是"], [false, "否"], ...(item.isCell ? [] : [[NOT_APPLICABLE, NOT_APPLICABLE]])];
    return group(label, "is-yes-no", options(id, "radio", choices, (choice) => choice === value, tell));
  }
  if (item.type === "choice") {
    return group(label, "", options(id, "radio", worded(item.options), (choice) => choice === value, tell));
  }
  if (item.type === "choices") return choicesField(item, id, label, value, tell);
  if (item.type === "table") return tableField(item, id, value, tell);
  return item.type === "attachment" ? null : textField(item, id, label, value, tell);
}

function worded(words) {
  return words.map((each) => [each, each]);
}

function group(label, extra, children) {
  return el("div", { class: `answer-choices ${extra}`, role: "group", "aria-labelledby": label }, ...children);
}

function options(id, kind, choices, isChosen, choose) {
  return choices.flatMap(([value, words], place) => [
    el("input", {
      class: "btn-check", type: kind, name: id, id: `${id}-${place}`, checked: isChosen(value),
      onchange: (event) => (kind === "radio" ? choose(value) : choose(value, event.target.checked)),
    }),
    el("label", { class: "btn btn-plain", for: `${id}-${place}` }, words),
  ]);
}

function choicesField(item, id, label, value, tell) {
  const chosen = new Set(Array.isArray(value) ? value : []);
  const choose = (choice, isOn) => {
    if (isOn) chosen.add(choice);
    else chosen.delete(choice);
    tell(chosenValue(item.options, chosen));
  };
  return group(label, "", options(id, "checkbox", worded(item.options), (choice) => chosen.has(choice), choose));
}

function textField(item, id, label, value, tell) {
  const isLong = item.type === "long_text";
  const input = el(isLong ? "textarea" : "input", {
    class: "form-control",
    id,
    "aria-labelledby": label,
    rows: isLong && 3,
    type: !isLong && (item.type === "date" ? "date" : "text"),
    inputmode: { whole: "numeric", money: "decimal" }[item.type],
    maxlength: item.max_length || (isLong ? 2000 : 100),
    autocomplete: "off",
    value: textOf(item, value),
    oninput: (event) => tell(valueOf(item, event.target.value), true),
  });
  const unit = item.unit || (item.type === "money" ? "元" : "");
  return unit ? el("div", { class: "answer-input" }, input, el("span", {}, unit)) : input;
}

function tableField(item, id, value, tell) {
  const rows = Array.isArray(value) ? value.map((row) => ({ ...row })) : [];
  const box = el("div");
  const cell = (row, place, column) => {
    const cellId = `${id}-${place}-${column.code}`;
    const tellCell = (answer) => {
      if (answer === null) delete row[column.code];
      else row[column.code] = answer;
      tell(tableValue(rows), true);
    };
    return el("div", { class: "cell" },
      el("span", { class: "form-label", id: `label-${cellId}` }, column.label),
      field({ ...column, isCell: true }, cellId, `label-${cellId}`, row[column.code] ?? null, tellCell));
  };
  const draw = () => {
    box.replaceChildren(
      ...rows.map((row, place) => el("div", { class: "cell-row" }, item.columns.map((column) => cell(row, place, column)))),
      el("button", { class: "btn btn-plain", type: "button", onclick: () => { rows.push({}); draw(); } }, "添加一行"),
    );
  };
  draw();
  return box;
}
