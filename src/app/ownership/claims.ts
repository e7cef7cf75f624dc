import { PATHS, listAt, strings, type RegisteredApp } from '../app.ts';
import { ActionError } from '../../util/errors.ts';
import { equal, isObject, valueAt, withValueAt, type Json, type JsonObject } from '../../util/json.ts';
import { FOR_EVER, firstExpiry, isExpired, nextExpiry } from './expiry.ts';
import { MARK_PATH, markJson, markOf, type Claim, type Entry, type Mark, type SharedList } from './mark.ts';
import { sameOwner, type Owner } from './owner.ts';
import { change, type Change } from '../change.ts';
import type { Wanted } from '../settings/desired.ts';

/**
 * What runs do to an app that belongs to others too: add their URIs, and take them away again. Pure: from an app as it is to the body
 * that should replace it. Whose an entry is stands in the app's mark, as a claim; an entry may have several claims, and one that
 * nobody claims was there before or was added by hand.
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
  /** Entries that this run asked to take away and that are retained, because others claim them, too. */
  retained: string[];
}

/** The lists that are part of the app object; trusted origins are objects of their own in Okta. */
export const APP_LISTS = ['redirect-uris', 'post-logout-redirect-uris'] as const;

/**
 * Adds this run's entries and claims them. An entry that is there unclaimed is somebody else's and stays so.
 *
 * @param lifetime how long what the run adds lasts
 */
export function planAdding(
  app: RegisteredApp,
  entries: SharedEntries,
  owner: Owner,
  wildcards: boolean,
  lifetime = FOR_EVER,
): SharedPlan {
  const mark = markOf(app);
  const isOwn = (claim: Claim): boolean =>
    sameOwner(owner, claim.owner) && entries[claim.list].includes(claim.uri);
  const held = mark.claims.map((claim) =>
    isOwn(claim) ? withExpiry(claim, nextExpiry(claim.expires, lifetime)) : claim,
  );
  const isThere = (list: SharedList, uri: string): boolean =>
    list !== 'trusted-origins' && listAt(app, PATHS[list]).includes(uri);
  const claims = everyEntry(entries)
    .filter(({ list, uri }) => isAmong([...mark.claims, ...mark.own], list, uri) || !isThere(list, uri))
    .map((entry): Claim => withExpiry({ ...entry, owner }, firstExpiry(lifetime)))
    .filter((claim) => !mark.claims.some((held) => isSame(claim, held)));
  const plan = planLists(app, { ...mark, claims: [...held, ...claims] }, (list, there) => [
    ...there,
    ...entries[list].filter((uri) => !there.includes(uri)),
  ]);
  return wildcards ? allowWildcards(app, plan) : plan;
}

/**
 * Gives up this run's claims, and takes away what nobody else claims. What nobody claimed was there before, and stays.
 *
 * @param entries `undefined` for all that the owner has claimed
 */
export function planRemoving(
  app: RegisteredApp,
  entries: SharedEntries | undefined,
  owner: Owner,
): SharedPlan {
  const isOwn = (claim: Claim): boolean => sameOwner(owner, claim.owner);
  return planGivingUp(app, entries ? everyEntry(entries) : markOf(app).claims.filter(isOwn), isOwn);
}

/**
 * Gives up claims, and takes away their entries where nobody else claims them.
 *
 * @param entries what is to go
 * @param givesUp which claims on those entries go
 */
export function planGivingUp(
  app: RegisteredApp,
  entries: readonly Entry[],
  givesUp: (claim: Claim) => boolean,
): SharedPlan {
  const mark = markOf(app);
  const isMeant = ({ list, uri }: Entry): boolean => isAmong(entries, list, uri);
  const isGivenUp = (claim: Claim): boolean => isMeant(claim) && givesUp(claim);
  const claims = mark.claims.filter((claim) => !isGivenUp(claim));
  const own = mark.own.filter(({ list, uri }) => isAmong(claims, list, uri));
  const gone = mark.claims.filter(isGivenUp);
  const isRetained = (list: SharedList, uri: string): boolean =>
    !isAmong(gone, list, uri) || isAmong([...claims, ...mark.own], list, uri);
  const plan = planLists(app, { ...mark, claims, own }, (list, held) =>
    held.filter((uri) => isRetained(list, uri)),
  );
  return {
    ...plan,
    retained: APP_LISTS.flatMap((list) =>
      listAt(app, PATHS[list]).filter((uri) => isMeant({ list, uri }) && isRetained(list, uri)),
    ),
  };
}

/**
 * A list as the app's own run wants it, with what others have claimed of it behind: others' entries are theirs to take away.
 *
 * @param app the app as it is
 */
export function keepingClaims(wanted: Wanted, app: RegisteredApp): Wanted {
  const list = listOf(wanted);
  if (!list) return wanted;
  const listed = strings(wanted.value);
  const { claims } = markOf(app);
  const kept = listAt(app, PATHS[list]).filter((uri) => !listed.includes(uri) && isAmong(claims, list, uri));
  if (kept.length === 0) return wanted;
  const value = [...listed, ...kept];
  return { ...wanted, value, satisfiedBy: (current) => equal(current, value) };
}

/** An app without the entries that are others' alone, and those entries. */
export function withoutOthers(app: RegisteredApp): { app: RegisteredApp; others: string[] } {
  const { claims, own } = markOf(app);
  const isOthers = ({ list, uri }: Entry): boolean => isAmong(claims, list, uri) && !isAmong(own, list, uri);
  const held = APP_LISTS.flatMap((list) => listAt(app, PATHS[list]).map((uri) => ({ list, uri })));
  const others = held.filter(isOthers);
  const body = others.reduce(
    (rest, { list, uri }) =>
      withValueAt(
        rest,
        PATHS[list],
        strings(valueAt(rest, PATHS[list])).filter((each) => each !== uri),
      ),
    app.body,
  );
  return { app: { ...app, body }, others: others.map(({ uri }) => uri) };
}

/**
 * The claims and own entries that an app has after its own run: what the run lists and others have claimed becomes an entry of its own, so
 * that it is kept when the others take theirs away.
 *
 * @param wanted what the run lists
 * @param mark the app's mark as it is
 */
export function entriesOfOwnRun(
  wanted: readonly Wanted[],
  { claims, own }: Mark,
): Pick<Mark, 'claims' | 'own'> {
  const listed = wanted.flatMap((item) => {
    const list = listOf(item);
    return list ? [{ list, uris: strings(item.value) }] : [];
  });
  const left = own.filter(({ list }) => !listed.some((one) => one.list === list));
  const claimed = listed.flatMap(({ list, uris }) =>
    uris.filter((uri) => isAmong(claims, list, uri)).map((uri): Entry => ({ list, uri })),
  );
  const next = [...left, ...claimed];
  const isSameSet = next.length === own.length && next.every(({ list, uri }) => isAmong(own, list, uri));
  return { claims, own: isSameSet ? own : next };
}

/** What runs added URIs to is a shared app, whoever created it, and stays as long as one of them has not expired. */
export function isShared(app: RegisteredApp, now: number): boolean {
  return markOf(app).claims.some(({ expires }) => !isExpired(expires, now));
}

/** What a run wants of an app, and what the app's body is then. */
interface Planned {
  changes: readonly Change[];
  body: JsonObject;
}

/**
 * Whether somebody wants the opposite of what the app's own run has written. Runs beside it send back what they have read, with claimed
 * entries more or less: what was there before is then there again.
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

/** The list of a shared app that a wanted value is for. */
function listOf({ path }: Wanted): (typeof APP_LISTS)[number] | undefined {
  return APP_LISTS.find((list) => equal([...PATHS[list]], [...path]));
}

function isAmong(entries: readonly Entry[], list: SharedList, uri: string): boolean {
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
  const before = markOf(app).claims;
  const renewed = mark.claims.filter((claim) => before.some((held) => isRenewed(held, claim)));
  const isMoved = mark.claims.length !== before.length || mark.own.length !== markOf(app).own.length;
  if (isMoved || renewed.length > 0) {
    body = withMark(body, mark);
    if (changes.length === 0 && renewed.length === 0)
      changes.push(change('claims', uris(before), uris(mark.claims)));
  }
  const lost = before.filter((held) => renewed.some((claim) => isRenewed(held, claim)));
  if (renewed.length > 0) changes.push(change('expires', ends(lost), ends(renewed)));
  return { changes, body, write: body !== app.body, claims: mark.claims, retained: [] };
}

function withExpiry({ expires: _, ...claim }: Claim, expires: string | undefined): Claim {
  return { ...claim, ...(expires !== undefined && { expires }) };
}

/** Whether a claim is the other one with another end. */
function isRenewed(held: Claim, claim: Claim): boolean {
  return isSame(held, claim) && held.expires !== claim.expires;
}

function ends(claims: readonly Claim[]): string[] {
  return [...new Set(claims.flatMap(({ expires }) => expires ?? []))];
}

function uris(claims: readonly Claim[]): string[] {
  return claims.map(({ uri }) => uri);
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
