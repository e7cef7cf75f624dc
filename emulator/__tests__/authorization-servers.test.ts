import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Emulator } from '../src/server.ts';
import { startEmulator } from '../src/server.ts';
import type { Reply } from './support/caller.ts';
import { call, createApp, createGroup } from './support/caller.ts';

let okta: Emulator;
beforeAll(async () => {
  okta = await startEmulator();
});
afterAll(() => okta.close());

const SERVERS = '/api/v1/authorizationServers';
const send = (method: string, path: string, body?: unknown): Promise<Reply> => call(okta, method, path, body);

/** Creates a server and gives its path. */
async function createServer(name: string, rest: object = {}): Promise<string> {
  const reply = await send('POST', SERVERS, { name, audiences: [`api://${name}`], ...rest });
  expect(reply.status).toBe(201);
  return `${SERVERS}/${reply.id}`;
}

const policy = (name: string, rest: object = {}): object => ({
  type: 'OAUTH_AUTHORIZATION_POLICY',
  name,
  description: name,
  conditions: { clients: { include: ['ALL_CLIENTS'] } },
  ...rest,
});

const rule = (name: string, rest: object = {}): object => ({
  type: 'RESOURCE_ACCESS',
  name,
  conditions: {
    grantTypes: { include: ['authorization_code'] },
    people: { groups: { include: ['EVERYONE'] } },
  },
  ...rest,
});

describe('authorization servers', () => {
  test('are created active, with automatic keys and the dynamic issuer', async () => {
    const reply = await send('POST', SERVERS, {
      name: 'billing',
      audiences: ['api://billing'],
      credentials: { signing: { rotationMode: 'MANUAL' } },
    });
    expect(reply.status).toBe(201);
    expect(reply.id).toMatch(/^aus[0-9A-Za-z]{17}$/);
    expect(reply.body).toMatchObject({
      description: null,
      issuer: `${okta.url}/oauth2/${reply.id}`,
      issuerMode: 'DYNAMIC',
      status: 'ACTIVE',
      credentials: { signing: { kid: expect.stringMatching(/^[\w-]{43}$/), rotationMode: 'AUTO' } },
      default: false,
    });
    const { created, credentials } = reply.body as {
      created: string;
      credentials: { signing: { nextRotation: string } };
    };
    expect(Date.parse(credentials.signing.nextRotation) - Date.parse(created)).toBe(90 * 24 * 3_600_000);
  });

  test('need a name and an audience, of the right kind', async () => {
    for (const [body, code, causes] of [
      [{ audiences: ['a'] }, 'E0000001', ['name: The field cannot be left blank']],
      [{ name: 'x' }, 'E0000001', ['audiences: The field cannot be left blank']],
      [{ name: 'x', audiences: 'a' }, 'E0000003', []],
      [{ name: 'x', audiences: ['a'], issuerMode: 'org_url' }, 'E0000003', []],
    ] as const) {
      const reply = await send('POST', SERVERS, body);
      expect([reply.status, reply.at('errorCode'), reply.causes]).toEqual([400, code, causes]);
    }
    const text = await send('POST', SERVERS, '{"name":');
    expect([text.status, text.at('errorCode')]).toEqual([400, 'E0000003']);
  });

  test('are found by the beginning of name or audience, in pages', async () => {
    for (const name of ['page-1', 'page-2', 'page-3']) await createServer(name);
    const first = await send('GET', `${SERVERS}?q=page-&limit=2`);
    expect(first.each('name')).toEqual(['page-1', 'page-2']);
    const second = await send('GET', first.linkTo('next') ?? '');
    expect([second.each('name'), second.linkTo('next')]).toEqual([['page-3'], undefined]);
    expect((await send('GET', `${SERVERS}?q=api://page-2`)).each('name')).toEqual(['page-2']);
  });

  test('keep their own fields over a PUT of what was read, and lastUpdated where nothing changed', async () => {
    const path = await createServer('replaced', { description: 'before' });
    const read = await send('GET', path);
    const stored = okta.org.authorizationServers.get(read.id);
    Object.assign(stored ?? {}, { lastUpdated: '2020-01-01T00:00:00.000Z' });
    const same = await send('PUT', path, read.body);
    expect(same.at('lastUpdated')).toBe('2020-01-01T00:00:00.000Z');
    const changed = await send('PUT', path, {
      ...(read.body as object),
      description: 'after',
      credentials: { signing: { rotationMode: 'MANUAL' } },
      status: 'INACTIVE',
    });
    expect(changed.at('description')).toBe('after');
    expect(changed.at('status')).toBe('ACTIVE');
    expect(changed.at('lastUpdated')).not.toBe('2020-01-01T00:00:00.000Z');
    expect(changed.at('credentials.signing.rotationMode')).toBe('MANUAL');
    expect(changed.at('credentials.signing.nextRotation')).toBeUndefined();
  });

  test('are deactivated and deleted with 204, an active one too', async () => {
    const path = await createServer('short-lived');
    expect((await send('POST', `${path}/lifecycle/deactivate`)).status).toBe(204);
    const inactive = await send('GET', path);
    expect(inactive.at('status')).toBe('INACTIVE');
    expect([inactive.at('_links.activate.href'), inactive.at('_links.deactivate')]).toEqual([
      `${okta.url}${path}/lifecycle/activate`,
      undefined,
    ]);
    expect((await send('POST', `${path}/lifecycle/activate`)).status).toBe(204);
    expect((await send('POST', `${path}/lifecycle/activate`)).status).toBe(204);
    expect((await send('DELETE', path)).status).toBe(204);
    const gone = await send('GET', path);
    expect([gone.status, gone.at('errorSummary')]).toEqual([
      404,
      `Not found: Resource not found: ${path.split('/').at(-1)} (AuthorizationServer)`,
    ]);
  });

  test('include one named default, whose links say so, and which stays', async () => {
    const byName = await send('GET', `${SERVERS}/default`);
    const byId = await send('GET', `${SERVERS}/${byName.id}`);
    expect(byId.body).toEqual(byName.body);
    expect(byId.at('issuer')).toBe(`${okta.url}/oauth2/default`);
    expect(byId.at('_links.self.href')).toBe(`${okta.url}${SERVERS}/default`);
    expect((await send('DELETE', `${SERVERS}/default`)).status).toBe(403);
  });

  test('rotate their keys, and show all of them', async () => {
    const path = await createServer('rotating');
    const before = await send('GET', `${path}/credentials/keys`);
    expect(before.each('status')).toEqual(['ACTIVE']);
    const rotated = await send('POST', `${path}/credentials/lifecycle/keyRotate`, { use: 'sig' });
    expect([rotated.status, rotated.each('status')]).toEqual([200, ['ACTIVE', 'EXPIRED']]);
    expect(rotated.each('kid')[1]).toBe(before.each('kid')[0]);
    const active = String(rotated.each('kid')[0]);
    expect((await send('GET', path)).at('credentials.signing.kid')).toBe(active);
    expect((await send('GET', `${path}/credentials/keys/${active}`)).at('n')).toBeDefined();
    expect((await send('POST', `${path}/credentials/lifecycle/keyRotate`, { use: 'enc' })).status).toBe(400);
  });

  test('are 401 E0000015 in an org without API Access Management', async () => {
    okta.org.features.apiAccessManagement = false;
    const replies = await Promise.all([
      send('GET', SERVERS),
      send('GET', `${SERVERS}/default`),
      send('POST', SERVERS, { name: 'x', audiences: ['x'] }),
      send('GET', `${SERVERS}/default/policies`),
    ]);
    okta.org.features.apiAccessManagement = true;
    expect(replies.map((reply) => [reply.status, reply.at('errorCode')])).toEqual(
      Array.from({ length: 4 }, () => [401, 'E0000015']),
    );
  });
});

describe('scopes and claims', () => {
  let server: string;
  beforeAll(async () => {
    server = await createServer('scopes');
  });

  test('a scope is created, replaced and deleted; Okta’s own stay', async () => {
    const created = await send('POST', `${server}/scopes`, { name: 'orders:read', displayName: '' });
    expect([created.status, created.body]).toMatchObject([
      201,
      {
        name: 'orders:read',
        displayName: '',
        system: false,
        metadataPublish: 'NO_CLIENTS',
        consent: 'IMPLICIT',
        default: false,
        apiResourceId: null,
      },
    ]);
    const path = `${server}/scopes/${created.id}`;
    expect((await send('PUT', path, { name: 'orders:read', default: true })).at('default')).toBe(true);
    expect((await send('POST', `${server}/scopes`, { name: 'orders:read' })).status).toBe(400);
    expect((await send('POST', `${server}/scopes`, { name: 'x', consent: 'MAYBE' })).at('errorCode')).toBe(
      'E0000003',
    );
    expect((await send('DELETE', path)).status).toBe(204);
    expect((await send('GET', path)).at('errorSummary')).toContain('(OAuth2Scope)');
    const [openid] = (await send('GET', `${server}/scopes?q=openid`)).each('id');
    expect((await send('DELETE', `${server}/scopes/${String(openid)}`)).status).toBe(403);
  });

  test('a claim gets the lists that it was sent without', async () => {
    const created = await send('POST', `${server}/claims`, {
      name: 'groups',
      claimType: 'RESOURCE',
      valueType: 'GROUPS',
      group_filter_type: 'REGEX',
      value: '.*',
      conditions: {},
    });
    expect([created.status, created.body]).toMatchObject([
      201,
      {
        status: 'ACTIVE',
        conditions: { scopes: [] },
        alwaysIncludeInToken: true,
        group_filter_type: 'REGEX',
        system: false,
      },
    ]);
    const path = `${server}/claims/${created.id}`;
    const expression = { name: 'team', claimType: 'IDENTITY', valueType: 'EXPRESSION', value: 'user.team' };
    const replaced = await send('PUT', path, expression);
    expect(replaced.body).toMatchObject({ ...expression, alwaysIncludeInToken: false });
    expect(replaced.at('group_filter_type')).toBeUndefined();
    expect((await send('POST', `${server}/claims`, { ...expression, valueType: 'MAGIC' })).status).toBe(400);
    expect((await send('DELETE', path)).status).toBe(204);
    expect((await send('GET', path)).at('errorSummary')).toContain('(OAuth2Claim)');
    expect((await send('GET', `${server}/claims`)).each('name')).toContain('middle_name');
  });
});

describe('access policies', () => {
  let server: string;
  beforeEach(async () => {
    server = await createServer('policies');
  });

  test('stand in a list without pages, by priority, without gaps', async () => {
    const create = async (name: string, priority?: number): Promise<Reply> =>
      send('POST', `${server}/policies`, policy(name, { priority }));
    const first = await create('a', 1);
    expect([first.status, first.at('priority')]).toEqual([201, 1]);
    await create('b');
    expect((await create('c', 9)).at('priority')).toBe(3);
    await create('d', 1);
    const list = await send('GET', `${server}/policies`);
    expect(list.headers.get('link')).toBeNull();
    expect([list.each('name'), list.each('priority')]).toEqual([
      ['d', 'a', 'b', 'c'],
      [1, 2, 3, 4],
    ]);
    await send('DELETE', `${server}/policies/${first.id}`);
    const rest = await send('GET', `${server}/policies`);
    expect([rest.each('name'), rest.each('priority')]).toEqual([
      ['d', 'b', 'c'],
      [1, 2, 3],
    ]);
    expect((await send('GET', `${server}/policies/${first.id}`)).at('errorSummary')).toContain('(Policy)');
  });

  test('belong to their server', async () => {
    const { id } = await send('POST', `${server}/policies`, policy('mine'));
    expect((await send('GET', `${SERVERS}/default/policies/${id}`)).status).toBe(404);
  });

  test('have no client where they are made without conditions', async () => {
    const reply = await send('POST', `${server}/policies`, policy('none', { conditions: undefined }));
    expect(reply.at('conditions')).toEqual({ clients: { include: [] } });
  });

  test('list clients as they were sent, and no client that the org does not have', async () => {
    const apps = [await createApp(okta, 'Listed 1'), await createApp(okta, 'Listed 2')];
    const { id } = await send('POST', `${server}/policies`, policy('clients'));
    const put = (include: string[]): Promise<Reply> =>
      send('PUT', `${server}/policies/${id}`, policy('clients', { conditions: { clients: { include } } }));
    const reversed = apps.toReversed();
    expect((await put(reversed)).at('conditions.clients.include')).toEqual(reversed);
    const refused = await put([...reversed, '0oaNobody']);
    expect([refused.status, refused.at('errorSummary'), refused.causes]).toEqual([
      400,
      'Api validation failed: conditions.clients.include',
      ['conditions.clients.include: Resource not found'],
    ]);
    expect((await send('GET', `${server}/policies/${id}`)).at('conditions.clients.include')).toEqual(
      reversed,
    );
    okta.unknown.unknownClientInPolicy = 'accepted';
    expect((await put(['0oaNobody'])).status).toBe(200);
    okta.unknown.unknownClientInPolicy = 'refused';
  });

  test('keep or lose the client of a deleted app, and take it again or not, as the test wants it', async () => {
    const include = async (): Promise<{ after: unknown; again: number }> => {
      const client = await createApp(okta, 'Deleted');
      const body = policy('deleted', { conditions: { clients: { include: [client] } } });
      const { id } = await send('POST', `${server}/policies`, body);
      await send('POST', `/api/v1/apps/${client}/lifecycle/deactivate`);
      await send('DELETE', `/api/v1/apps/${client}`);
      const after = (await send('GET', `${server}/policies/${id}`)).at('conditions.clients.include');
      const again = (await send('PUT', `${server}/policies/${id}`, body)).status;
      return { after: Array.isArray(after) ? after.length : after, again };
    };
    expect(await include()).toEqual({ after: 1, again: 400 });
    okta.unknown.deletedClientInPolicy = 'kept';
    expect(await include()).toEqual({ after: 1, again: 200 });
    okta.unknown.deletedClientInPolicy = 'removed';
    expect(await include()).toEqual({ after: 0, again: 400 });
    okta.unknown.deletedClientInPolicy = 'refused';
  });

  test('may be left without clients, or not, as the test wants it', async () => {
    const { id } = await send('POST', `${server}/policies`, policy('emptied'));
    const empty = policy('emptied', { conditions: { clients: { include: [] } } });
    expect((await send('PUT', `${server}/policies/${id}`, empty)).status).toBe(200);
    okta.unknown.policyWithoutClients = 'refused';
    expect((await send('PUT', `${server}/policies/${id}`, empty)).status).toBe(400);
    okta.unknown.policyWithoutClients = 'accepted';
  });

  test('are refused without a name, a description or the type', async () => {
    for (const [body, code] of [
      [policy(''), 'E0000001'],
      [policy('x', { description: undefined }), 'E0000001'],
      [policy('x'.repeat(101)), 'E0000001'],
      [policy('x', { type: 'ACCESS_POLICY' }), 'E0000003'],
      [policy('x', { status: 'DEAD' }), 'E0000003'],
      [policy('x', { priority: 'first' }), 'E0000003'],
      [[], 'E0000003'],
    ] as const) {
      const reply = await send('POST', `${server}/policies`, body);
      expect([reply.status, reply.at('errorCode')]).toEqual([400, code]);
    }
  });

  test('are deactivated with 204 and keep their status over a PUT that does not say', async () => {
    const { id } = await send('POST', `${server}/policies`, policy('status'));
    const path = `${server}/policies/${id}`;
    expect((await send('POST', `${path}/lifecycle/deactivate`)).status).toBe(204);
    expect((await send('PUT', path, policy('status'))).at('status')).toBe('INACTIVE');
    expect((await send('PUT', path, policy('status', { status: 'ACTIVE' }))).at('status')).toBe('ACTIVE');
  });
});

describe('rules', () => {
  let rules: string;
  beforeEach(async () => {
    const server = await createServer('rules');
    const { id } = await send('POST', `${server}/policies`, policy('rules'));
    rules = `${server}/policies/${id}/rules`;
  });

  test('get Okta’s order of grant types, empty lists and the usual lifetimes', async () => {
    const group = await createGroup(okta, 'Rule people');
    const reply = await send('POST', rules, {
      type: 'RESOURCE_ACCESS',
      name: 'all',
      conditions: {
        grantTypes: { include: ['authorization_code', 'password', 'implicit', 'client_credentials'] },
        people: { users: {}, groups: { include: [group] } },
        scopes: {},
      },
      actions: { token: { inlineHook: { id: 'cal1' }, accessTokenLifetimeMinutes: 5 } },
    });
    expect([reply.status, reply.at('conditions')]).toEqual([
      201,
      {
        people: { users: { exclude: [] }, groups: { include: [group] } },
        grantTypes: { include: ['implicit', 'client_credentials', 'password', 'authorization_code'] },
        scopes: { include: [] },
      },
    ]);
    expect(Object.entries(reply.at('actions.token') as object)).toEqual([
      ['accessTokenLifetimeMinutes', 5],
      ['refreshTokenLifetimeMinutes', 0],
      ['refreshTokenWindowMinutes', 10_080],
      ['inlineHook', { id: 'cal1' }],
    ]);
  });

  test('need no people for clients of their own, and people for a person’s flows', async () => {
    const machine = await send(
      'POST',
      rules,
      rule('machine', { conditions: { grantTypes: { include: ['client_credentials'] } } }),
    );
    expect(machine.at('conditions.people')).toEqual({ users: { exclude: [] } });
    for (const grant of ['implicit', 'misspelt']) {
      const conditions = { grantTypes: { include: [grant] } };
      const reply = await send('POST', rules, rule('people', { conditions }));
      expect([reply.status, reply.at('errorSummary')]).toEqual([
        400,
        'Api validation failed: conditions.people',
      ]);
    }
  });

  test('are numbered without gaps, and a priority beyond the last is the last', async () => {
    const only = await send('POST', rules, rule('only', { priority: 1 }));
    expect((await send('PUT', `${rules}/${only.id}`, rule('only', { priority: 2 }))).at('priority')).toBe(1);
    await send('POST', rules, rule('second'));
    await send('PUT', `${rules}/${only.id}`, rule('only', { priority: 2 }));
    expect((await send('GET', rules)).each('name')).toEqual(['second', 'only']);
  });

  test('are refused without type or conditions, and with lifetimes out of range', async () => {
    for (const [body, code] of [
      [rule('x', { type: null }), 'E0000003'],
      [rule('x', { conditions: undefined }), 'E0000001'],
      [rule('x', { actions: { token: { accessTokenLifetimeMinutes: 4 } } }), 'E0000001'],
      [rule('x', { actions: { token: { refreshTokenWindowMinutes: 9 } } }), 'E0000001'],
    ] as const) {
      const reply = await send('POST', rules, body);
      expect([reply.status, reply.at('errorCode')]).toEqual([400, code]);
    }
  });

  test('are gone after a DELETE, active or not', async () => {
    const { id } = await send('POST', rules, rule('gone'));
    expect((await send('POST', `${rules}/${id}/lifecycle/deactivate`)).status).toBe(204);
    expect((await send('GET', `${rules}/${id}`)).at('status')).toBe('INACTIVE');
    expect((await send('DELETE', `${rules}/${id}`)).status).toBe(204);
    for (const reply of [
      await send('DELETE', `${rules}/${id}`),
      await send('POST', `${rules}/${id}/lifecycle/deactivate`),
    ]) {
      expect([reply.status, reply.at('errorSummary')]).toEqual([
        404,
        `Not found: Resource not found: ${id} (PolicyRule)`,
      ]);
    }
    expect((await send('GET', rules)).body).toEqual([]);
  });
});
