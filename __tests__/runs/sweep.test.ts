import { beforeEach, describe, expect, test } from '@jest/globals';
import { textOf, type JsonObject } from '../../src/util/json.ts';
import type { Fault } from '../../emulator/src/server.ts';
import { run as sweepRun } from '../../src/sweep/run.ts';
import { clientIdOf, idOf, markOf, redirectUrisOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { githubEnvironment } from '../support/github.ts';
import { DELETE, GET, PUT, TOKEN, type Matcher } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import { foreignApp, pullRequest, shown, succeed, writes, type Inputs } from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';
import { runSource } from '../support/source.ts';

const org = useOrg();
const github = useGitHub();

function sweep(inputs: Inputs = {}, env: Record<string, string> = {}): Promise<ActionRun> {
  return runSource({
    action: 'sweep',
    main: sweepRun,
    with: { 'org-url': org.url, 'api-token': TOKEN, ...inputs },
    env: { ...githubEnvironment(github), ...env },
    world: { clock: virtualClock() },
  });
}

function names(run: ActionRun, output: 'deleted' | 'kept'): string[] {
  return JSON.parse(run.outputs[output] ?? '') as string[];
}

/** Why each app is kept, by its name. */
function whyKept({ outputs }: ActionRun): Record<string, string> {
  const apps = JSON.parse(outputs['apps'] ?? '') as { name: string; action: string; why: string }[];
  const kept = apps.filter(({ action }) => action === 'kept');
  return Object.fromEntries(kept.map(({ name, why }) => [name, why]));
}

function errorOf({ errors }: ActionRun): string {
  return errors[0] ?? '';
}

/** An app as a run of the main action makes it for a pull request. */
async function preview(number: number, inputs: Inputs = {}): Promise<void> {
  const host = `https://pr-${number}.example.com`;
  await succeed(
    org,
    { name: `shop-pr-${number}`, 'redirect-uris': `${host}/callback`, ...inputs },
    { event: pullRequest(number) },
  );
}

/** Adds a pull request's URIs to the shared app, as the main action does. */
async function share(number: number, inputs: Inputs = {}): Promise<void> {
  const uri = `https://pr-${number}.example.com/callback`;
  await preview(number, { name: 'shared', shared: 'true', 'redirect-uris': uri, ...inputs });
}

/** An app with a mark of the test's own. */
function marked(label: string, mark: JsonObject): Promise<JsonObject> {
  return foreignApp(org, label, { profile: { okta_oidc_app: mark } });
}

const LIMIT = {
  kind: 'answer',
  status: 429,
  headers: { 'x-rate-limit-limit': '100', 'x-rate-limit-remaining': '0' },
} as const;

describe('apps', () => {
  test('one that is taken over while GitHub is asked about it stays', async () => {
    await preview(12);
    github.pulls.set(12, 'closed');
    const owner = { repository: 'acme/shop', repository_id: '4242' };
    github.fault = (_, index) => {
      if (index === 1)
        for (const app of org.org.apps.values())
          app.body = { ...app.body, profile: { okta_oidc_app: owner } };
      return undefined;
    };
    org.taken();
    const run = await sweep();
    expect(names(run, 'deleted')).toEqual([]);
    expect(run.notices).toEqual([
      'The app "shop-pr-12" is kept: it no longer belongs to pull request #12 alone.',
    ]);
    expect(writes(org)).toEqual([]);
  });

  test('one of a pull request that GitHub shows no more right before stays', async () => {
    await preview(12);
    github.pulls.set(12, 'closed');
    github.fault = (_, index) => {
      if (index === 1) github.pulls.clear();
      return undefined;
    };
    const run = await sweep();
    expect(names(run, 'deleted')).toEqual([]);
    expect(run.notices).toEqual([
      'The app "shop-pr-12" is kept: GitHub does not show pull request #12 any more.',
    ]);
  });

  test('those of closed and merged pull requests go, with their trusted origins; the rest stays', async () => {
    await preview(1, { 'trusted-origins': 'https://pr-1.example.com' });
    await preview(2);
    await preview(3, { 'trusted-origins': 'https://pr-3.example.com' });
    await succeed(org, { name: 'shop', 'redirect-uris': 'https://shop.example.com/callback' });
    await foreignApp(org, 'by hand');
    github.pulls.set(1, 'closed').set(2, 'merged').set(3, 'open');

    const swept = await sweep();
    expect(JSON.parse(github.requests[0]?.body ?? '')).toEqual({
      query:
        'query ($owner: String!, $repo: String!, $pr1: Int!, $pr2: Int!, $pr3: Int!) { repository(owner: $owner, name: $repo) { pr1: pullRequest(number: $pr1) { state } pr2: pullRequest(number: $pr2) { state } pr3: pullRequest(number: $pr3) { state } } }',
      variables: { owner: 'acme', repo: 'shop', pr1: 1, pr2: 2, pr3: 3 },
    });
    expect(swept.exitCode).toBe(0);
    expect(names(swept, 'deleted')).toEqual(['shop-pr-1', 'shop-pr-2']);
    expect(names(swept, 'kept')).toEqual(['shop-pr-3']);
    expect(swept.outputs['changed']).toBe('true');
    expect(await org.labels()).toEqual(['shop-pr-3', 'shop', 'by hand']);
    const origins = await org.apiList('/api/v1/trustedOrigins');
    expect(origins.map(({ origin }) => origin)).toEqual(['https://pr-3.example.com']);
    expect(swept.log.split('\n')).toEqual([
      'Looked at 5 apps. Of acme/shop, and temporary: 3.',
      'Stopped trusting the origin https://pr-1.example.com.',
      'Deactivated the app "shop-pr-1".',
      'Deleted the app "shop-pr-1" of pull request #1.',
      'Deactivated the app "shop-pr-2".',
      'Deleted the app "shop-pr-2" of pull request #2.',
      '2 apps of closed pull requests were deleted; 1 temporary app is kept for now.',
    ]);
    expect(shown(swept)).toBe(
      [
        '### Okta sweep\n',
        '2 apps of closed pull requests were deleted; 1 temporary app is kept for now.\n',
        `Org ${new URL(org.url).host}\n`,
        '| Removed | Of | Why |',
        '| --- | --- | --- |',
        '| shop-pr-1 | pull request #1 | closed |',
        '| shop-pr-2 | pull request #2 | closed |\n',
        '| Kept | Of | Age | Expires | Why |',
        '| --- | --- | --- | --- | --- |',
        '| shop-pr-3 | acme/shop, pull request #3 | 0 days |  | its pull request is open |',
        '| shop | acme/shop | 0 days |  | it is permanent |\n\n',
      ].join('\n'),
    );
  });

  test('are taken out of the access policies that let them in', async () => {
    const path = '/api/v1/authorizationServers/default/policies';
    const other = idOf(await foreignApp(org, 'other'));
    const policy = await org.accessPolicy('Previews', [other]);
    for (const number of [1, 2])
      await preview(number, {
        'authorization-server': 'default',
        'authorization-server-policies': 'Previews',
      });
    github.pulls.set(1, 'closed').set(2, 'open');
    expect(names(await sweep(), 'deleted')).toEqual(['shop-pr-1']);
    const { conditions } = await org.api('GET', `${path}/${policy}`);
    expect(conditions).toEqual({ clients: { include: [other, clientIdOf(await org.app('shop-pr-2'))] } });
  });

  test('a second sweep changes nothing', async () => {
    await preview(1);
    github.pulls.set(1, 'closed');
    await sweep();
    org.taken();
    const again = await sweep();
    expect(again.outputs).toEqual({ deleted: '[]', kept: '[]', changed: 'false', apps: '[]' });
    expect(again.log).toBe('Looked at 0 apps. Of acme/shop, and temporary: 0.\nNothing was removed.');
    expect(shown(again)).toBe(`### Okta sweep\n\nNothing was removed.\n\nOrg ${new URL(org.url).host}\n\n`);
    expect(writes(org)).toEqual([]);
  });

  test("another repository's mark, a mark without a number, and a bare app stay untouched", async () => {
    github.pulls.set(1, 'closed');
    await marked('other repository', { repository: 'acme/blog', repository_id: '77', pull_request: 1 });
    await marked('same name, other ID', { repository: 'acme/shop', repository_id: '77', pull_request: 1 });
    await marked('no number', { repository: 'acme/shop', repository_id: '4242' });
    await marked('odd number', { repository: 'acme/shop', repository_id: '4242', pull_request: '1' });
    await foreignApp(org, 'shop-pr-1');
    org.taken();
    const swept = await sweep();
    expect(swept.outputs).toMatchObject({ deleted: '[]', kept: '[]', changed: 'false' });
    expect(writes(org)).toEqual([]);
    expect(github.requests).toEqual([]);
  });

  test('a renamed repository still sweeps what it made', async () => {
    await marked('old name', { repository: 'acme/store', repository_id: '4242', pull_request: 1 });
    github.pulls.set(1, 'closed');
    expect(names(await sweep(), 'deleted')).toEqual(['old name']);
  });

  test('what belongs to a pull request that GitHub does not know is left alone, with a warning', async () => {
    await preview(1);
    await preview(404);
    github.pulls.set(1, 'closed');
    const swept = await sweep();
    expect(names(swept, 'deleted')).toEqual(['shop-pr-1']);
    expect(names(swept, 'kept')).toEqual(['shop-pr-404']);
    expect(swept.warnings).toEqual([
      'GitHub does not know these pull requests of acme/shop: #404. What belongs to them was left alone: delete it by hand if it is no longer needed.',
    ]);
  });

  test.each([
    [{}, 'limit=200', 'list the apps'],
    [{ 'name-prefix': 'shop-' }, 'q=shop-&limit=200', 'list the apps that start with "shop-"'],
  ])(
    'are read in whole pages, no others, and once where that is refused: %j',
    async (inputs, query, purpose) => {
      org.refuse(GET('/api/v1/apps'));
      expect(errorOf(await sweep(inputs))).toMatch(`Cannot ${purpose}: Okta answered 403: `);
      expect(org.requests.map((request) => [request.path, request.query])).toEqual([['/api/v1/apps', query]]);
    },
  );

  test('name-prefix narrows the apps to look at', async () => {
    await preview(1);
    await preview(2, { name: 'blog-pr-2' });
    await preview(3, { name: 'SHOP-pr-3' });
    await foreignApp(org, 'shop-by-hand');
    github.pulls.set(1, 'closed').set(2, 'closed').set(3, 'closed');
    const swept = await sweep({ 'name-prefix': 'shop-' });
    expect(names(swept, 'deleted')).toEqual(['shop-pr-1']);
    expect(await org.labels()).toEqual(['blog-pr-2', 'SHOP-pr-3', 'shop-by-hand']);
    expect(swept.log).toContain('Looked at 2 apps. Of acme/shop, and temporary: 1.');
    expect((await sweep({ 'name-prefix': 'shop-' })).notices).toEqual([]);
    expect((await sweep({ 'name-prefix': 'shops' })).notices).toEqual([
      'No app has a name that starts with "shops": check "name-prefix".',
    ]);
  });

  test('an app to which runs added URIs is shared, and stays', async () => {
    await preview(1, { name: 'shared', 'redirect-hosts': '*.example.com' });
    await share(2);
    github.pulls.set(1, 'closed').set(2, 'open');
    const swept = await sweep();
    expect(names(swept, 'kept')).toEqual(['shared']);
    expect(whyKept(swept)).toEqual({ shared: 'others have URIs on it' });
    expect(await org.labels()).toEqual(['shared']);
  });

  test('one whose pull request is reopened during the sweep stays, and the sweep says so', async () => {
    for (const number of [1, 2]) {
      await preview(number);
      github.pulls.set(number, 'closed');
    }
    github.fault = (_, index) => {
      if (index > 0) github.pulls.set(1, 'open');
      return undefined;
    };
    const swept = await sweep();
    expect(names(swept, 'deleted')).toEqual(['shop-pr-2']);
    expect(names(swept, 'kept')).toEqual(['shop-pr-1']);
    expect(await org.labels()).toEqual(['shop-pr-1']);
    expect(swept.notices).toEqual(['The app "shop-pr-1" is kept: pull request #1 is not closed any more.']);
  });

  test('one that is taken over, or shared, during the sweep stays', async () => {
    for (const number of [1, 2, 3]) {
      await preview(number, { 'redirect-hosts': '*.example.com' });
      github.pulls.set(number, 'closed');
    }
    const taken = await org.app('shop-pr-1');
    const shared = await org.app('shop-pr-2');
    const OWNER = { repository: 'acme/shop', repository_id: '4242' };
    const uris = [{ input: 'redirect-uris', uri: 'https://x.example.com', ...OWNER, pull_request: 9 }];
    github.fault = (_, index) => {
      if (index > 0) return undefined;
      const marks = new Map<string, JsonObject>([
        [idOf(taken), OWNER],
        [idOf(shared), { ...OWNER, pull_request: 2, uris }],
      ]);
      for (const [id, mark] of marks) {
        const app = org.org.apps.get(id);
        if (app) app.body = { ...app.body, profile: { okta_oidc_app: mark } };
      }
      return undefined;
    };
    const swept = await sweep();
    expect(names(swept, 'deleted')).toEqual(['shop-pr-3']);
    const left = await org.apiList('/api/v1/apps?limit=200');
    expect(left.map(({ label, status }) => [label, status])).toEqual([
      ['shop-pr-1', 'ACTIVE'],
      ['shop-pr-2', 'ACTIVE'],
    ]);
    expect(swept.notices).toEqual([
      'The app "shop-pr-1" is kept: it no longer belongs to pull request #1 alone.',
      'The app "shop-pr-2" is kept: it no longer belongs to pull request #2 alone.',
    ]);
  });

  test.each([
    ['deactivation', /^POST .*\/lifecycle\/deactivate$/],
    ['deletion', /^DELETE /],
  ])('ones taken over, or reopened, while their %s waits for a rate limit stay', async (_, at) => {
    const OWNER = { repository: 'acme/shop', repository_id: '4242' };
    for (const number of [1, 2, 3]) {
      await preview(number);
      github.pulls.set(number, 'closed');
    }
    const met = new Set<string>();
    org.trouble.fault = ({ method, path }) => {
      const app = [...org.org.apps.values()].find(({ id }) => path.includes(id));
      if (!app || !at.test(`${method} ${path}`) || met.has(app.id)) return undefined;
      met.add(app.id);
      if (app.label === 'shop-pr-1') app.body = { ...app.body, profile: { okta_oidc_app: OWNER } };
      if (app.label === 'shop-pr-2') github.pulls.set(2, 'open');
      return LIMIT;
    };
    const swept = await sweep();
    expect(names(swept, 'deleted')).toEqual(['shop-pr-3']);
    const left = await org.apiList('/api/v1/apps?limit=200');
    expect(left.map(({ label, status }) => [label, status])).toEqual([
      ['shop-pr-1', 'ACTIVE'],
      ['shop-pr-2', 'ACTIVE'],
    ]);
    expect(swept.notices).toEqual([
      'The app "shop-pr-1" is kept: it no longer belongs to pull request #1 alone.',
      'The app "shop-pr-2" is kept: pull request #2 is not closed any more.',
    ]);
  });

  test('one that is gone by the time counts as deleted', async () => {
    await preview(1);
    github.pulls.set(1, 'closed');
    github.fault = () => {
      org.org.apps.clear();
      return undefined;
    };
    const swept = await sweep();
    expect(swept.exitCode).toBe(0);
    expect(names(swept, 'deleted')).toEqual(['shop-pr-1']);
  });

  test('marks that are not surely ours, and numbers that are none, stay and stop nothing', async () => {
    await preview(1);
    const own = { repository: 'acme/shop', repository_id: '4242' };
    await marked('no ID', { repository: 'acme/shop', pull_request: 1 });
    await marked('server', { ...own, server: 'ghe.example.com', pull_request: 1 });
    await marked('half', { ...own, pull_request: 1.5 });
    await marked('none', { ...own, pull_request: 0 });
    await marked('text', { ...own, pull_request: '1) { state } }' });
    await marked('huge', { ...own, pull_request: 2 ** 53 });
    await marked('large', { ...own, pull_request: 2 ** 31 });
    await marked('largest', { ...own, pull_request: 2 ** 31 - 1 });
    const sentence =
      'Managed by the workflows of acme/shop (repository ID 4242), pull request #1, with the GitHub Action okta-oidc-app.';
    const oauthClient = (await org.app('server'))['settings'] as JsonObject;
    await foreignApp(org, 'sentence', { settings: { ...oauthClient, notes: { admin: sentence } } });
    github.pulls.set(1, 'closed').set(2 ** 31 - 1, 'closed');
    const swept = await sweep();
    expect(swept.exitCode).toBe(0);
    expect(names(swept, 'deleted')).toEqual(['shop-pr-1', 'largest']);
    expect(names(swept, 'kept')).toEqual(['large']);
    const left = ['half', 'huge', 'large', 'no ID', 'none', 'sentence', 'server', 'text'];
    expect(new Set(await org.labels())).toEqual(new Set(left));
  });

  test('one that cannot be deleted does not stop the others, and is told at the end', async () => {
    for (const number of [1, 2, 3]) {
      await preview(number);
      github.pulls.set(number, 'closed');
    }
    const id = idOf(await org.app('shop-pr-2'));
    org.trouble.forbidden = ({ method, path }) => method === 'DELETE' && path.endsWith(id);
    const swept = await sweep();
    expect(swept.exitCode).toBe(1);
    expect(names(swept, 'deleted')).toEqual(['shop-pr-1', 'shop-pr-3']);
    expect(names(swept, 'kept')).toEqual(['shop-pr-2']);
    expect(whyKept(swept)).toEqual({ 'shop-pr-2': 'it could not be deleted' });
    expect(swept.errors).toEqual([
      'Cannot delete the app "shop-pr-2": Okta answered 403 (E0000006): You do not have permission to perform the requested action. Give the token\'s owner an administrator role that allows it, such as Application Administrator. Done before the failure: deactivated the app "shop-pr-1"; deleted the app "shop-pr-1" of pull request #1; deactivated the app "shop-pr-2"; deactivated the app "shop-pr-3"; deleted the app "shop-pr-3" of pull request #3. A re-run continues from there.',
    ]);
    org.trouble.forbidden = undefined;
    expect(names(await sweep(), 'deleted')).toEqual(['shop-pr-2']);
  });

  test('the time limit ends the sweep with what was done, and the next one goes on', async () => {
    for (const number of [1, 2, 3]) {
      await preview(number);
      github.pulls.set(number, 'closed');
    }
    const id = idOf(await org.app('shop-pr-2'));
    const limited = { 'x-rate-limit-limit': '100', 'x-rate-limit-reset': '4000000000' };
    org.trouble.fault = ({ path }) =>
      path.includes(id) ? { kind: 'answer', status: 429, headers: limited } : undefined;
    const ended = await sweep({ 'timeout-seconds': '' });
    expect(ended.exitCode).toBe(1);
    expect(errorOf(ended)).toContain('"timeout-seconds" (300)');
    expect(names(ended, 'deleted')).toEqual(['shop-pr-1']);
    expect(names(ended, 'kept')).toEqual(['shop-pr-2', 'shop-pr-3']);
    org.trouble.fault = undefined;
    expect(names(await sweep(), 'deleted')).toEqual(['shop-pr-2', 'shop-pr-3']);
  });

  test('foreign text in names does not become markup or commands', async () => {
    const label = '<img src=x> | **pr** ##[error]';
    await preview(1, { name: label });
    github.pulls.set(1, 'closed');
    const swept = await sweep();
    expect(names(swept, 'deleted')).toEqual([label]);
    expect(swept.summary).not.toContain('<img');
    expect(swept.summary).not.toContain('**pr**');
    expect(swept.rawLog).not.toContain('##[error]');
  });

  test.each([
    '2026-01-01 (<img src=x> | **late**)',
    'keep until release 5',
    'OPS-12',
    '0',
    '2020',
    '1.12.2025',
  ])('what somebody wrote into a mark as the time of its end ends nothing: "%s"', async (end) => {
    expect(Date.parse(end)).not.toBeNaN();
    github.pulls.set(12, 'open');
    await marked('late', { repository: 'acme/shop', repository_id: '4242', expires: end });
    await marked('open', { repository: 'acme/shop', repository_id: '4242', pull_request: 12, expires: end });
    const swept = await sweep();
    expect(names(swept, 'deleted')).toEqual([]);
    expect(await org.labels()).toEqual(['late', 'open']);
    expect(swept.summary).not.toMatch(/<img|\*\*late/);
  });

  test('all that are kept are named in the summary, up to as many as anybody reads', async () => {
    for (let number = 1; number <= 22; number += 1) {
      const owner = { repository: 'acme/shop', repository_id: '4242' };
      await marked(`shop-pr-${number}`, { ...owner, pull_request: number });
      github.pulls.set(number, 'open');
    }
    expect(shown(await sweep()).match(/^\| shop-pr-\d+ \|.*\| its pull request is open \|$/gm)).toHaveLength(
      22,
    );
  });

  test('no client ID in log or summary, with step debugging on too', async () => {
    await preview(1);
    await preview(2, { 'client-id': 'okta' });
    const clientIds = [clientIdOf(await org.app('shop-pr-1')), clientIdOf(await org.app('shop-pr-2'))];
    github.pulls.set(1, 'closed').set(2, 'closed');
    const swept = await runSource({
      action: 'sweep',
      main: sweepRun,
      with: { 'org-url': org.url, 'api-token': TOKEN },
      env: githubEnvironment(github),
      debug: true,
      world: { clock: virtualClock() },
    });
    expect(await org.labels()).toEqual([]);
    for (const secret of [...clientIds, TOKEN, github.token]) {
      expect(swept.rawLog).not.toContain(secret);
      expect(swept.rawSummary).not.toContain(secret);
    }
  });
});

describe('many apps', () => {
  const LABELS = Array.from({ length: 300 }, (_, i) => `app-${String(i).padStart(3, '0')}`);
  const isStale = (i: number): boolean => i % 5 === 0;
  const isOpen = (i: number): boolean => i % 5 === 1;

  beforeEach(async () => {
    for (const [i, label] of LABELS.entries()) {
      const own = { repository: 'acme/shop', repository_id: '4242' };
      if (isStale(i) || isOpen(i)) await marked(label, { ...own, pull_request: 1000 + i });
      else if (i % 5 === 2)
        await marked(label, { repository: 'acme/blog', repository_id: '9', pull_request: 1000 + i });
      else if (i % 5 === 3) await marked(label, own);
      else await foreignApp(org, label);
      github.pulls.set(1000 + i, isOpen(i) ? 'open' : i % 2 === 0 ? 'closed' : 'merged');
    }
    org.taken();
  }, 60_000);

  test('of 300, the 60 stale ones go: two questions to GitHub and one more for each, and nothing else is touched', async () => {
    const untouched = (apps: JsonObject[]): JsonObject[] =>
      apps.filter(({ label }) => !isStale(LABELS.indexOf(label as string)));
    const before = await allApps();

    const swept = await sweep({ 'max-deletions': '60' });
    expect(swept.exitCode).toBe(0);
    expect(names(swept, 'deleted')).toEqual(LABELS.filter((_, i) => isStale(i)));
    expect(names(swept, 'kept')).toEqual(LABELS.filter((_, i) => isOpen(i)));
    const questions = github.requests.map(({ method, path }) => `${method} ${path}`);
    expect(questions.slice(0, 2)).toEqual(['POST /graphql', 'POST /graphql']);
    expect(questions).toHaveLength(2 + 60);
    const asked = github.requests.slice(0, 2).map(({ body }) => body.match(/pullRequest\(/g)?.length);
    expect(asked).toEqual([100, 20]);
    const taken = org.taken();
    expect(taken.filter((request) => request === 'GET /api/v1/apps')).toHaveLength(2);
    expect(taken).toHaveLength(2 + 60 * 3);
    expect(await allApps()).toEqual(untouched(before));
  });

  test('more than max-deletions is an error before the first deletion', async () => {
    const refused = await sweep({
      'dry-run': '',
      'all-repositories': '',
      'max-deletions': '',
      'name-prefix': '',
    });
    expect(refused.exitCode).toBe(1);
    expect(errorOf(refused)).toBe(
      'Cannot sweep acme/shop: closed pull requests left 60 apps and 0 URIs of the shared app behind, more than "max-deletions" (25) allows; nothing was removed. Look with "dry-run: true" at what would go, then raise "max-deletions".',
    );
    expect(writes(org)).toEqual([]);
    expect(refused.outputs).toEqual({});
  });

  async function allApps(): Promise<JsonObject[]> {
    const first = await org.apiList('/api/v1/apps?limit=200');
    return [...first, ...(await org.apiList(`/api/v1/apps?limit=200&after=${idOf(first.at(-1))}`))];
  }
});

/** Pull request 1 is reopened at the next such request of the action, which may go wrong, too. */
function reopenAt(which: Matcher, fault?: Fault): void {
  org.trouble.fault = (request) => {
    if (!which(request)) return undefined;
    delete org.trouble.fault;
    github.pulls.set(1, 'open');
    return fault;
  };
}

describe('a shared app', () => {
  const OWN = 'https://shop.example.com/callback';

  beforeEach(async () => {
    await foreignApp(org, 'shared');
  });

  test('URIs of a pull request that is reopened during the sweep stay', async () => {
    for (const number of [1, 2]) {
      await share(number);
      github.pulls.set(number, 'closed');
    }
    github.fault = (_, index) => {
      if (index > 0) github.pulls.set(1, 'open');
      return undefined;
    };
    const swept = await sweep({ 'shared-app': 'shared' });
    expect(swept.exitCode).toBe(0);
    expect(redirectUrisOf(await org.app('shared'))).toEqual([OWN, 'https://pr-1.example.com/callback']);
  });

  test('URIs of a pull request that is reopened while their removal waits for a rate limit stay', async () => {
    await share(1);
    github.pulls.set(1, 'closed');
    reopenAt(PUT(/\/apps\//), LIMIT);
    expect((await sweep({ 'shared-app': 'shared' })).exitCode).toBe(0);
    expect(redirectUrisOf(await org.app('shared'))).toEqual([OWN, 'https://pr-1.example.com/callback']);
  });

  test('URIs of a pull request that is reopened while its trusted origin is deleted stay', async () => {
    await share(1, { 'trusted-origins': 'https://pr-1.example.com' });
    github.pulls.set(1, 'closed');
    reopenAt(DELETE(/\/trustedOrigins\//));
    expect((await sweep({ 'shared-app': 'shared' })).exitCode).toBe(0);
    expect(redirectUrisOf(await org.app('shared'))).toEqual([OWN, 'https://pr-1.example.com/callback']);
  });

  test('the trusted origin of a pull request that is reopened while its removal waits stays', async () => {
    await share(1, { 'trusted-origins': 'https://pr-1.example.com' });
    github.pulls.set(1, 'closed');
    reopenAt(DELETE(/\/trustedOrigins\//), LIMIT);
    expect((await sweep({ 'shared-app': 'shared' })).exitCode).toBe(0);
    expect(await org.apiList('/api/v1/trustedOrigins')).toHaveLength(1);
  });

  test('URIs and trusted origins of closed pull requests go, everybody else’s stay', async () => {
    for (const number of [1, 2, 3]) {
      await share(number, {
        'post-logout-redirect-uris': `https://pr-${number}.example.com/`,
        'trusted-origins': `https://pr-${number}.example.com`,
      });
    }
    github.pulls.set(1, 'closed').set(2, 'open').set(3, 'merged');

    const swept = await sweep({ 'shared-app': 'shared' });
    expect(swept.exitCode).toBe(0);
    expect(swept.outputs).toMatchObject({ deleted: '[]', kept: '[]', changed: 'true' });
    const app = await org.app('shared');
    expect(redirectUrisOf(app)).toEqual([OWN, 'https://pr-2.example.com/callback']);
    expect(markOf(app)['uris']).toHaveLength(3);
    expect(swept.log).toContain('\n6 URIs were removed from the shared app.');
    const origins = await org.apiList('/api/v1/trustedOrigins');
    expect(origins.map(({ origin }) => origin)).toEqual(['https://pr-2.example.com']);
    const rows = shown(swept)
      .split('\n')
      .filter((line) => line.startsWith('| https://'));
    expect(rows.map((row) => row.split(' ')[1]).toSorted()).toEqual(
      [1, 3].flatMap((number) =>
        ['', '/', '/callback'].map((path) => `https://pr-${number}.example.com${path}`),
      ),
    );

    org.taken();
    const again = await sweep({ 'shared-app': idOf(app) });
    expect(again.outputs['changed']).toBe('false');
    expect(writes(org)).toEqual([]);
  });

  test('a trusted origin that is claimed while GitHub is asked stays', async () => {
    const origin = 'https://both.example.com';
    await share(1, { 'trusted-origins': origin });
    github.pulls.set(1, 'closed').set(2, 'open');
    const id = idOf(await org.app('shared'));
    github.fault = (_, index) => {
      const body = index === 1 ? org.org.apps.get(id)?.body : undefined;
      if (!body) return undefined;
      const claim = { input: 'trusted-origins', uri: origin, repository: 'acme/shop', repository_id: '4242' };
      const { uris = [], ...mark } = markOf(body);
      const claims = [...(uris as JsonObject[]), { ...claim, pull_request: 2 }];
      Object.assign(body, { profile: { okta_oidc_app: { ...mark, uris: claims } } });
      return undefined;
    };
    const swept = await sweep({ 'shared-app': 'shared' });
    expect(await org.apiList('/api/v1/trustedOrigins')).toHaveLength(1);
    expect(shown(swept)).toContain('| https://pr-1.example.com/callback |');
    expect(shown(swept)).not.toContain(`| ${origin} |`);
  });

  test('a URI that an open pull request, or another repository, claims too stays with that claim', async () => {
    const both = 'https://both.example.com/callback';
    await share(1, { 'redirect-uris': both });
    await share(2, { 'redirect-uris': both });
    await succeed(
      org,
      { name: 'shared', shared: 'true', 'redirect-uris': 'https://blog.example.com/callback' },
      {
        event: pullRequest(77, 'open', 'acme/blog'),
        env: { GITHUB_REPOSITORY: 'acme/blog', GITHUB_REPOSITORY_ID: '9' },
      },
    );
    github.pulls.set(1, 'closed').set(2, 'open');
    const swept = await sweep({ 'shared-app': 'shared' });
    expect(swept).toMatchObject({ exitCode: 0, annotations: [], outputs: { changed: 'false' } });
    const app = await org.app('shared');
    expect(redirectUrisOf(app)).toEqual([OWN, both, 'https://blog.example.com/callback']);
    expect(markOf(app)['uris']).toMatchObject([
      { repository: 'acme/shop', pull_request: 2 },
      { repository: 'acme/blog', pull_request: 77 },
    ]);
  });

  test('a URI that several closed pull requests claim counts once', async () => {
    const both = 'https://both.example.com/callback';
    await share(1, { 'redirect-uris': both });
    await share(2, { 'redirect-uris': both });
    github.pulls.set(1, 'closed').set(2, 'closed');
    const swept = await sweep({ 'shared-app': 'shared', 'max-deletions': '1' });
    expect(swept.log).toContain('\n1 URI was removed from the shared app.');
    expect(shown(swept).match(/^\| https.*/gm)).toEqual([`| ${both} | the shared app shared | closed |`]);
    expect(redirectUrisOf(await org.app('shared'))).toEqual([OWN]);
  });

  test('its URIs count for max-deletions, together with apps', async () => {
    await share(1);
    await preview(1);
    github.pulls.set(1, 'closed');
    org.taken();
    const refused = await sweep({ 'shared-app': 'shared', 'max-deletions': '1' });
    expect(errorOf(refused)).toContain('left 1 app and 1 URI of the shared app behind');
    expect(writes(org)).toEqual([]);
    expect((await sweep({ 'shared-app': 'shared', 'max-deletions': '2' })).exitCode).toBe(0);
  });

  test('the shared app itself is never deleted, even if a closed pull request made it', async () => {
    await preview(1, { name: 'made by a pull request' });
    github.pulls.set(1, 'closed');
    const swept = await sweep({ 'shared-app': 'made by a pull request' });
    expect(names(swept, 'kept')).toEqual(['made by a pull request']);
    expect(await org.labels()).toEqual(['shared', 'made by a pull request']);
  });

  test('is not asked for as an ID where it is given by its name', async () => {
    await share(1);
    org.taken();
    expect((await sweep({ 'shared-app': 'shared' })).exitCode).toBe(0);
    const taken = org.taken();
    expect(taken.length).toBeGreaterThan(1);
    expect(taken).not.toContain('GET /api/v1/apps/shared');
  });

  test('what an administrator removed by hand is forgotten', async () => {
    await share(1);
    const app = await org.app('shared');
    const { oauthClient } = app['settings'] as { oauthClient: JsonObject };
    oauthClient['redirect_uris'] = [OWN];
    await org.api('PUT', `/api/v1/apps/${idOf(app)}`, app);
    github.pulls.set(1, 'closed');
    expect((await sweep({ 'shared-app': 'shared' })).exitCode).toBe(0);
    expect((await org.app('shared'))['profile']).toBeUndefined();
  });

  test.each([
    ['no such app', 'nobody'],
    ['an ID of nothing', '0oa1b2c3d4E5F6g7H8i9'],
  ])('%s', async (_, name) => {
    expect(errorOf(await sweep({ 'shared-app': name }))).toBe(
      `Cannot find the shared app "${name}": Okta has no OIDC app of exactly that name or ID. Check "shared-app".`,
    );
  });

  test('two of that name', async () => {
    const twins = [await foreignApp(org, 'twin'), await foreignApp(org, 'twin')];
    const told = twins.map(({ created }) => `one made at ${textOf(created)} (active, without a mark)`);
    expect(errorOf(await sweep({ 'shared-app': 'twin' }))).toBe(
      `Cannot tell which app is meant by "twin": 2 apps have that name: ${told.join(', ')}. Give the ID of the right one as "shared-app".`,
    );
  });
});

describe('a dry run', () => {
  beforeEach(async () => {
    await foreignApp(org, 'shared');
    await share(1);
    await preview(1);
    await preview(2);
    github.pulls.set(1, 'closed').set(2, 'open');
    org.taken();
  });

  test('says what would go, and writes nothing', async () => {
    const dry = await sweep({ 'shared-app': 'shared', 'dry-run': 'true' });
    expect(dry.exitCode).toBe(0);
    expect(dry.outputs).toMatchObject({ deleted: '["shop-pr-1"]', kept: '["shop-pr-2"]', changed: 'true' });
    expect(dry.log.split('\n')).toEqual([
      'Looked at 3 apps. Of acme/shop, and temporary: 2.',
      'Dry run: would delete the app "shop-pr-1" of pull request #1.',
      'Dry run: would remove https://pr-1.example.com/callback from the shared app "shared".',
      '1 app of closed pull requests would be deleted, and 1 URI would be removed from the shared app; 1 temporary app is kept for now.',
    ]);
    expect(shown(dry)).toBe(
      [
        '### Okta sweep\n',
        '**Dry run.** 1 app of closed pull requests would be deleted, and 1 URI would be removed from the shared app; 1 temporary app is kept for now.\n',
        `Org ${new URL(org.url).host}\n`,
        '| Would be removed | Of | Why |',
        '| --- | --- | --- |',
        '| shop-pr-1 | pull request #1 | closed |',
        '| https://pr-1.example.com/callback | the shared app shared | closed |\n',
        '| Kept | Of | Age | Expires | Why |',
        '| --- | --- | --- | --- | --- |',
        '| shop-pr-2 | acme/shop, pull request #2 | 0 days |  | its pull request is open |\n\n',
      ].join('\n'),
    );
    expect(writes(org)).toEqual([]);
  });

  test('done for real says how much went', async () => {
    expect(shown(await sweep({ 'shared-app': 'shared' }))).toMatch(
      /^### Okta sweep\n\n1 app of closed pull requests was deleted, and 1 URI was removed from the shared app; 1 temporary app is kept for now\.\n/,
    );
  });

  test('shows all, and warns where a real run would refuse', async () => {
    const dry = await sweep({ 'shared-app': 'shared', 'dry-run': 'true', 'max-deletions': '1' });
    expect(dry.exitCode).toBe(0);
    expect(names(dry, 'deleted')).toEqual(['shop-pr-1']);
    expect(dry.warnings).toEqual([
      'Without "dry-run" this run would fail: Cannot sweep acme/shop: closed pull requests left 1 app and 1 URI of the shared app behind, more than "max-deletions" (1) allows; nothing was removed. Look with "dry-run: true" at what would go, then raise "max-deletions".',
    ]);
  });
});

describe('nothing is removed where GitHub does not say', () => {
  beforeEach(async () => {
    await preview(1);
    github.pulls.set(1, 'closed');
    org.taken();
  });

  test('no token', async () => {
    const refused = await sweep({ 'github-token': '' });
    expect(refused.exitCode).toBe(1);
    expect(errorOf(refused)).toBe(
      'The inputs cannot be used: "github-token" is empty, and only GitHub can tell which pull requests are closed. Leave the input out to use the workflow\'s own token. Give the job "permissions: pull-requests: read".',
    );
    expect(org.taken()).toEqual([]);
  });

  test('no permission', async () => {
    github.permitted = false;
    const refused = await sweep();
    expect(errorOf(refused)).toBe(
      'Cannot ask GitHub about the pull requests of acme/shop: GitHub answered: Resource not accessible by integration. Give the job "permissions: pull-requests: read".',
    );
    expect(writes(org)).toEqual([]);
  });

  test.each<[title: string, errors: object[], words: string, remedy: string]>([
    [
      'several objections',
      [{ message: 'One' }, { message: { text: 'Two' } }, {}, { type: 'FORBIDDEN', message: 'Three' }],
      'One; Three',
      'Give the job "permissions: pull-requests: read".',
    ],
    ['one without words', [{}], 'no reason given', 'Give the job "permissions: pull-requests: read".'],
    [
      'a limit',
      [{ type: 'RATE_LIMITED', message: 'API rate limit already exceeded for installation ID 7.' }],
      'API rate limit already exceeded for installation ID 7',
      'Run it again later.',
    ],
  ])('%s', async (_, errors, words, remedy) => {
    github.fault = () => ({ status: 200, body: { errors } });
    expect((await sweep()).errors).toEqual([
      `Cannot ask GitHub about the pull requests of acme/shop: GitHub answered: ${words}. ${remedy}`,
    ]);
    expect(writes(org)).toEqual([]);
  });

  test('a repository that the token does not see', async () => {
    const refused = await sweep({}, { GITHUB_REPOSITORY: 'acme/renamed' });
    expect(errorOf(refused)).toBe(
      `Cannot ask GitHub about the pull requests of acme/renamed: GitHub answered: Could not resolve to a Repository with the name 'acme/renamed'. Give the job "permissions: pull-requests: read".`,
    );
    expect(writes(org)).toEqual([]);
  });

  test('GitHub is down', async () => {
    github.fault = () => ({ status: 502, body: '<html>Bad Gateway</html>' });
    const down = await sweep();
    expect(down.exitCode).toBe(1);
    expect(errorOf(down)).toBe(
      'Cannot ask GitHub about the pull requests of acme/shop: GitHub answered 502: Bad Gateway. Run it again later; see githubstatus.com, and check that no proxy answers in its place.',
    );
    expect(github.requests).toHaveLength(3);
    expect(writes(org)).toEqual([]);
  });

  test.each(['', '/'])(
    'a GitHub Enterprise Server is asked at its own address (%p after it)',
    async (end) => {
      const swept = await sweep({}, { GITHUB_API_URL: `${github.url}/api/v3${end}` });
      expect(names(swept, 'deleted')).toEqual(['shop-pr-1']);
      expect(github.requests.map(({ path }) => path)).toEqual([
        '/api/graphql',
        '/api/v3/repos/acme/shop/pulls/1',
      ]);
    },
  );
});

test('every problem with the inputs is told at once', async () => {
  const problems = {
    'api-token': '',
    'github-token': '',
    'max-deletions': 'many',
    'dry-run': 'maybe',
    'timeout-seconds': '0',
    'all-repositories': 'true',
  };
  const refused = await sweep(problems, { GITHUB_ACTOR: 'dependabot[bot]' });
  expect(errorOf(refused).split('\n')).toEqual([
    'The inputs cannot be used, for 6 reasons:',
    '- "api-token" is empty, and no other credential is set. Give "api-token", or "auth-client-id" and "auth-private-key". If it comes from a secret, check that this workflow may read a secret of that name.',
    expect.stringMatching(/^- "github-token" is empty, /),
    '- "dry-run" does not know "maybe". Use "true" or "false".',
    '- "max-deletions" is "many", not a number of apps and URIs from 0 to 10000. Give one in that range.',
    '- "timeout-seconds" is "0", not a number of seconds from 1 to 21600. Give one in that range.',
    '- "all-repositories" is true, and a run that deletes looks at its own repository only. Set "dry-run: true", or leave it out.',
  ]);
  expect(org.taken()).toEqual([]);
});

test('a run that does not know its repository sweeps nothing', async () => {
  expect(errorOf(await sweep({}, { GITHUB_REPOSITORY: '' }))).toBe(
    'Cannot sweep: the variable GITHUB_REPOSITORY does not say whose apps to look for. Run it in a GitHub workflow.',
  );
  expect(org.taken()).toEqual([]);
});
