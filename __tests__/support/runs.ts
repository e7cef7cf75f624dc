import { systemClock } from '../../src/util/clock.ts';
import type { JsonObject } from '../../src/util/json.ts';
import { virtualClock } from './clock.ts';
import { connectionTo, type TestOrg } from './okta.ts';
import type { ActionRun } from './runner.ts';
import { runSource, type SourceOptions } from './source.ts';

export type Inputs = Record<string, string>;

/** The least that a web app needs. */
export const WEB: Inputs = { name: 'shop', 'redirect-uris': 'https://shop.example.com/callback' };

/** The payload of a pull request's event, as far as the action reads it. */
export function pullRequest(number: number, state: 'open' | 'closed' = 'open', from = 'acme/shop'): object {
  const action = state === 'closed' ? 'closed' : 'synchronize';
  return { action, pull_request: { number, state, head: { repo: { full_name: from } } } };
}

/** Runs the source against an org, without waiting; what `/authorize` says of an app has its own tests. */
export function runOn(
  org: TestOrg,
  inputs: Inputs,
  { env, ...options }: Omit<SourceOptions, 'with'> = {},
): Promise<ActionRun> {
  const event: Inputs =
    options.event && 'pull_request' in options.event ? { GITHUB_EVENT_NAME: 'pull_request' } : {};
  return runSource({
    ...options,
    with: { ...connectionTo(org), 'verify-sign-in': 'false', ...inputs },
    env: { ...event, ...env },
    world: { clock: virtualClock(), ...options.world },
  });
}

/** The numbers from 1 to a count. */
export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

/**
 * Runs the source several times at the same time, in real time: the org has to take its own (`trouble.latency`), or the requests do not
 * meet. All runs are to succeed.
 *
 * @param each the inputs, and the rest, of each run
 */
export function atOnce(
  org: TestOrg,
  each: readonly (readonly [Inputs, Omit<SourceOptions, 'with'>?])[],
): Promise<ActionRun[]> {
  return Promise.all(
    each.map(([inputs, options]) =>
      succeed(
        org,
        { 'settle-seconds': '0.5', ...inputs },
        { ...options, world: { clock: systemClock, ...options?.world } },
      ),
    ),
  );
}

/** A run that is to succeed: its failure is the test's. */
export async function succeed(...args: Parameters<typeof runOn>): Promise<ActionRun> {
  const run = await runOn(...args);
  if (run.exitCode !== 0) throw new Error(`The run failed:\n${run.log}`);
  return run;
}

/** A run that is to fail: the text of its one error. */
export async function failure(...args: Parameters<typeof runOn>): Promise<string> {
  const run = await runOn(...args);
  const { errors } = run;
  if (run.exitCode !== 1 || errors.length !== 1) {
    throw new Error(`The run ended with ${run.exitCode} and ${errors.length} errors:\n${run.log}`);
  }
  return errors[0] ?? '';
}

export interface Change {
  field: string;
  from: unknown;
  to: unknown;
}

export function changesOf(run: ActionRun): Change[] {
  return JSON.parse(run.outputs['changes'] ?? '') as Change[];
}

/** The summary as it was written, with characters in place of the references to them. */
export function shown({ rawSummary }: ActionRun): string {
  return rawSummary.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

/** The action's requests since the last look that could have changed something. */
export function writes(org: TestOrg): string[] {
  return org.taken().filter((request) => !request.startsWith('GET '));
}

/** An app as an administrator would have made it: without a mark. */
export function foreignApp(org: TestOrg, label: string, extra: JsonObject = {}): Promise<JsonObject> {
  return org.api('POST', '/api/v1/apps', {
    name: 'oidc_client',
    label,
    signOnMode: 'OPENID_CONNECT',
    settings: {
      oauthClient: {
        application_type: 'web',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: ['https://shop.example.com/callback'],
      },
    },
    ...extra,
  });
}

/** The output `result` of a run. */
export async function resultOf(run: Promise<ActionRun>): Promise<string | undefined> {
  return (await run).outputs['result'];
}
