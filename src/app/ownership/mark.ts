import { isObject, textOf, valueAt, type Json, type JsonObject } from '../../util/json.ts';
import { strings, type RegisteredApp } from '../app.ts';
import type { Ignored } from '../ignored.ts';
import type { SecretOutput } from '../secret-rotation.ts';
import { FOR_EVER, firstExpiry, nextExpiry, type Lifetime } from './expiry.ts';
import { ownerInNote } from './note.ts';
import { ownerJson, readOwner, sameOwner, type Owner } from './owner.ts';

/**
 * The mark: what an app's `profile` says of us. Okta keeps `profile` as it was sent, and drops it if an update leaves it out
 * (recorded).
 */

/** The lists of a shared app that runs add to, by their inputs. */
const SHARED_LISTS = ['redirect-uris', 'post-logout-redirect-uris', 'trusted-origins'] as const;
export type SharedList = (typeof SHARED_LISTS)[number];

/** An entry of a list that several runs write. */
export interface Entry {
  list: SharedList;
  uri: string;
}

/** That an entry was added for an owner, by a run with `shared: true`. */
export interface Claim extends Entry {
  owner: Owner;
  /** When the claim ends, as an RFC 3339 time in UTC. */
  expires?: string | undefined;
  /** GitHub's ID of the run, if entries of earlier runs of the same owner are not to be kept. */
  run?: number | undefined;
}

/** What the mark remembers of what belongs to the app and is not part of its object. */
export interface Memory {
  /** Origins that runs of this app's owner asked Okta to trust. */
  trustedOrigins: string[];
  /** Access policies that runs let the app's client in by, as `server/policy`, by their IDs. */
  policies?: string[] | undefined;
  /** IDs of the groups that runs assigned; `undefined` if no run with the input has remembered any yet. */
  groups?: string[] | undefined;
  /** IDs of the users that runs assigned. */
  users?: string[] | undefined;
  /** Scopes of Okta's API that runs granted. */
  scopes?: string[] | undefined;
}

export interface Mark extends Memory {
  owner: Owner | undefined;
  /** Where the owner is written: in `profile`, or only in the sentence for administrators. */
  source?: 'profile' | 'note' | undefined;
  /** When the app ends, as an RFC 3339 time in UTC. */
  expires?: string | undefined;
  /** Patterns of the hosts whose URIs the owner lets others add; `undefined` if it has not said so. */
  redirectHosts?: string[] | undefined;
  /** What Okta ignored of what a run wrote. */
  ignored?: Ignored | undefined;
  /** Which client secret runs have output last, and when: the time of its predecessor is counted from there. */
  secretOutput?: SecretOutput | undefined;
  /** What others have added to the app. */
  claims: Claim[];
  /** Entries that others had claimed and the app's own runs list, too: they are kept when the others remove theirs. */
  own: Entry[];
}

export const MARK_PATH = ['profile', 'okta_oidc_app'] as const;

/** The mark of an app that no run has marked. */
export const NO_MARK: Mark = { owner: undefined, trustedOrigins: [], claims: [], own: [] };

/** Reads the mark of an app. */
export function markOf({ body }: Pick<RegisteredApp, 'body'>): Mark {
  const value = valueAt(body, MARK_PATH);
  if (!isObject(value)) {
    const owner = ownerInNote(body);
    return { ...NO_MARK, owner, source: owner && 'note' };
  }
  const owner = readOwner(value);
  const { ignored } = value;
  return {
    owner,
    source: owner && 'profile',
    expires: readTime(value['expires']),
    redirectHosts: listIn(value, 'redirect_hosts'),
    ignored: isObject(ignored) ? ignored : undefined,
    trustedOrigins: strings(value['trusted_origins']),
    policies: listIn(value, 'policies'),
    groups: listIn(value, 'groups'),
    users: listIn(value, 'users'),
    scopes: listIn(value, 'scopes'),
    secretOutput: readSecretOutput(value['secret_output']),
    ...readEntries(value['uris']),
  };
}

/** The mark as it is written into `profile`. */
export function markJson(mark: Mark): JsonObject {
  const {
    owner,
    expires,
    redirectHosts,
    ignored,
    trustedOrigins,
    policies = [],
    groups,
    users,
    scopes,
    secretOutput,
  } = mark;
  const entries = [
    ...mark.claims.map(claimJson),
    ...mark.own.map(({ list, uri }) => ({ input: list, uri, own: true })),
  ];
  return {
    ...(owner && ownerJson(owner)),
    ...(expires !== undefined && { expires }),
    ...(redirectHosts && { redirect_hosts: redirectHosts }),
    ...(ignored && { ignored }),
    ...(trustedOrigins.length > 0 && { trusted_origins: trustedOrigins }),
    ...(policies.length > 0 && { policies }),
    ...(groups && { groups }),
    ...(users && { users }),
    ...(scopes && { scopes }),
    ...(secretOutput && { secret_output: { ...secretOutput } }),
    ...(entries.length > 0 && { uris: entries }),
  };
}

function claimJson({ list, uri, owner, expires, run }: Claim): JsonObject {
  return {
    input: list,
    uri,
    ...ownerJson(owner),
    ...(expires !== undefined && { expires }),
    ...(run !== undefined && { run_id: run }),
  };
}

function listIn(value: JsonObject, key: string): string[] | undefined {
  return Array.isArray(value[key]) ? strings(value[key]) : undefined;
}

/** A time as runs write it, and as RFC 3339 has it. `Date` reads much else as one: "keep until release 5" is a day in 2001 to it. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function readTime(value: Json | undefined): string | undefined {
  return typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined;
}

function readSecretOutput(value: Json | undefined): SecretOutput | undefined {
  if (!isObject(value)) return undefined;
  const [id, at] = [textOf(value['id']), readTime(value['at'])];
  return id !== '' && at !== undefined ? { id, at } : undefined;
}

function claimOf(entry: Entry, owner: Owner, json: JsonObject): Claim {
  const expires = readTime(json['expires']);
  const run = json['run_id'];
  return {
    ...entry,
    owner,
    ...(expires !== undefined && { expires }),
    ...(typeof run === 'number' && Number.isSafeInteger(run) && { run }),
  };
}

function readEntries(value: Json | undefined): Pick<Mark, 'claims' | 'own'> {
  const claims: Claim[] = [];
  const own: Entry[] = [];
  for (const item of Array.isArray(value) ? value.filter(isObject) : []) {
    const owner = readOwner(item);
    const list = SHARED_LISTS.find((name) => name === item['input']);
    const { uri } = item;
    if (!list || typeof uri !== 'string') continue;
    if (item['own'] === true) own.push({ list, uri });
    else if (owner) claims.push(claimOf({ list, uri }, owner, item));
  }
  return { claims, own };
}

/** What a run puts into the mark of an app that it may change. */
export interface Marking {
  /** Whom the app is to belong to. */
  owner: Owner;
  /** Patterns of hosts that the owner lets others use; `undefined` leaves them as they are, and an empty list withdraws them. */
  redirectHosts?: readonly string[] | undefined;
  /** How long the app lasts. */
  lifetime?: Lifetime;
  /** What the app's mark is to remember: a resource that the inputs leave alone changes nothing. */
  remember?: Partial<Memory>;
}

/** The mark of an app that a run creates. */
export function newMark({ owner, redirectHosts, remember, lifetime = FOR_EVER }: Marking): Mark {
  return {
    ...NO_MARK,
    owner,
    source: 'profile',
    expires: firstExpiry(lifetime),
    redirectHosts: patterns(redirectHosts),
    ...remember,
  };
}

/**
 * The mark that an app is to have after a run that may change it. Of an app that the run takes over, what a former owner consented to
 * and remembered of its assignments ends.
 *
 * @param mark the app's mark as it is
 * @param entries the claims that the app is to have, and its own entries
 */
export function nextMark(mark: Mark, marking: Marking, entries: Pick<Mark, 'claims' | 'own'>): Mark {
  const { owner, redirectHosts, remember, lifetime = FOR_EVER } = marking;
  if (owner.repository === '') return mark;
  const isOwn = mark.owner !== undefined && sameOwner(owner, mark.owner);
  const held: Mark = isOwn ? mark : { ...mark, owner, redirectHosts: undefined, ...NOT_ASSIGNED };
  return {
    ...held,
    expires: nextExpiry(mark.expires, lifetime),
    redirectHosts: redirectHosts === undefined ? held.redirectHosts : patterns(redirectHosts),
    ...remember,
    ...entries,
  };
}

/** What a run remembers of the assignments of an app that runs of another owner made: nothing. */
const NOT_ASSIGNED = { groups: undefined, users: undefined, scopes: undefined };

/** What runs of this owner have remembered of an app. */
export function memoryFor(owner: Owner, mark: Mark): Memory {
  const isOwn = mark.owner !== undefined && sameOwner(owner, mark.owner);
  return isOwn ? mark : { ...mark, ...NOT_ASSIGNED };
}

function patterns(list: readonly string[] | undefined): string[] | undefined {
  return list && list.length > 0 ? [...list] : undefined;
}

/** Whether what is remembered needs a write of its own: what is only forgotten is left out of the next write, whatever it is for. */
export function remembersMore(next: Memory, held: Memory): boolean {
  return (['trustedOrigins', 'policies', 'groups', 'users', 'scopes'] as const).some((key) => {
    const before = held[key];
    const after = next[key] ?? [];
    return (next[key] !== undefined && before === undefined) || after.some((item) => !before?.includes(item));
  });
}
