// `button[data-check-plain=NAME]` ticks the boxes of that name that are marked `data-plain`, and no others; without script it is not shown.
document.querySelectorAll("[data-check-plain]").forEach((button) => {
  const boxes = [...document.querySelectorAll(`input[type="checkbox"][name="${button.dataset.checkPlain}"]`)];
  button.hidden = !boxes.some((box) => "plain" in box.dataset);
  button.addEventListener("click", () => {
    boxes.forEach((box) => { box.checked = "plain" in box.dataset; });
    boxes[0].dispatchEvent(new Event("change"));
  });
});
