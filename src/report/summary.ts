import { PATHS, TYPE_NAMES, listAt, typeOf, type RegisteredApp } from '../app/app.ts';
import type { Change, Result, ResultKind } from '../app/change.ts';
import { oktaHost } from '../app/addresses/okta-host.ts';
import { isIdMasked } from '../app/client-id.ts';
import { namedSettings } from '../app/settings/settings.ts';
import type { OtherAccess } from '../app/assignments.ts';
import { appIn, type Inputs } from '../inputs/inputs.ts';
import { textOf, type Json } from '../util/json.ts';
import { ActionError, explain, RefusedChange } from '../util/errors.ts';
import { redact } from '../util/log.ts';
import { escaped, fenced, fitted } from './markdown.ts';

const DONE: Record<ResultKind, string> = {
  created: 'was created',
  updated: 'was updated',
  unchanged: 'is as the workflow says; nothing was changed',
  deleted: 'was deleted',
  absent: 'does not exist, as the workflow says',
  skipped: 'was skipped',
};

const WOULD: Partial<Record<ResultKind, string>> = {
  created: 'would be created',
  updated: 'would be updated',
  deleted: 'would be deleted',
};

/** What became of the app: the subject is its name, which comes from outside. */
export function sentence(inputs: Inputs, { kind, app }: Result): { subject: string; predicate: string } {
  const { dryRun, state } = inputs;
  const predicate = state === 'read' ? 'was read' : (dryRun && WOULD[kind]) || DONE[kind];
  return { subject: app?.label ?? appIn(inputs), predicate };
}

/** What a run knows of itself: more and more, up to its end, whichever that is. */
export interface Known {
  inputs?: Inputs;
  /** The pull request that it is for. */
  pullRequest?: number | undefined;
  result?: Result;
  /** Whether Okta accepts the client and its redirect URIs, as far as it was asked. */
  isAccepted?: boolean | undefined;
  /** Who may use the app beside those whom the inputs list. */
  others?: OtherAccess | undefined;
  /** The inputs that describe the app, as YAML. */
  exported?: string | undefined;
  /** Why nothing was done. */
  skipped?: string;
}

/** How a run ended. */
export interface Ending {
  /** What it failed with; `undefined` if it did not. */
  failure: unknown;
  /** What it had changed before it failed, one phrase each. */
  done: readonly string[];
  warnings: readonly string[];
}

/** Who reads a summary reads neither more of a value, nor more of them. */
const SHOWN_VALUE = 2000;
const SHOWN_ROWS = 200;

/** The job summary, as GitHub Flavored Markdown in which only our own words are markup. */
export function summary(known: Known, ending: Ending): string {
  const { inputs, result } = known;
  const told = ending.failure === undefined ? success(known) : undefined;
  const parts = [
    ...(told === undefined ? [] : [told]),
    ...trouble(ending),
    ...(inputs ? [context(inputs, known)] : []),
    ...(ending.failure instanceof RefusedChange
      ? refused(ending.failure, ending.done)
      : table(shownChanges(known), result?.kind === 'created' ? CREATED : CHANGED)),
    ...(inputs && result && isThere(result) ? [access(inputs, known.others)] : []),
    known.exported === undefined
      ? ''
      : `The inputs that describe the app:\n\n${fenced(known.exported, 'yaml')}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : redact(`### Okta OIDC app\n\n${fitted(parts)}\n\n`);
}

/** A text from outside, without secrets, harmless, and not too long. */
export function hidden(value: string): string {
  const text = redact(value);
  return escaped(text.length > SHOWN_VALUE ? `${text.slice(0, SHOWN_VALUE)}…` : text);
}

function success({ inputs, result, skipped }: Known): string {
  if (skipped !== undefined) return `**Skipped.** ${hidden(skipped)}`;
  if (!inputs || !result) return '';
  const { subject, predicate } = sentence(inputs, result);
  return `${inputs.dryRun ? '**Dry run.** ' : ''}The app **${hidden(subject)}** ${predicate}.`;
}

/** What went wrong, what to do about it, what had been done before, and all warnings. */
export function trouble({ failure, done, warnings }: Ending): string[] {
  const told = [...new Set(warnings)].map((warning) => `**Warning:** ${lines(warning)}`);
  return [...(failure === undefined ? [] : failed(failure, done)), ...told.slice(0, SHOWN_ROWS)];
}

function failed(failure: unknown, done: readonly string[]): string[] {
  const { problem, remedy } =
    failure instanceof ActionError ? failure : { problem: explain(failure), remedy: '' };
  return [
    `**Failed.** ${withList(problem)}`,
    remedy && `**What to do:** ${lines(remedy)}`,
    done.length > 0
      ? `**Done before the failure:** ${done.map(hidden).join('; ')}. A re-run continues from there.`
      : '',
  ];
}

function lines(text: string): string {
  return redact(text).split('\n').map(hidden).join('<br>');
}

/** The same, of a text that ends with a list. */
function withList(text: string): string {
  return lines(text).replaceAll('<br>- ', '\n- ');
}

/** What `/authorize` was asked, and says: it does not show whether anybody may use the app. */
const ACCEPTED = 'Okta accepts the client and its redirect URIs';

/** In which org, for what and for which app the run was. */
function context(inputs: Inputs, { pullRequest, result, isAccepted }: Known): string {
  const { connection } = inputs;
  const app = result?.app;
  const named = result ? '' : `App ${hidden(appIn(inputs))}`;
  const signIn = isAccepted === undefined ? '' : isAccepted ? ACCEPTED : 'Sign-in **does not work**';
  return [
    named,
    `Org ${hidden(new URL(connection.orgUrl).host)}`,
    pullRequest === undefined ? '' : `Pull request ${pullRequest}`,
    ...(app ? facts(app) : []),
    signIn,
    app && adminLink(inputs, app),
  ]
    .filter(Boolean)
    .join(' · ');
}

function isThere({ kind, app }: Result): boolean {
  return app !== undefined || kind === 'created';
}

/** Whom the inputs let in, and who else may use the app: others are counted, and are nobody's business by name. */
function access({ groups, users = [] }: Inputs, others: OtherAccess | undefined): string {
  const listed = (noun: string, names: readonly string[] = []): string =>
    names.length > 0 ? `${noun}${names.length > 1 ? 's' : ''} ${names.map(hidden).join(', ')}` : '';
  const areHidden = users.some((user) => redact(user) !== user);
  const people = areHidden
    ? `${users.length} ${users.length === 1 ? 'user' : 'users'}`
    : listed('user', users);
  const named = [listed('group', groups), people].filter(Boolean);
  const told = others ? besides(others, named.length > 0) : '';
  if (named.length === 0) return told && `Who may use it: ${told}`;
  return `Who may use it, by these inputs: ${[named.join(' · '), told].filter(Boolean).join('; ')}`;
}

/** @param isListed whether the inputs list somebody */
function besides(others: OtherAccess, isListed: boolean): string {
  switch (others.kind) {
    case 'everybody':
      return 'everybody in the org (Federation Broker Mode)';
    case 'nobody':
      return '**nobody**';
    case 'users':
      return 'people who are assigned one by one, and whom the inputs do not name';
    case 'groups': {
      const { count, isMore } = others;
      if (count === 0) return '';
      const more = isListed ? ' more' : '';
      return `${isMore ? 'at least ' : ''}${count} ${count === 1 ? 'group' : 'groups'}${more} that the inputs do not name`;
    }
  }
}

/** Of a creation, what the workflow says: the rest follows from the type. */
function shownChanges({ inputs, result }: Known): readonly Change[] {
  if (!inputs || !result) return [];
  if (result.kind !== 'created') return result.changes;
  const named = new Set<string>(namedSettings(inputs.settings));
  return result.changes.filter(({ field }) => named.has(field) || !Object.hasOwn(PATHS, field));
}

function refused({ differences }: RefusedChange, done: readonly string[]): string[] {
  const untouched = done.length === 0 ? 'Nothing was changed. ' : '';
  return [`${untouched}What this run would have changed:`, ...table(differences, CHANGED)];
}

/** Columns beside the name of the setting. */
type Columns = readonly (readonly [heading: string, value: (change: Change) => Json])[];

const CHANGED: Columns = [
  ['From', ({ from }) => from],
  ['To', ({ to }) => to],
];
/** Of a new app, which has no previous values. */
const CREATED: Columns = [['Value', ({ to }) => to]];

function table(changes: readonly Change[], columns: Columns): string[] {
  if (changes.length === 0) return [];
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rows = changes
    .slice(0, SHOWN_ROWS)
    .map((change) => row([hidden(change.field), ...columns.map(([, value]) => cell(value(change)))]));
  const left = changes.length - SHOWN_ROWS;
  const more = left > 0 ? [row([`and ${left} more`, ...columns.map(() => '')])] : [];
  const headings = ['Setting', ...columns.map(([heading]) => heading)];
  return [[row(headings), row(headings.map(() => '---')), ...rows, ...more].join('\n')];
}

function facts(app: RegisteredApp): string[] {
  const type = typeOf(app);
  const redirectUris = listAt(app, PATHS['redirect-uris']).length;
  return [
    type ? `Type ${TYPE_NAMES[type]}` : '',
    redirectUris > 0 ? `${redirectUris} redirect ${redirectUris === 1 ? 'URI' : 'URIs'}` : '',
  ];
}

function cell(value: Json): string {
  if (value === null) return '';
  return (Array.isArray(value) ? value : [value]).map(code).join('<br>');
}

function code(value: Json): string {
  return `<code>${hidden(typeof value === 'string' ? value : JSON.stringify(value))}</code>`;
}

/**
 * The app's page in the Admin Console; the list of apps if the client ID, which is part of that address, is masked. An org behind a domain
 * of its own has its console elsewhere, so it gets no link.
 */
function adminLink({ connection, maskClientId }: Inputs, app: RegisteredApp): string | undefined {
  const url = new URL(connection.orgUrl);
  const okta = oktaHost(url.hostname);
  const host = okta ? `${okta.org}-admin${okta.domain}` : url.protocol === 'http:' ? url.host : undefined;
  if (host === undefined) return undefined;
  const page = isIdMasked(maskClientId, app)
    ? '/admin/apps/active'
    : `/admin/app/${inLink(textOf(app.body['name']))}/instance/${inLink(app.id)}/`;
  return `[Admin Console](${url.protocol}//${host}${page})`;
}

/** A text as a part of an address in Markdown, in which some of what `encodeURIComponent` leaves alone is markup. */
function inLink(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
