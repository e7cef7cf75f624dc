import { clientIdOf } from '../app/app.ts';
import {
  clientsOf,
  placeName,
  placeOf,
  planLettingIn,
  policyChanges,
  type AccessPolicy,
  type PolicyPlace,
} from '../app/access-policies.ts';
import type { Change } from '../app/change.ts';
import { markOf } from '../app/ownership/mark.ts';
import { ifThere } from '../okta/http/errors.ts';
import type { OktaOrg } from '../okta/org.ts';
import type { Session } from '../session/session.ts';
import { mapConcurrently } from '../util/map-concurrently.ts';
import { tryEach, nameOrId, only } from './find.ts';
import { letIn, takeOut } from './policy-clients.ts';
import { exportedList, resource } from './resource.ts';

/** The access policies of a custom authorization server that let an app's client in. */

interface Plan {
  /** The policies that do not let the client in yet. */
  letIn: readonly AccessPolicy[];
  /** The places of all policies that the inputs name, as the mark names them. */
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
  resolve: ({ okta }, { authorizationServer: server, accessPolicies: entries }) =>
    entries && server !== undefined ? findPolicies(okta, server, entries) : undefined,
  read: () => Promise.resolve(undefined),
  plan: (policies, _, { app, memory }) => {
    const clientId = app && (clientIdOf(app) ?? app.id);
    return {
      letIn: policies.filter((policy) => clientId === undefined || planLettingIn(policy, clientId).write),
      places: [...new Set([...(memory.policies ?? []), ...policies.map(placeName)])],
      changes: policyChanges(policies, clientId),
    };
  },
  apply: async (session, app, { letIn: policies }) => {
    try {
      await tryEach(policies, (policy) => letIn(session, policy, app));
    } finally {
      // By now another run may have deleted the app, so that Okta refuses its client; or replaced it by one that has its client ID, and that
      // no policy of this run's is to let in.
      if (policies.length > 0) await session.okta.getApp(app.id);
    }
  },
  remember: ({ places }) => (places.length > 0 ? { policies: [...places] } : {}),
  references: async (session, app, { policies = [] }) => {
    if (policies.length === 0) return undefined;
    const clientId = clientIdOf(app) ?? app.id;
    const listing = await findListing(session, policies.map(placeOf), clientId);
    return {
      remove: async () => {
        await tryEach(listing, (policy) => takeOut(session, policy, app));
      },
      restore: async (current) => {
        const remembered = markOf(current).policies ?? [];
        await tryEach(
          listing.filter((policy) => remembered.includes(placeName(policy))),
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

/**
 * Finds the access policies that inputs name.
 *
 * @param server ID of the authorization server
 * @param entries names, matched exactly, or IDs
 * @throws {ActionError} naming every policy that is unknown or ambiguous, with the nearest names
 */
async function findPolicies(
  okta: OktaOrg,
  server: string,
  entries: readonly string[],
): Promise<AccessPolicy[]> {
  const policies = await okta.accessPolicies(server);
  const found = await tryEach(entries, (entry) =>
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
