import { PATHS, TYPE_NAMES, listAt, typeOf, type RegisteredApp } from '../app/app.ts';
import type { Outcome, Result } from '../app/change.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { textOf, type Json } from '../util/json.ts';
import type { Log } from '../util/log.ts';
import { escaped } from './markdown.ts';

const DONE: Record<Result, string> = {
  created: 'was created',
  updated: 'was updated',
  unchanged: 'is as the workflow says; nothing was changed',
  deleted: 'was deleted',
  absent: 'does not exist, as the workflow says',
  skipped: 'was skipped',
};

const WOULD: Partial<Record<Result, string>> = {
  created: 'would be created',
  updated: 'would be updated',
  deleted: 'would be deleted',
};

/** What became of the app: the subject is its name, which comes from outside. */
export function sentence(
  { dryRun, name, appId, state }: Inputs,
  { result, app }: Outcome,
): { subject: string; predicate: string } {
  const predicate = state === 'read' ? 'was read' : (dryRun && WOULD[result]) || DONE[result];
  return { subject: app?.label ?? name ?? appId ?? '', predicate };
}

/** GitHub drops a summary over 1 MiB; with this much of each value, even a hundred changes stay far below. */
const SHOWN_VALUE = 2000;

/** The job summary, as GitHub Flavored Markdown in which only our own words are markup. */
export function summary(inputs: Inputs, outcome: Outcome, log: Log): string {
  const { subject, predicate } = sentence(inputs, outcome);
  const { app, changes } = outcome;
  const hidden = (value: string): string => escaped(log.redact(value));
  const details = app ? [...facts(app), adminLink(inputs, app) ?? ''].filter(Boolean).join(' · ') : '';
  const table = [
    '',
    '| Setting | From | To |',
    '| --- | --- | --- |',
    ...changes.map(({ field, from, to }) => `| ${hidden(field)} | ${cell(from, log)} | ${cell(to, log)} |`),
  ];
  const parts = [
    `### Okta OIDC app`,
    '',
    `${inputs.dryRun ? '**Dry run.** ' : ''}The app **${hidden(subject)}** ${predicate}.`,
    ...(details ? ['', details] : []),
    ...(changes.length > 0 ? table : []),
  ];
  return log.redact(`${parts.join('\n')}\n\n`);
}

function facts(app: RegisteredApp): string[] {
  const type = typeOf(app);
  const redirectUris = listAt(app, PATHS['redirect-uris']).length;
  return [
    type ? `Type ${TYPE_NAMES[type]}` : '',
    redirectUris > 0 ? `${redirectUris} redirect ${redirectUris === 1 ? 'URI' : 'URIs'}` : '',
  ];
}

function cell(value: Json, log: Log): string {
  if (value === null) return '';
  return (Array.isArray(value) ? value : [value]).map((item) => code(item, log)).join('<br>');
}

/** Masked values go first: once a text is cut short or its characters are replaced, they would not be found. */
function code(value: Json, log: Log): string {
  const text = log.redact(typeof value === 'string' ? value : JSON.stringify(value));
  const cut = text.length > SHOWN_VALUE ? `${text.slice(0, SHOWN_VALUE)}…` : text;
  return `<code>${escaped(cut)}</code>`;
}

/**
 * The app's page in the Admin Console; where the client ID is masked, which is part of that address, the list of apps. An org behind a
 * domain of its own has its console elsewhere, so there is no link.
 */
function adminLink({ connection, maskClientId }: Inputs, app: RegisteredApp): string | undefined {
  const url = new URL(connection.orgUrl);
  const okta = /^([^.]+)(\.(?:okta|oktapreview|okta-emea|okta-gov|trexcloud)\.com|\.okta\.mil)$/.exec(
    url.hostname,
  );
  const host = okta
    ? `${okta[1] ?? ''}-admin${okta[2] ?? ''}`
    : url.protocol === 'http:'
      ? url.host
      : undefined;
  if (host === undefined) return undefined;
  const kind = encodeURIComponent(textOf(app.body['name']));
  const page = maskClientId
    ? '/admin/apps/active'
    : `/admin/app/${kind}/instance/${encodeURIComponent(app.id)}/`;
  return `[Admin Console](${url.protocol}//${host}${page})`;
}
