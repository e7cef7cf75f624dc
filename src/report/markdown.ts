import * as core from '@actions/core';
import { explain } from '../util/errors.ts';
import type { Log } from '../util/log.ts';

/** Characters that are not seen and change how others are: those that reverse text, and those that are put into words to hide them. */
const UNSEEN = /[\p{Bidi_Control}\u2028\u2029\u200b\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]/gu;

/**
 * Text from outside, made harmless: every character that could start HTML or Markdown becomes a character reference, and nothing in it
 * becomes a link.
 */
export function escaped(value: string): string {
  return value
    .replace(UNSEEN, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
    .replace(/\p{Cc}/gu, ' ')
    .replace(/[^\p{L}\p{N} ,;.?/=+()-]/gu, (character) => `&#${character.codePointAt(0) ?? 63};`)
    .replace(/www\./gi, (start) => `${start.slice(0, 3)}&#46;`);
}

/** Text from outside as a block of code: no run of backticks in it is as long as the fence. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

/** What a summary has room for, in bytes: GitHub drops one of more than 1 MiB. */
const ROOM = 1_000_000;

/**
 * The paragraphs, tables and lists of a summary as far as there is room for them. Each takes half of what is left at most, so that none
 * crowds out all others; of one that is longer, whole lines are left out, and of a block of code all.
 */
export function fitted(parts: readonly string[]): string {
  let left = ROOM;
  const shown = parts.map((part) => {
    const room = left / 2;
    const lines = part.split('\n');
    let size = 0;
    const end = lines.findIndex((line) => (size += Buffer.byteLength(line) + 1) > room);
    const text = end === -1 ? part : /^```/m.test(part) ? '' : lines.slice(0, end).join('\n');
    left -= Buffer.byteLength(text);
    return text;
  });
  const isCut = shown.some((text, i) => text !== parts[i]);
  return [...shown, isCut ? 'This is not all, for want of room: the log has the rest.' : '']
    .filter((text) => text !== '')
    .join('\n\n');
}

/** A summary that cannot be written is a pity, and no reason to fail. */
export async function writeSummary(markdown: () => string, log: Log): Promise<void> {
  try {
    const text = markdown();
    if (text !== '') await core.summary.addRaw(text).write();
  } catch (error) {
    log.warning(`The job summary was not written: ${explain(error)}`);
  }
}
