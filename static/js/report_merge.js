// Bring what the server drew of a report into the page in which somebody is typing: what stands against an answer, what is asked
// next, where each section stands. Fields are left alone, and whatever holds the focus; a section in `whole` is replaced.
window.mergeReport = (container, html, whole = "") => {
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  const isBusy = (node) => node.contains(document.activeElement);
  const drawn = (node) => node.dispatchEvent(new CustomEvent("drawn", { bubbles: true }));
  const put = (node, after) => {
    after.after(node);
    drawn(node);
  };
  const take = (old, next) => {
    old.replaceWith(next);
    drawn(next);
  };

  const mergeField = (next) => {
    const old = document.getElementById(next.id);
    if (!old) return;
    old.classList.toggle("is-invalid", next.classList.contains("is-invalid"));
    for (const name of ["aria-invalid", "aria-describedby"]) {
      if (next.hasAttribute(name)) old.setAttribute(name, next.getAttribute(name));
      else old.removeAttribute(name);
    }
  };
  const mergeLine = (old, next) => {
    if (old.dataset.line !== next.dataset.line && !isBusy(old)) {
      take(old, next);
      return;
    }
    old.classList.toggle("has-problems", next.classList.contains("has-problems"));
    next.querySelectorAll("input[id], select[id], textarea[id]").forEach(mergeField);
    next.querySelectorAll("[data-feedback]").forEach((part) => {
      const before = old.querySelector(`[data-feedback="${part.dataset.feedback}"]`);
      const areBothTyped = before.querySelector("textarea") && part.querySelector("textarea");
      if (!areBothTyped && !isBusy(before)) before.replaceWith(part);
    });
    const files = next.querySelector("[data-files]");
    const filesBefore = old.querySelector("[data-files]");
    if (files && filesBefore) filesBefore.replaceWith(files);
  };
  const mergeAll = (start, before, next, merge) => {
    let after = start;
    next.forEach((each) => {
      const old = document.getElementById(each.id);
      if (old) merge(old, each);
      else put(each, after);
      after = document.getElementById(each.id);
    });
    const ids = new Set(next.map((each) => each.id));
    before.filter((each) => !ids.has(each.id) && !isBusy(each)).forEach((each) => each.remove());
  };
  const linesOf = (section) => [...section.querySelectorAll(".answer-line")];
  const mergeSection = (old, next) => {
    if (next.id === `part-${whole}`) {
      take(old, next);
      next.querySelector("h2").focus({ preventScroll: true });
      return;
    }
    const head = old.querySelector("[data-part-head]");
    if (!isBusy(head)) head.replaceWith(next.querySelector("[data-part-head]"));
    mergeAll(old.querySelector("[data-part-start]"), linesOf(old), linesOf(next), mergeLine);
  };

  const navigation = container.querySelector("[data-report-nav]");
  if (!isBusy(navigation)) navigation.replaceWith(fresh.querySelector("[data-report-nav]"));
  const sections = (root) => [...root.querySelectorAll(".answer-section")];
  mergeAll(container.querySelector("[data-report-nav]"), sections(container), sections(fresh), mergeSection);
};
