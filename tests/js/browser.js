// What a browser has and Node has not: a database, a place for few words.
import "fake-indexeddb/auto";

const words = new Map();
globalThis.localStorage = {
  getItem: (name) => words.get(name) ?? null,
  setItem: (name, value) => words.set(name, String(value)),
  removeItem: (name) => words.delete(name),
};

export { words };
