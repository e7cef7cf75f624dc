import { requireServer } from './authorize.ts';
import { ALGORITHMS } from './dpop.ts';
import type { Answer, Exchange, Route } from '../exchange.ts';
import { ok } from '../exchange.ts';

/** What tells a client where it is: open to everyone. */
export const discoveryRoutes: Route[] = [
  { method: 'GET', path: '/.well-known/okta-organization', scope: null, handle: describeOrg },
  { method: 'GET', path: '/.well-known/openid-configuration', scope: null, handle: describeServer },
  { method: 'GET', path: '/.well-known/oauth-authorization-server', scope: null, handle: describeServer },
  {
    method: 'GET',
    path: '/oauth2/:serverId/.well-known/openid-configuration',
    scope: null,
    handle: describeServer,
  },
  {
    method: 'GET',
    path: '/oauth2/:serverId/.well-known/oauth-authorization-server',
    scope: null,
    handle: describeServer,
  },
  { method: 'GET', path: '/oauth2/v1/keys', scope: null, handle: publishKeys },
  { method: 'GET', path: '/oauth2/:serverId/v1/keys', scope: null, handle: publishKeys },
];

/** Which org this is (documented): `idx` is the pipeline of Identity Engine, `v1` that of Classic Engine. */
function describeOrg({ org, origin }: Exchange): Answer {
  return ok({
    id: org.id,
    cell: 'ok0',
    _links: { organization: { href: origin }, alternate: { href: origin } },
    pipeline: org.engine === 'identity' ? 'idx' : 'v1',
    settings: { analyticsCollectionEnabled: false, bugReportingEnabled: false, omEnabled: false },
  });
}

/** OpenID Connect discovery: the org's own server issues as the org, a custom one below `/oauth2` (documented). */
function describeServer(exchange: Exchange): Answer {
  const { origin } = exchange;
  const server = requireServer(exchange);
  const id = server?.default === true ? 'default' : server?.id;
  const issuer = id === undefined ? origin : `${origin}/oauth2/${id}`;
  const endpoints = id === undefined ? `${origin}/oauth2/v1` : `${origin}/oauth2/${id}/v1`;
  const methods = [
    'client_secret_basic',
    'client_secret_post',
    'client_secret_jwt',
    'private_key_jwt',
    'none',
  ];
  return ok({
    issuer,
    authorization_endpoint: `${endpoints}/authorize`,
    token_endpoint: `${endpoints}/token`,
    userinfo_endpoint: `${endpoints}/userinfo`,
    registration_endpoint: `${origin}/oauth2/v1/clients`,
    jwks_uri: `${endpoints}/keys`,
    response_types_supported: ['code', 'id_token', 'code id_token', 'code token', 'id_token token'],
    response_modes_supported: ['query', 'fragment', 'form_post', 'okta_post_message'],
    grant_types_supported: [
      'authorization_code',
      'implicit',
      'refresh_token',
      'password',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:device_code',
    ],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'profile', 'address', 'phone', 'offline_access', 'groups'],
    token_endpoint_auth_methods_supported: methods,
    claims_supported: ['iss', 'ver', 'sub', 'aud', 'iat', 'exp', 'jti', 'auth_time', 'amr', 'nonce'],
    code_challenge_methods_supported: ['S256'],
    introspection_endpoint: `${endpoints}/introspect`,
    introspection_endpoint_auth_methods_supported: methods,
    revocation_endpoint: `${endpoints}/revoke`,
    revocation_endpoint_auth_methods_supported: methods,
    end_session_endpoint: `${endpoints}/logout`,
    request_parameter_supported: true,
    device_authorization_endpoint: `${endpoints}/device/authorize`,
    dpop_signing_alg_values_supported: ALGORITHMS,
  });
}

async function publishKeys(exchange: Exchange): Promise<Answer> {
  const server = requireServer(exchange);
  return ok({ keys: await (server ?? exchange.org).keys.publicKeys() });
}
