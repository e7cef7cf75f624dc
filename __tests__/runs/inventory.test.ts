import { expect, test } from '@jest/globals';
import { run as sweepRun } from '../../src/sweep/run.ts';
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
  expect(shown(run)).toMatch(/\| production \| acme\/shop \| \d+ days? \| {2}\| it is permanent \|/);
  expect((await org.labels()).length).toBe(7);
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
  expect(refused.exitCode).toBe(1);
  expect(refused.log).toContain('does not say that this repository is private');
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
