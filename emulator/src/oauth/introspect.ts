import { decodeJwt } from 'jose';
import type { Answer, Exchange, Route } from '../exchange.ts';
import { ok } from '../exchange.ts';
import type { JsonObject } from '../json.ts';
import { without } from '../json.ts';
import { loginOf } from '../users.ts';
import { authenticateClient, parametersOf } from './client-authentication.ts';
import { issuerOf, paths } from './issuer.ts';
import { validAccessToken, validRefreshToken } from './valid-tokens.ts';

/** `/introspect`: what a token is good for, told to a client of the org. */
export const introspectRoutes: Route[] = paths('introspect').map((path) => ({
  method: 'POST',
  path,
  scope: null,
  handle: introspect,
}));

/** 200 with `{"active":false}` for whatever is not good here, a token of another server included (documented). */
async function introspect(exchange: Exchange): Promise<Answer> {
  const issuer = issuerOf(exchange);
  const parameters = parametersOf(exchange);
  await authenticateClient(exchange, parameters);
  const value = parameters('token');
  const access = validAccessToken(exchange, issuer, value);
  if (access !== undefined) {
    const { token, user } = access;
    const { exp, iat, sub, aud, iss, jti } = decodeJwt(value);
    return ok(
      active({
        token_type: token.thumbprint === undefined ? 'Bearer' : 'DPoP',
        scope: token.scopes.join(' '),
        client_id: token.clientId,
        username: user === undefined ? undefined : loginOf(user),
        exp,
        iat,
        sub,
        aud,
        iss,
        jti,
        uid: user?.id,
        cnf: token.thumbprint === undefined ? undefined : { jkt: token.thumbprint },
      }),
    );
  }
  const refresh = validRefreshToken(exchange, issuer, value);
  if (refresh === undefined) return ok({ active: false });
  const { token, user } = refresh;
  return ok(
    active({
      scope: token.signIn.scopes.join(' '),
      client_id: token.signIn.clientId,
      username: user === undefined ? undefined : loginOf(user),
      exp: Number.isFinite(token.expiresAt) ? Math.floor(token.expiresAt / 1000) : undefined,
      iat: Math.floor(token.created / 1000),
      jti: token.id,
      uid: user?.id,
    }),
  );
}

function active(claims: JsonObject): JsonObject {
  return without({ active: true, ...claims });
}
