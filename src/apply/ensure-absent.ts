import { clientIdOf, typeOf, type RegisteredApp } from '../app/app.ts';
import { change, type Outcome } from '../app/change.ts';
import { withRemoval } from '../app/duplicates.ts';
import { markOf } from '../app/ownership.ts';
import type { Wish } from '../app/permission.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { ifThere } from '../okta/errors.ts';
import { ActionError } from '../util/errors.ts';
import { revokeInherited } from './api-scopes.ts';
import type { Authority } from './authority.ts';
import { removeDuplicates } from './create-app.ts';
import { findApp } from './find-app.ts';
import { placeOf, takeOut } from './server-policies.ts';
import type { Session } from './session.ts';
import { findListed, originsOf, releaseOrigins } from './trusted-origins.ts';

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
    return withRemoval(outcome, duplicates, inputs.maskClientId);
  }
  const current = await ifThere(() => okta.getApp(app.id));
  if (!current && duplicates.length === 0) return ABSENT;
  if (current) {
    await refuseDeletion(current, authority, wish);
    if (await overtaken()) return undefined;
  }
  await removeDuplicates(session, app, duplicates, inputs.maskClientId);
  if (current) {
    await removeApp(session, current);
    record(`deleted the app "${current.label}"`, true);
  }
  return withRemoval(outcome, duplicates, inputs.maskClientId);
}

const ABSENT: Outcome = { result: 'absent', changes: [], app: undefined };

/**
 * Deletes an app, and takes it out of the trusted origins that it lists and of the access policies that let it in. Scopes of a client ID
 * of its own are revoked: the next app of that ID would have them (recorded).  What is gone already counts as done.
 */
export async function removeApp(session: Session, app: RegisteredApp): Promise<void> {
  const { okta, record } = session;
  const mark = markOf(app);
  const clientId = clientIdOf(app) ?? app.id;
  await takeOut(session, (mark.policies ?? []).map(placeOf), clientId);
  if (typeOf(app) === 'service' && clientId !== app.id) await revokeInherited(session, app, []);
  const origins = originsOf(mark);
  if (origins.length > 0) await releaseOrigins(session, app, await findListed(session, app, origins));
  if (app.active) {
    await okta.deactivateApp(app);
    record(`deactivated the app "${app.label}"`);
  }
  await okta.deleteApp(app);
}

async function refuseDeletion(app: RegisteredApp, authority: Authority, wish: Wish): Promise<void> {
  const mark = markOf(app);
  const permission = (await authority.ask(mark, wish))(mark);
  if (permission.allowed) return;
  throw new ActionError(`Cannot delete the app "${app.label}"`, permission.why, permission.remedy);
}
