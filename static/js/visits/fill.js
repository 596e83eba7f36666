// The check list of one visit, filled in with or without a signal: every change is kept on the phone first and sent afterwards.
window.visits = window.visits || {};
visits.fill = (() => {
  const { el, icon } = visits;
  const NOTHING = { heads: [], conflict: false, value: null, note: "" };
  const AGAIN = 30000;
  const PAUSE = 1200;
  const PICTURE_SIDE = 640;
  const MOST_BYTES = 20 * 1024 * 1024;
  const MOST_PIXELS = 50_000_000;

  const WORDS = {
    "signed-out": "登录已过期。未发送的记录保存在本机，请用同一账户重新登录后发送。",
    another: "本机的记录属于另一位检查人员，请由本人登录后发送。",
    unknown: "本机没有这次检查的资料。请在有信号的地方打开一次。",
    offline: "没有信号。可以继续填写，有信号后自动发送。",
  };

  const start = async (root, visit) => {
    const main = root.querySelector("[data-visit-main]");
    const banner = root.querySelector("[data-visit-banner]");
    const say = (tone, words, ...more) =>
      banner.replaceChildren(words ? el("div", { class: `visit-banner is-${tone}` }, words, ...more) : "");
    const owner = root.dataset.owner || visits.store.owner();
    if (!owner) return say("warn", WORDS.unknown);
    const store = await visits.store.open(owner);
    const state = { told: await store.state(visit), rows: [], outcome: { kind: "ok" }, painted: new Map(), gaps: [] };
    let chain = Promise.resolve();
    let timer = 0;

    // --- what stands ---

    const entries = () => {
      const sent = state.told.entries;
      const known = new Set(sent.map((entry) => entry.client_id));
      const own = state.rows.filter((row) => row.kind === "entry" && !known.has(row.client_id));
      return [...sent, ...own.map((row) => ({ ...row.told, by: state.told.user.name, mine: true }))];
    };
    const standings = () => visits.standings(entries());
    const items = () => state.told.sections.flatMap((section) => section.items);
    const photosAt = (code) => {
      const known = new Set(state.told.photos.map((photo) => photo.client_id));
      const own = state.rows.filter((row) => row.kind === "photo" && !known.has(row.client_id));
      return [
        ...state.told.photos.map((photo) => ({ ...photo, sent: true })),
        ...own.map((row) => ({ ...row.told, by: state.told.user.name, row, fault: row.fault })),
      ].filter((photo) => photo.item === code);
    };

    // --- keeping ---

    const later = (work) => {
      chain = chain.then(work).catch((fault) => {
        const isFull = fault && fault.name === "QuotaExceededError";
        say("bad", isFull ? "手机存储空间不足，刚才的内容没有保存。请清理后重试。" : "刚才的内容没有保存在本机，请刷新页面后重试。");
      });
      return chain;
    };
    // What waits is read before what the portal has: an entry that was sent in between is in both, never in neither.
    const refresh = async () => {
      state.rows = await store.rows(visit);
      if (state.told) state.told = (await store.state(visit)) || state.told;
    };
    const soon = (wait = PAUSE) => {
      clearTimeout(timer);
      timer = setTimeout(send, wait);
    };
    const keep = (item, change) =>
      later(async () => {
        await refresh(); // another tab may have said something
        const standing = standings().get(item.code) || NOTHING;
        const last = [...state.rows].reverse().find((row) => row.kind === "entry" && row.told.item === item.code);
        const at = { entered_at: new Date().toISOString() };
        const said = { value: standing.value, note: standing.note, ...change };
        const isAmended = last && !standing.conflict && (await store.amend(last.id, { ...last.told, ...said, ...at }));
        if (!isAmended) {
          const bases = standing.heads.map((head) => head.client_id);
          await store.enqueue(visit, "entry", {
            client_id: crypto.randomUUID(), item: item.code, label: item.label, bases, ...said, ...at,
          });
        }
        await refresh();
        paintStatus();
        soon();
      });

    const picture = async (file) => {
      const bitmap = await createImageBitmap(file);
      if (bitmap.width * bitmap.height > MOST_PIXELS) throw new Error("照片超过 5000 万像素，请调低相机的分辨率后重新拍摄。");
      const scale = Math.min(1, PICTURE_SIDE / Math.max(bitmap.width, bitmap.height));
      const canvas = el("canvas", { width: Math.round(bitmap.width * scale), height: Math.round(bitmap.height * scale) });
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      bitmap.close();
      return canvas.toDataURL("image/jpeg", 0.75); // drawn anew: no place, no time
    };
    const take = (item, files) =>
      files.forEach((file) =>
        later(async () => {
          if (!["image/jpeg", "image/png", "image/webp"].includes(file.type)) return say("bad", "只接收 JPG、PNG、WebP 格式的照片。HEIC 请在相机设置中改为 JPEG（“兼容性最佳”）后重拍。");
          if (file.size > MOST_BYTES) return say("bad", "照片超过 20 MB，请调低相机的分辨率后重新拍摄。");
          const shown = await picture(file).catch((fault) => (say("bad", /万像素/.test(fault.message) ? fault.message : "照片不完整或者已损坏，请重新拍摄。"), null));
          if (!shown) return null;
          const told = { client_id: crypto.randomUUID(), item: item.code, label: item.label, type: file.type, taken: new Date().toISOString() };
          await store.enqueue(visit, "photo", told, await file.arrayBuffer(), shown);
          await refresh();
          await paint(item);
          paintStatus();
          return soon();
        }),
      );
    const drop = (item, photo) =>
      later(async () => {
        await store.remove([photo.row]);
        await refresh();
        await paint(item);
        paintStatus();
      });

    // --- painting ---

    const paintStatus = () => {
      const waiting = state.rows.length;
      const badge = waiting
        ? visits.status(state.outcome.kind === "ok" ? "none" : "warn", "cloud-upload", `未发送 ${waiting}`)
        : visits.status("good", "cloud-check", "已全部发送");
      root.querySelector("[data-visit-status]").replaceChildren(badge);
      if (!state.told) return;
      const standing = standings();
      const asked = items().filter((item) => item.required);
      const done = asked.filter((item) => standing.get(item.code)?.value !== undefined && standing.get(item.code)?.value !== null);
      const clashes = [...standing.values()].filter((each) => each.conflict).length;
      root.querySelector("[data-visit-progress]").replaceChildren(
        `已填 ${done.length}/${asked.length}`, clashes ? `，${clashes} 项不一致` : "");
    };
    const paint = async (item) => {
      const standing = standings().get(item.code) || NOTHING;
      const photos = await Promise.all(
        photosAt(item.code).map(async (photo) => ({ ...photo, source: (await store.picture(photo.client_id)) || photo.url })),
      );
      const place = document.getElementById(`item-${item.code}`);
      const focus = document.activeElement?.id;
      const drawn = visits.itemView(item, standing, photos, {
        accept: root.dataset.accept,
        tell: (value, isTyping) => {
          const done = keep(item, { value });
          if (!isTyping) done.then(() => paint(item));
          else state.painted.delete(item.code);
        },
        note: (note) => {
          keep(item, { note });
          state.painted.delete(item.code);
        },
        settle: (head) => keep(item, { value: head.value, note: head.note }).then(() => paint(item)),
        take: (files) => take(item, files),
        drop: (photo) => drop(item, photo),
      });
      place.replaceWith(drawn);
      state.painted.set(item.code, look(item));
      if (focus && drawn.querySelector(`[id="${focus}"]`)) document.getElementById(focus).focus();
    };
    const look = (item) => {
      const standing = standings().get(item.code) || NOTHING;
      const photos = photosAt(item.code).map((photo) => [photo.client_id, photo.sent, photo.fault]);
      return JSON.stringify([standing.value, standing.note, standing.conflict && standing.heads, photos]);
    };
    // What came from elsewhere is painted in, but never under the hands of whoever is typing.
    const repaint = async () => {
      for (const item of items()) {
        const place = document.getElementById(`item-${item.code}`);
        const isTyping = place.contains(document.activeElement) && /^(TEXTAREA|INPUT)$/.test(document.activeElement.tagName) && !["radio", "checkbox", "file"].includes(document.activeElement.type);
        if (!isTyping && state.painted.get(item.code) !== look(item)) await paint(item);
      }
      paintSignatures();
      paintStatus();
    };

    const paintHead = () => {
      const { association, check, address, planned_on, ends_on } = state.told.visit;
      root.querySelector("[data-visit-title]").textContent = association;
      const facts = [["抽查", check], ["地址", address || "—"], ["检查日期", planned_on || `${ends_on} 以前`], ["同行人员", state.told.visit.with.join("、") || "—"]];
      return el("dl", { class: "facts visit-facts" }, facts.flatMap(([name, words]) => [el("dt", {}, name), el("dd", {}, words)]));
    };

    const signatures = () => {
      const known = new Set(state.told.signatures.map((signature) => signature.client_id));
      return [...state.told.signatures, ...state.rows.filter((row) => row.kind === "signature" && !known.has(row.client_id)).map((row) => ({ ...row.told, waits: true }))];
    };
    const paintSignatures = () => {
      const list = document.getElementById("signatures");
      list.replaceChildren(
        ...signatures().map((signature) =>
          el("li", {},
            signature.refusal ? `未签字：${signature.refusal}` : [`${signature.name}${signature.post ? `（${signature.post}）` : ""}`, visits.signature.shown(signature.strokes, signature.name)],
            signature.waits && el("span", { class: "text-soft" }, " 未发送"))));
    };
    const signatureForm = () => {
      const pad = visits.signature.pad();
      const input = (id, words, most) => [el("label", { class: "form-label", for: id }, words), el("input", { class: "form-control", id, maxlength: most, autocomplete: "off" })];
      const of = (id) => document.getElementById(id);
      const sign = (told) =>
        later(async () => {
          await store.enqueue(visit, "signature", { client_id: crypto.randomUUID(), name: "", post: "", strokes: [], refusal: "", ...told });
          await refresh();
          paintSignatures();
          paintStatus();
          soon();
        });
      const save = () => {
        const name = of("signer-name").value.trim();
        if (!name || !pad.strokes().length) return say("bad", "请写明姓名并在屏幕上签字，或者写明未签字的原因。");
        sign({ name, post: of("signer-post").value.trim(), strokes: pad.strokes() });
        pad.clear();
        of("signer-name").value = of("signer-post").value = "";
        return say("", "");
      };
      const refuse = () => {
        const refusal = of("signer-refusal").value.trim();
        if (!refusal) return say("bad", "请写明未签字的原因。");
        sign({ refusal });
        of("signer-refusal").value = "";
        return say("", "");
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
    };

    const build = async () => {
      main.replaceChildren(
        paintHead(),
        ...state.told.sections.map((section) =>
          el("section", { class: "card" },
            el("div", { class: "card-header" }, el("h2", {}, section.title)),
            el("div", { class: "card-body" }, section.help && el("p", { class: "text-soft" }, section.help),
              section.items.map((item) => el("div", { id: `item-${item.code}` }))))),
        signatureForm(),
        el("section", { class: "visit-end" },
          el("button", { class: "btn btn-primary", type: "button", "data-finish": true, onclick: finish }, "完成检查"),
          el("a", { class: "btn btn-plain", href: `/visits/${visit}/excuse/` }, "不能检查，登记原因")));
      for (const item of items()) await paint(item);
      paintSignatures();
      paintStatus();
    };

    // --- sending ---

    const over = async () => {
      await refresh();
      root.querySelector("[data-visit-progress]").replaceChildren("");
      paintStatus();
      if (!state.rows.length) return window.location.replace("/visits/");
      main.replaceChildren(await visits.leftovers(store, visit, state.rows, () => window.location.replace("/visits/")));
      return say("warn", "检查任务已经结束或者改派。");
    };
    const send = async () => {
      clearTimeout(timer);
      const outcome = await visits.sync.run(store, visit);
      const isFirst = !state.told;
      state.outcome = outcome;
      state.told = (await store.state(visit)) || (outcome.kind === "over" || outcome.kind === "gone" ? null : state.told);
      await refresh();
      if (outcome.kind === "over" || outcome.kind === "gone") return over();
      if (!state.told) say("warn", WORDS.unknown);
      else {
        if (isFirst) await build();
        else await repaint();
        const words = outcome.sentence || WORDS[outcome.kind] || "";
        const link = outcome.kind === "signed-out" || outcome.kind === "another";
        const next = `${root.dataset.signIn}?next=${encodeURIComponent(window.location.pathname)}`;
        say(outcome.kind === "offline" ? "none" : "warn", words, link && el("a", { class: "btn btn-plain", href: next }, "重新登录"));
      }
      if (outcome.kind !== "ok") soon(AGAIN);
      else if (state.rows.some((row) => !row.fault)) soon(); // said while the rest was on its way
      return outcome;
    };
    const finish = async (event) => {
      const button = event.currentTarget;
      button.disabled = true;
      try {
        await chain;
        const outcome = await send();
        if (!outcome || outcome.kind !== "ok") {
          if (outcome) say("warn", `${outcome.sentence || WORDS[outcome.kind] || ""}完成检查需要网络，记录已保存在本机。`);
          return;
        }
        const bad = state.rows.find((row) => row.fault);
        if (bad) return void say("bad", "有照片没有被接收，请先移除或者重拍。");
        const answer = await visits.sync.finish(visit, outcome.token);
        if (answer.kind === "ok") {
          await store.forget(visit);
          return void window.location.replace(answer.url);
        }
        if (answer.kind === "over") return void (await over());
        const gaps = answer.gaps || [];
        say("bad", answer.sentence || WORDS[answer.kind] || "",
          gaps.length > 0 && el("ul", {}, gaps.map((gap) => el("li", {}, el("a", { href: `#item-${gap.item}` }, `${gap.label}：${gap.sentence}`)))));
        banner.scrollIntoView({ block: "start", behavior: "instant" });
      } finally {
        button.disabled = false;
      }
    };

    await refresh();
    paintStatus();
    if (state.told) await build();
    window.addEventListener("online", () => soon(0));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && soon(0));
    return send();
  };
  return { start };
})();
