import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { TOKEN } from '../__tests__/support/okta.ts';
import { root } from '../__tests__/support/runner.ts';
import { environmentOf } from './action.ts';
import { GROWTH } from './growth.ts';
import { startBenchOrg, type BenchOrg } from './org.ts';
import { ran, warns } from './processes.ts';
import { rateLimitRows } from './rate-limits.ts';
import { closeRuns, prepared, runWithPeak, type Measured } from './runs.ts';
import {
  TIMED,
  creation,
  noOpWithGroups,
  settleTime,
  sharedUpdate,
  update,
  withConnection,
  withSettleTime,
  withSignInCheck,
  type Scenario,
} from './scenarios.ts';
import { openStartingLine } from './start.ts';
import { interleaved, median } from './statistics.ts';
import { markdownTable, mb, ms, seconds, target, type Row } from './table.ts';

/**
 * Measures what a run costs: `npm run bench`. One table on standard output, in Markdown; what is being measured goes to standard error.
 * `-- --only TEXT` measures only the rows with that text in their names, `-- --rounds 1` each once; `-- --rate-limits` measures many runs under
 * small rate limits instead, which takes minutes; `-- --write` puts the table into docs/performance.md; `-- --dist FOLDER` takes another build.
 */

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
    'rate-limits': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    dist: { type: 'string', default: 'dist' },
  },
});
if (options.write && options.only !== '')
  throw new Error('The page takes whole tables: --write goes without --only.');
const dist = join(process.cwd(), options.dist);
const bundle = join(dist, 'index.js');
const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
const hasScript = ['bash', 'curl', 'jq'].every((command) => spawnSync(command, ['--version']).status === 0);

const START_ROUNDS = 21;
const ROUNDS = Number(options.rounds);
/** Rounds of what takes long, and so varies little. */
const FEW_ROUNDS = Math.min(ROUNDS, 3);
const LATENCIES = [0, 100];
/** Bytes. */
const MOST_MEMORY = 80e6;
const PAGE = join(root, 'docs/performance.md');

try {
  const rows = options['rate-limits'] ? await rateLimitRows(bundle, scratch) : await defaultRows();
  const { model } = cpus()[0] ?? { model: 'unknown processor' };
  const text = `Node ${process.version}, ${cpus().length} cores (${model}), ${process.platform}.\n\n${markdownTable(rows)}`;
  console.log(text);
  if (options.write) write(options['rate-limits'] ? 'rate-limits' : 'table', text);
} finally {
  closeRuns();
  rmSync(scratch, { recursive: true });
}

/** Puts a text between its two marks in the page, and formats that. */
function write(mark: string, text: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const [before, rest] = page.split(`<!-- bench: ${mark} -->`);
  const after = rest?.split('<!-- bench: end -->').slice(1).join('<!-- bench: end -->');
  if (before === undefined || after === undefined) throw new Error(`${PAGE} has no place for the ${mark}.`);
  writeFileSync(PAGE, `${before}<!-- bench: ${mark} -->\n\n${text}\n\n<!-- bench: end -->${after}`);
  execFileSync(join(root, 'node_modules/.bin/prettier'), ['--write', '--log-level', 'warn', PAGE]);
}

/** Whether a row of this name is asked for. */
function isWanted(name: string): boolean {
  return name.includes(options.only);
}

async function defaultRows(): Promise<Row[]> {
  const rows: Row[] = [];
  if (isWanted('start')) rows.push(...(await startRows()));
  const timed = TIMED.filter(({ name }) => isWanted(name));
  const org = await startBenchOrg({ groups: 10, users: 10 });
  try {
    rows.push(...(await timeRows(org, timed)));
    if (isWanted('terraform')) rows.push(...(await terraformRows(org)));
    if (isWanted('size')) rows.push(...sizeRows());
    if (isWanted('memory')) rows.push(...(await memoryRows(org)));
  } finally {
    await org.close();
  }
  for (const growth of GROWTH.filter(({ what }) => isWanted(what))) rows.push(await growthRow(growth));
  if (isWanted('emulator')) rows.push(...(await emulatorRows()));
  return rows;
}

/** Bundles another entry point just as the action's own are bundled. */
function built(entry: string): string {
  const folder = join(scratch, entry);
  const main = join(folder, 'bundle.js');
  if (existsSync(main)) return main;
  say(`the bundle ${entry}, to compare with`);
  execFileSync(process.execPath, ['scripts/build.ts', folder, `bench/entries/${entry}.mjs`], {
    cwd: root,
    stdio: 'inherit',
  });
  return main;
}

async function startRows(): Promise<Row[]> {
  const mains = { floor: built('floor'), action: bundle, sdk: built('whole-sdk') };
  say('start');
  const line = await openStartingLine();
  const env = environmentOf(scratch, withConnection(line.url, noOpWithGroups(0).inputs));
  const starts = {
    floor: () => line.measure(mains.floor, env),
    action: () => line.measure(mains.action, env),
    sdk: () => line.measure(mains.sdk, env),
  };
  await interleaved(2, starts);
  const took = await interleaved(START_ROUNDS, starts);
  line.close();
  const [floor, action, sdk] = [median(took.floor), median(took.action), median(took.sdk)];
  const row = { part: '(a) start', what: 'process start to first request', action: ms(action) };
  return [
    {
      ...row,
      beside: `${ms(floor)} only \`@actions/core\` and node:http (floor)`,
      ratio: (action / floor).toFixed(2),
      target: target(action / floor, 1.9, '≤ 1.9, better 1.3'),
    },
    {
      ...row,
      beside: `${ms(sdk)} the whole SDK (${(sdk / floor).toFixed(2)} times the floor)`,
      ratio: (action / sdk).toFixed(2),
    },
  ];
}

/** Wall times and requests of every scenario; the parts (b) and (c). */
async function timeRows(org: BenchOrg, scenarios: readonly Scenario[]): Promise<Row[]> {
  const times: Row[] = [];
  const counts: Row[] = [];
  for (const scenario of scenarios) {
    for (const latency of LATENCIES) {
      const sides = await measure(org, scenario, latency, ROUNDS);
      times.push(timeRow(scenario, latency, sides, 1.3));
      if (latency === 0) counts.push(countRow(scenario, sides));
    }
  }
  const slow = [
    creation(2),
    withSignInCheck(creation(2)),
    update(),
    withSignInCheck(update()),
    sharedUpdate(),
  ];
  for (const scenario of slow.map(withSettleTime).filter(({ name }) => isWanted(name)))
    times.push(timeRow(scenario, 100, await measure(org, scenario, 100, FEW_ROUNDS), 1.05));
  if (isWanted('post step of any other state')) times.push(await emptyPostRow());
  return [...times, ...counts];
}

interface Sides {
  start: number[];
  action: Measured[];
  script: Measured[] | undefined;
}

/** Runs of the action, of its start alone and of the script, in turn. */
async function measure(org: BenchOrg, scenario: Scenario, latency: number, rounds: number): Promise<Sides> {
  say(`${scenario.name} at ${latency} ms`);
  const { start, action, script } = await prepared(org, dist, scenario);
  await org.ask({ do: 'latency', milliseconds: latency });
  if (!script || !hasScript) return { ...(await interleaved(rounds, { start, action })), script: undefined };
  return interleaved(rounds, { start, action, script });
}

function wallTime(measured: readonly Measured[]): number {
  return median(measured.map(({ milliseconds }) => milliseconds));
}

/** @param most what the action may take at 100 ms latency, times the least */
function timeRow(scenario: Scenario, latency: number, { start, action, script }: Sides, most: number): Row {
  const { name, trips, settles } = scenario;
  const took = wallTime(action);
  const least = median(start) + trips * latency + settleTime(scenario, latency);
  const how = `start + ${trips} ${trips === 1 ? 'trip' : 'trips'}${settles ? ' + settling' : ''}`;
  const scriptTook = script && wallTime(script);
  const ratios = [took / least, ...(scriptTook === undefined ? [] : [took / scriptTook])];
  return {
    part: '(b) time',
    what: `${name}, ${latency} ms latency`,
    action: ms(took),
    beside: [
      `${ms(least)} least (${how})`,
      ...(scriptTook === undefined ? [] : [`${ms(scriptTook)} script`]),
      ...(scenario.script && !hasScript ? ['script skipped: no bash, curl or jq'] : []),
    ].join('; '),
    ratio: ratios.map((ratio) => ratio.toFixed(2)).join('; '),
    ...(latency > 0 && { target: target(took / least, most, `≤ ${most} of the least`) }),
  };
}

/** The post step that has nothing to take away, beside a process of Node that does nothing. */
async function emptyPostRow(): Promise<Row> {
  say('post step of any other state');
  const env = environmentOf(scratch, withConnection('http://127.0.0.1:9', noOpWithGroups(0).inputs));
  const time = (args: string[]) => async (): Promise<number> =>
    (await ran(process.execPath, args, env)).milliseconds;
  const took = await interleaved(START_ROUNDS, {
    post: time([join(dist, 'post.js')]),
    node: time(['-e', '']),
  });
  const [post, node] = [median(took.post), median(took.node)];
  return {
    part: '(b) time',
    what: 'post step of any other state: no request',
    action: ms(post),
    beside: `${ms(node)} \`node -e ""\``,
    ratio: (post / node).toFixed(2),
  };
}

function requestCounts(measured: readonly Measured[]): string {
  const seen = measured.map(({ requests }) => {
    const scarce = requests.filter(({ bucket }) => bucket === '/api/v1/apps');
    return `${requests.length} in all, ${scarce.length}`;
  });
  return [...new Set(seen)].join(' or ');
}

function countRow({ name, most }: Scenario, { action, script }: Sides): Row {
  const count = Math.max(...action.map(({ requests }) => requests.length));
  return {
    part: '(c) requests',
    what: `${name}: in all, on \`/api/v1/apps\``,
    action: requestCounts(action),
    ...(script && { beside: `${requestCounts(script)} script` }),
    ...(most !== undefined && { target: target(count, most, `${most}`) }),
  };
}

/**
 * Beside Terraform, whose figures this command does not measure: they were taken once on the same emulator, with `terraform apply` in a
 * folder that was initialized already.
 */
async function terraformRows(org: BenchOrg): Promise<Row[]> {
  const beside: [Scenario, milliseconds: number, requests: number][] = [
    [noOpWithGroups(1), 1200, 9],
    [withSettleTime(creation(1)), 1900, 14],
    [creation(1), 1900, 14],
  ];
  const rows: Row[] = [];
  for (const [scenario, milliseconds, requests] of beside) {
    const { action } = await measure(org, scenario, 100, FEW_ROUNDS);
    rows.push({
      part: '(d) Terraform',
      what: `${scenario.name}, 100 ms latency`,
      action: `${ms(wallTime(action))}, ${action[0]?.requests.length ?? 0} requests`,
      beside: `${seconds(milliseconds)}, ${requests} requests, Terraform (not measured by this command)`,
      ratio: (wallTime(action) / milliseconds).toFixed(2),
    });
  }
  return rows;
}

function sizeRows(): Row[] {
  const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => join(entry.parentPath, entry.name));
  return files.sort().map((file) => {
    const size = statSync(file).size;
    const name = relative(dist, file);
    return {
      part: '(e) size',
      what: `\`dist/${name}\``,
      action: `${(size / 1000).toFixed(0)} kB`,
      ...(name === 'index.js' && { target: target(size, 2e6, '≤ 2 MB, better 1') }),
    };
  });
}

/** The memory of a run beside that of the floor and of the whole SDK, which do one request. */
async function memoryRows(org: BenchOrg): Promise<Row[]> {
  say('memory');
  const { action } = await prepared(org, dist, creation(2));
  const env = environmentOf(scratch, withConnection(org.url, creation(2).inputs));
  const [floor, sdk] = [built('floor'), built('whole-sdk')];
  const peak = (main: string) => async (): Promise<number> => (await runWithPeak(main, env)).peak;
  const peaks = await interleaved(ROUNDS, {
    action: async () => (await action()).peak,
    floor: peak(floor),
    sdk: peak(sdk),
  });
  const isWarning = warns(await runWithPeak(sdk, env));
  const [own, least, whole] = [median(peaks.action), median(peaks.floor), median(peaks.sdk)];
  return [
    {
      part: '(e) memory',
      what: 'most resident memory, create with 2 groups',
      action: mb(own),
      beside: `${mb(least)} floor; ${mb(whole)} whole SDK, one list of apps`,
      ratio: [own / least, own / whole].map((ratio) => ratio.toFixed(2)).join('; '),
      target: target(own, MOST_MEMORY, '≤ 80 MB'),
    },
    {
      part: '(e) log',
      what: 'deprecation warnings, which would have ended this benchmark',
      action: 'none',
      beside: `${isWarning ? 'some' : 'none'} whole SDK`,
    },
  ];
}

/** How time, requests and memory grow with the org and the inputs; the part (f). Each size has an org of its own. */
async function growthRow({ what, sizes, scenario, fill }: (typeof GROWTH)[number]): Promise<Row> {
  const cells: string[] = [];
  const peaks: number[] = [];
  for (const size of sizes) {
    const org = await startBenchOrg(fill?.(size));
    try {
      say(`${what}: ${size}`);
      const { action } = await prepared(org, dist, scenario(size));
      const { action: runs } = await interleaved(FEW_ROUNDS, { action });
      const peak = median(runs.map((run) => run.peak));
      peaks.push(peak);
      cells.push(`${ms(wallTime(runs))} (${requestCounts(runs)}; ${mb(peak)})`);
    } finally {
      await org.close();
    }
  }
  return {
    part: '(f) growth',
    what: `${what}: ${sizes.map((size) => size.toLocaleString('en-US')).join(' · ')}`,
    action: cells.join(' · '),
    target: target(Math.max(...peaks), MOST_MEMORY, '≤ 80 MB'),
  };
}

/** What the emulator itself takes with 10,000 apps, of what was measured above. */
async function emulatorRows(): Promise<Row[]> {
  say('emulator');
  const org = await startBenchOrg({ apps: 9_999 });
  const [first] = (await org.api('GET', '/api/v1/apps?limit=1')) as { id: string }[];
  const headers = { authorization: `SSWS ${TOKEN}`, accept: 'application/json' };
  const get = (path: string) => async (): Promise<number> => {
    const start = performance.now();
    await (await fetch(org.url + path, { headers })).arrayBuffer();
    return performance.now() - start;
  };
  const measurements = {
    app: get(`/api/v1/apps/${first?.id ?? ''}`),
    q: get('/api/v1/apps?q=filler%209999&limit=200'),
    page: get('/api/v1/apps?limit=200'),
  };
  try {
    await interleaved(150, measurements);
    const took = await interleaved(200, measurements);
    const row = (what: string, values: number[]): Row => ({
      part: '(f) emulator',
      what: `${what} of 10,000, answered by the emulator`,
      action: ms(median(values)),
      target: target(median(values), 2, '< 2 ms'),
    });
    return [row('one app', took.app), row('search by label', took.q), row('page of 200', took.page)];
  } finally {
    await org.close();
  }
}

function say(what: string): void {
  console.error(`… ${what}`);
}
