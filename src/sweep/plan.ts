import { isOidc, type RegisteredApp } from '../app/app.ts';
import type { PullRequestState } from '../github/pulls.ts';
import { markOf, sameRepository, type Claim, type Owner } from '../app/ownership.ts';
import { planGivingUp, type Entry, type SharedPlan } from '../app/claims.ts';
import type { ActionError } from '../util/errors.ts';

/** An app that a pull request's run of this repository created. */
export interface PreviewApp {
  app: RegisteredApp;
  pullRequest: number;
}

/** What is to be removed, as one value: a dry run shows it, a real run carries it out. */
export interface SweepPlan {
  /** Apps of closed pull requests. */
  remove: PreviewApp[];
  /** Apps of pull requests that stay. */
  keep: PreviewApp[];
  shared: SharedSweep | undefined;
  /** Pull requests that GitHub does not know, of which something is there. */
  unknown: number[];
}

/** What is to go from a shared app. */
export interface SharedSweep {
  app: RegisteredApp;
  /** The entries of closed pull requests that nobody else claims. */
  entries: Entry[];
  /** What this means for the app as it is at the time: it is read anew before each write. */
  plan(current: RegisteredApp): SharedPlan;
}

/** What a sweep removed; in a dry run, what it would. */
export interface Removal {
  apps: PreviewApp[];
  /** Of the shared app. */
  entries: Entry[];
  /** What could not be removed, and why. */
  failures: ActionError[];
}

/** The apps that pull requests' runs of this repository created, out of all apps that were looked at. */
export function previewApps(apps: readonly RegisteredApp[], repository: Owner): PreviewApp[] {
  return apps.filter(isOidc).flatMap((app) => {
    const pullRequest = previewOf(app, repository);
    return pullRequest === undefined ? [] : [{ app, pullRequest }];
  });
}

/** The pull request of this repository that an app belongs to. A sentence in its notes alone is not enough to delete it. */
function previewOf(app: RegisteredApp, repository: Owner): number | undefined {
  const { owner, source } = markOf(app);
  return owner && source === 'profile' && sameRepository(repository, owner) ? owner.pullRequest : undefined;
}

/** Whether an app, as it is now, is still one of that pull request alone. */
export function isStillPreview(app: RegisteredApp, pullRequest: number, repository: Owner): boolean {
  return previewOf(app, repository) === pullRequest && markOf(app).claims.length === 0;
}

/**
 * Decides what goes: what belongs to a closed pull request. What runs added URIs to is a shared app, whoever created it, and stays.
 *
 * @param states what GitHub says of the pull requests that the apps and claims name
 */
export function planSweep(
  previews: readonly PreviewApp[],
  sharedApp: RegisteredApp | undefined,
  repository: Owner,
  states: ReadonlyMap<number, PullRequestState>,
): SweepPlan {
  const isClosed = (pullRequest: number | undefined): boolean =>
    pullRequest !== undefined && states.get(pullRequest) === 'closed';
  const goes = ({ app, pullRequest }: PreviewApp): boolean =>
    isClosed(pullRequest) && app.id !== sharedApp?.id && markOf(app).claims.length === 0;
  return {
    remove: previews.filter(goes),
    keep: previews.filter((preview) => !goes(preview)),
    shared: sharedApp && planSharedSweep(sharedApp, repository, states),
    unknown: [...states].flatMap(([number, state]) => (state === 'unknown' ? [number] : [])),
  };
}

/**
 * Decides what goes of a shared app: what belongs to a closed pull request.
 *
 * @param states what GitHub says of the pull requests that have claims on the app
 */
export function planSharedSweep(
  app: RegisteredApp,
  repository: Owner,
  states: ReadonlyMap<number, PullRequestState>,
): SharedSweep {
  const isStale = ({ owner, own }: Claim): boolean =>
    !own &&
    owner.pullRequest !== undefined &&
    sameRepository(repository, owner) &&
    states.get(owner.pullRequest) === 'closed';
  const plan = (current: RegisteredApp): SharedPlan =>
    planGivingUp(current, markOf(current).claims.filter(isStale), isStale);
  const stale = markOf(app).claims.filter(isStale);
  return { app, entries: unclaimed(stale, plan(app).claims), plan };
}

/** Those of the entries that none of the claims is for, each once. */
export function unclaimed(entries: readonly Entry[], claims: readonly Claim[]): Entry[] {
  const isSame = (a: Entry, b: Entry): boolean => a.list === b.list && a.uri === b.uri;
  return entries.filter(
    (entry, i) =>
      !claims.some((claim) => isSame(claim, entry)) &&
      entries.findIndex((other) => isSame(other, entry)) === i,
  );
}
