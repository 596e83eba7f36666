// What an answer of the portal means, what goes next, when to try again.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as sending from "../../static/js/visits/sending.js";

const answer = (more) => sending.outcomeOf({ isRedirect: false, isOk: false, status: 0, body: null, isPost: true, ...more });
const row = (id, kind = "entry", more = {}) => ({ client_id: id, kind, content: { client_id: id }, ...more });

test("every answer of the portal has its meaning", () => {
  const kinds = [
    [{ isOk: true, status: 200, body: {} }, "ok"],
    [{ isRedirect: true }, "signed-out"],
    [{ isOk: true, status: 200 }, "fault"],
    [{ status: 404 }, "gone"],
    [{ status: 403, isPost: false }, "gone"],
    [{ status: 403 }, "fault"],
    [{ status: 409, body: {} }, "another"],
    [{ status: 410, body: {} }, "over"],
    [{ status: 500 }, "offline"],
    [{ status: 503 }, "offline"],
    [{ status: 400, body: {} }, "fault"],
  ];
  assert.deepEqual(kinds.map(([about]) => answer(about).kind), kinds.map(([, kind]) => kind));
});

test("the portal's own sentence is said where there is one", () => {
  assert.equal(sending.wordsOf(answer({ status: 400, body: { sentence: "照片已损坏" } })), "照片已损坏");
  assert.equal(sending.wordsOf({ kind: "offline" }), "没有信号。可以继续填写，有信号后自动发送。");
  assert.equal(sending.wordsOf({ kind: "ok" }), "");
});

test("only two refusals are mended by signing in, and two ends take a visit off the phone", () => {
  const kinds = ["ok", "offline", "signed-out", "another", "over", "gone", "fault"].map((kind) => ({ kind }));
  assert.deepEqual(kinds.filter(sending.needsSignIn).map(({ kind }) => kind), ["signed-out", "another"]);
  assert.deepEqual(kinds.filter(sending.isOver).map(({ kind }) => kind), ["over", "gone"]);
});

test("a visit that is over takes what was done before, with a token only", () => {
  const firsts = [{ kind: "ok" }, { kind: "over", token: "t" }, { kind: "over" }, { kind: "gone" }, { kind: "offline" }];
  assert.deepEqual(firsts.map(sending.maySend), [true, true, false, false, false]);
});

test("what was said goes together up to the next photo, and a photo goes alone", () => {
  const rows = [row("a"), row("b", "signature"), row("p", "photo"), row("c")];
  assert.deepEqual(sending.nextSending(rows), { rows: rows.slice(0, 2) });
  assert.deepEqual(sending.nextSending(rows.slice(2)), { photo: rows[2] });
  assert.equal(sending.nextSending([]), null);
});

test("at most fifty go at once, in order", () => {
  const rows = Array.from({ length: 70 }, (_, place) => row(String(place)));
  assert.deepEqual(sending.nextSending(rows).rows, rows.slice(0, 50));
});

test("what was refused stays behind and does not hold up the rest", () => {
  const rows = [row("p", "photo", { fault: "照片已损坏" }), row("a")];
  assert.deepEqual(sending.nextSending(rows), { rows: [rows[1]] });
  assert.equal(sending.nextSending(rows.slice(0, 1)), null);
});

test("a batch names its sender, numbers its entries and leaves signatures as they are", () => {
  const batch = sending.batchOf(7, [row("a", "entry", { device: "d", sequence: 3 }), row("s", "signature")]);
  assert.deepEqual(batch, { user: 7, entries: [{ client_id: "a", device: "d", sequence: 3 }], signatures: [{ client_id: "s" }] });
});

test("only what was acknowledged has arrived", () => {
  const rows = [row("a"), row("b")];
  assert.deepEqual(sending.arrivedRows(rows, ["b", "unknown"]), [rows[1]]);
  assert.deepEqual(sending.arrivedRows(rows, undefined), []);
});

test("a photo is refused for good by 400 alone", () => {
  assert.deepEqual(
    [{ kind: "fault", status: 400 }, { kind: "fault", status: 413 }, { kind: "offline" }].map(sending.isRefusedPhoto),
    [true, false, false],
  );
});

test("a visit that is over stays over although the rest was accepted", () => {
  assert.equal(sending.conclusionOf({ kind: "over" }, { kind: "ok" }).kind, "over");
  assert.equal(sending.conclusionOf({ kind: "over" }, { kind: "offline" }).kind, "offline");
  assert.equal(sending.conclusionOf({ kind: "ok" }, { kind: "ok", token: "t" }).token, "t");
});

test("a failure is tried again later, what was said meanwhile soon, nothing never", () => {
  const failed = sending.pauseAfter({ kind: "offline" }, []);
  const soon = sending.pauseAfter({ kind: "ok" }, [row("a")]);
  assert.equal(soon < failed, true);
  assert.equal(sending.pauseAfter({ kind: "ok" }, [row("p", "photo", { fault: "照片已损坏" })]), null);
});
