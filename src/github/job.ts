import { randomUUID } from 'node:crypto';

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
  const own = partsOf(id);
  const before = partsOf(other);
  return own.runId === before.runId && before.attempt < own.attempt;
}

/** The run that a job is one of, by the job's ID; `undefined` for what is no such ID. */
export function runOfJob(id: string): string | undefined {
  return partsOf(id).runId;
}

/** What is no such ID has no run, and an attempt that is neither before nor after any other. */
function partsOf(id: string): { runId: string | undefined; attempt: number } {
  const [, runId, attempt] = /^(\d+)-(\d+)-[0-9a-f]+$/.exec(id) ?? [];
  return { runId, attempt: Number(attempt) };
}
