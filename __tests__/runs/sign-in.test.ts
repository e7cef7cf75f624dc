import { beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/util/clock.ts';
import type { World } from '../../src/world.ts';
import type { Fault, RecordedRequest } from '../../emulator/src/server.ts';
import { virtualClock } from '../support/clock.ts';
import { answer, connectionTo } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import { foreignApp } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';
import { runSource } from '../support/source.ts';

const org = useOrg();
let clock: ReturnType<typeof virtualClock>;

beforeEach(() => {
  clock = virtualClock();
});

const CALLBACK = 'https://shop.example.com/callback';
const URIS = { name: 'shop', 'redirect-uris': CALLBACK };
/** An app that somebody may use: one for nobody is not ready, whatever `/authorize` says. */
const WEB = { ...URIS, groups: 'Everyone' };

function run(inputs: Record<string, string>, world: Partial<World> = { clock }): Promise<ActionRun> {
  return runSource({ with: { ...connectionTo(org), ...inputs }, world });
}

function questions(): RecordedRequest[] {
  return org.requests.filter(({ path }) => path.endsWith('/v1/authorize'));
}

function asked(name: string): (string | null)[] {
  return questions().map(({ query }) => new URLSearchParams(query).get(name));
}

/** Every answer of `/authorize`, until further notice. */
function answerWith(fault: Fault): void {
  org.trouble.fault = ({ path }) => (path.endsWith('/v1/authorize') ? fault : undefined);
}

/** Every answer of `/authorize` is a redirect to the redirect URI with these parameters. */
function redirectWith(parameters: Record<string, string>): void {
  answerWith({
    kind: 'answer',
    status: 302,
    headers: { location: `${CALLBACK}?${new URLSearchParams(parameters)}` },
  });
}

/** What somebody else does to the app between its change and the check. */
function meanwhile(change: (body: Record<string, unknown>) => void): void {
  org.trouble.fault = ({ path }) => {
    if (path.endsWith('/v1/authorize')) for (const { body } of org.org.apps.values()) change(body);
    return undefined;
  };
}

function oauthClient(
  body: Record<string, unknown>,
  part: 'settings' | 'credentials',
): Record<string, unknown> {
  return (body[part] as Record<string, Record<string, unknown>>)['oauthClient'] ?? {};
}

test('an app that is to be activated or renamed is asked about after that alone', async () => {
  const { outputs } = await run({ ...WEB, 'mask-client-id': 'false' });
  const id = outputs['app-id'] ?? '';
  await org.api('POST', `/api/v1/apps/${id}/lifecycle/deactivate`);
  for (const inputs of [WEB, { ...WEB, 'app-id': id, name: 'boutique' }]) {
    const before = questions().length;
    expect((await run(inputs)).outputs).toMatchObject({ result: 'updated', 'sign-in-ready': 'true' });
    expect(questions()).toHaveLength(before + 1);
  }
});

test('a run that fails meanwhile asks no further', async () => {
  const ways = Array.from({ length: 20 }, (_, way) => `${CALLBACK}/${way}`);
  let isQuestion = false;
  org.trouble.latency = () => (isQuestion ? 40 : 0);
  org.trouble.fault = ({ method, path }) => {
    isQuestion = path.endsWith('/v1/authorize');
    return method === 'PUT' ? answer(403) : undefined;
  };
  expect((await run({ ...WEB, 'redirect-uris': ways.join('\n') })).exitCode).toBe(1);
  const asked = questions().length;
  await systemClock.sleep(200);
  expect([asked, questions().length]).toEqual([asked, asked]);
  expect(asked).toBeGreaterThan(0);
});

describe('what Okta accepts', () => {
  test('a web app is ready', async () => {
    const created = await run({ ...WEB, 'redirect-uris': `${CALLBACK}\nhttps://shop.example.com/other?a=b` });
    expect(created.outputs).toMatchObject({ result: 'created', 'sign-in-ready': 'true' });
    expect(created.warnings).toEqual([]);
    expect(asked('redirect_uri').sort()).toEqual([CALLBACK, 'https://shop.example.com/other?a=b']);
    expect(new Set(asked('prompt'))).toEqual(new Set(['none']));
    expect(new Set(asked('response_type'))).toEqual(new Set(['code']));
    expect(new Set([...asked('state'), ...asked('nonce')]).size).toBe(4);
    for (const { headers } of questions()) {
      expect(headers['authorization']).toBeUndefined();
      expect(headers['cookie']).toBeUndefined();
    }
  });

  test.each([
    ['a single-page app, which must use PKCE', { type: 'spa' }],
    [
      'a native app with a scheme of its own',
      { type: 'native', 'redirect-uris': 'com.example.shop:/callback' },
    ],
    ['a native app on loopback', { type: 'native', 'redirect-uris': 'http://127.0.0.1/callback' }],
    ['an app of the implicit flow', { type: 'spa', 'grant-types': 'implicit' }],
    ['a web app that must use PKCE', { 'pkce-required': 'true' }],
    ['a custom authorization server', { 'authorization-server': 'default' }],
  ])('%s is ready', async (_what, inputs) => {
    const created = await run({ ...WEB, ...inputs });
    expect(created.warnings).toEqual([]);
    expect(created.outputs['sign-in-ready']).toBe('true');
    expect(questions()).toHaveLength(1);
  });

  test('a wildcard is asked about with a sample of it', async () => {
    const created = await run({
      ...WEB,
      'redirect-uris': 'https://*.example.com/callback',
      'wildcard-redirect': 'subdomain',
    });
    expect(created.outputs['sign-in-ready']).toBe('true');
    expect(asked('redirect_uri')).toEqual(['https://preview.example.com/callback']);
  });

  test('more redirect URIs than are asked about at the same time', async () => {
    org.trouble.concurrencyLimit = 10;
    org.trouble.latency = 20;
    const uris = Array.from({ length: 25 }, (_, i) => `https://shop.example.com/callback/${i}`);
    const created = await run({ ...WEB, 'redirect-uris': uris.join('\n') });
    expect(created.outputs['sign-in-ready']).toBe('true');
    expect(asked('redirect_uri')).toEqual(uris);
  });

  test('an error at the redirect URI that is about the person', async () => {
    redirectWith({
      error: 'access_denied',
      error_description: 'User is not assigned to the client application.',
    });
    expect((await run(WEB)).outputs['sign-in-ready']).toBe('true');
  });

  test('an app that Okta does not know everywhere at once is asked about again', async () => {
    org.trouble.authorizeLagMs = 900;
    const created = await run(WEB, { clock: systemClock });
    expect(created.outputs).toMatchObject({ result: 'created', 'sign-in-ready': 'true' });
    expect(created.warnings).toEqual([]);
    expect(created.log).toContain(
      'Okta does not confirm yet that people can sign in to the app. Waiting 0.5 s.',
    );
  });

  test('an update is checked as well', async () => {
    const inputs = { ...WEB, 'logo-uri': 'https://shop.example.com/logo.png' };
    await run({ ...inputs, 'verify-sign-in': 'false' });
    const updated = await run({ ...inputs, 'redirect-uris': 'https://shop.example.com/new' });
    expect(updated.outputs).toMatchObject({ result: 'updated', 'sign-in-ready': 'true' });
    expect(asked('redirect_uri')).toEqual(['https://shop.example.com/new']);
  });

  test('in a shared app, only the redirect URIs of this run', async () => {
    await run({ ...WEB, 'verify-sign-in': 'false' });
    const mine = { name: 'shop', shared: 'true', 'redirect-uris': 'https://pr-1.example.com/callback' };
    const added = await run(mine);
    expect(added.outputs).toMatchObject({ result: 'updated', 'sign-in-ready': 'true' });
    expect(asked('redirect_uri')).toEqual(['https://pr-1.example.com/callback']);

    const both = `${mine['redirect-uris']}\nhttps://pr-2.example.com/callback`;
    expect((await run({ ...mine, 'redirect-uris': both })).outputs['sign-in-ready']).toBe('true');
    expect(asked('redirect_uri').slice(1).sort()).toEqual(both.split('\n'));

    const taken = await run({ ...mine, state: 'absent' });
    expect(taken.outputs).toMatchObject({ result: 'updated', 'sign-in-ready': '' });
    expect(questions()).toHaveLength(3);
  });
});

describe('what is not asked', () => {
  test.each([
    ['a dry run', { ...WEB, 'dry-run': 'true' }],
    ['"verify-sign-in: false"', { ...WEB, 'verify-sign-in': 'false' }],
    ['"verify-sign-in: false" for an app that nobody may use', { ...URIS, 'verify-sign-in': 'false' }],
    ['a service app', { name: 'shop', type: 'service' }],
    [
      'a catalog app, whose client ID Okta does not show',
      { name: 'shop', 'catalog-app': 'paperlantern', groups: 'Everyone' },
    ],
  ])('%s', async (_what, inputs) => {
    const created = await run(inputs);
    expect(created.outputs['sign-in-ready']).toBe('');
    expect(questions()).toEqual([]);
  });

  test('a service app that has a redirect URI all the same', async () => {
    await foreignApp(org, 'shop', {
      settings: {
        oauthClient: {
          application_type: 'service',
          grant_types: ['client_credentials'],
          response_types: ['token'],
          redirect_uris: [CALLBACK],
        },
      },
    });
    const read = await run({ name: 'shop', state: 'read', 'verify-sign-in': 'true' });
    expect(read.outputs['sign-in-ready']).toBe('');
    expect(questions()).toEqual([]);
  });

  test('a dry run that would change the app', async () => {
    await run({ ...WEB, 'verify-sign-in': 'false' });
    const dry = await run({ ...WEB, 'pkce-required': 'true', 'dry-run': 'true' });
    expect(dry.outputs).toMatchObject({ result: 'updated', 'sign-in-ready': '' });
    expect(questions()).toEqual([]);
  });

  test('a run that deletes', async () => {
    await run({ ...WEB, 'verify-sign-in': 'false' });
    const deleted = await run({ name: 'shop', state: 'absent' });
    expect(deleted.outputs).toMatchObject({ result: 'deleted', 'sign-in-ready': '' });
    expect(questions()).toEqual([]);
  });
});

describe('an app that the run leaves as it is', () => {
  const READ_ONLY: [string, Record<string, string>][] = [
    ['the same inputs', WEB],
    ['a dry run', { ...WEB, 'dry-run': 'true' }],
    ['"state: read"', { name: 'shop', state: 'read' }],
    ['a shared run', { ...URIS, shared: 'true' }],
  ];

  beforeEach(async () => {
    await run({ ...WEB, 'verify-sign-in': 'false' });
    await run({ ...URIS, shared: 'true', 'verify-sign-in': 'false' });
  });

  test.each(READ_ONLY)('is asked about, too: %s', async (_what, inputs) => {
    const again = await run(inputs);
    expect(again.warnings).toEqual([]);
    expect(again.outputs).toMatchObject({ result: 'unchanged', 'sign-in-ready': 'true' });
    expect(asked('redirect_uri')).toEqual([CALLBACK]);
  });

  test.each(READ_ONLY)('is warned of in every run while it is broken: %s', async (_what, inputs) => {
    redirectWith({ error: 'unauthorized_client', error_description: 'No.' });
    for (let time = 1; time <= 2; time += 1) {
      const again = await run(inputs);
      expect(again.outputs).toMatchObject({ result: 'unchanged', 'sign-in-ready': 'false' });
      expect(again.warnings).toEqual([
        expect.stringMatching(/^Okta does not let anybody sign in to the app "shop" through https:/),
      ]);
    }
    expect(clock.slept.slice(-2)).toEqual([500, 1000]);
  });

  test('is asked about while the run reads what else it needs', async () => {
    await org.group('Sellers');
    await org.accessPolicy('Everybody', ['ALL_CLIENTS']);
    const inputs = { ...WEB, groups: 'Sellers', 'authorization-server': 'default' };
    await run({ ...inputs, 'verify-sign-in': 'false' });
    const at = new Map<string, number>();
    org.trouble.latency = 300;
    org.trouble.fault = ({ path }) => {
      at.set(path.split('/').at(-1) ?? '', Date.now());
      return undefined;
    };
    const again = await run(inputs);
    expect(again.outputs).toMatchObject({ result: 'unchanged', 'sign-in-ready': 'true' });
    for (const question of ['authorize', 'policies'])
      expect(Math.abs((at.get(question) ?? 0) - (at.get('groups') ?? 0))).toBeLessThan(300);
  });

  test('is asked about with five redirect URIs, and with all of them once it changes', async () => {
    const uris = Array.from({ length: 8 }, (_, i) => `${CALLBACK}/${i}`);
    const many = { ...WEB, 'redirect-uris': uris.join('\n') };
    await run(many);
    expect(asked('redirect_uri').sort()).toEqual(uris);
    const again = await run(many);
    expect(again.outputs).toMatchObject({ result: 'unchanged', 'sign-in-ready': 'true' });
    expect(asked('redirect_uri').slice(8).sort()).toEqual(uris.slice(0, 5));

    const factors = { type: 'ACCESS_POLICY', name: 'Two factors', status: 'ACTIVE' };
    await org.api('POST', '/api/v1/policies', factors);
    const updated = await run({ ...many, 'sign-on-policy': 'Two factors' });
    expect(updated.outputs).toMatchObject({ result: 'updated', 'sign-in-ready': 'true' });
    expect(asked('redirect_uri').slice(13).sort()).toEqual([...uris.slice(0, 5), ...uris].sort());
  });
});

describe('what Okta refuses', () => {
  const UNREGISTERED =
    'it is no sign-in redirect URI of the app. Okta compares every character: scheme, case, port and trailing slash. A wildcard needs "wildcard-redirect: subdomain".';
  const RESPONSE_AND_GRANT =
    'Give the app the response type and the grant type with which your application signs people in ("response-types", "grant-types").';

  /** @returns why Okta refuses the one redirect URI, as the warning says it */
  async function refusal(inputs: Record<string, string> = {}, uri = CALLBACK): Promise<string> {
    const created = await run({ ...WEB, ...inputs });
    expect(created.exitCode).toBe(0);
    expect(created.outputs).toMatchObject({ result: 'created', 'sign-in-ready': 'false' });
    const [warning = '', ...more] = created.warnings;
    expect(more).toEqual([]);
    const start = `Okta does not let anybody sign in to the app "shop" through ${uri}: `;
    expect(warning.slice(0, start.length)).toBe(start);
    return warning.slice(start.length);
  }

  test('a redirect URI that is not registered, after some seconds', async () => {
    meanwhile((body) => {
      oauthClient(body, 'settings')['redirect_uris'] = [`${CALLBACK}/`];
    });
    expect(await refusal()).toBe(UNREGISTERED);
    expect(clock.slept).toEqual([500, 1000, 2000, 4000]);
  });

  test('only those redirect URIs are warned of that it refuses', async () => {
    meanwhile((body) => {
      oauthClient(body, 'settings')['redirect_uris'] = [CALLBACK];
    });
    const gone = 'https://gone.example.com/';
    expect(await refusal({ 'redirect-uris': `${CALLBACK}\n${gone}` }, gone)).toBe(UNREGISTERED);
    expect(asked('redirect_uri').filter((uri) => uri === CALLBACK)).toHaveLength(1);
  });

  test('a client that it does not know; its ID stays masked', async () => {
    org.trouble.authorizeLagMs = 3_600_000;
    expect(await refusal()).toBe(
      'Okta does not know the client. Check in the Admin Console that the app is active, and that "org-url" is its org.',
    );
  });

  test('a response type that the app lacks', async () => {
    meanwhile((body) => {
      oauthClient(body, 'settings')['response_types'] = ['token'];
    });
    expect(await refusal()).toBe(
      `Okta says "The response type is not supported by the authorization server. Configured response types: [token]". ${RESPONSE_AND_GRANT}`,
    );
  });

  test('a grant type that the app lacks', async () => {
    meanwhile((body) => {
      oauthClient(body, 'settings')['grant_types'] = ['implicit'];
    });
    expect(await refusal()).toBe(
      `Okta says "The client is not authorized to use the provided grant type. Configured grant types: [implicit]". ${RESPONSE_AND_GRANT}`,
    );
  });

  test('a PKCE challenge that is missing', async () => {
    meanwhile((body) => {
      oauthClient(body, 'credentials')['pkce_required'] = true;
    });
    expect(await refusal()).toBe(
      'Okta says "PKCE code challenge is required by the application". Your application must send a PKCE challenge (S256), or the app must not require it ("pkce-required: false").',
    );
  });

  test.each([
    ['code_challenge_method must be S256.', 'Your application must send a PKCE challenge'],
    ['The request is missing something.', "Check the app's settings in the Admin Console."],
  ])('a request that it says is invalid: %s', async (description, remedy) => {
    redirectWith({ error: 'invalid_request', error_description: description });
    expect(await refusal()).toContain(`Okta says "${description.slice(0, -1)}". ${remedy}`);
  });

  test('an error in the fragment, as in the implicit flow', async () => {
    meanwhile((body) => {
      oauthClient(body, 'settings')['grant_types'] = ['authorization_code'];
    });
    expect(await refusal({ type: 'spa', 'grant-types': 'implicit' })).toBe(
      `Okta says "The client is not authorized to use the provided grant type. Configured grant types: [authorization_code]". ${RESPONSE_AND_GRANT}`,
    );
  });

  test('an authorization server without a policy for the app', async () => {
    redirectWith({
      error: 'access_denied',
      error_description: 'Policy evaluation failed for this request, please check the policy configurations.',
    });
    expect(await refusal({ 'authorization-server': 'default' })).toBe(
      'Okta says "Policy evaluation failed for this request, please check the policy configurations". Add the app to an access policy of the authorization server that "authorization-server" names (Admin Console: Security, API).',
    );
  });

  test('an authorization server without the scope that a sign-in asks for', async () => {
    redirectWith({ error: 'invalid_scope', error_description: 'Unknown scope.' });
    expect(await refusal({ 'authorization-server': 'default' })).toBe(
      'Okta says "Unknown scope". The scope "openid" must be there in the authorization server that "authorization-server" names.',
    );
  });

  test('an authorization server that is gone by then', async () => {
    answerWith(answer(404, { errorSummary: 'Not found: Resource not found: default (AuthorizationServer)' }));
    expect(await refusal({ 'authorization-server': 'default' })).toBe(
      'Okta has no such authorization server. Check "authorization-server": it is an ID, such as "default".',
    );
  });

  test('a page with other words, shown as they are', async () => {
    answerWith({ kind: 'answer', status: 403, body: '<h1>Blocked</h1><p>by your <b>administrator</b></p>' });
    expect(await refusal()).toBe(
      'Okta answered 403 ("Blocked by your administrator"). Check the app\'s settings in the Admin Console.',
    );
  });

  test('an empty page', async () => {
    answerWith(answer(400, ''));
    expect(await refusal()).toBe(
      'Okta answered 400 ("no reason given"). Check the app\'s settings in the Admin Console.',
    );
  });

  test('within the time of the run, which ends well', async () => {
    org.trouble.authorizeLagMs = 3_600_000;
    await refusal({ 'timeout-seconds': '4' });
    expect(clock.slept).toEqual([500, 1000, 2000]);
  });
});

describe('what cannot be found out', () => {
  const redirect = (location: string): Fault => ({ kind: 'answer', status: 302, headers: { location } });

  test.each<[string, Fault, string]>([
    ['a dropped connection', { kind: 'drop' }, 'the connection to HOST failed (ECONNRESET).'],
    ['silence', { kind: 'hang' }, 'HOST gave no answer in time.'],
    ['500', answer(500, 'Down'), 'HOST answered 500.'],
    ['429', answer(429), 'HOST answered 429.'],
    ['a sign-in page', answer(200, '<h1>Sign In</h1>'), 'HOST answered 200, not to the redirect URI.'],
    [
      'a redirect to somewhere else',
      redirect('https://login.example.com/callback?error=login_required'),
      'HOST answered 302 and leads to login.example.com, not to the redirect URI.',
    ],
    [
      'a redirect to another path',
      redirect('https://shop.example.com/?error=login_required'),
      'HOST answered 302 and leads to shop.example.com, not to the redirect URI.',
    ],
    [
      'a redirect to another scheme',
      redirect('http://shop.example.com/callback?error=login_required'),
      'HOST answered 302 and leads to shop.example.com, not to the redirect URI.',
    ],
    [
      'trouble that Okta tells the client of',
      redirect(`${CALLBACK}?error=server_error`),
      'Okta says "server_error".',
    ],
    [
      'trouble that Okta describes to the client',
      redirect(`${CALLBACK}?error=temporarily_unavailable&error_description=Try+again+later.`),
      'Okta says "Try again later".',
    ],
  ])('%s is a warning', async (_what, fault, words) => {
    answerWith(fault);
    const created = await run(WEB, { clock, requestTimeout: fault.kind === 'hang' ? 500 : 5_000 });
    expect(created.exitCode).toBe(0);
    expect(created.outputs).toMatchObject({ result: 'created', 'sign-in-ready': '' });
    expect(created.warnings).toEqual([
      `Could not check whether people can sign in to the app "shop": ${words.replace('HOST', new URL(org.url).host)} Try it yourself, with the output "authorize-url".`,
    ]);
  });

  test('of several redirect URIs, the first one is told', async () => {
    org.trouble.fault = ({ path, index }) =>
      path.endsWith('/v1/authorize')
        ? answer((org.requests[index]?.query ?? '').includes('other') ? 503 : 500)
        : undefined;
    const created = await run({ ...WEB, 'redirect-uris': `${CALLBACK}\nhttps://shop.example.com/other` });
    expect(created.warnings).toEqual([expect.stringContaining(' answered 500. Try it yourself')]);
  });

  test('trouble that passes leaves no trace', async () => {
    org.trouble.fault = ({ path }) =>
      path.endsWith('/v1/authorize') && questions().length === 1 ? { kind: 'drop' } : undefined;
    const created = await run(WEB);
    expect(created.outputs['sign-in-ready']).toBe('true');
    expect(created.warnings).toEqual([]);
  });
});

test('the client ID is masked in all that is written about the check', async () => {
  org.trouble.authorizeLagMs = 3_600_000;
  const created = await runSource({ with: { ...connectionTo(org), ...WEB }, debug: true, world: { clock } });
  const clientId = created.outputs['client-id'] ?? '';
  expect(clientId).not.toBe('');
  expect(asked('client_id')).toContain(clientId);
  expect(created.rawLog).toContain('GET /oauth2/v1/authorize: 400');
  expect(created.rawLog + created.rawSummary).not.toContain(clientId);
});
