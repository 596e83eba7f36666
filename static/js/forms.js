// Forms: Ctrl+Enter sends; `form[data-unsaved]` warns before what was typed is lost, `refused` also before anything is
// typed again; a double click sends once.
(() => {
  const typed = new Set();
  document.querySelectorAll("form[data-unsaved]").forEach((form) => {
    if (form.dataset.unsaved === "refused") typed.add(form);
    form.addEventListener("input", () => typed.add(form));
    form.addEventListener("submit", () => typed.delete(form));
  });
  window.addEventListener("beforeunload", (event) => {
    if (typed.size) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest("form");
    if (form && form.method === "post") form.requestSubmit();
  });
  document.querySelectorAll('form[method="post"]').forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });
})();
