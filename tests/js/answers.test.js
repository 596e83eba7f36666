// An answer between the text of a field, the value that is kept, and the words in which it is read.
import assert from "node:assert/strict";
import { test } from "node:test";

import { chosenValue, mustExplain, shown, tableValue, textOf, valueOf } from "../../static/js/visits/answers.js";

test("money is kept in cents and comes back as it was typed", () => {
  const item = { type: "money" };
  const typed = ["12", "12.5", "12.05", "0", "0.01"];
  const values = typed.map((text) => valueOf(item, text));
  assert.deepEqual(values, [1200, 1250, 1205, 0, 1]);
  assert.deepEqual(values.map((value) => textOf(item, value)), typed);
});

test("what is no amount stays as it was typed, and so stays in the field", () => {
  const item = { type: "money" };
  assert.deepEqual(["1.234", "-5", "约 100", "1,000"].map((text) => valueOf(item, text)), ["1.234", "-5", "约 100", "1,000"]);
  assert.equal(textOf(item, "约 100"), "约 100");
});

test("a whole number is a number, anything else its text", () => {
  assert.deepEqual(["7", " 007 ", "7.0", "1234567890123"].map((text) => valueOf({ type: "whole" }, text)), [7, 7, "7.0", "1234567890123"]);
});

test("blanks are no answer, and digits of a text stay a text", () => {
  assert.deepEqual([valueOf({ type: "short_text" }, "  "), valueOf({ type: "short_text" }, " 12 ")], [null, "12"]);
});

test("every value is read in words", () => {
  assert.deepEqual([null, "", true, false, 0].map((value) => shown({}, value)), ["（空）", "（空）", "是", "否", "0"]);
  assert.equal(shown({ type: "money" }, 1250), "12.50 元");
  assert.equal(shown({ type: "whole", unit: "人" }, 3), "3 人");
  assert.equal(shown({}, ["甲", "乙"]), "甲；乙");
  assert.equal(shown({}, [{ person: "李红", act: "任职" }, { person: "王明" }]), "李红，任职；王明");
});

test("choices are kept in the order of the question", () => {
  assert.deepEqual(chosenValue(["甲", "乙", "丙"], new Set(["丙", "甲"])), ["甲", "丙"]);
  assert.equal(chosenValue(["甲"], new Set()), null);
});

test("rows of a table in which nothing is answered do not count", () => {
  assert.deepEqual(tableValue([{}, { person: "李红" }, {}]), [{ person: "李红" }]);
  assert.equal(tableValue([{}]), null);
});

test("no and not applicable have to be explained, no answer has not", () => {
  assert.deepEqual([false, "不适用", true, null].map(mustExplain), [true, true, false, false]);
});
