// What the entries of several phones come to. The same cases stand in tests/reviews/checks for the portal's own reckoning.
import assert from "node:assert/strict";
import { test } from "node:test";

import { standings } from "../../static/js/visits/merging.js";

const entry = (id, more = {}) => ({ client_id: id, item: "built", value: true, note: "", bases: [], by: "钱查", ...more });
const standing = (...entries) => standings(entries).get("built");
const heads = ({ heads: entries }) => entries.map(({ client_id: id }) => id);

test("an entry upon another takes its place", () => {
  const { value, conflict, ...rest } = standing(entry("a"), entry("b", { value: false, bases: ["a"] }));
  assert.deepEqual([value, conflict, heads(rest)], [false, false, ["b"]]);
});

test("two who did not know of each other and differ are in conflict, and no answer stands", () => {
  const result = standing(entry("a"), entry("b", { value: false }));
  assert.deepEqual([result.conflict, result.value, result.note, heads(result)], [true, null, "", ["a", "b"]]);
});

test("two who did not know of each other and say the same agree", () => {
  const result = standing(entry("a"), entry("b"));
  assert.deepEqual([result.conflict, result.value], [false, true]);
});

test("words beside no words are no conflict, and the words stand", () => {
  const result = standing(entry("a"), entry("b", { note: "没有批复文件" }));
  assert.deepEqual([result.conflict, result.note], [false, "没有批复文件"]);
});

test("different words are a conflict though the answer is the same", () => {
  assert.equal(standing(entry("a", { note: "甲" }), entry("b", { note: "乙" })).conflict, true);
});

test("an entry upon both settles the conflict", () => {
  const result = standing(entry("a"), entry("b", { value: false }), entry("c", { value: false, bases: ["a", "b"] }));
  assert.deepEqual([result.conflict, result.value, heads(result)], [false, false, ["c"]]);
});

test("an entry upon one of two leaves the other standing", () => {
  const result = standing(entry("a"), entry("b", { value: false }), entry("c", { value: null, bases: ["a"] }));
  assert.deepEqual([result.conflict, heads(result)], [true, ["b", "c"]]);
});

test("an entry takes the place only of what came before it: of two that name each other the later stands", () => {
  assert.deepEqual(heads(standing(entry("a", { bases: ["b"] }), entry("b", { bases: ["a"] }))), ["b"]);
});

test("an entry upon one that never arrived stands beside the others", () => {
  assert.deepEqual(heads(standing(entry("a"), entry("b", { bases: ["lost"] }))), ["a", "b"]);
});

test("no answer and an answer that was taken back are the same", () => {
  assert.equal(standing(entry("a", { value: null }), entry("b", { value: undefined })).conflict, false);
});

test("items do not touch each other", () => {
  const all = standings([entry("a"), entry("b", { item: "term", value: false, bases: ["a"] })]);
  assert.deepEqual([...all].map(([item, { value }]) => [item, value]), [["built", true], ["term", false]]);
});

test("nothing said is nothing standing", () => {
  assert.equal(standings([]).size, 0);
});
