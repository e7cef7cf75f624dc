import { describe, expect, test } from '@jest/globals';
import { run as sweep } from '../../src/sweep/run.ts';
import { textOf, valueAt, type JsonObject } from '../../src/util/json.ts';
import { idOf } from '../support/apps.ts';
import { manifestOf } from '../support/runner.ts';
import { WEB, changesOf, failure, foreignApp, succeed, writes, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** Inputs that are unusual: taken for what they mean, warned of, or told of. */

const org = useOrg();

const OAUTH = ['settings', 'oauthClient'];
const A = 'https://a.example.com/cb';
const B = 'https://b.example.com/cb';

async function held(...path: string[]): Promise<unknown> {
  return valueAt(await org.app('shop'), path);
}

describe('a list', () => {
  test.each([
    ['one entry per line', `  ${A}  \r\n\n${B}\n${A}\n`],
    ['a JSON array', JSON.stringify([A, B, A])],
    ['a JSON array over several lines', JSON.stringify([A, ` ${B} `, ''], undefined, 2)],
    ['a YAML list', `- ${A}\n- ${B}`],
    ['a YAML list with quotes and comments', `# ours\n- "${A}" # one\n-   '${B}'\n- ${A} # again`],
  ])('as %s', async (_, list) => {
    await succeed(org, { name: 'shop', 'redirect-uris': list, 'post-logout-redirect-uris': list });
    expect(await held(...OAUTH, 'redirect_uris')).toEqual([A, B]);
    expect(await held(...OAUTH, 'post_logout_redirect_uris')).toEqual([A, B]);
  });

  test('of words as a JSON array', async () => {
    await succeed(org, { ...WEB, 'grant-types': '["authorization_code", "refresh_token"]' });
    expect(await held(...OAUTH, 'grant_types')).toEqual(['authorization_code', 'refresh_token']);
  });

  test('of names takes commas, brackets and hashes, and any text as JSON', async () => {
    const names = ['Sales, EU', '[Team] Sellers', '#general', 'C # D', 'E - F', 'G-', '"quoted"', '- dashed'];
    for (const name of names) await org.group(name);
    await succeed(org, { ...WEB, groups: names.slice(0, 6).join('\n') });
    await succeed(org, { ...WEB, groups: JSON.stringify(names) });
    const { id } = await org.app('shop');
    const list = await org.apiList(`/api/v1/apps/${textOf(id)}/groups?expand=group`);
    expect(list.map((item) => valueAt(item, ['_embedded', 'group', 'profile', 'name'])).sort()).toEqual(
      names.sort(),
    );
  });

  test('of names in YAML has quotes around whole names only, and comments after blanks only', async () => {
    const lines: [name: string, item: string][] = [
      ['say "hi"', 'say "hi"'],
      ['"C" and D', '"C" and D'],
      ["it's 'so'", "it's 'so'"],
      ["'A' and 'B'", "'A' and 'B'"],
      ['a "b" c', '"a \\"b\\" c" # ours'],
      ["it's", "'it''s' # ours"],
      ['#general', '"#general"'],
      ['e#f', 'e#f # ours'],
    ];
    for (const [name] of lines) await org.group(name);
    const list = lines.map(([, item]) => `- ${item}`).join('\n');
    const run = await succeed(org, { ...WEB, groups: list });
    const names = lines.map(([name]) => name);
    expect(changesOf(run)).toContainEqual({ field: 'groups', from: [], to: names });
  });

  test('that is an empty JSON array is the empty list', async () => {
    await succeed(org, { ...WEB, 'post-logout-redirect-uris': A });
    await succeed(org, { ...WEB, 'post-logout-redirect-uris': ' [ ] ' });
    expect(await held(...OAUTH, 'post_logout_redirect_uris')).toEqual([]);
  });
});

describe('an input that the action does not have', () => {
  const misspelt = (folder: string): Inputs =>
    Object.fromEntries(Object.keys(manifestOf(folder).inputs ?? {}).map((name) => [`${name}x`, 'value-1']));

  test('is near each of those that it has', async () => {
    const error = await failure(org, { ...WEB, ...misspelt('.') });
    for (const name of Object.keys(manifestOf('.').inputs ?? {}))
      expect(error).toContain(`- "${name}x" is no input of this action. Did you mean "${name}"?`);
    expect(error).not.toContain('value-1');
    expect(org.requests).toEqual([]);
  });

  test('is near each of those that the sweep has', async () => {
    const error = await failure(
      org,
      { ...misspelt('sweep'), 'github-token': 'x', 'settle-seconds': '', 'verify-sign-in': '' },
      { action: 'sweep', main: sweep },
    );
    for (const name of Object.keys(manifestOf('sweep').inputs ?? {}))
      expect(error).toContain(`- "${name}x" is no input of this action. Did you mean "${name}"?`);
  });

  test('is a warning where it is near none, and stops nothing', async () => {
    const run = await succeed(org, { ...WEB, flavour: 'secret-flavour' }, { env: { INPUT_TOPPING: 'x' } });
    expect(run.outputs['result']).toBe('created');
    expect(run.warnings).toEqual([
      'This action has no input "flavour", "topping": nothing was done with it. Check its name.',
    ]);
    expect(run.rawLog).not.toContain('secret-flavour');
  });

  test('is none where it is empty, or another variable', async () => {
    const env = { INPUT_TOPPING: ' ', MY_INPUT_X: 'x', INPUT_: 'x' };
    const run = await succeed(org, { ...WEB, dry_run: '', flavour: '' }, { env });
    expect(run.outputs['result']).toBe('created');
    expect(run.warnings).toEqual([]);
  });
});

describe('what Okta takes and hardly anybody means is warned of', () => {
  test.each<[string, Inputs, string]>([
    [
      'plain http',
      { 'redirect-uris': 'http://shop.example.com/cb' },
      '"redirect-uris" has http://shop.example.com/cb, where codes and tokens travel in the clear. Use https.',
    ],
    [
      'two slashes in a path',
      { 'post-logout-redirect-uris': 'https://shop.example.com//bye' },
      '"post-logout-redirect-uris" has https://shop.example.com//bye, with two slashes in its path. Okta compares every character: check that your application sends both.',
    ],
    [
      'a URI with and without the last slash',
      { 'redirect-uris': `${A}/\n${A}` },
      `"redirect-uris" has ${A}/ with and without the slash at its end. Okta compares every character: keep the one that your application sends.`,
    ],
    [
      'keys beside a secret',
      { 'jwks-uri': 'https://a.example.com/keys', 'token-endpoint-auth-method': 'client_secret_post' },
      '"jwks-uri" is set, and a client with "token-endpoint-auth-method: client_secret_post" proves itself with its secret. Set "private_key_jwt", or leave the keys out.',
    ],
  ])('%s', async (_, inputs, warning) => {
    const run = await succeed(org, { ...WEB, ...inputs });
    expect(run.outputs['result']).toBe('created');
    expect(run.warnings).toEqual([warning]);
  });

  test('but not plain http on loopback, two URIs, or keys of a client that uses them', async () => {
    const run = await succeed(org, {
      ...WEB,
      'redirect-uris': 'http://localhost:3000/cb\nhttp://127.0.0.1/cb\nhttps://a.example.com/?next=//there',
      'jwks-uri': 'https://a.example.com/keys',
      'token-endpoint-auth-method': 'private_key_jwt',
    });
    expect(run.warnings).toEqual([]);
  });
});

describe('an ID in an address', () => {
  test('of the app in the Admin Console is taken out', async () => {
    const { id } = await foreignApp(org, 'shop');
    const page = `https://acme-admin.okta.com/admin/app/oidc_client/instance/${textOf(id)}/#tab-general`;
    const run = await succeed(org, { 'app-id': page, state: 'read' });
    expect(run.outputs['app-id']).toBe(id);
  });

  test.each([
    '/oauth2/default',
    '/oauth2/default/.well-known/openid-configuration',
    '/admin/oauth2/as/default',
  ])('of an authorization server is taken out: %s', async (path) => {
    const run = await succeed(org, { ...WEB, 'authorization-server': org.url + path });
    expect(run.outputs['issuer']).toBe(`${org.url}/oauth2/default`);
  });

  test("of the org goes with a notice where it is more than the org's", async () => {
    const run = await succeed(org, { ...WEB, 'org-url': `${org.url}/app/UserHome?x=1` });
    expect(run.outputs['issuer']).toBe(org.url);
    expect(run.notices).toContain(
      `"org-url" continues after the host. Using the org's own address: ${org.url}.`,
    );
  });
});

describe('a run that only reads', () => {
  const read = (more: Inputs): Inputs => ({ name: 'shop', state: 'read', ...more });

  test("reads anybody's app, active or not, and changes nothing", async () => {
    const app = await foreignApp(org, 'shop');
    await org.api('POST', `/api/v1/apps/${textOf(app['id'])}/lifecycle/deactivate`);
    org.taken();
    const run = await succeed(org, read({}));
    expect(run.outputs).toMatchObject({
      result: 'unchanged',
      changed: 'false',
      changes: '[]',
      'app-id': app['id'],
    });
    expect(run.log).toContain('The app "shop" was read.');
    expect(org.taken().filter((request) => !request.startsWith('GET '))).toEqual([]);
  });

  test.each<[string, Inputs, RegExp]>([
    [
      'a name',
      { 'redirect-uris': '' },
      /^Cannot find the app "shop": Okta has no OIDC app of exactly that label\. Check "name", or give "app-id"\. A run with "state: read" never creates the app\.$/,
    ],
    ['an ID', { name: '', 'app-id': '0oa00000000000000000' }, /404.*Check "app-id"/],
  ])('fails where there is no app of %s', async (_, inputs, says) => {
    expect(await failure(org, read(inputs))).toMatch(says);
    expect(writes(org)).toEqual([]);
  });

  test('fails where the app has another client ID', async () => {
    const clientId: JsonObject = { credentials: { oauthClient: { client_id: 'shop-client' } } };
    await foreignApp(org, 'shop', clientId);
    expect((await succeed(org, read({ 'client-id': 'shop-client' }))).outputs['result']).toBe('unchanged');
    expect(await failure(org, read({ 'client-id': 'other-client' }))).toMatch(
      /^Cannot use the app "shop": it has another client ID\. Check "client-id"/,
    );
  });

  test('goes together with a dry run, and with what comes by default', async () => {
    await foreignApp(org, 'shop');
    const run = await succeed(org, read({ 'dry-run': 'true' }));
    expect(run.outputs['result']).toBe('unchanged');
  });
});

describe('what is not what it seems', () => {
  test('apps whose names differ in capital letters only are warned of, and none of another kind', async () => {
    for (const label of ['Shop', 'shop']) await foreignApp(org, label);
    for (const app of org.org.apps.values()) app.body = { ...app.body, signOnMode: 'SAML_2_0' };
    for (const label of ['SHOP', 'shOP']) await foreignApp(org, label);
    const warning =
      'There is no app "Shop", but "SHOP", "shOP": Okta tells capital letters from small ones. Check "name".';
    for (const state of ['absent', 'present']) {
      const run = await succeed(org, { ...WEB, name: 'Shop', state });
      expect(run.outputs['result']).toBe(state === 'absent' ? 'absent' : 'created');
      expect(run.warnings).toEqual([warning]);
    }
    expect((await succeed(org, { ...WEB, name: 'Shop' })).warnings).toEqual([]);
  });

  test('a new app that nobody is assigned to is told of, once', async () => {
    const notice =
      'Nobody may use the app "shop" yet. Give "groups" or "users", or assign people in the Admin Console.';
    expect((await succeed(org, WEB)).notices).toEqual([notice]);
    expect((await succeed(org, WEB)).notices).toEqual([]);
  });

  test.each<[string, Inputs]>([
    ['groups', { ...WEB, groups: 'Everyone' }],
    ['users', { ...WEB, users: 'jane@example.com' }],
    ['everybody', { ...WEB, settings: 'settings: { implicitAssignment: true }' }],
    ['a service', { name: 'shop', type: 'service' }],
  ])('a new app for %s is not', async (_, inputs) => {
    await org.user('jane@example.com');
    const run = await succeed(org, inputs);
    expect(run.outputs['result']).toBe('created');
    expect(run.notices).toEqual([]);
  });

  test("a user's e-mail address in place of the login is told, with the ID to give", async () => {
    const profile = {
      firstName: 'Jane',
      lastName: 'Doe',
      email: 'jane@example.com',
      login: 'jdoe@corp.example',
    };
    const { id } = await org.api('POST', '/api/v1/users?activate=true', { profile });
    const error = await failure(org, { ...WEB, users: 'jane@example.com' });
    expect(error).toBe(
      `Cannot find the user "jane@example.com": it is an e-mail address, and no login or ID. Give the login in "users", or the ID: ${textOf(id)}.`,
    );
    expect(error).not.toContain('jdoe');
    expect((await succeed(org, { ...WEB, users: textOf(id) })).outputs['result']).toBe('created');
  });

  test.each<[string, Inputs, string]>([
    ['user', { users: '#jane' }, 'Cannot find the user "#jane": '],
    [
      'access policy',
      { 'authorization-server': 'default', 'authorization-server-policies': '#shop' },
      'Cannot find the access policy "#shop"',
    ],
  ])('the name of a %s may begin with a hash', async (_, inputs, says) => {
    expect(await failure(org, { ...WEB, ...inputs })).toContain(says);
  });

  test('users with a comma between are told to be one per line', async () => {
    expect(await failure(org, { ...WEB, users: 'a@example.com, b@example.com' })).toContain(
      'Give one per line in "users": commas separate nothing.',
    );
  });

  test.each<[string, Inputs]>([
    ['makes its app', WEB],
    ['only reads', { name: 'shop', state: 'read' }],
    ['adds to a shared app', { ...WEB, shared: 'true' }],
  ])('an unknown authorization server ends a run that %s, before any write', async (_, inputs) => {
    if (inputs !== WEB) await foreignApp(org, 'shop');
    org.taken();
    expect(await failure(org, { ...inputs, 'authorization-server': 'Default' })).toBe(
      'Cannot find the authorization server "Default": Okta has none of that ID. Check "authorization-server": it is an ID, such as "default", and not the name (Admin Console: Security, API).',
    );
    expect(writes(org)).toEqual([]);
  });

  test('a client ID that an app of another name has is an error that shows that app', async () => {
    const clientId = { credentials: { oauthClient: { client_id: 'taken-client' } } };
    const other = idOf(await foreignApp(org, 'other', clientId));
    const error = await failure(org, { ...WEB, 'client-id': 'taken-client' });
    expect(error).toMatch(
      /^Cannot create the app "shop": the app "other" has its client ID .*; it carries no mark of a repository\. If that app was renamed, rename it back, or name it by "app-id", with "name" for the new name\. If "shop" is to be another app, give it a "client-id" of its own\.$/,
    );
    expect(error).toContain(other);
    expect(await org.labels()).toEqual(['other']);
  });

  test('a client that proves itself with keys needs some', async () => {
    const inputs = { ...WEB, 'token-endpoint-auth-method': 'private_key_jwt' };
    expect(await failure(org, inputs)).toMatch(
      /"jwks" is missing, and an app with "token-endpoint-auth-method: private_key_jwt" proves itself with keys\. Give "jwks" or "jwks-uri"/,
    );
    expect(writes(org)).toEqual([]);
    await succeed(org, WEB);
    expect(await failure(org, inputs)).toMatch(/"jwks" is missing/);
  });

  test('a server that answers with a web page is said to be none of Okta, soon', async () => {
    org.trouble.fault = () => ({
      kind: 'answer',
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<!doctype html><title>Portal</title>',
    });
    expect(await failure(org, WEB)).toMatch(
      /^Cannot find the app "shop": the answer of 127\.0\.0\.1:\d+ \(HTTP 200\) is a web page\. Check that "org-url" is the address of your Okta org itself/,
    );
    expect(org.requests).toHaveLength(3);
  });
});
