// The fields of a form, by name: what they hold, what that is in words, and putting values back.
import { tableRowOf } from "./saving.js";

const MOST_ROWS = 50;

export class Fields {
  constructor(form) {
    this.form = form;
  }

  of(name) {
    return [...this.form.elements].filter((field) => field.name === name && field.type !== "hidden");
  }

  valuesOf(name) {
    return this.of(name).filter((field) => !isTickable(field) || field.checked).map((field) => field.value);
  }

  wordsOf(name, values) {
    const fields = this.of(name).filter((field) => values.includes(field.value));
    if (fields.length && isTickable(fields[0])) return fields.map((field) => field.labels[0].textContent.trim()).join("、");
    return values.join("").trim() || "空";
  }

  labelOf(name) {
    const label = this.of(name)[0]?.closest(".answer-line")?.querySelector(".form-label");
    return label ? label.firstChild.textContent.trim() : "";
  }

  // Fill in the field, adding rows to its table where it needs them. Answers whether the page has such a field.
  put(name, values) {
    this.#makeRoom(name);
    const fields = this.of(name);
    fields.forEach((field) => {
      if (isTickable(field)) field.checked = values.includes(field.value);
      else [field.value] = values;
      const correction = field.closest("details");
      if (correction) correction.open = true;
    });
    return fields.length > 0;
  }

  #makeRoom(name) {
    const row = tableRowOf(name);
    const add = row && document.getElementById(`item-${row.code}`)?.querySelector("[data-add-row]");
    while (add && !add.hidden && !this.of(name).length && row.place < MOST_ROWS) add.click();
  }
}

export function isTickable(field) {
  return field.type === "radio" || field.type === "checkbox";
}
