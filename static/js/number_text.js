// The text of a report with its numbers: words, and {names} of numbers between them.
const FIELD = /\{([^{}\n]+)\}/g;

// Cut one line into its pieces, in order: {words} or {field}.
export function piecesOf(line) {
  const pieces = [];
  let end = 0;
  for (const match of line.matchAll(FIELD)) {
    if (match.index > end) pieces.push({ words: line.slice(end, match.index) });
    pieces.push({ field: match[1] });
    end = match.index + match[0].length;
  }
  if (end < line.length) pieces.push({ words: line.slice(end) });
  return pieces;
}

// Braces mean a number: those that somebody types or pastes would make one up.
export function withoutBraces(text) {
  return text.replace(/[{}]/g, "");
}
