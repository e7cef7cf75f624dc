import { pullRequest, type runOn } from './runs.ts';

/** Runs by whose they are. Without any of these, a run is a permanent one of `acme/shop`. */

export type RunOptions = NonNullable<Parameters<typeof runOn>[2]>;

export const PR_12: RunOptions = { event: pullRequest(12) };
export const CLOSED_12: RunOptions = { event: pullRequest(12, 'closed') };
export const PR_13: RunOptions = { event: pullRequest(13) };
export const BRANCH: RunOptions = {
  env: { GITHUB_REF: 'refs/heads/feature/x', GITHUB_REF_PROTECTED: 'false' },
};
/** Of another repository. */
export const OTHER: RunOptions = { env: { GITHUB_REPOSITORY: 'acme/stock', GITHUB_REPOSITORY_ID: '77' } };
/** Of the same repository, which has another name by now. */
export const RENAMED: RunOptions = { env: { GITHUB_REPOSITORY: 'acme/store' } };
/** Of a repository that got the name of the one before. */
export const RECREATED: RunOptions = { env: { GITHUB_REPOSITORY_ID: '99' } };
/** Of nobody knows which repository. */
export const NOWHERE: RunOptions = { env: { GITHUB_REPOSITORY: '', GITHUB_REPOSITORY_ID: '' } };
