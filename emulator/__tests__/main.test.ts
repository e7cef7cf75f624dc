import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';

const MAIN = new URL('../src/main.ts', import.meta.url).pathname;

/** Runs the command, calls back with the first line it prints, and gives its exit code and errors. */
async function run(
  args: string[],
  started?: (line: string, stop: () => void) => Promise<void>,
): Promise<{ code: number | null; errors: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const exited = once(child, 'exit') as Promise<[number | null]>;
  if (started !== undefined) {
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    await started(chunk.toString().split('\n')[0] ?? '', () => child.kill('SIGTERM'));
  }
  const [code] = await exited;
  return { code, errors };
}

test('the command says where it listens, answers to its token, and stops on SIGTERM', async () => {
  const { code, errors } = await run(
    ['--port', '0', '--token', 'T', '--rate-limits', 'integrator'],
    async (line, stop) => {
      expect(line).toMatch(/^Okta emulator: http:\/\/127\.0\.0\.1:\d+$/);
      const url = line.slice('Okta emulator: '.length);
      const answer = await fetch(`${url}/api/v1/groups?q=Every`, { headers: { authorization: 'SSWS T' } });
      expect([answer.status, answer.headers.get('x-rate-limit-limit')]).toEqual([200, '50']);
      expect(await answer.json()).toMatchObject([{ profile: { name: 'Everyone' } }]);
      stop();
    },
  );
  expect([code, errors]).toEqual([0, '']);
});

test('the command refuses options that make no sense', async () => {
  const { code, errors } = await run(['--rate-limits', 'free']);
  expect(code).toBe(1);
  expect(errors).toContain('--rate-limits must be off, integrator or enterprise, not "free".');
});
