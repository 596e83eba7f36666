// The page of one visit: banner, head, sections, items. It shows what it is given and decides nothing.
import { badge, el } from "./elements.js";
import { itemView } from "./item_view.js";
import { lookOf, progressWords } from "./sheet.js";
import { signingCard } from "./signing.js";

export class SheetPage {
  #main;
  #banner;
  #looks = new Map(); // {item code: look as painted}; an item that somebody types in has none until it is painted again

  constructor(root) {
    this.root = root;
    this.#main = root.querySelector("[data-visit-main]");
    this.#banner = root.querySelector("[data-visit-banner]");
  }

  say(tone, words, ...more) {
    this.#banner.replaceChildren(words ? el("div", { class: `visit-banner is-${tone}` }, words, ...more) : "");
  }

  showBanner() {
    this.#banner.scrollIntoView({ block: "start", behavior: "instant" });
  }

  showWaiting(count, isOk) {
    const status = count
      ? badge(isOk ? "none" : "warn", "cloud-upload", `未发送 ${count}`)
      : badge("good", "cloud-check", "已全部发送");
    this.root.querySelector("[data-visit-status]").replaceChildren(status);
  }

  // `progress` is null once the visit is over.
  showProgress(progress) {
    this.root.querySelector("[data-visit-progress]").replaceChildren(...(progress ? progressWords(progress) : [""]));
  }

  build(visit, state, { sign, finish }) {
    this.root.querySelector("[data-visit-title]").textContent = state.visit.association;
    this.#main.replaceChildren(
      headOf(state.visit),
      ...state.sections.map(sectionOf),
      signingCard(sign, (tone, words) => this.say(tone, words)),
      el("section", { class: "visit-end" },
        el("button", { class: "btn btn-primary", type: "button", "data-finish": true, onclick: finish }, "完成检查"),
        el("a", { class: "btn btn-plain", href: `/visits/${visit}/excuse/` }, "不能检查，登记原因")));
  }

  replaceBy(element) {
    this.#main.replaceChildren(element);
  }

  // Paint an item anew; the focus goes back to the field that had it.
  paint(item, standing, photos, acts) {
    const focus = document.activeElement?.id;
    const view = itemView(item, standing, photos, { accept: this.root.dataset.accept, ...acts });
    placeOf(item).replaceWith(view);
    this.#looks.set(item.code, lookOf(standing, photos));
    if (focus && view.querySelector(`[id="${focus}"]`)) document.getElementById(focus).focus();
  }

  markTyping(item) {
    this.#looks.delete(item.code);
  }

  // Tell whether an item has changed since it was painted, and nobody is typing in it now.
  mustPaint(item, standing, photos) {
    return !isTypingIn(placeOf(item)) && this.#looks.get(item.code) !== lookOf(standing, photos);
  }
}

function placeOf(item) {
  return document.getElementById(`item-${item.code}`);
}

function isTypingIn(place) {
  const field = document.activeElement;
  if (!field || !place.contains(field)) return false;
  return field.tagName === "TEXTAREA" || (field.tagName === "INPUT" && !["radio", "checkbox", "file"].includes(field.type));
}

function headOf({ check, address, planned_on: plannedOn, ends_on: endsOn, with: others }) {
  const facts = [
    ["抽查", check],
    ["地址", address || "—"],
    ["检查日期", plannedOn || `${endsOn} 以前`],
    ["同行人员", others.join("、") || "—"],
  ];
  return el("dl", { class: "facts visit-facts" }, facts.flatMap(([name, words]) => [el("dt", {}, name), el("dd", {}, words)]));
}

function sectionOf(section) {
  return el("section", { class: "card" },
    el("div", { class: "card-header" }, el("h2", {}, section.title)),
    el("div", { class: "card-body" }, section.help && el("p", { class: "text-soft" }, section.help),
      section.items.map((item) => el("div", { id: `item-${item.code}` }))));
}
