import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import packageJson from '../../package.json' with { type: 'json' };
import { root } from '../support/runner.ts';

/** docs/how-we-know.md names tests, commands and figures: they are there, and the figures are those of the tests. */

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const page = read('docs/how-we-know.md');

test('the tests that the page names are there', () => {
  const named = [...page.matchAll(/`([\w./-]*__tests__\/[\w./-]*)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('so are those that SECURITY.md names, and each of its promises has one', () => {
  const [, promises = ''] = /## What this action promises\n([\s\S]*?)\n## /.exec(read('SECURITY.md')) ?? [];
  const bullets = promises.split('\n').filter((line) => line.startsWith('- '));
  expect(bullets.length).toBeGreaterThan(10);
  const named = bullets.map(
    (bullet) => bullet.match(/`[\w/-]+\.test\.ts`/g)?.map((path) => path.slice(1, -1)) ?? [],
  );
  expect(bullets.filter((_, i) => named[i]?.length === 0)).toEqual([]);
  const others = [...read('SECURITY.md').matchAll(/`([\w/-]+\.test\.ts)`/g)].map(([, path = '']) => path);
  expect(others.filter((path) => !existsSync(join(root, '__tests__', path)))).toEqual([]);
});

test('so are the commands', () => {
  const named = [...page.matchAll(/\bnpm (?:run )?([a-z]+)/g)].map(([, name = '']) => name);
  expect(new Set(named)).toEqual(new Set(['ci', 'test', 'mutate', 'replay']));
  expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining(['test', 'mutate', 'replay']));
});

/** How often a property is tried, by the test that it is in. */
function tries(path: string, ...titles: string[]): number {
  return titles
    .map((title) => Number(/numRuns: (\d+)/.exec(read(path).split(title)[1] ?? '')?.[1]))
    .reduce((sum, runs) => sum + runs);
}

test('properties are tried as often as the page says', () => {
  expect(page).toContain(
    `${tries('__tests__/concurrency/interleavings.test.ts', 'lose nothing, however their requests fall')} random orders`,
  );
  const both = ['writes nothing after a creation', 'writes nothing after an update'];
  expect(page).toContain(`${tries('__tests__/rules/properties.test.ts', ...both)} random apps`);
});
