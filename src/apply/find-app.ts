import { OKTAS_CHOICE, clientIdOf, isAppId, isOidc, type RegisteredApp } from '../app/app.ts';
import { sameLabel } from '../app/label.ts';
import { matchesOf, shareClientId, toldApart } from '../app/match.ts';
import type { Owner } from '../app/ownership/owner.ts';
import { appIn, type Inputs } from '../inputs/inputs.ts';
import { ifThere } from '../okta/http/errors.ts';
import { LARGEST_PAGE } from '../okta/http/requests.ts';
import type { OktaOrg } from '../okta/org.ts';
import type { Session } from '../session/session.ts';
import { ActionError } from '../util/errors.ts';
import { textOf } from '../util/json.ts';

/** An app, and when it was asked for, in milliseconds since the epoch: what is sent back long after must be read again first. */
export interface Found {
  app: RegisteredApp;
  readAt: number;
}

/** What names the app, and how it may be shown. */
export type Named = Pick<Inputs, 'appId' | 'name' | 'state' | 'shared' | 'maskClientId' | 'settings'>;

/** How many apps to read at most, without a word, to find one: three pages, of a rate limit that can be as low as 10 requests a minute. */
const MANY_APPS = 3 * LARGEST_PAGE;

/**
 * Finds the app that the inputs name.
 *
 * @throws {ActionError} if several apps may be meant; the message tells them apart
 */
export async function findApp(
  session: Pick<Session, 'okta' | 'deadline' | 'log'>,
  named: Named,
  owner: Owner,
): Promise<Found | undefined> {
  const readAt = session.deadline.clock.now();
  const apps = await findApps(session, named, owner);
  if (apps.length > 1) throw ambiguous(named, apps);
  const [app] = apps;
  return app && { app, readAt };
}

/**
 * Finds all apps that the inputs may mean.
 *
 * @throws {ActionError} if one has another name or client ID than they say, and the run creates nothing. A run that may create it says so
 *   when it plans
 */
export async function findApps(
  session: Pick<Session, 'okta' | 'log'>,
  named: Named,
  owner: Owner,
): Promise<RegisteredApp[]> {
  const apps = await appsCalled(session, named, owner);
  const createsNothing = named.shared || named.state === 'absent' || named.state === 'read';
  if (createsNothing) for (const app of apps) refuseOther(app, named);
  return apps;
}

/**
 * Makes sure that an app is the one that all the inputs name, whichever of them it was found by.
 *
 * @throws {ActionError} if it has another name or client ID
 */
function refuseOther(app: RegisteredApp, { name, settings }: Named): void {
  const what = `Cannot use the app "${app.label}"`;
  if (name !== undefined && !sameLabel(name, app.label))
    throw new ActionError(
      what,
      `it is not named "${name}"`,
      'Check "app-id" and "name", or leave one of them out.',
    );
  const clientId = settings['client-id'] ?? OKTAS_CHOICE;
  if (clientId !== OKTAS_CHOICE && clientId !== clientIdOf(app))
    throw new ActionError(what, 'it has another client ID', 'Check "client-id", or leave it out.');
}

async function appsCalled(
  { okta, log }: Pick<Session, 'okta' | 'log'>,
  { appId, name, state, settings }: Named,
  owner: Owner,
): Promise<RegisteredApp[]> {
  if (appId !== undefined) return appsById(okta, appId, state === 'absent');
  if (name === undefined) return appsByClientId(okta, settings['client-id'] ?? '', log);
  const alike = new Set<string>();
  let read = 0;
  const apps = await okta.findApps(name, {
    onAlike: (other) => alike.add(other),
    onRead: (count) => (read = count),
  });
  if (read > MANY_APPS) log.notice(manyRead(name, read));
  if (apps.length === 0 && alike.size > 0) log.warning(otherCase(name, alike));
  return matchesOf(owner, apps);
}

function manyRead(label: string, read: number): string {
  return `The names of many apps start as "${label}" does, and Okta knows no other search: ${read} apps were read to find that one, in ${Math.ceil(read / LARGEST_PAGE)} requests. Give its ID as "app-id", or give the others names that start otherwise.`;
}

function otherCase(label: string, alike: ReadonlySet<string>): string {
  const names = [...alike].map((other) => `"${other}"`).join(', ');
  return `There is no app "${label}", but ${names}: Okta tells capital letters from small ones. Check "name".`;
}

/** Several apps that a run may mean. */
function ambiguous(named: Named, apps: readonly RegisteredApp[]): ActionError {
  const twice = shareClientId(apps)
    ? ' Two of them have one client ID, which Okta is to take once: tell Okta.'
    : '';
  return new ActionError(
    `Cannot tell which app is meant by "${appIn(named)}"`,
    `${apps.length} apps have that ${named.name === undefined ? 'client ID' : 'label'}: ${toldApart(apps, named.maskClientId)}`,
    `Give the ID of the right one as "app-id", or rename or delete the others.${twice} The times tell them apart in the Admin Console, and in the System Log.`,
  );
}

async function appsById(okta: OktaOrg, id: string, mayBeAbsent: boolean): Promise<RegisteredApp[]> {
  const app = mayBeAbsent ? await ifThere(() => okta.getApp(id)) : await okta.getApp(id);
  return app ? [oidc(app, 'app-id')] : [];
}

/**
 * Finds the app of a client ID. Okta only finds one by the app's own ID: a client ID of that form that somebody chose for another app is
 * not looked for.
 */
async function appsByClientId(
  okta: OktaOrg,
  clientId: string,
  log: Session['log'],
): Promise<RegisteredApp[]> {
  const isHolder = (app: RegisteredApp): boolean => clientIdOf(app) === clientId;
  if (isAppId(clientId)) {
    const app = await ifThere(() => okta.getApp(clientId));
    return app && isHolder(app) ? [oidc(app, 'client-id')] : [];
  }
  log.notice(
    'Okta finds no app by a client ID that is not the ID of the app: the OIDC apps of the org were read. Give "name" or "app-id" to save that.',
  );
  return okta.customApps(isHolder);
}

/**
 * What to say if no such app exists.
 *
 * @param kind what is looked for
 * @param never what such a run never does
 */
export function notFound(named: Named, kind: 'app' | 'shared app', never: string): ActionError {
  const isByClientId = named.name === undefined && named.appId === undefined;
  return new ActionError(
    `Cannot find the ${kind} "${appIn(named)}"`,
    `Okta has no OIDC app ${isByClientId ? 'with that client ID' : 'of exactly that label'}`,
    `Check ${isByClientId ? '"client-id", or give "name"' : '"name", or give "app-id"'}. ${never}`,
  );
}

function oidc(app: RegisteredApp, input: string): RegisteredApp {
  if (isOidc(app)) return app;
  throw new ActionError(
    `Cannot use the app "${app.label}"`,
    `its sign-on mode is ${textOf(app.body['signOnMode'])}, not OPENID_CONNECT`,
    `Give the ID of an OIDC app as "${input}".`,
  );
}

/**
 * Makes sure that no other app has the label that an app is to get: the next run would not know which of them is meant.
 *
 * @throws {ActionError} if one has it
 */
export async function refuseTakenName(
  { okta }: Pick<Session, 'okta'>,
  app: RegisteredApp,
  { name, maskClientId }: Named,
): Promise<void> {
  if (name === undefined || name === app.label) return;
  const others = (await okta.findApps(name)).filter(({ id }) => id !== app.id);
  if (others.length === 0) return;
  throw new ActionError(
    `Cannot rename the app "${app.label}" to "${name}"`,
    `another app has that name: ${toldApart(others, maskClientId)}`,
    'Choose another "name", leave it out, or delete the other app.',
  );
}
