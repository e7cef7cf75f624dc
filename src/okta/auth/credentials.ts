import type { KeyObject } from 'node:crypto';

/** Where the org is and as whom a run speaks to it. */
export interface Connection {
  /** The org's origin, without a trailing slash: `https://acme.okta.com`. */
  orgUrl: string;
  credentials: ApiToken | ServiceApp;
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
