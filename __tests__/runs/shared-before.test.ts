import { beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/util/json.ts';
import { idOf, markOf, redirectUrisOf } from '../support/apps.ts';
import type { ActionRun } from '../support/runner.ts';
import { WEB, changesOf, foreignApp, pullRequest, succeed, writes, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** What earlier scripts left in a shared app is nobody's: runs say so, and a permanent one can take it over. */

const org = useOrg();

const LEFT = 'https://shop.example.com/callback';
const OTHER = 'https://other.example.com/callback';
const SHARED: Inputs = { name: 'shop', shared: 'true' };
const PR_12 = { event: pullRequest(12) };

const NOT_CLAIMED = `${LEFT} was in the shared app "shop" before, and is kept: a run of the default branch with "adopt: true" claims it, or removes it with "state: absent".`;

function told(run: ActionRun): string[] {
  return run.notices.filter((text) => !text.startsWith('The shared app carries no mark'));
}

async function uris(): Promise<string[]> {
  return redirectUrisOf(await org.app('shop'));
}

describe('a URI that an earlier script left in an app without a mark', () => {
  beforeEach(async () => {
    await foreignApp(org, 'shop');
    org.taken();
  });

  test('is told as such by every run that names it, and claimed by none', async () => {
    const inputs = { ...SHARED, 'redirect-uris': `${LEFT}\n${OTHER}` };
    for (const result of ['updated', 'unchanged']) {
      const run = await succeed(org, inputs, PR_12);
      expect(run.outputs['result']).toBe(result);
      expect(told(run)).toEqual([NOT_CLAIMED]);
    }
    expect(markOf(await org.app('shop'))['uris']).toMatchObject([{ uri: OTHER, pull_request: 12 }]);
  });

  test('is kept by a run that takes its own away, which says why', async () => {
    const inputs = { ...SHARED, 'redirect-uris': `${LEFT}\n${OTHER}` };
    await succeed(org, inputs, PR_12);
    const run = await succeed(org, { ...inputs, state: 'absent' }, PR_12);
    expect(await uris()).toEqual([LEFT]);
    expect(told(run)).toEqual([NOT_CLAIMED]);
    expect(run.log).not.toContain('others added it too');
  });

  test('that others have claimed, too, is told otherwise', async () => {
    await succeed(org, { ...SHARED, 'redirect-uris': OTHER }, { event: pullRequest(13) });
    await succeed(org, { ...SHARED, 'redirect-uris': OTHER }, PR_12);
    const run = await succeed(org, { ...SHARED, 'redirect-uris': OTHER, state: 'absent' }, PR_12);
    expect(told(run)).toEqual([`${OTHER} is kept in the shared app "shop": others added it too.`]);
  });

  test('is claimed by a permanent run with "adopt: true", once, and then taken away as any other of its own', async () => {
    const inputs = { ...SHARED, 'redirect-uris': LEFT };
    const run = await succeed(org, { ...inputs, adopt: 'true' });
    expect(run.outputs['result']).toBe('updated');
    expect(changesOf(run)).toEqual([{ field: 'claims', from: [], to: [LEFT] }]);
    expect(told(run)).toEqual([]);
    expect(markOf(await org.app('shop'))['uris']).toEqual([
      { input: 'redirect-uris', uri: LEFT, repository: 'acme/shop', repository_id: '4242' },
    ]);
    org.taken();
    expect((await succeed(org, { ...inputs, adopt: 'true' })).outputs['result']).toBe('unchanged');
    expect(told(await succeed(org, inputs))).toEqual([]);
    expect(writes(org)).toEqual([]);
    await succeed(org, { ...SHARED, 'redirect-uris': OTHER }, PR_12);
    await succeed(org, { ...inputs, state: 'absent' });
    expect(await uris()).toEqual([OTHER]);
  });

  test('is taken away by a permanent run with "adopt: true" and "state: absent", and nothing that it does not name', async () => {
    const kept = 'https://kept.example.com/callback';
    const app = await org.app('shop');
    const { settings } = app as { settings: { oauthClient: JsonObject } };
    settings.oauthClient['redirect_uris'] = [LEFT, kept];
    settings.oauthClient['post_logout_redirect_uris'] = [
      'https://shop.example.com/',
      'https://kept.example.com/',
    ];
    await org.api('PUT', `/api/v1/apps/${idOf(app)}`, app);
    await succeed(org, { ...SHARED, 'redirect-uris': OTHER }, PR_12);
    const inputs = {
      ...SHARED,
      state: 'absent',
      adopt: 'true',
      'redirect-uris': `${LEFT}\n${OTHER}`,
      'post-logout-redirect-uris': 'https://shop.example.com/',
    };
    const dry = await succeed(org, { ...inputs, 'dry-run': 'true' });
    const run = await succeed(org, inputs);
    for (const { outputs } of [dry, run])
      expect(JSON.parse(outputs['changes'] ?? '')).toEqual([
        { field: 'redirect-uris', from: [LEFT, kept, OTHER], to: [kept, OTHER] },
        {
          field: 'post-logout-redirect-uris',
          from: ['https://shop.example.com/', 'https://kept.example.com/'],
          to: ['https://kept.example.com/'],
        },
      ]);
    expect(await uris()).toEqual([kept, OTHER]);
    expect(told(run)).toEqual([`${OTHER} is kept in the shared app "shop": others added it too.`]);
  });
});

test('an entry of an app that a workflow owns is its owner\'s, and is neither claimed nor taken away with "adopt: true"', async () => {
  await succeed(org, { ...WEB, 'redirect-hosts': '*.example.com' });
  const inputs = { ...SHARED, adopt: 'true', 'redirect-uris': LEFT };
  const env = { GITHUB_REPOSITORY: 'acme/store', GITHUB_REPOSITORY_ID: '4343' };
  org.taken();
  for (const state of ['present', 'absent']) {
    const run = await succeed(org, { ...inputs, state }, { env });
    expect(run.outputs['result']).toBe('unchanged');
    expect(told(run)).toEqual([
      `${LEFT} was in the shared app "shop" before, and is kept: what nobody has claimed belongs to the owner of the app.`,
    ]);
  }
  expect(writes(org)).toEqual([]);
});

describe('what a repository’s permanent runs have put there', () => {
  const inputs = (...list: string[]): Inputs => ({ ...SHARED, 'redirect-uris': list.join('\n') });

  beforeEach(async () => {
    await foreignApp(org, 'shop');
    await succeed(org, inputs('https://a.example.com/cb', 'https://b.example.com/cb'));
  });

  test('and a permanent run does not list is told, and kept', async () => {
    const run = await succeed(org, inputs('https://b.example.com/cb', 'https://c.example.com/cb'));
    expect(told(run)).toEqual([
      'Runs of acme/shop have put these on the shared app "shop", too, and this one does not list them: https://a.example.com/cb. If they are no longer needed, list them with "state: absent".',
    ]);
    expect(await uris()).toContain('https://a.example.com/cb');
  });

  test('is not told by a run for a pull request, nor what pull requests have put there by a permanent one', async () => {
    expect(told(await succeed(org, inputs(OTHER), PR_12))).toEqual([]);
    expect(told(await succeed(org, inputs('https://next.example.com/cb'), PR_12))).toEqual([]);
    const all = inputs('https://a.example.com/cb', 'https://b.example.com/cb');
    expect(told(await succeed(org, all))).toEqual([]);
  });
});

describe('"authorize-url" of a shared run', () => {
  const uriIn = ({ outputs }: ActionRun): string | null =>
    new URL(outputs['authorize-url'] ?? '').searchParams.get('redirect_uri');

  test("leads to this run's first URI, not to the app's", async () => {
    await foreignApp(org, 'shop');
    const inputs = { ...SHARED, 'redirect-uris': `${OTHER}\nhttps://third.example.com/cb` };
    for (const result of ['updated', 'unchanged']) {
      const run = await succeed(org, inputs, PR_12);
      expect([run.outputs['result'], uriIn(run)]).toEqual([result, OTHER]);
    }
  });

  test("leads to the app's first one if the run has put none there", async () => {
    await foreignApp(org, 'shop');
    const run = await succeed(org, { ...SHARED, 'post-logout-redirect-uris': 'https://other.example.com/' });
    expect(uriIn(run)).toBe(LEFT);
  });
});
