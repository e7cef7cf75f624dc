import type { RegisteredApp } from '../app/app.ts';
import { isShared } from '../app/ownership/claims.ts';
import { sameOrigin } from '../app/addresses/origin-name.ts';
import { markOf, type Claim } from '../app/ownership/mark.ts';
import { sameOwner, type Owner } from '../app/ownership/owner.ts';
import { removeApp } from '../apply/remove-app.ts';
import { writeShared } from '../apply/ensure-shared.ts';
import { giveUpOrigins } from '../apply/shared-origins.ts';
import type { Session } from '../session/session.ts';
import type { PullRequests } from '../github/pulls.ts';
import { OktaError } from '../okta/http/errors.ts';
import { ActionError, eachOf, together } from '../util/errors.ts';
import type { SweepInputs } from './inputs.ts';
import { isListed } from './inventory.ts';
import {
  endedApp,
  isClosed,
  planSharedSweep,
  planSweep,
  temporaryApps,
  temporaryClaims,
  unclaimed,
  undecided,
  type EndedApp,
  type EndedEntry,
  type Facts,
  type Removal,
  type SharedSweep,
  type Survey,
  type SweepPlan,
} from './plan.ts';
import { counted, reportSweep, shortName, whyGone, type Swept } from './report.ts';
import { findSharedApp } from './shared-app.ts';

/** The owner whose apps are looked for, and the client to ask. */
export interface Surveyed {
  repository: Owner;
  pullRequests: PullRequests;
  /** Masks what must not be seen of an app that the sweep may come to name: a list of all apps has too many. */
  mask(app: RegisteredApp): void;
}

/**
 * Removes what closed pull requests of this repository left behind, and what has expired. What cannot be removed does not stop the rest.
 *
 * @param known takes up what is found and done
 * @throws {ActionError} before anything is removed, if that would be more than `max-deletions`; and at the end, if something could not be
 *   removed
 */
export async function sweep(
  session: Session,
  inputs: SweepInputs,
  surveyed: Surveyed,
  known: Swept,
): Promise<void> {
  const { log } = session;
  const { repository } = surveyed.repository;
  const plan = await survey(session, inputs, surveyed);
  if (plan.unknown.length > 0) log.warning(unknownWarning(repository, plan.unknown));
  const tooMany = excess(repository, inputs.maxDeletions, plan);
  if (tooMany && !inputs.dryRun) throw tooMany;
  if (tooMany) log.warning(`Without "dry-run" this run would fail: ${tooMany.message}`);

  const removal = inputs.dryRun
    ? { apps: plan.remove, entries: plan.shared?.entries ?? [], failures: [] }
    : await carryOut(session, plan, surveyed);
  known.outcome = { plan, removal, dryRun: inputs.dryRun };
  reportSweep(known.outcome, log);
  if (removal.failures.length > 0) throw together(removal.failures);
}

/** Finds out what exists, and what GitHub says of the pull requests that it belongs to. */
async function survey(
  session: Pick<Session, 'okta' | 'log'>,
  inputs: SweepInputs,
  surveyed: Surveyed,
): Promise<Survey> {
  const { okta, log } = session;
  const { repository, mask } = surveyed;
  const sharedApp = inputs.sharedApp === undefined ? undefined : await findSharedApp(okta, inputs.sharedApp);
  let looked = 0;
  const apps = await okta.listApps(inputs.namePrefix, (app) => {
    if (!app.label.startsWith(inputs.namePrefix)) return false;
    looked += 1;
    return isListed(app, repository, inputs.allRepositories);
  });
  if (looked === 0 && inputs.namePrefix !== '')
    log.notice(`No app has a name that starts with "${inputs.namePrefix}": check "name-prefix".`);
  const temporary = temporaryApps(apps, repository);
  for (const app of apps) mask(app);
  const claims = sharedApp ? temporaryClaims(sharedApp, repository) : [];
  const facts = await factsAbout(session, surveyed, [...temporary, ...claims]);
  log.info(
    `Looked at ${counted(looked, 'app')}. Of ${repository.repository}, and temporary: ${temporary.length}.`,
  );
  return { ...planSweep(temporary, sharedApp, facts), apps, facts };
}

/** Asks GitHub about what only a pull request's state decides: for what has expired it need not be asked. */
async function factsAbout(
  { okta }: Pick<Session, 'okta'>,
  { repository, pullRequests }: Surveyed,
  things: readonly Pick<Claim, 'owner' | 'expires'>[],
): Promise<Facts> {
  const now = okta.now();
  return { repository, now, states: await pullRequests.states(undecided(things, now)) };
}

function unknownWarning(repository: string, numbers: readonly number[]): string {
  const list = numbers.map((number) => `#${number}`).join(', ');
  return `GitHub does not know these pull requests of ${repository}: ${list}. What belongs to them was left alone: delete it by hand if it is no longer needed.`;
}

function excess(
  repository: string,
  maxDeletions: number,
  { remove, shared }: SweepPlan,
): ActionError | undefined {
  const entries = shared?.entries ?? [];
  if (remove.length + entries.length <= maxDeletions) return undefined;
  const expired = [...remove, ...entries].every(isClosed) ? '' : ' and what has expired';
  return new ActionError(
    `Cannot sweep ${repository}`,
    `closed pull requests${expired} left ${counted(remove.length, 'app')} and ${counted(entries.length, 'URI')} of the shared app behind, more than "max-deletions" (${maxDeletions}) allows; nothing was removed`,
    'Look with "dry-run: true" at what would go, then raise "max-deletions".',
  );
}

/** Continues after a refusal, which is about one thing, but not if Okta or GitHub gives no answer, or the time is over. */
async function carryOut(session: Session, plan: SweepPlan, surveyed: Surveyed): Promise<Removal> {
  const removal: Removal = { apps: [], entries: [], failures: [] };
  const steps = plan.remove.map((ended) => async (): Promise<void> => {
    if (await removeEnded(session, ended, surveyed)) removal.apps.push(ended);
  });
  const { shared } = plan;
  if (shared) steps.push(() => sweepShared(session, shared, surveyed, removal.entries));
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      const told = eachOf(error).filter((each) => each instanceof ActionError);
      if (told.length === 0) throw error;
      removal.failures.push(...told);
      if (!told.every((each) => each instanceof OktaError)) break;
    }
  }
  return removal;
}

/**
 * Removes an app, if it still is to be removed: reading many apps takes time, and meanwhile a pull request may be reopened, or its app be
 * taken over or renewed. GitHub is asked first, so that nothing comes between the last look at the app and its end.
 *
 * @returns whether it is gone
 */
async function removeEnded(session: Session, ended: EndedApp, surveyed: Surveyed): Promise<boolean> {
  const { okta, log, record } = session;
  const { app } = ended;
  const now = okta.now();
  const [number] = undecided([ended], now);
  const removed = await removeApp(session, app, async () => {
    const states = new Map(number === undefined ? [] : [[number, await surveyed.pullRequests.state(number)]]);
    const facts: Facts = { repository: surveyed.repository, states, now };
    return (current) => {
      const why = whyStays(current, ended, facts);
      if (why !== undefined) log.notice(`The app "${app.label}" is kept: ${why}.`);
      return why === undefined;
    };
  });
  if (removed === 'deleted') record(`deleted the app "${app.label}" ${whyGone(ended)}`);
  return removed !== 'retained';
}

/** Why an app that was to be removed is kept as it is now, if it is. */
function whyStays(current: RegisteredApp, { owner }: EndedApp, facts: Facts): string | undefined {
  const marked = markOf(current).owner;
  if (!marked || !sameOwner(owner, marked) || isShared(current, facts.now))
    return `it no longer belongs to ${shortName(owner)} alone`;
  if (endedApp(current, facts)) return undefined;
  const [asked] = facts.states;
  if (!asked) return 'it has been renewed';
  const [number, state] = asked;
  return state === 'open'
    ? `pull request #${number} is not closed any more`
    : `GitHub does not show pull request #${number} any more`;
}

/**
 * Reads the app and asks GitHub again, as right before every removal. Origins are removed before their claims: if the sweep stops in
 * between, the next one finds the origin by the claim.
 *
 * @param removed takes up what was removed, also if a later part fails
 */
async function sweepShared(
  session: Session,
  { app: listed }: SharedSweep,
  surveyed: Surveyed,
  removed: EndedEntry[],
): Promise<void> {
  const readAt = session.deadline.clock.now();
  const app = await session.okta.getApp(listed.id);
  const planNow = async (): Promise<SharedSweep> =>
    planSharedSweep(app, await factsAbout(session, surveyed, temporaryClaims(app, surveyed.repository)));
  let planned = await planNow();
  const { entries } = planned;
  const plan: SharedSweep['plan'] = (current) => planned.plan(current);
  const ask = async (): Promise<void> => {
    planned = await planNow();
  };
  const ended = entries.flatMap(({ list, uri }) => (list === 'trusted-origins' ? [uri] : []));
  const { kept } = await giveUpOrigins(session, { app, dryRun: false }, { plan, ask }, ended);
  const isGone = ({ list, uri }: EndedEntry): boolean =>
    list === 'trusted-origins' && !kept.some(({ origin }) => sameOrigin(origin, uri));
  removed.push(...entries.filter(isGone));
  const written = await writeShared(session, { app, readAt }, { plan, ask });
  const gone = unclaimed(entries, markOf(written.item).claims);
  removed.push(...gone.filter(({ list }) => list !== 'trusted-origins'));
}
