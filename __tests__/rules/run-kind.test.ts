import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readContext, type GitHubContext } from '../../src/github/context.ts';
import { eventOf, isCloseOf, type SubjectPayload } from '../../src/github/event.ts';
import { repositoryOf, runKind, type RunKind } from '../../src/github/run.ts';

/** Which run is which, by the variables and payloads that GitHub gives. */

interface Case {
  event: string;
  ref?: string;
  isProtected?: boolean;
  defaultBranch?: string | undefined;
  pullRequest?: number;
}

const PERMANENT: RunKind = { kind: 'permanent' };
const branch = (name: string): RunKind => ({ kind: 'branch', branch: name });
const pullRequest = (number: number): RunKind => ({ kind: 'pull-request', pullRequest: number });

function kindOf({ event, ref, isProtected = false, pullRequest: number, ...rest }: Case): RunKind {
  const defaultBranch = 'defaultBranch' in rest ? rest.defaultBranch : 'main';
  const environment = {
    GITHUB_EVENT_NAME: event,
    GITHUB_REF: ref,
    GITHUB_REF_PROTECTED: String(isProtected),
  };
  return runKind(environment, { repository: { default_branch: defaultBranch } }, number);
}

const MAIN = 'refs/heads/main';
const QUEUE = 'refs/heads/gh-readonly-queue/main/pr-104-929f8209';

describe('a run', () => {
  test.each<[title: string, run: Case, kind: RunKind]>([
    ['of a push to the default branch is permanent', { event: 'push', ref: MAIN }, PERMANENT],
    [
      'of a push to a protected branch is permanent',
      { event: 'push', ref: 'refs/heads/release/2', isProtected: true },
      PERMANENT,
    ],
    [
      "of a push to any other branch is the branch's",
      { event: 'push', ref: 'refs/heads/feature/a' },
      branch('feature/a'),
    ],
    [
      "of a branch is the branch's where the payload does not tell the default branch",
      { event: 'push', ref: MAIN, defaultBranch: undefined },
      branch('main'),
    ],
    [
      'of a protected branch needs no payload',
      { event: 'push', ref: MAIN, defaultBranch: undefined, isProtected: true },
      PERMANENT,
    ],
    ['of a tag is permanent', { event: 'push', ref: 'refs/tags/v1' }, PERMANENT],
    ['of a branch that was created', { event: 'create', ref: 'refs/heads/x' }, branch('x')],
    ['of a schedule is permanent', { event: 'schedule', ref: MAIN, defaultBranch: undefined }, PERMANENT],
    ['of a dispatch on a branch', { event: 'workflow_dispatch', ref: 'refs/heads/x' }, branch('x')],
    ['of a dispatch on the default branch', { event: 'workflow_dispatch', ref: MAIN }, PERMANENT],
    ['of an event from outside', { event: 'repository_dispatch', ref: MAIN }, PERMANENT],
    [
      "of a merge queue is its branch's",
      { event: 'merge_group', ref: QUEUE },
      branch(QUEUE.slice('refs/heads/'.length)),
    ],
    [
      "of a merge queue is its branch's though a rule protects it",
      { event: 'merge_group', ref: QUEUE, isProtected: true },
      branch(QUEUE.slice('refs/heads/'.length)),
    ],
    [
      "of a push to a merge queue's branch is that branch's though a rule protects it",
      { event: 'push', ref: QUEUE, isProtected: true },
      branch(QUEUE.slice('refs/heads/'.length)),
    ],
    [
      'of a push to a protected branch whose name only looks like that is permanent',
      { event: 'push', ref: 'refs/heads/gh-readonly-queues', isProtected: true },
      PERMANENT,
    ],
    [
      'of a pull request',
      { event: 'pull_request', ref: 'refs/pull/12/merge', pullRequest: 12 },
      pullRequest(12),
    ],
    [
      'of a pull request that was merged, whose ref is the base branch',
      { event: 'pull_request', ref: MAIN, pullRequest: 12 },
      pullRequest(12),
    ],
    [
      'of a pull request on the default branch (pull_request_target, a comment)',
      { event: 'pull_request_target', ref: MAIN, isProtected: true, pullRequest: 12 },
      pullRequest(12),
    ],
    [
      'of a pull request whose payload is unreadable, by its ref',
      { event: 'pull_request', ref: 'refs/pull/12/merge' },
      pullRequest(12),
    ],
    ['of a deployment of a branch', { event: 'deployment_status', ref: 'refs/heads/x' }, branch('x')],
    ['of a deployment of a tag', { event: 'deployment', ref: 'refs/tags/v1' }, PERMANENT],
    ['outside GitHub is permanent', { event: '' }, PERMANENT],
    [
      "of a branch whose name looks like a pull request's ref",
      { event: 'push', ref: 'refs/heads/refs/pull/12/merge' },
      branch('refs/pull/12/merge'),
    ],
  ])('%s', (_, run, kind) => {
    expect(kindOf(run)).toEqual(kind);
  });

  const NO_NUMBER = 'its event is one of a pull request and does not say which';

  test.each<[title: string, run: Case, why: string]>([
    [
      'a deployment of a commit',
      { event: 'deployment_status', ref: '' },
      'its deployment names a commit, and neither a branch nor a tag',
    ],
    ['a pull request without a number', { event: 'pull_request', ref: MAIN, isProtected: true }, NO_NUMBER],
    ['a pull request whose number is none', { event: 'pull_request', ref: 'refs/pull/0/merge' }, NO_NUMBER],
    [
      'a workflow run that is none',
      { event: 'workflow_run', ref: MAIN, isProtected: true },
      'its event is one of a workflow run and does not say which',
    ],
  ])('that nobody can place may only read: %s', (_, run, why) => {
    expect(kindOf(run)).toEqual({ kind: 'read-only', why });
  });
});

test.each([
  [undefined, 'github.com'],
  ['https://github.com', 'github.com'],
  ['https://GHE.example.com:8443/', 'ghe.example.com:8443'],
  ['nonsense', 'github.com'],
  ['file:///shop', 'github.com'],
])('the server of %p is %s', (url, server) => {
  expect(repositoryOf({ GITHUB_SERVER_URL: url, GITHUB_REPOSITORY: 'a/b' })).toEqual({
    server,
    name: 'a/b',
    id: undefined,
  });
});

const OWN = { server: 'github.com', name: 'acme/shop', id: '4242' };

describe('an event is the close of a pull request', () => {
  const closed = { number: 12, state: 'closed' };
  const isClose = (name: string, payload: SubjectPayload, number = 12): boolean =>
    isCloseOf(eventOf(name, payload, OWN), number);

  test.each(['pull_request', 'pull_request_target'])('%s, if it is closed and the event says so', (name) => {
    expect(isClose(name, { action: 'closed', pull_request: closed })).toBe(true);
  });

  test.each<[title: string, name: string, payload: SubjectPayload, number: number]>([
    ['another action', 'pull_request', { action: 'labeled', pull_request: closed }, 12],
    [
      'one that is open',
      'pull_request',
      { action: 'closed', pull_request: { number: 12, state: 'open' } },
      12,
    ],
    ['another number', 'pull_request', { action: 'closed', pull_request: closed }, 13],
    ['a review', 'pull_request_review', { action: 'closed', pull_request: closed }, 12],
    ['a comment', 'issue_comment', { action: 'closed', issue: { ...closed, pull_request: {} } }, 12],
    ['no pull request', 'push', { action: 'closed' }, 12],
  ])('not by %s', (_, name, payload, number) => {
    expect(isClose(name, payload, number)).toBe(false);
  });
});

/** What a run knows by the variables and the file that the runner gives it. */
function contextOf(environment: NodeJS.ProcessEnv, payload: string): GitHubContext {
  const folder = mkdtempSync(join(tmpdir(), 'payload-'));
  const path = join(folder, 'event.json');
  writeFileSync(path, payload);
  try {
    return readContext({ ...environment, GITHUB_EVENT_PATH: path });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each<[name: string, payload: SubjectPayload]>([
  ['pull_request_target', { pull_request: { number: 12 } }],
  ['issue_comment', { issue: { number: 12, pull_request: {} } }],
])('the run of an event of a pull request stands for that, on whatever ref it is: %s', (name, payload) => {
  const environment = { GITHUB_EVENT_NAME: name, GITHUB_REF: MAIN, GITHUB_REF_PROTECTED: 'true' };
  expect(contextOf(environment, JSON.stringify(payload)).run).toMatchObject(pullRequest(12));
});

describe('a payload that GitHub would not give', () => {
  test.each(['null', '[]', '"text"', '12', 'nonsense', ''])(
    'counts as one that says nothing: %s',
    (payload) => {
      const environment = { GITHUB_EVENT_NAME: 'push', GITHUB_REF: MAIN, GITHUB_REPOSITORY: 'acme/shop' };
      expect(contextOf(environment, payload)).toEqual(readContext(environment));
    },
  );

  test.each<[unknown]>([[null], [7], [{}], [['success']]])('says no status of a deployment: %j', (state) => {
    const payload = { deployment: { sha: 'a' }, deployment_status: { state } };
    expect(eventOf('deployment_status', payload as SubjectPayload, OWN).subject).toEqual({
      kind: 'commit',
      of: 'deployment',
      sha: 'a',
      fromFork: false,
      numbers: [],
      start: undefined,
      status: undefined,
    });
  });

  test.each<[unknown]>([[null], [{}], ['12'], [12], [[null, 'x', 12, [], {}, { head: null, base: 'x' }]]])(
    'names no pull request of a workflow run: %j',
    (pullRequests) => {
      const payload = { workflow_run: { head_sha: 'a', pull_requests: pullRequests } };
      expect(eventOf('workflow_run', payload as SubjectPayload, OWN).subject).toMatchObject({ numbers: [] });
    },
  );
});
