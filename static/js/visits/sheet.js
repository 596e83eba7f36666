// What stands on the check list of one visit, from what the portal knows (`state`) and what waits on this phone (`rows`). Pure
// functions: a thing that the portal has acknowledged and that waits here still, because the answer was lost, counts once.
import { standings } from "./merging.js";

const NOTHING = Object.freeze({ heads: [], conflict: false, value: null, note: "" });

export function itemsOf(state) {
  return state.sections.flatMap((section) => section.items);
}

// Return {item code: standing}; what this phone has not sent comes after what the portal has.
export function standingsOf(state, rows) {
  const own = unknownRows(state.entries, rows, "entry").map((row) => ({ ...row.content, by: state.user.name }));
  return standings([...state.entries, ...own]);
}

export function standingAt(state, rows, code) {
  return standingsOf(state, rows).get(code) || NOTHING;
}

// Return the photos of one item: `sent`, or with the row that waits and what is wrong with it.
export function photosAt(state, rows, code) {
  const own = unknownRows(state.photos, rows, "photo");
  return [
    ...state.photos.map((photo) => ({ ...photo, sent: true })),
    ...own.map((row) => ({ ...row.content, by: state.user.name, row, fault: row.fault })),
  ].filter((photo) => photo.item === code);
}

export function signaturesOf(state, rows) {
  const own = unknownRows(state.signatures, rows, "signature");
  return [...state.signatures, ...own.map((row) => ({ ...row.content, isWaiting: true }))];
}

// Return how far the visit is: required items answered, required items, items in conflict.
export function progressOf(state, rows) {
  const standing = standingsOf(state, rows);
  const required = itemsOf(state).filter((item) => item.required);
  const isAnswered = ({ code }) => (standing.get(code)?.value ?? null) !== null;
  const conflicts = [...standing.values()].filter((each) => each.conflict).length;
  return { answered: required.filter(isAnswered).length, required: required.length, conflicts };
}

export function progressWords({ answered, required, conflicts }) {
  return [`已填 ${answered}/${required}`, conflicts ? `，${conflicts} 项不一致` : ""];
}

// Return a text that differs when an item has to be painted anew.
export function lookOf(standing, photos) {
  const seen = photos.map((photo) => [photo.client_id, photo.sent, photo.fault]);
  return JSON.stringify([standing.value, standing.note, standing.conflict && standing.heads, seen]);
}

// Return how a change of an item is kept: as an entry of its own upon those that stand, or, where the last own entry of the item
// still waits and nobody contradicts it, by amending that one ({id, content}).
export function planEntry({ item, state, rows, change, now, id }) {
  const standing = standingAt(state, rows, item.code);
  const said = { value: standing.value, note: standing.note, ...change, entered_at: now };
  const last = [...rows].reverse().find((row) => row.kind === "entry" && row.content.item === item.code);
  return {
    amended: last && !standing.conflict ? { id: last.id, content: { ...last.content, ...said } } : null,
    entry: { client_id: id, item: item.code, label: item.label, bases: standing.heads.map((head) => head.client_id), ...said },
  };
}

function unknownRows(sent, rows, kind) {
  const known = new Set(sent.map(({ client_id: id }) => id));
  return rows.filter((row) => row.kind === kind && !known.has(row.client_id));
}
