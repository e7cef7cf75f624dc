import * as core from '@actions/core';
import {
  PATHS,
  TYPE_NAMES,
  clientIdOf,
  clientSecretOf,
  isCatalogApp,
  listAt,
  typeOf,
  type RegisteredApp,
} from '../app/app.ts';
import { endpointsOf, signInUrl } from '../app/endpoints.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { escaped, writeSummary } from './markdown.ts';
import type { Log } from '../util/log.ts';
import type { Change } from '../app/change.ts';
import { isChanged, type Outcome, type Result } from '../app/change.ts';
import { textOf, type Json } from '../util/json.ts';

/** All that a run tells: log lines, outputs and the job summary. */
export interface Report {
  inputs: Inputs;
  outcome: Outcome;
  clientSecret: string | undefined;
  signInReady: boolean | undefined;
}

export const OUTPUT_NAMES = [
  'client-id',
  'client-secret',
  'app-id',
  'issuer',
  'discovery-url',
  'authorize-url',
  'result',
  'changed',
  'changes',
  'sign-in-ready',
] as const;

type Outputs = Record<(typeof OUTPUT_NAMES)[number], string>;

/** Masks what must not be seen of an app, before anything that holds it is written anywhere. */
export function maskApp(app: RegisteredApp, { maskClientId }: Pick<Inputs, 'maskClientId'>, log: Log): void {
  const secret = clientSecretOf(app);
  if (secret !== undefined) log.mask(secret);
  if (!maskClientId) return;
  const clientId = clientIdOf(app) ?? app.id;
  log.mask(clientId);
}

/** Writes the outputs, the last log lines and the summary. */
export async function report(
  { inputs, outcome, clientSecret, signInReady }: Report,
  log: Log,
): Promise<void> {
  for (const line of lines(inputs, outcome)) log.info(line);
  for (const [name, value] of Object.entries(outputs({ inputs, outcome, clientSecret, signInReady }, log)))
    core.setOutput(name, value);
  await writeSummary(summary(inputs, outcome, log), log);
}

/** What a skipped run leaves behind, so that later steps can tell. */
export function reportSkipped(reason: string, log: Log): void {
  log.notice(reason);
  for (const name of OUTPUT_NAMES) core.setOutput(name, '');
  core.setOutput('result', 'skipped');
  core.setOutput('changed', 'false');
  core.setOutput('changes', '[]');
}

function outputs({ inputs, outcome, clientSecret, signInReady }: Report, log: Log): Outputs {
  const { app, result, changes } = outcome;
  const endpoints = endpointsOf(inputs.connection.orgUrl, inputs.authorizationServer);
  return {
    'client-id': (app && clientIdOf(app)) ?? '',
    'client-secret': clientSecret ?? '',
    'app-id': app?.id ?? '',
    issuer: app ? endpoints.issuer : '',
    'discovery-url': app ? endpoints.discoveryUrl : '',
    'authorize-url': (app && signInUrl(app, endpoints, inputs.idp)) ?? '',
    result,
    changed: String(isChanged(outcome)),
    changes: log.redact(JSON.stringify(changes)),
    'sign-in-ready': signInReady === undefined ? '' : String(signInReady),
  };
}

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

function sentence(
  { dryRun, name, appId }: Inputs,
  { result, app }: Outcome,
): { subject: string; predicate: string } {
  return { subject: app?.label ?? name ?? appId ?? '', predicate: (dryRun && WOULD[result]) || DONE[result] };
}

function lines(inputs: Inputs, outcome: Outcome): string[] {
  const { subject, predicate } = sentence(inputs, outcome);
  const dryRun = inputs.dryRun ? 'Dry run: ' : '';
  const catalog =
    outcome.app && isCatalogApp(outcome.app)
      ? [
          'Okta does not show the client ID of an app of its network: the outputs "client-id" and "authorize-url" are empty.',
        ]
      : [];
  return [
    `${dryRun}The app "${subject}" ${predicate}.`,
    ...outcome.changes.map((change) => `  ${describe(change)}`),
    ...catalog,
  ];
}

function describe({ field, from, to }: Change): string {
  return `${field}: ${text(from)} -> ${text(to)}`;
}

function text(value: Json): string {
  return value === null ? '(none)' : JSON.stringify(value);
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
