import type { AssignmentPlan } from '../app/assignments.ts';
import type { Session } from '../session/session.ts';
import type { Line, Step } from '../session/side-work.ts';

/**
 * The steps that assign the app, and take it off. Who is listed never loses access on the way: what is added comes first.
 *
 * One after the other: side by side, Okta mixes up the priorities of groups (reported).
 */
export function assignmentSteps(
  { okta, record }: Pick<Session, 'okta' | 'record'>,
  { groups, users }: { groups: AssignmentPlan | undefined; users: AssignmentPlan | undefined },
): Line {
  const leaving = groups?.remove ?? [];
  const addedUsers = users?.add ?? [];
  return [
    ...(groups?.add ?? []).map((group): Step => async (app) => {
      await okta.assignGroup(app, group);
      record(`assigned the group "${group.name}"`);
    }),
    ...addedUsers.map((user): Step => async (app) => {
      await okta.assignUser(app, user);
      record(`assigned the user "${user.name}"`);
    }),
    ...leaving.map((group): Step => async (app) => {
      await okta.unassignGroup(app, group);
      record(`took the group "${group.name}" off the app`);
    }),
    // While a group gives a user the app, Okta may take a direct assignment for the group's (reported), which is gone with it now.
    ...(leaving.length > 0 ? addedUsers : []).map(
      (user): Step =>
        (app) =>
          okta.assignUser(app, user),
    ),
    ...(users?.remove ?? []).map((user): Step => async (app) => {
      await okta.unassignUser(app, user);
      record(`took the user "${user.name}" off the app`);
    }),
  ];
}
