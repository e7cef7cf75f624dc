import type { RegisteredApp } from '../../app/app.ts';
import { markOf } from '../../app/ownership/mark.ts';
import { ownerName, type Owner } from '../../app/ownership/owner.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Session } from '../../session/session.ts';
import { ActionError } from '../../util/errors.ts';
import type { Permission } from '../permission.ts';
import { removeApp } from '../remove-app.ts';

/**
 * Deletes an app that a closed pull request's or a branch's run made, so that a permanent run can create it anew: nothing that unreviewed
 * code chose becomes what is permanent. A dry run deletes nothing.
 *
 * @returns whose app it was
 * @throws {ActionError} if it is not to be replaced any more, or is named by an ID that a new app would not have
 */
export async function replaceApp(
  session: Session,
  inputs: Inputs,
  permission: Permission,
  app: RegisteredApp,
): Promise<Owner> {
  const { owner } = markOf(app);
  const what = `Cannot replace the app "${app.label}"`;
  if (!owner || inputs.appId !== undefined)
    throw new ActionError(
      what,
      `it belongs to ${owner ? ownerName(owner) : 'nobody'}, is created anew for what is permanent, and gets another ID`,
      `Name it by "name" instead of "app-id"; or set "adopt: ${owner?.repository ?? 'true'}" to keep the app as it is.`,
    );
  if (inputs.dryRun) return owner;
  const ask = async (): Promise<(current: RegisteredApp) => boolean> => {
    const decide = await permission.decide(markOf(app), { to: 'change', adopt: inputs.adopt });
    return (current) => {
      const decision = decide(markOf(current));
      return decision.allowed && decision.replaces === true;
    };
  };
  if ((await removeApp(session, app, ask)) === 'retained')
    throw new ActionError(
      what,
      `it belonged to ${ownerName(owner)}, and has changed while this run was about to delete it`,
      'Run it again.',
    );
  session.record(`deleted the app "${app.label}" of ${ownerName(owner)}, to create it anew`);
  return owner;
}
