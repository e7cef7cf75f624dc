import type { RegisteredApp } from '../app/app.ts';
import type { PullRequestState } from '../github/pulls.ts';
import { isExpired } from '../app/ownership/expiry.ts';
import { markOf, type Claim } from '../app/ownership/mark.ts';
import { sameRepository, type Owner } from '../app/ownership/owner.ts';
import { isShared, planGivingUp, type SharedPlan } from '../app/ownership/claims.ts';
import type { Entry } from '../app/ownership/mark.ts';
import type { ActionError } from '../util/errors.ts';

/** Why something is to be removed: its pull request is closed, or its own time is over, whatever became of the pull request. */
export type End = 'closed' | 'expired';

/** Something that a run of this repository made, and that is not permanent. */
interface Temporary {
  owner: Owner;
  /** When it ends by itself. */
  expires?: string | undefined;
}

export interface TemporaryApp extends Temporary {
  app: RegisteredApp;
}

export type EndedApp = TemporaryApp & { end: End };
export type EndedEntry = Entry & { end: End };

/** What is to be removed, as one value: a dry run shows it, a real run carries it out. */
export interface SweepPlan {
  /** Apps that have ended: first those of closed pull requests, then those that have expired. */
  remove: EndedApp[];
  /** Apps that are kept. */
  keep: TemporaryApp[];
  shared: SharedSweep | undefined;
  /** Pull requests that GitHub does not know, of which something exists. */
  unknown: number[];
}

/** What a sweep has found: all apps that are listed, what decides, and what follows. */
export interface Survey extends SweepPlan {
  apps: readonly RegisteredApp[];
  facts: Facts;
}

/** What is to be removed from a shared app. */
export interface SharedSweep {
  app: RegisteredApp;
  /** The entries that have ended and that nobody else claims. */
  entries: EndedEntry[];
  /** What this means for the app as it is at the time: it is read anew before each write. */
  plan(current: RegisteredApp): SharedPlan;
}

/** What a sweep removed; in a dry run, what it would. */
export interface Removal {
  apps: EndedApp[];
  /** Of the shared app. */
  entries: EndedEntry[];
  /** What could not be removed, and why. */
  failures: ActionError[];
}

/** What decides. */
export interface Facts {
  /** Whose things are looked for. */
  repository: Owner;
  /** What GitHub says of the pull requests that it was asked about. */
  states: ReadonlyMap<number, PullRequestState>;
  /** Milliseconds since the epoch. */
  now: number;
}

/** The apps of this repository that are not permanent, out of all apps that were looked at. */
export function temporaryApps(apps: readonly RegisteredApp[], repository: Owner): TemporaryApp[] {
  return apps.flatMap((app) => temporary(app, repository) ?? []);
}

/** A sentence in an app's notes alone is not enough to delete it. */
function temporary(app: RegisteredApp, repository: Owner): TemporaryApp | undefined {
  const { owner, source, expires } = markOf(app);
  if (!owner || source !== 'profile' || !sameRepository(repository, owner)) return undefined;
  return owner.pullRequest === undefined && expires === undefined ? undefined : { app, owner, expires };
}

/** What this repository's runs have added to a shared app. */
export function temporaryClaims(app: RegisteredApp, repository: Owner): Claim[] {
  return markOf(app).claims.filter(({ owner }) => sameRepository(repository, owner));
}

/** The pull requests that GitHub has to be asked about. */
export function undecided(things: readonly Temporary[], now: number): number[] {
  return things.flatMap(({ owner, expires }) => (isExpired(expires, now) ? [] : (owner.pullRequest ?? [])));
}

function endOf({ owner, expires }: Temporary, { states, now }: Facts): End | undefined {
  if (isExpired(expires, now)) return 'expired';
  return owner.pullRequest !== undefined && states.get(owner.pullRequest) === 'closed' ? 'closed' : undefined;
}

/**
 * The app, if it has ended.
 *
 * @param app as it is now
 */
export function endedApp(app: RegisteredApp, facts: Facts): EndedApp | undefined {
  const found = temporary(app, facts.repository);
  const end = found && endOf(found, facts);
  return end && !isShared(app, facts.now) ? { ...found, end } : undefined;
}

/** Decides what is removed. */
export function planSweep(
  apps: readonly TemporaryApp[],
  sharedApp: RegisteredApp | undefined,
  facts: Facts,
): SweepPlan {
  const ended = apps
    .filter(({ app }) => app.id !== sharedApp?.id)
    .flatMap(({ app }) => endedApp(app, facts) ?? []);
  return {
    remove: [...ended.filter(isClosed), ...ended.filter((one) => !isClosed(one))],
    keep: apps.filter(({ app }) => !ended.some((gone) => gone.app.id === app.id)),
    shared: sharedApp && planSharedSweep(sharedApp, facts),
    unknown: [...facts.states].flatMap(([number, state]) => (state === 'unknown' ? [number] : [])),
  };
}

export function isClosed({ end }: { end: End }): boolean {
  return end === 'closed';
}

/** Decides what is removed from a shared app. */
export function planSharedSweep(app: RegisteredApp, facts: Facts): SharedSweep {
  const isEnded = (claim: Claim): boolean =>
    sameRepository(facts.repository, claim.owner) && endOf(claim, facts) !== undefined;
  const plan = (current: RegisteredApp): SharedPlan =>
    planGivingUp(current, markOf(current).claims.filter(isEnded), isEnded);
  const entries = temporaryClaims(app, facts.repository).flatMap((claim): EndedEntry[] => {
    const end = endOf(claim, facts);
    return end ? [{ list: claim.list, uri: claim.uri, end }] : [];
  });
  return { app, entries: unclaimed(entries, plan(app).claims), plan };
}

/** Those of the entries that no claim names, each once. */
export function unclaimed<E extends Entry>(entries: readonly E[], claims: readonly Claim[]): E[] {
  const isSame = (a: Entry, b: Entry): boolean => a.list === b.list && a.uri === b.uri;
  return entries.filter(
    (entry, i) =>
      !claims.some((claim) => isSame(claim, entry)) &&
      entries.findIndex((other) => isSame(other, entry)) === i,
  );
}
