import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Fault, Unknowns } from '../../emulator/src/server.ts';
import { valueAt } from '../../src/util/json.ts';
import { clientIdOf, idOf } from '../support/apps.ts';
import { NOWHERE, PR_12 } from '../support/kinds-of-runs.ts';
import { happensAfter, virtualClock } from '../support/clock.ts';
import { APPS, GET, LOST, POST, PUT, answer, type Matcher } from '../support/okta.ts';
import {
  atOnce,
  changesOf,
  failure,
  foreignApp,
  numbers,
  runOn,
  succeed,
  WEB,
  writes,
  type Inputs,
} from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** A create is one request, whose client ID is the lock: whatever Okta says when the ID is taken, and however late it shows an app. */

const clock = virtualClock();
const org = useOrg(() => ({ now: () => clock.now() }));
const world = { clock };

const LOGO = 'https://shop.example.com/logo.png';

beforeEach(() => {
  clock.slept.length = 0;
});

const slept = (): number => clock.slept.reduce((sum, each) => sum + each, 0);

const creates = (): number => org.taken().filter((request) => request === `POST ${APPS}`).length;

/** Another run has made the app a moment ago, and the lists show it once this run has tried to make it as well. */
async function madeMeanwhile(shownAfter = 0): Promise<string> {
  org.trouble.listLagMs = 3_600_000;
  const run = await succeed(org, WEB, { world: { clock: virtualClock() } });
  if (shownAfter === 0)
    org.before(POST(APPS), () => {
      org.trouble.listLagMs = 0;
    });
  org.taken();
  return run.outputs['app-id'] ?? '';
}

/** How Okta may say that a client ID is taken. */
const REFUSALS: Unknowns['takenClientId'][] = ['client_id', 'client ID', 'an object', '409'];

describe('a create', () => {
  test('is four requests with one group, and waits for nothing', async () => {
    const group = await org.group('Developers');
    org.taken();
    const run = await succeed(org, { ...WEB, groups: 'Developers', 'settle-seconds': '3' }, { world });
    expect(run.outputs['result']).toBe('created');
    expect(org.taken()).toEqual([
      `GET ${APPS}`,
      'GET /api/v1/groups',
      `POST ${APPS}`,
      `PUT ${APPS}/${run.outputs['app-id']}/groups/${group}`,
    ]);
    expect(clock.slept).toEqual([]);
    expect(await org.app('shop')).toMatchObject({ status: 'ACTIVE' });
  });

  test('that Okta leaves inactive ends with an active app', async () => {
    org.trouble.inactiveCreates = 1;
    const run = await succeed(org, { ...WEB, 'output-client-secret': 'true' }, { world });
    expect(run.outputs['result']).toBe('created');
    expect(run.outputs['client-secret']).not.toBe('');
    expect(await org.app('shop')).toMatchObject({ status: 'ACTIVE' });
  });
});

describe.each([...REFUSALS, '500'] as const)('where Okta says of a taken client ID: %s', (words) => {
  beforeEach(() => {
    org.unknown.takenClientId = words;
  });

  test('the app that another run has made meanwhile is found and brought to the inputs', async () => {
    const id = await madeMeanwhile();
    const run = await succeed(org, { ...WEB, 'logo-uri': LOGO }, { world });
    // After a server error nobody knows whose it is, and the run says what it would say of an answer that got lost.
    const result = words === '500' ? 'created' : 'updated';
    expect(run.outputs).toMatchObject({ 'app-id': id, result });
    expect(creates()).toBe(1);
    if (words !== '500') expect(clock.slept).not.toContain(500);
    expect(await org.app('shop')).toMatchObject({ settings: { oauthClient: { logo_uri: LOGO } } });
  });

  test('it is found as well where lists show it three seconds late', async () => {
    const id = await madeMeanwhile(3000);
    const late = happensAfter(clock, 3000, () => {
      org.trouble.listLagMs = 0;
    });
    const run = await succeed(org, WEB, { world: { clock: late } });
    expect(run.outputs['app-id']).toBe(id);
    // Words that may mean the client ID are worth a longer look before the next attempt.
    if (words !== '500') expect(creates()).toBe(1);
    expect(await org.labels()).toEqual(['shop']);
    expect(slept()).toBeLessThan(9000);
  });

  test('a run that does not see it for a minute ends with an error, and with nothing else', async () => {
    const id = await madeMeanwhile(60_000);
    const late = happensAfter(clock, 60_000, () => {
      org.trouble.listLagMs = 0;
    });
    const message = await failure(org, WEB, { world: { clock: late } });
    expect(message).toContain('Cannot create the app "shop"');
    expect(writes(org).every((request) => request === `POST ${APPS}`)).toBe(true);
    org.trouble.listLagMs = 0;
    expect(idOf(await org.app('shop'))).toBe(id);
    expect((await succeed(org, WEB)).outputs).toMatchObject({ 'app-id': id, result: 'unchanged' });
  });

  test('one that is free again only after some seconds is taken then', async () => {
    org.trouble.staleClientIdRefusals = 3;
    const run = await succeed(org, WEB, { world });
    expect(run.outputs['result']).toBe('created');
    expect(creates()).toBe(4);
    expect(slept()).toBeLessThan(45_000);
  });

  test('one that is never free again is an error, with what to do', async () => {
    org.trouble.staleClientIdRefusals = 1000;
    const message = await failure(org, WEB, { world });
    expect(message).toMatch(/^Cannot create the app "shop": Okta answered (400|409|500)/);
    if (words !== '500') {
      expect(message).toMatch(
        /; no app with its client ID was found\. If the words mean the client ID, an app that this run's credential does not see may have it: choose another one as "client-id", or "client-id: okta"\. Otherwise change the inputs accordingly\.$/,
      );
    }
    expect(await org.labels()).toEqual([]);
  });
});

test('an app that another run has made meanwhile is found by a second look, half a second later', async () => {
  const id = await madeMeanwhile(400);
  const late = happensAfter(clock, 400, () => {
    org.trouble.listLagMs = 0;
  });
  expect((await succeed(org, WEB, { world: { clock: late } })).outputs['app-id']).toBe(id);
  expect(clock.slept).toEqual([500]);
  const search = `GET ${APPS}`;
  expect(org.taken()).toEqual([search, `POST ${APPS}`, search, search, `GET ${APPS}/${id}`]);
});

test('an app that another run has made meanwhile is found among all apps if the search by name does not show it', async () => {
  const { outputs } = await succeed(org, WEB, { world });
  for (let time = 1; time <= 3; time += 1) org.once(GET(APPS), answer(200, []));
  const run = await succeed(org, WEB, { world });
  expect(run.outputs).toMatchObject({ 'app-id': outputs['app-id'], result: 'unchanged' });
  expect(clock.slept).toEqual([500]);
});

describe.each(REFUSALS)('an app that was renamed, where Okta says of its client ID: %s', (words) => {
  beforeEach(async () => {
    org.unknown.takenClientId = words;
    await succeed(org, WEB);
    const app = await org.app('shop');
    await org.api('PUT', `${APPS}/${idOf(app)}`, { ...app, label: 'old shop' });
    org.taken();
  });

  test('is never taken for the one of its old name: the error says which it is, whose, and what to do', async () => {
    const before = await org.app('old shop');
    const message = await failure(org, { ...WEB, 'logo-uri': LOGO }, { world });
    expect(message).toMatch(
      new RegExp(
        `^Cannot create the app "shop": the app "old shop" has its client ID \\(${idOf(before)} made at .*\\); it belongs to acme/shop\\. If that app was renamed, rename it back, or name it by "app-id", with "name" for the new name\\. If "shop" is to be another app, give it a "client-id" of its own\\.$`,
      ),
    );
    expect(creates()).toBe(1);
    expect(slept()).toBe(500);
    expect(await org.app('old shop')).toEqual(before);
  });

  test('is found by a dry run, too', async () => {
    const message = await failure(org, { ...WEB, 'dry-run': 'true' }, { world });
    expect(message).toContain('the app "old shop" has its client ID');
    expect(writes(org)).toEqual([]);
  });

  test.each([
    ['acme/stock', { repository: 'acme/stock', repository_id: '77' }, 'it belongs to acme/stock.'],
    ['nobody', {}, 'it carries no mark of a repository.'],
  ])('is told with whose it is by now: %s', async (_, mark, whose) => {
    const id = idOf(await org.app('old shop'));
    const app = org.org.apps.get(id);
    if (app) app.body = { ...app.body, settings: { ...(app.body['settings'] as object), notes: {} } };
    org.plantMark(id, mark);
    expect(await failure(org, WEB, { world })).toContain(whose);
  });

  test('is brought back by "app-id" with its old name', async () => {
    const id = idOf(await org.app('old shop'));
    const run = await succeed(org, { ...WEB, 'app-id': id }, { world });
    expect(changesOf(run)).toEqual([{ field: 'name', from: 'old shop', to: 'shop' }]);
  });
});

describe('a refusal that is about something else', () => {
  const named = (field: string, cause: string): object => ({
    errorCode: 'E0000001',
    errorSummary: `Api validation failed: ${field}`,
    errorCauses: [{ errorSummary: cause }],
  });

  test.each([
    [
      'a quota',
      named(
        'generalSettings',
        'Cannot create application instance. Maximum number of instances has been reached.',
      ),
      'Maximum number of instances has been reached',
    ],
    [
      'another property that was sent',
      named('redirect_uris', "redirect_uris: ''redirect_uris'' must not contain a fragment identifier."),
      'must not contain a fragment identifier',
    ],
    [
      'a name that can be used once',
      named('label', 'label: An object with this field already exists in the current organization'),
      'already exists in the current organization',
    ],
    [
      'a value that Okta cannot read',
      { errorCode: 'E0000003', errorSummary: 'The request body was not well-formed.' },
      'The request body was not well-formed. Okta does not know one of the values: check their spelling, above all in "settings".',
    ],
  ])('is told in Okta’s own words, at once: %s', async (_, body, words) => {
    org.refuse(POST(APPS), answer(400, body));
    const message = await failure(org, WEB, { world });
    expect(message).toContain(words);
    expect(message).not.toContain('no app with its client ID');
    expect(creates()).toBe(1);
    expect(slept()).toBeLessThanOrEqual(500);
  });
});

test('a refusal that says nothing is no reason for a long look before the next attempt', async () => {
  org.once(POST(APPS), answer(400, { errorSummary: 'No.' }));
  expect((await succeed(org, WEB, { world })).outputs['result']).toBe('created');
  expect(clock.slept).toEqual([500, 1000]);
});

test.each([
  ['is a word that its sentence has by chance', 'The name, or one of these settings, is in use.'],
  ["is the workflow's own", 'The repository_id is in use.'],
])('a refusal is not about a property whose name %s', async (_, errorSummary) => {
  const id = await madeMeanwhile(3000);
  org.once(POST(APPS), answer(400, { errorSummary }));
  const late = happensAfter(clock, 3000, () => {
    org.trouble.listLagMs = 0;
  });
  const run = await succeed(org, WEB, { world: { clock: late } });
  expect(run.outputs['app-id']).toBe(id);
  expect(creates()).toBe(1);
});

describe('an answer that got lost', () => {
  const inputs: Inputs = { ...WEB, groups: 'Developers', 'output-client-secret': 'true' };

  beforeEach(async () => {
    await org.group('Developers');
    org.taken();
  });

  test('is no second create: the run finds its app, and says what it would have said', async () => {
    org.once(POST(APPS), LOST);
    const run = await succeed(org, inputs, { world });
    expect(creates()).toBe(1);
    expect(run.outputs).toMatchObject({ result: 'created', changed: 'true' });
    expect(run.outputs['client-secret']).not.toBe('');
    expect(await org.apiList(`${APPS}/${run.outputs['app-id']}/groups`)).toHaveLength(1);
    await org.api('POST', `${APPS}/${run.outputs['app-id']}/lifecycle/deactivate`);
    await org.api('DELETE', `${APPS}/${run.outputs['app-id']}`);
    expect(changesOf(run)).toEqual(changesOf(await succeed(org, inputs)));
  });

  test('is no second create where nobody knows the repository', async () => {
    org.once(POST(APPS), LOST);
    const own = { ...WEB, 'client-id': 'acme-shop', 'output-client-secret': 'true' };
    const run = await succeed(org, own, { ...NOWHERE, world });
    expect(creates()).toBe(1);
    expect(run.outputs['result']).toBe('created');
    expect(run.outputs['client-secret']).not.toBe('');
  });

  test('whose app the lists do not show yet is refused the second time, and then found', async () => {
    org.trouble.listLagMs = 3_600_000;
    org.once(POST(APPS), LOST);
    const late = happensAfter(clock, 3000, () => {
      org.trouble.listLagMs = 0;
    });
    const run = await succeed(org, WEB, { world: { clock: late } });
    expect(creates()).toBe(2);
    expect(run.outputs['app-id']).toBe(idOf(await org.app('shop')));
  });
});

describe('an app of an open pull request that has the client ID, where Okta answers 500', () => {
  beforeEach(async () => {
    org.unknown.takenClientId = '500';
    org.trouble.listLagMs = 3_600_000;
    await succeed(org, WEB, PR_12);
    org.before(POST(APPS), () => {
      org.trouble.listLagMs = 0;
    });
    org.taken();
  });

  test('is reported as that pull request’s, and not as created', async () => {
    const run = await succeed(org, WEB, { world });
    expect(run.outputs['result']).toBe('unchanged');
    expect(run.notices.join()).toContain('it belongs to acme/shop, pull request #12');
    expect(creates()).toBe(1);
  });

  test('keeps its secret', async () => {
    const message = await failure(org, { ...WEB, 'output-client-secret': 'true' }, { world });
    expect(message).toMatch(/^Cannot output the client secret of the app "shop": .*pull request #12/);
  });
});

test('an app without a mark that has the client ID is not adopted where Okta answers 500', async () => {
  org.unknown.takenClientId = '500';
  const inputs = { ...WEB, 'client-id': 'acme-shop' };
  org.trouble.listLagMs = 3_600_000;
  await foreignApp(org, 'shop', { credentials: { oauthClient: { client_id: 'acme-shop' } } });
  org.before(POST(APPS), () => {
    org.trouble.listLagMs = 0;
  });
  expect(await failure(org, { ...inputs, 'output-client-secret': 'true' }, { world })).toMatch(
    /^Cannot output the client secret of the app "shop": .*it carries no mark of a repository/,
  );
});

describe('a client ID that differs in upper and lower case only', () => {
  test.each(['exact', 'folded'] as const)('where such are %s to Okta', async (clientIdCase) => {
    org.unknown.clientIdCase = clientIdCase;
    await succeed(org, { ...WEB, name: 'other', 'client-id': 'shop-client' });
    const inputs = { ...WEB, 'client-id': 'Shop-Client' };
    if (clientIdCase === 'exact') {
      expect((await succeed(org, inputs, { world })).outputs['client-id']).toBe('Shop-Client');
      return;
    }
    expect(await failure(org, inputs, { world })).toMatch(
      /no app with its client ID was found.*choose another/s,
    );
    expect(await org.labels()).toEqual(['other']);
  });
});

describe('what belongs to a new app', () => {
  const POLICIES = '/api/v1/authorizationServers/default/policies';
  const ORIGIN = 'https://shop.example.com';
  const ALL: Inputs = {
    ...WEB,
    groups: 'Developers',
    'trusted-origins': ORIGIN,
    'authorization-server': 'default',
    'authorization-server-policies': 'Previews',
  };
  let other: string;
  let policy: string;

  const clients = async (): Promise<unknown> =>
    valueAt(await org.api('GET', `${POLICIES}/${policy}`), ['conditions', 'clients', 'include']);

  beforeEach(async () => {
    other = idOf(await foreignApp(org, 'other'));
    policy = await org.accessPolicy('Previews', [other]);
    await org.group('Developers');
  });

  test('is there, but for what Okta refuses, which is told; a re-run does that', async () => {
    org.refuse(POST('/api/v1/trustedOrigins'));
    const message = await failure(org, ALL, { world });
    expect(message).toContain(`Cannot trust the origin ${ORIGIN}`);
    expect(message).toContain('Done before the failure: created the app "shop"');
    const app = await org.app('shop');
    expect(await clients()).toEqual([other, clientIdOf(app)]);
    expect(await org.apiList(`${APPS}/${idOf(app)}/groups`)).toHaveLength(1);
    org.relent();
    expect((await succeed(org, ALL, { world })).outputs).toMatchObject({
      'app-id': idOf(app),
      result: 'updated',
    });
    expect(await org.apiList('/api/v1/trustedOrigins')).toHaveLength(1);
  });

  test.each(['kept', 'refused', 'removed'] as const)(
    'is gone with an app that somebody deletes while it gets all that (Okta: deleted clients in policies are %s)',
    async (deletedClientInPolicy) => {
      org.unknown.deletedClientInPolicy = deletedClientInPolicy;
      org.before(PUT(/\/groups\//), () => {
        for (const { id, label } of [...org.org.apps.values()]) if (label === 'shop') org.org.apps.delete(id);
      });
      const run = await runOn(org, ALL, { world });
      expect(run.errors).toEqual([expect.stringContaining('Okta answered 404')]);
      expect(run.notices).toContain(
        'The app "shop" was deleted by somebody while this run was at work on it.',
      );
      expect(await clients()).toEqual([other]);
      expect(await org.apiList('/api/v1/trustedOrigins')).toEqual([]);
      expect((await succeed(org, ALL, { world })).outputs['result']).toBe('created');
    },
  );

  test('is not looked for where Okta does not say whether the app is gone: the refusal is told', async () => {
    await succeed(org, WEB, { world });
    const app = await org.app('shop');
    let isRefused = false;
    org.once((request) => (isRefused ||= PUT(app)(request)), answer(400, { errorSummary: 'No.' }));
    org.refuse((request) => isRefused && GET(app)(request));
    org.taken();
    const run = await runOn(org, { ...WEB, 'logo-uri': LOGO }, { world, debug: true });
    expect(run.errors).toEqual([
      expect.stringMatching(/^Cannot update the app "shop": Okta answered 400: No\./),
    ]);
    expect(run.log).toMatch(/^##\[debug\]Not removed: Cannot read the app \w+: Okta answered 403/m);
    expect(writes(org)).toEqual([`PUT ${APPS}/${idOf(app)}`]);
    org.relent();
    org.once(PUT(app), answer(400, { errorSummary: 'No.' }));
    const still = await runOn(org, { ...WEB, 'logo-uri': LOGO }, { world });
    expect([still.errors, still.notices]).toEqual([run.errors, []]);
  });

  test.each([
    ['creates', 'created'],
    ['updates', 'updated'],
  ])('is gone if it is a trusted origin alone, and the run %s the app', async (_, result) => {
    const inputs = { ...WEB, 'trusted-origins': ORIGIN };
    if (result === 'updated') await succeed(org, WEB, { world });
    org.before(POST('/api/v1/trustedOrigins'), () => {
      for (const { id, label } of [...org.org.apps.values()]) if (label === 'shop') org.org.apps.delete(id);
    });
    const run = await runOn(org, inputs, { world });
    const names = (await org.apiList('/api/v1/trustedOrigins')).map(({ name }) => name);
    const apps = (await org.labels()).includes('shop') ? [idOf(await org.app('shop'))] : [];
    expect(names).toEqual(apps.map((id) => `${ORIGIN} (okta-oidc-app, ${id})`));
    expect(run.outputs['app-id']).toEqual(apps[0]);
  });
});

describe('an API scope', () => {
  const scoped = (scope: string): Inputs => ({ ...WEB, 'api-scopes': scope, assignments: 'add' });

  test.each<[string, Matcher, Fault]>([
    ['the answer to the create got lost', POST(APPS), LOST],
    ['the look at its scopes had to wait', GET(/\/grants$/), answer(429)],
  ])('that another run grants to the new app stays, where %s', async (_, which, fault) => {
    org.once(which, fault);
    const other = happensAfter(clock, 1, () => succeed(org, scoped('okta.users.manage.self')));
    const run = await succeed(org, scoped('okta.users.read.self'), { world: { clock: other } });
    expect(run.outputs['result']).toBe('created');
    const grants = await org.apiList(`${APPS}/${idOf(await org.app('shop'))}/grants`);
    expect(grants.map(({ scopeId }) => scopeId).sort()).toEqual([
      'okta.users.manage.self',
      'okta.users.read.self',
    ]);
  });
});

describe('several at once', () => {
  const POLICIES = '/api/v1/authorizationServers/default/policies';

  beforeEach(() => {
    org.trouble.latency = () => 5 + Math.random() * 30;
  });

  test.each([...REFUSALS, '500'] as const)(
    'of one repository end with one app, where Okta says of a taken client ID: %s',
    async (words) => {
      org.unknown.takenClientId = words;
      await org.group('Developers');
      const runs = await atOnce(
        org,
        numbers(6).map(() => [{ ...WEB, groups: 'Developers' }]),
      );
      const app = await org.app('shop');
      expect(new Set(runs.map(({ outputs }) => outputs['app-id']))).toEqual(new Set([idOf(app)]));
      expect(app).toMatchObject({ status: 'ACTIVE' });
      expect(await org.apiList(`${APPS}/${idOf(app)}/groups`)).toHaveLength(1);
      const created = runs.filter(({ outputs }) => outputs['result'] === 'created');
      if (words !== '500') expect(created).toHaveLength(1);
      expect((await succeed(org, { ...WEB, groups: 'Developers' })).outputs['result']).toBe('unchanged');
    },
  );

  test('end with one app that has all that belongs to it', async () => {
    const other = idOf(await foreignApp(org, 'other'));
    const policy = await org.accessPolicy('Previews', [other]);
    await org.group('Developers');
    const inputs = {
      ...WEB,
      groups: 'Developers',
      'trusted-origins': 'https://shop.example.com',
      'authorization-server': 'default',
      'authorization-server-policies': 'Previews',
    };
    await atOnce(
      org,
      numbers(4).map(() => [inputs]),
    );
    const app = await org.app('shop');
    expect(await org.api('GET', `${POLICIES}/${policy}`)).toMatchObject({
      conditions: { clients: { include: [other, clientIdOf(app)] } },
    });
    expect((await org.apiList('/api/v1/trustedOrigins')).map(({ name }) => name)).toEqual([
      `https://shop.example.com (okta-oidc-app, ${idOf(app)})`,
    ]);
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
  });

  test('of several repositories end with one app each, and each finds its own again', async () => {
    const repositories = numbers(3).map((id) => ({
      env: { GITHUB_REPOSITORY: `acme/shop-${id}`, GITHUB_REPOSITORY_ID: String(id) },
    }));
    const all = repositories.flatMap((options) => [[WEB, options] as const, [WEB, options] as const]);
    // Whoever sees the app of another repository reads that one: these do not see each other's.
    org.trouble.listLagMs = 500;
    const runs = await atOnce(org, all);
    org.trouble.listLagMs = 0;
    expect(await org.labels()).toEqual(['shop', 'shop', 'shop']);
    const ids = runs.map(({ outputs }) => outputs['app-id']);
    expect(new Set(ids).size).toBe(3);
    for (const [i, options] of repositories.entries()) {
      expect(ids[2 * i]).toBe(ids[2 * i + 1]);
      const again = await succeed(org, WEB, options);
      expect(again.outputs).toMatchObject({ 'app-id': ids[2 * i], result: 'unchanged' });
    }
  });

  describe('that Okta all lets have the client ID', () => {
    let ids: string[];

    beforeEach(async () => {
      org.trouble.clientIdRaceMs = 300;
      const runs = await atOnce(
        org,
        numbers(2).map(() => [WEB]),
      );
      expect(runs.map(({ outputs }) => outputs['result'])).toEqual(['created', 'created']);
      ids = runs.map(({ outputs }) => outputs['app-id'] ?? '');
      expect(new Set(ids).size).toBe(2);
      org.trouble.clientIdRaceMs = 0;
      org.taken();
    });

    test.each([{}, { 'dry-run': 'true' }, { 'logo-uri': LOGO }])(
      'are told apart by the next run, which ends with an error and changes nothing: %j',
      async (more) => {
        const message = await failure(org, { ...WEB, ...more });
        expect(message).toMatch(/^Cannot tell which app is meant by "shop": 2 apps have that label: /);
        for (const id of ids) expect(message).toContain(`${id} made at `);
        expect(message).toContain('active, of acme/shop');
        expect(message).toContain('Two of them have one client ID, which Okta is to take once');
        expect(writes(org)).toEqual([]);
      },
    );

    test('go on side by side where their IDs are given', async () => {
      const [id = ''] = ids;
      const run = await succeed(org, { ...WEB, 'app-id': id });
      expect(run.outputs).toMatchObject({ 'app-id': id, result: 'unchanged' });
    });

    test('are all deleted by a run with "state: absent"', async () => {
      const run = await succeed(org, { name: 'shop', state: 'absent' });
      expect(run.outputs['result']).toBe('deleted');
      expect(await org.labels()).toEqual([]);
    });
  });
});
