import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ESLint, Linter } from 'eslint';
import ts from 'typescript';
import { parser } from 'typescript-eslint';

/** The files of a folder, by their paths in it, each with those that it imports: values, types, and by `import()`. */
function filesOf(folder: string): Map<string, string[]> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(paths.filter((path) => path.endsWith('.ts')).map((path) => [path, importsOf(folder, path)]));
}

const SOURCE = filesOf('src');

function importsOf(folder: string, path: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(folder, path), 'utf8'));
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => join(dirname(path), fileName));
}

const RULE = 'no-restricted-syntax';
const eslint = new ESLint();

/** The rule about imports in the project's own configuration of the linter, as it is for one file. */
async function ruleFor(file: string): Promise<Linter.RuleEntry | undefined> {
  const { rules } = (await eslint.calculateConfigForFile(file)) as { rules: Linter.RulesRecord };
  return rules[RULE];
}

/** What that rule says of a text in a file. */
async function complaints(file: string, text: string): Promise<string[]> {
  const rule = await ruleFor(file);
  const config: Linter.Config = {
    files: ['**/*.ts'],
    languageOptions: { parser },
    rules: { [RULE]: rule ?? 'off' },
  };
  return new Linter().verify(text, config, { filename: file }).map(({ message }) => message);
}

describe('the linter', () => {
  const above = expect.stringContaining('downward only');

  test.each([
    ['src/util/log.ts', "import { report } from '../report/report.ts';"],
    ['src/github/auto-state.ts', "import type { Inputs } from '../inputs/inputs.ts';"],
    ['src/app/plan.ts', "type Org = import('../okta/org.ts').OktaOrg;"],
    ['src/okta/connect.ts', "const inputs = await import('../inputs/read.ts');"],
    ['src/okta/org.ts', "import sdk from '@okta/okta-sdk-nodejs/src/http-error.js';"],
    ['src/okta/http/sdk.ts', "import type { Inputs } from '../../inputs/inputs.ts';"],
    ['src/inputs/read.ts', "export { findApp } from '../apply/find-app.ts';"],
    ['src/apply/find-app.ts', "import '../report/report.ts';"],
    ['src/resources/find.ts', "import { findApp } from '../apply/find-app.ts';"],
    ['src/session/session.ts', "import { findGroups } from '../resources/find.ts';"],
    ['src/report/report.ts', "export * from '../apply/find-app.ts';"],
    ['src/sweep/run.ts', "import { run } from '../main.ts';"],
    ['src/world.ts', "import { run } from './main.ts';"],
    ['src/main.ts', "import { run } from './sweep/run.ts';"],
    ['src/main.ts', "import './bundle.ts';"],
    ['src/bundle.ts', "import './index.ts';"],
  ])('refuses that %s says: %s', async (file, text) => {
    expect(await complaints(file, text)).toEqual([above]);
  });

  test.each([
    ['src/okta/http/sdk.ts', "import sdk from '@okta/okta-sdk-nodejs/src/http-error.js';"],
    ['src/okta/org.ts', "import type { RegisteredApp } from '../app/app.ts';"],
    ['src/okta/org.ts', "import { apps } from './apps.ts';"],
    ['src/sweep/run.ts', "import { sweep } from './sweep.ts';"],
    ['src/main.ts', "import { report } from './report/report.ts';"],
    ['src/index.ts', "import { run } from './bundle.ts';"],
  ])('lets %s say: %s', async (file, text) => {
    expect(await complaints(file, text)).toEqual([]);
  });

  test('knows the layer of every file', async () => {
    const rules = await Promise.all(
      [...SOURCE.keys()].map(async (path) => [path, await ruleFor(join('src', path))]),
    );
    expect(rules.filter(([, rule]) => rule === undefined)).toEqual([]);
  });
});

/** The first circle of imports that there is: each of its files imports the next, and the last one the first. */
function circleIn(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return path.slice(path.indexOf(file));
    if (finished.has(file)) return undefined;
    for (const imported of imports.get(file) ?? []) {
      const circle = visit(imported, [...path, file]);
      if (circle) return circle;
    }
    finished.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return undefined;
}

describe('the files of the source', () => {
  test('import each other in no circle, not even for types', () => {
    expect(SOURCE.size).toBeGreaterThan(40);
    expect(circleIn(SOURCE)).toBeUndefined();
  });

  test('nor do those of the emulator', () => {
    const emulator = filesOf('emulator/src');
    expect(emulator.size).toBeGreaterThan(40);
    expect(circleIn(emulator)).toBeUndefined();
  });

  test('would be seen to do so', () => {
    const closed = new Map(SOURCE).set('util/json.ts', ['okta/org.ts']);
    const circle = circleIn(closed) ?? [];
    expect(circle).toEqual(expect.arrayContaining(['util/json.ts', 'okta/org.ts']));
    for (const [i, file] of circle.entries())
      expect(closed.get(file)).toContain(circle[(i + 1) % circle.length]);
  });

  test.each(['.', 'util'])('are at most eight in the folder %s', (folder) => {
    const files = [...SOURCE.keys()].filter((path) => dirname(path) === folder);
    expect(files.length).toBeGreaterThan(0);
    expect(files.length).toBeLessThanOrEqual(8);
  });

  test('are all in the picture of CONTRIBUTING.md, by folder', () => {
    const picture = /```mermaid\n([\s\S]*?)```/.exec(readFileSync('CONTRIBUTING.md', 'utf8'))?.[1] ?? '';
    const rooms = new Set([...SOURCE.keys()].map((path) => path.replace(/\/.*/, '/')));
    expect([...rooms].filter((room) => !picture.includes(room))).toEqual([]);
  });
});
