// What the entries of several phones come to; the same reckoning as reviews/rules/checks/merging.py.
window.visits = window.visits || {};
visits.standings = (entries) => {
  const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
  const heads = new Map();
  entries.forEach((entry) => {
    const before = heads.get(entry.item) || [];
    heads.set(entry.item, [...before.filter((head) => !entry.bases.includes(head.client_id)), entry]);
  });
  const found = new Map();
  heads.forEach((standing, item) => {
    const notes = [...new Set(standing.map((head) => head.note).filter(Boolean))];
    const conflict = notes.length > 1 || standing.some((head) => !same(head.value, standing[0].value));
    found.set(item, {
      heads: standing,
      conflict,
      value: conflict ? null : standing[0].value ?? null,
      note: conflict ? "" : notes[0] || "",
    });
  });
  return found;
};
