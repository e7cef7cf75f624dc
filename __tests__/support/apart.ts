import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { GITHUB_ENVIRONMENT, inputVariables, manifestOf, root } from './runner.ts';

const PEAK = "data:text/javascript,process.on('exit',()=>console.log('peak',process.resourceUsage().maxRSS))";

/** Runs the source in a process of its own: what is told, and the most memory that it took, in MB. */
export async function runApart(
  inputs: Record<string, string>,
  variables: Record<string, string> = {},
): Promise<{ log: string; peak: number }> {
  const env = { ...GITHUB_ENVIRONMENT, ...inputVariables(manifestOf(), inputs), ...variables };
  const node = join(root, 'node_modules/.bin/node');
  const child = spawn(node, ['--import', PEAK, join(root, 'src/index.ts')], { env });
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (log += text));
  await once(child, 'close');
  return { log, peak: Number(/^peak (\d+)$/m.exec(log)?.[1]) / 1000 };
}
