import { clientIdOf, type RegisteredApp } from '../app/app.ts';
import type { DesiredApp } from '../app/desired.ts';
import { markOf, sameOwner, type Owner } from '../app/ownership.ts';
import { OktaError } from '../okta/errors.ts';
import type { JsonObject } from '../util/json.ts';
import { removeApp } from './ensure-absent.ts';
import { oldestFirst } from './find-app.ts';
import { sendOnce } from './send-once.ts';
import type { Session } from './session.ts';

/** Creating an app exactly once, although Okta lets any number of apps have the same label. */

/**
 * Creates the app. An answer that got lost is not asked for again before looking: the app may be there.
 *
 * @returns the app that was created, or one of that label that has come into being meanwhile
 */
export async function createApp(
  session: Session,
  { name: label = '', settings }: DesiredApp,
  body: JsonObject,
): Promise<RegisteredApp> {
  const { okta, record } = session;
  const look = async (): Promise<RegisteredApp | undefined> => oldestFirst(await okta.findApps(label))[0];
  try {
    const app = await sendOnce(session, () => okta.createApp(body), look);
    record(`created the app "${label}"`);
    return app;
  } catch (error) {
    const clientId = settings['client-id'];
    const there = clientId !== undefined && isTakenClientId(error) ? await waitFor(session, look) : undefined;
    if (there && clientIdOf(there) === clientId) return there;
    throw error;
  }
}

/** With a client ID of its own, Okta refuses the second of two apps (documented; its words are not known, the field is). */
function isTakenClientId(error: unknown): boolean {
  return error instanceof OktaError && error.status === 400 && /client_?id/i.test(error.text);
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

/**
 * Looks again after a create: runs that started at the same moment may have made an app each. The oldest stays; a run that made
 * another one deletes its own and goes on with the first.
 */
export async function settleCreation(
  session: Session,
  app: RegisteredApp,
  owner: Owner,
): Promise<RegisteredApp> {
  const { okta, deadline, settleTime } = session;
  await deadline.wait(settleTime(), 'Looking whether another run created the app at the same time');
  const others = (await okta.findApps(app.label)).filter((other) => other.id !== app.id);
  const [oldest = app] = oldestFirst([app, ...others]);
  if (oldest.id === app.id) return app;
  const mark = markOf(app).owner;
  if (mark && sameOwner(owner, mark)) await removeDuplicates(session, [app]);
  return oldest;
}

/** Deletes apps that runs made at the same time as the one that stays. */
export async function removeDuplicates(
  session: Pick<Session, 'okta' | 'record'>,
  duplicates: readonly RegisteredApp[],
): Promise<void> {
  for (const duplicate of duplicates) {
    await removeApp(session, duplicate);
    session.record(`deleted a duplicate of the app "${duplicate.label}", made at the same time`);
  }
}

/** Whether an app that came out of a create is one that this run, or a duplicate of it, made. */
export function isOwnCreation(app: RegisteredApp, owner: Owner): boolean {
  const mark = markOf(app).owner;
  return mark === undefined ? owner.repository === '' : sameOwner(owner, mark);
}
