// What of a visit is still on this phone and not sent: counted on every page, and never lost by signing out without a word.
// Signing out takes everything off the phone; the portal says so to the browser too.
import { allowSending } from "./forms.js";
import { countUnsent, purgePhone } from "./visits/phone.js";

const PAUSE = 5000;
const PATIENCE = 2000;

export function attachUnsent(root) {
  const forms = root.querySelectorAll("form[data-sign-out]");
  if (!forms.length || !("indexedDB" in window) || !indexedDB.databases) return;
  forms.forEach((form) => form.addEventListener("submit", (event) => signOut(event, form)));
  const show = () => countUnsent().then((count) => showCount(root, count)).catch(() => null);
  show();
  setInterval(show, PAUSE);
}

function showCount(root, count) {
  root.querySelectorAll("[data-unsent]").forEach((place) => {
    place.hidden = !count;
    place.querySelector("[data-unsent-count]").textContent = String(count);
  });
}

async function signOut(event, form) {
  event.preventDefault();
  const count = await countUnsent().catch(() => 0);
  if (count && !window.confirm(`本机还有 ${count} 条检查记录没有发送，退出后将从本机清除，不能恢复。确定退出？`)) {
    allowSending(form);
    return;
  }
  await Promise.race([purgePhone().catch(() => null), new Promise((done) => setTimeout(done, PATIENCE))]);
  form.submit();
}
