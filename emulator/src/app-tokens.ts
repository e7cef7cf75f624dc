import { requireApp } from './apps.ts';
import { notFound } from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { noContent, ok, param } from './exchange.ts';
import type { JsonObject } from './json.ts';
import { page } from './lists.ts';
import type { RefreshToken } from './oauth/token-store.ts';
import type { App } from './org.ts';
import { timestamp } from './org.ts';

const TOKENS = '/api/v1/apps/:appId/tokens';

/** The refresh tokens of an app's users. */
export const appTokenRoutes: Route[] = [
  { method: 'GET', path: TOKENS, scope: 'okta.apps.read', handle: listTokens },
  {
    method: 'GET',
    path: `${TOKENS}/:tokenId`,
    scope: 'okta.apps.read',
    handle: (exchange) => {
      const app = requireApp(exchange);
      return ok(showToken(exchange, app, requireToken(exchange, app)));
    },
  },
  {
    method: 'DELETE',
    path: TOKENS,
    scope: 'okta.apps.manage',
    handle: (exchange) => {
      exchange.tokens.revokeClient(requireApp(exchange).clientId);
      return noContent;
    },
  },
  {
    method: 'DELETE',
    path: `${TOKENS}/:tokenId`,
    scope: 'okta.apps.manage',
    handle: (exchange) => {
      requireToken(exchange, requireApp(exchange)).revoked = true;
      return noContent;
    },
  },
];

/** 404 that names the app and the token (recorded). */
function requireToken(exchange: Exchange, app: App): RefreshToken {
  const id = param(exchange, 'tokenId');
  const token = exchange.tokens.refreshTokensOf(app.clientId, exchange.now).find((each) => each.id === id);
  if (token === undefined) throw notFound(`${app.id}.${id}`, 'OAuth2RefreshTokenTx');
  return token;
}

/** 20 a page (recorded). */
function listTokens(exchange: Exchange): Answer {
  const app = requireApp(exchange);
  return page(
    exchange,
    exchange.tokens.refreshTokensOf(app.clientId, exchange.now),
    { defaultLimit: 20, maximum: 200, ascending: false },
    (token) => token.id,
    (token) => showToken(exchange, app, token),
  );
}

/** Everything but the token itself (documented). */
function showToken({ org, origin, orgUrl }: Exchange, app: App, token: RefreshToken): JsonObject {
  const { serverId, userId, scopes } = token.signIn;
  const server = serverId === undefined ? undefined : org.findAuthorizationServer(serverId);
  const appHref = `${origin}/api/v1/apps/${app.id}`;
  return {
    id: token.id,
    status: 'ACTIVE',
    created: timestamp(token.created),
    lastUpdated: timestamp(token.created),
    expiresAt: timestamp(token.expiresAt),
    issuer: server === undefined ? orgUrl : `${orgUrl}/oauth2/${server.default ? 'default' : server.id}`,
    clientId: app.clientId,
    userId,
    scopes: [...scopes],
    _links: {
      app: { href: appHref, title: app.label },
      self: { href: `${appHref}/tokens/${token.id}`, hints: { allow: ['GET', 'DELETE'] } },
      client: { href: `${origin}/oauth2/v1/clients/${app.clientId}`, title: app.label },
      user: { href: `${origin}/api/v1/users/${userId}` },
    },
  };
}
