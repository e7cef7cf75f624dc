import type { Result } from '../app/change.ts';
import type { Owner } from '../app/ownership/owner.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { requireAuthorizationServer } from './sign-in/authorization-server.ts';
import { exportApp } from './export-app.ts';
import { findApp, notFound } from './find-app.ts';
import type { Session } from '../session/session.ts';

/**
 * Reads the app as it is, whoever owns it, and the inputs that describe it.
 *
 * @throws {ActionError} if it does not exist, or has another client ID than the inputs say
 */
export async function ensureRead(session: Session, inputs: Inputs, owner: Owner): Promise<Result> {
  const [found] = await Promise.all([
    findApp(session, inputs, owner),
    requireAuthorizationServer(session, inputs),
  ]);
  if (!found) throw notFound(inputs, 'app', 'A run with "state: read" never creates the app.');
  const { app } = found;
  return { kind: 'unchanged', changes: [], app, exported: await exportApp(session, inputs, app) };
}
