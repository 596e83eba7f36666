// What a phone keeps of visits, in a database of its own for each person.
import { words } from "./browser.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { countUnsent } from "../../static/js/visits/phone.js";
import { openStore, storeOwner } from "../../static/js/visits/store.js";

let people = 0;
const freshStore = () => openStore((people += 1));
const entry = (id, more = {}) => ({ client_id: id, item: "built", value: true, ...more });
const numbers = async (store, visit) => (await store.rows(visit)).map(({ client_id: id, sequence }) => [id, sequence]);

test("what is said comes back as it was said, in order, numbered within its visit", async () => {
  const store = await freshStore();
  await store.enqueue(1, "entry", entry("a", { note: "没有批复文件" }));
  await store.enqueue(2, "entry", entry("b"));
  await store.enqueue(1, "entry", entry("c"));
  assert.deepEqual(await numbers(store, 1), [["a", 1], ["c", 2]]);
  assert.deepEqual(await numbers(store, null), [["a", 1], ["b", 1], ["c", 2]]);
  assert.equal((await store.rows(1))[0].content.note, "没有批复文件");
});

test("nothing that is said lies open in the database", async () => {
  const store = await freshStore();
  await store.enqueue(1, "entry", entry("a", { note: "secret words" }));
  await store.keepState(1, { association: "secret name" });
  const database = await new Promise((done) => {
    const request = indexedDB.open(`visits-${store.user}`);
    request.onsuccess = () => done(request.result);
  });
  const read = (name) => new Promise((done) => {
    const request = database.transaction(name).objectStore(name).getAll();
    request.onsuccess = () => done(request.result);
  });
  const [row] = await read("queue");
  assert.deepEqual(Object.keys(row).sort(), ["client_id", "device", "kind", "sealed", "sequence", "tried", "visit"]);
  const sealed = [row.sealed, ...(await read("kept")).filter((value) => value?.data)];
  const readable = sealed.map(({ data }) => new TextDecoder().decode(data)).join("");
  assert.equal(sealed.length, 2);
  assert.equal(/secret/.test(readable), false);
  database.close();
});

test("what was not sent yet can be amended, what is under way cannot", async () => {
  const store = await freshStore();
  await store.enqueue(1, "entry", entry("a"));
  const [row] = await store.rows(1);
  assert.equal(await store.amend(row.id, entry("a", { value: false })), true);
  await store.mark([row], { tried: true });
  assert.equal(await store.amend(row.id, entry("a", { value: null })), false);
  assert.equal((await store.rows(1))[0].content.value, false);
});

test("what has gone is not amended, marked or brought back", async () => {
  const store = await freshStore();
  await store.enqueue(1, "entry", entry("a"));
  const [row] = await store.rows(1);
  await store.remove([row]);
  await store.remove([row]);
  await store.mark([row], { fault: "照片已损坏" });
  assert.equal(await store.amend(row.id, entry("a")), false);
  assert.deepEqual(await store.rows(1), []);
});

test("a number once given is not given again though its entry has gone", async () => {
  const store = await freshStore();
  await store.enqueue(1, "entry", entry("a"));
  await store.remove(await store.rows(1));
  await store.enqueue(1, "entry", entry("b"));
  assert.deepEqual(await numbers(store, 1), [["b", 2]]);
});

test("a phone whose entries the portal lost begins anew as another device, in the same order", async () => {
  const store = await freshStore();
  for (const id of ["a", "b", "c"]) await store.enqueue(1, "entry", entry(id));
  const before = await store.rows(1);
  await store.remove([before[0]]);
  await store.renumber(1, await store.rows(1));
  assert.deepEqual(await numbers(store, 1), [["b", 1], ["c", 2]]);
  assert.notEqual((await store.rows(1))[0].device, before[0].device);
  await store.enqueue(1, "entry", entry("d"));
  assert.deepEqual((await numbers(store, 1)).at(-1), ["d", 3]);
});

test("a photo is kept with its original until it is sent, and its small copy until the visit is forgotten", async () => {
  const store = await freshStore();
  const original = new Uint8Array([1, 2, 3]).buffer;
  await store.enqueue(1, "photo", { client_id: "p", item: "built" }, original, "data:small");
  assert.deepEqual(new Uint8Array(await store.file("p")), new Uint8Array([1, 2, 3]));
  await store.remove(await store.rows(1));
  assert.deepEqual([await store.file("p"), await store.picture("p")], [null, "data:small"]);
  await store.forget(1);
  assert.equal(await store.picture("p"), null);
});

test("a visit that is forgotten leaves what was not sent, and other visits alone", async () => {
  const store = await freshStore();
  await store.keepState(1, { name: "一" });
  await store.keepState(2, { name: "二" });
  await store.enqueue(1, "entry", entry("a"));
  await store.forget(1);
  assert.deepEqual([await store.state(1), await store.state(2)], [null, { name: "二" }]);
  assert.deepEqual(await numbers(store, 1), [["a", 1]]);
  assert.deepEqual(await store.visits(), [1, 2]);
});

test("two tabs of one person share a key", async () => {
  people += 1;
  const [one, other] = await Promise.all([openStore(people), openStore(people)]);
  await one.keepState(1, { name: "一" });
  assert.deepEqual(await other.state(1), { name: "一" });
});

test("one person's store knows nothing of another's, and the last to open is the owner", async () => {
  const [one, other] = [await freshStore(), await freshStore()];
  await one.enqueue(1, "entry", entry("a"));
  assert.deepEqual(await other.rows(), []);
  assert.deepEqual([storeOwner(), words.get("visits-owner")], [other.user, String(other.user)]);
});

test("what waits is counted over all people of a phone", async () => {
  const before = await countUnsent();
  const [one, other] = [await freshStore(), await freshStore()];
  await one.enqueue(1, "entry", entry("a"));
  await other.enqueue(2, "entry", entry("b"));
  assert.equal(await countUnsent(), before + 2);
});
