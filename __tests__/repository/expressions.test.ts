import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ESLint, Linter } from 'eslint';
import regexp from 'eslint-plugin-regexp';
import ts from 'typescript';
import { root } from '../support/runner.ts';

/**
 * The regular expressions of the source: no text from outside can hold up a run. The linter says so of each, but for what a back-reference
 * does, which it does not look at, and for those that are made of texts.
 */

const eslint = new ESLint();

/** What the project's own configuration says of an expression in the source. */
async function complaints(expression: string): Promise<string[]> {
  const { rules } = (await eslint.calculateConfigForFile('src/main.ts')) as { rules: Linter.RulesRecord };
  const own = Object.entries(rules).filter(([rule]) => rule.startsWith('regexp/'));
  const config: Linter.Config = {
    files: ['**/*.ts'],
    plugins: { regexp },
    rules: Object.fromEntries(own),
  };
  const found = new Linter().verify(`export const x = ${expression};`, config, 'x.ts');
  return found.map(({ message }) => message);
}

test.each([
  ['/(a+)+$/', 'nested repetitions'],
  ['/^(\\w|\\d)*$/', 'two ways to read a text'],
  ['/<[^>]*>/g', 'tags that do not end'],
  ['/[.\\s]+$/', 'blanks at the end'],
  ['/\\/+$/', 'slashes at the end'],
])('the linter refuses %s: %s', async (expression) => {
  expect(await complaints(expression)).not.toEqual([]);
});

test.each(['/^a+$/', '/-$/', '/^\\/(?:admin\\/)?oauth2\\/([^/]+)/'])(
  'the linter takes %s',
  async (expression) => {
    expect(await complaints(expression)).toEqual([]);
  },
);

interface Found {
  text: string;
  /** Whether it is made when its file is loaded, so that nothing from outside is in it. */
  isConstant: boolean;
}

/** The expressions in a file: literals, and those that are made of texts. */
function expressionsIn(path: string): Found[] {
  const file = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest);
  const found: Found[] = [];
  const visit = (node: ts.Node, isConstant: boolean): void => {
    const isMade =
      (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === 'RegExp';
    if (ts.isRegularExpressionLiteral(node)) found.push({ text: node.text, isConstant: true });
    if (isMade) found.push({ text: `RegExp in ${path}`, isConstant });
    ts.forEachChild(node, (child) => {
      visit(child, isConstant && !ts.isFunctionLike(node));
    });
  };
  visit(file, true);
  return found;
}

describe('the expressions of the source', () => {
  const expressions = globSync('src/**/*.ts', { cwd: root }).flatMap(expressionsIn);

  test('are found', () => {
    expect(expressions.length).toBeGreaterThan(150);
  });

  test('hold nothing that comes from outside', () => {
    expect(expressions.filter(({ isConstant }) => !isConstant)).toEqual([]);
  });

  test('refer back to what they have matched only if they begin at the start of the text', () => {
    const referring = expressions.filter(({ text }) => /\\[1-9k]/.test(text));
    expect(referring.length).toBeGreaterThan(0);
    expect(referring.filter(({ text }) => !text.startsWith('/^'))).toEqual([]);
  });
});
