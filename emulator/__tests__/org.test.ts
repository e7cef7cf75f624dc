import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Reply } from './support/caller.ts';
import { call, createApp, createGroup, createUser, serviceSettings } from './support/caller.ts';
import type { Emulator } from '../src/server.ts';
import { startEmulator } from '../src/server.ts';

let okta: Emulator;
beforeAll(async () => {
  okta = await startEmulator();
});
afterAll(() => okta.close());

const search = (path: string, parameters: Record<string, string>): Promise<Reply> =>
  call(okta, 'GET', `${path}?${new URLSearchParams(parameters).toString()}`);

test('a new org holds Everyone, an administrator and the default policies', () => {
  expect([...okta.org.groups.values()].map(({ type, profile }) => [type, profile['name']])).toEqual([
    ['BUILT_IN', 'Everyone'],
  ]);
  expect(okta.org.users.size).toBe(1);
  expect([...okta.org.policies.values()].map(({ type }) => type)).toEqual([
    'ACCESS_POLICY',
    'PROFILE_ENROLLMENT',
    'ACCESS_POLICY',
  ]);
  // Okta's Terraform provider stops where there is not exactly one.
  const defaults = [...okta.org.policies.values()].filter(
    ({ type, system }) => type === 'ACCESS_POLICY' && system,
  );
  expect(defaults).toHaveLength(1);
  expect(okta.org.apps.size).toBe(0);
});

describe('groups', () => {
  const names = async (parameters: Record<string, string>): Promise<unknown[]> =>
    (await search('/api/v1/groups', parameters)).each('profile.name');

  beforeAll(async () => {
    for (const name of ['team-b', 'team-a', 'Team "quoted" \\ name', 'other']) await createGroup(okta, name);
    await createGroup(okta, 'team-a', 'APP_GROUP');
  });

  test('q finds the beginning of names, by name, without pages', async () => {
    expect(await names({ q: 'TEAM-' })).toEqual(['team-a', 'team-a', 'team-b']);
    const reply = await search('/api/v1/groups', { q: 'team-', limit: '1' });
    expect(reply.each('profile.name')).toEqual(['team-a']);
    expect(reply.headers.get('link')).toBeNull();
  });

  test('search finds by expression, in pages', async () => {
    expect(await names({ search: 'profile.name eq "team-a"' })).toEqual(['team-a', 'team-a']);
    expect(await names({ search: 'profile.name eq "team-a" and type eq "OKTA_GROUP"' })).toHaveLength(1);
    expect(await names({ search: 'profile.name eq "Team \\"quoted\\" \\\\ name"' })).toHaveLength(1);
    expect(
      await names({ search: 'profile.name sw "team-" and (type eq "APP_GROUP" or profile.name co "b")' }),
    ).toEqual(['team-b', 'team-a']);
    expect(
      await names({ search: 'profile.name sw "team-"', sortBy: 'profile.name', sortOrder: 'desc' }),
    ).toEqual(['team-b', 'team-a', 'team-a']);
    const first = await search('/api/v1/groups', { search: 'profile.name sw "team-"', limit: '2' });
    const second = await call(okta, 'GET', first.linkTo('next') ?? '');
    expect([...first.each('profile.name'), ...second.each('profile.name')]).toEqual([
      'team-b',
      'team-a',
      'team-a',
    ]);
    expect(second.linkTo('next')).toBeUndefined();
  });

  test('filter knows fewer attributes', async () => {
    expect(await names({ filter: 'type eq "BUILT_IN"' })).toEqual(['Everyone']);
    for (const parameters of [
      { filter: 'profile.name eq "x"' },
      { search: 'profile.name is "x"' },
      { search: 'profile.name eq' },
    ]) {
      const reply = await search('/api/v1/groups', parameters);
      expect([reply.status, reply.at('errorCode')]).toEqual([400, 'E0000031']);
    }
  });

  test('names of Okta’s own groups are unique', async () => {
    const reply = await call(okta, 'POST', '/api/v1/groups', { profile: { name: 'Other' } });
    expect(reply.causes).toEqual([
      'name: An object with this field already exists in the current organization',
    ]);
    expect((await call(okta, 'POST', '/api/v1/groups', { profile: {} })).status).toBe(400);
  });

  test('Everyone stays as it is, and holds all users', async () => {
    const path = `/api/v1/groups/${okta.org.everyone.id}`;
    expect((await call(okta, 'DELETE', path)).status).toBe(403);
    expect((await call(okta, 'PUT', path, { profile: { name: 'x' } })).status).toBe(403);
    expect((await call(okta, 'GET', `${path}/users`)).each('id')).toEqual([...okta.org.users.keys()]);
  });

  test('members come and go', async () => {
    const group = await createGroup(okta, 'With members');
    const user = await createUser(okta, 'member@example.com');
    const path = `/api/v1/groups/${group}/users`;
    expect((await call(okta, 'PUT', `${path}/${user}`)).status).toBe(204);
    expect((await call(okta, 'GET', path)).each('id')).toEqual([user]);
    expect((await call(okta, 'DELETE', `${path}/${user}`)).status).toBe(204);
    expect((await call(okta, 'GET', path)).body).toEqual([]);
    expect((await call(okta, 'PUT', `${path}/00ux`)).at('errorSummary')).toContain('(User)');
  });
});

describe('users', () => {
  test('are found by ID, login, the login’s first part, and `me`', async () => {
    const id = await createUser(okta, 'grace+1@example.com');
    for (const key of [id, 'grace+1@example.com', 'GRACE+1@EXAMPLE.COM', 'grace+1']) {
      expect((await call(okta, 'GET', `/api/v1/users/${encodeURIComponent(key)}`)).id).toBe(id);
    }
    expect((await call(okta, 'GET', '/api/v1/users/me')).id).toBe(okta.org.administrator.id);
    const missing = await call(okta, 'GET', '/api/v1/users/nobody');
    expect([missing.status, missing.at('errorSummary')]).toEqual([
      404,
      'Not found: Resource not found: nobody (User)',
    ]);
  });

  test('are found by a login with a slash only in a search', async () => {
    const id = await createUser(okta, 'a/b@example.com');
    const reply = await call(okta, 'GET', `/api/v1/users/${encodeURIComponent('a/b@example.com')}`);
    expect([reply.status, reply.at('errorCode')]).toEqual([405, 'E0000022']);
    const search = encodeURIComponent('profile.login eq "a/b@example.com"');
    expect((await call(okta, 'GET', `/api/v1/users?search=${search}`)).each('id')).toEqual([id]);
  });

  test('have unique logins and a status', async () => {
    const profile = {
      firstName: 'A',
      lastName: 'B',
      email: 'status@example.com',
      login: 'status@example.com',
    };
    const staged = await call(okta, 'POST', '/api/v1/users?activate=false', { profile });
    expect([staged.status, staged.at('status'), staged.at('activated')]).toEqual([200, 'STAGED', null]);
    expect((await call(okta, 'POST', '/api/v1/users', { profile })).causes).toEqual([
      'login: An object with this field already exists in the current organization',
    ]);
    await call(okta, 'POST', `/api/v1/users/${staged.id}/lifecycle/activate`);
    expect((await call(okta, 'GET', `/api/v1/users/${staged.id}`)).at('status')).toBe('PROVISIONED');
    expect((await call(okta, 'POST', `/api/v1/users/${staged.id}/lifecycle/activate`)).at('errorCode')).toBe(
      'E0000016',
    );
    const active = await call(okta, 'POST', '/api/v1/users', {
      profile: { ...profile, login: 'active@example.com' },
      credentials: { password: { value: 'x' } },
    });
    expect(active.at('status')).toBe('ACTIVE');
    expect(active.text).not.toContain('"value"');
    expect((await call(okta, 'POST', '/api/v1/users', { profile: { login: 'x' } })).status).toBe(400);
  });

  test('are deactivated by a first DELETE, deleted by a second', async () => {
    const id = await createUser(okta, 'leaver@example.com');
    expect((await call(okta, 'DELETE', `/api/v1/users/${id}`)).status).toBe(204);
    expect((await call(okta, 'GET', `/api/v1/users/${id}`)).at('status')).toBe('DEPROVISIONED');
    expect((await search('/api/v1/users', { q: 'leaver' })).body).toEqual([]);
    expect((await call(okta, 'DELETE', `/api/v1/users/${id}`)).status).toBe(204);
    expect((await call(okta, 'GET', `/api/v1/users/${id}`)).status).toBe(404);
  });

  test('are listed by prefix, filter and search', async () => {
    const id = await createUser(okta, 'zed@example.com');
    expect((await search('/api/v1/users', { q: 'zed' })).each('id')).toEqual([id]);
    expect(
      (await search('/api/v1/users', { filter: 'profile.login eq "zed@example.com"' })).each('id'),
    ).toEqual([id]);
    expect((await search('/api/v1/users', { search: 'profile.email sw "zed@"' })).each('id')).toEqual([id]);
    expect((await search('/api/v1/users', { filter: 'profile.shoe eq "1"' })).status).toBe(400);
  });

  test('can be changed partly or wholly', async () => {
    const id = await createUser(okta, 'change@example.com');
    const partly = await call(okta, 'POST', `/api/v1/users/${id}`, {
      profile: { lastName: 'New', nickName: 'Nick' },
    });
    expect(partly.at('profile')).toMatchObject({ firstName: 'Given', lastName: 'New', nickName: 'Nick' });
    expect((await call(okta, 'PUT', `/api/v1/users/${id}`, { profile: { lastName: 'Only' } })).status).toBe(
      400,
    );
  });
});

describe('trusted origins', () => {
  const origin = (name: string, url: string, rest: object = {}): object => ({
    name,
    origin: url,
    scopes: [{ type: 'CORS' }],
    ...rest,
  });

  test('have unique names and origins', async () => {
    const path = '/api/v1/trustedOrigins';
    const first = await call(okta, 'POST', path, origin('one', 'https://one.example'));
    expect([first.status, first.at('createdBy')]).toEqual([200, okta.org.administrator.id]);
    expect((await call(okta, 'POST', path, origin('one', 'https://two.example'))).at('errorSummary')).toBe(
      'Api validation failed: name',
    );
    expect((await call(okta, 'POST', path, origin('two', 'https://ONE.example'))).at('errorSummary')).toBe(
      'Api validation failed: origin',
    );
    await call(okta, 'POST', path, origin('two', 'https://two.example:8443'));
    expect((await search(path, { filter: 'origin eq "https://one.example"' })).each('id')).toEqual([
      first.id,
    ]);
    expect((await search(path, { filter: 'name eq "two"' })).each('name')).toEqual(['two']);
    expect((await search(path, { q: 'https://' })).each('name')).toEqual(['one', 'two']);
    expect((await search(path, { limit: '1' })).linkTo('next')).toContain('after=');
    const deactivated = await call(okta, 'POST', `${path}/${first.id}/lifecycle/deactivate`);
    expect([deactivated.status, deactivated.at('status')]).toEqual([200, 'INACTIVE']);
    expect(
      (await call(okta, 'PUT', `${path}/${first.id}`, origin('one', 'https://one.example'))).at('status'),
    ).toBe('INACTIVE');
    expect((await call(okta, 'DELETE', `${path}/${first.id}`)).status).toBe(204);
    expect((await call(okta, 'GET', `${path}/${first.id}`)).at('errorSummary')).toContain('(TrustedOrigin)');
  });

  test('keep a slash at the end, and are two with and without it', async () => {
    const path = '/api/v1/trustedOrigins';
    const slash = await call(okta, 'POST', path, origin('slash', 'http://localhost:8080/'));
    expect([slash.status, slash.at('origin')]).toEqual([200, 'http://localhost:8080/']);
    expect((await call(okta, 'POST', path, origin('no slash', 'http://localhost:8080'))).status).toBe(200);
    const put = await call(okta, 'PUT', `${path}/${slash.id}`, {
      ...(slash.body as object),
      origin: 'https://example.com/',
    });
    expect([put.status, put.at('origin')]).toEqual([200, 'https://example.com/']);
  });

  test('are found by the type of any of their scopes', async () => {
    const path = '/api/v1/trustedOrigins';
    const scopes = [{ type: 'CORS' }, { type: 'REDIRECT' }];
    await call(okta, 'POST', path, origin('typed', 'https://typed.example', { scopes }));
    const embed = { scopes: [{ type: 'IFRAME_EMBED', allowedOktaApps: ['OKTA_ENDUSER'] }] };
    await call(okta, 'POST', path, origin('embedded', 'https://*.embed.example', embed));
    expect((await search(path, { filter: 'type eq "REDIRECT"' })).each('name')).toEqual(['typed']);
    expect((await search(path, { filter: 'type eq "IFRAME_EMBED"' })).each('name')).toEqual(['embedded']);
  });

  test.each([
    ['a path', origin('bad', 'https://a.example/path'), 'origin: Origin value is not valid'],
    ['no scheme', origin('bad', 'a.example'), 'origin: Origin value is not valid'],
    ['a scheme that is none of Okta’s', origin('bad', 'ws://a.example'), 'origin: Origin value is not valid'],
    ['a wildcard for CORS', origin('bad', 'https://*.a.example'), 'origin: Origin value is not valid'],
    [
      'no scopes',
      origin('bad', 'https://a.example', { scopes: [] }),
      'scopes: The field cannot be left blank',
    ],
  ])('refuse %s', async (_, body, cause) => {
    expect((await call(okta, 'POST', '/api/v1/trustedOrigins', body)).causes).toEqual([cause]);
  });

  test('take scopes in upper case only', async () => {
    const body = origin('bad', 'https://a.example', { scopes: [{ type: 'Redirect' }] });
    expect((await call(okta, 'POST', '/api/v1/trustedOrigins', body)).at('errorCode')).toBe('E0000003');
  });
});

describe('client secrets', () => {
  test('can be read, rotated and deleted', async () => {
    const app = await createApp(okta, 'Rotated');
    const path = `/api/v1/apps/${app}/credentials/secrets`;
    const first = (await call(okta, 'GET', path)).at('0') as { id: string; client_secret: string };
    expect(first.client_secret).toMatch(/^[\w-]{64}$/);
    expect((await call(okta, 'POST', `${path}/${first.id}/lifecycle/deactivate`)).causes).toEqual([
      "You can't deactivate the only active client secret.",
    ]);
    const second = await call(okta, 'POST', path, { client_secret: 'fourteen-chars' });
    expect([second.status, second.at('client_secret')]).toEqual([201, 'fourteen-chars']);
    expect((await call(okta, 'POST', path)).causes).toEqual([
      "You've reached the maximum number of client secrets per client.",
    ]);
    expect((await call(okta, 'DELETE', `${path}/${first.id}`)).causes).toEqual([
      "You can't delete an active client secret. Deactivate the secret before deleting it.",
    ]);
    const inactive = await call(okta, 'POST', `${path}/${first.id}/lifecycle/deactivate`);
    expect(Object.keys(inactive.at('_links') as object)).toEqual(['activate', 'delete']);
    expect((await call(okta, 'DELETE', `${path}/${first.id}`)).status).toBe(204);
    expect((await call(okta, 'GET', path)).each('id')).toEqual([second.id]);
    for (const [secret, cause] of [
      ['x'.repeat(101), "client_secret: 'client_secret' can't be more than '100' characters long."],
      [
        'fourteen-ch\u00e4rs',
        "client_secret: ''client_secret'' must only contain printable ASCII: [x20-x7E]+",
      ],
    ]) {
      expect((await call(okta, 'POST', path, { client_secret: secret })).causes).toEqual([cause]);
    }
  });
});

describe('client keys', () => {
  test('are those of the app, and follow Okta’s rules', async () => {
    const n = Buffer.alloc(256, 1).toString('base64url');
    const jwks = { keys: [{ kid: 'one', kty: 'RSA', e: 'AQAB', n }] };
    const app = await createApp(
      okta,
      'Keys',
      { ...serviceSettings, jwks },
      { token_endpoint_auth_method: 'private_key_jwt' },
    );
    const path = `/api/v1/apps/${app}/credentials/jwks`;
    const one = (await call(okta, 'GET', path)).at('0.id') as string;
    expect((await call(okta, 'POST', path, jwks.keys[0])).causes).toEqual([
      "All keys in the 'jwks' must have a unique `kid`.",
    ]);
    expect(
      (await call(okta, 'POST', path, { kid: 'short', kty: 'RSA', e: 'AQAB', n: 'abcd' })).causes,
    ).toEqual(["RSA key length in the 'jwks' is less than '2,048' bits for the given key."]);
    expect((await call(okta, 'POST', `${path}/${one}/lifecycle/deactivate`)).causes).toEqual([
      "Can't deactivate the only active JSON Web Key when the value for `token_endpoint_auth_method` is `private_key_jwt`.",
    ]);
    const two = await call(okta, 'POST', path, { kid: 'two', kty: 'EC', crv: 'P-256', x: 'a', y: 'b' });
    expect(two.status).toBe(201);
    expect((await call(okta, 'GET', `/api/v1/apps/${app}`)).at('settings.oauthClient.jwks.keys.1.kid')).toBe(
      'two',
    );
    expect((await call(okta, 'POST', `${path}/${one}/lifecycle/deactivate`)).at('status')).toBe('INACTIVE');
    expect((await call(okta, 'DELETE', `${path}/${two.id}`)).causes).toEqual([
      "You can't delete an active JSON Web Key. Deactivate the key before deleting it.",
    ]);
    expect((await call(okta, 'DELETE', `${path}/${one}`)).status).toBe(204);
    expect(
      (
        await call(okta, 'POST', `/api/v1/apps/${app}/credentials/secrets`, {
          client_secret: 'fourteen-chars',
        })
      ).causes,
    ).toEqual(["'client_secret' can't be used when 'token_endpoint_auth_method' is 'private_key_jwt'."]);
  });
});

describe('scope grants and roles', () => {
  test('grants answer 200, embed the scope when asked, and belong to this org', async () => {
    const app = await createApp(okta, 'Granted', serviceSettings);
    const path = `/api/v1/apps/${app}/grants`;
    const reply = await call(okta, 'POST', path, { issuer: okta.url, scopeId: 'okta.apps.read' });
    expect([reply.status, reply.at('source'), reply.at('_embedded.scope.id')]).toEqual([
      200,
      'ADMIN',
      'okta.apps.read',
    ]);
    expect((await call(okta, 'GET', path)).at('0._embedded')).toBeUndefined();
    expect((await call(okta, 'GET', `${path}?expand=scope`)).at('0._embedded.scope.id')).toBe(
      'okta.apps.read',
    );
    expect(
      (await call(okta, 'POST', path, { issuer: 'https://other.example', scopeId: 'okta.apps.read' })).status,
    ).toBe(400);
    const again = await call(okta, 'POST', path, { issuer: okta.url, scopeId: 'okta.apps.read' });
    expect([again.status, again.at('errorSummary')]).toEqual([400, 'Api validation failed: scopeId']);
    expect((await call(okta, 'GET', `${path}/${reply.id}`)).at('_embedded')).toBeUndefined();
    expect((await call(okta, 'DELETE', `${path}/${reply.id}`)).status).toBe(204);
    expect((await call(okta, 'GET', path)).body).toEqual([]);
  });

  test('grants outlive the app: the next one of that client ID has them', async () => {
    const create = (): Promise<string> =>
      createApp(okta, 'Reborn', serviceSettings, { client_id: 'reborn-client' });
    const first = await create();
    const body = { issuer: okta.url, scopeId: 'okta.groups.read' };
    const grant = await call(okta, 'POST', `/api/v1/apps/${first}/grants`, body);
    await call(okta, 'POST', `/api/v1/apps/${first}/lifecycle/deactivate`);
    await call(okta, 'DELETE', `/api/v1/apps/${first}`);
    const second = await create();
    expect((await call(okta, 'GET', `/api/v1/apps/${second}/grants`)).each('id')).toEqual([grant.id]);
  });

  test('roles are for service apps', async () => {
    const service = await createApp(okta, 'Service', serviceSettings);
    const web = await createApp(okta, 'Web');
    const path = `/oauth2/v1/clients/${service}/roles`;
    const role = await call(okta, 'POST', path, { type: 'APP_ADMIN' });
    expect([role.status, role.at('label'), role.at('assignmentType')]).toEqual([
      201,
      'Application Administrator',
      'CLIENT',
    ]);
    expect((await call(okta, 'GET', path)).each('type')).toEqual(['APP_ADMIN']);
    // The type in Base32: `echo -n APP_ADMIN | base32`.
    expect(role.id).toBe('IFIFAX2BIRGUSTQ');
    expect((await call(okta, 'GET', `${path}/${role.id}`)).body).toEqual(role.body);
    expect(
      (await call(okta, 'POST', `/oauth2/v1/clients/${web}/roles`, { type: 'APP_ADMIN' })).at('errorCode'),
    ).toBe('E0000227');
    expect((await call(okta, 'DELETE', `${path}/${role.id}`)).status).toBe(204);
    expect((await call(okta, 'GET', `${path}/${role.id}`)).at('errorSummary')).toContain('(RoleAssignment)');
    expect((await call(okta, 'GET', '/oauth2/v1/clients/nope')).at('errorSummary')).toContain(
      '(PublicClientApp)',
    );
    expect((await call(okta, 'GET', '/oauth2/v1/clients?q=Serv')).each('client_id')).toEqual([service]);
  });
});

describe('the org itself', () => {
  const get = (): Promise<Reply> => call(okta, 'GET', '/api/v1/org');

  test('POST changes what it names, PUT replaces all', async () => {
    const before = await get();
    expect([before.id, before.at('status'), before.at('address1')]).toEqual([okta.org.id, 'ACTIVE', null]);
    await call(okta, 'POST', '/api/v1/org', { website: 'https://example.com' });
    await call(okta, 'POST', '/api/v1/org', { city: 'Bern' });
    expect((await get()).body).toMatchObject({ website: 'https://example.com', city: 'Bern' });
    const put = await call(okta, 'PUT', '/api/v1/org', { companyName: 'Replaced' });
    expect(put.body).toMatchObject({ companyName: 'Replaced', website: null, city: null });
    expect((await call(okta, 'PUT', '/api/v1/org', { city: 'Bern' })).status).toBe(400);
  });

  test('says its own URL in links and issuers where it has one', async () => {
    const behind = await startEmulator({ orgUrl: 'https://shop.okta.example' });
    const server = await call(behind, 'GET', '/api/v1/authorizationServers/default');
    const org = await call(behind, 'GET', '/api/v1/org');
    await behind.close();
    expect(server.at('issuer')).toBe('https://shop.okta.example/oauth2/default');
    expect(server.at('_links.self.href')).toBe(
      'https://shop.okta.example/api/v1/authorizationServers/default',
    );
    expect(org.at('subdomain')).toBe('shop');
  });

  test.each([
    [undefined, ['http://127.0.0.1:PORT', 'http://localhost:PORT']],
    ['https://shop.okta.example', ['https://shop.okta.example', 'https://localhost']],
  ])('is reached under its custom domain too, and says it there (own URL: %p)', async (orgUrl, expected) => {
    const aliased = await startEmulator({
      customDomain: 'localhost',
      ...(orgUrl !== undefined && { orgUrl }),
    });
    const { port } = new URL(aliased.url);
    const addresses = [aliased.url, aliased.url.replace('127.0.0.1', 'localhost')];
    const said = [];
    for (const address of addresses) {
      const server = await call(aliased, 'GET', `${address}/api/v1/authorizationServers/default`);
      said.push(server.at('issuer'), server.at('_links.self.href'));
      const metadata = await call(aliased, 'GET', `${address}/.well-known/okta-organization`);
      expect([metadata.at('_links.organization.href'), metadata.at('_links.alternate.href')]).toEqual(
        expected.map((url) => url.replace('PORT', port)),
      );
    }
    await aliased.close();
    expect(said).toEqual(
      expected
        .map((url) => url.replace('PORT', port))
        .flatMap((url) => [`${url}/oauth2/default`, `${url}/api/v1/authorizationServers/default`]),
    );
  });
});

describe('the ID token of a client', () => {
  const path = (app: string): string => `/api/v1/internal/apps/${app}/settings/oauth/idToken`;

  test('has the org as issuer, the client as audience, and the claim that was set', async () => {
    const app = await createApp(okta, 'Claims', {}, { client_id: 'claims-client' });
    const plain = {
      issuer: okta.url,
      orgUrl: null,
      customUrl: null,
      audience: 'claims-client',
      issuerMode: 'DYNAMIC',
    };
    expect((await call(okta, 'GET', path(app))).body).toEqual(plain);
    const claim = { valueType: 'GROUPS', name: 'groups', groupFilterType: 'REGEX', value: '.*' };
    const echo = await call(okta, 'POST', path(app), { issuerMode: 'DYNAMIC', ...claim });
    expect([echo.status, echo.body]).toEqual([
      200,
      { issuer: null, orgUrl: null, customUrl: null, audience: null, issuerMode: 'DYNAMIC', ...claim },
    ]);
    expect((await call(okta, 'GET', path(app))).body).toEqual({ ...plain, ...claim });
    await call(okta, 'POST', path(app), { issuerMode: 'DYNAMIC' });
    expect((await call(okta, 'GET', path(app))).body).toEqual(plain);
  });

  test('is no business of an app from the catalog', async () => {
    const { id } = await call(okta, 'POST', '/api/v1/apps', {
      name: 'paperlantern',
      signOnMode: 'OPENID_CONNECT',
    });
    const reply = await call(okta, 'GET', path(id));
    expect([reply.status, reply.at('errorSummary')]).toEqual([
      404,
      `Not found: Resource not found: ${id} (OAuth2AppInstance)`,
    ]);
  });
});

test('an app’s refresh tokens: none, and 404 for one that is not there', async () => {
  const app = await createApp(okta, 'Tokens');
  expect((await call(okta, 'GET', `/api/v1/apps/${app}/tokens`)).body).toEqual([]);
  const missing = await call(okta, 'GET', `/api/v1/apps/${app}/tokens/nope`);
  expect([missing.status, missing.at('errorSummary')]).toEqual([
    404,
    `Not found: Resource not found: ${app}.nope (OAuth2RefreshTokenTx)`,
  ]);
  expect((await call(okta, 'DELETE', `/api/v1/apps/${app}/tokens`)).status).toBe(204);
});
