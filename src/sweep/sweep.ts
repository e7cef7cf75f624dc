import { removeApp } from '../apply/ensure-absent.ts';
import { writeUntilStable } from '../apply/ensure-shared.ts';
import { ActionError, SeveralErrors } from '../util/errors.ts';
import type { PullRequests } from '../github/pulls.ts';
import { OktaError } from '../okta/errors.ts';
import { markOf, type Claim } from '../app/ownership.ts';
import { record, type Session } from '../apply/session.ts';
import { claimsByPullRequest, type Entry } from '../app/claims.ts';
import { removeOwnOrigins } from '../apply/trusted-origins.ts';
import type { SweepInputs } from './inputs.ts';
import { planSweep, previewApps, unclaimed, type Removal, type SharedSweep, type SweepPlan } from './plan.ts';
import { reportSweep } from './report.ts';
import { findSharedApp } from './shared-app.ts';

export interface SweepSession extends Session<SweepInputs> {
  pullRequests: PullRequests;
}

/**
 * Removes what closed pull requests of this repository left behind. What cannot be removed does not stop the rest.
 *
 * @throws {ActionError} before anything is removed, where that would be more than `max-deletions`; and at the end, where something
 * could not be removed
 */
export async function sweep(session: SweepSession): Promise<void> {
  const { inputs, log } = session;
  const plan = await survey(session);
  if (plan.unknown.length > 0) log.warning(unknownWarning(session, plan.unknown));
  const tooMany = excess(session, plan);
  if (tooMany && !inputs.dryRun) throw tooMany;
  if (tooMany) log.warning(`Without "dry-run" this run would fail: ${tooMany.message}`);

  const removal = inputs.dryRun
    ? { apps: plan.remove, entries: plan.shared?.entries ?? [], failures: [] }
    : await carryOut(session, plan);
  await reportSweep(session, plan, removal);
  const [failure, ...others] = removal.failures;
  if (failure) throw others.length > 0 ? new SeveralErrors(removal.failures) : failure;
}

/** Finds out what is there, and what GitHub says of the pull requests that it belongs to. */
async function survey({ okta, inputs, owner, log, mask, pullRequests }: SweepSession): Promise<SweepPlan> {
  const sharedApp = inputs.sharedApp === undefined ? undefined : await findSharedApp(okta, inputs.sharedApp);
  if (sharedApp) mask(sharedApp);
  const apps = (await okta.listApps(inputs.namePrefix)).filter(({ label }) =>
    label.startsWith(inputs.namePrefix),
  );
  const previews = previewApps(apps, owner);
  for (const { app } of previews) mask(app);
  const claims = sharedApp ? claimsByPullRequest(sharedApp, owner) : new Map<number, Claim[]>();
  const states = await pullRequests.states([
    ...previews.map(({ pullRequest }) => pullRequest),
    ...claims.keys(),
  ]);
  log.info(
    `Looked at ${apps.length} app(s), of which ${previews.length} belong to pull requests of ${owner.repository}.`,
  );
  return planSweep(previews, sharedApp, owner, states);
}

function unknownWarning({ owner }: SweepSession, numbers: readonly number[]): string {
  const list = numbers.map((number) => `#${number}`).join(', ');
  return `GitHub does not know these pull requests of ${owner.repository}: ${list}. What belongs to them was left alone: delete it by hand where it is no longer needed.`;
}

function excess({ inputs, owner }: SweepSession, { remove, shared }: SweepPlan): ActionError | undefined {
  const uris = shared?.entries.length ?? 0;
  if (remove.length + uris <= inputs.maxDeletions) return undefined;
  return new ActionError(
    `Cannot sweep ${owner.repository}`,
    `closed pull requests left ${remove.length} app(s) and ${uris} URI(s) of the shared app behind, more than "max-deletions" (${inputs.maxDeletions}) allows; nothing was removed`,
    'Look with "dry-run: true" at what would go, then raise "max-deletions".',
  );
}

/** Goes on after a refusal, which is about one thing; not where Okta gives no answer or the time is over. */
async function carryOut(session: SweepSession, plan: SweepPlan): Promise<Removal> {
  const removal: Removal = { apps: [], entries: [], failures: [] };
  const steps = plan.remove.map((preview) => async (): Promise<void> => {
    await removeApp(session, preview.app);
    record(session, `deleted the app "${preview.app.label}" of pull request #${preview.pullRequest}`);
    removal.apps.push(preview);
  });
  const { shared } = plan;
  if (shared) steps.push(() => sweepShared(session, shared, removal.entries));
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
 * Origins go before their claims do: if the sweep stops in between, a claim is left for the next one to find the origin by.
 *
 * @param removed takes up what was removed, also where a later part fails
 */
async function sweepShared(session: SweepSession, shared: SharedSweep, removed: Entry[]): Promise<void> {
  const { app, entries, plan } = shared;
  const readAt = session.deadline.clock.now();
  const current = await session.okta.getApp(app.id);
  const origins = unclaimed(entries, plan(current).claims).filter(({ list }) => list === 'trusted-origins');
  await removeOwnOrigins(
    session,
    current,
    origins.map(({ uri }) => uri),
  );
  removed.push(...origins);
  const written = await writeUntilStable(session, current, readAt, plan);
  const gone = unclaimed(entries, markOf(written).claims);
  removed.push(...gone.filter(({ list }) => list !== 'trusted-origins'));
}
