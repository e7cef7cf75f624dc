import { alreadyExists, internalServerError, invalidField, oktaError, validationFailed } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { App } from './org.ts';

/** The client IDs that creates bring, and what an app leaves behind under its client ID. */

/**
 * Refuses a client ID that another app has, an inactive one too (inferred). That a client ID is unique in an org is
 * documented, and that a second create is 400 is reported; code and text are unknown: see `Unknowns.takenClientId`.
 * A deleted app's is free again at once (recorded), unless `trouble` says otherwise.
 */
export function refuseTakenClientId(exchange: Exchange, clientId: string): void {
  const { trouble, unknown } = exchange;
  if (!isHeld(exchange, clientId)) {
    if (trouble.staleClientIdRefusals === 0) return;
    trouble.staleClientIdRefusals -= 1;
  }
  // All of these texts are made up.
  switch (unknown.takenClientId) {
    case 'client_id':
      throw invalidField('client_id', 'already exists.');
    case 'client ID':
      throw validationFailed('oauthClient', `An application with the client ID ${clientId} already exists.`);
    case 'an object':
      throw alreadyExists('App Instance');
    case '409':
      throw oktaError(409, 'E0000195', 'Api validation failed due to conflict: oauthClient');
    case '500':
      throw internalServerError();
  }
}

/** Whether an app has the client ID, or had it until a moment ago. */
function isHeld({ org, trouble, unknown }: Exchange, clientId: string): boolean {
  const freedAt = org.freedClientIds.get(clientId);
  if (freedAt !== undefined && Date.now() - freedAt < trouble.clientIdFreeAfterMs) return true;
  if (unknown.clientIdCase === 'exact') return org.appOfClient(clientId) !== undefined;
  const folded = clientId.toLowerCase();
  return [...org.apps.values()].some((app) => app.clientId.toLowerCase() === folded);
}

/**
 * After an app was deleted: what was granted to its client ID is kept for the next app that has it (recorded for the
 * scopes of Okta's API, unknown for admin roles), unless `unknown` says otherwise.
 */
export function freeClientId({ org, unknown }: Exchange, { clientId }: App): void {
  if (clientId === '' || org.appOfClient(clientId) !== undefined) return;
  org.freedClientIds.set(clientId, Date.now());
  if (unknown.grantsOfDeletedClient === 'removed') org.grants.delete(clientId);
  if (unknown.rolesOfDeletedClient === 'removed') org.rolesOf(clientId).clear();
}
