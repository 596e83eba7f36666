// Follows the system's light or dark look. The one classic script: a module runs only after the page has been read, and by then
// the wrong look would have flashed up. The braces keep its names to itself.
{
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  dark.addEventListener("change", follow);
  follow();
}
