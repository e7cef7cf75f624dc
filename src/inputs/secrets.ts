import { isObject, type Json, type JsonObject } from '../util/json.ts';
import type { Log } from '../util/log.ts';
import { keysInside, privateMembers } from './private-key.ts';

/** What is secret of what a workflow gives: registered before anything is said, wherever it was put. */

/** Inputs that are secret as a whole. */
const SECRET_INPUTS = new Set(['api-token', 'auth-private-key', 'github-token']);

/** Who speaks, and for URLs with his password: `user:password` between the slashes and the host. */
const USER_INFO = /:[/\\]{2}([^\s/\\?#"']*)@/g;

/** What is a token by its form: Okta's own (`00` and 40 characters), and GitHub's. Source: documented by GitHub; Okta's examples. */
const TOKEN = /(?<![\w-])(?:00[\w-]{40}|gh[a-z]_\w{36,}|github_pat_\w{36,})(?![\w-])/g;

/** What has the form of a JWT: three parts, or five if it is encrypted, of which the first is a JSON object. Source: RFC 7515, RFC 7516. */
const JWT = /(?<![\w-])(eyJ[\w-]+)(?:\.[\w-]*){1,3}\.[\w-]+/g;

/**
 * Masks the secrets among the inputs, and those that were put into others by mistake: private keys in any form, tokens, and what stands
 * before the host of a URL.
 *
 * @param environment the variables that the runner sets (`INPUT_*`)
 */
export function maskInputs(environment: NodeJS.ProcessEnv, log: Pick<Log, 'mask'>): void {
  for (const [variable, value = ''] of Object.entries(environment)) {
    if (!/^INPUT_/i.test(variable)) continue;
    const text = value.trim();
    const name = variable.slice('INPUT_'.length).toLowerCase();
    if (SECRET_INPUTS.has(name)) log.mask(text.replaceAll('\\n', '\n'));
    for (const secret of [...keysInside(text), ...tokensIn(text), ...passwordsIn(text)]) log.mask(secret);
  }
}

function tokensIn(text: string): string[] {
  const jwts = [...text.matchAll(JWT)].filter(([, header = '']) => isHeader(header));
  return [...text.matchAll(TOKEN), ...jwts].map(([token]) => token);
}

/** Whether the first part of what looks like a JWT says so itself: a host name may begin with the same letters. */
function isHeader(part: string): boolean {
  try {
    return isObject(JSON.parse(Buffer.from(part, 'base64url').toString()) as Json);
  } catch {
    return false;
  }
}

function passwordsIn(text: string): string[] {
  return [...text.matchAll(USER_INFO)].flatMap(([, info = '']) => {
    const password = info.slice(info.indexOf(':') + 1);
    return [password, decoded(password)];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Parts of an app object whose texts are secrets as often as not: they are the app's own fields, and Okta does not say which. */
const SECRET_PARTS = new Set(['credentials', 'app']);

/** How the keys of secrets end, in the ways in which Okta and those who make apps write them. */
const SECRET_NAME = /(?:secret|password|passphrase|token|api_?key|private_?key)$/i;

/** Texts of an app object that hold none, although they stand below `credentials`: words of a fixed list, and how user names are made. */
const OPEN_NAMES = new Set(['token_endpoint_auth_method', 'client_id', 'scheme', 'template', 'type']);

/** The texts of `settings` that may be secrets. */
export function secretsOf(settings: JsonObject): string[] {
  return leaves(settings, false);
}

function leaves(value: Json | undefined, isSecret: boolean, name = ''): string[] {
  if (typeof value === 'string')
    return (isSecret && !OPEN_NAMES.has(name)) || SECRET_NAME.test(name) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => leaves(item, isSecret, name));
  if (!isObject(value)) return [];
  return [
    ...privateMembers(value),
    ...Object.entries(value).flatMap(([key, inner]) => leaves(inner, isSecret || SECRET_PARTS.has(key), key)),
  ];
}
