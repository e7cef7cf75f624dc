import { requireApp } from './apps.ts';
import {
  OktaError,
  blankField,
  envelope,
  forbidden,
  malformedBody,
  methodNotAllowed,
  notFound,
  oktaError,
  validationFailed,
} from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { bodyObject, noContent, ok, param } from './exchange.ts';
import type { Json, JsonObject } from './json.ts';
import { objectOf, stringOf, without } from './json.ts';
import { page } from './lists.ts';
import type { Policy, PolicyRule } from './org.ts';
import { timestamp } from './org.ts';
import { inOrder, prioritize } from './priorities.ts';

const POLICY = '/api/v1/policies/:policyId';
const RULES = `${POLICY}/rules`;
const READ = 'okta.policies.read';
const MANAGE = 'okta.policies.manage';

/** `/api/v1/policies` with their rules, and the authentication policy of an app. */
export const policyRoutes: Route[] = [
  { method: 'GET', path: '/api/v1/policies', scope: READ, handle: listPolicies },
  { method: 'POST', path: '/api/v1/policies', scope: MANAGE, handle: createPolicy },
  {
    method: 'GET',
    path: POLICY,
    scope: READ,
    handle: (exchange) => ok(showPolicy(exchange, requirePolicy(exchange))),
  },
  { method: 'PUT', path: POLICY, scope: MANAGE, handle: replacePolicy },
  { method: 'DELETE', path: POLICY, scope: MANAGE, handle: deletePolicy },
  ...lifecycle(POLICY, requirePolicy),
  {
    method: 'GET',
    path: RULES,
    scope: READ,
    handle: (exchange) => {
      const policy = requirePolicy(exchange);
      return ok(inOrder(policy.rules.values()).map((rule) => showRule(exchange, policy, rule)));
    },
  },
  { method: 'POST', path: RULES, scope: MANAGE, handle: createRule },
  {
    method: 'GET',
    path: `${RULES}/:ruleId`,
    scope: READ,
    handle: (exchange) => ok(showRule(exchange, requirePolicy(exchange), requireRule(exchange))),
  },
  { method: 'PUT', path: `${RULES}/:ruleId`, scope: MANAGE, handle: replaceRule },
  { method: 'DELETE', path: `${RULES}/:ruleId`, scope: MANAGE, handle: deleteRule },
  ...lifecycle(`${RULES}/:ruleId`, requireRule),
  {
    method: 'PUT',
    path: '/api/v1/apps/:appId/policies/:policyId',
    scope: 'okta.apps.manage',
    handle: assignPolicy,
  },
];

/** The two steps of a policy's or a rule's life: 204 (recorded for those of authorization servers); Okta's own keep theirs (documented). */
function lifecycle(path: string, find: (exchange: Exchange) => Policy | PolicyRule): Route[] {
  const step = (name: string, status: Policy['status']): Route => ({
    method: 'POST',
    path: `${path}/lifecycle/${name}`,
    scope: MANAGE,
    handle: (exchange) => {
      const object = find(exchange);
      if (object.system) throw forbidden();
      object.status = status;
      object.lastUpdated = timestamp(exchange.now);
      return noContent;
    },
  });
  return [step('activate', 'ACTIVE'), step('deactivate', 'INACTIVE')];
}

/** The types of policies, and that of the rules in each (documented). */
const TYPES: Readonly<Record<string, string>> = {
  ACCESS_POLICY: 'ACCESS_POLICY',
  PROFILE_ENROLLMENT: 'PROFILE_ENROLLMENT',
  OKTA_SIGN_ON: 'SIGN_ON',
  PASSWORD: 'PASSWORD',
  MFA_ENROLL: 'MFA_ENROLL',
  IDP_DISCOVERY: 'IDP_DISCOVERY',
  POST_AUTH_SESSION: 'POST_AUTH_SESSION',
  ENTITY_RISK: 'ENTITY_RISK',
};

/** 404 `Policy` (recorded). */
function requirePolicy(exchange: Exchange): Policy {
  const id = param(exchange, 'policyId');
  const policy = exchange.org.policies.get(id);
  if (policy === undefined) throw notFound(id, 'Policy');
  return policy;
}

/** 404 `PolicyRule` (recorded for those of authorization servers). */
function requireRule(exchange: Exchange): PolicyRule {
  const id = param(exchange, 'ruleId');
  const rule = requirePolicy(exchange).rules.get(id);
  if (rule === undefined) throw notFound(id, 'PolicyRule');
  return rule;
}

/** 400 E0000002, also for the policies of authorization servers, which have endpoints of their own (reported, with this text). */
function invalidType(): OktaError {
  return oktaError(400, 'E0000002', 'The request was not valid: Invalid policy type specified');
}

/** `GET`: `type` is required (documented). */
function listPolicies(exchange: Exchange): Answer {
  const { org, query } = exchange;
  const type = query.get('type') ?? '';
  if (!(type in TYPES)) throw invalidType();
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
  if (!(type in TYPES)) throw malformedBody();
  const now = timestamp(exchange.now);
  const policy: Policy = {
    id: org.ids.next(['ACCESS_POLICY', 'PROFILE_ENROLLMENT'].includes(type) ? 'rst' : '00p'),
    type,
    ...readPolicy(sent),
    status: exchange.query.get('activate') === 'false' ? 'INACTIVE' : 'ACTIVE',
    priority: 1,
    system: false,
    rules: new Map(),
    created: now,
    lastUpdated: now,
  };
  org.policies.set(policy.id, policy);
  return ok(showPolicy(exchange, policy));
}

/** `PUT` replaces the whole (documented); the type stays (inferred). */
function replacePolicy(exchange: Exchange): Answer {
  const policy = requirePolicy(exchange);
  const sent = bodyObject(exchange);
  if (sent['type'] !== undefined && sent['type'] !== policy.type) throw malformedBody();
  Object.assign(policy, readPolicy(sent), { lastUpdated: timestamp(exchange.now) });
  return ok(showPolicy(exchange, policy));
}

function readPolicy(sent: JsonObject): Pick<Policy, 'name' | 'description' | 'conditions' | 'settings'> {
  const name = stringOf(sent['name']) ?? '';
  if (name === '') throw blankField('name');
  return {
    name,
    description: stringOf(sent['description']) ?? null,
    conditions: sent['conditions'] ?? null,
    settings: sent['settings'] ?? undefined,
  };
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

/** `POST`: 200 (documented). */
function createRule(exchange: Exchange): Answer {
  const { org } = exchange;
  const policy = requirePolicy(exchange);
  const sent = bodyObject(exchange);
  const now = timestamp(exchange.now);
  const rule: PolicyRule = {
    id: org.ids.next(policy.type === 'ACCESS_POLICY' ? 'rul' : '0pr'),
    ...readRule(sent, policy),
    status: exchange.query.get('activate') === 'false' ? 'INACTIVE' : 'ACTIVE',
    priority: 0,
    system: false,
    created: now,
    lastUpdated: now,
  };
  policy.rules.set(rule.id, rule);
  place(policy, rule, sent['priority'] ?? policy.rules.size);
  return ok(showRule(exchange, policy, rule));
}

function replaceRule(exchange: Exchange): Answer {
  const policy = requirePolicy(exchange);
  const rule = requireRule(exchange);
  const sent = bodyObject(exchange);
  Object.assign(rule, readRule(sent, policy), { lastUpdated: timestamp(exchange.now) });
  place(policy, rule, sent['priority'] ?? rule.priority);
  return ok(showRule(exchange, policy, rule));
}

/** Okta's own rule stays the last, with a priority of its own (documented). */
function place(policy: Policy, rule: PolicyRule, priority: Json): void {
  if (typeof priority !== 'number') throw malformedBody();
  if (rule.system) return;
  const others = [...policy.rules.values()].filter(({ system }) => !system);
  prioritize(others, rule, priority);
}

/** The type is that of the policy (documented); name and actions are kept as they are sent (inferred). */
function readRule(sent: JsonObject, policy: Policy): Pick<PolicyRule, 'name' | 'conditions' | 'actions'> {
  if (sent['type'] !== undefined && sent['type'] !== TYPES[policy.type]) throw malformedBody();
  const name = stringOf(sent['name']) ?? '';
  if (name === '') throw blankField('name');
  return { name, conditions: sent['conditions'] ?? null, actions: objectOf(sent['actions']) };
}

function deleteRule(exchange: Exchange): Answer {
  const rule = requireRule(exchange);
  if (rule.system) throw forbidden();
  requirePolicy(exchange).rules.delete(rule.id);
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
  // Recorded, with this text.
  if (policy.ownApp !== undefined) {
    throw validationFailed(
      'Policy',
      `This policy belongs to "${policy.ownApp}", and re-assignment of this policy is not allowed`,
    );
  }
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

function lifecycleLink(self: string, { status, system }: Policy | PolicyRule): JsonObject {
  const step = status === 'ACTIVE' ? 'deactivate' : 'activate';
  if (system) return {};
  return { [step]: { href: `${self}/lifecycle/${step}`, hints: { allow: ['POST'] } } };
}

/** As recorded for authentication policies. */
function showPolicy(exchange: Exchange, policy: Policy): JsonObject {
  const self = `${exchange.origin}/api/v1/policies/${policy.id}`;
  return without({
    id: policy.id,
    status: policy.status,
    name: policy.name,
    description: policy.description ?? undefined,
    priority: policy.priority,
    system: policy.system,
    conditions: policy.conditions,
    settings: policy.settings,
    created: policy.created,
    lastUpdated: policy.lastUpdated,
    _links: {
      mappings: { href: `${self}/mappings`, hints: { allow: ['GET', 'POST'] } },
      self: { href: self, hints: { allow: policy.system ? ['GET', 'PUT'] : ['GET', 'PUT', 'DELETE'] } },
      rules: { href: `${self}/rules`, hints: { allow: ['GET', 'POST'] } },
      ...lifecycleLink(self, policy),
    },
    _embedded: policy.type === 'ACCESS_POLICY' ? { resourceType: 'APP' } : undefined,
    type: policy.type,
  });
}

function showRule(exchange: Exchange, policy: Policy, rule: PolicyRule): JsonObject {
  const self = `${exchange.origin}/api/v1/policies/${policy.id}/rules/${rule.id}`;
  return {
    id: rule.id,
    status: rule.status,
    name: rule.name,
    priority: rule.priority,
    created: rule.created,
    lastUpdated: rule.lastUpdated,
    system: rule.system,
    conditions: rule.conditions,
    actions: rule.actions,
    _links: {
      self: { href: self, hints: { allow: rule.system ? ['GET', 'PUT'] : ['GET', 'PUT', 'DELETE'] } },
      ...lifecycleLink(self, rule),
    },
    type: TYPES[policy.type],
  };
}
