import { TYPE_NAMES, type ApplicationType } from './app.ts';

/** What OAuth 2.0 and Okta require of a client, by its type and grants. Pure rules, no requests. */

export type GrantType =
  | 'authorization_code'
  | 'implicit'
  | 'refresh_token'
  | 'client_credentials'
  | 'password'
  | 'interaction_code'
  | `urn:${string}`
  | `http://auth0.com/${string}`;

export type ResponseType = 'code' | 'id_token' | 'token';

export type TokenEndpointAuthMethod =
  'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'none';

/** The grant type that an app of this type must have. Source: Okta's own refusals, as reported. */
export function requiredGrant(type: ApplicationType): GrantType | undefined {
  switch (type) {
    case 'web':
    case 'native':
      return 'authorization_code';
    case 'service':
      return 'client_credentials';
    case 'browser':
      return undefined;
  }
}

/** What an app of a type gets at its creation where the workflow says nothing. */
export function defaultsOf(type: ApplicationType): {
  grantTypes: GrantType[];
  tokenEndpointAuthMethod: TokenEndpointAuthMethod;
  pkceRequired: boolean;
} {
  switch (type) {
    case 'web':
      return {
        grantTypes: ['authorization_code'],
        tokenEndpointAuthMethod: 'client_secret_basic',
        pkceRequired: false,
      };
    case 'browser':
    case 'native':
      return { grantTypes: ['authorization_code'], tokenEndpointAuthMethod: 'none', pkceRequired: true };
    case 'service':
      return {
        grantTypes: ['client_credentials'],
        tokenEndpointAuthMethod: 'client_secret_basic',
        pkceRequired: false,
      };
  }
}

/** How refresh tokens rotate where nothing is said. Source: Okta's apps reference. */
export function defaultRotation(type: ApplicationType): 'ROTATE' | 'STATIC' {
  return type === 'browser' ? 'ROTATE' : 'STATIC';
}

/**
 * The response types that go with grant types. The implicit grant brings the token response types with it, as the tick box of the
 * Admin Console does; a service app's only answer is a token (recorded).
 */
export function responseTypesFor(type: ApplicationType, grants: readonly string[]): ResponseType[] {
  const types: ResponseType[] = [];
  if (grants.includes('authorization_code') || grants.includes('interaction_code')) types.push('code');
  if (grants.includes('implicit')) types.push('id_token', 'token');
  if (types.length > 0) return types;
  return type === 'service' ? ['token'] : ['code'];
}

/** Whether Okta would take these response types with these grants (its refusals, as reported), so that they may stay as they are. */
export function fitTogether(
  type: ApplicationType,
  grants: readonly string[],
  responseTypes: readonly string[],
): boolean {
  const implicit = grants.includes('implicit');
  const tokens = responseTypes.includes('token') || responseTypes.includes('id_token');
  const code = responseTypes.includes('code');
  if (implicit && !tokens) return false;
  if (!implicit && tokens && type !== 'service') return false;
  if (grants.includes('authorization_code') && !code) return false;
  return responseTypes.length > 0 && (type !== 'service' || code || tokens);
}

/** Source: "redirect_uris" of Okta's OpenAPI description: required except for clients that only use a password or their own credentials. */
export function needsRedirectUri(type: ApplicationType, grants: readonly string[]): boolean {
  return (
    type !== 'service' &&
    ['authorization_code', 'implicit', 'interaction_code'].some((grant) => grants.includes(grant))
  );
}

/**
 * What is wrong with a client that would authenticate with nothing and have no PKCE either (Okta refuses it, as reported).
 *
 * @param method the method asked for, or `undefined` for the type's default
 * @param pkce what was asked for, or `undefined` for the type's default
 */
export function withoutPkce(
  type: ApplicationType,
  method: TokenEndpointAuthMethod | undefined,
  pkce: boolean | undefined,
): string | undefined {
  const defaults = defaultsOf(type);
  if ((method ?? defaults.tokenEndpointAuthMethod) !== 'none' || (pkce ?? defaults.pkceRequired))
    return undefined;
  const means = method === 'none' ? '' : ` (the default of type "${TYPE_NAMES[type]}")`;
  return `is not true, and an app with "token-endpoint-auth-method: none"${means} must require PKCE. Set "pkce-required: true", or choose another method.`;
}

/** Whether a client that authenticates so has no secret. */
export function withoutSecret(method: string): boolean {
  return method === 'none' || method === 'private_key_jwt';
}
