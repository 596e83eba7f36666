// Filling in a report (`form[data-report-form]`): saved as one types, judged with each save. What is not acknowledged stays in
// this browser (kept_draft.js) and is put back when the page is opened again.
import { allowSending } from "../forms.js";
import { Fields, isTickable } from "./fields.js";
import { KeptDraft } from "./kept_draft.js";
import { ReportPage } from "./page.js";
import { Saver } from "./saver.js";
import { PAUSES, kindOf } from "./saving.js";

export function attachReportFilling(root) {
  const form = root.querySelector("[data-report-form]");
  if (!form) return;
  form.classList.add("has-script");
  const page = new ReportPage(form, root.querySelector("[data-draft-notice]"));
  const draft = new KeptDraft(form.dataset.keepName, form.dataset.keepKey);
  // Nothing stays behind when somebody signs out here.
  root.querySelectorAll("form[data-sign-out]").forEach((signOut) => signOut.addEventListener("submit", () => draft.drop()));
  const saver = new Saver({ page, draft, post, fields: new Fields(form), isOnline: () => navigator.onLine });
  saveByTyping(form, saver);
  saveByButton(form, saver);
  sendFiles(form, saver);
  followConnection(saver);
  leaveByButtons(page, saver, draft);
  saver.restore();
}

async function post(address, body) {
  const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
  const kind = kindOf({ status: answer.status, isRedirected: answer.redirected, contentType: answer.headers.get("Content-Type") });
  if (kind === "unavailable") throw new Error("unavailable");
  return kind === "signed-out" ? { is_saved: false, is_signed_out: true } : answer.json();
}

function saveByTyping(form, saver) {
  form.addEventListener("input", ({ target }) => {
    if (!target.name || target.type === "hidden" || target.type === "file") return;
    saver.change(target.name, isTickable(target) || target.tagName === "SELECT" ? PAUSES.chosen : PAUSES.typed);
  });
}

function saveByButton(form, saver) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    allowSending(form); // this form is sent many times
    const button = event.submitter;
    const extra = button?.name === "unchanged" ? { unchanged: button.value } : {};
    if (button?.hasAttribute("data-replaces") && !window.confirm("本栏目已填的内容将换成上一季度的内容。确定吗？")) return;
    const isDone = !button || button.name === "then"; // Ctrl+Enter has no button
    do {
      if (!(await saver.send(extra))) return;
    } while (isDone && saver.hasUnsaved);
    if (isDone) window.location.assign(form.dataset.confirmUrl);
  });
}

function sendFiles(form, saver) {
  form.addEventListener("change", ({ target }) => {
    if (!target.dataset.attach || !target.files.length) return;
    saver.sendFile(form.dataset.attachUrl, (body) => {
      body.set("item", target.dataset.attach);
      body.set("file", target.files[0]);
    });
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-detach]");
    if (!button) return;
    event.preventDefault();
    if (window.confirm(`${button.getAttribute("aria-label")}？`)) saver.sendFile(button.getAttribute("formaction"), () => {});
  });
}

function followConnection(saver) {
  window.addEventListener("online", () => saver.reconnect());
  window.addEventListener("offline", () => saver.disconnect());
}

// The page asks before it is left with something unsaved, but not where a button of the notice leads away.
function leaveByButtons(page, saver, draft) {
  let isLeaving = false;
  const reload = () => {
    isLeaving = true;
    window.location.reload();
  };
  window.addEventListener("beforeunload", (event) => {
    if (saver.hasUnsaved && !isLeaving) event.preventDefault();
  });
  page.button("keep").addEventListener("click", () => saver.insist());
  page.button("reload").addEventListener("click", async () => {
    await saver.keep();
    reload();
  });
  page.button("drop").addEventListener("click", async () => {
    await draft.drop();
    reload();
  });
}
