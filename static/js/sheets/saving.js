// What decides while a report is filled in: what is not saved yet, when to send, what to do with the answer and with a kept draft.
// Pure functions; sheets/saver.js acts on them. The values of a field are a list: what is ticked, or the one text.
export const PAUSES = {
  typed: 2000, // after the last key
  chosen: 300, // after a tap, which may bring up another question
  failed: 5000,
  reconnected: 1000, // the word that there is a connection comes a little before there is one
  most: 10000, // between two saves, however fast one types
};

export function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

// Return [name, values] of each kept field that the page does not show as it was kept.
export function differencesOf(fields, valuesOf) {
  return Object.entries(fields || {}).filter(([name, values]) => !isSame(values, valuesOf(name)));
}

// Return the fields of a draft: what waits for its place on the page, and over it what the page holds now.
export function draftFields(waiting, unsaved, valuesOf) {
  return Object.fromEntries([...waiting, ...[...unsaved].map((name) => [name, valuesOf(name)])]);
}

// Return the names that are unsaved still after `sent` has arrived: a field that was typed in meanwhile stays unsaved.
// Where a section was answered as a whole, its fields have been replaced and nothing of what was sent remains.
export function stillUnsaved(unsaved, sent, valuesOf, isWhole) {
  const isSettled = (name) => sent.has(name) && (isWhole || isSame(sent.get(name), valuesOf(name)));
  return new Set([...unsaved].filter((name) => !isSettled(name)));
}

// Return how long to wait: the pause, but never beyond the longest time since the first unsaved change.
export function waitOf(pause, first, now) {
  return Math.min(pause, Math.max(0, first + PAUSES.most - now));
}

// Return what an answer of the server is: "unavailable" (try again), "signed-out" or "told" (its JSON says what happened).
export function kindOf({ status, isRedirected, contentType }) {
  if (status >= 500) return "unavailable";
  return isRedirected || !(contentType || "").startsWith("application/json") ? "signed-out" : "told";
}

// Return the status line and the notice after a refusal.
export function refusalOf(answer) {
  if (answer.is_signed_out) {
    return {
      status: "登录已过期，内容保留在本机",
      notice: "登录已过期，没有保存。您填写的内容保留在本机：请重新载入并登录，内容会自动放回。",
    };
  }
  if (answer.is_stale) return { status: "没有保存", notice: answer.message };
  return { status: "没有保存", notice: `没有保存：${answer.message}您填写的内容保留在本机。` };
}

export function lossOf(isOnline) {
  return isOnline ? "服务器没有响应，内容保留在本机，稍后自动保存" : "没有连接，内容保留在本机，恢复后自动保存";
}

// A draft is put back unasked only upon the revision it was typed on; on any other somebody has to look first.
export function mayRestore(kept, revision) {
  return kept.revision === revision;
}

export function restoredWords(differing) {
  const labels = [...new Set(differing.map(({ label }) => label).filter(Boolean))];
  return `已放回上次没有保存的内容：${labels.join("、")}。`;
}

export function conflictWords(differing) {
  const lines = differing.map(({ label, before, kept }) => `${label}（最新内容：${before}；您填的：${kept}）`);
  return `这份季报在您填写时已有修改，下面是最新内容，您没有保存的已放回原处：${lines.join("；")}。请核对。`;
}

// Return the item and the row of a field in a table, or null for any other field.
export function tableRowOf(name) {
  const [, code, place] = name.match(/^a-([a-z0-9_]+)-(\d+)-/) || [];
  return code ? { code, place: Number(place) } : null;
}
