// Saving a report as it is typed, over a line that loses requests and answers, beside somebody else who saves too.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Saver } from "../../static/js/sheets/saver.js";

// The form, the status line and the notice of a page, as plain values.
class Desk {
  address = "/save/";
  values = {};
  revision = "0";
  status = "";
  notice = null;
  merged = [];

  body(extra) {
    return { ...structuredClone(this.values), ...extra, seen: this.revision };
  }

  merge(html, whole) {
    this.merged.push(whole ?? "");
  }

  show(text) {
    this.status = text;
  }

  tell(text, ...acts) {
    this.notice = { text, acts };
  }

  hideNotice() {
    this.notice = null;
  }

  // As `fields`:
  valuesOf(name) {
    return this.values[name] ?? [];
  }

  wordsOf(name, values) {
    return values.join("、") || "空";
  }

  labelOf(name) {
    return name;
  }

  put(name, values) {
    if (!(name in this.values)) return false;
    this.values[name] = values;
    return true;
  }
}

// A server that refuses whoever has not seen what was saved last.
class Server {
  saved = {};
  revision = 0;
  bodies = [];
  lose = []; // the next ways in which the line fails: "request", "answer" or null

  async post(address, body) {
    const loss = this.lose.shift();
    if (loss === "request") throw new Error("no network");
    this.bodies.push(body);
    const answer = this.accept(body);
    if (loss === "answer") throw new Error("no network");
    return answer;
  }

  accept({ seen, ...values }) {
    const isSame = JSON.stringify({ ...this.saved, ...values }) === JSON.stringify(this.saved);
    if (Number(seen) !== this.revision && !isSame) return { is_saved: false, is_stale: true, message: "已有修改" };
    if (!isSame) this.revision += 1;
    Object.assign(this.saved, values);
    return { is_saved: true, revision: String(this.revision), page: "<html>", at: "10:30" };
  }
}

let desk, server, saver, kept, isOnline;
const draft = {
  save: async (content) => { kept = structuredClone(content); },
  load: async () => kept,
  drop: async () => { kept = null; },
};
const saverOf = () => new Saver({ page: desk, fields: desk, draft, post: (...about) => server.post(...about), isOnline: () => isOnline });
const type = (name, ...values) => {
  desk.values[name] = values;
  saver.change(name, 2000);
};

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  [desk, server, kept, isOnline] = [new Desk(), new Server(), null, true];
  saver = saverOf();
});

afterEach(() => mock.timers.reset());

test("what is typed is saved, and nothing stays behind", async () => {
  type("staff", "14");
  assert.equal(desk.status, "还没有保存");
  assert.equal(await saver.send(), true);
  assert.deepEqual([server.saved, desk.revision, desk.status, saver.hasUnsaved, kept], [{ staff: ["14"] }, "1", "已保存 10:30", false, null]);
});

test("without a connection nothing is sent and everything is kept", async () => {
  isOnline = false;
  type("staff", "14");
  assert.equal(await saver.send(), false);
  assert.deepEqual([server.bodies, kept, desk.status], [[], { revision: "0", fields: { staff: ["14"] } }, "没有连接，内容保留在本机，恢复后自动保存"]);
});

test("a lost request is sent again as it was, and what was typed since after it", async () => {
  type("staff", "14");
  server.lose = ["request"];
  assert.equal(await saver.send(), false);
  type("staff", "15");
  assert.equal(await saver.send(), true);
  assert.deepEqual([server.saved, saver.hasUnsaved], [{ staff: ["14"] }, true]);
  assert.equal(await saver.send(), true);
  assert.deepEqual([server.saved, saver.hasUnsaved], [{ staff: ["15"] }, false]);
});

test("what was lost is tried again by itself after five seconds", async () => {
  type("staff", "14");
  server.lose = ["request"];
  await saver.send();
  mock.timers.tick(4999);
  await new Promise(setImmediate);
  assert.deepEqual(server.saved, {});
  mock.timers.tick(1);
  await new Promise(setImmediate);
  assert.deepEqual(server.saved, { staff: ["14"] });
});

test("typing is sent two seconds after the last key", async () => {
  type("staff", "1");
  mock.timers.tick(1999);
  type("staff", "14");
  mock.timers.tick(1999);
  await new Promise(setImmediate);
  assert.deepEqual([server.saved, kept.fields], [{}, { staff: ["14"] }]);
  mock.timers.tick(1);
  await new Promise(setImmediate);
  assert.deepEqual(server.saved, { staff: ["14"] });
});

test("an answer that is lost does not make the own save look like somebody else's", async () => {
  type("staff", "14");
  server.lose = ["answer"];
  await saver.send();
  type("staff", "15");
  await saver.send();
  await saver.send();
  assert.deepEqual([server.saved, server.revision, desk.notice, server.bodies[0], saver.isStopped], [{ staff: ["15"] }, 2, null, server.bodies[1], false]);
});

test("what is typed while the answer is on its way stays unsaved and is sent next", async () => {
  type("staff", "14");
  const post = server.post.bind(server);
  server.post = async (...about) => {
    const answer = await post(...about);
    type("staff", "15");
    return answer;
  };
  await saver.send();
  server.post = post;
  assert.deepEqual([server.saved, saver.hasUnsaved, kept.fields], [{ staff: ["14"] }, true, { staff: ["15"] }]);
  await saver.send();
  assert.deepEqual(server.saved, { staff: ["15"] });
});

test("somebody else's save is not overwritten: sending stops, the words are kept, the page may be loaded again", async () => {
  server.accept({ seen: "0", staff: ["99"] });
  type("staff", "14");
  assert.equal(await saver.send(), false);
  assert.deepEqual([server.saved, kept.fields, saver.isStopped], [{ staff: ["99"] }, { staff: ["14"] }, true]);
  assert.deepEqual(desk.notice, { text: "已有修改", acts: ["reload"] });
  type("staff", "15");
  assert.equal(await saver.send(), false);
  assert.equal(server.bodies.length, 1);
});

test("a session that is over stops sending and keeps the words", async () => {
  type("staff", "14");
  server.post = async () => ({ is_saved: false, is_signed_out: true });
  assert.equal(await saver.send(), false);
  assert.deepEqual([kept.fields, desk.notice.acts, saver.isStopped], [{ staff: ["14"] }, ["reload"], true]);
});

test("a draft of the same revision is put back and saved", async () => {
  kept = { revision: "0", fields: { staff: ["14"] } };
  desk.values = { staff: ["12"] };
  await saver.restore();
  assert.deepEqual([server.saved, kept, desk.notice.text], [{ staff: ["14"] }, null, "已放回上次没有保存的内容：staff。现已保存。"]);
});

test("a draft of an older revision is put back and not sent until somebody has looked", async () => {
  server.accept({ seen: "0", staff: ["99"] });
  kept = { revision: "0", fields: { staff: ["14"] } };
  [desk.values, desk.revision] = [{ staff: ["99"] }, "1"];
  await saver.restore();
  assert.deepEqual([server.saved, server.bodies, desk.values.staff], [{ staff: ["99"] }, [], ["14"]]);
  assert.deepEqual([desk.notice.acts, desk.notice.text.includes("staff（最新内容：99；您填的：14）")], [["keep", "drop"], true]);
  assert.equal(await saver.insist(), true);
  assert.deepEqual([server.saved, desk.notice], [{ staff: ["14"] }, null]);
});

test("a draft that the page already shows is dropped without a word", async () => {
  kept = { revision: "0", fields: { staff: ["12"] } };
  desk.values = { staff: ["12"] };
  await saver.restore();
  assert.deepEqual([kept, desk.notice, server.bodies], [null, null, []]);
});

test("what the page has no field for yet waits, is kept, and is put in when the field comes", async () => {
  kept = { revision: "0", fields: { staff: ["14"], later: ["1"] } };
  desk.values = { staff: ["12"] };
  const merge = desk.merge.bind(desk);
  await saver.restore();
  assert.deepEqual(kept, { revision: "1", fields: { later: ["1"] } });
  desk.merge = (...about) => {
    merge(...about);
    desk.values.later ??= [];
  };
  type("staff", "15");
  await saver.send();
  assert.deepEqual([desk.values.later, saver.hasUnsaved, kept.fields], [["1"], true, { later: ["1"] }]);
  await saver.send();
  assert.deepEqual([server.saved, kept], [{ staff: ["15"], later: ["1"] }, null]);
});

test("a section answered as a whole is sent once and merged as a whole", async () => {
  assert.equal(await saver.send({ unchanged: "meetings" }), true);
  assert.deepEqual([server.bodies.map(({ unchanged }) => unchanged), desk.merged], [["meetings"], ["meetings"]]);
});

test("a whole section asked for after a lost answer goes after what was lost", async () => {
  type("staff", "14");
  server.lose = ["answer"];
  await saver.send();
  assert.equal(await saver.send({ unchanged: "meetings" }), true);
  assert.deepEqual(server.bodies.map(({ unchanged }) => unchanged), [undefined, undefined, "meetings"]);
});

test("two sends at once go one after the other", async () => {
  type("staff", "14");
  assert.deepEqual(await Promise.all([saver.send(), saver.send()]), [true, true]);
  assert.deepEqual([server.bodies.map(({ seen }) => seen), desk.notice], [["0", "1"], null]);
});

test("a file takes its turn after what is on its way, and brings the new revision", async () => {
  desk.fileBody = (fill) => {
    const body = { seen: desk.revision };
    fill(body);
    return body;
  };
  type("staff", "14");
  saver.send();
  await saver.sendFile("/attach/", (body) => { body.minutes = "file"; });
  assert.deepEqual([server.saved, desk.revision, server.bodies[1]], [{ staff: ["14"], minutes: "file" }, "2", { seen: "1", minutes: "file" }]);
});

test("a file that is refused says so and stops nothing", async () => {
  desk.fileBody = () => ({});
  server.post = async () => ({ is_saved: false, message: "只接收 PDF" });
  await saver.sendFile("/attach/", () => {});
  assert.deepEqual([desk.status, desk.notice, saver.isStopped], ["附件没有保存", { text: "只接收 PDF", acts: [] }, false]);
});
