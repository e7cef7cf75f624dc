import { PATHS, clientSecretOf, type RegisteredApp } from '../../app/app.ts';
import type { Result } from '../../app/change.ts';
import { newestActive } from '../../app/secret-rotation.ts';
import { ActionError } from '../../util/errors.ts';
import { textOf, valueAt, type JsonObject } from '../../util/json.ts';
import { withoutSecret } from '../../app/settings/client-rules.ts';
import { markOf } from '../../app/ownership/mark.ts';
import type { Action } from '../../app/ownership/permission.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Log } from '../../util/log.ts';
import { rotateSecret, type Rotation } from './rotate-secret.ts';
import type { Permission } from '../permission.ts';
import type { Session } from '../../session/session.ts';

/**
 * The secret for the output, already masked: for a new app from the answer to its creation, else the newest active one. That is a new one
 * if `client-secret-max-age` asks for it.
 *
 * @throws {ActionError} if the app has none
 */
export async function handOutSecret(
  session: Session,
  { secretMaxAge, dryRun }: Pick<Inputs, 'secretMaxAge' | 'dryRun'>,
  app: RegisteredApp,
  { kind }: Pick<Result, 'kind'>,
): Promise<Rotation> {
  refuseWithoutSecret(app.label, app.body);
  const known = kind === 'created' ? clientSecretOf(app) : undefined;
  if (known !== undefined) return { secret: known, changes: [] };
  if (secretMaxAge !== undefined) {
    const rotation = await rotateSecret(session, app, secretMaxAge, dryRun);
    if (rotation.secret !== undefined || dryRun) return rotation;
  }
  const secret = newestActive(await session.okta.clientSecrets(app))?.value;
  if (secret === undefined) {
    throw new ActionError(
      `Cannot output the client secret of the app "${app.label}"`,
      'Okta has no active one',
      'Create or activate one in the Admin Console, or leave "output-client-secret" out.',
    );
  }
  return { secret, changes: [] };
}

/**
 * Whether this run may get the secret of an app: only if it may change the app. With `shared`, `adopt` is for URIs and not for the app. A
 * dry run continues without the secret.
 *
 * @throws {ActionError} if it may not
 */
export async function mayOutputSecret(
  log: Log,
  { adopt, dryRun, shared, state }: Pick<Inputs, 'adopt' | 'dryRun' | 'shared' | 'state'>,
  permission: Permission,
  app: RegisteredApp,
): Promise<boolean> {
  const action: Action = { to: 'change', adopt: shared ? false : adopt };
  const decision = await permission.decideStrictly(markOf(app), action);
  if (decision.allowed) return true;
  const takesNothingOver = state === 'read' ? 'state: read' : shared ? 'shared: true' : undefined;
  const refusal = new ActionError(
    `Cannot output the client secret of the app "${app.label}"`,
    `this run may not change the app: ${decision.why}`,
    takesNothingOver === undefined
      ? decision.remedy
      : `Leave "output-client-secret" out, or first let a run of the default branch take the app over ("adopt", without "${takesNothingOver}").`,
  );
  if (!dryRun) throw refusal;
  log.notice(refusal.message);
  return false;
}

/** Refuses the output for an app that has no secret, or is about to have none. */
export function refuseWithoutSecret(label: string, body: JsonObject): void {
  const method = textOf(valueAt(body, PATHS['token-endpoint-auth-method']));
  if (!withoutSecret(method)) return;
  throw new ActionError(
    `Cannot output a client secret of the app "${label}"`,
    `an app with "token-endpoint-auth-method: ${method}" has none`,
    'Leave "output-client-secret" out, or choose a method that uses a secret.',
  );
}
