import { createHash } from 'node:crypto';
import type { AuthorizationRule } from '../authorization-server.ts';
import type { Answer, Exchange, Route } from '../exchange.ts';
import { objectOf } from '../json.ts';
import type { User } from '../org.ts';
import { decide, isAssigned } from './access-policy.ts';
import type { Client } from './client.ts';
import { redirectOrigins } from './client.ts';
import type { Parameters } from './client-authentication.ts';
import { authenticateClient, parametersOf } from './client-authentication.ts';
import { ProofRefused, checkProof } from './dpop.ts';
import {
  NOT_ASSIGNED,
  POLICY_FAILED,
  UNKNOWN_SCOPE,
  grantNotAllowed,
  invalidClient,
  refused,
} from './errors.ts';
import type { Issuer } from './issuer.ts';
import { issuerOf, paths } from './issuer.ts';
import { isOktaScope, scopesIn } from './scopes.ts';
import type { RefreshToken, SignIn } from './token-store.ts';
import { isAlive } from './token-store.ts';
import { activeUser } from './valid-tokens.ts';
import type { Grant } from './tokens.ts';
import { idleMs, issueAccessToken, issueIdToken, issueRefreshToken } from './tokens.ts';

/** The token endpoints: access to Okta's own API for service apps, and the tokens of those who signed in. */
export const tokenRoutes: Route[] = paths('token').map((path) => ({
  method: 'POST',
  path,
  scope: null,
  handle: issueTokens,
}));

/** A request to a token endpoint, with the client proven. */
interface TokenRequest {
  readonly exchange: Exchange;
  readonly issuer: Issuer;
  readonly client: Client;
  readonly parameters: Parameters;
  /** The thumbprint of the key that tokens are to be bound to. */
  readonly thumbprint: string | undefined;
}

type Issued = Readonly<Record<string, string | number>>;

/** The grants that are served, for the discovery document as well. */
export const GRANTS: Readonly<Record<string, (request: TokenRequest) => Promise<Issued>>> = {
  authorization_code: exchangeCode,
  refresh_token: refresh,
  client_credentials: issueToClient,
};

async function issueTokens(exchange: Exchange): Promise<Answer> {
  const issuer = issuerOf(exchange);
  const parameters = parametersOf(exchange);
  const grantType = parameters('grant_type');
  const handle = Object.hasOwn(GRANTS, grantType) ? GRANTS[grantType] : undefined;
  if (handle === undefined) {
    throw refused(
      400,
      'unsupported_grant_type',
      'The authorization grant type is not supported by the authorization server.',
    );
  }
  const ownApi = issuer.custom === undefined && grantType === 'client_credentials';
  const client = await authenticateClient(exchange, parameters, ownApi ? mayUseApi : undefined);
  if (!client.grantTypes.includes(grantType)) {
    throw refused(400, 'unauthorized_client', grantNotAllowed(client.grantTypes));
  }
  const thumbprint = client.dpopRequired ? await provenKey(exchange) : undefined;
  const issued = await handle({ exchange, issuer, client, parameters, thumbprint });
  return {
    status: 200,
    body: { token_type: thumbprint === undefined ? 'Bearer' : 'DPoP', ...issued },
    headers: {
      'cache-control': 'no-cache, no-store',
      pragma: 'no-cache',
      expires: '0',
      // Recorded: the answer repeats the nonce.
      ...(thumbprint === undefined ? {} : { 'dpop-nonce': exchange.tokens.nonce(exchange.now) }),
    },
  };
}

/** Only service apps with a key of their own get at Okta's API by themselves. */
function mayUseApi({ type, authMethod }: Client): void {
  if (type !== 'service') {
    throw invalidClient(
      "Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the Org Authorization Server.",
    );
  }
  if (authMethod !== 'private_key_jwt') {
    throw invalidClient(
      'Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.',
    );
  }
}

/** The thumbprint of the key in the request's DPoP proof. */
async function provenKey({ origin, path, now, tokens, headersDistinct }: Exchange): Promise<string> {
  try {
    const url = `${origin}${path}`;
    return await checkProof(headersDistinct['dpop'], { tokens, method: 'POST', url, now, target: 'token' });
  } catch (error) {
    if (!(error instanceof ProofRefused)) throw error;
    const headers: Record<string, string> =
      error.error === 'use_dpop_nonce' ? { 'dpop-nonce': tokens.nonce(now) } : {};
    throw refused(400, error.error, error.message, headers);
  }
}

async function issueToClient({
  exchange,
  issuer,
  client,
  parameters,
  thumbprint,
}: TokenRequest): Promise<Issued> {
  const { org } = exchange;
  const asked = scopesIn(parameters('scope'));
  const scopes =
    asked.length > 0 || issuer.custom === undefined
      ? asked
      : [...issuer.custom.scopes.values()].filter((scope) => scope.default).map(({ name }) => name);
  if (scopes.length === 0) {
    throw refused(
      400,
      'invalid_scope',
      "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
    );
  }
  const forClients = (scope: string): boolean =>
    issuer.custom === undefined
      ? isOktaScope(scope)
      : [...issuer.custom.scopes.values()].some(({ name, system }) => name === scope && !system);
  if (!scopes.every(forClients)) throw refused(400, 'invalid_scope', UNKNOWN_SCOPE);

  let rule: AuthorizationRule | undefined;
  let granted: readonly string[] = scopes;
  if (issuer.custom === undefined) granted = grantedScopes(client, scopes);
  else {
    const request = { clientId: client.id, user: undefined, grantType: 'client_credentials', scopes };
    const decision = decide(org, issuer.custom, request);
    // Reported, with this status.
    if (typeof decision === 'string') throw refused(401, 'access_denied', POLICY_FAILED);
    rule = decision;
  }
  const grant: Grant = {
    issuer,
    client,
    scopes: granted,
    signIn: undefined,
    user: undefined,
    rule,
    thumbprint,
  };
  const { jwt, expiresIn } = await issueAccessToken(exchange, grant);
  return { expires_in: expiresIn, access_token: jwt, scope: granted.join(' ') };
}

/** Of the scopes asked for, those that are granted to the app; none at all is `consent_required` (documented). */
function grantedScopes({ app }: Client, scopes: readonly string[]): string[] {
  const granted = new Set([...app.grants.values()].map(({ scopeId }) => scopeId));
  const allowed = scopes.filter((scope) => granted.has(scope));
  if (allowed.length === 0) {
    throw refused(400, 'consent_required', 'You are not allowed any of the requested scopes.');
  }
  return allowed;
}

/**
 * A code for tokens. Neither the assignment nor the access policy is looked at again: they were when the person signed
 * in (documented). A request with a wrong verifier leaves the code as it is (unknown).
 */
async function exchangeCode(request: TokenRequest): Promise<Issued> {
  const { exchange, issuer, client, parameters } = request;
  const { tokens, now } = exchange;
  const code = parameters('code');
  const signIn = tokens.findCode(code, now);
  // Recorded, with this text.
  if (signIn === undefined) {
    throw refused(400, 'invalid_grant', 'The authorization code is invalid or has expired.');
  }
  if (signIn.serverId !== issuer.serverId) {
    throw refused(400, 'invalid_request', 'The grant was issued for another authorization server.');
  }
  if (signIn.clientId !== client.id) {
    throw refused(
      400,
      'invalid_grant',
      "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the authorize request.",
    );
  }
  if (parameters('redirect_uri') !== signIn.redirectUri) {
    throw refused(
      400,
      'invalid_grant',
      "The 'redirect_uri' does not match the redirection URI used in the authorization request.",
    );
  }
  checkBrowser(request, signIn);
  checkVerifier(parameters('code_verifier'), signIn.codeChallenge);
  const user = activeUser(exchange, signIn);
  // Recorded for codes that are gone; that a user who is gone takes them along is inferred.
  if (user === undefined) {
    throw refused(400, 'invalid_grant', 'The authorization code is invalid or has expired.');
  }
  tokens.useCode(code);
  const { scopes, rule } = signIn;
  const grant = { ...request, signIn, user, scopes, rule };
  const refreshToken = scopes.includes('offline_access') ? newRefreshToken(request, grant) : undefined;
  return signedIn(exchange, grant, refreshToken);
}

/** A page in a browser has to use PKCE, and to come from where a redirect URI leads. */
function checkBrowser({ exchange, client }: TokenRequest, { codeChallenge }: SignIn): void {
  const { origin } = exchange.headers;
  if (origin === undefined) return;
  if (codeChallenge === undefined) {
    throw invalidClient('Browser requests to the token endpoint must use Proof Key for Code Exchange.');
  }
  if (!redirectOrigins(client).includes(origin)) {
    throw refused(
      400,
      'invalid_request',
      'Browser requests to the token endpoint must be part of at least one whitelisted redirect_uri.',
    );
  }
}

function checkVerifier(verifier: string, challenge: string | undefined): void {
  if (challenge === undefined) {
    if (verifier === '') return;
    throw refused(
      400,
      'invalid_request',
      'PKCE code challenge should be specified in the authorize request for code verification.',
    );
  }
  if (verifier === '') {
    throw refused(400, 'invalid_request', 'PKCE code verifier is required by the application.');
  }
  // Recorded, with this text.
  if (createHash('sha256').update(verifier).digest('base64url') !== challenge) {
    throw refused(400, 'invalid_grant', 'PKCE verification failed.');
  }
}

/** A public client's refresh token is bound to its key, where there is one (DPoP, RFC 9449). */
function newRefreshToken(
  { exchange, client, thumbprint }: TokenRequest,
  grant: Grant & { signIn: SignIn },
  before?: RefreshToken,
): RefreshToken {
  const binding = client.authMethod === 'none' ? thumbprint : undefined;
  return issueRefreshToken(exchange, { ...grant, thumbprint: binding }, before);
}

/** The answer to a person's client; the members stand in the recorded order. */
async function signedIn(
  exchange: Exchange,
  grant: Grant & { signIn: SignIn; user: User },
  refreshToken: RefreshToken | undefined,
  refreshed = false,
): Promise<Issued> {
  const { jwt, expiresIn } = await issueAccessToken(
    exchange,
    grant,
    refreshed ? refreshToken?.id : undefined,
  );
  return {
    expires_in: expiresIn,
    access_token: jwt,
    // Not in the order of the request (recorded).
    scope: [...grant.scopes].sort().join(' '),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken.value }),
    ...(grant.scopes.includes('openid')
      ? { id_token: await issueIdToken(exchange, grant, { accessToken: jwt, refreshed }) }
      : {}),
  };
}

/**
 * New tokens for a refresh token. The access policy is asked again (documented). Where tokens rotate, each use brings
 * another, and the old one is good for the leeway, counted from its first use; after that, its use takes all tokens of
 * the sign-in away (documented). A static token stays as it is, and is repeated (documented). An answer for scopes
 * without `offline_access` has no refresh token (documented).
 */
async function refresh(request: TokenRequest): Promise<Issued> {
  const { exchange, issuer, client, parameters, thumbprint } = request;
  const { tokens, now } = exchange;
  const token = tokens.findRefreshToken(parameters('refresh_token'));
  const isTheirs = token?.signIn.clientId === client.id && token.signIn.serverId === issuer.serverId;
  if (token === undefined || !isTheirs || !isAlive(token, now)) throw deadToken();
  if (token.replacedAt !== undefined && now >= token.replacedAt + leewayMs(client)) {
    tokens.revokeSignIn(token.signIn);
    throw deadToken();
  }
  if (token.thumbprint !== undefined && token.thumbprint !== thumbprint) throw deadToken();

  const { signIn } = token;
  const asked = scopesIn(parameters('scope'));
  const denied = asked.filter((scope) => !signIn.scopes.includes(scope));
  if (denied.length > 0) {
    throw refused(
      400,
      'access_denied',
      `Some of the scopes requested for the refresh request were not granted in the original authorize request. Denied scopes: ${denied.join(', ')}`,
    );
  }
  const scopes = asked.length === 0 ? signIn.scopes : asked;
  const { user, rule } = stillLetIn(request, signIn, scopes);
  const grant = { ...request, signIn, user, scopes, rule };
  token.idleUntil = now + idleMs(rule);
  if (!scopes.includes('offline_access')) return signedIn(exchange, grant, undefined, true);
  if (!rotates(client)) return signedIn(exchange, grant, token, true);
  token.replacedAt ??= now;
  return signedIn(exchange, grant, newRefreshToken(request, grant, token), true);
}

/** Recorded, with this text. */
function deadToken(): Error {
  return refused(400, 'invalid_grant', 'The refresh token is invalid or expired.');
}

/** The person and their rule today: active, assigned, and let in by the access policy. */
function stillLetIn(
  { exchange, issuer, client }: TokenRequest,
  signIn: SignIn,
  scopes: readonly string[],
): { user: User; rule: AuthorizationRule | undefined } {
  const { org } = exchange;
  const user = activeUser(exchange, signIn);
  if (user === undefined) throw deadToken();
  if (!isAssigned(org, client.app, user)) throw refused(400, 'access_denied', NOT_ASSIGNED);
  if (issuer.custom === undefined) return { user, rule: undefined };
  const request = { clientId: client.id, user, grantType: 'authorization_code', scopes };
  const rule = decide(org, issuer.custom, request);
  // The status is that of the other grants (reported for client_credentials).
  if (typeof rule === 'string') throw refused(401, 'access_denied', POLICY_FAILED);
  return { user, rule };
}

function rotates({ settings }: Client): boolean {
  return objectOf(settings['refresh_token'])['rotation_type'] === 'ROTATE';
}

/** 0 to 60 seconds, 30 unless the app says otherwise (documented). */
function leewayMs({ settings }: Client): number {
  const { leeway } = objectOf(settings['refresh_token']);
  return (typeof leeway === 'number' ? leeway : 30) * 1000;
}
