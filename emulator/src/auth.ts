import type { AccessToken, TokenStore } from './oauth/token-store.ts';
import { ProofRefused, checkProof, ALGORITHMS } from './oauth/dpop.ts';
import { OktaError, envelope, forbidden, invalidSession, invalidToken } from './errors.ts';
import type { Caller } from './exchange.ts';
import type { Org } from './org.ts';

/** What authenticating a request needs to know of it. */
export interface Credentials {
  readonly org: Org;
  readonly tokens: TokenStore;
  /** The org's SSWS token. */
  readonly apiToken: string;
  readonly authorization: string | undefined;
  /** The `DPoP` headers, each one. */
  readonly proofs: readonly string[] | undefined;
  readonly method: string;
  readonly origin: string;
  readonly path: string;
  /** The scope that the endpoint asks of a token; undefined where there is no such endpoint. */
  readonly scope: string | undefined;
  readonly now: number;
  /** Whether an OAuth client needs an admin role as well. */
  readonly requireAdminRole: boolean;
}

/**
 * Whom Okta takes the caller for. No `Authorization` at all is 403 E0000005, an unknown SSWS token 401 E0000011; what
 * OAuth tokens can get wrong is in `WWW-Authenticate` (all documented).
 */
export async function authenticate(credentials: Credentials): Promise<Caller> {
  const { authorization, apiToken } = credentials;
  if (authorization === undefined) throw invalidSession();
  const [, scheme = '', value = ''] = /^(\S+) (.*)$/.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case 'ssws':
      if (value !== apiToken) throw invalidToken();
      return { kind: 'administrator' };
    case 'bearer':
    case 'dpop':
      return authenticateClient(credentials, scheme.toLowerCase() === 'dpop', value);
    default:
      throw invalidToken();
  }
}

async function authenticateClient(credentials: Credentials, dpop: boolean, value: string): Promise<Caller> {
  const { org, tokens, scope, now } = credentials;
  const scheme = dpop ? 'DPoP' : 'Bearer';
  const refuse = (status: number, error: string, description: string): OktaError =>
    challenge(credentials, scheme, status, error, description);

  const token = tokens.findAccessToken(value);
  // A token of a custom authorization server is for other APIs (documented).
  if (token === undefined || token.serverId !== undefined)
    throw refuse(401, 'invalid_token', 'The access token is invalid.');
  if (token.revoked) throw refuse(401, 'invalid_token', 'The access token has been revoked.');
  if (token.expiresAt <= now / 1000) throw refuse(401, 'invalid_token', 'The token has expired.');
  if (dpop) await checkBinding(credentials, value, token, refuse);
  else if (token.thumbprint !== undefined) {
    throw refuse(
      400,
      'invalid_request',
      'The resource request must use the DPoP authentication scheme when using a DPoP bound token.',
    );
  }
  const app = org.appOfClient(token.clientId);
  if (app?.status !== 'ACTIVE') throw refuse(401, 'invalid_token', 'The access token is invalid.');
  if (scope !== undefined && !token.scopes.includes(scope)) {
    throw refuse(
      403,
      'insufficient_scope',
      'The access token provided does not contain the required scopes.',
    );
  }
  // A person's token may do what the person may; only the administrator has a role here.
  if (token.signIn !== undefined && token.signIn.userId !== org.administrator.id) throw forbidden();
  // Scopes say what a token may be used for, the role what the client may do (documented).
  if (credentials.requireAdminRole && app.roles.size === 0) throw forbidden();
  return { kind: 'client', app, scopes: token.scopes };
}

async function checkBinding(
  { tokens, proofs, method, origin, path, now }: Credentials,
  accessToken: string,
  { thumbprint }: AccessToken,
  refuse: (status: number, error: string, description: string) => OktaError,
): Promise<void> {
  if (thumbprint === undefined) {
    throw refuse(401, 'invalid_token', 'The presented access_token is not DPoP bound.');
  }
  if (proofs === undefined || proofs.length === 0) {
    throw refuse(400, 'invalid_request', 'The resource request requires a DPoP proof.');
  }
  try {
    const target = { accessToken, thumbprint };
    await checkProof(proofs, { tokens, method, url: `${origin}${path}`, now, target });
  } catch (error) {
    // Status 400 at a resource as well (reported).
    if (error instanceof ProofRefused) throw refuse(400, error.error, error.message);
    throw error;
  }
}

/** An answer with the reason in `WWW-Authenticate`, in the form that was reported from a real org. */
function challenge(
  { origin, path, scope }: Credentials,
  scheme: 'Bearer' | 'DPoP',
  status: number,
  error: string,
  description: string,
): OktaError {
  const algorithms = scheme === 'DPoP' ? `algs="${ALGORITHMS.join(' ')}", ` : '';
  const header =
    `${scheme} ${algorithms}authorization_uri="${origin}/oauth2/v1/authorize", realm="${origin}", ` +
    `scope="${scope ?? ''}", error="${error}", error_description="${description}", resource="${path}"`;
  const body =
    status === 401
      ? invalidToken().answer.body
      : status === 403
        ? forbidden().answer.body
        : envelope(error, description);
  return new OktaError(
    { status, headers: { 'www-authenticate': header }, ...(body === undefined ? {} : { body }) },
    description,
  );
}
