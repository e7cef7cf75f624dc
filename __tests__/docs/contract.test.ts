import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { SETTINGS } from '../../src/app/settings/settings.ts';
import { OUTPUT_NAMES } from '../../src/report/report.ts';
import { root } from '../support/runner.ts';

/** What users write and read, held against each other: `action.yml`, the tables in docs/inputs.md and the README, and the source. */

interface Manifest {
  name: string;
  description: string;
  branding: { icon: string; color: string };
  inputs: Record<string, { description: string; default?: string; required?: boolean }>;
  outputs: Record<string, { description: string }>;
  runs: { using: string; main: string };
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function manifest(folder: string): Manifest {
  return parse(read(join(folder, 'action.yml'))) as Manifest;
}

/** The part of a page from a heading to the next match of a pattern. */
function section(page: string, heading: string, until: RegExp): string {
  const rest = read(page).split(`\n${heading}\n`)[1];
  if (rest === undefined) throw new Error(`${page} has no section "${heading}".`);
  return rest.split(until)[0] ?? '';
}

/** The rows of a section's tables: the name, and the second column. */
function rows(text: string): [string, string][] {
  return text
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .flatMap(([, name = '', second = '']): [string, string][] => {
      const code = /^`([a-z-]+)`$/.exec(name)?.[1];
      return code === undefined ? [] : [[code, second]];
    });
}

/** The names that files of the source read one by one: first arguments of the reader's methods. */
function inputsRead(...files: string[]): string[] {
  const names = files.flatMap((file) =>
    [
      ...read(file).matchAll(
        /(?:\b(?:text|line|list|flag|choices?|number|readDuration|readYaml)\(\s*(?:reader, )?|\bINPUT = )'([a-z-]+)'/g,
      ),
    ].map(([, name = '']) => name),
  );
  return names;
}

const TABLES = 'docs/inputs.md';

const ACTIONS = [
  {
    folder: '.',
    inputs: section(TABLES, '## Inputs', /\n## /),
    outputs: section(TABLES, '## Outputs', /\n## /),
    reads: [...Object.keys(SETTINGS), ...inputsRead(...globSync('src/{inputs,app}/**/*.ts', { cwd: root }))],
    writes: [...OUTPUT_NAMES],
  },
  {
    folder: 'sweep',
    inputs: section(TABLES, '### Inputs of the sweep', /\n###? /),
    outputs: section(TABLES, '### Outputs of the sweep', /\n## /),
    reads: inputsRead('src/inputs/connection.ts', ...globSync('src/sweep/*.ts', { cwd: root })),
    writes: [...read('src/sweep/report.ts').matchAll(/setOutput\('([a-z-]+)'/g)].map(([, name = '']) => name),
  },
];

describe.each(ACTIONS)('$folder/action.yml', ({ folder, inputs, outputs, reads, writes }) => {
  const action = manifest(folder);

  test('its inputs are those that the source reads', () => {
    expect(Object.keys(action.inputs).sort()).toEqual([...new Set(reads)].sort());
  });

  test('its outputs are those that the source writes', () => {
    expect(Object.keys(action.outputs)).toEqual(writes);
  });

  test('docs/inputs.md has its inputs, in its order, with its defaults', () => {
    expect(rows(inputs).map(([name]) => name)).toEqual(Object.keys(action.inputs));
    for (const [name, shown] of rows(inputs)) {
      const { default: value, required = false } = action.inputs[name] ?? { description: '' };
      const expected = required
        ? 'required'
        : value === undefined
          ? expect.not.stringContaining('`')
          : `\`${value}\``;
      expect([name, shown]).toEqual([name, expected]);
    }
  });

  test('docs/inputs.md has its outputs, in its order', () => {
    expect(rows(outputs).map(([name]) => name)).toEqual(Object.keys(action.outputs));
  });

  test('an app setting has no default: absent is not empty', () => {
    const behaviour =
      /^(state|shared|keep-earlier-uris|adopt|dry-run|all-repositories|assignments|output-client-secret|verify-sign-in|skip-without-credentials|github-token|settle-seconds|timeout-seconds|max-deletions)$/;
    const withDefault = Object.entries(action.inputs).filter(([, input]) => input.default !== undefined);
    expect(withDefault.map(([name]) => name).filter((name) => !behaviour.test(name))).toEqual([]);
  });

  test('names are kebab-case, and everything is described', () => {
    for (const [name, { description }] of [
      ...Object.entries(action.inputs),
      ...Object.entries(action.outputs),
    ]) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(description).toMatch(/\S/);
    }
  });

  test('it runs on Node 24, from a bundle that is there', () => {
    expect(action.runs.using).toBe('node24');
    expect(existsSync(join(root, folder, action.runs.main))).toBe(true);
  });

  test('the Marketplace takes it', () => {
    expect(action.description.length).toBeLessThan(125);
    expect(['white', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark']).toContain(
      action.branding.color,
    );
    expect(['lock', 'shield', 'log-in', 'user-check', 'trash-2']).toContain(action.branding.icon);
  });
});

test("the README's tables have fifteen inputs of action.yml, and all of its outputs in its order", () => {
  const { inputs, outputs } = manifest('.');
  const named = rows(section('README.md', '## Inputs', /\n## /)).map(([name]) => name);
  expect(new Set(named).size).toBe(15);
  expect(Object.keys(inputs)).toEqual(expect.arrayContaining(named));
  const shown = rows(section('README.md', '## Outputs', /\n## /)).map(([name]) => name);
  expect(shown).toEqual(Object.keys(outputs));
});

test('workflows start without permissions, and use actions by their full commit', () => {
  for (const file of globSync('.github/workflows/*.yml', { cwd: root })) {
    const text = read(file);
    expect([file, /^permissions: \{\}$/m.test(text)]).toEqual([file, true]);
    const used = [...text.matchAll(/uses: (.+)$/gm)].map(([, action = '']) => action);
    expect(used.filter((action) => !/^(\.\/.*|[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(action))).toEqual(
      [],
    );
  }
});

test('no two actions have the same name', () => {
  const names = ACTIONS.map(({ folder }) => manifest(folder).name);
  expect(new Set(names).size).toBe(names.length);
});

/** Every page that people read, of the emulator too. */
const PAGES = globSync(['*.md', 'docs/**/*.md', 'emulator/*.md', '.github/**/*.md'], { cwd: root }).sort();

/** Those that are about how the action is used. */
const GUIDES = [
  'README.md',
  'SECURITY.md',
  ...globSync('docs/*.md', { cwd: root }).filter((page) => !/how-we-know|performance/.test(page)),
].sort();

test('the documentation names no input that does not exist', () => {
  const known = new Set(
    ACTIONS.flatMap(({ folder }) => [
      ...Object.keys(manifest(folder).inputs),
      ...Object.keys(manifest(folder).outputs),
    ]),
  );
  const notInputs = new Set([
    'node-version',
    'max-parallel',
    'cancel-in-progress',
    'pull-requests',
    'persist-credentials',
    'shop-preview',
    'okta-previews',
    'okta-read',
    'okta-oidc-app',
    'okta-auth-js',
    'starts-with',
  ]);
  const named = GUIDES.flatMap((page) =>
    [...read(page).matchAll(/`([a-z]+(?:-[a-z]+)+)(?:: [^`]*)?`/g)].map(
      ([, name = '']) => `${page}: ${name}`,
    ),
  );
  const strange = named.filter(
    (entry) => !known.has(entry.split(': ')[1] ?? '') && !notInputs.has(entry.split(': ')[1] ?? ''),
  );
  expect(strange).toEqual([]);
});

test('links and pictures of the documentation lead to files and headings that are there', () => {
  expect(PAGES).toEqual(expect.arrayContaining(['README.md', 'docs/questions.md', 'emulator/README.md']));
  const broken = PAGES.flatMap((page) => {
    const text = read(page);
    const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(
      ([, link, source]) => link ?? source ?? '',
    );
    return links
      .filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(page, link))
      .map((link) => `${page}: ${link}`);
  });
  expect(broken).toEqual([]);
});

test('every row of a table has as many cells as its head', () => {
  const cells = (row: string): number => row.replace(/`[^`]*`|\\\|/g, '').split('|').length;
  const tables = PAGES.flatMap((page) =>
    [...read(page).matchAll(/(?:^ *\|.*\n)+/gm)].map(([table]) => ({ page, rows: table.trim().split('\n') })),
  );
  expect(tables.length).toBeGreaterThan(30);
  const odd = tables.flatMap(({ page, rows: [head = '', ...rest] }) =>
    rest.filter((row) => cells(row) !== cells(head)).map((row) => `${page}: ${row}`),
  );
  expect(odd).toEqual([]);
});

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(page, '..', path);
  if (!existsSync(join(root, target))) return false;
  if (anchor === undefined) return true;
  return [...read(target).matchAll(/^#+ (.+)$/gm)].some(([, heading = '']) => anchorOf(heading) === anchor);
}

/** As GitHub makes them. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
