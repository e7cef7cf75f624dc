import { endpointsOf } from '../app/endpoints.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { ActionError } from '../util/errors.ts';
import type { Session } from './session.ts';

/**
 * Makes sure that the authorization server of the inputs is there. Anybody may read where its endpoints are; without a usable answer the
 * question is left to the check of the sign-in.
 *
 * @throws {ActionError} where Okta has none of that ID
 */
export async function requireAuthorizationServer(
  { okta }: Pick<Session, 'okta'>,
  { connection, authorizationServer }: Pick<Inputs, 'connection' | 'authorizationServer'>,
): Promise<void> {
  if (authorizationServer === undefined) return;
  const answer = await okta.authorizeAnswer(endpointsOf(connection.orgUrl, authorizationServer).discoveryUrl);
  if ('kind' in answer || answer.status !== 404) return;
  throw new ActionError(
    `Cannot find the authorization server "${authorizationServer}"`,
    'Okta has none of that ID',
    'Check "authorization-server": it is an ID, such as "default", and not the name (Admin Console: Security, API).',
  );
}
