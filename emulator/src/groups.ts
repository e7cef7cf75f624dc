import { show } from './apps.ts';
import { alreadyExists, blankField, forbidden, notFound, validationFailed } from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { bodyObject, noContent, ok, param } from './exchange.ts';
import type { JsonObject } from './json.ts';
import { isObject, objectOf, stringOf, without } from './json.ts';
import { listed } from './lag.ts';
import { page, startsWith } from './lists.ts';
import type { Group } from './org.ts';
import { timestamp } from './org.ts';
import { parseExpression } from './scim.ts';
import { requireUser, showUser } from './users.ts';

/** `/api/v1/groups`, their members, and the groups of a user. */
export const groupRoutes: Route[] = [
  { method: 'POST', path: '/api/v1/groups', scope: 'okta.groups.manage', handle: createGroup },
  { method: 'GET', path: '/api/v1/groups', scope: 'okta.groups.read', handle: listGroups },
  {
    method: 'GET',
    path: '/api/v1/groups/:groupId',
    scope: 'okta.groups.read',
    handle: (exchange) => ok(showGroup(exchange, requireGroup(exchange))),
  },
  { method: 'PUT', path: '/api/v1/groups/:groupId', scope: 'okta.groups.manage', handle: replaceGroup },
  { method: 'DELETE', path: '/api/v1/groups/:groupId', scope: 'okta.groups.manage', handle: deleteGroup },
  { method: 'GET', path: '/api/v1/groups/:groupId/apps', scope: 'okta.groups.read', handle: listGroupApps },
  { method: 'GET', path: '/api/v1/groups/:groupId/users', scope: 'okta.groups.read', handle: listMembers },
  {
    method: 'GET',
    path: '/api/v1/users/:userId/groups',
    scope: 'okta.users.read',
    handle: listGroupsOf,
  },
  {
    method: 'PUT',
    path: '/api/v1/groups/:groupId/users/:userId',
    scope: 'okta.groups.manage',
    handle: (exchange) => changeMembership(exchange, (group, userId) => group.members.add(userId)),
  },
  {
    method: 'DELETE',
    path: '/api/v1/groups/:groupId/users/:userId',
    scope: 'okta.groups.manage',
    handle: (exchange) => changeMembership(exchange, (group, userId) => group.members.delete(userId)),
  },
];

/** The group that the path names, or 404 `UserGroup` (recorded). */
export function requireGroup(exchange: Exchange): Group {
  const id = param(exchange, 'groupId');
  const group = exchange.org.groups.get(id);
  if (group === undefined) throw notFound(id, 'UserGroup');
  return group;
}

/** `POST /api/v1/groups`: 200 (recorded). Names of Okta's own groups are unique (documented). */
function createGroup(exchange: Exchange): Answer {
  const { org } = exchange;
  const sent = bodyObject(exchange);
  const profile = completeProfile(sent);
  // Applications' groups come from directories, never through this endpoint; the emulator takes the type from the
  // request so that tests can make groups of the same name.
  const type = sent['type'] === 'APP_GROUP' ? 'APP_GROUP' : 'OKTA_GROUP';
  if (type === 'OKTA_GROUP') refuseTakenName(exchange, profile, undefined);
  const created = timestamp(exchange.now);
  const group: Group = {
    id: org.ids.next('00g'),
    type,
    profile,
    created,
    lastUpdated: created,
    lastMembershipUpdated: created,
    // Recorded with and without: with `owners` on groups that have no description, without on groups that have one
    // and on Everyone. What decides is most likely a feature of the org, which no request shows (inferred).
    showsOwners: (profile['description'] ?? '') === '',
    members: new Set(),
    bornAt: Date.now(),
  };
  org.groups.set(group.id, group);
  return ok(showGroup(exchange, group));
}

function completeProfile(sent: JsonObject): JsonObject {
  const profile = objectOf(sent['profile']);
  const name = profile['name'];
  if (typeof name !== 'string' || name.trim() === '') throw blankField('name');
  // 255 characters (documented); the text is inferred.
  if (name.length > 255) throw validationFailed('name', 'name: The field is too long');
  return { name, description: profile['description'] ?? null, ...without(profile, 'name', 'description') };
}

function refuseTakenName(exchange: Exchange, profile: JsonObject, self: Group | undefined): void {
  const name = stringOf(profile['name'])?.toLowerCase();
  for (const other of exchange.org.groups.values()) {
    if (other === self || other.type === 'APP_GROUP') continue;
    if (stringOf(other.profile['name'])?.toLowerCase() === name) throw alreadyExists('name');
  }
}

/** `PUT`: replaces the profile (recorded). Only Okta's own groups can be changed; the rest is inferred. */
function replaceGroup(exchange: Exchange): Answer {
  const group = requireGroup(exchange);
  if (group.type !== 'OKTA_GROUP') throw forbidden();
  const profile = completeProfile(bodyObject(exchange));
  refuseTakenName(exchange, profile, group);
  group.profile = profile;
  group.lastUpdated = timestamp(exchange.now);
  return ok(showGroup(exchange, group));
}

/** `DELETE`: 204 (recorded); the group's assignments to apps go with it (reported). */
function deleteGroup(exchange: Exchange): Answer {
  const group = requireGroup(exchange);
  if (group.type === 'BUILT_IN') throw forbidden();
  exchange.org.groups.delete(group.id);
  for (const app of exchange.org.apps.values()) app.groups.delete(group.id);
  return noContent;
}

const GROUP_ATTRIBUTES = ['id', 'type', 'created', 'lastUpdated', 'lastMembershipUpdated'];

/**
 * `GET /api/v1/groups`. With `q`: a prefix of the name, in the order of names, at most 300, no pages and no `Link`
 * (recorded). With `filter`, `search` or neither: in the order of IDs, in pages (recorded). `sortBy` counts only with
 * `search` (recorded).
 */
function listGroups(exchange: Exchange): Answer {
  const { org, query } = exchange;
  const groups = [...listed(exchange, org.groups)];
  const q = query.get('q');
  const search = query.get('search');
  const filter = query.get('filter');
  if (q !== null && q !== '') {
    const limit = Math.min(Number(query.get('limit') ?? 300) || 300, 10_000);
    const found = groups.filter((group) => startsWith(q, nameOf(group)));
    found.sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
    return ok(found.slice(0, limit).map((group) => showGroup(exchange, group)));
  }
  let found = groups;
  if (search !== null && search !== '') {
    const matches = parseExpression(search, {
      attributes: [...GROUP_ATTRIBUTES, 'source.id', 'profile.*'],
      operators: ['eq', 'sw', 'co', 'gt', 'ge', 'lt', 'le', 'pr'],
      combined: true,
    });
    found = found.filter((group) => matches(searchable(group)));
    sortBy(found, query.get('sortBy'), query.get('sortOrder'));
  } else if (filter !== null && filter !== '') {
    const matches = parseExpression(filter, {
      attributes: GROUP_ATTRIBUTES,
      operators: ['eq', 'gt', 'ge', 'lt', 'le'],
      combined: true,
    });
    found = found.filter((group) => matches(searchable(group)));
  }
  return page(
    exchange,
    found,
    { defaultLimit: 10_000, maximum: 10_000, ascending: false },
    (group) => group.id,
    (group) => showGroup(exchange, group),
  );
}

function nameOf(group: Group): string {
  return stringOf(group.profile['name']) ?? '';
}

function searchable(group: Group): JsonObject {
  return {
    id: group.id,
    type: group.type,
    created: group.created,
    lastUpdated: group.lastUpdated,
    lastMembershipUpdated: group.lastMembershipUpdated,
    profile: group.profile,
  };
}

function sortBy(groups: Group[], attribute: string | null, order: string | null): void {
  if (attribute === null || attribute === '') return;
  const value = (group: Group): string => {
    let at: JsonObject[string] = searchable(group);
    for (const key of attribute.split('.')) at = isObject(at) ? at[key] : undefined;
    return typeof at === 'string' ? at : '';
  };
  const sign = order?.toLowerCase() === 'desc' ? -1 : 1;
  groups.sort((left, right) => (value(left) < value(right) ? -sign : value(left) > value(right) ? sign : 0));
}

/** The apps that the group is assigned to: 20 a page (recorded). */
function listGroupApps(exchange: Exchange): Answer {
  const group = requireGroup(exchange);
  return page(
    exchange,
    [...exchange.org.apps.values()].filter((app) => app.groups.has(group.id)),
    { defaultLimit: 20, maximum: 200, ascending: true },
    (app) => app.id,
    (app) => show(exchange, app, 'read'),
  );
}

function listMembers(exchange: Exchange): Answer {
  const { org } = exchange;
  const group = requireGroup(exchange);
  const members = [...org.membersOf(group)]
    .sort()
    .map((id) => org.users.get(id))
    .filter((user) => user !== undefined);
  return page(
    exchange,
    members,
    { defaultLimit: 1000, maximum: 1000, ascending: true },
    (user) => user.id,
    (user) => showUser(exchange, user),
  );
}

/** The groups that the user is in, Everyone among them (documented). */
function listGroupsOf(exchange: Exchange): Answer {
  const { org } = exchange;
  const user = requireUser(exchange);
  return page(
    exchange,
    [...org.groups.values()].filter((group) => [...org.membersOf(group)].includes(user.id)),
    { defaultLimit: 200, maximum: 200, ascending: true },
    (group) => group.id,
    (group) => showGroup(exchange, group),
  );
}

/** Adds or removes a member: 204; only Okta's own groups have members of their own (documented). */
function changeMembership(exchange: Exchange, change: (group: Group, userId: string) => void): Answer {
  const group = requireGroup(exchange);
  const user = requireUser(exchange);
  if (group.type === 'BUILT_IN') throw forbidden();
  change(group, user.id);
  group.lastMembershipUpdated = timestamp(exchange.now);
  return noContent;
}

/** The group as Okta shows it; there is no `_links.self` (recorded). */
export function showGroup(exchange: Exchange, group: Group): JsonObject {
  const self = `${exchange.origin}/api/v1/groups/${group.id}`;
  const logo = (size: string): JsonObject => ({
    name: size,
    href: `${exchange.origin}/assets/img/logos/groups/okta-${size}.png`,
    type: 'image/png',
  });
  return {
    id: group.id,
    created: group.created,
    lastUpdated: group.lastUpdated,
    lastMembershipUpdated: group.lastMembershipUpdated,
    objectClass: [group.type === 'APP_GROUP' ? 'okta:windows_security_principal' : 'okta:user_group'],
    type: group.type,
    profile: group.profile,
    _links: without({
      logo: [logo('medium'), logo('large')],
      owners: group.showsOwners ? { href: `${self}/owners` } : undefined,
      users: { href: `${self}/users` },
      apps: { href: `${self}/apps` },
    }),
  };
}
