import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { GitHubContext } from '../github/context.ts';
import type { Connection } from '../okta/credentials.ts';
import { shown, type InputReader } from '../util/input-reader.ts';
import type { Log } from '../util/log.ts';
import { hasUserInfo, isLoopback, parseUrl } from '../util/url.ts';

/** Whether the inputs carry no credential at all, as in a run to which GitHub gives no secrets. */
export function withoutCredentials(reader: InputReader): boolean {
  return reader.text('api-token') === undefined && reader.text('auth-private-key') === undefined;
}

/**
 * Reads the connection inputs; every secret among them is masked before anything is said about it.
 *
 * @returns `undefined` where the reader has collected a problem
 */
export function readConnection(reader: InputReader, github: GitHubContext, log: Log): Connection | undefined {
  const orgUrl = readOrgUrl(reader, log);
  const credentials = readCredentials(reader, github, log);
  return orgUrl !== undefined && credentials ? { orgUrl, credentials } : undefined;
}

function readOrgUrl(reader: InputReader, log: Log): string | undefined {
  if (reader.text('org-url') === undefined) return reader.problem('org-url', `is missing. ${GIVE_ORG_URL}`);
  const text = reader.line('org-url');
  if (text === undefined) return undefined;
  const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  const wrong = orgUrlProblem(text, url);
  if (wrong !== undefined) return reader.problem('org-url', wrong);
  if (!url) return undefined;
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    return reader.problem(
      'org-url',
      `is "${shown(text)}", not an https URL: credentials must not travel in the clear. Use https.`,
    );
  }
  const admin = /^([^.]+)-admin(\.(?:okta|oktapreview|okta-emea|okta-gov|okta\.mil|trexcloud)\..+)$/i.exec(
    url.host,
  );
  if (admin) {
    url.host = `${admin[1] ?? ''}${admin[2] ?? ''}`;
    log.notice(`"org-url" is the Admin Console's address. Using the org's own: ${url.origin}.`);
  } else if (url.pathname !== '/' || url.search || url.hash) {
    log.notice(`"org-url" goes on after the host. Using the org's own address: ${url.origin}.`);
  }
  return url.origin;
}

const GIVE_ORG_URL = 'Give the URL of your Okta org, such as https://acme.okta.com.';

/** What is wrong with the org's URL, whatever its scheme, and what to do. A password in it is not shown. */
function orgUrlProblem(text: string, url: URL | undefined): string | undefined {
  if (/["'`]/.test(text.charAt(0))) return `is in quotes. Leave them out. ${GIVE_ORG_URL}`;
  if (url?.username || url?.password || hasUserInfo(text))
    return `has a user name or a password in it. Leave out all up to the "@". ${GIVE_ORG_URL}`;
  if (/^https?:(?!\/\/)/i.test(text))
    return `is "${shown(text)}", which lacks a slash after "${text.slice(0, text.indexOf(':') + 1)}". ${GIVE_ORG_URL}`;
  if (!url?.hostname) return `is "${shown(text)}", not a URL. ${GIVE_ORG_URL}`;
  const [, server] = /^\/oauth2\/(?!v1(?:\/|$))([^/]+)/.exec(url.pathname) ?? [];
  if (server !== undefined)
    return `is the address of an authorization server. Give the org's alone, ${url.origin}, and "authorization-server: ${shown(server)}".`;
  const isHost = url.hostname.includes('.') || url.hostname.startsWith('[') || isLoopback(url.hostname);
  return isHost ? undefined : `is "${shown(text)}", which is no whole host name. ${GIVE_ORG_URL}`;
}

function readCredentials(
  reader: InputReader,
  github: GitHubContext,
  log: Log,
): Connection['credentials'] | undefined {
  const token = reader.text('api-token');
  const clientId = reader.line('auth-client-id');
  const key = reader.text('auth-private-key');
  const keyId = reader.line('auth-key-id');
  if (token) log.mask(token);
  if (key) maskKey(key, log);

  if (token !== undefined && (key !== undefined || clientId !== undefined)) {
    return reader.problem(
      'api-token',
      'is set beside "auth-client-id" or "auth-private-key". Use either the token or the service app.',
    );
  }
  if (token !== undefined) {
    const wrong = tokenProblem(token);
    return wrong === undefined ? { kind: 'api-token', token } : reader.problem('api-token', wrong);
  }
  if (key === undefined && clientId === undefined)
    return reader.problem('api-token', missingCredentials(github));
  if (key === undefined) return reader.problem('auth-private-key', missingCredentials(github));
  const privateKey = readPrivateKey(reader, key);
  if (reader.text('auth-client-id') === undefined)
    return reader.problem('auth-client-id', "is missing. Give the service app's client ID.");
  if (clientId === undefined) return undefined;
  return (
    privateKey && {
      kind: 'service-app',
      clientId,
      privateKey: privateKey.key,
      keyId: keyId ?? privateKey.keyId,
    }
  );
}

/** What is wrong with a token's text, and what to do. It shows nothing of it, but for the name of a variable in its place. */
function tokenProblem(token: string): string | undefined {
  if (/^(["'`]).*\1$/s.test(token)) return 'is in quotes. Leave them out.';
  if (/^(SSWS|Bearer)\s/i.test(token)) return 'starts with the name of a scheme. Give the token alone.';
  const [, variable] =
    /^\$(?:env:)?[{(]{0,2}\s*([\w.]+)\s*[})]{0,2}$/i.exec(token) ?? /^%(\w+)%$/.exec(token) ?? [];
  if (variable !== undefined)
    return `is the name "${shown(variable)}", not its value: nothing here puts that in. Give it as an expression, as in \${{ secrets.OKTA_API_TOKEN }}.`;
  if (/^[\x21-\x7e]+$/.test(token)) return undefined;
  return 'holds white space or characters that no Okta token has. Copy the token again, as one line.';
}

function missingCredentials(github: GitHubContext): string {
  const give = 'Give "api-token", or "auth-client-id" and "auth-private-key".';
  const skip = 'Set "skip-without-credentials: true" to skip such runs.';
  switch (github.withoutSecrets) {
    case 'fork':
      return `is empty: this is a fork's pull request or a run in a fork, and GitHub gives those no secrets. ${skip}`;
    case 'dependabot':
      return `is empty: this run was started by Dependabot, and GitHub gives it only Dependabot secrets. Add the secret there too, or ${skip.replace('Set', 'set')}`;
    case undefined:
      return `is empty, and no other credential is set. ${give} If it comes from a secret, check that this workflow may read a secret of that name.`;
  }
}

function readPrivateKey(
  reader: InputReader,
  text: string,
): { key: KeyObject; keyId: string | undefined } | undefined {
  const expected = 'Give an RSA or EC private key as PEM (PKCS#1, PKCS#8 or SEC1) or as a JWK.';
  try {
    const jwk = text.startsWith('{') ? (JSON.parse(text) as JsonWebKey) : undefined;
    const key = jwk
      ? createPrivateKey({ key: jwk, format: 'jwk' })
      : createPrivateKey(text.replaceAll('\\n', '\n'));
    const keyId = typeof jwk?.['kid'] === 'string' ? jwk['kid'] : undefined;
    if (key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'ec') return { key, keyId };
    return reader.problem(
      'auth-private-key',
      `is a key of type ${key.asymmetricKeyType ?? 'unknown'}. ${expected}`,
    );
  } catch {
    return reader.problem('auth-private-key', `is not a private key that can be read. ${expected}`);
  }
}

/** The private members of a JWK. Source: RFC 7518, sections 6.2.2 and 6.3.2. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi'];

function maskKey(text: string, log: Log): void {
  log.mask(text.replaceAll('\\n', '\n'));
  if (!text.startsWith('{')) return;
  try {
    const jwk = JSON.parse(text) as Record<string, unknown>;
    for (const member of PRIVATE_MEMBERS) if (typeof jwk[member] === 'string') log.mask(jwk[member]);
  } catch {
    return;
  }
}
