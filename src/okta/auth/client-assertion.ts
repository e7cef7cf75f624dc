import { ActionError } from '../../util/errors.ts';
import type { OrgRequestExecutor } from '../http/sdk.ts';
import { signedElsewhere } from './assertions.ts';
import { scopeFor, scopesByWhatIsFound, type Authorization } from './authorization.ts';
import type { ClientAssertion } from './credentials.ts';
import { TOKEN_PATH, explainTokenFailure, requireScopes } from './token-errors.ts';
import { tokenEndpoint, type AccessToken, type Sending } from './token-endpoint.ts';

export interface ClientAssertionOptions extends Omit<Sending, 'executor'> {
  credentials: ClientAssertion;
  /** The org's origin. */
  orgUrl: string;
  /** The scopes that the run is known to need. */
  scopes: readonly string[];
  /** Whether the org says that an origin is its own. */
  isOwnAddress(origin: string): Promise<boolean>;
  /** What sends requests to one of the org's two addresses. */
  executorFor(origin: string): OrgRequestExecutor;
}

/**
 * Authorizes requests with the one access token that an assertion buys: Okta takes each assertion once (documented). It is asked for with
 * all scopes that the run may come to need, and lives for an hour (documented); to revoke it would take another assertion.
 *
 * @throws {ActionError} if the assertion has expired; later, from `headers`, if it is for another org, if Okta gives no token for it, and
 *   if the token lacks a scope
 */
export function clientAssertionAuthorization(options: ClientAssertionOptions): Authorization {
  const { credentials, deadline } = options;
  requireUnexpired(credentials, deadline.clock.now());
  let bought: Promise<AccessToken> | undefined;
  return {
    headers: async (method, url) => {
      bought ??= buy(options);
      const token = await bought;
      const scope = scopeFor(method, new URL(url).pathname);
      if (scope !== undefined) requireScopes([scope], token, credentials.clientId);
      return { authorization: token.authorization };
    },
    renew: () => Promise.resolve(false),
    end: () => Promise.resolve(),
  };
}

async function buy(options: ClientAssertionOptions): Promise<AccessToken> {
  const { credentials, orgUrl, scopes, deadline } = options;
  const { assertion, clientId, tokenOrigin } = credentials;
  if (tokenOrigin !== orgUrl && !(await options.isOwnAddress(tokenOrigin)))
    throw forAnotherOrg(tokenOrigin, orgUrl);
  const endpoint = tokenEndpoint({
    ...options,
    orgUrl: tokenOrigin,
    executor: options.executorFor(tokenOrigin),
    clientId,
    proving: signedElsewhere(assertion),
    canRepeat: false,
    explainFailure: (attempt) =>
      explainTokenFailure(attempt, { credentials, orgUrl: tokenOrigin, scopes, now: deadline.clock.now() }),
  });
  const token = await endpoint.request([...scopes, ...scopesByWhatIsFound(scopes)]);
  requireScopes(scopes, token, clientId);
  return token;
}

function requireUnexpired({ expires }: ClientAssertion, now: number): void {
  if (expires > now) return;
  throw new ActionError(
    'Cannot use "auth-client-assertion"',
    `it has expired, at ${new Date(expires).toISOString()}, ${Math.ceil((now - expires) / 1000)} s ago by the runner's clock`,
    'Have it signed right before this step: each step needs one of its own.',
  );
}

function forAnotherOrg(origin: string, orgUrl: string): ActionError {
  return new ActionError(
    'Cannot use "auth-client-assertion"',
    `it is for ${origin}${TOKEN_PATH} (aud), and ${new URL(orgUrl).host} does not say that this address is its own`,
    `Sign it for ${orgUrl}${TOKEN_PATH}.`,
  );
}
