import { describe, expect, test } from '@jest/globals';
import { textOf, type JsonObject } from '../../src/util/json.ts';
import { run as sweepRun } from '../../src/sweep/run.ts';
import { idOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { githubEnvironment } from '../support/github.ts';
import { TOKEN } from '../support/okta.ts';
import { foreignApp, pullRequest, shown, succeed, WEB } from '../support/runs.ts';
import type { ActionRun } from '../support/runner.ts';
import { useGitHub, useOrg } from '../support/servers.ts';
import { runSource } from '../support/source.ts';

/** The sweep's list of whose apps there are. */

/** Milliseconds by which Okta's clock is ahead. */
let ahead = 0;
const org = useOrg(() => {
  ahead = 0;
  return { now: () => Date.now() + ahead };
});
const github = useGitHub();

interface Item {
  name: string;
  app_id?: string;
  owner: string;
  expires: string | null;
  action: string;
  why: string;
}

function sweep(inputs: Record<string, string>, event: object = {}): Promise<ActionRun> {
  return runSource({
    action: 'sweep',
    main: sweepRun,
    with: { 'org-url': org.url, 'api-token': TOKEN, ...inputs },
    env: githubEnvironment(github),
    event,
    world: { clock: virtualClock() },
  });
}

function items({ outputs }: ActionRun): Item[] {
  return (JSON.parse(outputs['apps'] ?? '') as Item[]).sort((a, b) => a.name.localeCompare(b.name));
}

async function plant(): Promise<void> {
  await succeed(org, { ...WEB, name: 'production' });
  await succeed(org, {
    ...WEB,
    name: 'robot',
    type: 'service',
    'redirect-uris': '',
    'token-endpoint-auth-method': 'client_secret_basic',
  });
  await succeed(org, { ...WEB, name: 'old preview' }, { event: pullRequest(1) });
  await succeed(org, { ...WEB, name: 'preview' }, { event: pullRequest(2) });
  await succeed(org, { ...WEB, name: 'trial', 'expires-after': '2d' });
  await succeed(org, WEB, { env: { GITHUB_REPOSITORY: 'acme/other', GITHUB_REPOSITORY_ID: '77' } });
  await foreignApp(org, 'by hand');
  github.pulls.set(1, 'closed').set(2, 'open');
}

test('it has every app of this repository, what becomes of it and why', async () => {
  await plant();
  const run = await sweep({ 'dry-run': 'true' });
  expect(items(run).map(({ name, owner, action, why }) => [name, owner, action, why])).toEqual([
    ['old preview', 'acme/shop, pull request #1', 'deleted', 'its pull request is closed'],
    ['preview', 'acme/shop, pull request #2', 'kept', 'its pull request is open'],
    ['production', 'acme/shop', 'kept', 'it is permanent'],
    ['robot', 'acme/shop', 'kept', 'it is permanent'],
    ['trial', 'acme/shop', 'kept', 'it has not expired'],
  ]);
  expect((await org.labels()).length).toBe(7);
});

describe('whose an app is, and why it goes or stays', () => {
  const OWN = { repository: 'acme/shop', repository_id: '4242' };
  const [PAST, FUTURE] = ['2020-01-01T00:00:00Z', '2120-01-01T00:00:00Z'];
  /** What another repository's run has added to it, until then. */
  const uris = (expires?: string): JsonObject[] => [
    {
      input: 'redirect-uris',
      uri: 'https://blog.example.com/callback',
      repository: 'acme/blog',
      repository_id: '77',
      ...(expires !== undefined && { expires }),
    },
  ];

  test.each<[mark: JsonObject, owner: string, why: string]>([
    [{ expires: PAST }, 'acme/shop', 'it has expired'],
    [{ expires: FUTURE }, 'acme/shop', 'it has not expired'],
    [{ expires: PAST, uris: uris() }, 'acme/shop', 'others have URIs on it'],
    [{ expires: PAST, uris: uris(FUTURE) }, 'acme/shop', 'others have URIs on it'],
    [{ expires: PAST, uris: uris(PAST) }, 'acme/shop', 'it has expired'],
    [{ uris: uris() }, 'acme/shop', 'it is permanent'],
    [{ branch: 'feature' }, 'acme/shop, branch feature', 'it has no end of its own'],
    [{ branch: 'feature', uris: uris() }, 'acme/shop, branch feature', 'it has no end of its own'],
    [{ branch: 'feature', expires: FUTURE }, 'acme/shop, branch feature', 'it has not expired'],
    [{ branch: 'feature', expires: PAST }, 'acme/shop, branch feature', 'it has expired'],
    [{ job: '7-1-0badcafe', expires: PAST }, 'acme/shop, job 7-1-0badcafe', 'it has expired'],
    [{ pull_request: 1 }, 'acme/shop, pull request #1', 'its pull request is closed'],
    [{ pull_request: 1, uris: uris() }, 'acme/shop, pull request #1', 'others have URIs on it'],
    [{ pull_request: 1, expires: FUTURE }, 'acme/shop, pull request #1', 'its pull request is closed'],
    [{ pull_request: 1, expires: PAST }, 'acme/shop, pull request #1', 'it has expired'],
    [{ pull_request: 2, uris: uris() }, 'acme/shop, pull request #2', 'its pull request is open'],
    [{ pull_request: 2, expires: FUTURE }, 'acme/shop, pull request #2', 'its pull request is open'],
    [{ pull_request: 2, expires: PAST }, 'acme/shop, pull request #2', 'it has expired'],
    [{ pull_request: 3 }, 'acme/shop, pull request #3', 'GitHub does not know its pull request'],
  ])('%j', async (mark, owner, why) => {
    github.pulls.set(1, 'closed').set(2, 'open');
    await foreignApp(org, 'app', { profile: { okta_oidc_app: { ...OWN, ...mark } } });
    const run = await sweep({});
    const [, end] = /^it has (expired)$| (closed)$/.exec(why)?.filter(Boolean) ?? [];
    const { app_id: _, ...item } = items(run)[0] ?? {};
    expect(item).toEqual({
      name: 'app',
      owner,
      age_days: 0,
      expires: mark['expires'] ?? null,
      action: end === undefined ? 'kept' : 'deleted',
      why,
    });
    expect(await org.labels()).toEqual(end === undefined ? ['app'] : []);
    const of = owner.split(', ')[1] ?? 'the repository';
    const expires = textOf(mark['expires']);
    expect(shown(run).match(/^\| app .*/gm)).toEqual([
      end === undefined
        ? `| app | ${owner} | 0 days | ${expires} | ${why} |`
        : `| app | ${of} | ${end === 'expired' ? `expired ${expires}` : end} |`,
    ]);
  });

  test('one that only the sentence in its notes names', async () => {
    const note =
      'Managed by the workflows of acme/shop (repository ID 4242), pull request #1, with the GitHub Action okta-oidc-app.';
    const { settings } = await foreignApp(org, 'app');
    org.org.apps.clear();
    await foreignApp(org, 'app', { settings: { ...(settings as JsonObject), notes: { admin: note } } });
    github.pulls.set(1, 'closed');
    expect(items(await sweep({}))).toMatchObject([
      { owner: 'acme/shop, pull request #1', why: 'only the sentence in its notes says whose it is' },
    ]);
    expect(await org.labels()).toEqual(['app']);
  });
});

test.each([
  [500, []],
  [501, ['| and 1 more, see the log | | |', '| and 1 more, see the output "apps" | | | | |']],
])('the summary has 500 of %d apps that would go, and of as many that stay', async (count, more) => {
  const made = org.org.apps.get(idOf(await foreignApp(org, 'app')));
  if (!made) throw new Error('There is no app.');
  org.org.apps.clear();
  for (let i = 0; i < 2 * count; i += 1) {
    const id = `0oa${String(i).padStart(17, '0')}`;
    const expires = i < count ? '2020-01-01T00:00:00Z' : '2120-01-01T00:00:00Z';
    const mark = { repository: 'acme/shop', repository_id: '4242', expires };
    org.org.apps.set(id, { ...made, id, body: { ...made.body, profile: { okta_oidc_app: mark } } });
  }
  const run = await sweep({ 'dry-run': 'true', 'max-deletions': '1000' });
  expect(items(run)).toHaveLength(2 * count);
  const rows = shown(run).match(/^\| .*\|$/gm) ?? [];
  expect(rows.filter((row) => row.startsWith('| app '))).toHaveLength(1000);
  expect(rows.filter((row) => row.startsWith('| and '))).toEqual(more);
});

test('the ID of an app is there unless it is the client ID', async () => {
  await plant();
  const ids = new Map(items(await sweep({ 'dry-run': 'true' })).map(({ name, app_id: id }) => [name, id]));
  expect(ids.get('production')).toBe((await org.app('production'))['id']);
  expect(ids.get('robot')).toBeUndefined();
});

test.each([
  [0, 0],
  [23.9, 0],
  [24.1, 1],
  [250, 10],
])('an app of %d hours is %d days old', async (hours, days) => {
  await succeed(org, WEB);
  ahead = hours * 3_600_000;
  const run = await sweep({ 'dry-run': 'true' });
  expect(items(run)).toEqual([expect.objectContaining({ name: 'shop', age_days: days })]);
});

test('it is JSON, whatever is masked in it', async () => {
  await plant();
  github.tokens.set('null', { 'pull-requests': 'read' });
  const run = await sweep({ 'dry-run': 'true', 'github-token': 'null' });
  expect(items(run).map(({ name, expires }) => [name, expires])).toContainEqual(['production', null]);
});

test('it lists every repository’s apps if the event says that this one is private', async () => {
  await plant();
  const all = { 'dry-run': 'true', 'all-repositories': 'true' };
  const refused = await sweep(all, { repository: { private: false } });
  expect(refused.errors).toEqual([
    'The inputs cannot be used: "all-repositories" is true, and the event does not say that this repository is private: everybody could read which apps there are. Run it in a private repository.',
  ]);
  const run = await sweep(all, { repository: { private: true } });
  expect(items(run)).toContainEqual(
    expect.objectContaining({
      name: 'shop',
      owner: 'acme/other',
      action: 'kept',
      why: "it is another repository's",
    }),
  );
  expect(run.outputs['deleted']).toBe('["old preview"]');
});
