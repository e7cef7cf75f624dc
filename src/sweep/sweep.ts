import type { RegisteredApp } from '../app/app.ts';
import { claimsByPullRequest, type Entry } from '../app/claims.ts';
import { markOf, type Claim, type Owner } from '../app/ownership.ts';
import { removeApp } from '../apply/ensure-absent.ts';
import { writeShared } from '../apply/ensure-shared.ts';
import type { Session } from '../apply/session.ts';
import { findListed, originsOf, releaseOrigins } from '../apply/trusted-origins.ts';
import type { PullRequests } from '../github/pulls.ts';
import { OktaError, ifThere } from '../okta/errors.ts';
import { ActionError, SeveralErrors } from '../util/errors.ts';
import type { SweepInputs } from './inputs.ts';
import {
  isStillPreview,
  planSharedSweep,
  planSweep,
  previewApps,
  unclaimed,
  type PreviewApp,
  type Removal,
  type SharedSweep,
  type SweepPlan,
} from './plan.ts';
import { reportSweep } from './report.ts';
import { findSharedApp } from './shared-app.ts';

/** Whose apps are looked for, and where to ask. */
export interface Surveyed {
  repository: Owner;
  pullRequests: PullRequests;
  /** Masks what must not be seen of an app that the sweep may come to speak of: those in a list of all apps are too many. */
  mask(app: RegisteredApp): void;
}

/**
 * Removes what closed pull requests of this repository left behind. What cannot be removed does not stop the rest.
 *
 * @throws {ActionError} before anything is removed, where that would be more than `max-deletions`; and at the end, where something
 * could not be removed
 */
export async function sweep(session: Session, inputs: SweepInputs, surveyed: Surveyed): Promise<void> {
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
  await reportSweep(plan, removal, inputs.dryRun, log);
  const [failure, ...others] = removal.failures;
  if (failure) throw others.length > 0 ? new SeveralErrors(removal.failures) : failure;
}

/** Finds out what is there, and what GitHub says of the pull requests that it belongs to. */
async function survey(
  { okta, log }: Pick<Session, 'okta' | 'log'>,
  inputs: SweepInputs,
  { repository, pullRequests, mask }: Surveyed,
): Promise<SweepPlan> {
  const sharedApp = inputs.sharedApp === undefined ? undefined : await findSharedApp(okta, inputs.sharedApp);
  const apps = (await okta.listApps(inputs.namePrefix)).filter(({ label }) =>
    label.startsWith(inputs.namePrefix),
  );
  const previews = previewApps(apps, repository);
  for (const { app } of previews) mask(app);
  const claims = sharedApp ? claimsByPullRequest(sharedApp, repository) : new Map<number, Claim[]>();
  const states = await pullRequests.states([
    ...previews.map(({ pullRequest }) => pullRequest),
    ...claims.keys(),
  ]);
  log.info(
    `Looked at ${apps.length} app(s), of which ${previews.length} belong to pull requests of ${repository.repository}.`,
  );
  return planSweep(previews, sharedApp, repository, states);
}

function unknownWarning(repository: string, numbers: readonly number[]): string {
  const list = numbers.map((number) => `#${number}`).join(', ');
  return `GitHub does not know these pull requests of ${repository}: ${list}. What belongs to them was left alone: delete it by hand where it is no longer needed.`;
}

function excess(
  repository: string,
  maxDeletions: number,
  { remove, shared }: SweepPlan,
): ActionError | undefined {
  const uris = shared?.entries.length ?? 0;
  if (remove.length + uris <= maxDeletions) return undefined;
  return new ActionError(
    `Cannot sweep ${repository}`,
    `closed pull requests left ${remove.length} app(s) and ${uris} URI(s) of the shared app behind, more than "max-deletions" (${maxDeletions}) allows; nothing was removed`,
    'Look with "dry-run: true" at what would go, then raise "max-deletions".',
  );
}

/** Goes on after a refusal, which is about one thing; not where Okta or GitHub gives no answer, or the time is over. */
async function carryOut(session: Session, plan: SweepPlan, surveyed: Surveyed): Promise<Removal> {
  const removal: Removal = { apps: [], entries: [], failures: [] };
  const steps = plan.remove.map((preview) => async (): Promise<void> => {
    if (await removePreview(session, preview, surveyed)) removal.apps.push(preview);
  });
  const { shared } = plan;
  if (shared) steps.push(() => sweepShared(session, shared, surveyed, removal.entries));
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      removal.failures.push(error);
      if (!(error instanceof OktaError)) break;
    }
  }
  return removal;
}

/**
 * Removes an app, if it still is what the list said: reading many apps takes its time, in which a pull request may be reopened, or its
 * app be taken over.
 *
 * @returns whether it is gone
 */
async function removePreview(
  session: Session,
  { app, pullRequest }: PreviewApp,
  { repository, pullRequests }: Surveyed,
): Promise<boolean> {
  const { okta, log, record } = session;
  const current = await ifThere(() => okta.getApp(app.id));
  if (!current) return true;
  const stays = (why: string): false => {
    log.notice(`The app "${app.label}" stays: ${why}.`);
    return false;
  };
  if (!isStillPreview(current, pullRequest, repository))
    return stays(`it no longer belongs to pull request #${pullRequest} alone`);
  if ((await pullRequests.state(pullRequest)) !== 'closed')
    return stays(`pull request #${pullRequest} is not closed any more`);
  await removeApp(session, current);
  record(`deleted the app "${app.label}" of pull request #${pullRequest}`);
  return true;
}

/**
 * Reads the app and asks GitHub again, as right before every removal. Origins go before their claims do: if the sweep stops in between,
 * a claim is left for the next one to find the origin by.
 *
 * @param removed takes up what was removed, also where a later part fails
 */
async function sweepShared(
  session: Session,
  { app: listed }: SharedSweep,
  { repository, pullRequests }: Surveyed,
  removed: Entry[],
): Promise<void> {
  const readAt = session.deadline.clock.now();
  const app = await session.okta.getApp(listed.id);
  const states = await pullRequests.states(claimsByPullRequest(app, repository).keys());
  const { entries, plan } = planSharedSweep(app, repository, states);
  const stay = originsOf({ ...markOf(app), claims: plan(app).claims });
  const origins = entries.filter(({ list, uri }) => list === 'trusted-origins' && !stay.includes(uri));
  const uris = origins.map(({ uri }) => uri);
  await releaseOrigins(session, app, await findListed(session, app, uris));
  removed.push(...origins);
  const written = await writeShared(session, app, readAt, plan);
  const gone = unclaimed(entries, markOf(written.item).claims);
  removed.push(...gone.filter(({ list }) => list !== 'trusted-origins'));
}
