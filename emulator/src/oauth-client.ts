import { blankField, invalidField, malformedBody, validationFailed } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject, listOf, objectOf, stringOf, stringsOf, without } from './json.ts';
import { escaped } from './oauth/pages.ts';
import type { Unknowns } from './unknowns.ts';

/**
 * `settings.oauthClient` and `credentials.oauthClient` of an OIDC app: which values Okta fills in, which it refuses.
 */

const GRANT_TYPES = new Set([
  'authorization_code',
  'client_credentials',
  'implicit',
  'interaction_code',
  'password',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:saml2-bearer',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:openid:params:grant-type:ciba',
  'urn:okta:params:oauth:grant-type:otp',
  'urn:okta:params:oauth:grant-type:oob',
  'http://auth0.com/oauth/grant-type/mfa-otp',
  'http://auth0.com/oauth/grant-type/mfa-oob',
]);

const ENUMERATIONS: Readonly<Record<string, ReadonlySet<string>>> = {
  application_type: new Set(['web', 'browser', 'native', 'service']),
  consent_method: new Set(['TRUSTED', 'REQUIRED']),
  issuer_mode: new Set(['ORG_URL', 'CUSTOM_URL', 'DYNAMIC']),
  wildcard_redirect: new Set(['DISABLED', 'SUBDOMAIN']),
};

const LOGIN_MODES: readonly unknown[] = ['DISABLED', 'SPEC', 'OKTA'];

const AUTH_METHODS = [
  'none',
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
];

/** Okta refuses redirect URIs that together are longer than this (documented in a release note). */
const LONGEST_REDIRECT_URIS = 65_535;

/** The longest label (documented). */
export const LONGEST_LABEL = 100;

/** Whether clients of this method hold a secret. */
export function usesSecret(authMethod: Json | undefined): boolean {
  return typeof authMethod === 'string' && authMethod.startsWith('client_secret_');
}

/**
 * `credentials.oauthClient` as Okta stores it: what was sent, and the documented defaults for the rest. PKCE is
 * required of browser and native apps unless they say otherwise. `client_secret` is kept elsewhere.
 */
export function completeClientCredentials(
  sent: JsonObject,
  clientId: string,
  settings: JsonObject,
): JsonObject {
  const type = settings['application_type'];
  const method = sent['token_endpoint_auth_method'] ?? 'client_secret_basic';
  if (typeof method !== 'string' || !AUTH_METHODS.includes(method)) throw malformedBody();
  return {
    autoKeyRotation: sent['autoKeyRotation'] ?? true,
    client_id: clientId,
    token_endpoint_auth_method: method,
    pkce_required: sent['pkce_required'] ?? (type === 'browser' || type === 'native'),
    ...without(
      sent,
      'autoKeyRotation',
      'client_id',
      'client_secret',
      'token_endpoint_auth_method',
      'pkce_required',
    ),
  };
}

/**
 * `settings.oauthClient` as Okta stores it. What was sent stays as it is, the order and text of lists too (recorded);
 * keys that nobody knows stay as well. What was left out gets Okta's default; `before` is what a PUT replaces.
 */
export function completeClientSettings(
  sent: JsonObject,
  before: JsonObject | undefined,
  issueKeyId: () => string,
): JsonObject {
  const type = sent['application_type'] ?? before?.['application_type'] ?? 'web';
  const service = type === 'service';
  const grants = sent['grant_types'] ?? [service ? 'client_credentials' : 'authorization_code'];
  const responses = sent['response_types'] ?? [service ? 'token' : 'code'];
  const has = (grant: string): boolean => stringsOf(grants).includes(grant);
  const frontchannelLogout = sent['frontchannel_logout_uri'] ?? undefined;
  // Kept by a PUT that leaves it out, unlike the URI that goes with it (reported).
  const participates = sent['participate_slo'] ?? before?.['participate_slo'] ?? false;
  const keys = objectOf(sent['jwks']);

  return without({
    // Always there (recorded).
    client_uri: null,
    logo_uri: null,
    redirect_uris: [],
    ...without(sent, ...ABSENT_UNLESS_SET.filter((key) => sent[key] === null)),
    response_types: responses,
    grant_types: grants,
    jwks: isObject(sent['jwks'])
      ? { ...keys, keys: completeKeys(listOf(keys['keys']), beforeKeys(before), issueKeyId) }
      : undefined,
    application_type: type,
    consent_method: sent['consent_method'] ?? 'TRUSTED',
    issuer_mode: sent['issuer_mode'] ?? 'DYNAMIC',
    idp_initiated_login: completeIdpInitiatedLogin(sent['idp_initiated_login']),
    wildcard_redirect: sent['wildcard_redirect'] ?? 'DISABLED',
    refresh_token: completeRefreshToken(
      sent['refresh_token'] ?? before?.['refresh_token'],
      type,
      has('refresh_token') || isObject(sent['refresh_token']),
    ),
    backchannel_token_delivery_mode: has('urn:openid:params:grant-type:ciba')
      ? (sent['backchannel_token_delivery_mode'] ?? 'poll')
      : undefined,
    dpop_bound_access_tokens: sent['dpop_bound_access_tokens'] ?? false,
    participate_slo: participates,
    frontchannel_logout_session_required:
      frontchannelLogout === undefined ? undefined : (sent['frontchannel_logout_session_required'] ?? false),
  });
}

/** Shown only if set (recorded): a null takes them away (inferred). */
const ABSENT_UNLESS_SET = [
  'post_logout_redirect_uris',
  'tos_uri',
  'policy_uri',
  'jwks',
  'jwks_uri',
  'initiate_login_uri',
  'frontchannel_logout_uri',
  'refresh_token',
  'network',
];

function completeIdpInitiatedLogin(sent: Json | undefined): JsonObject {
  return { mode: 'DISABLED', default_scope: [], ...objectOf(sent) };
}

/**
 * The refresh token settings go with the grant (recorded): rotating for browser apps, static for the others, 30
 * seconds of leeway (documented). A leeway is dropped where the token does not rotate (recorded).
 */
function completeRefreshToken(sent: Json | undefined, type: Json, wanted: boolean): JsonObject | undefined {
  if (!wanted) return undefined;
  const settings = isObject(sent) ? sent : { rotation_type: type === 'browser' ? 'ROTATE' : 'STATIC' };
  const rest = without(settings, 'leeway');
  return settings['rotation_type'] === 'STATIC' ? rest : { ...rest, leeway: settings['leeway'] ?? 30 };
}

function beforeKeys(before: JsonObject | undefined): JsonObject[] {
  return listOf(objectOf(before?.['jwks'])['keys']).filter((key) => isObject(key));
}

/**
 * Each key gains an ID, a status and `use: null`; an EC key without a curve gets `crv: null` (recorded). A key that a
 * PUT brings again under the same `kid` keeps its ID (inferred).
 */
function completeKeys(
  keys: readonly Json[],
  before: readonly JsonObject[],
  issueKeyId: () => string,
): JsonObject[] {
  return keys.map((key) => completeKey(objectOf(key), before, issueKeyId));
}

/** One JSON Web Key as Okta stores it; see {@link completeClientSettings}. */
export function completeKey(
  key: JsonObject,
  before: readonly JsonObject[],
  issueKeyId: () => string,
): JsonObject {
  const kid = key['kid'] ?? issueKeyId().padEnd(43, '-');
  const known = before.find((other) => other['kid'] === kid);
  return {
    kty: key['kty'],
    id: known?.['id'] ?? issueKeyId(),
    status: key['status'] ?? known?.['status'] ?? 'ACTIVE',
    kid,
    use: key['use'] ?? null,
    ...without(key, 'kty', 'id', 'status', 'kid', 'use'),
    ...(key['kty'] === 'EC' && key['crv'] === undefined ? { crv: null } : {}),
  };
}

/** Refuses what Okta refuses; see the comments for where each rule and text comes from. */
export function validateClient(
  { unknown }: Pick<Exchange, 'unknown'>,
  settings: JsonObject,
  credentials: JsonObject,
): void {
  for (const [name, values] of Object.entries(ENUMERATIONS)) {
    const value = settings[name];
    if (typeof value !== 'string' || !values.has(value)) throw malformedBody();
  }
  for (const list of ['redirect_uris', 'grant_types', 'response_types']) {
    const value = settings[list];
    if (!Array.isArray(value) || value.some((entry) => typeof entry !== 'string')) throw malformedBody();
  }
  validateGrants(settings);
  validateUris(settings);
  validateWildcards(unknown, settings);
  validateLogin(objectOf(settings['idp_initiated_login']));
  validateAuthentication(settings, credentials);

  // Reported, with this text.
  if (settings['participate_slo'] === true && settings['frontchannel_logout_uri'] === undefined) {
    throw invalidField('frontchannel_logout_uri', "is required when ''participate_slo'' is true.");
  }
  const refresh = settings['refresh_token'];
  if (isObject(refresh)) {
    // Recorded, with this text.
    if (!stringsOf(settings['grant_types']).includes('refresh_token')) {
      throw validationFailed(
        'App Instance',
        "''refresh_token'' grant type is required to configure ''refresh_token'' settings.",
      );
    }
    // Reported, with this text.
    const rotation = refresh['rotation_type'];
    if (rotation === undefined) throw validationFailed('rotation_type', "''rotation_type'' is required.");
    if (rotation !== 'ROTATE' && rotation !== 'STATIC') throw malformedBody();
    // The limits are documented, the text is inferred.
    const leeway = refresh['leeway'] ?? 0;
    if (typeof leeway !== 'number' || leeway < 0 || leeway > 60) {
      throw invalidField('leeway', 'must be between 0 and 60.');
    }
  }
}

function validateGrants(settings: JsonObject): void {
  const type = stringOf(settings['application_type']);
  const grants = stringsOf(settings['grant_types']);
  const responses = stringsOf(settings['response_types']);
  if (grants.some((grant) => !GRANT_TYPES.has(grant))) throw malformedBody();
  if (responses.some((response) => !['code', 'token', 'id_token'].includes(response))) throw malformedBody();

  // What a type cannot do without: reported for `service` and `web`, documented for `native`.
  const required = { web: 'authorization_code', native: 'authorization_code', service: 'client_credentials' };
  const needed =
    type === undefined || type === 'browser' ? undefined : required[type as keyof typeof required];
  if (type !== undefined && needed !== undefined && !grants.includes(needed)) {
    throw validationFailed(
      'grant_types',
      `grant_types: 'grant_types' must contain '${needed}' when 'application_type' is '${type}'.`,
    );
  }
  // A browser or native app gets no token of its own (documented in release notes; the text is inferred).
  if ((type === 'browser' || type === 'native') && grants.includes('client_credentials')) {
    throw validationFailed(
      'grant_types',
      `grant_types: 'grant_types' must not contain 'client_credentials' when 'application_type' is '${type}'.`,
    );
  }
  const tokens = responses.filter((response) => response !== 'code');
  if (grants.includes('implicit') && tokens.length === 0) {
    throw validationFailed(
      'response_types',
      "response_types: 'response_types' must contain at least one of ['token', 'id_token'] when 'grant_types' contains 'implicit'.",
    );
  }
  // A service app may ask for `token` without the implicit flow (recorded); the others may not (reported).
  const [unbacked] = tokens;
  if (unbacked !== undefined && type !== 'service' && !grants.includes('implicit')) {
    throw validationFailed(
      'grant_types',
      `grant_types: 'grant_types' must contain 'implicit' when 'response_types' contains '${unbacked}'.`,
    );
  }
}

function validateUris(settings: JsonObject): void {
  const redirects = stringsOf(settings['redirect_uris']);
  const grants = stringsOf(settings['grant_types']);
  // That one is needed for these flows is documented; the text is inferred.
  const redirecting = grants.some((grant) =>
    ['authorization_code', 'implicit', 'interaction_code'].includes(grant),
  );
  if (redirecting && redirects.length === 0) throw invalidField('redirect_uris', 'is required.');

  for (const list of ['redirect_uris', 'post_logout_redirect_uris']) {
    const uris = stringsOf(settings[list]);
    for (const uri of uris) {
      // Reported, with this text. The text for a relative URI is the reported one of `initiate_login_uri`.
      if (uri.includes('#')) throw invalidField(list, 'must not contain a fragment identifier.');
      if (!isAbsolute(uri)) throw invalidField(list, 'must be an absolute URI.');
    }
    if (uris.join('').length > LONGEST_REDIRECT_URIS) {
      throw invalidField(list, `can''t be more than ''65,535'' characters long.`);
    }
  }
  for (const name of ['initiate_login_uri', 'logo_uri', 'client_uri', 'tos_uri', 'policy_uri', 'jwks_uri']) {
    const uri = stringOf(settings[name]);
    if (uri !== undefined && uri !== '' && !isAbsolute(uri))
      throw invalidField(name, 'must be an absolute URI.');
  }
}

/**
 * With `SUBDOMAIN`, a sign-in redirect URI may hold one `*`, in the left-most label of its host, with a label between
 * that and the top-level domain, over http or https; a sign-out URI holds none (all documented, http recorded as well).
 * The texts are made up. Without `SUBDOMAIN` a `*` is a character like others in a redirect URI (inferred).
 */
function validateWildcards(unknown: Unknowns, settings: JsonObject): void {
  const isWild = (uri: string): boolean => uri.includes('*');
  if (stringsOf(settings['post_logout_redirect_uris']).some(isWild)) {
    throw invalidField('post_logout_redirect_uris', 'must not contain a wildcard.');
  }
  if (settings['wildcard_redirect'] !== 'SUBDOMAIN') return;
  const labelsAbove = unknown.wildcardBelowTopLevel === 'refused' ? 2 : 1;
  for (const uri of stringsOf(settings['redirect_uris']).filter(isWild)) {
    const [, above = ''] =
      /^https?:\/\/[^*./:?#@]*\*[^*./:?#@]*((?:\.[^*./:?#@]+)+)([/:?#][^*]*)?$/i.exec(uri) ?? [];
    if (above.split('.').length - 1 < labelsAbove) {
      throw invalidField('redirect_uris', 'has a wildcard where none is allowed.');
    }
  }
}

/** The scopes of a login that Okta starts are required (recorded for SPEC with this text, documented for OKTA). */
function validateLogin({ mode, default_scope: scopes }: JsonObject): void {
  if (!LOGIN_MODES.includes(mode)) throw malformedBody();
  if (mode !== 'DISABLED' && stringsOf(scopes).length === 0) {
    throw validationFailed('default_scope', "default_scope: 'default_scope' is required.");
  }
}

/** A scheme, then something: `myapp://callback`, wildcards in the host and plain http are all fine (recorded). */
function isAbsolute(uri: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\S+$/i.test(uri);
}

function validateAuthentication(settings: JsonObject, credentials: JsonObject): void {
  const method = credentials['token_endpoint_auth_method'];
  if (method === 'none' && credentials['pkce_required'] !== true) {
    // Reported, with this text, for a web app.
    throw validationFailed(
      'token_endpoint_auth_method',
      "token_endpoint_auth_method: 'token_endpoint_auth_method' is invalid. " +
        'Valid values: [client_secret_basic, client_secret_post, client_secret_jwt, private_key_jwt].',
    );
  }
  const jwks = settings['jwks'];
  if (jwks !== undefined && settings['jwks_uri'] !== undefined) {
    // Documented; the text is inferred.
    throw validationFailed('jwks', "jwks: ''jwks'' and ''jwks_uri'' must not be used together.");
  }
  if (method === 'private_key_jwt' && jwks === undefined && settings['jwks_uri'] === undefined) {
    // That it is a 400 is reported; the text is inferred.
    throw validationFailed(
      'jwks',
      "jwks: ''jwks'' or ''jwks_uri'' is required when ''token_endpoint_auth_method'' is ''private_key_jwt''.",
    );
  }
  for (const key of listOf(objectOf(jwks)['keys'])) requireLongKey(objectOf(key));
  const kids = listOf(objectOf(jwks)['keys']).map((key) => objectOf(key)['kid']);
  if (new Set(kids).size < kids.length) {
    throw validationFailed('JsonWebKey', "All keys in the 'jwks' must have a unique `kid`.");
  }
}

/** RSA of at least 2,048 bits (recorded for a key that was added by itself, with this text). */
export function requireLongKey(key: JsonObject): void {
  if (key['kty'] !== 'RSA') return;
  if (Buffer.from(stringOf(key['n']) ?? '', 'base64url').length >= 256) return;
  throw validationFailed(
    'JsonWebKey',
    "RSA key length in the 'jwks' is less than '2,048' bits for the given key.",
  );
}

/** Documented: 6 to 100 characters of a certain set, and not the reserved name. The text is inferred. */
export function validateClientId(clientId: string): void {
  if (clientId === 'ALL_CLIENTS' || !/^[A-Za-z0-9$\-_.+!*'(),]{6,100}$/.test(clientId)) {
    throw invalidField('client_id', 'is invalid.');
  }
}

/** A secret of one's own: 14 to 100 printable characters, more for `client_secret_jwt` (documented texts). */
export function validateSecret(secret: string, authMethod: Json | undefined): void {
  if (authMethod === 'private_key_jwt') {
    throw validationFailed(
      'client_secret',
      "'client_secret' can't be used when 'token_endpoint_auth_method' is 'private_key_jwt'.",
    );
  }
  if (secret.length > 100) {
    throw validationFailed(
      'client_secret',
      "client_secret: 'client_secret' can't be more than '100' characters long.",
    );
  }
  if (secret.length < 14) {
    throw validationFailed(
      'client_secret',
      "client_secret: 'client_secret' must be at least '14' characters long.",
    );
  }
  if (authMethod === 'client_secret_jwt' && secret.length < 32) {
    throw validationFailed(
      'client_secret',
      "client_secret: 'client_secret' must be at least '32' characters long when 'token_endpoint_auth_method' is 'client_secret_jwt'.",
    );
  }
  if (!/^[\x20-\x7e]+$/.test(secret)) {
    throw validationFailed(
      'client_secret',
      "client_secret: ''client_secret'' must only contain printable ASCII: [x20-x7E]+",
    );
  }
}

/** The label is there and not too long; that it is 400 on `label` is reported, the texts are inferred. */
export function validateLabel({ unknown }: Pick<Exchange, 'unknown'>, label: Json | undefined): string {
  if (typeof label !== 'string' || label.trim() === '') throw blankField('label');
  if (label.length > LONGEST_LABEL) {
    throw invalidField('label', `can''t be more than ''${LONGEST_LABEL}'' characters long.`);
  }
  const normal =
    unknown.label === 'kept' ? label : label.normalize(unknown.label).trim().replace(/\s+/gu, ' ');
  return unknown.labelsEscaped === 'stored' ? escapeLabel(normal) : normal;
}

/** `A&B` as `A&amp;B`. That `&` and `'` are escaped is reported; what the other characters become is inferred. */
export function escapeLabel(label: string): string {
  return escaped(label).replaceAll("'", '&#39;');
}
