import type { RegisteredApp } from './app.ts';
import { change, type Change } from './change.ts';

/** Something that can be assigned to an app: a group, a user, or a scope of Okta's API. */
export interface Assignee {
  id: string;
  name: string;
}

/** A group or user as it is assigned to an app. */
export interface Assignment extends Assignee {
  /** Whether it is assigned itself; a user may also have the app through a group. */
  direct: boolean;
}

/** How many groups an app has, as far as they were counted. */
export interface GroupCount {
  count: number;
  /** Whether there may be more. */
  isMore?: boolean;
}

/** Who may use an app beside those whom the inputs list. They are counted and never named. */
export type OtherAccess =
  /** Everybody in the org: Okta's Federation Broker Mode. */
  | { kind: 'everybody' }
  /** Neither a group nor a user is assigned. */
  | { kind: 'nobody' }
  | ({ kind: 'groups' } & GroupCount)
  /** No group, but people who are assigned one by one. */
  | { kind: 'users' };

/** What the input `assignments` says: which assignments that the inputs do not list are removed. */
export type AssignmentMode = 'managed' | 'add' | 'exact';

/** What a merge starts from: all that is known of one kind of assignment. */
export interface Assigned {
  /** What the inputs list. */
  listed: readonly Assignee[];
  /** What is assigned now. */
  assigned: readonly (Assignee & Partial<Pick<Assignment, 'direct'>>)[];
  /** IDs of what runs of this app assigned; `undefined` if no run has remembered any yet. */
  remembered: readonly string[] | undefined;
  /** Whether just these were remembered when `assigned` was read: what is remembered since then may be about to be assigned. */
  isAsRead: boolean;
}

export interface AssignmentPlan {
  /** What the inputs list, each once. */
  listed: Assignee[];
  add: Assignee[];
  remove: Assignee[];
  /** IDs to remember before the first of them is assigned, and until the last one is removed. */
  before: string[];
  /** IDs that are remembered, neither assigned any more nor listed: the next write omits them, whatever it is for. */
  dropped: string[];
  /** What is listed and was assigned before anybody remembered: it counts as assigned by runs of this app from now on. */
  adopted: Assignee[];
  /** Whether something is assigned that was remembered before: another run may have just removed it, and be about to forget it. */
  addsRemembered: boolean;
  /** How many more are assigned, and not listed. */
  others: number;
  changes: Change[];
}

/**
 * What to assign and what to remove: a three-way merge of what is listed, what is assigned and what runs of this app have assigned. What
 * others assigned is kept, unless the inputs are to list all (`exact`). What is remembered is at all times at least what runs have
 * assigned, so that a run that dies forgets nothing.
 *
 * The change shows the whole list as far as the inputs and this run are concerned, and nobody else.
 *
 * @param field the input: `groups`, `users` or `api-scopes`
 */
export function planAssignments(
  field: string,
  { listed, assigned, remembered, isAsRead }: Assigned,
  mode: AssignmentMode,
): AssignmentPlan {
  const wanted = [...new Map(listed.map((assignee) => [assignee.id, assignee])).values()];
  const isIn = (list: readonly Assignee[]): ((assignee: Assignee) => boolean) => {
    const ids = new Set(list.map(({ id }) => id));
    return ({ id }) => ids.has(id);
  };
  const direct = assigned.filter((assignee) => assignee.direct !== false);
  const isWanted = isIn(wanted);
  const isAssigned = isIn(assigned);
  const isOurs = ({ id }: Assignee): boolean => remembered?.includes(id) ?? false;
  const add = wanted.filter((assignee) => !isAssigned(assignee));
  const remove = direct.filter(
    (assignee) => !isWanted(assignee) && (mode === 'exact' || (mode === 'managed' && isOurs(assignee))),
  );
  const adopted = remembered ? [] : wanted.filter(isIn(direct));
  const there = new Set([...wanted, ...direct].map(({ id }) => id));
  const isDropped = (id: string): boolean => isAsRead && !there.has(id);
  const dropped = (remembered ?? []).filter(isDropped);
  const known = (remembered ?? []).filter((id) => !isDropped(id));
  const before = [...new Set([...known, ...[...adopted, ...add].map(({ id }) => id)])];
  const isRemoved = isIn(remove);
  const names = (list: readonly Assignee[]): string[] => list.map(({ name }) => name);
  const shown = assigned.filter((assignee) => isWanted(assignee) || isRemoved(assignee));
  return {
    listed: wanted,
    add,
    remove,
    before,
    dropped,
    adopted,
    addsRemembered: add.some(isOurs),
    others: assigned.length - shown.length,
    changes: add.length + remove.length > 0 ? [change(field, names(shown), names(wanted))] : [],
  };
}

/**
 * The same for users. One who has the app through a group needs no assignment of their own, as long as all groups are kept; only direct
 * assignments are removed.
 *
 * @param areGroupsKept whether no group is removed
 */
export function planUsers(users: Assigned, areGroupsKept: boolean, mode: AssignmentMode): AssignmentPlan {
  const assigned = users.assigned.filter((user) => areGroupsKept || user.direct !== false);
  return planAssignments('users', { ...users, assigned }, mode);
}

/** What a plan forgets: the run checks it once more before that is final, since another run may be assigning it. */
export interface InDoubt {
  /** What was removed, and can be forgotten now. */
  removed: Assignee[];
  /** What was not assigned any more, and was left out with the last write. */
  dropped: Pick<Assignee, 'id'>[];
}

/**
 * @param isWritten whether the mark was written
 * @returns `undefined` if nothing is in doubt
 */
export function inDoubt(
  { remove, before, dropped: leftOut }: AssignmentPlan,
  isWritten: boolean,
): InDoubt | undefined {
  const removed = remove.filter(({ id }) => before.includes(id));
  const dropped = isWritten ? leftOut.map((id) => ({ id })) : [];
  return removed.length + dropped.length > 0 ? { removed, dropped } : undefined;
}

/**
 * What is to be remembered once a plan is carried out.
 *
 * @param remembered what is remembered by then
 * @param assigned what is assigned by then: what another run has assigned since is remembered
 */
export function rememberedAfter(
  remembered: readonly string[],
  { removed, dropped }: InDoubt,
  assigned: readonly Assignee[],
): string[] {
  const there = new Set(assigned.map(({ id }) => id));
  const gone = new Set(removed.map(({ id }) => id).filter((id) => !there.has(id)));
  const back = dropped.map(({ id }) => id).filter((id) => there.has(id));
  return [...new Set([...remembered.filter((id) => !gone.has(id)), ...back])];
}

/** What to say of what counts as assigned by an app's runs although nobody remembers who assigned it. */
export function adoptionNotice(
  app: Pick<RegisteredApp, 'label'> | undefined,
  field: string,
  { adopted }: AssignmentPlan,
): string[] {
  if (!app || adopted.length === 0) return [];
  const names = adopted.map(({ name }) => `"${name}"`).join(', ');
  return [
    `The app "${app.label}" does not remember which "${field}" its runs assigned. These are assigned already, and count as assigned by its runs from this run on: ${names}.`,
  ];
}
