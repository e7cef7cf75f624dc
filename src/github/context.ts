import { readFileSync } from 'node:fs';
import { pullRequestNumber, repositoryOf, runKind, type RefPayload, type Run } from './run.ts';

/** What a run knows of GitHub: who runs it, and for which pull request. */
export interface GitHubContext {
  /** `owner/name` of the repository whose workflow runs. */
  repository: string;
  /** GitHub's ID of that repository, which survives a rename. */
  repositoryId: string | undefined;
  /** API root, without a trailing slash (`https://api.github.com`, or a GitHub Enterprise Server's). */
  apiUrl: string;
  pullRequest: PullRequest | undefined;
  /** Which run this is: it decides whose things the run may touch. */
  run: Run;
  /** Why GitHub gives the run no secrets: a fork's pull request, or any run in a fork; or Dependabot started it. */
  withoutSecrets: 'fork' | 'dependabot' | undefined;
}

export interface PullRequest {
  number: number;
  /** As the event that started the run says: it may be old by now. */
  open: boolean;
}

interface EventPayload extends RefPayload {
  repository?: RefPayload['repository'] & { fork?: unknown };
  pull_request?: { number?: number; state?: string; head?: { repo?: { full_name?: string } | null } };
  issue?: { number?: number; state?: string; pull_request?: object };
}

/**
 * Reads the runner's variables and the event's payload. `@actions/github` would give the same facts, but its module brings all of
 * Octokit with it, which a run that does not ask GitHub need not load.
 *
 * @param environment the variables that the runner sets (`GITHUB_*`)
 */
export function readContext(environment: NodeJS.ProcessEnv): GitHubContext {
  const repository = environment['GITHUB_REPOSITORY'] ?? '';
  const payload = readPayload(environment['GITHUB_EVENT_PATH']);
  const pullRequest = pullRequestOf(payload);
  return {
    repository,
    repositoryId: environment['GITHUB_REPOSITORY_ID'] || undefined,
    apiUrl: (environment['GITHUB_API_URL'] || 'https://api.github.com').replace(/\/+$/, ''),
    pullRequest,
    run: {
      ...runKind(environment, payload, pullRequest?.number),
      repository: repositoryOf(environment),
    },
    withoutSecrets: withoutSecrets(environment, payload, repository),
  };
}

function readPayload(path: string | undefined): EventPayload {
  if (!path) return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as EventPayload;
  } catch {
    return {};
  }
}

function pullRequestOf(payload: EventPayload): PullRequest | undefined {
  const subject = payload.pull_request ?? (payload.issue?.pull_request ? payload.issue : undefined);
  const number = pullRequestNumber(subject?.number);
  return number === undefined ? undefined : { number, open: subject?.state !== 'closed' };
}

/** Source: GitHub's docs, "Events that trigger workflows": these runs get a read-only token and no secrets. */
function withoutSecrets(
  environment: NodeJS.ProcessEnv,
  payload: EventPayload,
  repository: string,
): GitHubContext['withoutSecrets'] {
  if (environment['GITHUB_ACTOR'] === 'dependabot[bot]') return 'dependabot';
  const head = payload.pull_request?.head;
  const fromFork = head !== undefined && head.repo?.full_name !== repository;
  const isForks = environment['GITHUB_EVENT_NAME'] === 'pull_request' && fromFork;
  return isForks || payload.repository?.fork === true ? 'fork' : undefined;
}
