// What a phone keeps of the own open visits: sealed with a key that no script can read out, gone with the visit or the sign-out.
// "kept": the key, the device, a state and a number for each visit. "queue": what is not sent yet, in order, each row open only
// in its numbers. "files": originals of photos until the portal has them. "pictures": small copies to look at.
window.visits = window.visits || {};
visits.store = (() => {
  const PREFIX = "visits-";
  const STORES = ["kept", "queue", "files", "pictures"];
  const asked = (request) =>
    new Promise((done, fail) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
  const finished = (transaction) =>
    new Promise((done, fail) => {
      transaction.oncomplete = () => done();
      transaction.onerror = transaction.onabort = () => fail(transaction.error);
    });

  const openDatabase = async (user) => {
    const request = indexedDB.open(PREFIX + user, 1);
    request.onupgradeneeded = () => {
      STORES.forEach((name) => request.result.createObjectStore(name, name === "queue" ? { autoIncrement: true } : {}));
    };
    const database = await asked(request);
    database.onversionchange = () => database.close(); // a sign-out elsewhere takes it away
    return database;
  };

  const ownKey = async (database) => {
    const kept = await asked(database.transaction("kept").objectStore("kept").get("key"));
    if (kept) return kept;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const store = database.transaction("kept", "readwrite").objectStore("kept");
    const other = await asked(store.get("key"));
    if (other) return other; // another tab was quicker
    await asked(store.put(made, "key"));
    return made;
  };

  class Store {
    constructor(user, database, key) {
      Object.assign(this, { user, database, key });
    }

    async sealBytes(bytes) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, bytes) };
    }

    unsealBytes(sealed) {
      return crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, this.key, sealed.data);
    }

    seal(told) {
      return this.sealBytes(new TextEncoder().encode(JSON.stringify(told)));
    }

    async unseal(sealed) {
      return JSON.parse(new TextDecoder().decode(await this.unsealBytes(sealed)));
    }

    read(name) {
      return this.database.transaction(name).objectStore(name);
    }

    async write(names, work) {
      const transaction = this.database.transaction(names, "readwrite");
      const done = finished(transaction);
      const result = await work(...[names].flat().map((name) => transaction.objectStore(name)));
      await done;
      return result;
    }

    async state(visit) {
      const sealed = await asked(this.read("kept").get(`visit-${visit}`));
      return sealed ? this.unseal(sealed) : null;
    }

    async keepState(visit, state) {
      const sealed = await this.seal(state);
      await this.write("kept", (kept) => asked(kept.put(sealed, `visit-${visit}`)));
    }

    // The numbers of all visits of which anything is here, sent or not.
    async visits() {
      const keys = await asked(this.read("kept").getAllKeys());
      const kept = keys.filter((key) => key.startsWith("visit-")).map((key) => Number(key.slice(6)));
      const queued = (await asked(this.read("queue").getAll())).map((row) => row.visit);
      return [...new Set([...kept, ...queued])].sort((one, other) => one - other);
    }

    async enqueue(visit, kind, told, file = null, picture = null) {
      const client_id = told.client_id;
      const sealed = await this.seal(told);
      const sealedFile = file && (await this.sealBytes(file));
      const sealedPicture = picture && (await this.seal(picture));
      await this.write(["kept", "queue", "files", "pictures"], async (kept, queue, files, pictures) => {
        const row = { visit, kind, client_id, sealed, tried: false };
        if (kind === "entry") {
          row.device = (await asked(kept.get("device"))) || crypto.randomUUID();
          row.sequence = ((await asked(kept.get(`sequence-${visit}`))) || 0) + 1;
          kept.put(row.device, "device");
          kept.put(row.sequence, `sequence-${visit}`);
        }
        if (sealedFile) files.put(sealedFile, client_id);
        if (sealedPicture) pictures.put({ visit, sealed: sealedPicture }, client_id);
        await asked(queue.add(row));
      });
    }

    async rows(visit = null) {
      const queue = this.read("queue");
      const [ids, rows] = await Promise.all([asked(queue.getAllKeys()), asked(queue.getAll())]);
      const own = rows.map((row, place) => ({ ...row, id: ids[place] })).filter((row) => visit === null || row.visit === visit);
      return Promise.all(own.map(async (row) => ({ ...row, told: await this.unseal(row.sealed) })));
    }

    // Change what was not sent yet. Answers false where it is under way: then it is said anew.
    async amend(id, told) {
      const sealed = await this.seal(told);
      return this.write("queue", async (queue) => {
        const row = await asked(queue.get(id));
        if (!row || row.tried) return false;
        await asked(queue.put({ ...row, sealed }, id));
        return true;
      });
    }

    async mark(rows, change) {
      await this.write("queue", (queue) =>
        Promise.all(
          rows.map(async ({ id }) => {
            const row = await asked(queue.get(id));
            if (row) await asked(queue.put({ ...row, ...change }, id));
          }),
        ),
      );
    }

    async remove(rows) {
      await this.write(["queue", "files"], (queue, files) =>
        Promise.all(rows.flatMap(({ id, client_id }) => [asked(queue.delete(id)), asked(files.delete(client_id))])),
      );
    }

    // The portal lacks what it once acknowledged: a new device begins anew with what is still here.
    async renumber(visit, rows) {
      await this.write(["kept", "queue"], async (kept, queue) => {
        const device = crypto.randomUUID();
        let sequence = 0;
        for (const { id, kind } of rows) {
          const row = kind === "entry" && (await asked(queue.get(id)));
          if (row) await asked(queue.put({ ...row, device, sequence: ++sequence }, id));
        }
        kept.put(device, "device");
        const keys = await asked(kept.getAllKeys());
        keys.filter((key) => String(key).startsWith("sequence-")).forEach((key) => kept.delete(key));
        await asked(kept.put(sequence, `sequence-${visit}`));
      });
    }

    async file(client_id) {
      const sealed = await asked(this.read("files").get(client_id));
      return sealed ? this.unsealBytes(sealed) : null;
    }

    async picture(client_id) {
      const row = await asked(this.read("pictures").get(client_id));
      return row ? this.unseal(row.sealed) : null;
    }

    // What the portal said of a visit, and what is to look at. What is not sent stays until a person says that it may go.
    async forget(visit) {
      await this.write(["kept", "pictures"], async (kept, pictures) => {
        const [ids, rows] = [await asked(pictures.getAllKeys()), await asked(pictures.getAll())];
        rows.forEach((row, place) => row.visit === visit && pictures.delete(ids[place]));
        kept.delete(`sequence-${visit}`);
        await asked(kept.delete(`visit-${visit}`));
      });
    }
  }

  const open = async (user) => {
    const database = await openDatabase(user);
    localStorage.setItem("visits-owner", String(user)); // whose store the page opens without a signal
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => false);
    return new Store(Number(user), database, await ownKey(database));
  };
  return { open, owner: () => Number(localStorage.getItem("visits-owner") || 0) };
})();
