import { PATHS, TYPE_NAMES, clientIdOf, isCatalogApp, isOAuth, typeOf, type RegisteredApp } from './app.ts';
import { defaultRotation, responseTypesFor } from './client-rules.ts';
import { undescribedProperties } from './described-properties.ts';
import { withDefaults } from './desired.ts';
import { ADMIN_NOTE_PATH, MARK_PATH, adminNote, markOf } from './ownership.ts';
import {
  SETTINGS,
  same,
  SETTING_NAMES,
  settingsIn,
  type AppSettings,
  type Setting,
  type SettingName,
} from './settings.ts';
import {
  isBlank,
  textOf,
  isObject,
  valueAt,
  withValueAt,
  type Json,
  type JsonObject,
  type Path,
} from '../util/json.ts';

import type { WrittenInputs } from './change.ts';

/**
 * The inputs that describe an app: each that differs from what an app of its type is created with, and below `settings` whatever has no
 * input of its own. Given back to the action they find the app unchanged; in another org they make one like it. No secret is in them.
 */
export function inputsOf(app: RegisteredApp): WrittenInputs {
  const held = isCatalogApp(app) ? {} : settingsIn(app.body);
  const defaults = defaultsFor(held);
  const said = SETTING_NAMES.flatMap((input) => {
    const value = held[input];
    if (value === undefined || isLeftOut(app, input, value, defaults)) return [];
    const words = inWords(input, value);
    return words === undefined ? [] : [[input, words] as const];
  });
  const settings = rest(app, new Set(said.map(([input]) => input)), defaults);
  return {
    name: app.label,
    ...(isCatalogApp(app) && { 'catalog-app': textOf(app.body['name']) }),
    ...(typeOf(app) && !isCatalogApp(app) && { type: TYPE_NAMES[typeOf(app) ?? 'web'] }),
    ...Object.fromEntries(said),
    ...(Object.keys(settings).length > 0 && { settings }),
  };
}

/** What Okta makes of settings that a new app is not given (recorded). */
const OKTAS: AppSettings = {
  'wildcard-redirect': 'DISABLED',
  'dpop-bound-access-tokens': false,
  'consent-method': 'TRUSTED',
};

/** What an app like this one is created with where its workflow names nothing that can be left out. */
function defaultsFor(held: AppSettings): AppSettings {
  const { type = 'web', jwks, 'jwks-uri': jwksUri, 'grant-types': grants = [] } = held;
  return {
    ...OKTAS,
    ...withDefaults({ type, jwks, 'jwks-uri': jwksUri }),
    'response-types': responseTypesFor(type, grants),
    ...(grants.includes('refresh_token') && { 'refresh-token-rotation': defaultRotation(type) }),
  };
}

function isLeftOut(app: RegisteredApp, input: SettingName, value: Json, defaults: AppSettings): boolean {
  if (input === 'type') return true;
  if (input === 'client-id') return clientIdOf(app) === app.id;
  const { satisfiedBy }: Setting = SETTINGS[input];
  const isDefault = defaults[input] !== undefined && input !== 'jwks' && input !== 'jwks-uri';
  if (isDefault) return satisfiedBy(value, defaults[input] ?? null);
  return isBlank(value);
}

/** A value as its input takes it; `undefined` where the input has no word for it. */
function inWords(input: SettingName, value: Json): string | string[] | undefined {
  if (input === 'jwks') return JSON.stringify(withoutAdditions(value));
  const { words } = SETTINGS[input].read;
  const word = (one: Json): string | undefined =>
    words === undefined
      ? typeof one === 'string'
        ? one
        : JSON.stringify(one)
      : Object.entries(words).find(([, meaning]) => meaning === one)?.[0];
  if (!Array.isArray(value)) return word(value);
  if (value.length === 0) return ['[]'];
  const all = value.map(word);
  return all.every((each) => each !== undefined) ? all : undefined;
}

/** Members of a key that are Okta's own (recorded). */
const OKTAS_MEMBERS = new Set(['id', 'status', 'created', 'lastUpdated', '_links']);

function withoutAdditions(jwks: Json): Json {
  const keys = isObject(jwks) && Array.isArray(jwks['keys']) ? jwks['keys'].filter(isObject) : [];
  const plain = (key: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(key).filter(([member, value]) => !OKTAS_MEMBERS.has(member) && value !== null),
    );
  return { keys: keys.map(plain) };
}

/** What is Okta's to set, what is secret, and what other inputs say. */
const NOT_WRITTEN: readonly Path[] = [
  ['id'],
  ['orn'],
  ['name'],
  ['label'],
  ['status'],
  ['created'],
  ['lastUpdated'],
  ['signOnMode'],
  ['features'],
  ['licensing'],
  ['universalLogout'],
  ['expressConfiguration'],
  ['_links'],
  ['_embedded'],
  ['credentials', 'signing'],
  ['credentials', 'oauthClient', 'client_secret'],
  MARK_PATH,
];

/** What Okta makes of all else in a new app (recorded). */
const NEW_APP: JsonObject = {
  accessibility: { selfService: false },
  visibility: {
    autoLaunch: false,
    autoSubmitToolbar: false,
    hide: { iOS: true, web: true },
    appLinks: { oidc_client_link: true },
  },
  credentials: {
    userNameTemplate: { template: '${source.login}', type: 'BUILT_IN' },
    oauthClient: { autoKeyRotation: true },
  },
  settings: {
    notifications: { vpn: { network: { connection: 'DISABLED' } } },
    implicitAssignment: false,
    emOptInStatus: 'NONE',
    oauthClient: {
      idp_initiated_login: { mode: 'DISABLED' },
      issuer_mode: 'DYNAMIC',
      participate_slo: false,
    },
  },
};

/** What means something only as a whole: a part of it is written with the rest. */
const TOGETHER: readonly Path[] = [
  ['credentials', 'userNameTemplate'],
  ['visibility', 'hide'],
  ['settings', 'oauthClient', 'idp_initiated_login'],
  ['settings', 'oauthClient', 'network'],
];

/** Whether a new app would have something else there. */
function isOwn({ path, value }: Leaf): boolean {
  return !same(value, valueAt(NEW_APP, path) ?? null);
}

function rest(app: RegisteredApp, said: ReadonlySet<SettingName>, defaults: AppSettings): JsonObject {
  const covered = SETTING_NAMES.filter(
    (input) => said.has(input) || isSaidByDefault(app, input, defaults),
  ).map((input) => PATHS[input]);
  const { owner } = markOf(app);
  const isOurs = owner !== undefined && valueAt(app.body, ADMIN_NOTE_PATH) === adminNote(owner);
  const paths = [...NOT_WRITTEN, ...covered, ...(isOurs ? [ADMIN_NOTE_PATH] : [])];
  const document = leaves(app.body)
    .filter(({ path }) => !paths.some((other) => isBelow(path, other)))
    .filter(({ path }) => !(isCatalogApp(app) && isOAuth(path)))
    .filter(({ path, value }, _, all) => {
      const whole = TOGETHER.find((other) => isBelow(path, other));
      return whole ? all.some((leaf) => isBelow(leaf.path, whole) && isOwn(leaf)) : isOwn({ path, value });
    })
    .filter(({ value }) => !isBlank(value) || value === false)
    .reduce((body: JsonObject, { path, value }) => withValueAt(body, path, value), {});
  return undescribedProperties(document).reduce((body, { path }) => pruned(body, path.split('.')), document);
}

function isSaidByDefault(app: RegisteredApp, input: SettingName, defaults: AppSettings): boolean {
  const value = valueAt(app.body, PATHS[input]);
  return value === undefined || isLeftOut(app, input, value, defaults);
}

interface Leaf {
  path: Path;
  value: Json;
}

/** Lists are values, as in the `settings` document. */
function leaves(value: JsonObject, above: Path = []): Leaf[] {
  return Object.entries(value).flatMap(([key, inner]): Leaf[] => {
    const path = [...above, key];
    if (inner === undefined) return [];
    return isObject(inner) ? leaves(inner, path) : [{ path, value: inner }];
  });
}

function isBelow(path: Path, other: Path): boolean {
  return other.every((key, i) => path[i] === key);
}

/** Without a part, and without the mappings that it leaves empty. */
function pruned(body: JsonObject, path: Path): JsonObject {
  const without = withValueAt(body, path, undefined);
  const above = path.slice(0, -1);
  const left = above.length > 0 ? valueAt(without, above) : undefined;
  return isObject(left) && Object.keys(left).length === 0 ? pruned(without, above) : without;
}
