import type { Difference } from './compare.ts';
import type { Recording } from './recording.ts';
import type { Outcome } from './replay.ts';

/** What became of a recording: a line for it, and one for each exchange that was skipped or answered differently. */
export function describeRecording(
  { file }: Recording,
  outcomes: readonly Outcome[],
  isVerbose: boolean,
): string {
  const lines = outcomes.flatMap((outcome, index) => {
    const { method, url } = outcome.exchange;
    const request = `  #${index} ${method} ${url.pathname}${url.search}`;
    return remarks(outcome, isVerbose).map((remark) => `${request}: ${remark}`);
  });
  const exact = outcomes.filter(isExact).length;
  return [`${file}: ${exact} of ${outcomes.length} exchanges answered exactly`, ...lines].join('\n');
}

/** The score of all recordings, and why exchanges were skipped. */
export function describeTotal(recordings: number, outcomes: readonly Outcome[]): string {
  const line = (what: string, counted: readonly Outcome[]): string =>
    `  ${what}: ${counted.length} (${percent(counted.length, outcomes.length).toFixed(1)} %)`;
  const skipped = Map.groupBy(
    outcomes.filter((outcome) => 'skipped' in outcome),
    ({ skipped: why }) => why,
  );
  return [
    `\nRecordings: ${recordings}, exchanges: ${outcomes.length}`,
    line('same status', outcomes.filter(hasSameStatus)),
    line('same body, apart from links', outcomes.filter(hasSameBody)),
    line('exactly the same', outcomes.filter(isExact)),
    ...[...skipped].map(([why, those]) => line(`skipped, since ${why}`, those)),
  ].join('\n');
}

/** How many in a hundred exchanges were answered exactly; one that was skipped was not. */
export function shareOfExact(outcomes: readonly Outcome[]): number {
  return percent(outcomes.filter(isExact).length, outcomes.length);
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}

function remarks(outcome: Outcome, isVerbose: boolean): string[] {
  if ('skipped' in outcome) return [`skipped, since ${outcome.skipped}`];
  const [first, ...rest] = outcome.differences.map(({ path, what }) => `${path}: ${what}`);
  if (first === undefined) return [];
  if (isVerbose) return [first, ...rest];
  return [rest.length === 0 ? first : `${first} (and ${rest.length} more)`];
}

function hasSameStatus(outcome: Outcome): boolean {
  return isReplayed(outcome, ({ path }) => path !== 'status');
}

function hasSameBody(outcome: Outcome): boolean {
  return isReplayed(outcome, ({ path }) => /(^|\.)_links\b/.test(path));
}

function isExact(outcome: Outcome): boolean {
  return isReplayed(outcome, () => false);
}

/** Whether it was replayed without a difference, or with such alone. */
function isReplayed(outcome: Outcome, allowed: (difference: Difference) => boolean): boolean {
  return 'differences' in outcome && outcome.differences.every(allowed);
}
