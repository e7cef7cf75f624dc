import { requireApp } from './apps.ts';
import { notFound } from './errors.ts';
import type { Route } from './exchange.ts';
import { noContent, param } from './exchange.ts';
import { page } from './lists.ts';

/** The refresh tokens of an app's users. */
export const appTokenRoutes: Route[] = [
  {
    method: 'GET',
    path: '/api/v1/apps/:appId/tokens',
    scope: 'okta.apps.read',
    handle: (exchange) => {
      requireApp(exchange);
      return page(exchange, [], { defaultLimit: 20, maximum: 200, ascending: true }, String, () => null);
    },
  },
  {
    method: 'GET',
    path: '/api/v1/apps/:appId/tokens/:tokenId',
    scope: 'okta.apps.read',
    handle: (exchange) => {
      const app = requireApp(exchange);
      throw notFound(`${app.id}.${param(exchange, 'tokenId')}`, 'OAuth2RefreshTokenTx');
    },
  },
  {
    method: 'DELETE',
    path: '/api/v1/apps/:appId/tokens',
    scope: 'okta.apps.manage',
    handle: (exchange) => {
      exchange.tokens.revoke(requireApp(exchange).clientId);
      return noContent;
    },
  },
];
