import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../__tests__/support/runner.ts';
import { optionsOrUsage } from '../scripts/options.ts';
import { startBenchOrg, type BenchOrg } from './measure/org.ts';
import { closeRuns } from './measure/runs.ts';
import type { Bench } from './rows/measurement.ts';
import { ALL, BY_NAME, SHORT } from './rows/rows.ts';
import { terminalTable, type Row } from './table.ts';

/**
 * Measures what a run costs, against an emulated org on this machine: `npm run bench`. One table on standard output, in Markdown; what is
 * being measured is said on standard error. Terraform is measured beside the action if the environment variables TERRAFORM and
 * OKTA_PROVIDER name its binary and that of its provider for Okta.
 *
 * npm run bench                   the rows that matter most, in about three minutes
 * npm run bench -- --all          every row but those of the rate limits
 * npm run bench -- TEXT...        the rows with one of these texts in their names, such as "rate limits" or "1 user"
 *
 * --rounds N     measures each N times (5); what takes long, three times at most
 * --dist FOLDER  measures another build of the action
 * --json FILE    writes the figures to a file, too
 * --write        puts the table into docs/performance.md
 */

const USAGE =
  'Usage: npm run bench -- [--all] [--rounds N] [--dist FOLDER] [--json FILE] [--write] [TEXT...]; TEXT is part of the name of a row';

const { values: options, positionals: names } = optionsOrUsage(USAGE, () =>
  parseArgs({
    allowPositionals: true,
    options: {
      all: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      dist: { type: 'string', default: 'dist' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  }),
);
const PAGE = join(root, 'docs/performance.md');
const MARKS = ['<!-- bench: table -->', '<!-- bench: end -->'] as const;

const known = [...new Set([...SHORT, ...ALL, ...BY_NAME])];
const named = known.filter(({ name }) => names.some((text) => name.includes(text)));
const measurements = names.length > 0 ? named : options.all ? ALL : SHORT;
if (measurements.length === 0)
  throw new Error(`No row has such a name. These are there:\n${known.map(({ name }) => name).join('\n')}`);
if (options.write && measurements !== SHORT)
  throw new Error('The page has the short table: use --write without --all and without names.');

const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
const orgs: BenchOrg[] = [];
// Where a runner has it, there are no packages beside it that it might find.
cpSync(options.dist, join(scratch, 'dist'), { recursive: true });
const bench: Bench = {
  dist: join(scratch, 'dist'),
  scratch,
  rounds: Number(options.rounds),
  fewRounds: Math.min(Number(options.rounds), 3),
  startOrg: async (...args) => {
    const org = await startBenchOrg(...args);
    orgs.push(org);
    return org;
  },
  built: (entry) => {
    const folder = join(scratch, entry);
    const args = ['scripts/build.ts', folder, `bench/entries/${entry}.mjs`];
    if (!existsSync(folder)) execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
    return join(folder, 'bundle.js');
  },
  notes: new Set(),
};

const rows: Row[] = [];
try {
  for (const { name, rows: measure } of measurements) {
    console.error(`… ${name}`);
    rows.push(...(await measure(bench)));
    for (const org of orgs.splice(0)) await org.close();
  }
} finally {
  for (const org of orgs) await org.close();
  closeRuns();
  rmSync(scratch, { recursive: true });
}

const { model } = cpus()[0] ?? { model: 'unknown processor' };
const machine = `Node ${process.version}, ${cpus().length} cores (${model}), ${process.platform}.`;
const text = `${[machine, ...bench.notes].join(' ')}\n\n${terminalTable(rows)}`;
console.log(text);
if (options.json !== undefined) writeFormatted(options.json, figuresOf(rows));
if (options.write) write(text);

/** What a script can read: where it was measured, and the figures of each row, in milliseconds, bytes and numbers of requests. */
function figuresOf(rows: readonly Row[]): string {
  const rounded = ([what, figure]: [string, number]): [string, number] => [what, Number(figure.toFixed(1))];
  const measured = rows.map(({ what, figures = {} }) => ({
    what,
    ...Object.fromEntries(Object.entries(figures).map(rounded)),
  }));
  return JSON.stringify({ machine, notes: [...bench.notes], rows: measured });
}

/** Puts a text between its two marks in the page. */
function write(text: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const [from, to] = MARKS.map((mark) => page.indexOf(mark));
  if (from === undefined || to === undefined || from < 0 || to < from)
    throw new Error(`${PAGE} has no place for the table: ${MARKS.join(' … ')}.`);
  writeFormatted(PAGE, `${page.slice(0, from + MARKS[0].length)}\n\n${text}\n\n${page.slice(to)}`);
}

function writeFormatted(file: string, content: string): void {
  writeFileSync(file, content);
  execFileSync(join(root, 'node_modules/.bin/prettier'), ['--write', '--log-level', 'warn', file]);
}
