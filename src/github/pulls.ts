import { clause, plainText } from '../util/errors.ts';
import {
  isReference,
  protectionOf,
  pullRequestIn,
  pullRequestOfCommit,
  stateOf,
  statesIn,
  type FoundPullRequest,
  type PullRequestState,
} from './answers.ts';
import {
  GitHubError,
  notWhatWasAsked,
  openClient,
  type ClientOptions,
  type GitHubClient,
  type Question,
} from './client.ts';
import type { GitHubContext } from './context.ts';

export type { FoundPullRequest, PullRequestState };

/**
 * The pull requests and branches of the repository whose workflow runs, as GitHub knows them now. Every call asks anew, so that a second
 * call right before a deletion is a second answer. An answer that is not exactly of GitHub's form is none, and none is thrown as an error:
 * nobody may take it for "closed".
 */
export interface PullRequests {
  /** @throws {GitHubError} if GitHub does not say */
  state(number: number): Promise<PullRequestState>;
  /**
   * The states of many pull requests, in one request per hundred.
   *
   * @throws {GitHubError} if GitHub does not say
   */
  states(numbers: Iterable<number>): Promise<Map<number, PullRequestState>>;
  /**
   * @returns `undefined` if none has that number, or the token may not see it
   * @throws {GitHubError} if GitHub does not say
   */
  find(number: number): Promise<FoundPullRequest | undefined>;
  /**
   * The pull requests of the repository whose last commit this is. Those that come from forks are left out.
   *
   * @throws {GitHubError} if GitHub does not say
   */
  ofCommit(sha: string): Promise<FoundPullRequest[]>;
  /**
   * What the name that a push was to stands for: a protected branch or another one, a tag, or nothing any more.
   *
   * @throws {GitHubError} if GitHub does not say
   */
  kindOfRef(name: string): Promise<'protected' | 'unprotected' | 'tag' | undefined>;
}

/** What a workflow has to say for its token to be allowed this. */
export const NEEDED_PERMISSION = 'Give the job "permissions: pull-requests: read".';
/** Which of the two GitHub wants for a commit's pull requests is not documented; both are reported. */
const NEEDED_FOR_COMMITS = 'Give the job "permissions:" with "contents: read" and "pull-requests: read".';
const NEEDED_FOR_BRANCHES = 'Give the job "permissions:" with "contents: read".';

export type PullRequestsOptions = ClientOptions & {
  github: Pick<GitHubContext, 'run' | 'apiUrl'>;
};

const BATCH = 100;
/** Of GraphQL's `Int`: no pull request has a larger number, and one question with such a number fails as a whole. */
const LARGEST_NUMBER = 2 ** 31 - 1;

/** Opens the way to GitHub's pull requests. Nothing is sent before the first question. */
export function pullRequestsOf(options: PullRequestsOptions): PullRequests {
  const { repository } = options.github.run;
  const client = openClient(options);
  const [owner = '', repo = ''] = repository.name.split('/');
  const question = (
    purpose: string,
    route: string,
    parameters: object,
    permission = NEEDED_PERMISSION,
  ): Question => ({
    purpose: `${purpose} of ${repository.name}`,
    route: `GET /repos/{owner}/{repo}/${route}`,
    parameters: { owner, repo, ...parameters },
    permission,
  });
  const about = (number: number): Question =>
    question(`ask GitHub about pull request #${number}`, 'pulls/{number}', { number });

  return {
    state: async (number) => {
      const answer = await client.ask(about(number));
      if (answer === undefined) return 'unknown';
      return certain(stateOf(answer, number), about(number), 'the state of that pull request');
    },
    find: async (number) => {
      const answer = await client.ask(about(number));
      if (answer === undefined) return undefined;
      const found = pullRequestIn(answer, repository);
      return certain(found?.number === number ? found : undefined, about(number), 'that pull request');
    },
    ofCommit: async (sha) => {
      const purpose = `find the pull request of the commit ${sha.slice(0, 12)}`;
      const asked = question(purpose, 'commits/{sha}/pulls', { sha }, NEEDED_FOR_COMMITS);
      const all = await client.list(asked, (item) =>
        certain(pullRequestOfCommit(item, sha, repository), asked, 'a list of pull requests'),
      );
      return all.filter((found) => found !== null);
    },
    states: async (numbers) => {
      const distinct = [...new Set(numbers)];
      const states = new Map(distinct.map((number): [number, PullRequestState] => [number, 'unknown']));
      for (const batch of batches(distinct.filter((number) => number <= LARGEST_NUMBER)))
        for (const [number, state] of await statesOf(client, options.github, batch))
          states.set(number, state);
      return states;
    },
    kindOfRef: async (name) => {
      const purpose = `ask GitHub about the branch "${name}"`;
      const branch = question(purpose, 'branches/{branch}', { branch: name }, NEEDED_FOR_BRANCHES);
      const answer = await client.ask(branch);
      if (answer !== undefined)
        return certain(protectionOf(answer, name), branch, 'that branch') ? 'protected' : 'unprotected';
      const tag = question(purpose, 'git/ref/{ref}', { ref: `tags/${name}` }, NEEDED_FOR_BRANCHES);
      return isReference(await client.ask(tag), `refs/tags/${name}`) ? 'tag' : undefined;
    },
  };
}

/** The states of as many pull requests as one request may ask about. */
async function statesOf(
  client: GitHubClient,
  { apiUrl, run }: PullRequestsOptions['github'],
  numbers: readonly number[],
): Promise<Map<number, PullRequestState>> {
  const { name: repository } = run.repository;
  const [owner = '', repo = ''] = repository.split('/');
  const names = new Map(numbers.map((number) => [number, `pr${number}`]));
  const question: Question = {
    purpose: `ask GitHub about the pull requests of ${repository}`,
    route: `POST ${graphqlUrl(apiUrl)}`,
    parameters: queryFor(names, { owner, repo }),
    permission: NEEDED_PERMISSION,
  };
  const states = certain(statesIn(await client.ask(question), names), question, 'their states');
  if ('objection' in states) throw refused(question, states.objection);
  return states;
}

/** @throws {GitHubError} for an answer that is none */
function certain<T>(answer: T | undefined, question: Question, expected: string): T {
  if (answer === undefined) throw notWhatWasAsked(question, expected);
  return answer;
}

/** An answer of GraphQL's has the status 200, whatever it says. */
function refused({ purpose, permission }: Question, objection: string): GitHubError {
  const words = clause(plainText(objection)) || 'no reason given';
  const remedy = /rate limit/i.test(words) ? 'Run it again later.' : permission;
  return new GitHubError(`Cannot ${purpose}`, `GitHub answered: ${words}`, remedy);
}

/** The place of GraphQL, beside the REST API: a GitHub Enterprise Server has it beside `/api/v3` (documented). */
function graphqlUrl(apiUrl: string): string {
  return `${apiUrl.replace('/api/v3', '/api')}/graphql`;
}

/**
 * GraphQL asks for many at once, and distinguishes a closed pull request from one that does not exist; a list of the open ones would not.
 */
function queryFor(
  names: ReadonlyMap<number, string>,
  where: { owner: string; repo: string },
): { query: string; variables: object } {
  const entries = [...names];
  const types = entries.map(([, name]) => `$${name}: Int!`);
  const fields = entries.map(([, name]) => `${name}: pullRequest(number: $${name}) { state }`);
  return {
    query: `query ($owner: String!, $repo: String!, ${types.join(', ')}) { repository(owner: $owner, name: $repo) { ${fields.join(' ')} } }`,
    variables: { ...where, ...Object.fromEntries(entries.map(([number, name]) => [name, number])) },
  };
}

function batches(numbers: readonly number[]): number[][] {
  const count = Math.ceil(numbers.length / BATCH);
  return Array.from({ length: count }, (_, i) => numbers.slice(i * BATCH, (i + 1) * BATCH));
}
