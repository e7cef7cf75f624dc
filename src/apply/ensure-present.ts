import { policyIdOf, typeOf, type RegisteredApp } from '../app/app.ts';
import { findGroups, findPolicy, findUsers, type Assignments } from './resolve.ts';
import { refuseWithoutSecret } from './client-secret.ts';
import { createApp, isOwnCreation, removeDuplicates, settleCreation } from './create-app.ts';
import type { DesiredApp } from '../app/desired.ts';
import { ActionError } from '../util/errors.ts';
import { findApp } from './find-app.ts';
import { markOf, ownerName } from '../app/ownership.ts';
import { belongsTo } from '../app/ownership.ts';
import { change, type Change } from '../app/change.ts';
import { planAssignments, type Assignee, type AssignmentPlan } from '../app/assignments.ts';
import { planCreate, planUpdate, type AppPlan } from '../app/plan.ts';
import { record, type Session } from './session.ts';
import type { Outcome } from '../app/change.ts';
import { applyOrigins, planOrigins, type OriginsPlan } from './trusted-origins.ts';
import { updateApp } from './update-app.ts';

/** Everything that a present app is to have beside its own object. */
interface Related {
  groups: Assignments | undefined;
  users: Assignments | undefined;
  policy: Assignee | undefined;
  origins: OriginsPlan;
}

/** What is to be done, as one value: a dry run shows it, a real run carries it out. */
interface PresentPlan {
  app: AppPlan;
  groups: AssignmentPlan | undefined;
  users: AssignmentPlan | undefined;
  policy: Assignee | undefined;
  origins: OriginsPlan;
  changes: Change[];
}

/**
 * Makes sure that the app exists as the workflow says.
 *
 * @throws {ActionError} where it cannot be made so, or belongs to somebody else
 */
export async function ensurePresent(session: Session, desired: DesiredApp): Promise<Outcome> {
  const found = await findApp(session);
  if (found.app) {
    if (!session.inputs.dryRun) await removeDuplicates(session, found.duplicates);
    return converge(session, desired, found.app, found.readAt);
  }

  const related = await readRelated(session, undefined);
  const created = planCreate(desired, { owner: session.owner, trustedOrigins: related.origins.marked });
  const { policy } = related;
  if (policy) created.changes.push(change('sign-on-policy', undefined, policy.name));
  const plan = planPresent(session, related, created);
  refuseWithoutSecret(session.inputs, created.label, created.body);
  if (session.inputs.dryRun) return { result: 'created', changes: plan.changes, app: undefined };

  const app = await createApp(session, desired, plan.app.body);
  const stays = await settleCreation(session, app);
  session.mask(stays);
  if (stays.id !== app.id || !isOwnCreation(session, app))
    return converge(session, desired, stays, -Infinity);
  await applyRelated(session, app, planPolicy(plan, app));
  return { result: 'created', changes: plan.changes, app };
}

/** Brings an app that exists to what is wanted, group assignments and all. */
async function converge(
  session: Session,
  desired: DesiredApp,
  app: RegisteredApp,
  readAt: number,
): Promise<Outcome> {
  const { inputs } = session;
  const related = await readRelated(session, app);
  const options = { owner: session.owner, adopt: inputs.adopt, trustedOrigins: related.origins.marked };
  const plan = planPolicy(planPresent(session, related, planUpdate(desired, app, options)), app);
  if (plan.changes.length === 0 && !plan.app.write) return { result: 'unchanged', changes: [], app };
  refuseForeign(session, app, plan.changes);
  refuseWithoutSecret(inputs, app.label, plan.app.body);
  if (inputs.dryRun) return { result: 'updated', changes: plan.changes, app };

  const written = plan.app.write ? await updateApp(session, desired, app, readAt, options) : app;
  if (plan.app.activate) {
    await session.okta.activateApp(app);
    record(session, `activated the app "${app.label}"`);
  }
  await applyRelated(session, written, plan);
  return { result: 'updated', changes: plan.changes, app: written };
}

/** Reads, side by side, what the plan needs to know and the app object does not hold. */
async function readRelated(session: Session, app: RegisteredApp | undefined): Promise<Related> {
  const { okta, inputs } = session;
  const [groups, users, policy, origins] = await Promise.all([
    inputs.groups && findGroups(okta, inputs.groups, app),
    inputs.users && findUsers(okta, inputs.users, app),
    inputs.signOnPolicy === undefined ? undefined : findPolicy(okta, inputs.signOnPolicy),
    planOrigins(session, app, inputs.trustedOrigins, app ? markOf(app).trustedOrigins : []),
  ]);
  return { groups, users, policy, origins };
}

function planPresent(
  { inputs }: Session,
  { groups, users, policy, origins }: Related,
  app: AppPlan,
): PresentPlan {
  const exact = inputs.assignments === 'exact';
  const groupPlan = groups && planAssignments('groups', groups.wanted, groups.assigned, exact);
  const userPlan = users && planUsers(users, exact);
  const changes = [
    ...app.changes,
    ...(groupPlan?.changes ?? []),
    ...(userPlan?.changes ?? []),
    ...origins.changes,
  ];
  return { app, groups: groupPlan, users: userPlan, policy, origins, changes };
}

/** A user who has the app through a group needs no assignment, and `exact` takes away direct ones only. */
function planUsers({ wanted, assigned }: Assignments, exact: boolean): AssignmentPlan {
  const through = new Set(assigned.filter(({ direct }) => !direct).map(({ id }) => id));
  const direct = assigned.filter((user) => user.direct);
  return planAssignments(
    'users',
    wanted.filter(({ id }) => !through.has(id)),
    direct,
    exact,
  );
}

/** Puts the policy into the plan where the app is under another one. Okta shows it as a link of the app only (recorded). */
function planPolicy(plan: PresentPlan, app: RegisteredApp): PresentPlan {
  if (!plan.policy) return plan;
  const current = policyIdOf(app);
  const isService = typeOf(app) === 'service';
  if (current === undefined || isService) {
    const why = isService
      ? 'a service app has none'
      : 'Okta shows none for it, as in an org on Classic Engine';
    throw new ActionError(
      `Cannot put the app "${app.label}" under a sign-on policy`,
      why,
      'Leave "sign-on-policy" out.',
    );
  }
  if (current === plan.policy.id) return { ...plan, policy: undefined };
  return { ...plan, changes: [...plan.changes, change('sign-on-policy', current, plan.policy.name)] };
}

function refuseForeign({ inputs, owner }: Session, app: RegisteredApp, changes: readonly Change[]): void {
  if (inputs.adopt || belongsTo(owner, app)) return;
  const holder = markOf(app).owner;
  const whose = holder ? `it belongs to ${ownerName(holder)}` : 'no run of this repository created it';
  const list = changes
    .map(({ field, from, to }) => `${field} (${JSON.stringify(from)} to ${JSON.stringify(to)})`)
    .join(', ');
  throw new ActionError(
    `Cannot change the app "${app.label}"`,
    `${whose}, and it differs in ${list}`,
    'Set "adopt: true" to take it over, or choose another name.',
  );
}

/** Assignments go one after the other: side by side, Okta mixes up the priorities of groups (reported). */
async function applyRelated(session: Session, app: RegisteredApp, plan: PresentPlan): Promise<void> {
  const { okta } = session;
  if (plan.policy) {
    await okta.assignPolicy(app, plan.policy);
    record(session, `put the app under the sign-on policy "${plan.policy.name}"`);
  }
  for (const group of plan.groups?.add ?? []) {
    await okta.assignGroup(app, group);
    record(session, `assigned the group "${group.name}"`);
  }
  for (const group of plan.groups?.remove ?? []) {
    await okta.unassignGroup(app, group);
    record(session, `took the group "${group.name}" off the app`);
  }
  for (const user of plan.users?.add ?? []) {
    await okta.assignUser(app, user);
    record(session, `assigned the user "${user.name}"`);
  }
  for (const user of plan.users?.remove ?? []) {
    await okta.unassignUser(app, user);
    record(session, `took the user "${user.name}" off the app`);
  }
  await applyOrigins(session, app, plan.origins);
}
