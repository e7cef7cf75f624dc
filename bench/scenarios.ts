import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOKEN } from '../__tests__/support/okta.ts';
import { root } from '../__tests__/support/runner.ts';
import { environmentOf } from './action.ts';
import type { SeenRequest } from './emulator.ts';
import type { BenchOrg } from './org.ts';
import { outputsIn, succeeded, warns } from './processes.ts';

/** The label of the one app that every scenario is about. */
export const LABEL = 'bench';

const URI = 'https://bench.example.com/callback';
const SHARED_URIS = [1, 2, 3].map((number) => `https://pr-${number}.bench.example.com/callback`);
const NEW_URI = 'https://pr-12.bench.example.com/callback';

/** A job to be done, for the action and for the script alike. */
export interface Scenario {
  name: string;
  /** Brings the org to where the job begins; the app, if there is to be one, has the label {@link LABEL}. */
  prepare(org: BenchOrg, bundle: string): Promise<void>;
  /** The inputs, but for the connection; `app-id` is filled in where it is empty. */
  inputs: Record<string, string>;
  /** The output `result`. */
  result: string;
  /** What the script is called with; absent where it knows no such job. */
  script?: { command: string; env: Record<string, string> };
  /** Requests that must wait for one another's answers. */
  trips: number;
  /** Whether the run waits for what other runs may do at the same time: at least twice as long as its longest request took. */
  settles?: boolean;
}

export function groupNames(count: number): string {
  return Array.from({ length: count }, (_, index) => `Team ${index + 1}`).join('\n');
}

export function redirectUris(count: number): string {
  return Array.from({ length: count }, (_, index) => (index === 0 ? URI : `${URI}/${index}`)).join('\n');
}

/** A create with so many groups and redirect URIs. */
export function creation(groups: number, uris = 1): Scenario {
  return {
    name: `create, ${groups} ${groups === 1 ? 'group' : 'groups'}`,
    prepare: () => Promise.resolve(),
    inputs: { name: LABEL, 'redirect-uris': redirectUris(uris), groups: groupNames(groups) },
    result: 'created',
    script: { command: 'ensure', env: { URIS: redirectUris(uris), GROUPS_WANTED: groupNames(groups) } },
    trips: 4 + groups - (groups === 0 ? 1 : 0),
    settles: true,
  };
}

/** A run on an app that is as it should be. */
export function noOp(name: string, groups: number, uris = 1, by: 'name' | 'app-id' = 'name'): Scenario {
  const { inputs, script, prepare } = creation(groups, uris);
  return {
    name,
    prepare: async (org, bundle) => {
      await prepare(org, bundle);
      await runAction(org, bundle, inputs, 'created');
    },
    inputs: by === 'name' ? inputs : { ...inputs, name: '', 'app-id': '' },
    result: 'unchanged',
    ...(by === 'name' && script && { script }),
    trips: groups > 0 ? 2 : 1,
  };
}

/** With `settle-seconds` 0 the app is read once more before it is written; by default what was found a moment ago is fresh enough. */
export function sharedUpdate(): Scenario {
  return {
    name: 'add a URI to a shared app',
    prepare: async (org) => {
      await org.api('POST', '/api/v1/apps', {
        name: 'oidc_client',
        label: LABEL,
        signOnMode: 'OPENID_CONNECT',
        settings: {
          oauthClient: {
            application_type: 'web',
            grant_types: ['authorization_code'],
            response_types: ['code'],
            redirect_uris: SHARED_URIS,
          },
        },
      });
    },
    inputs: { name: LABEL, shared: 'true', 'redirect-uris': NEW_URI },
    result: 'updated',
    script: { command: 'add-uri', env: { URIS: NEW_URI } },
    trips: 4,
    settles: true,
  };
}

export function removal(): Scenario {
  return {
    ...noOp('remove', 0),
    inputs: { name: LABEL, state: 'absent' },
    result: 'deleted',
    script: { command: 'remove', env: {} },
    trips: 3,
  };
}

/** The same job with the check of sign-ins that comes by default. */
export function withSignInCheck(scenario: Scenario): Scenario {
  return {
    ...scenario,
    name: `${scenario.name}, sign-in checked`,
    inputs: { ...scenario.inputs, 'verify-sign-in': 'true' },
    trips: scenario.trips + 1,
  };
}

/** Milliseconds and requests of one run. */
export interface Measured {
  milliseconds: number;
  requests: SeenRequest[];
}

/** The ways to do a scenario's job, ready to be run again and again; each run finds the org as it was prepared. */
export interface Prepared {
  action(): Promise<Measured>;
  script?: () => Promise<Measured>;
}

export async function prepared(org: BenchOrg, bundle: string, scenario: Scenario): Promise<Prepared> {
  await org.ask({ do: 'latency', milliseconds: 0 });
  await org.ask({ do: 'clear', label: LABEL });
  await scenario.prepare(org, bundle);
  await org.ask({ do: 'save', label: LABEL });
  const { script } = scenario;
  const appId = scenario.inputs['app-id'] === '' ? await idOf(org) : undefined;
  const inputs = { ...scenario.inputs, ...(appId !== undefined && { 'app-id': appId }) };
  const measured = async (run: () => Promise<number>): Promise<Measured> => {
    await org.ask({ do: 'restore', label: LABEL });
    await org.requests();
    const milliseconds = await run();
    const requests = await org.requests();
    const failed = requests.find(({ status = 0 }) => status === 0 || status >= 400);
    if (failed)
      throw new Error(
        `${scenario.name}: ${failed.method} ${failed.path} was answered ${failed.status ?? 'not at all'}.`,
      );
    return { milliseconds, requests };
  };
  return {
    action: () => measured(() => runAction(org, bundle, inputs, scenario.result)),
    ...(script && { script: () => measured(() => runScript(org, script)) }),
  };
}

async function idOf(org: BenchOrg): Promise<string> {
  const apps = (await org.api('GET', `/api/v1/apps?q=${LABEL}`)) as { id: string }[];
  return apps[0]?.id ?? '';
}

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
process.on('exit', () => {
  rmSync(folder, { recursive: true });
});

/** The inputs that every run has; those of a scenario come before them. Nothing waits but for what it must. */
export function withConnection(org: BenchOrg, inputs: Record<string, string>): Record<string, string> {
  return {
    'org-url': org.url,
    'api-token': TOKEN,
    'settle-seconds': '0',
    'verify-sign-in': 'false',
    ...inputs,
  };
}

async function runAction(
  org: BenchOrg,
  bundle: string,
  inputs: Record<string, string>,
  expected: string,
): Promise<number> {
  const env = environmentOf(folder, withConnection(org, inputs));
  const run = await succeeded(process.execPath, [bundle], env);
  const { milliseconds, text } = run;
  if (warns(run)) throw new Error(`A run warned of something deprecated:\n${text}`);
  const { result } = outputsIn(folder);
  if (result !== expected) throw new Error(`The result is ${result ?? 'missing'}, not ${expected}:\n${text}`);
  return milliseconds;
}

async function runScript(org: BenchOrg, { command, env }: NonNullable<Scenario['script']>): Promise<number> {
  const all = {
    ...environmentOf(folder, {}),
    ORG_URL: org.url,
    API_TOKEN: TOKEN,
    NAME: LABEL,
    ...env,
  };
  return (await succeeded('bash', [join(root, 'bench/script.sh'), command], all)).milliseconds;
}
