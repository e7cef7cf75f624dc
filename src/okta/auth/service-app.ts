import type { ServiceApp } from './credentials.ts';
import { signedHere } from './assertions.ts';
import { scopeFor, type Authorization } from './authorization.ts';
import { explainTokenFailure, requireScopes } from './token-errors.ts';
import { tokenEndpoint, type AccessToken, type Sending, type TokenEndpoint } from './token-endpoint.ts';

export interface ServiceAppOptions extends Sending {
  credentials: ServiceApp;
  /** The org's origin. */
  orgUrl: string;
  /** The scopes that the run is known to need; it asks for others when it turns out to need them. */
  scopes: readonly string[];
}

/**
 * Authorizes requests with access tokens of a service app: OAuth 2.0 client credentials at the org's own authorization server. There a
 * client proves itself with a private key (`private_key_jwt`, the one method that Okta takes there), and with DPoP if its app asks for
 * that. The first token is asked for when the first request needs it, and shared by all until shortly before it expires.
 *
 * @throws {ActionError} if the key is of a kind that Okta does not take; later, from `headers`, if Okta gives no token or leaves out one of
 *   the scopes
 */
export function serviceAppAuthorization(options: ServiceAppOptions): Authorization {
  const { credentials, orgUrl, deadline } = options;
  const { clock } = deadline;
  const endpoint = tokenEndpoint({
    ...options,
    clientId: credentials.clientId,
    proving: signedHere(credentials, clock),
    canRepeat: true,
    explainFailure: (attempt, scopes) =>
      explainTokenFailure(attempt, { credentials, orgUrl, scopes, now: clock.now() }),
  });
  const tokens = tokensFrom(endpoint, options);
  return {
    headers: async (method, url) => {
      const scope = scopeFor(method, new URL(url).pathname);
      if (scope !== undefined) await tokens.widen(scope);
      const { authorization, prove } = await tokens.current();
      return { authorization, ...(prove && { dpop: await prove(method, url) }) };
    },
    renew: async (failure, sent) => {
      if (failure.kind !== 'response' || failure.status !== 401) return false;
      await tokens.drop(sent['authorization']);
      return true;
    },
    end: async () => {
      await Promise.all([...tokens.live].map((token) => endpoint.revoke(token)));
    },
  };
}

/** The access tokens of a run: one that all requests carry, and another one if that is not good enough any more. */
interface Tokens {
  /** The one to carry now. */
  current(): Promise<AccessToken>;
  /** Makes sure that the token has a scope. If that is not granted, everything else continues with the granted scopes. */
  widen(scope: string): Promise<void>;
  /** Gives up the current token, if it is the one that was sent. */
  drop(authorization: string | undefined): Promise<void>;
  /** All tokens that Okta may still take. */
  live: ReadonlySet<AccessToken>;
}

function tokensFrom(
  endpoint: TokenEndpoint,
  { credentials, deadline, ...options }: Pick<ServiceAppOptions, 'credentials' | 'deadline' | 'scopes'>,
): Tokens {
  const { clock } = deadline;
  const scopes = new Set(options.scopes);
  const live = new Set<AccessToken>();
  const widening = new Map<string, Promise<void>>();
  let held: Promise<AccessToken> | undefined;

  async function ask(wanted: readonly string[]): Promise<AccessToken> {
    const token = await endpoint.request(wanted);
    live.add(token);
    requireScopes(wanted, token, credentials.clientId);
    return token;
  }

  async function askFor(scope: string): Promise<void> {
    const before = held;
    const wider = ask([...scopes, scope]);
    await wider;
    scopes.add(scope);
    held = held === before ? wider : undefined;
  }

  return {
    live,
    current: async () => {
      const known = held;
      if (known && clock.now() >= (await known).renewAt && held === known) held = undefined;
      held ??= ask([...scopes]);
      return held;
    },
    widen: (scope) => {
      if (scopes.has(scope)) return Promise.resolve();
      const asked = widening.get(scope) ?? askFor(scope).finally(() => widening.delete(scope));
      widening.set(scope, asked);
      return asked;
    },
    drop: async (authorization) => {
      const token = await held;
      if (!token || token.authorization !== authorization) return;
      live.delete(token);
      held = undefined;
    },
  };
}
