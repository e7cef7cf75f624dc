import type { KeyObject } from 'node:crypto';
import type { CatalogEntry } from './catalog.ts';
import { smallCatalog } from './catalog.ts';
import { AppKey, yearsAfter } from './app-key.ts';
import type { OrgFeatures } from './features.ts';
import { usualFeatures } from './features.ts';
import { IdIssuer } from './ids.ts';
import type { Json, JsonObject } from './json.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import { newDefaultServer } from './authorization-server.ts';
import { SigningKeys } from './signing-keys.ts';
import { timestamp } from './timestamp.ts';

/** An app instance: what Okta stores of it. What it shows is worked out in apps.ts. */
export interface App {
  readonly id: string;
  /** `oidc_client`, or the key of a catalog app. */
  readonly name: string;
  label: string;
  status: 'ACTIVE' | 'INACTIVE';
  readonly created: string;
  lastUpdated: string;
  /** The client ID: the app's own ID unless the create brought another; empty for an app that is no OAuth client. */
  readonly clientId: string;
  /** Everything else of the app's body, without `client_secret`. */
  body: JsonObject;
  /** Newest last; at most two. Empty for a client without a secret. */
  secrets: ClientSecret[];
  /** When each key of `settings.oauthClient.jwks` was made and changed, by key ID. */
  readonly keyTimes: Map<string, { created: string; lastUpdated: string }>;
  /** The keys of its own that sign what it gets; an OAuth client has the org's. */
  keys: AppKey[];
  /** The authentication policy that the app is under (Identity Engine). */
  accessPolicyId: string;
  readonly groups: Map<string, GroupAssignment>;
  /** The users assigned one by one; those who come through a group are worked out when asked for. */
  readonly users: Map<string, UserAssignment>;
  /** The scopes granted to the client, by the grant's ID: {@link Org.grantsOf}. */
  readonly grants: Map<string, ScopeGrant>;
  /** Admin roles of the client, by the assignment's ID: {@link Org.rolesOf}. */
  readonly roles: Map<string, JsonObject>;
  /** What its keys are to be certified with, by ID. */
  readonly certificateRequests: Map<string, CertificateRequest>;
  /** The picture that it was given; undefined: Okta's own. */
  logoId?: string;
  /** Properties of the app's users that were added to their schema. */
  readonly userProperties: JsonObject;
  /** By ID. */
  readonly federatedClaims: Map<string, JsonObject>;
  /** The claim that the org's own server adds to the client's ID tokens; see id-token.ts. */
  idTokenClaim?: JsonObject;
  /** The catalog entry it was made from, if any. */
  readonly catalogEntry?: CatalogEntry;
  /** Real time of the create, for the lags of `trouble`. */
  readonly bornAt: number;
  /** Real time of the last PUT, for the conflicts of `trouble`. */
  replacedAt?: number;
}

export interface CertificateRequest {
  readonly id: string;
  readonly created: string;
  readonly publicKey: KeyObject;
  /** PKCS #10, in Base64. */
  readonly csr: string;
}

export interface ClientSecret {
  readonly id: string;
  value: string;
  status: 'ACTIVE' | 'INACTIVE';
  readonly created: string;
  lastUpdated: string;
}

export interface GroupAssignment {
  readonly groupId: string;
  priority: number;
  profile: JsonObject;
  lastUpdated: string;
}

export interface UserAssignment {
  readonly userId: string;
  scope: 'USER' | 'GROUP';
  userName: string;
  profile: JsonObject;
  readonly created: string;
  lastUpdated: string;
}

export interface ScopeGrant {
  readonly id: string;
  readonly scopeId: string;
  readonly issuer: string;
  readonly created: string;
}

export interface Group {
  readonly id: string;
  readonly type: 'OKTA_GROUP' | 'APP_GROUP' | 'BUILT_IN';
  profile: JsonObject;
  readonly created: string;
  lastUpdated: string;
  lastMembershipUpdated: string;
  /** Whether `_links.owners` is shown; see groups.ts. */
  readonly showsOwners: boolean;
  /** IDs of the members. Everyone's are all users, and not kept here. */
  readonly members: Set<string>;
  readonly bornAt: number;
}

/** A rule that puts users into groups. */
export interface GroupRule {
  readonly id: string;
  name: string;
  status: 'ACTIVE' | 'INACTIVE';
  /** `expression`, and whom it leaves out. */
  conditions: JsonObject;
  /** `assignUserToGroups`. */
  actions: JsonObject;
  readonly created: string;
  lastUpdated: string;
}

export interface User {
  readonly id: string;
  status:
    'STAGED' | 'PROVISIONED' | 'ACTIVE' | 'SUSPENDED' | 'PASSWORD_EXPIRED' | 'RECOVERY' | 'DEPROVISIONED';
  readonly created: string;
  activated: string | null;
  statusChanged: string | null;
  lastUpdated: string;
  passwordChanged: string | null;
  profile: JsonObject;
  credentials: JsonObject;
  /** What the login page takes; undefined for a user who has none yet. */
  password: string | undefined;
  readonly bornAt: number;
}

export interface TrustedOrigin {
  readonly id: string;
  name: string;
  origin: string;
  scopes: Json[];
  status: 'ACTIVE' | 'INACTIVE';
  readonly created: string;
  readonly createdBy: string;
  lastUpdated: string;
  lastUpdatedBy: string;
  readonly bornAt: number;
}

export interface Policy {
  readonly id: string;
  readonly type: string;
  name: string;
  description: string | null;
  status: 'ACTIVE' | 'INACTIVE';
  readonly priority: number;
  /** The org's own default policy. */
  readonly system: boolean;
  /** The one app of Okta's own that it is for, so that no other may have it. */
  readonly ownApp?: string;
  conditions: Json;
  settings: Json | undefined;
  readonly rules: Map<string, PolicyRule>;
  readonly created: string;
  lastUpdated: string;
}

export interface PolicyRule {
  readonly id: string;
  name: string;
  status: 'ACTIVE' | 'INACTIVE';
  priority: number;
  readonly system: boolean;
  conditions: Json;
  actions: JsonObject;
  readonly created: string;
  lastUpdated: string;
}

export { timestamp };

/** What lists show late: apps, groups, users, trusted origins. */
export interface Listed {
  readonly id: string;
  /** Real time of the create. */
  readonly bornAt: number;
}

/** An object as it was right before a write. */
export interface Version {
  /** Real time of the write. */
  readonly at: number;
  readonly of: ReadonlyMap<string, Listed>;
  readonly was: Listed;
}

/**
 * The state of one Okta org, and nothing else: no I/O, no HTTP. Every map is in ascending order of ID, which is the
 * order in which Okta lists (recorded). Tests may read all of it.
 */
export class Org {
  readonly ids = new IdIssuer();
  /** The org's own ID, `00o…`. */
  readonly id = this.ids.next('00o');
  /** Identity Engine or Classic Engine. Tests may change it: an org is upgraded with the apps that it has. */
  engine: 'identity' | 'classic';
  readonly apps = new Map<string, App>();
  readonly groups = new Map<string, Group>();
  readonly users = new Map<string, User>();
  readonly groupRules = new Map<string, GroupRule>();
  /** Properties of groups that the org added to its schema. */
  readonly groupProperties: JsonObject = {};
  readonly trustedOrigins = new Map<string, TrustedOrigin>();
  readonly policies = new Map<string, Policy>();
  /** Host of the custom domain, under which the org is reached as well; undefined: it has none. */
  customDomain: string | undefined;
  /** The custom authorization servers, by ID. */
  readonly authorizationServers = new Map<string, AuthorizationServer>();
  /**
   * The scopes granted to clients, by client ID and then by ID: they outlive the app, and the next one of that client ID
   * has them again (recorded).
   */
  readonly grants = new Map<string, Map<string, ScopeGrant>>();
  /** The client IDs of deleted apps, and the real time of the DELETE. */
  readonly freedClientIds = new Map<string, number>();
  /** What the org has and lacks; tests may change it. */
  readonly features: OrgFeatures;
  /** What the org's own authorization server signs with. */
  readonly keys = new SigningKeys();
  /** OIDC apps of the integration network that can be added, by key; tests may add their own. */
  readonly catalog: Map<string, CatalogEntry>;
  /** What lists still show of what was written since; see lag.ts. */
  versions: Version[] = [];
  /** Real time at which the org was as it starts: lists show all of that, however late they are. */
  readyAt = 0;
  /** The group that every user is in. */
  readonly everyone: Group;
  /** The user that the SSWS token belongs to. */
  readonly administrator: User;
  /** The authentication policy that new apps are put under. */
  readonly defaultAccessPolicy: Policy;
  readonly profileEnrollmentPolicy: Policy;
  /** `credentials.signing` of every OAuth client: one key for the whole org (recorded). */
  readonly signingKey: AppKey;
  readonly #roles = new Map<string, Map<string, JsonObject>>();
  readonly #owners = new Map<string, Map<string, JsonObject>>();
  /** How many apps the App Wizard has made, for their names. */
  wizardApps = 0;
  /** The middle part of `_links.appLinks`, the same for all OIDC apps (recorded). */
  readonly appLinkId = this.ids.next('aln');
  readonly created: string;
  lastUpdated: string;
  /** What `/api/v1/org` was told; see org-settings.ts for the rest. */
  settings: JsonObject = { companyName: 'Emulated' };
  readonly userTypeId = this.ids.next('oty');
  readonly realmId = this.ids.next('guo');

  constructor(engine: 'identity' | 'classic', now: number, features: Partial<OrgFeatures> = {}) {
    this.engine = engine;
    this.features = { ...usualFeatures, ...features };
    this.catalog = new Map(smallCatalog.map((entry) => [entry.name, entry]));
    const created = timestamp(now);
    this.signingKey = new AppKey('Emulated', now, yearsAfter(now, 10));
    this.created = created;
    this.lastUpdated = created;
    this.everyone = {
      id: this.ids.next('00g'),
      type: 'BUILT_IN',
      profile: { name: 'Everyone', description: 'All users in your organization' },
      created,
      lastUpdated: created,
      lastMembershipUpdated: created,
      showsOwners: this.features.groupOwners,
      members: new Set(),
      bornAt: 0,
    };
    this.groups.set(this.everyone.id, this.everyone);
    this.administrator = {
      id: this.ids.next('00u'),
      status: 'ACTIVE',
      created,
      activated: created,
      statusChanged: created,
      lastUpdated: created,
      passwordChanged: created,
      profile: {
        firstName: 'Ada',
        lastName: 'Administrator',
        mobilePhone: null,
        secondEmail: null,
        login: 'ada.administrator@example.com',
        email: 'ada.administrator@example.com',
      },
      credentials: { password: {}, provider: { type: 'OKTA', name: 'OKTA' } },
      password: undefined,
      bornAt: 0,
    };
    this.users.set(this.administrator.id, this.administrator);
    const policy = (type: string, name: string, ownApp?: string): Policy => {
      const common = { status: 'ACTIVE', conditions: null, created, lastUpdated: created } as const;
      const rule: PolicyRule = {
        ...common,
        id: this.ids.next('rul'),
        name: 'Catch-all Rule',
        priority: 99,
        system: true,
        actions: {},
      };
      return {
        ...common,
        id: this.ids.next('rst'),
        type,
        name,
        description: null,
        priority: 1,
        system: ownApp === undefined,
        ...(ownApp === undefined ? {} : { ownApp }),
        settings: undefined,
        rules: new Map([[rule.id, rule]]),
      };
    };
    // One authentication policy is the org's default, those of Okta's own apps are not (recorded).
    this.defaultAccessPolicy = policy('ACCESS_POLICY', 'Default Policy');
    this.profileEnrollmentPolicy = policy('PROFILE_ENROLLMENT', 'Default Policy');
    const console = policy('ACCESS_POLICY', 'Okta Admin Console', 'Okta Admin Console');
    for (const each of [this.defaultAccessPolicy, this.profileEnrollmentPolicy, console]) {
      this.policies.set(each.id, each);
    }
    const server = newDefaultServer(this.ids, created);
    this.authorizationServers.set(server.id, server);
  }

  /** The scopes granted to a client, by the grant's ID; every app of that client ID shares them. */
  grantsOf(clientId: string): Map<string, ScopeGrant> {
    return listedUnder(this.grants, clientId);
  }

  /** The admin roles of a user (by ID), a group (by ID) or a client (by client ID), by the assignment's ID. */
  rolesOf(holderId: string): Map<string, JsonObject> {
    return listedUnder(this.#roles, holderId);
  }

  /** The owners of a group, by ID. */
  ownersOf(groupId: string): Map<string, JsonObject> {
    return listedUnder(this.#owners, groupId);
  }

  /** The app that a client ID belongs to. */
  appOfClient(clientId: string): App | undefined {
    const byId = this.apps.get(clientId);
    if (clientId === '') return undefined;
    if (byId?.clientId === clientId) return byId;
    for (const app of this.apps.values()) if (app.clientId === clientId) return app;
    return undefined;
  }

  /** The custom authorization server of an ID, or the default one under the name `default` (recorded). */
  findAuthorizationServer(id: string): AuthorizationServer | undefined {
    if (id !== 'default') return this.authorizationServers.get(id);
    return [...this.authorizationServers.values()].find((server) => server.default);
  }

  /** The IDs of a group's members; everyone's are all users. */
  membersOf(group: Group): Iterable<string> {
    return group === this.everyone ? this.users.keys() : group.members;
  }
}

/** What is kept under a key; nothing yet, at first. */
function listedUnder<Entry>(all: Map<string, Map<string, Entry>>, key: string): Map<string, Entry> {
  const entries = all.get(key) ?? new Map<string, Entry>();
  all.set(key, entries);
  return entries;
}
