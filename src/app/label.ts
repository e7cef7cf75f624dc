import { invisibleIn } from '../util/text/invisible.ts';

/** Okta's limit on an app's label, in UTF-16 units. Source: Okta's apps reference. */
const LABEL_LENGTH = 100;

/** What is wrong with a label as the input `name`, and what to do. */
export function labelProblem(label: string): string | undefined {
  if (label.length > LABEL_LENGTH)
    return `is ${label.length} characters long, and Okta takes ${LABEL_LENGTH}. Shorten it to at most ${LABEL_LENGTH} characters.`;
  return /\p{Cc}/u.test(label) ? 'holds a control character. Use printable text.' : undefined;
}

/** The start of a variable in a text, as shells, templates and workflows write one. */
export function variableIn(text: string): string | undefined {
  return /\$[{(\p{L}]|\{\{|\}\}/u.exec(text)?.[0];
}

/** Why nobody can mean a label for an app that has another one, or none yet, and what to do. */
export function unmeantLabel(label: string): { why: string; remedy: string } | undefined {
  const invisible = invisibleIn(label);
  if (invisible !== undefined)
    return { why: `the name has the character ${invisible}, which cannot be seen`, remedy: 'Remove it.' };
  const variable = variableIn(label);
  return variable === undefined
    ? undefined
    : {
        why: `the name has "${variable}", as of a variable whose value nothing here puts in`,
        remedy: 'Give the value, for example by an expression.',
      };
}

/**
 * Whether two labels are the same to people. Okta has been seen to keep labels as they were sent, but only plain ones have been seen
 * (recorded); one that comes back trimmed, in another normal form of Unicode, or HTML-escaped (reported of some orgs), must not look like
 * another app's.
 */
export function sameLabel(a: string, b: string): boolean {
  const [left, right] = [comparable(a), comparable(b)];
  return left === right || unescaped(left) === right || left === unescaped(right);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#039;': "'",
  '&#x27;': "'",
};

/** A label without one level of HTML escapes. */
export function unescaped(label: string): string {
  return label.replace(/&(?:amp|lt|gt|quot|#0?39|#x27);/g, (entity) => ENTITIES[entity] ?? entity);
}

/** A label as labels are compared: in one normal form, trimmed, with single blanks. */
export function comparable(label: string): string {
  return label.normalize('NFC').trim().replace(/\s+/gu, ' ');
}

/**
 * What to search for, as a prefix, to find an app of this label in whatever form Okta keeps it: the start that all forms have in common.
 * A label without one is searched for as it is.
 */
export function searchTerm(label: string): string {
  return (
    /^[^\P{ASCII}\s\p{Cc}&<>"']+(?: [^\P{ASCII}\s\p{Cc}&<>"']+)*/u.exec(label.normalize('NFC'))?.[0] ?? label
  );
}
