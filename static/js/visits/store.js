// What a phone keeps of the own open visits: sealed with a key that no script can read out, gone with the visit or the sign-out.
// "kept": the key, the device, a state and a number for each visit. "queue": what is not sent yet, in order, each row open only
// in its numbers. "files": originals of photos until the portal has them. "pictures": small copies to look at.
import { OWNER, PREFIX, resultOf } from "./phone.js";

const STORES = ["kept", "queue", "files", "pictures"];

// Open what this browser keeps of a person's visits.
export async function openStore(user) {
  const database = await openDatabase(user);
  localStorage.setItem(OWNER, String(user)); // whose store the page opens without a signal
  if (globalThis.navigator?.storage?.persist) navigator.storage.persist().catch(() => false);
  return new Store(Number(user), database, await ownKey(database));
}

// Return the number of the person whose store the page opens without a signal, 0 of none.
export function storeOwner() {
  return Number(localStorage.getItem(OWNER) || 0);
}

class Store {
  #database;
  #key;

  constructor(user, database, key) {
    this.user = user;
    this.#database = database;
    this.#key = key;
  }

  async #sealBytes(bytes) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.#key, bytes) };
  }

  #unsealBytes(sealed) {
    return crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, this.#key, sealed.data);
  }

  #seal(content) {
    return this.#sealBytes(new TextEncoder().encode(JSON.stringify(content)));
  }

  async #unseal(sealed) {
    return JSON.parse(new TextDecoder().decode(await this.#unsealBytes(sealed)));
  }

  #read(name) {
    return this.#database.transaction(name).objectStore(name);
  }

  async #write(names, work) {
    const transaction = this.#database.transaction(names, "readwrite");
    const done = finished(transaction);
    const result = await work(...[names].flat().map((name) => transaction.objectStore(name)));
    await done;
    return result;
  }

  async state(visit) {
    const sealed = await resultOf(this.#read("kept").get(`visit-${visit}`));
    return sealed ? this.#unseal(sealed) : null;
  }

  async keepState(visit, state) {
    const sealed = await this.#seal(state);
    await this.#write("kept", (kept) => resultOf(kept.put(sealed, `visit-${visit}`)));
  }

  // Return the numbers of all visits of which anything is here, sent or not.
  async visits() {
    const keys = await resultOf(this.#read("kept").getAllKeys());
    const kept = keys.filter((key) => key.startsWith("visit-")).map((key) => Number(key.slice(6)));
    const queued = (await resultOf(this.#read("queue").getAll())).map((row) => row.visit);
    return [...new Set([...kept, ...queued])].sort((one, other) => one - other);
  }

  // Keep something to be sent: content, the original of a photo, a small copy of it to look at.
  async enqueue(visit, kind, content, file = null, picture = null) {
    const clientId = content.client_id;
    const sealed = await this.#seal(content);
    const sealedFile = file && (await this.#sealBytes(file));
    const sealedPicture = picture && (await this.#seal(picture));
    await this.#write(["kept", "queue", "files", "pictures"], async (kept, queue, files, pictures) => {
      const row = { visit, kind, client_id: clientId, sealed, tried: false };
      if (kind === "entry") {
        row.device = (await resultOf(kept.get("device"))) || crypto.randomUUID();
        row.sequence = ((await resultOf(kept.get(`sequence-${visit}`))) || 0) + 1;
        kept.put(row.device, "device");
        kept.put(row.sequence, `sequence-${visit}`);
      }
      if (sealedFile) files.put(sealedFile, clientId);
      if (sealedPicture) pictures.put({ visit, sealed: sealedPicture }, clientId);
      await resultOf(queue.add(row));
    });
  }

  // Return what waits to be sent, in order, of one visit or of all.
  async rows(visit = null) {
    const queue = this.#read("queue");
    const [ids, rows] = await Promise.all([resultOf(queue.getAllKeys()), resultOf(queue.getAll())]);
    const own = rows.map((row, place) => ({ ...row, id: ids[place] })).filter((row) => visit === null || row.visit === visit);
    return Promise.all(own.map(async (row) => ({ ...row, content: await this.#unseal(row.sealed) })));
  }

  // Change what was not sent yet. Answers false where it is under way: then it is said anew.
  async amend(id, content) {
    const sealed = await this.#seal(content);
    return this.#write("queue", async (queue) => {
      const row = await resultOf(queue.get(id));
      if (!row || row.tried) return false;
      await resultOf(queue.put({ ...row, sealed }, id));
      return true;
    });
  }

  async mark(rows, change) {
    await this.#write("queue", (queue) =>
      Promise.all(
        rows.map(async ({ id }) => {
          const row = await resultOf(queue.get(id));
          if (row) await resultOf(queue.put({ ...row, ...change }, id));
        }),
      ),
    );
  }

  async remove(rows) {
    await this.#write(["queue", "files"], (queue, files) =>
      Promise.all(rows.flatMap((row) => [resultOf(queue.delete(row.id)), resultOf(files.delete(row.client_id))])),
    );
  }

  // The portal lacks what it once acknowledged: a new device begins anew with what is still here.
  async renumber(visit, rows) {
    await this.#write(["kept", "queue"], async (kept, queue) => {
      const device = crypto.randomUUID();
      let sequence = 0;
      for (const { id, kind } of rows) {
        const row = kind === "entry" && (await resultOf(queue.get(id)));
        if (row) await resultOf(queue.put({ ...row, device, sequence: ++sequence }, id));
      }
      kept.put(device, "device");
      const keys = await resultOf(kept.getAllKeys());
      keys.filter((key) => String(key).startsWith("sequence-")).forEach((key) => kept.delete(key));
      await resultOf(kept.put(sequence, `sequence-${visit}`));
    });
  }

  async file(clientId) {
    const sealed = await resultOf(this.#read("files").get(clientId));
    return sealed ? this.#unsealBytes(sealed) : null;
  }

  async picture(clientId) {
    const row = await resultOf(this.#read("pictures").get(clientId));
    return row ? this.#unseal(row.sealed) : null;
  }

  // Remove what the portal said of a visit and the pictures. What is not sent stays until a person says that it may go.
  async forget(visit) {
    await this.#write(["kept", "pictures"], async (kept, pictures) => {
      const [ids, rows] = [await resultOf(pictures.getAllKeys()), await resultOf(pictures.getAll())];
      rows.forEach((row, place) => row.visit === visit && pictures.delete(ids[place]));
      kept.delete(`sequence-${visit}`);
      await resultOf(kept.delete(`visit-${visit}`));
    });
  }
}

async function openDatabase(user) {
  const request = indexedDB.open(PREFIX + user, 1);
  request.onupgradeneeded = () => {
    STORES.forEach((name) => request.result.createObjectStore(name, name === "queue" ? { autoIncrement: true } : {}));
  };
  const database = await resultOf(request);
  database.onversionchange = () => database.close(); // a sign-out elsewhere takes it away
  return database;
}

async function ownKey(database) {
  const kept = await resultOf(database.transaction("kept").objectStore("kept").get("key"));
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const store = database.transaction("kept", "readwrite").objectStore("kept");
  const other = await resultOf(store.get("key"));
  if (other) return other; // another tab was quicker
  await resultOf(store.put(made, "key"));
  return made;
}

function finished(transaction) {
  return new Promise((done, fail) => {
    transaction.oncomplete = () => done();
    transaction.onerror = transaction.onabort = () => fail(transaction.error);
  });
}
