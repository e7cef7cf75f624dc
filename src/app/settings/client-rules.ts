import type { ApplicationType } from '../app.ts';
import {
  keysById,
  type AppSettings,
  type GrantType,
  type ResponseType,
  type Rotation,
  type SettingName,
  type TokenEndpointAuthMethod,
} from './settings.ts';

/** What OAuth 2.0 and Okta require of a client, by its type and grants. Pure rules, no requests. */

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

/** What an app of a type gets at its creation if the workflow says nothing. */
export function defaultsOf(type: ApplicationType): {
  'grant-types': GrantType[];
  'token-endpoint-auth-method': TokenEndpointAuthMethod;
  'pkce-required': boolean;
} {
  switch (type) {
    case 'web':
      return {
        'grant-types': ['authorization_code'],
        'token-endpoint-auth-method': 'client_secret_basic',
        'pkce-required': false,
      };
    case 'browser':
    case 'native':
      return {
        'grant-types': ['authorization_code'],
        'token-endpoint-auth-method': 'none',
        'pkce-required': true,
      };
    case 'service':
      return {
        'grant-types': ['client_credentials'],
        'token-endpoint-auth-method': 'client_secret_basic',
        'pkce-required': false,
      };
  }
}

/** How refresh tokens rotate if nothing is said. Source: Okta's apps reference. */
export function defaultRotation(type: ApplicationType): Rotation {
  return type === 'browser' ? 'ROTATE' : 'STATIC';
}

/**
 * The response types that belong to grant types. The implicit grant brings the token response types with it, as the tick box of the Admin
 * Console does; a service app's only answer is a token (recorded).
 */
export function responseTypesFor(type: ApplicationType, grants: readonly string[]): ResponseType[] {
  const types: ResponseType[] = [];
  if (grants.includes('authorization_code') || grants.includes('interaction_code')) types.push('code');
  if (grants.includes('implicit')) types.push('id_token', 'token');
  if (types.length > 0) return types;
  return type === 'service' ? ['token'] : ['code'];
}

/** Whether Okta would take these response types with these grants (its refusals, as reported), so that they may be kept as they are. */
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
  return code || tokens;
}

/** Source: "redirect_uris" of Okta's OpenAPI description: required except for clients that only use a password or their own credentials. */
export function needsRedirectUri(type: ApplicationType, grants: readonly string[]): boolean {
  return (
    type !== 'service' &&
    ['authorization_code', 'implicit', 'interaction_code'].some((grant) => grants.includes(grant))
  );
}

/** What is wrong with a client: the input to blame, what is wrong with it, and what to do. */
export interface ClientProblem {
  input: SettingName;
  why: string;
  remedy: string;
}

/**
 * What Okta would refuse about a client, one rule after the other. A rule about a setting that is `undefined` says nothing: it is not
 * known yet what the app has there.
 */
export function clientProblems(client: AppSettings): ClientProblem[] {
  return [
    withoutGrant(client),
    withoutRedirectUri(client),
    responsesWithoutGrant(client),
    withoutPkce(client),
    rotationWithoutGrant(client),
    leewayWithoutRotation(client),
    withoutKeys(client),
  ].filter((problem) => problem !== undefined);
}

type Rule = (client: AppSettings) => ClientProblem | undefined;

const withoutGrant: Rule = ({ type, 'grant-types': grants }) => {
  const required = type && requiredGrant(type);
  if (!required || !grants || grants.includes(required)) return undefined;
  return {
    input: 'grant-types',
    why: `lacks "${required}", which Okta requires of an app of type "${type}"`,
    remedy: 'Add it, or choose another type.',
  };
};

const withoutRedirectUri: Rule = ({ type, 'grant-types': said, 'redirect-uris': uris }) => {
  const required = type && requiredGrant(type);
  const grants = said ?? (required ? [required] : []);
  if (!type || uris?.length !== 0 || !needsRedirectUri(type, grants)) return undefined;
  return {
    input: 'redirect-uris',
    why: 'is empty, and the grant types need a redirect URI',
    remedy: 'Give at least one.',
  };
};

/**
 * Okta refuses tokens without the implicit grant, except to a service app, and that grant without tokens (reported). It requires response
 * types with the grants for which it requires redirect URIs (documented).
 */
const responsesWithoutGrant: Rule = ({ type, 'grant-types': grants, 'response-types': responses }) => {
  if (!grants || !responses) return undefined;
  const token = responses.find((response) => response !== 'code');
  const isImplicit = grants.includes('implicit');
  const mayBeService = type === undefined ? grants.includes('client_credentials') : type === 'service';
  const why =
    token !== undefined && !isImplicit && !mayBeService
      ? `has "${token}", which needs the grant type "implicit"`
      : token === undefined && isImplicit
        ? 'lacks "id_token" and "token", and the grant type "implicit" needs one of them'
        : responses.length === 0 && type !== undefined && needsRedirectUri(type, grants)
          ? 'is empty, and Okta requires one with these grant types'
          : undefined;
  return why === undefined
    ? undefined
    : {
        input: 'response-types',
        why,
        remedy:
          'Leave "response-types" out, so that they follow from "grant-types", or change one of the two.',
      };
};

/** A client that would authenticate with nothing and have no PKCE either: Okta refuses it, as reported. */
const withoutPkce: Rule = ({ 'token-endpoint-auth-method': method, 'pkce-required': pkce }) => {
  if (method !== 'none' || pkce !== false) return undefined;
  return {
    input: 'pkce-required',
    why: 'is not true, and an app with "token-endpoint-auth-method: none" must require PKCE',
    remedy:
      'Set "pkce-required: true", or choose another method: single-page and native apps have that one unless it is given.',
  };
};

/** Whether refresh token settings are those of a client without refresh tokens, as Terraform writes them for every client. */
export function isWithoutRefresh({
  'refresh-token-rotation': rotation = 'STATIC',
  'refresh-token-leeway': leeway = 0,
}: AppSettings): boolean {
  return rotation === 'STATIC' && leeway === 0;
}

const rotationWithoutGrant: Rule = (client) => {
  const { 'grant-types': grants } = client;
  if (isWithoutRefresh(client) || !grants || grants.includes('refresh_token')) return undefined;
  return {
    input: 'grant-types',
    why: 'lacks "refresh_token", which refresh token settings need',
    remedy: 'Add it to "grant-types", or leave "refresh-token-rotation" and "refresh-token-leeway" out.',
  };
};

const leewayWithoutRotation: Rule = ({
  'refresh-token-rotation': rotation,
  'refresh-token-leeway': leeway = 0,
}) => {
  if (rotation !== 'STATIC' || leeway === 0) return undefined;
  return {
    input: 'refresh-token-leeway',
    why: 'is set, and Okta keeps no leeway beside "refresh-token-rotation: static"',
    remedy: 'Set "refresh-token-rotation: rotate", or leave "refresh-token-leeway" out.',
  };
};

const withoutKeys: Rule = ({ 'token-endpoint-auth-method': method, jwks, 'jwks-uri': uri }) => {
  if (method !== 'private_key_jwt' || jwks?.keys.length !== 0 || uri !== '') return undefined;
  return {
    input: 'jwks',
    why: 'is missing, and an app with "token-endpoint-auth-method: private_key_jwt" proves itself with keys',
    remedy: 'Give "jwks" or "jwks-uri", or choose another method.',
  };
};

/** Whether there are keys with which a client proves itself: those with `"use": "enc"` encrypt what it is sent (documented). */
export function hasProofKeys({ jwks, 'jwks-uri': uri }: AppSettings): boolean {
  const keys = [...keysById(jwks).values()];
  const isForEncryption = keys.length > 0 && keys.every(({ use }) => use === 'enc');
  return uri !== undefined || (jwks !== undefined && !isForEncryption);
}

/** Whether a client with this authentication method has no secret. */
export function withoutSecret(method: string): boolean {
  return method === 'none' || method === 'private_key_jwt';
}
