import { PATHS, isCatalogApp, listAt, type RegisteredApp } from '../app/app.ts';
import { change, updateResult, type Result } from '../app/change.ts';
import { limitWarning } from '../app/ownership/limit.ts';
import {
  planAdding,
  planRemoving,
  type Adding,
  type SharedEntries,
  type SharedPlan,
} from '../app/ownership/claims.ts';
import { markOf } from '../app/ownership/mark.ts';
import { isPermanent } from '../app/ownership/owner.ts';
import type { Action } from '../app/ownership/permission.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { TrustedOrigin } from '../okta/trusted-origins.ts';
import { ActionError } from '../util/errors.ts';
import { textOf } from '../util/json.ts';
import { mapConcurrently } from '../util/map-concurrently.ts';
import { requireAuthorizationServer } from './sign-in/authorization-server.ts';
import { mayOutputSecret } from './secret/client-secret.ts';
import { findApp, notFound, type Found } from './find-app.ts';
import type { Permission } from './permission.ts';
import type { Session } from '../session/session.ts';
import { givenUp, isUnlisted, trustOrigin } from '../resources/origin-listing.ts';
import {
  claimedOrigins,
  giveUpOrigins,
  giveUpUnclaimed,
  restoreOrigins,
  type SharedTask,
} from './shared-origins.ts';
import { tellGivenIn, tellUnclaimed, tellUnlisted } from './tell-shared.ts';
import { appObject } from './update-app.ts';
import { confirmed, write, type Written } from '../session/write.ts';
import type { SignInCheck } from './sign-in/verify-sign-in.ts';

/** What a run is to add to a shared app, or to remove. */
interface Share extends Found {
  permission: Permission;
  entries: SharedEntries;
  /** Whether entries that existed before become the run's, or are removed. */
  adopts: boolean;
  dryRun: boolean;
}

/** No entries at all. */
const NOTHING: SharedEntries = {
  'redirect-uris': [],
  'post-logout-redirect-uris': [],
  'trusted-origins': [],
};

/** What is known of a run on a shared app beside its inputs. */
export interface SharedRun {
  /** Whether all that the run's pull request has added is removed, whatever is listed. */
  everything: boolean;
  /** GitHub's ID of the run; only a run that adds something needs to say it. */
  runId?: number;
  /** Asks, right before a removal, whether the entries are wanted after all. */
  overtaken(): Promise<boolean>;
}

/**
 * Adds this run's URIs to an app that belongs to others too, or removes them.
 *
 * @returns `undefined` if they were to be removed and are wanted after all; those that were removed by then are restored
 * @throws {ActionError} if no such app exists: a run on a shared app never creates it
 */
export async function ensureShared(
  session: Session,
  inputs: Inputs,
  permission: Permission,
  { everything, runId, overtaken }: SharedRun,
  signIn: Pick<SignInCheck, 'begin'>,
): Promise<Result | undefined> {
  const { keepEarlierUris, dryRun } = inputs;
  if (!keepEarlierUris && isPermanent(permission.owner)) throw permanentlyEarlier();
  const entries: SharedEntries = {
    'redirect-uris': inputs.settings['redirect-uris'] ?? [],
    'post-logout-redirect-uris': inputs.settings['post-logout-redirect-uris'] ?? [],
    'trusted-origins': inputs.trustedOrigins ?? [],
  };
  const [found] = await Promise.all([
    findApp(session, inputs, permission.owner),
    inputs.state === 'absent' ? undefined : requireAuthorizationServer(session, inputs),
  ]);
  if (!found && inputs.state === 'absent') return { kind: 'absent', changes: [], app: undefined };
  if (!found) throw notFound(inputs, 'shared app', 'A run with "shared: true" never creates the app.');
  const { app } = found;
  if (isCatalogApp(app)) throw ofTheNetwork(app);
  if (inputs.outputClientSecret) await mayOutputSecret(session.log, inputs, permission, app);
  const share: Share = { ...found, permission, entries, adopts: inputs.adopt === true, dryRun };
  if (inputs.state === 'absent') return takeAway(session, share, everything, overtaken);
  const held = listAt(app, PATHS['redirect-uris']);
  if (entries['redirect-uris'].every((uri) => held.includes(uri))) signIn.begin(app, false);
  const lifetime = { lasts: inputs.expiresAfter, now: session.okta.now() };
  const run = keepEarlierUris ? undefined : runId;
  return add(session, share, { lifetime, adopts: share.adopts, run }, signIn);
}

/** A run that is for no pull request has no earlier runs of its own, whose entries it could remove. */
function permanentlyEarlier(): ActionError {
  return new ActionError(
    'Cannot remove what earlier runs have added',
    'this run is for no pull request, and "keep-earlier-uris" is false',
    'Leave "keep-earlier-uris" out, or set it in runs for a pull request only.',
  );
}

/** Okta takes and forgets the URIs of such an app (recorded). */
function ofTheNetwork(app: RegisteredApp): ActionError {
  return new ActionError(
    `Cannot share the app "${app.label}"`,
    `it is an app of the Okta Integration Network ("${textOf(app.body['name'])}"), whose URIs Okta keeps itself`,
    'Name a custom OIDC app.',
  );
}

/** What the run may do with the app as it is at the time. @throws {ActionError} if it may do nothing */
async function allow(
  session: Session,
  { app, permission }: Share,
  action: Action,
): Promise<(current: RegisteredApp) => void> {
  const decide = await permission.decide(markOf(app), action);
  const decision = decide(markOf(app));
  if (decision.allowed && decision.notice !== undefined) session.log.notice(decision.notice);
  return (current) => {
    const now = decide(markOf(current));
    if (!now.allowed)
      throw new ActionError(`Cannot change the shared app "${app.label}"`, now.why, now.remedy);
  };
}

/**
 * While the claims settle, the run asks Okta whether people can sign in. Origins come last: a run that gives one up at the same moment has
 * deleted it by the time the claims have settled. Removed entries of earlier runs come first.
 */
async function add(
  session: Session,
  share: Share,
  adding: Adding,
  signIn: Pick<SignInCheck, 'begin'>,
): Promise<Result> {
  const { okta } = session;
  const { app, permission, entries, dryRun } = share;
  const { owner } = permission;
  const wanted = entries['trusted-origins'];
  const uris = Object.values(entries).flat();
  const wildcards = uris.some((uri) => uri.includes('*'));
  const check = await allow(session, share, { to: 'add', uris });
  /** Origins of earlier runs, as they come to light: those runs may have begun at the same moment. */
  const earlier = new Set<string>();
  const plan = (current: RegisteredApp): SharedPlan => {
    check(current);
    const planned = planAdding(current, entries, owner, wildcards, adding);
    for (const origin of givenUp(markOf(current), { claims: planned.claims })) earlier.add(origin);
    return planned;
  };

  const first = plan(app);
  if (first.givesIn) {
    tellGivenIn(session, app, owner);
    return updateResult(app, [], false);
  }
  tellUnclaimed(session, app, first);
  tellUnlisted(session, app, entries, owner);
  const nearLimit = limitWarning({ ...app, body: first.body });
  if (nearLimit !== undefined) session.log.warning(nearLimit);
  const { deleted } = await giveUpOrigins(session, share, { plan }, [...earlier]);
  const written = dryRun
    ? asPlanned(app, first)
    : await writeShared(session, share, { plan }, (item) => {
        signIn.begin(item, true);
      });
  if (written.plan.givesIn) {
    tellGivenIn(session, app, owner);
    return updateResult(written.item, [], false);
  }
  const found = await mapConcurrently(wanted, (origin) => okta.findTrustedOrigin(origin));
  const there = wanted.filter((_, i) => found[i]);
  const isDone = (i: number): boolean => found[i] !== undefined && !isUnlisted(app, found[i]);
  if (!dryRun) {
    await giveUpUnclaimed(session, app, [...earlier]);
    for (const [i, origin] of wanted.entries()) if (!isDone(i)) await trustOrigin(session, app, origin);
    if (adding.run !== undefined && wanted.length > 0 && plan(await okta.getApp(app.id)).givesIn) {
      await giveUpUnclaimed(session, app, wanted);
      tellGivenIn(session, app, owner);
    }
  }
  const isChanged = there.length < wanted.length || deleted.length > 0;
  const before = [...there, ...originsIn(deleted)];
  const changed = isChanged ? [change('trusted-origins', before, [...wanted])] : [];
  return updateResult(written.item, [...written.changes, ...changed], written.isWritten);
}

/**
 * Origins are removed before their claims: if the run stops in between, the next one finds the origin by the claim.
 *
 * @param everything whether all that the run's pull request has added is removed, whatever is listed
 */
async function takeAway(
  session: Session,
  share: Share,
  everything: boolean,
  overtaken: SharedRun['overtaken'],
): Promise<Result | undefined> {
  const { log } = session;
  const { app, permission, adopts, dryRun } = share;
  const entries = everything ? undefined : share.entries;
  const check = await allow(session, share, { to: 'take away' });
  const state = { isOvertaken: false };
  const plan = (current: RegisteredApp): SharedPlan => {
    check(current);
    return planRemoving(current, state.isOvertaken ? NOTHING : entries, permission.owner, adopts);
  };
  const ask = async (): Promise<void> => {
    state.isOvertaken ||= await overtaken();
  };

  const first = plan(app);
  const candidates = entries?.['trusted-origins'] ?? claimedOrigins(app);
  const { there, deleted } = await giveUpOrigins(session, share, { plan, ask }, candidates);
  const written = dryRun ? asPlanned(app, first) : await writeShared(session, share, { plan, ask });
  if (state.isOvertaken) {
    await restoreOrigins(session, written.item, there);
    return undefined;
  }
  const { retained, unclaimed } = written.plan;
  tellUnclaimed(session, app, written.plan);
  for (const uri of retained.filter((each) => !unclaimed.includes(each)))
    log.notice(`${uri} is kept in the shared app "${app.label}": others added it too.`);
  const left = there.filter((origin) => !deleted.includes(origin));
  const removed = deleted.length > 0 ? [change('trusted-origins', originsIn(there), originsIn(left))] : [];
  return updateResult(written.item, [...written.changes, ...removed], written.isWritten);
}

/** What a dry run says of a plan: what would be written. */
function asPlanned(
  item: RegisteredApp,
  plan: SharedPlan,
): Omit<Written<RegisteredApp, SharedPlan>, 'ignored'> {
  return { item, plan, changes: plan.changes, isWritten: plan.write };
}

/**
 * Writes a shared app until what was written is confirmed.
 *
 * @param readAt when the app was asked for, in milliseconds since the epoch
 * @param onWrite called at the first write, as soon as Okta has taken it
 * @throws {ActionError} if Okta ignores it
 */
export async function writeShared(
  session: Pick<Session, 'okta' | 'log' | 'deadline' | 'settleTime' | 'ownSettleTime' | 'record'>,
  { app, readAt }: Found,
  { plan, ask }: SharedTask,
  onWrite: (item: RegisteredApp) => void = () => undefined,
): Promise<Written<RegisteredApp, SharedPlan>> {
  const name = `the shared app "${app.label}"`;
  const object = appObject(session, app, {
    name,
    plan,
    ...(ask && { ask }),
    isOpen: true,
    done: `changed the URIs of ${name}`,
  });
  const sent = await write(session, object, { item: app, readAt });
  if (sent.ignored)
    throw new ActionError(
      `Cannot change the shared app "${app.label}"`,
      `Okta took the change and did not keep it (${sent.ignored.changes.map(({ field }) => field).join(', ')})`,
      'Try it by hand in the Admin Console, to see what Okta objects to.',
    );
  if (sent.isWritten) onWrite(sent.item);
  return confirmed(session, object, sent);
}

function originsIn(list: readonly TrustedOrigin[]): string[] {
  return list.map(({ origin }) => origin);
}
