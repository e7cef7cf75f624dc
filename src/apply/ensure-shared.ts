import { PATHS, type RegisteredApp } from '../app/app.ts';
import { ActionError, explain } from '../util/errors.ts';
import { equal, valueAt, type JsonObject } from '../util/json.ts';
import { findApp } from './find-app.ts';
import type { TrustedOrigin } from '../okta/trusted-origins.ts';
import type { Claim } from '../app/ownership.ts';
import { change, type Change } from '../app/change.ts';
import { record, settleTime, waitToRepeat, type Session, type Settling } from './session.ts';
import type { Outcome } from '../app/change.ts';
import {
  claimsByPullRequest,
  crowdedList,
  limitWarning,
  planAdding,
  planRemoving,
  type SharedEntries,
  type SharedPlan,
} from '../app/claims.ts';
import { mapConcurrently } from '../util/map-concurrently.ts';
import { applyOrigins, isOwnOrigin } from './trusted-origins.ts';

/**
 * Adds this run's URIs to an app that belongs to others too, or takes them away.
 *
 * @param adding `false` takes them away
 * @throws {ActionError} where there is no such app: a run on a shared app never creates it
 */
export async function ensureShared(session: Session, adding: boolean): Promise<Outcome> {
  const { inputs, owner } = session;
  const entries: SharedEntries = {
    'redirect-uris': inputs.settings['redirect-uris'] ?? [],
    'post-logout-redirect-uris': inputs.settings['post-logout-redirect-uris'] ?? [],
    'trusted-origins': inputs.trustedOrigins ?? [],
  };
  const { app, readAt } = await findApp(session);
  if (!app) {
    if (!adding) return { result: 'absent', changes: [], app: undefined };
    throw new ActionError(
      `Cannot find the shared app "${inputs.name ?? ''}"`,
      'Okta has no OIDC app of exactly that label',
      'Check "name", or give "app-id". A run with "shared: true" never creates the app.',
    );
  }
  const wildcards = Object.values(entries)
    .flat()
    .some((uri) => uri.includes('*'));
  const plan = (current: RegisteredApp): SharedPlan =>
    adding ? planAdding(current, entries, owner, wildcards) : planRemoving(current, entries, owner);

  const first = plan(app);
  const origins = await planSharedOrigins(session, app, entries['trusted-origins'], first.claims, adding);
  const changes = [...first.changes, ...origins.changes];
  const result = first.write || changes.length > 0 ? 'updated' : 'unchanged';
  if (adding) await warnNearLimit(session, { ...app, body: first.body });
  if (inputs.dryRun) return { result, changes, app };
  if (!adding) await origins.remove(async () => plan(await session.okta.getApp(app.id)).claims);
  const written = first.write ? await writeUntilStable(session, app, readAt, plan) : app;
  for (const uri of first.kept)
    session.log.notice(`${uri} stays in the shared app "${app.label}": others added it too.`);
  if (adding) await origins.create();
  return { result, changes, app: written };
}

/** GitHub is only asked where a list is crowded; where it does not answer, the warning does without what it would have said. */
async function warnNearLimit({ pullRequests, owner, log }: Session, app: RegisteredApp): Promise<void> {
  const list = crowdedList(app);
  if (!list) return;
  const claims = claimsByPullRequest(app, owner);
  const states = await pullRequests?.states(claims.keys()).catch((error: unknown) => {
    log.debug(explain(error));
    return undefined;
  });
  const stale = [...claims].flatMap(([number, held]) => (states?.get(number) === 'closed' ? held : []));
  log.warning(limitWarning(app, list, stale));
}

/**
 * Writes until what was written is there to stay. Okta offers neither versions nor partial updates, so a run that read before this
 * one's write may replace it. docs/how-it-decides.md has the argument why no such loss goes unnoticed.
 *
 * @param readAt when the app was read, in milliseconds since the epoch
 * @param plan what this run wants of the app as it is; no write means that it is there
 */
export async function writeUntilStable(
  session: Session<Settling>,
  app: RegisteredApp,
  readAt: number,
  plan: (app: RegisteredApp) => SharedPlan,
): Promise<RegisteredApp> {
  const { okta, deadline } = session;
  let current = app;
  let fresh = deadline.clock.now() - readAt <= settleTime(session) / 2;
  for (let round = 1; ; round += 1) {
    if (!fresh) current = await okta.getApp(app.id);
    const { body, write } = plan(current);
    if (!write && round === 1) return current;
    if (write) await replaceOnce(session, current, body, round);
    const settled = await confirmStable(
      session,
      app,
      write ? body : current.body,
      (seen) => !plan(seen).write,
    );
    if (settled) return settled;
    await backOff(session, round, current);
    fresh = false;
  }
}

/** How often to look, at most, while other runs keep writing and this one's change is there every time. */
const MAX_CHECKS = 4;

/**
 * Looks whether a change stays. If nobody else wrote for a whole settle time, whoever read the app before that time has written by
 * now, and whoever read it since has read the change: it cannot get lost any more. While others write, it looks again; a change that
 * was there {@link MAX_CHECKS} times counts as there to stay.
 *
 * @param known what this run knows of the app: what it wrote, or read
 * @returns the app, or `undefined` where the change is gone
 */
async function confirmStable(
  session: Session<Settling>,
  app: RegisteredApp,
  known: JsonObject,
  isThere: (app: RegisteredApp) => boolean,
): Promise<RegisteredApp | undefined> {
  const { okta, deadline } = session;
  let before = known;
  for (let look = 1; ; look += 1) {
    await deadline.wait(settleTime(session), 'Looking whether another run overwrites the change');
    const seen = await okta.getApp(app.id);
    if (!isThere(seen)) return undefined;
    if (
      look === MAX_CHECKS ||
      SHARED_PARTS.every((path) => equal(valueAt(seen.body, path), valueAt(before, path)))
    )
      return seen;
    before = seen.body;
  }
}

/** What runs on a shared app write: two runs never write the same, since each writes claims of its own. */
const SHARED_PARTS = [PATHS['redirect-uris'], PATHS['post-logout-redirect-uris'], ['profile']] as const;

/** Sends one write. Whether one that failed took effect shows when it is looked for. */
async function replaceOnce(
  session: Session<Settling>,
  app: RegisteredApp,
  body: JsonObject,
  round: number,
): Promise<void> {
  try {
    await session.okta.replaceApp(app, body);
    record(session, `changed the URIs of the shared app "${app.label}"`);
  } catch (error) {
    await waitToRepeat(session, error, round);
  }
}

/** Runs that overwrote each other once would do it again in step: each waits for a time of its own, longer with every round. */
async function backOff(session: Session<Settling>, round: number, app: RegisteredApp): Promise<void> {
  const { deadline } = session;
  const longest = settleTime(session) * Math.min(2 ** (round - 1), 4);
  await deadline.wait(
    deadline.clock.random() * longest,
    `The change to the shared app "${app.label}" is not there (round ${round}): another run overwrote it`,
  );
}

interface SharedOrigins {
  changes: Change[];
  /** To be called when the claims have settled: a run that gives an origin up at the same moment has deleted it by then. */
  create(): Promise<void>;
  /**
   * To be called before the claims go: if the run stops in between, the claim is left for the next one to find the origin by.
   *
   * @param read gives the claims that are left after this run, as of now
   */
  remove(read: () => Promise<readonly Claim[]>): Promise<void>;
}

/** @param claims as they are to be after this run */
async function planSharedOrigins(
  session: Session,
  app: RegisteredApp,
  wanted: readonly string[],
  claims: readonly Claim[],
  adding: boolean,
): Promise<SharedOrigins> {
  const { okta } = session;
  const find = async (): Promise<TrustedOrigin[]> => {
    const found = await mapConcurrently(wanted, okta.findTrustedOrigin);
    return found.filter((origin) => origin !== undefined);
  };
  const isClaimed = (origin: string, held: readonly Claim[]): boolean =>
    held.some(({ list, uri }) => list === 'trusted-origins' && uri === origin);
  const missing = (found: readonly TrustedOrigin[]): string[] =>
    wanted.filter((origin) => !found.some((held) => held.origin === origin));
  const going = (found: readonly TrustedOrigin[], held: readonly Claim[]): TrustedOrigin[] =>
    found.filter((origin) => isOwnOrigin(app, origin) && !isClaimed(origin.origin, held));

  const there = await find();
  const before = there.map(({ origin }) => origin);
  const after = adding
    ? [...wanted]
    : before.filter((origin) => !going(there, claims).some((gone) => gone.origin === origin));
  const changes = before.length === after.length ? [] : [change('trusted-origins', before, after)];
  return {
    changes,
    create: async () => {
      if (wanted.length > 0) await applyOrigins(session, app, { create: missing(await find()), remove: [] });
    },
    remove: async (read) => {
      if (there.length > 0)
        await applyOrigins(session, app, { create: [], remove: going(there, await read()) });
    },
  };
}
