import { PATHS, strings, type ApplicationType } from '../app.ts';
import {
  anyUri,
  clientId,
  flag,
  jwks,
  keysUrl,
  leeway,
  oneOf,
  redirectUris,
  signOutUris,
  someOf,
  webUrl,
  type Jwks,
  type Read,
} from './readers.ts';
import { readSettingsDocument } from './document.ts';
import { yamlAsJson } from './yaml.ts';
import type { InputReader } from '../../util/input-reader.ts';
import { equal, isBlank, isObject, valueAt, type Json, type JsonObject } from '../../util/json.ts';

/** The settings of an app that have an input of their own: `PATHS` says where Okta keeps them, this table all the rest. */

export interface Setting<T extends Json = Json> {
  read: Read<T>;
  /** Whether what Okta holds already says the same. */
  satisfiedBy(current: Json | undefined, wanted: T): boolean;
  /** Whether Okta keeps it as it was at the app's creation. */
  fixed: boolean;
}

/** What the workflow says an app is to be, in Okta's values, by input. A setting that is `undefined` was not named. */
export interface AppSettings extends NamedSettings {
  /** What the input `settings` holds: whatever has no input of its own, in the shape of Okta's app object. */
  other?: JsonObject | undefined;
}

type NamedSettings = { [Input in SettingName]?: ReturnType<(typeof SETTINGS)[Input]['read']> };

export type SettingName = keyof typeof PATHS;

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

export type Rotation = 'ROTATE' | 'STATIC';

export type TokenEndpointAuthMethod =
  'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'none';

/** The words that `type` takes. */
const TYPES: Record<string, ApplicationType> = {
  web: 'web',
  spa: 'browser',
  browser: 'browser',
  native: 'native',
  service: 'service',
};

/** Grant types by their short names and by Okta's own. Source: `GrantType` of Okta's OpenAPI description. */
const GRANT_TYPES: Record<string, GrantType> = {
  authorization_code: 'authorization_code',
  implicit: 'implicit',
  refresh_token: 'refresh_token',
  client_credentials: 'client_credentials',
  password: 'password',
  interaction_code: 'interaction_code',
  device_code: 'urn:ietf:params:oauth:grant-type:device_code',
  token_exchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
  jwt_bearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  saml2_bearer: 'urn:ietf:params:oauth:grant-type:saml2-bearer',
  ciba: 'urn:openid:params:grant-type:ciba',
  'urn:ietf:params:oauth:grant-type:device_code': 'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:token-exchange': 'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:jwt-bearer': 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:saml2-bearer': 'urn:ietf:params:oauth:grant-type:saml2-bearer',
  'urn:openid:params:grant-type:ciba': 'urn:openid:params:grant-type:ciba',
  'urn:okta:params:oauth:grant-type:otp': 'urn:okta:params:oauth:grant-type:otp',
  'urn:okta:params:oauth:grant-type:oob': 'urn:okta:params:oauth:grant-type:oob',
  'http://auth0.com/oauth/grant-type/mfa-otp': 'http://auth0.com/oauth/grant-type/mfa-otp',
  'http://auth0.com/oauth/grant-type/mfa-oob': 'http://auth0.com/oauth/grant-type/mfa-oob',
};

const RESPONSE_TYPES = { code: 'code', token: 'token', id_token: 'id_token' } as const;

const AUTH_METHODS: Record<TokenEndpointAuthMethod, TokenEndpointAuthMethod> = {
  client_secret_basic: 'client_secret_basic',
  client_secret_post: 'client_secret_post',
  client_secret_jwt: 'client_secret_jwt',
  private_key_jwt: 'private_key_jwt',
  none: 'none',
};

const WILDCARDS = { disabled: 'DISABLED', subdomain: 'SUBDOMAIN' } as const;
const ROTATIONS = { rotate: 'ROTATE', static: 'STATIC' } as const;
const CONSENT_METHODS = { required: 'REQUIRED', trusted: 'TRUSTED' } as const;

/** How each setting is read, and when an app has it already. Their order is that of the changes in the report. */
export const SETTINGS = {
  type: fixed(oneOf(TYPES)),
  'client-id': fixed(clientId),
  'redirect-uris': setting(redirectUris),
  'post-logout-redirect-uris': setting(signOutUris),
  'grant-types': setting(someOf(GRANT_TYPES), sameSet),
  'response-types': setting(someOf(RESPONSE_TYPES), sameSet),
  'token-endpoint-auth-method': setting(oneOf(AUTH_METHODS)),
  'pkce-required': setting(flag),
  jwks: setting(jwks, sameKeys),
  'jwks-uri': setting(keysUrl),
  'wildcard-redirect': setting(oneOf(WILDCARDS), sameOrDisabled),
  'initiate-login-uri': setting(anyUri),
  'logo-uri': setting(webUrl),
  'refresh-token-rotation': setting(oneOf(ROTATIONS)),
  'refresh-token-leeway': setting(leeway),
  'dpop-bound-access-tokens': setting(flag),
  'consent-method': setting(oneOf(CONSENT_METHODS), sameOrHidden),
} satisfies Record<SettingName, Setting>;

export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

function setting<T extends Json>(
  read: Read<T>,
  satisfiedBy: Setting<NoInfer<T>>['satisfiedBy'] = same,
): Setting<T> {
  return { read, satisfiedBy, fixed: false };
}

function fixed<T extends Json>(read: Read<T>): Setting<T> {
  return { read, satisfiedBy: same, fixed: true };
}

export function same(current: Json | undefined, wanted: Json): boolean {
  return equal(current, wanted) || (isBlank(current) && isBlank(wanted));
}

/** Grant types and response types are sets: Okta keeps their order (recorded), and it means nothing. */
function sameSet(current: Json | undefined, wanted: string[]): boolean {
  const held = new Set(strings(current));
  return held.size === new Set(wanted).size && wanted.every((item) => held.has(item));
}

/** Keys are compared by `kid`, since Okta may change their order (reported) and adds `id`, `status` and `use` (recorded). */
function sameKeys(current: Json | undefined, wanted: Jwks): boolean {
  const held = keysById(current);
  return held.size === wanted.keys.length && wanted.keys.every((key) => covers(held.get(key['kid']), key));
}

/** What makes a key the one that it is, and what Okta gives back of it; whether it does so with `alg` and others is unknown. */
const KEY_MEMBERS = new Set(['kty', 'crv', 'n', 'e', 'x', 'y', 'use', 'status']);

function covers(held: JsonObject | undefined, wanted: JsonObject): boolean {
  return (
    held !== undefined &&
    Object.entries(wanted).every(
      ([member, value]) =>
        value === undefined ||
        same(held[member], value) ||
        (held[member] === undefined && !KEY_MEMBERS.has(member)),
    )
  );
}

/** The keys of a key set as Okta shows it, by `kid`. */
export function keysById(jwks: Json | undefined): Map<Json | undefined, JsonObject> {
  const keys = isObject(jwks) ? jwks['keys'] : undefined;
  return new Map((Array.isArray(keys) ? keys.filter(isObject) : []).map((key) => [key['kid'], key]));
}

/** An app that says nothing of wildcards takes none. */
function sameOrDisabled(current: Json | undefined, wanted: string): boolean {
  return (current ?? WILDCARDS.disabled) === wanted;
}

/** Orgs without consent management take the setting and do not show it (recorded), so that its absence cannot count as a difference. */
function sameOrHidden(current: Json | undefined, wanted: string): boolean {
  return current === undefined || current === wanted;
}

/** The settings that have a value, in the order of the table. */
export function namedSettings(settings: AppSettings): SettingName[] {
  return SETTING_NAMES.filter((input) => settings[input] !== undefined);
}

/**
 * Reads the inputs of the settings.
 *
 * @param reader collects what is wrong with them
 */
export async function readSettings(reader: InputReader): Promise<AppSettings> {
  await yamlAsJson(reader, 'jwks');
  const named = SETTING_NAMES.map((input) => [input, SETTINGS[input].read(reader, input)] as const);
  return { ...Object.fromEntries(named), other: await readSettingsDocument(reader) };
}

/** The settings that an app's body holds, as Okta shows them. */
export function settingsIn(body: JsonObject): AppSettings {
  return Object.fromEntries(SETTING_NAMES.map((input) => [input, valueAt(body, PATHS[input])]));
}
