import { isOidc, type RegisteredApp } from '../app/app.ts';
import { meantBy, neverActive, toldApart } from '../app/duplicates.ts';
import { markOf, type Owner } from '../app/ownership/mark.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { ifThere } from '../okta/http/errors.ts';
import type { OktaOrg } from '../okta/org.ts';
import { LARGEST_PAGE } from '../okta/http/requests.ts';
import { ActionError } from '../util/errors.ts';
import { textOf } from '../util/json.ts';
import { mapConcurrently } from '../util/map-concurrently.ts';
import type { Session } from '../session/session.ts';

export interface Found {
  app: RegisteredApp | undefined;
  /** Apps that runs of the same owner made at the same time and did not live to delete; none of them ever was active. */
  duplicates: RegisteredApp[];
  /** When the app was asked for, in milliseconds since the epoch: what is sent back long after must be read again first. */
  readAt: number;
}

/** What names the app, and how it may be told of. */
export type Named = Pick<Inputs, 'appId' | 'name' | 'state' | 'maskClientId' | 'settings'>;

/** How often to look while other runs may still be at work on apps of the label. */
const MAX_CHECKS = 3;

/** Apps to read for the sake of one, at most, without a word: three pages, of a rate limit that can be as low as 10 requests a minute. */
const MANY_APPS = 3 * LARGEST_PAGE;

/**
 * Finds the app that the inputs name.
 *
 * Labels are not unique in Okta, and runs that start at the same moment may make two apps, of which the younger goes again. So several
 * apps of the label, and one that was never activated yet, are looked at again before they count.
 *
 * @throws {ActionError} where several apps have the label, telling them apart
 */
export async function findApp(
  { okta, deadline, settleTime, log }: Pick<Session, 'okta' | 'deadline' | 'settleTime' | 'log'>,
  { appId, name: label = '', state, maskClientId = true, settings }: Named,
  owner: Owner,
): Promise<Found> {
  for (let check = 1; ; check += 1) {
    const readAt = deadline.clock.now();
    if (appId !== undefined)
      return { app: await appById(okta, appId, state === 'absent'), duplicates: [], readAt };
    const alike = new Set<string>();
    let read = 0;
    const named = await okta.findApps(label, {
      clientId: settings['client-id'],
      onAlike: (other) => alike.add(other),
      onRead: (count) => (read = count),
    });
    if (check === 1 && read > MANY_APPS) log.notice(manyRead(label, read));
    if (named.length === 0 && alike.size > 0) log.warning(otherCase(label, alike));
    const apps = await confirmed(okta, named);
    const meant = meantBy(owner, apps);
    const isSettled = 'app' in meant && ![meant.app, ...meant.duplicates].some(isUnderway);
    if (isSettled || check === MAX_CHECKS || !apps.some((app) => markOf(app).owner)) {
      if ('app' in meant) return { ...meant, readAt };
      throw ambiguous(label, meant.among, maskClientId);
    }
    await deadline.wait(
      settleTime(),
      `${apps.length === 1 ? 'An app has' : `${apps.length} apps have`} the label "${label}", and other runs may be at work on ${apps.length === 1 ? 'it' : 'them'}`,
    );
  }
}

function manyRead(label: string, read: number): string {
  return `The names of many apps start as "${label}" does, and Okta knows no other search: ${read} apps were read to find that one, in ${Math.ceil(read / LARGEST_PAGE)} requests. Give its ID as "app-id", or give the others names that start otherwise.`;
}

function otherCase(label: string, alike: ReadonlySet<string>): string {
  const names = [...alike].map((other) => `"${other}"`).join(', ');
  return `There is no app "${label}", but ${names}: Okta tells capital letters from small ones. Check "name".`;
}

/** Whether a run seems to have made the app a moment ago, and not to have settled yet: it may delete it again, or activate it. */
function isUnderway(app: RegisteredApp | undefined): boolean {
  return app !== undefined && markOf(app).owner !== undefined && neverActive(app);
}

/** The apps with those read by themselves that a list shows as never activated: it may be late, and such an app may be gone by now. */
async function confirmed(okta: OktaOrg, apps: readonly RegisteredApp[]): Promise<RegisteredApp[]> {
  const read = await mapConcurrently(apps, (app) =>
    isUnderway(app) ? ifThere(() => okta.getApp(app.id)) : Promise.resolve(app),
  );
  return read.filter((app) => app !== undefined);
}

/** Several apps of one name, none of which may be deleted. */
export function ambiguous(label: string, apps: readonly RegisteredApp[], maskClientId: boolean): ActionError {
  return new ActionError(
    `Cannot tell which app is meant by "${label}"`,
    `${apps.length} apps have that label: ${toldApart(apps, maskClientId).join(', ')}`,
    'Give the ID of the right one as "app-id", or rename or delete the others. The times tell them apart in the Admin Console, and in the System Log.',
  );
}

async function appById(okta: OktaOrg, id: string, mayBeAbsent: boolean): Promise<RegisteredApp | undefined> {
  const app = mayBeAbsent ? await ifThere(() => okta.getApp(id)) : await okta.getApp(id);
  if (!app || isOidc(app)) return app;
  throw new ActionError(
    `Cannot use the app "${app.label}"`,
    `its sign-on mode is ${textOf(app.body['signOnMode'])}, not OPENID_CONNECT`,
    'Give the ID of an OIDC app as "app-id".',
  );
}

/**
 * Makes sure that no other app has the label that an app is to get: the next run would not know which of them is meant.
 *
 * @throws {ActionError} where one has it
 */
export async function refuseTakenName(
  { okta }: Pick<Session, 'okta'>,
  app: RegisteredApp,
  { name, maskClientId = true }: Named,
): Promise<void> {
  if (name === undefined || name === app.label) return;
  const others = (await okta.findApps(name)).filter(({ id }) => id !== app.id);
  if (others.length === 0) return;
  throw new ActionError(
    `Cannot rename the app "${app.label}" to "${name}"`,
    `another app has that name: ${toldApart(others, maskClientId).join(', ')}`,
    'Choose another "name", leave it out, or delete the other app.',
  );
}
