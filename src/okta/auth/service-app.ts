import type { ServiceApp } from './credentials.ts';
import { signedHere } from './assertions.ts';
import { scopeFor, type Authorization } from './authorization.ts';
import { explainMissingScopes, explainTokenFailure } from './token-errors.ts';
import { tokenEndpoint, type AccessToken, type Sending } from './token-endpoint.ts';

export interface ServiceAppOptions extends Sending {
  credentials: ServiceApp;
  /** The org's origin. */
  orgUrl: string;
  /** The scopes that the run is known to need; those that only show while it runs are asked for then. */
  scopes: readonly string[];
}

/**
 * Authorizes requests with access tokens of a service app: OAuth 2.0 client credentials at the org's own authorization server, where a
 * client proves itself with a private key (`private_key_jwt`, the one method that Okta takes there), and with DPoP where its app asks for
 * that. The first token is asked for when the first request needs it, and shared by all until shortly before it expires.
 *
 * @throws {ActionError} where the key is of a kind that Okta does not take; later, from `headers`, where Okta gives no token or leaves
 *   out one of the scopes
 */
export function serviceAppAuthorization(options: ServiceAppOptions): Promise<Authorization> {
  const { credentials, orgUrl, deadline } = options;
  const { clientId } = credentials;
  const { clock } = deadline;
  const scopes = new Set(options.scopes);
  const endpoint = tokenEndpoint({
    ...options,
    clientId,
    proving: signedHere(credentials, clock),
    canRepeat: true,
    explainFailure: (attempt, asked) =>
      explainTokenFailure(attempt, { credentials, orgUrl, scopes: asked, now: clock.now() }),
  });
  let held: Promise<AccessToken> | undefined;
  /** All that Okta may still take. */
  const live = new Set<AccessToken>();
  const widening = new Map<string, Promise<void>>();

  async function currentToken(): Promise<AccessToken> {
    const known = held;
    if (known && clock.now() >= (await known).renewAt && held === known) held = undefined;
    held ??= ask([...scopes]);
    return held;
  }

  async function ask(wanted: readonly string[]): Promise<AccessToken> {
    const token = await endpoint.request(wanted);
    live.add(token);
    const missing = wanted.filter((scope) => !token.scopes.includes(scope));
    if (missing.length > 0) throw explainMissingScopes(missing, token.scopes, clientId);
    return token;
  }

  /** Asks for one more scope. Where it is not granted, all else goes on with the scopes that are. */
  function widen(scope: string): Promise<void> {
    const asked = widening.get(scope);
    if (asked) return asked;
    const before = held;
    const wider = ask([...scopes, scope]);
    const done = wider
      .then(() => {
        scopes.add(scope);
        held = held === before ? wider : undefined;
      })
      .finally(() => widening.delete(scope));
    widening.set(scope, done);
    return done;
  }

  return Promise.resolve({
    headers: async (method, url) => {
      const scope = scopeFor(method, new URL(url).pathname);
      if (scope !== undefined && !scopes.has(scope)) await widen(scope);
      const { authorization, prove } = await currentToken();
      return { authorization, ...(prove && { dpop: await prove(method, url) }) };
    },
    renew: async (failure, sent) => {
      if (failure.kind !== 'response' || failure.status !== 401) return false;
      const known = held;
      const token = await known;
      if (token && token.authorization === sent['authorization']) {
        live.delete(token);
        if (held === known) held = undefined;
      }
      return true;
    },
    end: async () => {
      await Promise.all([...live].map((token) => endpoint.revoke(token)));
    },
  });
}
