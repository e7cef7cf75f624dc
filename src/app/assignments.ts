import { change, type Change } from './change.ts';

/** Something that can be assigned to an app: a group or a user. */
export interface Assignee {
  id: string;
  name: string;
}

/** A group or user as it is assigned to an app. */
export interface Assignment extends Assignee {
  /** Whether it is assigned itself; a user may also have the app through a group. */
  direct: boolean;
}

/** What is wanted and what is there, of one kind of assignment. */
export interface Assignments {
  wanted: Assignee[];
  assigned: Assignment[];
}

export interface AssignmentPlan {
  add: Assignee[];
  remove: Assignee[];
  changes: Change[];
}

/**
 * What to assign and what to take away. The change names what goes and what comes, and nobody who was there before and stays.
 *
 * @param field the input: `groups` or `users`
 * @param wanted what the workflow lists
 * @param assigned what is assigned now, directly
 * @param exact whether the assigned ones that are not listed go
 */
export function planAssignments(
  field: string,
  wanted: readonly Assignee[],
  assigned: readonly Assignee[],
  exact: boolean,
): AssignmentPlan {
  const distinct = [...new Map(wanted.map((assignee) => [assignee.id, assignee])).values()];
  const assignedIds = new Set(assigned.map(({ id }) => id));
  const wantedIds = new Set(distinct.map(({ id }) => id));
  const add = distinct.filter(({ id }) => !assignedIds.has(id));
  const remove = exact ? assigned.filter(({ id }) => !wantedIds.has(id)) : [];
  if (add.length === 0 && remove.length === 0) return { add, remove, changes: [] };
  const names = (list: readonly Assignee[]): string[] => list.map(({ name }) => name);
  return { add, remove, changes: [change(field, names(remove), names(add))] };
}

/**
 * The same for users. One who has the app through a group needs no assignment of his own, as long as all groups stay; `exact` takes away
 * direct ones only.
 *
 * @param groups what becomes of the groups
 */
export function planUsers(
  { wanted, assigned }: Assignments,
  groups: AssignmentPlan | undefined,
  exact: boolean,
): AssignmentPlan {
  const groupsStay = groups === undefined || groups.remove.length === 0;
  const through = new Set(assigned.filter(({ direct }) => groupsStay && !direct).map(({ id }) => id));
  const direct = assigned.filter((user) => user.direct);
  return planAssignments(
    'users',
    wanted.filter(({ id }) => !through.has(id)),
    direct,
    exact,
  );
}
