// What decides when a phone sends: what an answer of the portal means, what goes next, when to try again. Pure functions.
const AT_ONCE = 50; // entries and signatures in one request
const PAUSE = 1200;
const AGAIN = 30000;

const WORDS = {
  "signed-out": "登录已过期。未发送的记录保存在本机，请用同一账户重新登录后发送。",
  another: "本机的记录属于另一位检查人员，请由本人登录后发送。",
  unknown: "本机没有这次检查的资料。请在有信号的地方打开一次。",
  offline: "没有信号。可以继续填写，有信号后自动发送。",
};

// Return {kind, ...}: ok, offline, signed-out, another (user), over, gone, fault. `body` is the JSON of the answer, null of none.
export function outcomeOf({ isRedirect, isOk, status, body, isPost }) {
  if (isRedirect) return { kind: "signed-out" };
  if (isOk && body) return { kind: "ok", ...body };
  if (status === 404 || (status === 403 && !isPost)) return { kind: "gone" };
  if (status === 410) return { kind: "over", ...body };
  if (status === 409) return { kind: "another", ...body };
  if (status >= 500) return { kind: "offline", sentence: "服务器暂时没有答复，稍后自动重发。" };
  return { kind: "fault", status, sentence: "没有发送成功，请刷新页面后重试。", ...body };
}

export function wordsOf(outcome) {
  return outcome.sentence || WORDS[outcome.kind] || "";
}

export function unknownWords() {
  return WORDS.unknown;
}

// What is said of this visit is nothing more that the phone may keep.
export function isOver({ kind }) {
  return kind === "over" || kind === "gone";
}

export function needsSignIn({ kind }) {
  return kind === "signed-out" || kind === "another";
}

// Whoever the visit was taken from may still hand in what was done before, as long as the portal gives a token for it.
export function maySend(first) {
  return first.kind === "ok" || (first.kind === "over" && Boolean(first.token));
}

// Return what goes next, in order: {photo} alone or {rows} together, null when nothing waits. What was refused stays behind.
export function nextSending(rows) {
  const waiting = rows.filter((row) => !row.fault);
  if (!waiting.length) return null;
  if (waiting[0].kind === "photo") return { photo: waiting[0] };
  const end = waiting.findIndex((row) => row.kind === "photo");
  return { rows: waiting.slice(0, Math.min(end < 0 ? waiting.length : end, AT_ONCE)) };
}

export function batchOf(user, rows) {
  const of = (kind) => rows.filter((row) => row.kind === kind);
  return {
    user,
    entries: of("entry").map(({ content, device, sequence }) => ({ ...content, device, sequence })),
    signatures: of("signature").map(({ content }) => content),
  };
}

export function arrivedRows(rows, acknowledged = []) {
  const arrived = new Set(acknowledged);
  return rows.filter((row) => arrived.has(row.client_id));
}

// A photo that the portal does not want (400) is marked and shown; what comes after it goes on.
export function isRefusedPhoto(answer) {
  return answer.kind === "fault" && answer.status === 400;
}

// "over" of a round that found nothing to send is "over" still.
export function conclusionOf(first, last) {
  return first.kind === "over" && last.kind === "ok" ? first : last;
}

// Return in how many milliseconds to send again, null when there is nothing to send.
export function pauseAfter(outcome, rows) {
  if (outcome.kind !== "ok") return AGAIN;
  return rows.some((row) => !row.fault) ? PAUSE : null; // said while the rest was on its way
}

export function pauseAfterTyping() {
  return PAUSE;
}
