import { describe, expect, test } from '@jest/globals';
import { registeredApp, type RegisteredApp } from '../../src/app/app.ts';
import type { Inputs as ReadInputs } from '../../src/inputs/inputs.ts';
import { textOf, type Json } from '../../src/util/json.ts';
import { OUTPUT_NAMES } from '../../src/report/report.ts';
import { summary } from '../../src/report/summary.ts';
import { clientIdOf, idOf } from '../support/apps.ts';
import { APPS, POST, PUT, answer } from '../support/okta.ts';
import { manifestOf, type ActionRun } from '../support/runner.ts';
import {
  WEB,
  changesOf,
  failure,
  foreignApp,
  runOn,
  shown,
  succeed,
  writes,
  type Inputs,
} from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

const org = useOrg();

/** As apps were made before client IDs were derived: Okta chooses it, and it is the app's ID. */
const OKTAS: Inputs = { ...WEB, 'client-id': 'okta' };
const SPA: Inputs = { ...WEB, type: 'spa' };
const SERVICE: Inputs = { name: 'shop', type: 'service' };
const ABSENT: Inputs = { name: 'shop', state: 'absent' };
const DRY: Inputs = { 'dry-run': 'true' };

const KEY = { kty: 'RSA', kid: 'first', e: 'AQAB', n: 'n'.repeat(342) };

/** What a run leaves for everybody to read. */
const readable = ({ rawLog, rawSummary, outputs }: ActionRun): string =>
  [rawLog, rawSummary, outputs['changes'], outputs['result'], outputs['issuer']].join('\n');

async function secretOfShop(): Promise<string> {
  const { id } = await org.app('shop');
  const [secret] = await org.apiList(`/api/v1/apps/${textOf(id)}/credentials/secrets`);
  return textOf(secret?.['client_secret']);
}

test('every output that the manifest names is set, and no other', async () => {
  const { outputs } = await succeed(org, WEB);
  const { outputs: named } = manifestOf() as unknown as { outputs: object };
  expect(Object.keys(outputs).sort()).toEqual(Object.keys(named).sort());
  expect([...OUTPUT_NAMES].sort()).toEqual(Object.keys(named).sort());
});

/** Without the debug line of the request that tells what the ID is by which the workflow itself has named the app. */
function withoutFirstRequest(log: string): string {
  return log.replace(/^::debug::GET .*\n/m, '');
}

describe('client-id and app-id', () => {
  /** Every run that knows the app, and what comes of each. */
  async function runsOf(inputs: Inputs): Promise<ActionRun[]> {
    const more = { ...inputs, 'logo-uri': 'https://shop.example.com/logo.png' };
    const runs = [
      await succeed(org, inputs),
      await succeed(org, inputs),
      await succeed(org, { ...more, ...DRY }),
      await succeed(org, more),
    ];
    const results = runs.map(({ outputs }) => outputs['result']);
    expect(results).toEqual(['created', 'unchanged', 'updated', 'updated']);
    return runs;
  }

  test('are two things, of which the client ID is masked, in every run that knows the app', async () => {
    const runs = await runsOf(WEB);
    const app = await org.app('shop');
    for (const run of runs) {
      expect(run.outputs).toMatchObject({ 'client-id': clientIdOf(app), 'app-id': idOf(app) });
      expect(clientIdOf(app)).toMatch(/^shop-[a-z2-7]{10}$/);
      expect(run.masks).toContain(clientIdOf(app));
      expect(run.masks).not.toContain(idOf(app));
      expect(readable(run)).not.toContain(clientIdOf(app));
      expect(run.rawSummary).toContain(`(${org.url}/admin/app/oidc_client/instance/${idOf(app)}/)`);
    }
  });

  test("are both Okta's ID, masked, where Okta chooses", async () => {
    const runs = await runsOf(OKTAS);
    const id = idOf(await org.app('shop'));
    for (const run of [...runs, await succeed(org, { 'app-id': id })]) {
      expect(run.outputs).toMatchObject({ 'client-id': id, 'app-id': id });
      expect(run.masks).toContain(id);
      expect(withoutFirstRequest(readable(run))).not.toContain(id);
      expect(run.rawSummary).toContain(`(${org.url}/admin/apps/active)`);
    }
  });

  test.each([ABSENT, { ...WEB, ...DRY }])('are empty where there is no app: %p', async (inputs) => {
    const { outputs } = await succeed(org, inputs);
    for (const name of [
      'client-id',
      'client-secret',
      'app-id',
      'issuer',
      'discovery-url',
      'authorize-url',
      'sign-in-ready',
    ])
      expect([name, outputs[name]]).toEqual([name, '']);
  });

  test.each([
    ['not masked', undefined],
    ['masked, if it is to be,', 'true'],
  ])("are %s where the client ID is one of the workflow's own", async (_, mask) => {
    const own = { ...WEB, 'client-id': 'shop-preview', ...(mask && { 'mask-client-id': mask }) };
    const run = await succeed(org, own);
    const id = idOf(await org.app('shop'));
    expect(run.outputs).toMatchObject({ 'client-id': 'shop-preview', 'app-id': id });
    expect(run.masks.includes('shop-preview')).toBe(mask !== undefined);
    expect(run.masks).not.toContain(id);
    if (mask) expect(readable(run)).not.toContain('shop-preview');
  });

  test.each(['my-0oa1b2c3d4E5F6g7H8i9', '0oa1b2c3d4E5F6g7H8i9-my'])(
    'are not masked where the client ID of the workflow’s own only has an ID of Okta’s form in it: %s',
    async (clientId) => {
      const run = await succeed(org, { ...WEB, 'client-id': clientId });
      expect(run.outputs['client-id']).toBe(clientId);
      expect(run.masks).not.toContain(clientId);
    },
  );

  test.each([WEB, OKTAS])('are not masked where other jobs are to get them: %j', async (inputs) => {
    const run = await succeed(org, { ...inputs, 'mask-client-id': 'false' });
    const app = await org.app('shop');
    expect(run.outputs['client-id']).toBe(clientIdOf(app));
    expect(run.masks).not.toContain(clientIdOf(app));
    expect(run.rawSummary).toContain(`(${org.url}/admin/app/oidc_client/instance/${idOf(app)}/)`);
  });

  test.each([WEB, OKTAS])(
    'are masked before anything is said, with step debugging on too: %j',
    async (inputs) => {
      const more = { ...inputs, groups: 'Everyone', 'logo-uri': 'https://shop.example.com/logo.png' };
      const runs = [
        await succeed(org, inputs, { debug: true }),
        await succeed(org, more, { debug: true }),
        await succeed(org, { 'app-id': idOf(await org.app('shop')) }, { debug: true }),
        await succeed(org, ABSENT, { debug: true }),
      ];
      const clientId = runs[0]?.outputs['client-id'] ?? '';
      for (const run of runs) {
        expect(run.log).toContain('##[debug]');
        expect(withoutFirstRequest(run.rawLog)).not.toContain(clientId);
        expect(run.rawLog).not.toContain(org.token);
      }
    },
  );

  test('are two things where the workflow names the app by its ID, too', async () => {
    const { outputs } = await succeed(org, WEB);
    const id = outputs['app-id'] ?? '';
    const run = await succeed(org, { ...WEB, 'app-id': id });
    expect(run.masks).toContain(outputs['client-id']);
    expect(run.masks).not.toContain(id);
    expect(run.rawSummary).toContain(`(${org.url}/admin/app/oidc_client/instance/${id}/)`);
  });

  test('do not show in a failure either', async () => {
    const { outputs } = await succeed(org, WEB);
    const clientId = outputs['client-id'] ?? '';
    const body = { errorCode: 'E0000001', errorSummary: `Bad app ${clientId}`, errorCauses: [] };
    org.refuse(PUT(await org.app('shop')), answer(400, body));
    const run = await runOn(org, { ...WEB, 'logo-uri': 'https://shop.example.com/logo.png' });
    expect(run.exitCode).toBe(1);
    expect(run.rawLog).toContain('Bad app ***');
    expect(run.rawLog).not.toContain(clientId);
  });

  test('do not show in a refusal of the app that they are for, which does not exist yet', async () => {
    const { outputs } = await succeed(org, WEB);
    const clientId = outputs['client-id'] ?? '';
    await succeed(org, ABSENT);
    const body = { errorCode: 'E0000001', errorSummary: `Bad client ${clientId}`, errorCauses: [] };
    org.refuse(POST(APPS), answer(400, body));
    const run = await runOn(org, WEB);
    expect(run.errors[0]).toContain('Bad client ***;');
    expect(run.masks).toContain(clientId);
    expect(readable(run)).not.toContain(clientId);
    const shown = await runOn(org, { ...WEB, 'mask-client-id': 'false' });
    expect(shown.errors[0]).toContain(`Bad client ${clientId};`);
  });

  test('show where a value of the app holds them in no change', async () => {
    const { outputs } = await succeed(org, WEB);
    const clientId = outputs['client-id'] ?? '';
    const uri = `https://shop.example.com/${clientId}`;
    const run = await succeed(org, { ...WEB, 'post-logout-redirect-uris': uri });
    expect(changesOf(run)[0]?.to).toEqual(['https://shop.example.com/***']);
    expect(readable(run)).not.toContain(clientId);
  });

  test('of an app of the network are said to be unknown', async () => {
    const inputs = { name: 'Desk', 'catalog-app': 'harbourdesk', settings: 'app: { subdomain: acme }' };
    for (const run of [await succeed(org, inputs), await succeed(org, inputs)]) {
      const id = textOf((await org.app('Desk'))['id']);
      expect(run.outputs).toMatchObject({
        'client-id': '',
        'app-id': id,
        'authorize-url': '',
        issuer: org.url,
      });
      expect(run.log).toContain('Okta does not show the client ID of an app of its network');
      expect(readable(run)).not.toContain(id);
    }
  });
});

describe('issuer and discovery-url', () => {
  test.each([
    ['', '', ''],
    ['default', '/oauth2/default', '/oauth2/default'],
  ])('are those of the authorization server "%s"', async (server, issuer, authorize) => {
    const { outputs } = await succeed(org, { ...WEB, 'authorization-server': server });
    expect(outputs['issuer']).toBe(org.url + issuer);
    expect(outputs['discovery-url']).toBe(`${org.url}${issuer}/.well-known/openid-configuration`);
    expect(outputs['authorize-url']).toContain(`${org.url}${authorize || '/oauth2'}/v1/authorize?`);
  });

  test('lead to what the org really serves', async () => {
    const { outputs } = await succeed(org, WEB);
    const discovered = (await (await fetch(outputs['discovery-url'] ?? '')).json()) as Record<string, string>;
    expect(discovered['issuer']).toBe(outputs['issuer']);
    expect(outputs['authorize-url']).toContain(`${discovered['authorization_endpoint'] ?? ''}?`);
  });
});

describe('authorize-url', () => {
  const CODE = { response_type: 'code', scope: 'openid', state: 'STATE', nonce: 'NONCE' };
  const PKCE = { code_challenge: 'CODE_CHALLENGE', code_challenge_method: 'S256' };
  const SHOP = { redirect_uri: 'https://shop.example.com/callback' };

  test.each<[string, Inputs, object]>([
    ['a web app', WEB, { ...CODE, ...SHOP }],
    ['a single-page app', SPA, { ...CODE, ...SHOP, ...PKCE }],
    [
      'an app that gets tokens only',
      { ...SPA, 'grant-types': 'implicit' },
      { ...CODE, ...SHOP, ...PKCE, response_type: 'id_token token' },
    ],
    ['an identity provider', { ...WEB, idp: '0oa1&idp' }, { ...CODE, ...SHOP, idp: '0oa1&idp' }],
    [
      'several redirect URIs',
      { name: 'shop', 'redirect-uris': 'https://b.example.com/?x=1&y=2\nhttps://a.example.com' },
      { ...CODE, redirect_uri: 'https://b.example.com/?x=1&y=2' },
    ],
    [
      'a wildcard beside a plain one',
      {
        name: 'shop',
        'redirect-uris': 'https://*.example.com/cb\nhttps://a.example.com',
        'wildcard-redirect': 'subdomain',
      },
      { ...CODE, redirect_uri: 'https://a.example.com' },
    ],
    [
      'a wildcard alone',
      { name: 'shop', 'redirect-uris': 'https://pr-*.example.com/cb', 'wildcard-redirect': 'subdomain' },
      { ...CODE, redirect_uri: 'https://pr-preview.example.com/cb' },
    ],
  ])('carries what %s needs', async (_, inputs, expected) => {
    const { outputs } = await succeed(org, inputs);
    const url = new URL(outputs['authorize-url'] ?? '');
    expect(`${url.origin}${url.pathname}`).toBe(`${org.url}/oauth2/v1/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({ ...expected, client_id: outputs['client-id'] });
  });

  test('is empty for an app that nobody signs in to', async () => {
    expect((await succeed(org, SERVICE)).outputs['authorize-url']).toBe('');
  });
});

describe('changes', () => {
  test('of a creation name everything that was set', async () => {
    await org.group('Sellers');
    const run = await succeed(org, { ...WEB, groups: 'Sellers' });
    expect(changesOf(run)).toEqual([
      { field: 'name', from: null, to: 'shop' },
      { field: 'type', from: null, to: 'web' },
      { field: 'redirect-uris', from: null, to: ['https://shop.example.com/callback'] },
      { field: 'grant-types', from: null, to: ['authorization_code'] },
      { field: 'response-types', from: null, to: ['code'] },
      { field: 'token-endpoint-auth-method', from: null, to: 'client_secret_basic' },
      { field: 'pkce-required', from: null, to: false },
      { field: 'groups', from: [], to: ['Sellers'] },
    ]);
  });

  test('are JSON, whatever is masked in them', async () => {
    await succeed(org, WEB);
    const profile = { passcode: 1234567, 'room 1234567': [1234567, 7, true, { x: null, y: '1234567' }] };
    const settings = JSON.stringify({ profile });
    const run = await succeed(org, { ...WEB, settings, 'github-token': 'true' });
    expect(changesOf(run)).toEqual([
      { field: 'profile.passcode', from: null, to: '***' },
      { field: 'profile.room ***', from: null, to: ['***', 7, true, { x: null, y: '***' }] },
    ]);
    expect(run.log).toContain('profile.passcode: (none) -> "***"');
  });

  test('call the type as the workflow does', async () => {
    expect(changesOf(await succeed(org, SPA))).toContainEqual({ field: 'type', from: null, to: 'spa' });
  });
});

describe('output-client-secret', () => {
  const SECRET: Inputs = { ...WEB, 'output-client-secret': 'true' };

  test('gives the secret, masked, whoever made it and whenever', async () => {
    const runs = [
      await succeed(org, SECRET, { debug: true }),
      await succeed(org, SECRET, { debug: true }),
      await succeed(org, { ...SECRET, ...DRY }),
      await succeed(org, { ...SECRET, 'logo-uri': 'https://shop.example.com/logo.png' }, { debug: true }),
    ];
    const secret = await secretOfShop();
    expect(secret.length).toBeGreaterThan(30);
    for (const run of runs) {
      expect(run.outputs['client-secret']).toBe(secret);
      expect(run.masks).toContain(secret);
      expect(readable(run)).not.toContain(secret);
    }
  });

  test('asks for nothing that it has already', async () => {
    await succeed(org, SECRET);
    expect(org.taken().filter((request) => request.includes('secrets'))).toEqual([]);
    await succeed(org, SECRET);
    expect(org.taken().filter((request) => request.includes('secrets'))).toHaveLength(1);
    await succeed(org, SECRET);
    expect(writes(org)).toEqual([]);
  });

  test.each([{}, { 'mask-client-id': 'false' }])(
    'leaves it out where nobody asked, masked all the same: %p',
    async (more) => {
      const run = await succeed(org, { ...WEB, ...more });
      expect(run.outputs['client-secret']).toBe('');
      expect(run.masks).toContain(await secretOfShop());
      expect(org.taken().filter((request) => request.includes('secrets'))).toEqual([]);
    },
  );

  test.each<[string, Inputs]>([
    ['that is not there yet', { ...SECRET, ...DRY }],
    ['that goes', { ...ABSENT, 'output-client-secret': 'true' }],
  ])('is empty for an app %s', async (_, inputs) => {
    expect((await succeed(org, inputs)).outputs['client-secret']).toBe('');
  });

  test('gives the active one of two', async () => {
    await succeed(org, WEB);
    const path = `/api/v1/apps/${textOf((await org.app('shop'))['id'])}/credentials/secrets`;
    const [old] = await org.apiList(path);
    const fresh = await org.api('POST', path, {});
    await org.api('POST', `${path}/${textOf(old?.['id'])}/lifecycle/deactivate`);
    expect((await succeed(org, SECRET)).outputs['client-secret']).toBe(fresh['client_secret']);
  });

  test('reads the one of an app of the network', async () => {
    const inputs = { name: 'shop', 'catalog-app': 'paperlantern', 'output-client-secret': 'true' };
    const run = await succeed(org, inputs);
    expect(run.outputs['client-secret']).toBe(await secretOfShop());
    expect(run.masks).toContain(await secretOfShop());
  });

  test('is an error with a remedy where the permission is missing', async () => {
    await succeed(org, WEB);
    org.trouble.forbidden = ({ path }) => path.endsWith('/credentials/secrets');
    const run = await runOn(org, SECRET);
    expect(run.exitCode).toBe(1);
    expect(run.annotations[0]?.message).toMatch(
      /Cannot read the client secret of the app "shop": Okta answered 403 .*Application Administrator.*okta\.apps\.clientCredentials\.read/,
    );
  });

  test('is an error where every secret is inactive', async () => {
    await succeed(org, WEB);
    for (const app of org.org.apps.values()) for (const secret of app.secrets) secret.status = 'INACTIVE';
    expect(await failure(org, SECRET)).toBe(
      'Cannot output the client secret of the app "shop": Okta has no active one. Create or activate one in the Admin Console, or leave "output-client-secret" out.',
    );
  });

  test.each<[string, Inputs, Json]>([
    ['a single-page app', SPA, 'none'],
    ['a native app', { ...WEB, type: 'native' }, 'none'],
    ['a client with keys', { ...SERVICE, jwks: JSON.stringify(KEY) }, 'private_key_jwt'],
  ])('is an error for %s, which is neither made nor changed', async (_, inputs, method) => {
    const wrong = { ...inputs, 'output-client-secret': 'true' };
    const says = `Cannot output a client secret of the app "shop": an app with "token-endpoint-auth-method: ${textOf(method)}" has none. Leave "output-client-secret" out, or choose a method that uses a secret.`;
    expect(await failure(org, wrong)).toBe(says);
    expect(await failure(org, { ...wrong, ...DRY })).toBe(says);
    expect(await org.labels()).toEqual([]);
    await succeed(org, inputs);
    org.taken();
    expect(await failure(org, { ...wrong, 'logo-uri': 'https://shop.example.com/logo.png' })).toBe(says);
    expect(await failure(org, wrong)).toBe(says);
    expect(await failure(org, { name: 'shop', 'output-client-secret': 'true' })).toBe(says);
    expect(writes(org)).toEqual([]);
  });

  test('is fine for a single-page app that has one', async () => {
    const inputs = {
      ...SPA,
      'token-endpoint-auth-method': 'client_secret_basic',
      'output-client-secret': 'true',
    };
    expect((await succeed(org, inputs)).outputs['client-secret']).toBe(await secretOfShop());
  });
});

const MALICE =
  '<img src=x onerror=alert(1)> | **bold** [link](https://evil.example.com) `code` @octocat #12 ::error::pwned ##[error]pwned';

describe('text from outside', () => {
  /** Lines that the runner would take for commands, but for debugging. */
  const commands = ({ rawLog }: ActionRun): string[] =>
    rawLog
      .split(/\r?\n|\r/)
      .filter((line) => (/^\s*::/.test(line) || line.includes('##[')) && !line.startsWith('::debug::'));

  test('in a label and in the name of a group is neither markup nor a command', async () => {
    const evil = `Sellers\r\n::warning::pwned\n##[error]pwned\u2028${MALICE}`;
    const group = await org.group(evil);
    const created = await succeed(org, { ...WEB, name: MALICE.slice(0, 90) });
    const updated = await succeed(org, { ...WEB, name: MALICE.slice(0, 90), groups: group });
    expect(changesOf(updated)[0]?.to).toEqual([evil]);
    for (const [run, columns] of [
      [created, 2],
      [updated, 3],
    ] as const) {
      expect(run.warnings).toEqual([]);
      expect(commands(run).filter((line) => !line.startsWith('::notice::Nobody may use'))).toEqual([]);
      expect(run.rawSummary).not.toMatch(/<(?!\/?code>|br>)/);
      expect(run.rawSummary).not.toMatch(/[@`]|\*\*bold|\]\(https:\/\/evil|::/);
      const cells = run.rawSummary.split('\n').filter((line) => line.startsWith('|'));
      expect(new Set(cells.map((line) => line.split('|').length))).toEqual(new Set([columns + 2]));
    }
  });

  test('in an app that somebody else labelled is no command either', async () => {
    const { id } = await foreignApp(org, 'shop');
    for (const app of org.org.apps.values()) app.label = '::error::pwned\n::warning::pwned';
    const run = await succeed(org, { 'app-id': textOf(id), 'mask-client-id': 'false' });
    expect(run.annotations.map(({ level }) => level)).toEqual(['notice']);
    expect(commands(run)).toEqual([expect.stringMatching(/^::notice::The app /)]);
    expect(run.log).toContain('\\n::warning::pwned');
  });

  test("in Okta's error makes one annotation, not two", async () => {
    org.trouble.fault = () => ({
      kind: 'answer',
      status: 400,
      body: {
        errorCode: 'E0000001',
        errorSummary: `Bad\n::warning::pwned\r\n::error::pwned ${MALICE}`,
        errorCauses: [],
      },
    });
    const run = await runOn(org, WEB);
    expect(run.exitCode).toBe(1);
    expect(run.annotations.map(({ level }) => level)).toEqual(['error']);
    expect(run.annotations[0]?.message).toContain('::warning::pwned');
    expect(commands(run)).toEqual([expect.stringMatching(/^::error::Cannot find the app/)]);
  });

  test('from a proxy is shown as plain text, cut short', async () => {
    org.trouble.fault = () => ({
      kind: 'answer',
      status: 407,
      body: `<html><style>p {}</style><script>alert(1)</script><h1>Proxy</h1>\n<p>${'Sign in. '.repeat(200)}</p></html>`,
    });
    const message = await failure(org, WEB);
    expect(message).toContain('Okta answered 407: Proxy Sign in. Sign in.');
    expect(message).not.toMatch(/[<>]|alert/);
    expect(message.length).toBeLessThan(400);
  });
});

test('the log tells once what became of the app', async () => {
  const run = await succeed(org, WEB);
  expect(run.log).toMatch(/^The app "shop" was created\.$/m);
  expect(run.log).not.toContain('Created the app');
  const planned = await succeed(org, { ...ABSENT, ...DRY });
  expect(planned.log).toMatch(/^Dry run: The app "shop" would be deleted\.$/m);
  const gone = await succeed(org, ABSENT);
  expect(gone.log).toMatch(/^The app "shop" was deleted\.$/m);
  expect(gone.log).not.toContain('Deleted the app');
});

describe('the job summary', () => {
  test('shows the app, what was done, and a table of the changes', async () => {
    await succeed(org, WEB);
    const run = await succeed(org, {
      ...WEB,
      'logo-uri': 'https://shop.example.com/logo.png',
      'pkce-required': 'true',
    });
    expect(run.rawSummary).toBe(
      [
        '### Okta OIDC app',
        '',
        `The app **shop** was updated.\n\nOrg ${new URL(org.url).host.replace(':', '&#58;')} · Type web · 1 redirect URI · [Admin Console](${org.url}/admin/app/oidc_client/instance/${idOf(await org.app('shop'))}/)`,
        '',
        '| Setting | From | To |',
        '| --- | --- | --- |',
        '| pkce-required | <code>false</code> | <code>true</code> |',
        '| logo-uri |  | <code>https&#58;//shop.example.com/logo.png</code> |',
        '',
        '',
      ].join('\n'),
    );
  });

  test.each<[string, Inputs, string[]]>([
    [
      'an app that would be made',
      { ...WEB, name: 'new', 'redirect-uris': 'https://a.example.com\nhttps://b.example.com', ...DRY },
      [
        '**Dry run.** The app **new** would be created.',
        'Org HOST',
        '| Setting | Value |\n| --- | --- |\n| name | <code>new</code> |\n| redirect-uris | <code>https://a.example.com</code><br><code>https://b.example.com</code> |',
        'Who may use it: **nobody**',
      ],
    ],
    [
      'an app that gets two redirect URIs',
      { ...WEB, 'redirect-uris': 'https://a.example.com\nhttps://b.example.com' },
      [
        'The app **shop** was updated.',
        'Org HOST · Type web · 2 redirect URIs · CONSOLE',
        '| Setting | From | To |\n| --- | --- | --- |\n| redirect-uris | <code>https://shop.example.com/callback</code> | <code>https://a.example.com</code><br><code>https://b.example.com</code> |',
      ],
    ],
    [
      'an app without redirect URIs',
      { name: 'robot', type: 'service', 'grant-types': 'client_credentials' },
      [
        'The app **robot** was created.',
        'Org HOST · Type service · CONSOLE',
        '| Setting | Value |\n| --- | --- |\n| name | <code>robot</code> |\n| type | <code>service</code> |\n| grant-types | <code>client_credentials</code> |',
      ],
    ],
    [
      'an app that is as it should be',
      WEB,
      [
        'The app **shop** is as the workflow says; nothing was changed.',
        'Org HOST · Type web · 1 redirect URI · CONSOLE',
      ],
    ],
    [
      'an app that goes',
      ABSENT,
      [
        'The app **shop** was deleted.',
        'Org HOST',
        '| Setting | From | To |\n| --- | --- | --- |\n| name | <code>shop</code> |  |',
      ],
    ],
    [
      'an app that is not there',
      { ...ABSENT, name: 'new' },
      ['The app **new** does not exist, as the workflow says.', 'Org HOST'],
    ],
    [
      'a run that fails',
      { ...WEB, groups: 'nobody' },
      [
        '**Failed.** Cannot find the group "nobody": Okta has none of exactly that name.',
        '**What to do:** Check "groups". There is none with a similar name.',
        'App shop · Org HOST',
      ],
    ],
  ])('is this, and no more, for %s', async (_, inputs, paragraphs) => {
    await succeed(org, WEB);
    const run = await runOn(org, inputs);
    const text = shown(run)
      .replaceAll(new URL(org.url).host, 'HOST')
      .replace(/\[Admin Console\]\(\S+\)/, 'CONSOLE');
    expect(text).toBe(`### Okta OIDC app\n\n${paragraphs.join('\n\n')}\n\n`);
  });

  test('of a run that cannot write its outputs does not say that all is well', async () => {
    const run = await runOn(org, WEB, { env: { GITHUB_OUTPUT: '/no/such/file' } });
    expect(run.exitCode).toBe(1);
    expect(shown(run)).toMatch(
      /^### Okta OIDC app\n\n\*\*Failed\.\*\* [^]*\/no\/such\/file[^]*\n\n\*\*Done before the failure:\*\* created the app "shop"\./,
    );
    expect(shown(run)).not.toContain('was created');
  });

  test('shows two hundred rows, and counts the others', async () => {
    await succeed(org, WEB);
    const profile = Object.fromEntries(
      Array.from({ length: 203 }, (_, i): [string, number] => [`key${i}`, i]),
    );
    const settings = JSON.stringify({ profile });
    const run = await succeed(org, { ...WEB, settings, ...DRY });
    const rows = run.rawSummary.split('\n').filter((line) => line.startsWith('| '));
    expect(rows).toHaveLength(203);
    expect(rows.slice(-2)).toEqual(['| profile.key199 |  | <code>199</code> |', '| and 3 more |  |  |']);
  });

  test.each<[string, Inputs, string]>([
    ['unchanged', WEB, 'The app **shop** is as the workflow says; nothing was changed.'],
    ['deleted', ABSENT, 'The app **shop** was deleted.'],
    ['absent', { name: 'other', state: 'absent' }, 'The app **other** does not exist, as the workflow says.'],
  ])('of a run that ended %s says so', async (result, inputs, says) => {
    await succeed(org, WEB);
    const run = await succeed(org, inputs);
    expect(run.outputs['result']).toBe(result);
    expect(run.rawSummary).toContain(says);
    expect(run.log).toContain(says.replace(/\*\*(.*)\*\*/, '"$1"'));
  });

  test('shows lists entry by entry, and cuts a long value short', async () => {
    const settings = `settings: { notes: { enduser: "${'x'.repeat(5000)}" } }`;
    const uris = 'https://a.example.com\nhttps://b.example.com';
    const run = await succeed(org, { name: 'shop', 'redirect-uris': uris, settings });
    expect(run.rawSummary).toContain(
      '<code>https&#58;//a.example.com</code><br><code>https&#58;//b.example.com</code>',
    );
    expect(run.rawSummary).toContain(`<code>${'x'.repeat(2000)}&#8230;</code>`);
    expect(run.rawSummary).not.toContain('x'.repeat(2001));
  });

  const ALL = 'This is not all, for want of room: the log has the rest.';
  const entries = (count: number, text: string): string[] =>
    Array.from({ length: count }, (_, i) => `${text}${i}`);
  const profile = { profile: Object.fromEntries(entries(200, 'key').map((key) => [key, '€'.repeat(2000)])) };
  const uris = entries(5000, `nonsense ${'&'.repeat(100)}`).join('\n');

  test.each<[string, Inputs, RegExp]>([
    [
      'long values',
      { settings: JSON.stringify(profile) },
      /was updated\.[^]*Org [^]*\| profile\.key0 \| {2}\|/,
    ],
    [
      'many problems',
      { 'redirect-uris': uris, 'post-logout-redirect-uris': uris },
      /\*\*Failed\.\*\*[^]*\n- /,
    ],
    [
      'many warnings',
      { 'redirect-uris': entries(120, `http://shop.example.com/?${'&'.repeat(1900)}`).join('\n'), ...DRY },
      /would be updated\.[^]*Warning:[^]*Org /,
    ],
    ['a long list', { settings: JSON.stringify({ profile: { list: uris.split('\n') } }) }, /was updated/],
    ['a long description', { state: 'read', 'redirect-uris': '' }, /was read\.[^]*Org /],
  ])('stays below what GitHub takes, and says so: %s', async (_, inputs, says) => {
    await succeed(org, WEB);
    if (inputs['state'] === 'read')
      for (const app of org.org.apps.values())
        app.body = { ...app.body, profile: { note: 'x'.repeat(600_000) } };
    const { rawSummary } = await runOn(org, { ...WEB, ...inputs });
    expect(Buffer.byteLength(rawSummary)).toBeLessThan(1024 * 1024);
    expect(rawSummary).toMatch(says);
    expect(rawSummary.trimEnd().endsWith(`\n\n${ALL}`)).toBe(true);
  });

  test.each([
    [
      'a file that is not there',
      '/no/such/folder/summary',
      "Unable to access summary file: '/no/such/folder/summary'. Check if the file has correct read/write permissions.",
    ],
    [
      'a runner without summaries',
      '',
      'Unable to find environment variable for $GITHUB_STEP_SUMMARY. Check if your runtime environment supports job summaries.',
    ],
  ])('that cannot be written, for %s, is a warning and no failure', async (_, path, why) => {
    const env = { GITHUB_STEP_SUMMARY: path };
    const run = await succeed(org, WEB, { env });
    expect(run.outputs['result']).toBe('created');
    expect(run.warnings).toEqual([`The job summary was not written: ${why}`]);
  });

  test('has no markup of a hostile org in the address of the Admin Console', () => {
    const evil = `a)](//evil.example) [b](!'*~"<i>`;
    const hostile = registeredApp({ id: evil, label: 'shop', name: evil }) as RegisteredApp;
    const text = summary(
      {
        inputs: inputs('https://acme.okta.com', false),
        result: { kind: 'unchanged', changes: [], app: hostile },
      },
      { failure: undefined, done: [], warnings: [] },
    );
    const [, kind = '', id = ''] =
      /\[Admin Console\]\(https:\/\/acme-admin\.okta\.com\/admin\/app\/([\w%.-]+)\/instance\/([\w%.-]+)\/\)$/m.exec(
        text,
      ) ?? [];
    expect([kind, id].map(decodeURIComponent)).toEqual([evil, evil]);
  });

  const app = registeredApp({ id: '0oa1', label: 'shop', name: 'oidc_client' }) as RegisteredApp;
  const inputs = (orgUrl: string, maskClientId: boolean): ReadInputs =>
    ({ connection: { orgUrl }, maskClientId, dryRun: false }) as unknown as ReadInputs;

  test.each([
    ['https://acme.okta.com', 'https://acme-admin.okta.com'],
    ['https://acme.oktapreview.com', 'https://acme-admin.oktapreview.com'],
    ['https://acme.okta-emea.com', 'https://acme-admin.okta-emea.com'],
    ['https://acme.okta.mil', 'https://acme-admin.okta.mil'],
    ['https://login.acme.com', undefined],
    ['https://okta.com.evil.example.com', undefined],
    ['https://id.acme.okta.com', undefined],
  ])('links from %s to the Admin Console at %s', (orgUrl, console) => {
    const text = (masked: boolean): string =>
      summary(
        { inputs: inputs(orgUrl, masked), result: { kind: 'unchanged', changes: [], app } },
        { failure: undefined, done: [], warnings: [] },
      );
    if (console === undefined) {
      expect(text(false)).not.toContain('Admin Console');
      return;
    }
    expect(text(false)).toContain(`[Admin Console](${console}/admin/app/oidc_client/instance/0oa1/)`);
    expect(text(true)).toContain(`[Admin Console](${console}/admin/apps/active)`);
  });
});
