import type { RegisteredApp } from '../../app/app.ts';
import { change, updateResult, type Change, type Result } from '../../app/change.ts';
import { asIgnored } from '../../app/ignored.ts';
import { NO_MARK, markOf, type Mark, type Marking } from '../../app/ownership/mark.ts';
import { isEarlierAttempt, ownerName, sameOwner, type Owner } from '../../app/ownership/owner.ts';
import { named, withoutConsent } from '../../app/ownership/permission.ts';
import { planCreate, planUpdate } from '../../app/plan.ts';
import { isAsWanted } from '../../app/settings/desired.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import { OktaError } from '../../okta/http/errors.ts';
import { allOf, lookUp, planResources, readResources, type LookedUp } from '../../resources/resources.ts';
import type { Session } from '../../session/session.ts';
import { ActionError, eachOf, explain } from '../../util/errors.ts';
import { requireAuthorizationServer } from '../sign-in/authorization-server.ts';
import { refuseWithoutSecret } from '../secret/client-secret.ts';
import { converge, note, tellIgnored } from './converge.ts';
import { createApp, refuseHeldId } from './create-app.ts';
import { findApp, refuseTakenName, type Found } from '../find-app.ts';
import type { Permission } from '../permission.ts';
import { markingFor, planPresent, type Afterwards, type Basis, type PresentPlan } from './present-plan.ts';
import { removeReferencesIfGone } from '../remove-app.ts';
import { refuseId, replaceApp, type Replacement } from './replace-app.ts';
import type { SignInCheck } from '../sign-in/verify-sign-in.ts';

/** What every step works with. */
interface Run {
  session: Session;
  inputs: Inputs;
  permission: Permission;
  signIn: Pick<SignInCheck, 'begin'>;
  lookedUp: LookedUp;
}

/** No app could be updated: somebody has deleted it, or it is to be created anew. */
interface Missing {
  kind: 'missing';
  replacement?: Replacement;
}

/** An app that existed when this run was about to create it. */
interface Holder {
  kind: 'holder';
  app: RegisteredApp;
  /** Whether this run has created it, although the answer got lost. */
  isOwn: boolean;
  changes: Change[];
}

/**
 * Makes sure that the app exists as the workflow says: finds it and updates it; or creates it, or updates the app that another run has
 * created at the same moment.
 *
 * @throws {ActionError} if it cannot be made so, or belongs to somebody else
 */
export async function ensurePresent(
  session: Session,
  inputs: Inputs,
  permission: Permission,
  signIn: Pick<SignInCheck, 'begin'>,
): Promise<Result> {
  const lookedUp = lookUp(session, inputs);
  const run: Run = { session, inputs, permission, signIn, lookedUp };
  const [found] = await Promise.all([
    findApp(session, inputs, permission.owner),
    requireAuthorizationServer(session, inputs),
  ]);
  let updated = found ? await update(run, found) : MISSING;
  for (let round = 1; updated.kind === 'missing'; round += 1) {
    const created = await create(run, updated.replacement);
    if (created.kind !== 'holder') return created;
    const { app, isOwn, changes } = created;
    if (round > MAX_ROUNDS) throw deletedAgain(app);
    updated = await update(run, { app, readAt: -Infinity }, isOwn);
    if (isOwn && updated.kind !== 'missing') return { ...updated, kind: 'created', changes };
  }
  return updated;
}

const MISSING: Missing = { kind: 'missing' };

/** How often another run may create the app first, and the app may then be deleted, or replaced by this run. */
const MAX_ROUNDS = 2;

async function create(run: Run, replacement: Replacement | undefined): Promise<Result | Holder> {
  const { session, inputs, permission, signIn } = run;
  const owner = replacement?.to ?? (await mayCreate(run));
  const ready = await readResources(run.lookedUp, undefined);
  const resources = planResources(ready, { app: undefined, isNew: true, isAsRead: true, memory: NO_MARK });
  const { otherGroups } = resources;
  const marking = markingFor({ inputs, lifetime: lifetimeOf(run) }, owner, resources.remember);
  const plan = planCreate(inputs, marking);
  if (inputs.outputClientSecret) refuseWithoutSecret(plan.label, plan.body);
  const whose = replacement ? [change('owner', ownerName(replacement.from), ownerName(owner))] : [];
  const changes = [...whose, ...plan.changes, ...resources.changes];
  if (inputs.dryRun) {
    await refuseHeldId(session, plan.body, inputs);
    return { kind: 'created', changes, app: undefined, otherGroups };
  }
  if (replacement) await replaceApp(session, inputs, permission, replacement);
  const { kind, app } = await createApp(session, plan.body, permission.owner, inputs);
  if (kind !== 'own') return { kind: 'holder', app, isOwn: kind === 'lost', changes };
  signIn.begin(app, true);
  try {
    await allOf<unknown>([resources.apply(app, true), noteOfCreation(run, app, marking)]);
  } catch (error) {
    await removeIfGone(run, error, app, markOf(plan));
    throw error;
  }
  return { kind: 'created', changes, app, otherGroups };
}

/**
 * Brings an existing app to what is wanted.
 *
 * @param isNew whether this run has created it
 */
async function update(run: Run, found: Found, isNew = false): Promise<Result | Missing> {
  const { session, inputs, permission, signIn } = run;
  const { app } = found;
  refuseOlder(app, permission.owner);
  if (isAsWanted(inputs, app)) signIn.begin(app, false);
  if (inputs.appId !== undefined) await refuseTakenName(session, app, inputs);
  const decide = await permission.decide(markOf(app), { to: 'change', adopt: inputs.adopt });
  const decision = decide(markOf(app));
  if (decision.allowed && decision.replaces) {
    const replacement = { app, from: decision.replaces, to: decision.owner };
    refuseId(replacement, inputs);
    return { kind: 'missing', replacement };
  }
  const ready = await readResources(run.lookedUp, app);
  const basis: Basis = { inputs, app, ready, isNew, lifetime: lifetimeOf(run) };
  const plan = (current: RegisteredApp, afterwards?: Afterwards): PresentPlan =>
    planPresent(basis, current, decide(markOf(current)), afterwards);
  const first = plan(app);
  const { otherGroups } = first.resources;
  if (!decision.allowed) {
    session.log.notice(
      `The app "${app.label}" is as the workflow says, and not this run's: ${decision.why}.`,
    );
    return { ...updateResult(app, [], false), otherGroups };
  }
  for (const notice of [decision.notice ?? [], first.resources.notices].flat()) session.log.notice(notice);
  warnWithoutConsent(session, app, markOf(first));
  if (inputs.dryRun) {
    tellIgnored(session, app, first.ignored);
    const changes = [...first.changes, ...first.resources.changes];
    return { ...updateResult(app, changes, first.write), otherGroups };
  }
  try {
    const converged = await converge(session, found, { owner: decision.owner, plan }, signIn);
    return { ...converged, otherGroups };
  } catch (error) {
    const isGone = await removeIfGone(run, error, app, markOf(first));
    if (isGone && inputs.appId === undefined) return MISSING;
    throw error;
  }
}

/** Each owner of an entry in the warning may still remove it. */
function warnWithoutConsent({ log }: Session, { label }: RegisteredApp, mark: Mark): void {
  const claims = withoutConsent(mark);
  if (claims.length > 0)
    log.warning(
      `Others have URIs on the app "${label}" that its "redirect-hosts" do not let them add: ${named(claims)}. Let the runs that added them remove them, or do so in the Admin Console.`,
    );
}

/** The owner that the app is to have. @throws {ActionError} if this run may not create it */
async function mayCreate({ inputs, permission }: Run): Promise<Owner> {
  const decision = (await permission.decide(NO_MARK, { to: 'create' }))(NO_MARK);
  if (!decision.allowed)
    throw new ActionError(`Cannot create the app "${inputs.name ?? ''}"`, decision.why, decision.remedy);
  return decision.owner;
}

/** How long what the run makes lasts, from now on. */
function lifetimeOf({ session: { okta }, inputs: { expiresAfter } }: Run): Basis['lifetime'] {
  return { lasts: expiresAfter, now: okta.now() };
}

/** Compares a new app with what was asked for: what it lacks is reported, and noted. */
async function noteOfCreation({ session, inputs }: Run, app: RegisteredApp, marking: Marking): Promise<void> {
  const options = { ...marking, isOwn: true };
  const { asked } = planUpdate(inputs, app, options);
  if (asked.length === 0) return;
  tellIgnored(
    session,
    app,
    asked.map(({ field }) => field),
  );
  const ignored = asIgnored(asked);
  await note(session, app, (current) => planUpdate(inputs, current, { ...options, ignored }));
}

/**
 * If Okta refuses a run something, the run may have worked on an app that somebody has deleted meanwhile: nothing of that is left.
 *
 * @param mark what the app's mark says, or was to say
 * @returns whether the app is gone
 */
async function removeIfGone(
  { session }: Run,
  error: unknown,
  app: RegisteredApp,
  mark: Mark,
): Promise<boolean> {
  if (!eachOf(error).some((each) => each instanceof OktaError && [400, 404].includes(each.status)))
    return false;
  try {
    const isGone = await removeReferencesIfGone(session, app, mark);
    if (isGone)
      session.log.notice(`The app "${app.label}" was deleted by somebody while this run was at work on it.`);
    return isGone;
  } catch (failure) {
    session.log.debug(`Not removed: ${explain(failure)}`);
    return false;
  }
}

function deletedAgain({ label }: RegisteredApp): ActionError {
  return new ActionError(
    `Cannot create the app "${label}"`,
    `${MAX_ROUNDS + 1} times another run was faster in creating it, and that app was gone at once`,
    "Find out who does: Okta's System Log shows it.",
  );
}

/** An app for one job is new, so that nothing that existed before is deleted with the job. */
function refuseOlder(app: RegisteredApp, owner: Owner): void {
  const mark = markOf(app).owner;
  if (owner.job === undefined || (mark && (sameOwner(owner, mark) || isEarlierAttempt(owner, mark)))) return;
  const whose = mark ? `it belongs to ${ownerName(mark)}` : 'no run of this repository created it';
  throw new ActionError(
    `Cannot create the app "${app.label}" for this job`,
    `an app of that name exists already, and ${whose}`,
    'Give each job a name of its own, such as one with ${{ github.run_id }} and the values of the matrix in it.',
  );
}
