import type { NotKept } from '../ignored.ts';
import { strings, type RegisteredApp } from '../app.ts';
import type { SecretOutput } from '../secret-rotation.ts';
import { FOR_EVER, firstExpiry, nextExpiry, type Lifetime } from './expiry.ts';
import { isEarlierJob } from '../../github/job.ts';
import { GITHUB_COM, pullRequestNumber, type Run } from '../../github/run.ts';
import {
  equal,
  isBlank,
  isObject,
  textOf,
  valueAt,
  withValueAt,
  type Json,
  type JsonObject,
} from '../../util/json.ts';

/** Whose run created an app, or added a URI to a shared one. Only stable facts, so that a re-run changes nothing. */
export interface Owner {
  /** Host of the GitHub server: each numbers its repositories by itself. */
  server: string;
  repository: string;
  /** GitHub's ID of the repository, which survives a rename. */
  repositoryId: string | undefined;
  /** With neither of these three, what is owned is there to stay. */
  pullRequest?: number | undefined;
  branch?: string | undefined;
  job?: string | undefined;
}

/** The lists of a shared app that runs add to, by their inputs. */
const SHARED_LISTS = ['redirect-uris', 'post-logout-redirect-uris', 'trusted-origins'] as const;
export type SharedList = (typeof SHARED_LISTS)[number];

/** That an entry of a shared app's list was added for an owner. */
export interface Claim {
  list: SharedList;
  uri: string;
  owner: Owner;
  /** The app's own runs list the entry as well, which others had added: it stays for them when the others take theirs away. */
  own?: boolean;
  /** When the claim ends, as an RFC 3339 time in UTC. */
  expires?: string | undefined;
}

/** What an app's `profile` says of us. Okta keeps `profile` as it was sent, and drops it when an update leaves it out (recorded). */
export interface Mark {
  owner: Owner | undefined;
  /** Where the owner stands: in `profile`, or only in the sentence for administrators. */
  source?: 'profile' | 'note' | undefined;
  /** When the app is to go, as an RFC 3339 time in UTC. */
  expires?: string | undefined;
  /** Patterns of the hosts whose URIs the owner lets others add; `undefined` where it has not said so. */
  redirectHosts?: string[] | undefined;
  /** What Okta did not keep of what a run wrote. */
  notKept?: NotKept | undefined;
  /** Origins that runs of this app's owner asked Okta to trust. */
  trustedOrigins: string[];
  /** Access policies that runs let the app's client in by, as `server/policy`, by their IDs: it is taken out of them when the app goes. */
  policies?: string[] | undefined;
  /** Which client secret runs have output last, and when: the time of its predecessor is counted from there. */
  secretOutput?: SecretOutput | undefined;
  claims: Claim[];
}

const KEY = 'okta_oidc_app';
export const MARK_PATH = ['profile', KEY] as const;
export const ADMIN_NOTE_PATH = ['settings', 'notes', 'admin'] as const;

/** The owner that a run stands for. One that may only read stands for nothing but its repository. */
export function ownerOf(run: Run): Owner {
  const { repository, job } = run;
  return {
    server: repository.server,
    repository: repository.name,
    repositoryId: repository.id,
    ...(run.kind === 'pull-request' && { pullRequest: run.pullRequest }),
    ...(run.kind === 'branch' && { branch: run.branch }),
    ...(job !== undefined && { job }),
  };
}

/**
 * Whether a mark names a run's repository. Repositories are compared by ID, so that a rename keeps what is owned and a new repository of
 * an old name gets nothing; by name only where the run does not know its ID.
 */
export function sameRepository(own: Owner, marked: Owner): boolean {
  if (own.server !== marked.server) return false;
  if (own.repositoryId !== undefined) return own.repositoryId === marked.repositoryId;
  return own.repository !== '' && own.repository.toLowerCase() === marked.repository.toLowerCase();
}

export function sameOwner(own: Owner, marked: Owner): boolean {
  return (
    sameRepository(own, marked) &&
    own.pullRequest === marked.pullRequest &&
    own.branch === marked.branch &&
    own.job === marked.job
  );
}

/** Whether a mark names an earlier attempt of the run of this job: GitHub runs it again after it failed. */
export function isEarlierAttempt(own: Owner, marked: Owner): boolean {
  return (
    own.job !== undefined &&
    marked.job !== undefined &&
    sameOwner(own, { ...marked, job: own.job }) &&
    isEarlierJob(own.job, marked.job)
  );
}

/** Whether what belongs to this owner is there to stay. */
export function isPermanent({ pullRequest, branch, job }: Owner): boolean {
  return pullRequest === undefined && branch === undefined && job === undefined;
}

/** Reads the mark of an app; an app that no run has marked gets an empty one. */
export function markOf(app: RegisteredApp): Mark {
  const value = valueAt(app.body, MARK_PATH);
  if (isObject(value)) {
    const owner = readOwner(value);
    return {
      owner,
      source: owner && 'profile',
      expires: readTime(value['expires']),
      redirectHosts: Array.isArray(value['redirect_hosts']) ? strings(value['redirect_hosts']) : undefined,
      notKept: readNotKept(value['not_kept']),
      trustedOrigins: strings(value['trusted_origins']),
      ...(Array.isArray(value['policies']) && { policies: strings(value['policies']) }),
      secretOutput: readSecretOutput(value['secret_output']),
      claims: readClaims(value['uris']),
    };
  }
  const owner = ownerInNote(app);
  return { owner, source: owner && 'note', trustedOrigins: [], claims: [] };
}

/** The claims in the mark of an app's body. */
export function claimsIn(body: JsonObject): Claim[] {
  return readClaims(valueAt(body, [...MARK_PATH, 'uris']));
}

/** The mark as it goes into `profile`. */
export function markJson(mark: Mark): JsonObject {
  return {
    ...(mark.owner && ownerJson(mark.owner)),
    ...(mark.expires !== undefined && { expires: mark.expires }),
    ...(mark.redirectHosts && { redirect_hosts: mark.redirectHosts }),
    ...(mark.notKept && { not_kept: { ...mark.notKept } }),
    ...(mark.trustedOrigins.length > 0 && { trusted_origins: mark.trustedOrigins }),
    ...(mark.policies && mark.policies.length > 0 && { policies: mark.policies }),
    ...(mark.secretOutput && { secret_output: { ...mark.secretOutput } }),
    ...(mark.claims.length > 0 && {
      uris: mark.claims.map(claimJson),
    }),
  };
}

function claimJson({ list, uri, owner, own, expires }: Claim): JsonObject {
  return {
    input: list,
    uri,
    ...ownerJson(owner),
    ...(own && { own }),
    ...(expires !== undefined && { expires }),
  };
}

/**
 * The sentence for administrators. Okta keeps notes with every kind of app, but `profile` perhaps not with those of its network
 * (unknown), so the sentence can be read back.
 */
export function adminNote({ server, repository, repositoryId, pullRequest, branch, job }: Owner): string {
  const parts = [
    `${repository}${server === GITHUB_COM ? '' : ` on ${server}`}${repositoryId === undefined ? '' : ` (repository ID ${repositoryId})`}`,
    ...(pullRequest === undefined ? [] : [`pull request #${pullRequest}`]),
    ...(branch === undefined ? [] : [`branch ${branch}`]),
    ...(job === undefined ? [] : [`job ${job}`]),
  ];
  return `Managed by the workflows of ${parts.join(', ')}, with the GitHub Action okta-oidc-app.`;
}

const NOTE =
  /^Managed by the workflows of (\S+?)(?: on (\S+))?(?: \(repository ID (\d+)\))?(?:, pull request #(\d+))?(?:, branch (\S+))?(?:, job (\S+))?, with the GitHub Action okta-oidc-app\.$/gm;

function ownerInNote(app: RegisteredApp): Owner | undefined {
  const [match] = textOf(valueAt(app.body, ADMIN_NOTE_PATH)).matchAll(NOTE);
  const [, repository, server = GITHUB_COM, repositoryId, number, branch, job] = match ?? [];
  if (repository === undefined) return undefined;
  return {
    server,
    repository,
    repositoryId,
    pullRequest: number === undefined ? undefined : pullRequestNumber(Number(number)),
    branch,
    job,
  };
}

function ownerJson({ server, repository, repositoryId, pullRequest, branch, job }: Owner): JsonObject {
  return {
    repository,
    ...(repositoryId !== undefined && { repository_id: repositoryId }),
    ...(pullRequest !== undefined && { pull_request: pullRequest }),
    ...(branch !== undefined && { branch }),
    ...(job !== undefined && { job }),
    ...(server !== GITHUB_COM && { server }),
  };
}

/** Tolerant of what is not there, strict with what is: a number that no pull request can have is none. */
function readOwner(value: JsonObject): Owner | undefined {
  const { repository, repository_id: id } = value;
  if (typeof repository !== 'string' || repository === '') return undefined;
  const pullRequest = pullRequestNumber(value['pull_request']);
  return {
    server: textOf(value['server']).toLowerCase() || GITHUB_COM,
    repository,
    repositoryId: typeof id === 'string' || typeof id === 'number' ? String(id) : undefined,
    pullRequest,
    branch: pullRequest === undefined ? textOf(value['branch']) || undefined : undefined,
    job: textOf(value['job']) || undefined,
  };
}

function readNotKept(value: Json | undefined): NotKept | undefined {
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
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

function readClaims(value: Json | undefined): Claim[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isObject).flatMap((item) => {
    const owner = readOwner(item);
    const list = SHARED_LISTS.find((name) => name === item['input']);
    if (!owner || !list || typeof item['uri'] !== 'string') return [];
    const expires = readTime(item['expires']);
    return [
      {
        list,
        uri: item['uri'],
        owner,
        ...(item['own'] === true && { own: true }),
        ...(expires !== undefined && { expires }),
      },
    ];
  });
}

/** An owner in words: `acme/shop, pull request #12`. */
export function ownerName({ server, repository, pullRequest, branch, job }: Owner): string {
  return [
    `${repository}${server === GITHUB_COM ? '' : ` on ${server}`}`,
    ...(pullRequest === undefined ? [] : [`pull request #${pullRequest}`]),
    ...(branch === undefined ? [] : [`branch ${branch}`]),
    ...(job === undefined ? [] : [`job ${job}`]),
  ].join(', ');
}

/** What a run puts into the mark of an app that it may change. */
export interface Marking {
  /** Whom the app is to belong to. */
  owner: Owner;
  /** Origins that this run is going to ask Okta to trust for the app. */
  trustedOrigins: readonly string[];
  /** Patterns of hosts that the owner lets others use; `undefined` leaves them as they are. */
  redirectHosts?: readonly string[] | undefined;
  /** How long the app lasts. */
  lifetime?: Lifetime;
  /** Access policies that the run lets the client in by, as `server/policy`. */
  policies?: readonly string[] | undefined;
}

/** The mark of an app that a run creates. */
export function newMark({
  owner,
  trustedOrigins,
  redirectHosts,
  policies,
  lifetime = FOR_EVER,
}: Marking): Mark {
  return {
    owner,
    source: 'profile',
    expires: firstExpiry(lifetime),
    redirectHosts: redirectHosts && [...redirectHosts],
    trustedOrigins: [...trustedOrigins],
    ...(policies && { policies: [...policies] }),
    claims: [],
  };
}

/**
 * The mark that an app is to have after a run that may change it. What is the run's to take over becomes its own, for as long as what
 * the run makes lasts.
 *
 * @param mark the app's mark as it is
 * @param claims the claims that the app is to have
 */
export function nextMark(mark: Mark, marking: Marking, claims: Claim[]): Mark {
  const { owner, trustedOrigins, redirectHosts, policies = [], lifetime = FOR_EVER } = marking;
  if (owner.repository === '') return mark;
  const isOwn = mark.owner !== undefined && sameOwner(owner, mark.owner);
  return {
    ...mark,
    ...(!isOwn && { owner }),
    expires: nextExpiry(mark.expires, lifetime),
    redirectHosts:
      redirectHosts && !equal([...redirectHosts], mark.redirectHosts)
        ? [...redirectHosts]
        : mark.redirectHosts,
    trustedOrigins: sameSet(mark.trustedOrigins, trustedOrigins) ? mark.trustedOrigins : [...trustedOrigins],
    ...(policies.length > 0 && { policies: [...new Set([...(mark.policies ?? []), ...policies])] }),
    claims,
  };
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}

/** The sentence for administrators follows the owner, but never takes the place of one that somebody else wrote. */
export function withNote(body: JsonObject, before: Owner | undefined, after: Owner): JsonObject {
  const note = textOf(valueAt(body, ADMIN_NOTE_PATH));
  if (isBlank(note)) return withValueAt(body, ADMIN_NOTE_PATH, adminNote(after));
  if (before === undefined) return body;
  return withValueAt(
    body,
    ADMIN_NOTE_PATH,
    note.replace(adminNote(before), () => adminNote(after)),
  );
}

/** A note for administrators without any sentence that says whose the app is. */
export function withoutSentence(note: Json | undefined): Json | undefined {
  return typeof note === 'string' ? note.replaceAll(NOTE, '').trim() : note;
}

/**
 * The body with that sentence below a note of the workflow's own. Only an app of Okta's network needs it there, where it may be all that
 * is left of the mark.
 */
export function withSentence(body: JsonObject, owner: Owner): JsonObject {
  const note = textOf(valueAt(body, ADMIN_NOTE_PATH));
  if (note.includes(adminNote(owner))) return body;
  return withValueAt(body, ADMIN_NOTE_PATH, `${note}\n\n${adminNote(owner)}`.trim());
}
