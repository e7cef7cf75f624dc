import * as core from '@actions/core';
import { fitted } from '../report/markdown.ts';
import { hidden, trouble, type Ending } from '../report/summary.ts';
import { redact, redactedJson, type Log } from '../util/log.ts';
import type { Owner } from '../app/ownership/owner.ts';
import { inventoryJson, inventoryOf } from './inventory.ts';
import {
  isClosed,
  type End,
  type EndedApp,
  type Removal,
  type Survey,
  type SweepPlan,
  type TemporaryApp,
} from './plan.ts';

/** What a sweep knows of itself: more and more, up to its end, whichever that is. */
export interface Swept {
  orgUrl?: string;
  outcome?: Outcome;
}

/** What a sweep has found, and what it removed; in a dry run, what it would. */
interface Outcome {
  plan: Survey;
  removal: Removal;
  dryRun: boolean;
}

/** Writes the outputs and the last log lines. */
export function reportSweep(outcome: Outcome, log: Log): void {
  const { plan, removal, dryRun } = outcome;
  if (dryRun) for (const line of intentions(plan, removal)) log.info(`Dry run: ${line}`);
  log.info(sentence(outcome));
  core.setOutput('deleted', names(removal.apps));
  core.setOutput('kept', names(keptBy(plan, removal)));
  core.setOutput('changed', String(removal.apps.length > 0 || removal.entries.length > 0));
  const apps = inventoryJson(inventoryOf(plan.apps, removal.apps, plan.facts));
  core.setOutput('apps', JSON.stringify(redactedJson(apps)));
}

function keptBy(plan: SweepPlan, { apps }: Removal): TemporaryApp[] {
  const gone = new Set(apps.map(({ app }) => app.id));
  return [...plan.remove, ...plan.keep].filter(({ app }) => !gone.has(app.id));
}

function names(apps: readonly TemporaryApp[]): string {
  return JSON.stringify(apps.map(({ app }) => app.label));
}

/** Why an app is deleted, as the end of a sentence: its pull request, which is closed, or when it expired. */
export function whyGone({ end, owner, expires }: EndedApp): string {
  return end === 'closed' ? `of pull request #${owner.pullRequest ?? 0}` : `that expired at ${expires ?? ''}`;
}

/** The owner of something, among the things of one repository. */
export function shortName({ pullRequest, branch, job }: Owner): string {
  if (pullRequest !== undefined) return `pull request #${pullRequest}`;
  return branch === undefined ? (job === undefined ? 'the repository' : `job ${job}`) : `branch ${branch}`;
}

function intentions({ shared }: SweepPlan, { apps, entries }: Removal): string[] {
  return [
    ...apps.map((ended) => `would delete the app "${ended.app.label}" ${whyGone(ended)}.`),
    ...entries.map(({ uri }) => `would remove ${uri} from the shared app "${shared?.app.label ?? ''}".`),
  ];
}

function sentence({ plan, removal, dryRun }: Outcome): string {
  const { apps, entries } = removal;
  const be = (count: number): string => (dryRun ? 'would be' : count === 1 ? 'was' : 'were');
  const closed = apps.filter(isClosed).length;
  const expired = apps.length - closed;
  const ended = [
    closed > 0 && `${counted(closed, 'app')} of closed pull requests`,
    expired > 0 && counted(expired, 'expired app'),
  ];
  const expiredUris = entries.filter((entry) => !isClosed(entry)).length;
  const ofThese = expiredUris > 0 ? `, of which ${expiredUris} had expired` : '';
  const removed = [
    apps.length > 0 && `${ended.filter(Boolean).join(' and ')} ${be(apps.length)} deleted`,
    entries.length > 0 &&
      `${counted(entries.length, 'URI')} ${be(entries.length)} removed from the shared app${ofThese}`,
  ];
  const kept = keptBy(plan, removal).length;
  const later =
    kept > 0 ? `; ${counted(kept, 'temporary app')} ${kept === 1 ? 'is' : 'are'} kept for now` : '';
  return `${removed.filter(Boolean).join(', and ') || `Nothing ${be(1)} removed`}${later}.`;
}

/** A number with its noun: `1 app`, `2 apps`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Rows of a table that anybody would read. */
const SHOWN_ROWS = 500;

/** The job summary of a sweep, of what it knows at its end. */
export function sweepSummary({ orgUrl, outcome }: Swept, ending: Ending): string {
  const parts = [
    outcome ? `${outcome.dryRun ? '**Dry run.** ' : ''}${hidden(sentence(outcome))}` : '',
    ...trouble(ending),
    orgUrl === undefined ? '' : `Org ${hidden(new URL(orgUrl).host)}`,
    ...(outcome ? [table(outcome), keptApps(outcome)] : []),
  ];
  return redact(`### Okta sweep\n\n${fitted(parts)}\n\n`);
}

function table({ plan: { shared }, removal, dryRun }: Outcome): string {
  const rows = [
    ...removal.apps.map(
      ({ app, owner, end, expires }) =>
        `| ${hidden(app.label)} | ${hidden(shortName(owner))} | ${why(end, expires)} |`,
    ),
    ...removal.entries.map(
      ({ uri, end }) =>
        `| ${hidden(uri)} | the shared app ${hidden(shared?.app.label ?? '')} | ${why(end)} |`,
    ),
  ];
  if (rows.length === 0) return '';
  return [
    `| ${dryRun ? 'Would be removed' : 'Removed'} | Of | Why |`,
    '| --- | --- | --- |',
    ...rows.slice(0, SHOWN_ROWS),
    ...(rows.length > SHOWN_ROWS ? [`| and ${rows.length - SHOWN_ROWS} more, see the log | | |`] : []),
  ].join('\n');
}

/** Which apps are kept, their owners, and why. */
function keptApps({ plan, removal }: Outcome): string {
  const kept = inventoryOf(plan.apps, removal.apps, plan.facts).filter(({ action }) => action === 'kept');
  if (kept.length === 0) return '';
  const rows = kept.map(
    ({ name, owner, ageDays, expires = '', why }) =>
      `| ${hidden(name)} | ${hidden(owner)} | ${counted(ageDays, 'day')} | ${hidden(expires)} | ${why} |`,
  );
  return [
    '| Kept | Of | Age | Expires | Why |',
    '| --- | --- | --- | --- | --- |',
    ...rows.slice(0, SHOWN_ROWS),
    ...(rows.length > SHOWN_ROWS
      ? [`| and ${rows.length - SHOWN_ROWS} more, see the output "apps" | | | | |`]
      : []),
  ].join('\n');
}

function why(end: End, expires = ''): string {
  return end === 'closed' ? 'closed' : `expired ${hidden(expires)}`.trim();
}
