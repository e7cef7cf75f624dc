import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { scopesFor } from '../../src/inputs/scopes.ts';
import type { Inputs } from '../../src/inputs/inputs.ts';
import { textOf } from '../../src/util/json.ts';
import { TOKEN } from '../support/okta.ts';
import { root } from '../support/runner.ts';
import { keyServices } from '../support/key-services.ts';
import { RSA, serviceApp } from '../support/service-app.ts';
import { useOrg } from '../support/servers.ts';
import { runSource } from '../support/source.ts';

/** docs/credential.md: its commands make a credential that works, and its table has every scope and role. */

const page = readFileSync(join(root, 'docs/credential.md'), 'utf8');
const tools = ['curl', 'jq', 'openssl', 'basenc'].every(
  (tool) => spawnSync(tool, ['--version']).error === undefined,
);

const describeWithTools = tools ? describe : describe.skip;

describeWithTools('the commands', () => {
  const org = useOrg();
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'credential-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test('make a service app as which the action can work', async () => {
    const script = commands('APP=')
      .replace('https://acme.okta.com', org.url)
      .replace('OKTA_API_TOKEN=...', `OKTA_API_TOKEN=${TOKEN}`);
    const output = await runScript(script, folder);
    await worksWith(/Client ID: (\S+)/.exec(output)?.[1] ?? output);
  }, 60_000);

  test('make a key pair, of which the administrator pastes the public half', async () => {
    const jwk = JSON.parse(await runScript(commands('openssl genrsa'), folder)) as object;
    const app = await org.api('POST', '/api/v1/apps', {
      name: 'oidc_client',
      label: 'GitHub: shop previews',
      signOnMode: 'OPENID_CONNECT',
      credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
      settings: {
        oauthClient: {
          application_type: 'service',
          grant_types: ['client_credentials'],
          response_types: ['token'],
          jwks: { keys: [jwk] },
        },
      },
    });
    const id = textOf(app['id']);
    for (const scopeId of ['okta.apps.read', 'okta.apps.manage', 'okta.groups.read'])
      await org.api('POST', `/api/v1/apps/${id}/grants`, { issuer: org.url, scopeId });
    await org.api('POST', `/oauth2/v1/clients/${id}/roles`, { type: 'APP_ADMIN' });
    await worksWith(id);
  }, 60_000);

  /** The first block of commands on the page that has this in it. */
  function commands(part: string): string {
    return blocks(page, 'sh').find((text) => text.includes(part)) ?? '';
  }

  /** The action makes an app as this service app, whose private key the commands have left in the folder. */
  async function worksWith(clientId: string): Promise<void> {
    await org.group('Developers');
    const run = await runSource({
      with: {
        'org-url': org.url,
        'auth-client-id': clientId,
        'auth-private-key': readFileSync(join(folder, 'okta-key.pem'), 'utf8'),
        name: 'shop',
        type: 'spa',
        'redirect-uris': 'https://shop.example.com/callback',
        groups: 'Developers',
        'settle-seconds': '0',
      },
    });
    expect(run.log).not.toContain('error:');
    expect(run.outputs['result']).toBe('created');
  }
});

describeWithTools('a key that never leaves its vault', () => {
  const org = useOrg();
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vault-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const section = part('## A key that never leaves its vault');
  const [workflow = ''] = blocks(section, 'yaml');
  const { steps } = parse(workflow) as {
    steps: { id?: string; run?: string; with?: Record<string, string> }[];
  };
  const script = steps.find(({ id }) => id === 'sign')?.run ?? '';
  const [begin = '', withAws = '', end = ''] = script.split(/^# .*\n/m);
  const [withAzure = '', withGoogle = '', publicKeys = ''] = blocks(section, 'sh');
  const [, awsKey = '', azureKey = ''] = publicKeys.split(/^# (?:AWS|Azure)\n/m);

  /** A service app whose key is in the stand-in's vault, registered as the page says. */
  async function serviceAppWith(commands: string | undefined, env: Record<string, string>): Promise<string> {
    if (commands === undefined) return serviceApp(org, { keys: [{ kid: 'github', pair: RSA }] });
    const registered = JSON.parse(await runScript(commands, folder, env)) as object;
    return serviceApp(org, { keys: [], settings: { jwks: { keys: [registered] } } });
  }

  test.each([
    ['AWS KMS', withAws, awsKey],
    ['Azure Key Vault', withAzure, azureKey],
    ['a service account of Google’s', withGoogle, undefined],
  ])(
    'the script makes an assertion with %s that buys a token',
    async (_, sign, register) => {
      const { bin, env: key } = keyServices(folder, RSA);
      const output = join(folder, 'output');
      const env = {
        ...key,
        PATH: bin,
        GITHUB_OUTPUT: output,
        ORG_URL: org.url,
        KEY_URL: 'https://acme.vault.azure.net/keys/okta/1',
        SERVICE_ACCOUNT: 'okta@acme.iam.gserviceaccount.com',
      };
      const clientId = await serviceAppWith(register, env);
      const log = await runScript(begin + sign + end, folder, { ...env, CLIENT_ID: clientId });
      const [, assertion = ''] = /^assertion=(.+)$/m.exec(readFileSync(output, 'utf8')) ?? [];
      expect(log).toBe(`::add-mask::${assertion}\n`);

      const run = await runSource({
        with: {
          'org-url': org.url,
          'auth-client-id': clientId,
          'auth-client-assertion': assertion,
          name: 'shop',
          'redirect-uris': 'https://shop.example.com/callback',
          'settle-seconds': '0',
        },
      });
      expect(run.log).not.toContain('error:');
      expect(run.outputs['result']).toBe('created');
    },
    60_000,
  );

  test('the workflow gives the action what the script made', () => {
    expect(steps.at(-1)?.with).toMatchObject({
      'auth-client-id': '${{ vars.OKTA_AUTH_CLIENT_ID }}',
      'auth-client-assertion': '${{ steps.sign.outputs.assertion }}',
    });
  });
});

/** The part of the page below a heading. */
function part(heading: string): string {
  return page.slice(page.indexOf(`${heading}\n`)).split(/\n## /)[0] ?? '';
}

function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, block = '']) => block,
  );
}

/** The emulator lives in this process, so that the script must not block it. */
async function runScript(script: string, cwd: string, env: Record<string, string> = {}): Promise<string> {
  const path = [env['PATH'], join(root, 'node_modules/.bin'), process.env['PATH']].filter(Boolean);
  const shell = spawn('bash', ['--noprofile', '--norc', '-euo', 'pipefail', '-c', script], {
    cwd,
    env: { ...env, PATH: path.join(delimiter) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  shell.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  shell.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise((done) => shell.on('close', done));
  if (code !== 0) throw new Error(`The commands ended with ${String(code)}:\n${output}${errors}`);
  return output;
}

test('the table has every scope that a run may ask for, and every role that a message may name', () => {
  const inputs = {
    groups: ['x'],
    users: ['x'],
    trustedOrigins: ['x'],
    accessPolicies: ['x'],
    apiScopes: ['x'],
    signOnPolicy: 'x',
  } as unknown as Inputs;
  const scopes = scopesFor(inputs);
  for (const scope of scopes) expect(page).toContain(`\`${scope}\``);
  const [, advice = ''] = /const ROLES[^{]*\{([^}]*)\}/.exec(read('src/okta/http/errors.ts')) ?? [];
  const roles = new Map([...advice.matchAll(/(\w+): '(.+)',/g)].map(([, of = '', role = '']) => [of, role]));
  for (const role of roles.values()) expect(page).toContain(role);
  const resources = new Set(scopes.map((scope) => scope.split('.')[1]));
  expect(resources.size).toBeGreaterThan(6);
  expect([...resources].filter((resource) => !roles.has(resource ?? ''))).toEqual([]);
});

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
