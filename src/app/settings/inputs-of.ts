import { PATHS, TYPE_NAMES, isCatalogApp, isOAuth, strings, typeOf, type RegisteredApp } from '../app.ts';
import { defaultRotation, responseTypesFor } from './client-rules.ts';
import { withoutOthers } from '../ownership/claims.ts';
import { isUnchosen } from '../client-id.ts';
import { labelProblem } from '../label.ts';
import { undescribedProperties } from './known-properties.ts';
import { withDefaults } from './desired.ts';
import { ADMIN_NOTE_PATH, adminNote } from '../ownership/note.ts';
import { MARK_PATH, markOf } from '../ownership/mark.ts';
import { secretsAt } from '../secrets.ts';
import { uriProblemsIn } from './document.ts';
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
} from '../../util/json.ts';

import { InputReader } from '../../util/input-reader.ts';
import { listText } from '../../util/text/list.ts';
import type { ExportedInputs } from '../change.ts';

export interface Described {
  inputs: ExportedInputs;
  /** What the inputs do not say of the app, each as the end of a sentence. */
  unsaid: string[];
  /** How many of its values are secrets by their names or forms, and left out. */
  secrets: number;
}

/**
 * The inputs that describe an app: each that differs from what an app of its type is created with, and below `settings` whatever has no
 * input of its own, or is nothing that its input takes. Given back to the action they find the app unchanged; in another org they make
 * one like it. No secret is in them.
 */
export function inputsOf(described: RegisteredApp): Described {
  const { app, others } = withoutOthers(described);
  const held = isCatalogApp(app) ? {} : settingsIn(app.body);
  const defaults = defaultsFor(held);
  const words = SETTING_NAMES.flatMap((input) => {
    const value = held[input];
    if (value === undefined || isLeftOut(app, input, value, defaults)) return [];
    const text = inWords(input, value);
    return text === undefined ? [] : [[input, text] as const];
  });
  const reader = new TextReader(Object.fromEntries(words));
  const said = words.filter(([input]) => isRead(reader, input, held[input]));
  const { settings, undescribed, refused, secret } = rest(
    app,
    new Set(said.map(([input]) => input)),
    defaults,
  );
  const inputs = {
    ...(labelProblem(app.label.trim()) === undefined && { name: app.label }),
    ...(isCatalogApp(app) && { 'catalog-app': textOf(app.body['name']) }),
    ...(typeOf(app) && !isCatalogApp(app) && { type: TYPE_NAMES[typeOf(app) ?? 'web'] }),
    ...Object.fromEntries(said),
    ...(Object.keys(settings).length > 0 && { settings }),
  };
  return {
    inputs,
    secrets: secret.length,
    unsaid: [
      ...undescribed.map((path) => `of ${path}, which Okta's API does not describe`),
      ...refused.map((path) => `of ${path}, which no input takes: it is left as it is`),
      ...secret.map((path) => `of ${path}, which is a secret by its name or form: it is left as it is`),
      ...(others.length > 0
        ? [`of what runs with "shared" have added, which stays: ${others.join(', ')}`]
        : []),
      ...limits(app),
    ],
  };
}

/** What is so of an app, and cannot be said by inputs. */
function limits(app: RegisteredApp): string[] {
  const { label, active } = app;
  const { expires } = markOf(app);
  return [
    ...(label.trim() === label
      ? []
      : ['of the white space around the name, which an input loses: name the app by "app-id"']),
    ...(labelProblem(label.trim()) === undefined
      ? []
      : ['the name, which no input can be: name the app by "app-id"']),
    ...(active ? [] : ['that the app is inactive: a run with them activates it']),
    ...(expires === undefined ? [] : [`that the app expires at ${expires}: give "expires-after"`]),
  ];
}

/** Reads inputs that stand nowhere but here. */
class TextReader extends InputReader {
  private readonly texts: Readonly<Record<string, string>>;

  constructor(texts: Readonly<Record<string, string>>) {
    super();
    this.texts = texts;
  }

  override text(input: string): string | undefined {
    return this.texts[input]?.trim() || undefined;
  }
}

/** Whether an input takes its text, and means by it what the app holds. */
function isRead(reader: InputReader, input: SettingName, held: Json | undefined): boolean {
  const { read, satisfiedBy }: Setting = SETTINGS[input];
  const value = read(reader, input);
  return value !== undefined && !reader.isFaulty(input) && satisfiedBy(held, value);
}

/** What Okta makes of settings that a new app is not given (recorded). */
const OKTAS: AppSettings = {
  'wildcard-redirect': 'DISABLED',
  'dpop-bound-access-tokens': false,
  'consent-method': 'TRUSTED',
};

/** What an app like this one is created with where its workflow names nothing that can be left out. */
function defaultsFor(held: AppSettings): AppSettings {
  const { type = 'web', jwks, 'jwks-uri': jwksUri } = held;
  const grants = strings(held['grant-types']);
  return {
    ...OKTAS,
    ...withDefaults({ type, jwks, 'jwks-uri': jwksUri }),
    'response-types': responseTypesFor(type, grants),
    ...(grants.includes('refresh_token') && { 'refresh-token-rotation': defaultRotation(type) }),
  };
}

function isLeftOut(app: RegisteredApp, input: SettingName, value: Json, defaults: AppSettings): boolean {
  if (input === 'type') return true;
  if (input === 'client-id') return isUnchosen(app);
  const { satisfiedBy }: Setting = SETTINGS[input];
  const isDefault = defaults[input] !== undefined && input !== 'jwks' && input !== 'jwks-uri';
  if (isDefault) return satisfiedBy(value, defaults[input] ?? null);
  return isBlank(value);
}

/** A value as the text of its input; `undefined` where the input has no word for it. */
function inWords(input: SettingName, value: Json): string | undefined {
  if (input === 'jwks') return JSON.stringify(withoutAdditions(value));
  const { words } = SETTINGS[input].read;
  const word = (one: Json): string | undefined =>
    words === undefined
      ? typeof one === 'string'
        ? one
        : JSON.stringify(one)
      : Object.entries(words).find(([, meaning]) => meaning === one)?.[0];
  if (!Array.isArray(value)) return word(value);
  const all = value.map(word);
  return all.every((each) => each !== undefined) ? listText(all, words ? 'words' : 'uris') : undefined;
}

/** Members of a key that are Okta's own (recorded). */
const OKTAS_MEMBERS = new Set(['id', 'created', 'lastUpdated', '_links']);

/** A key that is wanted is to be used: only one that is not says so. */
function withoutAdditions(jwks: Json): Json {
  const keys = isObject(jwks) && Array.isArray(jwks['keys']) ? jwks['keys'].filter(isObject) : [];
  const isAdded = (member: string, value: Json | undefined): boolean =>
    OKTAS_MEMBERS.has(member) || value === null || (member === 'status' && value === 'ACTIVE');
  const plain = (key: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(key).filter(([member, value]) => !isAdded(member, value)));
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
  ['credentials', 'oauthClient', 'client_id'],
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
  ['settings', 'notifications', 'vpn', 'network'],
  ['settings', 'oauthClient', 'idp_initiated_login'],
  ['settings', 'oauthClient', 'network'],
];

/** A profile that is none: `settings` may not replace it as a whole. */
function isNoProfile({ path }: Leaf): boolean {
  return path.length === 1 && path[0] === 'profile';
}

/** Whether a value is worth writing down where a new app would have another one: an empty one may mean something in what is the user's. */
function isTold({ path, value }: Leaf): boolean {
  if (!isBlank(value) || value === false) return true;
  return (
    isBelow(path, ['profile']) || (Array.isArray(value) && TOGETHER.some((whole) => isBelow(path, whole)))
  );
}

/** Whether a new app would have something else there. What stands in a profile is all the user's; every link of an app is shown (recorded). */
function isOwn({ path, value }: Leaf): boolean {
  if (isBelow(path, ['visibility', 'appLinks'])) return value !== true;
  return isBelow(path, ['profile']) || !same(value, valueAt(NEW_APP, path) ?? null);
}

function rest(
  app: RegisteredApp,
  said: ReadonlySet<SettingName>,
  defaults: AppSettings,
): { settings: JsonObject; undescribed: string[]; refused: string[]; secret: string[] } {
  const covered = SETTING_NAMES.filter(
    (input) => said.has(input) || isSaidByDefault(app, input, defaults),
  ).map((input) => PATHS[input]);
  const { owner } = markOf(app);
  const isOurs = owner !== undefined && valueAt(app.body, ADMIN_NOTE_PATH) === adminNote(owner);
  const paths = [...NOT_WRITTEN, ...covered, ...(isOurs ? [ADMIN_NOTE_PATH] : [])];
  const told = leaves(app.body)
    .filter(({ path }) => !paths.some((other) => isBelow(path, other)))
    .filter(({ path }) => !(isCatalogApp(app) && isOAuth(path)))
    .filter(({ path, value }, _, all) => {
      const whole = TOGETHER.find((other) => isBelow(path, other));
      return whole ? all.some((leaf) => isBelow(leaf.path, whole) && isOwn(leaf)) : isOwn({ path, value });
    })
    .filter((leaf) => isTold(leaf) && !isNoProfile(leaf));
  const secret = told.filter(({ path }) => secretsAt(app.body, path).length > 0);
  const plain = told.filter((leaf) => !secret.includes(leaf));
  const refused = plain.filter(({ path, value }) => uriProblemsIn(withValueAt({}, path, value)).length > 0);
  const document = plain
    .filter((leaf) => !refused.includes(leaf))
    .reduce((body: JsonObject, { path, value }) => withValueAt(body, path, value), {});
  const undescribed = undescribedProperties(document).map(({ path }) => path);
  const settings = undescribed.reduce((body, path) => pruned(body, path.split('.')), document);
  const fields = (those: readonly Leaf[]): string[] => those.map(({ path }) => path.join('.'));
  return { settings, undescribed, refused: fields(refused), secret: fields(secret) };
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
