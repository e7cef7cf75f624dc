import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { parse } from 'yaml';
import { secretsOf } from '../../src/app/secrets.ts';
import type { Json, JsonObject } from '../../src/util/json.ts';
import { isSecretName, secretsByForm } from '../../src/util/text/secrets.ts';
import { blockOf, blockText } from '../support/block.ts';
import type { ActionRun } from '../support/runner.ts';
import { WEB, foreignApp, runOn, succeed } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** What is a secret by its name or by its form is seen nowhere: not from any input, and not from what an app holds. */

const org = useOrg();

const PEM = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string;
const CERTIFICATE =
  '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUZq\nQ2l0eU9mU2VjcmV0cw==\n-----END CERTIFICATE-----';

/** By what it is: the text, and the part of it that is secret. */
const FORMS: [form: string, text: string, secret: string][] = [
  [
    "Okta's API token",
    '00abcdefghijklmnopqrstuvwxyz0123456789ABCD',
    '00abcdefghijklmnopqrstuvwxyz0123456789ABCD',
  ],
  ["GitHub's token", `ghp_${'aB3'.repeat(12)}`, `ghp_${'aB3'.repeat(12)}`],
  ["GitHub's fine-grained token", `github_pat_${'aB3_'.repeat(12)}x`, 'aB3_aB3_'],
  ["GitLab's token", 'glpat-abcdefghij0123456789', 'glpat-abcdefghij0123456789'],
  ["Slack's token", 'xoxb-123456789012-abcdefGHIJ', 'xoxb-123456789012-abcdefGHIJ'],
  ["an AWS key's ID", 'AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
  ["Stripe's key", 'sk_live_abcdefghijklmnop', 'sk_live_abcdefghijklmnop'],
  [
    'a JWT',
    `eyJhbGciOiJIUzI1NiJ9.${Buffer.from('{"sub":"1"}').toString('base64url')}.c2lnbmF0dXJl`,
    'c2lnbmF0dXJl',
  ],
  ['a private key', PEM, PEM.split('\n')[1] ?? ''],
  ['a certificate', CERTIFICATE, 'MIIBszCCAVmgAwIBAgIUZq'],
  ['a password in a URI', 'https://shop:pa55-w0rd@db.example.com/x', 'pa55-w0rd'],
];

/** All that a run writes for people to read, but for what masks it. */
function traces(run: ActionRun): string {
  return [run.rawLog, run.rawSummary, run.summary, run.outputs['changes']].join('\n');
}

describe('is never echoed from an input', () => {
  const INPUTS = [
    'name',
    'app-id',
    'client-id',
    'type',
    'state',
    'redirect-uris',
    'grant-types',
    'groups',
    'trusted-origins',
    'redirect-hosts',
    'logo-uri',
    'initiate-login-uri',
    'settings',
    'groups-claim',
    'api-scopes',
    'expires-after',
    'pull-request',
    'adopt',
    'dry_run',
    'flavour',
  ];

  test.each(FORMS)('%s', async (_, text, secret) => {
    for (const input of INPUTS) {
      const run = await runOn(org, { ...WEB, [input]: text });
      expect([input, traces(run).includes(secret)]).toEqual([input, false]);
      expect([input, run.masks.some((mask) => mask.includes(secret))]).toEqual([input, true]);
    }
  });
});

test('only inputs are looked at for secrets, and each line of one that is a secret as a whole is one', async () => {
  const [token, other] = [`ghp_${'aB3'.repeat(12)}`, `ghp_${'xY4'.repeat(12)}`];
  const env = { MY_INPUT_X: token, INPUT_X: other };
  const run = await runOn(org, { ...WEB, 'auth-private-key': 'first-line\\nsecond-line' }, { env });
  expect(run.masks).not.toContain(token);
  expect(run.masks).toEqual(expect.arrayContaining([other, 'first-line', 'second-line']));
});

test('base64 of JSON that is no key is shown', async () => {
  const note = Buffer.from(JSON.stringify({ hello: 'everybody who reads this' })).toString('base64');
  const run = await succeed(org, { ...WEB, settings: `profile: { note: ${note} }` });
  expect(run.masks).not.toContain(note);
  expect(run.outputs['changes']).toContain(note);
});

test('of two secrets in an input, the end of the one that begins with the other is not seen either', async () => {
  const settings = 'profile: { password: hidden-value, api-key: hidden-value-of-another }';
  const run = await succeed(org, { ...WEB, settings });
  expect(traces(run)).not.toContain('of-another');
});

test('of a URI, the password is the secret, and the user name where there is no password', () => {
  expect(secretsByForm('https://shop:pa55%2Fw0rd@db.example.com')).toEqual(['pa55%2Fw0rd', 'pa55/w0rd']);
  expect(secretsByForm('https://t0k3n@db.example.com')).toEqual(['t0k3n', 't0k3n']);
});

describe('a name', () => {
  test.each(
    'api-key apiKey API_KEY secretKey aws_secret_access_key passwd password db_password password2 passphrase connectionString connection_string credentials credential token access_token refreshToken clientSecret client_secret secret secrets private-key privateKey pwd pass auth_key signing-key apiKeys token_value password_hash api_key_prod'.split(
      ' ',
    ),
  )("is a secret's: %s", (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  test.each(
    'name key keys public_key key_id token_endpoint_auth_method token_url compass passenger secretary team autoKeyRotation monkey primaryKey password_policy'.split(
      ' ',
    ),
  )('is none: %s', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

test('below "credentials", only what names the client and how it proves itself is no secret', () => {
  const open = { client_id: 'shop-client', token_endpoint_auth_method: 'client_secret_basic' };
  expect(secretsOf({ credentials: { oauthClient: { ...open, other: 'hidden-value' } } })).toEqual([
    'hidden-value',
  ]);
});

describe('of what an app holds', () => {
  const NAMED: JsonObject = {
    'api-key': 'hidden-value-1',
    secretKey: 'hidden-value-2',
    aws_secret_access_key: 'hidden-value-3',
    passwd: 'hidden-value-4',
    connectionString: 'hidden-value-5',
    credentials: { user: 'hidden-value-6', more: [{ pin: 'hidden-value-7' }] },
    deep: { list: [{ token: 'hidden-value-8' }], passcode: 1234567 },
  };

  test('nothing below "profile" that is a secret by its name is written down, and the block says so', async () => {
    await foreignApp(org, 'shop', { profile: { ...NAMED, team: 'shop' } });
    const run = await succeed(org, { name: 'shop', state: 'read' });
    expect(traces(run)).not.toMatch(/hidden-value|1234567/);
    for (let i = 1; i <= 8; i += 1) expect(run.masks).toContain(`hidden-value-${i}`);
    const [text, inputs] = [blockText(run), blockOf(run)];
    expect(text).toMatch(
      /^# 9 values are left out, as secrets by name or form\. Runs with these inputs do not change them\.$/m,
    );
    expect(run.log).toContain('# 9 values are left out');
    expect(parse(inputs['settings'] ?? '')).toEqual({ profile: { team: 'shop' } });
    expect((await succeed(org, { ...inputs, 'dry-run': 'true' })).outputs['result']).toBe('unchanged');
  });

  test('neither is anything below "settings.app"', async () => {
    const app = await org.api('POST', '/api/v1/apps', {
      name: 'harbourdesk',
      label: 'Desk',
      signOnMode: 'OPENID_CONNECT',
      settings: { app: { subdomain: 'acme' } },
    });
    for (const held of org.org.apps.values())
      held.body = { ...held.body, settings: { app: { subdomain: 'acme', apiKey: 'hidden-value-1' } } };
    const run = await succeed(org, { 'app-id': app['id'] as string, state: 'read' });
    expect(traces(run)).not.toContain('hidden-value');
    expect(run.masks).toContain('hidden-value-1');
    expect(blockText(run)).toMatch(/^# 1 value is left out, .* do not change it\.$/m);
    expect(blockText(run)).toContain('subdomain: acme');
  });

  test.each(FORMS)('%s is not written down', async (_, text, secret) => {
    await foreignApp(org, 'shop', { profile: { note: `see ${text}`, team: 'shop' } });
    const run = await succeed(org, { name: 'shop', state: 'read' });
    expect(traces(run)).not.toContain(secret);
    expect(run.masks.some((mask) => mask.includes(secret))).toBe(true);
    const [block, inputs] = [blockText(run), blockOf(run)];
    expect(block).toMatch(/^# 1 value is left out/m);
    expect((await succeed(org, { ...inputs, 'dry-run': 'true' })).outputs['result']).toBe('unchanged');
  });

  test('user information in any URI is not written down', async () => {
    await foreignApp(org, 'shop');
    for (const held of org.org.apps.values()) {
      const client = (held.body['settings'] as JsonObject)['oauthClient'] as JsonObject;
      client['redirect_uris'] = ['https://shop:pa55-w0rd@shop.example.com/cb'];
      client['tos_uri'] = 'https://t0k3n-of-mine@shop.example.com/terms';
    }
    const run = await succeed(org, { name: 'shop', state: 'read' });
    expect(traces(run)).not.toMatch(/pa55-w0rd|t0k3n-of-mine/);
    expect(blockText(run)).toMatch(/^# 2 values are left out/m);
  });

  const BEFORE: [what: string, held: Json, secret: string][] = [
    ...FORMS.map(([form, text, secret]): (typeof BEFORE)[number] => [form, `see ${text}`, secret]),
    ['a list', ['x', `ghp_${'aB3'.repeat(12)}`], 'ghp_aB3'],
    ["what has a secret's name in it", { kind: 'x', apiKey: 'hidden-value-1' }, 'hidden-value-1'],
  ];

  test.each(BEFORE)('%s is not shown as what was there before a change', async (_, value, secret) => {
    await foreignApp(org, 'shop', { profile: { note: value } });
    const inputs = { ...WEB, adopt: 'true', settings: 'profile: { note: plain }' };
    for (const run of [await succeed(org, { ...inputs, 'dry-run': 'true' }), await succeed(org, inputs)]) {
      expect(run.outputs['result']).toBe('updated');
      expect(run.outputs['changes']).toContain('"to":"plain"');
      expect(traces(run)).not.toContain(secret);
    }
  });
});
