import { beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock, type Clock } from '../../src/util/clock.ts';
import { textOf, valueAt } from '../../src/util/json.ts';
import { idOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { changesOf, failure, foreignApp, runOn, succeed, WEB, writes, type Inputs } from '../support/runs.ts';
import { GITHUB_ENVIRONMENT } from '../support/runner.ts';
import { useOrg } from '../support/servers.ts';

/** What a run does while it waits for other runs: all that can be taken back, and that lets nobody in who is not to be let in. */

const org = useOrg();

const SERVER_POLICIES = '/api/v1/authorizationServers/default/policies';
const ORIGIN = 'http://localhost:5173';
const OTHER_ORIGIN = 'https://www.example.com';

const ALL: Inputs = {
  ...WEB,
  groups: 'Developers',
  'sign-on-policy': 'Two factors',
  'trusted-origins': ORIGIN,
  'authorization-server': 'default',
  'authorization-server-policies': 'Previews',
  'settle-seconds': '3',
};

let policy: string;
let other: string;

beforeEach(async () => {
  other = idOf(await foreignApp(org, 'other'));
  const conditions = { clients: { include: [other] } };
  const body = { type: 'OAUTH_AUTHORIZATION_POLICY', name: 'Previews', description: 'kept', conditions };
  policy = textOf((await org.api('POST', SERVER_POLICIES, body))['id']);
  await org.group('Developers');
  await org.api('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Two factors', status: 'ACTIVE' });
  org.taken();
});

async function clients(): Promise<unknown> {
  return valueAt(await org.api('GET', `${SERVER_POLICIES}/${policy}`), ['conditions', 'clients', 'include']);
}

async function originNames(): Promise<string[]> {
  return (await org.apiList('/api/v1/trustedOrigins')).map(({ name }) => textOf(name));
}

async function groupsOf(app: string): Promise<number> {
  return (await org.apiList(`/api/v1/apps/${app}/groups`)).length;
}

/** A clock whose waits last until nothing has come to the org for a moment: all that goes on beside a wait is done when it ends. */
function unhurried(): Clock {
  const clock = virtualClock();
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  return {
    ...clock,
    sleep: async (milliseconds) => {
      for (let seen = -1; seen !== org.requests.length;) {
        seen = org.requests.length;
        await pause();
      }
      await clock.sleep(milliseconds);
    },
  };
}

/** What stands between two requests of a run, of each by its method and the kind of thing that it is about. */
function between(start: RegExp, end: RegExp): string[] {
  const taken = org.taken();
  const from = taken.findIndex((request) => start.test(request));
  const to = taken.findIndex((request, i) => i > from && end.test(request));
  return taken
    .slice(from + 1, to)
    .map((request) => request.replace(/0oa\w+|00[gp]\w+|rst\w+|tos\w+/g, '{id}'));
}

const CREATION = /^POST \/api\/v1\/apps$/;
const ACTIVATION = /^POST .*\/lifecycle\/activate$/;

describe('while a new app settles, inactive', () => {
  test('it gets its policies and origins; groups come when it is active', async () => {
    const run = await succeed(org, ALL, { world: { clock: unhurried() } });
    const app = run.outputs['app-id'] ?? '';
    const requests = between(CREATION, ACTIVATION);
    expect(requests).toEqual(
      expect.arrayContaining([
        'PUT /api/v1/apps/{id}/policies/{id}',
        'POST /api/v1/trustedOrigins',
        `PUT ${SERVER_POLICIES}/{id}`,
      ]),
    );
    expect(requests.filter((request) => request.includes('/groups'))).toEqual([]);
    expect(await clients()).toEqual([other, app]);
    expect(await originNames()).toEqual([`${ORIGIN} (okta-oidc-app, ${app})`]);
    expect(await groupsOf(app)).toBe(1);
    expect((await succeed(org, ALL)).outputs['result']).toBe('unchanged');
  });

  test('a service app gets its API scopes', async () => {
    const service = { name: 'job', type: 'service', 'api-scopes': 'okta.users.read', 'settle-seconds': '3' };
    await succeed(org, service, { world: { clock: unhurried() } });
    expect(between(CREATION, ACTIVATION)).toContain('POST /api/v1/apps/{id}/grants');
  });

  test('what Okta refuses of an inactive app is done once it is active', async () => {
    org.unknown.inactiveClientInPolicy = 'refused';
    const run = await succeed(org, ALL, { world: { clock: unhurried() } });
    expect(
      between(CREATION, ACTIVATION).filter((request) => request.startsWith(`PUT ${SERVER_POLICIES}`)),
    ).toHaveLength(1);
    expect(run.outputs['result']).toBe('created');
    expect(await clients()).toEqual([other, run.outputs['app-id']]);
    expect(run.annotations).toEqual([]);
  });

  test('what Okta refuses of an active one, too, is told in the end, and the rest is there', async () => {
    org.trouble.fault = ({ method, path }) =>
      method === 'POST' && path === '/api/v1/trustedOrigins'
        ? { kind: 'answer', status: 403, body: { errorCode: 'E0000006', errorSummary: 'no' } }
        : undefined;
    const message = await failure(org, ALL, { world: { clock: unhurried() } });
    expect(message).toContain(`Cannot trust the origin ${ORIGIN}`);
    const app = await org.app('shop');
    expect(app['status']).toBe('ACTIVE');
    expect(await clients()).toEqual([other, idOf(app)]);
    delete org.trouble.fault;
    const again = await succeed(org, ALL);
    expect(again.outputs['result']).toBe('updated');
    expect(await groupsOf(idOf(app))).toBe(1);
  });

  /** An app of the same owner that gets the run's label when it is to appear. */
  async function twin(): Promise<{ id: string; appear: () => void }> {
    const profile = {
      okta_oidc_app: { repository: 'acme/shop', repository_id: GITHUB_ENVIRONMENT.GITHUB_REPOSITORY_ID },
    };
    const id = idOf(await foreignApp(org, 'twin', { profile }));
    return {
      id,
      appear: () => {
        const app = org.org.apps.get(id);
        if (app) app.label = 'shop';
      },
    };
  }

  test('all is taken back where another app stays', async () => {
    const { id, appear } = await twin();
    org.trouble.fault = ({ method, path }) => {
      if (CREATION.test(`${method} ${path}`)) appear();
      return undefined;
    };
    const run = await succeed(org, ALL, { world: { clock: unhurried() } });
    expect(run.outputs['app-id']).toBe(id);
    expect(run.log).toContain('Deleted a duplicate of the app "shop"');
    expect(await clients()).toEqual([other, id]);
    expect(await originNames()).toEqual([`${ORIGIN} (okta-oidc-app, ${id})`]);
    expect((await succeed(org, ALL)).outputs['result']).toBe('unchanged');
  });

  test('nothing is left of it where its run died, and a later run deletes it as a duplicate', async () => {
    org.trouble.fault = ({ method, path }) =>
      method === 'POST' && path.endsWith('/lifecycle/activate')
        ? { kind: 'answer', status: 403, body: {} }
        : undefined;
    await failure(org, ALL, { world: { clock: unhurried() } });
    const dead = idOf(await org.app('shop'));
    expect(await clients()).toEqual([other, dead]);
    const { id, appear } = await twin();
    appear();
    delete org.trouble.fault;
    const run = await succeed(org, ALL);
    expect(run.outputs['app-id']).toBe(id);
    expect(await clients()).toEqual([other, id]);
    expect(await originNames()).toEqual([`${ORIGIN} (okta-oidc-app, ${id})`]);
  });

  test('a run that stops while it takes all back leaves an app that a later run finds, and nothing after that', async () => {
    org.unknown.deletedClientInPolicy = 'kept';
    const { id, appear } = await twin();
    let policyWrites = 0;
    org.trouble.fault = ({ method, path }) => {
      if (CREATION.test(`${method} ${path}`)) appear();
      const isPolicy = method === 'PUT' && path.startsWith(SERVER_POLICIES);
      // The first one lets the client in.
      return isPolicy && ++policyWrites > 1 ? { kind: 'answer', status: 403, body: {} } : undefined;
    };
    await failure(org, ALL, { world: { clock: unhurried() } });
    delete org.trouble.fault;
    const run = await succeed(org, ALL);
    expect(run.outputs['app-id']).toBe(id);
    expect(await org.labels()).toEqual(['other', 'shop']);
    expect(await clients()).toEqual([other, id]);
    expect(await originNames()).toEqual([`${ORIGIN} (okta-oidc-app, ${id})`]);
  });

  test('a duplicate that somebody activates meanwhile keeps all that names it', async () => {
    const { appear } = await twin();
    let own = '';
    org.trouble.fault = ({ method, path }) => {
      if (CREATION.test(`${method} ${path}`)) appear();
      const created = [...org.org.apps.values()].find(({ status }) => status === 'INACTIVE');
      // The look at the app that stays comes right before its duplicate goes.
      if (!created || method !== 'GET' || !/\/apps\/0oa\w+$/.test(path)) return undefined;
      own = created.id;
      created.status = 'ACTIVE';
      return undefined;
    };
    expect(await failure(org, ALL, { world: { clock: unhurried() } })).toContain('2 apps have that label');
    expect(await clients()).toEqual([other, own]);
    expect(await originNames()).toEqual([`${ORIGIN} (okta-oidc-app, ${own})`]);
  });

  test.each([
    ['by the time the own one is to go', /^DELETE \/api\/v1\/apps\/\w+$/],
    ['while its run is waited for', /^GET \/api\/v1\/apps\/\w+$/],
  ])('the app that was to stay is gone %s: one is made anew', async (_, when) => {
    org.unknown.deletedClientInPolicy = 'kept';
    const { id, appear } = await twin();
    let isDeleted = false;
    org.trouble.fault = ({ method, path }) => {
      if (CREATION.test(`${method} ${path}`) && !isDeleted) appear();
      isDeleted ||= method === 'DELETE' && path.startsWith('/api/v1/apps/');
      if (isDeleted && when.test(`${method} ${path}`)) org.org.apps.delete(id);
      return undefined;
    };
    const run = await succeed(org, ALL, { world: { clock: unhurried() } });
    const app = run.outputs['app-id'] ?? '';
    expect(run.outputs['result']).toBe('created');
    expect(run.log).toContain('The app "shop" was deleted by somebody meanwhile, and is created anew.');
    expect(await org.labels()).toEqual(['other', 'shop']);
    expect(await clients()).toEqual([other, app]);
    expect(await originNames()).toEqual([`${ORIGIN} (okta-oidc-app, ${app})`]);
  });

  /** Deletes the new app, as the close of its pull request or a sweep does, when such a request comes for the first time. */
  function deletedAt(at: RegExp): void {
    org.trouble.fault = ({ method, path }) => {
      const app = [...org.org.apps.values()].find(({ label }) => label === 'shop');
      if (!app || !at.test(`${method} ${path}`)) return undefined;
      delete org.trouble.fault;
      org.org.apps.delete(app.id);
      return undefined;
    };
  }

  test('one that is gone twice is not made a third time', async () => {
    org.trouble.fault = ({ method, path }) => {
      const made = [...org.org.apps.values()].filter(({ label }) => label === 'shop');
      if (method === 'GET' && path === '/api/v1/apps') for (const { id } of made) org.org.apps.delete(id);
      return undefined;
    };
    org.taken();
    expect(await failure(org, ALL, { world: { clock: unhurried() } })).toMatch(
      /^Cannot create the app "shop": twice, Okta did not show the new app any more/,
    );
    expect(org.taken().filter((request) => CREATION.test(request))).toHaveLength(2);
    expect(await clients()).toEqual([other]);
    expect(await originNames()).toEqual([]);
  });

  test('one that is deleted meanwhile is made anew, and nothing names the old one', async () => {
    org.unknown.deletedClientInPolicy = 'kept';
    deletedAt(/^GET \/api\/v1\/apps$/);
    const run = await succeed(org, ALL, { world: { clock: unhurried() } });
    const app = run.outputs['app-id'] ?? '';
    expect(run.log).toContain('The app "shop" was deleted by somebody meanwhile, and is created anew.');
    expect(run.annotations).toEqual([]);
    expect(await clients()).toEqual([other, app]);
    expect(await originNames()).toEqual([`${ORIGIN} (okta-oidc-app, ${app})`]);
  });

  test.each([
    ['activated', ACTIVATION],
    ['assigned', /^PUT .*\/groups\/\w+$/],
  ])('one that is deleted as it is %s is an error, and nothing names it any more', async (_, at) => {
    org.unknown.deletedClientInPolicy = 'kept';
    deletedAt(at);
    const run = await runOn(org, ALL, { world: { clock: unhurried() } });
    expect(run.annotations.map(({ message }) => message)).toEqual([
      'The app "shop" was deleted by somebody while this run was at work on it.',
      expect.stringContaining('Okta answered 404'),
    ]);
    expect(await clients()).toEqual([other]);
    expect(await originNames()).toEqual([]);
  });
});

describe("while an app's own change settles", () => {
  const CHANGED = { ...ALL, 'logo-uri': 'https://shop.example.com/logo.png', 'verify-sign-in': 'true' };
  const UPDATE = /^PUT \/api\/v1\/apps\/\w+$/;

  /** What a run does between its write and its look whether that is there to stay. */
  async function meanwhile(inputs: Inputs): Promise<string[]> {
    org.taken();
    await succeed(org, inputs, { world: { clock: unhurried() } });
    return between(UPDATE, /^GET \/api\/v1\/apps\/\w+$/);
  }

  test('groups are assigned, policies written and the sign-in asked about; origins come after', async () => {
    await succeed(org, { ...WEB, 'settle-seconds': '3' });
    const requests = await meanwhile({ ...CHANGED, 'trusted-origins': OTHER_ORIGIN });
    expect(requests).toEqual(
      expect.arrayContaining([
        'PUT /api/v1/apps/{id}/policies/{id}',
        'PUT /api/v1/apps/{id}/groups/{id}',
        `PUT ${SERVER_POLICIES}/{id}`,
        'GET /oauth2/default/v1/authorize',
      ]),
    );
    expect(requests.filter((request) => request.startsWith('POST'))).toEqual([]);
    expect(await originNames()).toHaveLength(1);
  });

  test('all of it stands in the changes', async () => {
    await succeed(org, { ...WEB, 'settle-seconds': '3' });
    const run = await succeed(org, CHANGED, { world: { clock: unhurried() } });
    expect(changesOf(run).map(({ field }) => field)).toEqual([
      'logo-uri',
      'groups',
      'trusted-origins',
      'sign-on-policy',
      'authorization-server-policies',
    ]);
    expect(run.outputs['sign-in-ready']).toBe('true');
  });

  test('Okta is asked once whether people can sign in', async () => {
    await succeed(org, { ...WEB, 'settle-seconds': '3' });
    org.taken();
    await succeed(org, CHANGED, { world: { clock: unhurried() } });
    const questions = org.taken().filter((request) => request.endsWith('/authorize'));
    expect(questions).toEqual(['GET /oauth2/default/v1/authorize']);
  });

  test('nothing is done beside a change that Okta refuses', async () => {
    await succeed(org, { ...WEB, 'settle-seconds': '3' });
    org.taken();
    org.trouble.fault = ({ method, path }) =>
      UPDATE.test(`${method} ${path}`) ? { kind: 'answer', status: 400, body: {} } : undefined;
    await failure(org, CHANGED, { world: { clock: unhurried() } });
    expect(writes(org)).toHaveLength(1);
    expect(await clients()).toEqual([other]);
  });

  test('a run that has failed says and sends nothing more, and waits for nothing', async () => {
    await succeed(org, { ...WEB, 'settle-seconds': '3' });
    org.trouble.fault = ({ method, path }) => {
      const app = [...org.org.apps.values()].find(({ label }) => label === 'shop');
      // Somebody decides otherwise, and Okta does not know the client yet.
      if (method === 'GET' && path === `/api/v1/apps/${app?.id ?? ''}`) {
        const { oauthClient } = app?.body['settings'] as { oauthClient: Record<string, unknown> };
        oauthClient['logo_uri'] = 'https://shop.example.com/other.png';
      }
      return path.endsWith('/authorize') ? { kind: 'answer', status: 400, body: 'client_id' } : undefined;
    };
    const faster: Clock = {
      ...virtualClock(),
      sleep: (milliseconds, until) => systemClock.sleep(milliseconds / 20, until),
    };
    const run = await runOn(org, CHANGED, { world: { clock: faster } });
    expect(run.annotations.at(-1)?.message).toContain('Cannot keep the app "shop"');
    const { length } = org.requests;
    await faster.sleep(10_000);
    expect(org.requests.slice(length).map(({ path }) => path)).toEqual([]);
  });

  test('an app that is deleted meanwhile is made anew, and nothing names the old one', async () => {
    await succeed(org, { ...WEB, 'settle-seconds': '3' });
    const old = idOf(await org.app('shop'));
    org.unknown.deletedClientInPolicy = 'kept';
    org.trouble.fault = ({ method, path }) => {
      // The look at whether the change is there.
      const isLook = method === 'GET' && path === `/api/v1/apps/${old}`;
      if (isLook) org.org.apps.delete(old);
      return undefined;
    };
    const run = await succeed(org, CHANGED, { world: { clock: unhurried() } });
    expect(run.outputs['result']).toBe('created');
    expect(await clients()).toEqual([other, run.outputs['app-id']]);
    expect(await originNames()).toEqual([`${ORIGIN} (okta-oidc-app, ${run.outputs['app-id'] ?? ''})`]);
  });

  test('the client ID of an app that another run has made anew meanwhile stays in its policies', async () => {
    const own = { ...CHANGED, 'client-id': 'shop-client' };
    await succeed(org, { ...WEB, 'client-id': 'shop-client', 'settle-seconds': '3' });
    const old = idOf(await org.app('shop'));
    org.trouble.fault = ({ method, path }) => {
      if (method !== 'GET' || path !== `/api/v1/apps/${old}`) return undefined;
      const app = org.org.apps.get(old);
      if (!app) return undefined;
      // Somebody else's by now: the run may not let it in again.
      const id = '0oazzzzzzzzzzzzzzzzz';
      org.org.apps.delete(old);
      org.org.apps.set(id, { ...structuredClone(app), id, body: { ...app.body, profile: {}, settings: {} } });
      return undefined;
    };
    await failure(org, own, { world: { clock: unhurried() } });
    expect(await clients()).toEqual([other, 'shop-client']);
  });
});

describe("while a shared app's change settles", () => {
  test('Okta is asked whether people can sign in', async () => {
    const uri = 'https://pr-1.example.com/callback';
    org.taken();
    const inputs = { name: 'other', shared: 'true', 'redirect-uris': uri, 'verify-sign-in': 'true' };
    const run = await succeed(org, inputs, { world: { clock: unhurried() } });
    expect(run.outputs['sign-in-ready']).toBe('true');
    const requests = org.taken();
    expect(requests.filter((request) => request.endsWith('/authorize'))).toHaveLength(1);
    expect(requests.at(-1)).toBe(`GET /api/v1/apps/${other}`);
  });
});

describe('while a run looks for its app', () => {
  test.each([
    ['users', { users: 'jane@example.com' }, 'GET /api/v1/users/jane%40example.com'],
    ['the sign-on policy', { 'sign-on-policy': 'Two factors' }, 'GET /api/v1/policies'],
    [
      'access policies',
      { 'authorization-server': 'default', 'authorization-server-policies': 'Previews' },
      `GET ${SERVER_POLICIES}`,
    ],
    [
      'the authorization server',
      { 'authorization-server': 'default' },
      'GET /oauth2/default/.well-known/openid-configuration',
    ],
  ])('the look-up of %s goes on, which needs no app', async (_, inputs, request) => {
    // An app that is not found keeps a run that does one thing after the other from all that comes next.
    org.trouble.fault = ({ path }) =>
      path === '/api/v1/apps' ? { kind: 'answer', status: 403, body: {} } : undefined;
    expect(await failure(org, { ...WEB, ...inputs })).toContain('Cannot find the app "shop"');
    expect(org.taken()).toContain(request);
  });
});
