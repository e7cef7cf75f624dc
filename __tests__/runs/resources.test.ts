import { beforeEach, describe, expect, test } from '@jest/globals';
import { textOf, type JsonObject } from '../../src/util/json.ts';
import type { Clock } from '../../src/util/clock.ts';
import { clientIdOf, idOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { githubEnvironment } from '../support/github.ts';
import { APPS, DELETE, POST, PUT } from '../support/okta.ts';
import { WEB, failure, foreignApp, pullRequest, runOn, succeed, type Inputs } from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';

/** What belongs to an app beside its own object: what comes before what, what happens side by side, and what is back if the app is kept. */

const org = useOrg();
const github = useGitHub();

const POLICIES = '/api/v1/authorizationServers/default/policies';
const ORIGIN = 'https://shop.example.com';
const ALL: Inputs = {
  ...WEB,
  groups: 'Developers',
  'sign-on-policy': 'Two factors',
  'trusted-origins': ORIGIN,
  'authorization-server': 'default',
  'authorization-server-policies': 'Previews',
  'api-scopes': 'okta.users.read.self',
};

const SIGN_ON = PUT(/^\/api\/v1\/apps\/[^/]+\/policies\//);
const GROUP = PUT(/^\/api\/v1\/apps\/[^/]+\/groups\//);
const ORIGINS = /^\/api\/v1\/trustedOrigins/;
const ACCESS = PUT(/^\/api\/v1\/authorizationServers\//);

let signOnPolicy: string;
let accessPolicy: string;
let other: string;

beforeEach(async () => {
  await org.group('Developers');
  const policy = { type: 'ACCESS_POLICY', name: 'Two factors', status: 'ACTIVE' };
  signOnPolicy = idOf(await org.api('POST', '/api/v1/policies', policy));
  other = idOf(await foreignApp(org, 'other'));
  accessPolicy = await org.accessPolicy('Previews', [other]);
});

function emulated(label: string) {
  const app = [...org.org.apps.values()].find((each) => each.label === label);
  if (!app) throw new Error(`There is no app ${label}`);
  return app;
}

async function clients(): Promise<string[]> {
  const { conditions } = await org.api('GET', `${POLICIES}/${accessPolicy}`);
  return ((conditions as JsonObject)['clients'] as { include: string[] }).include;
}

async function originNames(): Promise<string[]> {
  return (await org.apiList('/api/v1/trustedOrigins')).map(({ name }) => textOf(name));
}

async function scopes(app: JsonObject): Promise<string[]> {
  return (await org.apiList(`${APPS}/${idOf(app)}/grants`)).map(({ scopeId }) => textOf(scopeId));
}

describe.each<[string, () => Promise<unknown>]>([
  ['creates its app', () => Promise.resolve()],
  ['changes its app', () => succeed(org, WEB)],
])('a run that %s', (_, prepare) => {
  beforeEach(prepare);

  test('lets nobody in before the authentication policy is there that is to hold', async () => {
    let held = '';
    org.before(SIGN_ON, () => {
      org.trouble.latency = 200;
    });
    org.before(GROUP, () => {
      org.trouble.latency = 0;
      held = emulated('shop').accessPolicyId;
    });
    await succeed(org, ALL);
    expect(held).toBe(signOnPolicy);
  });

  test('lets nobody in if the authentication policy cannot be had', async () => {
    org.refuse(SIGN_ON);
    const error = await failure(org, ALL);
    expect(error.match(/Okta answered 403/g)).toHaveLength(1);
    expect(emulated('shop').groups.size).toBe(0);
  });

  test('does all that can be done, and tells all that cannot together', async () => {
    org.refuse(POST(ORIGINS));
    org.refuse(ACCESS);
    org.refuse(POST(/\/grants$/));
    const error = await failure(org, ALL);
    expect(error).toContain(`Cannot trust the origin ${ORIGIN}`);
    expect(error).toContain('Cannot update the access policy "Previews"');
    expect(error).toContain('Cannot grant the API scope "okta.users.read.self"');
    expect(emulated('shop')).toMatchObject({ accessPolicyId: signOnPolicy, groups: { size: 1 } });
    org.relent();
    await succeed(org, ALL);
    const app = await org.app('shop');
    expect(await originNames()).toEqual([`${ORIGIN} (okta-oidc-app, ${idOf(app)})`]);
    expect(await clients()).toEqual([other, clientIdOf(app)]);
    expect(await scopes(app)).toEqual(['okta.users.read.self']);
  });
});

test('what others write, too, is confirmed side by side', async () => {
  await succeed(org, WEB);
  await succeed(org, { ...WEB, name: 'lists it, too', 'trusted-origins': ORIGIN });
  // The app itself, the name of the origin, and the access policy: nobody goes on before all three wait.
  let waiting = 0;
  let meet: (() => void) | undefined;
  const met = new Promise<void>((resolve) => (meet = resolve));
  const clock: Clock = {
    ...virtualClock(),
    sleep: async () => {
      waiting += 1;
      if (waiting === 3) meet?.();
      await met;
    },
  };
  const inputs = { ...ALL, 'logo-uri': 'https://shop.example.com/logo.png' };
  const run = await succeed(org, inputs, { world: { clock } });
  expect(run.outputs['result']).toBe('updated');
});

test('each thing that was done is a line of the log', async () => {
  const name = 'ann@example.com';
  await org.user(name);
  const all = { ...ALL, users: name, 'groups-claim': '{ name: staff, filter: equals, value: Staff }' };
  const none = {
    groups: '[]',
    users: '[]',
    'trusted-origins': '[]',
    'api-scopes': '[]',
    'groups-claim': '[]',
  };
  const lines = async (inputs: Inputs): Promise<string[]> => {
    const { log } = await succeed(org, inputs);
    return log.split('\n').filter((line) => !/^( |The app |Looking )/.test(line));
  };
  expect((await lines(all)).toSorted()).toEqual([
    'Assigned the group "Developers".',
    `Assigned the user "${name}".`,
    'Granted the API scope "okta.users.read.self".',
    'Let the app in by the access policy "Previews" of the authorization server "default".',
    'Put the app under the authentication policy "Two factors".',
    'Set the groups claim "staff".',
    `Trusted the origin ${ORIGIN}.`,
  ]);
  expect((await lines({ ...all, ...none })).toSorted()).toEqual([
    'Removed the groups claim.',
    'Revoked the API scope "okta.users.read.self" of the app "shop".',
    `Stopped trusting the origin ${ORIGIN}.`,
    'Took the group "Developers" off the app.',
    `Took the user "${name}" off the app.`,
  ]);
  expect(await lines({ name: 'shop', state: 'absent' })).toEqual([
    'Took the app out of the access policy "Previews" of the authorization server "default".',
    'Deactivated the app "shop".',
  ]);
});

test.each([
  ['its access policy', ACCESS],
  ['its trusted origin', DELETE(ORIGINS)],
  ['its API scope', DELETE(/\/grants\//)],
])('an app whose pull request is reopened while %s is taken from it has all again', async (_, first) => {
  const env = githubEnvironment(github);
  github.pulls.set(12, 'open');
  await succeed(org, ALL, { event: pullRequest(12), env });
  const app = await org.app('shop');
  const before = [await clients(), await originNames(), await scopes(app)];
  github.pulls.set(12, 'closed');
  org.before(first, () => {
    github.pulls.set(12, 'open');
  });
  // The run of the close names nothing of it: what is there again was restored.
  const close = { event: pullRequest(12, 'closed'), env };
  const run = await runOn(org, { ...WEB, state: 'auto' }, close);
  expect(run.exitCode).toBe(0);
  expect(await org.app('shop')).toMatchObject({ id: idOf(app), status: 'ACTIVE' });
  expect([await clients(), await originNames(), await scopes(app)]).toEqual(before);
});
