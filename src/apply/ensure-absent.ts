import type { RegisteredApp } from '../app/app.ts';
import { change, type Result } from '../app/change.ts';
import { isMadeBy } from '../app/match.ts';
import { markOf } from '../app/ownership/mark.ts';
import type { Action } from '../app/ownership/permission.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Session } from '../session/session.ts';
import { ActionError } from '../util/errors.ts';
import { findApp, findApps } from './find-app.ts';
import type { Permission } from './permission.ts';
import { removeApp } from './remove-app.ts';

const ABSENT: Result = { kind: 'absent', changes: [], app: undefined };

/**
 * Makes sure that the app does not exist. Of several apps that a run of exactly this owner made, all are deleted.
 *
 * @param overtaken asks, right before a deletion, whether the app is to exist after all
 * @returns `undefined` if it is, and nothing was deleted
 * @throws {ActionError} if the app is not this run's to delete
 */
export async function ensureAbsent(
  session: Session,
  inputs: Inputs,
  permission: Permission,
  overtaken: () => Promise<boolean>,
): Promise<Result | undefined> {
  const apps = await findApps(session, inputs, permission.owner);
  const isAllOwn = apps.every((app) => isMadeBy(permission.owner, app));
  if (apps.length > 1 && !isAllOwn) await findApp(session, inputs, permission.owner);
  const action: Action = { to: 'delete', adopt: inputs.adopt };
  const changes = apps.slice(0, 1).map(({ label }) => change('name', label, undefined));
  const deleted: Result = { kind: 'deleted', changes, app: undefined };
  if (inputs.dryRun) {
    for (const app of apps) {
      const decision = (await permission.decide(markOf(app), action))(markOf(app));
      if (decision.allowed && decision.notice !== undefined) session.log.notice(decision.notice);
    }
    return apps.length > 0 ? deleted : ABSENT;
  }
  const state = { isOvertaken: false, isDeleted: false };
  for (const app of apps) {
    await deletionOf(app, permission, action);
    const ask = async (): Promise<(current: RegisteredApp) => boolean> => {
      const mayGo = await deletionOf(app, permission, action);
      state.isOvertaken = await overtaken();
      return (current) => !state.isOvertaken && mayGo(current);
    };
    if ((await removeApp(session, app, ask)) === 'deleted') {
      session.record(`deleted the app "${app.label}"`, true);
      state.isDeleted = true;
    }
    if (state.isOvertaken) return undefined;
  }
  return state.isDeleted ? deleted : ABSENT;
}

/**
 * @returns checks whether the app may be deleted as it is at the time, and throws if it may not
 * @throws {ActionError} if it may not as it was read
 */
async function deletionOf(
  app: RegisteredApp,
  permission: Permission,
  action: Action,
): Promise<(current: RegisteredApp) => true> {
  const decide = await permission.decide(markOf(app), action);
  const mayGo = (current: RegisteredApp): true => {
    const decision = decide(markOf(current));
    if (decision.allowed) return true;
    throw new ActionError(`Cannot delete the app "${app.label}"`, decision.why, decision.remedy);
  };
  mayGo(app);
  return mayGo;
}
