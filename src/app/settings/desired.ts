import {
  OKTAS_CHOICE,
  PATHS,
  TYPE_NAMES,
  clientIdOf,
  isCatalogApp,
  isOAuth,
  listAt,
  strings,
  typeOf,
  type ApplicationType,
  type RegisteredApp,
} from '../app.ts';
import {
  defaultRotation,
  defaultsOf,
  fitTogether,
  hasProofKeys,
  isWithoutRefresh,
  responseTypesFor,
} from './client-rules.ts';
import type { Jwks } from './readers.ts';
import {
  SETTINGS,
  keysById,
  namedSettings,
  same,
  type AppSettings,
  type ResponseType,
  type Rotation,
  type Setting,
  type SettingName,
} from './settings.ts';
import { ADMIN_NOTE_PATH, withoutSentence } from '../ownership/note.ts';
import { equal, isObject, textOf, valueAt, type Json, type JsonObject, type Path } from '../../util/json.ts';

/** What the workflow says an app should be. Settings that it does not name are not in here. */
export interface DesiredApp {
  /** The label; an app that was named by its ID keeps its own if this is `undefined`. */
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
  const { type = 'web' } = settings;
  const defaults: AppSettings = {
    type,
    'redirect-uris': [],
    ...defaultsOf(type),
    ...(hasProofKeys(settings) && { 'token-endpoint-auth-method': 'private_key_jwt' }),
    ...(needsPkce(settings) && { 'pkce-required': true }),
  };
  const unsaid = namedSettings(defaults).filter(
    (input) => settings[input] === undefined && documented(settings, input) === undefined,
  );
  return { ...settings, ...Object.fromEntries(unsaid.map((input) => [input, defaults[input]])) };
}

/** Whether the workflow names a method that Okta takes with PKCE alone (reported). */
function needsPkce(settings: AppSettings): boolean {
  const method = 'token-endpoint-auth-method';
  return (settings[method] ?? documented(settings, method)) === 'none';
}

/** What the `settings` document says although an input could have said it. */
function documented({ other = {} }: AppSettings, input: SettingName): Json | undefined {
  return valueAt(other, PATHS[input]);
}

/**
 * The values that the named settings ask for, except those that are fixed once the app exists.
 *
 * @param app the app as it is, or `undefined` if it is to be created: some settings depend on others that exist already
 */
export function wantedValues(settings: AppSettings, app: RegisteredApp | undefined): Wanted[] {
  const type = effectiveType(settings, app);
  const all: AppSettings = {
    ...settings,
    'response-types': settings['response-types'] ?? responseTypes(settings, type, app),
    'pkce-required': settings['pkce-required'] ?? pkce(settings),
    ...refreshToken(settings, type, app),
    jwks: settings.jwks && withAdditions(settings.jwks, app),
  };
  const named = namedSettings(all).flatMap((input) => wantedSetting(input, all[input]));
  const isNamed = ({ path }: Wanted): boolean => named.some((input) => overlap(input.path, path));
  return [...otherSettings(settings.other).filter((leaf) => !isNamed(leaf)), ...named];
}

function wantedSetting(input: SettingName, value: Json | undefined): Wanted[] {
  const { fixed, satisfiedBy }: Setting = SETTINGS[input];
  if (fixed || value === undefined) return [];
  return [{ field: input, path: PATHS[input], value, satisfiedBy: (current) => satisfiedBy(current, value) }];
}

/** Whether one path leads to the other's value, or to a part of it. */
function overlap(a: Path, b: Path): boolean {
  return a.slice(0, b.length).every((key, i) => key === b[i]);
}

/** Response types follow from the grants, but those of an app that fit its grants already are left alone. */
function responseTypes(
  settings: AppSettings,
  type: ApplicationType,
  app: RegisteredApp | undefined,
): ResponseType[] | undefined {
  const grants = settings['grant-types'] ?? strings(documented(settings, 'grant-types'));
  if (grants.length === 0 || documented(settings, 'response-types') !== undefined) return undefined;
  if (app && fitTogether(type, grants, listAt(app, PATHS['response-types']))) return undefined;
  return responseTypesFor(type, grants);
}

function pkce(settings: AppSettings): true | undefined {
  return needsPkce(settings) && documented(settings, 'pkce-required') === undefined ? true : undefined;
}

type RefreshToken = Pick<AppSettings, 'refresh-token-rotation' | 'refresh-token-leeway'>;

/**
 * The settings of refresh tokens. Okta refuses any without a rotation type (reported), so that a leeway is sent with one. It refuses them
 * without the grant, and drops a leeway beside static tokens (recorded), so that neither is sent if it would say nothing.
 */
function refreshToken(
  settings: AppSettings,
  type: ApplicationType,
  app: RegisteredApp | undefined,
): RefreshToken {
  const { 'refresh-token-rotation': named, 'refresh-token-leeway': leeway } = settings;
  if (named === undefined && leeway === undefined) return {};
  const grants = settings['grant-types'] ?? documented(settings, 'grant-types') ?? heldAt(app, 'grant-types');
  if (isWithoutRefresh(settings) && !strings(grants).includes('refresh_token'))
    return { 'refresh-token-rotation': undefined, 'refresh-token-leeway': undefined };
  const said = named ?? documented(settings, 'refresh-token-rotation');
  const rotation = said ?? heldAt(app, 'refresh-token-rotation') ?? defaultRotation(type);
  const isStatic = rotation === 'STATIC' && leeway === 0;
  return {
    'refresh-token-rotation': named ?? (said === undefined ? (rotation as Rotation) : undefined),
    'refresh-token-leeway': isStatic ? undefined : leeway,
  };
}

function heldAt(app: RegisteredApp | undefined, input: SettingName): Json | undefined {
  return app && valueAt(app.body, PATHS[input]);
}

/** What Okta added to a key is sent back with it, except that it is inactive: a key that is wanted is to be used. */
function withAdditions({ keys }: Jwks, app: RegisteredApp | undefined): Jwks {
  const held = keysById(app && valueAt(app.body, PATHS.jwks));
  return {
    keys: keys.map((key) => {
      const known = held.get(key['kid']);
      return known && known['kty'] === key['kty']
        ? { ...known, ...(known['status'] !== undefined && { status: 'ACTIVE' }), ...key }
        : key;
    }),
  };
}

/** What inputs and the `settings` document both say, each something else: the input, and the place in the document. */
export function contradictions(settings: AppSettings): { input: SettingName; field: string }[] {
  const { other = {} } = settings;
  const leaves = otherSettings(other);
  return namedSettings(settings).flatMap((input) => {
    const path = PATHS[input];
    const leaf = leaves.find((other) => overlap(path, other.path));
    const { satisfiedBy }: Setting = SETTINGS[input];
    const said = valueAt(other, path);
    const agrees = said !== undefined && satisfiedBy(said, settings[input] ?? null);
    return leaf && !agrees ? [{ input, field: leaf.field }] : [];
  });
}

/** The leaves of the `settings` document: mappings are merged, and an empty one has no effect; everything else replaces what exists. */
function otherSettings(document: JsonObject | undefined, path: Path = []): Wanted[] {
  return Object.entries(document ?? {}).flatMap(([key, value]) => {
    const here = [...path, key];
    if (value === undefined) return [];
    if (isObject(value)) return otherSettings(value, here);
    const field = here.join('.');
    if (field === ADMIN_NOTE_PATH.join('.')) return [adminNoteOf(value)];
    // Okta shows every link of an app (recorded): one that does not exist is not hidden, but none.
    const satisfies = path.join('.') === 'visibility.appLinks' ? equal : same;
    return [{ field, path: here, value, satisfiedBy: (current) => satisfies(current, value) }];
  });
}

/** A note names the app's owner in no words of the workflow's own: if Okta keeps no profile, they would count. */
function adminNoteOf(value: Json): Wanted {
  const note = withoutSentence(value) ?? null;
  return {
    field: ADMIN_NOTE_PATH.join('.'),
    path: ADMIN_NOTE_PATH,
    value: note,
    satisfiedBy: (current) => same(withoutSentence(current), note),
  };
}

/** The fields that are an OAuth client's: inputs, and paths of the `settings` document. An app of Okta's network can have none of them. */
export function oauthFields(settings: AppSettings): string[] {
  const inputs = namedSettings(settings)
    .filter((input) => settings[input] !== OKTAS_CHOICE)
    .map((input) => ({ field: input, path: PATHS[input] }));
  return [...inputs, ...otherSettings(settings.other)]
    .filter(({ path }) => isOAuth(path))
    .map(({ field }) => field);
}

/** Whether the app's own object is as the workflow says. */
export function isAsWanted({ name, settings }: DesiredApp, app: RegisteredApp): boolean {
  const isHeld = ({ path, satisfiedBy }: Wanted): boolean => satisfiedBy(valueAt(app.body, path));
  return app.active && (name ?? app.label) === app.label && wantedValues(settings, app).every(isHeld);
}

/** Why an existing app can never become the wanted one: Okta keeps these as they were at creation. */
export function immutableDifference(desired: DesiredApp, app: RegisteredApp): string | undefined {
  const { type, 'client-id': clientId } = desired.settings;
  const kind = textOf(app.body['name']);
  if (desired.catalogApp !== undefined && desired.catalogApp !== kind)
    return `it is an app of kind "${kind}", not "${desired.catalogApp}"`;
  const current = typeOf(app);
  if (type && current && type !== current)
    return `it is of type "${TYPE_NAMES[current]}", not "${TYPE_NAMES[type]}"`;
  if (clientId !== undefined && clientId !== OKTAS_CHOICE && clientId !== clientIdOf(app))
    return 'it has another client ID';
  const fields = isCatalogApp(app) ? oauthFields(desired.settings) : [];
  if (fields.length === 0) return undefined;
  return `it is an app of the Okta Integration Network ("${kind}"), whose OAuth settings Okta keeps itself (${fields.join(', ')})`;
}
