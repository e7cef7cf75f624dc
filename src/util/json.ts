/** JSON as Okta sends it. App bodies keep this form from the answer to the next request, so that nothing unknown is lost. */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json | undefined;
}
export type Path = readonly string[];

/** What a JSON text holds; `undefined` for any other text. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value that should be text: itself, or the empty string for anything else. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The value at a path, or `undefined` if any step of it is missing. */
export function valueAt(object: JsonObject, path: Path): Json | undefined {
  let value: Json | undefined = object;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** A copy of the object with the value put at the path; `undefined` removes the value there. The rest is shared, not copied. */
export function withValueAt(object: JsonObject, path: Path, value: Json | undefined): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) throw new RangeError('A path needs at least one key.');
  const copy = { ...object };
  const inner = copy[key];
  const next = rest.length === 0 ? value : withValueAt(isObject(inner) ? inner : {}, rest, value);
  if (next === undefined) Reflect.deleteProperty(copy, key);
  else
    Object.defineProperty(copy, key, { value: next, enumerable: true, configurable: true, writable: true });
  return copy;
}

/**
 * Whether a value has more levels of lists and objects than that. Nothing that Okta knows is nested deeply, and deep nesting breaks
 * programs.
 */
export function isDeeper(value: Json | undefined, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

/** Levels of lists and objects that an input may have. */
export const DEEPEST_INPUT = 50;

/** Equal by value; the order of an object's keys does not count, the order of a list does. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (isObject(a) && isObject(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => equal(a[key], b[key]));
  }
  return a === b;
}

/**
 * Whether a value says no more than its absence: Okta omits such values from an answer, or includes them, depending on the org's features
 * (recorded: `participate_slo`, `consent_method`, `notes`).
 */
export function isBlank(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(isBlank);
}
