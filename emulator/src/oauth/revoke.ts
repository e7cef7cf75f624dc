import type { Answer, Exchange, Route } from '../exchange.ts';
import { authenticateClient, parametersOf } from './client-authentication.ts';
import { issuerOf, paths } from './issuer.ts';

/** `/revoke`: a client takes back a token of its own. */
export const revokeRoutes: Route[] = paths('revoke').map((path) => ({
  method: 'POST',
  path,
  scope: null,
  handle: revoke,
}));

/**
 * 200 without a body, also for a token that is unknown, expired or revoked already (recorded). An access token goes
 * alone; a refresh token takes its access tokens along (documented). A token of another client or server stays.
 */
async function revoke(exchange: Exchange): Promise<Answer> {
  const { tokens } = exchange;
  const { serverId } = issuerOf(exchange);
  const parameters = parametersOf(exchange);
  const client = await authenticateClient(exchange, parameters);
  const value = parameters('token');
  const access = tokens.findAccessToken(value);
  if (access?.clientId === client.id && access.serverId === serverId) access.revoked = true;
  const signIn = tokens.findRefreshToken(value)?.signIn;
  if (signIn?.clientId === client.id && signIn.serverId === serverId) tokens.revokeSignIn(signIn);
  return { status: 200 };
}
