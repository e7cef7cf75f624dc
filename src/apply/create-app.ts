import { removeApp } from './ensure-absent.ts';
import { clientIdOf, type RegisteredApp } from '../app/app.ts';
import type { DesiredApp } from '../app/desired.ts';
import type { JsonObject } from '../util/json.ts';
import { oldestFirst } from './find-app.ts';
import { OktaError } from '../okta/errors.ts';
import { markOf, sameOwner } from '../app/ownership.ts';
import { record, sendOnce, settleTime, type Session } from './session.ts';

/** Creating an app exactly once, although Okta lets any number of apps have the same label. */

/**
 * Creates the app. An answer that got lost is not asked for again before looking: the app may be there.
 *
 * @returns the app that was created, or one of that label that has come into being meanwhile
 */
export async function createApp(
  session: Session,
  desired: DesiredApp,
  body: JsonObject,
): Promise<RegisteredApp> {
  const { okta } = session;
  const label = desired.name ?? '';
  const look = async (): Promise<RegisteredApp | undefined> => oldestFirst(await okta.findApps(label))[0];
  try {
    const app = await sendOnce(session, () => okta.createApp(body), look);
    session.mask(app);
    record(session, `created the app "${label}"`);
    return app;
  } catch (error) {
    const there = isTakenClientId(desired, error) ? await waitFor(session, look) : undefined;
    if (there && clientIdOf(there) === desired.settings['client-id']) return there;
    throw error;
  }
}

/** With a client ID of its own, Okta refuses the second of two apps (documented; its words are not known, the field is). */
function isTakenClientId({ settings }: DesiredApp, error: unknown): boolean {
  return (
    settings['client-id'] !== undefined &&
    error instanceof OktaError &&
    error.status === 400 &&
    /client_?id/i.test(error.text)
  );
}

async function waitFor<T>(session: Session, look: () => Promise<T | undefined>): Promise<T | undefined> {
  const now = await look();
  if (now !== undefined) return now;
  await session.deadline.wait(settleTime(session), 'Another run seems to be creating the app');
  return look();
}

/**
 * Looks again after a create: runs that started at the same moment may have made an app each. The oldest stays; a run that made
 * another one deletes its own and goes on with the first.
 */
export async function settleCreation(session: Session, app: RegisteredApp): Promise<RegisteredApp> {
  const { okta, inputs, deadline, owner } = session;
  if (inputs.settings['client-id'] !== undefined) return app;
  await deadline.wait(settleTime(session), 'Looking whether another run created the app at the same time');
  const others = (await okta.findApps(app.label)).filter((other) => other.id !== app.id);
  const [oldest = app] = oldestFirst([app, ...others]);
  if (oldest.id === app.id) return app;
  const mark = markOf(app).owner;
  if (mark && sameOwner(mark, owner)) await removeDuplicates(session, [app]);
  return oldest;
}

/** Deletes apps that runs made at the same time as the one that stays. */
export async function removeDuplicates(
  session: Session,
  duplicates: readonly RegisteredApp[],
): Promise<void> {
  for (const duplicate of duplicates) {
    await removeApp(session, duplicate);
    record(session, `deleted a second app "${duplicate.label}", made at the same time as the first`);
  }
}

/** Whether an app that came out of a create is one that this run, or a duplicate of it, made. */
export function isOwnCreation({ owner }: Session, app: RegisteredApp): boolean {
  const mark = markOf(app).owner;
  return mark === undefined ? owner.repository === '' : sameOwner(mark, owner);
}
