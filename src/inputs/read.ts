import { readConnection, withoutCredentials } from './connection.ts';
import { broughtNameHint } from './brought-names.ts';
import { doubtful } from './doubtful.ts';
import { readGroupsClaim } from './groups-claim.ts';
import type { Inputs } from './inputs.ts';
import { labelProblem } from '../app/label.ts';
import { hostPatternProblem } from '../app/ownership/redirect-hosts.ts';
import type { Adopt } from '../app/ownership/permission.ts';
import { secretsOf } from '../app/secrets.ts';
import { warnOfSharedHosts, warnOfSharedSuffixes } from './public-suffixes.ts';
import { checkTogether } from './rules.ts';
import { durationOf } from '../app/ownership/expiry.ts';
import { readSettings } from '../app/settings/settings.ts';
import { unmeantUri } from '../app/settings/uris.ts';
import type { GitHubContext } from '../github/context.ts';
import { pullRequestNumber } from '../github/run.ts';
import { InputError } from '../util/errors.ts';
import { InputReader, shown } from '../util/input-reader.ts';
import type { Log } from '../util/log.ts';
import { hasUserInfo, parseUrl, withoutUserInfo } from '../util/url.ts';

/**
 * Whether this run is to be skipped: GitHub gives it no secrets, so that it has no credential, and the workflow says that such runs are.
 * In any other run, a credential that is empty is a secret that is missing or misspelt.
 */
export function isSkipped({ withoutSecrets }: GitHubContext): boolean {
  const reader = new InputReader();
  return (
    withoutSecrets !== undefined &&
    reader.flag('skip-without-credentials') === true &&
    withoutCredentials(reader)
  );
}

/**
 * Reads and checks every input of the action.
 *
 * @throws {InputError} with every problem at once
 */
export async function readInputs(github: GitHubContext, log: Log): Promise<Inputs> {
  const reader = new InputReader();
  const connection = readConnection(reader, github, log);
  const settings = await readSettings(reader);
  const inputs = {
    name: readName(reader),
    appId: readAppId(reader),
    pullRequest: readPullRequest(reader, github),
    state:
      reader.choice('state', {
        present: 'present',
        absent: 'absent',
        auto: 'auto',
        read: 'read',
        job: 'job',
      } as const) ?? 'present',
    expiresAfter: readDuration(reader, 'expires-after') ?? (isJob(reader) ? LONGEST_JOB : undefined),
    shared: reader.flag('shared') ?? false,
    adopt: readAdopt(reader),
    keepEarlierUris: reader.flag('keep-earlier-uris') ?? true,
    redirectHosts: readRedirectHosts(reader),
    dryRun: reader.flag('dry-run') ?? false,
    assignments:
      reader.choice('assignments', { managed: 'managed', add: 'add', exact: 'exact' } as const) ?? 'managed',
    settings,
    catalogApp: reader.line('catalog-app')?.toLowerCase(),
    signOnPolicy: reader.line('sign-on-policy'),
    groups: reader.list('groups', 'names'),
    users: readUsers(reader),
    trustedOrigins: readOrigins(reader),
    groupsClaim: await readGroupsClaim(reader),
    maskClientId: reader.flag('mask-client-id'),
    outputClientSecret: reader.flag('output-client-secret') ?? false,
    accessPolicies: reader.list('authorization-server-policies', 'names'),
    apiScopes: readApiScopes(reader),
    secretMaxAge: readDuration(reader, 'client-secret-max-age'),
    authorizationServer: readAuthorizationServer(reader),
    idp: reader.line('idp'),
    verifySignIn: reader.flag('verify-sign-in') ?? true,
    skipWithoutCredentials: reader.flag('skip-without-credentials') ?? false,
    githubToken: reader.text('github-token'),
    settleSeconds: reader.number('settle-seconds', 0, 300, 'seconds') ?? 3,
    timeoutSeconds: reader.number('timeout-seconds', 1, 21_600, 'seconds') ?? 300,
  };
  for (const secret of secretsOf(settings.other ?? {})) log.mask(secret);
  if (!github.isPrivate) for (const user of inputs.users ?? []) log.count(user, 'user');
  checkTogether(reader, inputs, connection?.credentials, github);
  reader.checkUnknown(log, broughtNameHint);
  if (reader.problems.length > 0 || !connection) throw new InputError(reader.problems);
  if (inputs.state !== 'absent') {
    for (const warning of doubtful(inputs)) log.warning(warning);
    await warnOfSharedSuffixes(settings['redirect-uris'] ?? [], log);
    await warnOfSharedHosts(inputs.redirectHosts ?? [], log);
  }
  return { connection, ...inputs };
}

function readName(reader: InputReader): string | undefined {
  const name = reader.line('name');
  if (name === undefined) return undefined;
  const problem = labelProblem(name);
  return problem === undefined ? name : reader.problem('name', problem);
}

function readAdopt(reader: InputReader): Adopt {
  const text = reader.line('adopt');
  if (text === undefined || /^false$/i.test(text)) return false;
  if (/^true$/i.test(text)) return true;
  if (!/^[\w.-]+\/[\w.-]+$/.test(text)) {
    reader.problem(
      'adopt',
      `is "${shown(text)}". Use "true" for an app without a mark, or owner/name of the repository whose app it is.`,
    );
  }
  return text;
}

function readRedirectHosts(reader: InputReader): string[] | undefined {
  const patterns = reader.list('redirect-hosts', 'words');
  if (!patterns || reader.isFaulty('redirect-hosts')) return undefined;
  for (const pattern of patterns) {
    const problem = hostPatternProblem(pattern);
    if (problem)
      reader.problem('redirect-hosts', `has "${shown(pattern)}", which ${problem.why}. ${problem.remedy}`);
  }
  return patterns;
}

/** Okta's own name for the user whom a token belongs to is nobody's login. */
function readUsers(reader: InputReader): string[] | undefined {
  const users = reader.list('users', 'names');
  if (users?.some((user) => user.toLowerCase() === 'me'))
    reader.problem(
      'users',
      'has "me", which is whoever the credential belongs to. Give the login of the user who is meant.',
    );
  return users;
}

function readAppId(reader: InputReader): string | undefined {
  const text = reader.line('app-id');
  const id = text && (idInConsole(text) ?? text);
  if (id === undefined || /^[0-9A-Za-z_-]+$/.test(id)) return id;
  return reader.problem(
    'app-id',
    `is "${shown(withoutUserInfo(id))}", not an ID. Okta's app IDs look like 0oa1b2c3d4E5F6g7H8i9.`,
  );
}

/** The app's ID in the address of its page in the Admin Console: `/admin/app/oidc_client/instance/0oa…/#tab-general`. */
function idInConsole(text: string): string | undefined {
  return /^\/admin\/app\/[^/]+\/instance\/([^/]+)/.exec(parseUrl(text)?.pathname ?? '')?.[1];
}

function readAuthorizationServer(reader: InputReader): string | undefined {
  const text = reader.line('authorization-server');
  if (text === undefined) return undefined;
  if (/^\.+$/.test(text)) {
    return reader.problem(
      'authorization-server',
      `is "${shown(text)}", not the ID of an authorization server. Give its ID, such as "default".`,
    );
  }
  const url = parseUrl(text);
  if (!url) return text;
  const id = idOfServer(url.pathname);
  if (id !== undefined) return id;
  return reader.problem(
    'authorization-server',
    `is "${shown(withoutUserInfo(text))}", not the address of an authorization server of its own. Give its ID, such as "default", or leave it out for the org's own.`,
  );
}

/** The server's ID in its issuer, or in the address of its page in the Admin Console: `/oauth2/default`, `/admin/oauth2/as/aus…`. */
function idOfServer(path: string): string | undefined {
  const [, id] = /^\/(?:admin\/oauth2\/as|oauth2)\/(?!v1(?:\/|$))([^/]+)/.exec(path) ?? [];
  return id;
}

function readPullRequest(reader: InputReader, { event }: GitHubContext): number | undefined {
  const text = reader.line('pull-request');
  if (text === undefined) return undefined;
  const number = /^[1-9][0-9]*$/.test(text) ? pullRequestNumber(Number(text)) : undefined;
  if (number === undefined) {
    return reader.problem(
      'pull-request',
      `is "${shown(text)}", not the number of a pull request. Give the number alone, such as 12.`,
    );
  }
  if (event.subject.kind !== 'pull-request' || event.subject.number === number) return number;
  return reader.problem(
    'pull-request',
    `is ${number}, and the event of this run is about pull request #${event.subject.number}. Leave it out.`,
  );
}

/** What a job that never ended leaves behind is deleted after a day, in milliseconds. */
const LONGEST_JOB = 24 * 3_600_000;

function isJob(reader: InputReader): boolean {
  return reader.text('state')?.toLowerCase() === 'job';
}

/** A length of time in milliseconds. */
function readDuration(reader: InputReader, input: string): number | undefined {
  const text = reader.line(input);
  if (text === undefined) return undefined;
  return (
    durationOf(text) ??
    reader.problem(
      input,
      `is "${shown(text)}", not a length of time. Give a number of hours or days, such as 12h or 14d.`,
    )
  );
}

/** Source: Okta's OpenAPI description of trusted origins; the last two are those of apps in a web view. */
const ORIGIN_SCHEMES = /^(https?|ftp|ionic|capacitor):$/;

function readOrigins(reader: InputReader): string[] | undefined {
  const origins = reader.list('trusted-origins', 'uris')?.map((text) => {
    const problem = unmeantUri(text);
    if (problem)
      return reader.problem('trusted-origins', `has "${shown(withoutUserInfo(text))}", ${problem}`);
    if (text.includes('*')) {
      return reader.problem(
        'trusted-origins',
        `has "${shown(text)}", and Okta takes no wildcard in an origin for CORS and redirects. Give each origin by itself.`,
      );
    }
    const url = parseUrl(text);
    const plain =
      url &&
      url.host !== '' &&
      ORIGIN_SCHEMES.test(url.protocol) &&
      ['', '/'].includes(url.pathname) &&
      !url.search &&
      !url.hash &&
      !hasUserInfo(text);
    if (plain) return `${url.protocol}//${url.host}`;
    return reader.problem(
      'trusted-origins',
      `has "${shown(withoutUserInfo(text))}", not an origin. Give scheme, host and port only, as in https://app.example.com.`,
    );
  });
  return origins && [...new Set(origins.filter((origin) => origin !== undefined))];
}

function readApiScopes(reader: InputReader): string[] | undefined {
  const scopes = reader.list('api-scopes', 'words');
  for (const scope of scopes ?? []) {
    if (!/^okta\.[A-Za-z]+(\.[A-Za-z]+)+$/.test(scope))
      reader.problem(
        'api-scopes',
        `has "${shown(scope)}", not a scope of Okta's API. Those look like okta.users.read.`,
      );
  }
  return scopes;
}
