// data-confirm on a button or form: the browser asks with these words before anything is sent.
(() => {
  const ask = (event) => {
    const asking = event.target.closest("[data-confirm]");
    if (asking && !window.confirm(asking.dataset.confirm)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  };
  document.querySelectorAll("form[data-confirm]").forEach((form) => form.addEventListener("submit", ask, true));
  document.querySelectorAll("button[data-confirm], a[data-confirm]").forEach((part) => part.addEventListener("click", ask, true));
})();
