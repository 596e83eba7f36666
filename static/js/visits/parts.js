// What the visit page is built of: elements from plain words, never from markup.
window.visits = window.visits || {};
visits.el = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => {
    if (value === false || value === null || value === undefined) return;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "checked" || name === "value" || name === "selected") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  });
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
};
visits.icon = (name) => visits.el("i", { class: `bi bi-${name}`, "aria-hidden": "true" });
visits.status = (tone, icon, words) => visits.el("span", { class: `status status-${tone}` }, visits.icon(icon), words);
// An answer as it is read, by the kind of its item.
visits.shown = (item, value) => {
  if (value === null || value === undefined || value === "") return "（空）";
  if (value === true) return "是";
  if (value === false) return "否";
  if (item.type === "money" && Number.isInteger(value)) return `${(value / 100).toFixed(2)} 元`;
  if (Array.isArray(value)) {
    return value.map((each) => (typeof each === "object" ? Object.values(each).map(String).join("，") : each)).join("；");
  }
  return item.unit ? `${value} ${item.unit}` : String(value);
};
