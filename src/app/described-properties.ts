import { distance } from 'fastest-levenshtein';
import { isObject, type Json, type JsonObject } from '../util/json.ts';
import { SETTINGS_PROPERTIES } from './settings-properties.ts';

/** What Okta's API describes below a property; `true` where it says nothing of that. */
type Described = { readonly [name: string]: Described } | true;

export interface UndescribedProperty {
  /** From the top of the app object, as in `settings.oauthClient.tosUri`. */
  path: string;
  /** The described property that may be meant: one of a similar name beside it, or else of that name elsewhere. */
  nearest: string | undefined;
}

/** Where Okta takes names of the user's own: the app's profile, and the fields of an app of its network. */
const ANYTHING_GOES: ReadonlySet<string> = new Set(['profile', 'settings.app']);

/** The properties of a part of an app object that Okta's API does not describe, each with the one that may be meant. */
export function undescribedProperties(part: JsonObject): UndescribedProperty[] {
  return below(part, SETTINGS_PROPERTIES, '');
}

function below(value: Json | undefined, described: Described, above: string): UndescribedProperty[] {
  if (described === true || ANYTHING_GOES.has(above)) return [];
  if (Array.isArray(value)) return value.flatMap((item) => below(item, described, above));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = above === '' ? name : `${above}.${name}`;
    if (ANYTHING_GOES.has(path)) return [];
    const known = Object.hasOwn(described, name) ? described[name] : undefined;
    if (known !== undefined) return below(inner, known, path);
    return [{ path, nearest: nearest(name, described, above) }];
  });
}

function nearest(name: string, beside: Exclude<Described, true>, above: string): string | undefined {
  const inPlace = Object.keys(beside).map((other) => (above === '' ? other : `${above}.${other}`));
  return (
    closestOf(name, inPlace, 2) ??
    closestOf(name, allPaths({ settings: SETTINGS_PROPERTIES.settings }), 1) ??
    closestOf(name, allPaths(SETTINGS_PROPERTIES), 1)
  );
}

/**
 * Names are compared without case, hyphens and underscores: `tosUri` is `tos_uri`.
 *
 * @param most how many letters may differ
 */
function closestOf(name: string, paths: readonly string[], most: number): string | undefined {
  const plain = (text: string): string =>
    text
      .slice(text.lastIndexOf('.') + 1)
      .replace(/[-_]/g, '')
      .toLowerCase();
  const wanted = plain(name);
  const ranked = paths
    .map((path) => ({ path, away: distance(wanted, plain(path)) }))
    .filter(({ path, away }) => away <= Math.min(most, Math.floor(plain(path).length / 3)))
    .sort((a, b) => a.away - b.away);
  return ranked[0]?.path;
}

function allPaths(described: Described, above = ''): string[] {
  if (described === true) return [];
  return Object.entries(described).flatMap(([name, inner]) => {
    const path = above === '' ? name : `${above}.${name}`;
    return [path, ...allPaths(inner, path)];
  });
}
