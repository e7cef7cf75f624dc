import type { Result } from '../app/change.ts';
import { immutableDifference } from '../app/settings/desired.ts';
import type { Owner } from '../app/ownership/owner.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { ActionError } from '../util/errors.ts';
import { requireAuthorizationServer } from './sign-in/authorization-server.ts';
import { exportApp } from './export-app.ts';
import { findApp } from './find-app.ts';
import type { Session } from '../session/session.ts';

/**
 * Reads the app as it is, whoever it belongs to, and the inputs that describe it.
 *
 * @throws {ActionError} where it is not there, or has another client ID than the inputs say
 */
export async function ensureRead(session: Session, inputs: Inputs, owner: Owner): Promise<Result> {
  const [found] = await Promise.all([
    findApp(session, inputs, owner),
    requireAuthorizationServer(session, inputs),
  ]);
  if (!found) {
    throw new ActionError(
      `Cannot find the app "${inputs.name ?? ''}"`,
      'Okta has no OIDC app of exactly that label',
      'Check "name", or give "app-id". A run with "state: read" never creates the app.',
    );
  }
  const { app } = found;
  const difference = immutableDifference(inputs, app);
  if (difference)
    throw new ActionError(
      `Cannot use the app "${app.label}"`,
      difference,
      'Check "client-id", or name another app.',
    );
  return { kind: 'unchanged', changes: [], app, exported: await exportApp(session, inputs, app) };
}
