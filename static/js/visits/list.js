// The own list: each visit is fetched ahead for where there is no signal, what waits is sent, what is over is forgotten.
// Without a signal the same list is drawn from the phone's store. Starts whichever of the two pages it finds.
import { badge, el } from "./elements.js";
import { startVisit } from "./fill.js";
import { leftovers } from "./leftovers.js";
import { openStore, storeOwner } from "./store.js";
import { sync } from "./sync.js";

export function attachVisits(root) {
  const list = root.querySelector("[data-visit-list]");
  const place = list || root.querySelector("[data-visit-shell]");
  if (!place) return;
  registerWorker(place.dataset.worker);
  if (!("indexedDB" in window) || !window.crypto?.subtle) {
    const words = "这个浏览器不能在本机保存记录，请使用 HTTPS 地址和较新的浏览器。";
    place.querySelector("[data-visit-banner]").replaceChildren(el("div", { class: "visit-banner is-bad" }, words));
    return;
  }
  const visit = visitOf(window.location.pathname);
  if (list) showList(list);
  else if (visit) startVisit(place, visit);
  else showStoredList(place);
}

// Return the number of the visit that an address is of, null of any other.
export function visitOf(address) {
  const match = /^\/visits\/(\d+)\/$/.exec(address);
  return match ? Number(match[1]) : null;
}

function registerWorker(address) {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register(address, { scope: "/visits/" }).catch(() => false);
}

function stateBadge(rows, isKept) {
  if (rows.length) return badge("warn", "cloud-upload", `未发送 ${rows.length}`);
  return isKept ? badge("good", "cloud-check", "已下载，没有信号也能检查") : "";
}

async function showList(root) {
  const store = await openStore(root.dataset.owner);
  const places = new Map([...root.querySelectorAll("[data-visit]")].map((place) => [Number(place.dataset.visit), place]));
  const note = root.querySelector("[data-visit-banner]");
  for (const visit of new Set([...places.keys(), ...(await store.visits())])) {
    await sync(store, visit);
    const rows = await store.rows(visit);
    const state = await store.state(visit);
    const place = places.get(visit);
    if (place) place.querySelector("[data-visit-state]").replaceChildren(stateBadge(rows, state));
    else if (rows.length && !state) note.append(leftovers(store, visit, rows, () => window.location.reload()));
  }
  root.dataset.ready = "yes";
}

async function showStoredList(root) {
  const main = root.querySelector("[data-visit-main]");
  root.querySelector("[data-visit-title]").textContent = "我的抽查";
  const owner = storeOwner();
  const store = owner ? await openStore(owner) : null;
  await drawStoredList(main, store, "没有信号。以下检查已下载到本机，可以照常填写。");
  // The page stays where it is: somebody may be about to open a visit.
  window.addEventListener("online", async () => {
    for (const visit of store ? await store.visits() : []) await sync(store, visit);
    await drawStoredList(main, store, "信号已恢复。", el("a", { href: "/visits/" }, "刷新任务列表"));
  });
}

async function drawStoredList(main, store, ...words) {
  const lines = [];
  for (const visit of store ? await store.visits() : []) {
    const state = await store.state(visit);
    const rows = await store.rows(visit);
    if (state) lines.push(storedLine(visit, state.visit, rows));
  }
  main.replaceChildren(
    el("p", { class: "visit-banner is-none" }, ...words),
    lines.length ? el("ul", { class: "visit-list" }, lines) : el("p", { class: "empty" }, "本机没有下载的检查任务。"));
}

function storedLine(visit, { association, address, planned_on: plannedOn }, rows) {
  return el("li", { class: "card" },
    el("a", { class: "card-body visit-line", href: `/visits/${visit}/` },
      el("strong", {}, association), el("span", {}, `${plannedOn || ""} ${address || ""}`), stateBadge(rows, true)));
}
