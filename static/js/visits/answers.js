// An answer between the text of a field, the value that the portal keeps, and the words in which it is read.
export const NOT_APPLICABLE = "不适用";

// Return the words of a value, by the kind of its item.
export function shown(item, value) {
  if (isBlank(value)) return "（空）";
  if (value === true) return "是";
  if (value === false) return "否";
  if (item.type === "money" && Number.isInteger(value)) return `${(value / 100).toFixed(2)} 元`;
  if (Array.isArray(value)) {
    return value.map((each) => (typeof each === "object" ? Object.values(each).map(String).join("，") : each)).join("；");
  }
  return item.unit ? `${value} ${item.unit}` : String(value);
}

// Return the value of what is typed, null of nothing. What cannot be read stays as it was typed, and the portal says at the end
// what is wrong with it. Money is kept in cents.
export function valueOf(item, typed) {
  const text = typed.trim();
  if (!text) return null;
  if (item.type === "whole" && /^\d{1,12}$/.test(text)) return Number(text);
  const [, units, cents = ""] = (item.type === "money" && /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(text)) || [];
  return units ? Number(units) * 100 + Number(cents.padEnd(2, "0")) : text;
}

// Return the text of a value as it stands in its field.
export function textOf(item, value) {
  if (isBlank(value)) return "";
  return item.type === "money" && Number.isInteger(value) ? String(value / 100) : String(value);
}

// Return the value of a table: its rows in which anything is answered, null of none.
export function tableValue(rows) {
  const answered = rows.filter((row) => Object.keys(row).length);
  return answered.length ? answered : null;
}

// Return the options that are chosen, in the order of the question and not of the choosing; null of none.
export function chosenValue(options, chosen) {
  const value = options.filter((option) => chosen.has(option));
  return value.length ? value : null;
}

// "No" and "not applicable" have to be explained.
export function mustExplain(value) {
  return value === false || value === NOT_APPLICABLE;
}

function isBlank(value) {
  return value === null || value === undefined || value === "";
}
