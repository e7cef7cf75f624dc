import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CryptoKey, JWK, JWTPayload } from 'jose';
import { SignJWT, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose';
import { Reply, call, createApp, serviceSettings } from './support/caller.ts';
import type { Emulator } from '../src/server.ts';
import { startEmulator } from '../src/server.ts';

interface Key {
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

let okta: Emulator;
let now = Date.UTC(2026, 0, 1);
let rsa: Key;
let ec: Key;

async function newKey(alg: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, privateKey, jwk: await exportJWK(publicKey) };
}

beforeAll(async () => {
  okta = await startEmulator({ now: () => now });
  [rsa, ec] = await Promise.all([newKey('RS256'), newKey('ES256')]);
});
afterAll(() => okta.close());

/** Claims, some of which a test leaves out on purpose. */
type Claims = { [name in keyof JWTPayload]: JWTPayload[name] | undefined };

/** A service app with these keys, granted `okta.apps.read` and `okta.groups.manage`. */
async function serviceApp(
  keys: Record<string, Key>,
  settings: Record<string, unknown> = {},
): Promise<string> {
  const jwks = { keys: Object.entries(keys).map(([kid, { jwk }]) => ({ ...jwk, kid })) };
  const credentials = { token_endpoint_auth_method: 'private_key_jwt' };
  const id = await createApp(okta, 'Service', { ...serviceSettings, jwks, ...settings }, credentials);
  for (const scopeId of ['okta.apps.read', 'okta.groups.manage']) {
    await call(okta, 'POST', `/api/v1/apps/${id}/grants`, { issuer: okta.url, scopeId });
  }
  return id;
}

function assertion(
  client: string,
  key: Key,
  claims: Claims = {},
  kid: string | undefined = 'one',
): Promise<string> {
  const seconds = Math.floor(now / 1000);
  const all = {
    iss: client,
    sub: client,
    aud: `${okta.url}/oauth2/v1/token`,
    iat: seconds,
    exp: seconds + 300,
    jti: randomUUID(),
    ...claims,
  };
  const header = kid === '' ? { alg: key.alg } : { alg: key.alg, kid };
  return new SignJWT(all as JWTPayload).setProtectedHeader(header).sign(key.privateKey);
}

async function token(
  jwt: string,
  scope = 'okta.apps.read',
  headers: [string, string][] = [],
): Promise<Reply> {
  const response = await fetch(`${okta.url}/oauth2/v1/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: jwt,
    }),
  });
  return new Reply(response.status, response.headers, await response.text());
}

const problem = (reply: Reply): unknown[] => [reply.status, reply.at('error'), reply.at('error_description')];
const accessTokenOf = (reply: Reply): string => String(reply.at('access_token'));

describe('a token', () => {
  test.each(['RSA', 'EC'])('is issued for a valid assertion (%s)', async (kind) => {
    const key = kind === 'RSA' ? rsa : ec;
    const client = await serviceApp({ one: key });
    const reply = await token(
      await assertion(client, key),
      'okta.apps.read okta.users.read okta.groups.manage',
    );
    expect(reply.body).toEqual({
      token_type: 'Bearer',
      expires_in: 3600,
      access_token: expect.any(String),
      scope: 'okta.apps.read okta.groups.manage',
    });
    const jwt = accessTokenOf(reply);
    expect(decodeProtectedHeader(jwt)).toEqual({
      kid: expect.any(String),
      typ: 'application/okta-internal-at+jwt',
      alg: 'RS256',
    });
    expect(decodeJwt(jwt)).toEqual({
      ver: 1,
      jti: expect.stringMatching(/^AT\./),
      iss: okta.url,
      aud: okta.url,
      sub: client,
      cid: client,
      iat: now / 1000,
      exp: now / 1000 + 3600,
      scp: ['okta.apps.read', 'okta.groups.manage'],
    });
  });

  const soon = (seconds: number): number => Math.floor(now / 1000) + seconds;
  test.each<[string, () => Claims, string]>([
    [
      'another audience',
      () => ({ aud: 'https://other.example' }),
      'The audience claim for client_assertion must be the endpoint invoked for the request.',
    ],
    [
      'no expiry',
      () => ({ exp: undefined }),
      "The client_assertion must contain the 'exp' claim as seconds since epoch.",
    ],
    ['an expiry in the past', () => ({ exp: soon(-1) }), 'The client_assertion token is expired.'],
    [
      'an expiry far ahead',
      () => ({ exp: soon(3700) }),
      'The client_assertion token has an expiration too far into the future.',
    ],
    [
      'a date in the future',
      () => ({ iat: soon(60) }),
      'The client_assertion token must be issued before the current time.',
    ],
    [
      'another issuer',
      () => ({ iss: 'nobody' }),
      'The issuer claim for client_assertion is not a valid client_id.',
    ],
    [
      'another subject',
      () => ({ sub: 'nobody' }),
      'The subject claim for client_assertion is not a valid client_id.',
    ],
  ])('is refused for %s', async (_, claims, description) => {
    const client = await serviceApp({ one: rsa });
    expect(problem(await token(await assertion(client, rsa, claims())))).toEqual([
      401,
      'invalid_client',
      description,
    ]);
  });

  test('is refused for a wrong key, kid or signature, and for what is no JWT', async () => {
    const client = await serviceApp({ one: rsa });
    const description = async (jwt: string): Promise<unknown> => (await token(jwt)).at('error_description');
    expect(await description(await assertion(client, await newKey('RS256')))).toBe(
      'The client_assertion signature is invalid.',
    );
    expect(await description(await assertion(client, ec))).toBe('The client_assertion signature is invalid.');
    expect(await description(await assertion(client, rsa, {}, 'two'))).toBe(
      'The client_assertion JWT kid is invalid.',
    );
    expect(await description('x.y.z')).toBe('The parsing of the client_assertion failed.');
    expect((await token(await assertion(client, rsa, {}, ''))).status).toBe(200);
    const two = await serviceApp({ one: rsa, two: ec });
    expect(await description(await assertion(two, rsa, {}, ''))).toBe(
      'The client_assertion JWT kid is invalid.',
    );
    expect((await token(await assertion(two, ec, {}, 'two'))).status).toBe(200);
  });

  test('is issued once for each jti', async () => {
    const client = await serviceApp({ one: rsa });
    const jwt = await assertion(client, rsa);
    expect((await token(jwt)).status).toBe(200);
    expect(problem(await token(jwt))).toEqual([
      401,
      'invalid_client',
      'The client_assertion token has already been used.',
    ]);
  });

  test('is for scopes that exist and are granted', async () => {
    const client = await serviceApp({ one: rsa });
    const ask = async (scope: string): Promise<unknown[]> =>
      problem(await token(await assertion(client, rsa), scope));
    expect(await ask('')).toEqual([
      400,
      'invalid_scope',
      "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
    ]);
    expect(await ask('openid')).toEqual([
      400,
      'invalid_scope',
      'One or more scopes are not configured for the authorization server resource.',
    ]);
    expect(await ask('okta.users.read')).toEqual([
      400,
      'consent_required',
      'You are not allowed any of the requested scopes.',
    ]);
  });

  test('is for active service apps with keys', async () => {
    const client = await serviceApp({ one: rsa });
    await call(okta, 'POST', `/api/v1/apps/${client}/lifecycle/deactivate`);
    expect(problem(await token(await assertion(client, rsa)))).toEqual([
      401,
      'invalid_client',
      "Invalid value for 'client_id' parameter.",
    ]);
    const secret = await createApp(okta, 'With a secret', serviceSettings);
    expect((await token(await assertion(secret, rsa))).at('error_description')).toBe(
      'Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.',
    );
    const web = await createApp(okta, 'Web');
    expect((await token(await assertion(web, rsa))).at('error_description')).toBe(
      "Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the Org Authorization Server.",
    );
    expect((await token('')).at('error_description')).toBe("Invalid value for 'client_id' parameter.");
    const other = await call(okta, 'POST', '/oauth2/v1/token?grant_type=password');
    expect([other.status, other.at('error')]).toEqual([400, 'unsupported_grant_type']);
  });
});

describe('an API call', () => {
  const api = (authorization: string, path = '/api/v1/apps', method = 'GET'): Promise<Reply> =>
    call(okta, method, path, method === 'POST' ? {} : undefined, { authorization });

  test('needs the scope of the endpoint', async () => {
    const client = await serviceApp({ one: rsa });
    const bearer = `Bearer ${accessTokenOf(await token(await assertion(client, rsa)))}`;
    expect((await api(bearer)).status).toBe(200);
    const refused = await api(bearer, '/api/v1/apps', 'POST');
    expect([refused.status, refused.at('errorCode')]).toEqual([403, 'E0000006']);
    expect(refused.headers.get('www-authenticate')).toBe(
      `Bearer authorization_uri="${okta.url}/oauth2/v1/authorize", realm="${okta.url}", scope="okta.apps.manage", ` +
        'error="insufficient_scope", error_description="The access token provided does not contain the required scopes.", resource="/api/v1/apps"',
    );
    expect((await api(bearer, '/api/v1/groups')).status).toBe(403);
  });

  test('needs a token that this org issued, within the hour, for a client that is active', async () => {
    const client = await serviceApp({ one: rsa });
    const bearer = `Bearer ${accessTokenOf(await token(await assertion(client, rsa)))}`;
    const garbage = await api('Bearer garbage');
    expect([garbage.status, garbage.at('errorCode')]).toEqual([401, 'E0000011']);
    expect(garbage.headers.get('www-authenticate')).toContain('error="invalid_token"');
    now += 3600_000;
    expect((await api(bearer)).headers.get('www-authenticate')).toContain('The token has expired.');
    now -= 3600_000;
    await call(okta, 'POST', `/api/v1/apps/${client}/lifecycle/deactivate`);
    expect((await api(bearer)).status).toBe(401);
  });

  test('is no way to the ID token of a client, nor to the user `me`', async () => {
    const client = await serviceApp({ one: rsa });
    await call(okta, 'POST', `/api/v1/apps/${client}/grants`, {
      issuer: okta.url,
      scopeId: 'okta.users.read',
    });
    const scopes = 'okta.apps.read okta.users.read';
    const bearer = `Bearer ${accessTokenOf(await token(await assertion(client, rsa), scopes))}`;
    const path = `/api/v1/internal/apps/${client}/settings/oauth/idToken`;
    expect((await call(okta, 'GET', path)).status).toBe(200);
    const refused = await api(bearer, path);
    expect([refused.status, refused.at('errorCode')]).toEqual([403, 'E0000005']);
    expect((await api(bearer, '/api/v1/users')).status).toBe(200);
    expect((await api(bearer, '/api/v1/users/me')).status).toBe(404);
  });

  test('may need an admin role as well', async () => {
    const client = await serviceApp({ one: rsa });
    const bearer = `Bearer ${accessTokenOf(await token(await assertion(client, rsa)))}`;
    okta.trouble.requireAdminRole = true;
    const refused = await api(bearer);
    expect([refused.status, refused.at('errorCode'), refused.headers.get('www-authenticate')]).toEqual([
      403,
      'E0000006',
      null,
    ]);
    await call(okta, 'POST', `/oauth2/v1/clients/${client}/roles`, { type: 'APP_ADMIN' });
    expect((await api(bearer)).status).toBe(200);
    okta.trouble.requireAdminRole = false;
  });
});

describe('DPoP', () => {
  const url = (path: string): string => `${okta.url}${path}`;

  function proof(key: Key, claims: Claims = {}, header: Record<string, unknown> = {}): Promise<string> {
    const all = {
      htm: 'POST',
      htu: url('/oauth2/v1/token'),
      iat: Math.floor(now / 1000),
      jti: randomUUID(),
      ...claims,
    };
    return new SignJWT(all as JWTPayload)
      .setProtectedHeader({ typ: 'dpop+jwt', alg: key.alg, jwk: key.jwk, ...header })
      .sign(key.privateKey);
  }

  async function boundToken(client: string, key: Key): Promise<string> {
    const challenge = await token(await assertion(client, rsa), undefined, [['dpop', await proof(key)]]);
    const nonce = challenge.headers.get('dpop-nonce') ?? '';
    const reply = await token(await assertion(client, rsa), undefined, [
      ['dpop', await proof(key, { nonce })],
    ]);
    expect([reply.status, reply.at('token_type')]).toEqual([200, 'DPoP']);
    return accessTokenOf(reply);
  }

  const dpopApp = (): Promise<string> => serviceApp({ one: rsa }, { dpop_bound_access_tokens: true });

  test('challenges for a nonce, and wants a new proof and a new assertion', async () => {
    const client = await dpopApp();
    const jwt = await assertion(client, rsa);
    const first = await proof(ec);
    const challenge = await token(jwt, undefined, [['dpop', first]]);
    expect(problem(challenge)).toEqual([
      400,
      'use_dpop_nonce',
      'Authorization server requires nonce in DPoP proof.',
    ]);
    const nonce = challenge.headers.get('dpop-nonce') ?? '';
    expect(nonce).not.toBe('');
    const fresh = await proof(ec, { nonce });
    expect((await token(jwt, undefined, [['dpop', fresh]])).at('error_description')).toBe(
      'The client_assertion token has already been used.',
    );
    expect(
      (await token(await assertion(client, rsa), undefined, [['dpop', first]])).at('error_description'),
    ).toBe('The DPoP proof JWT has already been used.');
    const reply = await token(await assertion(client, rsa), undefined, [['dpop', fresh]]);
    expect(decodeJwt(accessTokenOf(reply))).toHaveProperty('cnf.jkt');
    const day = 24 * 3600_000;
    now += 2 * day;
    expect(
      (await token(await assertion(client, rsa), undefined, [['dpop', await proof(ec, { nonce })]])).status,
    ).toBe(200);
    now += 2 * day;
    expect(
      (await token(await assertion(client, rsa), undefined, [['dpop', await proof(ec, { nonce })]])).at(
        'error',
      ),
    ).toBe('use_dpop_nonce');
  });

  test('is ignored where the client does not ask for it', async () => {
    const client = await serviceApp({ one: rsa });
    expect(
      (await token(await assertion(client, rsa), undefined, [['dpop', await proof(ec)]])).at('token_type'),
    ).toBe('Bearer');
  });

  const past = (seconds: number): number => Math.floor(now / 1000) - seconds;
  test.each<[string, () => Promise<string | undefined>, string]>([
    ['no proof', () => Promise.resolve(undefined), 'The DPoP proof JWT header is missing.'],
    [
      'two proofs in one header',
      async () => `${await proof(ec)}, ${await proof(ec)}`,
      'The DPoP proof JWT cannot be parsed.',
    ],
    ['another type', () => proof(ec, {}, { typ: 'JWT' }), "'typ' must be 'dpop+jwt' in the DPoP proof JWT."],
    ['another method', () => proof(ec, { htm: 'GET' }), "'htm' claim in the DPoP proof JWT is invalid."],
    [
      'another URL',
      () => proof(ec, { htu: 'https://a.example/' }),
      "'htu' claim in the DPoP proof JWT is invalid.",
    ],
    ['no date', () => proof(ec, { iat: undefined }), "'iat' claim in the DPoP proof JWT is invalid."],
    ['no jti', () => proof(ec, { jti: undefined }), "'jti' claim in the DPoP proof JWT is invalid."],
    [
      'a proof of tomorrow',
      () => proof(ec, { iat: past(-60) }),
      'The DPoP proof JWT is issued in the future.',
    ],
    [
      'an old proof',
      () => proof(ec, { iat: past(301) }),
      'The DPoP proof JWT is issued more than five minutes in the past.',
    ],
    ['an expired proof', () => proof(ec, { exp: past(1) }), 'The DPoP proof JWT is expired.'],
    [
      'another key’s signature',
      () => proof(ec, {}, { jwk: rsa.jwk, alg: 'ES256' }),
      'The DPoP proof JWT signature is invalid.',
    ],
    ['no JWT', () => Promise.resolve('nonsense'), 'The DPoP proof JWT cannot be parsed.'],
  ])('refuses %s', async (_, make, description) => {
    const client = await dpopApp();
    const made = await make();
    const reply = await token(
      await assertion(client, rsa),
      undefined,
      made === undefined ? [] : [['dpop', made]],
    );
    expect(problem(reply)).toEqual([400, 'invalid_dpop_proof', description]);
  });

  test('binds API calls to the key', async () => {
    const client = await dpopApp();
    const accessToken = await boundToken(client, ec);
    const claims = (): Claims => ({
      htm: 'GET',
      htu: url('/api/v1/apps'),
      ath: createHash('sha256').update(accessToken).digest('base64url'),
    });
    const api = (dpop: string | undefined, authorization = `DPoP ${accessToken}`): Promise<Reply> =>
      call(okta, 'GET', '/api/v1/apps?limit=1', undefined, {
        authorization,
        ...(dpop === undefined ? {} : { dpop }),
      });
    const good = await proof(ec, claims());
    expect((await api(good)).status).toBe(200);

    const told = (reply: Reply): unknown[] => [
      reply.status,
      /error="([^"]*)", error_description="([^"]*)"/
        .exec(reply.headers.get('www-authenticate') ?? '')
        ?.slice(1),
    ];
    const replayed = await api(good);
    expect(told(replayed)).toEqual([
      400,
      ['invalid_dpop_proof', 'The DPoP proof JWT has already been used.'],
    ]);
    expect(replayed.headers.get('www-authenticate')).toMatch(
      /^DPoP algs="RS256 RS384 RS512 ES256 ES384 ES512", authorization_uri=/,
    );
    expect(told(await api(undefined))).toEqual([
      400,
      ['invalid_request', 'The resource request requires a DPoP proof.'],
    ]);
    expect(told(await api(await proof(ec, { ...claims(), ath: 'x' })))).toEqual([
      400,
      ['invalid_dpop_proof', "'ath' claim in the DPoP proof does not match the presented access_token."],
    ]);
    expect(told(await api(await proof(rsa, claims())))).toEqual([
      400,
      ['invalid_dpop_proof', 'The access_token is not bound to the provided DPoP proof.'],
    ]);
    expect(told(await api(undefined, `Bearer ${accessToken}`))).toEqual([
      400,
      [
        'invalid_request',
        'The resource request must use the DPoP authentication scheme when using a DPoP bound token.',
      ],
    ]);
    const plain = await serviceApp({ one: rsa });
    const bearer = accessTokenOf(await token(await assertion(plain, rsa)));
    expect(told(await api(await proof(ec, claims()), `DPoP ${bearer}`))).toEqual([
      401,
      ['invalid_token', 'The presented access_token is not DPoP bound.'],
    ]);
  });
});
