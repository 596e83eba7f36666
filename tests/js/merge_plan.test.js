// How what the server drew anew comes into a page in which somebody is typing.
import assert from "node:assert/strict";
import { test } from "node:test";

import { lineAct, mayTakeFeedback, planMerge } from "../../static/js/sheets/merge_plan.js";

const nobody = () => false;

test("what is there is merged, what is new comes after what stands before it", () => {
  const { steps, removed } = planMerge(["a", "c"], ["a", "b", "c"], nobody);
  assert.deepEqual(steps.map(({ id, act, after }) => [id, act, after]), [["a", "merge", null], ["b", "insert", "a"], ["c", "merge", "b"]]);
  assert.deepEqual(removed, []);
});

test("two new ones at the start stand in their order", () => {
  const { steps } = planMerge(["c"], ["a", "b", "c"], nobody);
  assert.deepEqual(steps.map(({ act, after }) => [act, after]), [["insert", null], ["insert", "a"], ["merge", "b"]]);
});

test("what is asked no more goes, but not under the hands of whoever is typing in it", () => {
  assert.deepEqual(planMerge(["a", "b", "c"], ["b"], nobody).removed, ["a", "c"]);
  assert.deepEqual(planMerge(["a", "b", "c"], ["b"], (id) => id === "a").removed, ["c"]);
});

test("a page that has not changed is merged in place", () => {
  const { steps, removed } = planMerge(["a", "b"], ["a", "b"], nobody);
  assert.deepEqual([steps.map(({ act }) => act), removed], [["merge", "merge"], []]);
});

test("a question that has changed is replaced, unless somebody is typing in it", () => {
  assert.deepEqual([lineAct("1", "1", false), lineAct("1", "2", false), lineAct("1", "2", true)], ["patch", "replace", "patch"]);
});

test("an explanation that is being typed is never replaced by an explanation", () => {
  const cases = [
    { wasTyped: false, isTyped: false, isBusy: false },
    { wasTyped: true, isTyped: true, isBusy: false },
    { wasTyped: true, isTyped: false, isBusy: false },
    { wasTyped: true, isTyped: false, isBusy: true },
  ];
  assert.deepEqual(cases.map(mayTakeFeedback), [true, false, true, false]);
});
