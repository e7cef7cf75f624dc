import type { RegisteredApp } from '../../app/app.ts';
import { markOf } from '../../app/ownership/mark.ts';
import { ownerName, type Owner } from '../../app/ownership/owner.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Session } from '../../session/session.ts';
import { ActionError } from '../../util/errors.ts';
import type { Permission } from '../permission.ts';
import { removeApp } from '../remove-app.ts';

/** An app that a run of a closed pull request or of a branch made, and that a permanent run creates anew. */
export interface Replacement {
  app: RegisteredApp;
  /** Its owner. */
  from: Owner;
  /** The owner that it is to have. */
  to: Owner;
}

/** @throws {ActionError} if the app is named by an ID, which a new one would not have */
export function refuseId({ app, from }: Replacement, { appId }: Pick<Inputs, 'appId'>): void {
  if (appId === undefined) return;
  throw new ActionError(
    `Cannot replace the app "${app.label}"`,
    `it belongs to ${ownerName(from)}, is created anew for what is permanent, and gets another ID`,
    `Name it by "name" instead of "app-id"; or set "adopt: ${from.repository}" to keep the app as it is.`,
  );
}

/**
 * Deletes an app that is to be created anew: nothing that unreviewed code chose becomes permanent.
 *
 * @throws {ActionError} if it is not to be replaced any more
 */
export async function replaceApp(
  session: Session,
  { adopt }: Pick<Inputs, 'adopt'>,
  permission: Permission,
  { app, from }: Replacement,
): Promise<void> {
  const ask = async (): Promise<(current: RegisteredApp) => boolean> => {
    const decide = await permission.decide(markOf(app), { to: 'change', adopt });
    return (current) => {
      const decision = decide(markOf(current));
      return decision.allowed && decision.replaces !== undefined;
    };
  };
  if ((await removeApp(session, app, ask)) === 'retained')
    throw new ActionError(
      `Cannot replace the app "${app.label}"`,
      `it belonged to ${ownerName(from)} when it was found, and is not to be replaced any more`,
      'Run it again.',
    );
  session.record(`deleted the app "${app.label}" of ${ownerName(from)}, to create it anew`);
}
