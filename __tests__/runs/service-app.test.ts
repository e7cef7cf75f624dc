import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { Fault, RecordedRequest } from '../../emulator/src/server.ts';
import { textOf } from '../../src/util/json.ts';
import { virtualClock } from '../support/clock.ts';
import { APPS, GET, POST, answer } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import { useOrg } from '../support/servers.ts';
import {
  MANAGE_APPS,
  RSA,
  jwk,
  pem,
  serviceApp as makeServiceApp,
  type KeyPair,
  type ServiceAppSetup,
} from '../support/service-app.ts';
import { runSource } from '../support/source.ts';

let clock: ReturnType<typeof virtualClock>;
/** Milliseconds by which Okta's clock is ahead of the runner's. */
let oktaAhead: number;
const org = useOrg(() => {
  clock = virtualClock();
  oktaAhead = 0;
  return { now: () => clock.now() + oktaAhead };
});

const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const P384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const P521 = generateKeyPairSync('ec', { namedCurve: 'P-521' });
/** A key of no app. */
const STRANGE = generateKeyPairSync('rsa', { modulusLength: 2048 });

const PEM = { RSA: pem(RSA.privateKey, 'pkcs8'), EC: pem(EC.privateKey, 'pkcs8') };

function serviceApp(setup: ServiceAppSetup = {}): Promise<string> {
  return makeServiceApp(org, setup);
}

/** Runs the action on the app "shop" as a service app; everything else as in `inputs`. */
function runAs(
  clientId: string,
  inputs: Record<string, string> = {},
  debug = false,
  requestTimeout = 10_000,
): Promise<ActionRun> {
  return runSource({
    with: {
      'org-url': org.url,
      'auth-client-id': clientId,
      'auth-private-key': PEM.RSA,
      'settle-seconds': '0',
      'verify-sign-in': 'false',
      name: 'shop',
      'redirect-uris': 'https://shop.example.com/callback',
      ...inputs,
    },
    debug,
    world: { clock, requestTimeout },
  });
}

function tokenRequests(): RecordedRequest[] {
  return org.requests.filter(({ path }) => path === '/oauth2/v1/token');
}

/** The action's requests to the API itself; the tests' own carry a mark. */
function apiRequests(): RecordedRequest[] {
  return org.requests.filter(
    ({ path, headers }) => path.startsWith('/api/') && headers['x-test-client'] === undefined,
  );
}

function form(request: RecordedRequest): URLSearchParams {
  return new URLSearchParams(String(request.body));
}

function assertionOf(request: RecordedRequest): string {
  return form(request).get('client_assertion') ?? '';
}

function scopesAsked(): string[] {
  return tokenRequests().map((request) => form(request).get('scope') ?? '');
}

function errorOf(run: ActionRun): string {
  return run.errors[0] ?? '';
}

describe('keys', () => {
  const forms: [string, KeyPair, string, string][] = [
    ['RSA as PKCS#1', RSA, pem(RSA.privateKey, 'pkcs1'), 'RS256'],
    ['RSA as PKCS#8', RSA, PEM.RSA, 'RS256'],
    ['RSA as JWK', RSA, JSON.stringify(jwk(RSA.privateKey)), 'RS256'],
    ['RSA with escaped line breaks', RSA, PEM.RSA.replaceAll('\n', '\\n'), 'RS256'],
    ['P-256 as SEC1', EC, pem(EC.privateKey, 'sec1'), 'ES256'],
    ['P-256 as PKCS#8', EC, PEM.EC, 'ES256'],
    ['P-256 as JWK', EC, JSON.stringify(jwk(EC.privateKey)), 'ES256'],
    ['P-384 as PKCS#8', P384, pem(P384.privateKey, 'pkcs8'), 'ES384'],
    ['P-521 as SEC1', P521, pem(P521.privateKey, 'sec1'), 'ES512'],
  ];

  test.each(forms)('%s proves the client', async (_form, pair, key, algorithm) => {
    const clientId = await serviceApp({ keys: [{ kid: 'deploy', pair }] });
    const run = await runAs(clientId, { 'auth-private-key': key });
    expect(run.outputs).toMatchObject({ result: 'created' });
    const assertions = tokenRequests().map((request) => decodeProtectedHeader(assertionOf(request)));
    expect(assertions).toEqual([{ alg: algorithm }]);
  });

  test.each(forms)('%s proves a client that is bound by DPoP', async (_form, pair, key) => {
    const clientId = await serviceApp({
      keys: [{ kid: 'deploy', pair }],
      settings: { dpop_bound_access_tokens: true },
    });
    expect((await runAs(clientId, { 'auth-private-key': key })).outputs).toMatchObject({ result: 'created' });
  });

  test('a curve that Okta does not take is said before any request', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const run = await runAs('0oaService', { 'auth-private-key': pem(privateKey, 'pkcs8') });
    expect(errorOf(run)).toBe(
      'Cannot use "auth-private-key": it is on the curve secp256k1. Okta takes RSA keys, and EC keys on P-256, P-384 and P-521.',
    );
    expect(org.requests).toEqual([]);
  });

  describe('where the app has several', () => {
    const keys = [
      { kid: 'old', pair: EC },
      { kid: 'new', pair: RSA },
    ];

    test('"auth-key-id" says which one', async () => {
      const run = await runAs(await serviceApp({ keys }), { 'auth-key-id': 'new' });
      expect(run.outputs).toMatchObject({ result: 'created' });
    });

    test('the kid of a JWK says which one', async () => {
      const key = JSON.stringify(jwk(EC.privateKey, { kid: 'old' }));
      const run = await runAs(await serviceApp({ keys }), { 'auth-private-key': key });
      expect(run.outputs).toMatchObject({ result: 'created' });
    });

    test('"auth-key-id" goes before the kid of a JWK', async () => {
      const key = JSON.stringify(jwk(EC.privateKey, { kid: 'name of its own' }));
      const run = await runAs(await serviceApp({ keys }), { 'auth-private-key': key, 'auth-key-id': 'old' });
      expect(run.outputs).toMatchObject({ result: 'created' });
    });

    test('without either, the error asks for "auth-key-id"', async () => {
      const run = await runAs(await serviceApp({ keys }));
      expect(errorOf(run)).toMatch(
        /\(invalid_client\): .*kid is invalid\. The app has several public keys in Okta: set "auth-key-id" to the ID \(kid\) of the one that belongs to "auth-private-key"\.$/,
      );
    });
  });
});

describe('scopes', () => {
  test('a run asks for those of an app and no more', async () => {
    await runAs(await serviceApp());
    expect(scopesAsked()).toEqual(['okta.apps.read okta.apps.manage']);
  });

  test('a dry run asks for no right to change anything', async () => {
    const run = await runAs(await serviceApp(), {
      'dry-run': 'true',
      'trusted-origins': 'https://shop.example.com',
    });
    expect(run.outputs).toMatchObject({ result: 'created' });
    expect(scopesAsked()).toEqual(['okta.apps.read okta.trustedOrigins.read']);
  });

  test('groups and users bring the right to read them', async () => {
    await org.group('staff');
    await org.user('ada@example.com');
    const run = await runAs(await serviceApp(), { groups: 'staff', users: 'ada@example.com' });
    expect(run.outputs).toMatchObject({ result: 'created' });
    expect(scopesAsked()).toEqual(['okta.apps.read okta.apps.manage okta.groups.read okta.users.read']);
  });

  test('a sign-on policy brings the right to read the policies', async () => {
    await runAs(await serviceApp(), { 'sign-on-policy': 'Any two factors', 'dry-run': 'true' });
    expect(scopesAsked()).toEqual(['okta.apps.read okta.policies.read']);
  });

  const NONE = { groups: '[]', users: '[]', 'trusted-origins': '[]' };
  const ALL = {
    groups: 'staff',
    users: 'ada@example.com',
    'trusted-origins': 'https://shop.example.com',
    'api-scopes': 'okta.users.read.self',
  };
  const SHARED = { shared: 'true', 'trusted-origins': 'https://shop.example.com' };
  const APP = 'okta.apps.read okta.apps.manage';

  test.each<[string, Record<string, string>, string]>([
    ['empty lists', NONE, APP],
    ['groups', { groups: 'staff' }, `${APP} okta.groups.read`],
    ['users', { users: 'ada@example.com' }, `${APP} okta.users.read`],
    [
      'trusted origins',
      { 'trusted-origins': 'https://shop.example.com' },
      `${APP} okta.trustedOrigins.read okta.trustedOrigins.manage`,
    ],
    [
      'access policies',
      { 'authorization-server': 'default', 'authorization-server-policies': 'Previews' },
      `${APP} okta.authorizationServers.read okta.authorizationServers.manage`,
    ],
    [
      'API scopes',
      { 'api-scopes': 'okta.users.read.self' },
      `${APP} okta.appGrants.read okta.appGrants.manage`,
    ],
    ['an app, only read', { state: 'read', 'redirect-uris': '' }, 'okta.apps.read'],
    ['everything, to be absent', { ...ALL, state: 'absent' }, APP],
    [
      'origins of a shared app, to be absent',
      { ...SHARED, state: 'absent' },
      `${APP} okta.trustedOrigins.read okta.trustedOrigins.manage`,
    ],
  ])('a run with %s asks for no more at first', async (_, inputs, asked) => {
    await runAs(await serviceApp({ scopes: [] }), inputs);
    expect(scopesAsked()).toEqual([asked]);
  });

  test('those that only show while a run is under way are asked for then', async () => {
    const clientId = await serviceApp();
    await runAs(clientId, { 'trusted-origins': 'https://shop.example.com\nhttps://api.example.com' });
    const before = tokenRequests().length;
    const run = await runAs(clientId, { state: 'absent', 'redirect-uris': '' });
    expect(run.outputs).toMatchObject({ result: 'deleted' });
    expect(await org.apiList('/api/v1/trustedOrigins')).toEqual([]);
    expect(scopesAsked().slice(before)).toEqual([
      'okta.apps.read okta.apps.manage',
      'okta.apps.read okta.apps.manage okta.trustedOrigins.read',
      'okta.apps.read okta.apps.manage okta.trustedOrigins.read okta.trustedOrigins.manage',
    ]);
  });

  test('one that is not granted is named before anything is changed', async () => {
    await org.group('staff');
    const clientId = await serviceApp({ scopes: MANAGE_APPS });
    const run = await runAs(clientId, { groups: 'staff' });
    expect(errorOf(run)).toBe(
      `Cannot get an access token for the service app ${clientId}: it was granted okta.apps.read and okta.apps.manage, and this run also needs okta.groups.read. ` +
        'A super administrator has to grant the app okta.groups.read (Admin Console: Applications, the app, Okta API Scopes).',
    );
    expect(apiRequests()).toEqual([]);
  });

  test('where none is granted, all are named', async () => {
    const run = await runAs(await serviceApp({ scopes: [] }));
    expect(errorOf(run)).toMatch(
      /\(consent_required\): .* A super administrator has to grant the app okta\.apps\.read and okta\.apps\.manage \(Admin Console: Applications, the app, Okta API Scopes\)\.$/,
    );
  });
});

describe('tokens', () => {
  const INVALID_TOKEN = {
    kind: 'answer',
    status: 401,
    body: { errorCode: 'E0000011', errorSummary: 'Invalid token provided' },
  } as const;

  test('requests at the same time share one', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => org.group(name)));
    const run = await runAs(await serviceApp(), { groups: 'a\nb\nc' });
    expect(run.outputs).toMatchObject({ result: 'created' });
    expect(tokenRequests()).toHaveLength(1);
    expect(new Set(apiRequests().map(({ headers }) => headers['authorization'])).size).toBe(1);
  });

  test('one that is refused is replaced', async () => {
    const clientId = await serviceApp();
    let refused: string | undefined;
    org.trouble.fault = ({ method, path }) => {
      if (refused !== undefined || method !== 'POST' || path !== '/api/v1/apps') return undefined;
      refused = org.requests.at(-1)?.headers['authorization'];
      return INVALID_TOKEN;
    };
    const run = await runAs(clientId);
    expect(run.outputs).toMatchObject({ result: 'created' });
    expect(tokenRequests()).toHaveLength(2);
    expect(apiRequests().at(-1)?.headers['authorization']).not.toBe(refused);
  });

  test('one that several requests find refused is replaced once', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => org.group(name)));
    const clientId = await serviceApp();
    let refused: string | undefined;
    org.trouble.fault = ({ path }) => {
      if (path !== '/api/v1/groups') return undefined;
      const sent = org.requests.findLast((request) => request.path === path)?.headers['authorization'];
      refused ??= sent;
      return sent === refused ? INVALID_TOKEN : undefined;
    };
    expect((await runAs(clientId, { groups: 'a\nb\nc' })).outputs).toMatchObject({ result: 'created' });
    expect(apiRequests().filter(({ status }) => status === 401)).toHaveLength(3);
    expect(tokenRequests()).toHaveLength(2);
  });

  test('where the next one is refused as well, the run ends', async () => {
    const clientId = await serviceApp();
    org.trouble.fault = ({ path }) => (path.startsWith('/api/') ? INVALID_TOKEN : undefined);
    const run = await runAs(clientId);
    expect(run.exitCode).toBe(1);
    expect(errorOf(run)).toBe(
      `Cannot use the access token of the service app ${clientId} to find the app "shop": Okta answered 401 (E0000011): Invalid token provided. ` +
        `Check "auth-client-id" and "auth-private-key": the service app must be an active one of ${new URL(org.url).host}.`,
    );
    expect(tokenRequests()).toHaveLength(2);
  });

  test('one that runs out while the run waits is replaced before it is used', async () => {
    const clientId = await serviceApp();
    let limited = false;
    org.trouble.fault = ({ method, path }) => {
      if (limited || method !== 'POST' || path !== '/api/v1/apps') return undefined;
      limited = true;
      const reset = String(Math.floor(clock.now() / 1000) + 3600);
      return { kind: 'answer', status: 429, headers: { 'x-rate-limit-reset': reset }, body: {} };
    };
    const run = await runAs(clientId, { 'timeout-seconds': '21600' });
    expect(run.outputs).toMatchObject({ result: 'created' });
    expect(apiRequests().filter(({ status }) => status === 401)).toEqual([]);
    expect(tokenRequests()).toHaveLength(2);
  });
});

describe('the end of a run', () => {
  function revocations(): RecordedRequest[] {
    return org.requests.filter(({ path }) => path === '/oauth2/v1/revoke');
  }
  const tokensSent = (): Set<string> =>
    new Set(apiRequests().map(({ headers }) => headers['authorization']?.split(' ')[1] ?? ''));
  const statusOf = async (token: string): Promise<number> =>
    (await fetch(`${org.url}/api/v1/apps`, { headers: { authorization: `Bearer ${token}` } })).status;

  test.each([false, true])('takes the token back, with one request (DPoP: %s)', async (dpop) => {
    const clientId = await serviceApp({ settings: { dpop_bound_access_tokens: dpop } });
    expect((await runAs(clientId)).outputs['result']).toBe('created');
    const [token = ''] = tokensSent();
    expect(revocations().map((request) => Object.fromEntries(form(request)))).toEqual([
      {
        token,
        token_type_hint: 'access_token',
        client_assertion: expect.any(String) as unknown,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      },
    ]);
    const [revocation] = revocations();
    const { aud } = decodeJwt(revocation ? assertionOf(revocation) : '');
    expect(aud).toBe(`${org.url}/oauth2/v1/revoke`);
    expect(org.requests.at(-1)?.path).toBe('/oauth2/v1/revoke');
    if (!dpop) expect(await statusOf(token)).toBe(401);
  });

  test('takes back the token of a run that failed, too', async () => {
    const clientId = await serviceApp();
    expect((await runAs(clientId, { groups: 'Nobody' })).exitCode).toBe(1);
    expect(revocations().length).toBeGreaterThan(0);
    for (const token of tokensSent()) expect(await statusOf(token)).toBe(401);
  });

  test('takes back a token that lacks a scope, too', async () => {
    await org.group('staff');
    const clientId = await serviceApp({ scopes: MANAGE_APPS });
    expect((await runAs(clientId, { groups: 'staff' })).exitCode).toBe(1);
    expect(revocations()).toHaveLength(1);
  });

  test.each<[string, Fault]>([
    ['refused', { kind: 'answer', status: 401, body: { error: 'invalid_client' } }],
    ['in trouble', { kind: 'answer', status: 503, body: 'no' }],
    ['cut off', { kind: 'drop' }],
    ['not answered', { kind: 'hang' }],
  ])('is as good as before where that is %s, and asks once', async (_, fault) => {
    const clientId = await serviceApp();
    org.trouble.fault = ({ path }) => (path === '/oauth2/v1/revoke' ? fault : undefined);
    const run = await runAs(clientId, {}, false, fault.kind === 'hang' ? 100 : undefined);
    expect(run).toMatchObject({ exitCode: 0, outputs: { result: 'created' } });
    expect(run.warnings).toEqual([]);
    expect(revocations()).toHaveLength(1);
  });

  test('asks for nothing where the run has no time left', async () => {
    const clientId = await serviceApp();
    org.before(GET(APPS), () => void clock.sleep(300_000));
    expect((await runAs(clientId)).exitCode).toBe(1);
    expect(tokenRequests()).toHaveLength(1);
    expect(revocations()).toEqual([]);
  });
});

describe('an access token that was got elsewhere, as "api-token"', () => {
  async function token(): Promise<string> {
    const clientId = await serviceApp();
    let held = '';
    // The token of a run, before the run gives it back.
    org.trouble.fault = ({ path, index }) => {
      held ||= org.requests[index]?.headers['authorization']?.split(' ')[1] ?? '';
      return path === '/oauth2/v1/revoke' ? { kind: 'drop' } : undefined;
    };
    await runAs(clientId, { 'dry-run': 'true' });
    delete org.trouble.fault;
    return held;
  }
  const withToken = (value: string): Promise<ActionRun> =>
    runSource({
      with: {
        'org-url': org.url,
        'api-token': value,
        'settle-seconds': '0',
        'verify-sign-in': 'false',
        name: 'shop',
        state: 'absent',
      },
      debug: true,
      world: { clock },
    });

  const STALE = `eyJhbGciOiJub25lIn0.${'e30'.repeat(9)}.c2lnbmF0dXJl`;

  test('is sent as a bearer token, shown nowhere, and not revoked', async () => {
    const value = await token();
    expect(value).toMatch(/^eyJ/);
    const before = org.requests.length;
    const run = await withToken(value);
    expect(run).toMatchObject({ exitCode: 0, outputs: { result: 'absent' } });
    const requests = org.requests.slice(before);
    expect(requests.map(({ headers }) => headers['authorization'])).toEqual([`Bearer ${value}`]);
    expect(run.rawLog + run.rawSummary).not.toContain(value.slice(0, 20));
  });

  test('that has run out is told as what it is', async () => {
    const run = await withToken(STALE);
    expect(errorOf(run)).toMatch(/^Cannot use "api-token" to find the app "shop": Okta answered 401 /);
    expect(errorOf(run)).toContain(
      `. Check "api-token": an access token lives for an hour at most, and must be one of ${new URL(org.url).host} itself, not of an authorization server of its own.`,
    );
  });

  test.each([
    [
      'lacks a scope',
      'insufficient_scope',
      "Get the token with the scope okta.apps.read, and give the token's client an administrator role that allows it, such as Application Administrator.",
    ],
    [
      'lacks a role',
      'other',
      "Give the token's client an administrator role that allows it, such as Application Administrator; the scope it needs is okta.apps.read.",
    ],
  ])('that %s is told so', async (_, error, remedy) => {
    const headers = { 'www-authenticate': `Bearer error="${error}"` };
    org.refuse(GET(APPS), { kind: 'answer', status: 403, headers, body: {} });
    expect(errorOf(await withToken(STALE))).toBe(
      `Cannot find the app "shop": Okta answered 403: no reason given. ${remedy}`,
    );
  });

  test('that is bound to a key is refused before any request', async () => {
    const payload = Buffer.from(JSON.stringify({ cnf: { jkt: 'x' } })).toString('base64url');
    const run = await withToken(`eyJhbGciOiJub25lIn0.${payload}.c2lnbmF0dXJl`);
    expect(errorOf(run)).toMatch(/"api-token" is an access token that is bound to a key \(DPoP\)/);
    expect(apiRequests()).toEqual([]);
  });
});

describe('what is used once', () => {
  /** The first of each kind of request, of those of the run itself, is answered with 429. */
  function limitEachOnce(): void {
    const limited = new Set<string>();
    org.trouble.fault = ({ method, path }) => {
      const kind = `${method} ${path}`;
      if (limited.has(kind)) return undefined;
      limited.add(kind);
      return { kind: 'answer', status: 429, headers: { 'x-rate-limit-limit': '0' }, body: {} };
    };
  }

  test('no assertion is sent twice, and each is for its own request, for five minutes', async () => {
    const clientId = await serviceApp();
    const now = clock.now();
    clock.now = () => now;
    limitEachOnce();
    expect((await runAs(clientId)).outputs).toMatchObject({ result: 'created' });
    const assertions = tokenRequests().map((request) => decodeJwt(assertionOf(request)));
    for (const request of tokenRequests())
      expect([...form(request).keys()].sort()).toEqual([
        'client_assertion',
        'client_assertion_type',
        'grant_type',
        'scope',
      ]);
    expect(assertions).toHaveLength(2);
    expect(new Set(assertions.map(({ jti }) => jti)).size).toBe(2);
    for (const { jti, ...claims } of assertions) {
      expect(jti).toEqual(expect.any(String));
      expect(claims).toEqual({
        iss: clientId,
        sub: clientId,
        aud: `${org.url}/oauth2/v1/token`,
        exp: Math.floor(now / 1000) + 300,
      });
    }
  });

  test('no DPoP proof is sent twice, and each is for its own request', async () => {
    await org.group('staff');
    const clientId = await serviceApp({ settings: { dpop_bound_access_tokens: true } });
    limitEachOnce();
    const run = await runAs(clientId, { groups: 'staff' });
    expect(run.outputs).toMatchObject({ result: 'created' });

    const assertions = tokenRequests().map(assertionOf);
    expect(new Set(assertions).size).toBe(assertions.length);

    const all = [...tokenRequests(), ...apiRequests()].filter(({ headers }) => headers['dpop'] !== undefined);
    const proofs = all.map(({ headers }) => decodeJwt(headers['dpop'] ?? ''));
    expect(new Set(proofs.map(({ jti }) => jti)).size).toBe(proofs.length);
    // The first one answers a refusal without a nonce.
    expect(proofs[0]).not.toHaveProperty('nonce');
    expect(proofs[1]).toHaveProperty('nonce');
    expect(proofs.map(({ htm, htu }) => ({ htm, htu }))).toEqual(
      all.map(({ method, path }) => ({ htm: method, htu: org.url + path })),
    );
    expect(apiRequests().map(({ headers }) => headers['authorization']?.split(' ')[0])).toEqual(
      apiRequests().map(() => 'DPoP'),
    );
    expect(apiRequests().some(({ status }) => status === 429)).toBe(true);
  });

  test('a bearer client sends no proof', async () => {
    await runAs(await serviceApp());
    expect(org.requests.filter(({ headers }) => headers['dpop'] !== undefined)).toEqual([]);
  });

  test('a token endpoint that never has enough of nonces ends the run', async () => {
    const clientId = await serviceApp({ settings: { dpop_bound_access_tokens: true } });
    org.trouble.fault = ({ path }) =>
      path === '/oauth2/v1/token' && tokenRequests().length > 1
        ? {
            kind: 'answer',
            status: 400,
            headers: { 'dpop-nonce': randomUUID() },
            body: {
              error: 'use_dpop_nonce',
              error_description: 'Authorization server requires nonce in DPoP proof.',
            },
          }
        : undefined;
    const run = await runAs(clientId);
    expect(errorOf(run)).toContain('(use_dpop_nonce): Authorization server requires nonce in DPoP proof.');
    expect(tokenRequests()).toHaveLength(5);
  });
});

describe('a token endpoint in trouble', () => {
  test.each([
    ['a dropped connection', { kind: 'drop' }],
    ['an answer that gets lost', { kind: 'lose' }],
    ['half an answer', { kind: 'truncate' }],
    ['503', { kind: 'answer', status: 503, body: '<h1>Down</h1>' }],
    ['429', { kind: 'answer', status: 429, headers: { 'x-rate-limit-limit': '0' }, body: {} }],
  ] as const)('%s is asked again', async (_what, fault) => {
    const clientId = await serviceApp();
    org.trouble.fault = ({ path }) =>
      path === '/oauth2/v1/token' && tokenRequests().length === 1 ? fault : undefined;
    expect((await runAs(clientId)).outputs).toMatchObject({ result: 'created' });
    expect(tokenRequests()).toHaveLength(2);
    expect(clock.slept).toHaveLength(1);
  });

  test('one that does not answer is waited for no longer than for any other answer, and asked again', async () => {
    const clientId = await serviceApp();
    org.once(POST('/oauth2/v1/token'), { kind: 'hang' });
    const run = await runAs(clientId, {}, true, 100);
    expect(run.outputs).toMatchObject({ result: 'created' });
    expect(run.log).toContain('Okta did not answer within 0.1 s. Waiting ');
    expect(run.log).toContain('POST /oauth2/v1/token: timeout, ');
  });

  const token = (length: number): object => ({
    access_token: 'x'.repeat(length),
    token_type: 'Bearer',
    expires_in: 3600,
  });

  test.each<[string, object | string, string, number]>([
    ['an answer that is too large', '['.repeat(400_000), "larger than any of Okta's", 1],
    ['a token that fits no request', token(8001), "larger than any of Okta's", 1],
    ['an answer without a token', { token_type: 'Bearer', expires_in: 3600 }, 'no complete JSON', 8],
  ])('%s is told as what it is', async (_, body, what, asked) => {
    const clientId = await serviceApp();
    org.refuse(POST('/oauth2/v1/token'), answer(200, body));
    expect(errorOf(await runAs(clientId))).toBe(
      `Cannot get an access token for the service app ${clientId}: the answer of ${new URL(org.url).host} (HTTP 200) is ${what}. ` +
        'Check that "org-url" is the address of your Okta org itself, and that no proxy answers in its place.',
    );
    expect(tokenRequests()).toHaveLength(asked);
  });

  test('the longest token that fits a request is used', async () => {
    const clientId = await serviceApp();
    org.refuse(POST('/oauth2/v1/token'), answer(200, token(8000)));
    await runAs(clientId);
    expect(apiRequests()[0]?.headers['authorization']).toBe(`Bearer ${'x'.repeat(8000)}`);
  });

  test.each([503, 500, 409, 423])('one that stays down ends the run: %d', async (status) => {
    const clientId = await serviceApp();
    org.refuse(POST('/oauth2/v1/token'), answer(status, '<h1>Down</h1>'));
    expect(errorOf(await runAs(clientId))).toBe(
      `Cannot get an access token for the service app ${clientId}: ${new URL(org.url).host} answered ${status}: Down. ` +
        'It kept failing. Run it again later; see status.okta.com.',
    );
    expect(tokenRequests()).toHaveLength(8);
  });

  test('a redirect is not followed', async () => {
    const clientId = await serviceApp();
    org.trouble.fault = ({ path }) =>
      path === '/oauth2/v1/token'
        ? { kind: 'answer', status: 302, headers: { location: `${org.url}/elsewhere` } }
        : undefined;
    expect(errorOf(await runAs(clientId))).toBe(
      `Cannot get an access token for the service app ${clientId}: ${new URL(org.url).host} answered 302: no reason given. ` +
        'It redirects, and credentials are not sent on. Check that "org-url" is the address of your Okta org itself.',
    );
    expect(tokenRequests()).toHaveLength(1);
    expect(org.requests.filter(({ path }) => path === '/elsewhere')).toEqual([]);
  });
});

describe('refusals', () => {
  test('an unknown client', async () => {
    const run = await runAs('0oaUnknown');
    expect(errorOf(run)).toBe(
      `Cannot get an access token for the service app 0oaUnknown: ${new URL(org.url).host} answered 401 (invalid_client): The issuer claim for client_assertion is not a valid client_id. ` +
        `Check "auth-client-id": ${new URL(org.url).host} has no active app with that client ID.`,
    );
    expect(tokenRequests()).toHaveLength(1);
  });

  test('an app that is inactive', async () => {
    const clientId = await serviceApp();
    await org.api('POST', `/api/v1/apps/${clientId}/lifecycle/deactivate`);
    expect(errorOf(await runAs(clientId))).toContain('has no active app with that client ID');
  });

  test('a key ID that the app does not have', async () => {
    const run = await runAs(await serviceApp(), { 'auth-key-id': 'other' });
    expect(errorOf(run)).toMatch(
      /kid is invalid\. The app has no active public key with the ID "other" in Okta: register the public key under it \(Admin Console: Applications, the app, General, Public Keys\), or set "auth-key-id" to the ID \(kid\) that the key has there\.$/,
    );
  });

  test.each<[string, Record<string, string>, string]>([
    ['without an ID', {}, ''],
    ['with one', { 'auth-key-id': 'deploy' }, ' under the ID "deploy"'],
  ])('a private key that belongs to another public key, %s', async (_, inputs, under) => {
    const run = await runAs(await serviceApp(), {
      'auth-private-key': pem(STRANGE.privateKey, 'pkcs8'),
      ...inputs,
    });
    expect(errorOf(run)).toMatch(/signature is invalid\. /);
    expect(errorOf(run).split(' is invalid. ')[1]).toBe(
      `"auth-private-key" does not belong to the public key that the app has in Okta${under}: register its public key (Admin Console: Applications, the app, General, Public Keys), or give the private key of the one that exists. If there are several, set "auth-key-id".`,
    );
  });

  test('an app without a key', async () => {
    const run = await runAs(
      await serviceApp({ keys: [], settings: { jwks_uri: 'http://127.0.0.1:9/keys' } }),
    );
    expect(errorOf(run)).toMatch(
      /\. The app has no public key in Okta: register the one that belongs to "auth-private-key" \(Admin Console: Applications, the app, General, Public Keys\)\.$/,
    );
  });

  test('an endpoint that knows itself by another address', async () => {
    const clientId = await serviceApp();
    const body = { error: 'invalid_client', error_description: 'The audience claim is invalid.' };
    org.refuse(POST('/oauth2/v1/token'), answer(401, body));
    expect(errorOf(await runAs(clientId))).toMatch(
      `(invalid_client): The audience claim is invalid. Set "org-url" to the address at which Okta itself serves the org: it knows this endpoint by another one than ${org.url}.`,
    );
  });

  test('an app that proves itself with a secret', async () => {
    const run = await runAs(await serviceApp({ keys: [], method: 'client_secret_basic' }));
    expect(errorOf(run)).toMatch(
      /private_key_jwt.*\. The app must be one of the kind "API Services", with the client authentication "Public key \/ Private key"\.$/,
    );
  });

  test('an app of another type', async () => {
    const settings = {
      application_type: 'web',
      grant_types: ['authorization_code', 'client_credentials'],
      response_types: ['code'],
      redirect_uris: ['https://shop.example.com/callback'],
    };
    const run = await runAs(await serviceApp({ settings }));
    expect(errorOf(run)).toMatch(/'application_type' of 'service'.*"API Services"/);
  });

  test.each([
    ['behind', 400_000, 'The client_assertion token is expired.', /it is (399|400) s behind Okta's/],
    ['ahead', -4_000_000, 'too far into the future', /it is (4000|4001) s ahead of Okta's/],
  ])('a clock that is far %s', async (_where, ahead, words, remedy) => {
    const clientId = await serviceApp();
    oktaAhead = ahead;
    const run = await runAs(clientId);
    expect(errorOf(run)).toContain(words);
    expect(errorOf(run)).toMatch(remedy);
  });

  test('a clock that is a little ahead does no harm to a bearer client', async () => {
    const clientId = await serviceApp();
    oktaAhead = -30_000;
    expect((await runAs(clientId)).outputs).toMatchObject({ result: 'created' });
  });

  test('a clock that is ahead is named to a client that is bound by DPoP', async () => {
    const clientId = await serviceApp({ settings: { dpop_bound_access_tokens: true } });
    oktaAhead = -30_000;
    expect(errorOf(await runAs(clientId))).toMatch(
      /issued in the future\. Set the runner's clock: it is (30|31) s ahead/,
    );
  });

  test('one in words that say nothing of why: what to check', async () => {
    const clientId = await serviceApp();
    const body = { error: 'invalid_client', error_description: 'No.' };
    org.refuse(POST('/oauth2/v1/token'), answer(401, body));
    expect(errorOf(await runAs(clientId))).toMatch(
      / \(invalid_client\): No\. Check "org-url", "auth-client-id" and "auth-private-key"\.$/,
    );
  });

  test('an administrator role that is missing, after the token was given', async () => {
    const clientId = await serviceApp();
    org.trouble.requireAdminRole = true;
    const run = await runAs(clientId);
    expect(errorOf(run)).toMatch(
      /403 \(E0000006\): .*\. Give the service app an administrator role that allows it, such as Application Administrator; the scope it needs is okta\.apps\.read\.$/,
    );
  });

  test('a scope that is missing, after the token was given', async () => {
    const clientId = await serviceApp();
    const headers = { 'www-authenticate': 'Bearer error="insufficient_scope"' };
    org.refuse(POST(APPS), { kind: 'answer', status: 403, headers, body: {} });
    expect(errorOf(await runAs(clientId))).toBe(
      'Cannot create the app "shop": Okta answered 403: no reason given. ' +
        'Grant the scope okta.apps.manage to the service app (Okta API Scopes), and give the service app an administrator role that allows it, such as Application Administrator.',
    );
  });

  test('a proof that is too old, after the token was given', async () => {
    const clientId = await serviceApp({ settings: { dpop_bound_access_tokens: true } });
    const headers = { 'www-authenticate': 'DPoP error="invalid_dpop_proof"' };
    org.refuse(GET(APPS), { kind: 'answer', status: 400, headers, body: {} });
    expect(errorOf(await runAs(clientId))).toBe(
      'Cannot find the app "shop": Okta answered 400: no reason given. ' +
        "Check the runner's clock: Okta takes a DPoP proof for five minutes.",
    );
  });
});

test('access policies that the inputs do not name are asked for only by a run that has changed something', async () => {
  const policies = '/api/v1/authorizationServers/default/policies';
  for (const { id } of await org.apiList(policies)) await org.api('DELETE', `${policies}/${textOf(id)}`);
  await org.api('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Two factors', status: 'ACTIVE' });
  const inputs = { 'authorization-server': 'default', 'verify-sign-in': 'true' };
  const clientId = await serviceApp();
  for (const [result, more, isAsked] of [
    ['created', {}, true],
    ['unchanged', {}, false],
    ['updated', { 'sign-on-policy': 'Two factors' }, true],
  ] as const) {
    org.taken();
    const run = await runAs(clientId, { ...inputs, ...more });
    expect(run.outputs['result']).toBe(result);
    expect(org.taken().includes(`GET ${policies}`)).toBe(isAsked);
    expect(run.warnings.some((warning) => warning.startsWith('No access policy'))).toBe(isAsked);
  }
});

test('every request says where it comes from, those for tokens too', async () => {
  await runAs(await serviceApp());
  const own = org.requests.filter(({ headers }) => headers['x-test-client'] === undefined);
  expect(own.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['/oauth2/v1/token', '/oauth2/v1/revoke', '/api/v1/apps']),
  );
  expect(own.filter(({ headers }) => !headers['user-agent']?.startsWith('okta-oidc-app/'))).toEqual([]);
});

describe('secrets', () => {
  test('none shows of a long page that is read no further than into the middle of one', async () => {
    const clientId = await serviceApp();
    let sent = '';
    org.trouble.fault = ({ path, index }) => {
      const request = org.requests[index];
      if (path !== '/oauth2/v1/token' || !request) return undefined;
      sent = assertionOf(request);
      const [start, end] = ['<style>', '</style>Not here: '];
      const style = 'x'.repeat(200_000 - start.length - end.length - sent.length / 2);
      return answer(400, `${start}${style}${end}${sent}`);
    };
    const run = await runAs(clientId, {}, true);
    expect(errorOf(run)).toContain('answered 400: Not here: ');
    expect(run.rawLog + run.rawSummary).not.toContain(sent.slice(0, 40));
  });

  test.each([false, true])('none is written anywhere, with debugging on (DPoP: %s)', async (dpop) => {
    const clientId = await serviceApp({ settings: { dpop_bound_access_tokens: dpop } });
    const run = await runAs(clientId, {}, true);
    expect(run.outputs).toMatchObject({ result: 'created' });
    expect(run.rawLog).toContain('POST /oauth2/v1/token: 200');
    const secrets = [
      ...tokenRequests().map(assertionOf),
      ...[...tokenRequests(), ...apiRequests()].map(({ headers }) => headers['dpop']),
      ...apiRequests().map(({ headers }) => headers['authorization']?.split(' ')[1]),
      ...PEM.RSA.split('\n'),
    ].filter((secret) => secret !== undefined && secret !== '');
    expect(secrets.length).toBeGreaterThan(dpop ? 30 : 25);
    const written = run.rawLog + run.rawSummary + JSON.stringify(run.outputs);
    for (const secret of secrets) {
      expect(written).not.toContain(secret);
      expect(run.masks).toContain(secret);
    }
  });
});
