import { PATHS, TYPE_NAMES, isCatalogApp, strings, type ApplicationType, type RegisteredApp } from './app.ts';
import {
  effectiveType,
  immutableDifference,
  wantedValues,
  withDefaults,
  type DesiredApp,
  type Wanted,
} from './settings/desired.ts';
import { change, type Change } from './change.ts';
import { entriesOfOwnRun, withOthers } from './ownership/own-entries.ts';
import { asIgnored, isIgnored, type Ignored } from './ignored.ts';
import { clientIdToCreate } from './client-id.ts';
import { ActionError } from '../util/errors.ts';
import { equal, valueAt, withValueAt, type JsonObject, type Path } from '../util/json.ts';
import { clientProblems } from './settings/client-rules.ts';
import { sameLabel, unmeantLabel } from './label.ts';
import { settingsIn, type GrantType } from './settings/settings.ts';
import {
  MARK_PATH,
  markJson,
  markOf,
  newMark,
  nextMark,
  remembersMore,
  type Mark,
  type Marking,
} from './ownership/mark.ts';
import { ADMIN_NOTE_PATH, adminNote, withNote, withSentence } from './ownership/note.ts';
import { ownerName } from './ownership/owner.ts';

/** What is to become of the app object itself. */
export interface AppPlan {
  changes: Change[];
  /** The changes that the inputs ask for in the app object: Okta's answer to the write must contain them. */
  asked: Change[];
  /** Fields that Okta ignored when they were written, and that are therefore not written again. */
  ignored: string[];
  /** The whole body to send: what Okta holds, with the changes applied. */
  body: JsonObject;
  /** Whether anything in the body differs from what Okta holds. */
  write: boolean;
  /** Whether the app is inactive and has to be activated. */
  activate: boolean;
}

/**
 * The app to create. Only named settings and the type's defaults are sent; Okta fills in the rest.
 *
 * @throws {ActionError} if Okta would refuse the app, with the input to change
 */
export function planCreate(
  desired: DesiredApp,
  marking: Marking,
): Pick<AppPlan, 'changes' | 'body'> & { label: string } {
  const label = desired.name;
  if (label === undefined) throw new RangeError('An app without a label cannot be created.');
  checkLabel(`Cannot create the app "${label}"`, label);
  const settings = desired.catalogApp === undefined ? withDefaults(desired.settings) : desired.settings;
  const wanted = wantedValues(settings, undefined);
  let body: JsonObject = { name: desired.catalogApp ?? 'oidc_client', label, signOnMode: 'OPENID_CONNECT' };
  if (settings.type) body = withValueAt(body, PATHS.type, settings.type);
  const { owner, redirectHosts } = marking;
  const clientId = clientIdToCreate(desired, owner);
  if (clientId !== undefined) body = withValueAt(body, PATHS['client-id'], clientId);
  const mark = owner.repository === '' ? undefined : newMark(marking);
  if (mark) {
    body = withValueAt(body, ADMIN_NOTE_PATH, adminNote(owner));
    body = withValueAt(body, MARK_PATH, markJson(mark));
  }
  for (const { path, value } of wanted) body = withValueAt(body, path, value);
  if (desired.catalogApp === undefined) checkClient(label, effectiveType(settings, undefined), body, {});
  else if (owner.repository !== '') body = withSentence(body, owner);
  const changes = [
    change('name', undefined, label),
    ...(settings.type ? [change('type', undefined, TYPE_NAMES[settings.type])] : []),
    ...wanted
      .filter(({ value }) => !Array.isArray(value) || value.length > 0)
      .map(({ field, value }) => change(field, undefined, value)),
    ...(redirectHosts?.length ? [change('redirect-hosts', undefined, [...redirectHosts])] : []),
    ...(mark?.expires === undefined ? [] : [change('expires', undefined, mark.expires)]),
  ];
  return { label, changes, body };
}

export interface UpdateOptions extends Marking {
  /** Whether the app is the run's, or becomes it: the mark of any other one is kept as it is. */
  isOwn: boolean;
  /** What this run has seen Okta ignore, beside what the app's mark says of that. */
  ignored?: Ignored;
  /** Whether a mark that only forgets something is worth a write. */
  forgets?: boolean;
}

/**
 * What to change in an app that exists. What the inputs do not name is kept as Okta holds it.
 *
 * @throws {ActionError} if a difference cannot be resolved, or Okta would refuse the result
 */
export function planUpdate(desired: DesiredApp, app: RegisteredApp, options: UpdateOptions): AppPlan {
  const impossible = immutableDifference(desired, app);
  if (impossible) {
    throw new ActionError(
      `Cannot update the app "${app.label}"`,
      `${impossible}, and Okta cannot change that`,
      'Choose another name: that makes a new app, with a client ID of its own that your application has to be given. Or delete this one first (state: absent), which ends every sign-in by it.',
    );
  }
  const held = markOf(app);
  const known = { ...(options.isOwn && held.ignored), ...options.ignored };
  const changes: Change[] = [];
  const ignored: Change[] = [];
  let body = app.body;
  const label = desired.name ?? app.label;
  if (!sameLabel(label, app.label)) {
    const difference = change('name', app.label, label);
    if (isIgnored(known, difference)) ignored.push(difference);
    else {
      checkLabel(`Cannot rename the app "${app.label}" to "${label}"`, label);
      changes.push(difference);
      body = { ...body, label };
    }
  }
  const wanted = wantedValues(desired.settings, app);
  for (const { field, path, value, satisfiedBy } of wanted.map((item) => withOthers(item, app))) {
    const current = valueAt(app.body, path);
    if (satisfiedBy(current)) continue;
    const difference = change(field, current, value);
    if (isIgnored(known, difference)) {
      ignored.push(difference);
      continue;
    }
    changes.push(difference);
    body = withValueAt(body, path, value);
  }
  const asked = [...changes];
  if (changes.length > 0) {
    body = withoutConflicts(desired, wanted, app, body);
    if (typeof valueAt(body, PATHS.type) === 'string')
      checkClient(label, effectiveType(desired.settings, app), body, app.body);
  }
  if (options.isOwn) {
    if (isCatalogApp(app) && held.owner && body !== app.body) body = withSentence(body, held.owner);
    const next = nextMark(held, options, entriesOfOwnRun(wanted, held));
    const mark = { ...next, ignored: next.owner && ignored.length > 0 ? asIgnored(ignored) : undefined };
    const isWritten = options.forgets === true || body !== app.body || saysMore(mark, held);
    const marked = withMark(app, body, held, isWritten ? mark : held);
    changes.push(...marked.changes);
    body = marked.body;
  }
  if (!app.active) changes.push(change('status', 'INACTIVE', 'ACTIVE'));
  return {
    changes,
    asked,
    ignored: ignored.map(({ field }) => field),
    body,
    write: body !== app.body,
    activate: !app.active,
  };
}

/** Whether a mark is worth a write of its own: what it only forgets is dropped with the next write. */
function saysMore(mark: Mark, held: Mark): boolean {
  const { trustedOrigins, policies, groups, users, scopes } = held;
  const unforgotten = { ...mark, trustedOrigins, policies, groups, users, scopes };
  return remembersMore(mark, held) || !equal(markJson(unforgotten), markJson(held));
}

/** The body with its mark renewed; the sentence for administrators follows the owner. */
function withMark(
  app: RegisteredApp,
  body: JsonObject,
  held: Mark,
  mark: Mark,
): Pick<AppPlan, 'changes' | 'body'> {
  const taker = mark.owner === held.owner ? undefined : mark.owner;
  if (equal(markJson(mark), markJson(held)) || (!taker && dropsProfile(app))) return { changes: [], body };
  const { redirectHosts } = mark;
  const changes = [
    ...(equal(redirectHosts, held.redirectHosts)
      ? []
      : [change('redirect-hosts', held.redirectHosts, redirectHosts)]),
    ...(mark.expires === held.expires ? [] : [change('expires', held.expires, mark.expires)]),
    ...(taker ? [change('owner', held.owner && ownerName(held.owner), ownerName(taker))] : []),
  ];
  const noted = taker ? withNote(body, held.owner, taker) : body;
  return { changes, body: withValueAt(noted, MARK_PATH, markJson(mark)) };
}

/** Whether Okta keeps no `profile` with this app, so that its mark can only be read in its note. */
function dropsProfile(app: RegisteredApp): boolean {
  return isCatalogApp(app) && valueAt(app.body, MARK_PATH) === undefined && markOf(app).owner !== undefined;
}

/** Removes what Okta would refuse or drop beside the changed settings. */
function withoutConflicts(
  { settings }: DesiredApp,
  wanted: readonly Wanted[],
  app: RegisteredApp,
  body: JsonObject,
): JsonObject {
  let clean = body;
  const isAsked = (part: Path): boolean => wanted.some(({ path }) => part.every((key, i) => path[i] === key));
  const leeway = PATHS['refresh-token-leeway'];
  const isNamed = valueAt(body, leeway) !== valueAt(app.body, leeway) || isAsked(leeway);
  if (valueAt(clean, PATHS['refresh-token-rotation']) === 'STATIC' && !isNamed)
    clean = withValueAt(clean, leeway, undefined);
  const grants = valueAt(clean, PATHS['grant-types']);
  const refreshToken = PATHS['refresh-token-rotation'].slice(0, -1);
  const hadGrant = strings(valueAt(app.body, PATHS['grant-types'])).includes('refresh_token');
  const losesGrant = isAsked(PATHS['grant-types']) || hadGrant;
  if (losesGrant && !isAsked(refreshToken) && Array.isArray(grants) && !grants.includes('refresh_token'))
    clean = withValueAt(clean, refreshToken, undefined);
  if (settings.jwks) clean = withValueAt(clean, PATHS['jwks-uri'], undefined);
  if (settings['jwks-uri'] !== undefined) clean = withValueAt(clean, PATHS.jwks, undefined);
  return clean;
}

/** @throws {ActionError} if nobody can mean a label that is to be given to an app */
function checkLabel(what: string, label: string): void {
  const unmeant = unmeantLabel(label);
  if (unmeant) throw new ActionError(what, unmeant.why, `Check "name". ${unmeant.remedy}`);
}

/**
 * Rules between settings that only the whole app shows.
 *
 * @param before the app as it is: a client that does without keys, or whose response types do not fit its grants, may remain so
 */
function checkClient(label: string, type: ApplicationType, body: JsonObject, before: JsonObject): void {
  const held = settingsIn(body);
  const isNew = (...inputs: (keyof typeof PATHS)[]): boolean =>
    inputs.some((input) => !equal(valueAt(body, PATHS[input]), valueAt(before, PATHS[input])));
  const [problem] = clientProblems({
    ...held,
    type,
    'grant-types': strings(held['grant-types']) as GrantType[],
    'redirect-uris': strings(held['redirect-uris']),
    'pkce-required': held['pkce-required'] === true,
    ...(!isNew('grant-types', 'response-types') && { 'response-types': undefined }),
    ...(isNew('token-endpoint-auth-method') && {
      jwks: held.jwks ?? { keys: [] },
      'jwks-uri': held['jwks-uri'] ?? '',
    }),
  });
  if (!problem) return;
  throw new ActionError(
    `Cannot make the app "${label}" as asked for`,
    `"${problem.input}" ${problem.why}`,
    problem.remedy,
  );
}
