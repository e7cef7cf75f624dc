import { change, type Change } from './change.ts';
import { strings } from './app.ts';
import { ActionError } from '../util/errors.ts';
import { valueAt, withValueAt, type JsonObject } from '../util/json.ts';

/** An access policy of a custom authorization server: it says which clients the server gives tokens to. */
export interface AccessPolicy {
  id: string;
  name: string;
  /** ID of its authorization server, as it was asked for: `default` is one, too. */
  server: string;
  active: boolean;
  /** As Okta shows it, keys that we do not know included. */
  body: JsonObject;
}

/** The place of a policy. */
export type PolicyPlace = Pick<AccessPolicy, 'server' | 'id'>;

/** How an app's mark names a policy: `server/policy`. */
export function placeName({ server, id }: PolicyPlace): string {
  return `${server}/${id}`;
}

/** The place of a policy that an app's mark names. */
export function placeOf(name: string): PolicyPlace {
  const [server = '', id = ''] = name.split('/');
  return { server, id };
}

/** Where a policy lists its clients, by their client IDs. */
export const CLIENTS_PATH = ['conditions', 'clients', 'include'] as const;

/** What a policy for every client lists instead of one. Source: Okta's OpenAPI description. */
const ALL_CLIENTS = 'ALL_CLIENTS';

/** What is to become of a policy: the whole body, since Okta only replaces it whole (documented). */
export interface AccessPolicyPlan {
  body: JsonObject;
  write: boolean;
  /** Empty: a policy's clients are not reported, since they are others', too; see {@link policyChanges}. */
  changes: readonly never[];
}

export function clientsOf({ body }: Pick<AccessPolicy, 'body'>): string[] {
  return strings(valueAt(body, CLIENTS_PATH));
}

/** Whether this policy lets the server give this client tokens. The policy's rules may still refuse. */
export function letsIn(policy: AccessPolicy, clientId: string): boolean {
  return policy.active && isListed(policy, clientId);
}

function isListed(policy: AccessPolicy, clientId: string): boolean {
  const clients = clientsOf(policy);
  return clients.includes(ALL_CLIENTS) || clients.includes(clientId);
}

/** Lets a client in. A policy for all clients is fine as it is, and other clients are kept. */
export function planLettingIn(policy: AccessPolicy, clientId: string): AccessPolicyPlan {
  return isListed(policy, clientId)
    ? unchanged(policy)
    : withClients(policy, [...clientsOf(policy), clientId]);
}

/** Removes a client. The last one is kept: what Okta makes of a policy without clients is unknown, and it might be one for everybody. */
export function planTakingOut(policy: AccessPolicy, clientId: string): AccessPolicyPlan {
  const held = clientsOf(policy);
  if (!held.includes(clientId) || isLastClient(policy, clientId)) return unchanged(policy);
  return withClients(
    policy,
    held.filter((client) => client !== clientId),
  );
}

/**
 * What letting a client in by all of these policies changes, by their names.
 *
 * @param clientId `undefined` if the app is yet to be created
 */
export function policyChanges(policies: readonly AccessPolicy[], clientId: string | undefined): Change[] {
  const held = policies.filter((policy) => clientId !== undefined && isListed(policy, clientId));
  const names = (list: readonly AccessPolicy[]): string[] => list.map(({ name }) => name);
  if (held.length === policies.length) return [];
  return [change('authorization-server-policies', names(held), names(policies))];
}

/** Whether a policy lists this client and no other. */
export function isLastClient(policy: AccessPolicy, clientId: string): boolean {
  return clientsOf(policy).every((client) => client === clientId);
}

/** @throws {ActionError} if Okta's answer does not show the whole list: the policy would lose the missing clients */
function withClients(policy: AccessPolicy, clients: readonly string[]): AccessPolicyPlan {
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

function unchanged({ body }: AccessPolicy): AccessPolicyPlan {
  return { body, write: false, changes: [] };
}
