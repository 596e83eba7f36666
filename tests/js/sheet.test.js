// The check list of one visit: what the portal knows and what waits on the phone, brought together.
import assert from "node:assert/strict";
import { test } from "node:test";

import { lookOf, photosAt, planEntry, progressOf, progressWords, signaturesOf, standingAt } from "../../static/js/visits/sheet.js";

const BUILT = { code: "built", label: "应建的党组织已经建立", required: true };
const NOW = "2024-09-02T08:00:00.000Z";

const stateOf = (more = {}) => ({
  user: { id: 7, name: "钱查" },
  sections: [{ items: [BUILT, { code: "term", label: "按期换届", required: true }, { code: "remarks", label: "备注" }] }],
  entries: [], photos: [], signatures: [], ...more,
});
const sent = (id, more = {}) => ({ client_id: id, item: "built", value: true, note: "", bases: [], by: "李同", ...more });
const waiting = (id, content, more = {}) => (
  { id: 1, kind: "entry", client_id: id, content: { client_id: id, item: "built", value: false, note: "", bases: [], ...content }, ...more }
);
const plan = (state, rows, change) => planEntry({ item: BUILT, state, rows, change, now: NOW, id: "new" });

test("what waits on the phone stands before the portal has it", () => {
  const { value, heads } = standingAt(stateOf(), [waiting("a")], "built");
  assert.deepEqual([value, heads[0].by], [false, "钱查"]);
});

test("an entry that arrived though its answer was lost counts once", () => {
  const { conflict, heads } = standingAt(stateOf({ entries: [sent("a", { value: false })] }), [waiting("a")], "built");
  assert.deepEqual([conflict, heads.length], [false, 1]);
});

test("an item of which nobody said anything has no answer", () => {
  assert.deepEqual(standingAt(stateOf(), [], "built"), { heads: [], conflict: false, value: null, note: "" });
});

test("a photo that the portal has is shown once, as sent", () => {
  const state = stateOf({ photos: [{ client_id: "p", item: "built", by: "钱查" }] });
  const photos = photosAt(state, [waiting("p", {}, { kind: "photo" })], "built");
  assert.deepEqual(photos.map(({ sent: isSent, row }) => [isSent, row]), [[true, undefined]]);
});

test("a photo that was refused says why and can be dropped by its row", () => {
  const row = waiting("p", {}, { kind: "photo", fault: "照片已损坏" });
  const [photo] = photosAt(stateOf(), [row], "built");
  assert.deepEqual([photo.fault, photo.row, photo.sent], ["照片已损坏", row, undefined]);
});

test("a signature that waits says so until the portal has it", () => {
  const row = waiting("s", { name: "王建国" }, { kind: "signature" });
  assert.deepEqual(signaturesOf(stateOf(), [row]).map(({ name, isWaiting }) => [name, isWaiting]), [["王建国", true]]);
  const known = stateOf({ signatures: [{ client_id: "s", name: "王建国" }] });
  assert.deepEqual(signaturesOf(known, [row]).map(({ isWaiting }) => isWaiting), [undefined]);
});

test("an answer on a fresh item is an entry of its own", () => {
  const { amended, entry } = plan(stateOf(), [], { value: true });
  const whole = { client_id: "new", item: "built", label: BUILT.label, bases: [], value: true, note: "", entered_at: NOW };
  assert.deepEqual([amended, entry], [null, whole]);
});

test("a note added while the answer waits amends it and keeps the answer", () => {
  const { amended } = plan(stateOf(), [waiting("a")], { note: "没有批复文件" });
  assert.deepEqual([amended.id, amended.content.value, amended.content.note], [1, false, "没有批复文件"]);
});

test("an amendment keeps the bases of what it amends, and an entry in its stead builds on it", () => {
  const { amended, entry } = plan(stateOf({ entries: [sent("x")] }), [waiting("a", { bases: ["x"] })], { note: "补充" });
  assert.deepEqual([amended.content.bases, amended.content.client_id, entry.bases], [["x"], "a", ["a"]]);
});

test("the last of several entries that wait is the one amended", () => {
  const rows = [waiting("a"), waiting("b", { bases: ["a"] }, { id: 2 })];
  assert.equal(plan(stateOf(), rows, { value: true }).amended.id, 2);
});

test("in a conflict nothing is amended: the choice is an entry upon both", () => {
  const { amended, entry } = plan(stateOf({ entries: [sent("x")] }), [waiting("a")], { value: true, note: "" });
  assert.deepEqual([amended, entry.bases], [null, ["x", "a"]]);
});

test("progress counts required items alone, and an item in conflict as not answered", () => {
  const state = stateOf({ entries: [sent("a"), sent("b", { value: false }), sent("c", { item: "remarks" })] });
  const progress = progressOf(state, [waiting("d", { item: "term", value: false })]);
  assert.deepEqual(progress, { answered: 1, required: 2, conflicts: 1 });
  assert.equal(progressWords(progress).join(""), "已填 1/2，1 项不一致");
});

test("an answer of no is an answer", () => {
  assert.equal(progressOf(stateOf({ entries: [sent("a", { value: false })] }), []).answered, 1);
});

test("an item looks different only by what is shown of it", () => {
  const before = standingAt(stateOf({ entries: [sent("a")] }), [], "built");
  const same = standingAt(stateOf({ entries: [sent("a"), sent("b", { bases: ["a"] })] }), [], "built");
  const conflict = standingAt(stateOf({ entries: [sent("a"), sent("b", { value: false })] }), [], "built");
  const photo = [{ client_id: "p" }];
  assert.equal(lookOf(before, photo), lookOf(same, photo));
  assert.notEqual(lookOf(before, photo), lookOf(before, [{ client_id: "p", sent: true }]));
  assert.notEqual(lookOf(before, []), lookOf(conflict, []));
});
