import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '@actions/core';
import { afterAll } from '@jest/globals';
import { run as endJob } from '../../src/end-job.ts';
import { run } from '../../src/main.ts';
import type { World } from '../../src/world.ts';
import {
  GITHUB_ENVIRONMENT,
  SCRATCH,
  inputVariables,
  manifestOf,
  masked,
  payloadOf,
  readOutputs,
  showLog,
  stateVariables,
  type ActionOptions,
  type ActionRun,
} from './runner.ts';

/**
 * Runs the source of the action in this process, with the real toolkit: its command files, its standard output, its exit code. Several runs
 * may be at work at the same time, each in a process environment of its own, as it seems to it. One thing they share: what the log masks in
 * texts before it writes them, which begins anew with each run.
 */

/** What a run has for itself of its process. */
interface Process {
  env: NodeJS.ProcessEnv;
  exitCode: number;
  text: string;
  /** The file of the summary, as the toolkit remembers it. */
  _filePath?: string;
}

const processes = new AsyncLocalStorage<Process>();

/** Has every run see a property of its own where there is one in this process. */
function giveEach(object: object, name: keyof Process): void {
  let own = Reflect.get(object, name) as unknown;
  Object.defineProperty(object, name, {
    get: () => {
      const held = processes.getStore();
      return held ? held[name] : own;
    },
    set: (value: unknown) => {
      const held = processes.getStore();
      if (held) Object.assign(held, { [name]: value });
      else own = value;
    },
  });
}

giveEach(process, 'env');
giveEach(process, 'exitCode');
giveEach(core.summary, '_filePath');

const { write } = process.stdout;
process.stdout.write = (chunk: string | Uint8Array, ...rest: never[]): boolean => {
  const held = processes.getStore();
  if (!held) return write.call(process.stdout, chunk, ...rest);
  held.text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
  return true;
};

/** Those that the action uses. A later run gets those of a run that has ended. */
const FILES = {
  GITHUB_OUTPUT: 'output',
  GITHUB_STEP_SUMMARY: 'summary',
  GITHUB_STATE: 'state',
  GITHUB_EVENT_PATH: 'event.json',
};
const folder = mkdtempSync(join(SCRATCH, 'source-'));
const prefixes: string[] = [];
let runs = 0;

afterAll(() => {
  process.stdout.write = write;
  rmSync(folder, { recursive: true, force: true });
});

export interface SourceOptions extends ActionOptions {
  world?: Partial<World>;
  /** What to run instead of the main action: another entry point's `run`. */
  main?: (world: Partial<World>) => Promise<void>;
}

export async function runSource(options: SourceOptions): Promise<ActionRun> {
  const prefix = prefixes.pop() ?? join(folder, `${++runs}-`);
  const files = Object.fromEntries(Object.entries(FILES).map(([name, file]) => [name, prefix + file]));
  const read = (name: keyof typeof FILES): string => readFileSync(prefix + FILES[name], 'utf8');
  for (const [name, path] of Object.entries(files)) {
    writeFileSync(path, name === 'GITHUB_EVENT_PATH' ? JSON.stringify(payloadOf(options.event)) : '');
  }
  const env = {
    PATH: process.env['PATH'],
    ...GITHUB_ENVIRONMENT,
    ...inputVariables(manifestOf(options.action), options.with ?? {}, options.env?.['GITHUB_TOKEN']),
    ...(options.debug && { RUNNER_DEBUG: '1' }),
    ...files,
    ...stateVariables(options.post),
    ...options.env,
  };
  const held: Process = { env, exitCode: 0, text: '' };
  const main = options.main ?? (options.post ? endJob : run);
  await processes.run(held, () => main({ environment: env, ...options.world }));
  const shown = showLog(held.text, options.debug);
  const rawSummary = read('GITHUB_STEP_SUMMARY');
  const outputs = readOutputs(read('GITHUB_OUTPUT'));
  const state = readOutputs(read('GITHUB_STATE'));
  prefixes.push(prefix);
  return {
    exitCode: held.exitCode,
    ...shown,
    outputs,
    state,
    rawSummary,
    summary: masked(rawSummary, shown.masks),
  };
}
