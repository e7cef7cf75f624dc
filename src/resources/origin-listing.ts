import type { RegisteredApp } from '../app/app.ts';
import {
  isListed,
  listedBy,
  listingIn,
  originName,
  sameOrigin,
  unlistedBy,
  type Listing,
} from '../app/addresses/origin-name.ts';
import type { Mark } from '../app/ownership/mark.ts';
import { OktaError, ifThere } from '../okta/http/errors.ts';
import type { TrustedOrigin } from '../okta/trusted-origins.ts';
import { sendOnce } from '../session/send-once.ts';
import type { Session } from '../session/session.ts';
import { writeConfirmed } from '../session/write.ts';
import { mapConcurrently } from '../util/map-concurrently.ts';

/** The name of a trusted origin says which apps list it. Runs of all these apps write it, so that each of its changes is confirmed. */

/** Whether runs created the origin, or are about to. */
export function isOurs(origin: TrustedOrigin | undefined): boolean {
  return origin === undefined || listingIn(origin.name) !== undefined;
}

export function lists(app: RegisteredApp | undefined, origin: TrustedOrigin | undefined): boolean {
  const listing = origin && listingIn(origin.name);
  return app !== undefined && listing !== undefined && isListed(listing, app.id);
}

/** Whether runs created the origin, and its name does not list the app yet. */
export function isUnlisted(app: RegisteredApp, origin: TrustedOrigin): boolean {
  return isOurs(origin) && !lists(app, origin);
}

/** Whether the app is the last one that lists an origin. */
export function isLastOf(app: RegisteredApp, { name }: TrustedOrigin): boolean {
  const listing = listingIn(name);
  return listing !== undefined && isEmpty(unlistedBy(listing, app.id));
}

function isEmpty({ apps, more }: Listing): boolean {
  return apps.length === 0 && !more;
}

/** Every origin that an app lists: for its own runs, and for those that claim one. */
export function originsOf({ trustedOrigins: remembered, claims }: Mark): string[] {
  const claimed = claims.filter(({ list }) => list === 'trusted-origins').map(({ uri }) => uri);
  return [...new Set([...remembered, ...claimed])];
}

/**
 * The origins that an app gives up. A run only gives up what the app's mark names.
 *
 * @param left what the mark is to name then
 */
export function givenUp(mark: Mark, left: Partial<Pick<Mark, 'trustedOrigins' | 'claims'>>): string[] {
  const stay = originsOf({ ...mark, ...left });
  return originsOf(mark).filter((origin) => !stay.some((other) => sameOrigin(other, origin)));
}

/** How often to look for an origin that Okta says exists: another run has just created it. */
const MAX_CHECKS = 3;

/** Has Okta trust an origin, and adds the app to its name. One that somebody else registered is kept as it is. */
export async function trustOrigin(session: Session, app: RegisteredApp, origin: string): Promise<void> {
  const { okta, deadline, settleTime } = session;
  for (let check = 1; ; check += 1) {
    const found = await okta.findTrustedOrigin(origin, check > 1);
    if (found && (await list(session, app, found))) return;
    if (found) continue;
    try {
      await create(session, app, origin);
      return;
    } catch (error) {
      if (!(error instanceof OktaError) || error.status !== 400 || check === MAX_CHECKS) throw error;
      await deadline.wait(
        settleTime(),
        `Okta refuses the origin ${origin}: another run may have just created it`,
      );
    }
  }
}

async function create(session: Session, app: RegisteredApp, origin: string): Promise<void> {
  const { okta, record } = session;
  const name = originName(origin, { apps: [app.id], more: false });
  const find = async (): Promise<TrustedOrigin | undefined> => {
    const found = await okta.findTrustedOrigin(origin);
    return found?.name === name ? found : undefined;
  };
  await sendOnce<unknown>(session, () => okta.createTrustedOrigin(name, origin), find);
  record(`trusted the origin ${origin}`);
}

/** @returns `false` if the origin was deleted meanwhile */
async function list(session: Session, app: RegisteredApp, origin: TrustedOrigin): Promise<boolean> {
  const listing = listingIn(origin.name);
  if (!listing || isListed(listing, app.id)) return true;
  return (await rename(session, origin, (held) => listedBy(held, app.id))) !== undefined;
}

/**
 * Gives origins up: the app is removed from the name of each, and one that no app lists any more is deleted. If nobody knows whether an app
 * still lists it, it is kept, with a notice. An app that is not found counts as one that lists it: Okta may answer so of an app that the
 * run's credential is not to see (unknown). Every run removes its app from the name, so that only apps that were deleted by hand are left.
 *
 * @param goes which origins the app gives up, as it is then: it is read again before each, since each removal takes time, and another run
 *   may want one of the others meanwhile. Left out if the app itself is deleted
 * @param ask called right before the app is read again
 * @returns those that it gave up
 */
export async function releaseOrigins(
  session: Session,
  app: RegisteredApp,
  origins: readonly TrustedOrigin[],
  goes?: (current: RegisteredApp) => readonly string[],
  ask?: () => Promise<void>,
): Promise<TrustedOrigin[]> {
  const { okta } = session;
  const released: TrustedOrigin[] = [];
  for (const found of origins) {
    const giveUp = async (): Promise<boolean> => {
      await ask?.();
      const current = goes && (await ifThere(() => okta.getApp(app.id)));
      if (current && !isAmong(goes(current), found)) return false;
      await releaseOrigin(session, app, found);
      return true;
    };
    if (await sendOnce(session, giveUp, () => Promise.resolve(undefined))) released.push(found);
  }
  return released;
}

function isAmong(origins: readonly string[], { origin }: TrustedOrigin): boolean {
  return origins.some((other) => sameOrigin(other, origin));
}

/** What is deleted has been read a moment ago: after any wait, another app may list it. @throws {TransientFailure} */
async function releaseOrigin(session: Session, app: RegisteredApp, found: TrustedOrigin): Promise<void> {
  const { okta, log } = session;
  const origin = await ifThere(() => okta.getTrustedOrigin(found));
  const listing = origin && listingIn(origin.name);
  if (!listing) return;
  const rest = unlistedBy(listing, app.id);
  if (isEmpty(rest)) {
    await remove(session, origin);
    return;
  }
  const isRenamed = rest.apps.length > 0 && isListed(listing, app.id);
  if (isRenamed && !(await rename(session, origin, (held) => unlistedBy(held, app.id)))) return;
  log.notice(`The origin ${origin.origin} is still trusted: ${await whyKept(okta, rest)}.`);
}

async function whyKept(okta: Session['okta'], { apps, more }: Listing): Promise<string> {
  if (more)
    return 'more apps list it, or did, than its name can hold, so delete it by hand once it is no longer needed';
  const found = await mapConcurrently(apps, (id) => ifThere(() => okta.getApp(id)));
  return found.some((other) => other)
    ? 'other apps list it too'
    : "its name lists apps that were deleted by hand, or that this run's credential does not see. If they are gone, delete it by hand";
}

async function remove(
  { okta, record }: Pick<Session, 'okta' | 'record'>,
  origin: TrustedOrigin,
): Promise<void> {
  await okta.deleteTrustedOrigin(origin);
  record(`stopped trusting the origin ${origin.origin}`);
}

/** Finds those of the origins that the app lists, so that they can be released. */
export async function findListed(
  { okta }: Pick<Session, 'okta'>,
  app: RegisteredApp,
  origins: readonly string[],
): Promise<TrustedOrigin[]> {
  const found = await mapConcurrently(origins, (origin) => okta.findTrustedOrigin(origin));
  return found.filter((origin) => lists(app, origin)) as TrustedOrigin[];
}

/**
 * Has the name of an origin list other apps; an origin that no app would list is deleted.
 *
 * @returns the origin, or `undefined` if it is gone
 */
function rename(
  session: Session,
  origin: TrustedOrigin,
  next: (held: Listing) => Listing,
): Promise<TrustedOrigin | undefined> {
  const { okta, record } = session;
  return ifThere(async () => {
    const { item } = await writeConfirmed(
      session,
      {
        name: `the trusted origin ${origin.origin}`,
        read: () => okta.getTrustedOrigin(origin),
        plan: (held) => {
          const listing = listingIn(held.name);
          const name = listing ? originName(held.origin, next(listing)) : held.name;
          return { body: { ...held.body, name }, write: name !== held.name, changes: [] };
        },
        replace: async (held, body) => {
          const listing = listingIn(held.name);
          if (listing && isEmpty(next(listing))) {
            await remove(session, held);
            return held;
          }
          const replaced = await okta.replaceTrustedOrigin(held, body);
          record(`noted with the trusted origin ${held.origin} which apps list it`);
          return replaced;
        },
        paths: [['name']],
        settleTime: () => session.settleTime(),
        freshTime: () => session.settleTime() / 2,
      },
      { item: origin, readAt: -Infinity },
    );
    return item;
  });
}
