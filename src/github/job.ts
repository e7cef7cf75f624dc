import { getState, saveState } from '@actions/core';
import { randomUUID } from 'node:crypto';
import type { Run } from './run.ts';

/** A run of a workflow: GitHub runs it again under the same ID, and counts. */
export interface Attempt {
  runId: string;
  attempt: number;
}

/** Source: GitHub's docs, "Variables reference". */
export function attemptOf(environment: NodeJS.ProcessEnv): Attempt {
  const attempt = Number(environment['GITHUB_RUN_ATTEMPT']);
  return {
    runId: environment['GITHUB_RUN_ID'] || '0',
    attempt: Number.isSafeInteger(attempt) && attempt > 0 ? attempt : 1,
  };
}

/** An ID for this job alone: other jobs of a matrix have the same run, attempt and name. */
export function newJobId({ runId, attempt }: Attempt): string {
  return `${runId}-${attempt}-${randomUUID().slice(0, 8)}`;
}

/** Whether the other ID is that of a job of an earlier attempt of the same run. */
export function isEarlierJob(id: string, other: string): boolean {
  const [own, before] = [id, other].map(partsOf);
  return (
    own !== undefined && before !== undefined && own.runId === before.runId && before.attempt < own.attempt
  );
}

function partsOf(id: string): Attempt | undefined {
  const [, runId, attempt] = /^(\d+)-(\d+)-[0-9a-f]+$/.exec(id) ?? [];
  return runId === undefined ? undefined : { runId, attempt: Number(attempt) };
}

/** What the post step finds of the job. */
export interface KeptJob {
  run: Run & { job: string };
  /** ID of the app, where it got that far. */
  app: string | undefined;
}

/** Keeps, for the post step, whose app it is to take away: before the app is there, which the run may not live to tell of. */
export function keepJob(run: KeptJob['run']): void {
  saveState('job', run);
}

export function keepApp(id: string): void {
  saveState('app', id);
}

/** @returns `undefined` in the post step of a run that had no app of its own */
export function keptJob(): KeptJob | undefined {
  const text = getState('job');
  if (text === '') return undefined;
  return { run: JSON.parse(text) as KeptJob['run'], app: getState('app') || undefined };
}
