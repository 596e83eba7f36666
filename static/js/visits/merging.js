// What the entries of several phones come to; the same reckoning as reviews/checks/rules/merging.py.
export function standings(entries) {
  const heads = new Map();
  entries.forEach((entry) => {
    const before = heads.get(entry.item) || [];
    heads.set(entry.item, [...before.filter((head) => !entry.bases.includes(head.client_id)), entry]);
  });
  return new Map([...heads].map(([item, standing]) => [item, standingOf(standing)]));
}

function standingOf(heads) {
  const notes = [...new Set(heads.map((head) => head.note).filter(Boolean))];
  const conflict = notes.length > 1 || heads.some((head) => !isSame(head.value, heads[0].value));
  return { heads, conflict, value: conflict ? null : heads[0].value ?? null, note: conflict ? "" : notes[0] || "" };
}

function isSame(one, other) {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}
