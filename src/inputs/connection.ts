import type { GitHubContext } from '../github/context.ts';
import type { Connection } from '../okta/auth/credentials.ts';
import { shown, type InputReader } from '../util/input-reader.ts';
import type { Log } from '../util/log.ts';
import { claimsOf, isClientAssertion, readClientAssertion } from './client-assertion.ts';
import { unmeantUri } from '../app/settings/uris.ts';
import { readPrivateKey } from './private-key.ts';
import { hasUserInfo, isLoopback, parseUrl } from '../util/url.ts';

/** What a message about missing credentials says of the run. */
type SecretsContext = Pick<GitHubContext, 'withoutSecrets'>;

/** Whether the inputs carry no credential at all, as in a run to which GitHub gives no secrets. */
export function withoutCredentials(reader: InputReader): boolean {
  const credentials = ['api-token', 'auth-private-key', 'auth-client-assertion'];
  return credentials.every((input) => reader.text(input) === undefined);
}

/**
 * Reads the connection inputs. The secrets among them are masked already.
 *
 * @returns `undefined` if the reader has collected a problem
 */
export function readConnection(
  reader: InputReader,
  github: SecretsContext,
  log: Log,
): Connection | undefined {
  const orgUrl = readOrgUrl(reader, log);
  const credentials = readCredentials(reader, github, orgUrl);
  return orgUrl !== undefined && credentials ? { orgUrl, credentials } : undefined;
}

function readOrgUrl(reader: InputReader, log: Log): string | undefined {
  if (reader.text('org-url') === undefined)
    return reader.problem('org-url', `is missing. ${GIVE_ORG_URL} ${CHECK_VARIABLE}`);
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
    log.notice(`"org-url" continues after the host. Using the org's own address: ${url.origin}.`);
  }
  return url.origin;
}

const GIVE_ORG_URL = 'Give the URL of your Okta org, such as https://acme.okta.com.';
const CHECK_VARIABLE =
  'If it comes from a variable, check that there is one of that name, and that it is a variable and not a secret.';

/** What is wrong with the org's URL, whatever its scheme, and what to do. A password in it is not shown. */
function orgUrlProblem(text: string, url: URL | undefined): string | undefined {
  if (/["'`]/.test(text.charAt(0))) return `is in quotes. Leave them out. ${GIVE_ORG_URL}`;
  if (url?.username || url?.password || hasUserInfo(text))
    return `has a user name or a password in it. Leave out all up to the "@". ${GIVE_ORG_URL}`;
  if (/^https?:(?!\/\/)/i.test(text))
    return `is "${shown(text)}", which lacks a slash after "${text.slice(0, text.indexOf(':') + 1)}". ${GIVE_ORG_URL}`;
  if (!url?.hostname) return `is "${shown(text)}", not a URL. ${GIVE_ORG_URL}`;
  const unmeant = unmeantUri(`https://${url.host}`);
  if (unmeant !== undefined) return `is "${shown(text)}", ${unmeant}`;
  const [, server] = /^\/oauth2\/(?!v1(?:\/|$))([^/]+)/.exec(url.pathname) ?? [];
  if (server !== undefined)
    return `is the address of an authorization server. Give the org's alone, ${url.origin}, and "authorization-server: ${shown(server)}".`;
  const isHost = url.hostname.includes('.') || url.hostname.startsWith('[') || isLoopback(url.hostname);
  return isHost ? undefined : `is "${shown(text)}", which is no whole host name. ${GIVE_ORG_URL}`;
}

function readCredentials(
  reader: InputReader,
  github: SecretsContext,
  orgUrl: string | undefined,
): Connection['credentials'] | undefined {
  const token = reader.text('api-token');
  const clientId = reader.line('auth-client-id');
  const key = reader.text('auth-private-key');
  const keyId = reader.line('auth-key-id');
  const assertion = reader.text('auth-client-assertion');
  if (token !== undefined && [clientId, key, keyId, assertion].some((text) => text !== undefined)) {
    return reader.problem(
      'api-token',
      'is set beside "auth-client-id", "auth-private-key", "auth-key-id" or "auth-client-assertion". Use either the token or the service app.',
    );
  }
  if (key !== undefined && assertion !== undefined) {
    return reader.problem(
      'auth-client-assertion',
      'is set beside "auth-private-key", with which a run signs its own. Use one of the two.',
    );
  }
  if (assertion !== undefined && keyId !== undefined) {
    return reader.problem(
      'auth-key-id',
      'is set beside "auth-client-assertion", which names its key itself. Leave it out.',
    );
  }
  if (token !== undefined) return readToken(reader, token);
  if (assertion !== undefined) return readAssertion(reader, assertion, clientId, orgUrl);
  if (key === undefined)
    return reader.problem(
      clientId === undefined ? 'api-token' : 'auth-private-key',
      missingCredentials(github),
    );
  return readServiceApp(reader, key, { clientId, keyId });
}

function readToken(reader: InputReader, token: string): Connection['credentials'] | undefined {
  const wrong = tokenProblem(token);
  if (wrong !== undefined) return reader.problem('api-token', wrong);
  return { kind: 'api-token', token, scheme: JWT.test(token) ? 'Bearer' : 'SSWS' };
}

function readAssertion(
  reader: InputReader,
  text: string,
  clientId: string | undefined,
  orgUrl: string | undefined,
): Connection['credentials'] | undefined {
  if (reader.text('auth-client-id') === undefined) missingClientId(reader);
  const wrong = wrappingProblem(text, 'steps.sign.outputs.assertion');
  const read = wrong === undefined ? readClientAssertion(text, clientId, orgUrl) : { problems: [wrong] };
  if ('problems' in read)
    for (const problem of read.problems) reader.problem('auth-client-assertion', problem);
  return clientId === undefined || 'problems' in read
    ? undefined
    : { kind: 'client-assertion', clientId, ...read };
}

function readServiceApp(
  reader: InputReader,
  key: string,
  { clientId, keyId }: Record<'clientId' | 'keyId', string | undefined>,
): Connection['credentials'] | undefined {
  const privateKey = readPrivateKey(key);
  if ('problem' in privateKey) reader.problem('auth-private-key', privateKey.problem);
  if (reader.text('auth-client-id') === undefined) missingClientId(reader);
  if (clientId === undefined || 'problem' in privateKey) return undefined;
  return { kind: 'service-app', clientId, privateKey: privateKey.key, keyId: keyId ?? privateKey.keyId };
}

function missingClientId(reader: InputReader): undefined {
  return reader.problem('auth-client-id', "is missing. Give the service app's client ID.");
}

/** An OAuth 2.0 access token for Okta's API: a signed JWT (recorded). Okta's own tokens have no dots. */
const JWT = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * What was put around a token, or in its place, and what to do. It shows nothing of it, except the name of a variable.
 *
 * @param context where such a value comes from, as an example
 */
function wrappingProblem(token: string, context: string): string | undefined {
  if (/^(["'`]).*\1$/s.test(token)) return 'is in quotes. Leave them out.';
  if (/^(SSWS|Bearer)\s/i.test(token)) return 'starts with the name of a scheme. Give the token alone.';
  const [, variable] =
    /^\$(?:env:)?[{(]{0,2}\s*([\w.]+)\s*[})]{0,2}$/i.exec(token) ?? /^%(\w+)%$/.exec(token) ?? [];
  if (variable !== undefined)
    return `is the name "${shown(variable)}", not its value: nothing here puts that in. Give it as an expression, as in \${{ ${context} }}.`;
  if (token.includes('PRIVATE KEY') || token.includes('"kty"'))
    return 'is a private key. Give it as "auth-private-key", with "auth-client-id".';
  return undefined;
}

/** What is wrong with the text of an API token or an access token, and what to do. */
function tokenProblem(token: string): string | undefined {
  const wrong = wrappingProblem(token, 'secrets.OKTA_API_TOKEN');
  if (wrong !== undefined) return wrong;
  if (JWT.test(token) && isClientAssertion(token))
    return 'is a client assertion. Give it as "auth-client-assertion", with "auth-client-id".';
  // Such a token is of use only with the key that it names (RFC 9449, section 6).
  if (JWT.test(token) && claimsOf(token)?.['cnf'] !== undefined)
    return 'is an access token that is bound to a key (DPoP), which this run does not have. Give a bearer token, or the service app itself.';
  if (/^[\x21-\x7e]+$/.test(token)) return undefined;
  return 'holds white space or characters that no Okta token has. Copy the token again, as one line.';
}

function missingCredentials(github: SecretsContext): string {
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
