import type { ClientAssertion, ServiceApp } from './credentials.ts';
import { ActionError, clause, plainText } from '../../util/errors.ts';
import { isObject, parseJson } from '../../util/json.ts';
import { explainFailure } from '../http/errors.ts';
import type { Attempt, RawResponse } from '../http/sdk.ts';

/** Here the org's own authorization server gives tokens for Okta's API. */
export const TOKEN_PATH = '/oauth2/v1/token';

/** Here it revokes them. */
export const REVOKE_PATH = '/oauth2/v1/revoke';

/** What a token was asked for with. */
export interface AskedToken {
  credentials: ServiceApp | ClientAssertion;
  orgUrl: string;
  scopes: readonly string[];
  /** The time here, in milliseconds since the epoch. */
  now: number;
}

interface TokenRefusal {
  /** OAuth's code, such as `invalid_client`; empty if the response was neither OAuth's nor Okta's JSON. */
  error: string;
  description: string;
}

/** Why the token endpoint refused: in OAuth's form (documented) or in that of Okta's API (reported), or as a page. */
export function readRefusal({ text }: RawResponse): TokenRefusal {
  const body = parseJson(text);
  if (!isObject(body)) return { error: '', description: plainText(text) };
  const word = (...names: string[]): string =>
    names.map((name) => body[name]).find((value) => typeof value === 'string') ?? '';
  return {
    error: clause(word('error', 'errorCode')),
    description: clause(word('error_description', 'errorSummary')),
  };
}

/** What to say if Okta gave no token. */
export function explainTokenFailure(response: Attempt, asked: AskedToken): ActionError {
  const { credentials, orgUrl } = asked;
  const purpose = purposeOf(credentials.clientId);
  if ('kind' in response) return explainFailure(purpose, response, orgUrl);
  const { error, description } = readRefusal(response);
  return new ActionError(
    `Cannot ${purpose}`,
    `${new URL(orgUrl).host} answered ${response.status}${error && ` (${error})`}: ${description || 'no reason given'}`,
    remedyFor(response, { error, description }, asked),
  );
}

/**
 * Makes sure that a token has these scopes: Okta leaves out what is not granted, without a word (documented).
 *
 * @throws {ActionError} if it lacks some
 */
export function requireScopes(
  wanted: readonly string[],
  { scopes }: { scopes: readonly string[] },
  clientId: string,
): void {
  const missing = wanted.filter((scope) => !scopes.includes(scope));
  if (missing.length === 0) return;
  throw new ActionError(
    `Cannot ${purposeOf(clientId)}`,
    `it was granted ${list(scopes)}, and this run also needs ${list(missing)}`,
    grant(missing),
  );
}

function purposeOf(clientId: string): string {
  return `get an access token for the service app ${clientId}`;
}

/** What to do about a refusal that says so. Texts: documented, in the table of OAuth error codes; what they mean in practice: reported. */
const REMEDIES: readonly (readonly [
  text: RegExp,
  remedy: (asked: AskedToken, response: RawResponse) => string,
])[] = [
  [
    /kid is invalid/,
    ({ credentials }) => (isSignedHere(credentials) ? unknownKeyId(credentials) : ELSEWHERE.keyId),
  ],
  [
    /signature is invalid/,
    ({ credentials }) => (isSignedHere(credentials) ? anotherKey(credentials) : ELSEWHERE.signature),
  ],
  [
    /JWKSet/,
    ({ credentials }) =>
      `The app has no public key in Okta: register the one that belongs to ${isSignedHere(credentials) ? '"auth-private-key"' : 'the key that signed "auth-client-assertion"'} (${PUBLIC_KEYS}).`,
  ],
  [
    /already been used/,
    () => 'Okta takes each assertion once: have a new one signed right before this step.',
  ],
  [
    /expired|before the current time|in the future|in the past|too far into the future/,
    ({ credentials, now }, response) =>
      `${isSignedHere(credentials) ? '' : 'Have the assertion signed right before this step, for an hour at most. '}${clockAdvice(response, now)}`,
  ],
  [
    /audience/,
    ({ orgUrl }) =>
      `Set "org-url" to the address at which Okta itself serves the org: it knows this endpoint by another one than ${orgUrl}.`,
  ],
  [
    /'application_type'|token_endpoint_auth_method|grant type/,
    () =>
      'The app must be one of the kind "API Services", with the client authentication "Public key / Private key".',
  ],
  [
    /client_id/,
    ({ orgUrl }) => `Check "auth-client-id": ${new URL(orgUrl).host} has no active app with that client ID.`,
  ],
];

/** What to do about an assertion that this run has not signed. */
const ELSEWHERE = {
  keyId:
    'The app has no active public key in Okta with the ID (kid) that "auth-client-assertion" names in its header, or several keys and it names none: sign it with the "kid" that the key has in Okta.',
  signature:
    'The key that signed "auth-client-assertion" does not belong to the public key that the app has in Okta, or what was signed is not its first two parts as they are.',
  dpop: 'The app requires DPoP, for which this run would need an assertion for each request: give "auth-private-key", or turn off "Require Demonstrating Proof of Possession (DPoP) header in token requests" (Admin Console: Applications, the app, General).',
};

function remedyFor(response: RawResponse, { error, description }: TokenRefusal, asked: AskedToken): string {
  const { status } = response;
  const { credentials, scopes } = asked;
  if (error === 'consent_required' || error === 'invalid_scope') return grant(scopes);
  if (['invalid_dpop_proof', 'use_dpop_nonce'].includes(error) && !isSignedHere(credentials))
    return ELSEWHERE.dpop;
  const [, remedy] = REMEDIES.find(([text]) => text.test(description)) ?? [];
  if (remedy) return remedy(asked, response);
  if (status >= 300 && status < 400)
    return 'It redirects, and credentials are not sent on. Check that "org-url" is the address of your Okta org itself.';
  if (status >= 500 || status === 409 || status === 423)
    return 'It kept failing. Run it again later; see status.okta.com.';
  return `Check "org-url", "auth-client-id" and "${isSignedHere(credentials) ? 'auth-private-key' : 'auth-client-assertion'}".`;
}

function isSignedHere(credentials: AskedToken['credentials']): credentials is ServiceApp {
  return credentials.kind === 'service-app';
}

function unknownKeyId({ keyId }: ServiceApp): string {
  return keyId === undefined
    ? 'The app has several public keys in Okta: set "auth-key-id" to the ID (kid) of the one that belongs to "auth-private-key".'
    : `The app has no active public key with the ID "${keyId}" in Okta: register the public key under it (${PUBLIC_KEYS}), or set "auth-key-id" to the ID (kid) that the key has there.`;
}

function anotherKey({ keyId }: ServiceApp): string {
  return `"auth-private-key" does not belong to the public key that the app has in Okta${keyId === undefined ? '' : ` under the ID "${keyId}"`}: register its public key (${PUBLIC_KEYS}), or give the private key of the one that exists. If there are several, set "auth-key-id".`;
}

/** The place of an app's keys in the Admin Console. */
const PUBLIC_KEYS = 'Admin Console: Applications, the app, General, Public Keys';

function grant(scopes: readonly string[]): string {
  return `A super administrator has to grant the app ${list(scopes)} (Admin Console: Applications, the app, Okta API Scopes).`;
}

function clockAdvice(response: RawResponse, now: number): string {
  const ahead = Math.round((now - Date.parse(response.header('date') ?? '')) / 1000);
  const difference = Number.isNaN(ahead)
    ? ''
    : `: it is ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead of' : 'behind'} Okta's`;
  return `Set the runner's clock${difference}.`;
}

function list(names: readonly string[]): string {
  const last = names.at(-1) ?? 'nothing';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
