import type { AuthorizationServer, Claim } from '../authorization-server.ts';
import { PERSONAL_CLAIMS } from '../authorization-server.ts';
import { profileFor } from '../app-users.ts';
import type { Json, JsonObject } from '../json.ts';
import { isObject, objectOf, stringOf, stringsOf, without } from '../json.ts';
import type { App, Org, User } from '../org.ts';
import { loginOf } from '../users.ts';
import { isMember } from './access-policy.ts';

/** Whom claims are about, and who gets to see them. */
export interface Subject {
  readonly org: Org;
  readonly app: App;
  /** Undefined where the client acts for itself. */
  readonly user: User | undefined;
  readonly scopes: readonly string[];
}

/** What an ID token has of them where an access token goes with it: the rest is at userinfo (recorded). */
const SHORT = ['name', 'email', 'preferred_username'];

/** Names of all claims that a token or userinfo may have of a person, for the discovery document. */
export const USER_CLAIMS: readonly string[] = Object.values(PERSONAL_CLAIMS).flat();

/** The claims of OpenID Connect's scopes, as far as they are known of the person. */
export function userClaims({ app, user, scopes }: Subject, form: 'short' | 'full'): JsonObject {
  if (user === undefined) return {};
  const profile = app.users.get(user.id)?.profile ?? profileFor(user);
  const { street_address, locality, region, postal_code, country } = profile;
  const address = notNull({ street_address, locality, region, postal_code, country });
  const all: JsonObject = notNull({
    ...profile,
    address: Object.keys(address).length === 0 ? null : address,
    email_verified: true,
    preferred_username: app.users.get(user.id)?.userName ?? loginOf(user),
    updated_at: Math.floor(Date.parse(user.lastUpdated) / 1000),
  });
  const wanted = scopes
    .flatMap((scope) => PERSONAL_CLAIMS[scope] ?? [])
    .filter((name) => form === 'full' || SHORT.includes(name));
  return Object.fromEntries(wanted.filter((name) => name in all).map((name) => [name, all[name]]));
}

function notNull(claims: JsonObject): JsonObject {
  return without(claims, ...Object.keys(claims).filter((name) => claims[name] === null));
}

/**
 * The claims that an administrator added: on a custom server those of the server, in access tokens (RESOURCE) or in ID
 * tokens and userinfo (IDENTITY); on the org's own the app's one claim. A claim that is not always included is in the
 * full form only (documented).
 */
export function customClaims(
  server: AuthorizationServer | undefined,
  subject: Subject,
  type: Claim['claimType'],
  form: 'short' | 'full',
): JsonObject {
  const claims = server === undefined ? claimOfApp(subject.app) : [...server.claims.values()];
  const wanted = claims.filter((claim) => {
    const scopes = stringsOf(claim.conditions['scopes']);
    return (
      claim.status === 'ACTIVE' &&
      claim.claimType === type &&
      !claim.system &&
      (form === 'full' || claim.alwaysIncludeInToken) &&
      (scopes.length === 0 || scopes.some((scope) => subject.scopes.includes(scope)))
    );
  });
  return without(Object.fromEntries(wanted.map((claim) => [claim.name, valueOf(claim, subject)])));
}

/** What the app's `idToken` settings say; a filter of groups goes with the scope `groups` (documented). */
function claimOfApp({ id, idTokenClaim }: App): Claim[] {
  const { name, value, valueType, groupFilterType } = idTokenClaim ?? {};
  if (typeof name !== 'string') return [];
  const isGroups = valueType === 'GROUPS';
  return [
    {
      id,
      name,
      status: 'ACTIVE',
      claimType: 'IDENTITY',
      valueType: isGroups ? 'GROUPS' : 'EXPRESSION',
      value: stringOf(value) ?? '',
      groupFilterType: FILTERS.find((filter) => filter === groupFilterType),
      conditions: { scopes: isGroups ? ['groups'] : [] },
      system: false,
      alwaysIncludeInToken: true,
    },
  ];
}

const FILTERS = ['STARTS_WITH', 'EQUALS', 'CONTAINS', 'REGEX'] as const;

/** The value of a claim; undefined where this person has none. */
function valueOf(claim: Claim, { org, app, user }: Subject): Json | undefined {
  if (claim.valueType === 'GROUPS') {
    if (user === undefined) return undefined;
    const names = [...org.groups.values()]
      .filter((group) => isMember(org, group.id, user))
      .map((group) => stringOf(group.profile['name']) ?? '')
      .filter((name) => passes(claim, name));
    return names.length === 0 ? undefined : names;
  }
  return evaluate(claim.value, { app, user });
}

function passes({ groupFilterType, value }: Claim, name: string): boolean {
  switch (groupFilterType) {
    case 'EQUALS':
      return name === value;
    case 'CONTAINS':
      return name.includes(value);
    case 'REGEX':
      return patternOf(value)?.test(name) === true;
    case 'STARTS_WITH':
    case undefined:
      return name.startsWith(value);
  }
}

/** The pattern of a filter, which has to match all of a name; undefined where it is no pattern. */
function patternOf(value: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${value})$`);
  } catch {
    return undefined;
  }
}

/**
 * Of Okta's Expression Language what most claims are made of: a constant, `user.attribute`, `appuser.attribute` and
 * `app.clientId`. Anything else gives no claim.
 */
function evaluate(expression: string, { app, user }: Pick<Subject, 'app' | 'user'>): Json | undefined {
  const text = expression.trim();
  const quoted = /^(["'])(.*)\1$/s.exec(text)?.[2];
  if (quoted !== undefined) return quoted;
  if (/^(true|false|-?\d+(\.\d+)?)$/.test(text)) return JSON.parse(text) as Json;
  if (text === 'app.clientId') return app.clientId;
  const [, owner, name] = /^(user|appuser)\.(?:profile\.)?(\w+)$/.exec(text) ?? [];
  if (user === undefined || name === undefined) return undefined;
  const attributes: JsonObject =
    owner === 'user' ? user.profile : objectOf(app.users.get(user.id)?.profile ?? profileFor(user));
  const value = attributes[name];
  return value === null || isObject(value) ? undefined : value;
}
