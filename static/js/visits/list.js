// The own list: each visit is fetched ahead for where there is no signal, what waits is sent, what is over is forgotten.
// Without a signal the same list is drawn from the phone's store. Starts whichever of the two pages it finds.
(() => {
  const { el } = visits;
  const register = (root) => {
    if (!("serviceWorker" in navigator)) return;
    navigator.serviceWorker.register(root.dataset.worker, { scope: "/visits/" }).catch(() => false);
  };
  const badge = (rows, isKept) => {
    if (rows.length) return visits.status("warn", "cloud-upload", `未发送 ${rows.length}`);
    return isKept ? visits.status("good", "cloud-check", "已下载，没有信号也能检查") : "";
  };

  const online = async (root) => {
    const store = await visits.store.open(root.dataset.owner);
    const places = new Map([...root.querySelectorAll("[data-visit]")].map((place) => [Number(place.dataset.visit), place]));
    const note = root.querySelector("[data-visit-banner]");
    for (const visit of new Set([...places.keys(), ...(await store.visits())])) {
      await visits.sync.run(store, visit);
      const rows = await store.rows(visit);
      const place = places.get(visit);
      if (place) place.querySelector("[data-visit-state]").replaceChildren(badge(rows, await store.state(visit)));
      else if (rows.length && !(await store.state(visit))) {
        note.append(await visits.leftovers(store, visit, rows, () => window.location.reload()));
      }
    }
    root.dataset.ready = "yes";
  };

  const offline = async (root) => {
    const main = root.querySelector("[data-visit-main]");
    root.querySelector("[data-visit-title]").textContent = "我的抽查";
    const owner = visits.store.owner();
    const store = owner ? await visits.store.open(owner) : null;
    const draw = async (...words) => {
      const lines = [];
      for (const visit of store ? await store.visits() : []) {
        const state = await store.state(visit);
        const rows = await store.rows(visit);
        if (!state) continue;
        const { association, address, planned_on } = state.visit;
        lines.push(
          el("li", { class: "card" },
            el("a", { class: "card-body visit-line", href: `/visits/${visit}/` },
              el("strong", {}, association), el("span", {}, `${planned_on || ""} ${address || ""}`), badge(rows, true))));
      }
      main.replaceChildren(
        el("p", { class: "visit-banner is-none" }, ...words),
        lines.length ? el("ul", { class: "visit-list" }, lines) : el("p", { class: "empty" }, "本机没有下载的检查任务。"));
    };
    await draw("没有信号。以下检查已下载到本机，可以照常填写。");
    // The page stays where it is: somebody may be about to open a visit.
    window.addEventListener("online", async () => {
      for (const visit of store ? await store.visits() : []) await visits.sync.run(store, visit);
      await draw("信号已恢复。", el("a", { href: "/visits/" }, "刷新任务列表"));
    });
  };

  const list = document.querySelector("[data-visit-list]");
  const shell = document.querySelector("[data-visit-shell]");
  if (!(list || shell)) return;
  register(list || shell);
  if (!("indexedDB" in window) || !(window.crypto && crypto.subtle)) {
    const note = (list || shell).querySelector("[data-visit-banner]");
    note.replaceChildren(el("div", { class: "visit-banner is-bad" }, "这个浏览器不能在本机保存记录，请使用 HTTPS 地址和较新的浏览器。"));
    return;
  }
  const found = /^\/visits\/(\d+)\/$/.exec(window.location.pathname);
  if (list) online(list);
  else if (found) visits.fill.start(shell, Number(found[1]));
  else offline(shell);
})();
