import type { Claim } from '../authorization-server.ts';
import { blankField, forbidden, malformedBody, notFound } from '../errors.ts';
import type { Answer, Exchange, Route } from '../exchange.ts';
import { bodyObject, noContent, ok, param } from '../exchange.ts';
import type { JsonObject } from '../json.ts';
import { objectOf, stringOf, stringsOf, without } from '../json.ts';
import { MANAGE, READ, requireServer, serverHref } from './servers.ts';

const CLAIMS = '/api/v1/authorizationServers/:serverId/claims';

/** The claims that a custom authorization server puts into its tokens. */
export const serverClaimRoutes: Route[] = [
  {
    method: 'GET',
    path: CLAIMS,
    scope: READ,
    handle: (exchange) =>
      ok([...requireServer(exchange).claims.values()].map((claim) => showClaim(exchange, claim))),
  },
  { method: 'POST', path: CLAIMS, scope: MANAGE, handle: createClaim },
  {
    method: 'GET',
    path: `${CLAIMS}/:claimId`,
    scope: READ,
    handle: (exchange) => ok(showClaim(exchange, requireClaim(exchange))),
  },
  { method: 'PUT', path: `${CLAIMS}/:claimId`, scope: MANAGE, handle: replaceClaim },
  { method: 'DELETE', path: `${CLAIMS}/:claimId`, scope: MANAGE, handle: deleteClaim },
];

/** 404 `OAuth2Claim` (recorded). */
function requireClaim(exchange: Exchange): Claim {
  const id = param(exchange, 'claimId');
  const claim = requireServer(exchange).claims.get(id);
  if (claim === undefined) throw notFound(id, 'OAuth2Claim');
  return claim;
}

/** `POST`: 201 (recorded). */
function createClaim(exchange: Exchange): Answer {
  const server = requireServer(exchange);
  const claim: Claim = { id: exchange.org.ids.next('ocl'), ...readClaim(exchange), system: false };
  server.claims.set(claim.id, claim);
  return { status: 201, body: showClaim(exchange, claim) };
}

function replaceClaim(exchange: Exchange): Answer {
  const claim = requireClaim(exchange);
  return ok(showClaim(exchange, Object.assign(claim, readClaim(exchange))));
}

/** Okta's own claims stay (documented; the answer is inferred). */
function deleteClaim(exchange: Exchange): Answer {
  const claim = requireClaim(exchange);
  if (claim.system) throw forbidden();
  requireServer(exchange).claims.delete(claim.id);
  return noContent;
}

const GROUP_FILTERS = ['STARTS_WITH', 'EQUALS', 'CONTAINS', 'REGEX'] as const;

/** What the request says of a claim. A claim of access tokens is always in them (documented). */
function readClaim(exchange: Exchange): Omit<Claim, 'id' | 'system'> {
  const sent = bodyObject(exchange);
  const name = stringOf(sent['name']) ?? '';
  if (name === '') throw blankField('name');
  const status = sent['status'] ?? 'ACTIVE';
  const { claimType, valueType } = sent;
  if (status !== 'ACTIVE' && status !== 'INACTIVE') throw malformedBody();
  if (claimType !== 'RESOURCE' && claimType !== 'IDENTITY') throw malformedBody();
  if (valueType !== 'EXPRESSION' && valueType !== 'GROUPS' && valueType !== 'SYSTEM') throw malformedBody();
  const value = stringOf(sent['value']) ?? '';
  if (value === '' && valueType !== 'SYSTEM') throw blankField('value');
  const filter = GROUP_FILTERS.find((each) => each === sent['group_filter_type']);
  if (valueType === 'GROUPS' && filter === undefined) throw malformedBody();
  return {
    name,
    status,
    claimType,
    valueType,
    value,
    groupFilterType: valueType === 'GROUPS' ? filter : undefined,
    conditions: { scopes: stringsOf(objectOf(sent['conditions'])['scopes']) },
    alwaysIncludeInToken: claimType === 'RESOURCE' || sent['alwaysIncludeInToken'] === true,
  };
}

function showClaim(exchange: Exchange, claim: Claim): JsonObject {
  const server = requireServer(exchange);
  return without({
    id: claim.id,
    name: claim.name,
    status: claim.status,
    claimType: claim.claimType,
    valueType: claim.valueType,
    value: claim.value,
    conditions: claim.conditions,
    system: claim.system,
    alwaysIncludeInToken: claim.alwaysIncludeInToken,
    apiResourceId: null,
    group_filter_type: claim.groupFilterType,
    _links: {
      self: {
        href: `${serverHref(exchange, server)}/claims/${claim.id}`,
        hints: { allow: claim.system ? ['GET', 'PUT'] : ['GET', 'PUT', 'DELETE'] },
      },
    },
  });
}
