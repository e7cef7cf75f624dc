import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that reached the stand-in. */
export interface GitHubRequest {
  method: string;
  path: string;
  authorization: string | undefined;
}

/** A way for one request to go wrong: an answer of the test's own, a broken connection, or silence. */
export type GitHubFault =
  { status: number; headers?: Record<string, string>; body?: object | string } | 'drop' | 'hang';

/** The part of GitHub's API that knows pull requests, of the repository acme/shop, on a loopback port. */
export interface TestGitHub {
  url: string;
  /** What the token in {@link githubEnvironment} is. */
  token: string;
  pulls: Map<number, 'open' | 'closed' | 'merged'>;
  /** Where a pull request comes from and what it is for, where that is not an own branch's first commit for `acme/shop`. */
  branches: Map<number, Branch>;
  /** Whether the token has the permission `pull-requests: read`. */
  permitted: boolean;
  /** Whether it has `contents: read`, too, which GitHub wants for the pull requests of a commit. */
  mayReadContents: boolean;
  requests: GitHubRequest[];
  /** Asked once for every request, which it may also use to change something between two of them. */
  fault: ((request: GitHubRequest, index: number) => GitHubFault | undefined) | undefined;
  close(): Promise<void>;
}

export interface Branch {
  /** Its last commit. */
  sha?: string;
  /** Commits before the last one. */
  earlier?: string[];
  /** Repository that the branch is in; `null` once that is deleted. */
  from?: string | null;
  /** Repository that the pull request is for. */
  to?: string;
}

const REPOSITORY = 'acme/shop';
const IDS: Readonly<Record<string, number>> = { [REPOSITORY]: 4242, 'acme/store': 4343 };
const STRANGERS_ID = 9;
const DOCUMENTATION = 'https://docs.github.com/rest';

export async function startGitHub(): Promise<TestGitHub> {
  const server = createServer((request, response) => {
    void handle(github, request, response);
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const github: TestGitHub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: 'ghs_standin0123456789',
    pulls: new Map(),
    branches: new Map(),
    permitted: true,
    mayReadContents: true,
    requests: [],
    fault: undefined,
    close: () =>
      new Promise((done) => {
        server.close(() => {
          done();
        });
        server.closeAllConnections();
      }),
  };
  return github;
}

/** The runner's variables of a run that asks this stand-in. */
export function githubEnvironment(github: TestGitHub): Record<string, string> {
  return { GITHUB_API_URL: github.url, GITHUB_TOKEN: github.token };
}

async function handle(github: TestGitHub, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const request = {
    method: message.method ?? '',
    path: message.url ?? '',
    authorization: message.headers.authorization,
  };
  github.requests.push(request);
  const fault = github.fault?.(request, github.requests.length - 1);
  if (fault === 'hang') return;
  if (fault === 'drop') {
    message.socket.destroy();
    return;
  }
  const { status, headers, body } = fault ?? answer(github, request, Buffer.concat(chunks).toString('utf8'));
  const isText = typeof body === 'string';
  response.writeHead(status, {
    'content-type': isText ? 'text/html' : 'application/json; charset=utf-8',
    ...headers,
  });
  response.end(isText ? body : JSON.stringify(body ?? {}));
}

function answer(github: TestGitHub, request: GitHubRequest, text: string): Exclude<GitHubFault, string> {
  const refuse = (status: number, message: string): Exclude<GitHubFault, string> => ({
    status,
    body: { message, documentation_url: DOCUMENTATION, status: String(status) },
  });
  if (request.authorization !== `token ${github.token}`) return refuse(401, 'Bad credentials');
  if (request.method === 'POST' && /^(\/api)?\/graphql$/.test(request.path)) return graphql(github, text);
  if (request.method !== 'GET') return refuse(404, 'Not Found');
  const refused = refuse(403, 'Resource not accessible by integration');
  const commit = /^(?:\/api\/v3)?\/repos\/acme\/shop\/commits\/([^/?]+)\/pulls(?:\?|$)/.exec(request.path);
  if (commit) {
    if (!github.permitted || !github.mayReadContents) return refused;
    const all = [...github.pulls.keys()].filter((number) => isIn(github, number, commit[1] ?? ''));
    return { status: 200, body: all.map((number) => pullRequestOf(github, number)) };
  }
  const path = /^(?:\/api\/v3)?\/repos\/([^/]+\/[^/]+)\/pulls\/(\d+)$/.exec(request.path);
  const number = Number(path?.[2]);
  if (path?.[1] !== REPOSITORY || !github.pulls.has(number)) return refuse(404, 'Not Found');
  return github.permitted ? { status: 200, body: pullRequestOf(github, number) } : refused;
}

/** GitHub gives the pull requests that a commit is part of, not only those whose last one it is (documented). */
function isIn(github: TestGitHub, number: number, sha: string): boolean {
  const { sha: last, earlier = [] } = github.branches.get(number) ?? {};
  return last === sha || earlier.includes(sha);
}

function pullRequestOf(github: TestGitHub, number: number): object {
  const state = github.pulls.get(number);
  const {
    sha = String(number).padStart(40, '0'),
    from = REPOSITORY,
    to = REPOSITORY,
  } = github.branches.get(number) ?? {};
  const repository = (name: string): object => ({ id: IDS[name] ?? STRANGERS_ID, full_name: name });
  return {
    number,
    state: state === 'open' ? 'open' : 'closed',
    merged: state === 'merged',
    head: { ref: `branch-${number}`, sha, repo: from === null ? null : repository(from) },
    base: { ref: 'main', repo: repository(to) },
  };
}

/** The one query that the action sends; what does not exist is `null`, with an error beside the data. */
function graphql(github: TestGitHub, text: string): Exclude<GitHubFault, string> {
  const { query, variables } = JSON.parse(text) as {
    query: string;
    variables: { owner: string; repo: string } & Record<string, unknown>;
  };
  for (const [, name = ''] of query.matchAll(/\$(\w+): Int!/g)) {
    const value = variables[name];
    if (Number.isInteger(value) && Math.abs(value as number) <= 2 ** 31 - 1) continue;
    const message = `Variable $${name} of type Int! was provided invalid value`;
    return { status: 200, body: { errors: [{ message }] } };
  }
  if (`${variables.owner}/${variables.repo}` !== REPOSITORY) {
    const message = `Could not resolve to a Repository with the name '${variables.owner}/${variables.repo}'.`;
    return {
      status: 200,
      body: { data: { repository: null }, errors: [{ type: 'NOT_FOUND', path: ['repository'], message }] },
    };
  }
  const repository: Record<string, { state: string } | null> = {};
  const errors: object[] = [];
  for (const [, alias = '', name = ''] of query.matchAll(
    /(\w+): pullRequest\(number: \$(\w+)\) \{ state \}/g,
  )) {
    const number = Number(variables[name]);
    const state = github.pulls.get(number);
    repository[alias] = state && github.permitted ? { state: state.toUpperCase() } : null;
    const path = ['repository', alias];
    if (!github.permitted)
      errors.push({ type: 'FORBIDDEN', path, message: 'Resource not accessible by integration' });
    else if (!state) {
      const message = `Could not resolve to a PullRequest with the number of ${number}.`;
      errors.push({ type: 'NOT_FOUND', path, message });
    }
  }
  return { status: 200, body: { data: { repository }, ...(errors.length > 0 && { errors }) } };
}
