import { isObject, type Json } from '../util/json.ts';
import type { Log } from '../util/log.ts';
import { percentDecoded } from '../util/url.ts';
import { keysInside } from './private-key.ts';

/** What is secret of what a workflow gives: registered before anything is said, wherever it was put. */

/** Inputs that are secret as a whole. */
const SECRET_INPUTS = new Set(['api-token', 'auth-private-key', 'auth-client-assertion', 'github-token']);

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
    return [password, percentDecoded(password)];
  });
}
