import { PATHS, listAt, type RegisteredApp } from '../app.ts';
import { ActionError } from '../../util/errors.ts';
import { equal, isObject, valueAt, withValueAt, type Json, type JsonObject } from '../../util/json.ts';
import { FOR_EVER, firstExpiry, isExpired, nextExpiry, type Lifetime } from './expiry.ts';
import { MARK_PATH, markJson, markOf, type Claim, type Entry, type Mark, type SharedList } from './mark.ts';
import { isPermanent, sameOwner, type Owner } from './owner.ts';
import { change, type Change } from '../change.ts';

/**
 * What runs do to an app that belongs to others too: they add their URIs, and remove them again. Pure: from an app as it is to the body
 * that should replace it. A claim in the app's mark says who added an entry. An entry may have several claims. One that nobody claims
 * existed before or was added by hand.
 */

/** The entries that a run is about, by list. */
export type SharedEntries = Readonly<Record<SharedList, readonly string[]>>;

export interface SharedPlan {
  changes: Change[];
  /** The whole body to send. */
  body: JsonObject;
  /** Whether the body differs from what Okta holds: in a list, or in the claims. */
  write: boolean;
  /** The claims that the body holds. */
  claims: Claim[];
  /** Entries that this run asked to remove and that are retained, because they are not its own alone. */
  retained: string[];
  /** The entries that this run names and nobody has claimed: they existed before. */
  unclaimed: string[];
  /** Whether a later run has added its own entries, so that this one does nothing. */
  givesIn?: boolean;
}

/** The lists that are part of the app object; trusted origins are objects of their own in Okta. */
export const APP_LISTS = ['redirect-uris', 'post-logout-redirect-uris'] as const;

/** How a run adds its entries. */
export interface Adding {
  /** How long they last. */
  lifetime?: Lifetime;
  /** Whether entries that existed before become the run's, if the app has no owner. */
  adopts?: boolean;
  /** GitHub's ID of the run, if entries of earlier runs for the same owner are to be removed. */
  run?: number | undefined;
}

/** Adds this run's entries and claims them. An existing unclaimed entry is somebody else's and remains so, unless it is adopted. */
export function planAdding(
  app: RegisteredApp,
  entries: SharedEntries,
  owner: Owner,
  wildcards: boolean,
  { lifetime = FOR_EVER, adopts = false, run }: Adding = {},
): SharedPlan {
  const mark = markOf(app);
  const named = everyEntry(entries);
  const isMine = (claim: Claim): boolean => sameOwner(owner, claim.owner);
  if (mark.claims.some((claim) => isMine(claim) && isLater(claim, run)))
    return { ...planLists(app, mark, (_, held) => held), givesIn: true };
  const isEarlier = (claim: Claim): boolean =>
    isMine(claim) && run !== undefined && (claim.run ?? run) < run && !isAmong(named, claim.list, claim.uri);
  const gone = mark.claims.filter(isEarlier);
  const held = mark.claims
    .filter((claim) => !isEarlier(claim))
    .map((claim) =>
      isMine(claim) && isAmong(named, claim.list, claim.uri)
        ? { ...withExpiry(claim, nextExpiry(claim.expires, lifetime)), ...(run !== undefined && { run }) }
        : claim,
    );
  const unclaimed = named.filter((entry) => isUnclaimed(app, entry));
  const adopted = adopts && !mark.owner ? unclaimed : [];
  const claims = named
    .filter((entry) => !unclaimed.includes(entry) || adopted.includes(entry))
    .map((entry): Claim => ({
      ...withExpiry({ ...entry, owner }, firstExpiry(lifetime)),
      ...(run !== undefined && { run }),
    }))
    .filter((claim) => !held.some((other) => isSame(claim, other)));
  const next = withoutClaims(mark, [...held, ...claims]);
  const plan = planLists(app, next, (list, there) => [
    ...there.filter((uri) => !isGone(gone, [...next.claims, ...mark.own], list, uri)),
    ...entries[list].filter((uri) => !there.includes(uri)),
  ]);
  const added = { ...plan, unclaimed: adopted.length > 0 ? [] : urisOf(unclaimed) };
  return wildcards ? allowWildcards(app, added) : added;
}

/**
 * Gives up this run's claims, and removes what nobody else claims. What nobody claimed existed before, and is kept, unless it is adopted.
 *
 * @param entries `undefined` for all that the owner has claimed
 * @param adopts whether entries that existed before are removed, too, if the app has no owner
 */
export function planRemoving(
  app: RegisteredApp,
  entries: SharedEntries | undefined,
  owner: Owner,
  adopts = false,
): SharedPlan {
  const mark = markOf(app);
  const isOwn = (claim: Claim): boolean => sameOwner(owner, claim.owner);
  const meant = entries ? everyEntry(entries) : mark.claims.filter(isOwn);
  const unclaimed = meant.filter((entry) => isUnclaimed(app, entry));
  const adopted = adopts && !mark.owner ? unclaimed : [];
  const plan = planGivingUp(app, meant, isOwn, adopted);
  return { ...plan, unclaimed: adopted.length > 0 ? [] : urisOf(unclaimed) };
}

/**
 * Gives up claims, and removes their entries if nobody else claims them.
 *
 * @param entries what is to be removed
 * @param givesUp which claims on those entries are given up
 * @param adopted entries that are removed although nobody has claimed them
 */
export function planGivingUp(
  app: RegisteredApp,
  entries: readonly Entry[],
  givesUp: (claim: Claim) => boolean,
  adopted: readonly Entry[] = [],
): SharedPlan {
  const mark = markOf(app);
  const isMeant = ({ list, uri }: Entry): boolean => isAmong(entries, list, uri);
  const isGivenUp = (claim: Claim): boolean => isMeant(claim) && givesUp(claim);
  const gone = [...mark.claims.filter(isGivenUp), ...adopted];
  const next = withoutClaims(
    mark,
    mark.claims.filter((claim) => !isGivenUp(claim)),
  );
  const isRetained = (list: SharedList, uri: string): boolean =>
    !isGone(gone, [...next.claims, ...mark.own], list, uri);
  const plan = planLists(app, next, (list, held) => held.filter((uri) => isRetained(list, uri)));
  return {
    ...plan,
    retained: APP_LISTS.flatMap((list) =>
      listAt(app, PATHS[list]).filter((uri) => isMeant({ list, uri }) && isRetained(list, uri)),
    ),
  };
}

/**
 * Entries that a repository's permanent runs have added to an app and this run does not list. A pull request's are removed when it is
 * closed.
 */
export function unlisted(app: RegisteredApp, entries: SharedEntries, owner: Owner): string[] {
  const named = everyEntry(entries);
  const left = markOf(app).claims.filter(
    (claim) => sameOwner(owner, claim.owner) && !isAmong(named, claim.list, claim.uri),
  );
  return isPermanent(owner) ? urisOf(left) : [];
}

/** Whether an entry of the app's lists existed before anybody claimed it. */
function isUnclaimed(app: RegisteredApp, { list, uri }: Entry): boolean {
  if (list === 'trusted-origins' || !listAt(app, PATHS[list]).includes(uri)) return false;
  const { claims, own } = markOf(app);
  return !isAmong([...claims, ...own], list, uri);
}

/** Whether a claim is one of a run after that of the given ID. */
function isLater({ run: other }: Claim, run: number | undefined): boolean {
  return run !== undefined && other !== undefined && other > run;
}

/** Whether an entry is to be removed: nobody who wanted it wants it any more. */
function isGone(gone: readonly Entry[], wanted: readonly Entry[], list: SharedList, uri: string): boolean {
  return isAmong(gone, list, uri) && !isAmong(wanted, list, uri);
}

/** A mark with these claims; what its owner lists, too, is an ordinary entry of the app once nobody else claims it. */
function withoutClaims(mark: Mark, claims: Claim[]): Mark {
  const isLeft = ({ list, uri }: Entry): boolean => isAmong(claims, list, uri);
  return { ...mark, claims, own: mark.own.filter(isLeft) };
}

/** An app to which runs added URIs is a shared app, whoever created it. It is kept until the last of them has expired. */
export function isShared(app: RegisteredApp, now: number): boolean {
  return markOf(app).claims.some(({ expires }) => !isExpired(expires, now));
}

/** What a run wants of an app, and the app's body with it. */
interface Planned {
  changes: readonly Change[];
  body: JsonObject;
}

/**
 * Whether somebody wants the opposite of what the app's own run has written. Other runs send back what they have read, with some claimed
 * entries added or removed: what existed before then exists again.
 *
 * @param written what the run had planned when it wrote
 * @param seen what it plans now
 */
export function isContradicted(written: Planned, seen: Planned): boolean {
  const { claims } = markOf(written);
  return seen.changes.some(({ field, from }) => {
    const before = written.changes.find((change) => change.field === field)?.from;
    if (before === undefined) return false;
    if (!Array.isArray(before) || !Array.isArray(from)) return !equal(before, from);
    const isThere = (item: Json): boolean => from.some((other) => equal(other, item));
    return before.some((item) => !isThere(item) && !claims.some(({ uri }) => uri === item));
  });
}

/** Whether an entry is among others. */
export function isAmong(entries: readonly Entry[], list: SharedList, uri: string): boolean {
  return entries.some((entry) => entry.list === list && entry.uri === uri);
}

export function everyEntry(entries: SharedEntries): Entry[] {
  return Object.entries(entries).flatMap(([list, uris]) =>
    uris.map((uri) => ({ list: list as SharedList, uri })),
  );
}

function isSame(a: Claim, b: Claim): boolean {
  return a.list === b.list && a.uri === b.uri && sameOwner(a.owner, b.owner);
}

function planLists(
  app: RegisteredApp,
  mark: Mark,
  next: (list: (typeof APP_LISTS)[number], held: string[]) => string[],
): SharedPlan {
  const changes: Change[] = [];
  let body = app.body;
  for (const list of APP_LISTS) {
    const held = listAt(app, PATHS[list]);
    const wanted = next(list, held);
    if (wanted.length === held.length && wanted.every((uri, i) => uri === held[i])) continue;
    changes.push(change(list, held, wanted));
    body = withValueAt(body, PATHS[list], wanted);
  }
  const before = markOf(app);
  const renewed = mark.claims.filter((claim) => before.claims.some((held) => isRenewed(held, claim)));
  if (!equal(markJson(mark), markJson(before))) {
    body = withMark(body, mark);
    const [from, to] = [urisOf(before.claims), urisOf(mark.claims)];
    if (changes.length === 0 && renewed.length === 0 && !equal(from, to))
      changes.push(change('claims', from, to));
  }
  const lost = before.claims.filter((held) => renewed.some((claim) => isRenewed(held, claim)));
  if (renewed.length > 0) changes.push(change('expires', ends(lost), ends(renewed)));
  return { changes, body, write: body !== app.body, claims: mark.claims, retained: [], unclaimed: [] };
}

function withExpiry({ expires: _, ...claim }: Claim, expires: string | undefined): Claim {
  return { ...claim, ...(expires !== undefined && { expires }) };
}

/** Whether the two claims differ only in their end. */
function isRenewed(held: Claim, claim: Claim): boolean {
  return isSame(held, claim) && held.expires !== claim.expires;
}

function ends(claims: readonly Claim[]): string[] {
  return [...new Set(claims.flatMap(({ expires }) => expires ?? []))];
}

function urisOf(entries: readonly Entry[]): string[] {
  return entries.map(({ uri }) => uri);
}

/** An app that is left without claims gets back the profile that it had before the first. */
function withMark(body: JsonObject, mark: Mark): JsonObject {
  const json = markJson(mark);
  const marked = withValueAt(body, MARK_PATH, isEmpty(json) ? undefined : json);
  return isEmpty(marked['profile']) ? withValueAt(marked, ['profile'], undefined) : marked;
}

function isEmpty(value: Json | undefined): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

function allowWildcards(app: RegisteredApp, plan: SharedPlan): SharedPlan {
  if (valueAt(app.body, PATHS['wildcard-redirect']) === 'SUBDOMAIN') return plan;
  throw new ActionError(
    `Cannot add a wildcard to the shared app "${app.label}"`,
    'the app does not take wildcards, and a run on a shared app changes nothing but its URIs',
    'Ask those who own the app to turn "Allow wildcard * in login redirect URI" on, or give the URIs themselves.',
  );
}
