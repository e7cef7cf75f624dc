import type { RegisteredApp } from '../app/app.ts';
import {
  planAssignments,
  planUsers,
  type Assigned,
  type Assignee,
  type AssignmentPlan,
} from '../app/assignments.ts';
import type { Change } from '../app/change.ts';
import { markOf } from '../app/ownership/mark.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { OktaOrg } from '../okta/org.ts';
import type { Session } from '../session/session.ts';
import { mapConcurrently } from '../util/map-concurrently.ts';
import { findGroups, findUsers, nameOrId } from './find.ts';
import { exportedList, resource, type ReadSession, type Target } from './resource.ts';

/** Who may use an app: the groups and users that are assigned to it. */

/** What is listed, and what is assigned, of one kind; `undefined` if the inputs leave it alone. */
type Held = Omit<Assigned, 'remembered'> | undefined;

interface Assignments<T> {
  groups: T;
  users: T;
}

interface Plan extends Assignments<AssignmentPlan | undefined> {
  changes: readonly Change[];
}

export const assignments = resource<Assignee[] | undefined, Assignments<Held>, Plan>({
  name: 'assignments',
  // Nobody is let in before the policy is there that is to hold.
  after: ['sign-on-policy'],
  scopes: ({ groups = [], users = [] }) => ({
    read: [
      ...(groups.length > 0 ? ['okta.groups.read'] : []),
      ...(users.length > 0 ? ['okta.users.read'] : []),
    ],
  }),
  resolve: ({ okta }, { groups, users }) =>
    groups || users ? (users ? findUsers(okta, users) : Promise.resolve(undefined)) : undefined,
  read: async ({ okta }, users, app, inputs) => {
    const [groups, assigned] = await Promise.all([
      inputs.groups && findGroups(okta, inputs.groups, app),
      users && assignedUsers(okta, users, app, inputs),
    ]);
    return { groups, users: users && { listed: users, assigned: assigned ?? [] } };
  },
  plan,
  apply,
  remember: ({ groups, users }) => ({
    ...(groups && { groups: groups.before }),
    ...(users && { users: users.before }),
  }),
  forget: ({ groups, users }) => {
    const isLess = [groups, users].some((each) => each && each.after.length < each.before.length);
    if (!isLess) return undefined;
    const left = (held: string[] | undefined, planned: AssignmentPlan): string[] =>
      (held ?? planned.after).filter((id) => !planned.remove.some((removed) => removed.id === id));
    return (held) => ({
      ...(groups && { groups: left(held.groups, groups) }),
      ...(users && { users: left(held.users, users) }),
    });
  },
  exported: [
    { input: 'groups', what: 'the groups', read: groupsOf },
    { input: 'users', what: 'the users', read: usersOf },
  ],
});

/**
 * Finds which users the app has. They are compared by ID: what an app calls a user need not be the login. All are only read if all that are
 * not listed are taken away; otherwise those that are listed, and those that runs assigned.
 */
async function assignedUsers(
  okta: OktaOrg,
  listed: readonly Assignee[],
  app: RegisteredApp | undefined,
  { assignments: mode }: Inputs,
): Promise<Assigned['assigned']> {
  if (!app) return [];
  const logins = new Map(listed.map(({ id, name }) => [id, name]));
  if (mode === 'exact') {
    const assigned = await okta.assignedUsers(app);
    return assigned.map((user) => ({ ...user, name: logins.get(user.id) ?? user.name }));
  }
  const remembered = (markOf(app).users ?? [])
    .filter((id) => mode === 'managed' && !logins.has(id))
    .map((id) => ({ id, name: '' }));
  const read = await mapConcurrently([...listed, ...remembered], (user) => okta.assignedUser(app, user));
  return read.filter((user) => user !== undefined);
}

function plan(
  _: Assignee[] | undefined,
  { groups, users }: Assignments<Held>,
  { memory }: Target,
  { assignments: mode }: Inputs,
): Plan {
  const groupPlan = groups && planAssignments('groups', { ...groups, remembered: memory.groups }, mode);
  const areGroupsKept = (groupPlan?.remove ?? []).length === 0;
  const userPlan = users && planUsers({ ...users, remembered: memory.users }, areGroupsKept, mode);
  return {
    groups: groupPlan,
    users: userPlan,
    changes: [...(groupPlan?.changes ?? []), ...(userPlan?.changes ?? [])],
  };
}

/**
 * Assigns, and takes away. Who is listed never loses access on the way: what is added comes first.
 *
 * One after the other: side by side, Okta mixes up the priorities of groups (reported).
 */
async function apply(session: Session, app: RegisteredApp, { groups, users }: Plan): Promise<void> {
  const { okta, record } = session;
  tellAdopted(session, app, 'groups', groups);
  tellAdopted(session, app, 'users', users);
  for (const group of groups?.add ?? []) {
    await okta.assignGroup(app, group);
    record(`assigned the group "${group.name}"`);
  }
  for (const user of users?.add ?? []) {
    await okta.assignUser(app, user);
    record(`assigned the user "${user.name}"`);
  }
  for (const group of groups?.remove ?? []) {
    await okta.unassignGroup(app, group);
    record(`took the group "${group.name}" off the app`);
  }
  // While a group gives a user the app, Okta may take a direct assignment for the group's (reported), which is gone with it now.
  if (groups && groups.remove.length > 0)
    for (const user of users?.add ?? []) await okta.assignUser(app, user);
  for (const user of users?.remove ?? []) {
    await okta.unassignUser(app, user);
    record(`took the user "${user.name}" off the app`);
  }
}

function tellAdopted(
  { log }: ReadSession,
  app: RegisteredApp,
  input: 'groups' | 'users',
  planned: AssignmentPlan | undefined,
): void {
  if (!planned || planned.adopted.length === 0) return;
  const names = planned.adopted.map(({ name }) => `"${name}"`).join(', ');
  log.notice(
    `The app "${app.label}" did not remember which ${input} its runs assigned. These were assigned already, and count as assigned by its runs from now on: ${names}.`,
  );
}

/** How many users are written down at most, each by a request of its own: an app names them as it likes, and not by their logins. */
const MAX_USERS = 100;

async function groupsOf({ okta }: ReadSession, app: RegisteredApp): Promise<string | undefined> {
  const groups = await okta.assignedGroups(app);
  return exportedList(
    groups.map((group) => nameOrId(group, groups)),
    'names',
  );
}

async function usersOf({ okta, log }: ReadSession, app: RegisteredApp): Promise<string | undefined> {
  const direct = (await okta.assignedUsers(app)).filter((user) => user.direct);
  if (direct.length > MAX_USERS) {
    log.notice(
      `The inputs below say nothing of the users of the app: ${direct.length} are assigned directly, which is better done by a group.`,
    );
    return undefined;
  }
  const users = await mapConcurrently(direct, ({ id }) => okta.getUser(id));
  return exportedList(
    users.map(({ name }) => name),
    'names',
  );
}
