import { OktaError, notFound } from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { ok, param } from './exchange.ts';
import type { JsonObject } from './json.ts';
import { objectOf, without } from './json.ts';
import { listed } from './lag.ts';
import { page, startsWith } from './lists.ts';
import type { App } from './org.ts';

const INVALID = "Invalid value for 'client_id' parameter.";

/** `/oauth2/v1/clients`: the same apps seen as OAuth clients. */
export const clientRoutes: Route[] = [
  { method: 'GET', path: '/oauth2/v1/clients', scope: 'okta.clients.read', handle: listClients },
  {
    method: 'GET',
    path: '/oauth2/v1/clients/:clientId',
    scope: 'okta.clients.read',
    handle: (exchange) => ok(showClient(requireClient(exchange))),
  },
];

/**
 * 404 `PublicClientApp` (documented; recorded of a sister path), or the 401 of an older description. Looked up by client
 * ID, not by the app's ID (documented).
 */
export function requireClient(exchange: Exchange): App {
  const id = param(exchange, 'clientId');
  const app = exchange.org.appOfClient(id);
  if (app !== undefined) return app;
  if (exchange.unknown.missingClient === '404') throw notFound(id, 'PublicClientApp');
  throw new OktaError(
    { status: 401, body: { error: 'invalid_client', error_description: INVALID } },
    INVALID,
  );
}

/** `q` is a prefix of the client's name (documented). */
function listClients(exchange: Exchange): Answer {
  const { org, query } = exchange;
  const q = query.get('q') ?? '';
  const wanted = [...listed(exchange, org.apps)].filter((app) => q === '' || startsWith(q, app.label));
  return page(
    exchange,
    wanted,
    { defaultLimit: 50, maximum: 200, ascending: true },
    (app) => app.id,
    showClient,
  );
}

function showClient(app: App): JsonObject {
  const settings = objectOf(objectOf(app.body['settings'])['oauthClient']);
  const credentials = objectOf(objectOf(app.body['credentials'])['oauthClient']);
  return {
    client_id: app.clientId,
    client_id_issued_at: Date.parse(app.created) / 1000,
    client_name: app.label,
    token_endpoint_auth_method: credentials['token_endpoint_auth_method'] ?? null,
    ...without(settings, 'idp_initiated_login', 'network'),
  };
}
