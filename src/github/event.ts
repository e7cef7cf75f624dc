import { isObject, parseJson, type Json } from '../util/json.ts';
import { parseUrl } from '../util/url.ts';
import { pullRequestNumber, type RefPayload, type Repository } from './run.ts';

/**
 * What the event that started a run says of its pull request. Members of the payloads: octokit/webhooks (documented); which of them are
 * empty when: reported.
 */
export interface Event {
  name: string;
  subject: Subject;
  /** Who started the run by a comment or a review, if that is nobody of the repository's. */
  stranger: string | undefined;
  /** Hosts of the addresses that a deployment's event brings: whoever deployed has chosen them. */
  hosts: string[];
}

export type Subject =
  | PullRequestSubject
  | CommitSubject
  /** The event knows of no pull request. */
  | { kind: 'none' };

/** The event is one of a pull request. */
export interface PullRequestSubject {
  kind: 'pull-request';
  number: number;
  open: boolean;
  /** Whether the event is the close itself, and not only one of a pull request that is closed. */
  isClose: boolean;
  /** `undefined` if only GitHub knows. */
  fromFork: boolean | undefined;
}

/** The event is one of a commit, by which its pull request is to be found. */
export interface CommitSubject {
  kind: 'commit';
  of: 'workflow run' | 'deployment';
  sha: string;
  /** Whether the commit is another repository's. */
  fromFork: boolean;
  /** Pull requests that the event itself names as those of the commit, forks' left out. */
  numbers: number[];
  /** Of a workflow run: what started the run that the event is about. */
  start: RunStart | undefined;
  /** Of a deployment, if the event says it: `success`, `failure`, … */
  status: string | undefined;
}

/** What started a workflow run. */
export interface RunStart {
  /** Name of the event. */
  event: string;
  /** The branch or tag of that event; a pull request's is its branch. */
  ref: string | undefined;
  /** Whether that is the repository's default branch. */
  isDefault: boolean;
}

/** The part of an event's payload that is about pull requests. It comes from outside: anything may be missing. */
export interface SubjectPayload extends RefPayload {
  action?: unknown;
  pull_request?: PayloadPullRequest & { state?: unknown };
  issue?: { number?: unknown; state?: unknown; pull_request?: unknown };
  comment?: Remark;
  review?: Remark;
  workflow_run?: {
    event?: unknown;
    head_branch?: unknown;
    head_sha?: unknown;
    head_repository?: PayloadRepository | null;
    pull_requests?: unknown;
  };
  deployment?: { sha?: unknown };
  deployment_status?: { state?: unknown };
  /** Hosts of previews report deployments by `repository_dispatch`, too (documented by Vercel). */
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

/** Whether the event is the close of that pull request. If a run makes or adds something then, its workflow forgot `state: auto`. */
export function isCloseOf({ subject }: Event, number: number | undefined): boolean {
  return subject.kind === 'pull-request' && subject.isClose && subject.number === number;
}

/** Every text in a value, however deep, and in texts that are JSON: the payload of a deployment may be such a text. */
function textsIn(value: unknown): string[] {
  const texts: string[] = [];
  const left = [value];
  for (const each of left) {
    if (typeof each === 'string') {
      texts.push(each);
      // An attempt at each text would cost seconds with a large payload.
      if (/^\s*["[{]/.test(each)) left.push(parseJson(each));
    } else if (typeof each === 'object' && each !== null) {
      for (const inner of Object.values(each)) left.push(inner);
    }
  }
  return texts;
}

/** The host of an address; some have no scheme. */
function hostIn(text: string): string | undefined {
  const address = text.includes('://') ? text : `https://${text}`;
  const host = parseUrl(address)?.hostname;
  return host?.includes('.') ? host : undefined;
}

/** The events that report a close, by their action. */
const CLOSES = ['pull_request', 'pull_request_target'];

function subjectOf(name: string, payload: SubjectPayload, own: Repository): Subject {
  // GitHub names the action of each such event; a payload that names none is taken by its state.
  const { action = 'closed', pull_request: pullRequest, issue } = payload;
  const number = pullRequestNumber(pullRequest?.number);
  if (pullRequest && number !== undefined) {
    const open = pullRequest.state !== 'closed';
    const isClose = CLOSES.includes(name) && action === 'closed' && !open;
    return { kind: 'pull-request', number, open, isClose, fromFork: !isSame(pullRequest.head?.repo, own) };
  }
  const commented = issue?.pull_request ? pullRequestNumber(issue.number) : undefined;
  if (commented !== undefined) {
    const open = issue?.state !== 'closed';
    return { kind: 'pull-request', number: commented, open, isClose: false, fromFork: undefined };
  }
  return (
    (name === 'workflow_run' && workflowRunIn(payload, own)) ||
    (name.startsWith('deployment') && deploymentIn(payload)) || { kind: 'none' }
  );
}

function workflowRunIn(payload: SubjectPayload, own: Repository): CommitSubject | undefined {
  const { workflow_run: run, repository } = payload;
  if (typeof run?.head_sha !== 'string') return undefined;
  const { head_sha: sha, pull_requests: pullRequests, head_branch: ref } = run;
  const listed = Array.isArray(pullRequests) ? (pullRequests as Json[]).filter(isObject) : [];
  const numbers = (listed as PayloadPullRequest[])
    .filter((pullRequest) => isOfCommit(pullRequest, sha, own))
    .flatMap((pullRequest) => pullRequestNumber(pullRequest.number) ?? []);
  return {
    kind: 'commit',
    of: 'workflow run',
    sha,
    fromFork: !isSame(run.head_repository, own),
    numbers,
    start: {
      event: String(run.event),
      ref: typeof ref === 'string' && ref !== '' ? ref : undefined,
      isDefault: ref === repository?.default_branch,
    },
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
    start: undefined,
    status: typeof state === 'string' ? state : undefined,
  };
}

/** Whether a pull request is one of this repository, for one of its own branches, whose last commit is this one. */
export function isOfCommit({ head, base }: PayloadPullRequest, sha: string, own: Repository): boolean {
  return head?.sha === sha && isSame(head.repo, own) && isSame(base?.repo, own);
}

/** Whether a repository is this one; one of which nothing is known, such as a deleted fork, is not. */
export function isSame(repository: PayloadRepository | null | undefined, own: Repository): boolean {
  const { id, full_name: name } = repository ?? {};
  if (id !== undefined && own.id !== undefined) return String(id) === own.id;
  return typeof name === 'string' && name !== '' && name.toLowerCase() === own.name.toLowerCase();
}

/** Source: GitHub's docs, `CommentAuthorAssociation`. */
const TRUSTED = ['OWNER', 'MEMBER', 'COLLABORATOR'];

/** Anybody may comment, and the run has the repository's secrets. A review's run has them, too, except those of forks. */
function strangerIn(name: string, { comment, review }: SubjectPayload): string | undefined {
  const remark = comment ?? review;
  if (!remark && name !== 'issue_comment') return undefined;
  if (TRUSTED.includes(String(remark?.author_association))) return undefined;
  const login = remark?.user?.login;
  return typeof login === 'string' ? login : 'somebody';
}
