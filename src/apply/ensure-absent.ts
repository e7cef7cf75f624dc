import type { RegisteredApp } from '../app/app.ts';
import { change, type Outcome } from '../app/change.ts';
import { withRemoval } from '../app/duplicates.ts';
import { belongsTo, markOf, ownerName, type Owner } from '../app/ownership.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { ActionError } from '../util/errors.ts';
import { removeDuplicates } from './create-app.ts';
import { findApp } from './find-app.ts';
import type { Session } from './session.ts';
import { removeOwnOrigins } from './trusted-origins.ts';

/**
 * Makes sure that the app does not exist.
 *
 * @throws {ActionError} where the app is not this run's to delete
 */
export async function ensureAbsent(session: Session, inputs: Inputs, owner: Owner): Promise<Outcome> {
  const { app, duplicates } = await findApp(session, inputs, owner);
  if (!app) return { result: 'absent', changes: [], app: undefined };
  if (!inputs.adopt) refuseDeletion(app, owner);
  const outcome: Outcome = {
    result: 'deleted',
    changes: [change('name', app.label, undefined)],
    app: undefined,
  };
  if (!inputs.dryRun) {
    await removeDuplicates(session, app, duplicates, inputs.maskClientId);
    await removeApp(session, app);
    session.record(`deleted the app "${app.label}"`);
  }
  return withRemoval(outcome, duplicates, inputs.maskClientId);
}

/** Deletes an app, and the trusted origins that its runs created. What is gone already counts as done. */
export async function removeApp(
  session: Pick<Session, 'okta' | 'record'>,
  app: RegisteredApp,
): Promise<void> {
  const { okta, record } = session;
  const marked = markOf(app).trustedOrigins;
  if (marked.length > 0) await removeOwnOrigins(session, app, marked);
  if (app.active) {
    await okta.deactivateApp(app);
    record(`deactivated the app "${app.label}"`);
  }
  await okta.deleteApp(app);
}

function refuseDeletion(app: RegisteredApp, owner: Owner): void {
  const holder = markOf(app).owner;
  const refuse = (why: string): never => {
    throw new ActionError(
      `Cannot delete the app "${app.label}"`,
      why,
      'Set "adopt: true" to delete it all the same, or choose another name.',
    );
  };
  if (!holder) refuse('no run of this repository created it');
  else if (!belongsTo(owner, app)) refuse(`it belongs to ${ownerName(holder)}`);
  else if (
    owner.pullRequest !== undefined &&
    holder.pullRequest !== undefined &&
    owner.pullRequest !== holder.pullRequest
  ) {
    refuse(`it belongs to pull request #${holder.pullRequest}, and this run to #${owner.pullRequest}`);
  }
}
