import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Inputs } from '../../src/inputs/inputs.ts';
import { scopesFor } from '../../src/resources/resources.ts';
import { textOf } from '../../src/util/json.ts';
import { TOKEN } from '../support/okta.ts';
import { root, runAction } from '../support/runner.ts';
import { useOrg } from '../support/servers.ts';

/** docs/credential.md: its commands make a credential that works, and its table has every scope and role. */

const page = readFileSync(join(root, 'docs/credential.md'), 'utf8');
const tools = ['curl', 'jq', 'openssl'].every((tool) => spawnSync(tool, ['--version']).error === undefined);

(tools ? describe : describe.skip)('the commands', () => {
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
    const jwk = JSON.parse(await runScript(commands('node -p'), folder)) as object;
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
    const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text);
    return blocks.find((text) => text.includes(part)) ?? '';
  }

  /** The action makes an app as this service app, whose private key the commands have left in the folder. */
  async function worksWith(clientId: string): Promise<void> {
    await org.group('Developers');
    const run = await runAction({
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

/** The emulator lives in this process, so that the script must not block it. */
async function runScript(script: string, cwd: string): Promise<string> {
  const path = [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
  const shell = spawn('bash', ['--noprofile', '--norc', '-eu', '-c', script], {
    cwd,
    env: { PATH: path },
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
