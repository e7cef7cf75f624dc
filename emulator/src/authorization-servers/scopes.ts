import type { Scope } from '../authorization-server.ts';
import { alreadyExists, blankField, forbidden, malformedBody, notFound } from '../errors.ts';
import type { Answer, Exchange, Route } from '../exchange.ts';
import { bodyObject, noContent, ok, param } from '../exchange.ts';
import type { JsonObject } from '../json.ts';
import { stringOf } from '../json.ts';
import { page, startsWith } from '../lists.ts';
import { MANAGE, READ, requireServer, serverHref } from './servers.ts';

const SCOPES = '/api/v1/authorizationServers/:serverId/scopes';

/** The scopes of a custom authorization server. */
export const serverScopeRoutes: Route[] = [
  { method: 'GET', path: SCOPES, scope: READ, handle: listScopes },
  { method: 'POST', path: SCOPES, scope: MANAGE, handle: createScope },
  {
    method: 'GET',
    path: `${SCOPES}/:scopeId`,
    scope: READ,
    handle: (exchange) => ok(showScope(exchange, requireScope(exchange))),
  },
  { method: 'PUT', path: `${SCOPES}/:scopeId`, scope: MANAGE, handle: replaceScope },
  { method: 'DELETE', path: `${SCOPES}/:scopeId`, scope: MANAGE, handle: deleteScope },
];

/** 404 `OAuth2Scope` (recorded). */
function requireScope(exchange: Exchange): Scope {
  const id = param(exchange, 'scopeId');
  const scope = requireServer(exchange).scopes.get(id);
  if (scope === undefined) throw notFound(id, 'OAuth2Scope');
  return scope;
}

function listScopes(exchange: Exchange): Answer {
  const q = exchange.query.get('q') ?? '';
  return page(
    exchange,
    [...requireServer(exchange).scopes.values()].filter(({ name }) => q === '' || startsWith(q, name)),
    { defaultLimit: 200, maximum: 200, ascending: true },
    (scope) => scope.id,
    (scope) => showScope(exchange, scope),
  );
}

/** `POST`: 201 (recorded). */
function createScope(exchange: Exchange): Answer {
  const server = requireServer(exchange);
  const scope: Scope = {
    id: exchange.org.ids.next('scp'),
    ...readScope(exchange, undefined),
    system: false,
  };
  server.scopes.set(scope.id, scope);
  return { status: 201, body: showScope(exchange, scope) };
}

function replaceScope(exchange: Exchange): Answer {
  const scope = requireScope(exchange);
  return ok(showScope(exchange, Object.assign(scope, readScope(exchange, scope))));
}

/** Okta's own scopes stay (documented; the answer is inferred). */
function deleteScope(exchange: Exchange): Answer {
  const scope = requireScope(exchange);
  if (scope.system) throw forbidden();
  requireServer(exchange).scopes.delete(scope.id);
  return noContent;
}

/** What the request says of a scope, with the documented defaults; the name is unique in the server (inferred). */
function readScope(exchange: Exchange, self: Scope | undefined): Omit<Scope, 'id' | 'system'> {
  const sent = bodyObject(exchange);
  const name = stringOf(sent['name']) ?? '';
  if (name === '') throw blankField('name');
  for (const other of requireServer(exchange).scopes.values()) {
    if (other !== self && other.name === name) throw alreadyExists('name');
  }
  const metadataPublish = sent['metadataPublish'] ?? 'NO_CLIENTS';
  const consent = sent['consent'] ?? 'IMPLICIT';
  if (metadataPublish !== 'ALL_CLIENTS' && metadataPublish !== 'NO_CLIENTS') throw malformedBody();
  if (consent !== 'IMPLICIT' && consent !== 'REQUIRED' && consent !== 'FLEXIBLE') throw malformedBody();
  return {
    name,
    displayName: stringOf(sent['displayName']) ?? null,
    description: stringOf(sent['description']) ?? null,
    metadataPublish,
    consent,
    optional: sent['optional'] === true,
    default: sent['default'] === true,
  };
}

function showScope(exchange: Exchange, scope: Scope): JsonObject {
  const server = requireServer(exchange);
  return {
    id: scope.id,
    name: scope.name,
    displayName: scope.displayName,
    description: scope.description,
    system: scope.system,
    metadataPublish: scope.metadataPublish,
    consent: scope.consent,
    optional: scope.optional,
    apiResourceId: null,
    default: scope.default,
    _links: {
      self: {
        href: `${serverHref(exchange, server)}/scopes/${scope.id}`,
        hints: { allow: scope.system ? ['GET', 'PUT'] : ['GET', 'PUT', 'DELETE'] },
      },
    },
  };
}
