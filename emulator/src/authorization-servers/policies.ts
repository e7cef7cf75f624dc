import type { AuthorizationPolicy, AuthorizationServer } from '../authorization-server.ts';
import { blankField, forbidden, malformedBody, notFound, validationFailed } from '../errors.ts';
import type { Answer, Exchange, Route } from '../exchange.ts';
import { bodyObject, noContent, ok, param } from '../exchange.ts';
import type { JsonObject } from '../json.ts';
import { objectOf, stringOf, stringsOf } from '../json.ts';
import { timestamp } from '../org.ts';
import { closeGaps, inOrder, prioritize } from '../priorities.ts';
import { MANAGE, READ, changeStatus, lifecycleLink, requireServer, serverHref } from './servers.ts';

const POLICIES = '/api/v1/authorizationServers/:serverId/policies';

/** The access policies of a custom authorization server. */
export const serverPolicyRoutes: Route[] = [
  { method: 'GET', path: POLICIES, scope: READ, handle: listPolicies },
  { method: 'POST', path: POLICIES, scope: MANAGE, handle: createPolicy },
  {
    method: 'GET',
    path: `${POLICIES}/:policyId`,
    scope: READ,
    handle: (exchange) => {
      const server = requireServer(exchange);
      return ok(showPolicy(exchange, server, requirePolicy(exchange, server)));
    },
  },
  { method: 'PUT', path: `${POLICIES}/:policyId`, scope: MANAGE, handle: replacePolicy },
  { method: 'DELETE', path: `${POLICIES}/:policyId`, scope: MANAGE, handle: deletePolicy },
  {
    method: 'POST',
    path: `${POLICIES}/:policyId/lifecycle/activate`,
    scope: MANAGE,
    handle: (exchange) => changeStatus(exchange, requirePolicy(exchange, requireServer(exchange)), 'ACTIVE'),
  },
  {
    method: 'POST',
    path: `${POLICIES}/:policyId/lifecycle/deactivate`,
    scope: MANAGE,
    handle: (exchange) =>
      changeStatus(exchange, requirePolicy(exchange, requireServer(exchange)), 'INACTIVE'),
  },
];

/** 404 `Policy` (recorded), also for the policy of another server (documented). */
export function requirePolicy(exchange: Exchange, server: AuthorizationServer): AuthorizationPolicy {
  const id = param(exchange, 'policyId');
  const policy = server.policies.get(id);
  if (policy === undefined) throw notFound(id, 'Policy');
  return policy;
}

/** Where a policy is, for its links. */
export function policyHref(
  exchange: Exchange,
  server: AuthorizationServer,
  policy: AuthorizationPolicy,
): string {
  return `${serverHref(exchange, server)}/policies/${policy.id}`;
}

/** All at once, by priority: no pages, no `Link` (recorded). */
function listPolicies(exchange: Exchange): Answer {
  const server = requireServer(exchange);
  return ok(inOrder(server.policies.values()).map((policy) => showPolicy(exchange, server, policy)));
}

/** `POST`: 201 (recorded). Without conditions a policy has no clients (recorded). */
function createPolicy(exchange: Exchange): Answer {
  const { org } = exchange;
  const server = requireServer(exchange);
  const sent = bodyObject(exchange);
  const now = timestamp(exchange.now);
  const policy: AuthorizationPolicy = {
    id: org.ids.next('00p'),
    status: 'ACTIVE',
    system: false,
    priority: 0,
    ...readSettings(exchange, sent, undefined),
    rules: new Map(),
    created: now,
    lastUpdated: now,
  };
  server.policies.set(policy.id, policy);
  prioritize(server.policies.values(), policy, readPriority(sent) ?? server.policies.size);
  return { status: 201, body: showPolicy(exchange, server, policy) };
}

/** `PUT`: replaces the whole (documented); no ETag, so the last writer wins (recorded). */
function replacePolicy(exchange: Exchange): Answer {
  const server = requireServer(exchange);
  const policy = requirePolicy(exchange, server);
  const sent = bodyObject(exchange);
  Object.assign(policy, readSettings(exchange, sent, policy));
  prioritize(server.policies.values(), policy, readPriority(sent) ?? policy.priority);
  policy.lastUpdated = timestamp(exchange.now);
  return ok(showPolicy(exchange, server, policy));
}

/** `DELETE`: 204, an active one with rules too (recorded); not Okta's own (documented; the answer is inferred). */
function deletePolicy(exchange: Exchange): Answer {
  const server = requireServer(exchange);
  const policy = requirePolicy(exchange, server);
  if (policy.system) throw forbidden();
  server.policies.delete(policy.id);
  closeGaps(server.policies.values());
  return noContent;
}

/** A priority as the request gives it: a whole number from 1 (documented); undefined where there is none. */
export function readPriority(sent: JsonObject): number | undefined {
  const priority = sent['priority'] ?? undefined;
  if (priority === undefined) return undefined;
  if (typeof priority !== 'number' || !Number.isInteger(priority)) throw malformedBody();
  return Math.max(1, priority);
}

/** The status as the request gives it; left out, it stays (recorded for rules). */
export function readStatus(sent: JsonObject): { status?: 'ACTIVE' | 'INACTIVE' } {
  const status = sent['status'] ?? undefined;
  if (status === undefined) return {};
  if (status !== 'ACTIVE' && status !== 'INACTIVE') throw malformedBody();
  return { status };
}

/** Name of 1 to 100 and description of 1 to 255 characters (documented; the texts are those of other objects). */
function readSettings(
  exchange: Exchange,
  sent: JsonObject,
  before: AuthorizationPolicy | undefined,
): Pick<AuthorizationPolicy, 'name' | 'description' | 'conditions'> &
  Partial<Pick<AuthorizationPolicy, 'status'>> {
  if (sent['type'] !== 'OAUTH_AUTHORIZATION_POLICY') throw malformedBody();
  const name = requireText(sent, 'name', 100);
  const description = requireText(sent, 'description', 255);
  const include = readClients(exchange, sent, before);
  return { name, description, conditions: { clients: { include } }, ...readStatus(sent) };
}

/** A text that has to be there, and may not be too long. */
export function requireText(sent: JsonObject, field: string, longest: number): string {
  const text = stringOf(sent[field]) ?? '';
  if (text === '') throw blankField(field);
  if (text.length > longest) throw validationFailed(field, `${field}: The field is too long`);
  return text;
}

/**
 * `conditions.clients.include`: `ALL_CLIENTS` or client IDs, kept as they were sent (recorded). A client that the org
 * does not have is refused (reported, with this cause); see {@link Unknowns} for what is not known.
 */
function readClients(
  exchange: Exchange,
  sent: JsonObject,
  before: AuthorizationPolicy | undefined,
): string[] {
  const { org, unknown } = exchange;
  const include = stringsOf(objectOf(objectOf(sent['conditions'])['clients'])['include']);
  const listed = clientsOf(before);
  const isAccepted = (client: string): boolean => {
    if (client === 'ALL_CLIENTS') return true;
    const app = org.appOfClient(client);
    if (app) return app.status === 'ACTIVE' || unknown.inactiveClientInPolicy === 'accepted';
    if (listed.includes(client)) return unknown.deletedClientInPolicy === 'kept';
    return unknown.unknownClientInPolicy === 'accepted';
  };
  if (!include.every(isAccepted)) {
    throw validationFailed('conditions.clients.include', 'conditions.clients.include: Resource not found');
  }
  if (before !== undefined && include.length === 0 && unknown.policyWithoutClients === 'refused') {
    throw blankField('conditions.clients.include');
  }
  return include;
}

function clientsOf(policy: AuthorizationPolicy | undefined): string[] {
  return stringsOf(objectOf(policy?.conditions['clients'])['include']);
}

/** What the deletion of an app does to the policies that list its client; see {@link Unknowns}. */
export function forgetClient({ org, unknown }: Exchange, clientId: string): void {
  if (unknown.deletedClientInPolicy !== 'removed') return;
  for (const { policies } of org.authorizationServers.values()) {
    for (const policy of policies.values()) {
      const include = clientsOf(policy).filter((client) => client !== clientId);
      policy.conditions = { clients: { include } };
    }
  }
}

function showPolicy(
  exchange: Exchange,
  server: AuthorizationServer,
  policy: AuthorizationPolicy,
): JsonObject {
  const self = policyHref(exchange, server, policy);
  return {
    id: policy.id,
    status: policy.status,
    name: policy.name,
    description: policy.description,
    priority: policy.priority,
    system: policy.system,
    conditions: policy.conditions,
    created: policy.created,
    lastUpdated: policy.lastUpdated,
    _links: {
      self: { href: self, hints: { allow: ['GET', 'PUT', 'DELETE'] } },
      rules: { href: `${self}/rules`, hints: { allow: ['GET'] } },
      ...lifecycleLink(self, policy.status),
    },
    type: 'OAUTH_AUTHORIZATION_POLICY',
  };
}
