import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

/** The package as others get it: packed, installed in an empty folder, run by the machine's own Node and not by the repository's. */

const PACKAGE = new URL('..', import.meta.url).pathname;
const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const OWN_PATH = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);
// npm hands its own settings down to scripts; the npm of an empty folder has none of them.
const ENV = Object.fromEntries(
  Object.entries({ ...process.env, PATH: OWN_PATH }).filter(([name]) => !name.startsWith('npm_')),
);

let scratch: string;
let folder: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'packed-'));
  folder = mkdtempSync(join(tmpdir(), 'empty-'));
  run('npm', ['pack', '--pack-destination', scratch], PACKAGE);
  // The dependencies that it names, as packages too: nothing here rests on a registry, and one that it forgot is missing.
  for (const name of Object.keys(manifest().dependencies)) {
    run('npm', ['pack', '--ignore-scripts', '--pack-destination', scratch, installed(name)], folder);
  }
  const packages = readdirSync(scratch).map((file) => join(scratch, file));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', ...packages], folder);
}, 120_000);

afterAll(() => {
  for (const made of [scratch, folder]) rmSync(made, { recursive: true, force: true });
});

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, env: ENV, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function manifest(): { private: boolean; dependencies: Record<string, string> } {
  return JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as ReturnType<typeof manifest>;
}

/** The folder of a package that is installed for the emulator. */
function installed(name: string): string {
  let path = dirname(createRequire(join(PACKAGE, 'package.json')).resolve(name));
  while (!path.endsWith(join('node_modules', name))) path = dirname(path);
  return path;
}

test('its command runs by itself on the machine’s own Node', async () => {
  const child = spawn('npx', ['--no-install', 'okta-emulator', '--port', '0', '--token', 'T'], {
    cwd: folder,
    env: ENV,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  const url = /^Okta emulator: (http:\/\/127\.0\.0\.1:\d+)$/m.exec(chunk.toString())?.[1] ?? '';
  const answer = await fetch(`${url}/api/v1/groups`, { headers: { authorization: 'SSWS T' } });
  expect(await answer.json()).toMatchObject([{ profile: { name: 'Everyone' } }]);
  process.kill(-(child.pid ?? 0), 'SIGTERM');
  await once(child, 'close');
});

test('startEmulator is exported, with types that hold in a strict project', () => {
  const program = `
    import { startEmulator, type App, type Emulator, type EmulatorOptions } from 'okta-emulator';

    const options: EmulatorOptions = { token: 'T', latency: 1 };
    const okta: Emulator = await startEmulator(options);
    const answer = await fetch(okta.url + '/api/v1/apps', { headers: { authorization: 'SSWS T' } });
    const apps: ReadonlyMap<string, App> = okta.org.apps;
    console.log(answer.status, apps.size, okta.requests.length);
    await okta.close();`;
  writeFileSync(join(folder, 'program.ts'), program);
  const options = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,dom'];
  run(process.execPath, [TSC, '--ignoreConfig', ...options, 'program.ts'], folder);
  expect(run('node', ['program.js'], folder)).toBe('200 0 1\n');
});

test('it brings a README and a licence, no source and no tests, and cannot be published by mistake', () => {
  const files = readdirSync(join(folder, 'node_modules', 'okta-emulator'));
  expect(files.sort()).toEqual(['LICENSE', 'README.md', 'lib', 'package.json']);
  expect(manifest().private).toBe(true);
});
