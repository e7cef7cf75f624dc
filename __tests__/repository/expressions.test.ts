import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import ts from 'typescript';
import { root } from '../support/runner.ts';

/**
 * Every regular expression of the source, with the worst that it can be given: none takes more than a second for a megabyte, so that no
 * text from outside can hold up a run. The worst is looked for, not known: pieces of what the expression matches, repeated, after the
 * start of a match, and before something that does not match.
 */

interface Expression {
  place: string;
  source: string;
  flags: string;
}

function expressionsIn(path: string): Expression[] {
  const file = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest);
  const found: Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      found.push({ place: path, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const EXPRESSIONS = globSync('src/**/*.ts', { cwd: root }).flatMap(expressionsIn);

/** Characters of which texts are made that are repeated: those that the expression names, and one of each kind. */
function letters({ source }: Expression): string[] {
  const named = source.replace(/\\[a-zA-Z](\{[^}]*\})?/g, '').replace(/[\\^$]/g, '');
  return [...new Set([...Array.from(named), ' ', '\n', '.', '0', 'a', '<', '/'])];
}

function withoutLookarounds(source: string): string {
  const start = source.search(/\(\?<?[=!]/);
  if (start === -1) return source;
  let depth = 0;
  for (let at = start; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === '(') depth += 1;
    else if (source[at] === ')') depth -= 1;
    if (depth === 0) return withoutLookarounds(source.slice(0, start) + source.slice(at + 1));
  }
  throw new Error(`No end of a lookaround in ${source}`);
}

/** Texts that the expression matches, as far as they can be made: lookarounds and properties are left out for that. */
function samples({ source, flags }: Expression): string[] {
  const plain = withoutLookarounds(source)
    .replace(/\\\d/g, '')
    .replaceAll('\\p{Cc}', '\\x01')
    .replace(/\\p\{[^}]*\}/g, 'a');
  const arbitrary = fc.stringMatching(new RegExp(plain, flags.replace(/[^su]/g, '')));
  return fc.sample(arbitrary, { numRuns: 3, seed: 7 }).map((text) => text.slice(0, 80));
}

const PUMP_LENGTHS = [1, 7];
const ENDINGS = ['', '\u0001!'];

/** What to repeat, and after what. */
function attacks(expression: Expression): { start: string; pump: string; end: string }[] {
  const found = samples(expression);
  const starts = new Set(['']);
  const pumps = new Set<string>();
  for (const text of found) {
    pumps.add(text.slice(0, 40));
    for (let at = 0; at < text.length; at += Math.max(1, Math.floor(text.length / 6))) {
      starts.add(text.slice(0, at));
      for (const length of PUMP_LENGTHS) pumps.add(text.slice(at, at + length));
    }
  }
  for (const letter of letters(expression)) pumps.add(letter);
  pumps.delete('');
  return [...starts]
    .slice(0, 6)
    .flatMap((start) =>
      [...pumps].slice(0, 50).flatMap((pump) => ENDINGS.map((end) => ({ start, pump, end }))),
    );
}

function milliseconds({ source, flags }: Expression, text: string): number {
  const expression = new RegExp(source, flags.includes('g') ? flags : `${flags}g`);
  const begin = performance.now();
  text.replace(expression, '');
  return performance.now() - begin;
}

function textOf({ start, pump, end }: ReturnType<typeof attacks>[number], length: number): string {
  return start + pump.repeat(Math.ceil(length / pump.length)) + end;
}

/** The shorter of two times, where the first one is long enough to matter, and not so long that no pause of the machine explains it. */
function shorter(expression: Expression, text: string): number {
  const took = milliseconds(expression, text);
  return took > 150 && took < 2000 ? Math.min(took, milliseconds(expression, text)) : took;
}

/** How many of the texts that look worst are looked at more closely: on a busy machine the worst need not be the first. */
const SUSPECTS = 5;

/** The longest that the worst texts take, in milliseconds. A short text finds them: what is not linear shows there, too. */
function longest(expression: Expression): number {
  const suspects = attacks(expression)
    .map((attack) => ({ attack, took: milliseconds(expression, textOf(attack, 1500)) }))
    .sort((a, b) => b.took - a.took)
    .slice(0, SUSPECTS);
  let worst = { text: '', took: 0 };
  for (const { attack } of suspects) {
    const took = shorter(expression, textOf(attack, 30_000));
    // What takes more than a moment for a thirtieth of a megabyte is not linear, and would take the square of that for all of it.
    if (took > 150) return took * 1000;
    if (took >= worst.took) worst = { text: textOf(attack, 1_000_000), took };
  }
  return shorter(expression, worst.text);
}

const named = EXPRESSIONS.map((expression): [string, Expression] => [
  `/${expression.source}/${expression.flags} of ${expression.place}`,
  expression,
]);

test('the source has expressions, and makes none from what comes from outside', () => {
  expect(EXPRESSIONS.length).toBeGreaterThan(60);
  const made = globSync('src/**/*.ts', { cwd: root }).filter((path) =>
    readFileSync(join(root, path), 'utf8').includes('new RegExp('),
  );
  expect(made).toEqual([]);
});

describe('a megabyte of the worst text takes less than a second', () => {
  test.each(named)('%s', (_, expression) => {
    expect(longest(expression)).toBeLessThan(1000);
  });
});

test.each([
  ['elements', '<(script|style)[\\s\\S]*?<\\/\\1>', 'gi'],
  ['tags that do not end', '<[^>]*>', 'g'],
  ['blanks at the end', '[.\\s]+$', ''],
  ['slashes at the end', '\\/+$', ''],
])('the worst text is found for %s', (_, source, flags) => {
  expect(longest({ place: '', source, flags })).toBeGreaterThan(1000);
});
