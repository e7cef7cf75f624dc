import { PATHS, TYPE_NAMES, isCatalogApp, strings, typeOf, type RegisteredApp } from '../app.ts';
import { isUnchosen } from '../client-id.ts';
import { labelProblem } from '../label.ts';
import { withoutOthers } from '../ownership/own-entries.ts';
import { markOf } from '../ownership/mark.ts';
import { defaultRotation, responseTypesFor } from './client-rules.ts';
import { withDefaults } from './desired.ts';
import { documentOf } from './document-of.ts';
import {
  SETTINGS,
  SETTING_NAMES,
  settingsIn,
  type AppSettings,
  type Setting,
  type SettingName,
} from './settings.ts';
import { isBlank, textOf, isObject, valueAt, type Json, type JsonObject } from '../../util/json.ts';
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
 * input of its own, or is nothing that its input takes. Given back to the action, they find the app unchanged; in another org they create
 * one like it. They contain no secret.
 */
export function inputsOf(described: RegisteredApp): Described {
  const { app, others } = withoutOthers(described);
  const held = isCatalogApp(app) ? {} : settingsIn(app.body);
  const defaults = defaultsFor(held);
  const words = SETTING_NAMES.flatMap((input) => {
    const value = held[input];
    if (value === undefined || isLeftOut(app, input, value, defaults)) return [];
    return [[input, inWords(input, value)] as const];
  });
  const reader = new TextReader(Object.fromEntries(words));
  const said = words.filter(([input]) => isRead(reader, input, held[input]));
  const covered = SETTING_NAMES.filter(
    (input) => said.some(([other]) => other === input) || isSaidByDefault(app, input, defaults),
  );
  const { settings, undescribed, refused, secret } = documentOf(
    app,
    covered.map((input) => PATHS[input]),
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
        ? [`of what runs with "shared" have added, which is kept: ${others.join(', ')}`]
        : []),
      ...limits(app),
    ],
  };
}

/** What is true of an app, and cannot be said by inputs. */
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

/** Reads inputs that exist only here. */
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

/** What Okta makes of settings that a new app is not given (recorded), except blank values. */
const OKTAS: AppSettings = {
  'wildcard-redirect': 'DISABLED',
  'consent-method': 'TRUSTED',
};

/** What an app like this one is created with if its workflow names nothing that can be left out. */
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
  if (input === 'client-id') return isUnchosen(app);
  const { satisfiedBy }: Setting = SETTINGS[input];
  const isDefault = defaults[input] !== undefined && input !== 'jwks' && input !== 'jwks-uri';
  if (isDefault) return satisfiedBy(value, defaults[input] ?? null);
  return isBlank(value);
}

/** A value as the text of its input, without what the input has no word for. A list of words is read as one of URIs is. */
function inWords(input: SettingName, value: Json): string {
  if (input === 'jwks') return JSON.stringify(withoutAdditions(value));
  const { words } = SETTINGS[input].read;
  const word = (one: Json): string =>
    words === undefined
      ? typeof one === 'string'
        ? one
        : JSON.stringify(one)
      : (Object.entries(words).find(([, meaning]) => meaning === one)?.[0] ?? '');
  return Array.isArray(value) ? listText(value.map(word), 'uris') : word(value);
}

/** Members of a key that are Okta's own (recorded). */
const OKTAS_MEMBERS = new Set(['id', 'created', 'lastUpdated', '_links']);

/** A key that is wanted is to be used: only an unused one says so. */
function withoutAdditions(jwks: Json): Json {
  const keys = isObject(jwks) && Array.isArray(jwks['keys']) ? jwks['keys'].filter(isObject) : [];
  const isAdded = (member: string, value: Json | undefined): boolean =>
    OKTAS_MEMBERS.has(member) || value === null || (member === 'status' && value === 'ACTIVE');
  const plain = (key: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(key).filter(([member, value]) => !isAdded(member, value)));
  return { keys: keys.map(plain) };
}

function isSaidByDefault(app: RegisteredApp, input: SettingName, defaults: AppSettings): boolean {
  const value = valueAt(app.body, PATHS[input]);
  return value === undefined || isLeftOut(app, input, value, defaults);
}
