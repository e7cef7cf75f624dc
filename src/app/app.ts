import { isObject, textOf, valueAt, type Json, type JsonObject, type Path } from '../util/json.ts';

/** Okta's `application_type` of an OIDC app. A single-page app is a `browser` app to Okta, `spa` to the rest of the world. */
export type ApplicationType = 'web' | 'browser' | 'native' | 'service';

/** What a user calls the type; also what `type` takes. */
export const TYPE_NAMES: Record<ApplicationType, string> = {
  web: 'web',
  browser: 'spa',
  native: 'native',
  service: 'service',
};

/** An app as Okta holds it. */
export interface RegisteredApp {
  id: string;
  label: string;
  active: boolean;
  created: string;
  /** The whole answer, unknown keys included: what an update sends back. */
  body: JsonObject;
}

/** Where Okta keeps the settings of an OIDC app, by the input that names them. Source: Okta's OpenAPI description. */
export const PATHS = {
  'client-id': ['credentials', 'oauthClient', 'client_id'],
  'token-endpoint-auth-method': ['credentials', 'oauthClient', 'token_endpoint_auth_method'],
  'pkce-required': ['credentials', 'oauthClient', 'pkce_required'],
  type: ['settings', 'oauthClient', 'application_type'],
  'redirect-uris': ['settings', 'oauthClient', 'redirect_uris'],
  'post-logout-redirect-uris': ['settings', 'oauthClient', 'post_logout_redirect_uris'],
  'grant-types': ['settings', 'oauthClient', 'grant_types'],
  'response-types': ['settings', 'oauthClient', 'response_types'],
  jwks: ['settings', 'oauthClient', 'jwks'],
  'jwks-uri': ['settings', 'oauthClient', 'jwks_uri'],
  'wildcard-redirect': ['settings', 'oauthClient', 'wildcard_redirect'],
  'initiate-login-uri': ['settings', 'oauthClient', 'initiate_login_uri'],
  'logo-uri': ['settings', 'oauthClient', 'logo_uri'],
  'refresh-token-rotation': ['settings', 'oauthClient', 'refresh_token', 'rotation_type'],
  'refresh-token-leeway': ['settings', 'oauthClient', 'refresh_token', 'leeway'],
  'dpop-bound-access-tokens': ['settings', 'oauthClient', 'dpop_bound_access_tokens'],
  'consent-method': ['settings', 'oauthClient', 'consent_method'],
} as const satisfies Record<string, Path>;

/** Whether the value at a path is an OAuth client's: Okta takes and forgets those for an app of its network (recorded). */
export function isOAuth(path: Path): boolean {
  return path[1] === 'oauthClient';
}

/** What the input `client-id` says to have Okta choose. */
export const OKTAS_CHOICE = 'okta';

/** Reads an app out of Okta's answer; `undefined` if the body is not an app. */
export function registeredApp(body: Json): RegisteredApp | undefined {
  if (!isObject(body)) return undefined;
  const { id, label } = body;
  if (typeof id !== 'string' || typeof label !== 'string') return undefined;
  return { id, label, active: body['status'] !== 'INACTIVE', created: textOf(body['created']), body };
}

/** Whether people sign in to it with OpenID Connect; labels are shared with apps of all other kinds. */
export function isOidc(app: RegisteredApp): boolean {
  return app.body['signOnMode'] === 'OPENID_CONNECT';
}

/** Whether it was added from the Okta Integration Network: Okta keeps and hides its OAuth settings (recorded). */
export function isCatalogApp(app: RegisteredApp): boolean {
  return app.body['name'] !== 'oidc_client';
}

/** Whether a text looks like the IDs that Okta gives apps, which are also the client IDs of those with none of their own (recorded). */
export function isAppId(text: string): boolean {
  return /^0oa[0-9A-Za-z]{17}$/.test(text);
}

export function clientIdOf(app: RegisteredApp): string | undefined {
  return textOf(valueAt(app.body, PATHS['client-id'])) || undefined;
}

/** Only answers to a create and to an update carry it (recorded). */
export function clientSecretOf(app: RegisteredApp): string | undefined {
  return textOf(valueAt(app.body, ['credentials', 'oauthClient', 'client_secret'])) || undefined;
}

export function typeOf(app: RegisteredApp): ApplicationType | undefined {
  const type = valueAt(app.body, PATHS.type);
  return typeof type === 'string' && Object.hasOwn(TYPE_NAMES, type) ? (type as ApplicationType) : undefined;
}

/** The strings of the list at a path; an absent list is an empty one. */
export function listAt(app: RegisteredApp, path: Path): string[] {
  return strings(valueAt(app.body, path));
}

/** The authentication policy that the app is under; a service app and a Classic Engine org have none (recorded). */
export function policyIdOf(app: RegisteredApp): string | undefined {
  return (
    textOf(valueAt(app.body, ['_links', 'accessPolicy', 'href']))
      .split('/')
      .at(-1) || undefined
  );
}

export function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
