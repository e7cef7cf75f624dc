import { blankField, notFound, oktaError, validationFailed } from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { bodyObject, noContent, ok, param } from './exchange.ts';
import type { JsonObject } from './json.ts';
import { objectOf, stringOf, stringsOf } from './json.ts';
import { page, startsWith } from './lists.ts';
import type { GroupRule, Org, User } from './org.ts';
import { timestamp } from './org.ts';

const RULES = '/api/v1/groups/rules';
const READ = 'okta.groups.read';
const MANAGE = 'okta.groups.manage';

/** Rules that put users into groups. */
export const groupRuleRoutes: Route[] = [
  { method: 'GET', path: RULES, scope: READ, handle: listRules },
  { method: 'POST', path: RULES, scope: MANAGE, handle: createRule },
  {
    method: 'GET',
    path: `${RULES}/:ruleId`,
    scope: READ,
    handle: (exchange) => ok(showRule(requireRule(exchange))),
  },
  { method: 'PUT', path: `${RULES}/:ruleId`, scope: MANAGE, handle: replaceRule },
  { method: 'DELETE', path: `${RULES}/:ruleId`, scope: MANAGE, handle: deleteRule },
  {
    method: 'POST',
    path: `${RULES}/:ruleId/lifecycle/activate`,
    scope: MANAGE,
    handle: (exchange) => changeStatus(exchange, 'ACTIVE'),
  },
  {
    method: 'POST',
    path: `${RULES}/:ruleId/lifecycle/deactivate`,
    scope: MANAGE,
    handle: (exchange) => changeStatus(exchange, 'INACTIVE'),
  },
];

/** 404; the name of the type is inferred. */
function requireRule(exchange: Exchange): GroupRule {
  const id = param(exchange, 'ruleId');
  const rule = exchange.org.groupRules.get(id);
  if (rule === undefined) throw notFound(id, 'GroupRule');
  return rule;
}

/** 50 a page; `search` is a prefix of the name (documented). */
function listRules(exchange: Exchange): Answer {
  const search = exchange.query.get('search') ?? '';
  return page(
    exchange,
    [...exchange.org.groupRules.values()].filter(({ name }) => search === '' || startsWith(search, name)),
    { defaultLimit: 50, maximum: 200, ascending: true },
    (rule) => rule.id,
    showRule,
  );
}

/** `POST`: 200, inactive (documented). */
function createRule(exchange: Exchange): Answer {
  const { org } = exchange;
  const now = timestamp(exchange.now);
  const rule: GroupRule = {
    id: org.ids.next('0pr'),
    ...readRule(exchange),
    status: 'INACTIVE',
    created: now,
    lastUpdated: now,
  };
  org.groupRules.set(rule.id, rule);
  return ok(showRule(rule));
}

/** Only an inactive rule can be changed (documented; the answer is inferred). */
function replaceRule(exchange: Exchange): Answer {
  const rule = requireRule(exchange);
  if (rule.status === 'ACTIVE')
    throw validationFailed('status', 'status: The rule must be deactivated first.');
  Object.assign(rule, readRule(exchange), { lastUpdated: timestamp(exchange.now) });
  return ok(showRule(rule));
}

/** `DELETE`: 202 (documented). */
function deleteRule(exchange: Exchange): Answer {
  const rule = requireRule(exchange);
  exchange.org.groupRules.delete(rule.id);
  return { status: 202 };
}

function changeStatus(exchange: Exchange, status: GroupRule['status']): Answer {
  const rule = requireRule(exchange);
  rule.status = status;
  rule.lastUpdated = timestamp(exchange.now);
  applyGroupRules(exchange.org);
  return noContent;
}

function readRule(exchange: Exchange): Pick<GroupRule, 'name' | 'conditions' | 'actions'> {
  const sent = bodyObject(exchange);
  const name = stringOf(sent['name']) ?? '';
  if (name === '') throw blankField('name');
  const conditions = objectOf(sent['conditions']);
  const actions = objectOf(sent['actions']);
  for (const id of groupsOf(actions)) {
    if (!exchange.org.groups.has(id)) throw notFound(id, 'UserGroup');
  }
  if (matcher(expressionOf(conditions)) === undefined) {
    // The text is inferred; so is how little of Okta's expression language the emulator reads.
    throw oktaError(
      400,
      'E0000001',
      'Api validation failed: validateRule',
      'The expression is not supported.',
    );
  }
  return { name, conditions, actions };
}

function expressionOf(conditions: JsonObject): string {
  return stringOf(objectOf(conditions['expression'])['value']) ?? '';
}

function groupsOf(actions: JsonObject): string[] {
  return stringsOf(objectOf(actions['assignUserToGroups'])['groupIds']);
}

/** Puts everybody whom an active rule means into its groups; Okta does it within seconds (documented). */
export function applyGroupRules(org: Org): void {
  for (const { status, conditions, actions } of org.groupRules.values()) {
    const means = status === 'ACTIVE' ? matcher(expressionOf(conditions)) : undefined;
    if (means === undefined) continue;
    for (const user of org.users.values()) {
      if (!means(user)) continue;
      for (const id of groupsOf(actions)) org.groups.get(id)?.members.add(user.id);
    }
  }
}

/** `user.attribute=="value"`, several joined by `and` or `&&`: what the emulator reads of Okta's expression language. */
function matcher(expression: string): ((user: User) => boolean) | undefined {
  const tests = expression.split(/\s+and\s+|\s*&&\s*/i).map((part) => {
    const [, attribute, value] = /^\s*user\.(\w+)\s*==\s*"([^"]*)"\s*$/.exec(part) ?? [];
    return attribute === undefined ? undefined : ({ profile }: User) => profile[attribute] === value;
  });
  const known = tests.filter((each) => each !== undefined);
  return known.length === tests.length ? (user) => known.every((test) => test(user)) : undefined;
}

function showRule(rule: GroupRule): JsonObject {
  return {
    type: 'group_rule',
    id: rule.id,
    status: rule.status,
    name: rule.name,
    created: rule.created,
    lastUpdated: rule.lastUpdated,
    conditions: rule.conditions,
    actions: rule.actions,
  };
}
