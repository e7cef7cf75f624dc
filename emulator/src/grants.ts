import { requireApp } from './apps.ts';
import { blankField, invalidField, notFound, validationFailed } from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { bodyObject, noContent, ok, param } from './exchange.ts';
import type { JsonObject } from './json.ts';
import { stringOf } from './json.ts';
import { page } from './lists.ts';
import type { App, ScopeGrant } from './org.ts';
import { timestamp } from './org.ts';

/** The Okta API scopes granted to the client of an app. */
export const grantRoutes: Route[] = [
  { method: 'GET', path: '/api/v1/apps/:appId/grants', scope: 'okta.appGrants.read', handle: listGrants },
  { method: 'POST', path: '/api/v1/apps/:appId/grants', scope: 'okta.appGrants.manage', handle: grantScope },
  {
    method: 'GET',
    path: '/api/v1/apps/:appId/grants/:grantId',
    scope: 'okta.appGrants.read',
    handle: (exchange) => {
      const app = requireApp(exchange);
      return ok(showGrant(exchange, app, requireGrant(exchange, app), formOf(exchange)));
    },
  },
  {
    method: 'DELETE',
    path: '/api/v1/apps/:appId/grants/:grantId',
    scope: 'okta.appGrants.manage',
    handle: (exchange) => {
      const app = requireApp(exchange);
      app.grants.delete(requireGrant(exchange, app).id);
      return noContent;
    },
  },
];

function requireGrant(exchange: Exchange, app: App): ScopeGrant {
  const id = param(exchange, 'grantId');
  const grant = app.grants.get(id);
  // The type's name is inferred.
  if (grant === undefined) throw notFound(id, 'OAuth2ScopeConsentGrant');
  return grant;
}

/** `POST`: 200 (recorded, though documented as 201). The issuer has to be the org's own URL (documented); texts inferred. */
function grantScope(exchange: Exchange): Answer {
  const { org, orgUrl } = exchange;
  const app = requireApp(exchange);
  const sent = bodyObject(exchange);
  const scopeId = stringOf(sent['scopeId']) ?? '';
  if (scopeId === '') throw blankField('scopeId');
  if (!/^okta\.[A-Za-z]+(\.[A-Za-z]+)+$/.test(scopeId)) {
    throw validationFailed('scopeId', `scopeId: '${scopeId}' is not a valid scope.`);
  }
  if (sent['issuer'] !== orgUrl) throw invalidField('issuer', 'must be the URL of the org.');
  // That it is an error is reported; code and text are inferred.
  if ([...app.grants.values()].some((each) => each.scopeId === scopeId)) {
    throw validationFailed('scopeId', `scopeId: The scope '${scopeId}' is already assigned to the client.`);
  }
  const grant = { id: org.ids.next('oag'), scopeId, issuer: orgUrl, created: timestamp(exchange.now) };
  app.grants.set(grant.id, grant);
  return ok(showGrant(exchange, app, grant, 'expanded'));
}

/** Read, a grant does not embed its scope (recorded) unless `expand=scope` asks for it (documented). */
function formOf({ query }: Exchange): 'plain' | 'expanded' {
  return query.get('expand') === 'scope' ? 'expanded' : 'plain';
}

function listGrants(exchange: Exchange): Answer {
  const app = requireApp(exchange);
  return page(
    exchange,
    app.grants.values(),
    { defaultLimit: 200, maximum: 200, ascending: true },
    (grant) => grant.id,
    (grant) => showGrant(exchange, app, grant, formOf(exchange)),
  );
}

function showGrant(exchange: Exchange, app: App, grant: ScopeGrant, form: 'plain' | 'expanded'): JsonObject {
  const { origin, org } = exchange;
  const appHref = `${origin}/api/v1/apps/${app.id}`;
  return {
    id: grant.id,
    status: 'ACTIVE',
    created: grant.created,
    createdBy: { id: org.administrator.id, type: 'User' },
    lastUpdated: grant.created,
    issuer: grant.issuer,
    clientId: app.clientId,
    scopeId: grant.scopeId,
    source: 'ADMIN',
    ...(form === 'expanded' ? { _embedded: { scope: { id: grant.scopeId } } } : {}),
    _links: {
      app: { href: appHref, title: app.label },
      self: { href: `${appHref}/grants/${grant.id}`, hints: { allow: ['GET', 'DELETE'] } },
      client: { href: `${origin}/oauth2/v1/clients/${app.clientId}`, title: app.label },
    },
  };
}
