import { isObject, type Json, type JsonObject } from '../util/json.ts';

/** What is secret of an app object, by where it stands there and by the names of its keys. Pure. */

/** Parts whose texts are secrets as often as not: they are the app's own fields, and Okta does not say which. */
const SECRET_PARTS = new Set(['credentials', 'app']);

/** How the keys of secrets end, in the ways in which Okta and those who make apps write them. */
const SECRET_NAME = /(?:secret|password|passphrase|token|api_?key|private_?key)$/i;

/** Texts that are none, although they stand below `credentials`: words of a fixed list, and how user names are made. */
const OPEN_NAMES = new Set(['token_endpoint_auth_method', 'client_id', 'scheme', 'template', 'type']);

/** The private members of a JWK. Source: RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'];

/** The private members of an object that is a key. */
export function privateMembers(object: JsonObject): string[] {
  if (object['kty'] === undefined) return [];
  return PRIVATE_MEMBERS.map((name) => object[name]).filter((value) => typeof value === 'string');
}

/** The texts of a `settings` document that may be secrets. */
export function secretsOf(settings: JsonObject): string[] {
  return secretsIn(settings);
}

/** What an app holds in the place of what a `settings` document says, and may be secret as well: a change is told with what was there. */
export function secretsBefore(settings: JsonObject, body: JsonObject): string[] {
  return before(settings, body, false, '');
}

/** The texts of a value that are secrets by their names, or that may be by where the value stands. */
export function secretsIn(value: Json | undefined, name = '', isSecret = false): string[] {
  if (typeof value === 'string')
    return value !== '' && ((isSecret && !OPEN_NAMES.has(name)) || SECRET_NAME.test(name)) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => secretsIn(item, name, isSecret));
  if (!isObject(value)) return [];
  return [
    ...privateMembers(value),
    ...Object.entries(value).flatMap(([key, inner]) =>
      secretsIn(inner, key, isSecret || SECRET_PARTS.has(key)),
    ),
  ];
}

function before(given: Json | undefined, held: Json | undefined, isSecret: boolean, name: string): string[] {
  if (!isObject(given) || !isObject(held)) return secretsIn(held, name, isSecret);
  return [
    ...privateMembers(held),
    ...Object.entries(given).flatMap(([key, inner]) =>
      before(inner, held[key], isSecret || SECRET_PARTS.has(key), key),
    ),
  ];
}
