import { requireApp } from './apps.ts';
import {
  OktaError,
  blankField,
  envelope,
  forbidden,
  malformedBody,
  methodNotAllowed,
  notFound,
  validationFailed,
} from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { bodyObject, noContent, ok, param } from './exchange.ts';
import type { JsonObject } from './json.ts';
import { objectOf, stringOf, without } from './json.ts';
import { page } from './lists.ts';
import type { Policy } from './org.ts';
import { timestamp } from './org.ts';

/** `/api/v1/policies`, and the authentication policy of an app. */
export const policyRoutes: Route[] = [
  { method: 'GET', path: '/api/v1/policies', scope: 'okta.policies.read', handle: listPolicies },
  { method: 'POST', path: '/api/v1/policies', scope: 'okta.policies.manage', handle: createPolicy },
  {
    method: 'GET',
    path: '/api/v1/policies/:policyId',
    scope: 'okta.policies.read',
    handle: (exchange) => ok(showPolicy(exchange, requirePolicy(exchange))),
  },
  {
    method: 'DELETE',
    path: '/api/v1/policies/:policyId',
    scope: 'okta.policies.manage',
    handle: deletePolicy,
  },
  {
    method: 'PUT',
    path: '/api/v1/apps/:appId/policies/:policyId',
    scope: 'okta.apps.manage',
    handle: assignPolicy,
  },
];

const TYPES = [
  'ACCESS_POLICY',
  'PROFILE_ENROLLMENT',
  'OKTA_SIGN_ON',
  'PASSWORD',
  'MFA_ENROLL',
  'IDP_DISCOVERY',
  'POST_AUTH_SESSION',
  'ENTITY_RISK',
];

/** 404 `Policy` (recorded). */
function requirePolicy(exchange: Exchange): Policy {
  const id = param(exchange, 'policyId');
  const policy = exchange.org.policies.get(id);
  if (policy === undefined) throw notFound(id, 'Policy');
  return policy;
}

/** `GET`: `type` is required (documented); the text without it is inferred. */
function listPolicies(exchange: Exchange): Answer {
  const { org, query } = exchange;
  const type = query.get('type') ?? '';
  if (!TYPES.includes(type)) {
    throw validationFailed('type', "type: The 'type' parameter must be the type of a policy.");
  }
  const status = query.get('status');
  const wanted = [...org.policies.values()].filter(
    (policy) => policy.type === type && (status === null || policy.status === status),
  );
  return page(
    exchange,
    wanted,
    { defaultLimit: 20, maximum: 200, ascending: true },
    (policy) => policy.id,
    (policy) => showPolicy(exchange, policy),
  );
}

function createPolicy(exchange: Exchange): Answer {
  const { org } = exchange;
  const sent = bodyObject(exchange);
  const type = stringOf(sent['type']) ?? '';
  const name = stringOf(sent['name']) ?? '';
  if (!TYPES.includes(type)) throw malformedBody();
  if (name === '') throw blankField('name');
  const now = timestamp(exchange.now);
  const policy: Policy = {
    id: org.ids.next('rst'),
    type,
    name,
    description: stringOf(sent['description']) ?? null,
    status: exchange.query.get('activate') === 'false' ? 'INACTIVE' : 'ACTIVE',
    priority: 1,
    system: false,
    created: now,
    lastUpdated: now,
  };
  org.policies.set(policy.id, policy);
  return ok(showPolicy(exchange, policy));
}

/** The org's own policies stay (documented); apps under a deleted one go back to the default (documented). */
function deletePolicy(exchange: Exchange): Answer {
  const { org } = exchange;
  const policy = requirePolicy(exchange);
  if (policy.system) throw forbidden();
  org.policies.delete(policy.id);
  for (const app of org.apps.values()) {
    if (app.accessPolicyId === policy.id) app.accessPolicyId = org.defaultAccessPolicy.id;
  }
  return noContent;
}

/**
 * `PUT …/apps/{id}/policies/{id}`: 204, after which `_links.accessPolicy` leads there (recorded). A service app has no
 * authentication policy: 400 (reported, with this text and these properties). Classic Engine does not know the endpoint.
 */
function assignPolicy(exchange: Exchange): Answer {
  const { org } = exchange;
  const app = requireApp(exchange);
  if (org.engine === 'classic') throw methodNotAllowed();
  const id = param(exchange, 'policyId');
  const policy = org.policies.get(id);
  if (policy?.type !== 'ACCESS_POLICY') throw notFound(id, 'RuleSetEntity');
  if (objectOf(objectOf(app.body['settings'])['oauthClient'])['application_type'] === 'service') {
    const cause = {
      errorSummary: `An invalid resource type ("${id}") was supplied in the request body. Valid types include ${app.id}.`,
      reason: 'INVALID_VALUE',
      location: 'resourceId',
      locationType: 'body',
      domain: 'policy',
    };
    const summary = 'Api validation failed: policy';
    throw new OktaError({ status: 400, body: envelope('E0000001', summary, [cause]) }, summary);
  }
  app.accessPolicyId = id;
  app.lastUpdated = timestamp(exchange.now);
  return noContent;
}

function showPolicy(exchange: Exchange, policy: Policy): JsonObject {
  const self = `${exchange.origin}/api/v1/policies/${policy.id}`;
  const step = policy.status === 'ACTIVE' ? 'deactivate' : 'activate';
  return {
    type: policy.type,
    id: policy.id,
    status: policy.status,
    name: policy.name,
    description: policy.description,
    priority: policy.priority,
    system: policy.system,
    conditions: null,
    created: policy.created,
    lastUpdated: policy.lastUpdated,
    _links: without({
      self: { href: self, hints: { allow: policy.system ? ['GET', 'PUT'] : ['GET', 'PUT', 'DELETE'] } },
      mappings: { href: `${self}/mappings`, hints: { allow: ['GET', 'POST'] } },
      rules: { href: `${self}/rules`, hints: { allow: ['GET', 'POST'] } },
      [step]: policy.system ? undefined : { href: `${self}/lifecycle/${step}`, hints: { allow: ['POST'] } },
    }),
  };
}
