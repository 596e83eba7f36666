// data-confirm on a button or form: the browser asks with these words before anything is sent.
function ask(event) {
  const element = event.target.closest("[data-confirm]");
  if (element && !window.confirm(element.dataset.confirm)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

export function attachConfirm(root) {
  root.querySelectorAll("form[data-confirm]").forEach((form) => form.addEventListener("submit", ask, true));
  root.querySelectorAll("button[data-confirm], a[data-confirm]").forEach((part) => part.addEventListener("click", ask, true));
}
