import { beforeEach, describe, expect, test } from '@jest/globals';
import { markOf, redirectUrisOf } from '../support/apps.ts';
import {
  deployment,
  deploymentStatus,
  dispatch,
  issueComment,
  pullRequestReview,
  pullRequestTarget,
  push,
  workflowRun,
  type TestEvent,
} from '../support/events.ts';
import { githubEnvironment } from '../support/github.ts';
import type { ActionRun } from '../support/runner.ts';
import { failure, foreignApp, runOn, succeed, WEB, type Inputs } from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';

/** The pull request that a run is for, on each event: what the event says, and what GitHub is asked. */

const org = useOrg();
const github = useGitHub();

const AUTO: Inputs = { ...WEB, state: 'auto' };
const SHA = 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e';
const OTHER = '6dcb09b5b57875f334f61aebed695e2e4193db5e';
const OWN = { number: 12, sha: SHA };

beforeEach(() => {
  github.pulls.set(12, 'open');
  github.branches.set(12, { sha: SHA });
});

type Options = NonNullable<Parameters<typeof runOn>[2]>;

function optionsFor({ payload, env }: TestEvent, more: Record<string, string> = {}): Options {
  return { event: payload, env: { ...githubEnvironment(github), ...env, ...more } };
}

const run = (event: TestEvent, inputs: Inputs = AUTO): Promise<ActionRun> =>
  runOn(org, inputs, optionsFor(event));
const done = (event: TestEvent, inputs: Inputs = AUTO): Promise<ActionRun> =>
  succeed(org, inputs, optionsFor(event));
const refused = (event: TestEvent, inputs: Inputs = AUTO): Promise<string> =>
  failure(org, inputs, optionsFor(event));

function asked(): string[] {
  return github.requests.map(({ path }) => path.replace(/\?.*/, ''));
}

const FIND_12 = '/repos/acme/shop/pulls/12';
const FIND_BY_COMMIT = `/repos/acme/shop/commits/${SHA}/pulls`;

/** Every event that leads to a pull request, and how. */
const EVENTS: [title: string, event: () => TestEvent, inputs: Inputs][] = [
  ['pull_request_target', () => pullRequestTarget('opened'), {}],
  ['pull_request_review', () => pullRequestReview(), {}],
  ['issue_comment on one', () => issueComment(), {}],
  ['workflow_run that names it', () => workflowRun({ sha: SHA, pullRequests: [OWN] }), {}],
  ['workflow_run of its commit', () => workflowRun({ sha: SHA }), {}],
  ['workflow_run of a push of its commit', () => workflowRun({ sha: SHA, by: 'push' }), {}],
  ['deployment_status of its commit', () => deploymentStatus({ sha: SHA }), {}],
  ['deployment of its commit', () => deployment({ sha: SHA, ref: 'feature' }), {}],
  ['workflow_run with its number', () => workflowRun({ sha: SHA }), { 'pull-request': '12' }],
  ['deployment_status with its number', () => deploymentStatus({ sha: SHA }), { 'pull-request': '12' }],
  ['workflow_dispatch with its number', () => dispatch(), { 'pull-request': '12' }],
  [
    'issue_comment on an issue, with its number',
    () => issueComment({ on: 'issue', number: 7 }),
    { 'pull-request': '12' },
  ],
];

describe.each(EVENTS)('%s', (_, event, inputs) => {
  test('while it is open, the app is there, and is its own', async () => {
    const { outputs } = await done(event(), { ...AUTO, ...inputs });
    expect(outputs).toMatchObject({ result: 'created', 'pull-request': '12' });
    expect(markOf(await org.app('shop'))).toMatchObject({ repository: 'acme/shop', pull_request: 12 });
  });

  test('the mark names it without "auto", too', async () => {
    expect((await done(event(), { ...WEB, ...inputs })).outputs['pull-request']).toBe('12');
    expect(markOf(await org.app('shop'))).toMatchObject({ pull_request: 12 });
  });
});

describe('a pull request that has been closed', () => {
  beforeEach(async () => {
    await done(pullRequestTarget('opened'));
    github.pulls.set(12, 'closed');
  });

  test.each<[string, TestEvent, Inputs]>([
    ['issue_comment, which says so', issueComment({ state: 'closed' }), {}],
    ['issue_comment, which is older', issueComment(), {}],
    ['workflow_run that names it', workflowRun({ sha: SHA, pullRequests: [OWN] }), {}],
    ['workflow_run with its number', workflowRun({ sha: SHA }), { 'pull-request': '12' }],
    ['deployment_status with its number', deploymentStatus({ sha: SHA }), { 'pull-request': '12' }],
    ['workflow_dispatch with its number', dispatch(), { 'pull-request': '12' }],
  ])('%s: the app goes', async (_, event, inputs) => {
    const { outputs } = await done(event, { ...AUTO, ...inputs });
    expect(outputs).toMatchObject({ result: 'deleted', 'pull-request': '12' });
    expect(await org.labels()).toEqual([]);
  });

  test('deployment_status of its commit: nothing to do', async () => {
    const { outputs } = await done(deploymentStatus({ sha: SHA }));
    expect(outputs).toMatchObject({ result: 'skipped', 'pull-request': '' });
    expect(await org.labels()).toEqual(['shop']);
  });

  test('workflow_run of its commit: an error that says which input helps, and nothing is touched', async () => {
    org.taken();
    expect(await refused(workflowRun({ sha: SHA }))).toBe(
      `Cannot tell which pull request this run is for: no open pull request of acme/shop has f95f852bd8fc, the commit of the workflow run, as its last one; it may have been closed since. Give the number as "pull-request", or let the job run for pull requests only: "if: github.event.workflow_run.event == 'pull_request'".`,
    );
    expect(org.taken()).toEqual([]);
  });
});

describe('what is asked', () => {
  test.each<[string, TestEvent, string[]]>([
    [
      'an event that names it, and the state again at the end',
      pullRequestTarget('opened'),
      [FIND_12, FIND_12],
    ],
    ['a comment: where its branch is, then the state', issueComment(), [FIND_12, FIND_12, FIND_12]],
    [
      'a commit: once for the pull request',
      deploymentStatus({ sha: SHA }),
      [FIND_BY_COMMIT, FIND_12, FIND_12],
    ],
  ])('%s', async (_, event, requests) => {
    await done(event);
    expect(asked()).toEqual(requests);
  });

  test('without "auto", a workflow run that names its pull request needs nobody', async () => {
    await done(workflowRun({ sha: SHA, pullRequests: [OWN] }), WEB);
    expect(asked()).toEqual([]);
  });

  test('to take away, a number is enough', async () => {
    await done(pullRequestTarget('opened'));
    github.requests.length = 0;
    await done(issueComment(), { ...WEB, state: 'absent' });
    await done(dispatch(), { ...WEB, state: 'absent', 'pull-request': '12' });
    expect(asked()).toEqual([]);
    expect(await org.labels()).toEqual([]);
  });
});

describe('which of the pull requests of a commit', () => {
  test.each<[string, () => void]>([
    ['one whose branch has gone on since', () => github.branches.set(12, { sha: OTHER, earlier: [SHA] })],
    ['one that is for another repository', () => github.branches.set(12, { sha: SHA, to: 'acme/store' })],
    ['one from a fork', () => github.branches.set(12, { sha: SHA, from: 'stranger/shop' })],
    ['one from a fork that is gone', () => github.branches.set(12, { sha: SHA, from: null })],
    ['one that is closed', () => github.pulls.set(12, 'closed')],
    ['none', () => github.pulls.clear()],
  ])('%s is left out', async (_, arrange) => {
    arrange();
    org.taken();
    const skipped = await done(deploymentStatus({ sha: SHA }));
    expect(skipped.outputs).toMatchObject({ result: 'skipped', changed: 'false' });
    expect(skipped.annotations).toEqual([
      {
        level: 'notice',
        message:
          "Skipped: There is nothing to do: no open pull request of acme/shop has f95f852bd8fc, the commit of the deployment, as its last one. Forks' are left out.",
      },
    ]);
    expect(org.taken()).toEqual([]);
  });

  test('the one that is left', async () => {
    github.pulls.set(11, 'closed').set(13, 'open').set(14, 'open');
    github.branches
      .set(11, { sha: SHA })
      .set(13, { sha: SHA, from: 'stranger/shop' })
      .set(14, { sha: OTHER, earlier: [SHA] });
    expect((await done(deploymentStatus({ sha: SHA }))).outputs['pull-request']).toBe('12');
  });

  test('several: an error that says which input helps, and the input decides', async () => {
    github.pulls.set(13, 'open');
    github.branches.set(13, { sha: SHA });
    for (const event of [deploymentStatus({ sha: SHA }), workflowRun({ sha: SHA })]) {
      expect(await refused(event)).toMatch(
        /^Cannot tell which pull request this run is for: f95f852bd8fc, the commit of the (deployment|workflow run), is the last one of #12, #13\. Give the number as "pull-request"\.$/,
      );
    }
    const chosen = await done(deploymentStatus({ sha: SHA }), { ...AUTO, 'pull-request': '13' });
    expect(chosen.outputs['pull-request']).toBe('13');
  });

  test.each<[string, TestEvent]>([
    ['another commit', workflowRun({ sha: SHA, pullRequests: [{ number: 99, sha: OTHER }] })],
    ["a fork's branch", workflowRun({ sha: SHA, pullRequests: [{ number: 99, sha: SHA, from: 9 }] })],
    ['another repository', workflowRun({ sha: SHA, pullRequests: [{ number: 99, sha: SHA, to: 4343 }] })],
  ])('an event that names one of %s: the commit decides', async (_, event) => {
    expect((await done(event)).outputs['pull-request']).toBe('12');
  });

  test('without "auto", a deployment that is of no pull request counts for its branch', async () => {
    await done(deployment({ sha: OTHER, ref: 'feature' }), WEB);
    expect(markOf(await org.app('shop'))).toMatchObject({ branch: 'feature' });
  });

  test('a workflow run that a pull request started, and of which it is not known which, may not write', async () => {
    expect(await refused(workflowRun({ sha: OTHER }), WEB)).toContain(
      'this run may only read, since no open pull request of acme/shop has 6dcb09b5b578, the commit of the workflow run, as its last one',
    );
    expect(await org.labels()).toEqual([]);
  });
});

describe('a workflow run without a pull request', () => {
  const QUEUE = 'gh-readonly-queue/main/pr-104-929f8209';
  const started = (by: string, branch: string): TestEvent => workflowRun({ sha: OTHER, by, branch });

  beforeEach(() => {
    github.refs.set('release/2', 'protected').set('feature', 'unprotected').set('v1', 'tag');
  });

  test.each<[by: string, ref: string, questions: string[]]>([
    ['push', 'main', []],
    ['schedule', 'main', []],
    ['workflow_dispatch', 'main', []],
    ['push', 'release/2', ['branches/release%2F2']],
    ['workflow_dispatch', 'release/2', ['branches/release%2F2']],
    ['release', 'v1', ['branches/v1', 'git/ref/tags%2Fv1']],
    ['push', 'v1', ['branches/v1', 'git/ref/tags%2Fv1']],
  ])('that a %s of %s started is one of what is there to stay', async (by, ref, questions) => {
    await done(started(by, ref), WEB);
    const mark = markOf(await org.app('shop'));
    expect(mark).toMatchObject({ repository: 'acme/shop' });
    expect(mark).not.toHaveProperty('branch');
    expect(asked().slice(1)).toEqual(questions.map((question) => `/repos/acme/shop/${question}`));
  });

  test.each([
    ['push', 'feature'],
    ['workflow_dispatch', 'feature'],
    ['merge_group', QUEUE],
    ['push', QUEUE],
  ])("that a %s of %s started is that branch's", async (by, branch) => {
    await done(push(), WEB);
    const before = await org.app('shop');
    const changed = { ...WEB, 'redirect-uris': 'https://evil.example.com/callback' };
    expect(await refused(started(by, branch), changed)).toContain(`A run of the branch ${branch}, which is`);
    expect(await org.app('shop')).toEqual(before);
    await done(started(by, branch), { ...WEB, name: 'own' });
    expect(markOf(await org.app('own'))).toMatchObject({ branch });
    // The branch of a merge queue is gone as soon as it is merged.
    if (branch === QUEUE) expect(asked().filter((path) => path.includes('/branches/'))).toEqual([]);
  });

  test.each([
    ['pull_request', 'feature', 'no open pull request of acme/shop has 6dcb09b5b578'],
    ['pull_request_target', 'main', 'no open pull request of acme/shop has 6dcb09b5b578'],
    ['workflow_run', 'main', 'the run that started it was of an event "workflow_run", and so of no branch'],
    ['issue_comment', 'main', 'the run that started it was of an event "issue_comment", and so of no branch'],
    ['push', 'gone', 'the branch or tag "gone" of the run that started it is gone'],
    ['push', '', 'the run that started it was of an event "push", and so of no branch'],
  ])('that a %s of %s started may only read', async (by, branch, why) => {
    expect(await refused(started(by, branch), WEB)).toContain(`this run may only read, since ${why}`);
    expect(await org.labels()).toEqual([]);
  });

  test('that a push in another repository started is a fork’s', async () => {
    const forked = workflowRun({ sha: OTHER, by: 'push', branch: 'main', fork: true });
    expect(await refused(forked, WEB)).toMatch(/^Cannot run for a fork: /);
  });

  test('needs a permission to ask about its branch, which is named', async () => {
    github.fault = ({ path }) =>
      path.includes('/branches/')
        ? { status: 403, body: { message: 'Resource not accessible by integration' } }
        : undefined;
    org.taken();
    expect(await refused(started('push', 'feature'), WEB)).toMatch(
      /^Cannot ask GitHub about the branch "feature" of acme\/shop: GitHub answered 403: .* Give the job "permissions:" with "contents: read"\./,
    );
    expect(org.taken()).toEqual([]);
  });

  test('of which the event says nothing may only read', async () => {
    const event = { name: 'workflow_run', payload: {}, env: { ...started('push', 'main').env } };
    expect(await refused(event, WEB)).toContain('its event is one of a workflow run and does not say which');
  });
});

describe('the branch of a merge queue is not there to stay', () => {
  const QUEUE = 'gh-readonly-queue/main/pr-104-929f8209';

  test.each<[string, TestEvent]>([
    ['push', push(QUEUE, { isProtected: true })],
    [
      'workflow_dispatch',
      {
        ...dispatch(),
        env: { ...push(QUEUE, { isProtected: true }).env, GITHUB_EVENT_NAME: 'workflow_dispatch' },
      },
    ],
    ['deployment', deployment({ sha: OTHER, ref: QUEUE })],
  ])('on %s, whatever rule protects it', async (_, event) => {
    await done({ ...event, env: { ...event.env, GITHUB_REF_PROTECTED: 'true' } }, WEB);
    expect(markOf(await org.app('shop'))).toMatchObject({ branch: QUEUE });
  });
});

describe("a branch's run that names a pull request", () => {
  test.each(['auto', 'present', 'absent'])('of another branch is refused: state %s', async (state) => {
    await done(pullRequestTarget('opened'));
    org.taken();
    const inputs = { ...WEB, state, 'pull-request': '12' };
    expect(await refused(push('evil'), inputs)).toBe(
      'Cannot run for pull request #12: its branch is "branch-12", and this run is of the branch "evil". Check "pull-request": a run of a branch may be for a pull request of that branch only.',
    );
    expect(org.taken()).toEqual([]);
  });

  test('of its own branch is for it', async () => {
    expect((await done(push('branch-12'), { ...AUTO, 'pull-request': '12' })).outputs).toMatchObject({
      result: 'created',
      'pull-request': '12',
    });
  });
});

describe('a deployment that did not succeed', () => {
  test.each(['failure', 'error', 'pending', 'in_progress', 'queued'])('%s is skipped', async (state) => {
    org.taken();
    const skipped = await done(deploymentStatus({ sha: SHA, state }));
    expect(skipped.outputs['result']).toBe('skipped');
    expect(skipped.annotations[0]?.message).toBe(
      `Skipped: The status of the deployment is "${state}", and only "success" brings a preview.`,
    );
    expect([...org.taken(), ...asked()]).toEqual([]);
  });
});

describe('forks', () => {
  const FORK = { id: 9, full_name: 'stranger/shop' };
  const skip: Inputs = { 'skip-without-credentials': 'true' };

  const OF_12 = 'pull request #12 comes from a fork';
  const OF_NONE = 'the run is for the code of another repository, such as a fork';
  const NUMBER = { 'pull-request': '12' };
  const FORKS: [title: string, event: TestEvent, inputs: Inputs, why: string][] = [
    ['pull_request_target', pullRequestTarget('opened', { from: FORK }), {}, OF_12],
    ['pull_request_target of a fork that is gone', pullRequestTarget('opened', { from: null }), {}, OF_12],
    ['pull_request_review', pullRequestReview({ from: FORK }), {}, OF_12],
    ['issue_comment', issueComment(), {}, OF_12],
    ['workflow_run', workflowRun({ sha: SHA, fork: true }), {}, OF_NONE],
    ['workflow_run with the number', workflowRun({ sha: SHA, fork: true }), NUMBER, OF_12],
    ['deployment_status with the number', deploymentStatus({ sha: SHA }), NUMBER, OF_12],
    ['workflow_dispatch with the number', dispatch(), NUMBER, OF_12],
  ];

  beforeEach(() => {
    github.branches.set(12, { sha: SHA, from: 'stranger/shop' });
    org.taken();
  });

  test.each(FORKS)('%s: refused', async (_, event, inputs, why) => {
    for (const state of ['auto', 'present']) {
      expect(await refused(event, { ...WEB, state, ...inputs })).toBe(
        `Cannot run for a fork: ${why}, and such a run may only remove what exists. Set "skip-without-credentials: true" to skip such runs, or push the branch to this repository.`,
      );
    }
    expect(org.taken()).toEqual([]);
  });

  test.each(FORKS)('%s: skipped where the workflow says so', async (_, event, inputs, why) => {
    const { outputs, notices } = await done(event, { ...AUTO, ...inputs, ...skip });
    expect(outputs['result']).toBe('skipped');
    expect(notices).toEqual([`Skipped: ${why}, and "skip-without-credentials" is true.`]);
    expect(org.taken()).toEqual([]);
  });

  test('a run of another repository takes nothing away, and says why', async () => {
    await foreignApp(org, 'shop');
    const forked = workflowRun({ sha: SHA, fork: true });
    expect(await refused(forked, { name: 'shop', state: 'absent' })).toMatch(
      /^Cannot delete the app "shop": .*the workflow run that started it is of another repository, such as a fork/,
    );
    expect(await org.labels()).toEqual(['shop']);
  });

  test('its close may take away', async () => {
    github.pulls.set(12, 'closed');
    const closed = await done(pullRequestTarget('closed', { from: FORK }));
    expect(closed.outputs['result']).toBe('absent');
  });

  describe('its close that a reopening overtakes changes nothing', () => {
    const URIS = 'https://shop.example.com/callback\nhttps://stranger.example.com/callback';
    const close = pullRequestTarget('closed', { from: FORK });
    let before: unknown;

    beforeEach(async () => {
      github.branches.set(12, { sha: SHA });
      await done(pullRequestTarget('opened'));
      github.branches.set(12, { sha: SHA, from: 'stranger/shop' });
      before = await org.app('shop');
      github.requests.length = 0;
      github.fault = (_, index) => {
        github.pulls.set(12, index === 0 ? 'closed' : 'open');
        return undefined;
      };
    });

    test('and is refused', async () => {
      expect(await refused(close, { ...AUTO, 'redirect-uris': URIS })).toMatch(/^Cannot run for a fork: /);
      expect(await org.app('shop')).toEqual(before);
    });

    test('in a shared app either', async () => {
      await foreignApp(org, 'shared');
      const inputs = { name: 'shared', shared: 'true', state: 'auto', 'redirect-uris': URIS };
      const { fault } = github;
      github.fault = undefined;
      github.branches.set(12, { sha: SHA });
      github.pulls.set(12, 'open');
      await done(pullRequestTarget('opened'), inputs);
      github.branches.set(12, { sha: SHA, from: 'stranger/shop' });
      github.requests.length = 0;
      github.fault = fault;
      const shared = await org.app('shared');
      expect(await refused(close, inputs)).toMatch(/^Cannot run for a fork: /);
      expect(await org.app('shared')).toEqual(shared);
    });

    test('and is skipped where the workflow says so', async () => {
      const overtaken = await done(close, { ...AUTO, 'redirect-uris': URIS, ...skip });
      expect(overtaken.outputs['result']).toBe('skipped');
      expect(await org.app('shop')).toEqual(before);
    });
  });
});

describe('a stranger', () => {
  const message = (who: string, what: string): string =>
    `Cannot run for this comment: ${who}, who wrote it, is not an owner, a member or a collaborator of the repository, and anybody may comment. Let the job run for those only: "if: contains(fromJSON('["OWNER", "MEMBER", "COLLABORATOR"]'), github.event.${what}.author_association)".`;

  test.each(['NONE', 'CONTRIBUTOR', 'FIRST_TIMER', 'MANNEQUIN'])(
    '%s: a comment is refused',
    async (association) => {
      org.taken();
      for (const state of ['auto', 'present', 'absent'])
        expect(await refused(issueComment({ association }), { ...WEB, state })).toBe(
          message('mona', 'comment'),
        );
      expect(await refused(pullRequestReview({ association }))).toBe(message('mona', 'review'));
      expect([...org.taken(), ...asked()]).toEqual([]);
    },
  );

  test.each([null, undefined, {}, { login: null }])('whose account is gone is one, too: %j', async (user) => {
    const { payload, ...event } = issueComment({ association: 'NONE' });
    const comment = { author_association: 'NONE', user };
    expect(await refused({ ...event, payload: { ...payload, comment } })).toBe(
      message('somebody', 'comment'),
    );
  });

  test('is whoever commented where the event does not say who did', async () => {
    const { payload, ...event } = issueComment();
    expect(await refused({ ...event, payload: { ...payload, comment: undefined } })).toBe(
      message('somebody', 'comment'),
    );
  });

  test.each(['OWNER', 'MEMBER', 'COLLABORATOR'])('%s is none', async (association) => {
    expect((await done(issueComment({ association }))).outputs['result']).toBe('created');
  });
});

describe('an address that the event brings', () => {
  const url = 'https://shop-b590y5v61-acme.vercel.app';
  const brought: Inputs = { ...AUTO, 'redirect-uris': `${url}/callback` };

  test('needs "redirect-hosts", and must fit one', async () => {
    org.taken();
    for (const inputs of [
      brought,
      { ...AUTO, 'trusted-origins': url },
      { ...AUTO, 'post-logout-redirect-uris': `${url}/` },
      { ...brought, shared: 'true' },
    ]) {
      expect(await refused(deploymentStatus({ sha: SHA, url }), inputs)).toMatch(
        /^The inputs cannot be used: "redirect-hosts" is missing, and ".*" has "https:\/\/shop-b590y5v61-acme\.vercel\.app.*", an address that the event of this run brings: whoever deployed has chosen it\./,
      );
    }
    const other = { ...brought, 'redirect-hosts': 'shop-*-other.vercel.app' };
    expect(await refused(deploymentStatus({ sha: SHA, url }), other)).toContain(
      'fits no pattern in "redirect-hosts"',
    );
    expect([...org.taken(), ...asked()]).toEqual([]);
    const fitting = { ...brought, 'redirect-hosts': 'shop-*-acme.vercel.app' };
    expect((await done(deploymentStatus({ sha: SHA, url }), fitting)).outputs['result']).toBe('created');
  });

  test('in whatever form a host tells it', async () => {
    for (const address of [url, new URL(url).host]) {
      const dispatched: TestEvent = {
        name: 'repository_dispatch',
        payload: { action: 'vercel.deployment.success', client_payload: { url: address, git: { sha: SHA } } },
        env: { GITHUB_EVENT_NAME: 'repository_dispatch' },
      };
      expect(await refused(dispatched, { ...brought, 'pull-request': '12' })).toContain(
        '"redirect-hosts" is missing',
      );
    }
  });

  test.each<[string, unknown]>([
    ['a value', { preview: { url } }],
    ['a text of JSON', JSON.stringify({ preview: { urls: ['https://a.example.com', url] } })],
    [
      'a text of JSON with escapes',
      JSON.stringify({ url }).replaceAll('/', '\\/').replaceAll('.', '\\u002e'),
    ],
    ['a text of JSON in a text of JSON', JSON.stringify({ inner: ` ${JSON.stringify([url])}` })],
    ['a text that is an address', url],
    ['a text of JSON that is an address', JSON.stringify(url)],
    ['a text of JSON that is deeper than any', `${'['.repeat(60_000)}"${url}"${']'.repeat(60_000)}`],
    ['a text of JSON beside one that is cut short', ['{', JSON.stringify({ url })]],
    ['a value beside many', { many: Array(200_000).fill(0), url }],
  ])('in the payload of the deployment: %s', async (_, payload) => {
    expect(await refused(deployment({ sha: SHA, ref: 'feature', payload }), brought)).toContain(
      '"redirect-hosts" is missing',
    );
  });

  test('is not needed for an address of the workflow’s own', async () => {
    expect((await done(deploymentStatus({ sha: SHA, url }))).outputs['result']).toBe('created');
  });
});

describe('a URI for each deployment', () => {
  const DEPLOYMENTS = ['one', 'two', 'three'];
  const inputs = (name: string, more: Inputs): Inputs => ({
    name: 'shop',
    state: 'auto',
    'redirect-uris': `https://shop-${name}-acme.vercel.app/callback`,
    'redirect-hosts': 'shop-*-acme.vercel.app',
    ...more,
  });
  const deploy = (name: string, more: Inputs = {}): Promise<ActionRun> =>
    done(deploymentStatus({ sha: SHA, url: `https://shop-${name}-acme.vercel.app` }), inputs(name, more));

  test('on a shared app each run adds its own, and the close takes all of them away unnamed', async () => {
    await foreignApp(org, 'shop');
    for (const name of DEPLOYMENTS) await deploy(name, { shared: 'true' });
    expect(redirectUrisOf(await org.app('shop'))).toHaveLength(1 + DEPLOYMENTS.length);
    github.pulls.set(12, 'merged');
    const closed = await done(pullRequestTarget('closed'), { name: 'shop', shared: 'true', state: 'auto' });
    expect(closed.outputs).toMatchObject({ result: 'updated', 'pull-request': '12' });
    expect(redirectUrisOf(await org.app('shop'))).toEqual(['https://shop.example.com/callback']);
  });

  test('on an app of the preview’s own the list is the last one’s', async () => {
    for (const name of DEPLOYMENTS) await deploy(name);
    expect(redirectUrisOf(await org.app('shop'))).toEqual(['https://shop-three-acme.vercel.app/callback']);
    github.pulls.set(12, 'merged');
    expect((await done(pullRequestTarget('closed'), { name: 'shop', state: 'auto' })).outputs['result']).toBe(
      'deleted',
    );
  });
});

describe('the input "pull-request"', () => {
  test.each(['0', '-1', '012', '1.5', '1e3', '0x1', '#12', 'twelve', '12 13', '9007199254740993'])(
    '%s is no number',
    async (text) => {
      expect(await refused(dispatch(), { ...AUTO, 'pull-request': text })).toBe(
        `The inputs cannot be used: "pull-request" is "${text}", not the number of a pull request. Give the number alone, such as 12.`,
      );
    },
  );

  test("must not contradict the event's", async () => {
    expect(await refused(issueComment(), { ...AUTO, 'pull-request': '13' })).toBe(
      'The inputs cannot be used: "pull-request" is 13, and the event of this run is about pull request #12. Leave it out.',
    );
    expect((await done(issueComment(), { ...AUTO, 'pull-request': '12' })).outputs['result']).toBe('created');
  });

  test.each<[string, TestEvent]>([
    ['workflow run', workflowRun({ sha: SHA })],
    ['deployment', deploymentStatus({ sha: SHA })],
  ])("must have the event's commit: %s", async (of, event) => {
    github.pulls.set(13, 'open');
    github.branches.set(13, { sha: OTHER });
    expect(await refused(event, { ...AUTO, 'pull-request': '13' })).toBe(
      `Cannot run for pull request #13: its last commit is 6dcb09b5b578, and the event of this run is about a ${of} of f95f852bd8fc. Check "pull-request", or leave it out: the run finds the pull request by the commit.`,
    );
  });

  test('that GitHub does not know', async () => {
    expect(await refused(dispatch(), { ...AUTO, 'pull-request': '99' })).toBe(
      'Cannot find pull request #99 of acme/shop: GitHub shows none of that number to the token in "github-token". Check "pull-request". Give the job "permissions: pull-requests: read".',
    );
  });

  test('is what "auto" needs on an event without one', async () => {
    for (const event of [dispatch(), issueComment({ on: 'issue' })]) {
      expect(await refused(event)).toBe(
        'The inputs cannot be used: "state" is "auto", and the event of this run names no pull request. Give its number as "pull-request", or say "present" or "absent".',
      );
    }
  });
});

describe('where GitHub does not say', () => {
  const OF_12 = 'pull request #12';
  const OF_COMMIT = 'the pull request of the commit f95f852bd8fc';
  const LOOK_UPS: [string, TestEvent, Inputs][] = [
    ['issue_comment', issueComment(), {}],
    ['workflow_run', workflowRun({ sha: SHA }), {}],
    ['deployment_status', deploymentStatus({ sha: SHA }), {}],
    ['workflow_dispatch', dispatch(), { 'pull-request': '12' }],
  ];

  beforeEach(() => {
    org.taken();
  });

  test.each(LOOK_UPS)('%s: a missing permission is named', async (_, event, inputs) => {
    github.permitted = false;
    for (const state of ['auto', 'present']) {
      expect(await refused(event, { ...WEB, state, ...inputs })).toMatch(
        /GitHub answered 403: Resource not accessible by integration[^]*Give the job "permissions:.*pull-requests: read"/,
      );
    }
    expect(org.taken()).toEqual([]);
  });

  test('the pull requests of a commit need a second permission, which is named', async () => {
    github.mayReadContents = false;
    expect(await refused(deploymentStatus({ sha: SHA }))).toMatch(
      /^Cannot find the pull request of the commit f95f852bd8fc of acme\/shop: GitHub answered 403: .* Give the job "permissions:" with "contents: read" and "pull-requests: read"\./,
    );
  });

  test.each(LOOK_UPS)('%s: no answer is no "present"', async (_, event, inputs) => {
    github.fault = () => ({ status: 503, body: {} });
    for (const state of ['auto', 'present'])
      expect(await refused(event, { ...WEB, state, ...inputs })).toMatch(/GitHub answered 503/);
    expect(org.taken()).toEqual([]);
  });

  test.each(LOOK_UPS)('%s: nor is no token', async (_, event, inputs) => {
    const what = event.name === 'issue_comment' || inputs['pull-request'] ? OF_12 : OF_COMMIT;
    expect(await refused(event, { ...AUTO, ...inputs, 'github-token': '' })).toBe(
      `Cannot ask GitHub about ${what}: "github-token" is empty, and an event "${event.name}" does not say all that this run has to know of it. Leave "github-token" out to use the workflow's own token.`,
    );
    expect(org.taken()).toEqual([]);
  });
});

test('a run without a pull request says so', async () => {
  const { outputs } = await run(dispatch(), WEB);
  expect(outputs).toMatchObject({ result: 'created', 'pull-request': '' });
});
