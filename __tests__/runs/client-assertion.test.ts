import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { RecordedRequest } from '../../emulator/src/server.ts';
import { run as sweepRun } from '../../src/sweep/run.ts';
import { virtualClock } from '../support/clock.ts';
import { APPS, POST, TOKEN, answer } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import { WEB, type Inputs } from '../support/runs.ts';
import { listen, useOrg } from '../support/servers.ts';
import {
  MANAGE_APPS,
  RSA,
  pem,
  serviceApp,
  signAssertion,
  type ServiceAppSetup,
} from '../support/service-app.ts';
import { runSource } from '../support/source.ts';

/** `auth-client-assertion`: a service app that proves itself with what an earlier step had signed, once, by a key that the run never sees. */

let clock = virtualClock();
/** Milliseconds by which Okta's clock is ahead of the runner's. */
let oktaAhead = 0;
const org = useOrg(() => {
  clock = virtualClock();
  oktaAhead = 0;
  return { now: () => clock.now() + oktaAhead };
});

interface Signed {
  claims?: Record<string, unknown>;
  by?: Parameters<typeof signAssertion>[2];
  orgUrl?: string;
}

function signed(clientId: string, { claims, by, orgUrl = org.url }: Signed = {}): Promise<string> {
  return signAssertion({ clientId, orgUrl, now: clock.now() }, claims, by);
}

/** Runs the action with an assertion; everything else as in `inputs`. */
function runWith(
  clientId: string,
  assertion: string,
  inputs: Inputs = {},
  options: Partial<Parameters<typeof runSource>[0]> = {},
): Promise<ActionRun> {
  return runSource({
    with: {
      'org-url': org.url,
      'auth-client-id': clientId,
      'auth-client-assertion': assertion,
      'settle-seconds': '0',
      'verify-sign-in': 'false',
      ...WEB,
      ...inputs,
    },
    world: { clock },
    ...options,
  });
}

/** A run as a new service app, with an assertion of its own. */
async function runOnce(
  inputs: Inputs = {},
  setup: ServiceAppSetup = {},
  signing: Signed = {},
): Promise<{ run: ActionRun; clientId: string; assertion: string }> {
  const clientId = await serviceApp(org, setup);
  const assertion = await signed(clientId, signing);
  return { run: await runWith(clientId, assertion, inputs), clientId, assertion };
}

function errorOf(run: ActionRun): string {
  expect(run.exitCode).toBe(1);
  return run.annotations.find(({ level }) => level === 'error')?.message ?? '';
}

/** The requests of the runs themselves; those of the test carry a mark. */
function requests(path: RegExp): RecordedRequest[] {
  return org.requests.filter(
    (request) => path.test(request.path) && request.headers['x-test-client'] === undefined,
  );
}

function form(request: RecordedRequest | undefined): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(String(request?.body)));
}

const TOKENS = /^\/oauth2\/v1\/token$/;
const API = /^\/api\//;

describe('an assertion', () => {
  test('buys one access token, which all requests carry, and which is not revoked', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => org.group(name)));
    const { run, assertion } = await runOnce({ groups: 'a\nb\nc' });
    expect(run.outputs).toMatchObject({ result: 'created' });
    expect(requests(TOKENS).map(form)).toEqual([
      {
        grant_type: 'client_credentials',
        scope: expect.stringMatching(/^okta\.apps\.read okta\.apps\.manage okta\.groups\.read /) as unknown,
        client_assertion: assertion,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      },
    ]);
    const carried = new Set(requests(API).map(({ headers }) => headers['authorization']));
    expect([...carried]).toEqual([expect.stringMatching(/^Bearer eyJ/)]);
    expect(requests(/revoke/)).toEqual([]);
  });

  test('buys all scopes of the run at once, those that only show while it runs among them', async () => {
    const inputs = { 'trusted-origins': 'https://shop.example.com' };
    const clientId = await serviceApp(org);
    expect((await runWith(clientId, await signed(clientId), inputs)).exitCode).toBe(0);
    const run = await runWith(clientId, await signed(clientId), { state: 'absent' });
    expect(run.outputs['result']).toBe('deleted');
    expect(await org.apiList('/api/v1/trustedOrigins')).toEqual([]);
    expect(requests(TOKENS)).toHaveLength(2);
    expect(requests(API).filter(({ status }) => status === 403)).toEqual([]);
  });

  test.each(['dry-run: true', 'state: read'])('buys no right to change anything with %s', async (what) => {
    const clientId = await serviceApp(org);
    await runWith(clientId, await signed(clientId));
    const [input = '', value = ''] = what.split(': ');
    const named: Inputs = { name: 'shop', 'redirect-uris': '', [input]: value };
    const run = await runWith(clientId, await signed(clientId), named);
    expect(run.exitCode).toBe(0);
    const scopes = form(requests(TOKENS).at(-1))['scope'] ?? '';
    expect(scopes).toContain('okta.apps.read');
    expect(scopes).not.toContain('manage');
  });

  test('where a scope that the inputs need is not granted, it is named before anything is asked for', async () => {
    await org.group('staff');
    const { run, clientId } = await runOnce({ groups: 'staff' }, { scopes: MANAGE_APPS });
    expect(errorOf(run)).toBe(
      `Cannot get an access token for the service app ${clientId}: it was granted okta.apps.read and okta.apps.manage, and this run also needs okta.groups.read. ` +
        'A super administrator has to grant the app okta.groups.read (Admin Console: Applications, the app, Okta API Scopes).',
    );
    expect(requests(API)).toEqual([]);
  });

  test('where one that only shows later is not granted, it is named then, and only then', async () => {
    const everything = await serviceApp(org);
    const origins = { 'trusted-origins': 'https://shop.example.com' };
    await runWith(everything, await signed(everything), origins);
    const clientId = await serviceApp(org, { scopes: MANAGE_APPS });
    const logo = { 'logo-uri': 'https://shop.example.com/logo.png' };
    expect((await runWith(clientId, await signed(clientId), logo)).outputs['result']).toBe('updated');
    const run = await runWith(clientId, await signed(clientId), { state: 'absent' });
    expect(errorOf(run)).toMatch(/this run also needs okta\.trustedOrigins\.read\. A super administrator/);
  });

  test('is good for one step: a second one is told to have its own', async () => {
    const { assertion, clientId } = await runOnce();
    expect(errorOf(await runWith(clientId, assertion))).toMatch(
      /\(invalid_client\): The client_assertion token has already been used\. Okta takes each assertion once: have a new one signed right before this step\./,
    );
    expect(requests(TOKENS)).toHaveLength(2);
  });

  test('is shown again where Okta cannot have taken it', async () => {
    org.trouble.fault = ({ path }) =>
      TOKENS.test(path) && requests(TOKENS).length === 1
        ? { kind: 'answer', status: 503, body: 'no' }
        : undefined;
    const { run, assertion } = await runOnce();
    expect(run.outputs['result']).toBe('created');
    expect(requests(TOKENS).map((request) => form(request)['client_assertion'])).toEqual([
      assertion,
      assertion,
    ]);
  });

  test.each([
    ['false', /^okta\.apps\.read okta\.apps\.manage /],
    ['true', /^okta\.apps\.read (?!.*\.manage)/],
  ])('serves the sweep as well, which changes nothing in a dry run (%s)', async (dryRun, scopes) => {
    const clientId = await serviceApp(org);
    const run = await runSource({
      action: 'sweep',
      main: sweepRun,
      with: {
        'org-url': org.url,
        'auth-client-id': clientId,
        'auth-client-assertion': await signed(clientId),
        'github-token': 'ghs_1234567890',
        'dry-run': dryRun,
      },
      world: { clock },
    });
    expect(run).toMatchObject({ exitCode: 0, outputs: { deleted: '[]' } });
    expect(requests(TOKENS).map((request) => form(request)['scope'])).toEqual([
      expect.stringMatching(scopes),
    ]);
  });

  test('is masked and shown nowhere, nor is its token, with debugging on', async () => {
    const clientId = await serviceApp(org);
    const assertion = await signed(clientId);
    const run = await runWith(clientId, assertion, {}, { debug: true });
    expect(run.outputs['result']).toBe('created');
    const token = requests(API).at(-1)?.headers['authorization']?.split(' ')[1] ?? '';
    const written = run.rawLog + run.rawSummary + JSON.stringify(run.outputs);
    for (const secret of [assertion, token]) {
      expect(written).not.toContain(secret.slice(-40));
      expect(run.masks).toContain(secret);
    }
    expect(run.log).toContain('POST /oauth2/v1/token: 200');
  });
});

describe('what Okta refuses', () => {
  test('a client that requires DPoP is told so, after one request', async () => {
    const { run, clientId } = await runOnce({}, { settings: { dpop_bound_access_tokens: true } });
    expect(errorOf(run)).toBe(
      `Cannot get an access token for the service app ${clientId}: ${new URL(org.url).host} answered 400 (invalid_dpop_proof): The DPoP proof JWT header is missing. ` +
        'The app requires DPoP, for which this run would need an assertion for each request: give "auth-private-key", or turn off "Require Demonstrating Proof of Possession (DPoP) header in token requests" (Admin Console: Applications, the app, General).',
    );
    expect(requests(TOKENS)).toHaveLength(1);
  });

  test('a signature by another key', async () => {
    const by = { pair: generateKeyPairSync('rsa', { modulusLength: 2048 }) };
    const { run } = await runOnce({}, {}, { by });
    expect(errorOf(run)).toMatch(
      /signature is invalid\. The key that signed "auth-client-assertion" does not belong to the public key that the app has in Okta, or what was signed is not its first two parts as they are\.$/,
    );
  });

  test('a key ID that the app does not have', async () => {
    const { run } = await runOnce({}, {}, { by: { kid: 'other' } });
    expect(errorOf(run)).toMatch(
      /kid is invalid\. The app has no active public key in Okta with the ID \(kid\) that "auth-client-assertion" names in its header, or several keys and it names none: sign it with the "kid" that the key has in Okta\.$/,
    );
  });

  test('an app without a key', async () => {
    const { run } = await runOnce({}, { keys: [], settings: { jwks_uri: 'http://127.0.0.1:9/keys' } });
    expect(errorOf(run)).toMatch(
      /\. The app has no public key in Okta: register the one that belongs to the key that signed "auth-client-assertion" \(Admin Console: Applications, the app, General, Public Keys\)\.$/,
    );
  });

  test('an assertion for longer than an hour', async () => {
    const exp = Math.floor(clock.now() / 1000) + 7200;
    oktaAhead = -60_000;
    const { run } = await runOnce({}, {}, { claims: { exp } });
    expect(errorOf(run)).toMatch(
      /too far into the future\. Have the assertion signed right before this step, for an hour at most\. Set the runner's clock: it is 6[01] s ahead of Okta's\.$/,
    );
  });

  test('a client to which nothing is granted', async () => {
    const { run } = await runOnce({}, { scopes: [] });
    expect(errorOf(run)).toMatch(
      /\(consent_required\): .* A super administrator has to grant the app okta\.apps\.read and okta\.apps\.manage \(Admin Console: Applications, the app, Okta API Scopes\)\.$/,
    );
  });

  test('one in words that say nothing of why: what to check', async () => {
    org.refuse(POST('/oauth2/v1/token'), answer(401, { error: 'invalid_client', error_description: 'No.' }));
    const { run } = await runOnce();
    expect(errorOf(run)).toMatch(
      / \(invalid_client\): No\. Check "org-url", "auth-client-id" and "auth-client-assertion"\.$/,
    );
  });

  test('an access token that ended while the run was at work', async () => {
    org.trouble.fault = ({ method, path }) =>
      method === 'POST' && path === '/api/v1/apps'
        ? { kind: 'answer', status: 401, body: { errorCode: 'E0000011', errorSummary: 'Invalid token' } }
        : undefined;
    const { run, clientId } = await runOnce();
    expect(errorOf(run)).toMatch(
      new RegExp(
        `^Cannot use the access token of the service app ${clientId} to create the app "shop": Okta answered 401 .*\\. Have "auth-client-assertion" signed right before this step: the access token that it buys lives for an hour, and the service app must be an active one of ${new URL(org.url).host}\\.`,
      ),
    );
    expect(requests(TOKENS)).toHaveLength(1);
    expect(org.taken().filter((request) => request === `POST ${APPS}`)).toHaveLength(1);
  });
});

describe('what is checked before it is sent', () => {
  const CLIENT = '0oaServiceApp';

  test.each<[string, Record<string, unknown>, string]>([
    [
      'the issuer',
      { iss: 'https://token.actions.githubusercontent.com' },
      `names "https://token.actions.githubusercontent.com" as its issuer (iss), and Okta takes one from the client itself only. Sign it with iss = "auth-client-id" ("${CLIENT}").`,
    ],
    ['a missing issuer', { iss: undefined }, 'names no issuer (iss)'],
    ['the subject', { sub: 'repo:acme/shop' }, 'names "repo:acme/shop" as its subject (sub)'],
    ['a missing subject', { sub: undefined }, 'names no subject (sub)'],
    [
      'the audience',
      { aud: 'api://default' },
      'is for "api://default" (aud), not for the org\'s token endpoint.',
    ],
    ['an audience of another endpoint', { aud: 'https://acme.okta.com/oauth2/default/v1/token' }, '(aud)'],
    ['an audience with a query', { aud: 'https://acme.okta.com/oauth2/v1/token?x=1' }, '(aud)'],
    ['an audience in the clear', { aud: 'http://acme.okta.com/oauth2/v1/token' }, '(aud)'],
    ['a missing audience', { aud: undefined }, 'does not say as a URL whom it is for (aud)'],
    ['a missing expiry', { exp: undefined }, 'has no expiry (exp, in seconds since 1970).'],
    ['an expiry that is no time', { exp: -1e20 }, 'has no expiry (exp, in seconds since 1970).'],
  ])('%s is named', async (_, claims, says) => {
    const message = errorOf(await runWith(CLIENT, await signed(CLIENT, { claims })));
    expect(message).toContain(`"auth-client-assertion" ${says}`.replace('"auth-client-assertion" (', '('));
    expect(message).toMatch(/^The inputs cannot be used: "auth-client-assertion" /);
    expect(org.requests).toEqual([]);
  });

  test('all that is wrong is named at once, with what else is wrong with the inputs', async () => {
    const claims = { iss: 'a', sub: 'b', aud: 'c', exp: undefined };
    const message = errorOf(await runWith(CLIENT, await signed(CLIENT, { claims }), { type: 'nonsense' }));
    expect(message.match(/"auth-client-assertion" /g)).toHaveLength(4);
    expect(message).toContain('"type"');
  });

  test.each([
    [0, '2026-01-01T00:00:00.000Z'],
    [7200, '2025-12-31T22:00:00.000Z'],
  ])('one that has expired %d s ago is named with when, before any request', async (ago, at) => {
    const now = Date.UTC(2026, 0, 1);
    clock.now = () => now;
    const exp = now / 1000 - ago;
    const message = errorOf(await runWith(CLIENT, await signed(CLIENT, { claims: { exp } })));
    expect(message).toBe(
      `Cannot use "auth-client-assertion": it has expired, at ${at}, ${ago} s ago by the runner's clock. Have it signed right before this step: each step needs one of its own.`,
    );
    expect(org.requests).toEqual([]);
  });

  test('one of several audiences will do', async () => {
    const aud = ['https://other.example.com/oauth2/v1/token', `${org.url}/oauth2/v1/token`];
    const { run } = await runOnce({}, {}, { claims: { aud } });
    expect(run.outputs['result']).toBe('created');
  });

  test('one for the token endpoint of the org itself is right', async () => {
    const orgUrl = 'https://acme.okta.com';
    const inputs = { 'org-url': orgUrl, type: 'nonsense' };
    expect(errorOf(await runWith(CLIENT, await signed(CLIENT, { orgUrl }), inputs))).toMatch(
      /^The inputs cannot be used: "type" /,
    );
  });

  describe('the audience at the other one of the org’s two addresses', () => {
    const addresses = (): { own: string; custom: string } => ({
      own: org.url,
      custom: org.url.replace('127.0.0.1', 'localhost'),
    });

    test.each(['own', 'custom'] as const)(
      'is taken, and asked there, where "org-url" is the %s one',
      async (which) => {
        await org.restart({ customDomain: 'localhost', now: () => clock.now() });
        const other = addresses()[which === 'own' ? 'custom' : 'own'];
        const clientId = await serviceApp(org);
        const assertion = await signed(clientId, { orgUrl: other });
        const run = await runWith(clientId, assertion, { 'org-url': addresses()[which] });
        expect(run.outputs['result']).toBe('created');
        expect(requests(TOKENS).map(({ headers }) => headers['host'])).toEqual([new URL(other).host]);
      },
    );

    test('of another org is refused, and nothing is sent there', async () => {
      const asked: string[] = [];
      const host = await listen(
        createServer((request, response) => {
          asked.push(request.url ?? '');
          response.end('{}');
        }),
      );
      const clientId = await serviceApp(org);
      const assertion = await signed(clientId, { orgUrl: `http://${host}` });
      expect(errorOf(await runWith(clientId, assertion))).toBe(
        `Cannot use "auth-client-assertion": it is for http://${host}/oauth2/v1/token (aud), and ${new URL(org.url).host} does not say that this address is its own. Sign it for ${org.url}/oauth2/v1/token.`,
      );
      expect(asked).toEqual([]);
      expect(requests(TOKENS)).toEqual([]);
    });
  });

  const JWT = `${btoa('{"alg":"RS256"}').replace(/=+$/, '')}.${btoa('{"iss":"x"}').replace(/=+$/, '')}.c2lnbmF0dXJl`;

  test.each<[string, string, string]>([
    ['in quotes', `"${JWT}"`, 'is in quotes'],
    ['with a scheme', `Bearer ${JWT}`, 'starts with the name of a scheme'],
    ['a variable', '${ASSERTION}', 'is the name "ASSERTION", not its value'],
    ['a private key', pem(RSA.privateKey, 'pkcs8'), 'is a private key. Give it as "auth-private-key"'],
    ['an API token', `00${'a'.repeat(40)}`, 'is an API token. Give it as "api-token"'],
    ['base64 with +', JWT.replace('c2ln', 'c2+n'), 'is in base64, not in base64url'],
    ['base64 with =', `${JWT}==`, 'is in base64, not in base64url'],
    ['what was to be signed', JWT.split('.').slice(0, 2).join('.'), 'is no signed JWT'],
    ['an empty signature', `${JWT.split('.').slice(0, 2).join('.')}.`, 'is no signed JWT'],
    ['an encrypted JWT', `${JWT}.a.b`, 'is no signed JWT'],
    ['a signature alone', 'c2lnbmF0dXJl', 'is no signed JWT'],
    ['JSON', '{"keyId":"1","signedJwt":"eyJ"}', 'is no signed JWT'],
    ['JSON with base64 in it', '{"keyId":"1","signedJwt":"eyJ=="}', 'is no signed JWT'],
    ['two lines', `${JWT}\n${JWT}`, 'is no signed JWT'],
    ['base64 on two lines', `${JWT}==\n${JWT}`, 'is no signed JWT'],
    ['a word of 43 characters that begins with 00', `00${'a'.repeat(41)}`, 'is no signed JWT'],
    ['a word of 43 characters that ends as API tokens do', `x00${'a'.repeat(40)}`, 'is no signed JWT'],
    ['a header that is none', `abcd.${JWT.split('.')[1] ?? ''}.c2ln`, 'is no signed JWT'],
    ['claims that are none', `${JWT.split('.')[0] ?? ''}.abcd.c2ln`, 'is no signed JWT'],
    ...['{"cid":"0oa","scp":["okta.apps.read"]}', '{"cid":"0oa"}', '{"scp":[]}'].map(
      (claims): [string, string, string] => [
        `an access token with ${claims}`,
        `${JWT.split('.')[0] ?? ''}.${btoa(claims).replace(/=+$/, '')}.c2ln`,
        'is an access token. Give it as "api-token"',
      ],
    ),
  ])('%s is told for what it is, and not shown', async (_, value, says) => {
    const run = await runWith(CLIENT, value, {}, { debug: true });
    expect(errorOf(run)).toContain(`"auth-client-assertion" ${says}`);
    const shown = value.startsWith('$') ? 'no secret at all' : value.slice(0, 30);
    expect(run.rawLog + run.rawSummary).not.toContain(shown);
    expect(run.masks).toEqual(expect.arrayContaining(value.trim().split('\n')));
    expect(org.requests).toEqual([]);
  });

  test('as "api-token" it is told where to give it', async () => {
    const inputs = { 'auth-client-id': '', 'auth-client-assertion': '', 'api-token': await signed(CLIENT) };
    expect(errorOf(await runWith(CLIENT, '', inputs))).toContain(
      '"api-token" is a client assertion. Give it as "auth-client-assertion", with "auth-client-id".',
    );
  });

  test.each<[string, Inputs, string]>([
    ['an API token', { 'api-token': TOKEN }, '"api-token" is set beside "auth-client-id", '],
    [
      'a private key',
      { 'auth-private-key': pem(RSA.privateKey, 'pkcs8') },
      '"auth-client-assertion" is set beside "auth-private-key"',
    ],
    ['no client ID', { 'auth-client-id': '' }, '"auth-client-id" is missing'],
    [
      'an app for one job',
      { state: 'job' },
      '"auth-client-assertion" is set beside "state: job", whose post step needs a second one. Use "auth-private-key".',
    ],
  ])('beside %s it is an error', async (_, inputs, says) => {
    expect(errorOf(await runWith(CLIENT, await signed(CLIENT), inputs))).toContain(says);
    expect(org.requests).toEqual([]);
  });

  test('a run that GitHub gives no secrets is skipped, unless it has an assertion', async () => {
    const inputs = { 'skip-without-credentials': 'true', state: 'absent' };
    const event = { pull_request: { number: 7, state: 'open', head: { repo: { full_name: 'fork/shop' } } } };
    const options = { event, env: { GITHUB_EVENT_NAME: 'pull_request' } };
    const clientId = await serviceApp(org);
    const without = await runWith(clientId, '', inputs, options);
    expect(without.outputs['result']).toBe('skipped');
    const run = await runWith(clientId, await signed(clientId), inputs, options);
    expect(run.outputs['result']).toBe('absent');
  });
});
