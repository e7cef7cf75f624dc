/**
 * Events with the payloads that GitHub sends, as far as anything here reads them, and the variables that the runner sets for them.
 * Members: octokit/webhooks (documented), and a dump of a deployment's run (reported).
 */

export interface TestEvent {
  name: string;
  payload: object;
  env: Record<string, string>;
}

const REPOSITORY = { id: 4242, full_name: 'acme/shop', default_branch: 'main' };
export const FORK = { id: 9, full_name: 'stranger/shop', fork: true };
const MAIN = { GITHUB_REF: 'refs/heads/main', GITHUB_REF_PROTECTED: 'true' };

function event(name: string, payload: object, env: Record<string, string> = MAIN): TestEvent {
  return { name, payload: { repository: REPOSITORY, ...payload }, env: { GITHUB_EVENT_NAME: name, ...env } };
}

interface Remark {
  number?: number;
  association?: string;
  state?: 'open' | 'closed';
}

/** A comment on a pull request; with `on: 'issue'` on an issue. */
export function issueComment({
  number = 12,
  association = 'MEMBER',
  state = 'open',
  on = 'pull request',
}: Remark & { on?: 'pull request' | 'issue' } = {}): TestEvent {
  const url = `https://api.github.com/repos/acme/shop/pulls/${number}`;
  return event('issue_comment', {
    action: 'created',
    issue: { number, state, ...(on === 'pull request' && { pull_request: { url } }) },
    comment: {
      id: 1,
      body: '/preview',
      user: { login: 'mona', type: 'User' },
      author_association: association,
      performed_via_github_app: null,
    },
  });
}

export function pullRequestReview({
  number = 12,
  association = 'MEMBER',
  state = 'open',
  from = REPOSITORY,
}: Remark & { from?: object | null } = {}): TestEvent {
  return event(
    'pull_request_review',
    {
      action: 'submitted',
      review: { id: 1, user: { login: 'mona' }, state: 'approved', author_association: association },
      pull_request: { number, state, head: { ref: 'a', sha: 'a'.repeat(40), repo: from } },
    },
    { GITHUB_REF: `refs/pull/${number}/merge` },
  );
}

export interface PullRequestOf {
  number?: number;
  /** The repository that its branch is in; `null` once that is deleted. */
  from?: object | null;
  branch?: string;
  /** Whether it cannot be merged. */
  conflict?: boolean;
  merged?: boolean;
  repository?: object;
}

export type PullRequestAction = 'opened' | 'reopened' | 'synchronize' | 'closed' | 'labeled';

function pullRequestPayload(
  action: PullRequestAction,
  {
    number = 12,
    repository = REPOSITORY,
    from = repository,
    branch = 'a',
    conflict = false,
    merged = false,
  }: PullRequestOf,
): object {
  return {
    action,
    number,
    pull_request: {
      number,
      state: action === 'closed' ? 'closed' : 'open',
      merged,
      mergeable_state: conflict ? 'dirty' : 'clean',
      head: { label: 'x', ref: branch, sha: 'a'.repeat(40), repo: from },
      base: { ref: 'main', repo: repository },
    },
    repository,
  };
}

/** Its variables follow from the payload, in a workflow that is run. */
export function pullRequestEvent(action: PullRequestAction, options: PullRequestOf = {}): TestEvent {
  const payload = pullRequestPayload(action, options);
  return { name: 'pull_request', payload, env: { GITHUB_REF_PROTECTED: 'false' } };
}

export function pullRequestTarget(action: PullRequestAction, options: PullRequestOf = {}): TestEvent {
  return event('pull_request_target', pullRequestPayload(action, options));
}

interface WorkflowRun {
  action?: 'requested' | 'completed';
  /** The workflow whose run it is. */
  of?: string;
  sha: string;
  /** What started the workflow whose run has ended. */
  by?: string;
  /** GitHub leaves this empty for forks, and once the pull request is closed (reported). */
  pullRequests?: { number: number; sha: string; from?: number; to?: number }[];
  fork?: boolean;
  branch?: string;
}

export function workflowRun({
  action = 'completed',
  of = 'CI',
  sha,
  by = 'pull_request',
  pullRequests = [],
  fork = false,
  branch = 'feature',
}: WorkflowRun): TestEvent {
  const repo = (id: number): object => ({
    id,
    name: 'shop',
    url: `https://api.github.com/repositories/${id}`,
  });
  return event('workflow_run', {
    action,
    workflow_run: {
      id: 30_433_642,
      name: of,
      event: by,
      ...(action === 'completed'
        ? { status: 'completed', conclusion: 'success' }
        : { status: 'queued', conclusion: null }),
      head_branch: branch,
      head_sha: sha,
      pull_requests: pullRequests.map(({ number, sha, from = REPOSITORY.id, to = REPOSITORY.id }) => ({
        id: number * 1000,
        number,
        url: `https://api.github.com/repos/acme/shop/pulls/${number}`,
        head: { ref: branch, sha, repo: repo(from) },
        base: { ref: 'main', sha: 'b'.repeat(40), repo: repo(to) },
      })),
      head_repository: fork ? FORK : REPOSITORY,
      repository: REPOSITORY,
    },
  });
}

interface Deployment {
  sha: string;
  /** What whoever deploys says of it, in a form of his own: an object, or a text that may be JSON (documented). */
  payload?: unknown;
  /** A branch or a tag; Vercel deploys a commit by its SHA, and GITHUB_REF is empty then (reported). */
  ref?: string | undefined;
  environment?: string;
}

export function deployment({ sha, ref, environment = 'Preview', payload }: Deployment): TestEvent {
  const told = { action: 'created', deployment: deploymentOf({ sha, ref, environment, payload }) };
  return event('deployment', told, { GITHUB_REF: ref === undefined ? '' : `refs/heads/${ref}` });
}

/** As Vercel makes them. */
export function deploymentStatus({
  sha,
  ref,
  environment = 'Preview',
  state = 'success',
  url = 'https://shop-b590y5v61-acme.vercel.app',
}: Deployment & { state?: string; url?: string }): TestEvent {
  const addresses = { environment_url: url, target_url: url, log_url: url };
  return event(
    'deployment_status',
    {
      action: 'created',
      deployment_status: {
        state,
        description: 'Deployment has completed',
        environment,
        ...(state === 'success' ? addresses : { environment_url: '', target_url: '', log_url: '' }),
        creator: { login: 'vercel[bot]', id: 35_613_825, type: 'Bot' },
      },
      deployment: deploymentOf({ sha, ref, environment }),
      check_run: null,
      workflow: null,
      workflow_run: null,
    },
    { GITHUB_REF: ref === undefined ? '' : `refs/heads/${ref}`, GITHUB_ACTOR: 'vercel[bot]' },
  );
}

function deploymentOf({ sha, ref, environment, payload = {} }: Deployment): object {
  return {
    sha,
    ref: ref ?? sha,
    task: 'deploy',
    payload,
    original_environment: environment,
    environment,
    creator: { login: 'vercel[bot]', id: 35_613_825, type: 'Bot' },
    transient_environment: false,
    production_environment: false,
  };
}

/** A run that somebody started by hand. */
export function dispatch(inputs: Record<string, unknown> = {}): TestEvent {
  return event('workflow_dispatch', { inputs, ref: 'refs/heads/main', workflow: '.github/workflows/x.yml' });
}

export function push(branch = 'main', { isProtected = branch === 'main' } = {}): TestEvent {
  const ref = `refs/heads/${branch}`;
  return event('push', { ref }, { GITHUB_REF: ref, GITHUB_REF_PROTECTED: String(isProtected) });
}

/** A branch was deleted, as GitHub does after a merge if the repository says so. */
export function branchDeleted(branch = 'a'): TestEvent {
  return event('delete', { ref: branch, ref_type: 'branch', pusher_type: 'user' });
}

/** It has no payload of its own. */
export function schedule(): TestEvent {
  return event('schedule', {});
}
