import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Reply } from './support/caller.ts';
import { call, createApp, createGroup, createUser, oidcApp, serviceSettings } from './support/caller.ts';
import type { Emulator } from '../src/server.ts';
import { startEmulator } from '../src/server.ts';

let okta: Emulator;
let app = '';
const groups: string[] = [];
beforeAll(async () => {
  okta = await startEmulator();
  for (const name of ['Red', 'Green', 'Blue', 'Grey']) groups.push(await createGroup(okta, name));
});
beforeEach(async () => {
  app = await createApp(okta, 'Assigned');
});
afterAll(() => okta.close());

const assign = (index: number, body?: unknown): Promise<Reply> =>
  call(okta, 'PUT', `/api/v1/apps/${app}/groups/${String(groups[index])}`, body);
const list = (query = ''): Promise<Reply> => call(okta, 'GET', `/api/v1/apps/${app}/groups${query}`);
const order = async (): Promise<[string, unknown][]> => {
  const reply = await list();
  const priorities = reply.each('priority');
  return reply.each('id').map((id, index) => [String(id), priorities[index]]);
};

describe('group assignments', () => {
  test('without a priority go to the end, counted from 0', async () => {
    for (const index of [0, 1, 2]) expect((await assign(index, {})).at('priority')).toBe(index);
    expect((await assign(3)).at('priority')).toBe(3);
  });

  test('leave gaps where they are', async () => {
    await assign(0, { priority: 1 });
    await assign(1, { priority: 5 });
    await assign(2, {});
    await call(okta, 'DELETE', `/api/v1/apps/${app}/groups/${String(groups[1])}`);
    expect(await order()).toEqual([
      [groups[0], 1],
      [groups[2], 6],
    ]);
  });

  test('move on the group that held a priority, up to the next gap', async () => {
    for (const [index, priority] of [1, 2, 3, 7].entries()) await assign(index, { priority });
    await assign(2, { priority: 1 });
    expect(await order()).toEqual([
      [groups[2], 1],
      [groups[0], 2],
      [groups[1], 3],
      [groups[3], 7],
    ]);
  });

  test('keep priority and profile over an empty PUT', async () => {
    await assign(0, { priority: 4, profile: { a: 1 } });
    const reply = await assign(0, {});
    expect([reply.at('priority'), reply.at('profile')]).toEqual([4, { a: 1 }]);
    expect(reply.at('_links.self.href')).toBe(`${okta.url}/api/v1/apps/${app}/groups/${String(groups[0])}`);
  });

  test('come in pages, with the groups themselves on request', async () => {
    for (const index of [0, 1, 2]) await assign(index, {});
    const first = await list('?limit=2&expand=group');
    expect(first.each('_embedded.group.profile.name')).toEqual(['Red', 'Green']);
    const second = await call(okta, 'GET', first.linkTo('next') ?? '');
    expect(second.each('id')).toEqual([groups[2]]);
    expect((await list()).at('0._embedded')).toBeUndefined();
    expect((await list()).linkTo('self')).toBe(`${okta.url}/api/v1/apps/${app}/groups?limit=20`);
    okta.trouble.expandGroups = false;
    expect((await list('?expand=group')).at('0._embedded')).toBeUndefined();
    okta.trouble.expandGroups = true;
    expect((await list('?q=gre')).each('id')).toEqual([groups[1]]);
  });

  test('can be patched', async () => {
    await assign(0, {});
    const path = `/api/v1/apps/${app}/groups/${String(groups[0])}`;
    const patch = [
      { op: 'replace', path: '/priority', value: 9 },
      { op: 'replace', path: '/profile/role', value: 'x' },
    ];
    const reply = await call(okta, 'PATCH', path, patch);
    expect([reply.at('priority'), reply.at('profile')]).toEqual([9, { role: 'x' }]);
    expect((await call(okta, 'PATCH', path, [{ op: 'move' }])).at('errorCode')).toBe('E0000003');
  });

  test('are 404 where app, group or assignment is missing, or the app inactive', async () => {
    expect((await assign(0, {})).status).toBe(200);
    const summary = async (method: string, path: string): Promise<unknown> =>
      (await call(okta, method, `/api/v1/apps/${path}`, method === 'PUT' ? {} : undefined)).at(
        'errorSummary',
      );
    expect(await summary('PUT', `${app}/groups/00gx`)).toBe(
      'Not found: Resource not found: 00gx (UserGroup)',
    );
    expect(await summary('PUT', `0oax/groups/${String(groups[0])}`)).toBe(
      'Not found: Resource not found: 0oax (AppInstance)',
    );
    expect(await summary('DELETE', `${app}/groups/${String(groups[1])}`)).toContain('(UserGroup)');
    await call(okta, 'POST', `/api/v1/apps/${app}/lifecycle/deactivate`);
    expect((await assign(1, {})).status).toBe(404);
    okta.trouble.assignToInactiveApps = true;
    expect((await assign(1, {})).status).toBe(200);
    okta.trouble.assignToInactiveApps = false;
  });

  test('are refused where everyone may use the app anyway', async () => {
    const body = oidcApp('Broker') as { settings: object };
    await call(okta, 'PUT', `/api/v1/apps/${app}`, {
      ...body,
      settings: { ...body.settings, implicitAssignment: true },
    });
    const reply = await assign(0, {});
    expect(reply.at('errorSummary')).toBe('Api validation failed: GroupAppAssignment');
  });

  test('go away with their group, and survive a PUT of the app', async () => {
    const group = await createGroup(okta, 'Short-lived');
    await call(okta, 'PUT', `/api/v1/apps/${app}/groups/${group}`, {});
    await call(okta, 'PUT', `/api/v1/apps/${app}`, oidcApp('Renamed'));
    expect((await list()).each('id')).toEqual([group]);
    await call(okta, 'DELETE', `/api/v1/groups/${group}`);
    expect((await list()).body).toEqual([]);
  });
});

describe('user assignments', () => {
  test('are direct, or come through a group', async () => {
    const direct = await createUser(okta, `direct-${app}@example.com`);
    const member = await createUser(okta, `member-${app}@example.com`);
    await call(okta, 'PUT', `/api/v1/groups/${String(groups[0])}/users/${member}`);
    await assign(0, {});
    const reply = await call(okta, 'POST', `/api/v1/apps/${app}/users`, { id: direct });
    expect([reply.status, reply.at('scope'), reply.at('credentials.userName')]).toEqual([
      200,
      'USER',
      `direct-${app}@example.com`,
    ]);
    const users = await call(okta, 'GET', `/api/v1/apps/${app}/users`);
    const scopes = users.each('id').map((id, index) => [id, users.each('scope')[index]]);
    expect(Object.fromEntries(scopes)).toEqual({ [direct]: 'USER', [member]: 'GROUP' });
    expect(users.linkTo('self')).toBe(`${okta.url}/api/v1/apps/${app}/users?limit=50`);
    const again = await call(okta, 'POST', `/api/v1/apps/${app}/users`, { id: direct });
    expect([again.status, again.at('errorCode')]).toEqual([409, 'E0000062']);
    expect((await call(okta, 'DELETE', `/api/v1/apps/${app}/users/${direct}`)).status).toBe(204);
    const gone = await call(okta, 'GET', `/api/v1/apps/${app}/users/${direct}`);
    expect([gone.status, gone.at('errorSummary')]).toEqual([
      404,
      `Not found: Resource not found: ${direct} (User)`,
    ]);
    const unknown = { id: direct, profile: { shoe_size: 43 } };
    expect((await call(okta, 'POST', `/api/v1/apps/${app}/users`, unknown)).causes).toEqual([
      "Property 'shoe_size' not found",
    ]);
  });

  test('are listed in the order in which they were made', async () => {
    const users = [
      await createUser(okta, `first-${app}@example.com`),
      await createUser(okta, `second-${app}@example.com`),
      await createUser(okta, `third-${app}@example.com`),
    ];
    for (const id of users.toReversed()) await call(okta, 'POST', `/api/v1/apps/${app}/users`, { id });
    const first = await call(okta, 'GET', `/api/v1/apps/${app}/users?limit=2`);
    const second = await call(okta, 'GET', first.linkTo('next') ?? '');
    expect([...first.each('id'), ...second.each('id')]).toEqual(users.toReversed());
  });

  test('are made by the path of the user, too, and changed by it', async () => {
    const user = await createUser(okta, `path-${app}@example.com`);
    const path = `/api/v1/apps/${app}/users/${user}`;
    const created = await call(okta, 'POST', path, { credentials: { userName: 'jo' } });
    expect([created.status, created.at('scope'), created.at('credentials.userName')]).toEqual([
      200,
      'USER',
      'jo',
    ]);
    const changed = await call(okta, 'POST', path, { profile: { nickname: 'Jo' } });
    expect([changed.at('credentials.userName'), changed.at('profile.nickname')]).toEqual(['jo', 'Jo']);
  });

  test('name the user that is missing before the app that is', async () => {
    const missing = await call(okta, 'GET', '/api/v1/apps/0oaNope/users/00uNope');
    expect([missing.status, missing.at('errorSummary')]).toEqual([
      404,
      'Not found: Resource not found: 00uNope (User)',
    ]);
  });

  test('cannot be taken from a user whom a group brings', async () => {
    const user = await createUser(okta, `kept-${app}@example.com`);
    await call(okta, 'PUT', `/api/v1/groups/${String(groups[0])}/users/${user}`);
    await assign(0, {});
    const reply = await call(okta, 'DELETE', `/api/v1/apps/${app}/users/${user}`);
    expect([reply.status, reply.at('errorCode'), reply.causes]).toEqual([
      403,
      'E0000046',
      ['The application cannot be unassigned from the user while their group memberships grant them access.'],
    ]);
  });

  test('on top of a group’s are direct, or stay the group’s, as the test wants it', async () => {
    const assigned = async (login: string): Promise<unknown> => {
      const user = await createUser(okta, `${login}-${app}@example.com`);
      await call(okta, 'PUT', `/api/v1/groups/${String(groups[0])}/users/${user}`);
      await assign(0, {});
      return (await call(okta, 'POST', `/api/v1/apps/${app}/users`, { id: user })).at('scope');
    };
    expect(await assigned('becomes-direct')).toBe('USER');
    okta.unknown.directAssignmentOfGroupMember = 'GROUP';
    expect(await assigned('stays-grouped')).toBe('GROUP');
    okta.unknown.directAssignmentOfGroupMember = 'USER';
  });

  test('end when the user is deactivated', async () => {
    const user = await createUser(okta, `leaver-${app}@example.com`);
    await call(okta, 'POST', `/api/v1/apps/${app}/users`, { id: user });
    await call(okta, 'DELETE', `/api/v1/users/${user}`);
    expect((await call(okta, 'GET', `/api/v1/apps/${app}/users`)).body).toEqual([]);
  });
});

describe('authentication policies', () => {
  test('can be made, listed and given to an app', async () => {
    const created = await call(okta, 'POST', '/api/v1/policies', {
      type: 'ACCESS_POLICY',
      name: 'Two factors',
    });
    expect([created.status, created.at('system')]).toEqual([200, false]);
    const policies = await call(okta, 'GET', '/api/v1/policies?type=ACCESS_POLICY');
    expect(policies.each('name')).toEqual(['Default Policy', 'Okta Admin Console', 'Two factors']);
    const assigned = await call(okta, 'PUT', `/api/v1/apps/${app}/policies/${created.id}`);
    expect([assigned.status, assigned.text]).toEqual([204, '']);
    const href = `${okta.url}/api/v1/policies/${created.id}`;
    await call(okta, 'PUT', `/api/v1/apps/${app}`, oidcApp('Still there'));
    expect((await call(okta, 'GET', `/api/v1/apps/${app}`)).at('_links.accessPolicy.href')).toBe(href);
    expect((await call(okta, 'GET', href)).at('name')).toBe('Two factors');
    expect((await call(okta, 'DELETE', href)).status).toBe(204);
    const defaultHref = `${okta.url}/api/v1/policies/${okta.org.defaultAccessPolicy.id}`;
    expect((await call(okta, 'GET', `/api/v1/apps/${app}`)).at('_links.accessPolicy.href')).toBe(defaultHref);
    expect((await call(okta, 'DELETE', defaultHref)).status).toBe(403);
  });

  test('are not for service apps, and have to exist', async () => {
    const service = await createApp(okta, 'Service', serviceSettings);
    const policy = okta.org.defaultAccessPolicy.id;
    const refused = await call(okta, 'PUT', `/api/v1/apps/${service}/policies/${policy}`);
    expect(refused.status).toBe(400);
    expect(refused.causes).toEqual([
      `An invalid resource type ("${policy}") was supplied in the request body. Valid types include ${service}.`,
    ]);
    expect(refused.at('errorCauses.0.reason')).toBe('INVALID_VALUE');
    const unknown = await call(okta, 'PUT', `/api/v1/apps/${app}/policies/rstx`);
    expect(unknown.at('errorSummary')).toBe('Not found: Resource not found: rstx (RuleSetEntity)');
    expect((await call(okta, 'GET', '/api/v1/policies')).status).toBe(400);
    expect((await call(okta, 'GET', '/api/v1/policies/rstx')).at('errorSummary')).toContain('(Policy)');
  });
});

describe('policies and their rules', () => {
  const POLICIES = '/api/v1/policies';

  test('are created, replaced, deactivated and deleted; the org’s own stay', async () => {
    const created = await call(okta, 'POST', POLICIES, {
      type: 'OKTA_SIGN_ON',
      name: 'Sign-on',
      description: 'd',
    });
    expect([created.status, created.id.slice(0, 3), created.at('status')]).toEqual([200, '00p', 'ACTIVE']);
    const path = `${POLICIES}/${created.id}`;
    const put = await call(okta, 'PUT', path, { type: 'OKTA_SIGN_ON', name: 'Renamed' });
    expect([put.at('name'), put.at('description')]).toEqual(['Renamed', undefined]);
    expect((await call(okta, 'POST', `${path}/lifecycle/deactivate`)).status).toBe(204);
    expect((await call(okta, 'GET', path)).at('_links.activate.href')).toBe(
      `${okta.url}${path}/lifecycle/activate`,
    );
    expect((await call(okta, 'DELETE', path)).status).toBe(204);
    expect((await call(okta, 'GET', path)).status).toBe(404);
    const own = okta.org.defaultAccessPolicy.id;
    expect((await call(okta, 'POST', `${POLICIES}/${own}/lifecycle/deactivate`)).status).toBe(403);
    const type = await call(okta, 'GET', `${POLICIES}?type=OAUTH_AUTHORIZATION_POLICY`);
    expect([type.status, type.at('errorCode')]).toEqual([400, 'E0000002']);
  });

  test('a rule is placed before Okta’s own', async () => {
    const { id } = await call(okta, 'POST', POLICIES, { type: 'ACCESS_POLICY', name: 'With rules' });
    const rules = `${POLICIES}/${id}/rules`;
    const rule = (name: string, priority?: number): Promise<Reply> =>
      call(okta, 'POST', rules, {
        type: 'ACCESS_POLICY',
        name,
        priority,
        actions: { appSignOn: { access: 'DENY' } },
      });
    const first = await rule('first');
    await rule('second', 1);
    const list = await call(okta, 'GET', rules);
    expect([list.each('name'), list.each('priority')]).toEqual([
      ['second', 'first'],
      [1, 2],
    ]);
    const path = `${rules}/${first.id}`;
    const put = await call(okta, 'PUT', path, { name: 'changed', priority: 1 });
    expect([put.at('name'), put.at('priority')]).toEqual(['changed', 1]);
    expect((await call(okta, 'POST', `${path}/lifecycle/deactivate`)).status).toBe(204);
    expect((await call(okta, 'GET', path)).at('status')).toBe('INACTIVE');
    expect((await call(okta, 'POST', rules, { type: 'PASSWORD', name: 'x' })).status).toBe(400);
    expect((await call(okta, 'DELETE', path)).status).toBe(204);
    expect((await call(okta, 'GET', path)).at('errorSummary')).toContain('(PolicyRule)');
    const own = `${POLICIES}/${okta.org.defaultAccessPolicy.id}/rules`;
    const [catchAll] = (await call(okta, 'GET', own)).each('id');
    expect((await call(okta, 'DELETE', `${own}/${String(catchAll)}`)).status).toBe(403);
  });

  test('a policy of one of Okta’s apps is no other app’s', async () => {
    const listed = await call(okta, 'GET', `${POLICIES}?type=ACCESS_POLICY`);
    const [, console] = listed.each('id');
    const reply = await call(okta, 'PUT', `/api/v1/apps/${app}/policies/${String(console)}`);
    expect([reply.status, reply.causes]).toEqual([
      400,
      ['This policy belongs to "Okta Admin Console", and re-assignment of this policy is not allowed'],
    ]);
  });
});
