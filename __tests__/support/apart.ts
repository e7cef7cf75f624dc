import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { GITHUB_ENVIRONMENT, inputVariables, manifestOf, root } from './runner.ts';

/** Tells at the end what the process took at most. Linux counts as `maxRSS` what the process that started it held, too. */
const PEAK = `
  import { existsSync, readFileSync } from 'node:fs';
  const status = '/proc/self/status';
  process.on('exit', () => {
    const held = existsSync(status) && /^VmHWM:\\s*(\\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1];
    console.log('peak', held || process.resourceUsage().maxRSS);
  });
`;

/** Runs the source in a process of its own: what is told, and the most memory that it took, in MB. */
export async function runApart(
  inputs: Record<string, string>,
  variables: Record<string, string> = {},
): Promise<{ log: string; peak: number }> {
  const env = { ...GITHUB_ENVIRONMENT, ...inputVariables(manifestOf(), inputs), ...variables };
  const node = join(root, 'node_modules/.bin/node');
  const child = spawn(
    node,
    ['--import', `data:text/javascript,${encodeURIComponent(PEAK)}`, join(root, 'src/index.ts')],
    { env },
  );
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (log += text));
  await once(child, 'close');
  return { log, peak: Number(/^peak (\d+)$/m.exec(log)?.[1]) / 1000 };
}
