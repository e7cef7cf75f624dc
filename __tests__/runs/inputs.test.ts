import { describe, expect, test } from '@jest/globals';
import { textOf, valueAt, withValueAt, type Json, type JsonObject, type Path } from '../../src/util/json.ts';
import { virtualClock } from '../support/clock.ts';
import { connectionTo, TOKEN } from '../support/okta.ts';
import { runAction, type ActionOptions } from '../support/runner.ts';
import {
  WEB,
  changesOf,
  failure,
  foreignApp,
  pullRequest,
  succeed,
  writes,
  type Inputs,
} from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

const org = useOrg();

const CLIENT = ['settings', 'oauthClient'];
const CREDENTIALS = ['credentials', 'oauthClient'];
const SPA: Inputs = { ...WEB, type: 'spa' };
const NATIVE: Inputs = { ...WEB, type: 'native' };
const SERVICE: Inputs = { name: 'shop', type: 'service' };
const REFRESHING: Inputs = { ...WEB, 'grant-types': 'authorization_code\nrefresh_token' };

const KEY = { kty: 'RSA', kid: 'first', e: 'AQAB', n: 'n'.repeat(342) };
const OTHER_KEY = { ...KEY, kid: 'second', use: 'sig' };
/** A key as Okta shows it. */
const held = (key: object): object => ({
  id: expect.stringMatching(/^pks/),
  status: 'ACTIVE',
  use: null,
  ...key,
});

interface SettingCase {
  input: string;
  /** What makes this row differ from others of its input. */
  title?: string;
  /** The other inputs of the app; a web app's, unless it says otherwise. */
  beside?: Inputs;
  path: Path;
  /** The input's value when the app is created and when it is changed, and what Okta holds of each. */
  created: [value: string, held: unknown];
  changed: [value: string, held: unknown];
  /** What `changes` says of the change, where it is not what Okta holds. */
  says?: { from?: unknown; to?: unknown };
  /** What Okta holds after `[]`; absent where the input is no list or Okta needs at least one entry. */
  cleared?: unknown;
  /** What else of the app changes with it: each is Okta's doing, or listed in `changes` under this name. */
  brings?: { path: Path; field?: string }[];
}

/** Every input that is a part of the app object and can be changed. */
const SETTINGS: SettingCase[] = [
  {
    input: 'redirect-uris',
    beside: { name: 'shop' },
    path: [...CLIENT, 'redirect_uris'],
    created: [
      'https://b.example.com/callback\nhttps://a.example.com/',
      ['https://b.example.com/callback', 'https://a.example.com/'],
    ],
    changed: ['http://localhost:3000/cb\nmyapp://callback', ['http://localhost:3000/cb', 'myapp://callback']],
  },
  {
    input: 'redirect-uris',
    title: 'of an app that needs none',
    beside: SERVICE,
    path: [...CLIENT, 'redirect_uris'],
    created: ['https://a.example.com/', ['https://a.example.com/']],
    changed: [
      'https://a.example.com/\nhttps://b.example.com/',
      ['https://a.example.com/', 'https://b.example.com/'],
    ],
    cleared: [],
  },
  {
    input: 'post-logout-redirect-uris',
    path: [...CLIENT, 'post_logout_redirect_uris'],
    created: ['https://shop.example.com/', ['https://shop.example.com/']],
    changed: ['https://shop.example.com/bye', ['https://shop.example.com/bye']],
    cleared: [],
  },
  {
    input: 'grant-types',
    path: [...CLIENT, 'grant_types'],
    created: ['authorization_code', ['authorization_code']],
    changed: ['Authorization_Code\nrefresh_token', ['authorization_code', 'refresh_token']],
    brings: [{ path: [...CLIENT, 'refresh_token'] }],
  },
  {
    input: 'grant-types',
    title: 'given up, with what goes with them',
    path: [...CLIENT, 'grant_types'],
    created: [
      'authorization_code\nimplicit\nrefresh_token',
      ['authorization_code', 'implicit', 'refresh_token'],
    ],
    changed: ['authorization_code', ['authorization_code']],
    brings: [
      { path: [...CLIENT, 'refresh_token'] },
      { path: [...CLIENT, 'response_types'], field: 'response-types' },
    ],
  },
  {
    input: 'response-types',
    beside: { ...WEB, 'grant-types': 'authorization_code\nimplicit' },
    path: [...CLIENT, 'response_types'],
    created: ['code\nid_token', ['code', 'id_token']],
    changed: ['code\ntoken\nid_token', ['code', 'token', 'id_token']],
  },
  {
    input: 'response-types',
    title: 'of a service app',
    beside: SERVICE,
    path: [...CLIENT, 'response_types'],
    created: ['token', ['token']],
    changed: ['code', ['code']],
    cleared: [],
  },
  {
    input: 'token-endpoint-auth-method',
    path: [...CREDENTIALS, 'token_endpoint_auth_method'],
    created: ['client_secret_post', 'client_secret_post'],
    changed: ['client_secret_jwt', 'client_secret_jwt'],
  },
  {
    input: 'token-endpoint-auth-method',
    title: 'of a public client',
    beside: SPA,
    path: [...CREDENTIALS, 'token_endpoint_auth_method'],
    created: ['none', 'none'],
    changed: ['client_secret_basic', 'client_secret_basic'],
  },
  {
    input: 'pkce-required',
    path: [...CREDENTIALS, 'pkce_required'],
    created: ['true', true],
    changed: ['false', false],
  },
  {
    input: 'jwks',
    beside: { ...SERVICE, 'token-endpoint-auth-method': 'private_key_jwt' },
    path: [...CLIENT, 'jwks'],
    created: [JSON.stringify({ keys: [KEY] }), { keys: [held(KEY)] }],
    changed: [JSON.stringify({ keys: [OTHER_KEY, KEY] }), { keys: [held(OTHER_KEY), held(KEY)] }],
    says: { to: { keys: [OTHER_KEY, held(KEY)] } },
  },
  {
    input: 'jwks',
    title: 'as a list of keys, and cleared',
    beside: { ...SERVICE, 'token-endpoint-auth-method': 'client_secret_basic' },
    path: [...CLIENT, 'jwks'],
    created: [JSON.stringify([KEY]), { keys: [held(KEY)] }],
    changed: [JSON.stringify(OTHER_KEY), { keys: [held(OTHER_KEY)] }],
    says: { to: { keys: [OTHER_KEY] } },
    cleared: { keys: [] },
  },
  {
    input: 'jwks-uri',
    beside: { ...SERVICE, 'token-endpoint-auth-method': 'private_key_jwt' },
    path: [...CLIENT, 'jwks_uri'],
    created: ['https://shop.example.com/jwks.json', 'https://shop.example.com/jwks.json'],
    changed: ['https://shop.example.com/keys', 'https://shop.example.com/keys'],
  },
  {
    input: 'wildcard-redirect',
    path: [...CLIENT, 'wildcard_redirect'],
    created: ['disabled', 'DISABLED'],
    changed: ['subdomain', 'SUBDOMAIN'],
  },
  {
    input: 'initiate-login-uri',
    path: [...CLIENT, 'initiate_login_uri'],
    created: ['https://shop.example.com/login', 'https://shop.example.com/login'],
    changed: ['https://shop.example.com/start', 'https://shop.example.com/start'],
  },
  {
    input: 'logo-uri',
    path: [...CLIENT, 'logo_uri'],
    created: ['https://shop.example.com/logo.png', 'https://shop.example.com/logo.png'],
    changed: ['https://shop.example.com/logo.svg', 'https://shop.example.com/logo.svg'],
  },
  {
    input: 'refresh-token-rotation',
    beside: REFRESHING,
    path: [...CLIENT, 'refresh_token', 'rotation_type'],
    created: ['rotate', 'ROTATE'],
    changed: ['static', 'STATIC'],
    brings: [{ path: [...CLIENT, 'refresh_token', 'leeway'] }],
  },
  {
    input: 'refresh-token-rotation',
    title: 'the other way',
    beside: REFRESHING,
    path: [...CLIENT, 'refresh_token', 'rotation_type'],
    created: ['static', 'STATIC'],
    changed: ['rotate', 'ROTATE'],
    brings: [{ path: [...CLIENT, 'refresh_token', 'leeway'] }],
  },
  {
    input: 'refresh-token-leeway',
    beside: { ...REFRESHING, 'refresh-token-rotation': 'rotate' },
    path: [...CLIENT, 'refresh_token', 'leeway'],
    created: ['0', 0],
    changed: ['60', 60],
  },
  {
    input: 'refresh-token-leeway',
    title: 'of an app whose tokens rotate by default',
    beside: { ...REFRESHING, type: 'spa' },
    path: [...CLIENT, 'refresh_token', 'leeway'],
    created: ['10', 10],
    changed: ['20', 20],
  },
  {
    input: 'dpop-bound-access-tokens',
    path: [...CLIENT, 'dpop_bound_access_tokens'],
    created: ['true', true],
    changed: ['false', false],
  },
  {
    input: 'consent-method',
    path: [...CLIENT, 'consent_method'],
    created: ['required', 'REQUIRED'],
    changed: ['trusted', 'TRUSTED'],
  },
  {
    input: 'settings',
    title: 'in YAML',
    path: ['settings', 'notes', 'enduser'],
    created: ['settings:\n  notes:\n    enduser: Ask the shop team.\n', 'Ask the shop team.'],
    changed: ['settings: { notes: { enduser: Ask nobody. } }', 'Ask nobody.'],
  },
  {
    input: 'settings',
    title: 'in JSON, a list replaced',
    path: [...CLIENT, 'idp_initiated_login', 'default_scope'],
    created: [
      JSON.stringify({
        settings: { oauthClient: { idp_initiated_login: { default_scope: ['openid', 'email'] } } },
      }),
      ['openid', 'email'],
    ],
    changed: [
      JSON.stringify({ settings: { oauthClient: { idp_initiated_login: { default_scope: ['openid'] } } } }),
      ['openid'],
    ],
  },
  {
    input: 'settings',
    title: 'for a name of the own in the profile',
    path: ['profile', 'shop', 'number'],
    created: ['profile: { shop: { number: 1 } }', 1],
    changed: ['profile: { shop: { number: 2 } }', 2],
  },
];

const fieldOf = ({ input, path }: SettingCase): string => (input === 'settings' ? path.join('.') : input);

/** Keys of Okta's that nobody has heard of yet, in every part of the app. */
function addUnknownKeys(label: string): void {
  for (const app of org.org.apps.values()) {
    if (app.label !== label) continue;
    for (const path of [
      ['x_future'],
      ['settings', 'x_future'],
      [...CLIENT, 'x_future'],
      [...CREDENTIALS, 'x_future'],
      ['profile', 'x_future'],
    ]) {
      app.body = withValueAt(app.body, path, { deep: [1, { er: null }] });
    }
  }
}

/** The app but for what is meant to change. */
function rest(app: JsonObject, { path, brings = [] }: SettingCase): JsonObject {
  return [path, ...brings.map((other) => other.path), ['lastUpdated']].reduce<JsonObject>(
    (body, gone) => withValueAt(body, gone, undefined),
    app,
  );
}

describe.each(SETTINGS)('$input $title', (row) => {
  const { input, beside = WEB, path, created, changed, says = {}, brings = [] } = row;

  test('is set when the app is created, and the next run finds nothing to do', async () => {
    const first = await succeed(org, { ...beside, [input]: created[0] });
    expect(first.outputs['result']).toBe('created');
    expect(valueAt(await org.app('shop'), path)).toEqual(created[1]);
    org.taken();
    const second = await succeed(org, { ...beside, [input]: created[0] });
    expect(second.outputs).toMatchObject({ result: 'unchanged', changed: 'false', changes: '[]' });
    expect(org.taken()).toEqual(['GET /api/v1/apps']);
  });

  test('is changed alone, and then left alone where the workflow does not name it', async () => {
    await succeed(org, { ...beside, [input]: created[0] });
    addUnknownKeys('shop');
    const before = await org.app('shop');
    org.taken();
    const update = await succeed(org, { ...beside, [input]: changed[0] });
    const after = await org.app('shop');
    expect(update.outputs).toMatchObject({ result: 'updated', changed: 'true' });
    expect(writes(org)).toEqual([`PUT /api/v1/apps/${textOf(after['id'])}`]);
    expect(valueAt(after, path)).toEqual(changed[1]);
    expect(rest(after, row)).toEqual(rest(before, row));
    const [change, ...others] = changesOf(update);
    expect(change).toEqual({ field: fieldOf(row), from: created[1], to: changed[1], ...says });
    expect(others.map(({ field }) => field)).toEqual(brings.flatMap(({ field }) => field ?? []));

    const again = await succeed(org, { ...beside, [input]: changed[0] });
    expect(again.outputs['result']).toBe('unchanged');
    const without = await succeed(org, beside);
    expect(without.outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    expect(await org.app('shop')).toEqual(after);
  });

  if ('cleared' in row) {
    test('is cleared with []', async () => {
      await succeed(org, { ...beside, [input]: created[0] });
      const cleared = await succeed(org, { ...beside, [input]: '[]' });
      expect(cleared.outputs['result']).toBe('updated');
      expect(changesOf(cleared).map(({ field }) => field)).toEqual([input]);
      expect(valueAt(await org.app('shop'), path) ?? []).toEqual(row.cleared);
      org.taken();
      expect((await succeed(org, { ...beside, [input]: '[]' })).outputs['result']).toBe('unchanged');
      expect(writes(org)).toEqual([]);
    });
  }
});

describe('type', () => {
  const TYPES: [
    input: string | undefined,
    type: string,
    grants: string[],
    method: string,
    pkce: boolean,
    response: string[],
  ][] = [
    [undefined, 'web', ['authorization_code'], 'client_secret_basic', false, ['code']],
    ['web', 'web', ['authorization_code'], 'client_secret_basic', false, ['code']],
    ['spa', 'browser', ['authorization_code'], 'none', true, ['code']],
    ['browser', 'browser', ['authorization_code'], 'none', true, ['code']],
    ['SPA', 'browser', ['authorization_code'], 'none', true, ['code']],
    ['native', 'native', ['authorization_code'], 'none', true, ['code']],
    ['service', 'service', ['client_credentials'], 'client_secret_basic', false, ['token']],
  ];

  test.each(TYPES)(
    '%s makes a %s app with the defaults of its type',
    async (input, type, grants, method, pkce, response) => {
      const inputs = { ...(type === 'service' ? SERVICE : WEB), type: input ?? '' };
      await succeed(org, inputs);
      const app = await org.app('shop');
      expect(valueAt(app, CLIENT)).toMatchObject({
        application_type: type,
        grant_types: grants,
        response_types: response,
      });
      expect(valueAt(app, CREDENTIALS)).toMatchObject({
        token_endpoint_auth_method: method,
        pkce_required: pkce,
      });
      org.taken();
      expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
      expect((await succeed(org, { name: 'shop' })).outputs['result']).toBe('unchanged');
      expect(writes(org)).toEqual([]);
    },
  );

  test.each([
    ['spa', WEB, 'web', 'spa'],
    ['web', SPA, 'spa', 'web'],
    ['service', NATIVE, 'native', 'service'],
  ])('%s is refused for an app of another type, which stays', async (input, made, from, to) => {
    await succeed(org, made);
    org.taken();
    const error = await failure(org, { name: 'shop', type: input });
    expect(error).toBe(
      `Cannot update the app "shop": it is of type "${from}", not "${to}", and Okta cannot change that. Choose another name: that makes a new app, with a client ID of its own that your application has to be given. Or delete this one first (state: absent), which ends every sign-in by it.`,
    );
    expect(writes(org)).toEqual([]);
  });
});

test('an app is created with what is named and the defaults of its type, and says so', async () => {
  const created = async (inputs: Inputs): Promise<unknown[]> =>
    changesOf(await succeed(org, inputs)).map(({ field, to }) => [field, to]);
  const grants = 'authorization_code\nrefresh_token';
  expect(await created({ ...WEB, 'grant-types': grants })).toEqual([
    ['name', 'shop'],
    ['type', 'web'],
    ['redirect-uris', [WEB['redirect-uris']]],
    ['grant-types', ['authorization_code', 'refresh_token']],
    ['response-types', ['code']],
    ['token-endpoint-auth-method', 'client_secret_basic'],
    ['pkce-required', false],
  ]);
  expect(await created({ name: 'service', type: 'service' })).toEqual([
    ['name', 'service'],
    ['type', 'service'],
    ['grant-types', ['client_credentials']],
    ['response-types', ['token']],
    ['token-endpoint-auth-method', 'client_secret_basic'],
    ['pkce-required', false],
  ]);
});

describe('grant-types', () => {
  test.each<[string, string, string[]]>([
    ['implicit', 'implicit', ['code', 'id_token', 'token']],
    ['refresh_token', 'refresh_token', ['code']],
    ['client_credentials', 'client_credentials', ['code']],
    ['password', 'password', ['code']],
    ['interaction_code', 'interaction_code', ['code']],
    ['device_code', 'urn:ietf:params:oauth:grant-type:device_code', ['code']],
    ['token_exchange', 'urn:ietf:params:oauth:grant-type:token-exchange', ['code']],
    ['jwt_bearer', 'urn:ietf:params:oauth:grant-type:jwt-bearer', ['code']],
    ['saml2_bearer', 'urn:ietf:params:oauth:grant-type:saml2-bearer', ['code']],
    ['ciba', 'urn:openid:params:grant-type:ciba', ['code']],
    [
      'urn:ietf:params:oauth:grant-type:device_code',
      'urn:ietf:params:oauth:grant-type:device_code',
      ['code'],
    ],
    ...[
      'urn:okta:params:oauth:grant-type:otp',
      'urn:okta:params:oauth:grant-type:oob',
      'http://auth0.com/oauth/grant-type/mfa-otp',
      'http://auth0.com/oauth/grant-type/mfa-oob',
    ].map((name): [string, string, string[]] => [name, name, ['code']]),
  ])('takes %s, by whichever name', async (name, okta, responseTypes) => {
    await succeed(org, { ...WEB, 'grant-types': `authorization_code\n${name}` });
    const app = await org.app('shop');
    expect(valueAt(app, [...CLIENT, 'grant_types'])).toEqual(['authorization_code', okta]);
    expect(valueAt(app, [...CLIENT, 'response_types'])).toEqual(responseTypes);
    const again = await succeed(org, { ...WEB, 'grant-types': `authorization_code\n${okta}` });
    expect(again.outputs['result']).toBe('unchanged');
  });

  test('in another order are the same', async () => {
    await succeed(org, { ...WEB, 'grant-types': 'authorization_code\nrefresh_token' });
    const again = await succeed(org, { ...WEB, 'grant-types': 'refresh_token\nauthorization_code' });
    expect(again.outputs['result']).toBe('unchanged');
  });

  test('implicit alone makes an app that answers with tokens only', async () => {
    await succeed(org, { ...SPA, 'grant-types': 'implicit' });
    expect(valueAt(await org.app('shop'), [...CLIENT, 'response_types'])).toEqual(['id_token', 'token']);
  });

  test('implicit, ticked later, brings the token response types with it', async () => {
    await succeed(org, WEB);
    const run = await succeed(org, { ...WEB, 'grant-types': 'authorization_code\nimplicit' });
    expect(changesOf(run).map(({ field }) => field)).toEqual(['grant-types', 'response-types']);
    expect(valueAt(await org.app('shop'), [...CLIENT, 'response_types'])).toEqual([
      'code',
      'id_token',
      'token',
    ]);
  });

  test('leave response types alone that somebody chose and that fit', async () => {
    await succeed(org, {
      ...WEB,
      'grant-types': 'authorization_code\nimplicit',
      'response-types': 'code\nid_token',
    });
    const run = await succeed(org, { ...WEB, 'grant-types': 'authorization_code\nimplicit\nrefresh_token' });
    expect(changesOf(run).map(({ field }) => field)).toEqual(['grant-types']);
    expect(valueAt(await org.app('shop'), [...CLIENT, 'response_types'])).toEqual(['code', 'id_token']);
  });
});

describe('lists', () => {
  test('are trimmed, and lose blank lines and repeats, but keep their order', async () => {
    await succeed(org, {
      name: 'shop',
      'redirect-uris': '\n  https://b.example.com \r\n\r\nhttps://a.example.com\n https://b.example.com\n',
    });
    expect(valueAt(await org.app('shop'), [...CLIENT, 'redirect_uris'])).toEqual([
      'https://b.example.com',
      'https://a.example.com',
    ]);
  });

  test('of redirect URIs in another order are another list, since Okta takes the first that matches', async () => {
    await succeed(org, { name: 'shop', 'redirect-uris': 'https://a.example.com\nhttps://b.example.com' });
    const run = await succeed(org, {
      name: 'shop',
      'redirect-uris': 'https://b.example.com\nhttps://a.example.com',
    });
    expect(run.outputs['result']).toBe('updated');
  });

  test('may hold what only a shared hosting suffix makes dangerous', async () => {
    await succeed(org, {
      ...WEB,
      'redirect-uris': 'https://*.shop.example.com/cb',
      'wildcard-redirect': 'subdomain',
    });
    expect(valueAt(await org.app('shop'), [...CLIENT, 'redirect_uris'])).toEqual([
      'https://*.shop.example.com/cb',
    ]);
  });
});

describe('wildcard-redirect', () => {
  const warnings = async (uris: string, more: Inputs = {}): Promise<string[]> => {
    const run = await succeed(org, {
      name: 'shop',
      'redirect-uris': uris,
      'wildcard-redirect': 'subdomain',
      ...more,
    });
    return run.annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
  };

  test.each([
    ['vercel.app', 'https://*.vercel.app/callback'],
    ['vercel.app', 'https://shop-*.vercel.app/callback'],
    ['netlify.app', 'https://*--shop.netlify.app'],
    ['co.uk', 'https://*.co.uk/callback'],
  ])('warns of a wildcard under %s, where anybody can have a name: %s', async (suffix, uri) => {
    const [warning, ...more] = await warnings(uri);
    expect(warning).toContain(`"${suffix}"`);
    expect(warning).toContain('redirect-uris');
    expect(more).toEqual([]);
  });

  test.each([
    'https://*.example.com/callback',
    'https://*.previews.shop.vercel.app/callback',
    'https://shop.vercel.app/callback',
  ])('says nothing of %s', async (uri) => {
    expect(await warnings(uri)).toEqual([]);
  });

  test('warns once of a suffix, and of each suffix', async () => {
    const uris = 'https://*.vercel.app/a\nhttps://*.vercel.app/b\nhttps://*.github.io/';
    const found = await warnings(uris);
    expect(found).toHaveLength(2);
  });
});

describe('token-endpoint-auth-method', () => {
  test('is private_key_jwt where there are keys and nothing else is said', async () => {
    await succeed(org, { ...SERVICE, jwks: JSON.stringify({ keys: [KEY] }) });
    expect(valueAt(await org.app('shop'), [...CREDENTIALS, 'token_endpoint_auth_method'])).toBe(
      'private_key_jwt',
    );
    await succeed(org, { ...SERVICE, name: 'other', 'jwks-uri': 'https://shop.example.com/jwks' });
    expect(valueAt(await org.app('other'), [...CREDENTIALS, 'token_endpoint_auth_method'])).toBe(
      'private_key_jwt',
    );
  });

  test('is the secret where the keys are for encryption only, without a warning', async () => {
    const inputs = {
      ...WEB,
      jwks: JSON.stringify({ keys: [{ ...KEY, use: 'enc' }] }),
      settings: 'settings: { oauthClient: { id_token_encrypted_response_alg: RSA-OAEP-256 } }',
    };
    await succeed(org, inputs);
    const method = valueAt(await org.app('shop'), [...CREDENTIALS, 'token_endpoint_auth_method']);
    expect(method).toBe('client_secret_basic');
    const named = await succeed(org, { ...inputs, 'token-endpoint-auth-method': 'client_secret_basic' });
    expect(named.outputs['result']).toBe('unchanged');
    expect(named.annotations).toEqual([]);
  });

  test('none is taken by a web app that requires PKCE', async () => {
    await succeed(org, { ...WEB, 'token-endpoint-auth-method': 'none', 'pkce-required': 'true' });
    expect(valueAt(await org.app('shop'), CREDENTIALS)).toMatchObject({
      token_endpoint_auth_method: 'none',
      pkce_required: true,
    });
  });
});

describe('jwks', () => {
  const inputs = (...keys: object[]): Inputs => ({ ...SERVICE, jwks: JSON.stringify({ keys }) });
  const JWKS = [...CLIENT, 'jwks'];

  test('in another order are the same keys', async () => {
    await succeed(org, inputs(KEY, OTHER_KEY));
    expect((await succeed(org, inputs(OTHER_KEY, KEY))).outputs['result']).toBe('unchanged');
  });

  test('keep what Okta added to a key when another one comes or goes', async () => {
    await succeed(org, inputs(KEY));
    const id = valueAt((valueAt(await org.app('shop'), [...JWKS, 'keys']) as JsonObject[])[0] ?? {}, ['id']);
    await succeed(org, inputs(OTHER_KEY, KEY));
    await succeed(org, inputs(KEY));
    expect(valueAt(await org.app('shop'), JWKS)).toEqual({ keys: [{ ...held(KEY), id }] });
  });

  test('are changed where a key of the same ID is another key', async () => {
    await succeed(org, inputs(KEY));
    const run = await succeed(org, inputs({ ...KEY, n: 'm'.repeat(342) }));
    expect(run.outputs['result']).toBe('updated');
  });

  test('take the place of a URL, and a URL theirs', async () => {
    const uri = { ...SERVICE, 'jwks-uri': 'https://shop.example.com/jwks' };
    await succeed(org, inputs(KEY));
    await succeed(org, uri);
    expect(valueAt(await org.app('shop'), JWKS)).toBeUndefined();
    expect((await succeed(org, uri)).outputs['result']).toBe('unchanged');
    await succeed(org, inputs(KEY));
    expect(valueAt(await org.app('shop'), [...CLIENT, 'jwks_uri'])).toBeUndefined();
  });
});

describe('refresh tokens', () => {
  test('are given up with everything that was set for them', async () => {
    await succeed(org, { ...REFRESHING, 'refresh-token-rotation': 'rotate', 'refresh-token-leeway': '5' });
    await succeed(org, { ...WEB, 'grant-types': 'authorization_code' });
    expect(valueAt(await org.app('shop'), [...CLIENT, 'refresh_token'])).toBeUndefined();
  });

  test.each<[string, Inputs]>([
    ['a leeway of static tokens', { ...REFRESHING, 'refresh-token-leeway': '5' }],
    ['a rotation without the grant', { ...WEB, 'refresh-token-rotation': 'rotate' }],
  ])('with %s are refused, with what to do', async (_, inputs) => {
    expect(await failure(org, inputs)).toMatch(/Cannot make the app "shop" as asked for: .* "refresh-token-/);
    expect(writes(org)).toEqual([]);
  });
});

describe('consent-method', () => {
  test('causes no endless update in an org that keeps none', async () => {
    org.org.features.consentManagement = false;
    const inputs = { ...WEB, 'consent-method': 'required' };
    await succeed(org, inputs);
    org.taken();
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });
});

describe('client-id', () => {
  const inputs = { ...WEB, 'client-id': 'shop-preview-12' };

  test('is set when the app is created, kept, and needs not be named again', async () => {
    const run = await succeed(org, inputs);
    const app = await org.app('shop');
    expect(run.outputs['client-id']).toBe('shop-preview-12');
    expect(valueAt(app, [...CREDENTIALS, 'client_id'])).toBe('shop-preview-12');
    expect(run.outputs['app-id']).toBe(app['id']);
    org.taken();
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
    expect((await succeed(org, WEB)).outputs['client-id']).toBe('shop-preview-12');
    expect(writes(org)).toEqual([]);
  });

  test('cannot be changed later', async () => {
    await succeed(org, inputs);
    org.taken();
    const error = await failure(org, { ...WEB, 'client-id': 'shop-preview-13' });
    expect(error).toContain('it has another client ID, and Okta cannot change that');
    expect(writes(org)).toEqual([]);
  });

  test('that another app has is an error that names that app', async () => {
    await succeed(org, inputs);
    const error = await failure(org, { ...inputs, name: 'other' });
    expect(error).toMatch(
      /Cannot create the app "other": the app "shop" has its client ID .*give it a "client-id" of its own\./,
    );
    expect(await org.labels()).toEqual(['shop']);
  });
});

describe('name and app-id', () => {
  test('together rename the app of that ID, and nothing else', async () => {
    const { outputs } = await succeed(org, WEB);
    const before = await org.app('shop');
    const inputs = { 'app-id': outputs['app-id'] ?? '', name: 'new shop' };
    const run = await succeed(org, inputs);
    expect(changesOf(run)).toEqual([{ field: 'name', from: 'shop', to: 'new shop' }]);
    const after = await org.app('new shop');
    expect({ ...after, lastUpdated: '' }).toEqual({ ...before, lastUpdated: '', label: 'new shop' });
    org.taken();
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
    expect(org.taken()).toEqual([`GET /api/v1/apps/${outputs['app-id'] ?? ''}`]);
  });

  test('app-id alone keeps the label', async () => {
    const { outputs } = await succeed(org, WEB);
    const run = await succeed(org, {
      'app-id': outputs['app-id'] ?? '',
      'logo-uri': 'https://shop.example.com/logo.png',
    });
    expect(run.outputs['result']).toBe('updated');
    expect(await org.labels()).toEqual(['shop']);
  });

  test('a label of 100 characters, with quotes, an ampersand and an emoji, is found again', async () => {
    const name = `Ståle's "shop" & co. 100% + #1 🦊 ${'x'.repeat(100)}`.slice(0, 100);
    await succeed(org, { ...WEB, name });
    expect(await org.labels()).toEqual([name]);
    expect((await succeed(org, { ...WEB, name })).outputs['result']).toBe('unchanged');
  });
});

describe('catalog-app', () => {
  const inputs: Inputs = {
    name: 'Desk',
    'catalog-app': 'HarbourDesk',
    settings: 'app: { subdomain: acme, region: eu }',
  };
  const APP = ['settings', 'app'];

  test('is added with its own fields, changed in them, and otherwise left alone', async () => {
    expect((await succeed(org, inputs)).outputs['result']).toBe('created');
    const before = await org.app('Desk');
    expect(before['name']).toBe('harbourdesk');
    expect(valueAt(before, APP)).toMatchObject({ subdomain: 'acme', region: 'eu' });
    org.taken();
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    const update = await succeed(org, { ...inputs, settings: 'settings: { app: { region: us } }' });
    expect(changesOf(update)).toEqual([{ field: 'settings.app.region', from: 'eu', to: 'us' }]);
    const path = [...APP, 'region'];
    const strip = (app: JsonObject): JsonObject => withValueAt({ ...app, lastUpdated: '' }, path, undefined);
    expect(strip(await org.app('Desk'))).toEqual(strip(before));
    org.taken();
    expect((await succeed(org, { name: 'Desk' })).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test("is given what is no OAuth client's, and keeps it", async () => {
    const more = {
      ...inputs,
      settings:
        'app: { subdomain: acme, region: eu }\nvisibility: { autoLaunch: true }\nsettings: { notes: { enduser: Ask } }',
    };
    expect((await succeed(org, more)).outputs['result']).toBe('created');
    const desk = await org.app('Desk');
    expect(valueAt(desk, ['visibility', 'autoLaunch'])).toBe(true);
    expect(valueAt(desk, ['settings', 'notes', 'enduser'])).toBe('Ask');
    expect((await succeed(org, more)).outputs['result']).toBe('unchanged');
  });

  test('gets groups, and is deleted again', async () => {
    await org.group('Sellers');
    await succeed(org, { ...inputs, groups: 'Sellers' });
    expect(await groupNames('Desk')).toEqual(['Sellers']);
    expect((await succeed(org, { name: 'Desk', state: 'absent' })).outputs['result']).toBe('deleted');
    expect(await org.labels()).toEqual([]);
  });

  test('whose profile Okta drops is known again by its note', async () => {
    org.unknown.catalogProfile = 'dropped';
    const more = { ...inputs, 'trusted-origins': 'https://desk.example.com' };
    await succeed(org, more, { event: pullRequest(7) });
    org.taken();
    expect((await succeed(org, more, { event: pullRequest(7) })).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    const other = await failure(org, { name: 'Desk', state: 'absent' }, { event: pullRequest(8) });
    expect(other).toContain('says that it belongs to acme/shop, pull request #7');
    expect(await failure(org, { name: 'Desk', state: 'absent' }, { event: pullRequest(7) })).toContain(
      'only the sentence in its notes says that it belongs to acme/shop, pull request #7',
    );
    expect(writes(org)).toEqual([]);
    const adopted = await succeed(org, { name: 'Desk', state: 'absent', adopt: 'acme/shop' });
    expect(adopted.outputs['result']).toBe('deleted');
  });

  test.each(['dropped', 'refused'] as const)(
    "whose profile is %s keeps a note of the user's own, and is known again all the same",
    async (catalogProfile) => {
      org.unknown.catalogProfile = catalogProfile;
      const noted = (note: string, url: string): Inputs => ({
        name: 'Lantern',
        'catalog-app': 'paperlantern',
        settings: JSON.stringify({ settings: { app: { base_url: url }, notes: { admin: note } } }),
      });
      const note = async (): Promise<unknown> =>
        valueAt(await org.app('Lantern'), ['settings', 'notes', 'admin']);
      const first = noted('Ask Ann.', 'https://l.example.com');
      expect((await succeed(org, first)).outputs['result']).toBe('created');
      expect(await note()).toMatch(/^Ask Ann\.\n\nManaged by the workflows of acme\/shop /);
      org.taken();
      expect((await succeed(org, first)).outputs['result']).toBe('unchanged');
      expect(writes(org)).toEqual([]);
      const second = noted('Ask Bob.', 'https://m.example.com');
      expect((await succeed(org, second)).outputs['result']).toBe('updated');
      expect(await note()).toMatch(/^Ask Bob\.\n\nManaged by the workflows of acme\/shop /);
      expect((await succeed(org, second)).outputs['result']).toBe('unchanged');
    },
  );

  test('whose notes somebody has emptied gets the sentence back with the next update', async () => {
    await succeed(org, inputs);
    const { settings, ...desk } = await org.app('Desk');
    const body = { ...desk, settings: { ...(settings as JsonObject), notes: { admin: '' } } };
    await org.api('PUT', `/api/v1/apps/${textOf(desk['id'])}`, body);
    await succeed(org, { ...inputs, settings: 'app: { region: us }' });
    expect(valueAt(await org.app('Desk'), ['settings', 'notes', 'admin'])).toBe(
      'Managed by the workflows of acme/shop (repository ID 4242), with the GitHub Action okta-oidc-app.',
    );
  });

  const OTHERS = 'Managed by the workflows of acme/shop, with the GitHub Action okta-oidc-app.';
  const BLOGS = OTHERS.replace('acme/shop', 'acme/blog (repository ID 9)');

  test.each([
    ['alone', '', `${BLOGS}\n${OTHERS}`],
    ['below a note', 'Ask Ann.\n\n', `${BLOGS}\n${OTHERS}`],
    ['after a blank', '', ` ${BLOGS}`],
    ['after a blank, below another one', '', `${OTHERS}\n ${BLOGS}\n ${BLOGS}`],
    ['before a blank, above another one', '', `${BLOGS} \n${BLOGS} \n${OTHERS}`],
  ])(
    'whose profile Okta drops is nobody else’s by a sentence of the workflow’s own, %s',
    async (_, note, forged) => {
      org.unknown.catalogProfile = 'dropped';
      const admin = note + forged;
      const forging: Inputs = {
        ...inputs,
        settings: JSON.stringify({
          app: { subdomain: 'acme', region: 'eu' },
          settings: { notes: { admin } },
        }),
      };
      await succeed(org, forging, { event: pullRequest(7) });
      expect((await succeed(org, forging, { event: pullRequest(7) })).outputs['result']).toBe('unchanged');
      const blog = { env: { GITHUB_REPOSITORY: 'acme/blog', GITHUB_REPOSITORY_ID: '9' } };
      expect(await failure(org, { ...inputs, settings: 'app: { region: us }' }, blog)).toContain(
        'it belongs to acme/shop, pull request #7',
      );
      expect(valueAt(await org.app('Desk'), ['settings', 'notes', 'admin'])).toBe(
        `${note}Managed by the workflows of acme/shop (repository ID 4242), pull request #7, with the GitHub Action okta-oidc-app.`,
      );
    },
  );

  test('whose profile Okta drops is looked at once after an update, since nobody else wrote', async () => {
    org.unknown.catalogProfile = 'dropped';
    await succeed(org, { ...inputs, settings: 'app: { subdomain: acme, region: eu }' });
    const clock = virtualClock();
    const settings = 'app: { subdomain: acme, region: us }\nprofile: { team: shop }';
    const noted = { ...inputs, 'settle-seconds': '5', settings };
    expect((await succeed(org, noted, { world: { clock } })).outputs['result']).toBe('updated');
    expect(clock.slept).toEqual([1000]);
  });

  test('whose profile Okta drops is taken over once, not in every run', async () => {
    org.unknown.catalogProfile = 'dropped';
    await org.api('POST', '/api/v1/apps', {
      name: 'paperlantern',
      label: 'Lantern',
      signOnMode: 'OPENID_CONNECT',
    });
    const adopting = {
      name: 'Lantern',
      adopt: 'true',
      settings: 'app: { base_url: "https://l.example.com" }',
    };
    expect((await succeed(org, adopting)).outputs['result']).toBe('updated');
    expect((await succeed(org, adopting)).outputs['result']).toBe('unchanged');
  });

  test.each([
    [
      'another catalog app',
      { name: 'Desk', 'catalog-app': 'paperlantern' },
      'kind "harbourdesk", not "paperlantern"',
    ],
    [
      'OAuth settings',
      { name: 'Desk', 'redirect-uris': 'https://desk.example.com/' },
      'whose OAuth settings Okta keeps itself',
    ],
    ['a client ID', { name: 'Desk', 'client-id': 'desk-desk' }, 'client ID'],
    [
      'OAuth settings of the document',
      { name: 'Desk', settings: 'credentials: { oauthClient: { pkce_required: true } }' },
      'keeps itself (credentials.oauthClient.pkce_required)',
    ],
  ])('is no place for %s', async (_, wrong, text) => {
    await succeed(org, inputs);
    org.taken();
    expect(await failure(org, wrong)).toContain(text);
    expect(writes(org)).toEqual([]);
  });

  test('is no custom app, and the other way round', async () => {
    await succeed(org, WEB);
    expect(await failure(org, { ...inputs, name: 'shop' })).toContain(
      'kind "oidc_client", not "harbourdesk"',
    );
  });

  test('that Okta does not have is an error that says where its key is', async () => {
    const error = await failure(org, { name: 'Desk', 'catalog-app': 'nosuchapp' });
    expect(error).toMatch(/404 .*nosuchapp.*"catalog-app".*\/admin\/app\//s);
  });

  test("with a required field missing is an error in Okta's words", async () => {
    const error = await failure(org, { name: 'Desk', 'catalog-app': 'harbourdesk' });
    expect(error).toContain('subdomain: The field cannot be left blank');
  });
});

describe('sign-on-policy', () => {
  const POLICY = ['_links', 'accessPolicy', 'href'];
  const policy = async (name: string): Promise<string> =>
    textOf((await org.api('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name }))['id']);
  const policyOfShop = async (): Promise<unknown> =>
    textOf(valueAt(await org.app('shop'), POLICY))
      .split('/')
      .at(-1);

  test('is set by name at creation, changed by ID, and left alone when absent', async () => {
    const [strict, loose] = [await policy('Strict'), await policy('Loose')];
    const inputs = { ...WEB, 'sign-on-policy': 'Strict' };
    const created = await succeed(org, inputs);
    expect(await policyOfShop()).toBe(strict);
    expect(changesOf(created)).toContainEqual({ field: 'sign-on-policy', from: null, to: 'Strict' });
    org.taken();
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    const before = await org.app('shop');
    const update = await succeed(org, { ...WEB, 'sign-on-policy': loose });
    expect(changesOf(update)).toEqual([{ field: 'sign-on-policy', from: strict, to: loose }]);
    expect(writes(org)).toHaveLength(1);
    expect(await policyOfShop()).toBe(loose);
    const strip = (app: JsonObject): Json => withValueAt({ ...app, lastUpdated: '' }, POLICY, undefined);
    expect(strip(await org.app('shop'))).toEqual(strip(before));
    expect((await succeed(org, WEB)).outputs['result']).toBe('unchanged');
    expect(await policyOfShop()).toBe(loose);
  });

  test('is planned, not set, by a dry run', async () => {
    await policy('Strict');
    const inputs = { ...WEB, 'sign-on-policy': 'Strict', 'dry-run': 'true' };
    const run = await succeed(org, inputs);
    expect(changesOf(run)).toContainEqual({ field: 'sign-on-policy', from: null, to: 'Strict' });
    expect(writes(org)).toEqual([]);
  });

  test.each([
    ['Strict policy', 'Strict polciy'],
    ['Two factors, new', 'Two factors, old'],
  ])(
    'that Okta does not have is an error that shows the nearest name, and makes no app: %s',
    async (name, given) => {
      await policy(name);
      expect(await failure(org, { ...WEB, 'sign-on-policy': given })).toBe(
        `Cannot find the authentication policy "${given}": Okta has none of exactly that name. Check "sign-on-policy". The nearest name is "${name}".`,
      );
      expect(await org.labels()).toEqual([]);
    },
  );

  test('of which there are two of a name is an error that shows both IDs', async () => {
    const ids = [await policy('Strict'), await policy('Strict')];
    expect(await failure(org, { ...WEB, 'sign-on-policy': 'Strict' })).toBe(
      `Cannot tell which authentication policy is meant by "Strict": 2 have that name: ${ids.join(', ')}. Give the ID in "sign-on-policy".`,
    );
  });

  test('is refused for a service app that exists', async () => {
    await policy('Strict');
    await succeed(org, SERVICE);
    org.taken();
    expect(await failure(org, { name: 'shop', 'sign-on-policy': 'Strict' })).toBe(
      'Cannot put the app "shop" under an authentication policy: a service app has none. Leave "sign-on-policy" out.',
    );
    expect(writes(org)).toEqual([]);
  });

  test('is refused in an org on Classic Engine', async () => {
    await org.restart({ engine: 'classic' });
    await succeed(org, WEB);
    expect(await failure(org, { ...WEB, 'sign-on-policy': 'Default Policy' })).toBe(
      'Cannot put the app "shop" under an authentication policy: Okta shows none for it, as in an org on Classic Engine. Leave "sign-on-policy" out.',
    );
  });
});

describe('settings', () => {
  const NOTES = ['settings', 'notes'];

  test('are merged: what they do not name stays', async () => {
    await succeed(org, {
      ...WEB,
      settings: 'settings: { notes: { enduser: hello } }\nvisibility: { hide: { web: false } }',
    });
    await succeed(org, { ...WEB, settings: 'settings: { implicitAssignment: true }' });
    const app = await org.app('shop');
    expect(valueAt(app, [...NOTES, 'enduser'])).toBe('hello');
    expect(valueAt(app, ['settings', 'implicitAssignment'])).toBe(true);
    expect(valueAt(app, ['visibility', 'hide'])).toEqual({ iOS: true, web: false });
  });

  test('of the app itself may be given beside the others', async () => {
    await succeed(org, { ...WEB, settings: 'app: { a: 1 }\nsettings: { notes: { enduser: hello } }' });
    const app = await org.app('shop');
    expect(valueAt(app, ['settings', 'app'])).toEqual({ a: 1 });
    expect(app['app']).toBeUndefined();
  });

  test('may say what no input says, at creation too', async () => {
    const settings =
      'settings:\n  oauthClient:\n    grant_types: [authorization_code, refresh_token]\ncredentials: { oauthClient: { pkce_required: true } }';
    await succeed(org, { ...WEB, settings });
    const app = await org.app('shop');
    expect(valueAt(app, [...CLIENT, 'grant_types'])).toEqual(['authorization_code', 'refresh_token']);
    expect(valueAt(app, [...CREDENTIALS, 'pkce_required'])).toBe(true);
    expect((await succeed(org, { ...WEB, settings })).outputs['result']).toBe('unchanged');
  });

  test('may say what an input says, too', async () => {
    const inputs = {
      ...WEB,
      'grant-types': 'authorization_code\nrefresh_token',
      settings: `settings: { oauthClient: { redirect_uris: ["${WEB['redirect-uris'] ?? ''}"], grant_types: [refresh_token, authorization_code] } }`,
    };
    const created = await succeed(org, inputs);
    expect(changesOf(created).filter(({ field }) => field.startsWith('settings.'))).toEqual([]);
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
  });

  test('null takes a value away, once', async () => {
    await succeed(org, { ...WEB, 'initiate-login-uri': 'https://shop.example.com/login' });
    const inputs = { ...WEB, settings: 'settings: { oauthClient: { initiate_login_uri: null } }' };
    const update = await succeed(org, inputs);
    expect([update.outputs['result'], update.warnings]).toEqual(['updated', []]);
    expect(valueAt(await org.app('shop'), [...CLIENT, 'initiate_login_uri'])).toBeUndefined();
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
  });
});

/** Names of the groups that an app has, by priority. */
async function groupNames(label: string): Promise<unknown[]> {
  const { id } = await org.app(label);
  const list = await org.apiList(`/api/v1/apps/${textOf(id)}/groups?expand=group`);
  return list.map((item) => valueAt(item, ['_embedded', 'group', 'profile', 'name']));
}

async function userNames(label: string): Promise<unknown[]> {
  const { id } = await org.app(label);
  const list = await org.apiList(`/api/v1/apps/${textOf(id)}/users`);
  return list
    .filter(({ scope }) => scope === 'USER')
    .map((item) => valueAt(item, ['credentials', 'userName']));
}

async function originNames(): Promise<unknown[]> {
  return (await org.apiList('/api/v1/trustedOrigins')).map(({ origin }) => origin);
}

interface AccessCase {
  input: string;
  names: [string, string, string];
  /** Makes what is assigned, where it has to be there before; gives its ID. */
  make: (name: string) => Promise<string>;
  holds: () => Promise<unknown[]>;
  exact: boolean;
}

/** Every input that says who may use the app. */
const ACCESS: AccessCase[] = [
  {
    input: 'groups',
    names: ['Sellers', 'Sell', 'Ärzte & "Co"'],
    make: (name) => org.group(name),
    holds: () => groupNames('shop'),
    exact: true,
  },
  {
    input: 'users',
    names: ['ann@example.com', 'bob+shop@example.com', 'cy@example.com'],
    make: (name) => org.user(name),
    holds: () => userNames('shop'),
    exact: true,
  },
  {
    input: 'trusted-origins',
    names: ['https://a.example.com', 'http://localhost:3000', 'https://c.example.com'],
    make: (name) => Promise.resolve(name),
    holds: () => originNames(),
    exact: false,
  },
];

/** What a run says of entries that came: the whole list, as far as the inputs name it. */
function change(input: string, before: string[], added: string[]): object {
  return { field: input, from: before, to: [...before, ...added] };
}

describe.each(ACCESS)('$input', ({ input, names: [one, two, three], make, holds, exact }) => {
  test('are given at creation, once, and more of them later; absent, they are left alone', async () => {
    for (const name of [one, two, three]) await make(name);
    const first = { ...WEB, [input]: `${one}\n${two}` };
    const created = await succeed(org, first);
    expect(changesOf(created)).toContainEqual({ field: input, from: [], to: [one, two] });
    expect(await holds()).toEqual([one, two]);
    org.taken();
    expect((await succeed(org, first)).outputs).toMatchObject({ result: 'unchanged', changes: '[]' });
    expect(writes(org)).toEqual([]);

    const before = await org.app('shop');
    const update = await succeed(org, { ...WEB, [input]: `${one}\n${two}\n${three}` });
    expect(update.outputs['result']).toBe('updated');
    expect(changesOf(update)).toEqual([change(input, [one, two], [three])]);
    expect(await holds()).toEqual([one, two, three]);
    const strip = (app: JsonObject): JsonObject =>
      ['trusted_origins', 'groups', 'users'].reduce<JsonObject>(
        (rest, key) => withValueAt(rest, ['profile', 'okta_oidc_app', key], undefined),
        { ...app, lastUpdated: '' },
      );
    expect(strip(await org.app('shop'))).toEqual(strip(before));

    org.taken();
    expect((await succeed(org, WEB)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    expect(await holds()).toEqual([one, two, three]);
  });

  test('in another order are the same', async () => {
    for (const name of [one, two]) await make(name);
    await succeed(org, { ...WEB, [input]: `${one}\n${two}` });
    org.taken();
    expect((await succeed(org, { ...WEB, [input]: `${two}\n${one}` })).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('go with [], one by one or all', async () => {
    for (const name of [one, two]) await make(name);
    const assignments = exact ? { assignments: 'exact' } : {};
    await succeed(org, { ...WEB, [input]: `${one}\n${two}` });
    const fewer = await succeed(org, { ...WEB, [input]: two, ...assignments });
    expect(changesOf(fewer)).toHaveLength(1);
    expect(await holds()).toEqual([two]);
    const cleared = await succeed(org, { ...WEB, [input]: '[]', ...assignments });
    expect(changesOf(cleared)).toEqual([{ field: input, from: [two], to: [] }]);
    expect(await holds()).toEqual([]);
    expect((await succeed(org, { ...WEB, [input]: '[]', ...assignments })).outputs['result']).toBe(
      'unchanged',
    );
  });

  test('are planned by a dry run, which changes nothing', async () => {
    for (const name of [one, two]) await make(name);
    await succeed(org, { ...WEB, [input]: one });
    org.taken();
    const dry = await succeed(org, { ...WEB, [input]: `${one}\n${two}`, 'dry-run': 'true' });
    expect(dry.outputs).toMatchObject({ result: 'updated', changed: 'true' });
    expect(changesOf(dry)).toEqual([change(input, [one], [two])]);
    expect(writes(org)).toEqual([]);
    expect(await holds()).toEqual([one]);
  });

  if (exact) {
    test('may be given as IDs, and by name and ID at once', async () => {
      const [id] = [await make(one), await make(two)];
      await succeed(org, { ...WEB, [input]: `${id}\n${one}\n${two}` });
      expect(await holds()).toEqual([one, two]);
      expect((await succeed(org, { ...WEB, [input]: `${one}\n${two}` })).outputs['result']).toBe('unchanged');
      const byId = { ...WEB, [input]: id, assignments: 'add' };
      expect((await succeed(org, byId)).outputs['result']).toBe('unchanged');
    });

    test('that the workflow does not list stay with "add", and are taken away with "exact"', async () => {
      for (const name of [one, two, three]) await make(name);
      await succeed(org, { ...WEB, [input]: `${one}\n${two}` });
      await succeed(org, { ...WEB, [input]: three, assignments: 'add' });
      expect(await holds()).toEqual([one, two, three]);
      expect((await succeed(org, { ...WEB, assignments: 'exact' })).outputs['result']).toBe('unchanged');
      const run = await succeed(org, { ...WEB, [input]: two, assignments: 'exact' });
      expect(changesOf(run)).toEqual([{ field: input, from: [one, two, three], to: [two] }]);
      expect(await holds()).toEqual([two]);
    });
  }
});

describe('what a run costs that finds nothing to do', () => {
  test.each<[number, string, Inputs]>([
    [1, 'by itself', {}],
    [
      4,
      'with the questions whether people can sign in, and whether anybody may',
      { 'verify-sign-in': 'true' },
    ],
    [3, 'with the first of them, if a group is listed', { 'verify-sign-in': 'true', groups: 'Sellers' }],
    [2, 'with two groups', { groups: 'Sellers\nBuyers' }],
    [2, 'with an authentication policy', { 'sign-on-policy': 'Strict' }],
    [3, 'with two trusted origins', { 'trusted-origins': 'https://a.example.com\nhttps://b.example.com' }],
    [5, 'with two users', { users: 'jane@example.com\njoe@example.com' }],
  ])('%d: %s', async (count, _, inputs) => {
    for (const name of ['Sellers', 'Buyers']) await org.group(name);
    for (const login of ['jane@example.com', 'joe@example.com']) await org.user(login);
    await org.api('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Strict', description: 'x' });
    await succeed(org, { ...WEB, ...inputs });
    org.taken();
    expect((await succeed(org, { ...WEB, ...inputs })).outputs['result']).toBe('unchanged');
    expect(org.taken()).toHaveLength(count);
  });
});

describe('groups', () => {
  test('keep the order of the workflow as their priority', async () => {
    for (const name of ['c', 'a', 'b']) await org.group(name);
    await succeed(org, { ...WEB, groups: 'c\na\nb' });
    expect(await groupNames('shop')).toEqual(['c', 'a', 'b']);
  });

  test('may be Everyone', async () => {
    await succeed(org, { ...WEB, groups: 'Everyone' });
    expect(await groupNames('shop')).toEqual(['Everyone']);
  });

  test('are told apart by their whole names, not by how they start', async () => {
    for (const name of ['pr-12', 'pr-1', 'pr-123']) await org.group(name);
    await succeed(org, { ...WEB, groups: 'pr-1' });
    expect(await groupNames('shop')).toEqual(['pr-1']);
  });

  test('by an ID are the ones that have it, and none of the app’s that is only named so', async () => {
    const staff = await org.group('Staff');
    const impostor = await org.group(staff);
    await succeed(org, { ...WEB, groups: impostor });
    expect(await groupNames('shop')).toEqual([staff]);
    await succeed(org, { ...WEB, groups: staff, assignments: 'exact' });
    expect(await groupNames('shop')).toEqual(['Staff']);
  });

  test('whose names Okta does not show with the app are found all the same', async () => {
    org.trouble.expandGroups = false;
    await org.group('Sellers');
    await succeed(org, { ...WEB, groups: 'Sellers' });
    org.taken();
    expect((await succeed(org, { ...WEB, groups: 'Sellers' })).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('of one name are ambiguous for an app that has them, as they are for a new one', async () => {
    const [first, second] = [await org.group('Sellers'), await org.group('Buyers')];
    await succeed(org, { ...WEB, groups: 'Sellers\nBuyers' });
    // Names are unique among Okta's own groups only: others come from directories and apps.
    const group = org.org.groups.get(second);
    if (group) group.profile = { ...group.profile, name: 'Sellers' };
    for (const inputs of [WEB, { ...WEB, name: 'new' }]) {
      const message = await failure(org, { ...inputs, groups: 'Sellers', assignments: 'exact' });
      expect(message).toContain('Cannot tell which group is meant by "Sellers": 2 have that name');
      for (const id of [first, second]) expect(message).toContain(id);
    }
    expect(await groupNames('shop')).toEqual(['Sellers', 'Sellers']);
    const run = await succeed(org, { ...WEB, groups: first, assignments: 'exact' });
    expect(changesOf(run)).toEqual([{ field: 'groups', from: ['Sellers', 'Sellers'], to: ['Sellers'] }]);
  });
});

describe('users', () => {
  test('who have the app through a group are not assigned again, nor taken off', async () => {
    const [group, user] = [await org.group('Sellers'), await org.user('ann@example.com')];
    await org.api('PUT', `/api/v1/groups/${group}/users/${user}`);
    await succeed(org, { ...WEB, groups: 'Sellers' });
    const inputs = { ...WEB, users: 'ann@example.com', assignments: 'exact' };
    // The app's mark notes that no run has assigned anybody.
    expect(changesOf(await succeed(org, inputs))).toEqual([]);
    org.taken();
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
    expect((await succeed(org, { ...inputs, users: '[]' })).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('are compared by who they are, not by what the app calls them', async () => {
    const [jane, joe] = [await org.user('jane@example.com'), await org.user('joe@example.com')];
    const app = textOf((await succeed(org, WEB)).outputs['app-id']);
    // The app calls Joe by Jane's login, and Jane by a name of its own once she is assigned.
    await org.api('POST', `/api/v1/apps/${app}/users`, {
      id: joe,
      credentials: { userName: 'jane@example.com' },
    });
    const inputs = { ...WEB, users: 'jane@example.com' };
    expect((await succeed(org, inputs)).outputs['result']).toBe('updated');
    await org.api('POST', `/api/v1/apps/${app}/users/${jane}`, { credentials: { userName: 'JJ' } });
    const held = async (): Promise<unknown[]> =>
      (await org.apiList(`/api/v1/apps/${app}/users`)).map(({ id }) => id);
    expect(new Set(await held())).toEqual(new Set([jane, joe]));
    org.taken();
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
    expect((await succeed(org, { ...WEB, users: jane })).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    const exact = await succeed(org, { ...inputs, assignments: 'exact' });
    expect(changesOf(exact)).toEqual([
      { field: 'users', from: ['jane@example.com', 'jane@example.com'], to: ['jane@example.com'] },
    ]);
    expect(await held()).toEqual([jane]);
  });

  test('costs what is listed, and not what the app has, but for "exact"', async () => {
    await org.user('jane@example.com');
    const run = await succeed(org, { ...WEB, users: 'jane@example.com' });
    org.taken();
    await succeed(org, { ...WEB, users: 'jane@example.com' });
    const read = org.taken();
    expect(read).toHaveLength(3);
    expect(read).not.toContain(`GET /api/v1/apps/${run.outputs['app-id']}/users`);
  });

  test.each(['USER', 'GROUP'] as const)(
    'who are listed keep the app when "exact" takes it off their group, whatever Okta makes of them meanwhile: %s',
    async (scope) => {
      org.unknown.directAssignmentOfGroupMember = scope;
      const [group, ann] = [await org.group('Sellers'), await org.user('ann@example.com')];
      await org.group('Buyers');
      await org.api('PUT', `/api/v1/groups/${group}/users/${ann}`);
      await succeed(org, { ...WEB, groups: 'Sellers' });
      const inputs = { ...WEB, users: 'ann@example.com', groups: 'Buyers', assignments: 'exact' };
      await succeed(org, inputs);
      expect(await userNames('shop')).toEqual(['ann@example.com']);
      expect(await groupNames('shop')).toEqual(['Buyers']);
      org.taken();
      expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
      expect(writes(org)).toEqual([]);
    },
  );

  test.each<[string, Inputs]>([
    ['by themselves instead of by their group', { users: 'ann@example.com', groups: 'Auditors' }],
    ['by another group of theirs', { groups: 'Buyers' }],
  ])('who are listed have the app at every moment while "exact" changes it: %s', async (_, listed) => {
    const ann = await org.user('ann@example.com');
    for (const name of ['Sellers', 'Buyers'])
      await org.api('PUT', `/api/v1/groups/${await org.group(name)}/users/${ann}`);
    await org.group('Auditors');
    await succeed(org, { ...WEB, groups: 'Sellers' });
    const hasApp = (): boolean =>
      [...org.org.apps.values()].some(
        ({ users, groups }) =>
          users.has(ann) || [...groups.keys()].some((id) => org.org.groups.get(id)?.members.has(ann)),
      );
    const moments: boolean[] = [];
    org.trouble.fault = () => {
      moments.push(hasApp());
      return undefined;
    };
    await succeed(org, { ...WEB, ...listed, assignments: 'exact' });
    expect(await groupNames('shop')).toEqual([listed['groups']]);
    expect(moments.length).toBeGreaterThan(3);
    expect(new Set([...moments, hasApp()])).toEqual(new Set([true]));
  });

  test('who have the app through a group, too, are left to the group by "exact"', async () => {
    const [group, ann] = [await org.group('Sellers'), await org.user('ann@example.com')];
    await succeed(org, { ...WEB, groups: 'Sellers', users: 'ann@example.com' });
    await org.api('PUT', `/api/v1/groups/${group}/users/${ann}`);
    const inputs = { ...WEB, users: '[]', assignments: 'exact' };
    expect((await succeed(org, inputs)).outputs['result']).toBe('updated');
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
    const { id } = await org.app('shop');
    expect(await org.apiList(`/api/v1/apps/${textOf(id)}/users`)).toMatchObject([
      { id: ann, scope: 'GROUP' },
    ]);
  });
});

describe('trusted-origins', () => {
  test('that somebody else registered are used and never removed', async () => {
    const origin = 'https://a.example.com';
    const scopes = [{ type: 'CORS' }, { type: 'REDIRECT' }];
    await org.api('POST', '/api/v1/trustedOrigins', { name: 'Theirs', origin, scopes });
    const created = await succeed(org, { ...WEB, 'trusted-origins': origin });
    expect(changesOf(created).map(({ field }) => field)).not.toContain('trusted-origins');
    await succeed(org, { ...WEB, 'trusted-origins': '[]' });
    await succeed(org, { name: 'shop', state: 'absent' });
    expect(await originNames()).toEqual([origin]);
  });

  test.each([
    ['both', 'ACTIVE', ['CORS', 'REDIRECT'], false],
    ['CORS alone', 'ACTIVE', ['CORS'], true],
    ['redirects alone', 'ACTIVE', ['REDIRECT'], true],
    ['both, and made inactive since', 'INACTIVE', ['CORS', 'REDIRECT'], true],
  ] as const)(
    'that somebody else registered for %s are left as they are, with a warning if that is less',
    async (_, status, kinds, isLess) => {
      const origin = 'https://a.example.com';
      const scopes = kinds.map((type) => ({ type }));
      await org.api('POST', '/api/v1/trustedOrigins', { name: 'Theirs', origin, scopes });
      for (const held of org.org.trustedOrigins.values()) held.status = status;
      const { warnings } = await succeed(org, { ...WEB, 'trusted-origins': origin });
      expect(warnings).toEqual(
        isLess
          ? [
              'The origin https://a.example.com is registered in Okta as "Theirs", but not trusted for both CORS and redirects. It was left as it is: change it in the Admin Console (Security, API, Trusted Origins).',
            ]
          : [],
      );
      expect(await org.apiList('/api/v1/trustedOrigins')).toMatchObject([{ scopes, status }]);
    },
  );

  test('that the app brought go away with it', async () => {
    await succeed(org, { ...WEB, 'trusted-origins': 'https://a.example.com\nhttps://b.example.com' });
    await succeed(org, { name: 'shop', state: 'absent' });
    expect(await originNames()).toEqual([]);
  });

  test('are told by scheme, host and port, however they are written', async () => {
    await succeed(org, { ...WEB, 'trusted-origins': 'HTTPS://A.Example.com:443/\nhttps://a.example.com' });
    expect(await originNames()).toEqual(['https://a.example.com']);
  });
});

describe('Okta as it is', () => {
  test('apps of other kinds that carry the label are not touched', async () => {
    const saml = await foreignApp(org, 'shop');
    for (const app of org.org.apps.values()) app.body = { ...app.body, signOnMode: 'SAML_2_0' };
    expect((await succeed(org, WEB)).outputs['result']).toBe('created');
    expect(await org.labels()).toEqual(['shop', 'shop']);
    expect(await failure(org, { 'app-id': textOf(saml['id']) })).toBe(
      'Cannot use the app "shop": its sign-on mode is SAML_2_0, not OPENID_CONNECT. Give the ID of an OIDC app as "app-id".',
    );
  });

  describe('no configuration comes from the environment, nor from files', () => {
    const elsewhere = (orgUrl: string, token: string): Pick<ActionOptions, 'env' | 'files'> => {
      const yaml = JSON.stringify({ okta: { client: { orgUrl, token } } });
      return {
        env: {
          OKTA_CLIENT_ORGURL: orgUrl,
          OKTA_CLIENT_TOKEN: token,
          OKTA_ORG_URL: orgUrl,
          OKTA_API_TOKEN: token,
        },
        files: { 'okta.yaml': yaml, '.okta/okta.yaml': yaml },
      };
    };

    test('that says otherwise than the inputs', async () => {
      const run = await runAction({
        with: { ...connectionTo(org), ...WEB },
        ...elsewhere('https://wrong.example.com', 'wrong'),
      });
      expect(run.outputs['result']).toBe('created');
    });

    test('that would make up for missing inputs', async () => {
      const run = await runAction({ with: WEB, ...elsewhere(org.url, TOKEN) });
      expect(run.exitCode).toBe(1);
      const message = run.annotations[0]?.message;
      expect(message).toContain('"org-url" is missing');
      expect(message).toContain('"api-token" is empty');
      expect(org.taken()).toEqual([]);
    });
  });
});

describe('shared', () => {
  const A = 'https://pr-12.example.com/callback';
  const ORIGIN = 'https://pr-12.example.com';
  const SHARED: Inputs = {
    name: 'shop',
    shared: 'true',
    'redirect-uris': A,
    'post-logout-redirect-uris': `${ORIGIN}/bye`,
    'trusted-origins': ORIGIN,
  };
  const PR_12 = { event: pullRequest(12) };
  const PR_13 = { event: pullRequest(13) };
  const GONE: Inputs = { ...SHARED, state: 'absent' };
  const LISTS = [
    [...CLIENT, 'redirect_uris'],
    [...CLIENT, 'post_logout_redirect_uris'],
    ['profile'],
    ['lastUpdated'],
  ];
  const strip = (app: JsonObject): JsonObject =>
    LISTS.reduce((body, path) => withValueAt(body, path, undefined), app);

  test("adds this run's URIs once, takes them away again, and touches nothing else", async () => {
    const before = await foreignApp(org, 'shop');
    addUnknownKeys('shop');
    const start = await org.app('shop');
    const added = await succeed(org, SHARED, PR_12);
    expect(added.outputs).toMatchObject({ result: 'updated', 'client-id': textOf(before['id']) });
    expect(changesOf(added).map(({ field }) => field)).toEqual([
      'redirect-uris',
      'post-logout-redirect-uris',
      'trusted-origins',
    ]);
    const held = await org.app('shop');
    expect(valueAt(held, [...CLIENT, 'redirect_uris'])).toEqual(['https://shop.example.com/callback', A]);
    expect(valueAt(held, [...CLIENT, 'post_logout_redirect_uris'])).toEqual([`${ORIGIN}/bye`]);
    expect(await originNames()).toEqual([ORIGIN]);
    expect(strip(held)).toEqual(strip(start));
    org.taken();
    expect((await succeed(org, SHARED, PR_12)).outputs).toMatchObject({ result: 'unchanged', changes: '[]' });
    expect(writes(org)).toEqual([]);

    expect((await succeed(org, GONE, PR_12)).outputs['result']).toBe('updated');
    const end = await org.app('shop');
    expect(valueAt(end, [...CLIENT, 'redirect_uris'])).toEqual(['https://shop.example.com/callback']);
    expect(valueAt(end, [...CLIENT, 'post_logout_redirect_uris'])).toEqual([]);
    expect(end['profile']).toEqual(start['profile']);
    expect(await originNames()).toEqual([]);
    org.taken();
    expect((await succeed(org, GONE, PR_12)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('keeps what another pull request asked for as well, and says so', async () => {
    await foreignApp(org, 'shop');
    await succeed(org, SHARED, PR_12);
    await succeed(org, SHARED, PR_13);
    const run = await succeed(org, GONE, PR_12);
    expect(run.annotations[0]).toEqual({ level: 'notice', message: expect.stringContaining(`${A} is kept`) });
    expect(valueAt(await org.app('shop'), [...CLIENT, 'redirect_uris'])).toContain(A);
    expect(await originNames()).toEqual([ORIGIN]);
    await succeed(org, GONE, PR_13);
    expect(valueAt(await org.app('shop'), [...CLIENT, 'redirect_uris'])).not.toContain(A);
    expect(await originNames()).toEqual([]);
  });

  test('takes nothing away that was there before any run asked for it', async () => {
    await foreignApp(org, 'shop');
    const own = { name: 'shop', shared: 'true', 'redirect-uris': 'https://shop.example.com/callback' };
    org.taken();
    expect((await succeed(org, own, PR_12)).outputs['result']).toBe('unchanged');
    expect((await succeed(org, { ...own, state: 'absent' }, PR_12)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('neither makes an app nor deletes one', async () => {
    expect(await failure(org, SHARED, PR_12)).toBe(
      'Cannot find the shared app "shop": Okta has no OIDC app of exactly that label. Check "name", or give "app-id". A run with "shared: true" never creates the app.',
    );
    expect((await succeed(org, GONE, PR_12)).outputs['result']).toBe('absent');
    await succeed(org, WEB);
    await succeed(org, GONE);
    expect(await org.labels()).toEqual(['shop']);
  });

  test('is planned by a dry run, which changes nothing', async () => {
    await foreignApp(org, 'shop');
    org.taken();
    const dry = await succeed(org, { ...SHARED, 'dry-run': 'true' }, PR_12);
    expect(dry.outputs).toMatchObject({ result: 'updated', changed: 'true' });
    expect(writes(org)).toEqual([]);
    expect(changesOf(await succeed(org, SHARED, PR_12))).toEqual(changesOf(dry));
  });

  test('takes a wildcard only where the app takes wildcards', async () => {
    const wild = { ...SHARED, 'redirect-uris': 'https://*.example.com/', 'wildcard-redirect': 'subdomain' };
    await foreignApp(org, 'shop');
    expect(await failure(org, wild, PR_12)).toMatch(/Cannot add a wildcard to the shared app "shop".*turn/);
    await succeed(org, {
      name: 'shop',
      'wildcard-redirect': 'subdomain',
      adopt: 'true',
      'redirect-hosts': '*.example.com',
    });
    expect((await succeed(org, wild, PR_12)).outputs['result']).toBe('updated');
  });
});

describe('settle-seconds and timeout-seconds', () => {
  const waits = async (inputs: Inputs): Promise<number[]> => {
    const clock = virtualClock();
    await succeed(org, { 'settle-seconds': '17', ...inputs }, { world: { clock } });
    return clock.slept;
  };

  test('a creation waits for nothing, and neither does a run that finds nothing to do', async () => {
    expect(await waits(WEB)).toEqual([]);
    expect(await waits(WEB)).toEqual([]);
  });

  test('an update looks again after a fifth of the settle time, and after all of it where others write the app', async () => {
    await foreignApp(org, 'shop');
    const changed = { ...WEB, 'logo-uri': 'https://shop.example.com/logo.png' };
    expect(await waits({ ...changed, adopt: 'true' })).toEqual([17_000]);
    expect(await waits(WEB)).toEqual([]);
    expect(await waits({ ...WEB, 'logo-uri': 'https://shop.example.com/2.png' })).toEqual([3400]);
    expect(
      await waits({ ...WEB, 'logo-uri': 'https://shop.example.com/3.png', 'settle-seconds': '' }),
    ).toEqual([600]);
  });

  test('the wait is twice the longest request of the run where that is more, whichever request it was', async () => {
    await foreignApp(org, 'shop');
    const clock = virtualClock();
    org.trouble.fault = ({ method, path }) => {
      if (method === 'GET' && path === '/api/v1/apps' && clock.slept.length === 0) void clock.sleep(12_000);
      return undefined;
    };
    const inputs = { ...WEB, adopt: 'true', 'settle-seconds': '17' };
    await succeed(org, inputs, { world: { clock } });
    const [slow, settled = 0, ...others] = clock.slept;
    expect([slow, others]).toEqual([12_000, []]);
    expect(settled).toBeGreaterThanOrEqual(24_000);
    expect(settled).toBeLessThan(34_000);
  });

  test('a run does not wait beyond its time, and says what for', async () => {
    const clock = virtualClock();
    org.trouble.fault = () => ({
      kind: 'answer',
      status: 429,
      headers: {
        date: new Date(clock.now()).toUTCString(),
        'x-rate-limit-reset': String(Math.ceil(clock.now() / 1000) + 60),
      },
    });
    const error = await failure(org, { ...WEB, 'timeout-seconds': '30' }, { world: { clock } });
    expect(error).toMatch(/Okta's rate limit is used up until .*"timeout-seconds" \(30\)/);
    expect(clock.slept).toEqual([]);
  });
});
