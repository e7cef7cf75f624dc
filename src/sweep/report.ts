import * as core from '@actions/core';
import { escaped, writeSummary } from '../report/markdown.ts';
import type { Log } from '../util/log.ts';
import type { PreviewApp, Removal, SweepPlan } from './plan.ts';

/** Writes the outputs, the last log lines and the summary. */
export async function reportSweep(
  plan: SweepPlan,
  removal: Removal,
  dryRun: boolean,
  log: Log,
): Promise<void> {
  const kept = [...plan.remove, ...plan.keep].filter((preview) => !removal.apps.includes(preview));
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

function names(previews: readonly PreviewApp[]): string {
  return JSON.stringify(previews.map(({ app }) => app.label));
}

function intentions({ shared }: SweepPlan, { apps, entries }: Removal): string[] {
  return [
    ...apps.map(
      ({ app, pullRequest }) => `would delete the app "${app.label}" of pull request #${pullRequest}.`,
    ),
    ...entries.map(({ uri }) => `would remove ${uri} from the shared app "${shared?.app.label ?? ''}".`),
  ];
}

function sentence(
  { shared }: SweepPlan,
  { apps, entries }: Removal,
  kept: readonly PreviewApp[],
  dryRun: boolean,
): string {
  const verb = dryRun ? 'would be' : 'were';
  const uris = shared ? `, and ${entries.length} URI(s) ${verb} removed from the shared app` : '';
  return `${apps.length} app(s) of closed pull requests ${verb} deleted${uris}; ${kept.length} app(s) of pull requests stay.`;
}

/** GitHub drops a summary over 1 MiB; a row takes a few hundred bytes. */
const SHOWN_ROWS = 500;

/** @param told what was done, in Markdown */
function summary(told: string, { shared }: SweepPlan, removal: Removal, log: Log): string {
  const hidden = (text: string): string => escaped(log.redact(text));
  const rows = [
    ...removal.apps.map(({ app, pullRequest }) => `| ${hidden(app.label)} | #${pullRequest} |`),
    ...removal.entries.map(({ uri }) => `| ${hidden(uri)} | ${hidden(shared?.app.label ?? '')} |`),
  ];
  const table = [
    '',
    '| Removed | Pull request, or shared app |',
    '| --- | --- |',
    ...rows.slice(0, SHOWN_ROWS),
    ...(rows.length > SHOWN_ROWS ? [`| and ${rows.length - SHOWN_ROWS} more, see the log | |`] : []),
  ];
  const failed = removal.failures.length > 0 ? ` **${removal.failures.length} could not be removed.**` : '';
  const parts = ['### Okta sweep', '', told + failed, ...(rows.length > 0 ? table : [])];
  return `${parts.join('\n')}\n\n`;
}
