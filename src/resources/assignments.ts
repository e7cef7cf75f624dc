import type { RegisteredApp } from '../app/app.ts';
import {
  adoptionNotice,
  inDoubt,
  planAssignments,
  planUsers,
  rememberedAfter,
  type Assigned,
  type Assignee,
  type AssignmentPlan,
} from '../app/assignments.ts';
import { change, type Change } from '../app/change.ts';
import { markOf } from '../app/ownership/mark.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { OktaOrg } from '../okta/org.ts';
import type { Session } from '../session/session.ts';
import { mapConcurrently } from '../util/map-concurrently.ts';
import { findGroups, findUsers, nameOrId } from './find.ts';
import { exportedList, resource, type ReadSession, type ResourcePlan, type Target } from './resource.ts';

/** Who may use an app: the groups and users that are assigned to it. */

/** What is listed, and what is assigned, of one kind; `undefined` if the inputs leave it alone. */
type Held = Pick<Assigned, 'listed' | 'assigned'> | undefined;

interface Assignments<T> {
  groups: T;
  users: T;
}

interface Plan extends Assignments<AssignmentPlan | undefined>, ResourcePlan {}

export const assignments = resource<Assignee[] | undefined, Assignments<Held>, Plan>({
  name: 'assignments',
  // Nobody is let in before the app is under its policy.
  after: ['sign-on-policy'],
  scopes: ({ groups = [], users = [] }) => ({
    read: [
      ...(groups.length > 0 ? ['okta.groups.read'] : []),
      ...(users.length > 0 ? ['okta.users.read'] : []),
    ],
  }),
  // Groups are found with those of the app.
  resolve: ({ okta }, { users }) => (users ? findUsers(okta, users) : Promise.resolve(undefined)),
  read: async ({ okta, showsUser }, users, app, inputs) => {
    const [groups, assigned] = await Promise.all([
      inputs.groups && findGroups(okta, inputs.groups, app),
      users && app && assignedUsers(okta, app, users, inputs),
    ]);
    const direct = (assigned ?? []).filter((user) => user.direct !== false);
    for (const { name } of [...(users ?? []), ...direct]) showsUser(name);
    return { groups, users: users && { listed: users, assigned: assigned ?? [] } };
  },
  plan,
  apply,
  remember: ({ groups, users }) => ({
    ...(groups && { groups: groups.before }),
    ...(users && { users: users.before }),
  }),
  forget: async ({ okta }, app, { groups, users }, isWritten) => {
    const ofGroups = groups && inDoubt(groups, isWritten);
    const ofUsers = users && inDoubt(users, isWritten);
    if (!ofGroups && !ofUsers) return undefined;
    const [left, leftUsers] = await Promise.all([
      ofGroups ? okta.assignedGroups(app) : [],
      mapConcurrently([...(ofUsers?.removed ?? []), ...(ofUsers?.dropped ?? [])], (user) =>
        okta.assignedUser(app, user),
      ),
    ]);
    const direct = leftUsers.flatMap((user) => (user?.direct ? [user] : []));
    return (held) => ({
      ...(ofGroups && { groups: rememberedAfter(held.groups ?? [], ofGroups, left) }),
      ...(ofUsers && { users: rememberedAfter(held.users ?? [], ofUsers, direct) }),
    });
  },
  exported: [
    { input: 'groups', what: 'the groups', read: groupsOf },
    { input: 'users', what: 'the users', read: usersOf },
  ],
});

/**
 * Finds which users the app has. They are compared by ID: an app's name for a user need not be the login. All are only read if all that are
 * not listed are removed; otherwise those that are listed, and those that runs assigned.
 */
async function assignedUsers(
  okta: OktaOrg,
  app: RegisteredApp,
  listed: readonly Assignee[],
  { assignments: mode }: Inputs,
): Promise<Assigned['assigned']> {
  const logins = new Map(listed.map(({ id, name }) => [id, name]));
  if (mode === 'exact') {
    const assigned = await okta.assignedUsers(app);
    return assigned.map((user) => ({ ...user, name: logins.get(user.id) ?? user.name }));
  }
  const remembered = markOf(app).users ?? [];
  const others = remembered.filter((id) => !logins.has(id)).map((id) => ({ id }));
  const read = await mapConcurrently([...listed, ...others], (user) => okta.assignedUser(app, user));
  return read.filter((user) => user !== undefined);
}

function plan(
  _: Assignee[] | undefined,
  held: Assignments<Held>,
  { app, memory, isAsRead }: Target,
  { assignments: mode }: Inputs,
): Plan {
  const groups =
    held.groups && planAssignments('groups', { ...held.groups, remembered: memory.groups, isAsRead }, mode);
  const areGroupsKept = groups === undefined || groups.remove.length === 0;
  const users =
    held.users && planUsers({ ...held.users, remembered: memory.users, isAsRead }, areGroupsKept, mode);
  return {
    groups,
    users,
    changes: [...(groups?.changes ?? []), ...(users?.changes ?? [])],
    otherGroups: groups?.others,
    isAtRisk: groups?.addsRemembered === true || users?.addsRemembered === true,
    notices: [
      ...(groups ? adoptionNotice(app, 'groups', groups) : []),
      ...(users ? adoptionNotice(app, 'users', users) : []),
    ],
  };
}

/**
 * Assigns, and removes. A listed user never loses access on the way: what is added comes first.
 *
 * One after the other: side by side, Okta mixes up the priorities of groups (reported).
 */
async function apply(
  session: Session,
  app: RegisteredApp,
  { groups, users }: Plan,
): Promise<readonly Change[] | undefined> {
  const { okta, record } = session;
  for (const group of groups?.add ?? []) {
    await okta.assignGroup(app, group);
    record(`assigned the group "${group.name}"`);
  }
  for (const user of users?.add ?? []) {
    await okta.assignUser(app, user);
    record(`assigned the user "${user.name}"`);
  }
  const removedGroups = groups?.remove ?? [];
  for (const group of removedGroups) {
    await okta.unassignGroup(app, group);
    record(`took the group "${group.name}" off the app`);
  }
  // While a group gives a user the app, Okta may take a direct assignment for the group's (reported), which is gone with it now.
  if (removedGroups.length > 0) for (const user of users?.add ?? []) await okta.assignUser(app, user);
  const kept: Assignee[] = [];
  for (const user of users?.remove ?? []) {
    const isKept = (await okta.unassignUser(app, user)) === 'kept by a group';
    if (isKept) kept.push(user);
    record(
      isKept
        ? `left the user "${user.name}" to a group that gives the app, too`
        : `took the user "${user.name}" off the app`,
    );
  }
  return users && keptByGroup(users, kept);
}

/** If a user has the app through a group as well, Okta turns the direct assignment into the group's. */
function keptByGroup({ changes, listed }: AssignmentPlan, kept: readonly Assignee[]): Change[] {
  const names = [...listed.map(({ name }) => name), ...kept.map(({ name }) => `${name} (through a group)`)];
  return changes.map(({ field, from }) => change(field, from, names));
}

/** How many users are written down at most, each by a request of its own: an app may name them otherwise than by their logins. */
const MAX_USERS = 100;

async function groupsOf({ okta }: ReadSession, app: RegisteredApp): Promise<string | undefined> {
  const groups = await okta.assignedGroups(app);
  return exportedList(
    groups.map((group) => nameOrId(group, groups)),
    'names',
  );
}

async function usersOf(
  { okta, log, showsUser }: ReadSession,
  app: RegisteredApp,
): Promise<string | undefined> {
  const direct = (await okta.assignedUsers(app)).filter((user) => user.direct);
  if (direct.length > MAX_USERS) {
    log.notice(
      `The inputs below say nothing of the users of the app: ${direct.length} are assigned directly, which is better done by a group.`,
    );
    return undefined;
  }
  const users = await mapConcurrently(direct, ({ id }) => okta.getUser(id));
  const names = users.map(({ name }) => name);
  names.forEach(showsUser);
  if (names.every((name) => log.redact(name) === name)) return exportedList(names, 'names');
  log.notice(
    `The inputs below do not name the users of the app, of whom ${direct.length} are assigned directly: the event of this run does not say that the repository is private, so that everybody may read them.`,
  );
  return undefined;
}
