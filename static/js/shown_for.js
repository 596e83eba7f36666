// A field with data-shown-for="a b" is shown while the form's field with data-decides holds a or b; without script all are.
export function attachShownFor(root) {
  root.querySelectorAll("[data-decides]").forEach((deciding) => {
    const fields = deciding.form.querySelectorAll("[data-shown-for]");
    const show = () => {
      fields.forEach((field) => {
        field.closest(".mb-3").hidden = !field.dataset.shownFor.split(" ").includes(deciding.value);
      });
    };
    deciding.addEventListener("change", show);
    show();
  });
}
