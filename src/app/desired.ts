import {
  PATHS,
  TYPE_NAMES,
  clientIdOf,
  isCatalogApp,
  listAt,
  strings,
  typeOf,
  type ApplicationType,
  type RegisteredApp,
} from './app.ts';
import type { AppSettings } from './settings.ts';
import {
  equal,
  isBlank,
  isObject,
  textOf,
  valueAt,
  type Json,
  type JsonObject,
  type Path,
} from '../util/json.ts';
import { defaultRotation, defaultsOf, fitTogether, responseTypesFor } from './client-rules.ts';

/** What the workflow says an app should be. Settings that it does not name are not in here. */
export interface DesiredApp {
  /** The label; an app that was named by its ID keeps its own where this is `undefined`. */
  name: string | undefined;
  settings: AppSettings;
  catalogApp: string | undefined;
}

/** One value that the app object should hold. */
export interface Wanted {
  /** What a user calls it: the input's name, or a path below `settings`. */
  field: string;
  path: Path;
  value: Json;
  /** Whether what Okta holds already says the same. */
  satisfiedBy(current: Json | undefined): boolean;
}

/** The type that an app has, or is created with. */
export function effectiveType(settings: AppSettings, app: RegisteredApp | undefined): ApplicationType {
  return (app && typeOf(app)) ?? settings.type ?? 'web';
}

/** The settings as they are to be at an app's creation: what is named, and the defaults of the type for the rest. */
export function withDefaults(settings: AppSettings): AppSettings {
  const type = settings.type ?? 'web';
  const defaults = defaultsOf(type);
  const keys = settings.jwks ?? settings.jwksUri;
  const unlessSaid = <T>(field: keyof typeof PATHS, value: T): T | undefined =>
    documented(settings, field) === undefined ? value : undefined;
  return {
    ...settings,
    type,
    redirectUris: settings.redirectUris ?? unlessSaid('redirect-uris', []),
    grantTypes: settings.grantTypes ?? unlessSaid('grant-types', defaults.grantTypes),
    tokenEndpointAuthMethod:
      settings.tokenEndpointAuthMethod ??
      unlessSaid('token-endpoint-auth-method', keys ? 'private_key_jwt' : defaults.tokenEndpointAuthMethod),
    pkceRequired: settings.pkceRequired ?? unlessSaid('pkce-required', defaults.pkceRequired),
  };
}

/** What the `settings` document says where an input could have said it. */
function documented({ other = {} }: AppSettings, field: keyof typeof PATHS): Json | undefined {
  return valueAt(other, PATHS[field]);
}

/**
 * The values that the named settings ask for.
 *
 * @param app the app as it is, or `undefined` where it is to be created: some settings depend on others that are there already
 */
export function wantedValues(settings: AppSettings, app: RegisteredApp | undefined): Wanted[] {
  const type = effectiveType(settings, app);
  const { leeway, rotation } = refreshToken(settings, type, app);
  const named = [
    ...exactly('redirect-uris', settings.redirectUris),
    ...exactly('post-logout-redirect-uris', settings.postLogoutRedirectUris),
    ...inAnyOrder('grant-types', settings.grantTypes),
    ...responseTypes(settings, type, app),
    ...exactly('token-endpoint-auth-method', settings.tokenEndpointAuthMethod),
    ...exactly('pkce-required', settings.pkceRequired),
    ...keys(settings.jwks, app),
    ...exactly('jwks-uri', settings.jwksUri),
    ...exactly('wildcard-redirect', settings.wildcardRedirect, 'DISABLED'),
    ...exactly('initiate-login-uri', settings.initiateLoginUri),
    ...exactly('logo-uri', settings.logoUri),
    ...exactly('refresh-token-rotation', rotation),
    ...exactly('refresh-token-leeway', leeway),
    ...exactly('dpop-bound-access-tokens', settings.dpopBoundAccessTokens),
    ...consentMethod(settings.consentMethod),
  ];
  const isNamed = ({ path }: Wanted): boolean => named.some((input) => overlap(input.path, path));
  return [...otherSettings(settings.other).filter((leaf) => !isNamed(leaf)), ...named];
}

/** Whether one path leads to the other's value, or to a part of it. */
function overlap(a: Path, b: Path): boolean {
  return a.slice(0, b.length).every((key, i) => key === b[i]);
}

/** Wants a value; one that Okta leaves out counts as `absent`. */
function exactly(field: keyof typeof PATHS, value: Json | undefined, absent?: Json): Wanted[] {
  if (value === undefined) return [];
  return [{ field, path: PATHS[field], value, satisfiedBy: (current) => same(current ?? absent, value) }];
}

function same(current: Json | undefined, value: Json): boolean {
  return equal(current, value) || (isBlank(current) && isBlank(value));
}

/** Grant types and response types are sets: Okta keeps their order (recorded), and it means nothing. */
function inAnyOrder(field: keyof typeof PATHS, value: readonly string[] | undefined): Wanted[] {
  if (value === undefined) return [];
  const wanted = new Set(value);
  return [
    {
      field,
      path: PATHS[field],
      value: [...value],
      satisfiedBy: (current) => {
        const held = new Set(strings(current));
        return held.size === wanted.size && [...held].every((item) => wanted.has(item));
      },
    },
  ];
}

/** Response types follow from the grants, but those of an app that fit its grants already are left alone. */
function responseTypes(
  settings: AppSettings,
  type: ApplicationType,
  app: RegisteredApp | undefined,
): Wanted[] {
  if (settings.responseTypes) return inAnyOrder('response-types', settings.responseTypes);
  const grants = settings.grantTypes ?? strings(documented(settings, 'grant-types'));
  if (grants.length === 0 || documented(settings, 'response-types') !== undefined) return [];
  if (app && fitTogether(type, grants, listAt(app, PATHS['response-types']))) return [];
  return inAnyOrder('response-types', responseTypesFor(type, grants));
}

/** Okta refuses a refresh token setting without a rotation type (reported), so that one goes with a leeway. */
function refreshToken(
  settings: AppSettings,
  type: ApplicationType,
  app: RegisteredApp | undefined,
): { rotation: string | undefined; leeway: number | undefined } {
  const leeway = settings.refreshTokenLeeway;
  if (leeway === undefined || settings.refreshTokenRotation)
    return { rotation: settings.refreshTokenRotation, leeway };
  if (documented(settings, 'refresh-token-rotation') !== undefined) return { rotation: undefined, leeway };
  const current = app && valueAt(app.body, PATHS['refresh-token-rotation']);
  return { rotation: typeof current === 'string' ? current : defaultRotation(type), leeway };
}

/**
 * Keys are compared by `kid`, since Okta may change their order (reported) and adds `id`, `status` and `use` (recorded); what it
 * added to a key goes back with it.
 */
function keys(wanted: readonly JsonObject[] | undefined, app: RegisteredApp | undefined): Wanted[] {
  if (!wanted) return [];
  const current = app && valueAt(app.body, [...PATHS.jwks, 'keys']);
  const held = new Map(
    (Array.isArray(current) ? current.filter(isObject) : []).map((key) => [key['kid'], key]),
  );
  const value = {
    keys: wanted.map((key) => {
      const known = held.get(key['kid']);
      return known?.['kty'] === key['kty'] ? { ...known, ...key } : key;
    }),
  };
  return [
    {
      field: 'jwks',
      path: PATHS.jwks,
      value,
      satisfiedBy: () =>
        held.size === wanted.length && wanted.every((key) => covers(held.get(key['kid']), key)),
    },
  ];
}

function covers(held: JsonObject | undefined, wanted: JsonObject): boolean {
  return (
    held !== undefined &&
    Object.entries(wanted).every(([member, value]) => value === undefined || same(held[member], value))
  );
}

/** Orgs without consent management take the setting and do not show it (recorded), so that its absence cannot count as a difference. */
function consentMethod(value: string | undefined): Wanted[] {
  return exactly('consent-method', value).map((wanted) => ({
    ...wanted,
    satisfiedBy: (current) => current === undefined || current === value,
  }));
}

/** The leaves of the `settings` document: mappings are merged, an empty one with no effect; everything else replaces what is there. */
function otherSettings(document: JsonObject | undefined, path: Path = []): Wanted[] {
  return Object.entries(document ?? {}).flatMap(([key, value]) => {
    const here = [...path, key];
    if (value === undefined) return [];
    if (isObject(value)) return otherSettings(value, here);
    return [
      {
        field: here.join('.'),
        path: here,
        value,
        satisfiedBy: (current: Json | undefined) => same(current, value),
      },
    ];
  });
}

/** Why an existing app can never become the one that is wanted: Okta keeps these as they were at creation. */
export function immutableDifference(desired: DesiredApp, app: RegisteredApp): string | undefined {
  const { type, clientId } = desired.settings;
  const kind = textOf(app.body['name']);
  if (desired.catalogApp !== undefined && desired.catalogApp !== kind)
    return `it is an app of kind "${kind}", not "${desired.catalogApp}"`;
  const current = typeOf(app);
  if (type && current && type !== current)
    return `it is of type "${TYPE_NAMES[current]}", not "${TYPE_NAMES[type]}"`;
  if (clientId !== undefined && clientId !== clientIdOf(app)) return 'it has another client ID';
  const { other, ...own } = desired.settings;
  if (isCatalogApp(app) && Object.values(own).some((value) => value !== undefined)) {
    return `it is an app of the Okta Integration Network ("${kind}"), whose OAuth settings Okta keeps itself`;
  }
  return undefined;
}
