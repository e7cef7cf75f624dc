import { clientIdOf, typeOf, type RegisteredApp } from '../app/app.ts';
import { change, type Outcome } from '../app/change.ts';
import { withRemoval } from '../app/duplicates.ts';
import { markOf, type Mark } from '../app/ownership/mark.ts';
import type { Wish } from '../app/ownership/permission.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { ifThere } from '../okta/http/errors.ts';
import { ActionError, together } from '../util/errors.ts';
import { grantScopes, revokeScopes } from '../resources/api-scopes.ts';
import type { Authority } from './authority.ts';
import { removeDuplicates } from './create-app.ts';
import { findApp } from './find-app.ts';
import { isNamedElsewhere, releaseGone, tiesOf, type Ties } from './release.ts';
import { waitToRepeat } from '../session/send-once.ts';
import type { Session } from '../session/session.ts';
import { sideWork, type Line } from '../session/side-work.ts';

/**
 * Makes sure that the app does not exist. Each app is read again right before it goes: whose it is may have changed.
 *
 * @param overtaken asks, right before the deletion, whether the app is to be there after all
 * @returns `undefined` where it is, and nothing has been deleted
 * @throws {ActionError} where the app is not this run's to delete
 */
export async function ensureAbsent(
  session: Session,
  inputs: Inputs,
  authority: Authority,
  overtaken: () => Promise<boolean>,
): Promise<Outcome | undefined> {
  const { okta, log, record } = session;
  const { app, duplicates } = await findApp(session, inputs, authority.owner);
  if (!app) return ABSENT;
  const wish: Wish = { to: 'delete', adopt: inputs.adopt };
  const outcome: Outcome = {
    result: 'deleted',
    changes: [change('name', app.label, undefined)],
    app: undefined,
  };
  if (inputs.dryRun) {
    const permission = (await authority.ask(markOf(app), wish))(markOf(app));
    if (permission.allowed && permission.notice !== undefined) log.notice(permission.notice);
    return withRemoval(outcome, duplicates, inputs.maskClientId ?? true);
  }
  const current = await ifThere(() => okta.getApp(app.id));
  if (!current && duplicates.length === 0) return ABSENT;
  const mayGo = current && (await deletionOf(current, authority, wish));
  if (mayGo && (await overtaken())) return undefined;
  await removeDuplicates(session, app, duplicates, inputs.maskClientId ?? true);
  const asked = { times: 0, isOvertaken: false };
  const ask = async (): Promise<(app: RegisteredApp) => boolean> => {
    asked.times += 1;
    asked.isOvertaken = asked.times > 1 && (await overtaken());
    return (app) => !asked.isOvertaken && mayGo?.(app) === true;
  };
  if (mayGo && (await removeApp(session, current, ask))) record(`deleted the app "${current.label}"`, true);
  if (asked.isOvertaken) return undefined;
  return withRemoval(outcome, duplicates, inputs.maskClientId ?? true);
}

const ABSENT: Outcome = { result: 'absent', changes: [], app: undefined };

/**
 * Deletes an app, after it was taken out of the trusted origins that it lists and of the access policies that let it in. Scopes of a
 * client ID of its own are revoked: the next app of that ID would have them (recorded). What is gone already counts as done.
 *
 * All that takes its time, in which another run may take the app over: it is read again before the first step, before the last ones, and
 * after every wait. One that is to stay after all gets back what was taken from it, since the other run may have found it there; also
 * where not all of it could be taken, and where it is not known whether Okta has deactivated it.
 *
 * @param app as it was read when it was decided that it is to go
 * @param ask asks whether it still is, and gives what tells it of the app as it is now; both may throw
 * @returns whether it is gone
 */
export async function removeApp(
  session: Session,
  app: RegisteredApp,
  ask: () => Promise<(current: RegisteredApp) => boolean>,
): Promise<boolean> {
  const { okta, record } = session;
  const read = (): Promise<RegisteredApp | undefined> => ifThere(() => okta.getApp(app.id));
  let isDeactivated = false;
  let putBack: Ties['putBack'] | undefined;
  const restore = async (): Promise<void> => {
    const current = putBack || isDeactivated ? await read() : undefined;
    if (!current) return;
    const activate: Line = isDeactivated && !current.active ? [(again) => okta.activateApp(again)] : [];
    const work = sideWork(session, { soon: [activate, ...(putBack?.(current) ?? [])], later: [] });
    work.begin(current);
    await work.finish({ ...current, active: current.active || isDeactivated });
  };
  /** What became of the app, which gets back what was taken from it where it is to stay. */
  const look = async (): Promise<RegisteredApp | 'gone' | 'stays'> => {
    try {
      const mayGo = await ask();
      const current = await read();
      if (!current) return 'gone';
      if (mayGo(current)) return current;
    } catch (error) {
      const failure = await restore().catch((other: unknown) => together([error, other]));
      throw failure ?? error;
    }
    await restore();
    return 'stays';
  };
  let found = await look();
  if (found === 'gone') await releaseGone(session, app, markOf(app));
  if (typeof found === 'string') return found === 'gone';
  const mark = markOf(found);
  if (isNamedElsewhere(mark) || hasOwnScopes(app)) {
    const ties = await allTies(session, app, mark);
    putBack = ties.putBack;
    const cutting = ties.cut();
    await Promise.allSettled([cutting]);
    found = await look();
    if (found !== 'stays') await cutting;
  }
  for (let attempts = 1; typeof found === 'object'; attempts += 1) {
    try {
      if (found.active) {
        isDeactivated = true;
        await okta.deactivateApp(app, true);
        record(`deactivated the app "${app.label}"`);
      }
      await okta.deleteApp(app, true);
      return true;
    } catch (error) {
      await waitToRepeat(session, error, attempts);
      found = await look();
    }
  }
  return found === 'gone';
}

/** A client ID of its own keeps the scopes that it was granted when its app goes (recorded). */
function hasOwnScopes(app: RegisteredApp): boolean {
  return typeOf(app) === 'service' && (clientIdOf(app) ?? app.id) !== app.id;
}

/** Those ties, and the scopes of a client ID of its own. */
async function allTies(session: Session, app: RegisteredApp, mark: Mark): Promise<Ties> {
  const ties = await tiesOf(session, app, mark);
  const grants = hasOwnScopes(app) ? ((await ifThere(() => session.okta.scopeGrants(app))) ?? []) : [];
  return {
    cut: async () => {
      await ties.cut();
      await revokeScopes(session, app, grants);
    },
    putBack: (current) => [
      ...ties.putBack(current),
      ...grants.map(({ scope }): Line => [(again) => grantScopes(session, again, [scope])]),
    ],
  };
}

/**
 * @returns looks whether the app may go as it is at the time, and throws where it may not
 * @throws {ActionError} where it may not as it is now
 */
async function deletionOf(
  app: RegisteredApp,
  authority: Authority,
  wish: Wish,
): Promise<(current: RegisteredApp) => true> {
  const judge = await authority.ask(markOf(app), wish);
  const mayGo = (current: RegisteredApp): true => {
    const permission = judge(markOf(current));
    if (permission.allowed) return true;
    throw new ActionError(`Cannot delete the app "${app.label}"`, permission.why, permission.remedy);
  };
  mayGo(app);
  return mayGo;
}
