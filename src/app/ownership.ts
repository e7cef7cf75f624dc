import { isCatalogApp, strings, type RegisteredApp } from './app.ts';
import type { GitHubContext } from '../github/context.ts';
import { isBlank, isObject, textOf, valueAt, withValueAt, type Json, type JsonObject } from '../util/json.ts';

/** Whose run created an app, or added a URI to a shared one. Only stable facts, so that a re-run changes nothing. */
export interface Owner {
  repository: string;
  /** GitHub's ID of the repository, which survives a rename. */
  repositoryId: string | undefined;
  pullRequest: number | undefined;
}

/** The lists of a shared app that runs add to, by their inputs. */
const SHARED_LISTS = ['redirect-uris', 'post-logout-redirect-uris', 'trusted-origins'] as const;
export type SharedList = (typeof SHARED_LISTS)[number];

/** That an entry of a shared app's list was added for an owner. */
export interface Claim {
  list: SharedList;
  uri: string;
  owner: Owner;
}

/** What an app's `profile` says of us. Okta keeps `profile` as it was sent, and drops it when an update leaves it out (recorded). */
export interface Mark {
  owner: Owner | undefined;
  /** Origins that runs of this app's owner asked Okta to trust. */
  trustedOrigins: string[];
  claims: Claim[];
}

const KEY = 'okta_oidc_app';
export const MARK_PATH = ['profile', KEY] as const;
export const ADMIN_NOTE_PATH = ['settings', 'notes', 'admin'] as const;

/** The owner that a run of this repository, and of this pull request if it is one's, stands for. */
export function ownerOf(github: GitHubContext): Owner {
  return {
    repository: github.repository,
    repositoryId: github.repositoryId,
    pullRequest: github.pullRequest?.number,
  };
}

/** Repositories are compared by ID where both sides have one, so that a rename keeps what is owned. */
export function sameRepository(a: Owner, b: Owner): boolean {
  if (a.repositoryId !== undefined && b.repositoryId !== undefined) return a.repositoryId === b.repositoryId;
  return a.repository !== '' && a.repository.toLowerCase() === b.repository.toLowerCase();
}

export function sameOwner(a: Owner, b: Owner): boolean {
  return sameRepository(a, b) && a.pullRequest === b.pullRequest;
}

/** Reads the mark of an app; an app that no run has marked gets an empty one. */
export function markOf(app: RegisteredApp): Mark {
  const value = valueAt(app.body, MARK_PATH);
  if (isObject(value)) {
    return {
      owner: readOwner(value),
      trustedOrigins: strings(value['trusted_origins']),
      claims: readClaims(value['uris']),
    };
  }
  return { owner: isCatalogApp(app) ? ownerInNote(app) : undefined, trustedOrigins: [], claims: [] };
}

/** The mark as it goes into `profile`. */
export function markJson(mark: Mark): JsonObject {
  return {
    ...(mark.owner && ownerJson(mark.owner)),
    ...(mark.trustedOrigins.length > 0 && { trusted_origins: mark.trustedOrigins }),
    ...(mark.claims.length > 0 && {
      uris: mark.claims.map(({ list, uri, owner }) => ({ input: list, uri, ...ownerJson(owner) })),
    }),
  };
}

/**
 * The sentence for administrators. Okta keeps notes with every kind of app, but `profile` perhaps not with those of its network
 * (unknown), so the sentence can be read back.
 */
export function adminNote(owner: Owner): string {
  const id = owner.repositoryId === undefined ? '' : ` (repository ID ${owner.repositoryId})`;
  const pullRequest = owner.pullRequest === undefined ? '' : `, pull request #${owner.pullRequest}`;
  return `Managed by the workflows of ${owner.repository}${id}${pullRequest}, with the GitHub Action okta-oidc-app.`;
}

function ownerInNote(app: RegisteredApp): Owner | undefined {
  const note = valueAt(app.body, ADMIN_NOTE_PATH);
  const match =
    /^Managed by the workflows of (\S+?)(?: \(repository ID (\d+)\))?(?:, pull request #(\d+))?, with the GitHub Action okta-oidc-app\.$/.exec(
      textOf(note),
    );
  const [, repository, repositoryId, pullRequest] = match ?? [];
  if (repository === undefined) return undefined;
  return {
    repository,
    repositoryId,
    pullRequest: pullRequest === undefined ? undefined : Number(pullRequest),
  };
}

function ownerJson(owner: Owner): JsonObject {
  return {
    repository: owner.repository,
    ...(owner.repositoryId !== undefined && { repository_id: owner.repositoryId }),
    ...(owner.pullRequest !== undefined && { pull_request: owner.pullRequest }),
  };
}

function readOwner(value: JsonObject): Owner | undefined {
  const { repository, repository_id: id, pull_request: pullRequest } = value;
  if (typeof repository !== 'string' || repository === '') return undefined;
  return {
    repository,
    repositoryId: typeof id === 'string' || typeof id === 'number' ? String(id) : undefined,
    pullRequest: typeof pullRequest === 'number' ? pullRequest : undefined,
  };
}

function readClaims(value: Json | undefined): Claim[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isObject).flatMap((item) => {
    const owner = readOwner(item);
    const list = SHARED_LISTS.find((name) => name === item['input']);
    return owner && list && typeof item['uri'] === 'string' ? [{ list, uri: item['uri'], owner }] : [];
  });
}

/** An owner in words: `acme/shop, pull request #12`. */
export function ownerName(owner: Owner): string {
  return owner.pullRequest === undefined
    ? owner.repository
    : `${owner.repository}, pull request #${owner.pullRequest}`;
}

/** Whether the runs of this owner may change or delete the app without `adopt`. */
export function belongsTo(owner: Owner, app: RegisteredApp): boolean {
  const mark = markOf(app);
  return mark.owner !== undefined && sameRepository(mark.owner, owner);
}

/** What becomes of an app's mark when a run writes the app. */
export interface Marking {
  owner: Owner;
  /** Origins that this run is going to ask Okta to trust for the app. */
  trustedOrigins: readonly string[];
}

/**
 * The mark that an app is to have after a run.
 *
 * @param mark the app's mark as it is
 * @param adopt whether the run may take the app over from whoever made it
 */
export function nextMark(mark: Mark, { owner, trustedOrigins }: Marking, adopt: boolean): Mark {
  const own = mark.owner !== undefined && sameRepository(mark.owner, owner);
  if (!own && (!adopt || owner.repository === '')) return mark;
  const sameOrigins =
    mark.trustedOrigins.length === trustedOrigins.length &&
    mark.trustedOrigins.every((origin) => trustedOrigins.includes(origin));
  return {
    ...mark,
    owner: own ? mark.owner : owner,
    trustedOrigins: sameOrigins ? mark.trustedOrigins : [...trustedOrigins],
  };
}

/** The sentence for administrators follows the owner, but never takes the place of one that somebody else wrote. */
export function withNote(body: JsonObject, before: Owner | undefined, after: Owner): JsonObject {
  const note = valueAt(body, ADMIN_NOTE_PATH);
  const isOurs = isBlank(note) || (before !== undefined && note === adminNote(before));
  return isOurs ? withValueAt(body, ADMIN_NOTE_PATH, adminNote(after)) : body;
}
