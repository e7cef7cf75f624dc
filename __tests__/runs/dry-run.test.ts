import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { RecordedRequest } from '../../emulator/src/server.ts';
import { idOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { githubEnvironment } from '../support/github.ts';
import type { ActionRun } from '../support/runner.ts';
import { changesOf, foreignApp, pullRequest, succeed, WEB, writes, type Inputs } from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';

/**
 * A dry run sends nothing that could change the org, whatever the run would do without `dry-run`: with an API token nothing but GET, and
 * with a service app no more than it takes to have a token and to give it back.
 */

let clock = virtualClock();
const org = useOrg(() => {
  clock = virtualClock();
  return { now: () => clock.now() };
});
const github = useGitHub();

const DRY: Inputs = { 'dry-run': 'true' };
const POLICIES = '/api/v1/authorizationServers/default/policies';
const ALL: Inputs = {
  ...WEB,
  groups: 'Sellers\nBuyers',
  users: 'ann@example.com',
  'trusted-origins': 'https://shop.example.com',
  'authorization-server': 'default',
  'authorization-server-policies': 'Shops',
};
const SERVICE: Inputs = { name: 'robot', type: 'service', 'api-scopes': 'okta.users.read\nokta.groups.read' };
const SHARED: Inputs = {
  name: 'shop',
  shared: 'true',
  'redirect-uris': 'https://pr-12.example.com/callback',
  'trusted-origins': 'https://pr-12.example.com',
};
const OF_12 = { event: pullRequest(12) };

/** All that any run writes to: apps and what is below them, trusted origins, and access policies of authorization servers. */
const WRITTEN =
  /^(POST|PUT|DELETE) \/api\/v1\/(apps(\/|$)|trustedOrigins(\/|$)|authorizationServers\/\w+\/policies\/\w+$)/;

/** What there is to do, how the org comes to be so, and whose run it is. */
const WORK: Record<string, { before?: () => Promise<unknown>; inputs: Inputs; options?: typeof OF_12 }> = {
  'an app to create, with all that belongs to it': { inputs: ALL },
  'settings, assignments and origins to change': {
    before: () => succeed(org, ALL),
    inputs: {
      ...ALL,
      'redirect-uris': 'https://new.example.com/callback',
      groups: 'Buyers',
      users: 'joe@example.com',
      assignments: 'exact',
      'trusted-origins': 'https://new.example.com',
      'sign-on-policy': 'Strict',
    },
  },
  'an app to activate': {
    before: async () => {
      await succeed(org, WEB);
      await org.api('POST', `/api/v1/apps/${idOf(await org.app('shop'))}/lifecycle/deactivate`);
    },
    inputs: WEB,
  },
  'an app to delete, with its origin and its place in a policy': {
    before: () => succeed(org, ALL),
    inputs: { name: 'shop', state: 'absent' },
  },
  'an app without a mark to take over': {
    before: () => foreignApp(org, 'shop'),
    inputs: { ...WEB, adopt: 'true' },
  },
  "a closed pull request's app to take over": { before: () => succeed(org, WEB, OF_12), inputs: WEB },
  'an app to give an end': {
    before: () => succeed(org, { ...WEB, 'expires-after': '2h' }, OF_12),
    inputs: { ...WEB, 'expires-after': '14d' },
    options: OF_12,
  },
  'URIs to add to a shared app': {
    before: () => foreignApp(org, 'shop'),
    inputs: SHARED,
    options: OF_12,
  },
  'URIs to take from a shared app': {
    before: async () => {
      await foreignApp(org, 'shop');
      await succeed(org, SHARED, OF_12);
    },
    inputs: { ...SHARED, state: 'absent' },
    options: OF_12,
  },
  'URIs to claim that another pull request has put there': {
    before: async () => {
      await foreignApp(org, 'shop');
      await succeed(org, SHARED, { event: pullRequest(13) });
    },
    inputs: SHARED,
    options: OF_12,
  },
  'URIs to give up that another pull request keeps': {
    before: async () => {
      await foreignApp(org, 'shop');
      for (const number of [12, 13]) await succeed(org, SHARED, { event: pullRequest(number) });
    },
    inputs: { ...SHARED, state: 'absent' },
    options: OF_12,
  },
  'the end of URIs on a shared app to move': {
    before: async () => {
      await foreignApp(org, 'shop');
      await succeed(org, { ...SHARED, 'expires-after': '14d' }, OF_12);
      await clock.sleep(8 * 24 * 3_600_000);
    },
    inputs: { ...SHARED, 'expires-after': '14d' },
    options: OF_12,
  },
  'a service app to create': { inputs: SERVICE },
  'API scopes to take off a service app': {
    before: () => succeed(org, SERVICE),
    inputs: { ...SERVICE, 'api-scopes': 'okta.users.read', assignments: 'exact' },
  },
};

beforeEach(async () => {
  github.pulls.set(12, 'closed');
  for (const name of ['Sellers', 'Buyers']) await org.group(name);
  for (const login of ['ann@example.com', 'joe@example.com']) await org.user(login);
  await org.api('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Strict', description: 'x' });
  const clients = { include: [idOf(await foreignApp(org, 'other'))] };
  const policy = { type: 'OAUTH_AUTHORIZATION_POLICY', name: 'Shops', description: 'x', priority: 1 };
  await org.api('POST', POLICIES, { ...policy, conditions: { clients } });
});

/** The action's requests that are no GET, with the tests' own left out. */
function notGets(since: number): RecordedRequest[] {
  return org.requests
    .slice(since)
    .filter(({ method, headers }) => method !== 'GET' && headers['x-test-client'] === undefined);
}

/** A service app that may do everything, and the inputs with which a run is that app. */
async function allowedEverything(): Promise<Inputs> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'dry', use: 'sig' }] };
  const app = await org.api('POST', '/api/v1/apps', {
    name: 'oidc_client',
    label: 'deployer',
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
    settings: {
      oauthClient: {
        application_type: 'service',
        grant_types: ['client_credentials'],
        response_types: ['token'],
        jwks,
      },
    },
  });
  for (const resource of [
    'apps',
    'groups',
    'users',
    'policies',
    'trustedOrigins',
    'authorizationServers',
    'appGrants',
  ])
    for (const right of ['read', 'manage'])
      await org.api('POST', `/api/v1/apps/${idOf(app)}/grants`, {
        scopeId: `okta.${resource}.${right}`,
        issuer: org.url,
      });
  return {
    'api-token': '',
    'auth-client-id': idOf(app),
    'auth-private-key': privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

describe.each(Object.entries(WORK))('%s', (_, { before, inputs, options = {} }) => {
  const run = (more: Inputs): Promise<ActionRun> =>
    succeed(org, { ...inputs, ...more }, { ...options, env: githubEnvironment(github), world: { clock } });

  test('a dry run sends nothing but GET, and tells what the run then does, to nothing but what is an app’s', async () => {
    await before?.();
    org.taken();
    const dry = await run(DRY);
    expect(dry.outputs['changed']).toBe('true');
    expect(writes(org)).toEqual([]);
    const real = await run({});
    const written = writes(org);
    expect(written.length).toBeGreaterThan(0);
    expect(written.filter((request) => !WRITTEN.test(request))).toEqual([]);
    expect(changesOf(dry)).toEqual(changesOf(real));
    const isThere = dry.outputs['result'] === 'updated';
    expect(dry.outputs['app-id']).toBe(isThere ? real.outputs['app-id'] : '');
    expect(dry.outputs['result']).toBe(real.outputs['result']);
  });

  test('as a service app that could do all of it, it has a token and gives it back', async () => {
    await before?.();
    const credential = await allowedEverything();
    const since = org.requests.length;
    await run({ ...credential, ...DRY });
    expect(notGets(since).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /oauth2/v1/token',
      'POST /oauth2/v1/revoke',
    ]);
  });
});
