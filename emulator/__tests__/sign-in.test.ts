import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { Browser } from '../src/browser.ts';
import type { Emulator } from '../src/server.ts';
import { startEmulator } from '../src/server.ts';
import { call, createGroup, createUser } from './support/caller.ts';
import type { TestClient } from './support/sign-in.ts';
import {
  GRACE,
  REDIRECT,
  addGrace,
  answerOf,
  assign,
  authorizeUrl,
  exchange,
  pkce,
  problem,
  rulesOf,
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

const seconds = (): number => Math.floor(now / 1000);

describe('the sign-in page', () => {
  test('is plain HTML with a form, and the hinted login in it', async () => {
    const page = await new Browser(okta.url).open(authorizeUrl(okta, client, { login_hint: '"grace"' }));
    expect(page.status).toBe(200);
    expect(page.text).toContain('<h1>Sign In</h1>');
    expect(page.text).toContain('name="username" autocomplete="username" value="&quot;grace&quot;"');
    expect(page.text).toContain('name="password" type="password"');
  });

  test('lets in who knows the password, and nobody else', async () => {
    expect(await signIn(okta, client)).toEqual({ code: expect.any(String), state: 'state-1' });
    for (const person of [
      { ...GRACE, password: 'wrong' },
      { ...GRACE, username: 'nobody@example.com' },
      { ...GRACE, password: '' },
    ]) {
      const page = await new Browser(okta.url).open(authorizeUrl(okta, client), person);
      expect([page.status, page.url.pathname]).toEqual([401, '/login/login.htm']);
      expect(page.text).toContain('<p role="alert">Unable to sign in</p>');
    }
  });

  test('lets nobody in who has no password, or was deactivated', async () => {
    const ada = await createUser(okta, 'ada@example.com');
    await assign(okta, client, ada);
    const url = authorizeUrl(okta, client);
    expect(
      (await new Browser(okta.url).open(url, { username: 'ada@example.com', password: '' })).status,
    ).toBe(401);
    await call(okta, 'POST', `/api/v1/users/${grace}/lifecycle/deactivate`);
    expect((await new Browser(okta.url).open(url, GRACE)).status).toBe(401);
  });

  test('leads nowhere but back to the org', async () => {
    const body = new URLSearchParams({ ...GRACE, fromURI: 'https://evil.example/' });
    const answer = await fetch(`${okta.url}/login/login.htm`, { method: 'POST', body, redirect: 'manual' });
    expect([answer.status, answer.headers.get('location'), answer.headers.get('set-cookie')]).toEqual([
      400,
      null,
      null,
    ]);
  });
});

describe('a session', () => {
  test('signs the person in to a second app without asking, for two hours', async () => {
    const second = await webClient(okta);
    await assign(okta, second, grace);
    const browser = new Browser(okta.url);
    await browser.open(authorizeUrl(okta, client), GRACE);
    const silent = authorizeUrl(okta, second, { prompt: 'none' });
    expect(answerOf(await browser.open(silent))).toHaveProperty('code');
    now += 2 * 3600_000;
    expect(answerOf(await browser.open(silent))).toMatchObject({ error: 'login_required' });
  });

  test('is not enough for prompt=login, or where it is older than max_age', async () => {
    const browser = new Browser(okta.url);
    await browser.open(authorizeUrl(okta, client), GRACE);
    now += 60_000;
    expect(answerOf(await browser.open(authorizeUrl(okta, client, { max_age: '60' })))).toHaveProperty(
      'code',
    );
    now += 1000;
    for (const parameters of [{ prompt: 'login' }, { max_age: '60' }]) {
      const url = authorizeUrl(okta, client, parameters);
      expect((await browser.open(url)).status).toBe(200);
    }
    const again = answerOf(await browser.open(authorizeUrl(okta, client, { prompt: 'login' }), GRACE));
    const tokens = await exchange(okta, client, again['code']);
    expect(decodeJwt(String(tokens.at('id_token')))).toMatchObject({ auth_time: seconds() });
  });
});

describe('the client is answered', () => {
  test('in the query, the fragment, or by a form that posts itself', async () => {
    const open = (response_mode: string): ReturnType<Browser['open']> =>
      new Browser(okta.url).open(authorizeUrl(okta, client, { response_mode }), GRACE);
    expect((await open('query')).url.href).toMatch(
      /^https:\/\/example\.com\/callback\?code=.+&state=state-1$/,
    );
    expect((await open('fragment')).url.href).toMatch(
      /^https:\/\/example\.com\/callback#code=.+&state=state-1$/,
    );
    const form = await open('form_post');
    expect([form.url.href, form.posted?.get('state')]).toEqual([REDIRECT, 'state-1']);
    expect(answerOf(await open('okta_post_message'))['error']).toBe('unsupported_response_mode');
  });

  test('with tokens in the fragment, where it may use the implicit flow', async () => {
    const implicit = await webClient(okta, {
      grant_types: ['authorization_code', 'implicit'],
      response_types: ['code', 'token', 'id_token'],
    });
    await assign(okta, implicit, grace);
    const scope = 'openid profile';
    const {
      id_token = '',
      access_token = '',
      code = '',
    } = await signIn(okta, implicit, {
      scope,
      response_type: 'code id_token token',
    });
    expect(decodeJwt(access_token)).toMatchObject({ scp: ['openid', 'profile'] });
    expect(decodeJwt(id_token)).toMatchObject({ at_hash: expect.any(String), c_hash: expect.any(String) });
    expect((await exchange(okta, implicit, code)).status).toBe(200);
    const alone = await signIn(okta, implicit, { scope, response_type: 'id_token' });
    expect(decodeJwt(alone['id_token'] ?? '')).toMatchObject({ given_name: 'Given', nonce: 'nonce-1' });
    expect(decodeJwt(id_token)).not.toHaveProperty('given_name');
    const query = await signIn(okta, implicit, { scope, response_type: 'token', response_mode: 'query' });
    expect(query['error']).toBe('unsupported_response_mode');
  });

  test.each<[string, Record<string, string>, string]>([
    ['an unknown scope', { scope: 'openid nonsense' }, 'invalid_scope'],
    ['claims without openid', { scope: 'profile' }, 'access_denied'],
    ['a request object', { request: 'x.y.z' }, 'request_not_supported'],
    ['a scope of the API that was not granted', { scope: 'openid okta.apps.read' }, 'consent_required'],
  ])('with an error for %s', async (_, parameters, error) => {
    expect(await signIn(okta, client, parameters)).toMatchObject({ error, state: 'state-1' });
  });

  test('with an error for offline_access, where it may not use refresh tokens', async () => {
    const plain = await webClient(okta, { grant_types: ['authorization_code'] });
    expect(await signIn(okta, plain)).toMatchObject({ error: 'unauthorized_client' });
  });
});

describe('assignment', () => {
  const denied = {
    error: 'access_denied',
    error_description: 'User is not assigned to the client application.',
    state: 'state-1',
  };

  test('is looked at when the person has signed in', async () => {
    const other = await webClient(okta);
    expect(await signIn(okta, other)).toEqual(denied);
    expect(await signIn(okta, other, { prompt: 'none' })).toMatchObject({ error: 'login_required' });
  });

  test('comes through a group as well, or is nobody’s business', async () => {
    const other = await webClient(okta);
    const group = await createGroup(okta, 'Staff');
    await call(okta, 'PUT', `/api/v1/apps/${other.id}/groups/${group}`, {});
    expect(await signIn(okta, other)).toEqual(denied);
    await call(okta, 'PUT', `/api/v1/groups/${group}/users/${grace}`);
    expect(await signIn(okta, other)).toHaveProperty('code');

    const everyone = await webClient(okta);
    await call(okta, 'PUT', `/api/v1/apps/${everyone.id}/groups/${okta.org.everyone.id}`, {});
    expect(await signIn(okta, everyone)).toHaveProperty('code');
    const app = await call(okta, 'GET', `/api/v1/apps/${client.id}`);
    const body = app.body as { settings: object };
    await call(okta, 'DELETE', `/api/v1/apps/${client.id}/users/${grace}`);
    expect(await signIn(okta, client)).toEqual(denied);
    const brokered = { ...body, settings: { ...body.settings, implicitAssignment: true } };
    await call(okta, 'PUT', `/api/v1/apps/${client.id}`, brokered);
    expect(await signIn(okta, client)).toHaveProperty('code');
  });
});

describe('a code', () => {
  test('brings tokens once, within five minutes', async () => {
    const { code } = await signIn(okta, client);
    const reply = await exchange(okta, client, code);
    expect(Object.keys(reply.body as object)).toEqual([
      'token_type',
      'expires_in',
      'access_token',
      'scope',
      'refresh_token',
      'id_token',
    ]);
    expect(reply.body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'email offline_access openid profile',
    });
    expect(reply.headers.get('cache-control')).toBe('no-cache, no-store');
    const gone = [400, 'invalid_grant', 'The authorization code is invalid or has expired.'];
    expect(problem(await exchange(okta, client, code))).toEqual(gone);
    expect(problem(await exchange(okta, client, 'unknown'))).toEqual(gone);
    const late = await signIn(okta, client);
    now += 300_000;
    expect(problem(await exchange(okta, client, late['code']))).toEqual(gone);
  });

  test('is for the client, the redirect URI and the server that it was made for', async () => {
    const { code } = await signIn(okta, client);
    const other = await webClient(okta);
    expect(problem(await exchange(okta, other, code))).toEqual([
      400,
      'invalid_grant',
      "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the authorize request.",
    ]);
    expect(problem(await exchange(okta, client, code, { redirect_uri: `${REDIRECT}/` }))).toEqual([
      400,
      'invalid_grant',
      "The 'redirect_uri' does not match the redirection URI used in the authorization request.",
    ]);
    expect(problem(await exchange(okta, client, code, {}, '/default'))).toEqual([
      400,
      'invalid_request',
      'The grant was issued for another authorization server.',
    ]);
    expect((await exchange(okta, client, code)).status).toBe(200);
  });

  test('of a sign-in with PKCE wants the verifier, of one without wants none', async () => {
    const { verifier, parameters } = pkce();
    const { code } = await signIn(okta, client, parameters);
    expect(problem(await exchange(okta, client, code))).toEqual([
      400,
      'invalid_request',
      'PKCE code verifier is required by the application.',
    ]);
    expect(problem(await exchange(okta, client, code, { code_verifier: pkce().verifier }))).toEqual([
      400,
      'invalid_grant',
      'PKCE verification failed.',
    ]);
    expect((await exchange(okta, client, code, { code_verifier: verifier })).status).toBe(200);
    const plain = await signIn(okta, client);
    expect(problem(await exchange(okta, client, plain['code'], { code_verifier: verifier }))).toEqual([
      400,
      'invalid_request',
      'PKCE code challenge should be specified in the authorize request for code verification.',
    ]);
  });

  test('is worth nothing when the person is gone, but outlives their assignment', async () => {
    const { code } = await signIn(okta, client);
    const second = await signIn(okta, client);
    await call(okta, 'DELETE', `/api/v1/apps/${client.id}/users/${grace}`);
    expect((await exchange(okta, client, code)).status).toBe(200);
    await call(okta, 'POST', `/api/v1/users/${grace}/lifecycle/deactivate`);
    expect((await exchange(okta, client, second['code'])).at('error')).toBe('invalid_grant');
  });
});

describe('tokens of the org’s own server', () => {
  test('verify against its keys, with the recorded claims', async () => {
    const reply = await tokensFor(okta, client);
    const idToken = String(reply.at('id_token'));
    const keys = createRemoteJWKSet(new URL(`${okta.url}/oauth2/v1/keys`));
    const options = { issuer: okta.url, audience: client.id, currentDate: new Date(now) };
    const { payload, protectedHeader } = await jwtVerify(idToken, keys, options);
    expect(protectedHeader).toEqual({ kid: expect.any(String), alg: 'RS256' });
    expect(payload).toEqual({
      sub: grace,
      name: 'Given Family',
      email: GRACE.username,
      ver: 1,
      iss: okta.url,
      aud: client.id,
      iat: seconds(),
      exp: seconds() + 3600,
      jti: expect.stringMatching(/^ID\./),
      amr: ['pwd'],
      idp: okta.org.id,
      nonce: 'nonce-1',
      preferred_username: GRACE.username,
      auth_time: seconds(),
      at_hash: expect.any(String),
    });
    expect(Object.keys(payload).slice(0, 5)).toEqual(['sub', 'name', 'email', 'ver', 'iss']);
    const accessToken = String(reply.at('access_token'));
    await jwtVerify(accessToken, keys, { issuer: okta.url, audience: okta.url, currentDate: new Date(now) });
    expect(decodeProtectedHeader(accessToken)).toMatchObject({ typ: 'application/okta-internal-at+jwt' });
    expect(decodeJwt(accessToken)).toMatchObject({ uid: grace, cid: client.id, sub: GRACE.username });
  });

  test('name the issuer that the app’s issuer_mode asks for', async () => {
    const port = new URL(okta.url).port;
    const elsewhere = { ...okta, url: `http://localhost:${port}` };
    const issuerFor = async (issuer_mode: string): Promise<unknown> => {
      const app = await webClient(okta, { issuer_mode });
      await assign(okta, app, grace);
      return decodeJwt(String((await tokensFor(elsewhere, app)).at('id_token'))).iss;
    };
    expect(await issuerFor('ORG_URL')).toBe(okta.url);
    expect(await issuerFor('DYNAMIC')).toBe(elsewhere.url);
  });

  test('have the claim that the app’s settings add', async () => {
    const staff = await createGroup(okta, 'Staff');
    await call(okta, 'PUT', `/api/v1/groups/${staff}/users/${grace}`);
    const path = `/api/v1/internal/apps/${client.id}/settings/oauth/idToken`;
    const claim = { name: 'groups', valueType: 'GROUPS', groupFilterType: 'REGEX', value: 'St.*' };
    await call(okta, 'POST', path, { issuerMode: 'ORG_URL', ...claim });
    const claims = async (scope: string): Promise<unknown> =>
      decodeJwt(String((await tokensFor(okta, client, { scope })).at('id_token')))['groups'];
    expect(await claims('openid groups')).toEqual(['Staff']);
    expect(await claims('openid')).toBeUndefined();
  });

  test('do not get the person at the API, unless they administer the org', async () => {
    await call(okta, 'POST', `/api/v1/apps/${client.id}/grants`, {
      issuer: okta.url,
      scopeId: 'okta.apps.read',
    });
    const reply = await tokensFor(okta, client, { scope: 'openid okta.apps.read' });
    const authorization = `Bearer ${String(reply.at('access_token'))}`;
    const api = await call(okta, 'GET', '/api/v1/apps', undefined, { authorization });
    expect([api.status, api.at('errorCode')]).toEqual([403, 'E0000006']);
  });
});

describe('the server default', () => {
  test('signs with keys of its own, for its audience', async () => {
    setPolicy(okta, ['ALL_CLIENTS'], {});
    const reply = await tokensFor(okta, client, {}, '/default');
    const issuer = `${okta.url}/oauth2/default`;
    const keys = createRemoteJWKSet(new URL(`${issuer}/v1/keys`));
    const currentDate = new Date(now);
    const accessToken = String(reply.at('access_token'));
    const { payload } = await jwtVerify(accessToken, keys, {
      issuer,
      audience: 'api://default',
      currentDate,
    });
    expect(payload).toEqual({
      ver: 1,
      jti: expect.stringMatching(/^AT\./),
      iss: issuer,
      aud: 'api://default',
      iat: seconds(),
      exp: seconds() + 3600,
      cid: client.id,
      uid: grace,
      scp: ['openid', 'profile', 'email', 'offline_access'],
      auth_time: seconds(),
      sub: GRACE.username,
    });
    await jwtVerify(String(reply.at('id_token')), keys, { issuer, audience: client.id, currentDate });
    const own = createRemoteJWKSet(new URL(`${okta.url}/oauth2/v1/keys`));
    await expect(jwtVerify(accessToken, own, { currentDate })).rejects.toThrow('no applicable key found');
    const api = await call(okta, 'GET', '/api/v1/apps', undefined, {
      authorization: `Bearer ${accessToken}`,
    });
    expect(api.status).toBe(401);
  });

  const policyFailed = {
    error: 'access_denied',
    error_description: 'Policy evaluation failed for this request, please check the policy configurations.',
    state: 'state-1',
  };

  test('lets in whom a policy and a rule let in, when they have signed in', async () => {
    setPolicy(okta, [client.id], {});
    expect(await signIn(okta, client, {}, '/default')).toHaveProperty('code');
    setPolicy(okta, [client.id], { conditions: { people: { groups: { include: ['00gother'] } } } });
    expect(await signIn(okta, client, {}, '/default')).toEqual(policyFailed);
    const silent = await signIn(okta, client, { prompt: 'none' }, '/default');
    expect(silent['error']).toBe('login_required');
    setPolicy(okta, [client.id], { conditions: { grantTypes: { include: ['client_credentials'] } } });
    expect(await signIn(okta, client, {}, '/default')).toEqual(policyFailed);
    setPolicy(okta, [client.id], { status: 'INACTIVE' });
    expect(await signIn(okta, client, {}, '/default')).toEqual(policyFailed);
    setPolicy(okta, [client.id], {
      conditions: { people: { users: { exclude: [grace] }, groups: { include: ['EVERYONE'] } } },
    });
    expect(await signIn(okta, client, {}, '/default')).toEqual(policyFailed);
  });

  test('shows a page where no policy is for the client', async () => {
    setPolicy(okta, ['0oasomebodyelse'], {});
    const page = await new Browser(okta.url).open(authorizeUrl(okta, client, {}, '/default'), GRACE);
    expect([page.status, page.url.pathname]).toEqual([400, '/oauth2/default/v1/authorize']);
    expect(page.text).toContain('Error Code: access_denied');
    expect(page.text).toContain(policyFailed.error_description);
    okta.unknown.signInWithoutPolicy = 'redirect';
    expect(await signIn(okta, client, {}, '/default')).toEqual(policyFailed);
  });

  test('serves nobody while it is inactive', async () => {
    setPolicy(okta, ['ALL_CLIENTS'], {});
    const { code } = await signIn(okta, client, {}, '/default');
    await call(okta, 'POST', '/api/v1/authorizationServers/default/lifecycle/deactivate');
    expect((await exchange(okta, client, code, {}, '/default')).status).toBe(404);
    const page = await new Browser(okta.url).open(authorizeUrl(okta, client, {}, '/default'), GRACE);
    expect(page.status).toBe(404);
  });

  test('takes the first rule that matches, and its lifetimes', async () => {
    setPolicy(
      okta,
      ['ALL_CLIENTS'],
      {
        conditions: { people: { groups: { include: ['00gother'] } } },
        token: { accessTokenLifetimeMinutes: 5 },
      },
      { token: { accessTokenLifetimeMinutes: 10 } },
      { token: { accessTokenLifetimeMinutes: 15 } },
    );
    const { code } = await signIn(okta, client, {}, '/default');
    const [, second, third] = rulesOf(okta);
    if (second === undefined || third === undefined) throw new Error('There are three rules.');
    [second.priority, third.priority] = [third.priority, second.priority];
    const other = await signIn(okta, client, {}, '/default');
    expect((await exchange(okta, client, other['code'], {}, '/default')).at('expires_in')).toBe(900);
    // What is changed after the sign-in does not matter to the code.
    setPolicy(okta, []);
    expect((await exchange(okta, client, code, {}, '/default')).at('expires_in')).toBe(600);
  });

  test('wants a rule for every scope of its own', async () => {
    const server = okta.org.findAuthorizationServer('default');
    const [openid] = server?.scopes.values() ?? [];
    if (openid !== undefined)
      server?.scopes.set('scp1', { ...openid, id: 'scp1', name: 'orders', system: false });
    setPolicy(okta, ['ALL_CLIENTS'], { conditions: { scopes: { include: ['orders'] } } });
    expect(await signIn(okta, client, { scope: 'openid orders' }, '/default')).toHaveProperty('code');
    setPolicy(okta, ['ALL_CLIENTS'], { conditions: { scopes: { include: ['other'] } } });
    expect(await signIn(okta, client, { scope: 'openid orders' }, '/default')).toEqual(policyFailed);
    expect(await signIn(okta, client, { scope: 'openid email' }, '/default')).toHaveProperty('code');
  });

  test('adds its claims', async () => {
    setPolicy(okta, ['ALL_CLIENTS'], {});
    await createGroup(okta, 'Staff');
    const staff = await createGroup(okta, 'Staff of the shop');
    await call(okta, 'PUT', `/api/v1/groups/${staff}/users/${grace}`);
    const claim = (name: string, rest: object): void => {
      const common = {
        id: `ocl${name}`,
        status: 'ACTIVE',
        system: false,
        alwaysIncludeInToken: true,
      } as const;
      const kind = { claimType: 'RESOURCE', valueType: 'EXPRESSION', groupFilterType: undefined } as const;
      okta.org
        .findAuthorizationServer('default')
        ?.claims.set(name, { ...common, ...kind, name, value: '', conditions: { scopes: [] }, ...rest });
    };
    claim('first', { value: 'user.firstName' });
    claim('constant', { value: '"x"' });
    claim('unknown', { value: 'String.len("x")' });
    claim('mail', { value: 'user.email', conditions: { scopes: ['phone'] } });
    claim('groups', { valueType: 'GROUPS', groupFilterType: 'STARTS_WITH', value: 'Staff' });
    claim('last', { value: 'appuser.family_name', claimType: 'IDENTITY' });
    const reply = await tokensFor(okta, client, {}, '/default');
    const accessToken = decodeJwt(String(reply.at('access_token')));
    expect(accessToken).toMatchObject({ first: 'Given', constant: 'x', groups: ['Staff of the shop'] });
    for (const absent of ['unknown', 'mail', 'last']) expect(accessToken).not.toHaveProperty(absent);
    expect(decodeJwt(String(reply.at('id_token')))).toMatchObject({ last: 'Family' });
  });
});
