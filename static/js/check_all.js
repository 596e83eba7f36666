// `input[data-check-all=NAME]` ticks all boxes of that name; without script it is not shown and each is ticked by hand.
export function attachCheckAll(root) {
  root.querySelectorAll("[data-check-all]").forEach((all) => {
    const boxes = [...root.querySelectorAll(`input[type="checkbox"][name="${all.dataset.checkAll}"]`)];
    all.hidden = false;
    all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
    boxes.forEach((box) => box.addEventListener("change", () => { all.checked = boxes.every((one) => one.checked); }));
  });
}
