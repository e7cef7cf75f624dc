import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { root } from '../support/runner.ts';

/** How long the documents are, and the words that CONTRIBUTING.md says not to use. */

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const count = (text: string): number => text.split(/\s+/).filter(Boolean).length;

/** All that is read of the action itself, without the emulator's README and the changelog. */
const PAGES = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: root })].sort();

test('the documents are short', () => {
  expect(PAGES.length).toBeGreaterThan(12);
  expect(count(read('README.md'))).toBeLessThanOrEqual(2000);
  expect(count(read('docs/how-it-decides.md'))).toBeLessThanOrEqual(2500);
  expect(count(PAGES.map(read).join('\n'))).toBeLessThanOrEqual(22_000);
});

const NOT_WRITTEN = '| Write ';

/** What the table in CONTRIBUTING.md has on its right, as patterns. */
const WORDS = (read('CONTRIBUTING.md').split(NOT_WRITTEN)[1] ?? '')
  .split('\n\n')[0]
  ?.split('\n')
  .slice(2)
  .flatMap((row) => (row.split('|')[2] ?? '').split(/, /))
  .map((words) => words.replace(/ \(.*\)/, '').trim());

test('CONTRIBUTING.md has at most twenty rows of words', () => {
  expect(WORDS?.length).toBeGreaterThan(10);
  const rows = (read('CONTRIBUTING.md').split(NOT_WRITTEN)[1] ?? '').split('\n\n')[0]?.split('\n').length;
  expect(rows).toBeLessThanOrEqual(22);
});

/** A page without what is not our prose: code, messages in bold, what is quoted, and the table of words itself. */
function prose(path: string): string {
  const text = read(path);
  const [before = '', after = ''] = path === 'CONTRIBUTING.md' ? text.split(NOT_WRITTEN) : [text];
  return `${before}\n${after.split('\n\n').slice(1).join('\n\n')}`
    .replaceAll(/```[\s\S]*?```|`[^`]*`|\*\*[^*]+\*\*|"[^"\n]*"|_[^_\n]+_/g, '')
    .replaceAll(/\]\([^)]*\)/g, '');
}

/** Descriptions of inputs and outputs. */
const described = (path: string): string =>
  [...read(path).matchAll(/description: (.*)/g)].map(([, text = '']) => text).join('\n');

/** The texts of a source file that a person may read: those with a sentence's worth of words. */
function messages(path: string): string {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
    if (isText && count(node.getText()) > 3) found.push(node.getText());
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true));
  return found.join('\n');
}

/** The comments of a source file as running text, without what is not prose: links, code and the names of parameters. */
function comments(path: string): string {
  const text = read(path);
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found = new Map<number, string>();
  const add = (start: number, end: number): void => void found.set(start, text.slice(start, end));
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    ts.forEachLeadingCommentRange(text, node.getFullStart(), add);
    ts.forEachTrailingCommentRange(text, node.getEnd(), add);
    node.getChildren(source).forEach(visit);
  };
  visit(source);
  return [...found.values()]
    .map((comment) =>
      comment
        .replaceAll(/\{@link [^}]*\}|`[^`]*`|@param \S+/g, '')
        .replaceAll(/\s*\n\s*(?:\*(?!\/) ?)?/g, ' '),
    )
    .join('\n')
    .replaceAll(/\n\/\/ ?/g, ' ');
}

test('comments are found as running text: before a declaration, and within a block', () => {
  expect(comments('src/app/addresses/origin-name.ts')).toContain(
    'is deleted with the last of them, and one that',
  );
  expect(comments('src/okta/apps.ts')).toContain('sent back as it was given: it would be escaped once more.');
});

const SOURCES = globSync('src/**/*.ts', { cwd: root }).sort();

/** "Where" stands for "if" before these words, and for a place before others. */
const CONDITION = /\bwhere (?:it|they|there|that|this|somebody|nobody|a run|the run|the key)\b/i;

test.each([
  ...[...PAGES, 'CHANGELOG.md'].map((path) => [path, prose(path)] as const),
  ...['action.yml', 'sweep/action.yml'].map((path) => [path, described(path)] as const),
  ...SOURCES.map((path) => [path, messages(path)] as const),
  ...SOURCES.map((path) => [`${path} (comments)`, comments(path)] as const),
])('%s does without the words that CONTRIBUTING.md lists', (_, text) => {
  const found = (WORDS ?? []).flatMap((words) => {
    const forms = words.replace(/^takes/, 'tak(?:es?|en|ing)(?: \\w+)?');
    const pattern = words === 'where' ? CONDITION : new RegExp(`\\b${forms}\\b`, 'i');
    const [match] = pattern.exec(text) ?? [];
    return match === undefined ? [] : [text.slice(Math.max(0, text.search(pattern) - 40)).slice(0, 100)];
  });
  expect(found).toEqual([]);
});
