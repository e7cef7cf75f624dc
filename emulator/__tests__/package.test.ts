import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { USAGE } from '../src/command.ts';
import { ROUTES } from '../src/routes.ts';
import { seedSchema } from '../src/seed/schema.ts';

/** The package as others get it: packed, installed in an empty folder, run by the machine's own Node and not by the repository's. */

const PACKAGE = new URL('..', import.meta.url).pathname;
const README = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
const OWN_PATH = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);
// npm hands its own settings down to scripts; the npm of an empty folder has none of them.
const ENV = Object.fromEntries(
  Object.entries({ ...process.env, PATH: OWN_PATH, NODE_OPTIONS: '' }).filter(
    ([name]) => !name.startsWith('npm_'),
  ),
);

// npm and the compiler take their time on a busy machine.
jest.setTimeout(240_000);

let scratch: string;
let folder: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'packed-'));
  folder = mkdtempSync(join(tmpdir(), 'empty-'));
  run('npm', ['pack', '--pack-destination', scratch], PACKAGE);
  // The dependencies that it names, from where they are: nothing here rests on a registry, and one that it forgot is missing.
  const dependencies = Object.keys(manifest().dependencies).map(installed);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const packed = readdirSync(scratch).map((file) => join(scratch, file));
  run('npm', [
    'install',
    '--offline',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    ...packed,
    ...dependencies,
  ]);
});

afterAll(() => {
  for (const made of [scratch, folder]) rmSync(made, { recursive: true, force: true });
});

const started: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of started.splice(0)) await stop();
});

function run(command: string, args: readonly string[], cwd = folder): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env: ENV, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
  return stdout;
}

/** Starts a program that goes on until the test ends. */
function start(command: string, args: readonly string[]): ReturnType<typeof spawn> {
  const child = spawn(command, args, { cwd: folder, env: ENV, detached: true });
  const closed = once(child, 'close');
  started.push(async () => {
    if (child.exitCode === null) process.kill(-(child.pid ?? 0), 'SIGTERM');
    await closed;
  });
  return child;
}

/** Starts the package's command, and gives its address. */
async function startCommand(...args: string[]): Promise<string> {
  const child = start('npx', ['--no-install', 'okta-emulator', '--port', '0', '--token', 'TOKEN', ...args]);
  let printed = '';
  child.stderr?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const [chunk] = (await Promise.race([
    once(child.stdout ?? child, 'data'),
    once(child, 'close').then(() => [printed]),
  ])) as [Buffer | string];
  const url = /^Okta emulator: (http:\/\/127\.0\.0\.1:\d+)$/m.exec(chunk.toString())?.[1];
  if (url === undefined) throw new Error(chunk.toString());
  return url;
}

function manifest(): { private: boolean; dependencies: Record<string, string> } {
  return JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as ReturnType<typeof manifest>;
}

/** The folder of a package that is installed for the emulator or its tests. */
function installed(name: string): string {
  const folders = [PACKAGE, join(PACKAGE, '..')].map((above) => join(above, 'node_modules', name));
  const found = folders.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${name} is not installed.`);
  return found;
}

/** Lets programs in the folder import a package that the emulator does not bring. */
function link(name: string): void {
  const path = join(folder, 'node_modules', name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(installed(name), path);
}

test('its command runs by itself on the machine’s own Node', async () => {
  const url = await startCommand();
  const answer = await fetch(`${url}/api/v1/groups`, { headers: { authorization: 'SSWS TOKEN' } });
  expect(await answer.json()).toMatchObject([{ profile: { name: 'Everyone' } }]);
});

test('startEmulator is exported, with types that hold in a strict project', () => {
  const program = `
    import { startEmulator, type App, type Emulator, type EmulatorOptions, type Seed } from 'okta-emulator';

    const seed: Seed = { groups: [{ name: 'Shop' }] };
    const options: EmulatorOptions = { token: 'T', latency: 1, seed };
    const okta: Emulator = await startEmulator(options);
    const answer = await fetch(okta.url + '/api/v1/apps', { headers: { authorization: 'SSWS T' } });
    const apps: ReadonlyMap<string, App> = okta.org.apps;
    console.log(answer.status, apps.size, okta.org.groups.size, okta.requests.length);
    await okta.close();`;
  writeFileSync(join(folder, 'program.ts'), program);
  const options = [
    '--strict',
    '--skipDefaultLibCheck',
    '--types',
    'node',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--lib',
    'es2023,dom',
  ];
  run(process.execPath, [
    join(installed('typescript'), 'bin/tsc'),
    '--ignoreConfig',
    ...options,
    'program.ts',
  ]);
  expect(run('node', ['program.js'])).toBe('200 0 2 1\n');
});

test('it brings a README and a licence, no source and no tests, and cannot be published by mistake', () => {
  const files = readdirSync(join(folder, 'node_modules', 'okta-emulator'));
  expect(files.sort()).toEqual(['LICENSE', 'README.md', 'lib', 'package.json']);
  expect(manifest().private).toBe(true);
});

describe('its README', () => {
  /** Writes a sample of the README, which names its file in its first line, with what is replaced in it. */
  function sample(file: string, replaced: Readonly<Record<string, string>> = {}): string {
    const code = new RegExp(`^\`\`\`\\w+\\n((?:#|//) ${file}\\n.*?)^\`\`\`$`, 'ms').exec(README)?.[1] ?? '';
    expect(code).not.toBe('');
    const text = Object.entries(replaced).reduce((all, [from, to]) => {
      expect(all).toContain(from);
      return all.replaceAll(from, to);
    }, code);
    writeFileSync(join(folder, file), text);
    return file;
  }

  test('says that it is not made by Okta, and shows the options as they are', () => {
    expect(README).toContain('It is not made by Okta');
    expect(/```text\n(.*?)```/s.exec(README)?.[1]).toBe(USAGE);
  });

  test('names every path that is served, and no other', () => {
    const paths = [...README.matchAll(/^\| `(\/[^`]+)` /gm)].map(([, path = '']) =>
      path.replace('{server}', ':serverId'),
    );
    const served = ROUTES.map(({ path }) => path);
    const isIn = (path: string, named: string): boolean => path === named || path.startsWith(`${named}/`);
    expect(served.filter((path) => !paths.some((named) => isIn(path, named)))).toEqual([]);
    expect(paths.filter((named) => !served.some((path) => isIn(path, named)))).toEqual([]);
  });

  test('names all that a seed may hold', () => {
    for (const [kind, list] of Object.entries(seedSchema.shape)) {
      const row = README.split('\n').find((line) => line.startsWith(`| \`${kind}\` `)) ?? '';
      expect([kind, row]).not.toEqual([kind, '']);
      const held = list.unwrap();
      const names = 'element' in held ? Object.keys(held.element.shape) : [];
      for (const key of names) expect(row).toContain(`\`${key}\``);
    }
  });

  test('has a test that passes', () => {
    sample('org.yaml');
    sample('shop.test.js');
    const jest = ['--experimental-vm-modules', join(installed('jest'), 'bin/jest.js'), '--rootDir', folder];
    run('node', [...jest, '--transform', '{}', 'shop.test.js']);
  });

  test('shows how Okta’s SDK uses it', async () => {
    const url = await startCommand('--seed', sample('org.yaml'));
    link('@okta/okta-sdk-nodejs');
    expect(run('node', [sample('sdk.js', { 'http://127.0.0.1:4466': url })])).toBe('Shop ACTIVE\n');
  });

  test('shows an app that people sign in to', async () => {
    const app = `http://localhost:${await freePort()}`;
    const url = await startCommand('--seed', sample('org.yaml', { 'http://localhost:3000': app }));
    link('openid-client');
    start('node', [
      sample('app.js', {
        'http://127.0.0.1:4466': url,
        'http://localhost:3000': app,
        'listen(3000)': `listen(${new URL(app).port})`,
      }),
    ]);
    const follow = async (to: string, init?: RequestInit): Promise<Response> =>
      fetch(to, { redirect: 'manual', ...init });
    const authorize = await untilAnswered(() => follow(app));
    const page = await (await follow(authorize.headers.get('location') ?? '')).text();
    const fromURI = /name="fromURI" value="([^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const form = { fromURI, username: 'maria@example.com', password: 'Correct-Horse-1' };
    const signedIn = await follow(`${url}/login/login.htm`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const back = await follow(new URL(signedIn.headers.get('location') ?? '', url).href, {
      headers: { cookie },
    });
    const answer = await follow(back.headers.get('location') ?? '');
    expect(await answer.text()).toMatch(/^Hello 00u\w{17}$/);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** The answer of a server that is about to listen. */
async function untilAnswered(ask: () => Promise<Response>): Promise<Response> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}
