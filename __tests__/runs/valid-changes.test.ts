import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { VERSION } from '../../src/github/user-agent.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { valueAt, type JsonObject } from '../../src/util/json.ts';
import { changesOf, failure, foreignApp, succeed, WEB, writes } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** What Okta takes, a run takes too; and what it does not change, it does not say. */

const org = useOrg();

const SPA = { ...WEB, type: 'spa' };

async function oauth(label = 'shop'): Promise<JsonObject> {
  const app = await org.app(label);
  return {
    ...(valueAt(app, ['settings', 'oauthClient']) as JsonObject),
    ...(valueAt(app, ['credentials', 'oauthClient']) as JsonObject),
  };
}

describe('a rule that depends on the app waits until the app is known', () => {
  test('"pkce-required: false" with "type: spa", for an app that authenticates', async () => {
    await succeed(org, { ...SPA, 'token-endpoint-auth-method': 'client_secret_basic' });
    await succeed(org, { ...SPA, 'pkce-required': 'false' });
    expect(await oauth()).toMatchObject({ pkce_required: false });
    await succeed(org, { name: 'shop', state: 'absent' });
    org.taken();
    expect(await failure(org, { ...SPA, 'pkce-required': 'false' })).toContain('"pkce-required" is not true');
    expect(writes(org)).toEqual([]);
  });

  test('"token-endpoint-auth-method: none", for a web app that requires PKCE', async () => {
    await succeed(org, { ...WEB, 'pkce-required': 'true' });
    const none = { ...WEB, type: 'web', 'token-endpoint-auth-method': 'none' };
    await succeed(org, none);
    expect(await oauth()).toMatchObject({ token_endpoint_auth_method: 'none', pkce_required: true });
  });
});

test.each(['capacitor://localhost', 'ionic://localhost', 'ftp://files.example.com:2121'])(
  'an origin may be %s',
  async (origin) => {
    const inputs = { ...WEB, 'trusted-origins': origin };
    await succeed(org, inputs);
    expect(await org.apiList('/api/v1/trustedOrigins')).toMatchObject([{ origin }]);
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
  },
);

test.each([
  'com.example.app:///callback',
  'com.example.app:/callback',
  'com.example.app://callback',
  'app:cb',
])('a redirect URI may be %s', async (uri) => {
  await succeed(org, { ...WEB, type: 'native', 'redirect-uris': uri });
  expect(await oauth()).toMatchObject({ redirect_uris: [uri] });
});

test.each(['https:///callback', 'http:callback', ':///callback', 'app:////callback'])(
  'a redirect URI may not be %s',
  async (uri) => {
    expect(await failure(org, { ...WEB, 'redirect-uris': uri })).toContain('"redirect-uris"');
  },
);

test('the grant of refresh tokens is taken away by "settings", with what goes with it', async () => {
  await succeed(org, {
    ...SPA,
    'grant-types': 'authorization_code\nrefresh_token',
    'refresh-token-rotation': 'rotate',
  });
  const settings = '{ settings: { oauthClient: { grant_types: [authorization_code] } } }';
  await succeed(org, { ...SPA, settings });
  const held = await oauth();
  expect(held['grant_types']).toEqual(['authorization_code']);
  expect(held['refresh_token']).toBeUndefined();
  expect((await succeed(org, { ...SPA, settings })).outputs['result']).toBe('unchanged');
});

describe('keys', () => {
  const jwk = {
    ...generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }),
    kid: 'one',
  };
  const keyed = { ...WEB, jwks: JSON.stringify({ keys: [{ ...jwk, alg: 'RS256', use: 'sig' }] }) };

  test.each(['dropped', 'kept'] as const)(
    'whose "alg" Okta has %s are not written again',
    async (keyAlgorithm) => {
      org.unknown.keyAlgorithm = keyAlgorithm;
      const created = await succeed(org, keyed);
      expect(created.warnings).toEqual([]);
      org.taken();
      const again = await succeed(org, keyed);
      expect([again.outputs['result'], again.warnings]).toEqual(['unchanged', []]);
      expect(writes(org)).toEqual([]);
    },
  );

  test('of another "use" or "alg" than Okta shows are written', async () => {
    org.unknown.keyAlgorithm = 'kept';
    await succeed(org, keyed);
    const other = { ...keyed, jwks: JSON.stringify({ keys: [{ ...jwk, alg: 'RS512', use: 'sig' }] }) };
    expect((await succeed(org, other)).outputs['result']).toBe('updated');
  });

  test('that Okta holds as inactive are made active', async () => {
    await succeed(org, keyed);
    const app = await org.app('shop');
    const keys = (body: JsonObject): JsonObject[] =>
      valueAt(body, ['settings', 'oauthClient', 'jwks', 'keys']) as unknown as JsonObject[];
    for (const key of keys(app)) key['status'] = 'INACTIVE';
    await org.api('PUT', `/api/v1/apps/${app['id'] as string}`, app);
    expect(keys(await org.app('shop'))).toMatchObject([{ status: 'INACTIVE' }]);
    expect((await succeed(org, keyed)).outputs['result']).toBe('updated');
    expect(keys(await org.app('shop'))).toMatchObject([{ kid: 'one', status: 'ACTIVE' }]);
    expect((await succeed(org, keyed)).outputs['result']).toBe('unchanged');
  });
});

describe("a client ID of one's own that is part of a URI", () => {
  const uri = 'https://webshop.example.com/webshop/callback?client=webshop';
  const own = { ...WEB, name: 'The shop', 'client-id': 'webshop', 'redirect-uris': uri };

  test('is not masked, since the workflow says it in plain text', async () => {
    const run = await succeed(org, own);
    expect(changesOf(run)).toContainEqual({ field: 'redirect-uris', from: null, to: [uri] });
    expect(run.masks).not.toContain('webshop');
    expect(run.outputs['client-id']).toBe('webshop');
  });

  test('leaves "changes" and the summary legible if it is masked', async () => {
    const run = await succeed(org, { ...own, 'mask-client-id': 'true' });
    const shown = 'https://webshop.example.com/webshop/callback?client=***';
    expect(changesOf(run)).toContainEqual({ field: 'redirect-uris', from: null, to: [shown] });
    expect(run.rawSummary).toContain('//webshop.example.com/webshop/callback');
    expect(run.masks).toContain('webshop');
    expect(run.rawSummary).not.toMatch(/=webshop|"webshop"/);
  });
});

describe('an inactive app of somebody else', () => {
  async function inactiveApp(): Promise<string> {
    const { id } = await foreignApp(org, 'shop');
    await org.api('POST', `/api/v1/apps/${id as string}/lifecycle/deactivate`);
    org.taken();
    return id as string;
  }

  test('is shown by a dry run, with what would change', async () => {
    const id = await inactiveApp();
    const run = await succeed(org, { ...WEB, 'dry-run': 'true', 'verify-sign-in': 'true' });
    expect(run.outputs).toMatchObject({ 'app-id': id, result: 'updated' });
    expect(changesOf(run)).toContainEqual({ field: 'status', from: 'INACTIVE', to: 'ACTIVE' });
    expect(writes(org)).toEqual([]);
  });

  test('is read by "state: read"', async () => {
    const id = await inactiveApp();
    const run = await succeed(org, { name: 'shop', state: 'read', 'verify-sign-in': 'true' });
    expect(run.outputs).toMatchObject({ 'app-id': id, 'client-id': id, result: 'unchanged' });
    expect(run.rawSummary).toContain('The app **shop** was read.');
    expect(run.log).toContain('Check in the Admin Console that the app is active');
    expect(writes(org)).toEqual([]);
  });

  test('is not activated by a run that may not change it', async () => {
    await inactiveApp();
    expect(await failure(org, WEB)).toContain('it differs in status');
    expect(writes(org)).toEqual([]);
  });
});

describe('every request says where it comes from', () => {
  test('version, repository and run', async () => {
    await succeed(
      org,
      { ...WEB, 'verify-sign-in': 'true' },
      { env: { GITHUB_RUN_ID: '77', GITHUB_RUN_ATTEMPT: '2' } },
    );
    const agents = org.requests
      .filter(({ headers }) => headers['x-test-client'] === undefined)
      .map(({ headers }) => headers['user-agent']);
    expect(agents.length).toBeGreaterThan(2);
    expect(new Set(agents)).toEqual(
      new Set([`okta-oidc-app/${VERSION} (+https://github.com/acme/shop/actions/runs/77/attempts/2)`]),
    );
  });

  test('and no more than the version where the runner says nothing, or what a header cannot hold', async () => {
    await succeed(org, WEB, { env: { GITHUB_RUN_ID: '' } });
    await succeed(org, WEB, { env: { GITHUB_RUN_ID: '6', GITHUB_REPOSITORY: '' } });
    await succeed(org, WEB, { env: { GITHUB_RUN_ID: '7', GITHUB_REPOSITORY: 'acme/s\u00FCp (x)' } }).catch(
      () => undefined,
    );
    const agents = new Set(org.requests.map(({ headers }) => headers['user-agent']));
    expect([...agents].filter((agent) => agent?.startsWith('okta-oidc-app'))).toEqual([
      `okta-oidc-app/${VERSION}`,
      `okta-oidc-app/${VERSION} (+https://github.com/acme/spx/actions/runs/7/attempts/1)`,
    ]);
  });

  test('the version is that of the package', () => {
    expect(VERSION).toBe(packageJson.version);
  });
});
