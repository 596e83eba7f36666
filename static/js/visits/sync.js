// Sends what a phone has of one visit, in order, and takes in what the other one said. May be called at any time, any number
// of times: the portal keeps each thing once. Answers {kind, sentence}: ok, offline, signed-out, another, over, gone, fault.
window.visits = window.visits || {};
visits.sync = (() => {
  const SECONDS = 1000;
  const AT_ONCE = 50;

  const ask = async (address, form = null, token = "", patience = 20 * SECONDS) => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), patience);
    const asking = { redirect: "manual", cache: "no-store", credentials: "same-origin", signal: abort.signal };
    if (form) Object.assign(asking, { method: "POST", body: form, headers: { "X-CSRFToken": token } });
    try {
      const answer = await fetch(address, asking);
      if (answer.type === "opaqueredirect") return { kind: "signed-out" };
      const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      const told = isJson ? await answer.json() : {};
      if (answer.ok && isJson) return { kind: "ok", ...told };
      if (answer.status === 404 || (answer.status === 403 && !form)) return { kind: "gone" };
      if (answer.status === 410) return { kind: "over", ...told };
      if (answer.status === 409) return { kind: "another", ...told };
      if (answer.status >= 500) return { kind: "offline", sentence: "服务器暂时没有答复，稍后自动重发。" };
      return { kind: "fault", status: answer.status, sentence: "没有发送成功，请刷新页面后重试。", ...told };
    } catch {
      return { kind: "offline" };
    } finally {
      clearTimeout(timer);
    }
  };

  const formOf = (fields) => {
    const form = new FormData();
    Object.entries(fields).forEach(([name, value]) => form.append(name, ...[value].flat()));
    return form;
  };

  const sendPhoto = async (store, row, token) => {
    const bytes = await store.file(row.client_id);
    const file = new Blob([bytes || new ArrayBuffer(0)], { type: row.told.type });
    const form = formOf({ client_id: row.client_id, item: row.told.item, user: String(store.user), photo: [file, "photo"] });
    await store.mark([row], { tried: true });
    const answer = await ask(`/visits/${row.visit}/photos/`, form, token, 180 * SECONDS);
    if (answer.kind === "ok") await store.remove([row]);
    if (answer.kind !== "fault" || answer.status !== 400) return answer;
    await store.mark([row], { fault: answer.sentence }); // it is shown; what comes after it goes on
    return { ...answer, kind: "ok" };
  };

  const sendBatch = async (store, visit, rows, token) => {
    const of = (kind) => rows.filter((row) => row.kind === kind);
    const entries = of("entry").map(({ told, device, sequence }) => ({ ...told, device, sequence }));
    const batch = { user: store.user, entries, signatures: of("signature").map(({ told }) => told) };
    await store.mark(rows, { tried: true });
    const answer = await ask(`/visits/${visit}/sync/`, formOf({ batch: JSON.stringify(batch) }), token);
    // First what the portal has, then what waits no more: whoever writes meanwhile finds each entry in one of the two.
    if (answer.state) await store.keepState(visit, answer.state);
    const arrived = new Set(answer.acknowledged || []);
    await store.remove(rows.filter((row) => arrived.has(row.client_id)));
    if (answer.has_gap) await store.renumber(visit, await store.rows(visit));
    return answer;
  };

  const sendAll = async (store, visit, first) => {
    let answer = first;
    let isStale = false;
    let rounds = 0;
    for (;;) {
      const rows = (await store.rows(visit)).filter((row) => !row.fault);
      if (!rows.length || ++rounds > 200) break;
      const token = answer.token || first.token;
      if (rows[0].kind === "photo") {
        answer = await sendPhoto(store, rows[0], token);
        isStale = true;
      } else {
        const end = rows.findIndex((row) => row.kind === "photo");
        answer = await sendBatch(store, visit, rows.slice(0, Math.min(end < 0 ? rows.length : end, AT_ONCE)), token);
        isStale = false;
      }
      if (answer.kind !== "ok") return answer;
    }
    return isStale ? ask(`/visits/${visit}/data/`) : answer;
  };

  const round = async (store, visit) => {
    const first = await ask(`/visits/${visit}/data/`);
    if (first.state && first.state.user.id !== store.user) return { kind: "another" };
    if (first.state) await store.keepState(visit, first.state);
    let last = first;
    if (first.kind === "ok" || (first.kind === "over" && first.token)) last = await sendAll(store, visit, first);
    if (last.state && last.kind === "ok") await store.keepState(visit, last.state);
    // "over" of a round that found nothing to send is "over" still.
    const answer = first.kind === "over" && last.kind === "ok" ? first : last;
    if (answer.kind === "over" || answer.kind === "gone") await store.forget(visit);
    return answer;
  };

  const run = (store, visit) =>
    navigator.locks
      ? navigator.locks.request(`visits-${store.user}-${visit}`, () => round(store, visit))
      : round(store, visit);

  const finish = (visit, token) => ask(`/visits/${visit}/finish/`, formOf({}), token);
  return { run, finish };
})();
