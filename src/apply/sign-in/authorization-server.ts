import type { Inputs } from '../../inputs/inputs.ts';
import { OktaError } from '../../okta/http/errors.ts';
import { ActionError } from '../../util/errors.ts';
import type { Session } from '../../session/session.ts';

/**
 * Makes sure that the authorization server of the inputs exists. Anybody may read its endpoints. Without a usable answer, the check of the
 * sign-in and the search for the issuer decide.
 *
 * @throws {ActionError} if Okta has none of that ID
 */
export async function requireAuthorizationServer(
  { okta }: Pick<Session, 'okta'>,
  { authorizationServer }: Pick<Inputs, 'authorizationServer'>,
): Promise<void> {
  if (authorizationServer === undefined) return;
  const isThere = await okta.discovery(authorizationServer).then(
    () => true,
    (error: unknown) => !(error instanceof OktaError && error.status === 404),
  );
  if (isThere) return;
  throw new ActionError(
    `Cannot find the authorization server "${authorizationServer}"`,
    'Okta has none of that ID',
    'Check "authorization-server": it is an ID, such as "default", and not the name (Admin Console: Security, API).',
  );
}
