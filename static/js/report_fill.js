// Filling in a report (`form[data-report-form]`): saved as one types, judged with each save. What is not acknowledged stays in
// this browser (kept_draft.js) and is put back when the page is opened again. Nothing that was typed is ever thrown away unasked.
(() => {
  const form = document.querySelector("[data-report-form]");
  if (!form) return;
  const parts = form.querySelector("[data-report-parts]");
  const status = form.querySelector("[data-save-status]");
  const seen = form.elements.namedItem("seen");
  const notice = document.querySelector("[data-draft-notice]");
  const words = notice.querySelector("[data-draft-words]");
  const buttons = ["keep", "reload", "drop"].map((act) => notice.querySelector(`[data-draft-${act}]`));
  const draft = window.keptDraft(form.dataset.keepName, form.dataset.keepKey);
  const PAUSE = 2000; // after the last key
  const SOON = 300; // after a tap, which may bring up another question
  const AGAIN = 5000; // after a failure
  const BACK = 1000; // after the connection has come back
  const MOST = 10000; // between two saves, however fast one types
  const UNSAVED = "还没有保存";

  const dirty = new Set(); // names of fields with something that the server has not acknowledged
  let waiting = new Map(); // what was kept of fields that are not on the page yet
  let isStopped = false; // the server refused: nothing is sent until somebody has looked
  let unsettled = null; // what was sent without an answer: it may have arrived, so it is sent again as it was
  let timer, keeper, first;
  let queue = Promise.resolve();
  form.classList.add("has-script");

  // --- fields ---
  const fieldsOf = (name) => [...form.elements].filter((field) => field.name === name && field.type !== "hidden");
  const isTicked = (field) => field.type === "radio" || field.type === "checkbox";
  const valuesOf = (name) => fieldsOf(name).flatMap((field) => (isTicked(field) ? (field.checked ? [field.value] : []) : [field.value]));
  const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const wordsOf = (name, values) => {
    const told = fieldsOf(name).filter((field) => values.includes(field.value));
    if (told.length && isTicked(told[0])) return told.map((field) => field.labels[0].textContent.trim()).join("、");
    return values.join("").trim() || "空";
  };
  const labelOf = (name) => {
    const label = fieldsOf(name)[0]?.closest(".answer-line")?.querySelector(".form-label");
    return label ? label.firstChild.textContent.trim() : "";
  };
  const makeRoom = (name) => {
    const [, code, place] = name.match(/^a-([a-z0-9_]+)-(\d+)-/) || [];
    const add = code && document.getElementById(`item-${code}`)?.querySelector("[data-add-row]");
    while (add && !add.hidden && !fieldsOf(name).length && Number(place) < 50) add.click();
  };
  const put = (name, values) => {
    makeRoom(name);
    const fields = fieldsOf(name);
    fields.forEach((field) => {
      if (isTicked(field)) field.checked = values.includes(field.value);
      else [field.value] = values;
      const correction = field.closest("details");
      if (correction) correction.open = true;
    });
    if (fields.length) dirty.add(name);
    return fields.length > 0;
  };
  const putWaiting = () => {
    waiting = new Map([...waiting].filter(([name, values]) => !put(name, values)));
    if (dirty.size) schedule(SOON);
  };

  // --- kept here until it is kept there ---
  const keep = () => {
    clearTimeout(keeper);
    const fields = Object.fromEntries([...waiting, ...[...dirty].map((name) => [name, valuesOf(name)])]);
    return draft.save({ revision: seen.value, fields });
  };
  const show = (text, tone = "") => {
    status.textContent = text;
    status.className = `save-status ${tone}`;
  };
  const showSaved = ({ at }) => (dirty.size ? show(UNSAVED) : show(`已保存 ${at}`, "text-good"));
  const tell = (text, ...offered) => {
    words.textContent = text;
    buttons.forEach((button) => { button.hidden = !offered.includes(button); });
    notice.hidden = false;
  };
  const [keepOwn, reload, dropOwn] = buttons;

  // --- sending ---
  const schedule = (pause) => {
    if (isStopped) return;
    first ??= Date.now();
    clearTimeout(timer);
    timer = setTimeout(() => send(), Math.min(pause, Math.max(0, first + MOST - Date.now())));
  };
  const post = async (address, body) => {
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    if (answer.status >= 500) throw new Error("unavailable");
    if (answer.redirected || !isJson) return { is_saved: false, is_signed_out: true };
    return answer.json();
  };
  const settle = (answer, whole) => {
    if (!answer.is_saved) {
      refuse(answer);
      return false;
    }
    seen.value = answer.revision;
    window.mergeReport(parts, answer.page, whole);
    return true;
  };
  const refuse = (answer) => {
    isStopped = true;
    keep();
    if (answer.is_signed_out) {
      show("登录已过期，内容保留在本机", "text-bad");
      tell("登录已过期，没有保存。您填写的内容保留在本机：请重新载入并登录，内容会自动放回。", reload);
    } else if (answer.is_stale) {
      show("没有保存", "text-bad");
      tell(answer.message, reload);
    } else {
      show("没有保存", "text-bad");
      tell(`没有保存：${answer.message}您填写的内容保留在本机。`, reload);
    }
  };
  const lost = () => {
    keep();
    show(navigator.onLine ? "服务器没有响应，内容保留在本机，稍后自动保存" : "没有连接，内容保留在本机，恢复后自动保存", "text-warn");
    if (navigator.onLine) timer = setTimeout(() => send(), AGAIN);
    return false;
  };
  const saveOnce = async (extra) => {
    clearTimeout(timer);
    first = undefined;
    if (isStopped) return false;
    if (!navigator.onLine) return lost();
    const now = unsettled || { sent: new Map([...dirty].map((name) => [name, valuesOf(name)])), body: new FormData(form), extra };
    Object.entries(now.extra).forEach(([name, value]) => now.body.set(name, value));
    show("正在保存…");
    let answer;
    try {
      answer = await post(form.action, now.body);
    } catch {
      unsettled = { ...now, extra: {} };
      return lost();
    }
    const wasUnsettled = unsettled !== null;
    unsettled = null;
    if (!settle(answer, now.extra.unchanged)) return false;
    now.sent.forEach((values, name) => {
      if (now.extra.unchanged || isSame(values, valuesOf(name))) dirty.delete(name);
    });
    putWaiting();
    showSaved(answer);
    if (dirty.size || waiting.size) keep();
    else draft.drop();
    if (dirty.size) schedule(PAUSE);
    return wasUnsettled && Object.keys(extra).length ? saveOnce(extra) : true;
  };
  const send = (extra = {}) => {
    queue = queue.then(() => saveOnce(extra)).catch(() => lost());
    return queue;
  };

  // --- what people do ---
  form.addEventListener("input", ({ target }) => {
    if (!target.name || target.type === "hidden" || target.type === "file") return;
    dirty.add(target.name);
    clearTimeout(keeper);
    keeper = setTimeout(keep, 250);
    show(isStopped ? "没有保存，内容保留在本机" : UNSAVED);
    schedule(isTicked(target) || target.tagName === "SELECT" ? SOON : PAUSE);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    delete form.dataset.sent; // of js/forms.js: this form is sent many times
    const button = event.submitter;
    const extra = button?.name === "unchanged" ? { unchanged: button.value } : {};
    if (button?.hasAttribute("data-replaces") && !window.confirm("本栏目已填的内容将换成上一季度的内容。确定吗？")) return;
    const isDone = !button || button.name === "then"; // Ctrl+Enter has no button
    do {
      if (!(await send(extra))) return;
    } while (isDone && dirty.size);
    if (isDone) window.location.assign(form.dataset.confirmUrl);
  });
  const sendFile = (address, fill) => {
    queue = queue.then(async () => {
      if (!navigator.onLine) return show("没有连接，文件没有上传，恢复后请重新选择", "text-warn");
      const body = new FormData();
      ["csrfmiddlewaretoken", "seen", "check"].forEach((name) => body.set(name, form.elements.namedItem(name).value));
      fill(body);
      show("正在处理附件…");
      const answer = await post(address, body);
      if (answer.is_saved) {
        settle(answer, "");
        if (!isStopped) notice.hidden = true; // of the file that was refused before: what is saved between the two leaves that word standing
        showSaved(answer);
      } else {
        show("附件没有保存", "text-bad");
        tell(answer.message || "登录已过期，附件没有保存。请重新载入并登录。", ...(answer.message ? [] : [reload]));
      }
    }).catch(() => show("附件没有保存，请稍后再试", "text-bad"));
  };
  form.addEventListener("change", ({ target }) => {
    if (!target.dataset.attach || !target.files.length) return;
    sendFile(form.dataset.attachUrl, (body) => {
      body.set("item", target.dataset.attach);
      body.set("file", target.files[0]);
    });
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-detach]");
    if (!button) return;
    event.preventDefault();
    if (window.confirm(`${button.getAttribute("aria-label")}？`)) sendFile(button.getAttribute("formaction"), () => {});
  });
  // The word that there is a connection comes a little before there is one.
  window.addEventListener("online", () => { if (dirty.size || unsettled) schedule(BACK); });
  window.addEventListener("offline", () => { if (dirty.size) lost(); });
  let isLeaving = false;
  window.addEventListener("beforeunload", (event) => {
    if (dirty.size && !isLeaving) event.preventDefault();
  });
  reload.addEventListener("click", async () => {
    await keep();
    isLeaving = true;
    window.location.reload();
  });
  keepOwn.addEventListener("click", () => {
    isStopped = false;
    notice.hidden = true;
    send();
  });
  dropOwn.addEventListener("click", async () => {
    await draft.drop();
    isLeaving = true;
    window.location.reload();
  });

  // --- opened again ---
  (async () => {
    const kept = await draft.load();
    const differing = Object.entries(kept?.fields || {}).filter(([name, values]) => !isSame(values, valuesOf(name)));
    if (!differing.length) {
      if (kept) draft.drop();
      return;
    }
    const before = new Map(differing.map(([name]) => [name, wordsOf(name, valuesOf(name))]));
    waiting = new Map(differing);
    waiting = new Map(differing.filter(([name, values]) => !put(name, values)));
    const labels = [...new Set(differing.map(([name]) => labelOf(name)).filter(Boolean))];
    if (kept.revision === seen.value) {
      tell(`已放回上次没有保存的内容：${labels.join("、")}。`);
      const wasTold = words.textContent;
      if (await send()) tell(`${wasTold}现已保存。`);
      return;
    }
    isStopped = true;
    const told = differing.map(([name, values]) => `${labelOf(name)}（最新内容：${before.get(name)}；您填的：${wordsOf(name, values)}）`);
    show("没有保存", "text-bad");
    tell(`这份季报在您填写时已有修改，下面是最新内容，您没有保存的已放回原处：${told.join("；")}。请核对。`, keepOwn, dropOwn);
  })();
})();
