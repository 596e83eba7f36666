// What somebody typed and the server has not acknowledged yet, kept in this browser until it has. It is encrypted with a key that
// only the page of the same person brings along; where a browser cannot encrypt (no TLS) nothing is kept.
export class KeptDraft {
  #name;
  #subtle;
  #key;
  #turn = Promise.resolve(); // one thing after the other: what is dropped must not be written again by an earlier save

  constructor(name, hexKey) {
    this.#name = name;
    this.#subtle = globalThis.crypto?.subtle;
    this.#key = this.#subtle?.importKey("raw", bytesOfHex(hexKey), "AES-GCM", false, ["encrypt", "decrypt"]);
  }

  save(draft) {
    return this.#inTurn(() => (this.#subtle ? this.#seal(draft) : null));
  }

  // Return the draft, or null where none is kept or it cannot be read.
  load() {
    return this.#inTurn(() => (this.#subtle ? this.#unseal() : null));
  }

  drop() {
    return this.#inTurn(() => localStorage.removeItem(this.#name));
  }

  #inTurn(act) {
    this.#turn = this.#turn.then(act).catch(() => null); // storage full or forbidden: what was typed still stands on the page
    return this.#turn;
  }

  async #seal(draft) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(draft));
    const sealed = await this.#subtle.encrypt({ name: "AES-GCM", iv }, await this.#key, plain);
    localStorage.setItem(this.#name, `${textOfBytes(iv)}.${textOfBytes(sealed)}`);
  }

  async #unseal() {
    const [iv, sealed] = (localStorage.getItem(this.#name) || "").split(".");
    if (!sealed) return null;
    const plain = await this.#subtle.decrypt({ name: "AES-GCM", iv: bytesOfText(iv) }, await this.#key, bytesOfText(sealed));
    return JSON.parse(new TextDecoder().decode(plain));
  }
}

function bytesOfHex(hex) {
  return Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
}

function textOfBytes(buffer) {
  return btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
}

function bytesOfText(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
