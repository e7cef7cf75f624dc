import { beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/util/json.ts';
import { run as sweep } from '../../src/sweep/run.ts';
import { idOf, redirectUrisOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { deploymentStatus, workflowRun, type TestEvent } from '../support/events.ts';
import { githubEnvironment } from '../support/github.ts';
import { TOKEN } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import { foreignApp, pullRequest, runOn, succeed, WEB, writes, type Inputs } from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';
import { runSource } from '../support/source.ts';

/**
 * What GitHub answers, against everything that is decided by it. Whatever is not exactly GitHub's own answer is none, and nothing is
 * deleted, reverted or taken over because of it. Each test ends with the answer that does it, so that it can be seen to be about that.
 */

const org = useOrg();
const github = useGitHub();

/** An answer by what is wrong with it. */
type Answers = [wrong: string, answer: Text][];

interface Text {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

const json = (body: unknown): Text => ({ status: 200, body: JSON.stringify(body), headers: JSON_TYPE });
/** How a value is named. */
const named = (value: unknown): string => (value === undefined ? 'absent' : JSON.stringify(value));
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

const REPOSITORY = { id: 4242, full_name: 'acme/shop' };
const SHA = 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e';

function pullRequestWith(state: string): JsonObject {
  return {
    number: 12,
    state,
    head: { ref: 'branch-12', sha: SHA, repo: REPOSITORY },
    base: { ref: 'main', repo: REPOSITORY },
  };
}

const OPEN = json(pullRequestWith('open'));
const CLOSED = json(pullRequestWith('closed'));

/** What stands in the place of an answer, as a whole. */
const NO_ANSWERS: Answers = [
  ['the page of a proxy', { status: 200, body: '<html><h1>Sign in to go on</h1>closed</html>' }],
  ['a page that calls itself JSON', { status: 200, body: '<html>', headers: JSON_TYPE }],
  ['nothing', { status: 200, body: '', headers: JSON_TYPE }],
  ['a text', json('closed')],
  ['null', json(null)],
  ['an empty object', json({})],
  ['an empty list', json([])],
  ['a list of the right ones', json([pullRequestWith('closed')])],
  ['a message', json({ message: 'Bad credentials', state: null })],
  ['an answer of GraphQL’s', json({ data: { repository: { pr12: { state: 'CLOSED' } } } })],
  ['the end of JSON', { status: 200, body: '{"number":12,"state":"closed"', headers: JSON_TYPE }],
  ...[201, 202, 203, 206, 226, 300, 304, 400, 401, 403, 404, 410, 422, 429, 500, 503].map(
    (status): Answers[number] => [`the status ${status}`, { ...CLOSED, status }],
  ),
];

/** What an error says that nobody foresaw. */
const NO_WORDS = /TypeError|is not (a function|iterable)|Cannot (read|destructure)|Unexpected/;

/** Every form that a field must not have. */
const NO_TEXTS = [undefined, null, true, 7, '', [], {}, ['closed'], { state: 'closed' }];

/** Answers that differ from the right one in one field, at a path. */
function broken(right: JsonObject, path: string, values: readonly unknown[]): Answers {
  return values.map((value) => {
    const copy = structuredClone(right);
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    const holder = keys.reduce<Record<string, unknown>>(
      (object, key) => object[key] as Record<string, unknown>,
      copy,
    );
    holder[last] = value;
    return [`${path}: ${named(value)}`, json(copy)];
  });
}

const NO_STATES: Answers = [
  ...NO_ANSWERS,
  ...broken(pullRequestWith('closed'), 'state', [
    ...NO_TEXTS,
    'CLOSED',
    'Closed',
    'merged',
    'closed ',
    'unknown',
  ]),
  ...broken(pullRequestWith('closed'), 'number', [undefined, null, '12', 13, 12.5, 0, -12, [12], {}]),
];

/** Gives one answer after the other to what is asked of the REST API, and the last one for ever. */
function answering(...answers: Text[]): void {
  let asked = 0;
  github.fault = ({ path }) =>
    path.includes('/graphql') ? undefined : answers[Math.min(asked++, answers.length - 1)];
}

const AUTO: Inputs = { ...WEB, state: 'auto' };
const RERUN = { GITHUB_RUN_ATTEMPT: '2' };
const LABELED = { ...pullRequest(12, 'closed'), action: 'labeled' };

interface Related {
  event?: object;
  env?: Record<string, string>;
}

function run(inputs: Inputs, { event = {}, env }: Related = {}): Promise<ActionRun> {
  return runOn(org, inputs, { event, env: { ...githubEnvironment(github), ...env } });
}

/** Whether a run fails in foreseen words. */
async function refused(run: Promise<ActionRun>): Promise<boolean> {
  const { exitCode, rawLog } = await run;
  expect(rawLog).not.toMatch(NO_WORDS);
  return exitCode === 1;
}

/** An app as pull request 12 has it. */
async function preview(inputs: Inputs = WEB): Promise<void> {
  github.fault = undefined;
  await succeed(org, inputs, { event: pullRequest(12), env: githubEnvironment(github) });
  org.taken();
}

/** Every one of the answers, after others: whatever the run says, the org is as it was. */
async function nothingHappens(
  what: () => Promise<ActionRun>,
  before: readonly Text[] = [],
  wrong: Answers = NO_STATES,
): Promise<void> {
  const apps = structuredClone([...org.org.apps.values()].map(({ body }) => body));
  for (const [name, answer] of wrong) {
    answering(...before, answer);
    const { rawLog } = await what();
    expect([name, writes(org)]).toEqual([name, []]);
    expect(rawLog).not.toMatch(NO_WORDS);
  }
  expect([...org.org.apps.values()].map(({ body }) => body)).toEqual(apps);
}

beforeEach(() => {
  github.pulls.set(12, 'open');
});

describe('the app of a pull request is not deleted', () => {
  beforeEach(() => preview());

  test.each<[string, Related]>([
    ['on an event of one that is open', { event: pullRequest(12) }],
    ['on the close, run again', { event: pullRequest(12, 'closed'), env: RERUN }],
    ['on another event of one that is closed', { event: LABELED }],
  ])('%s, by the first answer', async (_, related) => {
    await nothingHappens(() => run(AUTO, related));
    answering(CLOSED);
    expect((await run(AUTO, related)).outputs['result']).toBe('deleted');
  });

  test.each<[string, Related, Text[]]>([
    ['on an event of one that is open', { event: pullRequest(12) }, [CLOSED, CLOSED]],
    ['on the close, run again', { event: pullRequest(12, 'closed'), env: RERUN }, [CLOSED]],
    ['on another event of one that is closed', { event: LABELED }, [CLOSED]],
  ])('%s, by the answer right before', async (_, related, before) => {
    await nothingHappens(() => run(AUTO, related), before);
    answering(...before, OPEN);
    expect((await run(AUTO, related)).outputs['result']).toBe('unchanged');
    answering(CLOSED);
    expect((await run(AUTO, related)).outputs['result']).toBe('deleted');
  });
});

describe('what a run has made is not reverted', () => {
  test.each<[string, Text[]]>([
    ['when GitHub is asked at its end', [OPEN]],
    ['right before the deletion', [OPEN, CLOSED]],
  ])('%s', async (_, before) => {
    for (const [name, answer] of NO_STATES) {
      answering(...before, answer);
      await run(AUTO, { event: pullRequest(12) });
      expect([name, await org.labels()]).toEqual([name, ['shop']]);
      org.org.apps.clear();
    }
    answering(...before, CLOSED);
    expect((await run(AUTO, { event: pullRequest(12) })).outputs['result']).toBe('deleted');
    expect(await org.labels()).toEqual([]);
  });
});

describe('main does not take over the app of a pull request', () => {
  const URIS = { 'redirect-uris': 'https://shop.example.com/new' };

  beforeEach(() => preview());

  test.each<[string, Text[]]>([
    ['by the first answer', []],
    ['by the second answer', [CLOSED]],
    ['by an answer after a pause', [OPEN]],
  ])('%s', async (_, before) => {
    await nothingHappens(() => run({ ...WEB, ...URIS }), before);
    answering(CLOSED);
    expect((await run({ ...WEB, ...URIS })).exitCode).toBe(0);
    expect(await org.labels()).toEqual(['shop']);
  });

  test('nor does it delete it', async () => {
    await nothingHappens(() => run({ ...WEB, state: 'absent' }));
    await nothingHappens(() => run({ ...WEB, state: 'absent' }), [CLOSED]);
    answering(CLOSED);
    expect((await run({ ...WEB, state: 'absent' })).outputs['result']).toBe('deleted');
  });
});

describe('on a shared app, the URIs of a pull request stay', () => {
  const SHARED: Inputs = {
    name: 'shared',
    shared: 'true',
    state: 'auto',
    'redirect-uris': 'https://pr-12.example.com/callback',
  };

  beforeEach(async () => {
    await foreignApp(org, 'shared');
    await preview({ ...SHARED, state: 'present' });
  });

  test.each<[string, Related, Text[]]>([
    ['by the first answer', { event: pullRequest(12, 'closed'), env: RERUN }, []],
    ['by the answer right before', { event: pullRequest(12, 'closed'), env: RERUN }, [CLOSED]],
    ['on another event of one that is closed', { event: LABELED }, [CLOSED]],
    ['on an event of one that is open', { event: pullRequest(12) }, [CLOSED, CLOSED]],
  ])('%s', async (_, related, before) => {
    await nothingHappens(() => run(SHARED, related), before);
    answering(CLOSED);
    expect((await run(SHARED, related)).outputs['result']).toBe('updated');
    expect((await org.app('shared'))['profile']).toBeUndefined();
  });

  test.each<[string, Text[]]>([
    ['when GitHub is asked after they were added', [OPEN]],
    ['right before they would be taken back', [OPEN, CLOSED]],
  ])('%s', async (_, before) => {
    const bare = await foreignApp(org, 'bare');
    const added = { ...SHARED, name: 'bare' };
    for (const [name, answer] of NO_STATES) {
      answering(...before, answer);
      await run(added, { event: pullRequest(12) });
      const { profile } = await org.app('bare');
      expect([name, profile]).toEqual([name, expect.anything()]);
      await org.api('PUT', `/api/v1/apps/${idOf(bare)}`, bare);
    }
    answering(...before, CLOSED);
    await run(added, { event: pullRequest(12) });
    expect((await org.app('bare'))['profile']).toBeUndefined();
  });
});

describe('the sweep removes nothing', () => {
  const URI = 'https://pr-12.example.com/callback';
  const swept = (): Promise<ActionRun> =>
    runSource({
      action: 'sweep',
      main: sweep,
      with: { 'org-url': org.url, 'api-token': TOKEN, 'shared-app': 'shared' },
      env: githubEnvironment(github),
      world: { clock: virtualClock() },
    });
  const statesOf = (pr12: unknown, errors?: unknown): Text =>
    json({ data: { repository: { pr12 } }, ...(errors !== undefined && { errors }) });
  const answeringQueries = (answer: Text): void => {
    github.fault = ({ path }) => (path.includes('/graphql') ? answer : CLOSED);
  };

  beforeEach(async () => {
    await foreignApp(org, 'shared');
    await preview({ name: 'shared', shared: 'true', 'redirect-uris': URI });
    await preview();
  });

  const NO_QUERY_ANSWERS: Answers = [
    ...NO_ANSWERS.filter(([name]) => name !== 'an answer of GraphQL’s'),
    ...[...NO_TEXTS, 'closed', 'Merged', 'DRAFT', 'CLOSED ', '__proto__', 'toString'].map(
      (state): Answers[number] => [`state: ${named(state)}`, statesOf({ state })],
    ),
    ...[undefined, true, 7, 'CLOSED', [], ['CLOSED'], [{ state: 'CLOSED' }]].map((value): Answers[number] => [
      `pull request: ${named(value)}`,
      statesOf(value),
    ]),
    ['no data', json({ data: null })],
    ['another number', json({ data: { repository: { pr13: { state: 'CLOSED' } } } })],
    ['no repository', json({ data: { repository: null } })],
    ['a list of repositories', json({ data: { repository: [{ pr12: { state: 'CLOSED' } }] } })],
    ...[{}, 'x', true, [7], [null], [{}], [{ type: 'FORBIDDEN', message: 'No' }], [{ message: {} }]].map(
      (errors): Answers[number] => [
        `errors: ${JSON.stringify(errors)}`,
        statesOf({ state: 'CLOSED' }, errors),
      ],
    ),
  ];

  test('by an answer of GraphQL’s that is none', async () => {
    for (const [name, answer] of NO_QUERY_ANSWERS) {
      answeringQueries(answer);
      const { errors } = await swept();
      expect([name, writes(org)]).toEqual([name, []]);
      expect(errors).toEqual([
        expect.stringMatching(
          /^Cannot ask GitHub about the pull requests of acme\/shop: GitHub answered( \d+:|:| with something other than their states\.) /,
        ),
      ]);
    }
    answeringQueries(statesOf({ state: 'MERGED' }));
    expect((await swept()).outputs['deleted']).toBe('["shop"]');
    expect((await org.app('shared'))['profile']).toBeUndefined();
  });

  test('of which GitHub does not say so again right before', async () => {
    github.pulls.set(12, 'closed');
    for (const [name, answer] of [...NO_STATES, ['an open one', OPEN] as const]) {
      answering(answer);
      await swept();
      expect([name, await org.labels()]).toEqual([name, ['shared', 'shop']]);
    }
    answering(CLOSED);
    expect((await swept()).outputs['deleted']).toBe('["shop"]');
  });

  test.each([
    ['by the first question right before', 1],
    ['by the second', 2],
  ])('from a shared app of which GitHub does not say so again right before, %s', async (_, right) => {
    const answeringAfter = (answer: Text): void => {
      let asked = 0;
      github.fault = ({ path }) => {
        if (!path.includes('/graphql')) return OPEN;
        return asked++ < right ? statesOf({ state: 'MERGED' }) : answer;
      };
    };
    for (const [name, answer] of [
      ...NO_QUERY_ANSWERS,
      ['an open one', statesOf({ state: 'OPEN' })] as const,
    ]) {
      answeringAfter(answer);
      await swept();
      expect([name, redirectUrisOf(await org.app('shared')).includes(URI), writes(org)]).toEqual([
        name,
        true,
        [],
      ]);
    }
    answeringAfter(statesOf({ state: 'MERGED' }));
    await swept();
    expect(redirectUrisOf(await org.app('shared'))).not.toContain(URI);
  });
});

describe('which pull request a run is for', () => {
  const FORK = { id: 9, full_name: 'stranger/shop' };
  const NO_REPOSITORIES = [
    undefined,
    true,
    7,
    '',
    'acme/shop',
    [],
    {},
    { id: 4242 },
    { full_name: 'acme/shop' },
  ];
  const right = pullRequestWith('open');
  const wrong: Answers = [
    ...broken(right, 'number', [undefined, null, '12', 12.5, 0, -12, [12], {}]),
    ...broken(right, 'state', [...NO_TEXTS, 'OPEN', 'merged']),
    ...broken(right, 'head', [undefined, null, true, 7, '', [], {}]),
    ...broken(right, 'head.sha', [...NO_TEXTS, SHA.slice(1), SHA.toUpperCase(), 'HEAD']),
    ...broken(right, 'head.ref', [...NO_TEXTS]),
    ...broken(right, 'head.repo', NO_REPOSITORIES),
    ...broken(right, 'head.repo.id', [undefined, null, '4242', 4242.5, [4242]]),
    ...broken(right, 'base', [undefined, null, true, []]),
    ...broken(right, 'base.repo', [...NO_REPOSITORIES, null]),
  ];
  /** What is an answer to this question. */
  const LISTS = ['an empty list', 'a list of the right ones'];
  const inList = (answer: Text): Text => ({ ...answer, body: `[${answer.body}]` });
  const found = (event: TestEvent, inputs: Inputs): Promise<ActionRun> =>
    run(inputs, { event: event.payload, env: event.env });

  test.each<[string, TestEvent, Inputs]>([
    ['by its commit', deploymentStatus({ sha: SHA, ref: 'branch-12' }), WEB],
    ['by its commit, of a workflow run', workflowRun({ sha: SHA, by: 'push', branch: 'main' }), WEB],
  ])('%s: an answer that is none places the run nowhere', async (_, event, inputs) => {
    for (const [name, answer] of wrong) {
      answering(inList(answer));
      const { exitCode, log } = await found(event, inputs);
      expect([name, exitCode, org.taken()]).toEqual([name, 1, []]);
      expect(log).toContain('GitHub answered with something other than a list of pull requests');
    }
    for (const [name, answer] of NO_ANSWERS.filter(([name]) => !LISTS.includes(name))) {
      answering(answer);
      expect([name, await refused(found(event, inputs)), org.taken()]).toEqual([name, true, []]);
    }
    answering(inList(json(right)));
    expect((await found(event, inputs)).outputs).toMatchObject({ result: 'created', 'pull-request': '12' });
  });

  test('by its number: likewise, and one of another number is none', async () => {
    const inputs = { ...WEB, 'pull-request': '12' };
    const all = [...wrong, ...broken(right, 'number', [13]), ...NO_ANSWERS];
    for (const [name, answer] of all) {
      answering(answer);
      expect([name, await refused(run(inputs)), org.taken()]).toEqual([name, true, []]);
    }
    for (const repo of [null, FORK]) {
      answering(...broken(right, 'head.repo', [repo]).map(([, answer]) => answer));
      expect((await run(inputs)).log).toContain('Cannot run for a fork');
    }
    answering(json(right));
    expect((await run({ ...inputs, state: 'auto' })).outputs['result']).toBe('created');
  });
});

describe('what a workflow run stands for without a pull request', () => {
  const { payload, env } = workflowRun({ sha: SHA, by: 'push', branch: 'release/2' });
  const started = (): Promise<ActionRun> => run(WEB, { event: payload, env });
  /** No pull request has the commit. */
  const NONE = json([]);
  const branch = { name: 'release/2', protected: true };
  const tag = { ref: 'refs/tags/release/2', object: { sha: SHA } };
  const NOT_FOUND = { status: 404, body: '{"message":"Not Found"}', headers: JSON_TYPE };

  test('an answer that does not say whether its branch is protected is none', async () => {
    const wrong = [
      ...NO_ANSWERS.filter(([name]) => name !== 'the status 404'),
      ...broken(branch, 'protected', [undefined, null, 'true', 1, 'yes', [], {}, [true]]),
      ...broken(branch, 'name', [undefined, null, 7, '', 'main', 'release/20', ['release/2']]),
    ];
    for (const [name, answer] of wrong) {
      answering(NONE, answer);
      expect([name, await refused(started()), org.taken()]).toEqual([name, true, []]);
    }
    answering(NONE, json(branch));
    expect((await started()).exitCode).toBe(0);
    expect((await org.app('shop'))['profile']).toMatchObject({ okta_oidc_app: { repository: 'acme/shop' } });
  });

  test('nor is one that does not say that it is a tag', async () => {
    const wrong = [
      ...NO_ANSWERS,
      ...broken(tag, 'ref', [undefined, null, 7, 'release/2', 'refs/heads/release/2', 'refs/tags/release']),
    ];
    for (const [name, answer] of wrong) {
      answering(NONE, NOT_FOUND, answer);
      expect([name, await refused(started()), writes(org)]).toEqual([name, true, []]);
    }
    answering(NONE, NOT_FOUND, json(tag));
    expect((await started()).exitCode).toBe(0);
  });
});
