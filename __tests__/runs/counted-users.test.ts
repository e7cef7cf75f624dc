import { describe, expect, test } from '@jest/globals';
import { idOf } from '../support/apps.ts';
import { APPS, GET, POST, answer } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import { WEB, changesOf, failure, runOn, shown, succeed, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** In a public repository everybody may read log, summary and outputs: users are counted there, and not named. */

const org = useOrg();

const PUBLIC = { event: { repository: { private: false } }, debug: true };
const USERS: Inputs = { ...WEB, users: 'ann@example.com\nbob@example.com' };

/** All that a run leaves behind for others to read. */
function readable(run: ActionRun): string {
  return [run.rawLog, run.rawSummary, ...Object.values(run.outputs)].join('\n');
}

async function makeUsers(): Promise<void> {
  for (const name of ['ann', 'bob', 'cy']) await org.user(`${name}@example.com`);
}

describe('where the event does not say that the repository is private', () => {
  test.each<[string, object]>([
    ['it is public', { repository: { private: false } }],
    ['it does not tell', { repository: { private: undefined } }],
    ['another word stands there', { repository: { private: 'true' } }],
  ])('users are counted in log, summary and changes: %s', async (_, event) => {
    await makeUsers();
    const created = await succeed(org, USERS, { event, debug: true });
    expect(changesOf(created)).toContainEqual({ field: 'users', from: [], to: ['user 1', 'user 2'] });
    expect(created.log).toContain('Assigned the user "user 1".');
    expect(shown(created)).toContain('Who may use it, by these inputs: 2 users');
    const fewer = await succeed(org, { ...USERS, users: 'cy@example.com' }, { event, debug: true });
    expect(changesOf(fewer)).toEqual([{ field: 'users', from: ['user 2', 'user 3'], to: ['user 1'] }]);
    expect(shown(fewer)).toContain('Who may use it, by these inputs: 1 user\n');
    for (const run of [created, fewer]) expect(readable(run)).not.toMatch(/(ann|bob|cy)(@|%40)/);
  });

  test('one who is given by an ID is not named, either', async () => {
    const id = await org.user('ann@example.com');
    const run = await succeed(org, { ...WEB, users: id }, PUBLIC);
    expect(readable(run)).not.toContain('ann@');
  });

  test('those whom "exact" takes away are counted, too', async () => {
    await makeUsers();
    await succeed(org, USERS);
    const run = await succeed(org, { ...USERS, users: 'ann@example.com', assignments: 'exact' }, PUBLIC);
    expect(changesOf(run)).toEqual([{ field: 'users', from: ['user 1', 'user 2'], to: ['user 1'] }]);
    expect(readable(run)).not.toContain('bob@');
  });

  test('a failure tells which one of them it is about by the number', async () => {
    await org.user('ann@example.com');
    const message = await failure(org, USERS, PUBLIC);
    expect(message).toContain('Cannot find the user "user 2"');
    org.refuse(POST(/\/users$/));
    const refused = await runOn(org, { ...USERS, users: 'ann@example.com' }, PUBLIC);
    expect(refused.errors.join()).toContain('Cannot assign the user "user 1" to the app "shop"');
    expect(readable(refused)).not.toMatch(/ann(@|%40)/);
  });

  test('a login that is a word is hidden as a word, and not in addresses', async () => {
    await makeUsers();
    await org.user('shop');
    const run = await succeed(org, { ...WEB, name: 'shop app, workshop, shops', users: 'shop' }, PUBLIC);
    expect(changesOf(run)).toContainEqual({ field: 'name', from: null, to: 'user 1 app, workshop, shops' });
    expect(changesOf(run)).toContainEqual({ field: 'users', from: [], to: ['user 1'] });
    expect(changesOf(run)).toContainEqual({
      field: 'redirect-uris',
      from: null,
      to: ['https://shop.example.com/callback'],
    });
  });

  test.each(['carol', 'ACME\\carol', 'team/carol', 'carol jones'])(
    'a login without a host is named nowhere: %s',
    async (login) => {
      const missing = await runOn(org, { ...WEB, users: login }, PUBLIC);
      expect(missing.errors[0]).toContain('Cannot find the user "user 1"');
      await org.user(login);
      const assigned = await succeed(org, { ...WEB, users: login }, PUBLIC);
      expect(changesOf(assigned)).toContainEqual({ field: 'users', from: [], to: ['user 1'] });
      org.refuse(GET(/users/));
      const refused = await runOn(org, { ...WEB, users: login }, PUBLIC);
      expect(refused.errors[0]).toContain('Cannot find the user "user 1": Okta answered 403');
      for (const run of [missing, assigned, refused]) {
        expect(run.log).toContain('##[debug]GET /api/v1/users');
        expect(readable(run)).not.toContain('carol');
      }
    },
  );

  test('one whom Okta gives no login is not counted', async () => {
    await makeUsers();
    await succeed(org, USERS);
    const users = [{ id: '00u1', scope: 'USER', credentials: { userName: '' } }];
    org.refuse(GET(/\/apps\/\w+\/users/), answer(200, users));
    const run = await succeed(org, { ...USERS, assignments: 'exact', 'dry-run': 'true' }, PUBLIC);
    expect(run.log).toContain('Dry run: The app "shop" would be updated.');
  });

  test('"state: read" leaves the users out, and says how many there are', async () => {
    await makeUsers();
    await succeed(org, USERS);
    const run = await succeed(org, { name: 'shop', state: 'read' }, PUBLIC);
    expect(run.notices).toContain(
      'The inputs below do not name the users of the app, of whom 2 are assigned directly: the event of this run does not say that the repository is private, so that everybody may read them.',
    );
    expect(readable(run)).not.toMatch(/(ann|bob)(@|%40)/);
    expect(run.log).not.toContain('users:');
  });

  test('the outputs of a later step and the masks of the runner are left alone', async () => {
    await makeUsers();
    expect((await succeed(org, USERS, PUBLIC)).masks.join()).not.toContain('@');
  });
});

test('where the event says that it is private, users are named', async () => {
  await makeUsers();
  const run = await succeed(org, USERS, { event: { repository: { private: true } } });
  expect(changesOf(run)).toContainEqual({
    field: 'users',
    from: [],
    to: ['ann@example.com', 'bob@example.com'],
  });
  expect(shown(run)).toContain('Who may use it, by these inputs: users ann@example.com, bob@example.com');
  expect(await org.apiList(`${APPS}/${idOf(await org.app('shop'))}/users`)).toHaveLength(2);
});

test.each([
  [100, true],
  [101, false],
])('"state: read" of an app with %i users names them: %p', async (count, isNamed) => {
  const ann = await org.user('user0@example.com');
  await succeed(org, { ...WEB, users: 'user0@example.com' });
  const user = org.org.users.get(ann);
  const shop = [...org.org.apps.values()][0];
  const assignment = shop?.users.get(ann);
  if (!user || !shop || !assignment) throw new Error('Nobody is assigned.');
  for (let i = 1; i < count; i += 1) {
    const id = `00u${String(i).padStart(17, '0')}`;
    org.org.users.set(id, { ...user, id, profile: { ...user.profile, login: `user${i}@example.com` } });
    shop.users.set(id, { ...assignment, userId: id });
  }
  const { log, notices } = await succeed(org, { name: 'shop', state: 'read' });
  expect(log.includes('user99@example.com')).toBe(isNamed);
  expect(notices).toEqual(
    isNamed
      ? []
      : [
          'The inputs below say nothing of the users of the app: 101 are assigned directly, which is better done by a group.',
        ],
  );
});
