// A button with data-print opens the browser's print dialogue; without script it is not shown.
export function attachPrint(root) {
  root.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
}
