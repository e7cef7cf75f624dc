import type { getOctokit } from '@actions/github';
import { ActionError, clause, plainText } from '../util/errors.ts';
import type { Log } from '../util/log.ts';
import type { Deadline } from '../util/deadline.ts';
import type { GitHubContext } from './context.ts';
import { isOfCommit, isSame, type PayloadPullRequest } from './event.ts';

/** A merged pull request is closed; an unknown one does not exist, or the token may not see it. */
export type PullRequestState = 'open' | 'closed' | 'unknown';

/** The pull requests of the repository whose workflow runs, as GitHub knows them now. */
export interface PullRequests {
  /** @throws {GitHubError} where GitHub does not say */
  state(number: number): Promise<PullRequestState>;
  /**
   * The states of many pull requests, in one request per hundred.
   *
   * @throws {GitHubError} where GitHub does not say
   */
  states(numbers: Iterable<number>): Promise<Map<number, PullRequestState>>;
  /**
   * @returns `undefined` where there is none of that number, or the token may not see it
   * @throws {GitHubError} where GitHub does not say
   */
  find(number: number): Promise<FoundPullRequest | undefined>;
  /**
   * The pull requests of the repository whose last commit this is. Those that come from forks are left out.
   *
   * @throws {GitHubError} where GitHub does not say
   */
  ofCommit(sha: string): Promise<FoundPullRequest[]>;
}

export interface FoundPullRequest {
  number: number;
  open: boolean;
  /** Its last commit. */
  head: string;
  /** Its branch. */
  branch: string;
  fromFork: boolean;
}

/** GitHub could not be asked, or refused. */
export class GitHubError extends ActionError {}

/** What a workflow has to say for its token to be allowed this. */
export const NEEDED_PERMISSION = 'Give the job "permissions: pull-requests: read".';
/** Which of the two GitHub wants for a commit's pull requests is not documented; both are reported. */
const NEEDED_FOR_COMMITS = 'Give the job "permissions:" with "contents: read" and "pull-requests: read".';

export interface PullRequestsOptions {
  github: GitHubContext;
  token: string;
  deadline: Deadline;
  log: Log;
  /** Milliseconds after which a request without a response is given up. */
  requestTimeout: number;
}

type Octokit = ReturnType<typeof getOctokit>;

const ATTEMPTS = 3;
/** GitHub answers such questions within a second, and there are ways to go on without it: no need to wait as long as for Okta. */
const LONGEST_TIMEOUT = 10_000;
const BATCH = 100;
/** Of GraphQL's `Int`: no pull request has a larger number, and one question with such a number fails as a whole. */
const LARGEST_NUMBER = 2 ** 31 - 1;

/** Opens the way to GitHub's pull requests. Nothing is sent, and GitHub's client is not loaded, before the first question. */
export function pullRequestsOf({
  github,
  token,
  deadline,
  log,
  requestTimeout,
}: PullRequestsOptions): PullRequests {
  const [owner = '', repo = ''] = github.repository.split('/');
  let client: Promise<Octokit> | undefined;

  const limits = (): Limits => ({
    request: { signal: AbortSignal.timeout(Math.min(LONGEST_TIMEOUT, requestTimeout, deadline.remaining())) },
  });

  /** Sends a question, again where the failure may pass. */
  async function ask<T>(
    purpose: string,
    question: (octokit: Octokit) => Promise<T>,
    permission = NEEDED_PERMISSION,
  ): Promise<T> {
    client ??= openClient(github.apiUrl, token, log);
    const octokit = await client;
    for (let attempts = 1; ; attempts += 1) {
      try {
        return await question(octokit);
      } catch (error) {
        const failure = failureOf(error, log);
        const wait = waitFor(failure, attempts);
        if (wait === undefined || wait >= deadline.remaining()) {
          throw new GitHubError(`Cannot ${purpose}`, failure.why, remedyFor(failure, permission), {
            cause: error,
          });
        }
        await deadline.wait(wait, failure.why);
      }
    }
  }

  /** The pull request of a number; `undefined` where GitHub shows none. */
  const get = (number: number): Promise<(PayloadPullRequest & { state: string }) | undefined> =>
    ask(`ask GitHub about pull request #${number} of ${github.repository}`, async (octokit) => {
      try {
        return (await octokit.rest.pulls.get({ owner, repo, pull_number: number, ...limits() })).data;
      } catch (error) {
        if (failureOf(error, log).status === 404) return undefined;
        throw error;
      }
    });

  const found = (data: PayloadPullRequest & { number: number; state: string }): FoundPullRequest => ({
    number: data.number,
    open: data.state === 'open',
    head: String(data.head?.sha),
    branch: String(data.head?.ref),
    fromFork: !isSame(data.head?.repo, github.run.repository),
  });

  return {
    state: async (number) => {
      const data = await get(number);
      if (!data) return 'unknown';
      return data.state === 'open' ? 'open' : 'closed';
    },
    find: async (number) => {
      const data = await get(number);
      return data && found({ ...data, number });
    },
    ofCommit: (sha) =>
      ask(
        `find the pull request of the commit ${sha.slice(0, 12)} of ${github.repository}`,
        async (octokit) => {
          const all = await octokit.paginate(octokit.rest.repos.listPullRequestsAssociatedWithCommit, {
            owner,
            repo,
            commit_sha: sha,
            per_page: 100,
            ...limits(),
          });
          return all.filter((one) => isOfCommit(one, sha, github.run.repository)).map(found);
        },
        NEEDED_FOR_COMMITS,
      ),
    states: async (numbers) => {
      const states = new Map<number, PullRequestState>();
      const distinct = [...new Set(numbers)];
      for (const number of distinct) states.set(number, 'unknown');
      for (const batch of batches(distinct.filter((number) => number <= LARGEST_NUMBER))) {
        const found = await ask(`ask GitHub about the pull requests of ${github.repository}`, (octokit) =>
          askForMany(octokit, { owner, repo, ...limits() }, batch),
        );
        for (const number of batch) states.set(number, stateIn(found, number));
      }
      return states;
    },
  };
}

/** A type alias, since Octokit's parameters are an index type, which an interface does not fit. */
type Limits = { request: { signal: AbortSignal } };

/** The client brings all of GitHub's API with it: runs that do not ask never load it. */
async function openClient(baseUrl: string, token: string, log: Log): Promise<Octokit> {
  const { getOctokit } = await import('@actions/github');
  const quiet = { debug: log.debug, info: log.debug, warn: log.debug, error: log.debug };
  return getOctokit(token, { baseUrl, log: quiet });
}

/** What GitHub gives, by alias; `null` for what is not there. */
type QueryResult = Record<string, { state: 'OPEN' | 'CLOSED' | 'MERGED' } | null>;

/** GraphQL asks for many at once, and tells a closed pull request from one that does not exist; a list of the open ones would not. */
async function askForMany(
  octokit: Octokit,
  where: { owner: string; repo: string } & Limits,
  numbers: readonly number[],
): Promise<QueryResult> {
  const types = numbers.map((number) => `$${alias(number)}: Int!`);
  const fields = numbers.map(
    (number) => `${alias(number)}: pullRequest(number: $${alias(number)}) { state }`,
  );
  const query = `query ($owner: String!, $repo: String!, ${types.join(', ')}) { repository(owner: $owner, name: $repo) { ${fields.join(' ')} } }`;
  const variables = Object.fromEntries(numbers.map((number) => [alias(number), number]));
  try {
    return (await octokit.graphql<{ repository: QueryResult }>(query, { ...where, ...variables })).repository;
  } catch (error) {
    const found = withoutMissing(error);
    if (found) return found;
    throw error;
  }
}

/** Octokit throws an answer that has errors in it; where they only say that pull requests do not exist, the answer is good. */
function withoutMissing(error: unknown): QueryResult | undefined {
  const { data, errors } = error as {
    data?: { repository?: QueryResult | null };
    errors?: { type?: string }[];
  };
  return errors?.every(({ type }) => type === 'NOT_FOUND') ? (data?.repository ?? undefined) : undefined;
}

function stateIn(answer: QueryResult, number: number): PullRequestState {
  const state = answer[alias(number)]?.state;
  if (state === undefined) return 'unknown';
  return state === 'OPEN' ? 'open' : 'closed';
}

function alias(number: number): string {
  return `pr${number}`;
}

function batches(numbers: readonly number[]): number[][] {
  const count = Math.ceil(numbers.length / BATCH);
  return Array.from({ length: count }, (_, i) => numbers.slice(i * BATCH, (i + 1) * BATCH));
}

interface Failure {
  /** HTTP status; `undefined` where no answer came. */
  status: number | undefined;
  why: string;
  /** Seconds that GitHub asks to wait. */
  retryAfter: number | undefined;
}

/** Reads what Octokit throws: its request errors carry the answer, its GraphQL errors are answers of status 200. */
function failureOf(error: unknown, log: Log): Failure {
  const { message, response } = error as {
    message: string;
    response?: { status?: number; headers?: Record<string, string | undefined> };
  };
  if (!response)
    return { status: undefined, why: `GitHub does not answer (${message})`, retryAfter: undefined };
  const status = response.status ?? 200;
  const words = clause(
    plainText(log.redact(message).replace('Request failed due to following response errors:', '')),
  );
  const seconds = Number(response.headers?.['retry-after'] ?? Number.NaN);
  return {
    status,
    why: `GitHub answered${status === 200 ? '' : ` ${status}`}: ${words || 'no reason given'}`,
    retryAfter: Number.isFinite(seconds) ? seconds : undefined,
  };
}

/** Milliseconds until the next attempt; `undefined` where it makes no sense. A secondary limit is a 403 or 429 that says how long to wait. */
function waitFor({ status, retryAfter }: Failure, attempts: number): number | undefined {
  const isTransient = status === undefined || status >= 500 || retryAfter !== undefined;
  return isTransient && attempts < ATTEMPTS ? (retryAfter ?? attempts) * 1000 : undefined;
}

function remedyFor({ status, why }: Failure, permission: string): string {
  if (status === undefined || status >= 500 || /rate limit/i.test(why))
    return 'Run it again later; see githubstatus.com.';
  if (status === 401) return 'Check "github-token".';
  return `${permission} A token of your own in "github-token" needs the same right.`;
}
