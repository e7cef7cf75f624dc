import { clientIdOf, policyIdOf, typeOf, type RegisteredApp } from './app.ts';
import { refuseWithoutSecret } from './client-secret.ts';
import { findGroups, findPolicy, findUsers, type Assignments } from './assignees.ts';
import type { DesiredApp } from './desired.ts';
import { ActionError } from './errors.ts';
import { findApp, oldestFirst } from './lookup.ts';
import { OktaError } from './okta/advice.ts';
import { markOf, ownerName, sameOwner } from './ownership.ts';
import {
  belongsTo,
  change,
  planAssignments,
  planCreate,
  planUpdate,
  type AppPlan,
  type Assignee,
  type AssignmentPlan,
  type Change,
} from './plan.ts';
import { removeApp } from './absent.ts';
import { isOidc } from './app.ts';
import { record, sendOnce, settleTime, waitToRepeat, type Outcome, type Session } from './session.ts';
import { applyOrigins, planOrigins, type OriginsPlan } from './trusted-origins.ts';

/** Everything that a present app is to have beside its own object. */
interface Surroundings {
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
    if (!session.inputs.dryRun) await removeTwins(session, found.leftovers);
    return converge(session, desired, found.app, found.readAt);
  }

  const surroundings = await observe(session, undefined);
  const created = planCreate(desired, { trustedOrigins: surroundings.origins.marked });
  const { policy } = surroundings;
  if (policy) created.changes.push(change('sign-on-policy', undefined, policy.name));
  const plan = planPresent(session, surroundings, created);
  refuseWithoutSecret(session.inputs, created.label, created.body);
  if (session.inputs.dryRun) return { result: 'created', changes: plan.changes, app: undefined };

  const app = await createApp(session, desired, plan.app);
  const stays = await settleCreation(session, app);
  session.mask(stays);
  if (stays.id !== app.id || !isOwnCreation(session, app))
    return converge(session, desired, stays, -Infinity);
  await applySurroundings(session, app, planPolicy(plan, app));
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
  const surroundings = await observe(session, app);
  const options = { adopt: inputs.adopt, trustedOrigins: surroundings.origins.marked };
  const plan = planPolicy(planPresent(session, surroundings, planUpdate(desired, app, options)), app);
  if (plan.changes.length === 0 && !plan.app.write) return { result: 'unchanged', changes: [], app };
  refuseForeign(session, app, plan.changes);
  refuseWithoutSecret(inputs, app.label, plan.app.body);
  if (inputs.dryRun) return { result: 'updated', changes: plan.changes, app };

  const written = plan.app.write ? await updateApp(session, desired, app, readAt, options) : app;
  if (plan.app.activate) {
    await session.okta.activateApp(app);
    record(session, `activated the app "${app.label}"`);
  }
  await applySurroundings(session, written, plan);
  return { result: 'updated', changes: plan.changes, app: written };
}

/** Reads, side by side, what the plan needs to know and the app object does not hold. */
async function observe(session: Session, app: RegisteredApp | undefined): Promise<Surroundings> {
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
  { groups, users, policy, origins }: Surroundings,
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

/**
 * Creates the app. An answer that got lost is not asked for again before looking: the app may be there.
 *
 * @returns the app that was created, or one of that label that has come into being meanwhile
 */
async function createApp(session: Session, desired: DesiredApp, plan: AppPlan): Promise<RegisteredApp> {
  const { okta } = session;
  const label = desired.label ?? '';
  const look = async (): Promise<RegisteredApp | undefined> =>
    oldestFirst((await okta.findApps(label)).filter(isOidc))[0];
  try {
    const app = await sendOnce(session, () => okta.createApp(plan.body), look);
    session.mask(app);
    record(session, `created the app "${label}"`);
    return app;
  } catch (error) {
    const there = isTakenClientId(desired, error) ? await waitFor(session, look) : undefined;
    if (there && clientIdOf(there) === desired.settings.clientId) return there;
    throw error;
  }
}

/** With a client ID of its own, Okta refuses the second of two apps (documented; its words are not known, the field is). */
function isTakenClientId({ settings }: DesiredApp, error: unknown): boolean {
  return (
    settings.clientId !== undefined &&
    error instanceof OktaError &&
    error.status === 400 &&
    /client_?id/i.test(error.text)
  );
}

async function waitFor<T>(session: Session, look: () => Promise<T | undefined>): Promise<T | undefined> {
  const now = await look();
  if (now !== undefined) return now;
  await session.pace.wait(settleTime(session), 'Another run seems to be creating the app');
  return look();
}

/**
 * Looks again after a create: runs that started at the same moment may have made an app each. The oldest stays; a run that made
 * another one deletes its own and goes on with the first.
 */
async function settleCreation(session: Session, app: RegisteredApp): Promise<RegisteredApp> {
  const { okta, inputs, pace, owner } = session;
  if (inputs.settings.clientId !== undefined) return app;
  await pace.wait(settleTime(session), 'Looking whether another run created the app at the same time');
  const others = (await okta.findApps(app.label)).filter((other) => isOidc(other) && other.id !== app.id);
  const [oldest = app] = oldestFirst([app, ...others]);
  if (oldest.id === app.id) return app;
  const mark = markOf(app).owner;
  if (mark && sameOwner(mark, owner)) await removeTwins(session, [app]);
  return oldest;
}

async function removeTwins(session: Session, twins: readonly RegisteredApp[]): Promise<void> {
  for (const twin of twins) {
    await removeApp(session, twin);
    record(session, `deleted a second app "${twin.label}", made at the same time as the first`);
  }
}

function isOwnCreation({ owner }: Session, app: RegisteredApp): boolean {
  const mark = markOf(app).owner;
  return mark === undefined ? owner.repository === '' : sameOwner(mark, owner);
}

/**
 * Replaces the app by itself with the changes put in. Okta knows neither partial updates nor versions, so what is sent must have been
 * read a moment ago: after a wait of any kind it is read and planned again.
 *
 * @param readAt when the app was read, in milliseconds since the epoch
 */
async function updateApp(
  session: Session,
  desired: DesiredApp,
  app: RegisteredApp,
  readAt: number,
  options: { adopt: boolean; trustedOrigins: readonly string[] },
): Promise<RegisteredApp> {
  const { okta, pace } = session;
  let current = app;
  let fresh = pace.clock.now() - readAt <= settleTime(session) / 2;
  for (let attempts = 1; ; attempts += 1) {
    if (!fresh) current = await okta.getApp(app.id);
    const plan = planUpdate(desired, current, options);
    if (!plan.write) return current;
    try {
      const updated = await okta.replaceApp(current, plan.body);
      record(session, `updated the app "${updated.label}"`);
      return updated;
    } catch (error) {
      await waitToRepeat(session, error, attempts);
      fresh = false;
    }
  }
}

/** Assignments go one after the other: side by side, Okta mixes up the priorities of groups (reported). */
async function applySurroundings(session: Session, app: RegisteredApp, plan: PresentPlan): Promise<void> {
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
