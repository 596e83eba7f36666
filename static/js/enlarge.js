// A link with data-enlarge opens its picture in a dialogue of this page; without script it is downloaded.
(() => {
  const links = document.querySelectorAll("a[data-enlarge]");
  if (!links.length) return;
  const dialog = document.createElement("dialog");
  dialog.className = "enlarged";
  const picture = document.createElement("img");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-plain";
  close.textContent = "关闭";
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.append(picture, close);
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
})();
