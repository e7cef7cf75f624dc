import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { run as sweepRun } from '../../src/sweep/run.ts';
import { textOf } from '../../src/util/json.ts';
import { TOKEN } from '../support/okta.ts';
import { root, type ActionRun } from '../support/runner.ts';
import { type Inputs } from '../support/runs.ts';
import { githubEnvironment } from '../support/github.ts';
import { keyServices } from '../support/key-services.ts';
import { RSA, pem, serviceApp } from '../support/service-app.ts';
import { useGitHub, useOrg } from '../support/servers.ts';
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

  test('of the script make a service app as which the action can work', async () => {
    expect(page).toContain('(../scripts/create-service-app.sh)');
    const env = { OKTA_ORG_URL: org.url, OKTA_API_TOKEN: TOKEN };
    const output = await runScript(read('scripts/create-service-app.sh'), folder, env);
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

/** The part of the page below a heading, without what has a heading of its own. */
function part(heading: string): string {
  return page.slice(page.indexOf(`${heading}\n`)).split(/\n##+ /)[0] ?? '';
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

describe('the table of scopes', () => {
  const org = useOrg();
  const github = useGitHub();

  /** Each row by what it is for, with its scopes and what it says of the role. */
  const rows = new Map(
    part('## Which rights')
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .filter(([, , scopes]) => scopes?.includes('okta.'))
      .map(([, purpose = '', scopes = '', role = '']) => [
        purpose,
        { scopes: scopes.match(/okta\.\w+\.\w+/g) ?? [], role },
      ]),
  );

  const SHOP: Inputs = { name: 'shop', 'redirect-uris': 'https://shop.example.com/callback' };
  const ROBOT: Inputs = { name: 'robot', type: 'service', 'api-scopes': 'okta.users.read' };
  const ORIGINS: Inputs = { ...SHOP, 'trusted-origins': 'https://shop.example.com' };
  const SERVER: Inputs = { 'authorization-server': 'default' };
  const POLICIES: Inputs = { ...SHOP, ...SERVER, 'authorization-server-policies': 'Default Policy' };
  const EVERY_APP = 'every app';
  const OF_ORIGINS = '`trusted-origins`, and deleting an app that has some';
  const OF_POLICIES = '`authorization-server-policies`, and deleting an app that has some';
  const OF_SCOPES = '`api-scopes`, and deleting an app that has some';
  const OF_SERVER = '`authorization-server` alone';

  /** What a run asks for, and the rows that speak of it; what was made before is made with an API token. */
  interface Case {
    title: string;
    before?: Inputs[];
    inputs: Inputs;
    of: string[];
  }
  const CASES: Case[] = [
    { title: 'an app', inputs: { ...SHOP, 'output-client-secret': 'true' }, of: [EVERY_APP] },
    { title: 'its deletion', before: [SHOP], inputs: { ...SHOP, state: 'absent' }, of: [EVERY_APP] },
    { title: 'a dry run', inputs: { ...SHOP, 'dry-run': 'true' }, of: ['`dry-run: true`'] },
    { title: 'groups', inputs: { ...SHOP, groups: 'Everyone' }, of: [EVERY_APP, '`groups`'] },
    { title: 'users', inputs: { ...SHOP, users: 'ada@example.com' }, of: [EVERY_APP, '`users`'] },
    {
      title: 'an authentication policy',
      inputs: { ...SHOP, 'sign-on-policy': 'Strict' },
      of: [EVERY_APP, '`sign-on-policy`'],
    },
    { title: 'trusted origins', inputs: ORIGINS, of: [EVERY_APP, OF_ORIGINS] },
    {
      title: 'the deletion of an app with trusted origins',
      before: [ORIGINS],
      inputs: { ...SHOP, state: 'absent' },
      of: [EVERY_APP, OF_ORIGINS],
    },
    { title: 'access policies', inputs: POLICIES, of: [EVERY_APP, OF_POLICIES] },
    {
      title: 'the deletion of an app that an access policy lets in',
      before: [POLICIES],
      inputs: { ...SHOP, state: 'absent' },
      of: [EVERY_APP, OF_POLICIES],
    },
    { title: 'an authorization server', inputs: { ...SHOP, ...SERVER }, of: [EVERY_APP, OF_SERVER] },
    { title: 'API scopes', inputs: ROBOT, of: [EVERY_APP, OF_SCOPES] },
    {
      title: 'API scopes of an app that people use',
      inputs: { ...SHOP, 'api-scopes': 'okta.users.read.self' },
      of: [EVERY_APP, OF_SCOPES],
    },
    {
      title: 'the deletion of an app with API scopes',
      before: [{ ...SHOP, 'api-scopes': 'okta.users.read.self' }],
      inputs: { ...SHOP, state: 'absent' },
      of: [EVERY_APP, OF_SCOPES],
    },
    {
      title: 'reading an app',
      before: [{ ...POLICIES, ...ORIGINS, users: 'ada@example.com', 'sign-on-policy': 'Strict' }],
      inputs: { name: 'shop', state: 'read', ...SERVER },
      of: ['`state: read`'],
    },
    {
      title: 'reading a service app',
      before: [ROBOT],
      inputs: { name: 'robot', state: 'read' },
      of: ['`state: read`'],
    },
  ];

  function connection(clientId: string | undefined): Inputs {
    const key = { 'auth-client-id': clientId ?? '', 'auth-private-key': pem(RSA.privateKey, 'pkcs8') };
    return {
      'org-url': org.url,
      'settle-seconds': '0',
      ...(clientId === undefined ? { 'api-token': TOKEN } : key),
    };
  }

  /** The scopes that a service app asks for in all of its requests for a token. */
  async function askedBy(run: (clientId: string) => Promise<ActionRun>): Promise<string[]> {
    const clientId = await serviceApp(org);
    const done = await run(clientId);
    if (done.exitCode !== 0) throw new Error(done.log);
    const asked = org.requests
      .filter(({ path }) => path === '/oauth2/v1/token')
      .map(({ body }) => new URLSearchParams(String(body)).get('scope') ?? '');
    return [...new Set(asked.join(' ').split(' '))].sort();
  }

  async function scopesOf({ before = [], inputs }: Case): Promise<string[]> {
    await org.user('ada@example.com');
    await org.api('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Strict', status: 'ACTIVE' });
    for (const each of before) {
      const made = await runSource({ with: { ...connection(undefined), ...each } });
      if (made.exitCode !== 0) throw new Error(made.log);
    }
    return askedBy((clientId) => runSource({ with: { ...connection(clientId), ...inputs } }));
  }

  function documented(of: string[]): string[] {
    return of.flatMap((purpose) => rows.get(purpose)?.scopes ?? [`no row ${purpose}`]);
  }

  test.each(CASES)('has all that a run asks for: $title', async (each) => {
    const asked = await scopesOf(each);
    expect(asked.filter((scope) => !documented(each.of).includes(scope))).toEqual([]);
  });

  test('has no scope that no run asks for', async () => {
    const asked = new Map<string, Set<string>>();
    for (const each of CASES) {
      await org.restart();
      const scopes = await scopesOf(each);
      for (const purpose of each.of) asked.set(purpose, new Set([...(asked.get(purpose) ?? []), ...scopes]));
    }
    const idle = [...rows].flatMap(([purpose, { scopes }]) =>
      scopes.filter((scope) => asked.has(purpose) && !asked.get(purpose)?.has(scope)),
    );
    expect(idle).toEqual([]);
    expect([...rows.keys()].filter((purpose) => !asked.has(purpose))).toEqual(['the sweep']);
  }, 60_000);

  test('has what the sweep asks for', async () => {
    const asked = await askedBy((clientId) =>
      runSource({
        action: 'sweep',
        main: sweepRun,
        with: { ...connection(clientId), 'settle-seconds': '' },
        env: githubEnvironment(github),
      }),
    );
    expect(asked).toEqual([...(rows.get('the sweep')?.scopes ?? [])].sort());
  });

  test('has every role that a message may name', () => {
    const [, advice = ''] = /const ROLES[^{]*\{([^}]*)\}/.exec(read('src/okta/http/errors.ts')) ?? [];
    const roles = [...advice.matchAll(/(\w+): '(.+)',/g)].map(
      ([, of = '', role = '']) => [of, role] as const,
    );
    expect(roles.length).toBeGreaterThan(5);
    for (const [of, role] of roles) {
      const told = [...rows.values()].filter(({ scopes }) =>
        scopes.some((scope) => scope.includes(`.${of}.`)),
      );
      expect(told.map((row) => row.role).join()).toContain(role);
    }
  });
});

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
