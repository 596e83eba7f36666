// What the visit page is built of: elements from plain words, never from markup.
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => {
    if (value === false || value === null || value === undefined) return;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "checked" || name === "value" || name === "selected") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  });
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function icon(name) {
  return el("i", { class: `bi bi-${name}`, "aria-hidden": "true" });
}

export function badge(tone, iconName, words) {
  return el("span", { class: `status status-${tone}` }, icon(iconName), words);
}
