import type { Connection } from '../auth/credentials.ts';
import { ActionError, clause, plainText } from '../../util/errors.ts';
import { checkProxy } from './proxy.ts';
import { scopeFor } from '../auth/authorization.ts';
import { APP_CONFLICT, type NoResponse } from './retry.ts';
import type { HttpError, OktaApiError, RawResponse } from './sdk.ts';

/** Okta said no: the status and code for those who decide by them, the message for the user. */
export class OktaError extends ActionError {
  readonly status: number;
  /** Okta's `errorCode`, such as `E0000007`; empty if the response was not Okta's JSON. */
  readonly code: string;
  /** Okta's own words. */
  readonly text: string;

  constructor(
    { status, code, text }: Pick<Refusal, 'status' | 'code' | 'text'>,
    what: string,
    remedy: string,
    options: ErrorOptions,
  ) {
    super(what, `Okta answered ${status}${code && ` (${code})`}: ${text}`, remedy, options);
    this.name = 'OktaError';
    this.status = status;
    this.code = code;
    this.text = text;
  }
}

interface Asked {
  method: string;
  path: string;
  purpose: string;
  isPublic?: boolean;
}

/** What a response is that cannot be used. */
const UNUSABLE = {
  malformed: 'no complete JSON',
  page: 'a web page',
  oversized: "larger than any of Okta's",
} as const;

/** What to say when no usable response came. */
export function explainFailure(purpose: string, failure: NoResponse, orgUrl: string): ActionError {
  const what = `Cannot ${purpose}`;
  const host = new URL(orgUrl).host;
  switch (failure.kind) {
    case 'timeout':
      return new ActionError(
        what,
        `${host} did not answer within ${failure.seconds} s`,
        'Run it again later; see status.okta.com.',
      );
    case 'malformed':
    case 'page':
    case 'oversized':
      return new ActionError(
        what,
        `the answer of ${host} (HTTP ${failure.status}) is ${UNUSABLE[failure.kind]}`,
        'Check that "org-url" is the address of your Okta org itself, and that no proxy answers in its place.',
      );
    case 'connection': {
      const proxy = checkProxy(orgUrl);
      if (proxy !== undefined)
        return new ActionError(
          what,
          `the connection to ${host} failed (${failure.code}), which uses the proxy ${proxy}`,
          'Check the proxy, which https_proxy names, or name the host in no_proxy.',
        );
      return new ActionError(
        what,
        failure.code === 'ENOTFOUND'
          ? `the host ${host} does not exist`
          : `the connection to ${host} failed (${failure.code})`,
        'Check "org-url", and that the runner reaches it (a proxy is taken from https_proxy and no_proxy).',
      );
    }
  }
}

/** What to say when Okta, or something before it, refused. */
export function explainRefusal(
  asked: Asked,
  response: RawResponse,
  error: OktaApiError | HttpError,
  connection: Connection,
): OktaError {
  const api = 'errorCode' in error ? error : undefined;
  const code = clause(api?.errorCode);
  const text = api ? wordsOf(api) : plainText(response.text);
  const refusal = {
    status: response.status,
    code,
    text: text || 'no reason given',
    challenge: response.header('www-authenticate') ?? '',
  };
  const remedy = remedyFor(asked, refusal, connection, response);
  return new OktaError(refusal, whatFailed(asked, response.status, connection), remedy, { cause: error });
}

/** A credential that Okta does not know comes first: whatever the run asked for, it would have been refused. */
function whatFailed({ purpose, isPublic }: Asked, status: number, { credentials }: Connection): string {
  if (status !== 401 || isPublic) return `Cannot ${purpose}`;
  return credentials.kind === 'api-token'
    ? `Cannot use "api-token" to ${purpose}`
    : `Cannot use the access token of the service app ${credentials.clientId} to ${purpose}`;
}

/** How many causes of a refusal are shown: more than any real one has. */
const SHOWN_CAUSES = 20;

function wordsOf({ errorSummary, errorCauses = [] }: OktaApiError): string {
  const causes = errorCauses.slice(0, SHOWN_CAUSES).map((cause) => cause.errorSummary);
  return [errorSummary, ...causes].map(clause).filter(Boolean).join('; ');
}

interface Refusal {
  status: number;
  code: string;
  text: string;
  challenge: string;
}

/** Refusals that no role or scope would lift: self service is off, or the org does not have the feature (both recorded). */
const OFF_IN_THE_ORG = new Set(['E0000043', 'E0000015']);

/** Okta's code for a body with a value that it does not know, such as a misspelt word of a fixed list (recorded, reported). */
export const UNREADABLE = 'E0000003';

function remedyFor(asked: Asked, refusal: Refusal, connection: Connection, response: RawResponse): string {
  const { status, text } = refusal;
  if (status >= 300 && status < 400) {
    const target = response.header('location') ?? '';
    const host = URL.canParse(target) ? new URL(target).host : 'another address';
    return `It redirects to ${host}, and credentials are not sent on. Check that "org-url" is the address of your Okta org itself.`;
  }
  if (refusal.code === APP_CONFLICT)
    return 'Okta says this, too, where something else changes the app at the same time: find out what does, and run it again later.';
  if (OFF_IN_THE_ORG.has(refusal.code))
    return 'The org lacks a feature that this needs. Leave the setting out, or ask Okta to turn it on.';
  if (asked.isPublic && (status === 401 || status === 403))
    return 'Okta tells this to anybody: check that "org-url" is the address of your Okta org itself, and that no proxy answers in its place.';
  if (status === 401) return unauthorized(connection);
  if (status === 403) return forbidden(asked, refusal, connection);
  if (/Federation Broker Mode/i.test(text)) {
    return 'With Federation Broker Mode everybody in the org may use the app: leave "groups" and "users" out, or turn the mode off in the Admin Console.';
  }
  if (status === 400 && /dpop/i.test(refusal.challenge))
    return "Check the runner's clock: Okta takes a DPoP proof for five minutes.";
  if (status === 404 && /AppInstance/.test(text))
    return 'Check "app-id": an app ID looks like 0oa1b2c3d4E5F6g7H8i9 and belongs to one org.';
  if (status === 404 && /\(App\)/.test(text)) {
    return 'Check "catalog-app": it is the part after /admin/app/ in the address of such an app in the Admin Console.';
  }
  if (status >= 500 || status === 409 || status === 423)
    return 'It kept failing. Run it again later; see status.okta.com.';
  if (status === 400 && refusal.code === UNREADABLE)
    return 'Okta does not know one of the values: check their spelling, above all in "settings".';
  if (status === 400) return 'Change the inputs accordingly.';
  return 'Check "org-url" and the inputs.';
}

/** What a request reads, or `undefined` if Okta says that no such thing exists. */
export async function ifThere<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof OktaError && error.status === 404) return undefined;
    throw error;
  }
}

function unauthorized({ credentials, orgUrl }: Connection): string {
  if (isAccessToken(credentials))
    return `Check "api-token": an access token lives for an hour at most, and must be one of ${new URL(orgUrl).host} itself, not of an authorization server of its own.`;
  if (credentials.kind === 'client-assertion')
    return `Have "auth-client-assertion" signed right before this step: the access token that it buys lives for an hour, and the service app must be an active one of ${new URL(orgUrl).host}.`;
  return credentials.kind === 'api-token'
    ? `Check "api-token": it must be a token of ${new URL(orgUrl).host}, used within the last 30 days, not revoked, and allowed from the runner's network.`
    : `Check "auth-client-id" and "auth-private-key": the service app must be an active one of ${new URL(orgUrl).host}.`;
}

/** Whether it is an OAuth 2.0 token that an earlier step got elsewhere. */
function isAccessToken(credentials: Connection['credentials']): boolean {
  return credentials.kind === 'api-token' && credentials.scheme === 'Bearer';
}

/** The administrator roles that carry the permissions, by resource. Source: Okta's documentation of standard administrator roles. */
const ROLES: Readonly<Record<string, string>> = {
  groups: 'Group Administrator or Read-Only Administrator',
  users: 'Read-Only Administrator',
  trustedOrigins: 'Organization Administrator',
  policies: 'Read-Only Administrator',
  authorizationServers: 'API Access Management Administrator',
  appGrants: 'Super Administrator',
};

function forbidden({ method, path }: Asked, { challenge }: Refusal, { credentials }: Connection): string {
  const scope = scopeFor(method, path) ?? 'okta.apps.manage';
  const role = ROLES[scope.split('.')[1] ?? ''] ?? 'Application Administrator';
  const isAccess = isAccessToken(credentials);
  const holder = isAccess ? "the token's client" : "the token's owner";
  const owner = credentials.kind === 'api-token' ? holder : 'the service app';
  const ownerRole = `${owner} an administrator role that allows it, such as ${role}`;
  if (path.endsWith('/credentials/secrets')) {
    return `Give ${ownerRole}, or a custom one with the permission okta.apps.clientCredentials.read; or leave "output-client-secret" out.`;
  }
  if (credentials.kind === 'api-token' && !isAccess) return `Give ${ownerRole}.`;
  return /insufficient_scope/.test(challenge)
    ? `${isAccess ? `Get the token with the scope ${scope}` : `Grant the scope ${scope} to the service app (Okta API Scopes)`}, and give ${ownerRole}.`
    : `Give ${ownerRole}; the scope it needs is ${scope}.`;
}
