import { requireApp } from './apps.ts';
import { malformedBody, notFound, validationFailed } from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { noContent, ok, param } from './exchange.ts';
import { requireGroup, showGroup } from './groups.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject, objectOf, stringOf } from './json.ts';
import { page, startsWith } from './lists.ts';
import type { App, GroupAssignment } from './org.ts';
import { timestamp } from './org.ts';

/** The groups assigned to an app, and their priorities. */
export const appGroupRoutes: Route[] = [
  { method: 'GET', path: '/api/v1/apps/:appId/groups', scope: 'okta.apps.read', handle: listAppGroups },
  {
    method: 'GET',
    path: '/api/v1/apps/:appId/groups/:groupId',
    scope: 'okta.apps.read',
    handle: (exchange) => {
      const app = requireApp(exchange);
      return ok(showAssignment(exchange, app, requireAssignment(exchange, app)));
    },
  },
  {
    method: 'PUT',
    path: '/api/v1/apps/:appId/groups/:groupId',
    scope: 'okta.apps.manage',
    handle: assignGroup,
  },
  {
    method: 'PATCH',
    path: '/api/v1/apps/:appId/groups/:groupId',
    scope: 'okta.apps.manage',
    handle: patchGroup,
  },
  {
    method: 'DELETE',
    path: '/api/v1/apps/:appId/groups/:groupId',
    scope: 'okta.apps.manage',
    handle: (exchange) => {
      const app = requireApp(exchange);
      // The others keep their priorities: nothing closes the gap (recorded).
      app.groups.delete(requireAssignment(exchange, app).groupId);
      return noContent;
    },
  },
];

/** A group that is not assigned is 404 (reported for DELETE); its type name is inferred from that of groups. */
function requireAssignment(exchange: Exchange, app: App): GroupAssignment {
  const id = param(exchange, 'groupId');
  const assignment = app.groups.get(id);
  if (assignment === undefined) throw notFound(id, 'UserGroup');
  return assignment;
}

/** By priority (recorded); 20 a page unless `limit` says otherwise, at most 200; `q` is a prefix of the group's name. */
function listAppGroups(exchange: Exchange): Answer {
  const app = requireApp(exchange);
  const q = exchange.query.get('q') ?? '';
  const assignments = [...app.groups.values()]
    .filter((assignment) => {
      const group = exchange.org.groups.get(assignment.groupId);
      return q === '' || startsWith(q, stringOf(group?.profile['name']));
    })
    .sort((left, right) => left.priority - right.priority);
  return page(
    exchange,
    assignments,
    { defaultLimit: 20, maximum: 200, ascending: false },
    (assignment) => assignment.groupId,
    (assignment) => showAssignment(exchange, app, assignment),
  );
}

/** `PUT`: assigns the group, or changes the assignment; 200 either way, an empty body will do (recorded). */
function assignGroup(exchange: Exchange): Answer {
  const app = requireApp(exchange);
  const group = requireGroup(exchange);
  // Reported, with this text.
  if (objectOf(app.body['settings'])['implicitAssignment'] === true) {
    throw validationFailed(
      'GroupAppAssignment',
      'It is not possible to assign groups to an AppInstance that has Federation Broker Mode enabled',
    );
  }
  // Reported.
  if (app.status === 'INACTIVE' && !exchange.trouble.assignToInactiveApps) {
    throw notFound(app.id, 'AppInstance');
  }
  const sent = objectOf(exchange.body);
  const priority = sent['priority'];
  if (priority !== undefined && priority !== null && !isPriority(priority)) throw malformedBody();
  const assignment = app.groups.get(group.id) ?? {
    groupId: group.id,
    priority: nextPriority(app),
    profile: {},
    lastUpdated: '',
  };
  assignment.lastUpdated = timestamp(exchange.now);
  if (isObject(sent['profile'])) assignment.profile = sent['profile'];
  app.groups.set(group.id, assignment);
  if (isPriority(priority)) placeAt(app, assignment, priority);
  return ok(showAssignment(exchange, app, assignment));
}

/** `PATCH`: a JSON Patch list of `replace` operations on the priority or the profile (documented). */
function patchGroup(exchange: Exchange): Answer {
  const app = requireApp(exchange);
  const assignment = requireAssignment(exchange, app);
  if (!Array.isArray(exchange.body)) throw malformedBody();
  for (const each of exchange.body) {
    const { op, path, value } = objectOf(each);
    if (op !== 'replace' || typeof path !== 'string' || value === undefined) throw malformedBody();
    const property = /^\/profile\/([^/]+)$/.exec(path)?.[1];
    if (property !== undefined) assignment.profile = { ...assignment.profile, [property]: value };
    else if (path === '/profile' && isObject(value)) assignment.profile = value;
    else if (path === '/priority' && isPriority(value)) placeAt(app, assignment, value);
    else throw malformedBody();
  }
  assignment.lastUpdated = timestamp(exchange.now);
  return ok(showAssignment(exchange, app, assignment));
}

function isPriority(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

/** Without a priority a group goes to the end: one more than the highest, the first gets 0 (recorded). */
function nextPriority(app: App): number {
  return Math.max(-1, ...[...app.groups.values()].map(({ priority }) => priority)) + 1;
}

/**
 * A given priority is stored as it is, gaps and all; the group that held it moves one up, and so on until there is a
 * gap (recorded).
 */
function placeAt(app: App, assignment: GroupAssignment, priority: number): void {
  assignment.priority = priority;
  const others = [...app.groups.values()]
    .filter((other) => other !== assignment)
    .sort((left, right) => left.priority - right.priority);
  let taken = priority;
  for (const other of others) {
    if (other.priority !== taken) continue;
    other.priority += 1;
    taken = other.priority;
  }
}

function showAssignment(exchange: Exchange, app: App, assignment: GroupAssignment): JsonObject {
  const { origin, org, trouble, query } = exchange;
  const appHref = `${origin}/api/v1/apps/${app.id}`;
  const group = org.groups.get(assignment.groupId);
  const expanded = query.get('expand') === 'group' && trouble.expandGroups && group !== undefined;
  return {
    id: assignment.groupId,
    lastUpdated: assignment.lastUpdated,
    priority: assignment.priority,
    profile: assignment.profile,
    _links: {
      app: { href: appHref },
      self: { href: `${appHref}/groups/${assignment.groupId}` },
      group: { href: `${origin}/api/v1/groups/${assignment.groupId}` },
    },
    ...(expanded ? { _embedded: { group: showGroup(exchange, group) } } : {}),
  };
}
