import type { Difference } from '../util/errors.ts';
import type { RegisteredApp } from './app.ts';
import type { Json, JsonObject } from '../util/json.ts';

/** One difference between what is and what should be, for the log, the summary and the output `changes`. */
export type Change = Difference;

export function change(field: string, from: Json | undefined, to: Json | undefined): Change {
  return { field, from: from ?? null, to: to ?? null };
}

/** The inputs that describe an app, by name, as text; `settings` is a part of an app object. */
export type ExportedInputs = Record<string, string | JsonObject | undefined>;

/** The inputs that describe an app, and how many of its values are left out because they are secrets. */
export interface ExportedApp {
  inputs: ExportedInputs;
  secrets: number;
}

/** Of several changes to a field, the last one. */
export function latestOfEach(changes: readonly Change[]): Change[] {
  return [...new Map(changes.map((change) => [change.field, change])).values()];
}

/** What the output `result` says. */
export type ResultKind = 'created' | 'updated' | 'unchanged' | 'deleted' | 'absent' | 'skipped';

/** What became of the run: all that is reported. */
export interface Result {
  kind: ResultKind;
  changes: Change[];
  /** The app as it was last read; `undefined` if none exists, or none would exist yet. */
  app: RegisteredApp | undefined;
  /** The inputs that describe the app, if the run was to write them down. */
  exported?: ExportedApp;
  /** How many groups more the app has than the inputs list; `undefined` if that was not read. */
  otherGroups?: number | undefined;
}

/**
 * What became of an existing app.
 *
 * @param isWritten whether it was written: what only its mark shows is an update without changes
 */
export function updateResult(app: RegisteredApp, changes: Change[], isWritten: boolean): Result {
  return { kind: isWritten || changes.length > 0 ? 'updated' : 'unchanged', changes, app };
}

/** The result with changes to what belongs to the app, which came last. */
export function withChanges(result: Result, changes: readonly Change[]): Result {
  if (changes.length === 0) return result;
  const kind = result.kind === 'unchanged' ? 'updated' : result.kind;
  return { ...result, kind, changes: [...result.changes, ...changes] };
}

/** Whether the run changed something; in a dry run, whether it would. */
export function isChanged({ kind }: Result): boolean {
  return kind === 'created' || kind === 'updated' || kind === 'deleted';
}
