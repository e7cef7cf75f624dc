import { requireApp } from './apps.ts';
import { malformedBody, notFound, oktaError, validationFailed } from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { bodyObject, noContent, ok, param } from './exchange.ts';
import type { JsonObject } from './json.ts';
import { isObject, objectOf, stringOf } from './json.ts';
import { page, startsWith } from './lists.ts';
import type { App, User, UserAssignment } from './org.ts';
import { timestamp } from './org.ts';
import { findUser, loginOf } from './users.ts';

/** The users of an app: those assigned one by one, and those who come through an assigned group. */
export const appUserRoutes: Route[] = [
  { method: 'GET', path: '/api/v1/apps/:appId/users', scope: 'okta.apps.read', handle: listAppUsers },
  { method: 'POST', path: '/api/v1/apps/:appId/users', scope: 'okta.apps.manage', handle: assignUser },
  {
    method: 'GET',
    path: '/api/v1/apps/:appId/users/:userId',
    scope: 'okta.apps.read',
    handle: (exchange) => {
      const app = requireApp(exchange);
      return ok(showAppUser(exchange, app, requireAppUser(exchange, app)));
    },
  },
  {
    method: 'POST',
    path: '/api/v1/apps/:appId/users/:userId',
    scope: 'okta.apps.manage',
    handle: updateAppUser,
  },
  {
    method: 'DELETE',
    path: '/api/v1/apps/:appId/users/:userId',
    scope: 'okta.apps.manage',
    handle: removeAppUser,
  },
];

/** The user as seen by the app: assigned directly, or through a group. A user who is neither is 404 `User` (recorded). */
function requireAppUser(exchange: Exchange, app: App): UserAssignment {
  const key = param(exchange, 'userId');
  const user = findUser(exchange.org, key);
  const assignment = user === undefined ? undefined : app.users.get(user.id);
  if (assignment !== undefined) return assignment;
  const inherited = [...assignments(exchange, app)].find(({ userId }) => userId === user?.id);
  if (inherited === undefined) throw notFound(key, 'User');
  return inherited;
}

/** All users of the app by ID; the ones that a group brings have scope GROUP and appear in lists too (recorded). */
function assignments(exchange: Exchange, app: App): Iterable<UserAssignment> {
  const { org } = exchange;
  const all = new Map<string, UserAssignment>(app.users);
  for (const { groupId, lastUpdated } of app.groups.values()) {
    const group = org.groups.get(groupId);
    for (const userId of group === undefined ? [] : org.membersOf(group)) {
      const user = org.users.get(userId);
      if (user === undefined || user.status === 'DEPROVISIONED' || all.has(userId)) continue;
      all.set(userId, newAssignment(user, 'GROUP', lastUpdated));
    }
  }
  return [...all.values()].sort((left, right) => (left.userId < right.userId ? -1 : 1));
}

function newAssignment(user: User, scope: UserAssignment['scope'], created: string): UserAssignment {
  return {
    userId: user.id,
    scope,
    userName: loginOf(user),
    profile: profileFor(user),
    created,
    lastUpdated: created,
  };
}

/** The profile that an OIDC app gets of a user: OpenID Connect's standard claims, null where unknown (recorded). */
export function profileFor({ profile }: User): JsonObject {
  const first = stringOf(profile['firstName']) ?? '';
  const last = stringOf(profile['lastName']) ?? '';
  return {
    street_address: profile['streetAddress'] ?? null,
    country: profile['countryCode'] ?? null,
    website: profile['profileUrl'] ?? null,
    zoneinfo: profile['timezone'] ?? 'America/Los_Angeles',
    birthdate: null,
    gender: null,
    formatted: null,
    profile: null,
    locality: profile['city'] ?? null,
    given_name: first,
    middle_name: profile['middleName'] ?? null,
    locale: profile['locale'] ?? 'en_US',
    picture: null,
    name: `${first} ${last}`.trim(),
    nickname: profile['nickName'] ?? null,
    phone_number: profile['primaryPhone'] ?? null,
    region: profile['state'] ?? null,
    postal_code: profile['zipCode'] ?? null,
    family_name: last,
    email: profile['email'] ?? null,
  };
}

/** Only the claims of OpenID Connect exist in an app user's profile (reported, with this text). */
function mergedProfile(current: JsonObject, sent: JsonObject): JsonObject {
  const unknown = Object.keys(sent).filter((key) => !(key in current));
  if (unknown.length > 0) {
    throw validationFailed('assignment', ...unknown.map((key) => `Property '${key}' not found`));
  }
  return { ...current, ...sent };
}

/** By user ID; 50 a page unless `limit` says otherwise, at most 500; `q` is a prefix of user name or names. */
function listAppUsers(exchange: Exchange): Answer {
  const app = requireApp(exchange);
  const q = exchange.query.get('q') ?? '';
  const wanted = [...assignments(exchange, app)].filter(({ userName, profile }) => {
    const { name, given_name: given, family_name: family } = profile;
    return q === '' || startsWith(q, userName, stringOf(name), stringOf(given), stringOf(family));
  });
  return page(
    exchange,
    wanted,
    { defaultLimit: 50, maximum: 500, ascending: true },
    (assignment) => assignment.userId,
    (assignment) => showAppUser(exchange, app, assignment),
  );
}

/**
 * `POST …/users`: 200 (recorded). The user name follows the app's template unless given (documented). A user who has
 * the app directly is 409 E0000062 (documented); one who has it through a group gets it directly as well.
 */
function assignUser(exchange: Exchange): Answer {
  const { org } = exchange;
  const app = requireApp(exchange);
  const sent = bodyObject(exchange);
  const id = stringOf(sent['id']);
  if (id === undefined) throw validationFailed('id', 'id: The field cannot be left blank');
  const user = org.users.get(id);
  if (user === undefined) throw notFound(id, 'User');
  // Federation Broker Mode: everyone may use the app (reported for groups; the text for users is inferred).
  if (objectOf(app.body['settings'])['implicitAssignment'] === true) {
    throw validationFailed(
      'AppUser',
      'It is not possible to assign users to an AppInstance that has Federation Broker Mode enabled',
    );
  }
  if (app.status === 'INACTIVE' && !exchange.trouble.assignToInactiveApps) {
    throw notFound(app.id, 'AppInstance');
  }
  if (app.users.has(id)) {
    throw oktaError(409, 'E0000062', 'The specified user is already assigned to the application.');
  }
  const assignment = newAssignment(user, scopeOf(sent) ?? 'USER', timestamp(exchange.now));
  applyTo(assignment, sent);
  app.users.set(id, assignment);
  return ok(showAppUser(exchange, app, assignment));
}

function scopeOf(sent: JsonObject): UserAssignment['scope'] | undefined {
  const scope = sent['scope'];
  if (scope === undefined) return undefined;
  if (scope !== 'USER' && scope !== 'GROUP') throw malformedBody();
  return scope;
}

function applyTo(assignment: UserAssignment, sent: JsonObject): void {
  const userName = stringOf(objectOf(sent['credentials'])['userName']);
  if (userName !== undefined && userName !== '') assignment.userName = userName;
  if (isObject(sent['profile'])) assignment.profile = mergedProfile(assignment.profile, sent['profile']);
}

/** `POST …/users/{id}`: changes user name or profile, or switches between direct and group (documented). */
function updateAppUser(exchange: Exchange): Answer {
  const app = requireApp(exchange);
  const sent = bodyObject(exchange);
  const assignment = requireAppUser(exchange, app);
  applyTo(assignment, sent);
  assignment.scope = scopeOf(sent) ?? assignment.scope;
  assignment.lastUpdated = timestamp(exchange.now);
  app.users.set(assignment.userId, assignment);
  return ok(showAppUser(exchange, app, assignment));
}

/** `DELETE`: 204 (recorded). A user who also comes through a group stays, as one of the group's (inferred). */
function removeAppUser(exchange: Exchange): Answer {
  const app = requireApp(exchange);
  app.users.delete(requireAppUser(exchange, app).userId);
  return noContent;
}

function showAppUser(exchange: Exchange, app: App, assignment: UserAssignment): JsonObject {
  const { origin } = exchange;
  return {
    id: assignment.userId,
    externalId: null,
    created: assignment.created,
    lastUpdated: assignment.lastUpdated,
    scope: assignment.scope,
    status: 'ACTIVE',
    statusChanged: assignment.created,
    passwordChanged: null,
    syncState: 'DISABLED',
    credentials: { userName: assignment.userName },
    profile: assignment.profile,
    _links: {
      app: { href: `${origin}/api/v1/apps/${app.id}` },
      user: { href: `${origin}/api/v1/users/${assignment.userId}` },
    },
  };
}
