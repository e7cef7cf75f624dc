import { PATHS, clientSecretOf, type RegisteredApp } from '../app/app.ts';
import { newestActive } from '../app/secret-rotation.ts';
import { ActionError } from '../util/errors.ts';
import { textOf, valueAt, type JsonObject } from '../util/json.ts';
import { withoutSecret } from '../app/client-rules.ts';
import { markOf } from '../app/ownership.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Log } from '../util/log.ts';
import type { Authority } from './authority.ts';
import type { Session } from './session.ts';

/**
 * The secret for the output, masked already: from the answer to this run's own write, or read back.
 *
 * @throws {ActionError} where the app has none
 */
export async function clientSecret(
  { okta, log }: Pick<Session, 'okta' | 'log'>,
  app: RegisteredApp,
): Promise<string> {
  refuseWithoutSecret(app.label, app.body);
  const secret = clientSecretOf(app) ?? newestActive(await okta.clientSecrets(app))?.value;
  if (secret === undefined) {
    throw new ActionError(
      `Cannot output the client secret of the app "${app.label}"`,
      'Okta has no active one',
      'Create or activate one in the Admin Console, or leave "output-client-secret" out.',
    );
  }
  log.mask(secret);
  return secret;
}

/**
 * Whether the secret of an app may be handed to this run: only of one that it may change. A dry run goes on without it.
 *
 * @throws {ActionError} where it may not
 */
export async function mayOutputSecret(
  log: Log,
  { adopt, dryRun }: Pick<Inputs, 'adopt' | 'dryRun'>,
  authority: Authority,
  app: RegisteredApp,
): Promise<boolean> {
  const permission = await authority.askStrictly(markOf(app), { to: 'change', adopt });
  if (permission.allowed) return true;
  const refusal = new ActionError(
    `Cannot output the client secret of the app "${app.label}"`,
    `this run may not change the app: ${permission.why}`,
    permission.remedy,
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
