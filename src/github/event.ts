import { parseUrl } from '../util/url.ts';
import { pullRequestNumber, type Repository } from './run.ts';

/**
 * What the event that started a run says of its pull request. Members of the payloads: octokit/webhooks (documented); which of them are
 * empty when: reported.
 */
export interface Event {
  name: string;
  subject: Subject;
  /** Who started the run by a comment or a review, where that is nobody of the repository's. */
  stranger: string | undefined;
  /** Hosts of the addresses that a deployment's event brings: whoever deployed has chosen them. */
  hosts: string[];
}

export type Subject =
  /** The event is one of a pull request. `fromFork` is `undefined` where only GitHub can tell. */
  | { kind: 'pull-request'; number: number; open: boolean; fromFork: boolean | undefined }
  | CommitSubject
  /** The event knows of no pull request. */
  | { kind: 'none' };

/** The event is one of a commit, by which its pull request is to be found. */
export interface CommitSubject {
  kind: 'commit';
  of: 'workflow run' | 'deployment';
  sha: string;
  /** Whether the commit is another repository's. */
  fromFork: boolean;
  /** Pull requests that the event itself names as those of the commit, forks' left out. */
  numbers: number[];
  /** Whether a pull request's event started it. */
  ofPullRequest: boolean;
  /** Of a deployment, where the event tells it: `success`, `failure`, … */
  status: string | undefined;
}

/** The part of an event's payload that tells of pull requests. It comes from outside: nothing needs to be there. */
export interface SubjectPayload {
  pull_request?: PayloadPullRequest & { state?: unknown };
  issue?: { number?: unknown; state?: unknown; pull_request?: unknown };
  comment?: Remark;
  review?: Remark;
  workflow_run?: {
    event?: unknown;
    head_sha?: unknown;
    head_repository?: PayloadRepository | null;
    pull_requests?: PayloadPullRequest[] | null;
  };
  deployment?: { sha?: unknown };
  deployment_status?: { state?: unknown };
  /** Hosts of previews tell of deployments by `repository_dispatch`, too (documented by Vercel). */
  client_payload?: unknown;
}

interface Remark {
  author_association?: unknown;
  user?: { login?: unknown } | null;
}

/** As events and GitHub's REST API show it. */
export interface PayloadPullRequest {
  number?: unknown;
  head?: { ref?: unknown; sha?: unknown; repo?: PayloadRepository | null };
  base?: { repo?: PayloadRepository | null };
}

interface PayloadRepository {
  id?: number | string;
  full_name?: unknown;
}

/** Reads what an event says of its pull request. */
export function eventOf(name: string, payload: SubjectPayload, own: Repository): Event {
  const { deployment, deployment_status: status, client_payload: reported } = payload;
  return {
    name,
    subject: subjectOf(name, payload, own),
    stranger: strangerIn(name, payload),
    hosts: [...new Set(textsIn([deployment, status, reported]).flatMap((text) => hostIn(text) ?? []))],
  };
}

/** Every text in a value, however deep. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** The host of an address; some are told without their scheme. */
function hostIn(text: string): string | undefined {
  const address = text.includes('://') ? text : `https://${text}`;
  const host = parseUrl(address)?.hostname;
  return host?.includes('.') ? host : undefined;
}

function subjectOf(name: string, payload: SubjectPayload, own: Repository): Subject {
  const { pull_request: pullRequest, issue } = payload;
  const number = pullRequestNumber(pullRequest?.number);
  if (pullRequest && number !== undefined) {
    const fromFork = !isSame(pullRequest.head?.repo, own);
    return { kind: 'pull-request', number, open: pullRequest.state !== 'closed', fromFork };
  }
  const commented = issue?.pull_request ? pullRequestNumber(issue.number) : undefined;
  if (commented !== undefined) {
    const open = issue?.state !== 'closed';
    return { kind: 'pull-request', number: commented, open, fromFork: undefined };
  }
  return (
    (name === 'workflow_run' && workflowRunIn(payload, own)) ||
    (name.startsWith('deployment') && deploymentIn(payload)) || { kind: 'none' }
  );
}

function workflowRunIn({ workflow_run: run }: SubjectPayload, own: Repository): CommitSubject | undefined {
  if (typeof run?.head_sha !== 'string') return undefined;
  const { head_sha: sha, pull_requests: pullRequests } = run;
  const numbers = (pullRequests ?? [])
    .filter((pullRequest) => isOfCommit(pullRequest, sha, own))
    .flatMap((pullRequest) => pullRequestNumber(pullRequest.number) ?? []);
  return {
    kind: 'commit',
    of: 'workflow run',
    sha,
    fromFork: !isSame(run.head_repository, own),
    numbers,
    ofPullRequest: String(run.event).startsWith('pull_request'),
    status: undefined,
  };
}

function deploymentIn(payload: SubjectPayload): CommitSubject | undefined {
  const sha = payload.deployment?.sha;
  if (typeof sha !== 'string') return undefined;
  const state = payload.deployment_status?.state;
  return {
    kind: 'commit',
    of: 'deployment',
    sha,
    fromFork: false,
    numbers: [],
    ofPullRequest: false,
    status: typeof state === 'string' ? state : undefined,
  };
}

/** Whether a pull request is one of this repository, for one of its own branches, whose last commit is this one. */
export function isOfCommit({ head, base }: PayloadPullRequest, sha: string, own: Repository): boolean {
  return head?.sha === sha && isSame(head.repo, own) && isSame(base?.repo, own);
}

/** Whether a repository is this one; one of which nothing is known, such as a fork that was deleted, is not. */
export function isSame(repository: PayloadRepository | null | undefined, own: Repository): boolean {
  const { id, full_name: name } = repository ?? {};
  if (id !== undefined && own.id !== undefined) return String(id) === own.id;
  return typeof name === 'string' && name !== '' && name.toLowerCase() === own.name.toLowerCase();
}

/** Source: GitHub's docs, `CommentAuthorAssociation`. */
const TRUSTED = ['OWNER', 'MEMBER', 'COLLABORATOR'];

/** Anybody may comment, and the run has the repository's secrets. A review's run has them, too, but for those of forks. */
function strangerIn(name: string, { comment, review }: SubjectPayload): string | undefined {
  const remark = comment ?? review;
  if (!remark && name !== 'issue_comment') return undefined;
  if (TRUSTED.includes(String(remark?.author_association))) return undefined;
  const login = remark?.user?.login;
  return typeof login === 'string' ? login : 'somebody';
}
