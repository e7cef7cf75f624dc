import { TOKEN } from '../__tests__/support/okta.ts';
import { POLICY, webApp, type BenchOrg } from './measure/org.ts';

/** The label of the one app that every scenario is about. */
export const LABEL = 'bench';

export const REDIRECT_URI = 'https://bench.example.com/callback';
export const LOGOUT_URI = 'https://bench.example.com/';
const SHARED_URIS = [1, 2, 3].map((number) => `https://pr-${number}.bench.example.com/callback`);
const NEW_URI = 'https://pr-12.bench.example.com/callback';
export const SERVER = { 'authorization-server': 'default', 'authorization-server-policies': POLICY };
const SERVICE = {
  type: 'service',
  'redirect-uris': '',
  'token-endpoint-auth-method': 'client_secret_basic',
  'api-scopes': 'okta.users.read\nokta.groups.read',
};
const ROTATION = { 'client-secret-max-age': '90d', 'output-client-secret': 'true' };

/** Which bundle is run: the action, its post step, or the sweep. */
export type Entry = 'main' | 'post' | 'sweep';

/** A job to be done, for the action and, where it knows it, for the script alike. */
export interface Scenario {
  name: string;
  entry?: Entry;
  /** Inputs of a run that creates the app first. */
  after?: Inputs;
  /** What else brings the org to where the job begins; the app, if there is to be one, has the label {@link LABEL}. */
  prepare?(org: BenchOrg): Promise<unknown>;
  /** The inputs, but for the connection; `app-id` is filled in where it is empty. */
  inputs: Inputs;
  /** The output `result`; the sweep and the post step have none. */
  result?: string;
  /** What the script is called with; absent where it knows no such job. */
  script?: { command: string; env: Record<string, string> };
  /** Requests that must wait for one another's answers. */
  trips: number;
  /** What the run waits for: what runs of the same owner may write at the same time, or whoever else; {@link settleTime}. */
  settles?: 'own' | 'others';
  /** Requests that it may take at most. */
  most?: number;
  /** Whether an input that is not given has its default: by itself, nothing waits but for what it must. */
  byDefault?: boolean;
}

export type Inputs = Record<string, string>;

/** The inputs that every run has; those of a scenario come before them. */
export function withConnection(orgUrl: string, inputs: Inputs, byDefault = false): Inputs {
  return {
    'org-url': orgUrl,
    'api-token': TOKEN,
    ...(!byDefault && { 'settle-seconds': '0', 'verify-sign-in': 'false' }),
    ...inputs,
  };
}

/** Milliseconds that a run waits at least: `settle-seconds`, or a fifth of it where only its own owner writes; or twice its longest request. */
export function settleTime({ inputs, settles }: Scenario, latency: number): number {
  if (!settles) return 0;
  const given = Number(inputs['settle-seconds'] ?? 0) * 1000;
  return Math.max(settles === 'own' ? given / 5 : given, 2 * latency);
}

export function groupNames(count: number): string {
  return Array.from({ length: count }, (_, index) => `Team ${index + 1}`).join('\n');
}

export function redirectUris(count: number): string {
  return Array.from({ length: count }, (_, index) =>
    index === 0 ? REDIRECT_URI : `${REDIRECT_URI}/${index}`,
  ).join('\n');
}

/**
 * A create with so many groups and redirect URIs: the look for the app, beside those for the groups, and the create; then the groups one by
 * one, which Okta mixes up side by side (reported).
 */
export function creation(groups: number, uris = 1): Scenario {
  return {
    name: `create, ${groups} ${groups === 1 ? 'group' : 'groups'}`,
    inputs: {
      name: LABEL,
      'redirect-uris': redirectUris(uris),
      ...(groups > 0 && { groups: groupNames(groups) }),
    },
    result: 'created',
    script: { command: 'ensure', env: { URIS: redirectUris(uris), GROUPS_WANTED: groupNames(groups) } },
    trips: 2 + groups,
  };
}

export const WEB = creation(0).inputs;

/** A run on an app that is as it should be. */
export function noOp(what: string, more: Inputs = {}, trips = 1): Scenario {
  const inputs = { ...WEB, ...more };
  return { name: what && `nothing to do, ${what}`, after: inputs, inputs, result: 'unchanged', trips };
}

export function noOpWithGroups(groups: number, uris = 1): Scenario {
  const { inputs, script } = creation(groups, uris);
  return {
    ...noOp(groups === 0 ? 'by name' : `${groups} ${groups === 1 ? 'group' : 'groups'}`, inputs),
    ...(script && { script }),
    trips: groups > 0 ? 2 : 1,
    most: groups > 0 ? 2 : 1,
  };
}

/** The same app, named by its ID. */
export function byId(scenario: Scenario): Scenario {
  const { script: _, ...others } = scenario;
  return {
    ...others,
    name: `${scenario.name.replace(', by name', '')}, by \`app-id\``,
    inputs: { ...scenario.inputs, name: '', 'app-id': '' },
  };
}

/** The same app, named by a client ID of its own, by which Okta finds none: the org's custom apps are read in its place. */
export function byClientId(scenario: Scenario): Scenario {
  const { script: _, ...others } = scenario;
  const clientId = 'bench-client';
  const app = webApp(LABEL, SHARED_URIS);
  return {
    ...others,
    name: `${scenario.name}, by \`client-id\``,
    prepare: (org) =>
      org.api('POST', '/api/v1/apps', { ...app, credentials: { oauthClient: { client_id: clientId } } }),
    inputs: { ...scenario.inputs, name: '', 'client-id': clientId },
  };
}

/** Beside so many apps whose names start with that of the app; the pages of the answer come one after the other. */
export function amongPreviews(scenario: Scenario, previews: number, pages: number): Scenario {
  return {
    ...scenario,
    prepare: (org) => org.ask({ do: 'fill', fill: { apps: previews, label: `${LABEL} preview` } }),
    trips: scenario.trips - 1 + pages,
  };
}

/** With `settle-seconds` 0 the app is read once more before it is written; by default what was found a moment ago is fresh enough. */
export function update(): Scenario {
  return {
    name: 'change one setting',
    after: WEB,
    inputs: { ...WEB, 'post-logout-redirect-uris': LOGOUT_URI },
    result: 'updated',
    trips: 4,
    settles: 'own',
  };
}

export function sharedUpdate(): Scenario {
  return {
    name: 'add a URI to a shared app',
    prepare: (org) => org.api('POST', '/api/v1/apps', webApp(LABEL, SHARED_URIS)),
    inputs: { name: LABEL, shared: 'true', 'redirect-uris': NEW_URI },
    result: 'updated',
    script: { command: 'add-uri', env: { URIS: NEW_URI } },
    trips: 4,
    settles: 'others',
  };
}

/** The look, a second one right before the deletion, and two requests for that. */
export function removal(): Scenario {
  return {
    name: 'remove',
    after: WEB,
    inputs: { name: LABEL, state: 'absent' },
    result: 'deleted',
    script: { command: 'remove', env: {} },
    trips: 4,
  };
}

/** Of so many apps that expired; GitHub is not asked about those. One app after the other is read, deactivated and deleted. */
export function sweep(expired: number, trips: number): Scenario {
  const profile = {
    okta_oidc_app: { repository: 'acme/shop', repository_id: '4242', expires: '2020-01-01T00:00:00Z' },
  };
  return {
    name: `sweep, ${expired} expired apps`,
    entry: 'sweep',
    prepare: async (org) => {
      for (let number = 0; number < expired; number += 1)
        await org.api('POST', '/api/v1/apps', webApp(LABEL, [REDIRECT_URI], profile));
    },
    inputs: { 'github-token': 'none' },
    trips,
  };
}

/** The same job with the check of sign-ins that comes by default, beside which there is always something else to do, or to wait for. */
export function withSignInCheck(scenario: Scenario): Scenario {
  return {
    ...scenario,
    name: `${scenario.name}, sign-in checked`,
    inputs: { ...scenario.inputs, 'verify-sign-in': 'true' },
  };
}

/** The same job with the settle time that comes by default. What an update has found is fresh enough then. */
export function withSettleTime(scenario: Scenario): Scenario {
  const { script: _, ...others } = scenario;
  return {
    ...others,
    name: `${scenario.name}, \`settle-seconds\` 3`,
    inputs: { ...scenario.inputs, 'settle-seconds': '3' },
    trips: scenario.trips - (scenario.result === 'updated' ? 1 : 0),
  };
}

/** What is measured without and with latency. */
export const TIMED: Scenario[] = [
  noOpWithGroups(0),
  byId(noOpWithGroups(0)),
  noOpWithGroups(2),
  // The user is looked up beside the app at best, and then whether the app has the user.
  noOp('1 user', { users: 'user-1@example.com' }, 2),
  noOp('`expires-after`', { 'expires-after': '14d' }),
  noOp('`redirect-hosts`', { 'redirect-hosts': '*.example.com' }),
  // The policies are listed beside the look for the app at best.
  noOp('`authorization-server-policies`', SERVER),
  noOp('`api-scopes`', SERVICE, 2),
  noOp('`client-secret-max-age`', ROTATION, 2),
  { ...noOp('', {}, 2), name: 'read, `state: read`', inputs: { name: LABEL, state: 'read' } },
  amongPreviews(noOp('1,000 names that start with its name'), 1000, 6),
  amongPreviews(byId(noOp('1,000 names that start with its name')), 1000, 1),
  amongPreviews(
    noOp('1,000 names that start with its name, `client-id`', { 'client-id': 'bench-client' }),
    1000,
    1,
  ),
  creation(2),
  withSignInCheck(creation(2)),
  {
    name: 'create, `authorization-server-policies`',
    inputs: { ...WEB, ...SERVER },
    result: 'created',
    trips: 6,
    settles: 'others',
  },
  {
    name: 'create, `api-scopes`',
    inputs: { ...WEB, ...SERVICE },
    result: 'created',
    trips: 4,
  },
  update(),
  withSignInCheck(update()),
  sharedUpdate(),
  withSignInCheck(sharedUpdate()),
  {
    name: 'rotate the client secret',
    after: { ...WEB, ...ROTATION },
    prepare: (org) => org.ask({ do: 'age', label: LABEL, days: 100 }),
    inputs: { ...WEB, ...ROTATION },
    result: 'updated',
    trips: 4,
  },
  {
    name: 'assign a user',
    after: WEB,
    inputs: { ...WEB, users: 'user-2@example.com' },
    result: 'updated',
    // The mark remembers the user before the assignment; with `settle-seconds` 0 the app is read once more before that.
    trips: 5,
    settles: 'own',
  },
  {
    // The group goes before the mark forgets it: it is looked at once more, and the app read right before it is written.
    name: 'take a group away',
    after: { ...WEB, groups: groupNames(2) },
    inputs: { ...WEB, groups: groupNames(1) },
    result: 'updated',
    trips: 6,
  },
  // Whether anybody may use the app is asked beside `/authorize`, once the app is found.
  withSignInCheck(noOp('for nobody', {}, 2)),
  noOp('`groups-claim`', { 'groups-claim': 'groups' }, 2),
  {
    // Its issuer mode is read right before it is set, and what is kept of it after that.
    name: 'set the groups claim',
    after: WEB,
    inputs: { ...WEB, 'groups-claim': 'groups' },
    result: 'updated',
    trips: 5,
  },
  byClientId(sharedUpdate()),
  removal(),
  {
    name: 'remove, `authorization-server-policies`',
    after: { ...WEB, ...SERVER },
    inputs: { name: LABEL, state: 'absent' },
    result: 'deleted',
    trips: 6,
    settles: 'others',
  },
  {
    name: 'post step of `state: job`',
    entry: 'post',
    after: { ...WEB, state: 'job' },
    inputs: { ...WEB, state: 'job' },
    trips: 3,
  },
  sweep(5, 1 + 5 * 3),
];
