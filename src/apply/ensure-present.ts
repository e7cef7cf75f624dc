import { clientIdOf, policyIdOf, typeOf, type RegisteredApp } from '../app/app.ts';
import {
  planAssignments,
  planUsers,
  type Assignee,
  type AssignmentPlan,
  type Assignments,
} from '../app/assignments.ts';
import { change, updateOutcome, type Change, type Outcome } from '../app/change.ts';
import { isContradicted } from '../app/claims.ts';
import type { Lifetime } from '../app/expiry.ts';
import { neverActive, withRemoval } from '../app/duplicates.ts';
import {
  isEarlierAttempt,
  markOf,
  ownerName,
  sameOwner,
  type Mark,
  type Marking,
  type Owner,
} from '../app/ownership.ts';
import { policyChanges, type ServerPolicy } from '../app/server-policies.ts';
import { asNotKept, type NotKept } from '../app/kept.ts';
import { planCreate, planUpdate, type AppPlan } from '../app/plan.ts';
import { isAsWanted } from '../app/desired.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { ActionError, RefusedChange } from '../util/errors.ts';
import { ifThere } from '../okta/errors.ts';
import { valueAt } from '../util/json.ts';
import { requireAuthorizationServer } from './authorization-server.ts';
import { applyScopes, planScopes, revokeInherited, type ScopesPlan } from './api-scopes.ts';
import { findServerPolicies, letIn } from './server-policies.ts';
import type { Authority, Judgement } from './authority.ts';
import { applyAssignments } from './assign.ts';
import { refuseWithoutSecret } from './client-secret.ts';
import { activateApp, createApp, removeDuplicates, settleCreation } from './create-app.ts';
import { findApp, refuseTakenName } from './find-app.ts';
import { findGroups, findPolicy, findUsers } from './resolve.ts';
import type { Session } from './session.ts';
import { planOrigins, releaseOrigins, trustOrigin, type OriginsPlan } from './trusted-origins.ts';
import type { SignInCheck } from './verify-sign-in.ts';
import { updateApp } from './update-app.ts';

/** Everything that a present app is to have beside its own object. */
interface Related {
  groups: Assignments | undefined;
  users: Assignments | undefined;
  policy: Assignee | undefined;
  origins: OriginsPlan;
  serverPolicies: ServerPolicy[] | undefined;
  scopes: ScopesPlan | undefined;
}

/** What is to be done about it, as one value. */
interface RelatedPlan {
  groups: AssignmentPlan | undefined;
  users: AssignmentPlan | undefined;
  /** Where the app is under another one. */
  policy: Assignee | undefined;
  origins: OriginsPlan;
  serverPolicies: readonly ServerPolicy[];
  scopes: ScopesPlan | undefined;
  changes: Change[];
}

/** What is to be done about an app that is there, as one value: a dry run shows it, a real run carries it out. */
interface PresentPlan extends AppPlan {
  related: RelatedPlan;
}

/**
 * Makes sure that the app exists as the workflow says.
 *
 * @throws {ActionError} where it cannot be made so, or belongs to somebody else
 */
export async function ensurePresent(
  session: Session,
  inputs: Inputs,
  authority: Authority,
  signIn: Pick<SignInCheck, 'begin'>,
): Promise<Outcome> {
  const { app, duplicates, readAt } = await findApp(session, inputs, authority.owner);
  if (!app) return create(session, inputs, authority);
  refuseOlder(app, authority.owner);
  if (isAsWanted(inputs, app)) signIn.begin(app);
  if (inputs.appId !== undefined) await refuseTakenName(session, app, inputs);
  if (!inputs.dryRun) await removeDuplicates(session, app, duplicates, inputs.maskClientId);
  const outcome = await converge(session, inputs, authority, app, readAt);
  return withRemoval(outcome, duplicates, inputs.maskClientId);
}

async function create(session: Session, inputs: Inputs, authority: Authority): Promise<Outcome> {
  const { owner } = authority;
  const mark: Mark = { owner: undefined, trustedOrigins: [], claims: [] };
  const judgement = (await authority.ask(mark, { to: 'create' }))(mark);
  if (!judgement.allowed)
    throw new ActionError(`Cannot create the app "${inputs.name ?? ''}"`, judgement.why, judgement.remedy);
  if (judgement.notice !== undefined) session.log.notice(judgement.notice);
  const related = await readRelated(session, inputs, undefined);
  const lifetime = lifetimeOf(session, inputs);
  const marking = { owner, ...markingOf(inputs, related), lifetime };
  const plan = planCreate(inputs, marking);
  if (inputs.outputClientSecret) refuseWithoutSecret(plan.label, plan.body);
  const others = planRelated(inputs, related);
  const changes = [...plan.changes, ...others.changes];
  if (inputs.dryRun) return { result: 'created', changes, app: undefined };

  const creation = await createApp(session, inputs, plan.body, owner);
  const isUnique = inputs.settings['client-id'] !== undefined;
  const stays =
    creation.isOwn && !isUnique
      ? await settleCreation(session, creation.app, owner, inputs.maskClientId)
      : creation.app;
  if (!creation.isOwn || stays.id !== creation.app.id) {
    refuseOlder(stays, owner);
    return converge(session, inputs, authority, stays, -Infinity);
  }
  const made = await noteOfCreation(session, inputs, stays, marking);
  const app = made.active ? made : await activate(session, inputs, made);
  await applyRelated(session, app, { ...others, policy: otherPolicy(app, others.policy) });
  if (isForNobody(inputs, app))
    session.log.notice(
      `Nobody may use the new app "${app.label}" yet. Give "groups" or "users", or assign people in the Admin Console.`,
    );
  return { result: 'created', changes, app };
}

/** Compares a new app with what was asked for: what it lacks is told, and noted. */
async function noteOfCreation(
  session: Session,
  inputs: Inputs,
  app: RegisteredApp,
  marking: Marking,
): Promise<RegisteredApp> {
  const { asked } = planUpdate(inputs, app, { ...marking, isOwn: true });
  if (asked.length === 0) return app;
  tellNotKept(
    session,
    app,
    asked.map(({ field }) => field),
  );
  const notKept = asNotKept(asked);
  return note(session, app, (current) => planUpdate(inputs, current, { ...marking, isOwn: true, notKept }));
}

/** Whether the inputs let nobody use a new app that people sign in to. */
function isForNobody({ groups = [], users = [] }: Inputs, app: RegisteredApp): boolean {
  const isForEverybody = valueAt(app.body, ['settings', 'implicitAssignment']) === true;
  return typeOf(app) !== 'service' && !isForEverybody && groups.length === 0 && users.length === 0;
}

/** Brings an app that exists to what is wanted, group assignments and all. What is told is what was done in the end. */
async function converge(
  session: Session,
  inputs: Inputs,
  authority: Authority,
  app: RegisteredApp,
  readAt: number,
): Promise<Outcome> {
  const related = await readRelated(session, inputs, app);
  const judge = await authority.ask(markOf(app), { to: 'change', adopt: inputs.adopt });
  const lifetime = lifetimeOf(session, inputs);
  let notKept: NotKept = {};
  const plan = (current: RegisteredApp): PresentPlan =>
    planPresent(inputs, judge(markOf(current)), related, current, notKept, lifetime);
  const first = plan(app);
  tellWhose(session, app, judge(markOf(app)));
  if (inputs.dryRun) {
    tellNotKept(session, app, first.notKept);
    return updateOutcome(app, [...first.changes, ...first.related.changes], first.write);
  }

  await releaseOrigins(session, app, first.related.origins.release);
  const name = `the app "${app.label}"`;
  const dropped: Change[] = [];
  const remembered: Change[] = [];
  const written = await whileThere(inputs, () =>
    updateApp<PresentPlan>(session, app, {
      plan,
      readAt,
      done: `updated ${name}`,
      shared: { name },
      contradicts: isContradicted,
      dropped: ({ changes, asked }) => {
        dropped.push(...changes.filter(({ field }) => field !== 'status'));
        remembered.push(...asked);
      },
    }),
  );
  if (!written) return create(session, inputs, authority);
  const { item, plan: last, isWritten } = written;
  notKept = asNotKept(remembered);
  const noted = dropped.length > 0 ? await note(session, item, plan) : item;
  const present = last.activate ? await activate(session, inputs, noted) : noted;
  await applyRelated(session, present, last.related);
  tellNotKept(session, item, [...last.notKept, ...dropped.map(({ field }) => field)]);
  const kept = written.changes.filter(({ field }) => !dropped.some((change) => change.field === field));
  const isInVain = kept.length === 0 && written.changes.length > 0 && noted === item;
  return updateOutcome(present, [...kept, ...last.related.changes], isWritten && !isInVain);
}

/** How long what the run makes lasts, from now on. */
function lifetimeOf({ deadline }: Pick<Session, 'deadline'>, { expiresAfter }: Inputs): Lifetime {
  return { lasts: expiresAfter, now: deadline.clock.now() };
}

/** An app for one job is new, so that nothing goes with the job that was there before it. */
function refuseOlder(app: RegisteredApp, owner: Owner): void {
  const mark = markOf(app).owner;
  if (owner.job === undefined || (mark && (sameOwner(owner, mark) || isEarlierAttempt(owner, mark)))) return;
  const whose = mark ? `it belongs to ${ownerName(mark)}` : 'no run of this repository created it';
  throw new ActionError(
    `Cannot create the app "${app.label}" for this job`,
    `an app of that name is there already, and ${whose}`,
    'Give each job a name of its own, such as one with ${{ github.run_id }} and the values of the matrix in it.',
  );
}

/** A new service app with a client ID of its own loses what that brings along before anybody can use it. */
async function activate(
  session: Session,
  { apiScopes = [] }: Inputs,
  app: RegisteredApp,
): Promise<RegisteredApp> {
  const isInheriting = typeOf(app) === 'service' && clientIdOf(app) !== app.id && neverActive(app);
  if (isInheriting) await revokeInherited(session, app, apiScopes);
  return activateApp(session, app);
}

/** @returns `undefined` where somebody has deleted the app meanwhile, which may be made anew under its name */
async function whileThere<T>({ appId }: Inputs, work: () => Promise<T>): Promise<T | undefined> {
  return appId === undefined ? ifThere(work) : work();
}

/**
 * Notes in the app's mark what Okta did not keep, so that later runs do not send it again. It is in vain where the app has no mark.
 *
 * @param plan one that knows what was not kept
 */
async function note(
  session: Session,
  app: RegisteredApp,
  plan: (current: RegisteredApp) => AppPlan,
): Promise<RegisteredApp> {
  if (!plan(app).write) return app;
  const name = `the app "${app.label}"`;
  const done = `noted what Okta did not keep of ${name}`;
  const { item } = await updateApp(session, app, {
    plan,
    readAt: -Infinity,
    done,
    shared: { name },
  });
  return item;
}

/** What Okta takes and does not keep is told in every run: it is not as the workflow says. */
function tellNotKept(
  { log }: Pick<Session, 'log'>,
  { label }: RegisteredApp,
  fields: readonly string[],
): void {
  if (fields.length > 0)
    log.warning(
      `Okta did not keep all that was sent for the app "${label}": ${[...new Set(fields)].join(', ')}.`,
    );
}

/** Tells of an app that is not the run's: it was only read, or a dry run looks at it. */
function tellWhose({ log }: Pick<Session, 'log'>, app: RegisteredApp, judgement: Judgement): void {
  if (!judgement.allowed)
    log.notice(`The app "${app.label}" is as the workflow says, and not this run's: ${judgement.why}.`);
  else if (judgement.notice !== undefined) log.notice(judgement.notice);
}

/** Reads, side by side, what the plan needs to know and the app object does not hold. */
async function readRelated(
  session: Session,
  inputs: Inputs,
  app: RegisteredApp | undefined,
): Promise<Related> {
  const { okta } = session;
  const { authorizationServer: server, serverPolicies: entries, apiScopes } = inputs;
  const type = app ? typeOf(app) : inputs.settings.type;
  if (apiScopes && type !== 'service') throw notService(app?.label ?? inputs.name ?? '');
  const [groups, users, policy, origins, serverPolicies, scopes] = await Promise.all([
    inputs.groups && findGroups(okta, inputs.groups, app),
    inputs.users && findUsers(okta, inputs.users, app, inputs.assignments === 'exact'),
    inputs.signOnPolicy === undefined ? undefined : findPolicy(okta, inputs.signOnPolicy),
    planOrigins(session, app, inputs.trustedOrigins, app ? markOf(app) : { trustedOrigins: [], claims: [] }),
    entries && server !== undefined ? findServerPolicies(okta, server, entries) : undefined,
    apiScopes && planScopes(session, app, apiScopes, inputs.assignments === 'exact'),
    entries ? undefined : requireAuthorizationServer(session, inputs),
  ]);
  return { groups, users, policy, origins, serverPolicies, scopes };
}

/** What the app's mark is to say of what belongs to it. */
function markingOf({ redirectHosts }: Inputs, { origins, serverPolicies }: Related): Omit<Marking, 'owner'> {
  const policies = serverPolicies?.map(({ server, id }) => `${server}/${id}`);
  return { trustedOrigins: origins.marked, redirectHosts, policies };
}

function notService(name: string): ActionError {
  return new ActionError(
    `Cannot grant API scopes to the app "${name}"`,
    "it is no service app, and only those call Okta's API by themselves",
    'Leave "api-scopes" out, name another app, or say "type: service" where a new one is to be made.',
  );
}

/** @throws {ActionError} where the app is somebody else's and differs, or cannot become what is wanted */
function planPresent(
  inputs: Inputs,
  judgement: Judgement,
  related: Related,
  app: RegisteredApp,
  notKept: NotKept,
  lifetime: Lifetime,
): PresentPlan {
  const { outputClientSecret } = inputs;
  const { owner, allowed } = judgement;
  const mark = markOf(app);
  const isOwn =
    allowed && (judgement.takesOver || (mark.owner !== undefined && sameOwner(owner, mark.owner)));
  const plan = planUpdate(inputs, app, {
    owner,
    isOwn,
    ...markingOf(inputs, related),
    notKept,
    lifetime,
  });
  const { origins } = related;
  const others = planRelated(
    inputs,
    {
      ...related,
      policy: otherPolicy(app, related.policy),
      origins: allowed ? origins : { ...origins, trust: [], release: [] },
    },
    app,
  );
  const changes = [...plan.changes, ...others.changes];
  if (plan.write || changes.length > 0) {
    if (!allowed) throw foreign(app, judgement, changes);
    if (outputClientSecret) refuseWithoutSecret(app.label, plan.body);
  }
  return { ...plan, related: others };
}

/** @param app `undefined` where it is yet to be created */
function planRelated(
  { assignments }: Inputs,
  { groups, users, policy, origins, serverPolicies = [], scopes }: Related,
  app?: RegisteredApp,
): RelatedPlan {
  const exact = assignments === 'exact';
  const groupPlan = groups && planAssignments('groups', groups.wanted, groups.assigned, exact);
  const userPlan = users && planUsers(users, groupPlan, exact);
  const changes = [
    ...(groupPlan?.changes ?? []),
    ...(userPlan?.changes ?? []),
    ...origins.changes,
    ...(policy ? [change('sign-on-policy', app && policyIdOf(app), policy.name)] : []),
    ...policyChanges(serverPolicies, app && (clientIdOf(app) ?? app.id)),
    ...(scopes?.changes ?? []),
  ];
  return { groups: groupPlan, users: userPlan, policy, origins, serverPolicies, scopes, changes };
}

/** The policy, where the app is under another one. Okta shows it as a link of the app only (recorded). */
function otherPolicy(app: RegisteredApp, policy: Assignee | undefined): Assignee | undefined {
  if (!policy) return undefined;
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
  return current === policy.id ? undefined : policy;
}

function foreign(
  app: RegisteredApp,
  { why, remedy }: Extract<Judgement, { allowed: false }>,
  changes: readonly Change[],
): ActionError {
  const fields = [...new Set(changes.map(({ field }) => field))].join(', ');
  const differs = fields ? `, and it differs in ${fields}` : ', and it is not as the workflow says';
  return new RefusedChange(`Cannot change the app "${app.label}"`, why + differs, remedy, changes);
}

async function applyRelated(session: Session, app: RegisteredApp, plan: RelatedPlan): Promise<void> {
  const { okta, record } = session;
  if (plan.policy) {
    await okta.assignPolicy(app, plan.policy);
    record(`put the app under the sign-on policy "${plan.policy.name}"`);
  }
  await applyAssignments(session, app, plan);
  if (plan.scopes) await applyScopes(session, app, plan.scopes);
  for (const origin of plan.origins.trust) await trustOrigin(session, app, origin);
  await letIn(session, plan.serverPolicies, clientIdOf(app) ?? app.id, -Infinity);
}
