import * as core from '@actions/core';
import { clientIdOf, isCatalogApp } from '../app/app.ts';
import { endpointsOf, signInUrl } from '../app/addresses/endpoints.ts';
import type { Issuer } from '../app/addresses/issuer.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { withBlock } from './with-block.ts';
import { sentence } from './summary.ts';
import { redact, redactedJson, type Log } from '../util/log.ts';
import { isChanged, type Change, type ExportedApp, type Result } from '../app/change.ts';
import type { Json } from '../util/json.ts';

/** All that a run reports: log lines, outputs and the job summary. */
export interface Report {
  inputs: Inputs;
  result: Result;
  /** What the app's tokens name; `undefined` if no app exists. */
  issuer: Issuer | undefined;
  clientSecret: string | undefined;
  signInReady: boolean | undefined;
  /** The pull request that the run was for. */
  pullRequest: { number: number } | undefined;
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
  'pull-request',
] as const;

type Outputs = Record<(typeof OUTPUT_NAMES)[number], string>;

/**
 * Writes the outputs and the last log lines.
 *
 * @returns the inputs that describe the app, if the run was to write them down
 */
export async function report(told: Report, log: Log): Promise<string | undefined> {
  const { inputs, result } = told;
  for (const line of lines(inputs, result)) log.info(line);
  for (const [name, value] of Object.entries(outputs(told, log))) core.setOutput(name, value);
  return result.exported && reportInputs(result.exported, log);
}

/** The inputs that describe the app, in the log; the block is for the summary, too, to be copied from. */
async function reportInputs(exported: ExportedApp, log: Log): Promise<string> {
  const block = await withBlock(exported);
  for (const line of ['The inputs that describe the app:', ...block.trimEnd().split('\n')]) log.info(line);
  return block;
}

/** What a skipped run leaves behind for later steps. */
export function reportSkipped(reason: string, log: Log): void {
  log.notice(reason);
  for (const name of OUTPUT_NAMES) core.setOutput(name, '');
  core.setOutput('result', 'skipped');
  core.setOutput('changed', 'false');
  core.setOutput('changes', '[]');
}

function outputs(
  { inputs, result, issuer, clientSecret, signInReady, pullRequest }: Report,
  log: Log,
): Outputs {
  const { app, kind, changes } = result;
  const own = inputs.shared ? inputs.settings['redirect-uris'] : [];
  const endpoints = issuer && endpointsOf(issuer.address, issuer.server && log.redact(issuer.server));
  return {
    'client-id': (app && clientIdOf(app)) ?? '',
    'client-secret': clientSecret ?? '',
    'app-id': app?.id ?? '',
    issuer: endpoints?.issuer ?? '',
    'discovery-url': endpoints?.discoveryUrl ?? '',
    'authorize-url': (app && endpoints && signInUrl(app, endpoints, inputs.idp, own)) ?? '',
    result: kind,
    changed: String(isChanged(result)),
    changes: JSON.stringify(changes.map(redactedChange)),
    'sign-in-ready': signInReady === undefined ? '' : String(signInReady),
    'pull-request': String(pullRequest?.number ?? ''),
  };
}

function redactedChange({ field, from, to }: Change): Change {
  return { field: redact(field), from: redactedJson(from), to: redactedJson(to) };
}

function lines(inputs: Inputs, result: Result): string[] {
  const { subject, predicate } = sentence(inputs, result);
  const dryRun = inputs.dryRun ? 'Dry run: ' : '';
  const catalog =
    result.app && isCatalogApp(result.app)
      ? [
          'Okta does not show the client ID of an app of its network: the outputs "client-id" and "authorize-url" are empty.',
        ]
      : [];
  return [
    `${dryRun}The app "${subject}" ${predicate}.`,
    ...result.changes.map((change) => `  ${describe(change)}`),
    ...catalog,
  ];
}

/** A difference as one line of the log. */
export function describe({ field, from, to }: Change): string {
  return `${field}: ${text(from)} -> ${text(to)}`;
}

function text(value: Json): string {
  return value === null ? '(none)' : JSON.stringify(redactedJson(value));
}
