import { alreadyExists, blankField, malformedBody, notFound, validationFailed } from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { bodyObject, noContent, ok, param } from './exchange.ts';
import type { Json, JsonObject } from './json.ts';
import { listOf, objectOf, stringOf, without } from './json.ts';
import { listed } from './lag.ts';
import { page, startsWith } from './lists.ts';
import type { TrustedOrigin } from './org.ts';
import { timestamp } from './org.ts';
import { parseExpression } from './scim.ts';

/** `/api/v1/trustedOrigins`. */
export const trustedOriginRoutes: Route[] = [
  {
    method: 'POST',
    path: '/api/v1/trustedOrigins',
    scope: 'okta.trustedOrigins.manage',
    handle: createOrigin,
  },
  {
    method: 'GET',
    path: '/api/v1/trustedOrigins',
    scope: 'okta.trustedOrigins.read',
    handle: listOrigins,
  },
  {
    method: 'GET',
    path: '/api/v1/trustedOrigins/:originId',
    scope: 'okta.trustedOrigins.read',
    handle: (exchange) => ok(showOrigin(exchange, requireOrigin(exchange))),
  },
  {
    method: 'PUT',
    path: '/api/v1/trustedOrigins/:originId',
    scope: 'okta.trustedOrigins.manage',
    handle: replaceOrigin,
  },
  {
    method: 'DELETE',
    path: '/api/v1/trustedOrigins/:originId',
    scope: 'okta.trustedOrigins.manage',
    handle: (exchange) => {
      // No need to deactivate it first (recorded).
      exchange.org.trustedOrigins.delete(requireOrigin(exchange).id);
      return noContent;
    },
  },
  {
    method: 'POST',
    path: '/api/v1/trustedOrigins/:originId/lifecycle/activate',
    scope: 'okta.trustedOrigins.manage',
    handle: (exchange) => changeStatus(exchange, 'ACTIVE'),
  },
  {
    method: 'POST',
    path: '/api/v1/trustedOrigins/:originId/lifecycle/deactivate',
    scope: 'okta.trustedOrigins.manage',
    handle: (exchange) => changeStatus(exchange, 'INACTIVE'),
  },
];

const SCOPES = ['CORS', 'REDIRECT', 'IFRAME_EMBED'];

/** 404 `TrustedOrigin` (recorded). */
function requireOrigin(exchange: Exchange): TrustedOrigin {
  const id = param(exchange, 'originId');
  const origin = exchange.org.trustedOrigins.get(id);
  if (origin === undefined) throw notFound(id, 'TrustedOrigin');
  return origin;
}

function createOrigin(exchange: Exchange): Answer {
  const { org } = exchange;
  const settings = readSettings(exchange, undefined);
  const now = timestamp(exchange.now);
  const author = authorOf(exchange);
  const origin: TrustedOrigin = {
    id: org.ids.next('tos'),
    ...settings,
    status: settings.status ?? 'ACTIVE',
    created: now,
    createdBy: author,
    lastUpdated: now,
    lastUpdatedBy: author,
    bornAt: Date.now(),
  };
  org.trustedOrigins.set(origin.id, origin);
  return ok(showOrigin(exchange, origin));
}

/** `PUT`: replaces everything, the status too where it is sent (recorded). */
function replaceOrigin(exchange: Exchange): Answer {
  const origin = requireOrigin(exchange);
  const settings = readSettings(exchange, origin);
  origin.name = settings.name;
  origin.origin = settings.origin;
  origin.scopes = settings.scopes;
  origin.status = settings.status ?? origin.status;
  touch(exchange, origin);
  return ok(showOrigin(exchange, origin));
}

/** 200 with the whole origin (recorded). */
function changeStatus(exchange: Exchange, status: TrustedOrigin['status']): Answer {
  const origin = requireOrigin(exchange);
  origin.status = status;
  touch(exchange, origin);
  return ok(showOrigin(exchange, origin));
}

function touch(exchange: Exchange, origin: TrustedOrigin): void {
  origin.lastUpdated = timestamp(exchange.now);
  origin.lastUpdatedBy = authorOf(exchange);
}

function authorOf({ caller, org }: Exchange): string {
  return caller.kind === 'client' ? caller.app.id : org.administrator.id;
}

/**
 * Name and origin are unique and at most 255 characters long (documented); the text for a taken one is inferred from
 * that of users and groups. A scope has to be one of Okta's, in upper case, else E0000003 (reported).
 */
function readSettings(
  exchange: Exchange,
  self: TrustedOrigin | undefined,
): { name: string; origin: string; scopes: Json[]; status: TrustedOrigin['status'] | undefined } {
  const sent = bodyObject(exchange);
  const name = stringOf(sent['name']) ?? '';
  const origin = stringOf(sent['origin']) ?? '';
  const scopes = listOf(sent['scopes']);
  const status = sent['status'];
  if (name === '') throw blankField('name');
  if (name.length > 255) throw validationFailed('name', 'name: The field is too long');
  // Documented, with this text.
  if (!isOrigin(origin, scopes)) throw validationFailed('origin', 'origin: Origin value is not valid');
  if (scopes.length === 0) throw blankField('scopes');
  for (const scope of scopes) {
    if (!SCOPES.includes(stringOf(objectOf(scope)['type']) ?? '')) throw malformedBody();
  }
  if (status !== undefined && status !== 'ACTIVE' && status !== 'INACTIVE') throw malformedBody();
  for (const other of exchange.org.trustedOrigins.values()) {
    if (other === self) continue;
    if (other.name === name) throw alreadyExists('name');
    if (other.origin.toLowerCase() === origin.toLowerCase()) throw alreadyExists('origin');
  }
  return { name, origin, scopes, status };
}

/**
 * Scheme and host, perhaps a port (documented), and perhaps a slash, which is kept (recorded); no other path, no query.
 * A wildcard only where the origin may just embed pages of Okta's (documented).
 */
function isOrigin(text: string, scopes: readonly Json[]): boolean {
  if (text.length > 255 || !/^(https?|ftp|ionic|capacitor):\/\/[^/?#\s]+\/?$/i.test(text)) return false;
  if (text.includes('*') && scopes.some((scope) => objectOf(scope)['type'] !== 'IFRAME_EMBED')) return false;
  return URL.canParse(text.replace('*', 'any'));
}

const ORIGIN_FILTER = {
  attributes: ['name', 'origin', 'status', 'type'],
  operators: ['eq', 'sw'],
  combined: true,
};

/** `GET`: `q` is a prefix of name or origin, `filter` an expression on them (documented). */
function listOrigins(exchange: Exchange): Answer {
  const { org, query } = exchange;
  const q = query.get('q') ?? '';
  const filter = query.get('filter') ?? '';
  const matches = filter === '' ? undefined : parseExpression(filter, ORIGIN_FILTER);
  const wanted = [...listed(exchange, org.trustedOrigins)].filter(
    (origin) =>
      (q === '' || startsWith(q, origin.name, origin.origin)) &&
      (matches === undefined || matches(searchable(origin))),
  );
  return page(
    exchange,
    wanted,
    { defaultLimit: 20, maximum: 200, ascending: true },
    (origin) => origin.id,
    (origin) => showOrigin(exchange, origin),
  );
}

/** `type` is that of any of its scopes (documented). */
function searchable({ name, origin, status, scopes }: TrustedOrigin): JsonObject {
  return { name, origin, status, type: scopes.map((scope) => objectOf(scope)['type'] ?? null) };
}

function showOrigin(exchange: Exchange, origin: TrustedOrigin): JsonObject {
  const self = `${exchange.origin}/api/v1/trustedOrigins/${origin.id}`;
  const lifecycle = (step: string): JsonObject => ({
    href: `${self}/lifecycle/${step}`,
    hints: { allow: ['POST'] },
  });
  return {
    id: origin.id,
    name: origin.name,
    origin: origin.origin,
    scopes: origin.scopes,
    status: origin.status,
    created: origin.created,
    createdBy: origin.createdBy,
    lastUpdated: origin.lastUpdated,
    lastUpdatedBy: origin.lastUpdatedBy,
    _links: without({
      activate: origin.status === 'INACTIVE' ? lifecycle('activate') : undefined,
      self: { href: self, hints: { allow: ['GET', 'PUT', 'DELETE'] } },
      deactivate: origin.status === 'ACTIVE' ? lifecycle('deactivate') : undefined,
    }),
  };
}
