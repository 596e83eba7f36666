// What somebody typed and the server has not acknowledged yet, kept in this browser until it has. It is encrypted with a key that
// only the page of the same person brings along; where a browser cannot encrypt (no TLS) nothing is kept.
window.keptDraft = (name, hexKey) => {
  const subtle = window.crypto?.subtle;
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const toText = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
  const fromText = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const key = subtle?.importKey("raw", bytes(hexKey), "AES-GCM", false, ["encrypt", "decrypt"]);
  let turn = Promise.resolve(); // one thing after the other: what is dropped must not be written again by an earlier save

  const save = async (draft) => {
    const start = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(draft));
    const sealed = await subtle.encrypt({ name: "AES-GCM", iv: start }, await key, plain);
    localStorage.setItem(name, `${toText(start)}.${toText(sealed)}`);
  };
  const load = async () => {
    const [start, sealed] = (localStorage.getItem(name) || "").split(".");
    if (!sealed) return null;
    const plain = await subtle.decrypt({ name: "AES-GCM", iv: fromText(start) }, await key, fromText(sealed));
    return JSON.parse(new TextDecoder().decode(plain));
  };
  const inTurn = (act) => {
    turn = turn.then(act).catch(() => null); // storage full or forbidden: what was typed still stands on the page
    return turn;
  };
  const drop = () => inTurn(() => localStorage.removeItem(name));
  // Nothing stays behind when somebody signs out here.
  document.querySelectorAll("form[data-sign-out]").forEach((form) => form.addEventListener("submit", drop));
  return {
    save: (draft) => inTurn(() => (subtle ? save(draft) : null)),
    load: () => inTurn(() => (subtle ? load() : null)),
    drop,
  };
};
