import { clientIdOf, type RegisteredApp } from '../app/app.ts';
import {
  CLIENTS_PATH,
  clientsOf,
  isLastClient,
  placeOf,
  planLettingIn,
  planTakingOut,
  type AccessPolicy,
  type AccessPolicyPlan,
} from '../app/access-policies.ts';
import { markOf } from '../app/ownership/mark.ts';
import { OktaError, ifThere } from '../okta/http/errors.ts';
import { TransientFailure } from '../okta/http/transport.ts';
import type { OktaOrg } from '../okta/org.ts';
import type { Session } from '../session/session.ts';
import { writeConfirmed, type Written } from '../session/write.ts';
import { ActionError } from '../util/errors.ts';
import { mapConcurrently } from '../util/map-concurrently.ts';

/** Runs of all apps, and people, write which clients an access policy lists, so that each change of the list is confirmed. */

/** Lets the client of an app in by a policy, as the policy is by now. */
export async function letIn(session: Session, policy: AccessPolicy, app: RegisteredApp): Promise<void> {
  const clientId = clientIdOf(app) ?? app.id;
  const { isWritten } = await replacePolicy(session, policy, clientId, (held) =>
    planLettingIn(held, clientId),
  );
  if (!isWritten) return;
  const name = policyName(policy);
  session.record(`let the app in by ${name}`);
  if (clientsOf(policy).length === 0)
    session.log.warning(
      `The app is the only client of ${name}, which listed none before and might have let everybody in. Check in the Admin Console (Security, API) whether others are to be let in, too.`,
    );
}

/**
 * Removes the client of an app from a policy, as the app is about to be deleted. A policy that is gone counts as done. If Okta does not let
 * the policy be changed, it keeps the client, with a warning: it names an app that no longer exists, and nobody can use it. A client ID
 * that another app has by now is kept if that app's mark names the policy: a run has created the app anew, and let it in.
 */
export async function takeOut(session: Session, policy: AccessPolicy, app: RegisteredApp): Promise<void> {
  const { log, record } = session;
  const clientId = clientIdOf(app) ?? app.id;
  const name = policyName(policy);
  const client = { isAnothers: false };
  const onRead = async (held: AccessPolicy): Promise<void> => {
    client.isAnothers = clientsOf(held).includes(clientId) && (await isTaken(session, policy, app));
  };
  const plan = (held: AccessPolicy): AccessPolicyPlan =>
    client.isAnothers ? planLettingIn(held, clientId) : planTakingOut(held, clientId);
  try {
    const written = await ifThere(() => replacePolicy(session, policy, clientId, plan, onRead));
    if (!written || client.isAnothers) return;
    if (written.isWritten) record(`took the app out of ${name}`);
    if (isLastClient(written.item, clientId))
      log.warning(
        `The app is the only client of ${name} and is kept in it: a policy without clients might let everybody in. Delete the policy, or name other clients in it.`,
      );
  } catch (error) {
    if (!(error instanceof UnknownClients)) throw error;
    log.warning(`The app is kept as a client of ${name}. ${error.message}`);
  }
}

/**
 * Whether another app of the same name has an app's client ID, and its runs let it in by a policy. Policies are compared by ID: a server's
 * may stand beside `default`, too.
 */
async function isTaken(
  { okta }: Pick<Session, 'okta'>,
  { id }: AccessPolicy,
  app: RegisteredApp,
): Promise<boolean> {
  const clientId = clientIdOf(app);
  if (clientId === undefined || clientId === app.id) return false;
  const listed = (await okta.findApps(app.label)).filter(
    (other) => other.id !== app.id && clientIdOf(other) === clientId,
  );
  // A list may show an app after its end.
  const others = await mapConcurrently(listed, (other) => ifThere(() => okta.getApp(other.id)));
  const isLetIn = (other: RegisteredApp): boolean =>
    (markOf(other).policies ?? []).some((name) => placeOf(name).id === id);
  return others.some((other) => other && isLetIn(other));
}

function policyName({ name, server }: AccessPolicy): string {
  return `the access policy "${name}" of the authorization server "${server}"`;
}

/** How often a list that Okta refuses is sent, while Okta may not know a new client yet (reported). */
const MAX_ATTEMPTS = 4;

/**
 * A policy is a shared object that is replaced whole, as a shared app is. It is read again before it is planned and written, since others
 * may have added a client or removed this one, and what was written is confirmed.
 *
 * @param onRead called with the policy whenever it was read, before it is planned
 */
async function replacePolicy(
  session: Session,
  policy: AccessPolicy,
  clientId: string,
  plan: (policy: AccessPolicy) => AccessPolicyPlan,
  onRead?: (policy: AccessPolicy) => Promise<void>,
): Promise<Written<AccessPolicy, AccessPolicyPlan>> {
  const { okta, deadline } = session;
  const readAt = deadline.clock.now();
  const read = async (): Promise<AccessPolicy> => {
    const current = await okta.getAccessPolicy(policy.server, policy.id);
    await onRead?.(current);
    return current;
  };
  let refusals = 0;
  return writeConfirmed(
    session,
    {
      name: `the access policy "${policy.name}"`,
      read,
      plan,
      replace: async (current, body) => {
        try {
          return await okta.replaceAccessPolicy(current, body);
        } catch (error) {
          if (!isUnknownClient(error)) throw error;
          refusals += 1;
          if (!clientsOf({ body }).includes(clientId) || refusals === MAX_ATTEMPTS)
            throw await unknownClients(okta, current, error);
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
  return error instanceof OktaError && error.text.includes('conditions.clients.include');
}

/**
 * Okta refuses a list that names a client which it does not know: reported of new ones, and perhaps of one whose app was deleted (unknown).
 */
class UnknownClients extends ActionError {}

/** The failure, naming the clients whose apps this run does not find. */
async function unknownClients(
  okta: OktaOrg,
  policy: AccessPolicy,
  cause: OktaError,
): Promise<UnknownClients> {
  const lost = new Set(clientsOf(policy));
  await okta.customApps((app) => {
    lost.delete(clientIdOf(app) ?? app.id);
    return false;
  });
  return new UnknownClients(
    `Cannot change the access policy "${policy.name}" of the authorization server "${policy.server}"`,
    lost.size > 0
      ? `Okta refuses its list of clients (${cause.text}), and this run finds no app of these: ${[...lost].join(', ')}`
      : `Okta refuses its list of clients (${cause.text})`,
    'Take the clients whose apps are deleted out of it in the Admin Console (Security, API, the authorization server, Access Policies).',
    { cause },
  );
}
