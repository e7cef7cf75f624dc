import type { KeyObject } from 'node:crypto';

/** The org, and as whom a run speaks to it. */
export interface Connection {
  /** The org's origin, without a trailing slash: `https://acme.okta.com`. */
  orgUrl: string;
  credentials: ApiToken | ServiceApp | ClientAssertion;
}

/**
 * A token that was made elsewhere: Okta's own, which acts with the rights of the administrator who made it (`SSWS`), or an OAuth 2.0
 * access token with the rights of its client (`Bearer`).
 */
export interface ApiToken {
  kind: 'api-token';
  token: string;
  scheme: 'SSWS' | 'Bearer';
}

/** An API service app that proves itself with a private key (OAuth 2.0 client credentials, `private_key_jwt`). */
export interface ServiceApp {
  kind: 'service-app';
  clientId: string;
  privateKey: KeyObject;
  keyId: string | undefined;
}

/** The same with an assertion that an earlier step had signed, by a key that this run never sees. It is good for one access token. */
export interface ClientAssertion {
  kind: 'client-assertion';
  clientId: string;
  assertion: string;
  /** The origin whose token endpoint it is for: one of the org's two addresses, as nobody has checked yet. */
  tokenOrigin: string;
  /** When it ends, in milliseconds since the epoch. */
  expires: number;
}
