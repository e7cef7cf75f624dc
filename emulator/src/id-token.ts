import { requireApp } from './apps.ts';
import { invalidSession, malformedBody, notFound } from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { bodyObject, ok } from './exchange.ts';
import type { JsonObject } from './json.ts';
import { objectOf, stringOf, without } from './json.ts';
import { clientOf } from './oauth/client.ts';
import { addressFor } from './oauth/issuer.ts';
import type { App } from './org.ts';

const PATH = '/api/v1/internal/apps/:appId/settings/oauth/idToken';

/** The ID token of an app's client: not public, but Okta's Terraform provider calls it for the groups claim (recorded). */
export const idTokenRoutes: Route[] = [
  { method: 'GET', path: PATH, scope: 'okta.apps.read', handle: showIdToken },
  { method: 'POST', path: PATH, scope: 'okta.apps.manage', handle: replaceClaim },
];

/** An API token will do, an OAuth token is 403 E0000005 (reported); an app without a client of its own is 404 (recorded). */
function requireClientApp(exchange: Exchange): App {
  if (exchange.caller.kind === 'client') throw invalidSession();
  const app = requireApp(exchange);
  const client = objectOf(objectOf(app.body['settings'])['oauthClient']);
  if (Object.keys(client).length === 0) throw notFound(app.id, 'OAuth2AppInstance');
  return app;
}

/** What the org's own server says as the issuer, the client as the audience, and the claim where there is one (recorded). */
function showIdToken(exchange: Exchange): Answer {
  const app = requireClientApp(exchange);
  return ok({
    issuer: addressFor(clientOf(app).issuerMode, exchange),
    orgUrl: null,
    customUrl: null,
    audience: app.clientId,
    issuerMode: objectOf(objectOf(app.body['settings'])['oauthClient'])['issuer_mode'],
    ...app.idTokenClaim,
  });
}

/** 200 with what was sent, not with what is stored: issuer and audience are null there (recorded). */
function replaceClaim(exchange: Exchange): Answer {
  const app = requireClientApp(exchange);
  const sent = bodyObject(exchange);
  app.idTokenClaim = readClaim(sent);
  return ok({
    issuer: null,
    orgUrl: null,
    customUrl: null,
    audience: null,
    issuerMode: sent['issuerMode'],
    ...app.idTokenClaim,
  });
}

/** One claim, an expression or a filter of groups; none where no name is sent (recorded). */
function readClaim(sent: JsonObject): JsonObject {
  if (stringOf(sent['name']) === undefined) return {};
  const { valueType, name, groupFilterType, value } = sent;
  if (valueType !== 'EXPRESSION' && valueType !== 'GROUPS') throw malformedBody();
  return without({ valueType, name, groupFilterType, value });
}
