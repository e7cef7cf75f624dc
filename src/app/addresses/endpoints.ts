import { PATHS, clientIdOf, listAt, type RegisteredApp } from '../app.ts';
import { valueAt } from '../../util/json.ts';

/** The addresses that an application needs to let people sign in with the app. Source: Okta's OpenID Connect reference. */
export interface Endpoints {
  issuer: string;
  discoveryUrl: string;
  authorizeUrl: string;
}

/**
 * @param orgUrl the org's origin
 * @param authorizationServer ID of a custom authorization server; `undefined` for the org's own
 */
export function endpointsOf(orgUrl: string, authorizationServer: string | undefined): Endpoints {
  const server = authorizationServer === undefined ? '' : `/${encodeURIComponent(authorizationServer)}`;
  const issuer = server ? `${orgUrl}/oauth2${server}` : orgUrl;
  return {
    issuer,
    discoveryUrl: `${issuer}/.well-known/openid-configuration`,
    authorizeUrl: `${orgUrl}/oauth2${server}/v1/authorize`,
  };
}

/**
 * The address that starts a sign-in with the app: complete except what has to be new every time, for which it has placeholders.
 *
 * @param idp ID of an external identity provider to send people to
 * @param own redirect URIs that come before the app's others
 * @returns `undefined` for an app that nobody signs in to through a browser
 */
export function signInUrl(
  app: RegisteredApp,
  { authorizeUrl }: Endpoints,
  idp: string | undefined,
  own: readonly string[] = [],
): string | undefined {
  const held = listAt(app, PATHS['redirect-uris']);
  const first = own.filter((uri) => held.includes(uri));
  const redirectUris = first.length > 0 ? first : held;
  const redirectUri = redirectUris.find((uri) => !uri.includes('*')) ?? redirectUris[0];
  const placeholders = { state: 'STATE', nonce: 'NONCE', codeChallenge: 'CODE_CHALLENGE' };
  const query = redirectUri === undefined ? undefined : signInQuery(app, redirectUri, placeholders);
  if (!query) return undefined;
  if (idp !== undefined) query.set('idp', idp);
  return `${authorizeUrl}?${query}`;
}

/** What has to be new in every request to sign somebody in. */
export interface Unique {
  state: string;
  nonce: string;
  codeChallenge: string;
}

/**
 * The query with which an application asks Okta to sign somebody in.
 *
 * @param redirectUri one of the app's; a wildcard in it is filled in
 * @returns `undefined` if Okta does not show the client ID, or the app has no response type
 */
export function signInQuery(
  app: RegisteredApp,
  redirectUri: string,
  unique: Unique,
): URLSearchParams | undefined {
  const clientId = clientIdOf(app);
  const responseType = responseTypeOf(app);
  if (clientId === undefined || responseType === undefined) return undefined;
  return new URLSearchParams({
    client_id: clientId,
    response_type: responseType,
    scope: 'openid',
    redirect_uri: sampleOf(redirectUri),
    state: unique.state,
    nonce: unique.nonce,
    ...(requiresPkce(app) && { code_challenge: unique.codeChallenge, code_challenge_method: 'S256' }),
  });
}

/** What to ask for: a code if the app gives one, else all that it gives. */
function responseTypeOf(app: RegisteredApp): string | undefined {
  const types = listAt(app, PATHS['response-types']);
  if (types.includes('code')) return 'code';
  return types.length > 0 ? types.join(' ') : undefined;
}

function requiresPkce(app: RegisteredApp): boolean {
  return valueAt(app.body, PATHS['pkce-required']) === true;
}

/** A redirect URI as an application would send it: a wildcard stands for one label of the host. */
export function sampleOf(redirectUri: string): string {
  return redirectUri.replace('*', 'preview');
}
