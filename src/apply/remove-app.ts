import type { RegisteredApp } from '../app/app.ts';
import { markOf, type Mark } from '../app/ownership/mark.ts';
import { ifThere } from '../okta/http/errors.ts';
import { allOf, referencesTo } from '../resources/resources.ts';
import type { Reference } from '../resources/resource.ts';
import { waitToRepeat } from '../session/send-once.ts';
import type { Session } from '../session/session.ts';
import { together } from '../util/errors.ts';

/** What became of an app: `gone` was gone already. */
export type Removed = 'deleted' | 'gone' | 'retained';

/**
 * Deletes an app, after the references to it: its trusted origins, its access policies, and the API scopes of a client ID of its own. What
 * is gone already counts as done.
 *
 * All that takes time, and another run may take the app over meanwhile: it is read again before the first step, before the last ones, and
 * after every wait. If it is retained after all, it gets back what was removed from it, since the other run may have found it there; also
 * if not all of it could be removed, and if it is not known whether Okta has deactivated the app.
 *
 * An app whose references cannot be removed is deactivated and kept: nobody can use it, and a re-run continues.
 *
 * @param app as it was read when its deletion was decided
 * @param ask asks whether it is still to be deleted, and returns what decides that for the app as it is now; both may throw
 */
export async function removeApp(
  session: Session,
  app: RegisteredApp,
  ask: () => Promise<(current: RegisteredApp) => boolean>,
): Promise<Removed> {
  const { okta, record } = session;
  const taken: { isDeactivated: boolean; references?: Reference | undefined } = { isDeactivated: false };
  const restore = async (): Promise<void> => {
    const current =
      taken.references || taken.isDeactivated ? await ifThere(() => okta.getApp(app.id)) : undefined;
    if (!current) return;
    if (taken.isDeactivated && !current.active) await okta.activateApp(current);
    await taken.references?.restore(current);
  };
  /** What became of the app. If it is retained, it gets back what was removed from it. */
  const look = async (): Promise<RegisteredApp | 'gone' | 'retained'> => {
    try {
      const isToGo = await ask();
      const current = await ifThere(() => okta.getApp(app.id));
      if (!current) return 'gone';
      if (isToGo(current)) return current;
    } catch (error) {
      const failure = await restore().catch((other: unknown) => together([error, other]));
      throw failure ?? error;
    }
    await restore();
    return 'retained';
  };
  const deactivate = async (current: RegisteredApp): Promise<void> => {
    if (!current.active) return;
    taken.isDeactivated = true;
    await okta.deactivateApp(app);
    record(`deactivated the app "${app.label}"`);
  };

  let found = await look();
  if (found === 'gone') await removeReferencesOfGone(session, app, markOf(app));
  if (typeof found === 'string') return found;
  const remove = async (mark: Mark): Promise<void> => {
    taken.references = await referencesTo(session, app, mark);
    await taken.references?.remove();
  };
  const removal = remove(markOf(found));
  const [removed] = await Promise.allSettled([removal]);
  if (taken.references || removed.status === 'rejected') found = await look();
  if (found !== 'retained' && removed.status === 'rejected') {
    if (typeof found === 'object') await allOf([removal, deactivate(found)]);
    throw removed.reason;
  }
  for (let attempts = 1; typeof found === 'object'; attempts += 1) {
    try {
      await deactivate(found);
      await okta.deleteApp(app);
      return 'deleted';
    } catch (error) {
      await waitToRepeat(session, error, attempts);
      found = await look();
    }
  }
  return found === 'gone' ? 'deleted' : 'retained';
}

/**
 * Removes references to an app that somebody has deleted while a run worked on it: the run may have written them just after the other one
 * had looked for them.
 *
 * @param mark what the app's mark says, or was to say
 * @returns whether the app is gone
 */
export async function removeReferencesIfGone(
  session: Session,
  app: RegisteredApp,
  mark: Mark,
): Promise<boolean> {
  if (await ifThere(() => session.okta.getApp(app.id))) return false;
  await removeReferencesOfGone(session, app, mark);
  return true;
}

/** What is granted to a client ID can only be revoked while an app has it. */
async function removeReferencesOfGone(session: Session, app: RegisteredApp, mark: Mark): Promise<void> {
  const references = await referencesTo(session, app, { ...mark, scopes: undefined });
  await references?.remove();
}
