import type { AuthorizationPolicy, AuthorizationRule, AuthorizationServer } from '../authorization-server.ts';
import { blankField, forbidden, malformedBody, notFound, validationFailed } from '../errors.ts';
import type { Answer, Exchange, Route } from '../exchange.ts';
import { bodyObject, noContent, ok, param } from '../exchange.ts';
import type { JsonObject } from '../json.ts';
import { isObject, objectOf, stringsOf, without } from '../json.ts';
import { timestamp } from '../org.ts';
import { closeGaps, inOrder, prioritize } from '../priorities.ts';
import { policyHref, readPriority, readStatus, requirePolicy, requireText } from './policies.ts';
import { MANAGE, READ, changeStatus, lifecycleLink, requireServer } from './servers.ts';

const RULES = '/api/v1/authorizationServers/:serverId/policies/:policyId/rules';

/** The rules of an access policy. */
export const serverRuleRoutes: Route[] = [
  { method: 'GET', path: RULES, scope: READ, handle: listRules },
  { method: 'POST', path: RULES, scope: MANAGE, handle: createRule },
  {
    method: 'GET',
    path: `${RULES}/:ruleId`,
    scope: READ,
    handle: (exchange) => {
      const place = requirePlace(exchange);
      return ok(showRule(exchange, place, requireRule(exchange, place)));
    },
  },
  { method: 'PUT', path: `${RULES}/:ruleId`, scope: MANAGE, handle: replaceRule },
  { method: 'DELETE', path: `${RULES}/:ruleId`, scope: MANAGE, handle: deleteRule },
  {
    method: 'POST',
    path: `${RULES}/:ruleId/lifecycle/activate`,
    scope: MANAGE,
    handle: (exchange) => changeStatus(exchange, requireRule(exchange, requirePlace(exchange)), 'ACTIVE'),
  },
  {
    method: 'POST',
    path: `${RULES}/:ruleId/lifecycle/deactivate`,
    scope: MANAGE,
    handle: (exchange) => changeStatus(exchange, requireRule(exchange, requirePlace(exchange)), 'INACTIVE'),
  },
];

/** The server and the policy that the path names. */
interface Place {
  readonly server: AuthorizationServer;
  readonly policy: AuthorizationPolicy;
}

function requirePlace(exchange: Exchange): Place {
  const server = requireServer(exchange);
  return { server, policy: requirePolicy(exchange, server) };
}

/** 404 `PolicyRule` (recorded). */
function requireRule(exchange: Exchange, { policy }: Place): AuthorizationRule {
  const id = param(exchange, 'ruleId');
  const rule = policy.rules.get(id);
  if (rule === undefined) throw notFound(id, 'PolicyRule');
  return rule;
}

/** All at once, by priority (recorded). */
function listRules(exchange: Exchange): Answer {
  const place = requirePlace(exchange);
  return ok(inOrder(place.policy.rules.values()).map((rule) => showRule(exchange, place, rule)));
}

/** `POST`: 201 (recorded). */
function createRule(exchange: Exchange): Answer {
  const place = requirePlace(exchange);
  const { rules } = place.policy;
  const sent = bodyObject(exchange);
  const now = timestamp(exchange.now);
  const rule: AuthorizationRule = {
    id: exchange.org.ids.next('0pr'),
    status: 'ACTIVE',
    system: false,
    priority: 0,
    ...readSettings(sent),
    created: now,
    lastUpdated: now,
  };
  rules.set(rule.id, rule);
  prioritize(rules.values(), rule, readPriority(sent) ?? rules.size);
  return { status: 201, body: showRule(exchange, place, rule) };
}

/** `PUT`: replaces the whole; a priority beyond the last is the last (recorded). */
function replaceRule(exchange: Exchange): Answer {
  const place = requirePlace(exchange);
  const rule = requireRule(exchange, place);
  const sent = bodyObject(exchange);
  Object.assign(rule, readSettings(sent));
  prioritize(place.policy.rules.values(), rule, readPriority(sent) ?? rule.priority);
  rule.lastUpdated = timestamp(exchange.now);
  return ok(showRule(exchange, place, rule));
}

/** `DELETE`: 204, an active one too (recorded); not Okta's own (documented; the answer is inferred). */
function deleteRule(exchange: Exchange): Answer {
  const place = requirePlace(exchange);
  const rule = requireRule(exchange, place);
  if (rule.system) throw forbidden();
  place.policy.rules.delete(rule.id);
  closeGaps(place.policy.rules.values());
  return noContent;
}

/** Name, conditions and type have to be there (documented); another type, or none, is E0000003 (reported for null). */
function readSettings(
  sent: JsonObject,
): Pick<AuthorizationRule, 'name' | 'conditions' | 'actions'> & Partial<Pick<AuthorizationRule, 'status'>> {
  if (sent['type'] !== 'RESOURCE_ACCESS') throw malformedBody();
  const name = requireText(sent, 'name', 100);
  if (!isObject(sent['conditions'])) throw blankField('conditions');
  return {
    name,
    conditions: readConditions(sent['conditions']),
    actions: readActions(objectOf(sent['actions'])),
    ...readStatus(sent),
  };
}

/** Okta's own order of grant types, whatever the request's (recorded for these). */
const GRANT_ORDER = ['implicit', 'client_credentials', 'password', 'authorization_code'];

/** What was sent, with the lists that Okta adds where they are left out (recorded). */
function readConditions(sent: JsonObject): JsonObject {
  const grantTypes = stringsOf(objectOf(sent['grantTypes'])['include']);
  const place = (grant: string): number => {
    const index = GRANT_ORDER.indexOf(grant);
    return index < 0 ? GRANT_ORDER.length : index;
  };
  grantTypes.sort((left, right) => place(left) - place(right));
  const people = objectOf(sent['people']);
  const { users, groups } = people;
  requirePeople(grantTypes, people);
  return {
    people: without({
      users: { ...objectOf(users), exclude: stringsOf(objectOf(users)['exclude']) },
      groups: isObject(groups) ? { ...groups, include: stringsOf(groups['include']) } : undefined,
    }),
    grantTypes: { include: grantTypes },
    scopes: { include: stringsOf(objectOf(sent['scopes'])['include']) },
  };
}

/** A flow with a user needs people; so does a grant type that Okta does not know (reported, with this text). */
function requirePeople(grantTypes: readonly string[], people: JsonObject): void {
  const named = ['users', 'groups'].flatMap((kind) => stringsOf(objectOf(people[kind])['include']));
  if (named.length > 0 || grantTypes.every((grant) => grant === 'client_credentials')) return;
  throw validationFailed(
    'conditions.people',
    "conditions.people: At least one of ''conditions.people.users.include'' or ''conditions.people.groups.include'' must contain a valid user or group when ''conditions.grantTypes'' contains one or more of [authorization_code, implicit, password].",
  );
}

/** The lifetimes in minutes and their limits (documented; the texts are inferred); the inline hook comes last (recorded). */
function readActions(sent: JsonObject): JsonObject {
  const { inlineHook, ...token } = objectOf(sent['token']);
  const limits = {
    accessTokenLifetimeMinutes: [60, 5, 1440],
    refreshTokenLifetimeMinutes: [0, 0, Infinity],
    refreshTokenWindowMinutes: [10_080, 10, 2_628_000],
  } as const;
  const lifetimes = Object.entries(limits).map(([name, [usual, least, most]]) => {
    const value = token[name] ?? usual;
    if (typeof value !== 'number') throw malformedBody();
    if (value < least || value > most) {
      const field = `actions.token.${name}`;
      throw validationFailed(field, `${field}: must be between ${least} and ${most}.`);
    }
    return [name, value] as const;
  });
  return {
    ...without(sent, 'token'),
    token: without({
      ...Object.fromEntries(lifetimes),
      ...without(token, ...Object.keys(limits)),
      inlineHook,
    }),
  };
}

function showRule(exchange: Exchange, { server, policy }: Place, rule: AuthorizationRule): JsonObject {
  const self = `${policyHref(exchange, server, policy)}/rules/${rule.id}`;
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
      self: { href: self, hints: { allow: ['GET', 'PUT', 'DELETE'] } },
      ...lifecycleLink(self, rule.status),
    },
    type: 'RESOURCE_ACCESS',
  };
}
