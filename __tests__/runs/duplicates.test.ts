import { beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/util/json.ts';
import { idOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import {
  changesOf,
  failure,
  foreignApp,
  runOn,
  shown,
  succeed,
  WEB,
  writes,
  type Inputs,
} from '../support/runs.ts';
import { GITHUB_ENVIRONMENT } from '../support/runner.ts';
import { useOrg } from '../support/servers.ts';

/** One app of a name, or an error: which app a run means, and which it may delete. */

const clock = virtualClock();
const org = useOrg(() => ({ now: () => clock.now() }));
const world = { clock };

/** Settles for longer than a create may touch its own app. */
const SETTLING: Inputs = { ...WEB, 'settle-seconds': '3' };

beforeEach(() => {
  clock.slept.length = 0;
});

/** An app as a run of a repository makes it, by hand: active or never active. */
async function markedApp(
  {
    activate = true,
    repository = 'acme/shop',
    id = GITHUB_ENVIRONMENT.GITHUB_REPOSITORY_ID,
  }: { activate?: boolean; repository?: string; id?: string } = {},
  label = 'shop',
): Promise<string> {
  const profile = { okta_oidc_app: { repository, repository_id: id } };
  const oauthClient = {
    application_type: 'web',
    grant_types: ['authorization_code'],
    response_types: ['code'],
    redirect_uris: ['https://shop.example.com/callback'],
  };
  const app = await org.api('POST', `/api/v1/apps?activate=${activate}`, {
    name: 'oidc_client',
    label,
    signOnMode: 'OPENID_CONNECT',
    profile,
    settings: { oauthClient },
  });
  return idOf(app);
}

/** The apps that are there, by ID, with their status. */
async function held(): Promise<Record<string, unknown>> {
  const apps = await org.apiList('/api/v1/apps?limit=200');
  return Object.fromEntries(apps.map((app) => [idOf(app), app['status']]));
}

/** Lets the lists show nothing of what is done from now on until a request of the run comes: what another run does at the same time. */
function unseenUntil(
  arrives: (method: string, path: string) => boolean,
  then: () => void = () => undefined,
): void {
  org.trouble.listLagMs = 3_600_000;
  org.trouble.fault = ({ method, path }) => {
    if (!arrives(method, path)) return undefined;
    org.trouble.listLagMs = 0;
    delete org.trouble.fault;
    then();
    return undefined;
  };
}

const isCreate = (method: string, path: string): boolean => method === 'POST' && path === '/api/v1/apps';
const isActivation = (method: string, path: string): boolean =>
  method === 'POST' && path.endsWith('/lifecycle/activate');

describe('a create', () => {
  test('makes the app inactive, settles, looks, and only then activates it', async () => {
    let before: JsonObject | undefined;
    org.trouble.fault = ({ method, path }) => {
      if (isActivation(method, path))
        before = { status: [...org.org.apps.values()][0]?.status ?? '', slept: clock.slept.length };
      return undefined;
    };
    const run = await succeed(org, SETTLING, { world });
    expect(before).toEqual({ status: 'INACTIVE', slept: 1 });
    expect(org.taken()).toEqual([
      'GET /api/v1/apps',
      'POST /api/v1/apps',
      'GET /api/v1/apps',
      `POST /api/v1/apps/${run.outputs['app-id']}/lifecycle/activate`,
    ]);
    expect(clock.slept).toEqual([3000]);
    expect(await held()).toEqual({ [run.outputs['app-id'] ?? '']: 'ACTIVE' });
    expect(run.outputs['result']).toBe('created');
  });

  test('with a client ID of its own needs no settling: Okta takes it once', async () => {
    const run = await succeed(org, { ...SETTLING, 'client-id': 'shop-client' }, { world });
    expect(org.taken()).toEqual(['GET /api/v1/apps', 'POST /api/v1/apps']);
    expect(clock.slept).toEqual([]);
    expect(Object.values(await held())).toEqual(['ACTIVE']);
    expect(run.outputs['client-id']).toBe('shop-client');
  });

  test('that stopped before the activation is gone on with', async () => {
    org.trouble.fault = ({ method, path }) =>
      isActivation(method, path) ? { kind: 'answer', status: 403, body: {} } : undefined;
    await failure(org, SETTLING, { world });
    delete org.trouble.fault;
    const [[id, status] = []] = Object.entries(await held());
    expect(status).toBe('INACTIVE');

    const dry = await succeed(org, { ...SETTLING, 'dry-run': 'true' }, { world });
    expect(dry.outputs['result']).toBe('updated');
    const run = await succeed(org, SETTLING, { world });
    expect(run.outputs['app-id']).toBe(id);
    expect(changesOf(run)).toEqual([{ field: 'status', from: 'INACTIVE', to: 'ACTIVE' }]);
    expect(await held()).toEqual({ [id ?? '']: 'ACTIVE' });
    expect((await succeed(org, SETTLING, { world })).outputs['result']).toBe('unchanged');
  });

  test('whose app Okta touches for two seconds more is gone on with as well, beside one in use', async () => {
    const inUse = await markedApp();
    org.trouble.createTouchesMs = 2_000;
    await markedApp({ activate: false });
    const run = await succeed(org, SETTLING, { world });
    expect(run.outputs['app-id']).toBe(inUse);
    expect(await held()).toEqual({ [inUse]: 'ACTIVE' });
  });
});

describe('another app of the name that appears during a create', () => {
  test('in use by the same owner: stays; the run deletes its own and goes on with it', async () => {
    unseenUntil(isCreate);
    const other = await markedApp();
    const run = await succeed(org, SETTLING, { world });
    expect(run.outputs).toMatchObject({ 'app-id': other, result: 'unchanged' });
    expect(run.log).toContain(
      'Deleted a duplicate of the app "shop", made at the same time and never active.',
    );
    expect(await held()).toEqual({ [other]: 'ACTIVE' });
  });

  test('never active and older: stays, whoever lives to activate it', async () => {
    unseenUntil(isCreate);
    const other = await markedApp({ activate: false });
    await clock.sleep(5000);
    const run = await succeed(org, SETTLING, { world });
    expect(run.outputs['app-id']).toBe(other);
    expect(await held()).toEqual({ [other]: 'ACTIVE' });
  });

  test('never active and younger: goes, and the run that finds it deletes it', async () => {
    const first = await succeed(org, SETTLING, { world });
    await clock.sleep(1000);
    const younger = await markedApp({ activate: false });
    const run = await succeed(org, SETTLING, { world });
    expect(run.outputs['app-id']).toBe(first.outputs['app-id']);
    expect(Object.keys(await held())).not.toContain(younger);
  });

  test("another repository's and older: stays, and the run reads it", async () => {
    unseenUntil(isCreate);
    const other = await markedApp({ repository: 'acme/other', id: '2' });
    await clock.sleep(5000);
    const run = await succeed(org, SETTLING, { world });
    expect(run.outputs).toMatchObject({ 'app-id': other, result: 'unchanged' });
    expect(await held()).toEqual({ [other]: 'ACTIVE' });
  });

  test("nobody's and younger: does not get in the way", async () => {
    let other = '';
    org.trouble.fault = ({ method, path }) => {
      // The look before the activation comes after the create.
      if (method !== 'GET' || path !== '/api/v1/apps' || org.org.apps.size !== 1 || other) return undefined;
      other = 'on its way';
      const [app] = org.org.apps.values();
      if (!app) return undefined;
      const id = '0oazzzzzzzzzzzzzzzzz';
      org.org.apps.set(id, {
        ...structuredClone(app),
        id,
        clientId: id,
        status: 'ACTIVE',
        created: '2030-01-01T00:00:00.000Z',
        body: { ...app.body, profile: {}, settings: {} },
      });
      return undefined;
    };
    const run = await succeed(org, SETTLING, { world });
    expect(run.outputs['result']).toBe('created');
    expect(Object.values(await held())).toEqual(['ACTIVE', 'ACTIVE']);
    expect((await succeed(org, SETTLING, { world })).outputs).toMatchObject({
      'app-id': run.outputs['app-id'],
      result: 'unchanged',
    });
  });

  test("is gone again by the time the run looks at it: the run's own stays", async () => {
    unseenUntil(isCreate);
    const other = await markedApp();
    org.trouble.fault = ({ method, path }) => {
      if (isCreate(method, path)) org.trouble.listLagMs = 0;
      if (method === 'GET' && path.endsWith(other)) org.org.apps.delete(other);
      return undefined;
    };
    const run = await succeed(org, SETTLING, { world });
    expect(run.outputs['result']).toBe('created');
    expect(await held()).toEqual({ [run.outputs['app-id'] ?? '']: 'ACTIVE' });
  });

  test('somebody activates the duplicate at the last moment: Okta refuses its deletion, and both are told', async () => {
    unseenUntil(isCreate);
    const other = await markedApp();
    org.trouble.fault = ({ method, path }) => {
      if (isCreate(method, path)) org.trouble.listLagMs = 0;
      if (method === 'DELETE') for (const app of org.org.apps.values()) app.status = 'ACTIVE';
      return undefined;
    };
    const message = await failure(org, SETTLING, { world });
    expect(message).toContain('Cannot tell which app is meant by "shop": 2 apps have that label');
    const apps = await held();
    expect(Object.values(apps)).toEqual(['ACTIVE', 'ACTIVE']);
    expect(Object.keys(apps)).toContain(other);
  });

  test('before an answer that got lost: the run finds its own by the mark, not the other', async () => {
    await lostAnswer();
    const other = idOf(await foreignApp(org, 'shop'));
    await clock.sleep(5000);
    const run = await runOn(org, { ...SETTLING, 'redirect-uris': 'https://other.example.com/cb' }, { world });
    const message = run.annotations.find(({ level }) => level === 'error')?.message;
    expect(message).toContain('Cannot change the app "shop"');
    expect(message).toContain('deleted a duplicate of the app "shop"');
    expect(shown(run)).toContain('\n\nWhat this run would have changed:\n\n| Setting');
    expect(shown(run)).not.toContain('Nothing was changed');
    expect(await held()).toEqual({ [other]: 'ACTIVE' });
  });

  test('after an answer that got lost: the run goes on with its own', async () => {
    org.trouble.fault = ({ method, path }) => {
      if (!isCreate(method, path)) return undefined;
      delete org.trouble.fault;
      return { kind: 'lose' };
    };
    const run = await succeed(org, SETTLING, { world });
    expect(run.outputs['result']).toBe('created');
    expect(org.taken().filter((request) => request === 'POST /api/v1/apps')).toHaveLength(1);
    expect(await held()).toEqual({ [run.outputs['app-id'] ?? '']: 'ACTIVE' });
  });

  /** The create takes effect, its answer is lost, and what was made before it shows only then. */
  async function lostAnswer(): Promise<void> {
    org.trouble.listLagMs = 3_600_000;
    org.trouble.fault = ({ method, path }) => {
      if (!isCreate(method, path)) return undefined;
      org.trouble.listLagMs = 0;
      delete org.trouble.fault;
      return { kind: 'lose' };
    };
    return Promise.resolve();
  }
});

describe('several apps of one name and this mark', () => {
  test('both in use: an error that shows both, and neither is lost', async () => {
    const first = await markedApp();
    await clock.sleep(60_000);
    const second = await markedApp();
    const both = await held();
    for (const inputs of [SETTLING, { ...SETTLING, 'dry-run': 'true' }, { ...SETTLING, state: 'absent' }]) {
      const message = await failure(org, { ...inputs, 'mask-client-id': 'false' }, { world });
      expect(message).toContain('Cannot tell which app is meant by "shop": 2 apps have that label');
      for (const id of [first, second]) expect(message).toContain(`${id} made at `);
      expect(message).toContain('active, of acme/shop');
    }
    expect(await failure(org, SETTLING, { world })).toMatch(
      /: one made at \S+Z \(active, of acme\/shop\), one made at \S+Z \(active, of acme\/shop\)\. Give the ID/,
    );
    expect(writes(org)).toEqual([]);
    expect(await held()).toEqual(both);
  });

  test('one of them deactivated later: an error, since its client ID is known', async () => {
    const first = await markedApp();
    const second = await markedApp();
    await clock.sleep(10_000);
    await org.api('POST', `/api/v1/apps/${second}/lifecycle/deactivate`);
    expect(await failure(org, SETTLING, { world })).toMatch(/inactive, last changed at \S+Z, of acme\/shop/);
    expect(writes(org)).toEqual([]);
    expect(await held()).toEqual({ [first]: 'ACTIVE', [second]: 'INACTIVE' });
  });

  test.each([
    ['created again under the same name', {}],
    ['renamed to it by hand', { 'dry-run': 'true' }],
  ])('after a label was taken: %s', async (_, extra) => {
    const first = await succeed(org, { ...SETTLING, name: 'shop' }, { world });
    const second = await succeed(org, { ...SETTLING, name: 'old shop' }, { world });
    const body = await org.app('old shop');
    await org.api('PUT', `/api/v1/apps/${idOf(body)}`, { ...body, label: 'shop' });
    const message = await failure(org, { ...SETTLING, ...extra }, { world });
    expect(message).toContain('2 apps have that label');
    expect(new Set(Object.keys(await held()))).toEqual(
      new Set([first.outputs['app-id'], second.outputs['app-id']]),
    );
  });

  test('one in use, others never active: those go, and are told, in a dry run too', async () => {
    const inUse = await markedApp();
    await clock.sleep(1000);
    const never = [await markedApp({ activate: false }), await markedApp({ activate: false })];
    const inputs = { ...SETTLING, 'mask-client-id': 'false' };
    const dry = await succeed(org, { ...inputs, 'dry-run': 'true' }, { world });
    expect(writes(org)).toEqual([]);
    const run = await succeed(org, inputs, { world });
    for (const { outputs } of [dry, run]) {
      expect(outputs).toMatchObject({ result: 'updated', changed: 'true', 'app-id': inUse });
      expect(JSON.parse(outputs['changes'] ?? '')).toEqual([
        {
          field: 'duplicates',
          from: never.map((id) => expect.stringContaining(`${id} made at `) as unknown),
          to: [],
        },
      ]);
    }
    expect(await held()).toEqual({ [inUse]: 'ACTIVE' });
    expect((await succeed(org, inputs, { world })).outputs['result']).toBe('unchanged');
  });

  test('one in use, another that its own run activates while this one waits: an error, and both stay', async () => {
    const inUse = await markedApp();
    await clock.sleep(1000);
    const other = await markedApp({ activate: false });
    const whileWaiting = async (milliseconds: number): Promise<void> => {
      await clock.sleep(milliseconds);
      await org.api('POST', `/api/v1/apps/${other}/lifecycle/activate`);
    };
    const message = await failure(org, SETTLING, { world: { clock: { ...clock, sleep: whileWaiting } } });
    expect(message).toContain('2 apps have that label');
    expect(await held()).toEqual({ [inUse]: 'ACTIVE', [other]: 'ACTIVE' });
  });

  test('an absent run deletes them, and tells both', async () => {
    await markedApp();
    await clock.sleep(1000);
    await markedApp({ activate: false });
    const run = await succeed(org, { ...SETTLING, state: 'absent' }, { world });
    expect(changesOf(run).map(({ field }) => field)).toEqual(['duplicates', 'name']);
    expect(await held()).toEqual({});
  });

  test('none was ever active: the oldest stays', async () => {
    const oldest = await markedApp({ activate: false });
    await clock.sleep(1000);
    await markedApp({ activate: false });
    const run = await succeed(org, SETTLING, { world });
    expect(run.outputs['app-id']).toBe(oldest);
    expect(await held()).toEqual({ [oldest]: 'ACTIVE' });
  });

  test('a duplicate that somebody activates meanwhile is not deleted', async () => {
    const inUse = await markedApp();
    await clock.sleep(1000);
    const other = await markedApp({ activate: false });
    org.trouble.fault = ({ method }) => {
      if (method === 'DELETE') for (const app of org.org.apps.values()) app.status = 'ACTIVE';
      return undefined;
    };
    expect(await failure(org, SETTLING, { world })).toContain('2 apps have that label');
    expect(await held()).toEqual({ [inUse]: 'ACTIVE', [other]: 'ACTIVE' });
  });
});

test('a duplicate that somebody activates while it is taken out of what names it has that again', async () => {
  const origin = 'https://shop.example.com';
  await markedApp();
  const never = await markedApp({ activate: false });
  const app = org.org.apps.get(never);
  const mark = { repository: 'acme/shop', repository_id: '4242', trusted_origins: [origin] };
  if (app) app.body = { ...app.body, profile: { okta_oidc_app: mark } };
  const name = `${origin} (okta-oidc-app, ${never})`;
  const scopes = [{ type: 'CORS' }, { type: 'REDIRECT' }];
  await org.api('POST', '/api/v1/trustedOrigins', { name, origin, scopes });
  org.trouble.fault = ({ method, path }) => {
    const app = org.org.apps.get(never);
    if (app && method === 'DELETE' && path.startsWith('/api/v1/trustedOrigins/')) app.status = 'ACTIVE';
    return undefined;
  };
  const message = await failure(org, { name: 'shop', state: 'absent' }, { world });
  expect(message).toContain('2 apps have that label');
  expect((await org.apiList('/api/v1/trustedOrigins')).map((held) => held['name'])).toEqual([name]);
});

describe("somebody else's apps of the name", () => {
  test.each([
    ['without a mark', (): Promise<unknown> => foreignApp(org, 'shop')],
    [
      "of another repository's mark",
      (): Promise<unknown> => markedApp({ repository: 'acme/other', id: '2' }),
    ],
    [
      'never activated',
      (): Promise<unknown> => markedApp({ repository: 'acme/other', id: '2', activate: false }),
    ],
  ])('do not get in the way of ours: one %s', async (_, make) => {
    await make();
    const own = await markedApp();
    await make();
    const before = await held();
    const run = await succeed(org, SETTLING, { world });
    expect(run.outputs).toMatchObject({ 'app-id': own, result: 'unchanged' });
    expect(clock.slept).toEqual([]);
    expect(await held()).toEqual(before);
  });

  test('several without one of ours are an error', async () => {
    await foreignApp(org, 'shop');
    await foreignApp(org, 'shop');
    expect(await failure(org, SETTLING, { world })).toContain('without a mark');
    expect(clock.slept).toEqual([]);
  });

  test('one without a mark that appears while a create is tried again is not ours, though it was never active', async () => {
    org.trouble.fault = ({ method, path }) =>
      isCreate(method, path) ? { kind: 'answer', status: 503 } : undefined;
    const bare = async (milliseconds: number): Promise<void> => {
      await clock.sleep(milliseconds);
      delete org.trouble.fault;
      await markedApp({ activate: false, repository: '' });
    };
    const message = await failure(org, SETTLING, { world: { clock: { ...clock, sleep: bare } } });
    expect(message).toContain('Cannot change the app "shop": it carries no mark of a repository');
    expect(Object.values(await held())).toEqual(['INACTIVE']);
  });

  test("another repository's app on its way is waited for", async () => {
    const other = await markedApp({ repository: 'acme/other', id: '2', activate: false });
    const sleep = clock.sleep;
    const waiting = {
      ...clock,
      sleep: async (milliseconds: number) => {
        await sleep(milliseconds);
        const app = org.org.apps.get(other);
        if (app) app.status = 'ACTIVE';
      },
    };
    const run = await succeed(org, SETTLING, { world: { clock: waiting } });
    expect(run.outputs).toMatchObject({ 'app-id': other, result: 'unchanged' });
  });
});

describe('names', () => {
  test('"app-id" with a name that another app has is an error before the first write', async () => {
    const first = await markedApp();
    await foreignApp(org, 'taken');
    for (const extra of [{}, { 'dry-run': 'true' }]) {
      const message = await failure(
        org,
        { 'app-id': first, name: 'taken', 'settle-seconds': '0', ...extra },
        { world },
      );
      expect(message).toMatch(
        /Cannot rename the app "shop" to "taken": another app has that name: one made at /,
      );
    }
    expect(writes(org)).toEqual([]);
    const run = await succeed(org, { 'app-id': first, name: 'free' }, { world });
    expect(changesOf(run)).toEqual([{ field: 'name', from: 'shop', to: 'free' }]);
    expect((await succeed(org, { 'app-id': first, name: 'free' }, { world })).outputs['result']).toBe(
      'unchanged',
    );
  });

  test.each(['Cafe\u0301 pr 12', 'A  double blank', 'Ωmega shop'])(
    'one that Okta keeps in another form never leads to a second app: %j',
    async (name) => {
      org.unknown.label = 'NFC';
      const first = await succeed(org, { ...SETTLING, name }, { world });
      const run = await succeed(org, { ...SETTLING, name }, { world });
      expect(run.outputs).toMatchObject({ result: 'unchanged', 'app-id': first.outputs['app-id'] });
      expect(await org.labels()).toHaveLength(1);
      await succeed(org, { ...SETTLING, name, state: 'absent' }, { world });
      expect(await org.labels()).toEqual([]);
    },
  );

  test('one that Okta keeps as another name is an error, and nothing is left', async () => {
    org.unknown.label = 'NFKC';
    for (const extra of [{}, { 'client-id': 'office-client' }]) {
      const message = await failure(org, { ...SETTLING, name: 'o\uFB03ce', ...extra }, { world });
      expect(message).toContain('Okta keeps the name as "office"');
      expect(await org.labels()).toEqual([]);
    }
  });

  test('one that is kept as it is sent, however it is written, is found', async () => {
    const name = 'Cafe\u0301  \u2603';
    const first = await succeed(org, { ...SETTLING, name }, { world });
    expect(await org.labels()).toEqual([name]);
    expect((await succeed(org, { ...SETTLING, name }, { world })).outputs).toMatchObject({
      'app-id': first.outputs['app-id'],
      result: 'unchanged',
    });
  });
});

test('a deletion that a lagging node refuses right after the deactivation is tried again', async () => {
  await markedApp();
  org.trouble.lateDeactivations = 2;
  const run = await succeed(org, { ...SETTLING, state: 'absent' }, { world });
  expect(run.outputs['result']).toBe('deleted');
  expect(run.log).toMatch(/^Okta answered 403\. Waiting \d/m);
  expect(run.log).not.toContain('503');
  expect(await held()).toEqual({});
});

test('lists that do not show a new app for long get a warning, and two apps are an error', async () => {
  org.trouble.listLagMs = 3_600_000;
  const first = await succeed(org, SETTLING, { world });
  expect(first.annotations.map(({ message }) => message).join()).toContain(
    'has not shown the new app "shop" for 4 times',
  );
  const second = await runOn(org, SETTLING, { world });
  expect(second.outputs['result']).toBe('created');
  org.trouble.listLagMs = 0;
  expect(Object.values(await held())).toEqual(['ACTIVE', 'ACTIVE']);
  expect(await failure(org, SETTLING, { world })).toContain('2 apps have that label');
  expect(Object.values(await held())).toEqual(['ACTIVE', 'ACTIVE']);
});
