// The page of a report that is filled in, as its saver sees it: the form's revision and content, the status line, the notice.
import { mergeReport } from "./merge.js";

export class ReportPage {
  #parts;
  #status;
  #notice;
  #seen;

  constructor(form, notice) {
    this.form = form;
    this.#notice = notice;
    this.#parts = form.querySelector("[data-report-parts]");
    this.#status = form.querySelector("[data-save-status]");
    this.#seen = form.elements.namedItem("seen");
  }

  get address() {
    return this.form.action;
  }

  get revision() {
    return this.#seen.value;
  }

  set revision(revision) {
    this.#seen.value = revision;
  }

  body(extra) {
    const body = new FormData(this.form);
    Object.entries(extra).forEach(([name, value]) => body.set(name, value));
    return body;
  }

  // A file goes alone, with what the server must know of the page it comes from.
  fileBody(fill) {
    const body = new FormData();
    ["csrfmiddlewaretoken", "seen", "check"].forEach((name) => body.set(name, this.form.elements.namedItem(name).value));
    fill(body);
    return body;
  }

  merge(html, whole) {
    mergeReport(this.#parts, html, whole);
  }

  show(text, tone = "") {
    this.#status.textContent = text;
    this.#status.className = `save-status ${tone}`;
  }

  // Put a notice above the form, with the buttons of `acts`: "keep", "reload", "drop".
  tell(text, ...acts) {
    this.#notice.querySelector("[data-draft-words]").textContent = text;
    ["keep", "reload", "drop"].forEach((act) => { this.button(act).hidden = !acts.includes(act); });
    this.#notice.hidden = false;
  }

  hideNotice() {
    this.#notice.hidden = true;
  }

  button(act) {
    return this.#notice.querySelector(`[data-draft-${act}]`);
  }
}
