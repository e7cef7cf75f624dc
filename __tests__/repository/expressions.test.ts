import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import ts from 'typescript';
import { root } from '../support/runner.ts';
import { stepsOf } from '../support/steps.ts';

/**
 * Every regular expression of the source, with the worst that it can be given: what it costs grows as the text does, so that no text from
 * outside can hold up a run. The worst is looked for, not known: pieces of what the expression matches, repeated, after the start of a
 * match, and before something that does not match. Steps are counted, not time.
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

interface Attack {
  start: string;
  pump: string;
  end: string;
}

/** What to repeat, after what, and before what. */
function attacks(expression: Expression): Attack[] {
  const pumps = new Set<string>();
  const starts = new Set(['']);
  const alphabet = letters(expression);
  for (const text of samples(expression)) {
    pumps.add(text.slice(0, 40));
    for (let at = 0; at < text.length; at += Math.ceil(text.length / 6)) {
      starts.add(text.slice(0, at));
      for (const length of PUMP_LENGTHS) pumps.add(text.slice(at, at + length));
    }
  }
  for (const letter of alphabet) pumps.add(letter);
  pumps.delete('');
  const ends = ['\u0001!', `${alphabet.join('').replace('\n', '')}\n`];
  return [...starts].flatMap((start) =>
    [...pumps].flatMap((pump) => ends.map((end) => ({ start, pump, end }))),
  );
}

function textOf({ start, pump, end }: Attack, length: number): string {
  return start + pump.repeat(Math.ceil(length / pump.length)) + end;
}

/** Characters of a text that shows which attacks are worst, and of two that show how it grows. */
const SHORT = 40;
const [ONCE, FOUR_TIMES] = [200, 800] as const;

/** Steps for each character that are enough for whatever is linear. */
const MOST = 1000;

/** How many of the attacks that look worst are looked at more closely: in a short text the worst need not be the first. */
const SUSPECTS = 5;

/**
 * How many times as many steps it takes if the worst text is four times as long: four if they grow as the text does, sixteen for a square,
 * `Infinity` if they are too many to be counted.
 */
function growth(expression: Expression): number {
  const steps = stepsOf(expression.source, expression.flags);
  const stepsAt = (attack: Attack, length: number): number => steps(textOf(attack, length), length * MOST);
  const tried: { attack: Attack; count: number }[] = [];
  for (const attack of attacks(expression)) {
    const count = stepsAt(attack, SHORT);
    if (count === Infinity) return Infinity;
    tried.push({ attack, count });
  }
  const suspects = tried.sort((a, b) => b.count - a.count).slice(0, SUSPECTS);
  const growths = suspects.map(({ attack }) => stepsAt(attack, FOUR_TIMES) / stepsAt(attack, ONCE));
  return growths.some(Number.isNaN) ? Infinity : Math.max(...growths);
}

/** Between what is linear and what is not. */
const LINEAR = 6;

/** By their names. Without a repetition that has no end, the length of a text makes no difference. */
const REPEATING = new Map(
  EXPRESSIONS.filter(({ source }) => /[*+]|\{\d+,\}/.test(source)).map((expression) => [
    `/${expression.source}/${expression.flags} of ${expression.place}`,
    expression,
  ]),
);

test('the source has expressions, and makes none from what comes from outside', () => {
  expect(REPEATING.size).toBeGreaterThan(50);
  const made = globSync('src/**/*.ts', { cwd: root }).filter((path) =>
    readFileSync(join(root, path), 'utf8').includes('new RegExp('),
  );
  expect(made).toEqual([]);
});

describe('a text four times as long takes no more than about four times as many steps', () => {
  test.each([...REPEATING])('%s', (_, expression) => {
    expect(growth(expression)).toBeLessThan(LINEAR);
  });
});

test.each([
  ['elements', '<(script|style)[\\s\\S]*?<\\/\\1>', 'gi'],
  ['tags that do not end', '<[^>]*>', 'g'],
  ['blanks at the end', '[.\\s]+$', ''],
  ['slashes at the end', '\\/+$', ''],
  ['what comes before the end of a line', '^https?:\\/\\/([^/?]*)(.*)$', 'i'],
  ['a repetition in a repetition', '^(a+)+$', ''],
])('the worst text is found for %s', (_, source, flags) => {
  expect(growth({ place: '', source, flags })).toBeGreaterThan(LINEAR);
});
