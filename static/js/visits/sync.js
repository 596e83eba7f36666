// Sends what a phone has of one visit, in order, and takes in what the other one said. May be called at any time, any number
// of times: the portal keeps each thing once.
import { arrivedRows, batchOf, conclusionOf, isOver, isRefusedPhoto, maySend, nextSending, outcomeOf } from "./sending.js";

const SECONDS = 1000;
const PATIENCE = 20 * SECONDS;
const PHOTO_PATIENCE = 180 * SECONDS;
const MOST_ROUNDS = 200;

// Send and take in; one tab at a time. Answers {kind, sentence, …} as sending.js describes.
export function sync(store, visit) {
  if (!globalThis.navigator?.locks) return round(store, visit);
  return navigator.locks.request(`visits-${store.user}-${visit}`, () => round(store, visit));
}

// Tell the portal that the visit is done.
export function finishVisit(visit, token) {
  return request(`/visits/${visit}/finish/`, { form: formOf({}), token });
}

async function round(store, visit) {
  const first = await request(`/visits/${visit}/data/`);
  if (first.state && first.state.user.id !== store.user) return { kind: "another" };
  if (first.state) await store.keepState(visit, first.state);
  const last = maySend(first) ? await sendAll(store, visit, first) : first;
  if (last.state && last.kind === "ok") await store.keepState(visit, last.state);
  const outcome = conclusionOf(first, last);
  if (isOver(outcome)) await store.forget(visit);
  return outcome;
}

async function sendAll(store, visit, first) {
  let answer = first;
  let isStale = false;
  for (let rounds = 0; rounds < MOST_ROUNDS; rounds += 1) {
    const next = nextSending(await store.rows(visit));
    if (!next) break;
    const token = answer.token || first.token;
    answer = next.photo ? await sendPhoto(store, next.photo, token) : await sendBatch(store, visit, next.rows, token);
    isStale = Boolean(next.photo);
    if (answer.kind !== "ok") return answer;
  }
  return isStale ? request(`/visits/${visit}/data/`) : answer;
}

async function sendPhoto(store, row, token) {
  const bytes = await store.file(row.client_id);
  const file = new Blob([bytes || new ArrayBuffer(0)], { type: row.content.type });
  const form = formOf({ client_id: row.client_id, item: row.content.item, user: String(store.user), photo: [file, "photo"] });
  await store.mark([row], { tried: true });
  const answer = await request(`/visits/${row.visit}/photos/`, { form, token, patience: PHOTO_PATIENCE });
  if (answer.kind === "ok") await store.remove([row]);
  if (!isRefusedPhoto(answer)) return answer;
  await store.mark([row], { fault: answer.sentence });
  return { ...answer, kind: "ok" };
}

async function sendBatch(store, visit, rows, token) {
  await store.mark(rows, { tried: true });
  const form = formOf({ batch: JSON.stringify(batchOf(store.user, rows)) });
  const answer = await request(`/visits/${visit}/sync/`, { form, token });
  // First what the portal has, then what waits no more: whoever writes meanwhile finds each entry in one of the two.
  if (answer.state) await store.keepState(visit, answer.state);
  await store.remove(arrivedRows(rows, answer.acknowledged));
  if (answer.has_gap) await store.renumber(visit, await store.rows(visit));
  return answer;
}

async function request(address, { form = null, token = "", patience = PATIENCE } = {}) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patience);
  const options = { redirect: "manual", cache: "no-store", credentials: "same-origin", signal: abort.signal };
  if (form) Object.assign(options, { method: "POST", body: form, headers: { "X-CSRFToken": token } });
  try {
    const answer = await fetch(address, options);
    const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    return outcomeOf({
      isRedirect: answer.type === "opaqueredirect",
      isOk: answer.ok,
      status: answer.status,
      body: isJson ? await answer.json() : null,
      isPost: Boolean(form),
    });
  } catch {
    return { kind: "offline" };
  } finally {
    clearTimeout(timer);
  }
}

function formOf(fields) {
  const form = new FormData();
  Object.entries(fields).forEach(([name, value]) => form.append(name, ...[value].flat()));
  return form;
}
