import type { RegisteredApp } from '../app/app.ts';
import type { AssignmentPlan } from '../app/assignments.ts';
import type { Session } from './session.ts';

/**
 * Assigns the app, and takes it off. Who is listed never loses access on the way: what is added comes first.
 *
 * One after the other: side by side, Okta mixes up the priorities of groups (reported).
 */
export async function applyAssignments(
  { okta, record }: Pick<Session, 'okta' | 'record'>,
  app: RegisteredApp,
  { groups, users }: { groups: AssignmentPlan | undefined; users: AssignmentPlan | undefined },
): Promise<void> {
  for (const group of groups?.add ?? []) {
    await okta.assignGroup(app, group);
    record(`assigned the group "${group.name}"`);
  }
  for (const user of users?.add ?? []) {
    await okta.assignUser(app, user);
    record(`assigned the user "${user.name}"`);
  }
  const leaving = groups?.remove ?? [];
  for (const group of leaving) {
    await okta.unassignGroup(app, group);
    record(`took the group "${group.name}" off the app`);
  }
  // While a group gives a user the app, Okta may take a direct assignment for the group's (reported), which is gone with it now.
  if (leaving.length > 0) for (const user of users?.add ?? []) await okta.assignUser(app, user);
  for (const user of users?.remove ?? []) {
    await okta.unassignUser(app, user);
    record(`took the user "${user.name}" off the app`);
  }
}
