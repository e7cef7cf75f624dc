import { describe, expect, test } from '@jest/globals';
import { textOf, type JsonObject } from '../../src/util/json.ts';
import {
  dispatch,
  FORK,
  pullRequestEvent,
  pullRequestTarget,
  push,
  schedule,
  type PullRequestAction,
  type PullRequestOf,
  type TestEvent,
} from '../support/events.ts';
import { problemsOf } from '../support/language-service.ts';
import { readme, workflows } from '../support/readme.ts';
import { last, outputs, recipesOf, results } from '../support/recipes.ts';
import { foreignApp } from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';
import type { WorkflowRun } from '../support/workflow.ts';

/** The workflows of the README, taken from it as they stand and run with the bundles: what each recipe promises. */

const org = useOrg();
const github = useGitHub();
const { start, run } = recipesOf(workflows, org, github);

/** The event of a pull request that GitHub knows by then. */
function pullRequest(action: PullRequestAction, number: number, options: PullRequestOf = {}): TestEvent {
  github.pulls.set(number, 'open');
  return pullRequestEvent(action, { number, ...options });
}

/** The event by which the recipes end a preview. */
function closed(number: number, options: PullRequestOf = {}): TestEvent {
  github.pulls.set(number, options.merged ? 'merged' : 'closed');
  return pullRequestTarget('closed', { number, ...options });
}

function client(app: JsonObject): JsonObject {
  return (app['settings'] as { oauthClient: JsonObject }).oauthClient;
}

function credentials(app: JsonObject): JsonObject {
  return (app['credentials'] as { oauthClient: JsonObject }).oauthClient;
}

async function groupsOf(app: JsonObject): Promise<string[]> {
  const list = await org.apiList(`/api/v1/apps/${textOf(app['id'])}/groups?expand=group`);
  return list
    .map((item) => (item['_embedded'] as { group: { profile: { name: string } } }).group.profile.name)
    .sort();
}

async function origins(): Promise<string[]> {
  return (await org.apiList('/api/v1/trustedOrigins')).map(({ origin }) => textOf(origin)).sort();
}

test('every block of YAML in the README is a workflow with a test below', () => {
  expect([...readme.matchAll(/```ya?ml\n/g)]).toHaveLength(workflows.size);
  expect([...workflows.keys()]).toEqual([
    'Preview',
    'Preview ends',
    'Preview sweep',
    'Preview on the shared app',
    'Production app',
  ]);
});

test("GitHub's language service finds nothing wrong with them", () => {
  expect(problemsOf(workflows)).toBe('');
});

describe('Preview', () => {
  const label = 'shop preview 12';

  function deployed(done: WorkflowRun): string {
    return last(done, 'deploy').log;
  }

  test('opened, pushed to and closed: one app with one client ID, deployed twice, and gone', async () => {
    const opened = await run('Preview', pullRequest('opened', 12));
    expect(outputs(opened)).toMatchObject({
      result: 'created',
      'client-id': 'shop-preview-12',
      'sign-in-ready': 'true',
    });
    const app = await org.app(label);
    expect(client(app)).toMatchObject({
      application_type: 'browser',
      redirect_uris: ['https://pr-12.preview.example.com/login/callback'],
      post_logout_redirect_uris: ['https://pr-12.preview.example.com/'],
    });
    expect(await groupsOf(app)).toEqual(['Everyone']);

    const pushed = await run('Preview', pullRequest('synchronize', 12));
    expect(outputs(pushed)['result']).toBe('unchanged');
    expect([opened, pushed].map(deployed)).toEqual(Array(2).fill(`client shop-preview-12 at ${org.url}`));
    expect([opened, pushed].flatMap(({ jobs }) => jobs.flatMap(({ dropped }) => dropped))).toEqual([]);

    const ended = await run('Preview ends', closed(12));
    expect(results(ended)).toEqual({ close: 'success' });
    expect(outputs(ended)['result']).toBe('deleted');
    expect(await org.labels()).toEqual([]);
  });

  test('closed with a merge conflict: GitHub starts no run of "pull_request", and the app goes all the same', async () => {
    await run('Preview', pullRequest('opened', 12));
    expect(await start('Preview', pullRequest('synchronize', 12, { conflict: true }))).toBeUndefined();
    const ended = await run('Preview ends', closed(12, { conflict: true }));
    expect(outputs(ended)['result']).toBe('deleted');
    expect(await org.labels()).toEqual([]);
  });

  test('merged: the app goes, though the run is one of the default branch', async () => {
    await run('Preview', pullRequest('opened', 12));
    expect(outputs(await run('Preview ends', closed(12, { merged: true })))['result']).toBe('deleted');
  });

  test('reopened: the app comes back, with its client ID', async () => {
    await run('Preview', pullRequest('opened', 12));
    await run('Preview ends', closed(12));
    const reopened = await run('Preview', pullRequest('reopened', 12));
    expect(outputs(reopened)).toMatchObject({ result: 'created', 'client-id': 'shop-preview-12' });
  });

  test('a run that comes late does not bring the app back, and nothing is deployed', async () => {
    const late = pullRequest('synchronize', 12);
    github.pulls.set(12, 'closed');
    const done = await run('Preview', late);
    expect(outputs(done)['result']).toBe('absent');
    expect(results(done)).toEqual({ okta: 'success' });
    expect(await org.labels()).toEqual([]);
  }, 20_000);

  test('a close that is run again after the pull request was reopened leaves the app alone', async () => {
    const late = closed(12);
    await run('Preview', pullRequest('reopened', 12));
    const done = await run('Preview ends', late);
    expect(outputs(done)['result']).toBe('unchanged');
    expect(await org.labels()).toEqual([label]);
  }, 20_000);

  test.each(['Preview', 'Preview ends'])(
    '%s: the job may ask GitHub, and could not without its permission',
    async (name) => {
      await run('Preview', pullRequest('opened', 12));
      const event = name === 'Preview' ? pullRequest('synchronize', 12) : closed(12);
      const text = workflows.get(name)?.replaceAll(/ {4}permissions:\n {6}pull-requests: read\n/g, '');
      const without = await run(name, event, { text: text ?? '', inputDefaults: { 'dry-run': 'true' } });
      expect(
        without
          .step()
          .action?.annotations.map(({ message }) => message)
          .join(),
      ).toContain('pull-requests: read');
      const granted = await run(name, event);
      expect(granted.step().action?.annotations).toEqual([]);
    },
    20_000,
  );

  test("a fork's pull request is skipped with a notice, and its end takes nothing away", async () => {
    const done = await run('Preview', pullRequest('opened', 13, { from: FORK }));
    expect(outputs(done)).toMatchObject({ result: 'skipped', 'client-id': '' });
    expect(done.step().action?.annotations.map(({ level }) => level)).toEqual(['notice']);
    expect(results(done)).toEqual({ okta: 'success' });
    expect(org.taken()).toEqual([]);
    const ended = await run('Preview ends', closed(13, { from: FORK }));
    expect(outputs(ended)['result']).toBe('absent');
  });

  test("Dependabot's pull request is skipped as well", async () => {
    const { name, payload } = pullRequest('opened', 14);
    const done = await run('Preview', { name, payload, env: { GITHUB_ACTOR: 'dependabot[bot]' } });
    expect(outputs(done)['result']).toBe('skipped');
    expect(results(done)).toEqual({ okta: 'success' });
  });

  test('other events of a pull request start nothing', async () => {
    expect(await start('Preview', pullRequest('labeled', 12))).toBeUndefined();
    expect(await start('Preview ends', pullRequestTarget('opened'))).toBeUndefined();
  });

  test('code of the pull request runs where neither the credential nor the token of GitHub is', async () => {
    const commands = { 'deploy.sh': 'env' };
    const done = await run('Preview', pullRequest('opened', 12), { commands });
    const { log } = last(done, 'deploy');
    expect(log).toContain('OKTA_CLIENT_ID=shop-preview-12');
    expect(log).not.toMatch(/token|\*\*\*/i);
    for (const [name, text] of workflows) {
      const jobs = text.split(/\n {2}(?=\S)/).filter((part) => part.includes('secrets.'));
      expect([name, jobs.filter((job) => /checkout|\srun:/.test(job))]).toEqual([name, []]);
    }
  });

  test('nothing of the pull request is checked out or run in what starts on "pull_request_target"', () => {
    const ours = [...workflows.values()].filter((text) => text.includes('pull_request_target'));
    expect(ours).toHaveLength(2);
    for (const text of ours) {
      expect(text).not.toMatch(/checkout|\srun:/);
      expect(text).not.toMatch(/head_ref|head\.ref|\.title|\.body/);
    }
  });

  test('actions of others are pinned, and leave no token behind', () => {
    for (const text of workflows.values()) {
      for (const [, uses = ''] of text.matchAll(/uses: (?!org\/)(.*)/g))
        expect(uses).toMatch(/@[0-9a-f]{40} # v\d/);
      expect(text.match(/checkout@/g)?.length).toBe(text.match(/persist-credentials: false/g)?.length);
    }
  });
});

describe('Preview sweep', () => {
  const name = 'Preview sweep';

  async function twoPreviews(): Promise<void> {
    await foreignApp(org, 'shop preview of ours');
    for (const number of [1, 2]) await run('Preview', pullRequest('opened', number));
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
    const text = workflows.get(name)?.replace(/( +)name-prefix: .*\n/, '$&$1shared-app: shop previews\n');
    expect(outputs(await run(name, schedule(), { text: text ?? '' }))['changed']).toBe('true');
    expect(client(await org.app('shop previews'))['redirect_uris']).toEqual([
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
    return client(await org.app('shop previews'))['redirect_uris'];
  }

  test('one after the other, as the queue has it: each adds its URI, and takes it away', async () => {
    await foreignApp(org, 'shop previews');
    for (const number of [1, 2, 3]) {
      const opened = await run(name, pullRequest('opened', number));
      expect(outputs(opened)).toMatchObject({ result: 'updated', 'sign-in-ready': 'true' });
    }
    expect(await uris()).toEqual([own, uri(1), uri(2), uri(3)]);
    expect(outputs(await run(name, pullRequest('synchronize', 2)))['result']).toBe('unchanged');
    await run(name, closed(2));
    expect(await uris()).toEqual([own, uri(1), uri(3)]);
  });

  test('all at once, as without the queue: no URI is lost, and the app is as it was when all are closed', async () => {
    const before = await foreignApp(org, 'shop previews');
    const text = workflows.get(name)?.replace(/ {4}concurrency:\n(?: {6}.*\n)+/, '') ?? '';
    expect(text).not.toContain('concurrency');
    const numbers = [1, 2, 3, 4];
    const options = { text, inputDefaults: { 'settle-seconds': '1' } };
    await Promise.all(numbers.map((number) => run(name, pullRequest('opened', number), options)));
    expect(new Set((await uris()) as string[])).toEqual(new Set([own, ...numbers.map(uri)]));
    await Promise.all(numbers.map((number) => run(name, closed(number), options)));
    const { lastUpdated, ...after } = await org.app('shop previews');
    expect(after).toMatchObject({ settings: before['settings'] });
    expect(after['profile']).toEqual(before['profile']);
  }, 60_000);
});

describe('Production app', () => {
  test('a push makes it, with origins and groups; the next one changes nothing', async () => {
    await Promise.all([org.group('Customers'), org.group('Staff')]);
    const first = await run('Production app', push());
    expect(outputs(first)).toMatchObject({ result: 'created', 'sign-in-ready': 'true' });
    const app = await org.app('shop');
    expect(credentials(app)).toMatchObject({ token_endpoint_auth_method: 'none', pkce_required: true });
    expect(client(app)).toMatchObject({ refresh_token: { rotation_type: 'ROTATE' } });
    expect(await groupsOf(app)).toEqual(['Customers', 'Staff']);
    expect(await origins()).toEqual(['http://localhost:5173', 'https://shop.example.com']);
    expect(outputs(await run('Production app', push()))['result']).toBe('unchanged');
  });

  test('a push to another branch starts nothing', async () => {
    expect(await start('Production app', push('try'))).toBeUndefined();
  });
});
