import type { Answer, Exchange, Route } from '../exchange.ts';
import { ok } from '../exchange.ts';
import { customClaims, userClaims } from './claims.ts';
import { ProofRefused, checkProof } from './dpop.ts';
import { issuerOf, paths } from './issuer.ts';
import { OktaError } from '../errors.ts';
import { validAccessToken } from './valid-tokens.ts';

/** `/userinfo`: the claims of the person that an access token is for; GET and POST (documented). */
export const userinfoRoutes: Route[] = paths('userinfo').flatMap((path) =>
  (['GET', 'POST'] as const).map((method): Route => ({ method, path, scope: null, handle: describeUser })),
);

/** Scopes that bring claims. */
const CLAIM_SCOPES = ['profile', 'email', 'address', 'phone'];

async function describeUser(exchange: Exchange): Promise<Answer> {
  const { org } = exchange;
  const issuer = issuerOf(exchange);
  const [, scheme = '', jwt = ''] = /^(Bearer|DPoP) (.+)$/i.exec(exchange.headers.authorization ?? '') ?? [];
  const dpop = scheme.toLowerCase() === 'dpop';
  const valid = validAccessToken(exchange, issuer, jwt);
  if (valid?.user === undefined) {
    throw refusedWith(401, dpop, 'invalid_token', 'The access token is invalid');
  }
  const { token, user, client } = valid;
  if (token.thumbprint !== undefined || dpop) await checkBinding(exchange, jwt, token.thumbprint, dpop);
  if (!token.scopes.some((scope) => CLAIM_SCOPES.includes(scope))) {
    const description =
      'The access token must provide access to at least one of these scopes - profile, email, address or phone';
    throw refusedWith(403, dpop, 'insufficient_scope', description);
  }
  const subject = { org, app: client.app, user, scopes: token.scopes };
  return ok({
    sub: user.id,
    ...userClaims(subject, 'full'),
    ...customClaims(issuer.custom, subject, 'IDENTITY', 'full'),
  });
}

/** A bound token wants the DPoP scheme and a proof, one that is not bound neither (documented texts). */
async function checkBinding(
  { tokens, now, method, origin, path, headersDistinct }: Exchange,
  accessToken: string,
  thumbprint: string | undefined,
  dpop: boolean,
): Promise<void> {
  if (!dpop) {
    const description =
      'The resource request must use the DPoP authentication scheme when using a DPoP bound token.';
    throw refusedWith(400, dpop, 'invalid_request', description);
  }
  if (thumbprint === undefined) {
    throw refusedWith(401, dpop, 'invalid_token', 'The presented access_token is not DPoP bound.');
  }
  try {
    const target = { accessToken, thumbprint };
    await checkProof(headersDistinct['dpop'], { tokens, method, url: `${origin}${path}`, now, target });
  } catch (error) {
    if (error instanceof ProofRefused) throw refusedWith(400, dpop, error.error, error.message);
    throw error;
  }
}

/** An empty body; the reason is in `WWW-Authenticate` (documented). */
function refusedWith(status: number, dpop: boolean, error: string, description: string): OktaError {
  const header = `${dpop ? 'DPoP' : 'Bearer'} error="${error}", error_description="${description}"`;
  return new OktaError({ status, headers: { 'www-authenticate': header } }, description);
}
