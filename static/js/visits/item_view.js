// One item of the check list on the page: question, what both said where they differ, field, words, photos.
import { NOT_APPLICABLE, mustExplain, shown } from "./answers.js";
import { badge, el, icon } from "./elements.js";
import { field } from "./inputs.js";

// Return the element of an item from its standing and its photos. `acts` is what the page does when something is done here:
// tell(value, isTyping), note(words), settle(head), take(files), drop(photo); `accept` are the types of photos.
export function itemView(item, standing, photos, acts) {
  const label = `label-${item.code}`;
  const hints = [item.evidence && `查看：${item.evidence}`, item.basis && `依据：${item.basis}`, item.help].filter(Boolean);
  return el("div", { class: `visit-item${standing.conflict ? " has-conflict" : ""}`, id: `item-${item.code}` },
    el("div", { class: "visit-question" },
      el("span", { class: "form-label", id: label }, item.label,
        item.required && el("span", { class: "asteriskField" }, "*"),
        item.conditional && el("span", { class: "text-soft" }, "（如涉及）"))),
    hints.length > 0 && el("div", { class: "form-text" }, hints.map((words) => el("div", {}, words))),
    standing.conflict
      ? conflictBox(item, standing, acts.settle)
      : [
          field(item, `field-${item.code}`, label, standing.value, acts.tell),
          item.type !== "long_text" && item.type !== "short_text" && noteField(item, standing, acts.note),
        ],
    photoRow(item, photos, acts));
}

function conflictBox(item, standing, settle) {
  return el("div", { class: "visit-conflict", role: "group", "aria-label": `${item.label}：两人的记录不一致` },
    el("p", {}, badge("warn", "exclamation-circle-fill", "两人的记录不一致，请商定后选一个")),
    standing.heads.map((head) =>
      el("div", { class: "visit-said" },
        el("span", {}, el("strong", {}, head.by), `：${shown(item, head.value)}${head.note ? `（${head.note}）` : ""}`),
        el("button", { class: "btn btn-plain", type: "button", "data-settle": head.client_id, onclick: () => settle(head) }, `采用${head.by}的`))));
}

function noteField(item, standing, tell) {
  const isNeeded = mustExplain(standing.value);
  const id = `note-${item.code}`;
  const input = el("textarea", {
    class: "form-control", id, rows: 2, maxlength: 1000, value: standing.note, oninput: (event) => tell(event.target.value.trim()),
  });
  const words = standing.value === NOT_APPLICABLE ? "不适用的原因" : "情况说明";
  const label = el("label", { class: "form-label", for: id }, words, isNeeded && el("span", { class: "asteriskField" }, "*"));
  if (isNeeded || standing.note) return el("div", { class: "visit-note" }, label, input);
  return el("details", { class: "visit-note" }, el("summary", {}, "添加说明"), label, input);
}

function photoRow(item, photos, { accept, take, drop }) {
  return el("div", { class: "visit-photos" },
    photos.map((photo) => photoView(item, photo, drop)),
    el("label", { class: "btn btn-plain visit-take" }, icon("camera"), " 拍照",
      el("input", {
        class: "visually-hidden", type: "file", accept, capture: "environment", multiple: true, "data-photo": item.code,
        "aria-label": `${item.label}：拍照`,
        onchange: (event) => { take([...event.target.files]); event.target.value = ""; },
      })));
}

function photoView(item, photo, drop) {
  const mayDrop = photo.fault || (photo.row && !photo.row.tried);
  return el("figure", { class: "visit-photo" },
    photo.source ? el("img", { src: photo.source, alt: `${item.label}的照片`, loading: "lazy" }) : el("span", {}, "照片"),
    el("figcaption", {}, photo.fault ? el("span", { class: "text-bad" }, photo.fault) : photo.sent ? `${photo.by} 已发送` : "未发送"),
    mayDrop && el("button", { class: "btn btn-plain", type: "button", onclick: () => drop(photo) }, "移除"));
}
