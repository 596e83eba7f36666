// What was typed and not acknowledged, kept in the browser under a key that only the person's page brings along.
import { words } from "./browser.js";

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { KeptDraft } from "../../static/js/sheets/kept_draft.js";

const KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const DRAFT = { revision: "3", fields: { "a-note": ["服务会员的内容"] } };

beforeEach(() => words.clear());

test("a draft comes back to the page that brings the same key", async () => {
  await new KeptDraft("report-draft:1:7", KEY).save(DRAFT);
  assert.deepEqual(await new KeptDraft("report-draft:1:7", KEY).load(), DRAFT);
});

test("a draft cannot be read in the browser, nor by the page of somebody else", async () => {
  await new KeptDraft("report-draft:1:7", KEY).save(DRAFT);
  assert.equal(/a-note|服务/.test(words.get("report-draft:1:7")), false);
  assert.equal(await new KeptDraft("report-draft:1:7", KEY.replaceAll("0", "f")).load(), null);
});

test("a draft that was tampered with or is none counts as none", async () => {
  const draft = new KeptDraft("report-draft:1:7", KEY);
  assert.equal(await draft.load(), null);
  words.set("report-draft:1:7", "AAAA.BBBB");
  assert.equal(await draft.load(), null);
});

test("what is dropped is not written again by an earlier save", async () => {
  const draft = new KeptDraft("report-draft:1:7", KEY);
  draft.save(DRAFT);
  await draft.drop();
  assert.deepEqual([await draft.load(), words.size], [null, 0]);
});

test("a full browser loses nothing of the page and takes the next save", async (context) => {
  const draft = new KeptDraft("report-draft:1:7", KEY);
  const full = context.mock.method(localStorage, "setItem", () => { throw new Error("QuotaExceededError"); });
  assert.equal(await draft.save(DRAFT), null);
  full.mock.restore();
  await draft.save(DRAFT);
  assert.deepEqual(await draft.load(), DRAFT);
});
