import { clientIdOf, type RegisteredApp } from '../app/app.ts';
import {
  CLIENTS_PATH,
  clientsOf,
  isLastClient,
  planLettingIn,
  planTakingOut,
  policyChanges,
  type AccessPolicy,
  type AccessPolicyPlan,
} from '../app/access-policies.ts';
import type { Change } from '../app/change.ts';
import { markOf } from '../app/ownership/mark.ts';
import { OktaError, ifThere } from '../okta/http/errors.ts';
import { TransientFailure } from '../okta/http/transport.ts';
import type { OktaOrg } from '../okta/org.ts';
import type { Session } from '../session/session.ts';
import { writeConfirmed, type Written } from '../session/write.ts';
import { ActionError } from '../util/errors.ts';
import { mapConcurrently } from '../util/map-concurrently.ts';
import { nearestNames } from '../util/text/nearest.ts';
import { findEach, nameOrId, only } from './find.ts';
import { exportedList, resource } from './resource.ts';

/**
 * The access policies of a custom authorization server that let an app's client in. A policy is replaced whole, and others change it at the
 * same time, so that each change of it is confirmed.
 */

interface Plan {
  /** The policies that do not let the client in yet. */
  letIn: readonly AccessPolicy[];
  /** Where all policies are that the inputs name, as the mark names them. */
  places: readonly string[];
  changes: readonly Change[];
}

export const accessPolicies = resource<readonly AccessPolicy[], undefined, Plan>({
  name: 'access-policies',
  after: [],
  scopes: (inputs) =>
    inputs.accessPolicies && {
      read: ['okta.authorizationServers.read'],
      manage: ['okta.authorizationServers.manage'],
    },
  resolve: ({ okta }, { authorizationServer: server, accessPolicies: entries }) => {
    if (entries === undefined || server === undefined) return undefined;
    // The issuer will be looked for there.
    okta.discovery(server).catch(() => undefined);
    return findPolicies(okta, server, entries);
  },
  read: () => Promise.resolve(undefined),
  plan: (policies, _, { app, memory }) => {
    const clientId = app && (clientIdOf(app) ?? app.id);
    return {
      letIn: policies.filter((policy) => clientId === undefined || planLettingIn(policy, clientId).write),
      places: [...new Set([...(memory.policies ?? []), ...policies.map(nameOf)])],
      changes: policyChanges(policies, clientId),
    };
  },
  apply: async (session, app, { letIn: policies }) => {
    await mapConcurrently(policies, (policy) => letIn(session, policy, app));
  },
  remember: ({ places }) => (places.length > 0 ? { policies: [...places] } : {}),
  references: async (session, app, { policies = [] }) => {
    if (policies.length === 0) return undefined;
    const clientId = clientIdOf(app) ?? app.id;
    const listing = await findListing(session, policies.map(placeOf), clientId);
    return {
      remove: async () => {
        for (const policy of listing) await takeOut(session, policy, app);
      },
      restore: async (current) => {
        const remembered = markOf(current).policies ?? [];
        await mapConcurrently(
          listing.filter((policy) => remembered.includes(nameOf(policy))),
          (policy) => ifThere(() => letIn(session, policy, current)),
        );
      },
    };
  },
  exported: [
    {
      input: 'authorization-server-policies',
      what: 'the access policies',
      read: async ({ okta }, app, { authorizationServer: server }) => {
        if (server === undefined) return undefined;
        const policies = await okta.accessPolicies(server);
        const clientId = clientIdOf(app) ?? app.id;
        const listing = policies.filter((policy) => clientsOf(policy).includes(clientId));
        return exportedList(
          listing.map((policy) => nameOrId(policy, policies)),
          'names',
        );
      },
    },
  ],
});

/** Where a policy is. */
interface PolicyPlace {
  server: string;
  id: string;
}

/** Where a policy is that an app's mark names as `server/policy`. */
function placeOf(text: string): PolicyPlace {
  const [server = '', id = ''] = text.split('/');
  return { server, id };
}

/** How an app's mark names a policy. */
function nameOf({ server, id }: PolicyPlace): string {
  return `${server}/${id}`;
}

/**
 * Finds the access policies that inputs name.
 *
 * @param server ID of the authorization server
 * @param entries names, matched exactly, or IDs
 * @throws {ActionError} naming every policy that is unknown or ambiguous, or the server, with the nearest names
 */
async function findPolicies(
  okta: OktaOrg,
  server: string,
  entries: readonly string[],
): Promise<AccessPolicy[]> {
  const policies = await policiesOf(okta, server);
  const found = await findEach(entries, (entry) =>
    only(
      'access policy',
      'authorization-server-policies',
      entry,
      policies.filter(({ id, name }) => id === entry || name === entry),
      () => Promise.resolve(policies.map(({ name }) => name)),
    ),
  );
  return [...new Map(found.map((policy) => [policy.id, policy])).values()];
}

async function policiesOf(okta: OktaOrg, server: string): Promise<AccessPolicy[]> {
  try {
    return await okta.accessPolicies(server);
  } catch (error) {
    if (!(error instanceof OktaError && error.status === 404)) throw error;
    const servers = await okta.authorizationServers();
    const byName = servers.find(({ name }) => name === server);
    const near = nearestNames(
      server,
      servers.flatMap(({ id, name }) => [id, name]),
    );
    const hint = byName
      ? `The one of that name has the ID "${byName.id}".`
      : near.length > 0
        ? `The nearest ${near.length === 1 ? 'is' : 'are'} ${near.map((name) => `"${name}"`).join(', ')}.`
        : 'There is none with a similar ID or name.';
    throw new ActionError(
      `Cannot find the authorization server "${server}"`,
      'Okta has none of that ID',
      `Check "authorization-server": it takes the ID, and "default" for the default one. ${hint}`,
      { cause: error },
    );
  }
}

/** Lets the client of an app in by a policy, as it is by now. */
async function letIn(session: Session, policy: AccessPolicy, app: RegisteredApp): Promise<void> {
  const clientId = clientIdOf(app) ?? app.id;
  const { isWritten } = await replacePolicy(session, policy, clientId, planLettingIn);
  if (!isWritten) return;
  const name = policyName(policy);
  session.record(`let the app in by ${name}`);
  if (clientsOf(policy).length === 0)
    session.log.warning(
      `The app is the only client of ${name}, which listed none before and might have let everybody in. Check in the Admin Console (Security, API) whether others are to be let in, too.`,
    );
}

/** Finds those of the policies that list a client. A policy or a server that is gone lists none. */
async function findListing(
  { okta }: Pick<Session, 'okta'>,
  places: readonly PolicyPlace[],
  clientId: string,
): Promise<AccessPolicy[]> {
  const policies = await mapConcurrently(places, ({ server, id }) =>
    ifThere(() => okta.getAccessPolicy(server, id)),
  );
  return policies.flatMap((policy) => (policy && clientsOf(policy).includes(clientId) ? [policy] : []));
}

/**
 * Takes the client of an app that is about to be deleted out of a policy. A policy that is gone counts as done, and one that Okta does not
 * let be changed keeps the client, with a warning: it names an app that no longer exists, and nobody can use it.
 */
async function takeOut(session: Session, policy: AccessPolicy, app: RegisteredApp): Promise<void> {
  const { log, record } = session;
  const clientId = clientIdOf(app) ?? app.id;
  const name = policyName(policy);
  const refuse = async (): Promise<void> => {
    if (await isMadeAnew(session, app, clientId)) throw new MadeAnew();
  };
  try {
    const written = await ifThere(() => replacePolicy(session, policy, clientId, planTakingOut, refuse));
    if (!written) return;
    if (written.isWritten) record(`took the app out of ${name}`);
    if (isLastClient(written.item, clientId))
      log.warning(
        `The app is the only client of ${name} and is kept in it: a policy without clients might let everybody in. Delete the policy, or name other clients in it.`,
      );
  } catch (error) {
    if (error instanceof MadeAnew) return;
    if (!(error instanceof UnknownClients)) throw error;
    log.warning(`The app is kept as a client of ${name}. ${error.message}`);
  }
}

/** Another app has the client ID by now, whose run has let it in: that client is not the deleted app's any more. */
class MadeAnew extends Error {}

/** Whether another run has deleted the app, and created one of its name and client ID. */
async function isMadeAnew(
  { okta }: Pick<Session, 'okta'>,
  { id, label }: RegisteredApp,
  clientId: string,
): Promise<boolean> {
  if (clientId === id) return false;
  const apps = await okta.findApps(label);
  return apps.some((other) => other.id !== id && clientIdOf(other) === clientId);
}

function policyName({ name, server }: AccessPolicy): string {
  return `the access policy "${name}" of the authorization server "${server}"`;
}

/** How often a list that Okta refuses is sent, while it may only not know a new client yet (reported). */
const MAX_ATTEMPTS = 4;

/**
 * A policy is a shared object that is replaced whole, as a shared app is: it is read again before it is planned and written, since others may
 * have added a client or taken this one out, and what was written is confirmed.
 *
 * @param refuse throws if it must not be written any more
 */
async function replacePolicy(
  session: Session,
  policy: AccessPolicy,
  clientId: string,
  plan: (policy: AccessPolicy, clientId: string) => AccessPolicyPlan,
  refuse: () => Promise<void> = () => Promise.resolve(),
): Promise<Written<AccessPolicy, AccessPolicyPlan>> {
  const { okta, deadline } = session;
  const read = (): Promise<AccessPolicy> => okta.getAccessPolicy(policy.server, policy.id);
  const readAt = deadline.clock.now();
  let refusals = 0;
  return writeConfirmed(
    session,
    {
      name: `the access policy "${policy.name}"`,
      read,
      plan: (current) => plan(current, clientId),
      replace: async (current, body) => {
        await refuse();
        try {
          return await okta.replaceAccessPolicy(current, body);
        } catch (error) {
          if (!isUnknownClient(error)) throw error;
          refusals += 1;
          if (!clientsOf({ ...current, body }).includes(clientId) || refusals === MAX_ATTEMPTS)
            throw await unknownClients(okta, current, clientId, error);
          const reason = `Okta does not know a client of the access policy "${policy.name}"`;
          throw new TransientFailure(() => ({ wait: 1000 * refusals, reason }), error);
        }
      },
      paths: [CLIENTS_PATH],
      settleTime: () => session.settleTime(),
      freshTime: () => session.settleTime() / 2,
    },
    { item: await read(), readAt },
  );
}

function isUnknownClient(error: unknown): error is OktaError {
  return (
    error instanceof OktaError && error.status === 400 && error.text.includes('conditions.clients.include')
  );
}

/** Okta refuses a list that names a client which it does not know: reported of new ones, and perhaps one whose app was deleted (unknown). */
class UnknownClients extends ActionError {}

/** The failure, naming the clients whose apps this run does not find. */
async function unknownClients(
  okta: OktaOrg,
  policy: AccessPolicy,
  clientId: string,
  cause: OktaError,
): Promise<UnknownClients> {
  const lost = new Set(clientsOf(policy).filter((client) => client !== clientId));
  await okta.customApps((app) => {
    lost.delete(clientIdOf(app) ?? app.id);
    return false;
  });
  return new UnknownClients(
    `Cannot change ${policyName(policy)}`,
    lost.size > 0
      ? `Okta refuses its list of clients (${cause.text}), and this run finds no app of these: ${[...lost].join(', ')}`
      : `Okta refuses its list of clients (${cause.text})`,
    'Take the clients whose apps are deleted out of it in the Admin Console (Security, API, the authorization server, Access Policies).',
    { cause },
  );
}
