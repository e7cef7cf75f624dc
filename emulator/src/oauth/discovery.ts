import { oktaError } from '../errors.ts';
import type { Answer, Exchange, Route } from '../exchange.ts';
import { ok } from '../exchange.ts';
import type { Json } from '../json.ts';
import { without } from '../json.ts';
import { RESPONSE_MODES, RESPONSE_TYPES } from './authorize.ts';
import { USER_CLAIMS } from './claims.ts';
import type { Client } from './client.ts';
import { clientOf } from './client.ts';
import { ALGORITHMS } from './dpop.ts';
import type { Issuer } from './issuer.ts';
import { idTokenIssuer, issuerOf, paths } from './issuer.ts';
import { ORG_SCOPES } from './scopes.ts';
import { GRANTS } from './token.ts';

/** What tells a client where it is: open to everyone. */
export const discoveryRoutes: Route[] = [
  { method: 'GET', path: '/.well-known/okta-organization', scope: null, handle: describeOrg },
  ...['/.well-known/openid-configuration', '/oauth2/:serverId/.well-known/openid-configuration'].map(
    (path): Route => ({ method: 'GET', path, scope: null, handle: describeProvider }),
  ),
  ...[
    '/.well-known/oauth-authorization-server',
    '/oauth2/:serverId/.well-known/oauth-authorization-server',
    '/.well-known/oauth-authorization-server/oauth2/:serverId',
  ].map((path): Route => ({ method: 'GET', path, scope: null, handle: describeServer })),
  ...paths('keys').map((path): Route => ({ method: 'GET', path, scope: null, handle: publishKeys })),
];

/**
 * Which org this is (recorded), and its addresses: its own one, and its custom domain where it has one (documented). `idx` is the
 * pipeline of Identity Engine, `v1` that of Classic Engine.
 */
function describeOrg({ org, orgUrl, customUrl }: Exchange): Answer {
  return ok({
    id: org.id,
    cell: 'ok0',
    _links: {
      organization: { href: orgUrl },
      ...(customUrl !== undefined && { alternate: { href: customUrl } }),
    },
    pipeline: org.engine === 'identity' ? 'idx' : 'v1',
    settings: {
      analyticsCollectionEnabled: false,
      bugReportingEnabled: true,
      omEnabled: false,
      pssoEnabled: false,
      desktopMFAEnabled: false,
      itpEnabled: false,
    },
  });
}

const AUTH_METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'none',
];

/** A day, as recorded; the answer depends on who asks. */
const HEADERS = { 'cache-control': 'max-age=86400, must-revalidate', vary: 'Origin' };

/**
 * OpenID Connect discovery: of what Okta's document has (recorded), in its order, the part that is served here. A custom
 * server's leaves client_credentials out, though it takes it (recorded). With `client_id`, the issuer is that of the client's
 * ID tokens (documented).
 */
function describeProvider(exchange: Exchange): Answer {
  const issuer = issuerOf(exchange);
  const grants = issuer.custom === undefined ? grantTypes() : grantTypes('client_credentials');
  const clientId = exchange.query.get('client_id');
  const url =
    clientId === null ? issuer.url : idTokenIssuer(issuer, requireClient(exchange, clientId), exchange);
  return { ...ok(describe({ ...issuer, url }, grants)), headers: HEADERS };
}

/** 400 in the form of the API's errors where no app has it (documented). */
function requireClient({ org }: Exchange, clientId: string): Client {
  const app = org.appOfClient(clientId);
  if (app === undefined) throw oktaError(400, 'invalid_client', 'Invalid value for `client_id` parameter');
  return clientOf(app);
}

/** OAuth 2.0 authorization server metadata: the same without what is about ID tokens and people (documented). */
function describeServer(exchange: Exchange): Answer {
  const members = describe(issuerOf(exchange), grantTypes());
  const body = without(members, 'userinfo_endpoint', 'id_token_signing_alg_values_supported');
  return { ...ok(body), headers: HEADERS };
}

function grantTypes(left?: string): string[] {
  const [first, ...rest] = Object.keys(GRANTS);
  return [...(first === undefined ? [] : [first]), 'implicit', ...rest].filter((grant) => grant !== left);
}

function describe({ url, endpoints, custom }: Issuer, grants: string[]): Record<string, Json> {
  const scopes =
    custom === undefined
      ? [...ORG_SCOPES]
      : [...custom.scopes.values()]
          .filter(({ metadataPublish }) => metadataPublish === 'ALL_CLIENTS')
          .map(({ name }) => name);
  const claims = [...(custom?.claims.values() ?? [])]
    .filter(({ claimType, status, system }) => claimType === 'IDENTITY' && status === 'ACTIVE' && !system)
    .map(({ name }) => name);
  const own = ['iss', 'ver', 'sub', 'aud', 'iat', 'exp', 'jti', 'auth_time', 'amr', 'idp', 'nonce'];
  return {
    issuer: url,
    authorization_endpoint: `${endpoints}/authorize`,
    token_endpoint: `${endpoints}/token`,
    userinfo_endpoint: `${endpoints}/userinfo`,
    jwks_uri: `${endpoints}/keys`,
    response_types_supported: RESPONSE_TYPES,
    response_modes_supported: RESPONSE_MODES,
    grant_types_supported: grants,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: scopes,
    token_endpoint_auth_methods_supported: AUTH_METHODS,
    claims_supported: [...own, ...USER_CLAIMS, ...claims, 'at_hash', 'c_hash'],
    code_challenge_methods_supported: ['S256'],
    introspection_endpoint: `${endpoints}/introspect`,
    introspection_endpoint_auth_methods_supported: AUTH_METHODS,
    revocation_endpoint: `${endpoints}/revoke`,
    revocation_endpoint_auth_methods_supported: AUTH_METHODS,
    end_session_endpoint: `${endpoints}/logout`,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    dpop_signing_alg_values_supported: ALGORITHMS,
  };
}

/** The keys that tokens verify against (recorded). */
async function publishKeys(exchange: Exchange): Promise<Answer> {
  const { keys } = issuerOf(exchange);
  return { ...ok({ keys: await keys.publicKeys() }), headers: HEADERS };
}
