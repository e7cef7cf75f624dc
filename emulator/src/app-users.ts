import { requireApp } from './apps.ts';
import { isOAuthApp } from './catalog-apps.ts';
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
      const { app, assignment } = requireAppUser(exchange);
      return ok(showAppUser(exchange, app, assignment));
    },
  },
  {
    method: 'POST',
    path: '/api/v1/apps/:appId/users/:userId',
    scope: 'okta.apps.manage',
    handle: updateOrAssign,
  },
  {
    method: 'DELETE',
    path: '/api/v1/apps/:appId/users/:userId',
    scope: 'okta.apps.manage',
    handle: removeAppUser,
  },
];

/** The app and the user that the path names. The user is looked for first: without either, it is the user that is 404 (recorded). */
function requireBoth(exchange: Exchange): { app: App; user: User } {
  const key = param(exchange, 'userId');
  const user = findUser(exchange.org, key);
  if (user === undefined) throw notFound(key, 'User');
  return { app: requireApp(exchange), user };
}

/** The user as seen by the app: assigned directly, or through a group. */
function findAppUser(exchange: Exchange, app: App, user: User): UserAssignment | undefined {
  const direct = app.users.get(user.id);
  return direct ?? [...assignments(exchange, app)].find(({ userId }) => userId === user.id);
}

/** A user who is neither is 404 (reported); that it says `User` is inferred. */
function requireAppUser(exchange: Exchange): { app: App; assignment: UserAssignment } {
  const { app, user } = requireBoth(exchange);
  const assignment = findAppUser(exchange, app, user);
  if (assignment === undefined) throw notFound(user.id, 'User');
  return { app, assignment };
}

/** Whether a group brings the user to the app. */
function comesThroughGroup({ org }: Exchange, app: App, userId: string): boolean {
  return [...app.groups.keys()].some((groupId) => {
    const group = org.groups.get(groupId);
    return group !== undefined && [...org.membersOf(group)].includes(userId);
  });
}

/** All users of the app in the order of their assignments; those that a group brings have scope GROUP (recorded). */
function assignments(exchange: Exchange, app: App): Iterable<UserAssignment> {
  const { org } = exchange;
  const all = new Map<string, UserAssignment>(app.users);
  for (const { groupId, lastUpdated } of app.groups.values()) {
    const group = org.groups.get(groupId);
    for (const userId of group === undefined ? [] : org.membersOf(group)) {
      const user = org.users.get(userId);
      if (user === undefined || user.status === 'DEPROVISIONED' || all.has(userId)) continue;
      all.set(userId, newAssignment(app, user, 'GROUP', lastUpdated));
    }
  }
  const place = ({ created }: UserAssignment): number => Date.parse(created);
  return [...all.values()].sort((left, right) => place(left) - place(right));
}

function newAssignment(
  app: App,
  user: User,
  scope: UserAssignment['scope'],
  created: string,
): UserAssignment {
  return {
    userId: user.id,
    scope,
    userName: loginOf(user),
    // Only the profile of OAuth clients is known (recorded); that of other apps starts empty (recorded).
    profile: isOAuthApp(app) ? profileFor(user) : {},
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

/**
 * Only the claims of OpenID Connect exist in the profile of an OAuth client's user (reported, with this text). Other apps
 * have properties of their own, which nobody here knows.
 */
function mergedProfile(app: App, current: JsonObject, sent: JsonObject): JsonObject {
  if (!isOAuthApp(app)) return { ...current, ...sent };
  const unknown = Object.keys(sent).filter((key) => !(key in current) && !(key in app.userProperties));
  if (unknown.length > 0) {
    throw validationFailed('assignment', ...unknown.map((key) => `Property '${key}' not found`));
  }
  return { ...current, ...sent };
}

/**
 * In the order of the assignments (recorded); 50 a page unless `limit` says otherwise, at most 500. `q` is a prefix of
 * user name, e-mail, or first and last name, which the users of an OAuth client do not have (documented).
 */
function listAppUsers(exchange: Exchange): Answer {
  const app = requireApp(exchange);
  const q = exchange.query.get('q') ?? '';
  const wanted = [...assignments(exchange, app)].filter(({ userId, userName }) => {
    const { firstName, lastName, email } = exchange.org.users.get(userId)?.profile ?? {};
    const names = isOAuthApp(app) ? [] : [stringOf(firstName), stringOf(lastName)];
    return q === '' || startsWith(q, userName, stringOf(email), ...names);
  });
  return page(
    exchange,
    wanted,
    { defaultLimit: 50, maximum: 500, ascending: false },
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
  if (app.users.has(id)) {
    throw oktaError(409, 'E0000062', 'The specified user is already assigned to the application.');
  }
  return ok(showAppUser(exchange, app, assign(exchange, app, user, sent)));
}

function assign(exchange: Exchange, app: App, user: User, sent: JsonObject): UserAssignment {
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
  const scope = scopeOf(sent) ?? 'USER';
  const staysGroup =
    exchange.unknown.directAssignmentOfGroupMember === 'GROUP' && comesThroughGroup(exchange, app, user.id);
  const assignment = newAssignment(app, user, staysGroup ? 'GROUP' : scope, timestamp(exchange.now));
  applyTo(app, assignment, sent);
  if (!staysGroup) app.users.set(user.id, assignment);
  return assignment;
}

function scopeOf(sent: JsonObject): UserAssignment['scope'] | undefined {
  const scope = sent['scope'];
  if (scope === undefined) return undefined;
  if (scope !== 'USER' && scope !== 'GROUP') throw malformedBody();
  return scope;
}

function applyTo(app: App, assignment: UserAssignment, sent: JsonObject): void {
  const userName = stringOf(objectOf(sent['credentials'])['userName']);
  if (userName !== undefined && userName !== '') assignment.userName = userName;
  if (isObject(sent['profile'])) {
    assignment.profile = mergedProfile(app, assignment.profile, sent['profile']);
  }
}

/**
 * `POST …/users/{id}`: changes user name or profile, or switches between direct and group (documented); assigns a user
 * who is not assigned yet (recorded).
 */
function updateOrAssign(exchange: Exchange): Answer {
  const { app, user } = requireBoth(exchange);
  const sent = bodyObject(exchange);
  const assignment = findAppUser(exchange, app, user);
  if (assignment === undefined) return ok(showAppUser(exchange, app, assign(exchange, app, user, sent)));
  applyTo(app, assignment, sent);
  assignment.scope = scopeOf(sent) ?? assignment.scope;
  assignment.lastUpdated = timestamp(exchange.now);
  if (sent['scope'] === 'GROUP' && comesThroughGroup(exchange, app, user.id)) app.users.delete(user.id);
  else app.users.set(assignment.userId, assignment);
  return ok(showAppUser(exchange, app, assignment));
}

/** `DELETE`: 204 (recorded); refused while a group brings the user (reported, with this text). */
function removeAppUser(exchange: Exchange): Answer {
  const { app, assignment } = requireAppUser(exchange);
  if (comesThroughGroup(exchange, app, assignment.userId)) {
    throw oktaError(
      403,
      'E0000046',
      'Deactivate application for user forbidden.',
      'The application cannot be unassigned from the user while their group memberships grant them access.',
    );
  }
  app.users.delete(assignment.userId);
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
