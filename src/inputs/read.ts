import { readConnection, withoutCredentials } from './connection.ts';
import type { Inputs } from './inputs.ts';
import { warnOfSharedSuffixes } from './public-suffixes.ts';
import { checkTogether } from './rules.ts';
import { readSettings, type AppSettings } from '../app/settings.ts';
import type { GitHubContext } from '../github/context.ts';
import { InputError } from '../util/errors.ts';
import { InputReader, shown } from '../util/input-reader.ts';
import type { Log } from '../util/log.ts';
import { parseUrl } from '../util/url.ts';

/** Okta's limit on an app's label, in UTF-16 units. Source: Okta's apps reference. */
const LABEL_LENGTH = 100;

/** Whether this run is to be skipped: it has no credential, and the workflow says that such runs are. */
export function isSkipped(): boolean {
  const reader = new InputReader();
  return reader.flag('skip-without-credentials') === true && withoutCredentials(reader);
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
    state:
      reader.choice('state', { present: 'present', absent: 'absent', auto: 'auto' } as const) ?? 'present',
    shared: reader.flag('shared') ?? false,
    adopt: reader.flag('adopt') ?? false,
    dryRun: reader.flag('dry-run') ?? false,
    assignments: reader.choice('assignments', { add: 'add', exact: 'exact' } as const) ?? 'add',
    settings,
    catalogApp: reader.line('catalog-app')?.toLowerCase(),
    signOnPolicy: reader.line('sign-on-policy'),
    groups: reader.list('groups'),
    users: reader.list('users'),
    trustedOrigins: readOrigins(reader),
    maskClientId: reader.flag('mask-client-id') ?? true,
    outputClientSecret: reader.flag('output-client-secret') ?? false,
    authorizationServer: reader.line('authorization-server'),
    idp: reader.line('idp'),
    verifySignIn: reader.flag('verify-sign-in') ?? true,
    githubToken: reader.text('github-token'),
    settleSeconds: reader.number('settle-seconds', 0, 300, 'seconds') ?? 3,
    timeoutSeconds: reader.number('timeout-seconds', 1, 21_600, 'seconds') ?? 300,
  };
  reader.flag('skip-without-credentials');
  if (inputs.githubToken) log.mask(inputs.githubToken);
  if (reader.text('name') === undefined && reader.text('app-id') === undefined) {
    reader.problem('name', 'is missing. Give the label of the app, or its ID as "app-id".');
  }
  checkTogether(reader, inputs, github);
  if (reader.problems.length > 0 || !connection) throw new InputError(reader.problems);
  if (inputs.state !== 'absent') await warnOfSharedSuffixes(uris(settings), log);
  return { connection, ...inputs };
}

function uris(settings: AppSettings): string[] {
  return [...(settings['redirect-uris'] ?? []), ...(settings['post-logout-redirect-uris'] ?? [])];
}

function readName(reader: InputReader): string | undefined {
  const name = reader.line('name');
  if (name === undefined) return undefined;
  if (name.length > LABEL_LENGTH) {
    return reader.problem(
      'name',
      `is ${name.length} characters long, and Okta takes ${LABEL_LENGTH}. Shorten it to at most ${LABEL_LENGTH} characters.`,
    );
  }
  return /\p{Cc}/u.test(name)
    ? reader.problem('name', 'holds a control character. Use printable text.')
    : name;
}

function readAppId(reader: InputReader): string | undefined {
  const id = reader.line('app-id');
  if (id === undefined || /^[0-9A-Za-z_-]+$/.test(id)) return id;
  return reader.problem(
    'app-id',
    `is "${shown(id)}", not an ID. Okta's app IDs look like 0oa1b2c3d4E5F6g7H8i9.`,
  );
}

function readOrigins(reader: InputReader): string[] | undefined {
  const origins = reader.list('trusted-origins')?.map((text) => {
    const url = parseUrl(text);
    const plain =
      url &&
      /^https?:$/.test(url.protocol) &&
      url.pathname === '/' &&
      !url.search &&
      !url.hash &&
      !url.username;
    if (plain) return url.origin;
    return reader.problem(
      'trusted-origins',
      `has "${shown(text)}", not an origin. Give scheme, host and port only, as in https://app.example.com.`,
    );
  });
  return origins && [...new Set(origins.filter((origin) => origin !== undefined))];
}
