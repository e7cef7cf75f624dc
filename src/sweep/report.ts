import * as core from '@actions/core';
import { escaped, writeSummary } from '../report/markdown.ts';
import type { Log } from '../util/log.ts';
import type { Owner } from '../app/ownership.ts';
import {
  isClosed,
  type End,
  type EndedApp,
  type Removal,
  type SweepPlan,
  type TemporaryApp,
} from './plan.ts';

/** Writes the outputs, the last log lines and the summary. */
export async function reportSweep(
  plan: SweepPlan,
  removal: Removal,
  dryRun: boolean,
  log: Log,
): Promise<void> {
  const gone = new Set(removal.apps.map(({ app }) => app.id));
  const kept = [...plan.remove, ...plan.keep].filter(({ app }) => !gone.has(app.id));
  if (dryRun) for (const line of intentions(plan, removal)) log.info(`Dry run: ${line}`);
  const told = sentence(plan, removal, kept, dryRun);
  log.info(told);
  core.setOutput('deleted', names(removal.apps));
  core.setOutput('kept', names(kept));
  core.setOutput('changed', String(removal.apps.length > 0 || removal.entries.length > 0));
  await writeSummary(
    log.redact(summary(`${dryRun ? '**Dry run.** ' : ''}${escaped(log.redact(told))}`, plan, removal, log)),
    log,
  );
}

function names(apps: readonly TemporaryApp[]): string {
  return JSON.stringify(apps.map(({ app }) => app.label));
}

/** Why an app goes, as the end of a sentence: its pull request, which is closed, or when it expired. */
export function whyGone({ end, owner, expires }: EndedApp): string {
  return end === 'closed' ? `of pull request #${owner.pullRequest ?? 0}` : `that expired at ${expires ?? ''}`;
}

/** Whose something is, among the things of one repository. */
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

function sentence(
  { shared }: SweepPlan,
  { apps, entries }: Removal,
  kept: readonly TemporaryApp[],
  dryRun: boolean,
): string {
  const verb = dryRun ? 'would be' : 'were';
  const closed = apps.filter(isClosed).length;
  const expired = entries.filter((entry) => !isClosed(entry)).length;
  const uris = shared
    ? `, and ${entries.length} URI(s) ${verb} removed from the shared app, of which ${expired} had expired`
    : '';
  return `${closed} app(s) of closed pull requests and ${apps.length - closed} expired app(s) ${verb} deleted${uris}; ${kept.length} app(s) that are not there for good stay for now.`;
}

/** GitHub drops a summary over 1 MiB; a row takes a few hundred bytes. */
const SHOWN_ROWS = 500;

/** @param told what was done, in Markdown */
function summary(told: string, { shared }: SweepPlan, removal: Removal, log: Log): string {
  const hidden = (text: string): string => escaped(log.redact(text));
  const rows = [
    ...removal.apps.map(
      ({ app, owner, end, expires }) =>
        `| ${hidden(app.label)} | ${owner.pullRequest === undefined ? hidden(shortName(owner)) : `#${owner.pullRequest}`} | ${why(end, expires)} |`,
    ),
    ...removal.entries.map(
      ({ uri, end }) => `| ${hidden(uri)} | ${hidden(shared?.app.label ?? '')} | ${why(end)} |`,
    ),
  ];
  const table = [
    '',
    '| Removed | Of | Why |',
    '| --- | --- | --- |',
    ...rows.slice(0, SHOWN_ROWS),
    ...(rows.length > SHOWN_ROWS ? [`| and ${rows.length - SHOWN_ROWS} more, see the log | | |`] : []),
  ];
  const failed = removal.failures.length > 0 ? ` **${removal.failures.length} could not be removed.**` : '';
  const parts = ['### Okta sweep', '', told + failed, ...(rows.length > 0 ? table : [])];
  return `${parts.join('\n')}\n\n`;
}

function why(end: End, expires = ''): string {
  return end === 'closed' ? 'closed' : `expired ${expires}`.trim();
}
