/**
 * Whether two labels are the same to people. Okta has been seen to keep labels as they were sent, but only plain ones have been seen
 * (recorded); one that comes back trimmed, or in another normal form of Unicode, must not look like another app's.
 */
export function sameLabel(a: string, b: string): boolean {
  return normalized(a) === normalized(b);
}

function normalized(label: string): string {
  return label.normalize('NFC').trim().replace(/\s+/gu, ' ');
}

/** A shorter start of a label would find too many others. */
const SHORTEST_START = 3;

/**
 * What to search for, as a prefix, to find an app of this label in whatever form Okta keeps it: the start that all forms have in common.
 */
export function searchTerm(label: string): string {
  const start = /^[\x21-\x7e]*(?: [\x21-\x7e]+)*/.exec(label.normalize('NFC'))?.[0] ?? '';
  return start.length < SHORTEST_START ? label : start;
}
