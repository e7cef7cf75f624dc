import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that reached the stand-in. */
export interface GitHubRequest {
  method: string;
  path: string;
  authorization: string | undefined;
  body: string;
}

/** A way for one request to go wrong: an answer of the test's own, a broken connection, or silence. */
export type GitHubFault =
  { status: number; headers?: Record<string, string>; body?: object | string } | 'drop' | 'hang';

/** What a workflow grants the token of a job: `{ 'pull-requests': 'read' }`. */
export type Permissions = Readonly<Record<string, string>>;

/** The part of GitHub's API that knows pull requests, of one repository, on a loopback port. */
export interface TestGitHub {
  url: string;
  /** Name of the repository. */
  repository: string;
  /** What the token in {@link githubEnvironment} is: it has every permission. */
  token: string;
  /** Tokens of jobs: each may do what its permissions say, and nothing else. */
  tokens: Map<string, Permissions>;
  pulls: Map<number, 'open' | 'closed' | 'merged'>;
  /** Where a pull request comes from and what it is for, where that is not an own branch's first commit for `acme/shop`. */
  branches: Map<number, Branch>;
  /** Names of branches and tags, and what each is. */
  refs: Map<string, 'protected' | 'unprotected' | 'tag'>;
  /** Whether tokens that have the permission `pull-requests: read` may use it. */
  permitted: boolean;
  /** The same for `contents: read`, which GitHub wants for branches and tags, and, too, for the pull requests of a commit. */
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
const TOKEN = 'ghs_standin0123456789';
const IDS: Readonly<Record<string, number>> = { [REPOSITORY]: 4242, 'acme/store': 4343 };
const STRANGERS_ID = 9;
const DOCUMENTATION = 'https://docs.github.com/rest';

export async function startGitHub({ repository = REPOSITORY } = {}): Promise<TestGitHub> {
  const server = createServer((request, response) => {
    void handle(github, request, response);
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const github: TestGitHub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    repository,
    token: TOKEN,
    tokens: new Map([[TOKEN, { contents: 'write', 'pull-requests': 'write' }]]),
    pulls: new Map(),
    branches: new Map(),
    refs: new Map([['main', 'protected']]),
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
    body: Buffer.concat(chunks).toString('utf8'),
  };
  github.requests.push(request);
  const fault = github.fault?.(request, github.requests.length - 1);
  if (fault === 'hang') return;
  if (fault === 'drop') {
    message.socket.destroy();
    return;
  }
  const { status, headers, body } = fault ?? answer(github, request);
  const isText = typeof body === 'string';
  response.writeHead(status, {
    'content-type': isText ? 'text/html' : 'application/json; charset=utf-8',
    ...headers,
  });
  response.end(isText ? body : JSON.stringify(body ?? {}));
}

function answer(github: TestGitHub, request: GitHubRequest): Exclude<GitHubFault, string> {
  const refuse = (status: number, message: string): Exclude<GitHubFault, string> => ({
    status,
    body: { message, documentation_url: DOCUMENTATION, status: String(status) },
  });
  const permissions = github.tokens.get((request.authorization ?? '').replace(/^token /, ''));
  if (!permissions) return refuse(401, 'Bad credentials');
  const mayReadPulls = github.permitted && isGranted(permissions, 'pull-requests');
  const mayReadContents = github.mayReadContents && isGranted(permissions, 'contents');
  if (request.method === 'POST' && /^(\/api)?\/graphql$/.test(request.path))
    return graphql(github, mayReadPulls, request.body);
  if (request.method !== 'GET') return refuse(404, 'Not Found');
  const refused = refuse(403, 'Resource not accessible by integration');
  const commit = /^(?:\/api\/v3)?\/repos\/([^/]+\/[^/]+)\/commits\/([^/?]+)\/pulls(?:\?|$)/.exec(
    request.path,
  );
  if (commit?.[1] === github.repository) {
    if (!mayReadPulls || !mayReadContents) return refused;
    const all = [...github.pulls.keys()].filter((number) => isIn(github, number, commit[2] ?? ''));
    return { status: 200, body: all.map((number) => pullRequestOf(github, number)) };
  }
  const ref = /^(?:\/api\/v3)?\/repos\/([^/]+\/[^/]+)\/(branches\/|git\/ref\/tags%2F)([^/?]+)$/.exec(
    request.path,
  );
  if (ref?.[1] === github.repository) {
    const found = referenceOf(github, ref[2] ?? '', decodeURIComponent(ref[3] ?? ''));
    if (!found) return refuse(404, 'Not Found');
    return mayReadContents ? { status: 200, body: found } : refused;
  }
  const path = /^(?:\/api\/v3)?\/repos\/([^/]+\/[^/]+)\/pulls\/(\d+)$/.exec(request.path);
  const number = Number(path?.[2]);
  if (path?.[1] !== github.repository || !github.pulls.has(number)) return refuse(404, 'Not Found');
  return mayReadPulls ? { status: 200, body: pullRequestOf(github, number) } : refused;
}

function isGranted(permissions: Permissions, name: string): boolean {
  return ['read', 'write'].includes(permissions[name] ?? '');
}

/** A branch, or the reference of a tag. */
function referenceOf({ refs }: TestGitHub, kind: string, name: string): object | undefined {
  const held = refs.get(name);
  const sha = 'c'.repeat(40);
  if (kind === 'branches/') {
    if (held === undefined || held === 'tag') return undefined;
    return { name, commit: { sha }, protected: held === 'protected', protection: { enabled: false } };
  }
  return held === 'tag' ? { ref: `refs/tags/${name}`, object: { type: 'commit', sha } } : undefined;
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
    from = github.repository,
    to = github.repository,
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
function graphql(github: TestGitHub, isPermitted: boolean, text: string): Exclude<GitHubFault, string> {
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
  if (`${variables.owner}/${variables.repo}` !== github.repository) {
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
    repository[alias] = state && isPermitted ? { state: state.toUpperCase() } : null;
    const path = ['repository', alias];
    if (!isPermitted)
      errors.push({ type: 'FORBIDDEN', path, message: 'Resource not accessible by integration' });
    else if (!state) {
      const message = `Could not resolve to a PullRequest with the number of ${number}.`;
      errors.push({ type: 'NOT_FOUND', path, message });
    }
  }
  return { status: 200, body: { data: { repository }, ...(errors.length > 0 && { errors }) } };
}
