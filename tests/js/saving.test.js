// What decides while a report is filled in.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as saving from "../../static/js/sheets/saving.js";

const page = (fields) => (name) => fields[name] ?? [];

test("only what differs from the page is put back of a draft", () => {
  const kept = { "a-staff": ["14"], "a-lectures": ["2"], "a-kinds": ["甲", "乙"] };
  const fields = { "a-staff": ["12"], "a-lectures": ["2"], "a-kinds": ["乙", "甲"] };
  assert.deepEqual(saving.differencesOf(kept, page(fields)), [["a-staff", ["14"]], ["a-kinds", ["甲", "乙"]]]);
});

test("a field that the page does not have yet differs, unless nothing was kept of it", () => {
  assert.deepEqual(saving.differencesOf({ "a-new": ["1"], "a-none": [] }, page({})), [["a-new", ["1"]]]);
});

test("no draft has no differences", () => {
  assert.deepEqual(saving.differencesOf(undefined, page({})), []);
});

test("a draft holds what waits for its place, and over it what the page holds now", () => {
  const waiting = new Map([["a-late", ["1"]], ["a-staff", ["12"]]]);
  const draft = saving.draftFields(waiting, new Set(["a-staff"]), page({ "a-staff": ["14"] }));
  assert.deepEqual(draft, { "a-late": ["1"], "a-staff": ["14"] });
});

test("what arrived as it stands is saved; what was typed meanwhile, or not sent at all, is not", () => {
  const unsaved = new Set(["a-same", "a-typed", "a-later"]);
  const sent = new Map([["a-same", ["1"]], ["a-typed", ["2"]]]);
  const left = saving.stillUnsaved(unsaved, sent, page({ "a-same": ["1"], "a-typed": ["23"], "a-later": ["3"] }), false);
  assert.deepEqual([...left], ["a-typed", "a-later"]);
});

test("a section answered as a whole replaces what was sent of it, whatever the page holds now", () => {
  const left = saving.stillUnsaved(new Set(["a-typed", "a-later"]), new Map([["a-typed", ["2"]]]), page({ "a-typed": ["9"] }), true);
  assert.deepEqual([...left], ["a-later"]);
});

test("a fast typist is saved ten seconds after the first unsaved change", () => {
  assert.equal(saving.waitOf(2000, 0, 1000), 2000);
  assert.equal(saving.waitOf(2000, 0, 9500), 500);
  assert.equal(saving.waitOf(2000, 0, 60000), 0);
});

test("an answer that is a page instead of data means that the session is over", () => {
  const json = "application/json; charset=utf-8";
  const answers = [
    { status: 200, isRedirected: false, contentType: json },
    { status: 409, isRedirected: false, contentType: json },
    { status: 200, isRedirected: true, contentType: json },
    { status: 403, isRedirected: false, contentType: "text/html" },
    { status: 403, isRedirected: false, contentType: null },
    { status: 502, isRedirected: true, contentType: "text/html" },
  ];
  assert.deepEqual(answers.map(saving.kindOf), ["told", "told", "signed-out", "signed-out", "signed-out", "unavailable"]);
});

test("every refusal says where the typed words are", () => {
  assert.equal(saving.refusalOf({ is_stale: true, message: "已有修改" }).notice, "已有修改");
  assert.equal(saving.refusalOf({ message: "已提交。" }).notice, "没有保存：已提交。您填写的内容保留在本机。");
  assert.equal(saving.refusalOf({ is_signed_out: true }).status, "登录已过期，内容保留在本机");
});

test("a draft is put back unasked upon its own revision alone", () => {
  assert.deepEqual(["3", "4", 3].map((revision) => saving.mayRestore({ revision: "3" }, revision)), [true, false, false]);
});

test("labels of what was put back are named once each, fields without one not at all", () => {
  const differing = [{ label: "党课" }, { label: "党课" }, { label: "" }, { label: "职工" }];
  assert.equal(saving.restoredWords(differing), "已放回上次没有保存的内容：党课、职工。");
});

test("a conflict tells both contents of each field", () => {
  const words = saving.conflictWords([{ label: "党课", before: "5", kept: "2" }, { label: "职工", before: "空", kept: "14" }]);
  assert.equal(words.includes("党课（最新内容：5；您填的：2）；职工（最新内容：空；您填的：14）"), true);
});

test("a field of a table knows its item and row", () => {
  assert.deepEqual(saving.tableRowOf("a-post_changes-12-person"), { code: "post_changes", place: 12 });
  assert.deepEqual(["a-staff", "seen", "explain-staff"].map(saving.tableRowOf), [null, null, null]);
});
