import { isEarlierJob } from '../../github/job.ts';
import { GITHUB_COM, pullRequestNumber, type Run } from '../../github/run.ts';
import { textOf, type JsonObject } from '../../util/json.ts';

/** Whose run created an app, or added a URI to a shared one. Only stable facts, so that a re-run changes nothing. */
export interface Owner {
  /** Host of the GitHub server: each numbers its repositories by itself. */
  server: string;
  repository: string;
  /** GitHub's ID of the repository, which survives a rename. */
  repositoryId: string | undefined;
  /** With none of these three, what is owned is permanent. */
  pullRequest?: number | undefined;
  branch?: string | undefined;
  job?: string | undefined;
}

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
 * Whether a mark names a run's repository. Repositories are compared by ID, so that a rename keeps what is owned and a new repository of an
 * old name gets nothing; by name only if the run does not know its ID.
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

/** Whether what belongs to this owner is permanent. */
export function isPermanent({ pullRequest, branch, job }: Owner): boolean {
  return pullRequest === undefined && branch === undefined && job === undefined;
}

/** An owner as it stands in a mark. */
export function ownerJson({ server, repository, repositoryId, pullRequest, branch, job }: Owner): JsonObject {
  return {
    repository,
    ...(repositoryId !== undefined && { repository_id: repositoryId }),
    ...(pullRequest !== undefined && { pull_request: pullRequest }),
    ...(branch !== undefined && { branch }),
    ...(job !== undefined && { job }),
    ...(server !== GITHUB_COM && { server }),
  };
}

/** Tolerant of what is missing, strict with what exists: a number that no pull request can have is none. */
export function readOwner(value: JsonObject): Owner | undefined {
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

/** An owner in words: `acme/shop, pull request #12`. */
export function ownerName({ server, repository, pullRequest, branch, job }: Owner): string {
  return [
    `${repository}${server === GITHUB_COM ? '' : ` on ${server}`}`,
    ...(pullRequest === undefined ? [] : [`pull request #${pullRequest}`]),
    ...(branch === undefined ? [] : [`branch ${branch}`]),
    ...(job === undefined ? [] : [`job ${job}`]),
  ].join(', ');
}
