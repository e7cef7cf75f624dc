import type { Difference } from '../util/errors.ts';
import type { RegisteredApp } from './app.ts';
import type { Json, JsonObject } from '../util/json.ts';

/** One difference between what is and what should be, for the log, the summary and the output `changes`. */
export type Change = Difference;

export function change(field: string, from: Json | undefined, to: Json | undefined): Change {
  return { field, from: from ?? null, to: to ?? null };
}

/** What a workflow says to describe an app, by input, as text; `settings` is a part of an app object. */
export type WrittenInputs = Record<string, string | JsonObject | undefined>;

/** The inputs that describe an app, and how many of its values are left out because they are secrets. */
export interface Description {
  inputs: WrittenInputs;
  secrets: number;
}

/** Of several changes to a field, the last one. */
export function latestOfEach(changes: readonly Change[]): Change[] {
  return [...new Map(changes.map((change) => [change.field, change])).values()];
}

export type Result = 'created' | 'updated' | 'unchanged' | 'deleted' | 'absent' | 'skipped';

/** What became of the run: all that is reported. */
export interface Outcome {
  result: Result;
  changes: Change[];
  /** The app as it is now; `undefined` where there is none, or would be none yet. */
  app: RegisteredApp | undefined;
  /** The inputs that describe the app, where the run was to write them down. */
  described?: Description;
}

/**
 * What became of an app that was there.
 *
 * @param isWritten whether it was written: what only its mark shows is an update without changes
 */
export function updateOutcome(app: RegisteredApp, changes: Change[], isWritten: boolean): Outcome {
  return { result: isWritten || changes.length > 0 ? 'updated' : 'unchanged', changes, app };
}

/** The outcome with changes to what belongs to the app, which came last. */
export function withChanges(outcome: Outcome, changes: readonly Change[]): Outcome {
  if (changes.length === 0) return outcome;
  const result = outcome.result === 'unchanged' ? 'updated' : outcome.result;
  return { ...outcome, result, changes: [...outcome.changes, ...changes] };
}

/** Whether the run changed something; in a dry run, whether it would. */
export function isChanged({ result }: Outcome): boolean {
  return result === 'created' || result === 'updated' || result === 'deleted';
}
