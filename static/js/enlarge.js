// A link with data-enlarge opens its picture in a dialogue of this page; without script it is downloaded.
export function attachEnlarge(root) {
  const links = root.querySelectorAll("a[data-enlarge]");
  if (!links.length) return;
  const picture = document.createElement("img");
  const dialog = pictureDialog(picture);
  document.body.append(dialog);
  links.forEach((link) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      picture.src = link.href;
      picture.alt = link.querySelector("img").alt;
      dialog.setAttribute("aria-label", picture.alt);
      dialog.showModal();
    }),
  );
}

function pictureDialog(picture) {
  const dialog = document.createElement("dialog");
  dialog.className = "enlarged";
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-plain";
  close.textContent = "关闭";
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.append(picture, close);
  return dialog;
}
