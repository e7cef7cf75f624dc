import { PATHS, listAt, type RegisteredApp } from '../app/app.ts';
import { change, updateOutcome, type Change, type Outcome } from '../app/change.ts';
import {
  claimsByPullRequest,
  crowdedList,
  limitWarning,
  planAdding,
  planRemoving,
  type SharedEntries,
  type SharedPlan,
} from '../app/claims.ts';
import type { Claim, Owner } from '../app/ownership.ts';
import type { PullRequests } from '../github/pulls.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { TrustedOrigin, TrustedOrigins } from '../okta/trusted-origins.ts';
import { ActionError, explain } from '../util/errors.ts';
import type { JsonObject } from '../util/json.ts';
import { mapConcurrently } from '../util/map-concurrently.ts';
import { findApp } from './find-app.ts';
import type { Session } from './session.ts';
import { applyOrigins, isOwnOrigin } from './trusted-origins.ts';
import type { SignInCheck } from './verify-sign-in.ts';
import { writeUntilStable, type Written } from './write-until-stable.ts';

/** What a run is to add to a shared app, or to take away. */
interface Share {
  app: RegisteredApp;
  readAt: number;
  entries: SharedEntries;
  owner: Owner;
  dryRun: boolean;
}

/**
 * Adds this run's URIs to an app that belongs to others too, or takes them away.
 *
 * @param pullRequests where to ask which of the app's URIs may go; `undefined` without a token
 * @throws {ActionError} where there is no such app: a run on a shared app never creates it
 */
export async function ensureShared(
  session: Session,
  inputs: Inputs,
  owner: Owner,
  pullRequests: PullRequests | undefined,
  signIn: Pick<SignInCheck, 'begin'>,
): Promise<Outcome> {
  const entries: SharedEntries = {
    'redirect-uris': inputs.settings['redirect-uris'] ?? [],
    'post-logout-redirect-uris': inputs.settings['post-logout-redirect-uris'] ?? [],
    'trusted-origins': inputs.trustedOrigins ?? [],
  };
  const { app, readAt } = await findApp(session, inputs, owner);
  const share = { readAt, entries, owner, dryRun: inputs.dryRun };
  if (inputs.state === 'absent')
    return app ? takeAway(session, { app, ...share }) : { result: 'absent', changes: [], app };
  const held = app ? listAt(app, PATHS['redirect-uris']) : [];
  if (app && entries['redirect-uris'].every((uri) => held.includes(uri))) signIn.begin(app);
  if (app) return add(session, { app, ...share }, pullRequests);
  throw new ActionError(
    `Cannot find the shared app "${inputs.name ?? ''}"`,
    'Okta has no OIDC app of exactly that label',
    'Check "name", or give "app-id". A run with "shared: true" never creates the app.',
  );
}

/** Origins come last, when the claims have settled: a run that gives one up at the same moment has deleted it by then. */
async function add(
  session: Session,
  { app, readAt, entries, owner, dryRun }: Share,
  pullRequests: PullRequests | undefined,
): Promise<Outcome> {
  const { okta } = session;
  const wanted = entries['trusted-origins'];
  const wildcards = Object.values(entries).some((uris) => uris.some((uri) => uri.includes('*')));
  const plan = (current: RegisteredApp): SharedPlan => planAdding(current, entries, owner, wildcards);
  const missingFrom = (there: readonly TrustedOrigin[]): string[] =>
    wanted.filter((origin) => !there.some((held) => held.origin === origin));
  const added = (there: readonly TrustedOrigin[]): Change[] =>
    missingFrom(there).length > 0 ? [change('trusted-origins', origins(there), [...wanted])] : [];

  const first = plan(app);
  const before = await findOrigins(okta, wanted);
  await warnNearLimit(session, { ...app, body: first.body }, owner, pullRequests);
  if (dryRun) return updateOutcome(app, [...first.changes, ...added(before)], first.write);

  const { item, changes, isWritten } = await writeShared(session, app, readAt, plan);
  const there = await findOrigins(okta, wanted);
  await applyOrigins(session, app, { create: missingFrom(there), remove: [] });
  return updateOutcome(item, [...changes, ...added(there)], isWritten);
}

/** Origins go before their claims do: if the run stops in between, a claim is left for the next one to find the origin by. */
async function takeAway(session: Session, { app, readAt, entries, owner, dryRun }: Share): Promise<Outcome> {
  const { okta, log } = session;
  const plan = (current: RegisteredApp): SharedPlan => planRemoving(current, entries, owner);
  const there = await findOrigins(okta, entries['trusted-origins']);
  const going = ({ claims }: SharedPlan): TrustedOrigin[] =>
    there.filter((origin) => isOwnOrigin(app, origin) && !isClaimed(origin, claims));
  const removed = (gone: readonly TrustedOrigin[]): Change[] => {
    const left = there.filter((origin) => !gone.includes(origin));
    return gone.length > 0 ? [change('trusted-origins', origins(there), origins(left))] : [];
  };

  if (dryRun) {
    const first = plan(app);
    return updateOutcome(app, [...first.changes, ...removed(going(first))], first.write);
  }
  const gone = there.length > 0 ? going(plan(await okta.getApp(app.id))) : [];
  await applyOrigins(session, app, { create: [], remove: gone });
  const { item, plan: last, changes, isWritten } = await writeShared(session, app, readAt, plan);
  for (const uri of last.kept)
    log.notice(`${uri} stays in the shared app "${app.label}": others added it too.`);
  return updateOutcome(item, [...changes, ...removed(gone)], isWritten);
}

/** GitHub is only asked where a list is crowded; where it does not answer, the warning does without what it would have said. */
async function warnNearLimit(
  { log }: Pick<Session, 'log'>,
  app: RegisteredApp,
  owner: Owner,
  pullRequests: PullRequests | undefined,
): Promise<void> {
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
 * Writes a shared app until what was written is there to stay.
 *
 * @param readAt when the app was asked for, in milliseconds since the epoch
 * @param plan what this run wants of the app as it is at the time
 */
export function writeShared(
  session: Pick<Session, 'okta' | 'deadline' | 'settleTime' | 'record'>,
  app: RegisteredApp,
  readAt: number,
  plan: (current: RegisteredApp) => SharedPlan,
): Promise<Written<RegisteredApp, SharedPlan>> {
  const { okta, record } = session;
  const object = {
    read: () => okta.getApp(app.id),
    plan,
    replace: async (current: RegisteredApp, body: JsonObject) => {
      const written = await okta.replaceApp(current, body);
      record(`changed the URIs of the shared app "${app.label}"`);
      return written;
    },
    shared: { name: `the shared app "${app.label}"`, paths: SHARED_PARTS },
  };
  return writeUntilStable(session, object, { item: app, readAt });
}

/** What runs on a shared app write. */
const SHARED_PARTS = [PATHS['redirect-uris'], PATHS['post-logout-redirect-uris'], ['profile']] as const;

async function findOrigins(
  okta: Pick<TrustedOrigins, 'findTrustedOrigin'>,
  wanted: readonly string[],
): Promise<TrustedOrigin[]> {
  const found = await mapConcurrently(wanted, okta.findTrustedOrigin);
  return found.filter((origin) => origin !== undefined);
}

function origins(list: readonly TrustedOrigin[]): string[] {
  return list.map(({ origin }) => origin);
}

function isClaimed({ origin }: TrustedOrigin, claims: readonly Claim[]): boolean {
  return claims.some(({ list, uri }) => list === 'trusted-origins' && uri === origin);
}
