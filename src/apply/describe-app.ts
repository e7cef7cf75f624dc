import { clientIdOf, policyIdOf, typeOf, type RegisteredApp } from '../app/app.ts';
import type { WrittenInputs } from '../app/change.ts';
import { inputsOf } from '../app/inputs-of.ts';
import { markOf } from '../app/ownership.ts';
import { clientsOf } from '../app/server-policies.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { ActionError } from '../util/errors.ts';
import { mapConcurrently } from '../util/map-concurrently.ts';
import type { Session } from './session.ts';

/** How many users are written down at most, each by a request of its own: an app names them as it likes, and not by their logins. */
const MAX_USERS = 100;

/**
 * The inputs that describe an app and what belongs to it. What the credential may not read is left out, with a notice.
 *
 * @param inputs the authorization server whose access policies are looked at, if they name one
 */
export async function describeApp(
  session: Pick<Session, 'okta' | 'log'>,
  { authorizationServer }: Pick<Inputs, 'authorizationServer'>,
  app: RegisteredApp,
): Promise<WrittenInputs> {
  const { trustedOrigins, redirectHosts } = markOf(app);
  const ifAllowed = async <T>(what: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      session.log.notice(`The inputs below say nothing of ${what} of the app. ${error.message}`);
      return undefined;
    }
  };
  const [groups, users, policy, policies, scopes] = await Promise.all([
    ifAllowed('the groups', () => groupsOf(session, app)),
    ifAllowed('the users', () => usersOf(session, app)),
    ifAllowed('the sign-on policy', () => policyOf(session, app)),
    ifAllowed('the access policies', () => serverPoliciesOf(session, authorizationServer, app)),
    ifAllowed('the API scopes', () => scopesOf(session, app)),
  ]);
  const { settings, ...described } = inputsOf(app);
  return {
    ...described,
    'sign-on-policy': policy,
    settings,
    groups: listOf(groups),
    users: listOf(users),
    'trusted-origins': listOf(trustedOrigins),
    'redirect-hosts': listOf(redirectHosts),
    'authorization-server': authorizationServer,
    'authorization-server-policies': listOf(policies),
    'api-scopes': listOf(scopes),
  };
}

function listOf(entries: string[] | undefined): string[] | undefined {
  return entries && entries.length > 0 ? entries : undefined;
}

/** A name that two groups bear says nothing: such groups are written by their IDs. */
async function groupsOf({ okta }: Pick<Session, 'okta'>, app: RegisteredApp): Promise<string[]> {
  const groups = await okta.assignedGroups(app);
  return groups.map(({ id, name }) =>
    groups.filter((other) => other.name === name).length > 1 || name.includes('\n') ? id : name,
  );
}

async function usersOf({ okta, log }: Pick<Session, 'okta' | 'log'>, app: RegisteredApp): Promise<string[]> {
  const direct = (await okta.assignedUsers(app)).filter((user) => user.direct);
  if (direct.length > MAX_USERS) {
    log.notice(
      `The inputs below say nothing of the users of the app: ${direct.length} are assigned directly, which is better done by a group.`,
    );
    return [];
  }
  const users = await mapConcurrently(direct, ({ id }) => okta.getUser(id));
  return users.map(({ name }) => name);
}

async function policyOf({ okta }: Pick<Session, 'okta'>, app: RegisteredApp): Promise<string | undefined> {
  const current = policyIdOf(app);
  if (current === undefined || typeOf(app) === 'service') return undefined;
  const policy = (await okta.accessPolicies()).find(({ id }) => id === current);
  return policy && !policy.system ? policy.name : undefined;
}

async function serverPoliciesOf(
  { okta }: Pick<Session, 'okta'>,
  server: string | undefined,
  app: RegisteredApp,
): Promise<string[]> {
  if (server === undefined) return [];
  const policies = await okta.serverPolicies(server);
  const clientId = clientIdOf(app) ?? app.id;
  return policies.filter((policy) => clientsOf(policy).includes(clientId)).map(({ name }) => name);
}

async function scopesOf({ okta }: Pick<Session, 'okta'>, app: RegisteredApp): Promise<string[]> {
  return typeOf(app) === 'service' ? (await okta.scopeGrants(app)).map(({ scope }) => scope) : [];
}
