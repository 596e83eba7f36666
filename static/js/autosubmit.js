// A field with data-autosubmit sends its form as soon as it holds a new, valid value; the button stays for those without script.
export function attachAutosubmit(root) {
  root.querySelectorAll("[data-autosubmit]").forEach((field) => {
    field.addEventListener("change", () => {
      if (field.value && field.checkValidity()) field.form.requestSubmit();
    });
  });
}
