/** JSON as it goes over the wire, and how a handler reads a body that may hold anything. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

export interface JsonObject {
  [key: string]: Json | undefined;
}

/** The value as an object; anything else (absent, null, a list, a scalar) reads as an empty one. */
export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** True for a JSON object: not a list, not null. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as a list; anything else reads as an empty one. */
export function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

/** The strings of a list; anything else in it is left out. */
export function stringsOf(value: Json | undefined): string[] {
  return listOf(value).filter((entry) => typeof entry === 'string');
}

/** The value if it is a string. */
export function stringOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The object without the keys that are undefined, and without those named. */
export function without(object: JsonObject, ...keys: string[]): JsonObject {
  const dropped = new Set(keys);
  return Object.fromEntries(
    Object.entries(object).filter(([key, value]) => value !== undefined && !dropped.has(key)),
  );
}
