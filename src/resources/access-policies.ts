import { clientIdOf, isAppId, type RegisteredApp } from '../app/app.ts';
import {
  CLIENTS_PATH,
  clientsOf,
  isLastClient,
  leavingOut,
  planLettingIn,
  planTakingOut,
  type ServerPolicy,
  type ServerPolicyPlan,
} from '../app/access-policies.ts';
import { OktaError, ifThere } from '../okta/http/errors.ts';
import type { OktaOrg } from '../okta/org.ts';
import { TransientFailure } from '../okta/http/transport.ts';
import { ActionError } from '../util/errors.ts';
import type { JsonObject } from '../util/json.ts';
import { mapConcurrently } from '../util/map-concurrently.ts';
import { nearestNames } from '../util/text/nearest.ts';
import { findEach, only } from './find.ts';
import type { Session } from '../session/session.ts';
import { writeUntilStable } from '../session/write-until-stable.ts';

/** Letting an app's client in by the access policies of an authorization server, which others change at the same time. */

/** Where a policy is. */
export interface PolicyPlace {
  server: string;
  id: string;
}

/** Where a policy is that an app's mark names as `server/policy`. */
export function placeOf(text: string): PolicyPlace {
  const [server = '', id = ''] = text.split('/');
  return { server, id };
}

/** How an app's mark names a policy. */
export function nameOf({ server, id }: PolicyPlace): string {
  return `${server}/${id}`;
}

/**
 * Finds the access policies that inputs name.
 *
 * @param server ID of the authorization server
 * @param entries names, matched exactly, or IDs
 * @throws {ActionError} naming every policy that is unknown or ambiguous, or the server, with the nearest names
 */
export async function findServerPolicies(
  okta: OktaOrg,
  server: string,
  entries: readonly string[],
): Promise<ServerPolicy[]> {
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

async function policiesOf(okta: OktaOrg, server: string): Promise<ServerPolicy[]> {
  try {
    return await okta.serverPolicies(server);
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

/** Lets the client of an app in by a policy, as it is by now. Okta may refuse one of an inactive app (unknown): it is asked once. */
export async function letIn(session: Session, policy: ServerPolicy, app: RegisteredApp): Promise<void> {
  const { isWritten } = await replacePolicy(
    session,
    policy,
    -Infinity,
    clientIdOf(app) ?? app.id,
    planLettingIn,
    app.active,
  );
  if (!isWritten) return;
  const name = `the access policy "${policy.name}" of the authorization server "${policy.server}"`;
  session.record(`let the app in by ${name}`);
  if (clientsOf(policy).length === 0)
    session.log.warning(
      `The app is the only client of ${name}, which listed none before and might have let everybody in. Check in the Admin Console (Security, API) whether others are to be let in, too.`,
    );
}

/** Finds those of the policies that list a client. A policy or a server that is gone lists none. */
export async function findListing(
  { okta }: Pick<Session, 'okta'>,
  places: readonly PolicyPlace[],
  clientId: string,
): Promise<ServerPolicy[]> {
  const policies = await mapConcurrently(places, ({ server, id }) =>
    ifThere(() => okta.getServerPolicy(server, id)),
  );
  return policies.flatMap((policy) => (policy && clientsOf(policy).includes(clientId) ? [policy] : []));
}

/**
 * Takes a client out of policies, as its app is about to go. A policy that is gone counts as done.
 *
 * @param readAt when the policies were asked for, in milliseconds since the epoch
 */
export async function takeOut(
  session: Session,
  policies: readonly ServerPolicy[],
  readAt: number,
  clientId: string,
): Promise<void> {
  const { log, record } = session;
  for (const policy of policies) {
    const name = `the access policy "${policy.name}" of the authorization server "${policy.server}"`;
    const written = await ifThere(() => replacePolicy(session, policy, readAt, clientId, planTakingOut));
    if (!written) continue;
    const { item, isWritten } = written;
    if (isWritten) record(`took the app out of ${name}`);
    if (isLastClient(item, clientId)) {
      log.warning(
        `The app is the only client of ${name} and stays in it: a policy without clients might let everybody in. Delete the policy, or name other clients in it.`,
      );
    }
  }
}

type Planner = (policy: ServerPolicy, clientId: string, out: ReadonlySet<string>) => ServerPolicyPlan;

/**
 * A policy is a shared object that is replaced whole, as a shared app is: what was written must be there to stay.
 *
 * @param isPatient whether to send a list again that names a client which Okta does not know
 */
function replacePolicy(
  session: Session,
  policy: ServerPolicy,
  readAt: number,
  clientId: string,
  planner: Planner,
  isPatient = true,
): Promise<{ item: ServerPolicy; isWritten: boolean }> {
  const { okta } = session;
  const doubt = doubtOf(session, clientId);
  return writeUntilStable(
    session,
    {
      read: () => okta.getServerPolicy(policy.server, policy.id),
      plan: (current) => planner(current, clientId, doubt.out()),
      replace: async (current, body) => {
        try {
          const replaced = await okta.replaceServerPolicy(current, body);
          doubt.settle(current);
          return replaced;
        } catch (error) {
          throw isPatient && isUnknownClient(error) ? await doubt.raise(current, body, error) : error;
        }
      },
      shared: { name: `the access policy "${policy.name}"`, paths: [CLIENTS_PATH] },
    },
    { item: policy, readAt },
  );
}

/** Which clients of a policy Okta may not know. */
interface Doubt {
  /** Those to leave out the next time. */
  out(): ReadonlySet<string>;
  /** Tells of those that Okta has taken the list without. */
  settle(current: ServerPolicy): void;
  /** Takes up a refusal, and tells when to send the list again. */
  raise(current: ServerPolicy, body: JsonObject, error: OktaError): Promise<TransientFailure>;
}

/** How often a list that Okta refuses is sent as it is, while it may only not know the new client yet. */
const MAX_ATTEMPTS = 4;

/**
 * Okta refuses a list that names a client which it does not know (reported): a new one, for a moment, and perhaps one whose app was
 * deleted (unknown). That is an app that this run does not find; but Okta may answer in the same way of an app that the run's credential
 * is not to see (unknown). So only Okta's taking the list without a client shows that it was that one; and only after it has said that
 * one is not found (reported): a list that is refused for another reason, such as its length, would be taken without any of them.
 */
function doubtOf({ okta, record }: Session, clientId: string): Doubt {
  let refusals = 0;
  let out: ReadonlySet<string> = new Set();
  let suspects: string[] = [];
  let tries: Iterator<ReadonlySet<string>, undefined> | undefined;
  return {
    out: () => out,
    settle: (current) => {
      for (const client of clientsOf(current).filter((held) => out.has(held)))
        record(
          `left the client ${client}, which Okta does not know any more, out of the access policy "${current.name}"`,
        );
    },
    raise: async (current, body, error) => {
      refusals += 1;
      const wait = 1000 * refusals;
      const reason = `Okta does not know a client of the access policy "${current.name}"`;
      const isNew = clientsOf({ ...current, body }).includes(clientId);
      if (isNew && refusals < MAX_ATTEMPTS) return new TransientFailure(() => ({ wait, reason }), error);
      if (!/not found/i.test(error.text)) return new TransientFailure(() => undefined, error);
      if (!tries) {
        suspects = await unseen(okta, clientsOf(current), clientId);
        tries = leavingOut(suspects);
      }
      const { value } = tries.next();
      out = value ?? new Set();
      return value
        ? new TransientFailure(() => ({ wait: 0, reason }), error)
        : new TransientFailure(
            () => undefined,
            suspects.length > 0 ? untold(current, suspects, error) : error,
          );
    },
  };
}

/** The clients, but for the run's own, whose apps it does not find. */
async function unseen(okta: OktaOrg, clients: readonly string[], clientId: string): Promise<string[]> {
  const others = clients.filter((client) => client !== clientId && isAppId(client));
  const found = await mapConcurrently(others, async (client) =>
    (await ifThere(() => okta.getApp(client))) ? [] : [client],
  );
  return found.flat();
}

function untold(
  { name, server }: ServerPolicy,
  { length }: readonly string[],
  cause: OktaError,
): ActionError {
  return new ActionError(
    `Cannot change the access policy "${name}" of the authorization server "${server}"`,
    `Okta does not know all of its clients any more, and it cannot be told which: the apps of ${length} of them are deleted, or not for this run's credential to see`,
    'Take those whose apps are deleted out of it in the Admin Console (Security, API, the authorization server, Access Policies).',
    { cause },
  );
}

function isUnknownClient(error: unknown): error is OktaError {
  return (
    error instanceof OktaError && error.status === 400 && error.text.includes('conditions.clients.include')
  );
}
