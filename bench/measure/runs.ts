import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOKEN } from '../../__tests__/support/okta.ts';
import { readOutputs, root, stateVariables } from '../../__tests__/support/runner.ts';
import { environmentOf } from './action.ts';
import type { SeenRequest } from './emulator.ts';
import { CERTIFICATE, type BenchOrg } from './org.ts';
import { outputsIn, succeeded, warns, type Ran } from './processes.ts';
import { LABEL, withConnection, type Entry, type Inputs, type Scenario } from '../scenarios.ts';
import { openStartingLine } from './start.ts';

/** What one run took. */
export interface Measured {
  milliseconds: number;
  requests: SeenRequest[];
  /** The most memory that the process had, in bytes. */
  peak: number;
}

/** The ways to do a scenario's job, ready to be run again and again; each run finds the org as it was prepared. */
export interface Prepared {
  /** Milliseconds from the start of the action's process to its first request. */
  start(): Promise<number>;
  action(): Promise<Measured>;
  script?: () => Promise<Measured>;
}

const startingLine = await openStartingLine();
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const PEAK = join(folder, 'peak');
const FILES: Record<Entry, string> = { main: 'index.js', post: 'post.js', sweep: 'sweep.js' };

/** To be called when all is measured. */
export function closeRuns(): void {
  startingLine.close();
  rmSync(folder, { recursive: true });
}

/**
 * @param dist the folder with the action's bundle
 * @param org where it runs; over TLS if the org has that
 */
export async function prepared(org: BenchOrg, dist: string, scenario: Scenario): Promise<Prepared> {
  const { entry = 'main', script, byDefault } = scenario;
  const inputsOf = (orgUrl: string, inputs: Inputs, entry: Entry = 'main'): Record<string, string> => ({
    ...environmentFor(entry, withConnection(orgUrl, inputs, byDefault)),
    ...(org.tlsUrl !== undefined && { NODE_EXTRA_CA_CERTS: CERTIFICATE }),
  });
  const orgUrl = org.tlsUrl ?? org.url;
  await org.ask({ do: 'latency', milliseconds: 0 });
  await org.ask({ do: 'clear', prefix: LABEL });
  const main = join(dist, FILES.main);
  if (scenario.after) await runBundle(main, inputsOf(orgUrl, scenario.after), 'created');
  const kept =
    entry === 'post' ? stateVariables(readOutputs(readFileSync(join(folder, 'state'), 'utf8'))) : {};
  await scenario.prepare?.(org);
  await org.ask({ do: 'save', label: LABEL });
  const appId = scenario.inputs['app-id'] === '' ? { 'app-id': await idOf(org) } : {};
  const environment = (url: string): Record<string, string> => ({
    ...inputsOf(url, { ...scenario.inputs, ...appId }, entry),
    ...kept,
  });
  const bundle = join(dist, FILES[entry]);
  const measured = (run: () => Promise<Omit<Measured, 'requests'>>): Promise<Measured> =>
    inPreparedOrg(org, scenario.name, run);
  return {
    start: () => startingLine.measure(bundle, environment(startingLine.url)),
    action: () => measured(() => runBundle(bundle, environment(orgUrl), scenario.result)),
    ...(script && { script: () => measured(() => runScript(org, script)) }),
  };
}

async function idOf(org: BenchOrg): Promise<string> {
  const apps = (await org.api('GET', `/api/v1/apps?q=${LABEL}&limit=200`)) as { id: string; label: string }[];
  return apps.find(({ label }) => label === LABEL)?.id ?? '';
}

/** Runs something in the org as it was saved, and gives its requests too, none of which may have failed. */
export async function inPreparedOrg<Taken extends object>(
  org: BenchOrg,
  name: string,
  run: () => Promise<Taken>,
): Promise<Taken & Pick<Measured, 'requests'>> {
  await org.ask({ do: 'restore', label: LABEL });
  await org.requests();
  const took = await run();
  const requests = await org.requests();
  const failed = requests.find(
    ({ method, status = 0 }) => status < 200 || (status >= 400 && method !== 'GET'),
  );
  if (failed)
    throw new Error(
      `${name}: ${failed.method} ${failed.path} was answered ${failed.status ?? 'not at all'}.`,
    );
  return { ...took, requests };
}

/** The sweep knows fewer inputs. */
function environmentFor(entry: Entry, all: Inputs): Record<string, string> {
  if (entry !== 'sweep') return environmentOf(folder, all);
  const { 'settle-seconds': _, 'verify-sign-in': __, ...known } = all;
  return environmentOf(folder, known, 'sweep');
}

/** Runs a bundle of the action, which must succeed without a warning of Node's. */
async function runBundle(
  bundle: string,
  env: Record<string, string>,
  expected?: string,
): Promise<Omit<Measured, 'requests'>> {
  const run = await runWithPeak(bundle, env);
  if (warns(run)) throw new Error(`A run warned of something deprecated:\n${run.text}`);
  const { result } = outputsIn(folder);
  if (result !== expected)
    throw new Error(`The result is ${result ?? 'missing'}, not ${expected ?? 'missing'}:\n${run.text}`);
  return run;
}

/** Runs a bundle of whatever kind, which must succeed. */
export async function runWithPeak(
  bundle: string,
  env: Record<string, string>,
): Promise<Ran & Pick<Measured, 'peak'>> {
  const preload = ['--require', join(import.meta.dirname, 'peak-memory.cjs')];
  const run = await succeeded(process.execPath, [...preload, bundle], { ...env, PEAK_MEMORY: PEAK });
  return { ...run, peak: Number(readFileSync(PEAK, 'utf8')) * 1024 };
}

async function runScript(
  org: BenchOrg,
  { command, env }: NonNullable<Scenario['script']>,
): Promise<Omit<Measured, 'requests'>> {
  const all = {
    ...environmentOf(folder, {}),
    ORG_URL: org.url,
    API_TOKEN: TOKEN,
    NAME: LABEL,
    ...env,
  };
  const { milliseconds } = await succeeded('bash', [join(root, 'bench/script.sh'), command], all);
  return { milliseconds, peak: 0 };
}
