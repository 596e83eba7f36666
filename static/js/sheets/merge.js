// Bring what the server drew of a report into the page in which somebody is typing: what stands against an answer, what is asked
// next, where each section stands. Fields are left alone, and whatever holds the focus.
import { lineAct, mayTakeFeedback, planMerge } from "./merge_plan.js";

// `whole` is the code of a section that is replaced, fields and all.
export function mergeReport(container, html, whole = "") {
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  const navigation = container.querySelector("[data-report-nav]");
  if (!isBusy(navigation)) navigation.replaceWith(fresh.querySelector("[data-report-nav]"));
  const start = container.querySelector("[data-report-nav]");
  const sections = (root) => [...root.querySelectorAll(".answer-section")];
  mergeAll(start, sections(container), sections(fresh), (old, next) => mergeSection(old, next, whole));
}

function isBusy(node) {
  return node.contains(document.activeElement);
}

// Whoever attaches something to parts of a page learns of a part that has come later.
function announce(node) {
  node.dispatchEvent(new CustomEvent("drawn", { bubbles: true }));
}

function replace(old, next) {
  old.replaceWith(next);
  announce(next);
}

function mergeAll(start, before, next, merge) {
  const parts = new Map(before.map((part) => [part.id, part]));
  const drawn = new Map(next.map((part) => [part.id, part]));
  const plan = planMerge([...parts.keys()], [...drawn.keys()], (id) => isBusy(parts.get(id)));
  plan.steps.forEach(({ id, act, after }) => {
    if (act === "merge") {
      merge(parts.get(id), drawn.get(id));
    } else {
      (after === null ? start : document.getElementById(after)).after(drawn.get(id));
      announce(drawn.get(id));
    }
  });
  plan.removed.forEach((id) => parts.get(id).remove());
}

function mergeSection(old, next, whole) {
  if (next.id === `part-${whole}`) {
    replace(old, next);
    next.querySelector("h2").focus({ preventScroll: true });
    return;
  }
  const head = old.querySelector("[data-part-head]");
  if (!isBusy(head)) head.replaceWith(next.querySelector("[data-part-head]"));
  const lines = (section) => [...section.querySelectorAll(".answer-line")];
  mergeAll(old.querySelector("[data-part-start]"), lines(old), lines(next), mergeLine);
}

function mergeLine(old, next) {
  if (lineAct(old.dataset.line, next.dataset.line, isBusy(old)) === "replace") {
    replace(old, next);
    return;
  }
  old.classList.toggle("has-problems", next.classList.contains("has-problems"));
  next.querySelectorAll("input[id], select[id], textarea[id]").forEach(mergeField);
  next.querySelectorAll("[data-feedback]").forEach((part) => {
    const before = old.querySelector(`[data-feedback="${part.dataset.feedback}"]`);
    const [wasTyped, isTyped] = [before, part].map((node) => node.querySelector("textarea") !== null);
    if (mayTakeFeedback({ wasTyped, isTyped, isBusy: isBusy(before) })) before.replaceWith(part);
  });
  const files = next.querySelector("[data-files]");
  const filesBefore = old.querySelector("[data-files]");
  if (files && filesBefore) filesBefore.replaceWith(files);
}

function mergeField(next) {
  const old = document.getElementById(next.id);
  if (!old) return;
  old.classList.toggle("is-invalid", next.classList.contains("is-invalid"));
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (next.hasAttribute(name)) old.setAttribute(name, next.getAttribute(name));
    else old.removeAttribute(name);
  }
}
