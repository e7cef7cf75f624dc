import { parseJson } from '../json.ts';

/** What the entries of a list are: URIs, words of a fixed list, or names, which may contain any character. */
export type ListKind = 'uris' | 'words' | 'names';

export interface ParsedList {
  entries: string[];
  /** What is wrong with the other entries, and what to do, to be read after the name of the input. */
  problems: string[];
}

/**
 * Reads a list: one entry per line, a JSON array, or a YAML block list. Entries are trimmed; blank ones and repeats are dropped.
 *
 * @param text without white space around it
 * @param show makes an entry fit for a message
 */
export function parseList(text: string, kind: ListKind, show: (entry: string) => string): ParsedList {
  if (PEM.test(text))
    return problem(
      'holds a key or a certificate (PEM), and takes a list. Check which input it was meant for.',
    );
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.includes('[]') && lines.length > 1)
    return problem('has "[]", the empty list, beside other entries. Give one or the other.');

  const json = jsonArray(text);
  if (json) return checked(json, (entry) => entryProblem(entry, kind, show));
  if (isMeantAsJson(text, kind))
    return problem(
      'starts like a JSON array and is none. Put each entry in double quotes, with a comma between two and none after the last; or give one entry per line.',
    );

  const marked = lines.filter((line) => /^-(\s|$)/.test(line));
  if (marked.length === 0)
    return checked(lines, (entry) => lineProblem(entry, kind, show) ?? entryProblem(entry, kind, show));
  const items = lines.filter((line) => !line.startsWith('#'));
  if (items.length > marked.length)
    return problem(
      'has lines with "- " before the entry beside others without. Put it before each, or none.',
    );
  return checked(items.map(yamlScalar), (entry) => entryProblem(entry, kind, show));
}

/** The text that is read as these entries: one per line, or a JSON array if a line would be read as something else. */
export function listText(entries: readonly string[], kind: ListKind): string {
  if (entries.length === 0) return '[]';
  const lines = entries.join('\n');
  const read = parseList(lines, kind, (entry) => entry);
  const json = JSON.stringify(entries);
  return JSON.stringify(read.entries) === json ? lines : json;
}

/** How a PEM block begins. Source: RFC 7468, section 2. */
const PEM = /-----BEGIN [^-\r\n]+-----/;

function problem(text: string): ParsedList {
  return { entries: [], problems: [text] };
}

/** Sorts what can be used from what cannot. */
function checked(
  entries: readonly (string | undefined)[],
  problemOf: (entry: string) => string | undefined,
): ParsedList {
  const list: ParsedList = { entries: [], problems: [] };
  for (const entry of new Set(entries.map((text) => text?.trim()))) {
    if (entry === '') continue;
    const wrong =
      entry === undefined
        ? 'has an entry that is a list or a mapping, or nothing. Give texts.'
        : problemOf(entry);
    if (wrong === undefined) list.entries.push(entry ?? '');
    else list.problems.push(wrong);
  }
  return list;
}

/** The entries of a JSON array as text, `undefined` for one that is none; `undefined` if the whole is no JSON array. */
function jsonArray(text: string): (string | undefined)[] | undefined {
  const value = parseJson(text);
  if (!Array.isArray(value)) return undefined;
  return value.map((item: unknown) =>
    ['string', 'number', 'boolean'].includes(typeof item) ? String(item) : undefined,
  );
}

/** A name may start with a bracket; a URI and a word never do. */
function isMeantAsJson(text: string, kind: ListKind): boolean {
  return kind === 'names' ? /^\[\s*["']/.test(text) : text.startsWith('[');
}

/** An item of a YAML block list. Source: YAML 1.2, sections 6.6 (comments) and 7.3 (quotes). */
function yamlScalar(item: string): string {
  const text = item.slice(1).trim();
  const [, double] = /^("(?:[^"\\]|\\.)*")(?:\s+#.*)?$/.exec(text) ?? [];
  if (double !== undefined) {
    const meant = parseJson(double);
    return typeof meant === 'string' ? meant : double;
  }
  const [, single] = /^'((?:[^']|'')*)'(?:\s+#.*)?$/.exec(text) ?? [];
  if (single !== undefined) return single.replaceAll("''", "'");
  const comment = text.search(/(?:^|\s)#/);
  return comment < 0 ? text : text.slice(0, comment);
}

/** What people write in lists that have a syntax, and that means nothing in plain lines. */
function lineProblem(line: string, kind: ListKind, show: (entry: string) => string): string | undefined {
  if (kind === 'names' ? /^#\s/.test(line) : /(?:^|\s)#/.test(line))
    return `has "${show(line)}", with a comment. A list takes none: leave it out.`;
  const first = line.charAt(0);
  const rest = line.endsWith(',') ? line.slice(1, -1) : line.slice(1);
  if (/["'`]/.test(first) && rest.endsWith(first))
    return `has ${show(line)}, in quotes. Leave them out, and give one entry per line.`;
  return undefined;
}

/** A comma separates nothing, so that one at the end of an entry is a slip. */
function entryProblem(entry: string, kind: ListKind, show: (entry: string) => string): string | undefined {
  const isSlip =
    kind === 'words' ? entry.includes(',') : kind === 'uris' && /,(?:$|\s*[a-z][a-z0-9+.-]*:\/)/i.test(entry);
  return isSlip ? `has "${show(entry)}", with a comma. Give one per line, without commas.` : undefined;
}
