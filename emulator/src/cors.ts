import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './exchange.ts';
import { objectOf } from './json.ts';
import { clientOf, redirectOrigins } from './oauth/client.ts';
import type { Org } from './org.ts';

/**
 * The headers that let a page of another origin read the answer, session included: one that is trusted for CORS
 * (documented), and at the endpoints of the authorization servers also one that a redirect URI leads to (documented for
 * the token endpoint, inferred for those beside it).
 */
export function corsHeaders(org: Org, path: string, { origin }: IncomingHttpHeaders): Record<string, string> {
  if (origin === undefined) return {};
  const isOAuth = path.startsWith('/oauth2/') || path.includes('/.well-known/');
  if (!isTrusted(org, origin) && !(isOAuth && isRedirectedTo(org, origin))) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'DPoP-Nonce, Link, WWW-Authenticate, X-Okta-Request-Id',
    vary: 'Origin',
  };
}

/** The answer to a browser that asks first; undefined where the request is no such question. */
export function preflight(method: string, headers: IncomingHttpHeaders): Answer | undefined {
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return undefined;
  const asked = headers['access-control-request-headers'];
  return {
    status: 200,
    headers: {
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      ...(asked === undefined ? {} : { 'access-control-allow-headers': asked }),
    },
  };
}

function isTrusted({ trustedOrigins }: Org, origin: string): boolean {
  return [...trustedOrigins.values()].some(
    (trusted) =>
      trusted.status === 'ACTIVE' &&
      originOf(trusted.origin) === origin &&
      trusted.scopes.some((scope) => objectOf(scope)['type'] === 'CORS'),
  );
}

function isRedirectedTo({ apps }: Org, origin: string): boolean {
  return [...apps.values()].some(
    (app) => app.status === 'ACTIVE' && redirectOrigins(clientOf(app)).includes(origin),
  );
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}
