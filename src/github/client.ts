import { ActionError } from '../util/errors.ts';
import type { Deadline } from '../util/deadline.ts';
import type { Log } from '../util/log.ts';
import type { GitHubContext } from './context.ts';
import { guardedFetch, NoAnswer, type Fetch } from './guarded-fetch.ts';

/** GitHub could not be asked, or refused, or gave something other than an answer. */
export class GitHubError extends ActionError {}

/** What a run asks GitHub, before it is sent. */
export interface Question {
  /** To be read after "Cannot": `ask GitHub about pull request #12`. */
  purpose: string;
  /** As GitHub's docs write it: `GET /repos/{owner}/{repo}/pulls/{pull_number}`. */
  route: string;
  parameters?: Readonly<Record<string, unknown>>;
  /** What a workflow has to say for its token to be allowed this. */
  permission: string;
}

/**
 * GitHub's API as it answers now: nothing is remembered. The caller checks what an answer contains. This client makes sure that it comes
 * from the API's own host, with status 200, in time and within 10 MiB.
 */
export interface GitHubClient {
  /**
   * @returns the answer's JSON, or its text if it is none; `undefined` for what GitHub does not know, or does not show to the token
   * @throws {GitHubError} if GitHub does not say
   */
  ask(question: Question): Promise<unknown>;
  /**
   * All pages of a list.
   *
   * @param read what is kept of an item; it throws for one that is none
   * @throws {GitHubError} if GitHub does not say, or gives no list, or one that does not end
   */
  list<T>(question: Question, read: (item: unknown) => T): Promise<T[]>;
}

export interface ClientOptions {
  github: Pick<GitHubContext, 'apiUrl'>;
  token: string;
  deadline: Deadline;
  log: Log;
  /** Milliseconds after which a request without an answer is given up. */
  requestTimeout: number;
}

type Request = (route: string, parameters: Readonly<Record<string, unknown>>) => Promise<Answer>;

interface Answer {
  data: unknown;
  headers: { link?: string | undefined };
}

const ATTEMPTS = 3;
/** GitHub answers such questions within a second, and a run can continue without it: no need to wait as long as for Okta. */
const LONGEST_TIMEOUT = 10_000;
/** Pages of a list, of a hundred items each. */
const MOST_PAGES = 10;

/** Opens the way to GitHub's API. Nothing is sent, and GitHub's client is not loaded, before the first question. */
export function openClient(options: ClientOptions): GitHubClient {
  const { deadline } = options;
  let opened: Promise<Request> | undefined;

  /** Sends a question, and again if the failure may pass. */
  async function send({
    purpose,
    route,
    parameters = {},
    permission,
  }: Question): Promise<Answer | undefined> {
    opened ??= open(options);
    const request = await opened;
    for (let attempts = 1; ; attempts += 1) {
      deadline.check();
      try {
        return await request(route, parameters);
      } catch (error) {
        const failure = failureOf(error);
        if (failure.status === 404) return undefined;
        const wait = (failure.retryAfter ?? attempts) * 1000;
        if (!failure.mayPass || attempts === ATTEMPTS || wait >= deadline.remaining())
          throw new GitHubError(`Cannot ${purpose}`, failure.message, remedyFor(failure, permission));
        await deadline.wait(wait, failure.message);
      }
    }
  }

  return {
    ask: async (question) => (await send(question))?.data,
    list: async <T>(question: Question, read: (item: unknown) => T) => {
      const { purpose, permission } = question;
      const items: T[] = [];
      let page: Question = { ...question, parameters: { ...question.parameters, per_page: 100 } };
      for (let pages = 1; pages <= MOST_PAGES; pages += 1) {
        const answer = await send(page);
        if (!answer) throw new GitHubError(`Cannot ${purpose}`, 'GitHub answered 404', permission);
        if (!Array.isArray(answer.data)) throw notWhatWasAsked(question, 'a list');
        items.push(...answer.data.map(read));
        const next = /<([^<>]*)>\s*;\s*rel="next"/.exec(answer.headers.link ?? '')?.[1];
        if (next === undefined) return items;
        page = { ...question, route: `GET ${next}`, parameters: {} };
      }
      throw new GitHubError(
        `Cannot ${purpose}`,
        `the list has more than ${MOST_PAGES} pages`,
        'See githubstatus.com, and check that no proxy changes what GitHub answers.',
      );
    },
  };
}

/** The failure of a question whose answer is none. */
export function notWhatWasAsked({ purpose }: Question, expected: string): GitHubError {
  return new GitHubError(
    `Cannot ${purpose}`,
    `GitHub answered with something other than ${expected}`,
    'See githubstatus.com, and check that no proxy answers in its place.',
  );
}

/** The client brings all of GitHub's API with it: runs that do not ask never load it. */
async function open({ github, token, deadline, log, requestTimeout }: ClientOptions): Promise<Request> {
  const [{ getOctokit }, { defaults }] = await Promise.all([
    import('@actions/github'),
    import('@actions/github/lib/utils'),
  ]);
  const quiet = { debug: log.debug, info: log.debug, warn: log.debug, error: log.debug };
  const { apiUrl: baseUrl } = github;
  const timeLeft = (): number => Math.min(LONGEST_TIMEOUT, requestTimeout, deadline.remaining());
  const fetch = guardedFetch((defaults.request as { fetch: Fetch }).fetch, { apiUrl: baseUrl, timeLeft });
  const { request } = getOctokit(token, { baseUrl, log: quiet, request: { fetch } });
  return request;
}

/** What the client throws is a failure of the `fetch` that it was given, in a wrapping of its own; anything else says no more. */
function failureOf(error: unknown): NoAnswer {
  const { cause, message } = error as Error;
  return cause instanceof NoAnswer ? cause : new NoAnswer(`GitHub does not answer (${message})`);
}

function remedyFor({ status, message }: NoAnswer, permission: string): string {
  if (status === 401) return 'Check "github-token".';
  if (status === 403 && !/rate limit/i.test(message))
    return `${permission} A token of your own in "github-token" needs the same right.`;
  return 'Run it again later; see githubstatus.com, and check that no proxy answers in its place.';
}
