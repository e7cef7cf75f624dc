import type { Connection } from '../okta/auth/credentials.ts';
import type { GitHubContext } from '../github/context.ts';
import { shown, type InputReader } from '../util/input-reader.ts';
import type { Inputs } from './inputs.ts';
import { OKTAS_CHOICE } from '../app/app.ts';
import { outsideHosts, urisIn, webHostOf } from '../app/ownership/redirect-hosts.ts';
import { clientProblems, withoutSecret } from '../app/settings/client-rules.ts';
import { contradictions, oauthFields } from '../app/settings/desired.ts';
import { SETTING_NAMES, namedSettings, type SettingName } from '../app/settings/settings.ts';

type Asked = Omit<Inputs, 'connection'>;

/**
 * What no single input shows: rules between inputs, as far as they can be checked before the first request.
 *
 * @param reader collects the problems
 */
export function checkTogether(
  reader: InputReader,
  inputs: Asked,
  credentials: Connection['credentials'] | undefined,
  github: GitHubContext,
): void {
  const { settings } = inputs;
  checkNamed(reader, inputs);
  if (settings.jwks && settings['jwks-uri']) {
    reader.problem('jwks', 'is set beside "jwks-uri", and Okta takes one of them. Leave one out.');
  }
  if (
    inputs.state === 'auto' &&
    reader.text('pull-request') === undefined &&
    github.event.subject.kind === 'none'
  ) {
    reader.problem(
      'state',
      'is "auto", and the event of this run names no pull request. Give its number as "pull-request", or say "present" or "absent".',
    );
  }
  if (inputs.state === 'job' && reader.text('auth-client-assertion') !== undefined) {
    reader.problem(
      'auth-client-assertion',
      'is set beside "state: job", whose post step needs a second one. Use "auth-private-key".',
    );
  }
  for (const { input, why, remedy } of clientProblems(settings)) reader.problem(input, `${why}. ${remedy}`);
  for (const { input, field } of contradictions(settings))
    reader.problem('settings', `sets ${field} otherwise than "${input}" does. Leave one of the two out.`);
  checkApart(reader);
  if (settings.type === 'service' && inputs.signOnPolicy) {
    reader.problem(
      'sign-on-policy',
      'is set, and a service app has no authentication policy in Okta. Leave it out.',
    );
  }
  const method = settings['token-endpoint-auth-method'];
  if (inputs.outputClientSecret && method && withoutSecret(method)) {
    reader.problem(
      'output-client-secret',
      `is set, and an app with "token-endpoint-auth-method: ${method}" has no client secret. Leave one out.`,
    );
  }
  checkServerSide(reader, inputs);
  checkWhoMayUse(reader, inputs, credentials);
  if (inputs.state !== 'absent') {
    if (inputs.redirectHosts?.length) checkHosts(reader, inputs, inputs.redirectHosts);
    else if (!reader.isFaulty('redirect-hosts')) checkBroughtHosts(reader, inputs, github);
  }
  if (inputs.shared) checkShared(reader, inputs, github);
  if (!inputs.keepEarlierUris) checkEarlierUris(reader, inputs, github);
  if (inputs.catalogApp !== undefined) checkCatalogApp(reader, inputs);
}

/** An existing app can be named by its client ID, too. */
function checkNamed(reader: InputReader, { shared, state }: Asked): void {
  const createsNothing = shared || state === 'read' || state === 'absent';
  const clientId = reader.text('client-id');
  const byClientId = createsNothing && clientId?.toLowerCase() !== OKTAS_CHOICE ? clientId : undefined;
  if ((reader.text('name') ?? reader.text('app-id') ?? byClientId) !== undefined) return;
  const others = createsNothing ? 'its ID as "app-id", or its "client-id"' : 'or its ID as "app-id"';
  reader.problem('name', `is missing. Give the label of the app, ${others}.`);
}

/** How many users are remembered as assigned by an app's runs at most. */
const MOST_MANAGED_USERS = 1000;

function checkWhoMayUse(
  reader: InputReader,
  { users = [], assignments, groupsClaim }: Asked,
  credentials: Connection['credentials'] | undefined,
): void {
  if (assignments === 'managed' && users.length > MOST_MANAGED_USERS) {
    reader.problem(
      'users',
      `has ${users.length} users, and "assignments: managed" keeps track of ${MOST_MANAGED_USERS}. Assign a group that they are in, or set "assignments" to "add" or "exact".`,
    );
  }
  const isApiToken = credentials?.kind === 'api-token' && credentials.scheme === 'SSWS';
  if (groupsClaim !== undefined && credentials && !isApiToken) {
    reader.problem(
      'groups-claim',
      'is set, and Okta changes it for API tokens only. Connect with an API token ("api-token"), or leave it out.',
    );
  }
}

function checkServerSide(reader: InputReader, inputs: Asked): void {
  if (inputs.accessPolicies && inputs.authorizationServer === undefined) {
    reader.problem(
      'authorization-server-policies',
      'is set without "authorization-server", whose policies they are. Give its ID, such as default.',
    );
  }
  if (inputs.secretMaxAge !== undefined && !inputs.outputClientSecret) {
    reader.problem(
      'client-secret-max-age',
      'is set without "output-client-secret": a new secret would reach nobody. Set "output-client-secret: true".',
    );
  }
}

/** What belongs to an app of one's own, and is kept outside it. */
const SERVER_SIDE = ['authorization-server-policies', 'api-scopes', 'client-secret-max-age'];

/** What a run that only reads cannot be given. */
const SAYS_HOW_IT_IS = [
  ...SETTING_NAMES.filter((input) => input !== 'client-id'),
  ...['settings', 'catalog-app', 'sign-on-policy', 'groups', 'users', 'trusted-origins', 'groups-claim'],
  ...SERVER_SIDE,
];

/** Inputs that exclude each other: one (with the value that matters, if not every value does), and those that it excludes. */
const APART: readonly (readonly [input: string, value: string | undefined, excluded: readonly string[]])[] = [
  ['state', 'read', ['adopt', 'shared', 'expires-after', ...SAYS_HOW_IT_IS]],
  ['state', 'job', ['app-id', 'adopt', 'dry-run']],
  ['shared', 'true', SERVER_SIDE],
  ['catalog-app', undefined, [...SERVER_SIDE, 'groups-claim']],
];

/** Inputs that have an effect without being given, with the value that stands for that. */
const UNSAID: Readonly<Record<string, string>> = { adopt: 'false', shared: 'false', 'dry-run': 'false' };

function checkApart(reader: InputReader): void {
  const valueOf = (input: string): string | undefined => reader.text(input)?.toLowerCase();
  for (const [input, value, excluded] of APART) {
    if (value === undefined ? valueOf(input) === undefined : valueOf(input) !== value) continue;
    const given = excluded.filter(
      (other) => valueOf(other) !== undefined && valueOf(other) !== UNSAID[other],
    );
    if (given.length === 0) continue;
    const names = given.map((other) => `"${other}"`).join(', ');
    const as = value === undefined ? 'is set' : `is "${value}"`;
    reader.problem(input, `${as}, which does not go together with ${names}. Leave one or the other out.`);
  }
}

/** All places in which a run names a host that Okta sends people to. */
function urisOf({ settings, trustedOrigins }: Asked): Record<string, readonly string[]> {
  const initiate = settings['initiate-login-uri'];
  return {
    'redirect-uris': settings['redirect-uris'] ?? [],
    'post-logout-redirect-uris': settings['post-logout-redirect-uris'] ?? [],
    'trusted-origins': trustedOrigins ?? [],
    'initiate-login-uri': initiate === undefined ? [] : [initiate],
    settings: urisIn(settings.other ?? {}),
  };
}

/** A deployment's event brings an address that whoever deployed has chosen: the workflow has to say which hosts it may lead to. */
function checkBroughtHosts(reader: InputReader, inputs: Asked, { event }: GitHubContext): void {
  for (const [input, uris] of Object.entries(urisOf(inputs))) {
    const brought = uris.find((uri) => event.hosts.includes(webHostOf(uri) ?? ''));
    if (brought === undefined) continue;
    const lacks = inputs.redirectHosts ? 'is the empty list' : 'is missing';
    reader.problem(
      'redirect-hosts',
      `${lacks}, and "${input}" has "${shown(brought)}", an address that the event of this run brings: whoever deployed has chosen it. Give the hosts that may be used, such as shop-*-acme.vercel.app.`,
    );
    return;
  }
}

function checkHosts(reader: InputReader, inputs: Asked, patterns: string[]): void {
  for (const [input, uris] of Object.entries(urisOf(inputs))) {
    for (const uri of outsideHosts(uris, patterns))
      reader.problem(
        input,
        webHostOf(uri) === undefined
          ? `has "${shown(uri)}", and "redirect-hosts" has patterns for hosts of the web only. Leave one of the two out.`
          : `has "${shown(uri)}", whose host fits no pattern in "redirect-hosts" (${patterns.join(', ')}). Add a pattern for it, or use another host.`,
      );
  }
}

/** What a run may say about an app that belongs to others too. */
const SHARED_SETTINGS = new Set<SettingName>([
  'redirect-uris',
  'post-logout-redirect-uris',
  'wildcard-redirect',
  'client-id',
]);

function checkShared(reader: InputReader, inputs: Asked, { event }: GitHubContext): void {
  const { settings } = inputs;
  const isOpen = event.subject.kind === 'pull-request' && event.subject.open;
  const mayClose = inputs.state === 'auto' && !isOpen;
  const extra = settings.other || namedSettings(settings).some((input) => !SHARED_SETTINGS.has(input));
  const { groups, users, signOnPolicy, catalogApp, groupsClaim } = inputs;
  const others = [groups, users, signOnPolicy, catalogApp, groupsClaim].some((value) => value !== undefined);
  if (extra || others) {
    reader.problem(
      'shared',
      'is true, so this run may only add and remove "redirect-uris", "post-logout-redirect-uris" and "trusted-origins". Leave the other settings out.',
    );
  }
  if (typeof inputs.adopt === 'string') {
    reader.problem(
      'adopt',
      'names a repository, and this run takes nothing over from one ("shared"). Say "adopt: true" to claim what was there before, or leave it out.',
    );
  }
  if (inputs.redirectHosts?.length === 0) {
    reader.problem(
      'redirect-hosts',
      'is the empty list, which withdraws what the owner of an app has said, and this run only adds to one ("shared"). Leave it out.',
    );
  }
  const isFaulty = ['redirect-uris', 'post-logout-redirect-uris', 'trusted-origins'].some((input) =>
    reader.isFaulty(input),
  );
  if (
    !isFaulty &&
    !mayClose &&
    ![settings['redirect-uris'], settings['post-logout-redirect-uris'], inputs.trustedOrigins].some(
      (list) => list && list.length > 0,
    )
  ) {
    reader.problem(
      'redirect-uris',
      'is missing. A run on a shared app needs "redirect-uris", "post-logout-redirect-uris" or "trusted-origins".',
    );
  }
}

/**
 * Entries that earlier runs for a pull request have added to an app are only removed if the run is for one. The event of a commit does not
 * say yet.
 */
function checkEarlierUris(
  reader: InputReader,
  { shared, pullRequest }: Asked,
  { run, event }: GitHubContext,
): void {
  if (!shared) {
    reader.problem(
      'keep-earlier-uris',
      'is false, and only a shared app keeps what earlier runs have added. Set "shared: true", or leave it out.',
    );
  } else if (run.kind === 'permanent' && pullRequest === undefined && event.subject.kind !== 'commit') {
    reader.problem(
      'keep-earlier-uris',
      'is false, and this run is for no pull request. Set it in runs for one only, or leave it out.',
    );
  }
}

function checkCatalogApp(reader: InputReader, { settings: { other, ...settings } }: Asked): void {
  const named = oauthFields(settings).map((input) => `"${input}"`);
  if (named.length > 0) {
    reader.problem(
      'catalog-app',
      `is set beside OAuth settings (${named.join(', ')}), which Okta keeps itself for an app of its network. Leave those out, and give the app's own fields as "settings: { settings: { app: … } }" or "settings: { app: … }".`,
    );
  }
  for (const path of oauthFields({ other })) {
    reader.problem('settings', `may not set ${path} of a catalog app: Okta keeps it itself. Leave it out.`);
  }
}
