import type { AuthorizationRule, AuthorizationServer } from '../authorization-server.ts';
import { SYSTEM_SCOPES } from '../authorization-server.ts';
import { objectOf, stringsOf } from '../json.ts';
import type { App, Org, User } from '../org.ts';

/** What an access policy decides about. */
export interface AccessRequest {
  readonly clientId: string;
  /** Undefined where the client acts for itself. */
  readonly user: User | undefined;
  readonly grantType: string;
  readonly scopes: readonly string[];
}

/** The rule that lets the request in; or whether no policy is for this client, or no rule for this request. */
export type Decision = AuthorizationRule | 'no policy' | 'no rule';

/**
 * Policies by priority, in each the rules by priority; the first rule that matches decides (documented). A policy counts
 * if it is active and for this client; a rule if it is active and the grant type, the person and all scopes match, where
 * OpenID Connect's scopes need no mention (documented).
 */
export function decide(org: Org, server: AuthorizationServer, request: AccessRequest): Decision {
  const policies = byPriority(server.policies.values()).filter((policy) => {
    const clients = stringsOf(objectOf(policy.conditions['clients'])['include']);
    return clients.includes('ALL_CLIENTS') || clients.includes(request.clientId);
  });
  if (policies.length === 0) return 'no policy';
  const rules = policies.flatMap((policy) => byPriority(policy.rules.values()));
  return rules.find((rule) => matches(org, rule, request)) ?? 'no rule';
}

function byPriority<Entry extends { status: string; priority: number }>(entries: Iterable<Entry>): Entry[] {
  return [...entries]
    .filter(({ status }) => status === 'ACTIVE')
    .sort((left, right) => left.priority - right.priority);
}

function matches(org: Org, { conditions }: AuthorizationRule, request: AccessRequest): boolean {
  if (!stringsOf(objectOf(conditions['grantTypes'])['include']).includes(request.grantType)) return false;
  const scopes = stringsOf(objectOf(conditions['scopes'])['include']);
  const covered = (scope: string): boolean =>
    scopes.includes('*') || scopes.includes(scope) || SYSTEM_SCOPES.some((name) => name === scope);
  if (!request.scopes.every(covered)) return false;
  const { user } = request;
  if (user === undefined) return true;
  const people = objectOf(conditions['people']);
  const named = (side: 'include' | 'exclude'): boolean =>
    stringsOf(objectOf(people['users'])[side]).includes(user.id) ||
    stringsOf(objectOf(people['groups'])[side]).some((id) => isMember(org, id, user));
  return named('include') && !named('exclude');
}

/** Whether the user is in the group; `EVERYONE` is a name for the group of all users (recorded). */
export function isMember(org: Org, groupId: string, user: User): boolean {
  if (groupId === 'EVERYONE' || groupId === org.everyone.id) return true;
  return org.groups.get(groupId)?.members.has(user.id) === true;
}

/** Whether the user may use the app: by name, through a group, or as anyone in Federation Broker Mode (documented). */
export function isAssigned(org: Org, app: App, user: User): boolean {
  if (objectOf(app.body['settings'])['implicitAssignment'] === true) return true;
  return app.users.has(user.id) || [...app.groups.keys()].some((id) => isMember(org, id, user));
}
