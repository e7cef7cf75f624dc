import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOutputs } from '../../__tests__/support/runner.ts';

export interface Ran {
  milliseconds: number;
  exitCode: number;
  /** Standard output and error. */
  text: string;
}

/** Runs a command to its end. Everything that it needs is there before the clock starts. */
export async function ran(command: string, args: string[], env: Record<string, string>): Promise<Ran> {
  const start = performance.now();
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve(code ?? 1);
    });
  });
  return { milliseconds: performance.now() - start, exitCode, text };
}

/** Runs a command that must succeed. */
export async function succeeded(command: string, args: string[], env: Record<string, string>): Promise<Ran> {
  const run = await ran(command, args, env);
  if (run.exitCode !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${run.exitCode}:\n${run.text}`);
  return run;
}

/** Whether Node warned of something deprecated. */
export function warns({ text }: Ran): boolean {
  return /DeprecationWarning/.test(text);
}

/** The outputs of the run whose command files are in this folder. */
export function outputsIn(folder: string): Record<string, string> {
  return readOutputs(readFileSync(join(folder, 'output'), 'utf8'));
}
