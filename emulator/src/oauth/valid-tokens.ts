import type { Exchange } from '../exchange.ts';
import type { User } from '../org.ts';
import type { Client } from './client.ts';
import { clientOf } from './client.ts';
import type { Issuer } from './issuer.ts';
import type { AccessToken, RefreshToken, SignIn } from './token-store.ts';
import { isAlive } from './token-store.ts';

/** A token that is good, and whom it is for. */
export interface Valid<Token> {
  readonly token: Token;
  readonly client: Client;
  /** Undefined where the client acts for itself. */
  readonly user: User | undefined;
}

/**
 * An access token that this server issued and that is still good: neither revoked nor expired, its app active, its
 * person too.
 */
export function validAccessToken(
  exchange: Exchange,
  issuer: Issuer,
  jwt: string,
): Valid<AccessToken> | undefined {
  const token = exchange.tokens.findAccessToken(jwt);
  if (token === undefined || token.revoked || token.expiresAt <= exchange.now / 1000) return undefined;
  return token.serverId === issuer.serverId ? valid(exchange, token, token) : undefined;
}

/** The same for a refresh token. */
export function validRefreshToken(
  exchange: Exchange,
  issuer: Issuer,
  value: string,
): Valid<RefreshToken> | undefined {
  const token = exchange.tokens.findRefreshToken(value);
  if (token === undefined || !isAlive(token, exchange.now)) return undefined;
  const { signIn } = token;
  return signIn.serverId === issuer.serverId
    ? valid(exchange, token, { clientId: signIn.clientId, signIn })
    : undefined;
}

function valid<Token>(
  exchange: Exchange,
  token: Token,
  { clientId, signIn }: { clientId: string; signIn: SignIn | undefined },
): Valid<Token> | undefined {
  const app = exchange.org.appOfClient(clientId);
  const user = signIn === undefined ? undefined : activeUser(exchange, signIn);
  if (app?.status !== 'ACTIVE' || (signIn !== undefined && user === undefined)) return undefined;
  return { token, client: clientOf(app), user };
}

/** The person of a sign-in, unless they have been deactivated or deleted. */
export function activeUser({ org }: Pick<Exchange, 'org'>, { userId }: SignIn): User | undefined {
  const user = org.users.get(userId);
  return user?.status === 'ACTIVE' ? user : undefined;
}
