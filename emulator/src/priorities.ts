/**
 * Puts an entry at the wanted place among the others and numbers all of them from 1 without a gap; a place beyond the
 * end is the end (recorded for the only rule of a policy), and so is none for a new entry (documented).
 */
export function prioritize<Entry extends { priority: number }>(
  entries: Iterable<Entry>,
  entry: Entry,
  wanted: number,
): void {
  const others = inOrder(entries).filter((other) => other !== entry);
  others.splice(wanted - 1, 0, entry);
  number(others);
}

/** Closes the gap that a deleted entry left (inferred). */
export function closeGaps(entries: Iterable<{ priority: number }>): void {
  number(inOrder(entries));
}

/** By priority, the first to be asked first. */
export function inOrder<Entry extends { priority: number }>(entries: Iterable<Entry>): Entry[] {
  return [...entries].sort((left, right) => left.priority - right.priority);
}

function number(entries: readonly { priority: number }[]): void {
  entries.forEach((entry, index) => {
    entry.priority = index + 1;
  });
}
