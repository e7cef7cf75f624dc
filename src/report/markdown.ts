import * as core from '@actions/core';
import type { Log } from '../util/log.ts';

/** Text from outside, made harmless: every character that could start HTML or Markdown becomes a character reference. */
export function escaped(value: string): string {
  return value
    .replace(/\p{Cc}/gu, ' ')
    .replace(/[^\p{L}\p{N} ,;.?/=+()-]/gu, (character) => `&#${character.codePointAt(0) ?? 63};`);
}

/** Text from outside as a block of code: no run of backticks in it is as long as the fence. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

/** A summary that cannot be written is a pity, and no reason to fail. */
export async function writeSummary(markdown: string, log: Log): Promise<void> {
  try {
    await core.summary.addRaw(markdown).write();
  } catch (error) {
    log.warning(`The job summary was not written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
