// Parts of the visit page that decide: photos, signatures, what is left, addresses.
import assert from "node:assert/strict";
import { test } from "node:test";

import { lastWords, wordsOf } from "../../static/js/visits/leftovers.js";
import { visitOf } from "../../static/js/visits/list.js";
import { fileFault, smallSize } from "../../static/js/visits/photos.js";
import { pointIn } from "../../static/js/visits/signature.js";

const entry = (item, content) => ({ kind: "entry", content: { item, ...content } });

test("photos of three types up to 20 MB are taken", () => {
  const most = 20 * 1024 * 1024;
  assert.deepEqual(["image/jpeg", "image/png", "image/webp"].map((type) => fileFault({ type, size: most })), ["", "", ""]);
  assert.equal(fileFault({ type: "image/heic", size: 1 }).startsWith("只接收 JPG、PNG、WebP"), true);
  assert.equal(fileFault({ type: "image/jpeg", size: most + 1 }).startsWith("照片超过 20 MB"), true);
});

test("a small copy keeps the shape, enlarges nothing and refuses too many pixels", () => {
  assert.deepEqual(smallSize(1600, 1200), { width: 640, height: 480 });
  assert.deepEqual(smallSize(300, 600), { width: 300, height: 600 });
  assert.equal(smallSize(10000, 5001), null);
});

test("a stroke beyond the edge stays within the box, whatever its size on the screen", () => {
  const box = { left: 10, top: 20, width: 300, height: 120 };
  assert.deepEqual(pointIn(box, { clientX: 160, clientY: 80 }), [500, 200]);
  assert.deepEqual(pointIn(box, { clientX: 0, clientY: 999 }), [0, 400]);
});

test("of what could not be sent each item is told once, with its last words", () => {
  const rows = [entry("built", { value: true }), entry("term", { value: true }), entry("built", { value: false, note: "没有批复" })];
  assert.deepEqual(lastWords(rows), rows.slice(1));
  assert.equal(wordsOf(rows[2]), "built：否，没有批复");
});

test("photos and signatures that could not be sent are told one by one", () => {
  const rows = [
    { kind: "photo", content: { label: "会议记录" } }, { kind: "photo", content: {} },
    { kind: "signature", content: { name: "王建国" } }, { kind: "signature", content: { refusal: "不在场" } },
  ];
  assert.deepEqual(lastWords(rows).map(wordsOf), ["照片：会议记录", "照片：未分项目", "签字：王建国", "未签字的原因：不在场"]);
});

test("only the address of one visit is a visit's", () => {
  assert.deepEqual(["/visits/12/", "/visits/", "/visits/12/excuse/", "/visits/offline/"].map(visitOf), [12, null, null, null]);
});
