import { change, type Change } from './change.ts';
import { strings } from './app.ts';
import { ActionError } from '../util/errors.ts';
import { valueAt, withValueAt, type JsonObject } from '../util/json.ts';

/** An access policy of a custom authorization server: it says which clients the server gives tokens to. */
export interface ServerPolicy {
  id: string;
  name: string;
  /** ID of its authorization server, as it was asked for: `default` is one, too. */
  server: string;
  active: boolean;
  /** As Okta shows it, keys that we do not know included. */
  body: JsonObject;
}

/** Where a policy lists its clients, by their client IDs. */
export const CLIENTS_PATH = ['conditions', 'clients', 'include'] as const;

/** What a policy for every client lists instead of one. Source: Okta's OpenAPI description. */
const ALL_CLIENTS = 'ALL_CLIENTS';

/** What is to become of a policy: the whole body, since Okta only replaces it whole (documented). */
export interface ServerPolicyPlan {
  body: JsonObject;
  write: boolean;
  /** Empty: a policy's clients are not told, since they are others', too; see {@link policyChanges}. */
  changes: readonly never[];
}

export function clientsOf({ body }: ServerPolicy): string[] {
  return strings(valueAt(body, CLIENTS_PATH));
}

/** Whether the server gives this client tokens by this policy, as far as it is the policy that says so: its rules may still refuse. */
export function letsIn(policy: ServerPolicy, clientId: string): boolean {
  return policy.active && isListed(policy, clientId);
}

function isListed(policy: ServerPolicy, clientId: string): boolean {
  const clients = clientsOf(policy);
  return clients.includes(ALL_CLIENTS) || clients.includes(clientId);
}

/**
 * Lets a client in. A policy for all clients is fine as it is, and other clients stay.
 *
 * @param out clients to leave out, since Okta may not know them any more: see {@link leavingOut}
 */
export function planLettingIn(
  policy: ServerPolicy,
  clientId: string,
  out: ReadonlySet<string> = new Set(),
): ServerPolicyPlan {
  if (isListed(policy, clientId)) return unchanged(policy);
  return withClients(policy, [...clientsOf(policy).filter((client) => !out.has(client)), clientId]);
}

/**
 * Takes a client out. The last one stays: what Okta makes of a policy without clients is unknown, and it might be one for everybody.
 *
 * @param out as for {@link planLettingIn}
 */
export function planTakingOut(
  policy: ServerPolicy,
  clientId: string,
  out: ReadonlySet<string> = new Set(),
): ServerPolicyPlan {
  const held = clientsOf(policy);
  if (!held.includes(clientId) || isLastClient(policy, clientId)) return unchanged(policy);
  const left = held.filter((client) => client !== clientId && !out.has(client));
  return left.length > 0 ? withClients(policy, left) : unchanged(policy);
}

/**
 * What letting a client in by all of these policies changes, by their names.
 *
 * @param clientId `undefined` where the app is yet to be created
 */
export function policyChanges(policies: readonly ServerPolicy[], clientId: string | undefined): Change[] {
  const held = policies.filter((policy) => clientId !== undefined && isListed(policy, clientId));
  const names = (list: readonly ServerPolicy[]): string[] => list.map(({ name }) => name);
  if (held.length === policies.length) return [];
  return [change('authorization-server-policies', names(held), names(policies))];
}

/** Whether a policy lists this client and no other. */
export function isLastClient(policy: ServerPolicy, clientId: string): boolean {
  return clientsOf(policy).every((client) => client === clientId);
}

/** @throws {ActionError} where Okta's answer does not show the whole list: what it lacks would go from the policy */
function withClients(policy: ServerPolicy, clients: readonly string[]): ServerPolicyPlan {
  const held = valueAt(policy.body, CLIENTS_PATH);
  if (!Array.isArray(held) || clientsOf(policy).length < held.length)
    throw new ActionError(
      `Cannot change the access policy "${policy.name}" of the authorization server "${policy.server}"`,
      "Okta's answer does not show the clients that it lists",
      'Look at it in the Admin Console (Security, API, the authorization server, Access Policies).',
    );
  return {
    body: withValueAt(policy.body, CLIENTS_PATH, [...clients]),
    write: true,
    changes: [],
  };
}

function unchanged({ body }: ServerPolicy): ServerPolicyPlan {
  return { body, write: false, changes: [] };
}

/** How many sets of clients are tried at most: all of six clients, the pairs of ten, or that many single ones. */
const MOST_TRIES = 64;

/**
 * What to leave out of a list that Okta refuses because it does not know a client in it, in the order to try: smaller sets first. Okta takes
 * the list once all that it does not know are out, so that the first set without which it takes it is just those: no client that Okta knows
 * is out for a moment, although this run may not see its app.
 *
 * @param suspects clients whose apps cannot be read
 */
export function* leavingOut(suspects: readonly string[]): Generator<ReadonlySet<string>, undefined> {
  let tries = 0;
  for (let size = 1; size <= suspects.length; size += 1) {
    for (const clients of combinations(suspects, size)) {
      if (tries === MOST_TRIES) return;
      tries += 1;
      yield new Set(clients);
    }
  }
}

function* combinations<T>(items: readonly T[], size: number): Generator<T[], undefined> {
  if (size === 0) yield [];
  else
    for (const [i, item] of items.entries())
      for (const rest of combinations(items.slice(i + 1), size - 1)) yield [item, ...rest];
}
