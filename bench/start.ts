import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentOf } from './action.ts';
import { interleaved } from './statistics.ts';

/**
 * Milliseconds from the start of a process until its first request reaches a server, for each bundle in turn.
 *
 * @param mains the bundles' main files by name
 */
export async function startTimes<Name extends string>(
  mains: Readonly<Record<Name, string>>,
  rounds: number,
): Promise<Record<Name, number[]>> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const folder = mkdtempSync(join(tmpdir(), 'start-'));
  const env = environmentOf(folder, {
    'org-url': `http://127.0.0.1:${port}`,
    'api-token': 'token',
    name: 'shop',
    'redirect-uris': 'https://shop.example.com/callback',
  });
  const measure = (main: string) => async (): Promise<number> => {
    const start = performance.now();
    const child = spawn(process.execPath, [main], { env, stdio: 'ignore' });
    const ended = once(child, 'close');
    const arrived = once(server, 'request').then(() => performance.now());
    const took = await Promise.race([
      arrived,
      ended.then(() => {
        throw new Error(`${main} ended without a request.`);
      }),
    ]);
    child.kill('SIGKILL');
    await ended;
    return took - start;
  };
  try {
    const entries = Object.entries(mains) as [Name, string][];
    const measurements = Object.fromEntries(entries.map(([name, main]) => [name, measure(main)])) as Record<
      Name,
      () => Promise<number>
    >;
    await interleaved(2, measurements);
    return await interleaved(rounds, measurements);
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  }
}
