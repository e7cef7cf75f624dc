import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that waits for the first request of a process, and answers none. */
export interface StartingLine {
  url: string;
  /** Milliseconds from the start of a process until its first request is here; the process is ended then. */
  measure(main: string, env: Record<string, string>): Promise<number>;
  close(): void;
}

export async function openStartingLine(): Promise<StartingLine> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    measure: async (main, env) => {
      const start = performance.now();
      const child = spawn(process.execPath, [main], { env, stdio: 'ignore' });
      const ended = once(child, 'close');
      const took = await Promise.race([
        once(server, 'request').then(() => performance.now()),
        ended.then(() => {
          throw new Error(`${main} ended without a request.`);
        }),
      ]);
      child.kill('SIGKILL');
      await ended;
      return took - start;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
