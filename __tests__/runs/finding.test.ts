import { beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/util/json.ts';
import { idOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { answer, APPS, DELETE, GET, POST } from '../support/okta.ts';
import { WEB, changesOf, failure, foreignApp, succeed, writes, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** Which app a run means: labels are not unique, and Okta finds apps by how their names start. */

const clock = virtualClock();
const org = useOrg(() => ({ now: () => clock.now() }));
const world = { clock };

const MARK = { repository: 'acme/shop', repository_id: '4242' };
const STOCK = { repository: 'acme/stock', repository_id: '77' };
const ABSENT: Inputs = { name: 'shop', state: 'absent' };

beforeEach(() => {
  clock.slept.length = 0;
});

/** An app as a run makes it whose client ID Okta chooses: nothing keeps such from being several. */
async function markedApp(mark: JsonObject = MARK, label = 'shop'): Promise<string> {
  const id = idOf(await foreignApp(org, label));
  org.plantMark(id, mark);
  return id;
}

/** The apps that are there, by ID, with their status. */
async function held(): Promise<Record<string, unknown>> {
  const apps = await org.apiList(`${APPS}?limit=200`);
  return Object.fromEntries(apps.map((app) => [idOf(app), app['status']]));
}

/** So many apps more, whose names start as that of the shop does. */
function previews(count: number): void {
  const [model] = org.org.apps.values();
  if (!model) throw new Error('There is no app to copy.');
  for (let number = 0; number < count; number += 1) {
    const id = org.org.ids.next('0oa');
    org.org.apps.set(id, { ...model, id, clientId: id, label: `shop preview ${id}` });
  }
}

describe('finding the app', () => {
  test('takes the whole label among more than a page of those that start like it', async () => {
    for (let i = 0; i < 205; i += 1) await foreignApp(org, `pr-1${i}`);
    const [first, made] = [await succeed(org, { ...WEB, name: 'pr-1' }), org.taken()];
    expect(first.outputs['result']).toBe('created');
    expect(made).toEqual([`GET ${APPS}`, `GET ${APPS}`, `POST ${APPS}`]);
    const again = await succeed(org, { ...WEB, name: 'pr-1' });
    expect(again.outputs).toMatchObject({ result: 'unchanged', 'app-id': first.outputs['app-id'] });
    expect(org.taken()).toEqual([`GET ${APPS}`, `GET ${APPS}`]);
    expect((await succeed(org, { name: 'pr-1', state: 'absent' })).outputs['result']).toBe('deleted');
    expect(org.org.apps.size).toBe(205);
  });

  test('says how many apps it read where the names of many start alike, and how to do without', async () => {
    const { outputs } = await succeed(org, WEB);
    previews(599);
    expect((await succeed(org, WEB)).annotations).toEqual([]);
    previews(1);
    org.taken();
    const many = await succeed(org, WEB);
    expect(org.taken()).toEqual(Array(4).fill(`GET ${APPS}`));
    expect(many.notices).toEqual([
      'The names of many apps start as "shop" does, and Okta knows no other search: 601 apps were read to find that one, in 4 requests. Give its ID as "app-id", or give the others names that start otherwise.',
    ]);
    const byId = await succeed(org, { ...WEB, 'app-id': outputs['app-id'] ?? '', name: '' });
    expect([byId.outputs['result'], byId.annotations, org.taken()]).toEqual([
      'unchanged',
      [],
      [`GET ${APPS}/${outputs['app-id']}`],
    ]);
  });

  test.each<[Inputs, string]>([
    [WEB, 'q=shop&limit=200'],
    [{ ...WEB, name: 'shop <1>' }, 'q=shop&limit=200'],
    [{ ...WEB, name: '', 'client-id': 'acme-shop' }, 'filter=name+eq+%22oidc_client%22&limit=200'],
  ])('asks for whole pages of what may be it: %j', async (inputs, query) => {
    await succeed(org, { ...inputs, state: 'absent', 'redirect-uris': '' });
    expect(org.requests.map((request) => request.query)).toEqual([query]);
  });

  test('tells labels apart that differ in letter case only', async () => {
    await succeed(org, { ...WEB, name: 'Shop' });
    expect((await succeed(org, WEB)).outputs['result']).toBe('created');
    expect(await org.labels()).toEqual(['Shop', 'shop']);
  });

  test('finds an inactive app and activates it, before it assigns anything', async () => {
    const group = await org.group('Sellers');
    const { outputs } = await succeed(org, WEB);
    const path = `${APPS}/${outputs['app-id']}`;
    await org.api('POST', `${path}/lifecycle/deactivate`);
    org.taken();
    const run = await succeed(org, { ...WEB, groups: 'Sellers' });
    expect(changesOf(run)[0]).toEqual({ field: 'status', from: 'INACTIVE', to: 'ACTIVE' });
    expect(run.log).toContain('Activated the app "shop".');
    // The mark comes first: it is to remember whatever is assigned.
    expect(writes(org)).toEqual([
      `PUT ${path}`,
      `POST ${path}/lifecycle/activate`,
      `PUT ${path}/groups/${group}`,
    ]);
    expect(org.requests.find(POST(/\/activate$/))?.headers['content-length']).toBe('0');
    expect(await org.app('shop')).toMatchObject({ status: 'ACTIVE' });
    expect((await succeed(org, { ...WEB, groups: 'Sellers' })).outputs['result']).toBe('unchanged');
  });

  test('does not activate an app that is not ours', async () => {
    const id = idOf(await foreignApp(org, 'shop'));
    await org.api('POST', `${APPS}/${id}/lifecycle/deactivate`);
    org.taken();
    expect(await failure(org, WEB)).toContain('it differs in status');
    expect(writes(org)).toEqual([]);
  });
});

describe('several apps of one name and this mark', () => {
  test('are an error that shows them, and none is lost', async () => {
    const first = await markedApp();
    await clock.sleep(60_000);
    const [second, third] = [await markedApp(), await markedApp()];
    const all = await held();
    org.taken();
    for (const inputs of [WEB, { ...WEB, 'dry-run': 'true' }, { name: 'shop', state: 'read' }]) {
      const message = await failure(org, { ...inputs, 'mask-client-id': 'false' }, { world });
      expect(message).toContain('Cannot tell which app is meant by "shop": 3 apps have that label');
      for (const id of [first, second, third]) expect(message).toContain(`${id} made at `);
      expect(message).toContain('active, of acme/shop');
      expect(message).not.toContain('one client ID');
    }
    // Okta promises no order.
    for (const id of [second, first]) {
      const app = org.org.apps.get(id);
      org.org.apps.delete(id);
      if (app) org.org.apps.set(id, app);
    }
    expect(await failure(org, { ...WEB, 'mask-client-id': 'false' }, { world })).toMatch(
      new RegExp(`: ${first} made at .*, ${second} made at .*, ${third} made at `),
    );
    const hidden = await failure(org, WEB, { world });
    expect(hidden.replace(/made at \S+Z/g, 'made at T')).toBe(
      'Cannot tell which app is meant by "shop": 3 apps have that label: one made at T (active, of acme/shop), one made at T (active, of acme/shop), one made at T (active, of acme/shop). Give the ID of the right one as "app-id", or rename or delete the others. The times tell them apart in the Admin Console, and in the System Log.',
    );
    expect(writes(org)).toEqual([]);
    expect(await held()).toEqual(all);
  });

  test('are told apart by what became of them: one was deactivated later', async () => {
    await markedApp();
    const second = await markedApp();
    await clock.sleep(10_000);
    await org.api('POST', `${APPS}/${second}/lifecycle/deactivate`);
    org.taken();
    expect(await failure(org, WEB, { world })).toMatch(/inactive, last changed at \S+Z, of acme\/shop/);
    expect(writes(org)).toEqual([]);
    const apps = await org.apiList(`${APPS}?limit=200`);
    org.once(
      GET(APPS),
      answer(
        200,
        apps.map(({ lastUpdated: _, ...app }) => app),
      ),
    );
    expect(await failure(org, WEB, { world })).toMatch(/one made at \S+Z \(inactive, of acme\/shop\)/);
  });

  test.each([{}, { 'dry-run': 'true' }])('may be one that was renamed to it by hand: %j', async (extra) => {
    const first = await succeed(org, WEB, { world });
    const second = await succeed(org, { ...WEB, name: 'old shop' }, { world });
    const body = await org.app('old shop');
    await org.api('PUT', `${APPS}/${idOf(body)}`, { ...body, label: 'shop' });
    const message = await failure(org, { ...WEB, ...extra }, { world });
    expect(message).toContain('2 apps have that label');
    expect(new Set(Object.keys(await held()))).toEqual(
      new Set([first.outputs['app-id'], second.outputs['app-id']]),
    );
  });

  test('are all deleted by a run with "state: absent", in a dry run none', async () => {
    await markedApp();
    await markedApp();
    const dry = await succeed(org, { ...ABSENT, 'dry-run': 'true' }, { world });
    expect(Object.keys(await held())).toHaveLength(2);
    const run = await succeed(org, ABSENT, { world });
    expect(run.outputs['result']).toBe('deleted');
    expect(changesOf(run)).toEqual([{ field: 'name', from: 'shop', to: null }]);
    expect(changesOf(run)).toEqual(changesOf(dry));
    expect(await held()).toEqual({});
  });

  test('are told to be deleted, as far as they are, by a run with "state: absent" that may not delete them all', async () => {
    const [first, second] = [await markedApp(), await markedApp()];
    org.refuse(DELETE(`${APPS}/${second}`));
    expect(await failure(org, ABSENT, { world })).toMatch(
      /^Cannot delete the app "shop": Okta answered 403.* Done before the failure: deactivated the app "shop"; deleted the app "shop"; deactivated the app "shop"\. A re-run continues from there\.$/,
    );
    expect(await held()).toEqual({ [second]: 'INACTIVE' });
    expect(first).not.toBe(second);
  });

  test('are an error for "state: absent" where they are not all of exactly this owner', async () => {
    await markedApp({ ...MARK, pull_request: 12 });
    await markedApp({ ...MARK, branch: 'x' });
    org.taken();
    expect(await failure(org, ABSENT, { world })).toContain('2 apps have that label');
    expect(writes(org)).toEqual([]);
  });
});

describe("somebody else's apps of the name", () => {
  test.each<[string, () => Promise<unknown>]>([
    ['without a mark', () => foreignApp(org, 'shop')],
    ["of another repository's mark", () => markedApp(STOCK)],
    ["of a pull request's mark", () => markedApp({ ...MARK, pull_request: 12 })],
  ])('do not get in the way of ours: one %s', async (_, make) => {
    await make();
    const own = await markedApp();
    await make();
    const before = await held();
    const run = await succeed(org, WEB, { world });
    expect(run.outputs).toMatchObject({ 'app-id': own, result: 'unchanged' });
    expect(clock.slept).toEqual([]);
    expect(await held()).toEqual(before);
  });

  test('do not get in the way of one that other runs of the repository made', async () => {
    await foreignApp(org, 'shop');
    await markedApp(STOCK);
    const made = await markedApp({ ...MARK, branch: 'x' });
    const run = await succeed(org, { name: 'shop', state: 'read' }, { world });
    expect(run.outputs['app-id']).toBe(made);
  });

  test('several without one of ours are an error', async () => {
    await foreignApp(org, 'shop');
    await foreignApp(org, 'shop');
    expect(await failure(org, WEB, { world })).toContain('without a mark');
    expect(clock.slept).toEqual([]);
  });

  test('one without a mark that appears while a create is tried again is not ours', async () => {
    org.refuse(({ method, path }) => method === 'POST' && path === APPS, { kind: 'answer', status: 503 });
    const appearing = async (milliseconds: number): Promise<void> => {
      await clock.sleep(milliseconds);
      if (org.org.apps.size === 0) await foreignApp(org, 'shop');
      org.relent();
    };
    const run = await succeed(org, WEB, { world: { clock: { ...clock, sleep: appearing } } });
    expect(run.outputs['result']).toBe('created');
    expect(await org.labels()).toEqual(['shop', 'shop']);
  });
});

describe('names', () => {
  test('"app-id" with a name that another app has is an error before the first write', async () => {
    const first = await markedApp();
    await foreignApp(org, 'taken');
    org.taken();
    for (const extra of [{}, { 'dry-run': 'true' }])
      expect(await failure(org, { 'app-id': first, name: 'taken', ...extra }, { world })).toMatch(
        /^Cannot rename the app "shop" to "taken": another app has that name: one made at \S+ \(active, .*\)\. Choose another "name", leave it out, or delete the other app\.$/,
      );
    expect(writes(org)).toEqual([]);
    const run = await succeed(org, { 'app-id': first, name: 'free' }, { world });
    expect(changesOf(run)).toEqual([{ field: 'name', from: 'shop', to: 'free' }]);
    const again = await succeed(org, { 'app-id': first, name: 'free' }, { world });
    expect(again.outputs['result']).toBe('unchanged');
  });

  const NOTHING_CREATED: Inputs[] = [{ state: 'absent' }, { state: 'read' }, { ...WEB, shared: 'true' }];

  test.each(NOTHING_CREATED)(
    '"app-id" with the name of another app is an error in a run that renames nothing: %j',
    async (inputs) => {
      const stock = await markedApp(MARK, 'stock');
      await markedApp();
      org.taken();
      expect(await failure(org, { ...inputs, 'app-id': stock, name: 'shop' }, { world })).toBe(
        'Cannot use the app "stock": it is not named "shop". Check "app-id" and "name", or leave one of them out.',
      );
      expect(writes(org)).toEqual([]);
    },
  );

  test.each(NOTHING_CREATED)(
    '"app-id" with the name of its app, however Okta writes it, is none: %j',
    async (inputs) => {
      const id = await markedApp(MARK, 'Shop &amp; Co.');
      await succeed(org, { ...inputs, 'app-id': id, name: 'Shop  & Co.' }, { world });
    },
  );

  test.each(['Cafe\u0301 pr 12', 'A  double blank', 'Ωmega shop'])(
    'one that Okta keeps in another form never leads to a second app: %j',
    async (name) => {
      org.unknown.label = 'NFC';
      const first = await succeed(org, { ...WEB, name }, { world });
      const run = await succeed(org, { ...WEB, name }, { world });
      expect(run.outputs).toMatchObject({ result: 'unchanged', 'app-id': first.outputs['app-id'] });
      expect(await org.labels()).toHaveLength(1);
      await succeed(org, { ...WEB, name, state: 'absent' }, { world });
      expect(await org.labels()).toEqual([]);
    },
  );

  test.each<Inputs>([{}, { 'client-id': 'office-client' }, { 'client-id': 'okta' }])(
    'one that Okta keeps as another name is an error, and nothing is left: %j',
    async (extra) => {
      org.unknown.label = 'NFKC';
      const message = await failure(org, { ...WEB, name: 'o\uFB03ce', ...extra }, { world });
      expect(message).toContain(
        'Cannot create the app "o\uFB03ce": Okta keeps the name as "office", by which the next run would not find it; the new app was deleted again. Choose a "name" that Okta keeps as it is.',
      );
      expect(await org.labels()).toEqual([]);
    },
  );

  test('one that is kept as it is sent, however it is written, is found', async () => {
    const name = 'Cafe\u0301  \u2603';
    const first = await succeed(org, { ...WEB, name }, { world });
    expect(await org.labels()).toEqual([name]);
    expect((await succeed(org, { ...WEB, name }, { world })).outputs).toMatchObject({
      'app-id': first.outputs['app-id'],
      result: 'unchanged',
    });
  });

  test.each(['answered', 'stored'] as const)(
    'one whose characters Okta escapes (%s) leads to one app, also of several runs that do not see it at first',
    async (escaped) => {
      org.unknown.labelsEscaped = escaped;
      const inputs = { ...WEB, name: 'Shop & Co.' };
      org.trouble.listLagMs = 3_600_000;
      const first = await succeed(org, inputs, { world });
      org.before(
        ({ method }) => method === 'POST',
        () => {
          org.trouble.listLagMs = 0;
        },
      );
      const run = await succeed(org, inputs, { world });
      expect(run.outputs).toMatchObject({ result: 'unchanged', 'app-id': first.outputs['app-id'] });
      expect(await org.labels()).toHaveLength(1);
    },
  );

  test('one whose characters Okta escapes is no other name where another repository has such an app, too', async () => {
    org.unknown.labelsEscaped = 'answered';
    await markedApp(STOCK, 'A & B');
    await markedApp(MARK, 'A & B');
    const run = await succeed(org, { ...WEB, name: 'A & B' }, { world });
    expect(run.outputs['result']).toBe('unchanged');
  });

  const stored = (): string[] => [...org.org.apps.values()].map(({ label }) => label);
  const LOGOS = ['https://a.example.com/1', 'https://a.example.com/2'];

  test.each([
    ['answered', 'A & B'],
    ['stored', 'A &amp; B'],
  ] as const)(
    'one whose characters Okta escapes (%s) is not escaped once more by an update',
    async (escaped, kept) => {
      org.unknown.labelsEscaped = escaped;
      const named = { ...WEB, name: 'A & B' };
      const { outputs } = await succeed(org, named, { world });
      const byId = { ...WEB, name: '', 'app-id': outputs['app-id'] ?? '' };
      for (const inputs of [named, byId, { ...byId, name: 'A & B' }])
        for (const logo of LOGOS) {
          const run = await succeed(org, { ...inputs, 'logo-uri': logo }, { world });
          expect([run.outputs['result'], stored()]).toEqual(['updated', [kept]]);
        }
      const absent = await succeed(org, { name: 'A & B', state: 'absent' }, { world });
      expect([absent.outputs['result'], stored()]).toEqual(['deleted', []]);
    },
  );

  test.each([
    ['answered', 'A & B', 'A & B'],
    ['stored', 'A & B', 'A &amp; B'],
    ['no', 'A &amp; B', 'A &amp; B'],
  ] as const)(
    "one of somebody else's shared app is kept by a run that adds to it: escapes %s, %s",
    async (escaped, label, kept) => {
      org.unknown.labelsEscaped = escaped;
      const id = idOf(await foreignApp(org, label));
      for (const [i, inputs] of [{ name: 'A & B' }, { 'app-id': id }].entries()) {
        const shared = { shared: 'true', 'redirect-uris': `https://a.example.com/${i}`, ...inputs };
        const run = await succeed(org, shared, { world });
        expect([run.outputs['result'], stored()]).toEqual(['updated', [kept]]);
      }
    },
  );
});
