import { ActionError } from '../util/errors.ts';
import type { AskedState } from './auto-state.ts';
import type { GitHubContext, PullRequest } from './context.ts';
import type { CommitSubject, Event, RunStart } from './event.ts';
import type { FoundPullRequest, PullRequests } from './pulls.ts';
import { branchKind, isOfMergeQueue, type RunKind } from './run.ts';

/** Which pull request a run is for, once GitHub has said what the event does not. */
export interface WhichPullRequest {
  kind: RunKind;
  pullRequest: PullRequest | undefined;
  /** The run is for a fork's code, or nobody can say that it is not. */
  fromFork: boolean;
}

export interface Question {
  github: Pick<GitHubContext, 'event' | 'run'>;
  /** The input `pull-request`. */
  asked: number | undefined;
  state: AskedState;
  /** The client to ask; `undefined` without a token. */
  pullRequests: PullRequests | undefined;
}

/**
 * Finds the pull request that a run is for. GitHub is asked if the event does not say all that has to be known; a number alone says neither
 * whether the pull request is open nor whether it comes from a fork. A removal needs neither.
 *
 * @returns why there is nothing to do, or which pull request it is
 * @throws {GitHubError} if GitHub has to be asked and does not say
 * @throws {ActionError} if not exactly one pull request is meant, or a stranger started the run
 */
export async function whichPullRequest(question: Question): Promise<WhichPullRequest | { skip: string }> {
  const { github, asked, state } = question;
  const { subject } = github.event;
  refuseStranger(github.event);
  if (subject.kind === 'commit') return ofCommit(question, subject);
  const event = subject.kind === 'pull-request' ? subject : undefined;
  const number = event?.number ?? asked;
  if (number === undefined) return { kind: github.run, pullRequest: undefined, fromFork: false };
  if (event?.fromFork !== undefined) return found(number, event.open, event.fromFork);
  const branch = event === undefined && github.run.kind === 'branch' ? github.run.branch : undefined;
  if (state === 'absent' && branch === undefined) return found(number, event?.open ?? false, false);
  const pullRequest = await find(question, number);
  if (branch !== undefined && pullRequest.branch !== branch) throw ofOtherBranch(pullRequest, branch);
  return found(number, pullRequest.open, pullRequest.fromFork);
}

/** Whoever pushes a branch writes its workflow, and would choose whose app the run is for. */
function ofOtherBranch({ number, branch }: FoundPullRequest, own: string): ActionError {
  return new ActionError(
    `Cannot run for pull request #${number}`,
    `its branch is "${branch}", and this run is of the branch "${own}"`,
    'Check "pull-request": a run of a branch may be for a pull request of that branch only.',
  );
}

function found(number: number, open: boolean, fromFork: boolean): WhichPullRequest {
  return { kind: { kind: 'pull-request', pullRequest: number }, pullRequest: { number, open }, fromFork };
}

function refuseStranger({ name, stranger }: Event): void {
  if (stranger === undefined) return;
  throw new ActionError(
    'Cannot run for this comment',
    `${stranger}, who wrote it, is not an owner, a member or a collaborator of the repository, and anybody may comment`,
    `Let the job run for those only: "if: contains(fromJSON('["OWNER", "MEMBER", "COLLABORATOR"]'), github.event.${name === 'pull_request_review' ? 'review' : 'comment'}.author_association)".`,
  );
}

async function ofCommit(
  question: Question,
  subject: CommitSubject,
): Promise<WhichPullRequest | { skip: string }> {
  const { asked, state } = question;
  const { of, sha, fromFork, numbers, status } = subject;
  const short = sha.slice(0, 12);
  if (state === 'auto' && status !== undefined && status !== 'success')
    return { skip: `The status of the deployment is "${status}", and only "success" brings a preview.` };
  if (asked !== undefined) {
    const pullRequest = await find(question, asked);
    if (pullRequest.head === sha) return found(asked, pullRequest.open, pullRequest.fromFork);
    throw new ActionError(
      `Cannot run for pull request #${asked}`,
      `its last commit is ${pullRequest.head.slice(0, 12)}, and the event of this run is about a ${of} of ${short}`,
      'Check "pull-request", or leave it out: the run finds the pull request by the commit.',
    );
  }
  if (fromFork) {
    const why = `the ${of} that started it is of another repository, such as a fork`;
    return { kind: { kind: 'read-only', why }, pullRequest: undefined, fromFork };
  }
  const candidates = numbers.length > 0 ? numbers : await openOf(question, sha);
  const [number, ...others] = candidates;
  if (number === undefined) return withoutPullRequest(question, subject);
  if (others.length > 0) {
    throw new ActionError(
      'Cannot tell which pull request this run is for',
      `${short}, the commit of the ${of}, is the last one of ${candidates.map((one) => `#${one}`).join(', ')}`,
      'Give the number as "pull-request".',
    );
  }
  if (numbers.length === 0) return found(number, true, false);
  return state === 'auto'
    ? found(number, (await find(question, number)).open, false)
    : found(number, true, false);
}

/** The numbers of the open pull requests of this repository whose last commit this is. */
async function openOf(question: Question, sha: string): Promise<number[]> {
  const pullRequests = asker(question, `the pull request of the commit ${sha.slice(0, 12)}`);
  const all = await pullRequests.ofCommit(sha);
  return all.filter(({ open }) => open).map(({ number }) => number);
}

/** A deployment stands for the branch or tag that was deployed, a workflow run for the branch or tag of the run that started it. */
async function withoutPullRequest(
  question: Question,
  { of, sha, start }: CommitSubject,
): Promise<WhichPullRequest | { skip: string }> {
  const { github, state } = question;
  const none = `no open pull request of ${github.run.repository.name} has ${sha.slice(0, 12)}, the commit of the ${of}, as its last one`;
  if (state === 'auto' && of === 'deployment')
    return { skip: `There is nothing to do: ${none}. Forks' are left out.` };
  if (state === 'auto') {
    throw new ActionError(
      'Cannot tell which pull request this run is for',
      `${none}; it may have been closed since`,
      `Give the number as "pull-request", or let the job run for pull requests only: "if: github.event.workflow_run.event == 'pull_request'".`,
    );
  }
  const kind = start ? await kindOfStart(question, start, none) : github.run;
  return { kind, pullRequest: undefined, fromFork: false };
}

/** The events whose run stands for the branch or tag that it was on. */
const OF_BRANCHES = ['push', 'schedule', 'workflow_dispatch', 'merge_group', 'release'];

/** @param none why the run is for no pull request */
async function kindOfStart(
  question: Question,
  { event, ref, isDefault }: RunStart,
  none: string,
): Promise<RunKind> {
  if (event.startsWith('pull_request')) return { kind: 'read-only', why: none };
  if (!OF_BRANCHES.includes(event) || ref === undefined)
    return {
      kind: 'read-only',
      why: `the run that started it was of an event "${event}", and so of no branch`,
    };
  if (isDefault || isOfMergeQueue(ref)) return branchKind(ref, isDefault);
  switch (await asker(question, `the branch "${ref}"`).kindOfRef(ref)) {
    case 'protected':
      return branchKind(ref, true);
    case 'unprotected':
      return branchKind(ref, false);
    case 'tag':
      return { kind: 'permanent' };
    case undefined:
      return { kind: 'read-only', why: `the branch or tag "${ref}" of the run that started it is gone` };
  }
}

async function find(question: Question, number: number): Promise<FoundPullRequest> {
  const pullRequest = await asker(question, `pull request #${number}`).find(number);
  if (pullRequest) return pullRequest;
  throw new ActionError(
    `Cannot find pull request #${number} of ${question.github.run.repository.name}`,
    'GitHub shows none of that number to the token in "github-token"',
    'Check "pull-request". Give the job "permissions: pull-requests: read".',
  );
}

function asker({ pullRequests, github }: Question, what: string): PullRequests {
  if (pullRequests) return pullRequests;
  throw new ActionError(
    `Cannot ask GitHub about ${what}`,
    `"github-token" is empty, and an event "${github.event.name}" does not say all that this run has to know of it`,
    'Leave "github-token" out to use the workflow\'s own token.',
  );
}
