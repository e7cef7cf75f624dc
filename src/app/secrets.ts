import { isObject, valueAt, type Json, type JsonObject, type Path } from '../util/json.ts';
import { isSecretName, secretsByForm } from '../util/text/secrets.ts';

/** What is secret in an app object, by its place, by the names of its keys, and by its form. Pure. */

/**
 * What a part of an app object holds: Okta's settings, which are secret only under a secret's name; what is the user's own, for which such
 * a name covers all below it; or secrets alone.
 */
type Part = 'oktas' | 'own' | 'secret';

type Parts = Readonly<Record<string, Part>>;

/** A workflow's texts in some parts are secrets as often as not: Okta does not say which. */
const GIVEN: Parts = { profile: 'own', app: 'secret', credentials: 'secret' };

/** Most of what an app holds there is no secret. */
const HELD: Parts = { profile: 'own', app: 'own' };

function partBelow(part: Part, key: string, parts: Parts): Part {
  if (part === 'own') return isSecretName(key) ? 'secret' : 'own';
  return part === 'oktas' ? (parts[key] ?? 'oktas') : part;
}

/** Texts that are none, although they are below `credentials`: words of a fixed list, and how user names are made. */
const OPEN_NAMES = new Set(['token_endpoint_auth_method', 'client_id', 'scheme', 'template', 'type']);

/** The private members of a JWK. Source: RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'];

/** The private members of an object that is a key. */
function privateMembers(object: Json | undefined): string[] {
  if (!isObject(object) || object['kty'] === undefined) return [];
  return PRIVATE_MEMBERS.map((name) => object[name]).filter((value) => typeof value === 'string');
}

/** The texts of a `settings` document that may be secrets. */
export function secretsOf(settings: JsonObject): string[] {
  return secretsIn(settings, GIVEN);
}

/** The secrets that an app holds, and those that it may hold at the paths of a `settings` document: a change shows the previous value. */
export function secretsBefore(settings: JsonObject, body: JsonObject): string[] {
  return [...before(settings, body, 'oktas', ''), ...secretsIn(body, HELD)];
}

/** The secrets in what an app holds at a path. */
export function secretsAt(body: JsonObject, path: Path): string[] {
  const value = valueAt(body, path);
  const part = path.reduce<Part>((above, key) => partBelow(above, key, HELD), 'oktas');
  const members = privateMembers(valueAt(body, path.slice(0, -1)));
  return [...members.filter((member) => member === value), ...secretsIn(value, HELD, part, path.at(-1))];
}

function secretsIn(value: Json | undefined, parts: Parts, part: Part = 'oktas', name = ''): string[] {
  const isNamed = isSecretName(name);
  if (typeof value === 'number') return isNamed ? [String(value)] : [];
  if (typeof value === 'string') {
    const isSecret = isNamed || (part === 'secret' && !OPEN_NAMES.has(name));
    return isSecret && value !== '' ? [value] : secretsByForm(value);
  }
  if (Array.isArray(value)) return value.flatMap((item) => secretsIn(item, parts, part, name));
  if (!isObject(value)) return [];
  return [
    ...privateMembers(value),
    ...Object.entries(value).flatMap(([key, inner]) =>
      secretsIn(inner, parts, partBelow(part, key, parts), key),
    ),
  ];
}

function before(given: Json | undefined, held: Json | undefined, part: Part, name: string): string[] {
  if (!isObject(given) || !isObject(held)) return secretsIn(held, GIVEN, part, name);
  return [
    ...privateMembers(held),
    ...Object.entries(given).flatMap(([key, inner]) =>
      before(inner, held[key], partBelow(part, key, GIVEN), key),
    ),
  ];
}
