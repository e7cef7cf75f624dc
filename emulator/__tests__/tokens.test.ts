import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CryptoKey, JWK } from 'jose';
import { SignJWT, decodeJwt, exportJWK, generateKeyPair } from 'jose';
import { Browser } from '../src/browser.ts';
import type { Emulator } from '../src/server.ts';
import { startEmulator } from '../src/server.ts';
import { Reply, call, createUser, serviceSettings } from './support/caller.ts';
import type { TestClient } from './support/sign-in.ts';
import {
  GRACE,
  addGrace,
  assign,
  authorizeUrl,
  exchange,
  pkce,
  post,
  problem,
  refresh,
  setPolicy,
  signIn,
  tokensFor,
  webClient,
} from './support/sign-in.ts';

let okta: Emulator;
let now: number;
let client: TestClient;
let grace: string;
beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  okta = await startEmulator({ now: () => now });
  client = await webClient(okta);
  grace = await addGrace(okta, client);
});
afterEach(() => okta.close());

const get = async (path: string, authorization?: string): Promise<Reply> => {
  const headers = { ...(authorization === undefined ? {} : { authorization }) };
  const response = await fetch(`${okta.url}${path}`, { headers, redirect: 'manual' });
  return new Reply(response.status, response.headers, await response.text());
};

const DEAD = [400, 'invalid_grant', 'The refresh token is invalid or expired.'];

describe('a refresh token', () => {
  test('stays the same where it is static, and brings new tokens of the same sign-in', async () => {
    const first = await tokensFor(okta, client);
    now += 60_000;
    const second = await refresh(okta, client, first.at('refresh_token'));
    expect([second.status, second.at('refresh_token')]).toEqual([200, first.at('refresh_token')]);
    expect(decodeJwt(String(second.at('access_token'))).jti).toMatch(/^AT\..+\.oar/);
    const [before, after] = [first, second].map((reply) => decodeJwt(String(reply.at('id_token'))));
    expect(after).toMatchObject({ sub: grace, amr: [], auth_time: before?.['auth_time'] });
    expect(after).not.toHaveProperty('nonce');
    now += 90 * 24 * 3600_000;
    expect(problem(await refresh(okta, client, first.at('refresh_token')))).toEqual(DEAD);
  });

  test('is for the scopes of the sign-in, or fewer', async () => {
    const token = (await tokensFor(okta, client)).at('refresh_token');
    const fewer = await refresh(okta, client, token, { scope: 'openid' });
    expect(fewer.at('scope')).toBe('openid');
    expect(fewer.body).not.toHaveProperty('refresh_token');
    expect(problem(await refresh(okta, client, token, { scope: 'openid phone' }))).toEqual([
      400,
      'access_denied',
      'Some of the scopes requested for the refresh request were not granted in the original authorize request. Denied scopes: phone',
    ]);
  });

  describe('that rotates', () => {
    const rotating = async (leeway?: number): Promise<TestClient> => {
      const settings = { rotation_type: 'ROTATE', ...(leeway === undefined ? {} : { leeway }) };
      const rotates = await webClient(okta, { refresh_token: settings });
      await assign(okta, rotates, grace);
      return rotates;
    };

    test('is another each time; the old one is good for the leeway', async () => {
      const rotates = await rotating();
      const first = (await tokensFor(okta, rotates)).at('refresh_token');
      const second = (await refresh(okta, rotates, first)).at('refresh_token');
      expect(second).not.toBe(first);
      now += 29_999;
      expect((await refresh(okta, rotates, first)).status).toBe(200);
      expect((await refresh(okta, rotates, second)).status).toBe(200);
    });

    test('is good for the leeway after its first use, not after its last', async () => {
      const rotates = await rotating();
      const first = (await tokensFor(okta, rotates)).at('refresh_token');
      for (const status of [200, 200, 400]) {
        expect((await refresh(okta, rotates, first)).status).toBe(status);
        now += 20_000;
      }
    });

    test('does not live longer for being exchanged', async () => {
      const rotates = await rotating();
      setPolicy(okta, ['ALL_CLIENTS'], { token: { refreshTokenLifetimeMinutes: 60 } });
      const first = (await tokensFor(okta, rotates, {}, '/default')).at('refresh_token');
      now += 59 * 60_000;
      const second = (await refresh(okta, rotates, first, {}, '/default')).at('refresh_token');
      now += 60_000;
      expect(problem(await refresh(okta, rotates, second, {}, '/default'))).toEqual(DEAD);
    });

    test('takes all tokens of the sign-in along, when an old one is used after the leeway', async () => {
      const rotates = await rotating(0);
      const signedIn = await tokensFor(okta, rotates);
      const first = signedIn.at('refresh_token');
      const second = await refresh(okta, rotates, first);
      const userinfo = async (reply: Reply): Promise<number> =>
        (await get('/oauth2/v1/userinfo', `Bearer ${String(reply.at('access_token'))}`)).status;
      expect(await userinfo(second)).toBe(200);
      expect(problem(await refresh(okta, rotates, first))).toEqual(DEAD);
      expect(problem(await refresh(okta, rotates, second.at('refresh_token')))).toEqual(DEAD);
      expect([await userinfo(signedIn), await userinfo(second)]).toEqual([401, 401]);
    });
  });

  test('is for its client, while that is active and the person assigned', async () => {
    const token = (await tokensFor(okta, client)).at('refresh_token');
    const other = await webClient(okta);
    expect(problem(await refresh(okta, other, token))).toEqual(DEAD);
    expect(problem(await refresh(okta, client, token, {}, '/default'))).toEqual(DEAD);
    await call(okta, 'DELETE', `/api/v1/apps/${client.id}/users/${grace}`);
    expect((await refresh(okta, client, token)).at('error')).toBe('access_denied');
    await assign(okta, client, grace);
    expect((await refresh(okta, client, token)).status).toBe(200);
    await call(okta, 'POST', `/api/v1/apps/${client.id}/lifecycle/deactivate`);
    expect((await refresh(okta, client, token)).at('error')).toBe('invalid_client');
    await call(okta, 'POST', `/api/v1/apps/${client.id}/lifecycle/activate`);
    expect(problem(await refresh(okta, client, token))).toEqual(DEAD);
  });

  test('of the server default asks the policy again, and lies idle no longer than it says', async () => {
    setPolicy(okta, ['ALL_CLIENTS'], { token: { refreshTokenWindowMinutes: 10 } });
    const token = (await tokensFor(okta, client, {}, '/default')).at('refresh_token');
    const again = (): Promise<Reply> => refresh(okta, client, token, {}, '/default');
    now += 9 * 60_000;
    expect((await again()).status).toBe(200);
    now += 9 * 60_000;
    expect((await again()).status).toBe(200);
    setPolicy(okta, ['0oaother'], {});
    expect(problem(await again())).toEqual([
      401,
      'access_denied',
      'Policy evaluation failed for this request, please check the policy configurations.',
    ]);
    setPolicy(okta, ['ALL_CLIENTS'], {});
    now += 10 * 60_000;
    expect(problem(await again())).toEqual(DEAD);
  });
});

describe('a client proves itself', () => {
  const tokenUrl = (): string => `${okta.url}/oauth2/v1/token`;

  const assertion = (id: string, key: CryptoKey | Uint8Array, alg: string): Promise<string> =>
    new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg })
      .setIssuer(id)
      .setSubject(id)
      .setAudience(tokenUrl())
      .setIssuedAt(now / 1000)
      .setExpirationTime(now / 1000 + 60)
      .sign(key);

  const byAssertion = async (
    { id }: TestClient,
    key: CryptoKey | Uint8Array,
    alg: string,
  ): Promise<Record<string, string>> => ({
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion(id, key, alg),
  });

  const basic = (id: string, secret = ''): Record<string, string> => ({
    authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
  });

  async function redeem(
    { id }: TestClient,
    proof: Record<string, string>,
    headers: Record<string, string> = {},
    parameters: Record<string, string> = {},
  ): Promise<Reply> {
    const { code = '' } = await signIn(okta, { id, proof }, parameters);
    const form = { grant_type: 'authorization_code', code, redirect_uri: 'https://example.com/callback' };
    return post(okta, 'token', { ...form, ...proof }, headers);
  }

  test('by its secret, in the header or the form', async () => {
    const secret = client.proof['client_secret'];
    expect((await redeem(client, client.proof)).status).toBe(200);
    expect((await redeem(client, {}, basic(client.id, secret))).status).toBe(200);
    const wrong = [401, 'invalid_client', 'The client secret supplied for a confidential client is invalid.'];
    expect(problem(await redeem(client, { ...client.proof, client_secret: 'wrong' }))).toEqual(wrong);
    expect(problem(await redeem(client, {}, basic(client.id, 'wrong')))).toEqual(wrong);
    expect(problem(await redeem(client, {}, { authorization: 'Basic !!!' }))).toEqual([
      401,
      'invalid_client',
      'Found Authentication header but was not valid client credentials.',
    ]);
    expect(problem(await redeem(client, { client_id: client.id }))).toEqual([
      401,
      'invalid_client',
      'Client authentication failed. Either the client or the client credentials are invalid.',
    ]);
    expect(problem(await redeem(client, {}))).toEqual([
      401,
      'invalid_client',
      "Invalid value for 'client_id' parameter.",
    ]);
    expect(problem(await redeem(client, client.proof, basic(client.id, secret)))).toEqual([
      401,
      'invalid_request',
      expect.stringContaining('Cannot supply multiple client credentials.'),
    ]);
  });

  test('by either of two secrets, as long as both are active', async () => {
    const secrets = `/api/v1/apps/${client.id}/credentials/secrets`;
    const second = await call(okta, 'POST', secrets);
    const proof = { client_id: client.id, client_secret: String(second.at('client_secret')) };
    expect((await redeem(client, proof)).status).toBe(200);
    expect((await redeem(client, client.proof)).status).toBe(200);
    await call(okta, 'POST', `${secrets}/${second.id}/lifecycle/deactivate`);
    expect((await redeem(client, proof)).status).toBe(401);
  });

  test('by an assertion signed with its secret', async () => {
    const jwt = await webClient(okta, {}, { token_endpoint_auth_method: 'client_secret_jwt' });
    await assign(okta, jwt, grace);
    const secret = new TextEncoder().encode(jwt.proof['client_secret']);
    expect((await redeem(jwt, await byAssertion(jwt, secret, 'HS256'))).status).toBe(200);
    const wrong = await byAssertion(jwt, new TextEncoder().encode('x'.repeat(64)), 'HS256');
    expect((await redeem(jwt, wrong)).at('error_description')).toBe(
      'The client_assertion signature is invalid.',
    );
    expect((await redeem(jwt, jwt.proof)).status).toBe(401);
    const own = new TextEncoder().encode(client.proof['client_secret']);
    expect((await redeem(client, await byAssertion(client, own, 'HS256'))).status).toBe(401);
  });

  test('by an assertion signed with its key', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] as JWK[] };
    const keyed = await webClient(okta, { jwks }, { token_endpoint_auth_method: 'private_key_jwt' });
    await assign(okta, keyed, grace);
    expect((await redeem(keyed, await byAssertion(keyed, privateKey, 'ES256'))).status).toBe(200);
    const other = await generateKeyPair('ES256');
    expect((await redeem(keyed, await byAssertion(keyed, other.privateKey, 'ES256'))).status).toBe(401);
  });

  test('by PKCE alone, where it is public; a page in a browser by its origin as well', async () => {
    const spa = { application_type: 'browser' };
    const open = await webClient(okta, spa, { token_endpoint_auth_method: 'none' });
    await assign(okta, open, grace);
    const { verifier, parameters } = pkce();
    const proof = { client_id: open.id, code_verifier: verifier };
    expect((await redeem(open, proof, {}, parameters)).status).toBe(200);
    expect((await redeem(open, proof, { origin: 'https://example.com' }, parameters)).status).toBe(200);
    expect(problem(await redeem(open, proof, { origin: 'https://evil.example' }, parameters))).toEqual([
      400,
      'invalid_request',
      'Browser requests to the token endpoint must be part of at least one whitelisted redirect_uri.',
    ]);
    expect(problem(await redeem(client, client.proof, { origin: 'https://example.com' }))).toEqual([
      401,
      'invalid_client',
      'Browser requests to the token endpoint must use Proof Key for Code Exchange.',
    ]);
  });
});

describe('a client’s own token', () => {
  const own = (app: TestClient, scope: string): Promise<Reply> =>
    post(okta, 'token', { grant_type: 'client_credentials', scope, ...app.proof }, {}, '/default');

  test('of the server default needs a scope of that server, and a policy', async () => {
    const server = okta.org.findAuthorizationServer('default');
    const [openid] = server?.scopes.values() ?? [];
    if (openid !== undefined) {
      server?.scopes.set('scp1', { ...openid, id: 'scp1', name: 'orders', system: false });
    }
    const worker = await webClient(okta, serviceSettings);
    setPolicy(okta, [worker.id], { token: { accessTokenLifetimeMinutes: 5 } });
    const reply = await own(worker, 'orders');
    expect(reply.body).toEqual({
      token_type: 'Bearer',
      expires_in: 300,
      access_token: expect.any(String),
      scope: 'orders',
    });
    const claims = decodeJwt(String(reply.at('access_token')));
    expect(claims).toMatchObject({ sub: worker.id, cid: worker.id, aud: 'api://default', scp: ['orders'] });
    expect(claims).not.toHaveProperty('uid');
    for (const scope of ['openid', 'nonsense', '']) {
      expect((await own(worker, scope)).at('error')).toBe('invalid_scope');
    }
    const orders = server?.scopes.get('scp1');
    if (orders !== undefined) orders.default = true;
    expect((await own(worker, '')).at('scope')).toBe('orders');
    setPolicy(okta, ['0oaother'], {});
    expect(problem(await own(worker, 'orders'))).toEqual([
      401,
      'access_denied',
      'Policy evaluation failed for this request, please check the policy configurations.',
    ]);
    expect((await own(client, 'orders')).at('error')).toBe('unauthorized_client');
  });
});

describe('userinfo', () => {
  const userinfo = (token: unknown, path = '/oauth2/v1/userinfo'): Promise<Reply> =>
    get(path, `Bearer ${String(token)}`);

  test('tells what the scopes say of the person', async () => {
    const reply = await tokensFor(okta, client);
    const told = await userinfo(reply.at('access_token'));
    expect(told.body).toEqual({
      sub: grace,
      name: 'Given Family',
      given_name: 'Given',
      family_name: 'Family',
      zoneinfo: 'America/Los_Angeles',
      locale: 'en_US',
      updated_at: now / 1000,
      preferred_username: GRACE.username,
      email: GRACE.username,
      email_verified: true,
    });
  });

  test('wants a good token of its own server, with a scope that brings claims', async () => {
    const reply = await tokensFor(okta, client);
    const token = reply.at('access_token');
    const header = (answer: Reply): unknown[] => [
      answer.status,
      answer.text,
      answer.headers.get('www-authenticate'),
    ];
    const invalid = [
      401,
      '',
      'Bearer error="invalid_token", error_description="The access token is invalid"',
    ];
    expect(header(await get('/oauth2/v1/userinfo'))).toEqual(invalid);
    expect(header(await userinfo('garbage'))).toEqual(invalid);
    expect(header(await userinfo(token, '/oauth2/default/v1/userinfo'))).toEqual(invalid);
    const bare = await tokensFor(okta, client, { scope: 'openid' });
    expect(header(await userinfo(bare.at('access_token')))).toEqual([
      403,
      '',
      'Bearer error="insufficient_scope", error_description="The access token must provide access to at least one of these scopes - profile, email, address or phone"',
    ]);
    now += 3600_000;
    expect(header(await userinfo(token))).toEqual(invalid);
  });
});

describe('introspection', () => {
  const introspect = (token: unknown, app = client, server = ''): Promise<Reply> =>
    post(okta, 'introspect', { token: String(token), ...app.proof }, {}, server);

  test('tells a client what a token is good for', async () => {
    const reply = await tokensFor(okta, client);
    expect((await introspect(reply.at('access_token'))).body).toEqual({
      active: true,
      token_type: 'Bearer',
      scope: 'openid profile email offline_access',
      client_id: client.id,
      username: GRACE.username,
      exp: now / 1000 + 3600,
      iat: now / 1000,
      sub: GRACE.username,
      aud: okta.url,
      iss: okta.url,
      jti: expect.stringMatching(/^AT\./),
      uid: grace,
    });
    expect((await introspect(reply.at('refresh_token'))).body).toMatchObject({ active: true, uid: grace });
  });

  test('tells nothing of a token that is unknown, old, or another server’s, nor to a stranger', async () => {
    const token = (await tokensFor(okta, client)).at('access_token');
    setPolicy(okta, ['ALL_CLIENTS'], {});
    for (const reply of [await introspect('garbage'), await introspect(token, client, '/default')]) {
      expect([reply.status, reply.body]).toEqual([200, { active: false }]);
    }
    const stranger = { id: client.id, proof: { client_id: client.id } };
    expect((await introspect(token, stranger)).status).toBe(401);
    now += 3600_000;
    expect((await introspect(token)).body).toEqual({ active: false });
  });
});

describe('revocation', () => {
  const revoke = (token: unknown, app = client): Promise<Reply> =>
    post(okta, 'revoke', { token: String(token), ...app.proof });
  const isActive = async (token: unknown): Promise<unknown> =>
    (await post(okta, 'introspect', { token: String(token), ...client.proof })).at('active');

  test('takes an access token alone, a refresh token with its access tokens', async () => {
    const reply = await tokensFor(okta, client);
    const [access, refreshToken] = [reply.at('access_token'), reply.at('refresh_token')];
    const answer = await revoke(access);
    expect([answer.status, answer.text, answer.headers.get('content-length')]).toEqual([200, '', '0']);
    expect([await isActive(access), await isActive(refreshToken)]).toEqual([false, true]);
    const next = (await refresh(okta, client, refreshToken)).at('access_token');
    expect((await revoke(refreshToken)).status).toBe(200);
    expect([await isActive(next), await isActive(refreshToken)]).toEqual([false, false]);
    expect(problem(await refresh(okta, client, refreshToken))).toEqual(DEAD);
    expect((await revoke('unknown')).status).toBe(200);
  });

  test('shows at the API', async () => {
    await call(okta, 'POST', `/api/v1/apps/${client.id}/grants`, {
      issuer: okta.url,
      scopeId: 'okta.apps.read',
    });
    const token = (await tokensFor(okta, client, { scope: 'openid okta.apps.read' })).at('access_token');
    await revoke(token);
    const refused = await get('/api/v1/apps', `Bearer ${String(token)}`);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toContain('The access token has been revoked.');
  });

  test('leaves the tokens of other clients', async () => {
    const reply = await tokensFor(okta, client);
    const other = await webClient(okta);
    for (const token of [reply.at('access_token'), reply.at('refresh_token')]) {
      expect((await revoke(token, other)).status).toBe(200);
      expect(await isActive(token)).toBe(true);
    }
    const token = reply.at('access_token');
    const stranger = { id: client.id, proof: { client_id: client.id, client_secret: 'wrong' } };
    expect((await revoke(token, stranger)).status).toBe(401);
  });
});

describe('logout', () => {
  const AFTER = 'https://example.com/bye';
  let browser: Browser;
  let idToken: string;
  async function setClient(post_logout_redirect_uris: string[]): Promise<void> {
    const leaving = await webClient(okta, { post_logout_redirect_uris, issuer_mode: 'DYNAMIC' });
    await assign(okta, leaving, grace);
    client = leaving;
    browser = new Browser(okta.url);
    const { url } = await browser.open(authorizeUrl(okta, client), GRACE);
    idToken = String((await exchange(okta, client, url.searchParams.get('code') ?? '')).at('id_token'));
  }
  beforeEach(() => setClient([AFTER]));
  const logOut = (parameters: Record<string, string>): ReturnType<Browser['open']> =>
    browser.open(`${okta.url}/oauth2/v1/logout?${new URLSearchParams(parameters).toString()}`);
  const isSignedIn = async (): Promise<boolean> =>
    (await browser.open(authorizeUrl(okta, client, { prompt: 'none' }))).url.searchParams.has('code');

  test('ends the session and goes where the app says', async () => {
    expect(await isSignedIn()).toBe(true);
    const left = await logOut({ id_token_hint: idToken, post_logout_redirect_uri: AFTER, state: 'x y' });
    expect(left.url.href).toBe(`${AFTER}?state=x+y`);
    expect(await isSignedIn()).toBe(false);
    // Once more, with no session and an ID token that is old by now.
    now += 2 * 3600_000;
    expect((await logOut({ id_token_hint: idToken, post_logout_redirect_uri: AFTER })).url.href).toBe(AFTER);
  });

  test('goes where the app says if that address has characters beyond ASCII, too', async () => {
    const after = 'https://example.com/пока';
    await setClient([after]);
    const left = await logOut({ id_token_hint: idToken, post_logout_redirect_uri: after });
    expect(left.url.href).toBe(new URL(after).href);
  });

  test('ends the session at the org, not only in the browser', async () => {
    const form = new URLSearchParams({ ...GRACE, fromURI: '' });
    const login = await fetch(`${okta.url}/login/login.htm`, { method: 'POST', body: form });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const silent = async (): Promise<boolean> => {
      const url = authorizeUrl(okta, client, { prompt: 'none' });
      const answer = await fetch(url, { headers: { cookie }, redirect: 'manual' });
      return answer.headers.get('location')?.includes('code=') === true;
    };
    expect(await silent()).toBe(true);
    await fetch(`${okta.url}/oauth2/v1/logout?id_token_hint=${idToken}`, { headers: { cookie } });
    expect(await silent()).toBe(false);
  });

  test('leaves the session of somebody else', async () => {
    const ada = { username: 'ada@example.com', password: 'another horse' };
    await assign(okta, client, await createUser(okta, ada.username, ada.password));
    browser = new Browser(okta.url);
    await browser.open(authorizeUrl(okta, client), ada);
    const left = await logOut({ id_token_hint: idToken, post_logout_redirect_uri: AFTER });
    expect(left.url.href).toBe(AFTER);
    expect(await isSignedIn()).toBe(true);
  });

  test('ends at the sign-in page without a place to go', async () => {
    const left = await logOut({ id_token_hint: idToken });
    expect([left.status, left.url.pathname]).toEqual([200, '/login/login.htm']);
    expect(await isSignedIn()).toBe(false);
  });

  test('is an error page for a place that is not registered, and for a bad hint', async () => {
    const [head = '', claims = ''] = idToken.split('.');
    for (const [parameters, words] of [
      [{ id_token_hint: idToken, post_logout_redirect_uri: `${AFTER}/` }, 'must be a Logout redirect URI'],
      [{ post_logout_redirect_uri: AFTER }, 'The id_token_hint cannot be parsed.'],
      [{ id_token_hint: `${head}.${claims}.x` }, 'The id_token_hint signature is invalid.'],
    ] as const) {
      const page = await logOut(parameters);
      expect([page.status, page.url.pathname]).toEqual([400, '/oauth2/v1/logout']);
      expect(page.text).toContain(words);
    }
    const elsewhere = okta.url.replace('127.0.0.1', 'localhost');
    const page = await fetch(`${elsewhere}/oauth2/v1/logout?id_token_hint=${idToken}`);
    expect([page.status, await page.text()]).toEqual([
      400,
      expect.stringContaining('The issuer of the id_token_hint is invalid.'),
    ]);
    expect(await isSignedIn()).toBe(true);
  });
});

describe('discovery', () => {
  const PLACES = ['', '/oauth2/default'];

  test.each(PLACES)('tells of endpoints that are there (%s)', async (place) => {
    const document = (await get(`${place}/.well-known/openid-configuration`)).body as Record<string, unknown>;
    expect(document['issuer']).toBe(`${okta.url}${place}`);
    const endpoints = Object.entries(document).filter(([name]) => /(_endpoint|_uri)$/.test(name));
    expect(endpoints).toHaveLength(7);
    for (const [, address] of endpoints) {
      const statuses = await Promise.all(
        ['GET', 'POST'].map(async (method) => (await fetch(String(address), { method })).status),
      );
      expect(statuses.every((status) => status === 404 || status === 405)).toBe(false);
    }
  });

  test('leaves out what is not served', async () => {
    const custom = await get('/oauth2/default/.well-known/openid-configuration');
    expect(custom.at('grant_types_supported')).toEqual(['authorization_code', 'implicit', 'refresh_token']);
    expect(custom.at('request_parameter_supported')).toBe(false);
    for (const path of [
      '/.well-known/oauth-authorization-server/oauth2/default',
      '/oauth2/default/.well-known/oauth-authorization-server',
    ]) {
      const oauth = await get(path);
      expect(oauth.at('issuer')).toBe(`${okta.url}/oauth2/default`);
      expect(oauth.body).not.toHaveProperty('userinfo_endpoint');
      expect(oauth.at('grant_types_supported')).toContain('client_credentials');
    }
  });

  test('names the issuer that the server’s issuerMode asks for', async () => {
    const server = okta.org.findAuthorizationServer('default');
    if (server === undefined) throw new Error('There is no default server.');
    const elsewhere = okta.url.replace('127.0.0.1', 'localhost');
    const document = `${elsewhere}/oauth2/default/.well-known/openid-configuration`;
    const issuers = async (): Promise<unknown[]> => {
      const named = [];
      for (const mode of ['DYNAMIC', 'ORG_URL', 'CUSTOM_URL'] as const) {
        server.issuerMode = mode;
        named.push((await call(okta, 'GET', document)).at('issuer'));
      }
      return named;
    };
    const own = `${okta.url}/oauth2/default`;
    expect(await issuers()).toEqual([`${elsewhere}/oauth2/default`, own, own]);
    okta.org.customDomain = 'login.shop.example';
    const { port } = new URL(okta.url);
    const custom = `http://login.shop.example:${port}/oauth2/default`;
    expect(await issuers()).toEqual([`${elsewhere}/oauth2/default`, own, custom]);
  });

  test('names, for a client of the org’s own server, the issuer that the app’s issuer_mode asks for', async () => {
    okta.org.customDomain = 'localhost';
    const custom = okta.url.replace('127.0.0.1', 'localhost');
    const addresses = [okta.url, custom];
    const path = '/.well-known/openid-configuration';
    for (const address of addresses)
      expect((await call(okta, 'GET', address + path)).at('issuer')).toBe(address);
    for (const [mode, expected] of [
      ['DYNAMIC', addresses],
      ['ORG_URL', [okta.url, okta.url]],
      ['CUSTOM_URL', [custom, custom]],
    ] as const) {
      const { id } = await webClient(okta, { issuer_mode: mode });
      const of = async (address: string): Promise<unknown> =>
        (await call(okta, 'GET', `${address}${path}?client_id=${id}`)).at('issuer');
      expect([mode, await Promise.all(addresses.map(of))]).toEqual([mode, expected]);
    }
    const unknown = await call(okta, 'GET', `${path}?client_id=nobody`);
    expect([unknown.status, unknown.at('errorCode')]).toEqual([400, 'invalid_client']);
  });

  test('tells of a server’s scopes, except those that it keeps to itself', async () => {
    const server = okta.org.findAuthorizationServer('default');
    const [openid] = server?.scopes.values() ?? [];
    if (openid === undefined) throw new Error('The server has no scopes.');
    const scope = { ...openid, system: false } as const;
    server?.scopes.set('a', { ...scope, id: 'a', name: 'orders' });
    server?.scopes.set('b', { ...scope, id: 'b', name: 'secrets', metadataPublish: 'NO_CLIENTS' });
    const scopes = (await get('/oauth2/default/.well-known/openid-configuration')).at('scopes_supported');
    expect(scopes).toContain('orders');
    expect(scopes).not.toContain('secrets');
  });
});
