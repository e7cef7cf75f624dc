import { OKTAS_CHOICE } from '../app.ts';
import { variableIn } from '../label.ts';
import { shown, type InputReader } from '../../util/input-reader.ts';
import { DEEPEST_INPUT, isDeeper, isObject, type Json, type JsonObject } from '../../util/json.ts';
import { withoutUserInfo } from '../../util/url.ts';
import { deceptiveUri, uriProblem, wildcardProblem } from './uris.ts';

/**
 * How the inputs of settings are read: each kind of value, and what is wrong with one. A reader collects the problems, and gives
 * `undefined` for an input that is absent or has one.
 */

export interface Read<T> {
  (reader: InputReader, input: string): T | undefined;
  /** What the words mean of which the input takes one or several; `undefined` if it takes other text. */
  words?: Readonly<Record<string, Json>>;
}

/** A JSON Web Key Set of public keys, each with a `kid` of its own. */
export interface Jwks extends JsonObject {
  keys: JsonObject[];
}

export function flag(reader: InputReader, input: string): boolean | undefined {
  return reader.flag(input);
}

/** One of the words that the table has as keys. */
export function oneOf<T extends Json>(table: Readonly<Record<string, T>>): Read<T> {
  return Object.assign((reader: InputReader, input: string) => reader.choice(input, table), { words: table });
}

/** A list of such words. */
export function someOf<T extends Json>(table: Readonly<Record<string, T>>): Read<T[]> {
  return Object.assign((reader: InputReader, input: string) => reader.choices(input, table), {
    words: table,
  });
}

/** A client ID of one's own, or that Okta is to choose. Source of the rule: `client_id` in Okta's OpenAPI description. */
export function clientId(reader: InputReader, input: string): string | undefined {
  const id = reader.line(input);
  if (id?.toLowerCase() === OKTAS_CHOICE) return OKTAS_CHOICE;
  if (id !== undefined && variableIn(id) !== undefined)
    return reader.problem(
      input,
      `is "${shown(id)}", as of a variable whose value nothing here puts in. Give the value, for example by an expression.`,
    );
  if (id !== undefined && /^(undefined|null)$/i.test(id))
    return reader.problem(input, `is "${shown(id)}". Check what it is put together from.`);
  if (id === undefined || (/^[0-9A-Za-z$\-_.+!*'(),]{6,100}$/.test(id) && id !== 'ALL_CLIENTS')) return id;
  return reader.problem(
    input,
    `is "${shown(id)}". Use 6 to 100 letters, digits and $-_.+!*'(), and not ALL_CLIENTS; or "${OKTAS_CHOICE}" for Okta's own choice.`,
  );
}

export function redirectUris(reader: InputReader, input: string): string[] | undefined {
  const allowed = reader.text('wildcard-redirect')?.toLowerCase() === 'subdomain';
  return readUris(reader, input, allowed);
}

export function signOutUris(reader: InputReader, input: string): string[] | undefined {
  return readUris(reader, input, 'never');
}

function readUris(reader: InputReader, input: string, wildcards: boolean | 'never'): string[] | undefined {
  const uris = reader.list(input, 'uris');
  for (const uri of uris ?? []) {
    const problem = uriProblem(uri) ?? fragmentProblem(uri) ?? wildcardProblem(uri, wildcards);
    if (problem) reader.problem(input, `has "${shown(withoutUserInfo(uri))}", ${problem}`);
  }
  return reader.isFaulty(input) ? undefined : uris;
}

/** Okta refuses a fragment (reported). */
function fragmentProblem(uri: string): string | undefined {
  return uri.includes('#') ? 'which has a fragment (#), and Okta takes none. Leave it out.' : undefined;
}

/** Any absolute URI, of a scheme of the app's own, too. */
export function anyUri(reader: InputReader, input: string): string | undefined {
  return readUri(reader, input, uriProblem);
}

/** The address of something on the web. */
export function webUrl(reader: InputReader, input: string): string | undefined {
  return readUri(reader, input, webUrlProblem);
}

/** The address of keys with which a client proves itself. */
export function keysUrl(reader: InputReader, input: string): string | undefined {
  const isPlain = (text: string): boolean => /^http:/i.test(text);
  return readUri(
    reader,
    input,
    (text) =>
      webUrlProblem(text) ??
      (isPlain(text)
        ? 'not an https URL: over http, anybody on the way can give other keys. Use https.'
        : undefined),
  );
}

function webUrlProblem(text: string): string | undefined {
  return /^(?!https?:)/i.test(text) && !deceptiveUri(text)
    ? 'not an absolute URL. Start it with https://.'
    : uriProblem(text);
}

function readUri(
  reader: InputReader,
  input: string,
  problemOf: (text: string) => string | undefined,
): string | undefined {
  const text = reader.line(input);
  if (text === undefined) return undefined;
  const problem = problemOf(text);
  return problem ? reader.problem(input, `is "${shown(withoutUserInfo(text))}", ${problem}`) : text;
}

export function leeway(reader: InputReader, input: string): number | undefined {
  const seconds = reader.number(input, 0, 60, 'seconds');
  if (seconds === undefined || Number.isInteger(seconds)) return seconds;
  return reader.problem(input, `is ${seconds}. Use whole seconds from 0 to 60.`);
}

/** A key set as JSON: `readSettings` makes that of YAML. */
export function jwks(reader: InputReader, input: string): Jwks | undefined {
  const text = reader.text(input);
  if (text === undefined) return undefined;
  const document = JSON.parse(text) as Json;
  if (isDeeper(document, DEEPEST_INPUT))
    return reader.problem(input, 'is nested too deeply. Give a JSON Web Key Set: {"keys": [ … ]}.');
  const keys =
    isObject(document) && 'keys' in document ? document['keys'] : isObject(document) ? [document] : document;
  if (!Array.isArray(keys) || !keys.every((key) => isObject(key) && typeof key['kty'] === 'string')) {
    return reader.problem(
      input,
      'is not a key set. Give a JSON Web Key Set whose keys have a "kty": {"keys": [ … ]}.',
    );
  }
  const set = keys.filter(isObject);
  if (set.some((key) => 'd' in key || 'k' in key))
    return reader.problem(input, 'holds a private or symmetric key. Give the public keys only.');
  const ids = set.map((key) => key['kid']);
  if (ids.some((id) => typeof id !== 'string' || id === ''))
    return reader.problem(input, 'has a key without "kid". Give each key one: keys are told apart by it.');
  if (new Set(ids).size < ids.length)
    return reader.problem(input, 'has two keys of the same "kid". Give each key its own.');
  const short = set.map(bitsOf).find((bits) => bits !== undefined && bits < SHORTEST_RSA_KEY);
  if (short !== undefined)
    return reader.problem(
      input,
      `has an RSA key of ${short} bits. Give keys of at least ${SHORTEST_RSA_KEY} bits.`,
    );
  return { keys: set };
}

/** Bits of an RSA key that a signature may be made with. Source: RFC 7518, section 3.3. */
export const SHORTEST_RSA_KEY = 2048;

/** The bits of an RSA key's modulus; `undefined` for a key of another kind. */
function bitsOf({ kty, n }: JsonObject): number | undefined {
  return kty === 'RSA' && typeof n === 'string' ? Buffer.from(n, 'base64url').length * 8 : undefined;
}
