import type { AuthorizationServer } from '../authorization-server.ts';
import { notFound } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { SigningKeys } from '../signing-keys.ts';
import type { Client } from './client.ts';

/** The authorization server that a request goes to: the org's own, or a custom one. */
export interface Issuer {
  /** Undefined: the org's own. */
  readonly custom: AuthorizationServer | undefined;
  /** The custom server's ID; undefined for the org's own. */
  readonly serverId: string | undefined;
  readonly keys: SigningKeys;
  /** Where its endpoints are, at the address that the client used. */
  readonly endpoints: string;
  /** What `iss` says in its access tokens and in the discovery document. */
  readonly url: string;
}

/** 404 where the path names an authorization server that the org does not have (recorded type name), or that is inactive (inferred). */
export function issuerOf(exchange: Exchange): Issuer {
  const { org, origin, params } = exchange;
  const id = params['serverId'];
  if (id === undefined) {
    return {
      custom: undefined,
      serverId: undefined,
      keys: org.keys,
      endpoints: `${origin}/oauth2/v1`,
      url: origin,
    };
  }
  const custom = org.findAuthorizationServer(id);
  if (custom?.status !== 'ACTIVE') throw notFound(id, 'AuthorizationServer');
  const path = `/oauth2/${custom.default ? 'default' : custom.id}`;
  return {
    custom,
    serverId: custom.id,
    keys: custom.keys,
    endpoints: `${origin}${path}/v1`,
    url: `${addressFor(custom.issuerMode, exchange)}${path}`,
  };
}

/**
 * Which of the org's addresses an issuer mode stands for: with `DYNAMIC` the one that was asked (documented). An org without a custom
 * domain issues as its own URL for `CUSTOM_URL` (inferred).
 */
export function addressFor(
  issuerMode: string,
  { origin, orgUrl, customUrl }: Pick<Exchange, 'origin' | 'orgUrl' | 'customUrl'>,
): string {
  if (issuerMode === 'DYNAMIC') return origin;
  return issuerMode === 'CUSTOM_URL' ? (customUrl ?? orgUrl) : orgUrl;
}

/** What `iss` says in an ID token: on the org's own server it follows the app's `issuer_mode`, on a custom one the server's (documented, inferred). */
export function idTokenIssuer(issuer: Issuer, client: Client, exchange: Exchange): string {
  return issuer.custom === undefined ? addressFor(client.issuerMode, exchange) : issuer.url;
}

/** Both places of an endpoint: on the org's own authorization server, and on a custom one. */
export function paths(endpoint: string): readonly string[] {
  return [`/oauth2/v1/${endpoint}`, `/oauth2/:serverId/v1/${endpoint}`];
}
