import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/util/json.ts';
import { idOf } from '../support/apps.ts';
import { APPS, GET } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import { WEB, failure, numbers, shown, succeed, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** Whether anybody may use the app is found out in every run of which the inputs list nobody, and told without names. */

const org = useOrg();

const SHOP: Inputs = { ...WEB, 'verify-sign-in': 'true' };
const NOBODY =
  'Nobody may use the app "shop" yet. Give "groups" or "users", or assign people in the Admin Console.';

async function path(): Promise<string> {
  return `${APPS}/${idOf(await org.app('shop'))}`;
}

/** The last paragraph of the summary. */
function whoMayUse(run: ActionRun): string | undefined {
  return /^Who may use it.*$/m.exec(shown(run))?.[0];
}

/** What was asked of Okta about who may use the app. */
function asked(): string[] {
  return org.taken().filter((request) => /^GET .*\/(groups|users)$/.test(request));
}

describe('an app of which the inputs list nobody', () => {
  test('is told as one for nobody in every run, as long as that is so', async () => {
    const created = await succeed(org, SHOP);
    expect(asked()).toEqual([]);
    const again = await succeed(org, SHOP);
    const app = await path();
    expect(asked().sort()).toEqual([`GET ${app}/groups`, `GET ${app}/users`]);
    const updated = await succeed(org, { ...SHOP, 'post-logout-redirect-uris': 'https://shop.example.com/' });
    for (const run of [created, again, updated]) {
      expect(run.outputs['sign-in-ready']).toBe('false');
      expect(run.annotations).toEqual([{ level: 'notice', message: NOBODY }]);
      expect(shown(run)).toContain('Okta accepts the client and its redirect URIs');
      expect(whoMayUse(run)).toBe('Who may use it: **nobody**');
    }
  });

  test('takes one small page of groups and one of users, however many there are', async () => {
    await succeed(org, SHOP);
    for (const n of numbers(2))
      await org.api('POST', `${await path()}/users`, { id: await org.user(`ann${n}@example.com`) });
    for (const n of numbers(21))
      await org.api('PUT', `${await path()}/groups/${await org.group(`Group ${n}`)}`, {});
    org.taken();
    const before = org.requests.length;
    await succeed(org, SHOP);
    const queries = org.requests
      .slice(before)
      .filter(({ path }) => /\/(groups|users)$/.test(path))
      .map(({ query }) => query.replace('?', ''));
    expect(queries.sort()).toEqual(['limit=1', 'limit=20']);
  });

  test('is asked about while the run reads what else it needs', async () => {
    const inputs = { ...SHOP, 'api-scopes': 'okta.users.read.self' };
    await succeed(org, inputs);
    const app = await path();
    org.taken();
    // What cannot be read keeps a run that does one thing after the other from all that comes next.
    org.refuse(GET(`${app}/grants`));
    await failure(org, inputs);
    expect(asked().sort()).toEqual([`GET ${app}/groups`, `GET ${app}/users`]);
  });

  test.each([
    [1, 'Who may use it: 1 group that the inputs do not name'],
    [19, 'Who may use it: 19 groups that the inputs do not name'],
    [20, 'Who may use it: at least 20 groups that the inputs do not name'],
    [21, 'Who may use it: at least 20 groups that the inputs do not name'],
  ])('counts %d groups that somebody else assigned, and names none', async (count, told) => {
    await succeed(org, SHOP);
    for (const n of numbers(count))
      await org.api('PUT', `${await path()}/groups/${await org.group(`Secret ${n}`)}`, {});
    const run = await succeed(org, SHOP, { debug: true });
    expect(run.outputs['sign-in-ready']).toBe('true');
    expect(run.annotations).toEqual([]);
    expect(whoMayUse(run)).toBe(told);
    expect(run.rawLog + run.rawSummary).not.toContain('Secret');
  });

  test('may be one for people who are assigned one by one', async () => {
    await succeed(org, SHOP);
    await org.api('POST', `${await path()}/users`, { id: await org.user('ann@example.com') });
    const run = await succeed(org, SHOP, { debug: true });
    expect(run.outputs['sign-in-ready']).toBe('true');
    expect(whoMayUse(run)).toBe(
      'Who may use it: people who are assigned one by one, and whom the inputs do not name',
    );
    expect(run.rawLog + run.rawSummary).not.toContain('ann@');
  });

  test('may be for everybody in the org, and nothing is asked then', async () => {
    const inputs = { ...SHOP, settings: 'settings: { implicitAssignment: true }' };
    for (const run of [await succeed(org, inputs), await succeed(org, inputs)]) {
      expect(run.outputs['sign-in-ready']).toBe('true');
      expect(run.annotations).toEqual([]);
      expect(whoMayUse(run)).toBe('Who may use it: everybody in the org (Federation Broker Mode)');
    }
    expect(asked()).toEqual([]);
  });

  test.each([
    ['groups', 'Staff'],
    ['users', 'ann@example.com'],
  ])('is asked about only once what an empty list takes away is gone: %s', async (input, name) => {
    await org.group('Staff');
    await org.user('ann@example.com');
    await succeed(org, { ...SHOP, [input]: name });
    const run = await succeed(org, { ...SHOP, [input]: '[]' });
    expect(run.outputs['sign-in-ready']).toBe('false');
    expect(whoMayUse(run)).toBe('Who may use it: **nobody**');
  });

  test('is read as any other', async () => {
    await succeed(org, SHOP);
    const run = await succeed(org, { name: 'shop', state: 'read' });
    expect([run.outputs['sign-in-ready'], whoMayUse(run)]).toEqual(['', undefined]);
    const checked = await succeed(org, { name: 'shop', state: 'read', 'verify-sign-in': 'true' });
    expect([checked.outputs['sign-in-ready'], whoMayUse(checked)]).toEqual([
      'false',
      'Who may use it: **nobody**',
    ]);
  });

  test('that would be created would be one for nobody', async () => {
    const run = await succeed(org, { ...SHOP, 'dry-run': 'true' });
    expect(whoMayUse(run)).toBe('Who may use it: **nobody**');
    expect(run.outputs['sign-in-ready']).toBe('');
  });

  test('says nothing of it where the credential may not read who is assigned', async () => {
    await succeed(org, SHOP);
    org.refuse(GET(/\/apps\/\w+\/groups$/));
    const run = await succeed(org, SHOP);
    expect(run.outputs['sign-in-ready']).toBe('true');
    expect(whoMayUse(run)).toBe(undefined);
  });

  test('is not asked about with "verify-sign-in: false"', async () => {
    await succeed(org, WEB);
    asked();
    const run = await succeed(org, WEB);
    expect(asked()).toEqual([]);
    expect(run.outputs['sign-in-ready']).toBe('');
    expect(run.annotations).toEqual([]);
  });
});

describe('whom the inputs list', () => {
  test.each<[Inputs, string]>([
    [{ groups: 'Staff' }, 'group Staff; 2 groups more that the inputs do not name'],
    [{ groups: 'Staff\nCustomers' }, 'groups Staff, Customers; 1 group more that the inputs do not name'],
    [{ users: 'ann@example.com' }, 'user ann@example.com'],
    [{ groups: 'Staff', assignments: 'exact' }, 'group Staff'],
  ])('with %j is told with the number of other groups, for no request more', async (listed, told) => {
    for (const name of ['Staff', 'Customers', 'Secret']) await org.group(name);
    await org.user('ann@example.com');
    await succeed(org, SHOP);
    const app = await path();
    for (const group of await org.apiList('/api/v1/groups'))
      if ((group['profile'] as JsonObject)['name'] !== 'Everyone')
        await org.api('PUT', `${app}/groups/${idOf(group)}`, {});
    await succeed(org, { ...SHOP, ...listed });
    org.taken();
    const run = await succeed(org, { ...SHOP, ...listed });
    expect(whoMayUse(run)).toBe(`Who may use it, by these inputs: ${told}`);
    expect(run.outputs['sign-in-ready']).toBe('true');
    expect(asked()).toEqual(listed['groups'] ? [`GET ${app}/groups`] : []);
    expect(run.rawLog + run.rawSummary).not.toContain('Secret');
  });
});

test.each<[string, Inputs]>([
  ['a service app', { name: 'robot', type: 'service' }],
  ['a shared app', { name: 'shop', shared: 'true', 'redirect-uris': 'https://pr-1.example.com/callback' }],
])('is not asked of %s', async (_, inputs) => {
  await succeed(org, { ...WEB, 'redirect-hosts': '*.example.com' });
  for (const run of [
    await succeed(org, { ...inputs, 'verify-sign-in': 'true' }),
    await succeed(org, { ...inputs, 'verify-sign-in': 'true' }),
  ]) {
    expect(whoMayUse(run)).toBe(undefined);
    expect(run.annotations.filter(({ message }) => message.startsWith('Nobody'))).toEqual([]);
    expect(run.outputs['sign-in-ready']).not.toBe('false');
  }
  expect(asked()).toEqual([]);
});

test('Okta is not said to accept what it refuses', async () => {
  await succeed(org, SHOP);
  org.before(GET(/\/authorize$/), () => {
    for (const app of org.org.apps.values()) app.status = 'INACTIVE';
  });
  const run = await succeed(org, SHOP);
  expect(shown(run)).toContain('Sign-in **does not work**');
  expect(shown(run)).not.toContain('Okta accepts');
});
