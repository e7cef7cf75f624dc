import { clientIdOf, type RegisteredApp } from '../app/app.ts';
import type { DesiredApp } from '../app/settings/desired.ts';
import { isMadeBy, neverActive, oldestFirst, staysBeside } from '../app/duplicates.ts';
import { sameLabel } from '../app/label.ts';
import { markOf, type Owner } from '../app/ownership/mark.ts';
import { STILL_ACTIVE } from '../okta/apps.ts';
import { OktaError, ifThere } from '../okta/http/errors.ts';
import { ActionError } from '../util/errors.ts';
import type { JsonObject } from '../util/json.ts';
import { ambiguous } from './find-app.ts';
import { isNamedElsewhere, tiesOf, type Elsewhere, type Ties } from './release.ts';
import { sendOnce } from '../session/send-once.ts';
import type { Session } from '../session/session.ts';
import { sideWork } from '../session/side-work.ts';

/** Creating an app exactly once, although Okta lets any number of apps have the same label. */

/** What came out of a create. */
export interface Creation {
  app: RegisteredApp;
  /** Whether it is the app that this run has made, and not one that has come into being meanwhile. */
  isOwn: boolean;
}

/**
 * Creates the app: inactive, so that nobody has its client ID until it is clear that it stays. One with a client ID of its own is active
 * at once, since Okta takes that once; but for a service app, whose ID may bring scopes along that are to be revoked first.
 *
 * An answer that got lost is not asked for again before looking: the app may be there.
 *
 * @throws {ActionError} where Okta keeps the label in a form by which it could not be found again
 */
export async function createApp(
  session: Session,
  { name: label = '', settings, catalogApp }: DesiredApp,
  body: JsonObject,
  owner: Owner,
): Promise<Creation> {
  const { okta, record } = session;
  const clientId = settings['client-id'];
  const find = async (): Promise<RegisteredApp[]> => oldestFirst(await okta.findApps(label));
  /** The app of the answer that got lost, or else one that stands in the way of another attempt. */
  const look = async (): Promise<Creation | undefined> => {
    const apps = await find();
    const own = apps.filter((app) => isMadeBy(owner, app) || (owner.repository === '' && !markOf(app).owner));
    const isIt = clientId === undefined ? neverActive : (app: RegisteredApp) => clientIdOf(app) === clientId;
    const app = own.find(isIt) ?? own[0] ?? apps[0];
    return app && { app, isOwn: own.includes(app) && isIt(app) };
  };
  const activate = clientId !== undefined && settings.type !== 'service';
  const send = async (): Promise<Creation> => {
    try {
      return { app: await okta.createApp(body, { activate }), isOwn: true };
    } catch (error) {
      if (catalogApp === undefined || !isAboutProfile(error)) throw error;
      const { profile: _, ...withoutProfile } = body;
      return { app: await okta.createApp(withoutProfile, { activate }), isOwn: true };
    }
  };
  try {
    const creation = await sendOnce(session, send, look);
    if (creation.isOwn) record(`created the app "${label}"`, true);
    if (!sameLabel(creation.app.label, label)) await refuseOtherLabel(session, creation.app, label);
    return creation;
  } catch (error) {
    if (clientId === undefined || !isTakenClientId(error)) throw error;
    const holder = async (): Promise<RegisteredApp | undefined> =>
      (await find()).find((app) => clientIdOf(app) === clientId);
    const app = await waitFor(session, holder);
    if (app) return { app, isOwn: false };
    throw new ActionError(
      `Cannot create the app "${label}"`,
      `Okta does not take its "client-id": ${error.text}`,
      'An app of another name may have it. Choose another "client-id", or name that app.',
      { cause: error },
    );
  }
}

/** With a client ID of its own, Okta refuses the second of two apps (documented; its words are not known, the field is). */
function isTakenClientId(error: unknown): error is OktaError {
  return error instanceof OktaError && error.status === 400 && /client_?id/i.test(error.text);
}

/** An app of Okta's network may take no `profile` (unknown): the mark is then the sentence in its notes. */
function isAboutProfile(error: unknown): boolean {
  return error instanceof OktaError && error.status === 400 && /profile/i.test(error.text);
}

async function waitFor<T>(
  { deadline, settleTime }: Pick<Session, 'deadline' | 'settleTime'>,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const now = await look();
  if (now !== undefined) return now;
  await deadline.wait(settleTime(), 'Another run seems to be creating the app');
  return look();
}

/** The next run would not find the app by its name, and create another one. */
async function refuseOtherLabel(
  { okta }: Pick<Session, 'okta'>,
  app: RegisteredApp,
  label: string,
): Promise<never> {
  if (app.active) await okta.deactivateApp(app);
  await okta.deleteApp(app);
  throw new ActionError(
    `Cannot create the app "${label}"`,
    `Okta keeps the name as "${app.label}", by which the next run would not find it; the new app was deleted again`,
    'Choose a "name" that Okta keeps as it is.',
  );
}

/** How often to look, at most, while Okta's list does not even show the new app itself. */
const MAX_CHECKS = 4;

/**
 * Looks again after a create: runs that started at the same moment may have made an app each. All of them agree which one stays. As long
 * as the list does not show the new app itself, it cannot be expected to show others'.
 *
 * @returns the app that stays; `undefined` where somebody has deleted the new one
 * @throws {ActionError} where others are in use already that cannot be told apart
 */
export async function settleCreation(
  session: Pick<Session, 'okta' | 'deadline' | 'settleTime' | 'log'>,
  created: RegisteredApp,
  owner: Owner,
  maskClientId: boolean,
): Promise<RegisteredApp | undefined> {
  const { okta, deadline, settleTime, log } = session;
  for (let check = 1; ; check += 1) {
    await deadline.wait(settleTime(), 'Looking whether another run created the app at the same time');
    const apps = await okta.findApps(created.label);
    const stays = staysBeside(owner, created, apps);
    if (!('app' in stays)) throw ambiguous(created.label, [...stays.among, created], maskClientId);
    if (stays.app.id !== created.id) {
      // A list may be late to show that an app is gone.
      if (await ifThere(() => okta.getApp(stays.app.id))) return stays.app;
      continue;
    }
    if (apps.some(({ id }) => id === created.id)) return created;
    if (check < MAX_CHECKS) continue;
    if (!(await ifThere(() => okta.getApp(created.id)))) return undefined;
    log.warning(
      `Okta's list of apps has not shown the new app "${created.label}" for ${check} times the settle time. If another run created one at the same time, there are two now: later runs will say so. Raise "settle-seconds".`,
    );
    return created;
  }
}

/**
 * An app of another run once that has activated it; one whose run does not live to do that is given as it is.
 *
 * @returns `undefined` where it is gone
 */
export async function onceActive(
  { okta, deadline, settleTime }: Pick<Session, 'okta' | 'deadline' | 'settleTime'>,
  { id }: RegisteredApp,
): Promise<RegisteredApp | undefined> {
  for (let check = 1; ; check += 1) {
    const app = await ifThere(() => okta.getApp(id));
    if (!app || !neverActive(app) || check === MAX_CHECKS) return app;
    await deadline.wait(settleTime(), 'Another run seems to be about to activate the app');
  }
}

/** Deletes apps whose place another one has, with all that names them elsewhere. */
export async function removeDuplicates(
  session: Session,
  app: RegisteredApp,
  duplicates: readonly RegisteredApp[],
  maskClientId: boolean,
): Promise<void> {
  for (const duplicate of duplicates) {
    await removeDuplicate(session, duplicate, [app, ...duplicates], markOf(duplicate), maskClientId);
    session.record(
      `deleted a duplicate of the app "${duplicate.label}", made at ${duplicate.created} and never active`,
    );
  }
}

/**
 * Deletes an app whose place another one has. What names it elsewhere goes first: where the run stops in between, a later one finds the
 * app, and goes on. Okta refuses to delete an active app (recorded), so that one that somebody activates at this moment stays,
 * and gets back what was taken from it.
 *
 * @param all the apps between which nobody could choose then
 * @param elsewhere what names the app
 */
export async function removeDuplicate(
  session: Session,
  app: RegisteredApp,
  all: readonly RegisteredApp[],
  elsewhere: Elsewhere,
  maskClientId: boolean,
): Promise<void> {
  const { okta } = session;
  const inUse = (): ActionError =>
    ambiguous(
      app.label,
      all.map((each) => (each.id === app.id ? { ...each, active: true } : each)),
      maskClientId,
    );
  const read = (): Promise<RegisteredApp | undefined> => ifThere(() => okta.getApp(app.id));
  let ties: Ties | undefined;
  if (isNamedElsewhere(elsewhere)) {
    const current = await read();
    if (current?.active) throw inUse();
    ties = await tiesOf(session, app, elsewhere);
    await ties.cut();
  }
  try {
    await okta.deleteApp(app);
  } catch (error) {
    if (!(error instanceof OktaError) || error.code !== STILL_ACTIVE) throw error;
    const current = ties && (await read());
    if (current) await sideWork(session, { soon: ties?.putBack(current) ?? [], later: [] }).finish(current);
    throw inUse();
  }
}

/** Activates an app. That another run has done so at the same moment is as well. */
export async function activateApp(
  { okta, record }: Pick<Session, 'okta' | 'record'>,
  app: RegisteredApp,
): Promise<RegisteredApp> {
  await okta.activateApp(app);
  record(`activated the app "${app.label}"`);
  return { ...app, active: true, body: { ...app.body, status: 'ACTIVE' } };
}
