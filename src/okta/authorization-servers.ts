import type { AccessPolicy } from '../app/access-policies.ts';
import { isObject, textOf, type JsonObject } from '../util/json.ts';
import { notWhatWasAsked, type Requests } from './http/requests.ts';

/** The custom authorization servers of an org, and their access policies. */
export interface AuthorizationServers {
  /** @throws {OktaError} 404 if no such server exists */
  accessPolicies(server: string): Promise<AccessPolicy[]>;
  getAccessPolicy(server: string, id: string): Promise<AccessPolicy>;
  /** Replaces all of it: Okta has no partial update. Sent once. @throws {TransientFailure} */
  replaceAccessPolicy(policy: AccessPolicy, body: JsonObject): Promise<AccessPolicy>;
}

const SERVERS = '/api/v1/authorizationServers';

export function authorizationServers({ send, readObject, readPages }: Requests): AuthorizationServers {
  const policiesPath = (server: string): string => `${SERVERS}/${encodeURIComponent(server)}/policies`;
  const policyPath = (server: string, id: string): string =>
    `${policiesPath(server)}/${encodeURIComponent(id)}`;
  return {
    accessPolicies: async (server) => {
      const purpose = `list the access policies of the authorization server "${server}"`;
      const list = await readPages(policiesPath(server), purpose);
      return list.map((body) => accessPolicy(server, body));
    },
    getAccessPolicy: async (server, id) =>
      accessPolicy(server, await readObject(policyPath(server, id), `read the access policy ${id}`)),
    replaceAccessPolicy: async (policy, body) => {
      const purpose = `update the access policy "${policy.name}" of the authorization server "${policy.server}"`;
      const path = policyPath(policy.server, policy.id);
      const response = await send({ method: 'PUT', path, body, purpose, idempotent: false });
      const { body: written } = response;
      if (!isObject(written)) throw notWhatWasAsked(purpose, 'an access policy');
      return accessPolicy(policy.server, written);
    },
  };
}

function accessPolicy(server: string, body: JsonObject): AccessPolicy {
  const { id, name, status } = body;
  return { id: textOf(id), name: textOf(name), server, active: status === 'ACTIVE', body };
}
