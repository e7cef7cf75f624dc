import { beforeEach, describe, expect, test } from '@jest/globals';
import type { App } from '../../emulator/src/org.ts';
import { systemClock, type Clock } from '../../src/util/clock.ts';
import { textOf, valueAt, withValueAt, type JsonObject } from '../../src/util/json.ts';
import { clientIdOf, idOf, markOf, redirectUrisOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { APPS, GET, PUT, answer } from '../support/okta.ts';
import {
  WEB,
  atOnce,
  changesOf,
  failure,
  foreignApp,
  pullRequest,
  runOn,
  succeed,
  writes,
  type Inputs,
} from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** What a run does while it looks whether its write to an app lasts, how long it looks, and what becomes of runs that write at once. */

const org = useOrg();

const LOGO = 'https://shop.example.com/logo.png';
const ORIGIN = 'https://www.example.com';
const POLICIES = '/api/v1/authorizationServers/default/policies';
const SETTLE: Inputs = { 'settle-seconds': '3' };

let other: string;
let policy: string;

beforeEach(async () => {
  other = idOf(await foreignApp(org, 'other'));
  policy = await org.accessPolicy('Previews', [other]);
  await org.group('Developers');
  await org.group('Designers');
  await org.user('jane@example.com');
  await org.api('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Two factors', status: 'ACTIVE' });
  org.taken();
});

async function clients(): Promise<unknown> {
  return valueAt(await org.api('GET', `${POLICIES}/${policy}`), ['conditions', 'clients', 'include']);
}

async function originNames(): Promise<string[]> {
  return (await org.apiList('/api/v1/trustedOrigins')).map(({ name }) => textOf(name));
}

/** How many the app's mark remembers, and how many are assigned. */
async function assigned(kind: 'groups' | 'users', app: JsonObject): Promise<number[]> {
  const remembered = markOf(app)[kind] as string[] | undefined;
  return [remembered?.length ?? 0, (await org.apiList(`${APPS}/${idOf(app)}/${kind}`)).length];
}

describe('how long an update looks whether it lasts', () => {
  /** The waits of a run, in milliseconds. */
  async function waits(inputs: Inputs, options: Parameters<typeof runOn>[2] = {}): Promise<number[]> {
    const clock = virtualClock();
    await succeed(org, { ...SETTLE, ...inputs }, { ...options, world: { clock } });
    return clock.slept;
  }

  const OWN: Inputs = { ...WEB, 'logo-uri': LOGO };

  test('a fifth of the settle time, where only runs of its owner write the app', async () => {
    await succeed(org, WEB);
    expect(await waits(OWN)).toEqual([600]);
    expect(await waits({ ...WEB, 'redirect-hosts': '*.example.com' })).toEqual([600]);
  });

  test('no longer with all that belongs to the app beside it, but for an access policy, which others write', async () => {
    await succeed(org, WEB);
    const more = {
      groups: 'Developers',
      users: 'jane@example.com',
      'sign-on-policy': 'Two factors',
      'trusted-origins': ORIGIN,
    };
    expect(await waits({ ...OWN, ...more })).toEqual([600]);
    const server = { 'authorization-server': 'default', 'authorization-server-policies': 'Previews' };
    const clock = virtualClock();
    const inputs = { ...SETTLE, ...WEB, ...more, ...server, 'client-uri': '', 'consent-method': 'required' };
    await succeed(org, inputs, { world: { clock } });
    expect(clock.slept.toSorted()).toEqual([3000, 600]);
  });

  test('no longer where something is taken away, which is forgotten afterwards', async () => {
    await succeed(org, { ...WEB, groups: 'Developers\nDesigners' });
    expect(await waits({ ...OWN, groups: 'Developers' })).toEqual([600]);
    expect(markOf(await org.app('shop'))['groups']).toHaveLength(1);
  });

  test('nothing, where nothing is written', async () => {
    await succeed(org, WEB);
    expect(await waits({ ...WEB, groups: 'Developers' })).toEqual([600]);
    expect(await waits({ ...WEB, groups: 'Developers' })).toEqual([]);
  });

  const PR_URI = 'https://pr-1.example.com/callback';

  test.each<[string, () => Promise<unknown>, Inputs]>([
    ['whose owner lets others add', () => succeed(org, { ...WEB, 'redirect-hosts': '*.example.com' }), {}],
    [
      "that holds others' entries",
      async () => {
        await succeed(org, { ...WEB, 'redirect-hosts': '*.example.com' });
        await succeed(
          org,
          { name: 'shop', shared: 'true', 'redirect-uris': PR_URI },
          { event: pullRequest(1) },
        );
        await succeed(org, { ...WEB, 'redirect-hosts': '[]' });
      },
      {},
    ],
    ['that had no mark', () => foreignApp(org, 'shop'), { adopt: 'true' }],
    [
      "that was another repository's",
      () => succeed(org, WEB, { env: { GITHUB_REPOSITORY: 'acme/stock', GITHUB_REPOSITORY_ID: '77' } }),
      { adopt: 'acme/stock' },
    ],
    [
      "that was a pull request's",
      () => succeed(org, WEB, { event: pullRequest(12) }),
      { adopt: 'acme/shop' },
    ],
  ])('the whole of it for an app %s', async (_, arrange, more) => {
    await arrange();
    expect(await waits({ ...OWN, ...more })).toEqual([3000]);
  });

  test('the whole of it for what a shared run writes', async () => {
    await foreignApp(org, 'shop');
    expect(await waits({ name: 'shop', shared: 'true', 'redirect-uris': PR_URI })).toEqual([3000]);
  });

  test('twice the longest request, where that is longer', async () => {
    await succeed(org, WEB);
    const clock = virtualClock();
    org.before(GET(APPS), () => void clock.sleep(12_000));
    await succeed(org, { ...OWN, ...SETTLE }, { world: { clock } });
    const [, own = 0] = clock.slept;
    expect(own).toBeGreaterThanOrEqual(24_000);
    expect(own).toBeLessThan(26_000);
  });
});

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

describe('while a run looks whether its update lasts', () => {
  const ALL: Inputs = {
    ...WEB,
    ...SETTLE,
    groups: 'Developers',
    'sign-on-policy': 'Two factors',
    'trusted-origins': ORIGIN,
    'authorization-server': 'default',
    'authorization-server-policies': 'Previews',
    'logo-uri': LOGO,
    'verify-sign-in': 'true',
  };

  beforeEach(async () => {
    await succeed(org, WEB);
    org.taken();
  });

  test('it does all the rest, and asks once whether people can sign in', async () => {
    const app = idOf(await org.app('shop'));
    const run = await succeed(org, ALL, { world: { clock: unhurried() } });
    const taken = org.taken();
    const look = taken.lastIndexOf(`GET ${APPS}/${app}`);
    const beside = taken.slice(taken.indexOf(`PUT ${APPS}/${app}`) + 1, look).join('\n');
    for (const request of [
      /^PUT .*\/policies\/rst\w+$/m,
      /^PUT .*\/groups\/\w+$/m,
      /^POST \/api\/v1\/trustedOrigins$/m,
      /^PUT .*\/authorizationServers\/default\/policies\/\w+$/m,
      /^GET \/oauth2\/default\/v1\/authorize$/m,
    ])
      expect(beside).toMatch(request);
    expect(taken.filter((request) => request.endsWith('/authorize'))).toHaveLength(1);
    expect(run.outputs['sign-in-ready']).toBe('true');
    expect(changesOf(run).map(({ field }) => field)).toEqual([
      'logo-uri',
      'sign-on-policy',
      'groups',
      'trusted-origins',
      'authorization-server-policies',
    ]);
  });

  test('nothing else is done if Okta refuses the update', async () => {
    org.refuse(PUT(await org.app('shop')), 400);
    await failure(org, ALL, { world: { clock: unhurried() } });
    expect(writes(org)).toHaveLength(1);
    expect(await clients()).toEqual([other]);
  });

  test('a run that has failed says and sends nothing more, and waits for nothing', async () => {
    const app = await org.app('shop');
    // Somebody decides otherwise, and Okta does not know the client yet.
    org.before(PUT(app), () => {
      org.before(GET(app), () => {
        const { oauthClient } = org.org.apps.get(idOf(app))?.body['settings'] as { oauthClient: JsonObject };
        oauthClient['logo_uri'] = 'https://shop.example.com/other.png';
      });
    });
    org.refuse(({ path }) => path.endsWith('/authorize'), answer(400, 'client_id'));
    const faster: Clock = {
      ...virtualClock(),
      sleep: (milliseconds, until) => systemClock.sleep(milliseconds / 20, until),
    };
    const run = await runOn(org, ALL, { world: { clock: faster } });
    expect(run.errors.join()).toContain('Cannot keep the app "shop"');
    const { length } = org.requests;
    await faster.sleep(10_000);
    expect(org.requests.slice(length).map(({ path }) => path)).toEqual([]);
  });

  test('somebody may delete the app: it is made anew, and nothing names the old one', async () => {
    const old = await org.app('shop');
    org.unknown.deletedClientInPolicy = 'kept';
    org.before(PUT(old), () => {
      org.before(GET(old), () => org.org.apps.delete(idOf(old)));
    });
    const run = await succeed(org, ALL, { world: { clock: unhurried() } });
    expect(run.outputs['result']).toBe('created');
    expect(run.outputs['app-id']).not.toBe(idOf(old));
    expect(run.notices).toContain('The app "shop" was deleted by somebody while this run was at work on it.');
    expect(await clients()).toEqual([other, clientIdOf(old)]);
    expect(await originNames()).toEqual([`${ORIGIN} (okta-oidc-app, ${run.outputs['app-id']})`]);
    expect((await succeed(org, ALL)).outputs['result']).toBe('unchanged');
  });

  test('somebody may delete it before a policy lets it in again: it is made anew, though Okta refuses that', async () => {
    const inputs = {
      ...WEB,
      'authorization-server': 'default',
      'authorization-server-policies': 'Previews',
    };
    const path = `${POLICIES}/${policy}`;
    const without = await org.api('GET', path);
    await succeed(org, inputs);
    const old = await org.app('shop');
    // Its removal has begun.
    await org.api('PUT', path, without);
    org.before(PUT(path), () => org.org.apps.delete(idOf(old)));
    const run = await succeed(org, inputs);
    expect(run.outputs['result']).toBe('created');
    expect(await clients()).toEqual([other, clientIdOf(old)]);
  });

  test.each([
    ['kept in the policies that the mark of the new one names', true],
    ['removed from the policies if the new one carries no mark', false],
  ])('somebody may make the app anew, and not for this run: its client is %s', async (_, isMarked) => {
    await succeed(org, ALL);
    const old = await org.app('shop');
    const mark = { ...markOf(old), repository: 'acme/store', repository_id: '4343' };
    const profile = isMarked ? { okta_oidc_app: mark } : {};
    const id = '0oazzzzzzzzzzzzzzzzz';
    org.before(PUT(old), () => {
      org.before(GET(old), () => {
        const app = org.org.apps.get(idOf(old)) as App;
        org.org.apps.delete(app.id);
        org.org.apps.set(id, {
          ...structuredClone(app),
          id,
          body: { ...app.body, profile, settings: {} },
        });
      });
    });
    const inputs = { ...ALL, 'redirect-uris': 'https://new.example.com/callback' };
    await failure(org, inputs, { world: { clock: unhurried() } });
    expect(await clients()).toEqual(isMarked ? [other, clientIdOf(old)] : [other]);
  });
});

describe('two runs of one owner at once', () => {
  interface Item {
    inputs: Inputs;
    /** What shows that nothing of it got lost. */
    held(app: JsonObject): unknown;
    expected: unknown;
  }

  const client = (name: string) => (app: JsonObject) => valueAt(app, ['settings', 'oauthClient', name]);

  /** Settings, notes in the mark, and what the notes are about. */
  const ITEMS: Record<string, Item> = {
    'a logo': { inputs: { 'logo-uri': LOGO }, held: client('logo_uri'), expected: LOGO },
    'a sign-out URI': {
      inputs: { 'post-logout-redirect-uris': LOGO },
      held: client('post_logout_redirect_uris'),
      expected: [LOGO],
    },
    consent: {
      inputs: { 'redirect-hosts': '*.example.com' },
      held: (app) => markOf(app)['redirect_hosts'],
      expected: ['*.example.com'],
    },
    'a group': {
      inputs: { groups: 'Developers' },
      held: (app) => assigned('groups', app),
      expected: [1, 1],
    },
    'a user': {
      inputs: { users: 'jane@example.com' },
      held: (app) => assigned('users', app),
      expected: [1, 1],
    },
    'a trusted origin': {
      inputs: { 'trusted-origins': ORIGIN },
      held: async (app) => [markOf(app)['trusted_origins'], await originNames()],
      expected: [[ORIGIN], [expect.stringContaining(ORIGIN)]],
    },
    'an API scope': {
      inputs: { 'api-scopes': 'okta.users.read.self' },
      held: async (app) => [
        markOf(app)['scopes'],
        (await org.apiList(`${APPS}/${idOf(app)}/grants`)).map(({ scopeId }) => scopeId),
      ],
      expected: [['okta.users.read.self'], ['okta.users.read.self']],
    },
  };

  const names = Object.keys(ITEMS);
  const pairs = names.flatMap((a, i) => names.slice(i + 1).map((b): [string, string] => [a, b]));

  test.each(pairs)('one with %s, the other with %s, lose nothing', async (a, b) => {
    const both = [ITEMS[a], ITEMS[b]].filter((item) => item !== undefined);
    await succeed(org, WEB);
    org.trouble.latency = () => 2 + Math.random() * 20;
    await atOnce(
      org,
      both.map(({ inputs }) => [{ ...WEB, ...inputs }]),
    );
    org.trouble.latency = 0;
    const app = await org.app('shop');
    for (const { held, expected } of both) expect(await held(app)).toEqual(expected);
    org.taken();
    const again = await succeed(org, { ...WEB, ...both[0]?.inputs, ...both[1]?.inputs });
    expect(again.outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('one without the trusted origins that the other one takes away leaves none behind', async () => {
    await succeed(org, { ...WEB, 'trusted-origins': ORIGIN });
    org.trouble.latency = () => 2 + Math.random() * 20;
    await atOnce(org, [[{ ...WEB, 'trusted-origins': '[]' }], [{ ...WEB, 'logo-uri': LOGO }]]);
    org.trouble.latency = 0;
    expect(await originNames()).toEqual([]);
    await succeed(org, { ...WEB, 'trusted-origins': '[]' });
    expect(markOf(await org.app('shop'))['trusted_origins']).toBeUndefined();
  });
});

/** Has something happen to an app between a write of a run and its next look at the app, so many times. */
function afterWrites(id: string, times: number, happen: (app: App) => void): void {
  let left = times;
  let isWritten = false;
  org.refuse(({ method, path }) => {
    if (path !== `${APPS}/${id}`) return false;
    const app = org.org.apps.get(id);
    if (method === 'PUT') isWritten = true;
    else if (method === 'GET' && isWritten && left > 0 && app) {
      isWritten = false;
      left -= 1;
      happen(app);
    }
    return false;
  });
}

const OVERWRITTEN = 'The change to the app "shop" is not there (round 1): another run overwrote it.';

test('a shared run that is overwritten says so, and writes again', async () => {
  await foreignApp(org, 'shop');
  const id = idOf(await org.app('shop'));
  const before = structuredClone(org.org.apps.get(id)?.body ?? {});
  afterWrites(id, 1, (app) => (app.body = before));
  const uri = 'https://pr-12.example.com/callback';
  const run = await succeed(org, { name: 'shop', shared: 'true', 'redirect-uris': uri });
  expect(run.outputs['result']).toBe('updated');
  expect(run.log).toContain(
    'The change to the shared app "shop" is not there (round 1): another run overwrote it.',
  );
  expect(redirectUrisOf(await org.app('shop'))).toContain(uri);
});

describe('an own run beside another one', () => {
  test('that is overwritten by it writes again: nothing is lost of either', async () => {
    await succeed(org, { ...WEB, 'redirect-hosts': '*.example.com' });
    const id = idOf(await org.app('shop'));
    const before = structuredClone(org.org.apps.get(id)?.body ?? {});
    // Between this run's write and its look, a shared run sends back what it has read before.
    afterWrites(id, 1, (app) => (app.body = before));
    org.taken();
    const run = await succeed(org, { ...WEB, 'logo-uri': LOGO, 'settle-seconds': '30' }, { debug: true });
    expect(run.outputs['result']).toBe('updated');
    expect(run.log.match(/^.*Updated the app "shop"\.$/gm)).toHaveLength(2);
    const [path, looked] = [`${APPS}/${id}`, `GET ${APPS}/${id}`];
    expect(org.taken().filter((request) => request.endsWith(path))).toEqual([
      `PUT ${path}`,
      looked,
      looked,
      `PUT ${path}`,
      looked,
    ]);
    expect(run.log).toContain(OVERWRITTEN);
    expect(valueAt(await org.app('shop'), ['settings', 'oauthClient', 'logo_uri'])).toBe(LOGO);
  });

  test.each<[title: string, logo: string | undefined, inputs: Inputs, count: number, fields: string]>([
    [
      'wants the opposite at once',
      'https://other.example.com/logo.png',
      { 'logo-uri': LOGO },
      1,
      ' (logo-uri)',
    ],
    [
      'sends back what was there before every time',
      undefined,
      { 'logo-uri': LOGO, 'post-logout-redirect-uris': LOGO },
      8,
      ' (post-logout-redirect-uris, logo-uri)',
    ],
    ['sends back what the mark was before every time', undefined, { groups: 'Developers' }, 8, ''],
  ])('ends with an error where somebody %s', async (_, logo, inputs, count, fields) => {
    await succeed(org, WEB);
    const id = idOf(await org.app('shop'));
    const before = structuredClone(org.org.apps.get(id)?.body ?? {});
    const body = withValueAt(before, ['settings', 'oauthClient', 'logo_uri'], logo);
    afterWrites(id, Infinity, (app) => (app.body = body));
    org.taken();
    const clock = virtualClock();
    const error = await failure(org, { ...WEB, ...inputs, 'settle-seconds': '30' }, { world: { clock } });
    const [problem] = error.split(' Done before the failure:');
    expect(problem).toBe(
      `Cannot keep the app "shop" as the workflow says: another run, or a person, has changed it otherwise meanwhile${fields}. Find out who else changes it: Okta's System Log shows it. Runs of one repository can take turns with "concurrency".`,
    );
    expect(writes(org).filter((request) => request === `PUT ${APPS}/${id}`)).toHaveLength(count);
    // After each look a random part of a time that doubles, up to four times as long.
    const waits = [3, 6, 12, 12, 12, 12, 12, 12].map((seconds) => seconds * 1000);
    expect(clock.slept).toEqual(waits.slice(0, count).flatMap((wait) => [6000, wait]));
  });
});

describe('what Okta answers and does not keep', () => {
  async function keepNothing(): Promise<void> {
    const body = await org.app('shop');
    org.refuse(PUT(body), answer(200, body));
    org.taken();
  }

  test('is what a shared run fails for, before it blames anybody', async () => {
    await foreignApp(org, 'shop');
    await keepNothing();
    const inputs = { name: 'shop', shared: 'true', 'redirect-uris': 'https://pr-12.example.com/' };
    expect(await failure(org, inputs)).toContain(
      'Cannot change the shared app "shop": Okta took the change and did not keep it (redirect-uris).',
    );
    expect(writes(org)).toHaveLength(1);
  });

  test('is what an own run tells of', async () => {
    await succeed(org, WEB);
    await keepNothing();
    const run = await succeed(org, { ...WEB, 'logo-uri': LOGO, 'post-logout-redirect-uris': ORIGIN });
    expect(run.warnings).toEqual([
      'Okta did not keep all that was sent for the app "shop": post-logout-redirect-uris, logo-uri.',
    ]);
    // The second one is to note it in the app's mark, which this org does not keep either.
    expect(writes(org)).toHaveLength(2);
  });
});

test('what another run overwrites is written again, beside what Okta does not keep', async () => {
  await succeed(org, WEB);
  const id = idOf(await org.app('shop'));
  const before = structuredClone(org.org.apps.get(id)?.body ?? {});
  afterWrites(id, 1, (app) => (app.body = before));
  const run = await succeed(org, {
    ...WEB,
    settings: 'credentials: { signing: { use: enc } }\nsettings: { notes: { admin: enc } }',
  });
  expect(run.warnings).toEqual([
    'Okta did not keep all that was sent for the app "shop": credentials.signing.use.',
  ]);
  expect(run.log).toContain(OVERWRITTEN);
  expect(valueAt(await org.app('shop'), ['settings', 'notes', 'admin'])).toBe('enc');
});

test("while a shared app's change is looked at, Okta is asked whether people can sign in", async () => {
  const uri = 'https://pr-1.example.com/callback';
  const inputs = { name: 'other', shared: 'true', 'redirect-uris': uri, 'verify-sign-in': 'true' };
  const run = await succeed(org, inputs, { world: { clock: unhurried() } });
  expect(run.outputs['sign-in-ready']).toBe('true');
  const requests = org.taken();
  expect(requests.filter((request) => request.endsWith('/authorize'))).toHaveLength(1);
  expect(requests.at(-1)).toBe(`GET ${APPS}/${other}`);
});

describe('while a run looks for its app', () => {
  test.each<[string, Inputs, string]>([
    ['users', { users: 'jane@example.com' }, 'GET /api/v1/users/jane%40example.com'],
    ['the authentication policy', { 'sign-on-policy': 'Two factors' }, 'GET /api/v1/policies'],
    [
      'access policies',
      { 'authorization-server': 'default', 'authorization-server-policies': 'Previews' },
      `GET ${POLICIES}`,
    ],
    [
      'the authorization server',
      { 'authorization-server': 'default' },
      'GET /oauth2/default/.well-known/openid-configuration',
    ],
  ])('the look-up of %s goes on, which needs no app', async (_, inputs, request) => {
    // An app that is not found keeps a run that does one thing after the other from all that comes next.
    org.refuse(GET(APPS));
    expect(await failure(org, { ...WEB, ...inputs })).toContain('Cannot find the app "shop"');
    expect(org.taken()).toContain(request);
  });
});
