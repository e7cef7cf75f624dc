import { isObject, type Json, type JsonObject } from '../../util/json.ts';
import { nearest, plain } from '../../util/text/nearest.ts';
import { SETTINGS_PROPERTIES } from './properties.ts';

/** What Okta's API describes below a property; `true` if it says nothing of that. */
type Described = { readonly [name: string]: Described } | true;

export interface UndescribedProperty {
  /** From the top of the app object, as in `settings.oauthClient.tosUri`. */
  path: string;
  /** The described property that may be meant: one of a similar name beside it, or else of that name elsewhere. */
  nearest: string | undefined;
}

/** Where Okta takes names of the user's own: the app's profile, and the fields of an app of its network. */
const ANYTHING_GOES: ReadonlySet<string> = new Set(['profile', 'settings.app']);

/** Whether all below a path is of the user's own making. */
export function isUsersOwn(path: string): boolean {
  return ANYTHING_GOES.has(path);
}

/** The properties of a part of an app object that Okta's API does not describe, each with the one that may be meant. */
export function undescribedProperties(part: JsonObject): UndescribedProperty[] {
  return below(part, SETTINGS_PROPERTIES, '');
}

/**
 * The path of the property that has this name in Okta's API, whatever its letter case and punctuation, those below `settings` first. A deep
 * one that is an everyday word, such as `mode`, has to be named with what it is part of.
 */
export function propertyNamed(name: string): string | undefined {
  const paths = [...allPaths({ settings: SETTINGS_PROPERTIES.settings }), ...allPaths(SETTINGS_PROPERTIES)];
  return paths.find((path) => {
    const keys = path.split('.');
    const isAlone = keys.length < 3 || /[_A-Z]/.test(keys.at(-1) ?? '') || /oauthClient\.\w+$/.test(path);
    return keys.some(
      (_, i) => (isAlone || i < keys.length - 1) && plain(keys.slice(i).join('')) === plain(name),
    );
  });
}

function below(value: Json | undefined, described: Described, above: string): UndescribedProperty[] {
  if (described === true) return [];
  if (Array.isArray(value)) return value.flatMap((item) => below(item, described, above));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = above === '' ? name : `${above}.${name}`;
    if (ANYTHING_GOES.has(path)) return [];
    const known = Object.hasOwn(described, name) ? described[name] : undefined;
    if (known !== undefined) return below(inner, known, path);
    return [{ path, nearest: nearestProperty(name, described, above) }];
  });
}

function nearestProperty(name: string, beside: Exclude<Described, true>, above: string): string | undefined {
  const nameIn = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
  const inPlace = Object.keys(beside).map((other) => (above === '' ? other : `${above}.${other}`));
  return (
    nearest(name, inPlace, 2, nameIn) ??
    nearest(name, allPaths({ settings: SETTINGS_PROPERTIES.settings }), 1, nameIn) ??
    nearest(name, allPaths(SETTINGS_PROPERTIES), 1, nameIn)
  );
}

function allPaths(described: Described, above = ''): string[] {
  if (described === true) return [];
  return Object.entries(described).flatMap(([name, inner]) => {
    const path = above === '' ? name : `${above}.${name}`;
    return [path, ...allPaths(inner, path)];
  });
}
