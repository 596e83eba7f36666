// A phone and the portal over a line that loses requests and answers.
import "./browser.js";

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { openStore } from "../../static/js/visits/store.js";
import { finishVisit, sync } from "../../static/js/visits/sync.js";

const VISIT = 1;
let people = 100;
let store, portal;

// A portal that keeps each thing once. `lose` names the next ways in which the line fails: "request" or "answer".
class Portal {
  received = []; // client ids, in the order of arrival, once each
  requests = [];
  lose = [];
  refusals = new Map(); // path -> [status, body]

  constructor(user) {
    this.user = user;
  }

  state() {
    return { user: { id: this.user, name: "钱查" }, entries: this.received.map((id) => ({ client_id: id })), photos: [], signatures: [] };
  }

  async answer(path, body) {
    const loss = this.lose.shift();
    this.requests.push(path);
    if (loss === "request") throw new TypeError("no network");
    const refusal = this.refusals.get(path);
    const result = refusal ?? [200, this.accept(path, body)];
    if (loss === "answer") throw new TypeError("no network");
    return new Response(JSON.stringify(result[1]), { status: result[0], headers: { "Content-Type": "application/json" } });
  }

  accept(path, body) {
    const ids = path.endsWith("/sync/")
      ? JSON.parse(body.get("batch")).entries.map(({ client_id: id }) => id)
      : path.endsWith("/photos/") ? [body.get("client_id")] : [];
    ids.filter((id) => !this.received.includes(id)).forEach((id) => this.received.push(id));
    return { token: "token", acknowledged: ids, state: path.endsWith("/photos/") ? undefined : this.state() };
  }
}

const say = (id) => store.enqueue(VISIT, "entry", { client_id: id, item: "built", value: true });
const photograph = (id) => store.enqueue(VISIT, "photo", { client_id: id, item: "built", type: "image/jpeg" }, new ArrayBuffer(3), "small");
const waiting = async () => (await store.rows(VISIT)).map(({ client_id: id }) => id);

beforeEach(async () => {
  people += 1;
  store = await openStore(people);
  portal = new Portal(people);
  globalThis.fetch = (address, { body } = {}) => portal.answer(address, body);
});

test("what waits is sent in order and waits no more", async () => {
  for (const id of ["a", "b"]) await say(id);
  await photograph("p");
  await say("c");
  assert.equal((await sync(store, VISIT)).kind, "ok");
  assert.deepEqual([portal.received, await waiting()], [["a", "b", "p", "c"], []]);
  assert.deepEqual((await store.state(VISIT)).entries.length, 4);
});

test("a request that is lost leaves everything waiting", async () => {
  await say("a");
  portal.lose = [null, "request"];
  assert.equal((await sync(store, VISIT)).kind, "offline");
  assert.deepEqual([portal.received, await waiting()], [[], ["a"]]);
});

test("an answer that is lost twice makes no second entry", async () => {
  await say("a");
  portal.lose = [null, "answer"];
  await sync(store, VISIT);
  portal.lose = [null, "answer"];
  await sync(store, VISIT);
  assert.deepEqual([portal.received, await waiting()], [["a"], ["a"]]);
  assert.equal((await sync(store, VISIT)).kind, "ok");
  assert.deepEqual([portal.received, await waiting()], [["a"], []]);
});

test("what was sent without an answer can be amended no more", async () => {
  await say("a");
  portal.lose = [null, "answer"];
  await sync(store, VISIT);
  const [row] = await store.rows(VISIT);
  assert.equal(await store.amend(row.id, { client_id: "a", value: false }), false);
});

test("what the portal does not acknowledge waits on", async () => {
  await say("a");
  await say("b");
  const accept = portal.accept.bind(portal);
  let isFirst = true;
  portal.accept = (path, body) => {
    const answer = accept(path, body);
    if (path.endsWith("/sync/") && isFirst) {
      isFirst = false;
      answer.acknowledged = ["a"];
      portal.lose = ["request"]; // and then the line breaks
    }
    return answer;
  };
  assert.equal((await sync(store, VISIT)).kind, "offline");
  assert.deepEqual(await waiting(), ["b"]);
});

test("somebody else's session sends nothing and reads nothing", async () => {
  await say("a");
  portal.user = people + 50;
  assert.deepEqual(await sync(store, VISIT), { kind: "another" });
  assert.deepEqual([portal.requests.length, await store.state(VISIT), await waiting()], [1, null, ["a"]]);
});

test("a session that is over leaves everything waiting", async () => {
  await say("a");
  globalThis.fetch = async () => ({ type: "opaqueredirect", ok: false, status: 0, headers: new Headers() });
  assert.deepEqual(await sync(store, VISIT), { kind: "signed-out" });
  assert.deepEqual(await waiting(), ["a"]);
});

test("a photo that is refused is marked, and what comes after it goes on", async () => {
  await photograph("p");
  await say("a");
  portal.refusals.set(`/visits/${VISIT}/photos/`, [400, { sentence: "照片已损坏" }]);
  assert.equal((await sync(store, VISIT)).kind, "ok");
  assert.deepEqual([portal.received, await waiting()], [["a"], ["p"]]);
  assert.equal((await store.rows(VISIT))[0].fault, "照片已损坏");
  await sync(store, VISIT);
  assert.equal(portal.requests.filter((path) => path.endsWith("/photos/")).length, 1);
});

test("a photo for which the server has no time now waits on without a mark", async () => {
  await photograph("p");
  portal.refusals.set(`/visits/${VISIT}/photos/`, [503, {}]);
  assert.equal((await sync(store, VISIT)).kind, "offline");
  assert.equal((await store.rows(VISIT))[0].fault, undefined);
});

test("a visit that is over is forgotten once what was done before has been handed in", async () => {
  await store.keepState(VISIT, portal.state());
  await say("a");
  portal.refusals.set(`/visits/${VISIT}/data/`, [410, { token: "token" }]);
  assert.equal((await sync(store, VISIT)).kind, "over");
  assert.deepEqual([portal.received, await waiting(), await store.state(VISIT)], [["a"], [], null]);
});

test("what is not taken any more of a visit that is gone stays for a person to see", async () => {
  await store.keepState(VISIT, portal.state());
  await say("a");
  portal.refusals.set(`/visits/${VISIT}/data/`, [404, {}]);
  assert.equal((await sync(store, VISIT)).kind, "gone");
  assert.deepEqual([portal.received, await waiting(), await store.state(VISIT)], [[], ["a"], null]);
});

test("a phone that learns of a gap sends everything again as another device", async () => {
  await say("a");
  const [before] = await store.rows(VISIT);
  const accept = portal.accept.bind(portal);
  const devices = [];
  portal.accept = (path, body) => {
    if (!path.endsWith("/sync/")) return accept(path, body);
    devices.push(JSON.parse(body.get("batch")).entries[0].device);
    return devices.length === 1 ? { token: "token", acknowledged: [], has_gap: true } : accept(path, body);
  };
  assert.equal((await sync(store, VISIT)).kind, "ok");
  assert.deepEqual([devices[0], devices.length, portal.received], [before.device, 2, ["a"]]);
  assert.notEqual(devices[1], before.device);
});

test("the end of a visit is told with the token, and a refusal names the gaps", async () => {
  portal.refusals.set(`/visits/${VISIT}/finish/`, [400, { sentence: "还有未填的项目", gaps: [{ item: "built" }] }]);
  const answer = await finishVisit(VISIT, "token");
  assert.deepEqual([answer.kind, answer.sentence, answer.gaps], ["fault", "还有未填的项目", [{ item: "built" }]]);
});
