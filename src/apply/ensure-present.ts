import { clientIdOf, typeOf, type RegisteredApp } from '../app/app.ts';
import { updateOutcome, type Change, type Outcome } from '../app/change.ts';
import { isContradicted } from '../app/ownership/claims.ts';
import type { Lifetime } from '../app/ownership/expiry.ts';
import { neverActive, withRemoval } from '../app/duplicates.ts';
import {
  isEarlierAttempt,
  markOf,
  ownerName,
  sameOwner,
  type Mark,
  type Marking,
  type Owner,
} from '../app/ownership/mark.ts';
import { asNotKept, type NotKept } from '../app/ignored.ts';
import { planCreate, planUpdate, type AppPlan } from '../app/plan.ts';
import { isAsWanted } from '../app/settings/desired.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { ActionError, eachOf, explain, RefusedChange } from '../util/errors.ts';
import { ifThere, OktaError } from '../okta/http/errors.ts';
import { valueAt } from '../util/json.ts';
import { revokeInherited } from '../resources/api-scopes.ts';
import type { Authority, Judgement } from './authority.ts';
import { refuseWithoutSecret } from './client-secret.ts';
import {
  activateApp,
  createApp,
  onceActive,
  removeDuplicate,
  removeDuplicates,
  settleCreation,
} from './create-app.ts';
import { findApp, refuseTakenName } from './find-app.ts';
import {
  lookUp,
  markingOf,
  otherPolicy,
  planRelated,
  readRelated,
  relatedOf,
  relatedOfNew,
  type LookedUp,
  type Related,
  type RelatedPlan,
} from './related.ts';
import { release, releaseIfGone, type Elsewhere } from './release.ts';
import type { Session } from '../session/session.ts';
import type { SideWork } from '../session/side-work.ts';
import { givenUp, releaseOrigins } from '../resources/trusted-origins.ts';
import type { SignInCheck } from './verify-sign-in.ts';
import { updateApp } from './update-app.ts';

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
  const lookedUp = lookUp(session, inputs);
  const { app, duplicates, readAt } = await findApp(session, inputs, authority.owner);
  if (!app) return create(session, inputs, authority, signIn, lookedUp);
  refuseOlder(app, authority.owner);
  if (isAsWanted(inputs, app)) signIn.begin(app, false);
  if (inputs.appId !== undefined) await refuseTakenName(session, app, inputs);
  if (!inputs.dryRun) await removeDuplicates(session, app, duplicates, inputs.maskClientId ?? true);
  const outcome = await converge(session, inputs, authority, signIn, app, readAt, lookedUp);
  return withRemoval(outcome, duplicates, inputs.maskClientId ?? true);
}

async function create(
  session: Session,
  inputs: Inputs,
  authority: Authority,
  signIn: Pick<SignInCheck, 'begin'>,
  lookedUp?: LookedUp,
  isAgain = false,
): Promise<Outcome> {
  const { owner } = authority;
  const mark: Mark = { owner: undefined, trustedOrigins: [], claims: [] };
  const judgement = (await authority.ask(mark, { to: 'create' }))(mark);
  if (!judgement.allowed)
    throw new ActionError(`Cannot create the app "${inputs.name ?? ''}"`, judgement.why, judgement.remedy);
  if (judgement.notice !== undefined) session.log.notice(judgement.notice);
  const related = await readRelated(session, inputs, undefined, lookedUp);
  const lifetime = lifetimeOf(session, inputs);
  const marking = { owner, ...markingOf(inputs, related), lifetime };
  const plan = planCreate(inputs, marking);
  if (inputs.outputClientSecret) refuseWithoutSecret(plan.label, plan.body);
  const others = planRelated(inputs, related);
  const changes = [...plan.changes, ...others.changes];
  if (inputs.dryRun) return { result: 'created', changes, app: undefined };

  const creation = await createApp(session, inputs, plan.body, owner);
  const work = (creation.app.active ? relatedOf : relatedOfNew)(session, others);
  let own = creation.isOwn ? creation.app : undefined;
  try {
    const stays = creation.isOwn
      ? await settled(session, inputs, owner, creation.app, work, marking)
      : creation.app;
    if (stays?.id !== own?.id) own = undefined;
    if (!stays) {
      if (isAgain) throw goesAgain(plan.label);
      session.log.info(`The app "${plan.label}" was deleted by somebody meanwhile, and is created anew.`);
      return await create(session, inputs, authority, signIn, undefined, true);
    }
    if (!own) {
      refuseOlder(stays, owner);
      return await converge(session, inputs, authority, signIn, stays, -Infinity);
    }
    const made = await noteOfCreation(session, inputs, stays, marking);
    const app = made.active ? made : await activate(session, inputs, made);
    signIn.begin(app, true);
    await work.finish(app);
    if (isForNobody(inputs, app))
      session.log.notice(
        `Nobody may use the new app "${app.label}" yet. Give "groups" or "users", or assign people in the Admin Console.`,
      );
    return { result: 'created', changes, app };
  } catch (error) {
    await work.idle();
    if (own) await releaseAfter(session, error, own, marking);
    throw error;
  }
}

/** Somebody wants the app gone; or Okta shows no new app at all, and each attempt would leave one behind. */
function goesAgain(label: string): ActionError {
  return new ActionError(
    `Cannot create the app "${label}"`,
    'twice, Okta did not show the new app any more while the run waited for others',
    'Find out whether somebody deletes it: Okta\'s System Log shows it. If nobody does, raise "settle-seconds".',
  );
}

/** A run that Okta refuses something may have worked on an app that somebody has deleted meanwhile: nothing is to be left of that. */
async function releaseAfter(
  session: Session,
  error: unknown,
  app: RegisteredApp,
  elsewhere: Elsewhere,
): Promise<void> {
  if (!eachOf(error).some((each) => each instanceof OktaError && [400, 404].includes(each.status))) return;
  try {
    if (await releaseIfGone(session, app, elsewhere))
      session.log.notice(`The app "${app.label}" was deleted by somebody while this run was at work on it.`);
  } catch (failure) {
    session.log.debug(`Not taken back: ${explain(failure)}`);
  }
}

/**
 * Waits for a new app to settle, and works meanwhile: it is inactive, so that nothing of that lets anybody in. All is taken back where
 * another app stays, and the new one goes. One with a client ID of its own needs no settling.
 *
 * @param elsewhere what the work is about to name the app in
 * @returns the app that stays; `undefined` where somebody has deleted it
 */
async function settled(
  session: Session,
  { settings, maskClientId = true }: Inputs,
  owner: Owner,
  app: RegisteredApp,
  work: SideWork,
  elsewhere: Elsewhere,
): Promise<RegisteredApp | undefined> {
  if (settings['client-id'] !== undefined) return app;
  work.begin(app);
  const stays = await settleCreation(session, app, owner, maskClientId);
  if (stays?.id === app.id) return app;
  await work.idle();
  if (!stays) {
    await release(session, app, elsewhere);
    return undefined;
  }
  await removeDuplicate(session, app, [stays, app], elsewhere, maskClientId);
  session.record(`deleted a duplicate of the app "${app.label}", made at the same time and never active`);
  return onceActive(session, stays);
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
  signIn: Pick<SignInCheck, 'begin'>,
  app: RegisteredApp,
  readAt: number,
  lookedUp?: LookedUp,
): Promise<Outcome> {
  const related = await readRelated(session, inputs, app, lookedUp);
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

  await releaseOrigins(session, app, first.related.origins.release, (current) => {
    const { release, marked } = plan(current).related.origins;
    return release.length > 0 ? givenUp(markOf(current), { trustedOrigins: marked }) : [];
  });
  const name = `the app "${app.label}"`;
  const dropped: Change[] = [];
  const remembered: Change[] = [];
  let begun: { related: RelatedPlan; work: SideWork } | undefined;
  try {
    const written = await whileThere(inputs, () =>
      updateApp<PresentPlan>(session, app, {
        plan,
        readAt,
        done: `updated ${name}`,
        shared: { name },
        contradicts: isContradicted,
        taken: ({ related }, item) => {
          if (!item.active) return;
          signIn.begin(item, true);
          if (begun) return;
          begun = { related, work: relatedOf(session, trustingAll(inputs, related)) };
          begun.work.begin(item);
        },
        dropped: ({ changes, asked }) => {
          dropped.push(...changes.filter(({ field }) => field !== 'status'));
          remembered.push(...asked);
        },
      }),
    );
    if (!written) {
      await begun?.work.idle();
      if (begun) await releaseIfGone(session, app, markingOf(inputs, related));
      begun = undefined;
      return await create(session, inputs, authority, signIn);
    }
    const { item, plan: last, isWritten } = written;
    notKept = asNotKept(remembered);
    const noted = dropped.length > 0 ? await note(session, item, plan) : item;
    const present = last.activate ? await activate(session, inputs, noted) : noted;
    begun ??= { related: last.related, work: relatedOf(session, last.related) };
    const { related: done, work } = begun;
    await work.finish(present);
    tellNotKept(session, item, [...last.notKept, ...dropped.map(({ field }) => field)]);
    const kept = written.changes.filter(({ field }) => !dropped.some((change) => change.field === field));
    const isInVain = kept.length === 0 && written.changes.length > 0 && noted === item;
    return updateOutcome(present, [...kept, ...done.changes], isWritten && !isInVain);
  } catch (error) {
    await begun?.work.idle();
    if (begun) await releaseAfter(session, error, app, markingOf(inputs, related));
    throw error;
  }
}

/**
 * The plan with all origins that the app lists to be looked at again: another run may have given one up since this one read it, which it
 * no longer does now that the app's mark tells of it.
 */
function trustingAll({ trustedOrigins }: Inputs, related: RelatedPlan): RelatedPlan {
  const { origins } = related;
  return trustedOrigins ? { ...related, origins: { ...origins, trust: origins.marked } } : related;
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

function foreign(
  app: RegisteredApp,
  { why, remedy }: Extract<Judgement, { allowed: false }>,
  changes: readonly Change[],
): ActionError {
  const fields = [...new Set(changes.map(({ field }) => field))].join(', ');
  const differs = fields ? `, and it differs in ${fields}` : ', and it is not as the workflow says';
  return new RefusedChange(`Cannot change the app "${app.label}"`, why + differs, remedy, changes);
}
