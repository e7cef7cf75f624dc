import { beforeEach, describe, expect, test } from '@jest/globals';
import { valueAt, type JsonObject } from '../../src/util/json.ts';
import { clientIdOf, markOf, redirectUrisOf } from '../support/apps.ts';
import { PR_12, BRANCH, OTHER, RECREATED, NOWHERE, type RunOptions } from '../support/kinds-of-runs.ts';
import {
  WEB,
  changesOf,
  failure,
  foreignApp,
  pullRequest,
  succeed,
  writes,
  type Inputs,
  resultOf,
} from '../support/runs.ts';
import { deployment, workflowRun, type TestEvent } from '../support/events.ts';
import { githubEnvironment } from '../support/github.ts';
import { useGitHub, useOrg } from '../support/servers.ts';

/** Somebody else's app: what a run may do with it, and how it is taken over. */

const org = useOrg();
const github = useGitHub();

const MARK = ['profile', 'okta_oidc_app'];
const NOTE = ['settings', 'notes', 'admin'];
const ABSENT: Inputs = { name: 'shop', state: 'absent' };

const shop = (): Promise<JsonObject> => org.app('shop');
const marked = async (): Promise<unknown> => valueAt(await shop(), MARK);

/** Apps that are not this repository's. */
const FOREIGN: [title: string, make: () => Promise<unknown>, whose: string, adopt: string][] = [
  ['that nobody marked', () => foreignApp(org, 'shop'), 'it carries no mark of a repository', 'true'],
  ["of another repository's", () => succeed(org, WEB, OTHER), 'it belongs to acme/stock', 'acme/stock'],
  [
    "of another repository's pull request",
    () => succeed(org, WEB, { ...OTHER, event: pullRequest(12, 'open', 'acme/stock') }),
    'it belongs to acme/stock, pull request #12',
    'acme/stock',
  ],
  [
    'of a repository that had the same name',
    () => succeed(org, WEB, RECREATED),
    'it belongs to acme/shop, another repository of that name',
    'acme/shop',
  ],
  [
    'whose mark is damaged',
    () => foreignApp(org, 'shop', { profile: { okta_oidc_app: { repository: 7, uris: 'none' } } }),
    'it carries no mark of a repository',
    'true',
  ],
];

describe.each(FOREIGN)('an app %s', (_, make, whose, adopt) => {
  const different = {
    ...WEB,
    'redirect-uris': 'https://new.example.com/cb',
    'logo-uri': 'https://new.example.com/logo.png',
  };

  test('is read, and reported unchanged where it is as the workflow says, with a notice whose it is', async () => {
    await make();
    const before = await shop();
    org.taken();
    const run = await succeed(org, WEB);
    expect(run.outputs).toMatchObject({ result: 'unchanged', 'client-id': clientIdOf(before) });
    expect(run.annotations).toEqual([
      { level: 'notice', message: `The app "shop" is as the workflow says, and not this run's: ${whose}.` },
    ]);
    expect(writes(org)).toEqual([]);
    expect(await shop()).toEqual(before);
  });

  test('is not changed: the differences are listed', async () => {
    await make();
    org.taken();
    const error = await failure(org, different);
    expect(error).toContain('Cannot change the app "shop"');
    expect(error).toContain(whose);
    expect(error).toContain('it differs in redirect-uris, logo-uri');
    expect(error).toContain(`Set "adopt: ${adopt}" to take it over, or choose another name.`);
    expect(writes(org)).toEqual([]);
  });

  test('is shown in a dry run, with whose it is', async () => {
    await make();
    org.taken();
    const dry = await succeed(org, { ...different, 'dry-run': 'true' });
    expect(dry.outputs['result']).toBe('updated');
    expect(changesOf(dry).map(({ field }) => field)).toEqual(['redirect-uris', 'logo-uri']);
    expect(dry.annotations.map(({ message }) => message)).toEqual([
      `Without "dry-run" this run would be refused because of the app: ${whose}. Set "adopt: ${adopt}" to take it over, or choose another name.`,
    ]);
    const deletion = await succeed(org, { ...ABSENT, 'dry-run': 'true' });
    expect(deletion.outputs['result']).toBe('deleted');
    expect(deletion.annotations).toHaveLength(1);
    expect(writes(org)).toEqual([]);
  });

  test.each(['true', 'acme/stock', 'acme/shop', 'acme/other'].filter((other) => other !== adopt))(
    'is not taken over with "adopt: %s"',
    async (other) => {
      await make();
      org.taken();
      expect(await failure(org, { ...different, adopt: other })).toContain(whose);
      expect(await failure(org, { ...ABSENT, adopt: other })).toContain(whose);
      expect(writes(org)).toEqual([]);
    },
  );

  test.each([
    ['pull request', PR_12, 'A run of pull request #12 may only touch what runs of that pull request made'],
    ['branch', BRANCH, 'A run of the branch feature/x'],
  ] as const)('is not changed or deleted in the run of a %s', async (_, options, remedy) => {
    await make();
    org.taken();
    expect(await failure(org, different, options)).toContain(remedy);
    expect(await failure(org, ABSENT, options)).toContain(remedy);
    const adopting = await failure(org, { ...different, adopt }, options);
    expect(adopting).toContain('Cannot adopt anything: this run is for a pull request or a branch');
    expect(writes(org)).toEqual([]);
    const dry = await succeed(org, { ...different, adopt, 'dry-run': 'true' }, options);
    expect(changesOf(dry).at(-1)).toMatchObject({ field: 'owner', to: 'acme/shop' });
    expect(dry.annotations).toEqual([]);
    expect(writes(org)).toEqual([]);
  });

  test('is not given groups', async () => {
    await make();
    await org.group('Sellers');
    org.taken();
    expect(await failure(org, { ...WEB, groups: 'Sellers' })).toContain('it differs in groups');
    expect(writes(org)).toEqual([]);
  });

  test('is not deleted', async () => {
    await make();
    org.taken();
    const error = await failure(org, ABSENT);
    expect(error).toContain('Cannot delete the app "shop"');
    expect(error).toContain(whose);
    expect(error).toContain(`Set "adopt: ${adopt}" to delete it all the same`);
    expect(writes(org)).toEqual([]);
  });

  test("is taken over with adopt, once, and is then this repository's", async () => {
    await make();
    const adopted = await succeed(org, { ...different, adopt });
    expect(changesOf(adopted).map(({ field }) => field)).toEqual(['redirect-uris', 'logo-uri', 'owner']);
    expect(changesOf(adopted).at(-1)?.to).toBe('acme/shop');
    expect(await marked()).toEqual({ repository: 'acme/shop', repository_id: '4242' });
    expect(valueAt(await shop(), NOTE)).toContain('Managed by the workflows of acme/shop');
    org.taken();
    expect(await resultOf(succeed(org, { ...different, adopt }))).toBe('unchanged');
    expect(await resultOf(succeed(org, different))).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    expect(await resultOf(succeed(org, ABSENT))).toBe('deleted');
  });

  test('gives its secret to a dry run with adopt', async () => {
    await make();
    const dry = { ...different, adopt, 'output-client-secret': 'true', 'dry-run': 'true' };
    const run = await succeed(org, dry);
    expect(run.outputs['client-secret']).not.toBe('');
    expect(run.annotations).toEqual([]);
  });

  test('is deleted with adopt', async () => {
    await make();
    expect(await resultOf(succeed(org, { ...ABSENT, adopt }))).toBe('deleted');
    expect(await org.labels()).toEqual([]);
  });
});

describe('a run of which only GitHub says that it is for a pull request or a branch', () => {
  const sha = 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e';
  const LEFT = 'https://shop.example.com/callback';

  beforeEach(async () => {
    github.pulls.set(12, 'open');
    github.branches.set(12, { sha });
    github.refs.set('feature', 'unprotected');
    await foreignApp(org, 'shop');
    org.taken();
  });

  const run = ({ payload, env }: TestEvent, inputs: Inputs): [typeof org, Inputs, RunOptions] => [
    org,
    { name: 'shop', adopt: 'true', 'redirect-uris': LEFT, ...inputs },
    { event: payload, env: { ...githubEnvironment(github), ...env } },
  ];

  const EVENTS: [title: string, event: TestEvent][] = [
    ['a workflow_run of the commit of a pull request', workflowRun({ sha })],
    ['a workflow_run of a push to a branch', workflowRun({ sha: 'b'.repeat(40), by: 'push' })],
    ['a deployment of the commit of a pull request', deployment({ sha, ref: 'main' })],
  ];

  test.each(EVENTS)('adopts nothing and deletes nothing that nobody marked, on %s', async (_, event) => {
    for (const inputs of [{}, { state: 'absent' }, { shared: 'true' }, { shared: 'true', state: 'absent' }])
      expect(await failure(...run(event, inputs))).toBe(
        'Cannot adopt anything: this run is for a pull request or a branch, which may not take over what is permanent. Set "adopt" in a run of the default branch only, or beside "dry-run: true".',
      );
    expect(writes(org)).toEqual([]);
    expect(redirectUrisOf(await shop())).toEqual([LEFT]);
    expect(markOf(await shop())).toEqual({});
    await succeed(...run(event, { 'dry-run': 'true' }));
  });

  test('adopts where GitHub says that it is for the default branch', async () => {
    const push = workflowRun({ sha: 'b'.repeat(40), by: 'push', branch: 'main' });
    await succeed(...run(push, {}));
    expect(await marked()).toEqual({ repository: 'acme/shop', repository_id: '4242' });
  });
});

describe('adopt', () => {
  test('keeps a note that an administrator wrote', async () => {
    await foreignApp(org, 'shop', { settings: { notes: { admin: 'Hands off!' }, oauthClient: SHOP_CLIENT } });
    await succeed(org, { ...WEB, adopt: 'true' });
    expect(valueAt(await shop(), NOTE)).toBe('Hands off!');
  });

  test('replaces that note by its own where the workflow says that there is to be none', async () => {
    await foreignApp(org, 'shop', { settings: { notes: { admin: 'Hands off!' }, oauthClient: SHOP_CLIENT } });
    const none = { ...WEB, adopt: 'true', settings: 'settings: { notes: { admin: null } }' };
    await succeed(org, none);
    expect(valueAt(await shop(), NOTE)).toBe(
      'Managed by the workflows of acme/shop (repository ID 4242), with the GitHub Action okta-oidc-app.',
    );
    expect(await resultOf(succeed(org, none))).toBe('unchanged');
  });

  test('takes nothing over where nobody knows the repository', async () => {
    await foreignApp(org, 'shop');
    org.taken();
    expect(await resultOf(succeed(org, { ...WEB, adopt: 'true' }, NOWHERE))).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test("changes nothing in an app that is this repository's already", async () => {
    await succeed(org, WEB);
    org.taken();
    for (const adopt of ['true', 'acme/shop', 'acme/stock'])
      expect(await resultOf(succeed(org, { ...WEB, adopt }))).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test.each(['yes', 'acme', 'acme/shop/x', 'https://github.com/acme/shop'])(
    '%p is neither true nor a repository',
    async (adopt) => {
      expect(await failure(org, { ...WEB, adopt })).toContain(
        `"adopt" is "${adopt}". Use "true" for an app without a mark, or owner/name of the repository whose app it is.`,
      );
    },
  );
});

const SHOP_CLIENT = {
  application_type: 'web',
  grant_types: ['authorization_code'],
  response_types: ['code'],
  redirect_uris: ['https://shop.example.com/callback'],
};
