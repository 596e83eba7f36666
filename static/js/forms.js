// Forms: Ctrl+Enter sends; `form[data-unsaved]` warns before what was typed is lost, `refused` also before anything is
// typed again; a double click sends once.
export function attachForms(root) {
  warnOfUnsaved(root);
  sendByKey();
  sendOnce(root);
}

function warnOfUnsaved(root) {
  const changed = new Set();
  root.querySelectorAll("form[data-unsaved]").forEach((form) => {
    if (form.dataset.unsaved === "refused") changed.add(form);
    form.addEventListener("input", () => changed.add(form));
    form.addEventListener("submit", () => changed.delete(form));
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed.size) event.preventDefault();
  });
}

function sendByKey() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest("form");
    if (form && form.method === "post") form.requestSubmit();
  });
}

function sendOnce(root) {
  root.querySelectorAll('form[method="post"]').forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach(allowSending);
  });
}

// Let a form be sent that was stopped after its first sending.
export function allowSending(form) {
  delete form.dataset.sent;
}
