import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { unmeantLabel } from '../../src/app/label.ts';
import { textOf, type Json, type JsonObject } from '../../src/util/json.ts';
import { idOf } from '../support/apps.ts';
import { blockOf, blockText } from '../support/block.ts';
import { root, type ActionRun } from '../support/runner.ts';
import {
  changesOf,
  failure,
  foreignApp,
  pullRequest,
  runOn,
  succeed,
  WEB,
  writes,
  type Inputs,
} from '../support/runs.ts';
import '../support/seed.ts';
import { useOrg } from '../support/servers.ts';

const org = useOrg();

function newApp(label: string, oauthClient: JsonObject, extra: JsonObject = {}): JsonObject {
  const { settings = {}, ...others } = extra as { settings?: JsonObject };
  return {
    name: 'oidc_client',
    label,
    signOnMode: 'OPENID_CONNECT',
    settings: { ...settings, oauthClient },
    ...others,
  };
}

const READ = { state: 'read', 'mask-client-id': 'false' };

/** An app without what each org, and each app, has of its own; the order of grant and response types means nothing. */
function comparable(app: JsonObject): Json {
  const text = JSON.stringify(app, (key, value: Json) => {
    if (OWN.has(key)) return undefined;
    return Array.isArray(value) && /_types$/.test(key) ? [...value].sort() : value;
  });
  const body = JSON.parse(text) as JsonObject;
  if (Object.keys((body['profile'] as JsonObject | undefined) ?? {}).length === 0) delete body['profile'];
  return body;
}
const OWN = new Set([
  'id',
  'orn',
  'created',
  'lastUpdated',
  '_links',
  'client_id',
  'client_secret',
  'signing',
  'admin',
  'okta_oidc_app',
]);

/** What is noticed of an app's description. */
/** Names that YAML, GitHub or a list of inputs would take for something else. */
const ODD_NAMES = [
  '007',
  'null',
  'true',
  '~',
  '1e3',
  '2026-01-01',
  'a: b',
  '- a',
  '-',
  '"quoted"',
  "it's",
  "''",
  '#tag',
  '# tag',
  'a #b',
  'a, b',
  '[a]',
  '["a"]',
  '[]',
  '{a}',
  '*x',
  '!x',
  '|',
  '`x`',
  'a\\b',
  '🦊 shop',
  'e\u0301',
  'shop ${{ secrets.X }}',
];

/** Reads the app, gives its block back, and makes one by it in an empty org. */
async function roundTrip(
  body: JsonObject,
): Promise<{ block: Inputs; unchanged: ActionRun; before: Json; after: Json }> {
  const label = body['label'] as string;
  await org.restart();
  await org.api('POST', '/api/v1/apps', body);
  const before = comparable(await org.app(label));
  const block = blockOf(await succeed(org, { ...READ, name: label }));
  const unchanged = await succeed(org, block);
  await org.restart();
  await succeed(org, block);
  return { block, unchanged, before, after: comparable(await org.app(label)) };
}

const PUBLIC_KEY = {
  ...(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }) as JsonObject),
  kid: 'preview-1',
  use: 'sig',
};

/** A key set of keys that differ from the usual one. */
function keys(...members: JsonObject[]): JsonObject {
  return { keys: members.map((member) => ({ ...PUBLIC_KEY, ...member })) };
}

describe('the inputs that describe an app', () => {
  test('are lines of the log in which no text of the app is a command', async () => {
    const note = '::warning::pwned\\n##[error]pwned\\n```';
    await succeed(org, { ...WEB, settings: `settings: { notes: { enduser: "${note}" } }` });
    const run = await succeed(org, { ...READ, name: 'shop' });
    expect(run.log).toMatch(/^ +.?:.?:warning::pwned$/m);
    expect(run.annotations).toEqual([]);
    expect(run.rawSummary).toContain('````yaml\nwith:\n');
  });

  test('have long lines as they are', async () => {
    const note = 'word '.repeat(60).trim();
    await succeed(org, { ...WEB, settings: `settings: { notes: { enduser: ${note} } }` });
    expect(blockText(await succeed(org, { ...READ, name: 'shop' }))).toContain(note);
  });

  test('say nothing of what Okta puts into every new app', async () => {
    await foreignApp(org, 'shop');
    expect(blockOf(await succeed(org, { ...READ, name: 'shop' }))).toEqual({
      name: 'shop',
      type: 'web',
      'redirect-uris': 'https://shop.example.com/callback',
    });
  });

  test('are what differs from its type, in words of the inputs', async () => {
    await org.group('Engineers');
    const user = await org.user('jane@example.com');
    const app = await org.api(
      'POST',
      '/api/v1/apps',
      newApp(
        'shop',
        {
          application_type: 'browser',
          grant_types: [
            'authorization_code',
            'refresh_token',
            'urn:ietf:params:oauth:grant-type:device_code',
          ],
          response_types: ['code'],
          redirect_uris: ['https://shop.example.com/callback', 'https://shop.example.com/silent'],
          tos_uri: 'https://shop.example.com/terms',
          refresh_token: { rotation_type: 'ROTATE', leeway: 20 },
        },
        {
          credentials: { oauthClient: { token_endpoint_auth_method: 'none', pkce_required: true } },
          visibility: { hide: { iOS: true, web: false } },
        },
      ),
    );
    const [group] = await org.apiList('/api/v1/groups?q=Engineers');
    await org.api('PUT', `/api/v1/apps/${idOf(app)}/groups/${idOf(group)}`, {});
    await org.api('POST', `/api/v1/apps/${idOf(app)}/users`, {
      id: user,
      credentials: { userName: 'jd' },
    });
    await org.api('PUT', `/api/v1/groups/${idOf(group)}/users/${await org.user('ann@example.com')}`);
    org.taken();

    const run = await succeed(org, { ...READ, name: 'shop' });

    expect(blockOf(run)).toEqual({
      name: 'shop',
      type: 'spa',
      'redirect-uris': 'https://shop.example.com/callback\nhttps://shop.example.com/silent',
      'grant-types': 'authorization_code\nrefresh_token\ndevice_code',
      'refresh-token-leeway': '20',
      settings:
        'visibility:\n  hide:\n    iOS: true\n    web: false\nsettings:\n  oauthClient:\n    tos_uri: https://shop.example.com/terms\n',
      groups: 'Engineers',
      users: 'jane@example.com',
    });
    expect(run.log).toMatch(/^The inputs that describe the app:\nwith:\n {2}name: /m);
    expect(run.outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    const again = await succeed(org, blockOf(run));
    expect(again.outputs['result']).toBe('unchanged');
  });

  test('hold no secret', async () => {
    const app = await org.api(
      'POST',
      '/api/v1/apps',
      newApp('shop', {
        application_type: 'web',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: ['https://shop.example.com/callback'],
      }),
    );
    const secret = ((app['credentials'] as JsonObject)['oauthClient'] as JsonObject)[
      'client_secret'
    ] as string;
    const run = await succeed(org, { ...READ, name: 'shop' });
    expect(secret).toHaveLength(64);
    expect(run.rawLog + run.rawSummary).not.toContain(secret);
  });

  test('hold nothing that is a secret by its name, and say so', async () => {
    const profile = {
      api_key: 's3cret',
      team: {
        name: 'Shop',
        members: [{ password: 's3cret' }],
        key: { kty: 'EC', crv: 'P-256', d: 's3cret' },
      },
      token: '',
    };
    await foreignApp(org, 'shop', { profile });
    const run = await succeed(org, { ...READ, name: 'shop' });
    expect(run.rawLog + run.rawSummary).not.toContain('s3cret');
    expect(parse(blockOf(run)['settings'] ?? '')).toEqual({
      profile: { team: { name: 'Shop', key: { kty: 'EC', crv: 'P-256' } }, token: '' },
    });
    expect(run.notices).toEqual(
      ['api_key', 'team.members', 'team.key.d'].map(
        (path) =>
          `The inputs below do not tell of profile.${path}, which is a secret by its name or form: it is left as it is.`,
      ),
    );
    expect((await succeed(org, blockOf(run))).outputs['result']).toBe('unchanged');
  });

  test('hold no token that somebody has put into a name, however it is written there', async () => {
    const token = `T0ken"with'quotes`;
    const app = idOf(await foreignApp(org, 'shop', { profile: { note: `${token} ` } }));
    for (const name of ['# tag', token])
      await org.api('PUT', `/api/v1/apps/${app}/groups/${await org.group(name)}`, {});
    const run = await succeed(org, { ...READ, name: 'shop', 'github-token': token });
    expect(blockOf(run)['groups']).toBe('["# tag","***"]');
    expect(run.rawLog + run.rawSummary).not.toMatch(/T0ken|quotes/);
  });

  test('are YAML, whatever is masked in them', async () => {
    const profile = { passcode: 1234567, 'room 1234567': [1234567, 7, true] };
    await foreignApp(org, 'shop', { profile });
    const run = await succeed(org, { ...READ, name: 'shop' });
    expect(parse(blockOf(run)['settings'] ?? '')).toEqual({ profile: { 'room ***': ['***', 7, true] } });
    expect(run.rawLog + run.rawSummary).not.toContain('1234567');
    expect(run.notices).toContain(
      'The inputs below have *** in "settings" for what is masked: put it back before you use them.',
    );
  });

  test.each([
    ['state: read', READ],
    ['shared: true', { shared: 'true', 'redirect-uris': 'https://pr.example.com/callback' }],
    ['shared: true', { shared: 'true', 'redirect-uris': 'https://pr.example.com/callback', adopt: 'true' }],
  ])(
    "of somebody else's app: with %s its secret is refused, with a remedy that goes with it",
    async (said, inputs) => {
      await foreignApp(org, 'shop');
      const wanted = { ...inputs, name: 'shop', 'output-client-secret': 'true' };
      expect(await failure(org, wanted)).toContain(
        `it carries no mark of a repository. Leave "output-client-secret" out, or first let a run of the default branch take the app over ("adopt", without "${said}").`,
      );
    },
  );

  test('come without a client ID that is masked, and say so', async () => {
    await succeed(org, { ...WEB, 'client-id': 'shop-client' });
    const run = await succeed(org, { state: 'read', name: 'shop', 'mask-client-id': 'true' });
    expect(blockOf(run)).toEqual({ type: 'web', ...WEB });
    expect(run.notices).toEqual([
      'The inputs below do not tell the client ID, which is masked: set "mask-client-id: false".',
    ]);
    expect(blockOf(await succeed(org, { ...READ, name: 'shop' }))['client-id']).toBe('shop-client');
  });

  test.each(['groups', 'users'])(
    'come without the %s if the credential may not read them, and say so',
    async (what) => {
      await succeed(org, { name: 'shop', 'redirect-uris': 'https://shop.example.com/callback' });
      org.trouble.fault = ({ path }) =>
        path.includes(`/${what}`) ? { kind: 'answer', status: 403 } : undefined;
      const run = await runOn(org, { ...READ, name: 'shop' });
      expect(run.exitCode).toBe(0);
      expect(run.notices).toEqual([
        expect.stringContaining(`The inputs below say nothing of the ${what} of the app.`),
      ]);
    },
  );
});

const CODE = {
  application_type: 'web',
  grant_types: ['authorization_code'],
  response_types: ['code'],
  redirect_uris: ['https://shop.example.com/callback'],
};
const PRIVATE_KEY_JWT = { credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } } };

describe('odd apps', () => {
  test('are found by their names', async () => {
    for (const name of ODD_NAMES) await foreignApp(org, name);
    for (const name of ODD_NAMES) {
      const block = blockOf(await succeed(org, { ...READ, name }));
      expect(block).toMatchObject({ name });
      expect((await succeed(org, block)).outputs['result']).toBe('unchanged');
    }
  });

  const odd: [string, JsonObject, JsonObject?][] = [
    [
      'notes of several lines, with white space at their ends',
      CODE,
      { settings: { notes: { admin: 'one\n\n  # two\n', enduser: ' "three": null\n- four \n\n' } } },
    ],
    [
      'a note of two lines with a blank at its end, after another',
      CODE,
      { settings: { notes: { admin: 'three', enduser: 'one\n two ' } } },
    ],
    [
      'a note that GitHub would fill in',
      CODE,
      { settings: { notes: { admin: 'a ${{ secrets.X }}', enduser: '${{' } } },
    ],
    [
      'URIs with commas',
      {
        ...CODE,
        redirect_uris: ['https://a.example.com/,', 'https://a.example.com/b,https://b.example.com/'],
      },
    ],
    ['a URI twice', { ...CODE, redirect_uris: ['https://a.example.com/', 'https://a.example.com/'] }],
    ['a wildcard that Okta does not heed', { ...CODE, redirect_uris: ['https://*.example.com/'] }],
    [
      'wildcard URIs beside others',
      {
        ...CODE,
        redirect_uris: ['https://*.example.com/', 'http://d-*.example.com/a', 'myapp://callback'],
        wildcard_redirect: 'SUBDOMAIN',
      },
    ],
    ['a scheme of its own to begin at', { ...CODE, initiate_login_uri: 'myapp://start' }],
    ['a logo from elsewhere', { ...CODE, logo_uri: 'ftp://a.example.com/logo.png' }],
    ['inactive keys', { ...CODE, jwks: keys({}, { kid: 'old', status: 'INACTIVE' }) }, PRIVATE_KEY_JWT],
    ['keys of several kinds', { ...CODE, jwks: keys({}, { kid: 'enc', use: 'enc' }) }, PRIVATE_KEY_JWT],
    ['keys for encryption alone', { ...CODE, jwks: keys({ use: 'enc' }) }],
    ['keys beside a secret', { ...CODE, jwks: keys({}) }],
    ['network zones', { ...CODE, network: { connection: 'ZONE', include: ['ALL_IP_ZONES'], exclude: [] } }],
    ['Federation Broker Mode', CODE, { settings: { implicitAssignment: true } }],
    ['a hidden link', CODE, { visibility: { appLinks: { oidc_client_link: false } } }],
    [
      'a profile of all kinds',
      CODE,
      { profile: { 'a.b': { 'c: d': '007' }, no: false, none: null, list: [], more: [1, null, { x: '#' }] } },
    ],
    [
      'only tokens for a browser',
      { ...CODE, application_type: 'browser', grant_types: ['implicit'], response_types: ['id_token'] },
    ],
    [
      'passwords only, and no response type',
      { application_type: 'browser', grant_types: ['password'], response_types: [], redirect_uris: [] },
    ],
    ['a client ID of its own', CODE, { credentials: { oauthClient: { client_id: 'my-client.01' } } }],
  ];

  test.each(odd)('%s', async (_, oauthClient, extra = {}) => {
    const { unchanged, before, after } = await roundTrip(newApp('odd', oauthClient, extra));
    expect(changesOf(unchanged)).toEqual([]);
    expect(unchanged.outputs['result']).toBe('unchanged');
    expect(after).toEqual(before);
  });

  test('keys, without what Okta adds to each', async () => {
    const jwks = keys({}, { kid: 'old', status: 'INACTIVE' });
    const { block } = await roundTrip(newApp('odd', { ...CODE, jwks }, PRIVATE_KEY_JWT));
    expect(JSON.parse(block['jwks'] ?? '')).toEqual(jwks);
  });

  test('what means something only as a whole is written as a whole, but for what is null in it', async () => {
    await foreignApp(org, 'shop');
    const userNameTemplate = { template: '${source.email}', type: 'BUILT_IN' };
    const hide = { iOS: true, web: false };
    const network = { connection: 'ZONE', include: ['ALL_IP_ZONES'], exclude: [] };
    const idp_initiated_login = { mode: 'SPEC', default_scope: [] };
    for (const { body } of org.org.apps.values()) {
      Object.assign(body['credentials'] as JsonObject, {
        userNameTemplate: { ...userNameTemplate, userSuffix: null },
      });
      Object.assign(body['visibility'] as JsonObject, { hide });
      const settings = body['settings'] as JsonObject;
      settings['notifications'] = { vpn: { network, message: null } };
      Object.assign(settings['oauthClient'] as JsonObject, { network, idp_initiated_login, tos_uri: null });
    }
    const block = blockOf(await succeed(org, { ...READ, name: 'shop' }));
    expect(parse(block['settings'] ?? '')).toEqual({
      credentials: { userNameTemplate },
      visibility: { hide },
      settings: { notifications: { vpn: { network } }, oauthClient: { network, idp_initiated_login } },
    });
    expect((await succeed(org, block)).outputs['result']).toBe('unchanged');
  });

  test('wildcards that an app has, and no input takes', async () => {
    await foreignApp(org, 'shop');
    for (const { body } of org.org.apps.values())
      Object.assign((body['settings'] as JsonObject)['oauthClient'] as JsonObject, {
        redirect_uris: ['https://a.example.com/*'],
        post_logout_redirect_uris: ['https://*.example.com/'],
      });
    const block = blockOf(await succeed(org, { ...READ, name: 'shop' }));
    expect(parse(block['settings'] ?? '')).toEqual({
      settings: {
        oauthClient: {
          redirect_uris: ['https://a.example.com/*'],
          post_logout_redirect_uris: ['https://*.example.com/'],
        },
      },
    });
    expect((await succeed(org, block)).outputs['result']).toBe('unchanged');
  });

  test('one that shows no type is given none', async () => {
    await foreignApp(org, 'shop');
    for (const { body } of org.org.apps.values())
      delete ((body['settings'] as JsonObject)['oauthClient'] as JsonObject)['application_type'];
    const block = blockOf(await succeed(org, { ...READ, name: 'shop' }));
    expect([block['name'], block['type']]).toEqual(['shop', undefined]);
  });

  test('an app of the Integration Network', async () => {
    const { block, unchanged, before, after } = await roundTrip({
      name: 'harbourdesk',
      label: 'Desk',
      signOnMode: 'OPENID_CONNECT',
      settings: { app: { subdomain: '007' }, notes: { enduser: 'Ask us' } },
    });
    expect(block).toEqual({
      name: 'Desk',
      'catalog-app': 'harbourdesk',
      settings: 'settings:\n  app:\n    subdomain: "007"\n  notes:\n    enduser: Ask us\n',
    });
    expect(unchanged.outputs['result']).toBe('unchanged');
    expect(after).toEqual(before);
  });

  test('an app of the Integration Network, without its OAuth settings', async () => {
    const desk = { name: 'Desk', 'catalog-app': 'harbourdesk', settings: 'app: { subdomain: acme }' };
    await succeed(org, desk);
    for (const held of org.org.apps.values()) {
      const oauthClient = { tos_uri: 'https://a.example.com/terms' };
      const settings = { app: { subdomain: 'acme' }, notes: { admin: 'Ours.' }, oauthClient };
      held.body = { ...held.body, settings };
    }
    const block = blockOf(await succeed(org, { ...READ, name: 'Desk' }));
    expect(parse(block['settings'] ?? '')).toEqual({
      settings: { app: { subdomain: 'acme' }, notes: { admin: 'Ours.' } },
    });
  });

  test('groups, users and policies of odd names', async () => {
    const app = idOf(await foreignApp(org, 'shop'));
    for (const name of [...ODD_NAMES, ' padded', 'two\nlines']) {
      await org.api('PUT', `/api/v1/apps/${app}/groups/${await org.group(name)}`, {});
    }
    for (const login of ['#a@example.com', '"b"@example.com', 'c d@example.com', 'e/f@example.com'])
      await org.api('POST', `/api/v1/apps/${app}/users`, { id: await org.user(login) });
    const policies = '/api/v1/authorizationServers/default/policies';
    for (const name of ['# Previews', 'Twin', 'Twin'])
      await org.api('POST', policies, {
        type: 'OAUTH_AUTHORIZATION_POLICY',
        name,
        description: 'for previews',
        priority: 1,
        conditions: { clients: { include: [app] } },
      });
    const twins = [];
    for (const name of ['Sign-on', 'Sign-on'])
      twins.push(idOf(await org.api('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name })));
    await org.api('PUT', `/api/v1/apps/${app}/policies/${twins[1] ?? ''}`);

    const block = blockOf(await succeed(org, { ...READ, name: 'shop', 'authorization-server': 'default' }));

    expect(JSON.parse(block['groups'] ?? '')).toHaveLength(ODD_NAMES.length + 2);
    expect(block['sign-on-policy']).toBe(twins[1]);
    const again = await succeed(org, block);
    expect(changesOf(again)).toEqual([]);
    expect(again.outputs['result']).toBe('unchanged');
  });

  test('texts with characters that end a line in YAML 1.1, as GitHub reads it, or are not seen: none stands there as it is', async () => {
    const strange = [
      '\u2028  users: evil@example.com',
      '\u2029  x: |',
      'a\u0085  b',
      '\u202ea',
      'a\u200b',
      '\u{e0041}b',
    ];
    const label = strange[3] ?? '';
    const app = idOf(
      await foreignApp(org, label, { profile: Object.fromEntries(strange.map((text) => [text, [text]])) }),
    );
    for (const name of strange.slice(0, 3))
      await org.api('PUT', `/api/v1/apps/${app}/groups/${await org.group(`A${name}`)}`, {});
    const run = await succeed(org, { ...READ, name: label });
    expect(run.rawLog + run.rawSummary).not.toMatch(/[\u007f-\u009f\u2028\u2029\u202e\u200b\u{e0041}]/u);
    expect(blockOf(run)['groups']?.split('\n')).toEqual(strange.slice(0, 3).map((name) => `A${name}`));
    const again = await succeed(org, blockOf(run));
    expect([again.outputs['result'], changesOf(again)]).toEqual(['unchanged', []]);
  });

  test('320 groups', async () => {
    const app = idOf(await foreignApp(org, 'shop'));
    for (let i = 0; i < 320; i += 1)
      await org.api('PUT', `/api/v1/apps/${app}/groups/${await org.group(`Group ${i}`)}`, {});
    const block = blockOf(await succeed(org, { ...READ, name: 'shop' }));
    expect(block['groups']?.split('\n')).toHaveLength(320);
    expect((await succeed(org, block)).outputs['result']).toBe('unchanged');
  });

  test('an app with the URIs of other runs: they are left to them', async () => {
    await succeed(org, { ...WEB, 'redirect-hosts': '*.example.com' });
    const added = [1, 2].map((number) => `https://pr-${number}.example.com/callback`);
    const shared = { name: 'shop', shared: 'true', 'redirect-uris': added.join('\n') };
    await succeed(org, shared, { event: pullRequest(1) });
    const run = await succeed(org, { ...READ, name: 'shop' });
    expect(blockOf(run)).toEqual({ type: 'web', 'redirect-hosts': '*.example.com', ...WEB });
    expect(run.notices).toEqual([
      `The inputs below do not tell of what runs with "shared" have added, which is kept: ${added.join(', ')}.`,
    ]);
    org.taken();
    expect((await succeed(org, blockOf(run))).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('an app whose name others bear, by its ID', async () => {
    await succeed(org, WEB);
    const app = idOf(await foreignApp(org, 'shop', { visibility: { autoLaunch: true } }));
    const run = await succeed(org, { ...READ, 'app-id': app });
    expect(run.notices).toEqual([
      'The inputs below do not tell which of several apps "shop" is meant: name it by "app-id".',
    ]);
    const again = await succeed(org, { ...blockOf(run), 'app-id': app });
    expect([again.outputs['app-id'], again.outputs['result']]).toEqual([app, 'unchanged']);
  });

  test.each([
    ['with a tab', 'a\tb'],
    ['too long', 'x'.repeat(101)],
  ])('a name that no input can be: one %s', async (_, label) => {
    const app = idOf(await foreignApp(org, 'shop'));
    for (const held of org.org.apps.values()) held.label = label;
    const run = await succeed(org, { ...READ, 'app-id': app });
    expect(run.notices).toEqual([
      'The inputs below do not tell the name, which no input can be: name the app by "app-id".',
    ]);
    expect((await succeed(org, { ...blockOf(run), 'app-id': app })).outputs['result']).toBe('unchanged');
  });

  test('a name with a tab at its end, which an input loses', async () => {
    const app = idOf(await foreignApp(org, 'shop'));
    for (const held of org.org.apps.values()) held.label = 'shop\t';
    const run = await succeed(org, { ...READ, 'app-id': app });
    expect(run.notices).toEqual([
      'The inputs below do not tell of the white space around the name, which an input loses: name the app by "app-id".',
    ]);
    expect(blockOf(run)['name']).toBe('shop\t');
  });

  test('an app to which somebody has added a URI by hand that fits no pattern of its workflow', async () => {
    await succeed(org, { ...WEB, 'redirect-hosts': '*.example.com' });
    for (const { body } of org.org.apps.values())
      Object.assign((body['settings'] as JsonObject)['oauthClient'] as JsonObject, {
        redirect_uris: [WEB['redirect-uris'], 'https://by.hand.example/'],
      });
    const run = await succeed(org, { ...READ, name: 'shop' });
    expect(run.notices).toEqual([
      'The inputs below do not tell of "redirect-hosts", which is left as it is: https://by.hand.example/ fits none of its patterns.',
    ]);
    expect((await succeed(org, blockOf(run))).outputs['result']).toBe('unchanged');
  });

  test('an app whose mark has patterns that the input would not take', async () => {
    await succeed(org, WEB);
    const id = idOf(await org.app('shop'));
    org.plantMark(id, {
      repository: 'acme/shop',
      redirect_hosts: ['*.example.com', 'a.example.com:1', 'b.example.com:2'],
    });
    const run = await succeed(org, { ...READ, name: 'shop' });
    expect(run.notices).toEqual([
      'The inputs below do not tell of "redirect-hosts", which is left as it is: "a.example.com:1" is no pattern.',
    ]);
    expect(blockOf(run)['redirect-hosts']).toBeUndefined();
  });

  test('a URI with a client ID that is masked: it says that something is missing there', async () => {
    await succeed(org, { ...WEB, 'client-id': 'shop$1client' });
    const uri = 'https://shop.example.com/shop$1client';
    await succeed(org, { name: 'shop', 'redirect-uris': uri, 'client-id': 'shop$1client' });
    const run = await succeed(org, { state: 'read', name: 'shop', 'mask-client-id': 'true' });
    expect(blockOf(run)['redirect-uris']).toBe('https://shop.example.com/***');
    expect(run.notices).toContain(
      'The inputs below have *** in "redirect-uris" for what is masked: put it back before you use them.',
    );
    expect((await succeed(org, { ...READ, name: 'shop' })).notices).toEqual([]);
  });

  test.each<[string, Json]>([
    ['null', null],
    ['a text', 'x'],
    ['a list', [1]],
  ])('a profile that is %s', async (_, profile) => {
    const app = idOf(await foreignApp(org, 'shop'));
    for (const held of org.org.apps.values()) held.body = { ...held.body, profile };
    const block = blockOf(await succeed(org, { ...READ, 'app-id': app }));
    expect((await succeed(org, block)).outputs['result']).toBe('unchanged');
  });

  test.each<[string, Json]>([
    ['a word', true],
    ['a mapping', { a: 1 }],
  ])('grant types that are %s and no list', async (_, grants) => {
    const app = idOf(await foreignApp(org, 'shop'));
    const [held] = [...org.org.apps.values()];
    Object.assign((held?.body['settings'] as JsonObject)['oauthClient'] as JsonObject, {
      grant_types: grants,
    });
    expect((await runOn(org, { ...READ, 'app-id': app })).exitCode).toBe(0);
  });

  test("what Okta's API does not describe is told, and nothing of it is written", async () => {
    const app = idOf(await foreignApp(org, 'shop'));
    for (const { body } of org.org.apps.values()) {
      const settings = body['settings'] as JsonObject;
      Object.assign(body, { new: 1, newer: { a: 1, b: { c: 2 } } });
      settings['notes'] = { 'new.note': 'x' };
      settings['notifications'] = { vpn: { network: { newest: 1 }, helpUrl: 'https://a.example.com/help' } };
      Object.assign(settings['oauthClient'] as JsonObject, { idp_initiated_login: [{ old: 1 }] });
    }
    const run = await succeed(org, { ...READ, 'app-id': app });
    expect(run.notices).toEqual(
      [
        'settings.notifications.vpn.network.newest',
        'settings.notes.new.note',
        'settings.oauthClient.idp_initiated_login.old',
        'new',
        'newer',
      ].map((path) => `The inputs below do not tell of ${path}, which Okta's API does not describe.`),
    );
    expect(parse(blockOf(run)['settings'] ?? '')).toEqual({
      settings: { notifications: { vpn: { helpUrl: 'https://a.example.com/help' } } },
    });
    expect((await succeed(org, blockOf(run))).outputs['result']).toBe('unchanged');
  });

  test.each([
    ['at the top', { new: 1 }],
    ['further down', { visibility: { new: { a: 1 } } }],
  ])("nothing but what Okta's API does not describe, %s", async (_, extra) => {
    await foreignApp(org, 'shop');
    for (const { body } of org.org.apps.values()) Object.assign(body, extra);
    expect(blockOf(await succeed(org, { ...READ, name: 'shop' }))['settings']).toBeUndefined();
  });

  test('a list with a word that its input does not have is written as it is', async () => {
    const app = idOf(await foreignApp(org, 'shop'));
    const client = { grant_types: ['authorization_code', 'urn:example:new'], consent_method: 'NEW' };
    for (const { body } of org.org.apps.values())
      Object.assign((body['settings'] as JsonObject)['oauthClient'] as JsonObject, client);
    const block = blockOf(await succeed(org, { ...READ, 'app-id': app }));
    expect([block['grant-types'], block['consent-method']]).toEqual([undefined, undefined]);
    expect(parse(block['settings'] ?? '')).toEqual({ settings: { oauthClient: client } });
  });

  test('what no input can say is told', async () => {
    const app = await foreignApp(org, ' padded ', { visibility: { newThing: true } });
    await org.api('POST', `/api/v1/apps/${idOf(app)}/lifecycle/deactivate`);
    await succeed(org, { ...WEB, 'expires-after': '14d' });
    expect((await succeed(org, { ...READ, 'app-id': idOf(app) })).notices).toEqual([
      "The inputs below do not tell of visibility.newThing, which Okta's API does not describe.",
      'The inputs below do not tell of the white space around the name, which an input loses: name the app by "app-id".',
      'The inputs below do not tell that the app is inactive: a run with them activates it.',
    ]);
    expect((await succeed(org, { ...READ, name: 'shop' })).notices).toEqual([
      expect.stringMatching(
        /^The inputs below do not tell that the app expires at \d{4}-\d\d-\d\dT[\d:]+Z: give "expires-after"\.$/,
      ),
    ]);
  });
});

const uri = fc
  .tuple(
    fc.constantFrom('https://', 'http://', 'com.example.app:/'),
    fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/),
    fc.constantFrom('', '/', '/cb?x=1', ':8443/a%20b'),
  )
  .map(([scheme, host, path]) =>
    scheme.startsWith('http') ? `${scheme}${host}.example.com${path}` : `${scheme}${host}`,
  );

const apps = fc
  .record({
    label: fc
      .oneof(fc.constantFrom(...ODD_NAMES), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }))
      .filter((label) => label.trim() === label && label !== '' && unmeantLabel(label) === undefined),
    type: fc.constantFrom('web', 'browser', 'native', 'service'),
    extraGrants: fc.subarray(['refresh_token', 'implicit', 'urn:ietf:params:oauth:grant-type:device_code']),
    redirectUris: fc.uniqueArray(uri, { minLength: 1, maxLength: 4 }),
    logoutUris: fc.uniqueArray(uri, { maxLength: 2 }),
    rotation: fc.constantFrom('ROTATE', 'STATIC'),
    leeway: fc.integer({ min: 0, max: 60 }),
    pkce: fc.boolean(),
    method: fc.constantFrom(
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'none',
      'private_key_jwt',
    ),
    consent: fc.constantFrom('TRUSTED', 'REQUIRED'),
    dpop: fc.boolean(),
    issuerMode: fc.constantFrom('ORG_URL', 'DYNAMIC'),
    notes: fc.option(fc.string({ minLength: 1, maxLength: 20 }), { nil: null }),
    hide: fc.boolean(),
    autoLaunch: fc.boolean(),
    wildcard: fc.boolean(),
    implicitAssignment: fc.boolean(),
    profile: fc.option(
      fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.string({ minLength: 1, maxLength: 8 }), {
        maxKeys: 2,
      }),
      { nil: undefined },
    ),
    template: fc.constantFrom('${source.login}', '${source.email}'),
  })
  .map((app) => {
    const isService = app.type === 'service';
    const grants = isService ? ['client_credentials'] : ['authorization_code', ...app.extraGrants];
    const isImplicit = grants.includes('implicit');
    const isPublic = app.method === 'none' && ['browser', 'native'].includes(app.type);
    const method = app.method === 'none' && !isPublic ? 'client_secret_basic' : app.method;
    return newApp(
      app.label,
      {
        application_type: app.type,
        grant_types: grants,
        response_types: isService ? ['token'] : isImplicit ? ['code', 'id_token', 'token'] : ['code'],
        redirect_uris: isService
          ? []
          : [...app.redirectUris, ...(app.wildcard ? ['https://*.previews.example.com/cb'] : [])],
        ...(app.logoutUris.length > 0 && { post_logout_redirect_uris: app.logoutUris }),
        ...(grants.includes('refresh_token') && {
          refresh_token: {
            rotation_type: app.rotation,
            ...(app.rotation === 'ROTATE' && { leeway: app.leeway }),
          },
        }),
        wildcard_redirect: app.wildcard ? 'SUBDOMAIN' : 'DISABLED',
        ...(method === 'private_key_jwt' && { jwks: { keys: [PUBLIC_KEY] } }),
        consent_method: app.consent,
        dpop_bound_access_tokens: app.dpop,
        issuer_mode: app.issuerMode,
      },
      {
        credentials: {
          oauthClient: {
            token_endpoint_auth_method: method,
            pkce_required: isPublic || method === 'private_key_jwt' || app.pkce,
          },
          userNameTemplate: { template: app.template, type: 'BUILT_IN' },
        },
        visibility: { hide: { iOS: true, web: app.hide }, autoLaunch: app.autoLaunch },
        settings: { notes: { admin: null, enduser: app.notes }, implicitAssignment: app.implicitAssignment },
        ...(app.profile && { profile: app.profile }),
      },
    );
  });

test('given back they say "unchanged", and in an empty org they make an app like it', async () => {
  await fc.assert(
    fc.asyncProperty(apps, async (body) => {
      const { unchanged, before, after } = await roundTrip(body);
      expect(changesOf(unchanged)).toEqual([]);
      expect(unchanged.outputs['result']).toBe('unchanged');
      expect(after).toEqual(before);
    }),
    { numRuns: 40 },
  );
});

/** Exchanges recorded from real orgs, where they are at hand beside the repository. */
const recordings = ['okta-recordings', 'okta-recordings-2']
  .map((folder) => `${root}/../shared/${folder}`)
  .filter(existsSync);
const describeRecorded = recordings.length > 0 ? describe : describe.skip;

describeRecorded('every OIDC app of the recordings', () => {
  const bodies = new Map<string, JsonObject>();
  for (const folder of recordings)
    for (const file of globSync(`${folder}/*.json`))
      collect(JSON.parse(readFileSync(file, 'utf8')) as Json, bodies);

  test('there are some', () => {
    expect(bodies.size).toBeGreaterThan(10);
  });

  test.each([...bodies.values()].map((body): [string, JsonObject] => [textOf(body['label']), body]))(
    '%s',
    async (_, body) => {
      const { unchanged, before, after } = await roundTrip(body);
      expect(changesOf(unchanged)).toEqual([]);
      expect(unchanged.outputs['result']).toBe('unchanged');
      expect(after).toEqual(before);
    },
  );
});

/** The requests that made OIDC apps, each once. */
function collect(value: Json, bodies: Map<string, JsonObject>): void {
  if (typeof value === 'string' && value.startsWith('{')) {
    try {
      collect(JSON.parse(value) as Json, bodies);
    } catch {
      return;
    }
  }
  if (Array.isArray(value)) for (const item of value) collect(item, bodies);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  if (value['signOnMode'] === 'OPENID_CONNECT' && value['name'] === 'oidc_client' && !('id' in value)) {
    const { label, ...rest } = value;
    bodies.set(JSON.stringify(rest), value);
    if (typeof label !== 'string') bodies.delete(JSON.stringify(rest));
    return;
  }
  for (const inner of Object.values(value)) if (inner !== undefined) collect(inner, bodies);
}
