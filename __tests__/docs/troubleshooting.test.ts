import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from '../support/runner.ts';

/** What docs/troubleshooting.md has in bold are our own messages: each is in the source, and each message is there. */

/** A file with everything that is filled in at run time shown as on the page. */
function withGaps(path: string): string {
  return readFileSync(join(root, path), 'utf8').replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '…');
}

const source = globSync('src/**/*.ts', { cwd: root }).map(withGaps).join('\n');
const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8');
const headings = [...page.matchAll(/\*\*(.+?)\*\*/g)].map(([, heading = '']) => heading);

/** Messages about groups and policies are made by the same lines. */
function asInSource(heading: string): string {
  return heading
    .replace(
      /^Cannot (find|tell which) (the )?(group|authentication policy|access policy) /,
      (_, verb: string, the = '') => `Cannot ${verb} ${String(the)}… `,
    )
    .replace(/ answered \d+$/, ' answered …');
}

test.each(headings)('%s', (heading) => {
  const [what = '', why = ''] = asInSource(heading).split(/(?<=^Cannot …): /);
  for (const text of [what, why]) {
    const inSource = [text, text.replace(/^Cannot /, '')].some((words) =>
      source.includes(words.replace(/ ?…$/, '')),
    );
    expect([text, inSource]).toEqual([text, true]);
  }
});

test('every message that starts with "Cannot" is on the page', () => {
  const messages = [...source.matchAll(/(['`])(Cannot (?:(?!\1).)+)\1/g)].map(
    ([, , message = '']) => message,
  );
  expect(messages.length).toBeGreaterThan(15);
  const isExplained = (message: string): boolean =>
    /^Cannot (change )?…$/.test(message) ||
    headings.some((heading) => message.startsWith(asInSource(heading)));
  expect(messages.filter((message) => !isExplained(message))).toEqual([]);
});

test('every way in which a request can fail is on the page', () => {
  const reasons = [
    ...withGaps('src/okta/http/errors.ts').matchAll(/`((?:the |… did |Okta answered …)[^`]*?)`/g),
  ].map(([, reason = '']) => reason);
  expect(reasons).toHaveLength(6);
  const isExplained = (reason: string): boolean =>
    headings.some((heading) =>
      reason.startsWith(
        asInSource(heading)
          .replace(/^Cannot …: /, '')
          .replace(/ ?…$/, ''),
      ),
    );
  expect(reasons.filter((reason) => !isExplained(reason))).toEqual([]);
});
