import { isOfCommit, isSame, type PayloadPullRequest } from './event.ts';
import { pullRequestNumber, type Repository } from './run.ts';

/**
 * What GitHub's answers say. Nothing is taken for granted: a field that a decision reads is exactly of the form that GitHub's API
 * describes, or the answer is none. Source: GitHub's OpenAPI description and GraphQL schema (documented).
 */

/** A merged pull request is closed; an unknown one does not exist, or the token may not see it. */
export type PullRequestState = 'open' | 'closed' | 'unknown';

export interface FoundPullRequest {
  number: number;
  open: boolean;
  /** Its last commit. */
  head: string;
  /** Its branch. */
  branch: string;
  fromFork: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** @returns `undefined` if the answer is not about the pull request of that number, or does not say exactly one of the two states */
export function stateOf(answer: unknown, number: number): 'open' | 'closed' | undefined {
  if (!isObject(answer) || answer['number'] !== number) return undefined;
  const { state } = answer;
  return state === 'open' || state === 'closed' ? state : undefined;
}

/**
 * @param own the repository of the run, whose branches are no fork's
 * @returns `undefined` if the answer is not a pull request in full
 */
export function pullRequestIn(answer: unknown, own: Repository): FoundPullRequest | undefined {
  if (!isPullRequest(answer)) return undefined;
  const { number, head } = answer;
  const state = stateOf(answer, number);
  if (state === undefined) return undefined;
  const fromFork = !isSame(head.repo, own);
  return { number, open: state === 'open', head: head.sha, branch: head.ref, fromFork };
}

/**
 * @returns a pull request of the repository whose last commit this is; `null` for one of another commit or repository, or from a fork;
 * `undefined` if the item is not a pull request in full
 */
export function pullRequestOfCommit(
  item: unknown,
  sha: string,
  own: Repository,
): FoundPullRequest | null | undefined {
  const found = pullRequestIn(item, own);
  return found && (isOfCommit(item as PayloadPullRequest, sha, own) ? found : null);
}

interface PullRequest {
  number: number;
  head: { sha: string; ref: string; repo: { id: number; full_name: string } | null };
  base: { repo: { id: number; full_name: string } };
}

function isPullRequest(answer: unknown): answer is PullRequest {
  if (!isObject(answer) || pullRequestNumber(answer['number']) === undefined) return false;
  const { head, base } = answer;
  return (
    isObject(head) &&
    isCommit(head['sha']) &&
    isText(head['ref']) &&
    (head['repo'] === null || isRepository(head['repo'])) &&
    isObject(base) &&
    isRepository(base['repo'])
  );
}

function isRepository(value: unknown): boolean {
  return isObject(value) && Number.isSafeInteger(value['id']) && isText(value['full_name']);
}

/** A commit's ID, of SHA-1 or SHA-256. */
function isCommit(value: unknown): value is string {
  return typeof value === 'string' && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value);
}

const STATES: Readonly<Record<string, PullRequestState>> = {
  OPEN: 'open',
  CLOSED: 'closed',
  MERGED: 'closed',
};

/**
 * The states of pull requests, out of an answer of GraphQL's. One that does not exist is `null`, with an error of the type `NOT_FOUND`.
 *
 * @param names the name of each pull request in the answer, by its number
 * @returns what GraphQL objects to; or `undefined` if the answer does not say of each pull request what it is
 */
export function statesIn(
  answer: unknown,
  names: ReadonlyMap<number, string>,
): Map<number, PullRequestState> | { objection: string } | undefined {
  if (!isObject(answer)) return undefined;
  const { data, errors = [] } = answer;
  if (!Array.isArray(errors) || !errors.every(isObject)) return undefined;
  const objections = errors.filter(
    ({ type }) => type !== 'NOT_FOUND' || !isObject(data) || !isObject(data['repository']),
  );
  if (objections.length > 0)
    return { objection: objections.flatMap(({ message }) => (isText(message) ? message : [])).join('; ') };
  const repository = isObject(data) ? data['repository'] : undefined;
  if (!isObject(repository)) return undefined;
  const states = new Map<number, PullRequestState>();
  for (const [number, name] of names) {
    const state = stateIn(repository[name]);
    if (state === undefined) return undefined;
    states.set(number, state);
  }
  return states;
}

function stateIn(value: unknown): PullRequestState | undefined {
  if (value === null) return 'unknown';
  const state = isObject(value) ? value['state'] : undefined;
  return isText(state) && Object.hasOwn(STATES, state) ? STATES[state] : undefined;
}

/** @returns whether the branch of that name is protected; `undefined` if the answer is not about it, or does not say */
export function protectionOf(answer: unknown, branch: string): boolean | undefined {
  if (!isObject(answer) || answer['name'] !== branch) return undefined;
  const { protected: isProtected } = answer;
  return typeof isProtected === 'boolean' ? isProtected : undefined;
}

/** Whether the answer is the reference of that full name, such as `refs/tags/v1`. */
export function isReference(answer: unknown, name: string): boolean {
  return isObject(answer) && answer['ref'] === name;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
