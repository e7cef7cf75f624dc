import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { scopesFor } from '../../src/inputs/scopes.ts';
import type { Inputs } from '../../src/inputs/inputs.ts';
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
    const commands =
      [...page.matchAll(/```sh\n([\s\S]*?)```/g)]
        .map(([, text = '']) => text)
        .find((text) => text.includes('openssl')) ?? '';
    const script = commands
      .replace('https://acme.okta.com', org.url)
      .replace('OKTA_API_TOKEN=...', `OKTA_API_TOKEN=${TOKEN}`);
    const clientId = await runScript(script, folder);
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
  }, 60_000);
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
  const clientId = /Client ID: (\S+)/.exec(output)?.[1];
  if (code !== 0 || clientId === undefined)
    throw new Error(`The commands ended with ${String(code)}:\n${output}${errors}`);
  return clientId;
}

test('the table has every scope that a run may ask for, and every role that a message may name', () => {
  const inputs = {
    groups: ['x'],
    users: ['x'],
    trustedOrigins: ['x'],
    signOnPolicy: 'x',
  } as unknown as Inputs;
  for (const scope of scopesFor(inputs)) expect(page).toContain(`\`${scope}\``);
  const advice = readFileSync(join(root, 'src/okta/errors.ts'), 'utf8');
  const roles = [...advice.matchAll(/^ {2}(?:apps|groups|users|trustedOrigins|policies): '(.+)',$/gm)].map(
    ([, role = '']) => role,
  );
  expect(roles).toHaveLength(5);
  for (const role of roles) expect(page).toContain(role);
});
