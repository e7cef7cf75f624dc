import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { startEmulator } from '../src/server.ts';

const MAIN = new URL('../src/main.ts', import.meta.url).pathname;

/** Runs the command, calls back with the first lines it prints, and gives its exit code and errors. */
async function run(
  args: string[],
  started?: (output: string, stop: () => void) => Promise<void>,
): Promise<{ code: number | null; output: string; errors: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'close') as Promise<[number | null]>;
  if (started !== undefined) {
    await once(child.stdout, 'data');
    await started(output, () => child.kill('SIGTERM'));
  }
  const [code] = await exited;
  return { code, output, errors };
}

test('the command says where it listens, answers to its token, and stops on SIGTERM', async () => {
  const { code, errors, output } = await run(
    ['--port', '0', '--token', 'T', '--rate-limits', 'integrator'],
    async (printed, stop) => {
      const line = printed.split('\n')[0] ?? '';
      expect(line).toMatch(/^Okta emulator: http:\/\/127\.0\.0\.1:\d+$/);
      const url = line.slice('Okta emulator: '.length);
      const answer = await fetch(`${url}/api/v1/groups?q=Every`, { headers: { authorization: 'SSWS T' } });
      expect([answer.status, answer.headers.get('x-rate-limit-limit')]).toEqual([200, '50']);
      expect(await answer.json()).toMatchObject([{ profile: { name: 'Everyone' } }]);
      stop();
    },
  );
  expect([code, errors]).toEqual([0, '']);
  expect(output).toContain('It listens on 127.0.0.1 only');
});

test('--latency slows every request down, --lag hides a write from lists', async () => {
  const { errors } = await run(['--latency', '120', '--lag=60000'], async (printed, stop) => {
    const url = /http:\S+/.exec(printed)?.[0] ?? '';
    const headers = { authorization: 'SSWS emulator-token', 'content-type': 'application/json' };
    const body = JSON.stringify({ profile: { name: 'Shop' } });
    const start = performance.now();
    const created = await fetch(`${url}/api/v1/groups`, { method: 'POST', headers, body });
    expect(performance.now() - start).toBeGreaterThan(100);
    const { id } = (await created.json()) as { id: string };
    expect((await fetch(`${url}/api/v1/groups/${id}`, { headers })).status).toBe(200);
    expect(await (await fetch(`${url}/api/v1/groups?q=Shop`, { headers })).json()).toEqual([]);
    stop();
  });
  expect(errors).toBe('');
});

test('--org-url, --engine, --with and --without make the org that is meant', async () => {
  const options = ['--engine', 'classic', '--org-url', 'https://shop.okta.example', '--with', 'groupOwners'];
  const { errors } = await run([...options, '--without', 'realms,resourceNames'], async (printed, stop) => {
    const url = /http:\S+/.exec(printed)?.[0] ?? '';
    const headers = { authorization: 'SSWS emulator-token' };
    const read = async <T>(path: string): Promise<T> =>
      (await (await fetch(url + path, { headers })).json()) as T;
    expect(await read('/.well-known/okta-organization')).toMatchObject({ pipeline: 'v1' });
    const [group] = await read<Record<string, object>[]>('/api/v1/groups');
    expect(group?.['_links']).toMatchObject({
      owners: { href: expect.stringContaining('https://shop.okta.example/') as unknown },
    });
    const [user] = await read<object[]>('/api/v1/users');
    expect(user).not.toHaveProperty('realmId');
    stop();
  });
  expect(errors).toBe('');
});

test('the command listens on 127.0.0.1 and on no other address', async () => {
  await run([], async (printed, stop) => {
    const { port } = new URL(/http:\S+/.exec(printed)?.[0] ?? '');
    await expect(fetch(`http://127.0.0.2:${port}/`)).rejects.toThrow('fetch failed');
    stop();
  });
});

test('--help shows the options', async () => {
  const { code, output, errors } = await run(['--help']);
  expect([code, errors]).toEqual([0, '']);
  expect(output).toMatch(/^Usage: .*--port NUMBER .*--rate-limits PLAN/s);
});

test.each([
  [['--rate-limits', 'free'], '--rate-limits must be one of off, integrator, enterprise, not "free".'],
  [['--port', '70000'], '--port must be a whole number from 0 to 65535, not "70000".'],
  [['--latency', '-1'], '--latency must be a whole number from 0 to 600000, not "-1".'],
  [['--lag', '1e3'], '--lag must be a whole number from 0 to 600000, not "1e3".'],
  [['--prot', '0'], 'There is no option --prot. Did you mean "--port"?'],
  [['-p', '0'], 'There is no option -p.'],
  [['--token='], '--token needs a value.'],
  [['--port'], '--port needs a value.'],
  [['--help=yes'], '--help takes no value.'],
  [['4466'], '"4466" is not an option.'],
  [
    ['--custom-domain', 'https://login.shop.example'],
    '--custom-domain must be a host, such as login.shop.example, not "https://login.shop.example".',
  ],
  [['--seed', '/nowhere.yaml'], 'The seed /nowhere.yaml cannot be read: there is no such file.'],
])('the command refuses %p and says why in one line', async (args, why) => {
  const { code, output, errors } = await run(args);
  expect([code, output, errors]).toEqual([1, '', `Cannot start the Okta emulator: ${why}\n`]);
});

test('the command says that its port is in use', async () => {
  const other = await startEmulator();
  const { port } = new URL(other.url);
  const { code, output, errors } = await run(['--port', port]);
  await other.close();
  expect([code, output, errors]).toEqual([
    1,
    '',
    `Cannot start the Okta emulator: Port ${port} of 127.0.0.1 cannot be had: it is in use. Choose another, or 0 for a free one.\n`,
  ]);
});
