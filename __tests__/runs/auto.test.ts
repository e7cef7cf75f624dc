import { createServer } from 'node:http';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { textOf } from '../../src/util/json.ts';
import { redirectUrisOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { githubEnvironment } from '../support/github.ts';
import { DELETE, GET, POST, PUT } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import { foreignApp, pullRequest, runOn, WEB, writes, type Inputs } from '../support/runs.ts';
import { listen, useGitHub, useOrg } from '../support/servers.ts';

const org = useOrg();
const github = useGitHub();

beforeEach(() => {
  github.pulls.set(12, 'open');
});

const AUTO: Inputs = { ...WEB, state: 'auto' };
const URI = 'https://pr-12.example.com/callback';

interface Related {
  event?: 'open' | 'closed';
  env?: Record<string, string>;
  requestTimeout?: number;
}

/** A run for pull request 12. */
function run(
  inputs: Inputs,
  { event = 'open', env, requestTimeout = 10_000 }: Related = {},
): Promise<ActionRun> {
  return runOn(org, inputs, {
    event: pullRequest(12, event),
    env: { ...githubEnvironment(github), ...env },
    world: { clock: virtualClock(), requestTimeout },
  });
}

/** The pull request is closed when GitHub has answered that many questions. */
function closeAfter(questions: number, state: 'closed' | 'merged' = 'closed'): void {
  github.fault = (_, index) => {
    if (index >= questions) github.pulls.set(12, state);
    return undefined;
  };
}

describe('what decides', () => {
  test('the pull request is open: the app is there', async () => {
    const opened = await run(AUTO);
    expect(opened.outputs['result']).toBe('created');
    expect(github.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /repos/acme/shop/pulls/12',
      'GET /repos/acme/shop/pulls/12',
    ]);
  });

  test('a run that changes nothing asks once', async () => {
    await run(AUTO);
    github.requests.length = 0;
    expect((await run(AUTO)).outputs['result']).toBe('unchanged');
    expect(github.requests).toHaveLength(1);
  });

  test.each(['closed', 'merged'] as const)(
    'the event says closed, and GitHub %s: the app goes; GitHub is asked again right before',
    async (state) => {
      await run(AUTO);
      github.requests.length = 0;
      github.pulls.set(12, state);
      const closed = await run(AUTO, { event: 'closed' });
      expect(closed.outputs['result']).toBe('deleted');
      expect(await org.labels()).toEqual([]);
      expect(github.requests).toHaveLength(2);
      expect(closed.annotations).toEqual([]);
    },
  );

  test('the event says closed, and GitHub needs a moment to know of it: the app goes', async () => {
    await run(AUTO);
    github.requests.length = 0;
    closeAfter(1);
    const closed = await run(AUTO, { event: 'closed' });
    expect(closed.outputs['result']).toBe('deleted');
    expect(closed.log).toContain('GitHub says that pull request #12 is open, unlike the event. Waiting 5 s.');
    expect(closed.annotations).toEqual([]);
  });

  test('a re-run of an old closed event leaves the app of a pull request that is open again', async () => {
    await run(AUTO);
    const before = await org.app('shop');
    org.taken();
    const again = await run(AUTO, { event: 'closed' });
    expect(again.outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    expect(await org.app('shop')).toEqual(before);
    expect(again.notices).toEqual([
      'Pull request #12 has been reopened since the event of this run: the app is to be present.',
    ]);
  });

  test('a pull request that is reopened right before the deletion keeps its app', async () => {
    await run(AUTO);
    github.requests.length = 0;
    github.fault = (_, index) => {
      github.pulls.set(12, index === 0 ? 'closed' : 'open');
      return undefined;
    };
    org.taken();
    const closed = await run(AUTO, { event: 'closed' });
    expect(closed.outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    expect(closed.notices).toEqual([
      'Pull request #12 was reopened during this run: the app is to be present.',
    ]);
  });

  test.each([
    ['deactivation', /^POST .*\/lifecycle\/deactivate$/],
    ['deletion', /^DELETE /],
  ])('a pull request that is reopened while the %s waits for a rate limit keeps its app', async (_, at) => {
    const opened = await run(AUTO);
    github.pulls.set(12, 'closed');
    org.trouble.fault = ({ method, path }) => {
      if (!at.test(`${method} ${path}`)) return undefined;
      delete org.trouble.fault;
      github.pulls.set(12, 'open');
      const headers = { 'x-rate-limit-limit': '100', 'x-rate-limit-remaining': '0' };
      return { kind: 'answer', status: 429, headers };
    };
    const closed = await run(AUTO, { event: 'closed' });
    expect(closed.outputs['app-id']).toBe(opened.outputs['app-id']);
    expect(await org.app('shop')).toMatchObject({ status: 'ACTIVE' });
  });

  test.each(['closed', 'merged'] as const)(
    'a late run of an open event does not bring a %s preview back',
    async (state) => {
      github.pulls.set(12, state);
      org.taken();
      const late = await run(AUTO);
      expect(late.outputs['result']).toBe('absent');
      expect(writes(org)).toEqual([]);
      expect(late.log).toContain(
        'GitHub says that pull request #12 is closed, unlike the event. Waiting 5 s.',
      );
      expect(late.notices).toEqual([
        'Pull request #12 has been closed since the event of this run: the app is to be absent.',
      ]);
    },
  );

  test('a late run removes the app that is still there', async () => {
    await run(AUTO);
    github.pulls.set(12, 'merged');
    expect((await run(AUTO)).outputs['result']).toBe('deleted');
    expect(await org.labels()).toEqual([]);
  });

  test('a dry run asks, too', async () => {
    await run(AUTO);
    github.pulls.set(12, 'closed');
    const dry = await run({ ...AUTO, 'dry-run': 'true' });
    expect(dry.outputs).toMatchObject({ result: 'deleted', changed: 'true' });
    expect(await org.labels()).toEqual(['shop']);
  });

  test('an app by its ID that is gone already counts as absent', async () => {
    const { outputs } = await run({ ...AUTO, 'mask-client-id': 'false' });
    github.pulls.set(12, 'closed');
    await run(AUTO, { event: 'closed' });
    const again = await run(
      { 'app-id': outputs['app-id'] ?? '', 'redirect-uris': URI, state: 'auto' },
      { event: 'closed' },
    );
    expect(again.outputs['result']).toBe('absent');
  });

  test.each([['open'], ['closed']] as const)('without a token the event alone decides: %s', async (event) => {
    github.pulls.set(12, event === 'open' ? 'closed' : 'open');
    await foreignApp(org, 'other');
    const alone = await run({ ...AUTO, 'github-token': '' }, { event });
    expect(alone.outputs['result']).toBe(event === 'open' ? 'created' : 'absent');
    expect(github.requests).toEqual([]);
    expect(alone.warnings).toEqual([]);
  });

  test('present and absent ask nobody', async () => {
    await run(WEB);
    await run({ ...WEB, state: 'absent' });
    expect(github.requests).toEqual([]);
  });
});

describe('a pull request that is closed during the run', () => {
  test.each(['closed', 'merged'] as const)('%s: the app that was made is removed again', async (state) => {
    closeAfter(1, state);
    const overtaken = await run({ ...AUTO, 'trusted-origins': 'https://pr-12.example.com' });
    expect(overtaken.outputs).toMatchObject({ result: 'deleted', changed: 'true', 'client-id': '' });
    expect(await org.labels()).toEqual([]);
    expect(await org.apiList('/api/v1/trustedOrigins')).toEqual([]);
    expect(overtaken.notices).toEqual([
      'Pull request #12 was closed during this run: its changes are being reverted.',
    ]);
  });

  test('the new app is removed even while lists do not show it yet', async () => {
    org.trouble.listLagMs = 60_000;
    closeAfter(1);
    expect((await run(AUTO)).outputs['result']).toBe('deleted');
    expect(org.org.apps.size).toBe(0);
  });

  test('an app that was renamed is removed as well, whatever name Okta keeps', async () => {
    const { outputs } = await run(AUTO);
    github.requests.length = 0;
    closeAfter(1);
    org.unknown.label = 'NFKC';
    const overtaken = await run({ ...AUTO, 'app-id': outputs['app-id'] ?? '', name: 'o\uFB03ce' });
    expect(overtaken.outputs['result']).toBe('deleted');
    expect(await org.labels()).toEqual([]);
  });

  test('an app that was changed is removed as well', async () => {
    await run(AUTO);
    github.requests.length = 0;
    closeAfter(1);
    const overtaken = await run({ ...AUTO, 'redirect-uris': `${WEB['redirect-uris'] ?? ''}\n${URI}` });
    expect(overtaken.outputs['result']).toBe('deleted');
    expect(await org.labels()).toEqual([]);
  });

  test('the closing run was faster and has deleted the app: nothing is left to do', async () => {
    github.fault = (_, index) => {
      if (index !== 1) return undefined;
      github.pulls.set(12, 'closed');
      org.org.apps.clear();
      return undefined;
    };
    expect((await run(AUTO)).outputs['result']).toBe('absent');
  });

  test('nothing names an app that the closing run deleted before this one had written all of it', async () => {
    org.unknown.deletedClientInPolicy = 'kept';
    const policies = '/api/v1/authorizationServers/default/policies';
    const other = textOf((await foreignApp(org, 'other'))['id']);
    const policy = await org.accessPolicy('Previews', [other]);
    await run(AUTO);
    org.before(POST('/api/v1/trustedOrigins'), () => {
      github.pulls.set(12, 'closed');
      for (const { id, label } of org.org.apps.values()) if (label === 'shop') org.org.apps.delete(id);
    });
    const inputs = {
      ...AUTO,
      'trusted-origins': 'http://localhost:5173',
      'authorization-server': 'default',
      'authorization-server-policies': 'Previews',
    };
    // It may find its app gone while it confirms its write; then it makes the app again before it asks GitHub, and deletes it.
    const done = await run(inputs);
    if (done.exitCode !== 0) throw new Error(done.log);
    expect(['absent', 'deleted']).toContain(done.outputs['result']);
    expect(await org.labels()).toEqual(['other']);
    expect(await org.apiList('/api/v1/trustedOrigins')).toEqual([]);
    expect(await org.api('GET', `${policies}/${policy}`)).toMatchObject({
      conditions: { clients: { include: [other] } },
    });
  });

  test('in a shared app, this run gives its own URIs up again', async () => {
    await foreignApp(org, 'shared');
    const shared = { name: 'shared', shared: 'true', state: 'auto', 'redirect-uris': URI };
    closeAfter(1);
    const overtaken = await run(shared);
    expect(overtaken.exitCode).toBe(0);
    const app = await org.app('shared');
    expect(redirectUrisOf(app)).toEqual(['https://shop.example.com/callback']);
    expect(app['profile']).toBeUndefined();
  });

  test.each([
    ['URIs', PUT(/\/apps\//)],
    ['trusted origin', DELETE(/\/trustedOrigins\//)],
  ])(
    'a pull request that is reopened while the removal of its %s from a shared app waits keeps all',
    async (_, which) => {
      await foreignApp(org, 'shared');
      const origin = 'https://pr-12.example.com';
      const shared = {
        name: 'shared',
        shared: 'true',
        state: 'auto',
        'redirect-uris': URI,
        'trusted-origins': origin,
      };
      await run(shared);
      github.pulls.set(12, 'closed');
      org.trouble.fault = (request) => {
        if (!which(request)) return undefined;
        delete org.trouble.fault;
        github.pulls.set(12, 'open');
        return { kind: 'answer', status: 429 };
      };
      const closed = await run(shared, { event: 'closed' });
      expect(closed.exitCode).toBe(0);
      expect(redirectUrisOf(await org.app('shared'))).toContain(URI);
      expect(await org.apiList('/api/v1/trustedOrigins')).toMatchObject([{ origin }]);
    },
  );

  test('a pull request that is reopened while an origin of its is removed has it again, also one of an earlier run', async () => {
    await foreignApp(org, 'shared');
    const [first, second] = ['https://a.example.com', 'https://b.example.com'];
    const shared = { name: 'shared', shared: 'true', state: 'auto', 'redirect-uris': URI };
    await run({ ...shared, 'trusted-origins': `${first}\n${second}` });
    const later = { ...shared, 'trusted-origins': second };
    await run(later);
    const before = await org.apiList('/api/v1/trustedOrigins');
    github.pulls.set(12, 'closed');
    org.before(DELETE(/\/trustedOrigins\//), () => github.pulls.set(12, 'open'));
    expect((await run(later, { event: 'closed' })).exitCode).toBe(0);
    const after = await org.apiList('/api/v1/trustedOrigins');
    const names = (list: typeof after): string[] => list.map(({ name }) => textOf(name)).sort();
    expect(names(after)).toEqual(names(before));
  });

  test('a pull request that is reopened once the shared app was read keeps its URIs', async () => {
    await foreignApp(org, 'shared');
    const shared = { name: 'shared', shared: 'true', state: 'auto', 'redirect-uris': URI };
    await run(shared);
    github.pulls.set(12, 'closed');
    org.before(GET('/api/v1/apps'), () => {
      github.pulls.set(12, 'open');
    });
    org.taken();
    const closed = await run(shared, { event: 'closed' });
    expect(closed.outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    expect(redirectUrisOf(await org.app('shared'))).toContain(URI);
  });
});

describe('GitHub does not say', () => {
  const cannotAsk = 'Cannot ask GitHub about pull request #12 of acme/shop:';
  const later = 'Run it again later; see githubstatus.com, and check that no proxy answers in its place.';
  const cannotTell = 'Cannot tell whether pull request #12 is open:';
  const goesOn = 'This run follows its event, which says that pull request #12 is open.';

  test('no permission: the event decides, and a warning names the permission', async () => {
    github.permitted = false;
    const refused = await run(AUTO);
    expect(refused.outputs['result']).toBe('created');
    expect(refused.warnings).toEqual([
      `${cannotAsk} GitHub answered 403: Resource not accessible by integration. Give the job "permissions: pull-requests: read". A token of your own in "github-token" needs the same right. ${goesOn}`,
    ]);
    expect(github.requests).toHaveLength(1);
  });

  test('no permission, in the run of a closed event: the app goes, with a warning', async () => {
    await run(AUTO);
    github.permitted = false;
    const closed = await run(AUTO, { event: 'closed' });
    expect(closed.outputs['result']).toBe('deleted');
    expect(closed.warnings).toEqual([
      expect.stringMatching(
        /"permissions: pull-requests: read"\..* This run follows its event, which says that pull request #12 is closed\.$/,
      ),
    ]);
  });

  test('a pull request that GitHub does not show: the event decides, and a warning says so', async () => {
    github.pulls.clear();
    const hidden = await run(AUTO);
    expect(hidden.outputs['result']).toBe('created');
    expect(hidden.warnings).toEqual([
      `GitHub does not show pull request #12 to the token in "github-token". Give the job "permissions: pull-requests: read". ${goesOn}`,
    ]);
  });

  test('a wrong token', async () => {
    const refused = await run({ ...AUTO, 'github-token': 'ghs_wrong0123456789' });
    expect(refused.outputs['result']).toBe('created');
    expect(refused.warnings).toEqual([
      `${cannotAsk} GitHub answered 401: Bad credentials. Check "github-token". ${goesOn}`,
    ]);
    expect(refused.rawLog).not.toContain('ghs_wrong0123456789');
  });

  test.each([
    [
      'an error page',
      { status: 502, body: '<html><h1>Bad Gateway</h1></html>' },
      'answered 502: Bad Gateway',
    ],
    ['an error without words', { status: 500 }, 'answered 500: no reason given'],
    ['a broken connection', 'drop', 'does not answer (it hung up)'],
  ] as const)('%s: three attempts, then the event decides', async (_, fault, words) => {
    github.fault = () => fault;
    const down = await run(AUTO);
    expect(down.outputs['result']).toBe('created');
    expect(github.requests).toHaveLength(3);
    const told = down.warnings.map((each) => each.replace(/other side closed|read ECONNRESET/, 'it hung up'));
    expect(told).toEqual([`${cannotAsk} GitHub ${words}. ${later} ${goesOn}`]);
  });

  test('silence is given up in time', async () => {
    github.fault = () => 'hang';
    const silent = await run(AUTO, { requestTimeout: 200 });
    expect(silent.outputs['result']).toBe('created');
    expect(silent.warnings).toEqual([
      `${cannotAsk} GitHub does not answer (the request took too long). ${later} ${goesOn}`,
    ]);
  });

  test('a passing failure, and a limit that says how long to wait, are waited for', async () => {
    github.pulls.set(12, 'closed');
    const faults = [
      { status: 503 },
      {
        status: 403,
        headers: { 'retry-after': '7' },
        body: { message: 'You have exceeded a secondary rate limit.' },
      },
    ];
    github.fault = (_, index) => faults[index];
    const late = await run(AUTO);
    expect(late.outputs['result']).toBe('absent');
    expect(late.log.split('\n').filter((line) => line.includes('Waiting'))).toEqual([
      'GitHub answered 503: no reason given. Waiting 1 s.',
      'GitHub answered 403: You have exceeded a secondary rate limit. Waiting 7 s.',
      'GitHub says that pull request #12 is closed, unlike the event. Waiting 5 s.',
    ]);
    expect(late.warnings).toEqual([]);
  });

  test('the second question fails: the app stays, and a warning says so', async () => {
    github.fault = (_, index) => (index > 0 ? { status: 500 } : undefined);
    const run2 = await run(AUTO);
    expect(run2.outputs['result']).toBe('created');
    expect(run2.warnings).toEqual([
      `${cannotAsk} GitHub answered 500: no reason given. ${later} What this run has made is kept.`,
    ]);
  });

  test('right before the deletion that the close is for: the close itself decides, with a warning', async () => {
    await run(AUTO);
    github.pulls.set(12, 'closed');
    github.requests.length = 0;
    github.fault = (_, index) => (index > 0 ? { status: 500 } : undefined);
    const closed = await run(AUTO, { event: 'closed' });
    expect(closed.outputs['result']).toBe('deleted');
    expect(closed.warnings).toEqual([
      `${cannotAsk} GitHub answered 500: no reason given. ${later} This run follows its event, which says that pull request #12 is closed.`,
    ]);
  });

  test('right before what is undone because of the close, after GitHub has contradicted it: nothing is undone', async () => {
    github.fault = (_, index) => {
      github.pulls.set(12, index < 2 ? 'open' : 'closed');
      return index > 2 ? { status: 500 } : undefined;
    };
    const contradicted = await run(AUTO, { event: 'closed' });
    expect(contradicted.errors).toEqual([
      expect.stringContaining(`${cannotAsk} GitHub answered 500: no reason given. ${later}`),
    ]);
    expect(contradicted.notices).toEqual([
      'Pull request #12 has been reopened since the event of this run: the app is to be present.',
      'Pull request #12 was closed during this run: its changes are being reverted.',
    ]);
    expect(await org.labels()).toEqual(['shop']);
  });

  test('after it has contradicted the event: neither decides, and nothing is done', async () => {
    await run(AUTO);
    for (const [event, state] of [
      ['closed', 'open'],
      ['open', 'closed'],
    ] as const) {
      github.pulls.set(12, state);
      github.requests.length = 0;
      github.fault = (_, index) => (index > 0 ? { status: 500 } : undefined);
      org.taken();
      const contradicted = await run(AUTO, { event });
      expect(contradicted.errors).toEqual([`${cannotAsk} GitHub answered 500: no reason given. ${later}`]);
      expect(org.taken()).toEqual([]);
    }
  });

  test('what is reverted and reopened right before is there after all', async () => {
    github.fault = (_, index) => {
      github.pulls.set(12, index === 1 ? 'closed' : 'open');
      return undefined;
    };
    const reopened = await run(AUTO);
    expect(reopened.exitCode).toBe(0);
    expect(await org.labels()).toEqual(['shop']);
    expect(reopened.annotations.map(({ message }) => message)).toEqual([
      'Pull request #12 was closed during this run: its changes are being reverted.',
      'Pull request #12 was reopened during this run: the app is to be present.',
    ]);
  });

  test.each<[string, object, string, Inputs]>([
    [
      'a label on a closed pull request',
      { ...pullRequest(12, 'closed'), action: 'labeled' },
      'pull_request',
      {},
    ],
    [
      'a comment on a closed pull request',
      {
        issue: { number: 12, state: 'closed', pull_request: {} },
        comment: { author_association: 'OWNER', user: { login: 'mona' } },
      },
      'issue_comment',
      {},
    ],
    ['the number of a closed pull request', {}, 'workflow_dispatch', { 'pull-request': '12' }],
  ])('%s is no close, and takes nothing away', async (_, event, name, inputs) => {
    await run(AUTO);
    github.pulls.set(12, 'closed');
    github.branches.set(12, {});
    const undecided = 'and the event of this run does not decide it.';
    const unseen = 'GitHub does not show pull request #12 to the token in "github-token"';
    const noToken = 'Cannot ask GitHub about pull request #12: "github-token" is empty';
    const isFirst = name === 'pull_request';
    for (const [token, fault, error] of [
      ['', undefined, isFirst ? `${cannotTell} "github-token" is empty, ${undecided} Leave it out` : noToken],
      [github.token, { status: 502 }, `${cannotAsk} GitHub answered 502: no reason given. ${later}`],
      [github.token, { status: 404, body: {} }, `${cannotTell} ${unseen}, ${undecided} Give the job`],
    ] as const) {
      github.requests.length = 0;
      github.fault = (_, index) => (isFirst || index > 0 ? fault : undefined);
      org.taken();
      const silent = await runOn(
        org,
        { ...AUTO, ...inputs, 'github-token': token },
        { event, env: { ...githubEnvironment(github), GITHUB_EVENT_NAME: name } },
      );
      expect(silent.errors.map((each) => each.slice(0, error.length))).toEqual([error]);
      expect(writes(org)).toEqual([]);
    }
  });
});

describe('a run that was started again, whose event is old', () => {
  const AGAIN = { GITHUB_RUN_ATTEMPT: '2' };
  const errorOf = ({ errors }: ActionRun): string => errors[0] ?? '';

  test.each(['open', 'closed'] as const)('fails where GitHub does not answer: %s', async (event) => {
    await run(AUTO);
    org.taken();
    github.fault = () => ({ status: 502 });
    const again = await run(AUTO, { event, env: AGAIN });
    expect(again.exitCode).toBe(1);
    expect(errorOf(again)).toBe(
      'Cannot ask GitHub about pull request #12 of acme/shop: GitHub answered 502: no reason given. Run it again later; see githubstatus.com, and check that no proxy answers in its place.',
    );
    expect(writes(org)).toEqual([]);
  });

  test('fails where GitHub does not show the pull request', async () => {
    github.pulls.clear();
    const again = await run(AUTO, { env: AGAIN });
    expect(errorOf(again)).toBe(
      'Cannot tell whether pull request #12 is open: GitHub does not show pull request #12 to the token in "github-token", and the event of a run that was started again is old. Give the job "permissions: pull-requests: read".',
    );
    expect(writes(org)).toEqual([]);
  });

  test('goes by what GitHub says', async () => {
    expect((await run(AUTO, { env: AGAIN })).outputs['result']).toBe('created');
  });

  test.each(['open', 'closed'] as const)('fails without a token: %s', async (event) => {
    await run(AUTO);
    org.taken();
    const again = await run({ ...AUTO, 'github-token': '' }, { event, env: AGAIN });
    expect(errorOf(again)).toBe(
      'Cannot tell whether pull request #12 is open: "github-token" is empty, and the event of a run that was started again is old. Leave it out to use the workflow\'s own token.',
    );
    expect(writes(org)).toEqual([]);
  });
});

describe('the token', () => {
  test('goes to GitHub only: not to where a redirect leads, nor into the log', async () => {
    const seen: (string | undefined)[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
    });
    const location = `http://${await listen(elsewhere)}/pulls/12`;
    github.fault = () => ({ status: 302, headers: { location } });
    const redirected = await runOn(org, AUTO, {
      event: pullRequest(12),
      env: githubEnvironment(github),
      debug: true,
    });
    expect(seen).toHaveLength(0);
    expect(redirected.outputs['result']).toBe('created');
    expect(redirected.rawLog).not.toContain(github.token);
  });

  test('a GitHub Enterprise Server is asked below its own root', async () => {
    github.pulls.set(12, 'closed');
    const late = await run(AUTO, { env: { GITHUB_API_URL: `${github.url}/api/v3` } });
    expect(late.outputs['result']).toBe('absent');
    expect(new Set(github.requests.map(({ path }) => path))).toEqual(
      new Set(['/api/v3/repos/acme/shop/pulls/12']),
    );
  });
});
