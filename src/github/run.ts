import { parseUrl } from '../util/url.ts';

/** What GitHub says of a run that decides whose things it may touch. */
export interface Repository {
  /** Host of the GitHub server: repositories are numbered on each by itself. */
  server: string;
  /** `owner/name`; empty outside GitHub. */
  name: string;
  /** GitHub's ID of the repository, which survives a rename. */
  id: string | undefined;
}

/**
 * What a run stands for: one pull request, one branch that is on its way, or what is permanent. A run of which this is not known may only
 * read.
 */
export type RunKind =
  | { kind: 'pull-request'; pullRequest: number }
  | { kind: 'branch'; branch: string }
  | { kind: 'permanent' }
  | { kind: 'read-only'; why: string };

/** Which run this is. */
export type Run = RunKind & {
  repository: Repository;
  /** ID of the job, if the run is for one job alone. */
  job?: string | undefined;
};

/** The part of an event's payload that says which branch a run is for. */
export interface RefPayload {
  repository?: { default_branch?: unknown };
  workflow_run?: object | null;
}

export const GITHUB_COM = 'github.com';

/** The repository of a run, out of the runner's variables. */
export function repositoryOf(environment: NodeJS.ProcessEnv): Repository {
  return {
    server: parseUrl(environment['GITHUB_SERVER_URL'] ?? '')?.host || GITHUB_COM,
    name: environment['GITHUB_REPOSITORY'] ?? '',
    id: environment['GITHUB_REPOSITORY_ID'] || undefined,
  };
}

/** A number of a pull request that can be one: anything else is no number. */
export function pullRequestNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

/**
 * Says what a run stands for. Code on a branch may not be reviewed yet, so a run of a branch only counts as permanent if the branch is the
 * default one or protected. If nothing says which branch is the default one, the run stands for its branch alone. Source: GitHub's docs,
 * "Variables reference" and "Events that trigger workflows".
 *
 * @param environment the variables that the runner sets (`GITHUB_*`)
 * @param payload the event's payload
 * @param pullRequest number of the pull request that the event is about
 */
export function runKind(
  environment: NodeJS.ProcessEnv,
  payload: RefPayload,
  pullRequest: number | undefined,
): RunKind {
  const ref = environment['GITHUB_REF'] ?? '';
  const event = environment['GITHUB_EVENT_NAME'] ?? '';
  const merge = /^refs\/pull\/(\d+)\//.exec(ref);
  const number = pullRequest ?? pullRequestNumber(merge ? Number(merge[1]) : undefined);
  if (number !== undefined) return { kind: 'pull-request', pullRequest: number };
  if (event.startsWith('pull_request'))
    return { kind: 'read-only', why: 'its event is one of a pull request and does not say which' };
  if (event === 'workflow_run' && !payload.workflow_run)
    return { kind: 'read-only', why: 'its event is one of a workflow run and does not say which' };
  if (ref === '' && event.startsWith('deployment'))
    return { kind: 'read-only', why: 'its deployment names a commit, and neither a branch nor a tag' };
  if (!ref.startsWith(HEADS) || event === 'schedule') return { kind: 'permanent' };

  const branch = ref.slice(HEADS.length);
  const isReviewed =
    branch === payload.repository?.default_branch || environment['GITHUB_REF_PROTECTED'] === 'true';
  return branchKind(branch, isReviewed);
}

const HEADS = 'refs/heads/';

/**
 * What a run of a branch stands for.
 *
 * @param isReviewed whether the branch is the default one or protected
 */
export function branchKind(branch: string, isReviewed: boolean): RunKind {
  return isReviewed && !isOfMergeQueue(branch) ? { kind: 'permanent' } : { kind: 'branch', branch };
}

/** Whether a merge queue made the branch (documented name): it holds what is not merged yet, whatever rule protects it. */
export function isOfMergeQueue(branch: string): boolean {
  return branch.startsWith('gh-readonly-queue/');
}
