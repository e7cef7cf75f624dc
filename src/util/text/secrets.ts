import { isObject, parseJson } from '../json.ts';
import { percentDecoded } from '../url.ts';

/** What is a secret by the name that it has, or by its form, wherever it is. */

/** How the names of secrets end, in the ways in which people and programs write them; hyphens and the like are left out. */
const SECRET_NAME =
  /(?:secret|password|passwd|passphrase|passcode|pwd|^pass|token|credential|connectionstring|authorization|bearer|(?:access|account|admin|api|app|auth|encryption|hmac|license|master|private|secret|service|session|shared|signing|ssh|storage)key)s?(?:value|hash|old|new|dev|test|staging|prod|live)?\d*$/;

/** Whether what has this name is a secret: `api-key`, `secretKey`, `AWS_SECRET_ACCESS_KEY`, `password2`. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

/**
 * What is a token by its form: Okta's own (`00` and 40 characters), GitHub's, GitLab's, Slack's, Stripe's, Google's, npm's, and the IDs
 * of AWS's keys. Source: documented by each; Okta's: its examples.
 */
const TOKEN =
  /(?<![\w-])(?:00[\w-]{40}|gh[oprsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[a-z]-[\w-]{10,}|[rs]k_(?:live|test)_\w{16,}|AIza[\w-]{35}|npm_\w{36}|A(?:KIA|SIA)[0-9A-Z]{16})(?![\w-])/g;

/** What has the form of a JWT: three parts, or five if it is encrypted, of which the first is a JSON object. Source: RFC 7515, RFC 7516. */
const JWT = /(?<![\w-])(eyJ[\w-]+)(?:\.[\w-]*){1,3}\.[\w-]+/g;

/** What a PEM file holds, to its end or to that of the text. Source: RFC 7468, section 2. */
const PEM = /-----BEGIN [^-\r\n]+-----([\s\S]*?)(?=-----END|$)/g;

/** The user name in a URL with the password: `user:password` between the slashes and the host. */
const USER_INFO = /:[/\\]{2}([^\s/\\?#"']*)@/g;

/** The parts of a text that are secrets by their form. */
export function secretsByForm(text: string): string[] {
  const jwts = [...text.matchAll(JWT)].filter(([, header = '']) => isHeader(header));
  const tokens = [...text.matchAll(TOKEN), ...jwts].map(([token]) => token);
  const files = [...text.matchAll(PEM)].map(([, body = '']) => body.replaceAll('\\n', '\n').trim());
  const passwords = [...text.matchAll(USER_INFO)].flatMap(([, info = '']) => {
    const password = info.slice(info.indexOf(':') + 1);
    return [password, percentDecoded(password)];
  });
  return [...tokens, ...files, ...passwords].filter((secret) => secret !== '');
}

/** Whether the first part of what looks like a JWT says so itself: a host name may begin with the same letters. */
function isHeader(part: string): boolean {
  return isObject(parseJson(Buffer.from(part, 'base64url').toString()));
}
