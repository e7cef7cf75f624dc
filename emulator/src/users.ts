import {
  alreadyExists,
  forbidden,
  malformedBody,
  methodNotAllowed,
  notFound,
  oktaError,
  validationFailed,
} from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { bodyObject, noContent, ok, param } from './exchange.ts';
import type { JsonObject } from './json.ts';
import { isObject, objectOf, stringOf, stringsOf, without } from './json.ts';
import { applyGroupRules } from './group-rules.ts';
import { listed } from './lag.ts';
import { page, startsWith } from './lists.ts';
import type { Org, User } from './org.ts';
import { timestamp } from './org.ts';
import { parseExpression } from './scim.ts';

/** `/api/v1/users`. */
export const userRoutes: Route[] = [
  { method: 'POST', path: '/api/v1/users', scope: 'okta.users.manage', handle: createUser },
  { method: 'GET', path: '/api/v1/users', scope: 'okta.users.read', handle: listUsers },
  {
    method: 'GET',
    path: '/api/v1/users/:userId',
    scope: 'okta.users.read',
    handle: (exchange) => ok(showUser(exchange, requireUser(exchange))),
  },
  {
    method: 'POST',
    path: '/api/v1/users/:userId',
    scope: 'okta.users.manage',
    handle: (exchange) => updateUser(exchange, 'partly'),
  },
  {
    method: 'PUT',
    path: '/api/v1/users/:userId',
    scope: 'okta.users.manage',
    handle: (exchange) => updateUser(exchange, 'wholly'),
  },
  { method: 'DELETE', path: '/api/v1/users/:userId', scope: 'okta.users.manage', handle: deleteUser },
  {
    method: 'POST',
    path: '/api/v1/users/:userId/lifecycle/activate',
    scope: 'okta.users.manage',
    handle: activateUser,
  },
  {
    method: 'POST',
    path: '/api/v1/users/:userId/lifecycle/deactivate',
    scope: 'okta.users.manage',
    handle: (exchange) => {
      deactivate(exchange, requireUser(exchange));
      return ok({});
    },
  },
];

/** The user of an ID, a login, or a login's part before the `@` where that is unambiguous (documented). */
export function findUser(org: Org, key: string): User | undefined {
  const byId = org.users.get(key);
  if (byId !== undefined) return byId;
  const wanted = key.toLowerCase();
  let short: User | undefined;
  let shortMatches = 0;
  for (const user of org.users.values()) {
    const login = loginOf(user).toLowerCase();
    if (login === wanted) return user;
    if (login.split('@')[0] === wanted) {
      short = user;
      shortMatches += 1;
    }
  }
  return shortMatches === 1 ? short : undefined;
}

/**
 * The user that the path names, `me` being the token's owner, or 404 `User` (recorded). 405 for a login with a `/`,
 * however it is encoded (documented, and reported for GET); `search` finds it.
 */
export function requireUser(exchange: Exchange): User {
  const key = param(exchange, 'userId');
  if (key === 'me') {
    // An OAuth client of its own is nobody in particular (documented).
    if (exchange.caller.kind !== 'administrator') throw notFound(key, 'User');
    return exchange.org.administrator;
  }
  if (key.includes('/')) throw methodNotAllowed();
  const user = findUser(exchange.org, key);
  if (user === undefined) throw notFound(key, 'User');
  return user;
}

/** `profile.login`. */
export function loginOf(user: User): string {
  return stringOf(user.profile['login']) ?? '';
}

/**
 * `POST /api/v1/users`: 200. Active with a password, PROVISIONED without one (recorded), STAGED with
 * `activate=false` (documented).
 */
function createUser(exchange: Exchange): Answer {
  const { org, query } = exchange;
  const sent = bodyObject(exchange);
  const profile = completeProfile(exchange, objectOf(sent['profile']), undefined);
  const password = objectOf(objectOf(sent['credentials'])['password']);
  const hasPassword = password['value'] !== undefined || password['hash'] !== undefined;
  const now = timestamp(exchange.now);
  const activate = query.get('activate') !== 'false';
  const user: User = {
    id: org.ids.next('00u'),
    status: activate ? (hasPassword ? 'ACTIVE' : 'PROVISIONED') : 'STAGED',
    created: now,
    activated: activate ? now : null,
    statusChanged: activate ? now : null,
    lastUpdated: now,
    passwordChanged: hasPassword ? now : null,
    profile,
    credentials: {
      ...(hasPassword ? { password: {} } : {}),
      provider: { type: 'OKTA', name: 'OKTA' },
    },
    password: stringOf(password['value']),
    bornAt: Date.now(),
  };
  const groups = stringsOf(sent['groupIds']).map((id) => {
    const group = org.groups.get(id);
    if (group === undefined) throw notFound(id, 'UserGroup');
    return group;
  });
  org.users.set(user.id, user);
  for (const group of groups) group.members.add(user.id);
  applyGroupRules(org);
  return ok(showUser(exchange, user));
}

/** `mobilePhone` and `secondEmail` are always shown; other properties that are null are not (recorded). */
function completeProfile(exchange: Exchange, sent: JsonObject, self: User | undefined): JsonObject {
  const missing = ['firstName', 'lastName', 'email', 'login'].filter(
    (key) => typeof sent[key] !== 'string' || sent[key] === '',
  );
  if (missing.length > 0) {
    throw validationFailed(
      missing[0] ?? 'profile',
      ...missing.map((key) => `${key}: The field cannot be left blank`),
    );
  }
  const login = stringOf(sent['login'])?.toLowerCase();
  for (const other of exchange.org.users.values()) {
    if (other !== self && loginOf(other).toLowerCase() === login) throw alreadyExists('login');
  }
  const nulls = Object.keys(sent).filter((key) => sent[key] === null);
  return {
    firstName: sent['firstName'],
    lastName: sent['lastName'],
    mobilePhone: sent['mobilePhone'] ?? null,
    secondEmail: sent['secondEmail'] ?? null,
    ...without(sent, 'firstName', 'lastName', 'mobilePhone', 'secondEmail', ...nulls),
  };
}

function updateUser(exchange: Exchange, how: 'partly' | 'wholly'): Answer {
  const user = requireUser(exchange);
  const sent = bodyObject(exchange);
  if (sent['profile'] !== undefined && !isObject(sent['profile'])) throw malformedBody();
  const profile = objectOf(sent['profile']);
  user.profile = completeProfile(
    exchange,
    how === 'partly' ? { ...user.profile, ...profile } : profile,
    user,
  );
  user.lastUpdated = timestamp(exchange.now);
  applyGroupRules(exchange.org);
  return ok(showUser(exchange, user));
}

/** `DELETE`: the first deactivates, the second deletes, 204 both times (recorded). */
function deleteUser(exchange: Exchange): Answer {
  const { org } = exchange;
  const user = requireUser(exchange);
  if (user === org.administrator) throw forbidden();
  if (user.status !== 'DEPROVISIONED') {
    deactivate(exchange, user);
    return noContent;
  }
  org.users.delete(user.id);
  for (const group of org.groups.values()) group.members.delete(user.id);
  return noContent;
}

function activateUser(exchange: Exchange): Answer {
  const user = requireUser(exchange);
  if (user.status === 'ACTIVE' || user.status === 'PROVISIONED') {
    throw oktaError(403, 'E0000016', 'Activation failed because the user is already active');
  }
  const now = timestamp(exchange.now);
  user.status = user.passwordChanged === null ? 'PROVISIONED' : 'ACTIVE';
  user.activated = now;
  user.statusChanged = now;
  user.lastUpdated = now;
  return ok({});
}

/** A deactivated user loses all apps (documented). */
function deactivate(exchange: Exchange, user: User): void {
  const now = timestamp(exchange.now);
  user.status = 'DEPROVISIONED';
  user.statusChanged = now;
  user.lastUpdated = now;
  for (const app of exchange.org.apps.values()) app.users.delete(user.id);
}

const USER_ATTRIBUTES = ['id', 'status', 'lastUpdated'];

/**
 * `GET /api/v1/users`: `q` is a prefix of first name, last name or email; `filter` and `search` are expressions
 * (documented). Deprovisioned users are left out unless asked for (documented).
 */
function listUsers(exchange: Exchange): Answer {
  const { org, query } = exchange;
  const q = query.get('q') ?? '';
  const search = query.get('search') ?? '';
  const filter = query.get('filter') ?? '';
  const matches =
    search !== ''
      ? parseExpression(search, {
          attributes: [...USER_ATTRIBUTES, 'created', 'activated', 'statusChanged', 'profile.*'],
          operators: ['eq', 'sw', 'co', 'gt', 'ge', 'lt', 'le', 'pr'],
          combined: true,
        })
      : filter !== ''
        ? parseExpression(filter, {
            attributes: [
              ...USER_ATTRIBUTES,
              'profile.login',
              'profile.email',
              'profile.firstName',
              'profile.lastName',
            ],
            operators: ['eq', 'gt', 'ge', 'lt', 'le'],
            combined: true,
          })
        : undefined;
  const wanted = [...listed(exchange, org.users)].filter((user) => {
    if (matches !== undefined) return matches(searchable(user));
    if (user.status === 'DEPROVISIONED') return false;
    const { firstName, lastName, email } = user.profile;
    return q === '' || startsWith(q, stringOf(firstName), stringOf(lastName), stringOf(email));
  });
  return page(
    exchange,
    wanted,
    { defaultLimit: q === '' ? 200 : 10, maximum: 200, ascending: true },
    (user) => user.id,
    (user) => showUser(exchange, user),
  );
}

function searchable(user: User): JsonObject {
  return {
    id: user.id,
    status: user.status,
    created: user.created,
    activated: user.activated,
    statusChanged: user.statusChanged,
    lastUpdated: user.lastUpdated,
    profile: user.profile,
  };
}

/** The user as Okta shows it; the links follow the status (those of PROVISIONED recorded, the others documented). */
export function showUser(exchange: Exchange, user: User): JsonObject {
  const { origin, org } = exchange;
  const self = `${origin}/api/v1/users/${user.id}`;
  const lifecycle = (step: string): JsonObject => ({ href: `${self}/lifecycle/${step}`, method: 'POST' });
  const alive = user.status !== 'STAGED' && user.status !== 'DEPROVISIONED';
  const isSuspended = user.status === 'SUSPENDED';
  return {
    id: user.id,
    status: user.status,
    created: user.created,
    activated: user.activated,
    statusChanged: user.statusChanged,
    lastLogin: null,
    lastUpdated: user.lastUpdated,
    passwordChanged: user.passwordChanged,
    ...(org.features.realms ? { realmId: org.realmId } : {}),
    type: { id: org.userTypeId },
    profile: user.profile,
    credentials: user.credentials,
    _links: without({
      suspend: alive && !isSuspended ? lifecycle('suspend') : undefined,
      unsuspend: isSuspended ? lifecycle('unsuspend') : undefined,
      // The schema's ID is the type's with another prefix (recorded).
      schema: { href: `${origin}/api/v1/meta/schemas/user/osc${org.userTypeId.slice(3)}` },
      activate: alive ? undefined : lifecycle('activate'),
      resetPassword: alive ? lifecycle('reset_password') : undefined,
      reactivate: user.status === 'PROVISIONED' ? lifecycle('reactivate') : undefined,
      self: { href: self },
      // Not in a Classic Engine org (recorded for a user without a password).
      resetFactors: alive && org.engine === 'identity' ? lifecycle('reset_factors') : undefined,
      type: { href: `${origin}/api/v1/meta/types/user/${org.userTypeId}` },
      deactivate: alive ? lifecycle('deactivate') : undefined,
      delete: user.status === 'DEPROVISIONED' ? { href: self, method: 'DELETE' } : undefined,
    }),
  };
}
