import { PATHS, type RegisteredApp } from '../app/app.ts';
import { markOf } from '../app/ownership/mark.ts';
import { sameOwner, type Owner } from '../app/ownership/owner.ts';
import type { Session } from '../session/session.ts';
import type { Plan, WholeObject } from '../session/write.ts';
import { OktaError } from '../okta/http/errors.ts';
import { equal, isBlank, valueAt, withValueAt, type JsonObject } from '../util/json.ts';

/** What several runs may write at the same time. */
const SHARED_PATHS = [PATHS['redirect-uris'], PATHS['post-logout-redirect-uris'], ['profile']] as const;

/** How an app is written. */
export interface AppWrite<P extends Plan> extends Pick<
  WholeObject<RegisteredApp, P>,
  'name' | 'ask' | 'plan' | 'contradicts'
> {
  /** What is recorded of a write. */
  done: string;
  /** Whether runs of other owners may write the app: then it takes longer until their writes can be seen. */
  isOpen: boolean;
}

/** An app as an object that is replaced by itself with the changes applied. */
export function appObject<P extends Plan>(
  session: Pick<Session, 'okta' | 'log' | 'settleTime' | 'ownSettleTime' | 'record'>,
  app: RegisteredApp,
  { done, isOpen, ...write }: AppWrite<P>,
): WholeObject<RegisteredApp, P> {
  const { okta, record } = session;
  return {
    ...write,
    read: () => okta.getApp(app.id),
    replace: async (current, body) => {
      const updated = await replaceApp(session, current, body);
      record(done, true);
      return updated;
    },
    paths: SHARED_PATHS,
    settleTime: () => (isOpen ? session.settleTime() : session.ownSettleTime()),
    // Runs that wait for a fifth of the time rely on every run, the owner's or not, to write only what it has read that lately.
    freshTime: () => session.ownSettleTime() / 2,
  };
}

/** A setting of Classic Engine that an app may still have, and with which Identity Engine refuses every update of it (recorded). */
const LOGIN_REDIRECT_URL = ['accessibility', 'loginRedirectUrl'] as const;

/** Replaces an app, without that setting if Okta refuses it and this run does not ask for it. */
async function replaceApp(
  { okta, log }: Pick<Session, 'okta' | 'log'>,
  current: RegisteredApp,
  body: JsonObject,
): Promise<RegisteredApp> {
  try {
    return await okta.replaceApp(current, body);
  } catch (error) {
    const held = valueAt(current.body, LOGIN_REDIRECT_URL);
    const isInTheWay =
      error instanceof OktaError && error.status === 400 && error.text.includes('loginRedirectUrl');
    if (!isInTheWay || isBlank(held) || !equal(valueAt(body, LOGIN_REDIRECT_URL), held)) throw error;
    const updated = await okta.replaceApp(current, withValueAt(body, LOGIN_REDIRECT_URL, null));
    log.warning(
      `Okta no longer takes the setting accessibility.loginRedirectUrl of the app "${current.label}", which it still had from Classic Engine. It was removed, so that the app could be changed.`,
    );
    return updated;
  }
}

/**
 * Whether runs of other owners may write an app, as it was read: somebody else or nobody owns it, its owner lets others add to it, or
 * others have added to it.
 */
export function isOpenToOthers(app: RegisteredApp, owner: Owner): boolean {
  const mark = markOf(app);
  const isOwn = mark.owner !== undefined && sameOwner(owner, mark.owner);
  return !isOwn || mark.redirectHosts !== undefined || mark.claims.length > 0;
}
