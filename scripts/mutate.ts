import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { mutantsOf, type Mutant } from './mutants.ts';
import { optionsOrUsage } from './options.ts';

/**
 * Breaks the source in one small way after the other, and tells which of these mutants the tests notice: `npm run mutate -- --count 120
 * --seed 1`. All of it happens in a copy of the working tree. A mutant that nothing notices is either one that changes nothing, or a
 * test that is missing; which of the two, a person has to say.
 */

const USAGE =
  'Usage: npm run mutate -- [--count N] [--seed N] [--in PATH] [--only N,N] [--tests PATH,PATH] [--most N] [--reach FILE] [--list]';

const { values: options } = optionsOrUsage(USAGE, () =>
  parseArgs({
    options: {
      count: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      /** Part of the paths of the files that are mutated. */
      in: { type: 'string', default: 'src/' },
      /** Numbers of the sample, with commas: these alone are tried. */
      only: { type: 'string' },
      /** Parts of the paths of the test files that are tried, with commas, instead of those that reach the mutant's line. */
      tests: { type: 'string' },
      /** How many test files are tried for each mutant, at most: those that reach its line most. */
      most: { type: 'string', default: '100' },
      /** File that keeps which test files reach which line, for further runs on the same source. */
      reach: { type: 'string' },
      /** Only say what is in the sample. */
      list: { type: 'boolean', default: false },
    },
  }),
);

/** The list of Okta's properties is data, made by a script; the entry points hold one line each. */
const LEFT_ALONE = /settings\/properties\.ts$|\.d\.ts$|src\/(index|sweep|post)\.ts$/;
/** Where most depends on each line, mutants are as much more likely to be chosen. */
const WEIGHTS: Readonly<Record<string, number>> = {
  'src/app': 2,
  'src/apply': 2,
  'src/resources': 2,
  'src/session': 2,
};
const LITERAL = 0.2;
/** Test files that are run together: the first of these are those that reach the mutant's line most, and mostly enough. */
const TOGETHER = 4;
/** Milliseconds after which so many tests count as hanging. */
const TIMEOUT = 300_000;

const sample = chosen(sourceFiles().flatMap(mutantsOf), Number(options.count), Number(options.seed));
const asked = options.only?.split(',').map(Number);
const tried = [...sample.entries()].filter(([number]) => asked?.includes(number) ?? true);

if (options.list) for (const [number, mutant] of tried) console.log(described(number, mutant));
else await mutate();

function sourceFiles(): string[] {
  return globSync('src/**/*.ts')
    .filter((file) => file.includes(options.in) && !LEFT_ALONE.test(file))
    .toSorted();
}

/** The folder of `src` that a file is in, however deep; `src` for what is in none. */
function partOf(file: string): string {
  return /^src(\/[^/]+(?=\/))?/.exec(file)?.[0] ?? file;
}

/** A random choice that is the same for the same seed and source: those with the largest keys (Efraimidis and Spirakis). */
function chosen(mutants: readonly Mutant[], count: number, seed: number): Mutant[] {
  const random = generator(seed);
  const key = ({ file, isLiteral }: Mutant): number =>
    random() ** (1 / ((WEIGHTS[partOf(file)] ?? 1) * (isLiteral ? LITERAL : 1)));
  return mutants
    .map((mutant) => ({ mutant, key: key(mutant) }))
    .toSorted((a, b) => b.key - a.key)
    .slice(0, count)
    .map(({ mutant }) => mutant);
}

/** Numbers from 0 to 1 that follow from the seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Verdict = 'killed' | 'timed out' | 'survived' | 'not reached';

async function mutate(): Promise<void> {
  const copy = copyOfTree();
  try {
    const reach = await testsByLine(copy);
    const verdicts: { part: string; verdict: Verdict }[] = [];
    for (const [number, mutant] of tried) {
      const start = Date.now();
      const { verdict, by } = await judge(copy, mutant, reach(mutant));
      verdicts.push({ part: partOf(mutant.file), verdict });
      const seconds = Math.round((Date.now() - start) / 1000);
      console.log(`${verdict.padEnd(11)} ${described(number, mutant)} (${seconds} s${by && `, ${by}`})`);
    }
    showScore(verdicts);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The working tree as it is, without what git ignores. */
function copyOfTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
  const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  });
  for (const file of stdout.split('\0').filter((path) => path !== '' && existsSync(path)))
    cpSync(file, join(copy, file));
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  return copy;
}

interface Coverage {
  statementMap: Record<string, { start: { line: number }; end: { line: number } }>;
  s: Record<string, number>;
}

/** By line (`src/main.ts:12`), the test files that reach it, and how much of what they do is done there. */
type Reach = Record<string, { tests: string; share: number }[]>;

/** Gives the test files of a mutant, the likeliest to notice it first. */
async function testsByLine(copy: string): Promise<(mutant: Mutant) => string[]> {
  const testFiles = globSync('__tests__/{rules,runs,permissions,concurrency}/*.test.ts').toSorted();
  const { tests: wanted } = options;
  if (wanted !== undefined) {
    const named = testFiles.filter((file) => wanted.split(',').some((part) => file.includes(part)));
    if (named.length === 0) throw new Error(`No test file has one of "${wanted}" in its path.`);
    return () => named;
  }
  const reach = keptReach() ?? (await measureReach(copy, testFiles));
  if (options.reach !== undefined) writeFileSync(options.reach, JSON.stringify(reach));
  return ({ file, line }) =>
    (reach[`${file}:${line}`] ?? [])
      .toSorted((a, b) => b.share - a.share)
      .slice(0, Number(options.most))
      .map(({ tests }) => tests);
}

function keptReach(): Reach | undefined {
  if (options.reach === undefined || !existsSync(options.reach)) return undefined;
  return JSON.parse(readFileSync(options.reach, 'utf8')) as Reach;
}

/** Runs every test file once by itself. */
async function measureReach(copy: string, testFiles: readonly string[]): Promise<Reach> {
  const reach: Reach = {};
  for (const tests of testFiles) {
    const { code, output } = await jest(copy, [tests, '--coverage', '--coverageReporters=json']);
    if (code !== 0) console.error(`${tests} fails without any mutant, and is left out:\n${output}`);
    if (code !== 0) continue;
    const text = readFileSync(join(copy, 'coverage/coverage-final.json'), 'utf8');
    const counts = Object.entries(JSON.parse(text) as Record<string, Coverage>)
      .flatMap(([path, coverage]) => lineCounts(path, coverage, copy))
      .filter(({ count }) => count > 0);
    const total = counts.reduce((sum, { count }) => sum + count, 0);
    for (const { at, count } of counts) (reach[at] ??= []).push({ tests, share: count / total });
  }
  return reach;
}

function lineCounts(
  path: string,
  { statementMap, s }: Coverage,
  copy: string,
): { at: string; count: number }[] {
  const file = path.slice(copy.length + 1);
  return Object.entries(statementMap).map(([id, { start }]) => ({
    at: `${file}:${start.line}`,
    count: s[id] ?? 0,
  }));
}

async function judge(
  copy: string,
  { file, start, end, replacement }: Mutant,
  tests: readonly string[],
): Promise<{ verdict: Verdict; by: string }> {
  if (tests.length === 0) return { verdict: 'not reached', by: '' };
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.slice(0, start) + replacement + text.slice(end));
  try {
    for (let first = 0; first < tests.length; first += TOGETHER) {
      const { code, output } = await jest(copy, [...tests.slice(first, first + TOGETHER), '--bail']);
      if (code === undefined) return { verdict: 'timed out', by: '' };
      if (code !== 0) return { verdict: 'killed', by: /● (.+)/.exec(output)?.[1] ?? 'no test ran' };
    }
    return { verdict: 'survived', by: '' };
  } finally {
    writeFileSync(path, text);
  }
}

/** Runs test files in the copy, one after the other; no exit code where they hang. */
function jest(copy: string, args: string[]): Promise<{ code: number | undefined; output: string }> {
  const node = resolve('node_modules/.bin/node');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const more = ['--runInBand', '--coverageProvider=v8', '--collectCoverageFrom=src/**', '--runTestsByPath'];
  const child = spawn(node, [...flags, 'node_modules/jest/bin/jest.js', ...more, ...args], { cwd: copy });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stdout.resume();
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT);
  return new Promise((done) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      done({ code: code ?? undefined, output });
    });
  });
}

function described(number: number, { file, line, name }: Mutant): string {
  return `#${number} ${file}:${line} ${name}`;
}

function showScore(verdicts: readonly { part: string; verdict: Verdict }[]): void {
  const parts = [...new Set(verdicts.map(({ part }) => part))].toSorted();
  console.log('');
  for (const part of [...parts, 'all']) {
    const own = verdicts.filter((each) => part === 'all' || each.part === part);
    const noticed = own.filter(({ verdict }) => verdict === 'killed' || verdict === 'timed out').length;
    console.log(
      `${part.padEnd(13)} ${noticed} of ${own.length} noticed, ${((100 * noticed) / own.length).toFixed(0)} %`,
    );
  }
}
