// The card on which those present sign, and what is signed so far.
import { el } from "./elements.js";
import { signaturePad, signaturePicture } from "./signature.js";

// `sign(signature)` keeps what is signed; `say(tone, words)` tells what is missing.
export function signingCard(sign, say) {
  const pad = signaturePad();
  const save = () => {
    const name = typed("signer-name");
    if (!name || !pad.strokes().length) {
      say("bad", "请写明姓名并在屏幕上签字，或者写明未签字的原因。");
      return;
    }
    sign({ name, post: typed("signer-post"), strokes: pad.strokes() });
    pad.clear();
    empty("signer-name", "signer-post");
    say("", "");
  };
  const refuse = () => {
    const refusal = typed("signer-refusal");
    if (!refusal) {
      say("bad", "请写明未签字的原因。");
      return;
    }
    sign({ refusal });
    empty("signer-refusal");
    say("", "");
  };
  return el("section", { class: "card", id: "item-signature" },
    el("div", { class: "card-header" }, el("h2", {}, "在场人员签字")),
    el("div", { class: "card-body" },
      el("ul", { class: "visit-signatures", id: "signatures" }),
      input("signer-name", "姓名", 60), input("signer-post", "职务", 60), pad.canvas,
      el("div", { class: "visit-acts" },
        el("button", { class: "btn btn-plain", type: "button", onclick: pad.clear }, "重写"),
        el("button", { class: "btn btn-plain", type: "button", "data-sign": true, onclick: save }, "保存签字")),
      el("details", { class: "visit-note" }, el("summary", {}, "没有签字"),
        input("signer-refusal", "未签字的原因", 200),
        el("button", { class: "btn btn-plain mt-2", type: "button", onclick: refuse }, "保存原因"))));
}

export function paintSignatures(signatures) {
  document.getElementById("signatures").replaceChildren(...signatures.map(signatureLine));
}

function signatureLine(signature) {
  const { name, post, refusal, strokes } = signature;
  return el("li", {},
    refusal ? `未签字：${refusal}` : [`${name}${post ? `（${post}）` : ""}`, signaturePicture(strokes, name)],
    signature.isWaiting && el("span", { class: "text-soft" }, " 未发送"));
}

function input(id, words, most) {
  return [
    el("label", { class: "form-label", for: id }, words),
    el("input", { class: "form-control", id, maxlength: most, autocomplete: "off" }),
  ];
}

function typed(id) {
  return document.getElementById(id).value.trim();
}

function empty(...ids) {
  ids.forEach((id) => { document.getElementById(id).value = ""; });
}
