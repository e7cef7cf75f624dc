import type { IdIssuer } from './ids.ts';
import type { JsonObject } from './json.ts';
import { SigningKeys } from './signing-keys.ts';

/** A custom authorization server: what Okta stores of it. */
export interface AuthorizationServer {
  readonly id: string;
  name: string;
  description: string | null;
  audiences: string[];
  issuerMode: 'ORG_URL' | 'CUSTOM_URL' | 'DYNAMIC';
  status: 'ACTIVE' | 'INACTIVE';
  /** The one that an org comes with; its paths and its issuer say `default` instead of the ID (recorded). */
  readonly default: boolean;
  readonly created: string;
  lastUpdated: string;
  readonly keys: SigningKeys;
  /** How its keys change, and when the present one began to sign. */
  readonly rotation: { mode: 'AUTO' | 'MANUAL'; lastRotated: string };
  /** By ID; which one is tried first is a matter of `priority`. */
  readonly policies: Map<string, AuthorizationPolicy>;
  readonly scopes: Map<string, Scope>;
  readonly claims: Map<string, Claim>;
}

/** An access policy of an authorization server: whom it lets in, and under which rules. */
export interface AuthorizationPolicy {
  readonly id: string;
  name: string;
  description: string;
  status: 'ACTIVE' | 'INACTIVE';
  /** 1 is tried first. */
  priority: number;
  readonly system: boolean;
  /** `{"clients":{"include":["ALL_CLIENTS"]}}`, or client IDs. */
  conditions: JsonObject;
  readonly created: string;
  lastUpdated: string;
  readonly rules: Map<string, AuthorizationRule>;
}

export interface AuthorizationRule {
  readonly id: string;
  name: string;
  status: 'ACTIVE' | 'INACTIVE';
  /** 1 is tried first. */
  priority: number;
  readonly system: boolean;
  /** `people`, `grantTypes` and `scopes`. */
  conditions: JsonObject;
  /** `token`, with the lifetimes in minutes. */
  actions: JsonObject;
  readonly created: string;
  lastUpdated: string;
}

export interface Scope {
  readonly id: string;
  name: string;
  displayName: string | null;
  description: string | null;
  readonly system: boolean;
  metadataPublish: 'ALL_CLIENTS' | 'NO_CLIENTS';
  consent: string;
  optional: boolean;
  /** Granted where a client asks for no scope. */
  default: boolean;
}

export interface Claim {
  readonly id: string;
  name: string;
  status: 'ACTIVE' | 'INACTIVE';
  /** RESOURCE: in access tokens; IDENTITY: in ID tokens and at userinfo. */
  claimType: 'RESOURCE' | 'IDENTITY';
  valueType: 'EXPRESSION' | 'GROUPS' | 'SYSTEM';
  value: string;
  groupFilterType: 'STARTS_WITH' | 'EQUALS' | 'CONTAINS' | 'REGEX' | undefined;
  /** `{"scopes":[…]}`; none: whatever is asked for. */
  conditions: JsonObject;
  readonly system: boolean;
  alwaysIncludeInToken: boolean;
}

/** The scopes of OpenID Connect, which every authorization server has (documented). */
export const SYSTEM_SCOPES = [
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
  'device_sso',
] as const;

/** The server `default`, with a policy and a rule that let everyone in, as developer orgs have it (documented). */
export function newDefaultServer(ids: IdIssuer, created: string): AuthorizationServer {
  const common = { status: 'ACTIVE', created, lastUpdated: created } as const;
  const rule: AuthorizationRule = {
    ...common,
    id: ids.next('0pr'),
    name: 'Default Policy Rule',
    priority: 1,
    system: false,
    conditions: {
      people: { users: { include: [], exclude: [] }, groups: { include: ['EVERYONE'], exclude: [] } },
      grantTypes: {
        include: ['implicit', 'client_credentials', 'password', 'authorization_code'],
      },
      scopes: { include: ['*'] },
    },
    actions: {
      token: {
        accessTokenLifetimeMinutes: 60,
        refreshTokenLifetimeMinutes: 0,
        refreshTokenWindowMinutes: 10_080,
      },
    },
  };
  const policy: AuthorizationPolicy = {
    ...common,
    id: ids.next('00p'),
    name: 'Default Policy',
    description: 'Default policy description',
    priority: 1,
    system: false,
    conditions: { clients: { include: ['ALL_CLIENTS'] } },
    rules: new Map([[rule.id, rule]]),
  };
  return {
    ...newServer(ids, created, {
      name: 'default',
      description: 'Default Authorization Server for your Applications',
      audiences: ['api://default'],
    }),
    default: true,
    policies: new Map([[policy.id, policy]]),
  };
}

/** A new server, active, without any policy; where the request names no issuer mode it is the dynamic one (recorded). */
export function newServer(
  ids: IdIssuer,
  created: string,
  settings: Pick<AuthorizationServer, 'name' | 'description' | 'audiences'> &
    Partial<Pick<AuthorizationServer, 'issuerMode'>>,
): AuthorizationServer {
  return {
    id: ids.next('aus'),
    issuerMode: 'DYNAMIC',
    ...settings,
    status: 'ACTIVE',
    default: false,
    created,
    lastUpdated: created,
    keys: new SigningKeys(),
    rotation: { mode: 'AUTO', lastRotated: created },
    policies: new Map(),
    scopes: new Map(systemScopes(ids).map((scope) => [scope.id, scope])),
    claims: new Map(systemClaims(ids).map((claim) => [claim.id, claim])),
  };
}

/** The scopes that a new server starts with. */
export function systemScopes(ids: IdIssuer): Scope[] {
  return SYSTEM_SCOPES.map((name) => ({
    id: ids.next('scp'),
    name,
    displayName: null,
    description: null,
    system: true,
    metadataPublish: 'ALL_CLIENTS',
    consent: 'IMPLICIT',
    optional: false,
    default: false,
  }));
}

/** The claims about a person that every server has for ID tokens and userinfo, by the scope that brings them (recorded in part, else documented). */
export const PERSONAL_CLAIMS: Readonly<Record<string, readonly string[]>> = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number'],
};

/** The claims that a new server starts with: the subject of access tokens, and what OpenID Connect's scopes bring. */
export function systemClaims(ids: IdIssuer): Claim[] {
  const claim = (
    name: string,
    rest: Pick<Claim, 'claimType' | 'valueType' | 'value' | 'conditions'>,
  ): Claim => ({
    id: ids.next('ocl'),
    name,
    status: 'ACTIVE',
    groupFilterType: undefined,
    system: true,
    alwaysIncludeInToken: rest.claimType === 'RESOURCE',
    ...rest,
  });
  return [
    claim('sub', {
      claimType: 'RESOURCE',
      valueType: 'EXPRESSION',
      value: '(appuser != null) ? appuser.userName : app.clientId',
      conditions: { scopes: [] },
    }),
    ...Object.entries(PERSONAL_CLAIMS).flatMap(([scope, names]) =>
      names.map((name) =>
        claim(name, {
          claimType: 'IDENTITY',
          valueType: 'SYSTEM',
          value: '',
          conditions: { scopes: [scope] },
        }),
      ),
    ),
  ];
}
