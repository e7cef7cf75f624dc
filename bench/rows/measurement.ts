import type { startBenchOrg } from '../measure/org.ts';
import type { Row } from '../table.ts';

/** Something that is measured, and gives one row or a few. */
export interface Measurement {
  /** What the row is about; some text of it selects the measurement. */
  name: string;
  rows(bench: Bench): Promise<Row[]>;
}

/** What every measurement works with. */
export interface Bench {
  /** The folder of the action's bundle. */
  dist: string;
  /** A folder for whatever files. */
  scratch: string;
  rounds: number;
  /** Rounds of what takes long, and so varies little. */
  fewRounds: number;
  /** Starts an org, which is closed after the measurement. */
  startOrg: typeof startBenchOrg;
  /** The main file of `bench/entries/ENTRY.mjs`, bundled just as the action is. */
  built(entry: 'floor' | 'whole-sdk'): string;
  /** Sentences that come before the table. */
  notes: Set<string>;
}

/** Bytes that a run may have in memory. */
export const MOST_MEMORY = 80e6;
