import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { textOf, type JsonObject } from '../../../src/util/json.ts';
import {
  branchDeleted,
  dispatch,
  FORK,
  pullRequestEvent,
  pullRequestTarget,
  push,
  schedule,
  type TestEvent,
} from '../../support/events.ts';
import { previews, previewsPage } from '../../support/readme.ts';
import { clientOf, last, outputs, pullRequestsOn, recipesOf, results } from '../../support/recipes.ts';
import { foreignApp } from '../../support/runs.ts';
import { useGitHub, useOrg } from '../../support/servers.ts';
import type { WorkflowRun } from '../../support/workflow.ts';

/** The workflows of docs/previews.md, taken from it as they stand and run with the bundles: what the page promises. */

const org = useOrg();
const github = useGitHub();
const { start, run } = recipesOf(previews, org, github);
const pullRequest = pullRequestsOn(github);

async function groupsOf(app: JsonObject): Promise<string[]> {
  const list = await org.apiList(`/api/v1/apps/${textOf(app['id'])}/groups?expand=group`);
  return list.map(
    (item) => (item['_embedded'] as { group: { profile: { name: string } } }).group.profile.name,
  );
}

describe('Preview', () => {
  const name = 'Preview';
  const label = 'shop preview 12';
  const deployed = (done: WorkflowRun): string => last(done, 'deploy').log;

  test('opened, pushed to and closed: one app with one client ID, deployed twice, and gone', async () => {
    const opened = await run(name, pullRequest('opened', 12));
    expect(outputs(opened)).toMatchObject({
      result: 'created',
      'client-id': expect.stringMatching(/^shop-preview-12-[a-z2-7]{10}$/) as unknown,
      'sign-in-ready': 'true',
    });
    const app = await org.app(label);
    expect(clientOf(app)).toMatchObject({
      application_type: 'browser',
      redirect_uris: ['https://pr-12.preview.example.com/login/callback'],
      post_logout_redirect_uris: ['https://pr-12.preview.example.com/'],
    });
    expect(await groupsOf(app)).toEqual(['Everyone']);

    const pushed = await run(name, pullRequest('synchronize', 12));
    expect(outputs(pushed)['result']).toBe('unchanged');
    const shown = `client ${textOf(outputs(opened)['client-id'])} at ${org.url}`;
    expect([opened, pushed].map(deployed)).toEqual([shown, shown]);
    expect([opened, pushed].flatMap(({ jobs }) => jobs.flatMap(({ dropped }) => dropped))).toEqual([]);

    const ended = await run(name, pullRequest('closed', 12));
    expect(results(ended)).toEqual({ okta: 'success' });
    expect(outputs(ended)['result']).toBe('deleted');
    expect(await org.labels()).toEqual([]);
  });

  test('merged: the app is deleted, though the run is one of the default branch', async () => {
    await run(name, pullRequest('opened', 12));
    expect(outputs(await run(name, pullRequest('closed', 12, { merged: true })))['result']).toBe('deleted');
  });

  test('reopened: the app comes back, with its client ID', async () => {
    const opened = await run(name, pullRequest('opened', 12));
    await run(name, pullRequest('closed', 12));
    const reopened = await run(name, pullRequest('reopened', 12));
    expect(outputs(reopened)).toMatchObject({ result: 'created', 'client-id': outputs(opened)['client-id'] });
  });

  test('a run that comes late does not bring the app back, and nothing is deployed', async () => {
    const late = pullRequest('synchronize', 12);
    github.pulls.set(12, 'closed');
    const done = await run(name, late);
    expect(outputs(done)['result']).toBe('absent');
    expect(results(done)).toEqual({ okta: 'success' });
    expect(await org.labels()).toEqual([]);
  }, 20_000);

  test('a close that is run again after the pull request was reopened leaves the app alone', async () => {
    await run(name, pullRequest('opened', 12));
    const late = pullRequestEvent('closed', { number: 12 });
    const done = await run(name, late);
    expect(outputs(done)['result']).toBe('unchanged');
    expect(await org.labels()).toEqual([label]);
  }, 20_000);

  test('the job may ask GitHub, and could not without its permission', async () => {
    await run(name, pullRequest('opened', 12));
    const text = previews.get(name)?.replaceAll(/ {4}permissions:\n {6}pull-requests: read\n/g, '') ?? '';
    const without = await run(name, pullRequest('synchronize', 12), { text });
    const said = without.step().action?.annotations.map(({ message }) => message);
    expect(said?.join()).toContain('pull-requests: read');
    const granted = await run(name, pullRequest('synchronize', 12));
    expect(granted.step().action?.annotations).toEqual([]);
  }, 20_000);

  test("a fork's pull request is skipped with a notice, and its end takes nothing away", async () => {
    const done = await run(name, pullRequest('opened', 13, { from: FORK }));
    expect(outputs(done)).toMatchObject({ result: 'skipped', 'client-id': '' });
    expect(done.step().action?.annotations.map(({ level }) => level)).toEqual(['notice']);
    expect(results(done)).toEqual({ okta: 'success' });
    expect(outputs(await run(name, pullRequest('closed', 13, { from: FORK })))['result']).toBe('skipped');
    expect(org.taken()).toEqual([]);
  });

  test("Dependabot's pull request is skipped as well", async () => {
    const { name: event, payload } = pullRequest('opened', 14);
    const done = await run(name, { name: event, payload, env: { GITHUB_ACTOR: 'dependabot[bot]' } });
    expect(outputs(done)['result']).toBe('skipped');
    expect(results(done)).toEqual({ okta: 'success' });
  });

  test('other events of a pull request start nothing', async () => {
    expect(await start(name, pullRequest('labeled', 12))).toBeUndefined();
  });

  test('code of the pull request runs where neither the credential nor the token of GitHub is', async () => {
    const done = await run(name, pullRequest('opened', 12), { commands: { 'deploy.sh': 'env' } });
    const { log } = last(done, 'deploy');
    expect(log).toContain('OKTA_CLIENT_ID=shop-preview-12-');
    expect(log).not.toMatch(/token|\*\*\*/i);
  });
});

describe('Preview sweep', () => {
  const name = 'Preview sweep';
  const preview = 'Preview';

  async function twoPreviews(): Promise<void> {
    await foreignApp(org, 'shop preview of ours');
    for (const number of [1, 2]) await run(preview, pullRequest('opened', number));
    github.pulls.set(1, 'closed');
  }

  test('every night it removes what closed pull requests left', async () => {
    await twoPreviews();
    const swept = await run(name, schedule());
    expect(results(swept)).toEqual({ sweep: 'success' });
    expect(swept.step().action?.annotations).toEqual([]);
    expect(outputs(swept)).toMatchObject({
      deleted: '["shop preview 1"]',
      kept: '["shop preview 2"]',
      changed: 'true',
    });
    expect((await org.labels()).sort()).toEqual(['shop preview 2', 'shop preview of ours']);
  });

  test.each<[string, () => TestEvent]>([
    ['the deletion of its branch', () => branchDeleted()],
    ['the next push to the default branch', () => push()],
  ])('closed with a merge conflict: GitHub starts no run, and %s removes the app', async (_, event) => {
    await run(preview, pullRequest('opened', 1));
    expect(await start(preview, pullRequest('closed', 1, { conflict: true }))).toBeUndefined();
    expect(await org.labels()).toEqual(['shop preview 1']);
    expect(outputs(await run(name, event()))['deleted']).toBe('["shop preview 1"]');
    expect(await org.labels()).toEqual([]);
  });

  test('it finds the apps by their marks, whatever their names are', async () => {
    const text = previews.get(preview)?.replace('name: shop preview', 'name: admin preview') ?? '';
    await run(preview, pullRequest('opened', 1), { text });
    github.pulls.set(1, 'closed');
    expect(outputs(await run(name, schedule()))['deleted']).toBe('["admin preview 1"]');
  });

  test('a push to another branch starts nothing', async () => {
    expect(await start(name, push('feature'))).toBeUndefined();
  });

  test('by hand it only says what it would remove, unless told otherwise', async () => {
    await twoPreviews();
    expect(outputs(await run(name, dispatch()))['deleted']).toBe('["shop preview 1"]');
    expect(await org.labels()).toContain('shop preview 1');
    await run(name, dispatch({ 'dry-run': false }));
    expect(await org.labels()).not.toContain('shop preview 1');
  });

  test("with the shared app's name it takes away the URIs of closed pull requests, too", async () => {
    await foreignApp(org, 'shop previews');
    for (const number of [1, 2]) await run('Preview on the shared app', pullRequest('opened', number));
    github.pulls.set(1, 'closed');
    expect(previewsPage).toContain('`shared-app: shop previews`');
    const text = previews.get(name)?.replace(/( +)dry-run: \$.*\n/, '$&$1shared-app: shop previews\n');
    expect(outputs(await run(name, schedule(), { text: text ?? '' }))['changed']).toBe('true');
    expect(clientOf(await org.app('shop previews'))['redirect_uris']).toEqual([
      'https://shop.example.com/callback',
      'https://pr-2.preview.example.com/login/callback',
    ]);
  });
});

describe('Preview on the shared app', () => {
  const name = 'Preview on the shared app';
  const uri = (number: number): string => `https://pr-${number}.preview.example.com/login/callback`;
  const own = 'https://shop.example.com/callback';

  async function uris(): Promise<unknown> {
    return clientOf(await org.app('shop previews'))['redirect_uris'];
  }

  test('one after the other, as the queue has it: each adds its URI, and takes it away', async () => {
    await foreignApp(org, 'shop previews');
    for (const number of [1, 2, 3]) {
      const opened = await run(name, pullRequest('opened', number));
      expect(outputs(opened)).toMatchObject({ result: 'updated', 'sign-in-ready': 'true' });
    }
    expect(await uris()).toEqual([own, uri(1), uri(2), uri(3)]);
    expect(outputs(await run(name, pullRequest('synchronize', 2)))['result']).toBe('unchanged');
    await run(name, pullRequest('closed', 2));
    expect(await uris()).toEqual([own, uri(1), uri(3)]);
  });

  test('all at once, as without the queue: no URI is lost, and the app is as it was when all are closed', async () => {
    const before = await foreignApp(org, 'shop previews');
    const text = previews.get(name)?.replace(/ {4}concurrency:\n(?: {6}.*\n)+/, '') ?? '';
    expect(text).not.toContain('concurrency');
    const numbers = [1, 2, 3, 4];
    const options = { text, inputDefaults: { 'settle-seconds': '1' } };
    await Promise.all(numbers.map((number) => run(name, pullRequest('opened', number), options)));
    expect(new Set((await uris()) as string[])).toEqual(new Set([own, ...numbers.map(uri)]));
    await Promise.all(numbers.map((number) => run(name, pullRequest('closed', number), options)));
    const { lastUpdated, ...after } = await org.app('shop previews');
    expect(after).toMatchObject({ settings: before['settings'] });
    expect(after['profile']).toEqual(before['profile']);
  }, 60_000);
});

describe('Preview ends', () => {
  const name = 'Preview ends';

  test('a close deletes the app, with a merge conflict, too; no other event starts it', async () => {
    await run('Preview', pullRequest('opened', 12));
    github.pulls.set(12, 'closed');
    expect(await start(name, pullRequestTarget('opened', { number: 12 }))).toBeUndefined();
    const ended = await run(name, pullRequestTarget('closed', { number: 12, conflict: true }));
    expect(outputs(ended)['result']).toBe('deleted');
    expect(await org.labels()).toEqual([]);
  });

  test('nothing of the pull request is checked out, run or read in it', () => {
    const text = previews.get(name) ?? '';
    expect(text).toContain('pull_request_target');
    expect(text).not.toMatch(/checkout|\srun:|head_ref|head\.ref|\.title|\.body/);
    for (const [other, each] of previews)
      if (other !== name)
        expect([other, each]).toEqual([other, expect.not.stringContaining('pull_request_target')]);
  });

  test('the policy allows it the events that it starts on, and no other file', () => {
    const policy = JSON.parse(/```json\n(\{\n {2}"name"[\s\S]*?)```/.exec(previewsPage)?.[1] ?? '') as {
      conditions: object;
      rules: { parameters: { allowed_events: string[] } }[];
    };
    const { on } = parse(previews.get(name) ?? '') as { on: object };
    expect(policy.rules.map(({ parameters }) => parameters.allowed_events)).toEqual([Object.keys(on)]);
    expect(policy.conditions).toEqual({
      workflow_path: { include: ['.github/workflows/preview-ends.yml'], exclude: [] },
    });
  });
});
