import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { TOKEN } from '../__tests__/support/okta.ts';
import { root } from '../__tests__/support/runner.ts';
import { environmentOf } from './action.ts';
import type { SeenRequest } from './emulator.ts';
import { startBenchOrg, type BenchOrg } from './org.ts';
import { succeeded, warns } from './processes.ts';
import { rateLimitRows } from './rate-limits.ts';
import {
  creation,
  LABEL,
  noOp,
  prepared,
  removal,
  sharedUpdate,
  withConnection,
  withSignInCheck,
  type Measured,
  type Scenario,
} from './scenarios.ts';
import { startTimes } from './start.ts';
import { interleaved, median } from './statistics.ts';
import { markdownTable, ms, seconds, target, type Row } from './table.ts';

/**
 * Measures what a run costs: `npm run bench`. One table on standard output, in Markdown; what is being measured goes to standard error.
 * `-- --rate-limits` measures many runs under small rate limits instead, which takes minutes; `-- --dist FOLDER` takes another build.
 */

const { values: options } = parseArgs({
  options: { 'rate-limits': { type: 'boolean', default: false }, dist: { type: 'string', default: 'dist' } },
});
const dist = join(process.cwd(), options.dist);
const bundle = join(dist, 'index.js');
const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
const hasScript = ['bash', 'curl', 'jq'].every((command) => spawnSync(command, ['--version']).status === 0);

const START_ROUNDS = 21;
/** Rounds by latency: what takes long varies little. */
const ROUNDS = new Map([
  [0, 9],
  [100, 5],
]);
const GROWTH_ROUNDS = 5;

try {
  const rows = options['rate-limits'] ? await rateLimitRows(bundle, scratch) : await defaultRows();
  const { model } = cpus()[0] ?? { model: 'unknown processor' };
  console.log(`Node ${process.version}, ${cpus().length} cores (${model}), ${process.platform}\n`);
  console.log(markdownTable(rows));
} finally {
  rmSync(scratch, { recursive: true });
}

async function defaultRows(): Promise<Row[]> {
  say('bundles to compare with');
  const mains = { floor: built('floor'), action: bundle, sdk: built('whole-sdk') };
  say('start');
  const starts = await startTimes(mains, START_ROUNDS);
  const start = median(starts.action);
  const org = await startBenchOrg();
  try {
    await org.ask({ do: 'fill', apps: 0, groups: 100 });
    return [
      ...startRows(starts),
      ...(await timeRows(org, start)),
      ...sizeRows(),
      ...(await memoryRows(org, mains)),
      ...(await growthRows()),
    ];
  } finally {
    await org.close();
  }
}

/** Bundles another entry point just as the action's own are bundled. */
function built(entry: string): string {
  const folder = join(scratch, entry);
  execFileSync(process.execPath, ['scripts/build.ts', folder, `bench/entries/${entry}.mjs`], {
    cwd: root,
    stdio: 'inherit',
  });
  return join(folder, 'index.mjs');
}

function startRows(starts: Record<'floor' | 'action' | 'sdk', number[]>): Row[] {
  const floor = median(starts.floor);
  const action = median(starts.action);
  const sdk = median(starts.sdk);
  const part = '(a) start';
  return [
    {
      part,
      what: 'process start to first request',
      action: ms(action),
      beside: `${ms(floor)} only \`@actions/core\` and node:http (floor)`,
      ratio: (action / floor).toFixed(2),
      target: target(action / floor, 1.9, '≤ 1.9, better 1.3'),
    },
    {
      part,
      what: 'process start to first request',
      action: ms(action),
      beside: `${ms(sdk)} the whole SDK (${(sdk / floor).toFixed(2)} times the floor)`,
      ratio: (action / sdk).toFixed(2),
    },
  ];
}

/** Wall times and requests of every scenario; the parts (b) and (c). */
async function timeRows(org: BenchOrg, start: number): Promise<Row[]> {
  const scenarios = [
    { ...noOp('nothing to do, by name', 0), most: 1 },
    { ...noOp('nothing to do, by `app-id`', 0, 1, 'app-id'), most: 1 },
    { ...noOp('nothing to do, 2 groups', 2), most: 2 },
    creation(2),
    withSignInCheck(creation(2)),
    sharedUpdate(),
    withSignInCheck(sharedUpdate()),
    removal(),
  ];
  const times: Row[] = [];
  const counts: Row[] = [];
  for (const scenario of scenarios) {
    for (const [latency, rounds] of ROUNDS) {
      say(`${scenario.name} at ${latency} ms`);
      const { action, script } = await measure(org, scenario, latency, rounds);
      times.push(timeRow(scenario, latency, start, action, script));
      if (latency === 0)
        counts.push(countRow(scenario, action, script, 'most' in scenario ? scenario.most : undefined));
    }
  }
  return [...times, ...(await settleRows(org)), ...counts];
}

interface Sides {
  action: Measured[];
  script: Measured[] | undefined;
}

async function measure(org: BenchOrg, scenario: Scenario, latency: number, rounds: number): Promise<Sides> {
  const { action, script } = await prepared(org, bundle, scenario);
  await org.ask({ do: 'latency', milliseconds: latency });
  if (!script || !hasScript) return { ...(await interleaved(rounds, { action })), script: undefined };
  return interleaved(rounds, { action, script });
}

function wallTime(measured: readonly Measured[]): number {
  return median(measured.map(({ milliseconds }) => milliseconds));
}

function timeRow(
  { name, trips, settles }: Scenario,
  latency: number,
  start: number,
  action: Measured[],
  script: Measured[] | undefined,
): Row {
  const took = wallTime(action);
  const least = start + trips * latency + (settles ? 2 * latency : 0);
  const how = [`${trips} ${trips === 1 ? 'trip' : 'trips'}`, ...(settles ? ['settling'] : [])].join(' + ');
  const scriptTook = script && wallTime(script);
  return {
    part: '(b) time',
    what: `${name}, ${latency} ms latency`,
    action: ms(took),
    beside: `${ms(least)} least (start + ${how}); ${scriptTook === undefined ? noScript(name) : `${ms(scriptTook)} script`}`,
    ratio: [took / least, ...(scriptTook === undefined ? [] : [took / scriptTook])]
      .map((ratio) => ratio.toFixed(2))
      .join('; '),
    ...(latency === 100 && { target: target(took / least, 1.3, '≤ 1.3 of the least') }),
  };
}

function noScript(name: string): string {
  return /app-id/.test(name) ? 'no such script' : 'script skipped: no bash, curl or jq';
}

/** What the default of `settle-seconds` adds. */
async function settleRows(org: BenchOrg): Promise<Row[]> {
  const rows: Row[] = [];
  for (const scenario of [creation(2), sharedUpdate()]) {
    say(`${scenario.name}, settle-seconds 3`);
    const without = await measure(org, scenario, 0, 3);
    const settled = { ...scenario, inputs: { ...scenario.inputs, 'settle-seconds': '3' } };
    const { action } = await prepared(org, bundle, settled);
    const { milliseconds, requests } = await action();
    rows.push({
      part: '(b) time',
      what: `${scenario.name}, 0 ms latency, \`settle-seconds\` 3 (the default)`,
      action: `${seconds(milliseconds)}, ${requests.length} requests`,
      beside: `${seconds(wallTime(without.action))} with 0`,
    });
  }
  return rows;
}

function inApps(requests: readonly SeenRequest[]): number {
  return requests.filter(({ bucket }) => bucket === '/api/v1/apps').length;
}

function requestCounts(measured: readonly Measured[]): string {
  const seen = new Set(measured.map(({ requests }) => `${requests.length} in all, ${inApps(requests)}`));
  return [...seen].join(' or ');
}

function countRow(
  { name }: Scenario,
  action: Measured[],
  script: Measured[] | undefined,
  most?: number,
): Row {
  const count = Math.max(...action.map(({ requests }) => requests.length));
  return {
    part: '(c) requests',
    what: `${name}: in all, on \`/api/v1/apps\``,
    action: requestCounts(action),
    ...(script && { beside: `${requestCounts(script)} script` }),
    ...(most !== undefined && { target: target(count, most, `${most}`) }),
  };
}

function sizeRows(): Row[] {
  const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => join(entry.parentPath, entry.name));
  return files.sort().map((file) => {
    const size = statSync(file).size;
    const name = relative(dist, file);
    return {
      part: '(d) size',
      what: `\`dist/${name}\``,
      action: `${(size / 1000).toFixed(0)} kB`,
      ...(name === 'index.js' && { target: target(size, 2e6, '≤ 2 MB, better 1') }),
    };
  });
}

async function memoryRows(org: BenchOrg, mains: Record<'floor' | 'action' | 'sdk', string>): Promise<Row[]> {
  say('memory');
  const warned = new Set<string>();
  const peak = (main: string, inputs: Record<string, string>) => async (): Promise<number> => {
    const file = join(scratch, 'peak');
    await org.ask({ do: 'restore', label: LABEL });
    const run = await succeeded(
      process.execPath,
      ['--import', join(import.meta.dirname, 'peak-memory.mjs'), main],
      {
        ...environmentOf(scratch, withConnection(org, inputs)),
        PEAK_MEMORY: file,
      },
    );
    if (warns(run)) warned.add(main);
    return Number(readFileSync(file, 'utf8')) / 1024;
  };
  const { inputs } = noOp('', 2);
  await org.ask({ do: 'latency', milliseconds: 0 });
  await org.ask({ do: 'clear', label: LABEL });
  await org.ask({ do: 'save', label: LABEL });
  const peaks = await interleaved(GROWTH_ROUNDS, {
    action: peak(mains.action, inputs),
    floor: peak(mains.floor, inputs),
    sdk: peak(mains.sdk, inputs),
  });
  const mib = (values: number[]): string => `${median(values).toFixed(0)} MiB`;
  return [
    {
      part: '(d) memory',
      what: 'most resident memory, create with 2 groups',
      action: mib(peaks.action),
      beside: `${mib(peaks.floor)} floor; ${mib(peaks.sdk)} whole SDK, one list of apps`,
      ratio: [peaks.floor, peaks.sdk]
        .map((beside) => (median(peaks.action) / median(beside)).toFixed(2))
        .join('; '),
    },
    {
      part: '(d) log',
      what: 'deprecation warnings',
      action: warned.has(mains.action) ? 'some' : 'none',
      beside: `${warned.has(mains.sdk) ? 'some' : 'none'} whole SDK`,
      target: target(warned.has(mains.action) ? 1 : 0, 0, 'none'),
    },
  ];
}

/** How times and requests grow with the org, the groups and the URIs; the part (e). */
async function growthRows(): Promise<Row[]> {
  const rows: Row[] = [];
  const times = new Map<string, string[]>();
  const add = async (org: BenchOrg, key: string, scenario: Scenario): Promise<void> => {
    const { action } = await measure(org, withoutScript(scenario), 0, GROWTH_ROUNDS);
    times.set(key, [...(times.get(key) ?? []), `${ms(wallTime(action))} (${requestCounts(action)})`]);
  };
  const sizes = [1, 100, 10_000];
  for (const apps of sizes) {
    const org = await startBenchOrg();
    try {
      await org.api('POST', '/api/v1/apps', {
        name: 'oidc_client',
        label: 'filler 0',
        signOnMode: 'OPENID_CONNECT',
        settings: {
          oauthClient: {
            application_type: 'web',
            grant_types: ['authorization_code'],
            response_types: ['code'],
            redirect_uris: ['https://filler.example.com/callback'],
          },
        },
      });
      await org.ask({ do: 'fill', apps: apps - 1, groups: 100 });
      say(`${apps} apps`);
      for (const scenario of [noOp('nothing to do', 0), creation(2), sharedUpdate(), removal()])
        await add(org, `${scenario.name}; org of 1, 100, 10,000 apps`, scenario);
      if (apps === sizes.at(-1)) rows.push(...(await emulatorRows(org)));
      if (apps > 1) continue;
      for (const groups of [1, 10, 100]) {
        say(`${groups} groups`);
        await add(org, 'create; 1, 10, 100 groups', creation(groups));
        await add(org, 'nothing to do; 1, 10, 100 groups', noOp('nothing to do', groups));
      }
      for (const uris of [1, 100]) {
        say(`${uris} redirect URIs`);
        await add(org, 'create; 1, 100 redirect URIs', creation(0, uris));
        await add(org, 'create, sign-in checked; 1, 100 redirect URIs', withSignInCheck(creation(0, uris)));
        await add(org, 'nothing to do; 1, 100 redirect URIs', noOp('nothing to do', 0, uris));
      }
    } finally {
      await org.close();
    }
  }
  return [
    ...[...times].map(([what, values]) => ({ part: '(e) growth', what, action: values.join(' · ') })),
    ...rows,
  ];
}

function withoutScript({ name, prepare, inputs, result, trips }: Scenario): Scenario {
  return { name, prepare, inputs, result, trips };
}

/** What the emulator itself takes with 10,000 apps, of what was measured above. */
async function emulatorRows(org: BenchOrg): Promise<Row[]> {
  say('emulator');
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
  await interleaved(150, measurements);
  const took = await interleaved(200, measurements);
  const row = (what: string, values: number[]): Row => ({
    part: '(e) emulator',
    what: `${what} of 10,000, answered by the emulator`,
    action: ms(median(values)),
    target: target(median(values), 2, '< 2 ms'),
  });
  return [row('one app', took.app), row('search by label', took.q), row('page of 200', took.page)];
}

function say(what: string): void {
  console.error(`… ${what}`);
}
