import type { KeyObject } from 'node:crypto';

/** Where the org is and as whom a run speaks to it. */
export interface Connection {
  /** The org's origin, without a trailing slash: `https://acme.okta.com`. */
  orgUrl: string;
  credentials: ApiToken | ServiceApp;
}

/** A token that acts with the rights of the administrator who made it (Okta's `SSWS` scheme). */
export interface ApiToken {
  kind: 'api-token';
  token: string;
}

/** An API service app that proves itself with a private key (OAuth 2.0 client credentials, `private_key_jwt`). */
export interface ServiceApp {
  kind: 'service-app';
  clientId: string;
  privateKey: KeyObject;
  keyId: string | undefined;
}
