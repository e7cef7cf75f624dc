import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { textOf, valueAt, type JsonObject } from '../../src/util/json.ts';
import { idOf } from '../support/apps.ts';
import { blockOf } from '../support/block.ts';
import type { ActionRun } from '../support/runner.ts';
import { WEB, failure, foreignApp, runOn, succeed, writes, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** Inputs of the shapes that public workflows and Terraform files have, an import's among them. */

const org = useOrg();

const CLIENT = ['settings', 'oauthClient'];
const KEY = {
  kty: 'RSA',
  kid: '20240101',
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }),
} as Record<string, string>;

function warnings({ annotations }: ActionRun): string[] {
  return annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
}

/** Creates with these inputs, runs again, and gives the app. */
async function kept(inputs: Inputs): Promise<JsonObject> {
  const first = await succeed(org, inputs);
  expect([first.outputs['result'], warnings(first)]).toEqual(['created', []]);
  org.taken();
  expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
  expect(writes(org)).toEqual([]);
  return org.app(inputs['name'] ?? '');
}

describe('jwks', () => {
  const members = Object.entries(KEY).map(([member, value]) => `${member}: ${value}`);

  test.each([
    ['a key set in YAML', `keys:\n  - ${members.join('\n    ')}`],
    ['a list of keys in YAML', `- ${members.join('\n  ')}`],
    ['a key in YAML', members.join('\n')],
    ['YAML in braces', `{ keys: [{ ${members.join(', ')} }] }`],
    ['JSON', JSON.stringify({ keys: [KEY] })],
  ])('as %s', async (_, jwks) => {
    const app = await kept({ name: 'shop', type: 'service', jwks });
    const held = valueAt(app, [...CLIENT, 'jwks']) as { keys: object[] };
    expect(held.keys).toEqual([expect.objectContaining(KEY)]);
  });

  test('as JSON keeps what is no text in it', async () => {
    const app = await kept({ name: 'shop', type: 'service', jwks: JSON.stringify({ ...KEY, ext: true }) });
    expect(valueAt(app, [...CLIENT, 'jwks', 'keys'])).toEqual([expect.objectContaining({ ext: true })]);
  });

  test.each([
    ['a text', 'my keys', /"jwks" is not a key set\. Give a JSON Web Key Set/],
    ['no YAML', 'keys: [', /"jwks" is not YAML or JSON at line \d, column \d+: .*Fix it there\./],
    ['a private key', `${members.join('\n')}\nd: abc-secret-def`, /holds a private or symmetric key/],
  ])('is told where it is %s', async (_, jwks, says) => {
    const run = await runOn(org, { name: 'shop', type: 'service', jwks });
    expect(run.annotations[0]?.message).toMatch(says);
    expect(run.rawLog).not.toContain('abc-secret-def');
    expect(org.requests).toEqual([]);
  });
});

describe('a client without a secret', () => {
  test.each(['web', 'spa', 'native'])('of type %s requires PKCE without being told so', async (type) => {
    const app = await kept({ ...WEB, type, 'token-endpoint-auth-method': 'none' });
    expect(valueAt(app, ['credentials', 'oauthClient', 'pkce_required'])).toBe(true);
  });

  test('becomes one with PKCE, too', async () => {
    await succeed(org, WEB);
    const inputs = { ...WEB, 'token-endpoint-auth-method': 'none' };
    expect((await succeed(org, inputs)).outputs['result']).toBe('updated');
    expect(valueAt(await org.app('shop'), ['credentials', 'oauthClient'])).toMatchObject({
      token_endpoint_auth_method: 'none',
      pkce_required: true,
    });
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
  });

  test('must not be told that it needs none', async () => {
    const inputs = { ...WEB, 'token-endpoint-auth-method': 'none', 'pkce-required': 'false' };
    expect(await failure(org, inputs)).toContain('Set "pkce-required: true"');
  });
});

describe('refresh token settings that say nothing', () => {
  const NOTHING = { 'refresh-token-rotation': 'static', 'refresh-token-leeway': '0' };

  test.each<[string, Inputs]>([
    ['by default', {}],
    ['by name', { 'grant-types': 'authorization_code' }],
  ])('are taken where the grants, %s, bring no refresh token', async (_, grants) => {
    const app = await kept({ ...WEB, ...grants, ...NOTHING });
    expect(valueAt(app, [...CLIENT, 'refresh_token'])).toBeUndefined();
  });

  test('go with the grant', async () => {
    const rotating = {
      ...WEB,
      'grant-types': 'authorization_code\nrefresh_token',
      'refresh-token-rotation': 'rotate',
      'refresh-token-leeway': '20',
    };
    await succeed(org, rotating);
    const inputs = { ...WEB, 'grant-types': 'authorization_code', ...NOTHING };
    expect((await succeed(org, inputs)).outputs['result']).toBe('updated');
    expect(valueAt(await org.app('shop'), [...CLIENT, 'refresh_token'])).toBeUndefined();
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
  });

  test('a leeway of 0 says nothing of static tokens', async () => {
    const grants = { ...WEB, 'grant-types': 'authorization_code\nrefresh_token' };
    const app = await kept({ ...grants, ...NOTHING });
    expect(valueAt(app, [...CLIENT, 'refresh_token'])).toEqual({ rotation_type: 'STATIC' });
    await succeed(org, { ...grants, 'refresh-token-rotation': 'rotate', 'refresh-token-leeway': '20' });
    expect((await succeed(org, { ...grants, ...NOTHING })).outputs['result']).toBe('updated');
    expect(valueAt(await org.app('shop'), [...CLIENT, 'refresh_token'])).toEqual({ rotation_type: 'STATIC' });
    expect((await succeed(org, { ...grants, 'refresh-token-leeway': '0' })).outputs['result']).toBe(
      'unchanged',
    );
  });

  test.each<[string, Inputs]>([
    ['rotation', { 'refresh-token-rotation': 'rotate', 'refresh-token-leeway': '0' }],
    ['a leeway', { 'refresh-token-leeway': '5' }],
  ])('but %s needs the grant', async (_, inputs) => {
    expect(await failure(org, { ...WEB, ...inputs })).toContain('lacks "refresh_token"');
    expect(writes(org)).toEqual([]);
  });
});

describe('response types', () => {
  test.each<[string, Inputs, RegExp]>([
    [
      'tokens without the grant',
      { 'response-types': 'token' },
      /has "token", which needs the grant type "implicit"/,
    ],
    [
      'tokens beside a code, by name',
      { 'grant-types': 'authorization_code', 'response-types': 'code\nid_token' },
      /has "id_token", which needs the grant type "implicit"/,
    ],
    [
      'the grant without tokens',
      { 'grant-types': 'authorization_code\nimplicit', 'response-types': 'code' },
      /lacks "id_token" and "token", and the grant type "implicit" needs one of them/,
    ],
    ['none at all', { 'response-types': '[]' }, /is empty, and Okta requires one with these grant types\./],
  ])('%s are refused, in a dry run too', async (_, inputs, says) => {
    for (const dryRun of ['false', 'true']) {
      const error = await failure(org, { ...WEB, ...inputs, 'dry-run': dryRun });
      expect(error).toContain('"response-types" ');
      expect(error).toMatch(says);
      expect(error).toContain('Leave "response-types" out, so that they follow from "grant-types"');
    }
    expect(writes(org)).toEqual([]);
  });

  test('that do not fit the grants by name are told before any request', async () => {
    await failure(org, { ...WEB, 'grant-types': 'authorization_code', 'response-types': 'token' });
    expect(org.requests).toEqual([]);
  });

  test.each<[string, Inputs]>([
    ['a service', { name: 'shop', type: 'service', 'response-types': 'token' }],
    [
      'the implicit grant',
      { ...WEB, 'grant-types': 'authorization_code\nimplicit', 'response-types': 'code\nid_token' },
    ],
    ['tokens alone', { ...WEB, type: 'spa', 'grant-types': 'implicit', 'response-types': 'token' }],
  ])('of %s are taken', async (_, inputs) => {
    await kept(inputs);
  });

  test('that an app lacks come with its grants', async () => {
    const none = { application_type: 'browser', grant_types: ['password'], response_types: [] };
    await foreignApp(org, 'shop', { settings: { oauthClient: none } });
    await succeed(org, { name: 'shop', adopt: 'true', 'grant-types': 'password' });
    expect(valueAt(await org.app('shop'), [...CLIENT, 'response_types'])).toEqual(['code']);
  });

  test('are taken by their grants where only the app says its type', async () => {
    await succeed(org, { name: 'shop', type: 'service' });
    const inputs = { name: 'shop', 'grant-types': 'client_credentials', 'response-types': 'token' };
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
  });

  test("that an app has, and that do not fit, stand in nobody's way", async () => {
    const app = await foreignApp(org, 'shop');
    for (const held of org.org.apps.values())
      Object.assign((held.body['settings'] as JsonObject)['oauthClient'] as JsonObject, {
        response_types: ['code', 'token'],
      });
    const inputs = { ...WEB, 'app-id': idOf(app), adopt: 'true', 'pkce-required': 'true', 'dry-run': 'true' };
    expect((await succeed(org, inputs)).outputs['result']).toBe('updated');
  });
});

test('an app link that Okta does not have is told of, in every run', async () => {
  const inputs = {
    ...WEB,
    settings: 'visibility: { appLinks: { oidc_client_link: false, no_such_link: false } }',
  };
  const told = ['Okta did not keep all that was sent for the app "shop": visibility.appLinks.no_such_link.'];
  const first = await succeed(org, inputs);
  expect([first.outputs['result'], warnings(first)]).toEqual(['created', told]);
  org.taken();
  const second = await succeed(org, inputs);
  expect([second.outputs['result'], warnings(second)]).toEqual(['unchanged', told]);
  expect(writes(org)).toEqual([]);
});

describe('users', () => {
  test('a login with a slash is searched for: Okta answers 405 where it stands in an address', async () => {
    org.trouble.fault = ({ path }) =>
      /\/users\/[^/?]*%2f/i.test(path) ? { kind: 'answer', status: 405 } : undefined;
    const user = await org.user('a/b@example.com');
    const inputs = { ...WEB, users: 'a/b@example.com' };
    expect((await succeed(org, inputs)).outputs['result']).toBe('created');
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
    const list = await org.apiList(`/api/v1/apps/${idOf(await org.app('shop'))}/users`);
    expect(list.map(({ id }) => id)).toEqual([user]);
    expect(await failure(org, { ...WEB, users: 'c/d@example.com' })).toContain(
      'Cannot find the user "c/d@example.com"',
    );
  });

  test.each(['me', 'ME', '["jane@example.com", "me"]'])('%s is nobody', async (users) => {
    expect(await failure(org, { ...WEB, users })).toMatch(
      /"users" has "me", which is whoever the credential belongs to\. Give the login/,
    );
    expect(org.requests).toEqual([]);
  });
});

/** Apps as the files make them: `settings.oauthClient`, and what else is in the request. */
const SHAPES: [string, JsonObject, JsonObject?][] = [
  [
    'a public client whose refresh tokens have a leeway of 0',
    {
      application_type: 'browser',
      grant_types: ['authorization_code', 'refresh_token'],
      refresh_token: { rotation_type: 'STATIC', leeway: 0 },
    },
    { credentials: { oauthClient: { token_endpoint_auth_method: 'none', pkce_required: true } } },
  ],
  [
    'rotating refresh tokens with a leeway of 0',
    {
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
      refresh_token: { rotation_type: 'ROTATE', leeway: 0 },
    },
    { credentials: { oauthClient: { token_endpoint_auth_method: 'none', pkce_required: true } } },
  ],
  [
    'a label that is the client ID',
    {},
    { credentials: { oauthClient: { client_id: 'shop-client' } }, label: 'shop-client' },
  ],
  [
    'a web client without a secret',
    {},
    { credentials: { oauthClient: { token_endpoint_auth_method: 'none', pkce_required: true } } },
  ],
  [
    'keys',
    { jwks: { keys: [KEY] } },
    { credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } } },
  ],
  [
    'a scheme of its own',
    {
      application_type: 'native',
      redirect_uris: ['com.example.app:/callback'],
      initiate_login_uri: 'com.example.app:/login',
    },
  ],
  [
    'tokens from the implicit grant',
    {
      application_type: 'browser',
      grant_types: ['implicit', 'authorization_code'],
      response_types: ['token', 'id_token', 'code'],
    },
  ],
  [
    'a link that is hidden, and a sign-in page of its own',
    { initiate_login_uri: 'https://shop.example.com/login', issuer_mode: 'ORG_URL' },
    { visibility: { appLinks: { oidc_client_link: false }, hide: { iOS: false, web: false } } },
  ],
  ['a large number', {}, { profile: { account: 9007199254740992 } }],
];

test('refresh token settings that an app has without the grant are written down, and taken', async () => {
  await foreignApp(org, 'shop');
  for (const held of org.org.apps.values())
    Object.assign((held.body['settings'] as JsonObject)['oauthClient'] as JsonObject, {
      refresh_token: { rotation_type: 'STATIC', leeway: 0 },
    });
  const block = blockOf(await succeed(org, { name: 'shop', state: 'read' }));
  expect(block).toMatchObject({ 'refresh-token-rotation': 'static', 'refresh-token-leeway': '0' });
  expect((await succeed(org, { ...block, 'dry-run': 'true' })).outputs['result']).toBe('unchanged');
});

test.each(SHAPES)('written down by "state: read", %s is as it was', async (_, oauthClient, more = {}) => {
  const app = await foreignApp(org, 'shop', {
    settings: {
      oauthClient: {
        application_type: 'web',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: ['https://shop.example.com/callback'],
        ...oauthClient,
      },
    },
    ...more,
  });
  const name = textOf(app['label']);
  const block = blockOf(await succeed(org, { name, state: 'read', 'mask-client-id': 'false' }));
  expect(block).toMatchObject({ name });
  const run = await succeed(org, { ...block, 'dry-run': 'true' });
  expect([run.outputs['result'], run.outputs['changes']]).toEqual(['unchanged', '[]']);
});
