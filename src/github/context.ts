import { readFileSync } from 'node:fs';
import { eventOf, type Event, type SubjectPayload } from './event.ts';
import { attemptOf, type Attempt } from './job.ts';
import { repositoryOf, runKind, type Run } from './run.ts';
import { userAgent } from './user-agent.ts';
import { isObject, type Json } from '../util/json.ts';

/** What a run knows of GitHub: who runs it, and for which pull request. */
export interface GitHubContext {
  /** API root, without a trailing slash (`https://api.github.com`, or a GitHub Enterprise Server's). */
  apiUrl: string;
  /** What requests say of the run that sends them. */
  userAgent: string;
  event: Event;
  attempt: Attempt;
  /** Which run this is: it decides whose things the run may touch. */
  run: Run;
  /** Whether the event says that the repository is private: otherwise everybody may read the log and the summary. */
  isPrivate: boolean;
  /** Why GitHub gives the run no secrets: a fork's pull request, or any run in a fork; or Dependabot started it. */
  withoutSecrets: 'fork' | 'dependabot' | undefined;
}

export interface PullRequest {
  number: number;
  /** As the event that started the run says, which may be old by now, or GitHub if the event does not. */
  open: boolean;
}

type EventPayload = SubjectPayload & { repository?: { fork?: unknown; private?: unknown } };

/**
 * Reads the runner's variables and the event's payload. `@actions/github` would give the same facts, but its module brings all of
 * Octokit with it, which a run that does not ask GitHub need not load.
 *
 * @param environment the variables that the runner sets (`GITHUB_*`)
 */
export function readContext(environment: NodeJS.ProcessEnv): GitHubContext {
  const repository = repositoryOf(environment);
  const payload = readPayload(environment['GITHUB_EVENT_PATH']);
  const event = eventOf(environment['GITHUB_EVENT_NAME'] ?? '', payload, repository);
  const number = event.subject.kind === 'pull-request' ? event.subject.number : undefined;
  return {
    apiUrl: withoutSlash(environment['GITHUB_API_URL'] || 'https://api.github.com'),
    userAgent: userAgent(environment),
    event,
    attempt: attemptOf(environment),
    run: { ...runKind(environment, payload, number), repository },
    isPrivate: payload.repository?.private === true,
    withoutSecrets: withoutSecrets(environment, payload, event),
  };
}

function withoutSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : url;
}

function readPayload(path = ''): EventPayload {
  try {
    const payload = JSON.parse(readFileSync(path, 'utf8')) as Json;
    return isObject(payload) ? payload : {};
  } catch {
    return {};
  }
}

/** Source: GitHub's docs, "Events that trigger workflows": these runs get a read-only token and no secrets. */
function withoutSecrets(
  environment: NodeJS.ProcessEnv,
  payload: EventPayload,
  { name, subject }: Event,
): GitHubContext['withoutSecrets'] {
  if (environment['GITHUB_ACTOR'] === 'dependabot[bot]') return 'dependabot';
  const isForks = name === 'pull_request' && subject.kind === 'pull-request' && subject.fromFork;
  return isForks || payload.repository?.fork === true ? 'fork' : undefined;
}
