import type { RegisteredApp } from './app.ts';
import { ActionError, explain } from './errors.ts';
import type { JsonObject } from './json.ts';
import { findApp } from './lookup.ts';
import type { TrustedOrigin } from './okta/org.ts';
import { TransientFailure } from './okta/transport.ts';
import { markOf, type Claim } from './ownership.ts';
import { change, type Change } from './plan.ts';
import { record, settleTime, type Outcome, type Session, type Settling } from './session.ts';
import {
  claimsByPullRequest,
  crowdedList,
  limitWarning,
  planAdding,
  planRemoving,
  type SharedEntries,
  type SharedPlan,
} from './shared.ts';
import { applyOrigins, originName } from './trusted-origins.ts';

/**
 * Adds this run's URIs to an app that belongs to others too, or takes them away.
 *
 * @param adding `false` takes them away
 * @throws {ActionError} where there is no such app: a run on a shared app never creates it
 */
export async function ensureShared(session: Session, adding: boolean): Promise<Outcome> {
  const { inputs, owner } = session;
  const entries: SharedEntries = {
    'redirect-uris': inputs.settings.redirectUris ?? [],
    'post-logout-redirect-uris': inputs.settings.postLogoutRedirectUris ?? [],
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
  const written = first.write ? await writeUntilItStays(session, app, readAt, plan) : app;
  for (const uri of first.kept)
    session.log.notice(`${uri} stays in the shared app "${app.label}": others added it too.`);
  await origins.apply(written);
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
 * Writes until what was written is still there when every write that could have overwritten it must have come. Okta offers neither
 * versions nor partial updates, so a run that read before this one's write may replace it; it does so within the settle time, or it
 * reads again first. docs/how-it-decides.md has the whole argument.
 *
 * @param readAt when the app was read, in milliseconds since the epoch
 * @param plan what this run wants of the app as it is; no write means that it is there
 */
export async function writeUntilItStays(
  session: Session<Settling>,
  app: RegisteredApp,
  readAt: number,
  plan: (app: RegisteredApp) => SharedPlan,
): Promise<RegisteredApp> {
  const { okta, pace } = session;
  let current = app;
  let currentReadAt = readAt;
  const read = async (): Promise<void> => {
    currentReadAt = pace.clock.now();
    current = await okta.getApp(app.id);
  };
  for (let round = 1; ; round += 1) {
    if (pace.clock.now() - currentReadAt > settleTime(session) / 2) await read();
    const { body, write } = plan(current);
    if (!write) return current;
    await replaceOnce(session, current, body);
    await read();
    if (!plan(current).write) return current;
    await spreadOut(session, round, current);
    await read();
  }
}

/** One write, and the time after which a read of it can be trusted. Whether a failed one took effect shows in that read, too. */
async function replaceOnce(session: Session<Settling>, app: RegisteredApp, body: JsonObject): Promise<void> {
  const { okta, pace } = session;
  try {
    await okta.replaceApp(app, body);
    record(session, `changed the URIs of the shared app "${app.label}"`);
    await pace.wait(settleTime(session), 'Looking whether another run overwrites the change');
  } catch (error) {
    if (!(error instanceof TransientFailure)) throw error;
    await pace.wait(Math.max(settleTime(session), error.retry.wait), error.retry.reason);
  }
}

/** Runs that overwrote each other once would do it again in step: each waits for a time of its own, longer with every round. */
async function spreadOut(session: Session<Settling>, round: number, app: RegisteredApp): Promise<void> {
  const { pace } = session;
  const longest = settleTime(session) * Math.min(2 ** (round - 1), 4);
  await pace.wait(
    pace.clock.random() * longest,
    `The change to the shared app "${app.label}" is not there (round ${round}): another run overwrote it`,
  );
}

interface SharedOrigins {
  changes: Change[];
  /** To be called when the claims have settled: a run that gives an origin up at the same moment has deleted it by then. */
  apply(app: RegisteredApp): Promise<void>;
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
    const found = await Promise.all(wanted.map((origin) => okta.findTrustedOrigin(origin)));
    return found.filter((origin) => origin !== undefined);
  };
  const isClaimed = (origin: string, held: readonly Claim[]): boolean =>
    held.some(({ list, uri }) => list === 'trusted-origins' && uri === origin);
  const missing = (found: readonly TrustedOrigin[]): string[] =>
    wanted.filter((origin) => !found.some((held) => held.origin === origin));
  const going = (found: readonly TrustedOrigin[], held: readonly Claim[]): TrustedOrigin[] =>
    found.filter(({ name, origin }) => name === originName(app, origin) && !isClaimed(origin, held));

  const there = await find();
  const before = there.map(({ origin }) => origin);
  const after = adding
    ? [...wanted]
    : before.filter((origin) => !going(there, claims).some((gone) => gone.origin === origin));
  const changes = before.length === after.length ? [] : [change('trusted-origins', before, after)];
  return {
    changes,
    apply: async (written) => {
      if (wanted.length === 0) return;
      const found = await find();
      const plan = adding
        ? { create: missing(found), remove: [] }
        : { create: [], remove: going(found, markOf(written).claims) };
      await applyOrigins(session, app, plan);
    },
  };
}
