import { invalidSession, invalidToken } from './errors.ts';
import type { App } from './org.ts';

/** Who makes a request. */
export type Caller =
  /** The owner of the SSWS token: a super administrator. */
  | { readonly kind: 'administrator' }
  /** A service app with an access token for these scopes. */
  | { readonly kind: 'client'; readonly app: App; readonly scopes: readonly string[] }
  /** Nobody, at the endpoints that are open to everyone. */
  | { readonly kind: 'nobody' };

/** Reads the `Authorization` header; throws Okta's refusal. */
export function authenticate(authorization: string | undefined, token: string): Caller {
  if (authorization === undefined) throw invalidSession();
  if (authorization === `SSWS ${token}`) return { kind: 'administrator' };
  throw invalidToken();
}
