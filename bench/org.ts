import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { EmulatorOptions } from '../emulator/src/server.ts';
import { TOKEN } from '../__tests__/support/okta.ts';
import { root } from '../__tests__/support/runner.ts';
import type { Question, Reply, SeenRequest } from './emulator.ts';

/** An emulated org in a process of its own. */
export interface BenchOrg {
  url: string;
  ask(question: Question): Promise<Reply>;
  /** The requests since the last call. */
  requests(): Promise<SeenRequest[]>;
  /** Sends a request of the benchmark's own. */
  api(method: string, path: string, body?: object): Promise<unknown>;
  close(): Promise<void>;
}

export async function startBenchOrg(options: Pick<EmulatorOptions, 'rateLimits'> = {}): Promise<BenchOrg> {
  const child = fork(join(root, 'bench/emulator.ts'), [JSON.stringify({ token: TOKEN, ...options })]);
  const waiting = new Map<number, (reply: Reply) => void>();
  let last = 0;
  child.on('message', (reply: Reply) => {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  const { url = '' } = await new Promise<Reply>((resolve) => waiting.set(0, resolve));
  const ask = (question: Question): Promise<Reply> => {
    last += 1;
    const id = last;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      child.send({ id, ...question });
    });
  };
  return {
    url,
    ask,
    requests: async () => (await ask({ do: 'requests' })).requests ?? [],
    api: async (method, path, body) => {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `SSWS ${TOKEN}`,
          accept: 'application/json',
          'content-type': 'application/json',
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
      const text = await response.text();
      return text === '' ? undefined : (JSON.parse(text) as unknown);
    },
    close: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
