import { requireApp } from './apps.ts';
import { blankField, notFound, oktaError } from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { bodyObject, noContent, ok, param } from './exchange.ts';
import type { JsonObject } from './json.ts';
import { stringOf } from './json.ts';
import type { App } from './org.ts';
import { timestamp } from './org.ts';

const CLAIMS = '/api/v1/apps/:appId/federated-claims';

/** The claims that an app, OIDC or SAML, is told of a person. */
export const federatedClaimRoutes: Route[] = [
  {
    method: 'GET',
    path: CLAIMS,
    scope: 'okta.apps.read',
    handle: (exchange) => ok([...requireLicensedApp(exchange).federatedClaims.values()]),
  },
  { method: 'POST', path: CLAIMS, scope: 'okta.apps.manage', handle: createClaim },
  {
    method: 'GET',
    path: `${CLAIMS}/:claimId`,
    scope: 'okta.apps.read',
    handle: (exchange) => ok(requireClaim(exchange, requireLicensedApp(exchange))),
  },
  { method: 'PUT', path: `${CLAIMS}/:claimId`, scope: 'okta.apps.manage', handle: replaceClaim },
  {
    method: 'DELETE',
    path: `${CLAIMS}/:claimId`,
    scope: 'okta.apps.manage',
    handle: (exchange) => {
      const app = requireLicensedApp(exchange);
      app.federatedClaims.delete(stringOf(requireClaim(exchange, app)['id']) ?? '');
      return noContent;
    },
  },
];

/** An org without the feature: 401 E0000015 (recorded). */
function requireLicensedApp(exchange: Exchange): App {
  if (!exchange.org.features.federatedClaims) {
    throw oktaError(401, 'E0000015', 'You do not have permission to access the feature you are requesting');
  }
  return requireApp(exchange);
}

/** 404 (recorded); the name of the type is inferred. */
function requireClaim(exchange: Exchange, app: App): JsonObject {
  const id = param(exchange, 'claimId');
  const claim = app.federatedClaims.get(id);
  if (claim === undefined) throw notFound(id, 'FederatedClaim');
  return claim;
}

/** `POST`: 201, without links (recorded). */
function createClaim(exchange: Exchange): Answer {
  const app = requireLicensedApp(exchange);
  const now = timestamp(exchange.now);
  const id = exchange.org.ids.next('ofc');
  const claim = { id, ...readClaim(exchange), created: now, lastUpdated: now };
  app.federatedClaims.set(id, claim);
  return { status: 201, body: claim };
}

function replaceClaim(exchange: Exchange): Answer {
  const app = requireLicensedApp(exchange);
  const before = requireClaim(exchange, app);
  const claim = { ...before, ...readClaim(exchange), lastUpdated: timestamp(exchange.now) };
  app.federatedClaims.set(stringOf(before['id']) ?? '', claim);
  return ok(claim);
}

/** Name and expression have to be there (inferred). */
function readClaim(exchange: Exchange): JsonObject {
  const { name, expression } = bodyObject(exchange);
  if ((stringOf(name) ?? '') === '') throw blankField('name');
  if ((stringOf(expression) ?? '') === '') throw blankField('expression');
  return { name, expression };
}
