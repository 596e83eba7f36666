// The names under which a phone keeps visits, and what concerns all that is kept under them, whoever it belongs to.
export const PREFIX = "visits-"; // of each person's database, and of the service worker's cache
export const OWNER = "visits-owner"; // whose database the page opens without a signal

// Return the result of a request to IndexedDB.
export function resultOf(request) {
  return new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

// Return how many rows wait to be sent, in all databases of visits of this browser.
export async function countUnsent() {
  const counts = await Promise.all((await databaseNames()).map(countQueued));
  return counts.reduce((sum, count) => sum + count, 0);
}

// Take everything of visits off this browser: databases, the owner's number, the cached pages.
export async function purgePhone() {
  await Promise.all((await databaseNames()).map(deleteDatabase));
  localStorage.removeItem(OWNER);
  const cached = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  await Promise.all(cached.map((name) => caches.delete(name)));
}

async function databaseNames() {
  return (await indexedDB.databases()).map(({ name }) => name).filter((name) => name.startsWith(PREFIX));
}

async function countQueued(name) {
  const opening = indexedDB.open(name);
  opening.onupgradeneeded = () => opening.transaction.abort(); // it went a moment ago: do not make an empty one
  const database = await resultOf(opening).catch(() => null);
  if (!database) return 0;
  database.onversionchange = () => database.close();
  try {
    if (!database.objectStoreNames.contains("queue")) return 0;
    return await resultOf(database.transaction("queue").objectStore("queue").count());
  } catch {
    return 0;
  } finally {
    database.close();
  }
}

function deleteDatabase(name) {
  return new Promise((done) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = request.onerror = request.onblocked = () => done();
  });
}
