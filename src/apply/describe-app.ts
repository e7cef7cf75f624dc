import { clientIdOf, policyIdOf, typeOf, type RegisteredApp } from '../app/app.ts';
import type { Assignee } from '../app/assignments.ts';
import type { Description, WrittenInputs } from '../app/change.ts';
import { inputsOf } from '../app/settings/inputs-of.ts';
import { markOf } from '../app/ownership/mark.ts';
import { hostPatternProblem, outsideHosts, urisIn } from '../app/ownership/redirect-hosts.ts';
import { clientsOf } from '../app/access-policies.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { ActionError } from '../util/errors.ts';
import { mapConcurrently } from '../util/map-concurrently.ts';
import { listText, type ListKind } from '../util/text/list.ts';
import type { Session } from '../session/session.ts';

/** How many users are written down at most, each by a request of its own: an app names them as it likes, and not by their logins. */
const MAX_USERS = 100;

/**
 * The inputs that describe an app and what belongs to it. What the credential may not read is left out, with a notice.
 *
 * @param inputs what names the app; the authorization server whose access policies are looked at, if they name one; and whether the
 * client ID may be shown
 */
export async function describeApp(
  session: Pick<Session, 'okta' | 'log'>,
  {
    appId,
    authorizationServer,
    maskClientId = true,
  }: Pick<Inputs, 'appId' | 'authorizationServer' | 'maskClientId'>,
  app: RegisteredApp,
): Promise<Description> {
  const { trustedOrigins } = markOf(app);
  const ifAllowed = async <T>(what: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      session.log.notice(`The inputs below say nothing of ${what} of the app. ${error.message}`);
      return undefined;
    }
  };
  const [others, groups, users, policy, policies, scopes] = await Promise.all([
    hasNamesakes(session, appId, app),
    ifAllowed('the groups', () => groupsOf(session, app)),
    ifAllowed('the users', () => usersOf(session, app)),
    ifAllowed('the sign-on policy', () => policyOf(session, app)),
    ifAllowed('the access policies', () => serverPoliciesOf(session, authorizationServer, app)),
    ifAllowed('the API scopes', () => scopesOf(session, app)),
  ]);
  const {
    inputs: { settings, ...described },
    unsaid,
    secrets,
  } = inputsOf(app);
  const { patterns, why } = patternsOf(app);
  if (why !== undefined) unsaid.push(`of "redirect-hosts", which stays as it is: ${why}`);
  if (others) unsaid.push(`which of several apps "${app.label}" is meant: name it by "app-id"`);
  const isMasked = maskClientId && described['client-id'] !== undefined;
  if (isMasked) unsaid.push('the client ID, which is masked: set "mask-client-id: false"');
  for (const each of unsaid) session.log.notice(`The inputs below do not tell ${each}.`);
  const written: WrittenInputs = {
    ...described,
    ...(isMasked && { 'client-id': undefined }),
    'sign-on-policy': policy,
    settings,
    groups: listOf(groups, 'names'),
    users: listOf(users, 'names'),
    'trusted-origins': listOf(trustedOrigins, 'uris'),
    'redirect-hosts': listOf(patterns),
    'authorization-server': authorizationServer,
    'authorization-server-policies': listOf(policies, 'names'),
    'api-scopes': listOf(scopes),
  };
  tellHidden(session, written);
  return { inputs: written, secrets };
}

/** What is masked is masked in the inputs, too, where it stands in a URI, for example. */
function tellHidden({ log }: Pick<Session, 'log'>, written: WrittenInputs): void {
  const hidden = Object.entries(written).flatMap(([input, value]) => {
    const text = JSON.stringify(value ?? '');
    return log.redact(text) === text ? [] : [`"${input}"`];
  });
  if (hidden.length > 0)
    log.notice(
      `The inputs below have *** in ${hidden.join(', ')} for what is masked: put it back before you use them.`,
    );
}

/** Whether other apps have the label of one that was named by its ID. */
async function hasNamesakes(
  { okta }: Pick<Session, 'okta'>,
  appId: string | undefined,
  app: RegisteredApp,
): Promise<boolean> {
  return appId !== undefined && (await okta.findApps(app.label)).some(({ id }) => id !== app.id);
}

/** The patterns of hosts in an app's mark, unless the input would not take them, or somebody has added a URI that fits none. */
function patternsOf(app: RegisteredApp): { patterns?: string[]; why?: string } {
  const { redirectHosts = [], trustedOrigins } = markOf(app);
  const wrong = redirectHosts.find((pattern) => hostPatternProblem(pattern) !== undefined);
  if (wrong !== undefined) return { why: `"${wrong}" is no pattern` };
  const [outside] =
    redirectHosts.length > 0 ? outsideHosts([...urisIn(app.body), ...trustedOrigins], redirectHosts) : [];
  return outside === undefined
    ? { patterns: redirectHosts }
    : { why: `${outside} fits none of its patterns` };
}

function listOf(entries: string[] | undefined, kind: ListKind = 'words'): string | undefined {
  return entries && entries.length > 0 ? listText(entries, kind) : undefined;
}

/** A name that others bear, too, says nothing, and one that an input would trim or take for two lines says something else. */
function nameOrId({ id, name }: Assignee, all: readonly Assignee[]): string {
  const isClear = all.filter((other) => other.name === name).length === 1 && name.trim() === name;
  return isClear && !/[\r\n]/.test(name) ? name : id;
}

async function groupsOf({ okta }: Pick<Session, 'okta'>, app: RegisteredApp): Promise<string[]> {
  const groups = await okta.assignedGroups(app);
  return groups.map((group) => nameOrId(group, groups));
}

async function usersOf({ okta, log }: Pick<Session, 'okta' | 'log'>, app: RegisteredApp): Promise<string[]> {
  const direct = (await okta.assignedUsers(app)).filter((user) => user.direct);
  if (direct.length > MAX_USERS) {
    log.notice(
      `The inputs below say nothing of the users of the app: ${direct.length} are assigned directly, which is better done by a group.`,
    );
    return [];
  }
  const users = await mapConcurrently(direct, ({ id }) => okta.getUser(id));
  return users.map(({ name }) => name);
}

async function policyOf({ okta }: Pick<Session, 'okta'>, app: RegisteredApp): Promise<string | undefined> {
  const current = policyIdOf(app);
  if (current === undefined || typeOf(app) === 'service') return undefined;
  const policies = await okta.accessPolicies();
  const policy = policies.find(({ id }) => id === current);
  return policy && !policy.system ? nameOrId(policy, policies) : undefined;
}

async function serverPoliciesOf(
  { okta }: Pick<Session, 'okta'>,
  server: string | undefined,
  app: RegisteredApp,
): Promise<string[]> {
  if (server === undefined) return [];
  const policies = await okta.serverPolicies(server);
  const clientId = clientIdOf(app) ?? app.id;
  return policies
    .filter((policy) => clientsOf(policy).includes(clientId))
    .map((policy) => nameOrId(policy, policies));
}

async function scopesOf({ okta }: Pick<Session, 'okta'>, app: RegisteredApp): Promise<string[]> {
  return typeOf(app) === 'service' ? (await okta.scopeGrants(app)).map(({ scope }) => scope) : [];
}
