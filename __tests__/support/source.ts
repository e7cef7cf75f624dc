import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run as endJob } from '../../src/end-job.ts';
import { run } from '../../src/main.ts';
import type { World } from '../../src/world.ts';
import {
  GITHUB_ENVIRONMENT,
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
 * Runs the source of the action in this process, with the real toolkit: its command files, its standard output, its exit code. Only one
 * run at a time, since the toolkit knows one process environment.
 */

const folder = mkdtempSync(join(tmpdir(), 'source-'));
const files = {
  GITHUB_OUTPUT: join(folder, 'output'),
  GITHUB_STEP_SUMMARY: join(folder, 'summary'),
  GITHUB_STATE: join(folder, 'state'),
  GITHUB_ENV: join(folder, 'env'),
  GITHUB_PATH: join(folder, 'path'),
  GITHUB_EVENT_PATH: join(folder, 'event.json'),
};

export interface SourceOptions extends ActionOptions {
  world?: Partial<World>;
  /** What to run instead of the main action: another entry point's `run`. */
  main?: (world: Partial<World>) => Promise<void>;
}

export async function runSource(options: SourceOptions): Promise<ActionRun> {
  for (const [name, path] of Object.entries(files)) {
    // A new file: one that is written anew in its place is flushed to the disk at once, which takes longer than most runs.
    rmSync(path, { force: true });
    writeFileSync(path, name === 'GITHUB_EVENT_PATH' ? JSON.stringify(payloadOf(options.event)) : '');
  }
  const before = { env: process.env, exitCode: process.exitCode };
  process.env = {
    PATH: before.env['PATH'],
    ...GITHUB_ENVIRONMENT,
    ...inputVariables(manifestOf(options.action), options.with ?? {}, options.env?.['GITHUB_TOKEN']),
    ...(options.debug && { RUNNER_DEBUG: '1' }),
    ...files,
    ...stateVariables(options.post),
    ...options.env,
  };
  process.exitCode = 0;
  const written = captureStdout();
  try {
    await (options.main ?? (options.post ? endJob : run))({ environment: process.env, ...options.world });
  } finally {
    written.stop();
    process.env = before.env;
  }
  const { exitCode } = process;
  process.exitCode = before.exitCode;
  const shown = showLog(written.text(), options.debug);
  const rawSummary = readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8');
  const outputs = readOutputs(readFileSync(files.GITHUB_OUTPUT, 'utf8'));
  const state = readOutputs(readFileSync(files.GITHUB_STATE, 'utf8'));
  return { exitCode, ...shown, outputs, state, rawSummary, summary: masked(rawSummary, shown.masks) };
}

function captureStdout(): { text(): string; stop(): void } {
  const write = process.stdout.write.bind(process.stdout);
  let text = '';
  process.stdout.write = (chunk: string | Uint8Array): boolean => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return true;
  };
  return {
    text: () => text,
    stop: () => {
      process.stdout.write = write;
    },
  };
}
