// How what the server drew anew comes into a page in which somebody is typing: a pure plan over ids.

// Return the steps in order, {id, act, after}: "merge" into the element that is there, or "insert" after the element of that id
// (null: at the start); and the ids to remove. What holds the focus is never removed.
export function planMerge(before, next, isBusy) {
  const steps = next.map((id, place) => ({
    id, act: before.includes(id) ? "merge" : "insert", after: place ? next[place - 1] : null,
  }));
  const removed = before.filter((id) => !next.includes(id) && !isBusy(id));
  return { steps, removed };
}

// Return what becomes of a line that both have: "replace" it where the question itself has changed, "patch" it else and wherever
// somebody is typing in it.
export function lineAct(before, next, isBusy) {
  return before !== next && !isBusy ? "replace" : "patch";
}

// Remarks beside an answer are taken over, but not while somebody types in them, and never a text area over a text area.
export function mayTakeFeedback({ wasTyped, isTyped, isBusy }) {
  return !(wasTyped && isTyped) && !isBusy;
}
