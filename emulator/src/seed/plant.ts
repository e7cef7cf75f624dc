import { OktaError } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import { isObject, objectOf, stringOf } from '../json.ts';
import { didYouMean } from '../nearest.ts';
import type { Org } from '../org.ts';
import type { ReadSeed, SeedPath } from './read.ts';
import { SeedProblem } from './read.ts';
import type { Seed } from './schema.ts';
import { clientCredentials, clientSettings } from './schema.ts';

/** An org that is being filled, and a way to send a request to its API. */
export interface Ground {
  readonly org: Org;
  /** What `href`s and issuers start with. */
  readonly origin: string;
  /** Does what an administrator's request does, and gives the answer's body. Throws Okta's error. */
  readonly perform: (
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: JsonObject,
  ) => Promise<JsonObject>;
}

type Entries<Key extends keyof Seed> = NonNullable<Seed[Key]>;
type Server = Entries<'authorizationServers'>[number];

/**
 * Puts a seed into an org, through the org's own API: what Okta would refuse is refused, in Okta's words. Throws the seed's error, which
 * says where in the seed it is.
 */
export async function plant(ground: Ground, { seed, error }: ReadSeed): Promise<void> {
  try {
    await plantAll(ground, seed);
  } catch (problem) {
    throw problem instanceof SeedProblem ? error([problem]) : problem;
  }
}

async function plantAll(ground: Ground, seed: Seed): Promise<void> {
  ground.org.customDomain = seed.customDomain ?? ground.org.customDomain;
  await each(['users'], seed.users, (user) => plantUser(ground, user));
  await each(['groups'], seed.groups, (group, path) => plantGroup(ground, group, path));
  await each(['policies'], seed.policies, (policy, path) => plantPolicy(ground, policy, path));
  await each(['apps'], seed.apps, (app, path) => plantApp(ground, app, path));
  await each(['authorizationServers'], seed.authorizationServers, (server, path) =>
    plantServer(ground, server, path),
  );
  await each(['trustedOrigins'], seed.trustedOrigins, async ({ origin, name, scopes }) => {
    const types = (scopes ?? ['CORS', 'REDIRECT']).map((type) => ({ type }));
    await ground.perform('POST', '/api/v1/trustedOrigins', { name: name ?? origin, origin, scopes: types });
  });
}

/** One after the other, as the order counts: of priorities, and of IDs. What the API refuses becomes a problem of the entry. */
async function each<Entry>(
  path: SeedPath,
  entries: readonly Entry[] | undefined,
  work: (entry: Entry, path: SeedPath) => Promise<void>,
): Promise<void> {
  for (const [index, entry] of (entries ?? []).entries()) {
    const here = [...path, index];
    try {
      await work(entry, here);
    } catch (error) {
      if (error instanceof OktaError) throw new SeedProblem(here, refusal(error));
      throw error;
    }
  }
}

/** Status, code and summary of Okta's error, and its causes. */
function refusal({ answer }: OktaError): string {
  const { errorCode, errorSummary, errorCauses } = objectOf(answer.body);
  const causes = (Array.isArray(errorCauses) ? errorCauses : []).map(
    (cause) => objectOf(cause)['errorSummary'],
  );
  const texts = [errorSummary, ...causes].map((text) => stringOf(text)).filter((text) => text !== undefined);
  return `Okta's API refuses it: ${answer.status} ${stringOf(errorCode) ?? ''} ${texts.join('; ')}`;
}

async function plantUser({ perform }: Ground, user: Entries<'users'>[number]): Promise<void> {
  const { login, password, status, profile } = user;
  const [local = ''] = login.split('@');
  const { id } = await perform('POST', `/api/v1/users?activate=${status !== 'STAGED'}`, {
    profile: {
      login,
      email: user.email ?? login,
      firstName: user.firstName ?? local,
      lastName: user.lastName ?? 'Example',
      ...profile,
    },
    ...(password !== undefined && { credentials: { password: { value: password } } }),
  });
  if (status === 'DEPROVISIONED') await perform('POST', `/api/v1/users/${textOf(id)}/lifecycle/deactivate`);
}

async function plantGroup(ground: Ground, group: Entries<'groups'>[number], path: SeedPath): Promise<void> {
  const { name, description, profile, members } = group;
  const { id } = await ground.perform('POST', '/api/v1/groups', {
    profile: { name, ...(description !== undefined && { description }), ...profile },
  });
  await each([...path, 'members'], members, async (login, at) => {
    await ground.perform('PUT', `/api/v1/groups/${textOf(id)}/users/${userId(ground, login, at)}`);
  });
}

async function plantPolicy(
  ground: Ground,
  policy: Entries<'policies'>[number],
  path: SeedPath,
): Promise<void> {
  const { rules, type = 'ACCESS_POLICY', ...rest } = policy;
  const { id } = await ground.perform('POST', '/api/v1/policies', body({ type, ...rest }));
  await each([...path, 'rules'], rules, async ({ groups, users, conditions, ...rule }, at) => {
    const people = peopleOf(ground, { groups, users }, at);
    await ground.perform('POST', `/api/v1/policies/${textOf(id)}/rules`, {
      ...(type === 'ACCESS_POLICY' && { type: 'ACCESS_POLICY' }),
      ...body(rule),
      conditions: { ...(people && { people }), ...conditions },
    });
  });
}

async function plantApp(ground: Ground, app: Entries<'apps'>[number], path: SeedPath): Promise<void> {
  const { perform } = ground;
  const created = await perform('POST', `/api/v1/apps?activate=${app.status !== 'INACTIVE'}`, appBody(app));
  const self = `/api/v1/apps/${textOf(created['id'])}`;
  await each([...path, 'groups'], app.groups, async (name, at) => {
    await perform('PUT', `${self}/groups/${groupId(ground, name, at)}`, {});
  });
  await each([...path, 'users'], app.users, async (login, at) => {
    await perform('POST', `${self}/users`, { id: userId(ground, login, at), scope: 'USER' });
  });
  await each([...path, 'scopes'], app.scopes, async (scopeId) => {
    await perform('POST', `${self}/grants`, { scopeId, issuer: ground.origin });
  });
  if (app.policy !== undefined) {
    const policies = [...ground.org.policies.values()].filter(({ type }) => type === 'ACCESS_POLICY');
    const id = idOf('policy', policies, ({ name }) => [name], app.policy, [...path, 'policy']);
    await perform('PUT', `${self}/policies/${id}`);
  }
}

/** What the type of an OIDC app needs beside it, where the seed says nothing else. */
const BY_TYPE: Readonly<Record<string, { settings: JsonObject; credentials?: JsonObject }>> = {
  service: { settings: { grant_types: ['client_credentials'], response_types: ['token'] } },
  browser: {
    settings: { grant_types: ['authorization_code'], response_types: ['code'] },
    credentials: { token_endpoint_auth_method: 'none' },
  },
  native: {
    settings: { grant_types: ['authorization_code'], response_types: ['code'] },
    credentials: { token_endpoint_auth_method: 'none' },
  },
  web: { settings: { grant_types: ['authorization_code'], response_types: ['code'] } },
};

function appBody({ label, profile, app, ...given }: Entries<'apps'>[number]): JsonObject {
  const base: JsonObject = { label, ...(profile && { profile }) };
  if (app?.['signOnMode'] !== undefined) return merged(base, app);
  const pick = (shape: object): JsonObject =>
    body(Object.fromEntries(Object.entries(given).filter(([key]) => key in shape)));
  const type = given.application_type ?? 'web';
  const { settings, credentials } = BY_TYPE[type] ?? { settings: {} };
  return merged(
    {
      ...base,
      name: 'oidc_client',
      signOnMode: 'OPENID_CONNECT',
      settings: { oauthClient: { application_type: type, ...settings, ...pick(clientSettings) } },
      credentials: { oauthClient: { ...credentials, ...pick(clientCredentials) } },
    },
    app ?? {},
  );
}

async function plantServer(ground: Ground, server: Server, path: SeedPath): Promise<void> {
  const { perform } = ground;
  const { name, scopes, claims, policies, ...rest } = server;
  const own = [...ground.org.authorizationServers.values()].find((each) => each.name === name);
  const settings = {
    name,
    description: rest.description ?? own?.description ?? name,
    audiences: rest.audiences ?? own?.audiences ?? [`api://${name}`],
    ...(rest.issuerMode !== undefined && { issuerMode: rest.issuerMode }),
  };
  const { id } =
    own === undefined
      ? await perform('POST', '/api/v1/authorizationServers', settings)
      : await perform('PUT', `/api/v1/authorizationServers/${own.id}`, settings);
  const self = `/api/v1/authorizationServers/${textOf(id)}`;
  await each([...path, 'scopes'], scopes, async (scope) => {
    await perform('POST', `${self}/scopes`, body(scope));
  });
  await each([...path, 'claims'], claims, async ({ scopes: inScopes, ...claim }) => {
    await perform('POST', `${self}/claims`, {
      claimType: 'RESOURCE',
      valueType: 'EXPRESSION',
      ...body(claim),
      conditions: { scopes: inScopes ?? [] },
    });
  });
  // The policies of a seed stand in the place of the one that lets everyone in.
  for (const { id: policyId } of policies === undefined ? [] : (own?.policies.values() ?? [])) {
    await perform('DELETE', `${self}/policies/${policyId}`);
  }
  await each([...path, 'policies'], policies, async ({ clients, rules, ...policy }, at) => {
    const include = clients.map((client, index) => clientId(ground, client, [...at, 'clients', index]));
    const { id: policyId } = await perform('POST', `${self}/policies`, {
      type: 'OAUTH_AUTHORIZATION_POLICY',
      description: policy.name,
      ...body(policy),
      conditions: { clients: { include } },
    });
    await each([...at, 'rules'], rules, async (rule, ruleAt) => {
      await perform('POST', `${self}/policies/${textOf(policyId)}/rules`, serverRule(ground, rule, ruleAt));
    });
  });
}

type ServerRule = NonNullable<NonNullable<Server['policies']>[number]['rules']>[number];

function serverRule(ground: Ground, rule: ServerRule, path: SeedPath): JsonObject {
  const { name, priority, grantTypes, scopes, groups, users, ...lifetimes } = rule;
  const people = peopleOf(ground, (groups ?? users) ? { groups, users } : { groups: ['Everyone'] }, path);
  return {
    type: 'RESOURCE_ACCESS',
    name,
    ...(priority !== undefined && { priority }),
    conditions: {
      ...(people && { people }),
      grantTypes: { include: grantTypes },
      scopes: { include: scopes ?? ['*'] },
    },
    actions: { token: body(lifetimes) },
  };
}

/** `conditions.people` with the IDs of groups and users that a seed names. */
function peopleOf(
  ground: Ground,
  { groups, users }: { groups?: readonly string[] | undefined; users?: readonly string[] | undefined },
  path: SeedPath,
): JsonObject | undefined {
  if (groups === undefined && users === undefined) return undefined;
  return {
    ...(groups && {
      groups: { include: groups.map((name, index) => groupId(ground, name, [...path, 'groups', index])) },
    }),
    ...(users && {
      users: { include: users.map((login, index) => userId(ground, login, [...path, 'users', index])) },
    }),
  };
}

function userId({ org }: Ground, login: string, path: SeedPath): string {
  return idOf('user', [...org.users.values()], ({ profile }) => [textOf(profile['login'])], login, path);
}

function groupId({ org }: Ground, name: string, path: SeedPath): string {
  return idOf('group', [...org.groups.values()], ({ profile }) => [textOf(profile['name'])], name, path);
}

function clientId({ org }: Ground, client: string, path: SeedPath): string {
  if (client === 'ALL_CLIENTS') return client;
  const clients = [...org.apps.values()].map(({ clientId: id, label }) => ({ id, label }));
  return idOf('app', clients, ({ id, label }) => [label, id], client, path);
}

/** The ID of what a seed names; a problem where there is none, or more than one. */
function idOf<Named extends { readonly id: string }>(
  kind: string,
  all: readonly Named[],
  namesOf: (named: Named) => readonly string[],
  wanted: string,
  path: SeedPath,
): string {
  const found = all.filter((named) => namesOf(named).includes(wanted));
  const [first, second] = found;
  if (first === undefined) {
    throw new SeedProblem(
      path,
      `there is no ${kind} "${wanted}".${didYouMean(wanted, all.flatMap(namesOf))}`,
    );
  }
  if (second !== undefined) throw new SeedProblem(path, `there is more than one ${kind} "${wanted}".`);
  return first.id;
}

function textOf(value: Json | undefined): string {
  return stringOf(value) ?? '';
}

/** The same object without what is undefined. */
function body(object: object): JsonObject {
  return JSON.parse(JSON.stringify(object)) as JsonObject;
}

/** The second object over the first, mappings merged. */
function merged(under: JsonObject, over: JsonObject): JsonObject {
  const result = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = under[key];
    result[key] = isObject(below) && isObject(value) ? merged(below, value) : value;
  }
  return result;
}
