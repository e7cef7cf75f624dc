import type { RegisteredApp } from './app.ts';
import type { Json } from '../util/json.ts';

/** One difference between what is and what should be, for the log, the summary and the output `changes`. */
export interface Change {
  field: string;
  from: Json;
  to: Json;
}

export function change(field: string, from: Json | undefined, to: Json | undefined): Change {
  return { field, from: from ?? null, to: to ?? null };
}

export type Result = 'created' | 'updated' | 'unchanged' | 'deleted' | 'absent' | 'skipped';

/** What became of the run: all that is reported. */
export interface Outcome {
  result: Result;
  changes: Change[];
  /** The app as it is now; `undefined` where there is none, or would be none yet. */
  app: RegisteredApp | undefined;
}

/** Whether the run changed something; in a dry run, whether it would. */
export function isChanged({ result }: Outcome): boolean {
  return result === 'created' || result === 'updated' || result === 'deleted';
}
