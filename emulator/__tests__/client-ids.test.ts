import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Reply } from './support/caller.ts';
import { call, createApp, oidcApp, serviceSettings } from './support/caller.ts';
import type { Emulator, Unknowns } from '../src/server.ts';
import { startEmulator } from '../src/server.ts';

/** Client IDs that creates bring: whose they are, and what is kept under them. */

let okta: Emulator;
beforeEach(async () => {
  okta = await startEmulator();
});
afterEach(() => okta.close());

const create = (clientId: string, label = 'Shop'): Promise<Reply> =>
  call(okta, 'POST', '/api/v1/apps', oidcApp(label, {}, { client_id: clientId }));

async function remove(id: string): Promise<void> {
  await call(okta, 'POST', `/api/v1/apps/${id}/lifecycle/deactivate`);
  expect((await call(okta, 'DELETE', `/api/v1/apps/${id}`)).status).toBe(204);
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('a client ID that another app has', () => {
  test.each<[Unknowns['takenClientId'], unknown[], RegExp | undefined]>([
    ['client_id', [400, 'E0000001', 'Api validation failed: client_id'], /''client_id'' already exists/],
    ['client ID', [400, 'E0000001', 'Api validation failed: oauthClient'], /client ID shop-client already/],
    ['an object', [400, 'E0000001', 'Api validation failed: App Instance'], /An object with this field/],
    ['409', [409, 'E0000195', 'Api validation failed due to conflict: oauthClient'], undefined],
    ['500', [500, 'E0000009', 'Internal Server Error'], undefined],
  ])('is refused as the switch says: %s', async (name, expected, cause) => {
    await create('shop-client');
    okta.unknown.takenClientId = name;
    const reply = await create('shop-client', 'Other');
    expect([reply.status, reply.at('errorCode'), reply.at('errorSummary')]).toEqual(expected);
    expect(reply.causes).toEqual(cause === undefined ? [] : [expect.stringMatching(cause)]);
    expect(/client_id/.test(reply.text)).toBe(name === 'client_id');
    expect(okta.org.apps.size).toBe(1);
  });

  test('is refused while that app is inactive, too', async () => {
    const { id } = await create('shop-client');
    await call(okta, 'POST', `/api/v1/apps/${id}/lifecycle/deactivate`);
    expect((await create('shop-client')).status).toBe(400);
  });

  test('is another one in upper case, unless the switch says otherwise', async () => {
    await create('shop-client');
    expect((await create('Shop-Client')).status).toBe(200);
    okta.unknown.clientIdCase = 'folded';
    expect((await create('SHOP-client')).status).toBe(400);
  });
});

describe('creates at the same time', () => {
  const statuses = async (): Promise<number[]> => {
    const replies = await Promise.all([1, 2, 3, 4].map(() => create('shop-client')));
    return replies.map(({ status }) => status).sort();
  };

  test('one succeeds', async () => {
    expect(await statuses()).toEqual([200, 400, 400, 400]);
  });

  test('all succeed that come within the window, while other requests are served', async () => {
    okta.trouble.clientIdRaceMs = 500;
    const creating = statuses();
    await pause(50);
    expect((await call(okta, 'GET', '/api/v1/apps')).body).toEqual([]);
    expect(await creating).toEqual([200, 200, 200, 200]);
    const apps = [...okta.org.apps.values()];
    expect(apps.map(({ clientId, status }) => [clientId, status])).toEqual(
      Array(4).fill(['shop-client', 'ACTIVE']),
    );
    expect(apps.map(({ id }) => id)).toEqual(apps.map(({ id }) => id).sort());
    expect((await create('shop-client')).status).toBe(400);
  });
});

describe('the client ID of a deleted app', () => {
  test('is free again at once', async () => {
    await remove((await create('shop-client')).id);
    expect((await create('shop-client')).status).toBe(200);
  });

  test('is free again only after a while, if trouble says so', async () => {
    okta.trouble.clientIdFreeAfterMs = 60_000;
    await remove((await create('shop-client')).id);
    expect((await create('shop-client')).at('errorSummary')).toBe('Api validation failed: client_id');
    expect((await create('other-client')).status).toBe(200);
    okta.trouble.clientIdFreeAfterMs = 1;
    await pause(5);
    expect((await create('shop-client')).status).toBe(200);
  });

  test('is refused so many times as trouble says, although it is free', async () => {
    okta.trouble.staleClientIdRefusals = 2;
    const statuses: number[] = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await create('shop-client')).status);
    expect(statuses).toEqual([400, 400, 200]);
    expect(okta.trouble.staleClientIdRefusals).toBe(0);
    // One that is taken does not count.
    okta.trouble.staleClientIdRefusals = 1;
    expect((await create('shop-client')).status).toBe(400);
    expect(okta.trouble.staleClientIdRefusals).toBe(1);
  });
});

test('a create may leave its app inactive, as often as trouble says', async () => {
  okta.trouble.inactiveCreates = 1;
  expect((await create('first-client')).at('status')).toBe('INACTIVE');
  expect((await create('second-client')).at('status')).toBe('ACTIVE');
});

test('the answer to a create may be lost: the app is there', async () => {
  okta.trouble.fault = ({ method, path }) =>
    method === 'POST' && path === '/api/v1/apps' ? { kind: 'lose' } : undefined;
  await expect(create('shop-client')).rejects.toThrow('fetch failed');
  okta.trouble.fault = undefined;
  expect([...okta.org.apps.values()].map(({ clientId }) => clientId)).toEqual(['shop-client']);
  expect((await create('shop-client')).status).toBe(400);
});

describe('finding an app by its client ID', () => {
  test('works neither as its ID nor with q nor with a filter', async () => {
    const { id } = await create('shop-client');
    const read = await call(okta, 'GET', '/api/v1/apps/shop-client');
    expect([read.status, read.at('errorSummary')]).toEqual([
      404,
      'Not found: Resource not found: shop-client (AppInstance)',
    ]);
    expect((await call(okta, 'GET', '/api/v1/apps?q=shop-')).body).toEqual([]);
    for (const attribute of ['client_id', 'credentials.oauthClient.client_id', 'clientId', 'label']) {
      const filter = encodeURIComponent(`${attribute} eq "shop-client"`);
      const refused = await call(okta, 'GET', `/api/v1/apps?filter=${filter}`);
      expect([refused.status, refused.at('errorCode')]).toEqual([400, 'E0000031']);
    }
    expect((await call(okta, 'GET', `/api/v1/apps?filter=id+eq+"${id}"`)).each('id')).toEqual([id]);
    for (const filter of ['settings.slo.enabled+eq+false', 'credentials.signing.kid+eq+"none"']) {
      expect((await call(okta, 'GET', `/api/v1/apps?filter=${filter}`)).status).toBe(200);
    }
  });

  test('takes the list of all custom OIDC apps, inactive ones too, page by page', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push((await create(`client-${String(n)}`)).id);
    await call(okta, 'POST', '/api/v1/apps', {
      name: 'bookmark',
      label: 'No',
      signOnMode: 'BOOKMARK',
      settings: { app: { url: 'https://example.com', requestIntegration: false } },
    });
    await call(okta, 'POST', `/api/v1/apps/${ids[3] ?? ''}/lifecycle/deactivate`);
    let next: string | undefined = '/api/v1/apps?filter=name+eq+"oidc_client"&limit=2';
    const pages: unknown[][] = [];
    while (next !== undefined) {
      const page: Reply = await call(okta, 'GET', next);
      pages.push(page.each('credentials.oauthClient.client_id'));
      next = page.linkTo('next');
    }
    expect(pages).toEqual([['client-0', 'client-1'], ['client-2', 'client-3'], ['client-4']]);
    expect(okta.org.apps.size).toBe(6);
  });

  test('works at the endpoint of clients, which does not tell the ID of the app', async () => {
    const { id } = await create('shop-client');
    const client = await call(okta, 'GET', '/oauth2/v1/clients/shop-client');
    expect([client.status, client.at('client_name')]).toEqual([200, 'Shop']);
    expect(client.text).not.toContain(id);
    expect((await call(okta, 'GET', `/oauth2/v1/clients/${id}`)).at('errorSummary')).toBe(
      `Not found: Resource not found: ${id} (PublicClientApp)`,
    );
    okta.unknown.missingClient = '401';
    const missing = await call(okta, 'GET', `/oauth2/v1/clients/${id}`);
    expect([missing.status, missing.at('error')]).toEqual([401, 'invalid_client']);
  });
});

describe('what is granted to a client ID', () => {
  const grants = async (id: string): Promise<unknown[]> =>
    (await call(okta, 'GET', `/api/v1/apps/${id}/grants`)).each('scopeId');
  const roles = async (): Promise<unknown[]> =>
    (await call(okta, 'GET', '/oauth2/v1/clients/shop-client/roles')).each('type');

  async function reborn(): Promise<string> {
    const credentials = { client_id: 'shop-client' };
    const first = await createApp(okta, 'Shop', serviceSettings, credentials);
    await call(okta, 'POST', `/api/v1/apps/${first}/grants`, { scopeId: 'okta.apps.read', issuer: okta.url });
    await call(okta, 'POST', '/oauth2/v1/clients/shop-client/roles', { type: 'APP_ADMIN' });
    expect([await grants(first), await roles()]).toEqual([['okta.apps.read'], ['APP_ADMIN']]);
    await remove(first);
    return createApp(okta, 'Shop', serviceSettings, credentials);
  }

  test('is granted to the next app that has it', async () => {
    expect([await grants(await reborn()), await roles()]).toEqual([['okta.apps.read'], ['APP_ADMIN']]);
  });

  test('is deleted with the app, if the switch says so', async () => {
    okta.unknown.grantsOfDeletedClient = 'removed';
    expect([await grants(await reborn()), await roles()]).toEqual([[], ['APP_ADMIN']]);
    okta.unknown.rolesOfDeletedClient = 'removed';
    await okta.reset();
    expect([await grants(await reborn()), await roles()]).toEqual([[], []]);
  });

  test.each(['web', 'browser', 'native'])('a %s app may be granted scopes of the API, too', async (type) => {
    const credentials = type === 'web' ? {} : { token_endpoint_auth_method: 'none' };
    const id = await createApp(okta, 'Shop', { application_type: type }, credentials);
    const grant = { scopeId: 'okta.users.read.self', issuer: okta.url };
    expect((await call(okta, 'POST', `/api/v1/apps/${id}/grants`, grant)).status).toBe(200);
    expect(await grants(id)).toEqual(['okta.users.read.self']);
  });
});

test('a PUT keeps the client ID without naming it, and cannot change it', async () => {
  const { id } = await create('shop-client');
  const put = (credentials: object): Promise<Reply> =>
    call(okta, 'PUT', `/api/v1/apps/${id}`, oidcApp('Shop', {}, { ...credentials }));
  for (const credentials of [{}, { client_id: 'shop-client' }]) {
    expect((await put(credentials)).at('credentials.oauthClient.client_id')).toBe('shop-client');
  }
  expect((await put({ client_id: 'other-client' })).status).toBe(400);
  expect((await call(okta, 'GET', `/api/v1/apps/${id}`)).at('credentials.oauthClient.client_id')).toBe(
    'shop-client',
  );
});
