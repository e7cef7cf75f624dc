import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Reply } from './support/caller.ts';
import { call, createApp, oidcApp, serviceSettings } from './support/caller.ts';
import type { Emulator } from '../src/server.ts';
import { startEmulator } from '../src/server.ts';

let okta: Emulator;
beforeAll(async () => {
  okta = await startEmulator();
});
afterAll(() => okta.close());

const post = (body: unknown, query = ''): Promise<Reply> => call(okta, 'POST', `/api/v1/apps${query}`, body);
const put = (id: string, body: unknown): Promise<Reply> => call(okta, 'PUT', `/api/v1/apps/${id}`, body);
const get = (id: string): Promise<Reply> => call(okta, 'GET', `/api/v1/apps/${id}`);

/** Of an RSA key of 2,048 bits. */
const MODULUS = Buffer.alloc(256, 1).toString('base64url');
const CLIENT = 'settings.oauthClient';
const CREDENTIALS = 'credentials.oauthClient';

describe('creating an app', () => {
  test('answers 200 with every default filled in', async () => {
    const reply = await post({
      name: 'oidc_client',
      label: 'Defaults',
      signOnMode: 'OPENID_CONNECT',
      settings: { oauthClient: { redirect_uris: ['https://example.com/cb'] } },
    });
    expect(reply.status).toBe(200);
    expect(reply.id).toMatch(/^0oa[0-9A-Za-z]{17}$/);
    expect(reply.at(CREDENTIALS)).toEqual({
      autoKeyRotation: true,
      client_id: reply.id,
      client_secret: expect.stringMatching(/^[\w-]{64}$/),
      token_endpoint_auth_method: 'client_secret_basic',
      pkce_required: false,
    });
    expect(reply.at(CLIENT)).toEqual({
      client_uri: null,
      logo_uri: null,
      redirect_uris: ['https://example.com/cb'],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      application_type: 'web',
      consent_method: 'TRUSTED',
      issuer_mode: 'DYNAMIC',
      idp_initiated_login: { mode: 'DISABLED', default_scope: [] },
      wildcard_redirect: 'DISABLED',
      dpop_bound_access_tokens: false,
      participate_slo: false,
    });
    expect(reply.at('visibility')).toEqual({
      autoLaunch: false,
      autoSubmitToolbar: false,
      hide: { iOS: true, web: true },
      appLinks: { oidc_client_link: true },
    });
    expect(reply.at('created')).toMatch(/\.000Z$/);
    expect(reply.at('_links.self')).toBeUndefined();
    expect(reply.at('profile')).toBeUndefined();
  });

  test('stores and returns keys that it does not know', async () => {
    const reply = await post(
      oidcApp('Unknown keys', { brand_new: { a: 1 } }, { brand_new: 'b' }, { brandNew: [2] }),
    );
    const read = await get(reply.id);
    expect(read.at(`${CLIENT}.brand_new`)).toEqual({ a: 1 });
    expect(read.at(`${CREDENTIALS}.brand_new`)).toBe('b');
    expect(read.at('brandNew')).toEqual([2]);
  });

  test('requires PKCE of browser and native apps unless they say otherwise', async () => {
    for (const application_type of ['browser', 'native']) {
      expect((await post(oidcApp('PKCE', { application_type }))).at(`${CREDENTIALS}.pkce_required`)).toBe(
        true,
      );
    }
    const without = await post(oidcApp('PKCE', { application_type: 'native' }, { pkce_required: false }));
    expect(without.at(`${CREDENTIALS}.pkce_required`)).toBe(false);
  });

  test('gives refresh tokens the settings of the type, and a leeway only where they rotate', async () => {
    const grant_types = ['authorization_code', 'refresh_token'];
    const refresh = async (settings: Record<string, unknown>): Promise<unknown> =>
      (await post(oidcApp('Refresh', { grant_types, ...settings }))).at(`${CLIENT}.refresh_token`);
    expect(await refresh({ application_type: 'browser' })).toEqual({ rotation_type: 'ROTATE', leeway: 30 });
    expect(await refresh({})).toEqual({ rotation_type: 'STATIC' });
    expect(await refresh({ refresh_token: { rotation_type: 'STATIC', leeway: 5 } })).toEqual({
      rotation_type: 'STATIC',
    });
    expect(await refresh({ refresh_token: { rotation_type: 'ROTATE', leeway: 0 } })).toEqual({
      rotation_type: 'ROTATE',
      leeway: 0,
    });
  });

  test('tells how CIBA tokens are delivered', async () => {
    const grant_types = ['authorization_code', 'urn:openid:params:grant-type:ciba'];
    const reply = await post(oidcApp('CIBA', { grant_types }));
    expect(reply.at(`${CLIENT}.backchannel_token_delivery_mode`)).toBe('poll');
  });

  test('takes a client ID of one’s own, once, and again after a delete', async () => {
    const body = oidcApp('Own client ID', {}, { client_id: 'my-own.client_1' });
    const first = await post(body, '?activate=false');
    expect(first.at(`${CREDENTIALS}.client_id`)).toBe('my-own.client_1');
    expect(first.id).toMatch(/^0oa/);
    const second = await post(body);
    expect([second.status, second.at('errorCode')]).toEqual([400, 'E0000001']);
    await call(okta, 'DELETE', `/api/v1/apps/${first.id}`);
    expect((await post(body)).status).toBe(200);
  });

  test('takes two apps of one label unless the org is an old one', async () => {
    expect((await post(oidcApp('Twin'))).status).toBe(200);
    expect((await post(oidcApp('Twin'))).status).toBe(200);
    okta.trouble.uniqueLabels = true;
    const third = await post(oidcApp('Twin'));
    okta.trouble.uniqueLabels = false;
    expect(third.status).toBe(400);
    expect(third.causes).toEqual([
      'label: An active OpenID Connect Client instance with the label "Twin" already exists.',
    ]);
  });

  test('without a name is taken for the App Wizard’s', async () => {
    const reply = await post({ label: 'x', signOnMode: 'OPENID_CONNECT' });
    expect(reply.at('errorSummary')).toBe('Api validation failed: mediated');
    expect(reply.causes).toEqual([
      'Invalid signOnMode',
      "The settings.signOn object doesn't match the type indicated by signOnMode value or is ill defined",
      'Missing visibility',
      'visibility: The field cannot be left blank',
    ]);
  });

  test.each<[string, Record<string, unknown>]>([
    [
      'a service app with redirect URIs and implicit',
      {
        ...serviceSettings,
        redirect_uris: ['http://a.example'],
        grant_types: ['implicit', 'client_credentials'],
      },
    ],
    ['a custom scheme', { redirect_uris: ['myapp://callback'] }],
    [
      'a wildcard in the middle of a label, over http',
      { redirect_uris: ['http://d-*.example.com/aaa'], wildcard_redirect: 'SUBDOMAIN' },
    ],
    ['a * where no wildcard is meant', { redirect_uris: ['https://a.example/*', 'https://*.b.example/'] }],
    [
      'a scheme of its own to begin at',
      { application_type: 'native', initiate_login_uri: 'com.example.app:/login' },
    ],
    [
      'a login that Okta starts',
      {
        initiate_login_uri: 'https://a.example/',
        idp_initiated_login: { mode: 'SPEC', default_scope: ['openid'] },
      },
    ],
    [
      'a browser app with a client secret',
      { application_type: 'browser', grant_types: ['implicit'], response_types: ['id_token'] },
    ],
  ])('accepts %s', async (_, settings) => {
    const reply = await post(oidcApp('Accepted', settings));
    expect(reply.status).toBe(200);
    expect(reply.at(`${CLIENT}.redirect_uris`)).toEqual(
      settings['redirect_uris'] ?? ['https://example.com/callback'],
    );
  });

  test.each<[string, Record<string, unknown>, string, string]>([
    [
      'a fragment',
      { redirect_uris: ['https://a.example/#x'] },
      'redirect_uris',
      "redirect_uris: ''redirect_uris'' must not contain a fragment identifier.",
    ],
    [
      'a relative URI',
      { redirect_uris: ['/callback'] },
      'redirect_uris',
      "redirect_uris: ''redirect_uris'' must be an absolute URI.",
    ],
    [
      'no redirect URI',
      { redirect_uris: [] },
      'redirect_uris',
      "redirect_uris: ''redirect_uris'' is required.",
    ],
    [
      'redirect URIs beyond 65,535 characters',
      {
        redirect_uris: Array.from(
          { length: 700 },
          (_, n) => `https://example.com/${String(n)}${'x'.repeat(80)}`,
        ),
      },
      'redirect_uris',
      "redirect_uris: ''redirect_uris'' can''t be more than ''65,535'' characters long.",
    ],
    [
      'a relative sign-in address',
      { initiate_login_uri: 'login' },
      'initiate_login_uri',
      "initiate_login_uri: ''initiate_login_uri'' must be an absolute URI.",
    ],
    [
      'implicit without tokens',
      { grant_types: ['authorization_code', 'implicit'] },
      'response_types',
      "response_types: 'response_types' must contain at least one of ['token', 'id_token'] when 'grant_types' contains 'implicit'.",
    ],
    [
      'tokens without implicit',
      { response_types: ['code', 'token'] },
      'grant_types',
      "grant_types: 'grant_types' must contain 'implicit' when 'response_types' contains 'token'.",
    ],
    [
      'a service app without its grant',
      { ...serviceSettings, grant_types: ['implicit'] },
      'grant_types',
      "grant_types: 'grant_types' must contain 'client_credentials' when 'application_type' is 'service'.",
    ],
    [
      'a web app without its grant',
      { grant_types: ['client_credentials'] },
      'grant_types',
      "grant_types: 'grant_types' must contain 'authorization_code' when 'application_type' is 'web'.",
    ],
    [
      'single logout without its address',
      { participate_slo: true },
      'frontchannel_logout_uri',
      "frontchannel_logout_uri: ''frontchannel_logout_uri'' is required when ''participate_slo'' is true.",
    ],
    [
      'refresh settings without a rotation',
      { grant_types: ['authorization_code', 'refresh_token'], refresh_token: { leeway: 1 } },
      'rotation_type',
      "''rotation_type'' is required.",
    ],
    [
      'refresh settings without the grant',
      { refresh_token: { rotation_type: 'STATIC', leeway: 0 } },
      'App Instance',
      "''refresh_token'' grant type is required to configure ''refresh_token'' settings.",
    ],
    ...(['SPEC', 'OKTA'] as const).flatMap((mode) =>
      [{ mode }, { mode, default_scope: [] }].map(
        (idp_initiated_login): [string, Record<string, unknown>, string, string] => [
          `a login that Okta starts without scopes: ${JSON.stringify(idp_initiated_login)}`,
          { idp_initiated_login },
          'default_scope',
          "default_scope: 'default_scope' is required.",
        ],
      ),
    ),
    ...[
      'https://*.*.example.com/',
      'https://a.*.example.com/',
      'https://*-*.example.com/',
      'https://*.com/cb',
      'https://pr-*.com/cb',
      'https://*/cb',
      'https://*.example.com/*',
      'https://a.example.com/*',
      'https://a.example.com:*/',
      'myapp://*.example.com/',
    ].map((uri): [string, Record<string, unknown>, string, string] => [
      `a wildcard in ${uri}`,
      { redirect_uris: ['https://*.example.com/', uri], wildcard_redirect: 'SUBDOMAIN' },
      'redirect_uris',
      "redirect_uris: ''redirect_uris'' has a wildcard where none is allowed.",
    ]),
    [
      'a wildcard in a sign-out URI',
      { post_logout_redirect_uris: ['https://*.example.com/'], wildcard_redirect: 'SUBDOMAIN' },
      'post_logout_redirect_uris',
      "post_logout_redirect_uris: ''post_logout_redirect_uris'' must not contain a wildcard.",
    ],
  ])('refuses %s', async (_, settings, field, cause) => {
    const reply = await post(oidcApp('Refused', settings));
    expect(reply.status).toBe(400);
    expect(reply.at('errorSummary')).toBe(`Api validation failed: ${field}`);
    expect(reply.causes).toEqual([cause]);
  });

  test('takes a wildcard right below a top-level domain, if the switch says so', async () => {
    const create = (uri: string): Promise<Reply> =>
      post(oidcApp('Wild', { redirect_uris: [uri], wildcard_redirect: 'SUBDOMAIN' }));
    expect((await create('http://d-*.com/aaa')).status).toBe(400);
    okta.unknown.wildcardBelowTopLevel = 'accepted';
    expect((await create('http://d-*.com/aaa')).status).toBe(200);
    expect((await create('https://*/cb')).status).toBe(400);
    okta.unknown.wildcardBelowTopLevel = 'refused';
  });

  test('drops links that the app does not have', async () => {
    const visibility = { appLinks: { oidc_client_link: false, another_link: true } };
    const reply = await post(oidcApp('Links', {}, {}, { visibility }));
    expect(reply.at('visibility.appLinks')).toEqual({ oidc_client_link: false });
    expect((await put(reply.id, oidcApp('Links', {}, {}, { visibility }))).at('visibility.appLinks')).toEqual(
      {
        oidc_client_link: false,
      },
    );
  });

  test('refuses a client without a secret that does not use PKCE', async () => {
    const reply = await post(oidcApp('Public', {}, { token_endpoint_auth_method: 'none' }));
    expect(reply.causes).toEqual([
      "token_endpoint_auth_method: 'token_endpoint_auth_method' is invalid. Valid values: [client_secret_basic, client_secret_post, client_secret_jwt, private_key_jwt].",
    ]);
    const spa = await post(
      oidcApp('Public', { application_type: 'browser' }, { token_endpoint_auth_method: 'none' }),
    );
    expect(spa.status).toBe(200);
    expect(spa.at(`${CREDENTIALS}.client_secret`)).toBeUndefined();
  });

  test('refuses labels that are missing or too long, and values that are no value of Okta’s', async () => {
    expect((await post(oidcApp(''))).at('errorSummary')).toBe('Api validation failed: label');
    expect((await post(oidcApp('x'.repeat(101)))).at('errorSummary')).toBe('Api validation failed: label');
    expect((await post(oidcApp('x'.repeat(100)))).status).toBe(200);
    for (const settings of [
      { application_type: 'desktop' },
      { grant_types: ['magic'] },
      { wildcard_redirect: 'YES' },
      { idp_initiated_login: { mode: 'ALWAYS', default_scope: ['openid'] } },
    ]) {
      expect((await post(oidcApp('Enum', settings))).at('errorCode')).toBe('E0000003');
    }
  });

  test('wants RSA keys of 2,048 bits at least', async () => {
    const keys = [{ kty: 'RSA', e: 'AQAB', n: 'abc', kid: 'short' }];
    const reply = await post(oidcApp('Short key', { ...serviceSettings, jwks: { keys } }));
    expect([reply.status, reply.causes]).toEqual([
      400,
      ["RSA key length in the 'jwks' is less than '2,048' bits for the given key."],
    ]);
  });

  test('gives keys an ID and a kid, and wants them of private_key_jwt clients', async () => {
    const credentials = { token_endpoint_auth_method: 'private_key_jwt' };
    expect((await post(oidcApp('Keyless', serviceSettings, credentials))).status).toBe(400);
    const keys = [{ kty: 'RSA', e: 'AQAB', n: MODULUS }];
    const reply = await post(oidcApp('Keys', { ...serviceSettings, jwks: { keys } }, credentials));
    expect(reply.at(`${CLIENT}.jwks.keys.0`)).toEqual({
      kty: 'RSA',
      id: expect.stringMatching(/^pks/),
      status: 'ACTIVE',
      kid: expect.any(String),
      use: null,
      e: 'AQAB',
      n: MODULUS,
    });
    expect(reply.at('_links.clientCredentials.0.name')).toBe('jwks');
    const both = { ...serviceSettings, jwks: { keys }, jwks_uri: 'https://a.example/keys' };
    expect((await post(oidcApp('Both', both, credentials))).status).toBe(400);
  });
});

describe('an address for a login at the app itself', () => {
  const accessibility = { loginRedirectUrl: 'https://a.example/login' };
  const refused = async (reply: Promise<Reply>): Promise<unknown[]> => {
    const { status, causes } = await reply;
    return [status, causes];
  };
  const refusal = (name: string): unknown[] => [
    400,
    [
      `The application ${name} cannot be created/updated because the loginRedirectUrl field has been deprecated in Identity Engine.`,
    ],
  ];

  test('is refused on Identity Engine, for catalog apps too', async () => {
    expect(await refused(post(oidcApp('Login', {}, {}, { accessibility })))).toEqual(refusal('oidc_client'));
    const catalog = { name: 'paperlantern', signOnMode: 'OPENID_CONNECT', accessibility };
    expect(await refused(post(catalog))).toEqual(refusal('paperlantern'));
    const none = { accessibility: { loginRedirectUrl: null } };
    expect((await post(oidcApp('Login', {}, {}, none))).status).toBe(200);
  });

  test('is kept from Classic Engine until a PUT, which is refused with it and takes it away without it', async () => {
    okta.org.engine = 'classic';
    const { id } = await post(oidcApp('From Classic', {}, {}, { accessibility }));
    expect((await put(id, oidcApp('From Classic', {}, {}, { accessibility }))).status).toBe(200);
    const listed = async (): Promise<Reply> => call(okta, 'GET', '/api/v1/apps?q=From');
    expect((await listed()).at('0._links.accessPolicy')).toBeUndefined();
    okta.org.engine = 'identity';
    expect((await listed()).at('0._links.accessPolicy')).toBeDefined();
    expect((await listed()).at('0.accessibility')).toMatchObject(accessibility);
    expect(await refused(put(id, (await get(id)).body))).toEqual(refusal('oidc_client'));
    expect((await put(id, oidcApp('From Classic'))).at('accessibility.loginRedirectUrl')).toBeNull();
  });
});

describe('replacing an app', () => {
  test('drops the profile that is left out and replaces the one that is sent', async () => {
    const id = await createApp(okta, 'Profile', {}, {}, { profile: { a: 1, b: 2 } });
    expect((await put(id, oidcApp('Profile', {}, {}, { profile: { c: 3 } }))).at('profile')).toEqual({
      c: 3,
    });
    await put(id, oidcApp('Profile'));
    expect((await get(id)).at('profile')).toBeUndefined();
  });

  test('resets what is left out, except what Okta keeps', async () => {
    const id = await createApp(
      okta,
      'Reset',
      {
        logo_uri: 'https://a.example/l.png',
        post_logout_redirect_uris: ['https://a.example/'],
        consent_method: 'REQUIRED',
        dpop_bound_access_tokens: true,
        grant_types: ['authorization_code', 'refresh_token'],
        refresh_token: { rotation_type: 'ROTATE', leeway: 7 },
        unknown_key: 1,
      },
      {},
      { accessibility: { errorRedirectUrl: 'https://a.example/' }, visibility: { hide: { web: false } } },
    );
    const signing = (await get(id)).at('credentials.signing');
    const reply = await put(id, oidcApp('Reset', { grant_types: ['authorization_code', 'refresh_token'] }));
    expect(reply.at(CLIENT)).toMatchObject({
      logo_uri: null,
      consent_method: 'TRUSTED',
      dpop_bound_access_tokens: false,
    });
    expect(reply.at(`${CLIENT}.post_logout_redirect_uris`)).toBeUndefined();
    expect(reply.at(`${CLIENT}.unknown_key`)).toBeUndefined();
    expect(reply.at(`${CLIENT}.refresh_token`)).toEqual({ rotation_type: 'ROTATE', leeway: 7 });
    expect(reply.at('accessibility.errorRedirectUrl')).toBeNull();
    expect(reply.at('visibility.hide')).toEqual({ iOS: true, web: true });
    expect(reply.at('credentials.signing')).toEqual(signing);
    expect((await put(id, oidcApp('Reset'))).at(`${CLIENT}.refresh_token`)).toBeUndefined();
  });

  test('keeps participate_slo though it drops the address that belongs to it', async () => {
    const id = await createApp(okta, 'SLO', {
      participate_slo: true,
      frontchannel_logout_uri: 'https://a.example/out',
    });
    const reply = await put(id, oidcApp('SLO'));
    expect(reply.at('errorSummary')).toBe('Api validation failed: frontchannel_logout_uri');
  });

  test('returns the secret, keeps it, takes another, makes one, gives it up', async () => {
    const created = await post(oidcApp('Secret', {}, { client_secret: 'a-secret-of-my-own' }));
    const secret = `${CREDENTIALS}.client_secret`;
    expect(created.at(secret)).toBe('a-secret-of-my-own');
    expect((await get(created.id)).at(secret)).toBeUndefined();
    expect((await put(created.id, oidcApp('Secret'))).at(secret)).toBe('a-secret-of-my-own');
    expect((await put(created.id, oidcApp('Secret', {}, { client_secret: '' }))).at(secret)).toBe(
      'a-secret-of-my-own',
    );
    const other = oidcApp('Secret', {}, { client_secret: 'another-secret-of-mine' });
    expect((await put(created.id, other)).at(secret)).toBe('another-secret-of-mine');
    const keyed = oidcApp(
      'Secret',
      { jwks: { keys: [{ kty: 'RSA', e: 'AQAB', n: MODULUS }] } },
      { token_endpoint_auth_method: 'private_key_jwt' },
    );
    expect((await put(created.id, keyed)).at(secret)).toBeUndefined();
    expect((await put(created.id, oidcApp('Secret'))).at(secret)).toMatch(/^[\w-]{64}$/);
    const short = await post(oidcApp('Secret', {}, { client_secret: 'short' }));
    expect(short.causes).toEqual(["client_secret: 'client_secret' must be at least '14' characters long."]);
  });

  test('takes its own answer back, whole', async () => {
    const id = await createApp(okta, 'Echo', {}, {}, { profile: { x: 1 } });
    const before = await get(id);
    const reply = await put(id, before.body);
    expect(reply.status).toBe(200);
    const after = await get(id);
    expect({ ...(after.body as object), lastUpdated: '' }).toEqual({
      ...(before.body as object),
      lastUpdated: '',
    });
  });

  test('ignores status and name, and refuses another type or client ID', async () => {
    const id = await createApp(okta, 'Fixed');
    const reply = await put(id, oidcApp('Fixed', {}, {}, { status: 'INACTIVE', id: 'x', created: 'y' }));
    expect(reply.at('status')).toBe('ACTIVE');
    expect((await put(id, oidcApp('Fixed', { application_type: 'native' }))).at('errorSummary')).toBe(
      'Api validation failed: application_type',
    );
    expect((await put(id, oidcApp('Fixed', {}, { client_id: 'another-one' }))).at('errorSummary')).toBe(
      'Api validation failed: client_id',
    );
    expect((await put(id, { settings: {} })).at('errorSummary')).toBe('Api validation failed: label');
  });

  test('refuses a private_key_jwt client without its keys', async () => {
    const credentials = { token_endpoint_auth_method: 'private_key_jwt' };
    const jwks = { keys: [{ kid: 'one', kty: 'RSA', e: 'AQAB', n: MODULUS, use: 'sig' }] };
    const id = await createApp(okta, 'Keys', { ...serviceSettings, jwks }, credentials);
    const key = (await get(id)).at(`${CLIENT}.jwks.keys.0.id`);
    expect((await put(id, oidcApp('Keys', serviceSettings, credentials))).status).toBe(400);
    const same = { keys: [{ kid: 'one', kty: 'RSA', e: 'AQAB', n: MODULUS }] };
    const reply = await put(id, oidcApp('Keys', { ...serviceSettings, jwks: same }, credentials));
    expect(reply.at(`${CLIENT}.jwks.keys.0`)).toMatchObject({ id: key, use: null });
  });
});

describe('the life of an app', () => {
  test('only an inactive app can be deleted', async () => {
    const id = await createApp(okta, 'Mortal');
    const refused = await call(okta, 'DELETE', `/api/v1/apps/${id}`);
    expect([refused.status, refused.at('errorCode')]).toEqual([403, 'E0000056']);
    expect(refused.causes).toEqual(['The application must be deactivated before deletion.']);
    const deactivated = await call(okta, 'POST', `/api/v1/apps/${id}/lifecycle/deactivate`);
    expect([deactivated.status, deactivated.body]).toEqual([200, {}]);
    const links = (await get(id)).at('_links') as object;
    expect(links).toHaveProperty('activate');
    expect(links).not.toHaveProperty('deactivate');
    const deleted = await call(okta, 'DELETE', `/api/v1/apps/${id}`);
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    for (const method of ['GET', 'DELETE']) {
      const gone = await call(okta, method, `/api/v1/apps/${id}`);
      expect([gone.status, gone.at('errorSummary')]).toEqual([
        404,
        `Not found: Resource not found: ${id} (AppInstance)`,
      ]);
    }
  });
});

describe('listing apps', () => {
  test('pages by ascending ID, with Link headers in Okta’s order', async () => {
    const other = await startEmulator();
    const ids: string[] = [];
    for (const label of ['Zeta', 'alpha one', 'alpha two', 'Beta']) ids.push(await createApp(other, label));
    await call(other, 'POST', `/api/v1/apps/${String(ids[0])}/lifecycle/deactivate`);
    const all = await call(other, 'GET', '/api/v1/apps');
    expect(all.each('id')).toEqual(ids);
    expect(all.linkTo('next')).toBeUndefined();

    const query = `?q=ALPHA&filter=${encodeURIComponent('status eq "ACTIVE"')}&limit=1`;
    const first = await call(other, 'GET', `/api/v1/apps${query}`);
    expect(first.each('label')).toEqual(['alpha one']);
    const base = `${other.url}/api/v1/apps`;
    expect(first.linkTo('self')).toBe(`${base}?limit=1&q=ALPHA&filter=status+eq+%22ACTIVE%22`);
    expect(first.linkTo('next')).toBe(
      `${base}?after=${String(ids[1])}&limit=1&q=ALPHA&filter=status+eq+%22ACTIVE%22`,
    );
    const second = await call(other, 'GET', first.linkTo('next') ?? '');
    expect(second.each('label')).toEqual(['alpha two']);
    expect(second.linkTo('next')).toBeUndefined();

    expect((await call(other, 'GET', '/api/v1/apps?filter=status+eq+"INACTIVE"')).each('id')).toEqual([
      ids[0],
    ]);
    expect((await call(other, 'GET', `/api/v1/apps?filter=id+eq+"${String(ids[2])}"`)).each('label')).toEqual(
      ['alpha two'],
    );
    for (const filter of ['label eq "Zeta"', 'status sw "A"', 'status eq "ACTIVE" and name eq "x"', '"']) {
      const bad = await call(other, 'GET', `/api/v1/apps?filter=${encodeURIComponent(filter)}`);
      expect([bad.status, bad.at('errorCode')]).toEqual([400, 'E0000031']);
    }
    await other.close();
  });

  test('goes on after an app that was deleted between two pages', async () => {
    const other = await startEmulator();
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.push(await createApp(other, 'Paged'));
    const first = await call(other, 'GET', '/api/v1/apps?limit=1');
    await call(other, 'POST', `/api/v1/apps/${String(ids[0])}/lifecycle/deactivate`);
    await call(other, 'DELETE', `/api/v1/apps/${String(ids[0])}`);
    expect((await call(other, 'GET', first.linkTo('next') ?? '')).each('id')).toEqual([ids[1]]);
    await other.close();
  });

  test('filters by group and user, members of groups included', async () => {
    const id = await createApp(okta, 'Filtered');
    await call(okta, 'PUT', `/api/v1/apps/${id}/groups/${okta.org.everyone.id}`, {});
    const byGroup = await call(okta, 'GET', `/api/v1/apps?filter=group.id+eq+"${okta.org.everyone.id}"`);
    expect(byGroup.each('id')).toEqual([id]);
    const byUser = await call(okta, 'GET', `/api/v1/apps?filter=user.id+eq+"${okta.org.administrator.id}"`);
    expect(byUser.each('id')).toEqual([id]);
  });
});

describe('catalog apps', () => {
  const catalogApp = (name: string, app: object, label?: string): object => ({
    name,
    label,
    signOnMode: 'OPENID_CONNECT',
    settings: { app, oauthClient: { redirect_uris: ['https://ignored.example/'] } },
    credentials: { oauthClient: { client_id: 'ignored-client-id' } },
    profile: { mark: 1 },
  });

  test('lower the key, ignore the client, and have settings of their own', async () => {
    const reply = await post(catalogApp('PaperLantern', { own: 1 }));
    expect(reply.status).toBe(200);
    expect(reply.at('name')).toBe('paperlantern');
    expect(reply.at('label')).toBe('Paper Lantern');
    expect(reply.at('settings.app')).toEqual({ base_url: null, own: 1 });
    expect(reply.at(CLIENT)).toBeUndefined();
    expect(reply.at(CREDENTIALS)).toBeUndefined();
    expect(reply.at('universalLogout')).toEqual({ status: 'UNSUPPORTED' });
    expect(reply.at('visibility.appLinks')).toEqual({ paperlantern_link: true });
    expect(reply.at('profile')).toEqual({ mark: 1 });
    const secrets = await call(okta, 'GET', `/api/v1/apps/${reply.id}/credentials/secrets`);
    expect(secrets.at('0.client_secret')).toMatch(/^[\w-]{64}$/);
    const replaced = await put(
      reply.id,
      catalogApp('paperlantern', { base_url: 'https://a.example' }, 'Renamed'),
    );
    expect(replaced.at('settings.app')).toEqual({ base_url: 'https://a.example' });
    expect(replaced.at('label')).toBe('Renamed');
  });

  test('may drop the profile', async () => {
    okta.unknown.catalogProfile = 'dropped';
    const reply = await post(catalogApp('paperlantern', {}));
    okta.unknown.catalogProfile = 'kept';
    expect(reply.at('profile')).toBeUndefined();
  });

  test('want what they require, and have to exist', async () => {
    const missing = await post(catalogApp('harbourdesk', { region: 'eu' }));
    expect(missing.causes).toEqual(['subdomain: The field cannot be left blank']);
    expect((await post(catalogApp('harbourdesk', { subdomain: 'acme' }))).status).toBe(200);
    const unknown = await post(catalogApp('no_such_app', {}));
    expect([unknown.status, unknown.at('errorSummary')]).toEqual([
      404,
      'Not found: Resource not found: no_such_app (App)',
    ]);
  });
});

test('an org without consent management swallows the consent method', async () => {
  okta.org.features.consentManagement = false;
  const reply = await post(oidcApp('No consent', { consent_method: 'REQUIRED' }));
  okta.org.features.consentManagement = true;
  expect(reply.at(CLIENT)).not.toHaveProperty('consent_method');
});

test('apps of a Classic Engine org have no policies', async () => {
  const classic = await startEmulator({ engine: 'classic' });
  const created = await call(classic, 'POST', '/api/v1/apps', oidcApp('Classic'));
  for (const link of ['accessPolicy', 'policies', 'profileEnrollment']) {
    expect(created.at('_links')).not.toHaveProperty(link);
  }
  expect((await call(classic, 'GET', '/.well-known/okta-organization')).at('pipeline')).toBe('v1');
  await classic.close();
});
