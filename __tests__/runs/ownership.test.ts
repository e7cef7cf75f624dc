import { describe, expect, test } from '@jest/globals';
import { textOf, valueAt, type JsonObject } from '../../src/util/json.ts';
import type { ActionRun } from '../support/runner.ts';
import {
  WEB,
  changesOf,
  failure,
  foreignApp,
  pullRequest,
  runOn,
  succeed,
  writes,
  type Inputs,
} from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

const org = useOrg();

const MARK = ['profile', 'okta_oidc_app'];
const NOTE = ['settings', 'notes', 'admin'];
const ABSENT: Inputs = { name: 'shop', state: 'absent' };

type Options = NonNullable<Parameters<typeof runOn>[2]>;
const PR_12: Options = { event: pullRequest(12) };
const PR_13: Options = { event: pullRequest(13) };
const BRANCH: Options = { env: { GITHUB_REF: 'refs/heads/feature/x', GITHUB_REF_PROTECTED: 'false' } };
const OTHER: Options = { env: { GITHUB_REPOSITORY: 'acme/stock', GITHUB_REPOSITORY_ID: '77' } };
const RENAMED: Options = { env: { GITHUB_REPOSITORY: 'acme/store' } };
const RECREATED: Options = { env: { GITHUB_REPOSITORY_ID: '99' } };
const NOWHERE: Options = { env: { GITHUB_REPOSITORY: '', GITHUB_REPOSITORY_ID: '' } };

const shop = (): Promise<JsonObject> => org.app('shop');
const marked = async (): Promise<unknown> => valueAt(await shop(), MARK);

/** So many apps more, whose names start as that of the shop does. */
function previews(count: number): void {
  const [model] = org.org.apps.values();
  if (!model) throw new Error('There is no app to copy.');
  for (let number = 0; number < count; number += 1) {
    const id = org.org.ids.next('0oa');
    org.org.apps.set(id, { ...model, id, clientId: id, label: `shop preview ${id}` });
  }
}

async function resultOf(run: Promise<ActionRun>): Promise<string | undefined> {
  return (await run).outputs['result'];
}

describe('an app that a run creates', () => {
  test('is marked with the repository', async () => {
    await succeed(org, WEB);
    expect(await marked()).toEqual({ repository: 'acme/shop', repository_id: '4242' });
    expect(valueAt(await shop(), NOTE)).toBe(
      'Managed by the workflows of acme/shop (repository ID 4242), with the GitHub Action okta-oidc-app.',
    );
  });

  test("is marked with the pull request's number in its run, whatever state the pull request comes to", async () => {
    await succeed(org, WEB, PR_12);
    expect(await marked()).toEqual({ repository: 'acme/shop', repository_id: '4242', pull_request: 12 });
    expect(valueAt(await shop(), NOTE)).toContain('acme/shop (repository ID 4242), pull request #12');
    org.taken();
    expect(await resultOf(succeed(org, WEB, { event: pullRequest(12, 'closed') }))).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('carries no mark where nobody knows the repository', async () => {
    await succeed(org, WEB, NOWHERE);
    expect(await marked()).toBeUndefined();
    expect(valueAt(await shop(), NOTE)).toBeNull();
    expect(await resultOf(succeed(org, WEB, NOWHERE))).toBe('unchanged');
  });

  test('keeps what else the workflow puts into its profile and its notes', async () => {
    const settings = 'profile: { team: sales }\nsettings: { notes: { enduser: Ask us., admin: Ours. } }';
    await succeed(org, { ...WEB, settings });
    expect((await shop())['profile']).toEqual({
      team: 'sales',
      okta_oidc_app: { repository: 'acme/shop', repository_id: '4242' },
    });
    expect(valueAt(await shop(), ['settings', 'notes'])).toEqual({ admin: 'Ours.', enduser: 'Ask us.' });
    expect(await resultOf(succeed(org, { ...WEB, settings }))).toBe('unchanged');
  });

  test('stays that of its repository when the repository is renamed', async () => {
    await succeed(org, WEB);
    org.taken();
    expect(await resultOf(succeed(org, WEB, RENAMED))).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    const more = { ...WEB, 'logo-uri': 'https://shop.example.com/logo.png' };
    expect(changesOf(await succeed(org, more, RENAMED)).map(({ field }) => field)).toEqual(['logo-uri']);
    expect(await resultOf(succeed(org, ABSENT, RENAMED))).toBe('deleted');
  });

  test('is not that of another repository that got the same name', async () => {
    await succeed(org, WEB);
    expect(await failure(org, ABSENT, RECREATED)).toContain('it belongs to acme/shop');
    expect(await org.labels()).toEqual(['shop']);
  });

  test('is not known by the name of the repository where the run knows its ID, and the mark names none', async () => {
    await succeed(org, WEB, { env: { GITHUB_REPOSITORY_ID: '' } });
    expect(await marked()).toEqual({ repository: 'acme/shop' });
    org.taken();
    expect(await failure(org, ABSENT)).toContain('it belongs to acme/shop');
    expect(writes(org)).toEqual([]);
    expect(await resultOf(succeed(org, ABSENT, { env: { GITHUB_REPOSITORY_ID: '' } }))).toBe('deleted');
  });
});

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
    expect(run.outputs).toMatchObject({ result: 'unchanged', 'client-id': textOf(before['id']) });
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
    expect(adopting).toContain('"adopt" is set in a run of a pull request or of a branch');
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

  test('is deleted with adopt', async () => {
    await make();
    expect(await resultOf(succeed(org, { ...ABSENT, adopt }))).toBe('deleted');
    expect(await org.labels()).toEqual([]);
  });
});

describe('adopt', () => {
  test('keeps a note that an administrator wrote', async () => {
    await foreignApp(org, 'shop', { settings: { notes: { admin: 'Hands off!' }, oauthClient: SHOP_CLIENT } });
    await succeed(org, { ...WEB, adopt: 'true' });
    expect(valueAt(await shop(), NOTE)).toBe('Hands off!');
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

describe('state: absent', () => {
  const DELETES: [title: string, made: Options, removed: Options][] = [
    ["a pull request's app in its own run", PR_12, { event: pullRequest(12, 'closed') }],
    ["a branch's app in its own run", BRANCH, BRANCH],
    ["a branch's app in a permanent run", BRANCH, {}],
    ['a permanent app in a permanent run', {}, {}],
  ];

  test.each(DELETES)('deletes %s, deactivated first, and then finds it absent', async (_, made, removed) => {
    const { outputs } = await succeed(org, WEB, made);
    org.taken();
    const run = await succeed(org, ABSENT, removed);
    expect(run.outputs).toMatchObject({ result: 'deleted', changed: 'true', 'client-id': '', 'app-id': '' });
    expect(changesOf(run)).toEqual([{ field: 'name', from: 'shop', to: null }]);
    const path = `/api/v1/apps/${outputs['app-id'] ?? ''}`;
    expect(writes(org)).toEqual([`POST ${path}/lifecycle/deactivate`, `DELETE ${path}`]);
    const again = await succeed(org, ABSENT, removed);
    expect(again.outputs).toMatchObject({ result: 'absent', changed: 'false', changes: '[]' });
    expect(org.taken()).toEqual(['GET /api/v1/apps']);
  });

  test.each<[title: string, made: Options, removed: Options, whose: string]>([
    ["another pull request's app", PR_12, PR_13, 'it belongs to acme/shop, pull request #12'],
    [
      "a permanent app in a pull request's run",
      {},
      PR_12,
      'it belongs to acme/shop. A run of pull request #12',
    ],
    [
      "a permanent app in a branch's run",
      {},
      BRANCH,
      'it belongs to acme/shop. A run of the branch feature/x',
    ],
    ["another branch's app", { env: { ...BRANCH.env, GITHUB_REF: 'refs/heads/y' } }, BRANCH, 'branch y'],
    ["a pull request's app in a branch's run", PR_12, BRANCH, 'pull request #12'],
  ])('refuses %s', async (_, made, removed, whose) => {
    await succeed(org, WEB, made);
    org.taken();
    expect(await failure(org, ABSENT, removed)).toContain(whose);
    expect(writes(org)).toEqual([]);
  });

  test('deletes the app of an ID', async () => {
    const { outputs } = await succeed(org, WEB);
    const run = await succeed(org, { 'app-id': outputs['app-id'] ?? '', state: 'absent' });
    expect(run.outputs['result']).toBe('deleted');
  });

  test('deletes an app that is inactive already', async () => {
    const { outputs } = await succeed(org, WEB);
    await org.api('POST', `/api/v1/apps/${outputs['app-id'] ?? ''}/lifecycle/deactivate`);
    org.taken();
    expect(await resultOf(succeed(org, ABSENT))).toBe('deleted');
    expect(writes(org)).toEqual([`DELETE /api/v1/apps/${outputs['app-id'] ?? ''}`]);
  });

  test('takes an app that goes away meanwhile as done', async () => {
    await succeed(org, WEB);
    org.trouble.fault = ({ method }) => {
      if (method === 'POST') org.org.apps.clear();
      return undefined;
    };
    expect(await resultOf(succeed(org, ABSENT))).toBe('deleted');
  });

  test('gets over the errors that Okta makes of deletions', async () => {
    await succeed(org, WEB);
    org.trouble.deleteFailures = 2;
    expect(await resultOf(succeed(org, ABSENT))).toBe('deleted');
    expect(await org.labels()).toEqual([]);
  });

  test('leaves apps alone whose labels only start like it', async () => {
    await succeed(org, { ...WEB, name: 'shop-2' });
    expect(await resultOf(succeed(org, ABSENT))).toBe('absent');
    expect(await org.labels()).toEqual(['shop-2']);
  });
});

describe('finding the app', () => {
  test('takes the whole label among more than a page of those that start like it', async () => {
    for (let i = 0; i < 205; i += 1) await foreignApp(org, `pr-1${i}`);
    const [first, made] = [await succeed(org, { ...WEB, name: 'pr-1' }), org.taken()];
    expect(first.outputs['result']).toBe('created');
    expect(made.filter((request) => request === 'GET /api/v1/apps').length).toBeGreaterThan(2);
    const again = await succeed(org, { ...WEB, name: 'pr-1' });
    expect(again.outputs).toMatchObject({ result: 'unchanged', 'app-id': first.outputs['app-id'] });
    expect(org.taken()).toEqual(['GET /api/v1/apps', 'GET /api/v1/apps']);
    expect(await resultOf(succeed(org, { name: 'pr-1', state: 'absent' }))).toBe('deleted');
    expect(org.org.apps.size).toBe(205);
  });

  test('says how many apps it read where the names of many start alike, and how to do without', async () => {
    const { outputs } = await succeed(org, WEB);
    previews(599);
    expect((await succeed(org, WEB)).annotations).toEqual([]);
    previews(1);
    org.taken();
    const many = await succeed(org, WEB);
    expect(org.taken()).toEqual(Array(4).fill('GET /api/v1/apps'));
    expect(many.annotations).toEqual([
      {
        level: 'notice',
        message: expect.stringContaining(
          '601 apps were read to find that one, in 4 requests. Give its ID as "app-id"',
        ),
      },
    ]);
    const byId = await succeed(org, { ...WEB, 'app-id': outputs['app-id'] ?? '', name: '' });
    expect([byId.outputs['result'], byId.annotations, org.taken()]).toEqual([
      'unchanged',
      [],
      [`GET /api/v1/apps/${outputs['app-id'] ?? ''}`],
    ]);
  });

  test('reads no further than to the app of a client ID of its own, which is unique in the org', async () => {
    const own = { ...WEB, 'client-id': 'shop-client' };
    await succeed(org, own);
    const mark = await marked();
    previews(600);
    await foreignApp(org, 'shop', { profile: { okta_oidc_app: mark as JsonObject } });
    org.taken();
    const run = await succeed(org, own);
    expect([run.outputs['result'], run.annotations]).toEqual(['unchanged', []]);
    expect(org.taken()).toEqual(['GET /api/v1/apps']);
    expect(await failure(org, WEB)).toContain('2 apps have that label');
  });

  test('tells labels apart that differ in letter case only', async () => {
    await succeed(org, { ...WEB, name: 'Shop' });
    expect(await resultOf(succeed(org, WEB))).toBe('created');
    expect(await org.labels()).toEqual(['Shop', 'shop']);
  });

  test('finds an inactive app and activates it, before it assigns anything', async () => {
    await org.group('Sellers');
    const { outputs } = await succeed(org, WEB);
    const path = `/api/v1/apps/${outputs['app-id'] ?? ''}`;
    await org.api('POST', `${path}/lifecycle/deactivate`);
    org.taken();
    const run = await succeed(org, { ...WEB, groups: 'Sellers' });
    expect(changesOf(run)[0]).toEqual({ field: 'status', from: 'INACTIVE', to: 'ACTIVE' });
    expect(writes(org)).toEqual([
      `POST ${path}/lifecycle/activate`,
      expect.stringContaining(`PUT ${path}/groups/`),
    ]);
    expect((await shop())['status']).toBe('ACTIVE');
    expect(await resultOf(succeed(org, { ...WEB, groups: 'Sellers' }))).toBe('unchanged');
  });

  test('does not activate an app that is not ours', async () => {
    const { id } = await foreignApp(org, 'shop');
    await org.api('POST', `/api/v1/apps/${textOf(id)}/lifecycle/deactivate`);
    org.taken();
    expect(await failure(org, WEB)).toContain('it differs in status');
    expect(writes(org)).toEqual([]);
  });
});

describe('a dry run', () => {
  const dry = { 'dry-run': 'true' };

  test('of a creation says what would be created, and creates nothing', async () => {
    await org.group('Sellers');
    const more = { groups: 'Sellers', 'trusted-origins': 'https://shop.example.com' };
    const run = await succeed(org, { ...WEB, ...more, ...dry });
    expect(run.outputs).toMatchObject({
      result: 'created',
      changed: 'true',
      'client-id': '',
      'app-id': '',
      issuer: '',
    });
    expect(run.log).toContain('Dry run: The app "shop" would be created.');
    expect(run.summary).toContain('**Dry run.** The app **shop** would be created.');
    expect(writes(org)).toEqual([]);
    expect(await org.labels()).toEqual([]);
    const real = await succeed(org, { ...WEB, ...more });
    expect(changesOf(real)).toEqual(changesOf(run));
  });

  test('of an update says what would be updated, and updates nothing', async () => {
    await succeed(org, WEB);
    const before = await shop();
    const changed = { ...WEB, 'logo-uri': 'https://shop.example.com/logo.png' };
    org.taken();
    const run = await succeed(org, { ...changed, ...dry });
    expect(run.outputs).toMatchObject({ result: 'updated', changed: 'true', 'app-id': textOf(before['id']) });
    expect(run.log).toContain('Dry run: The app "shop" would be updated.');
    expect(writes(org)).toEqual([]);
    expect(await shop()).toEqual(before);
    expect(changesOf(await succeed(org, changed))).toEqual(changesOf(run));
  });

  test('of an app that is as it should be says so', async () => {
    await succeed(org, WEB);
    const run = await succeed(org, { ...WEB, ...dry });
    expect(run.outputs).toMatchObject({ result: 'unchanged', changed: 'false' });
  });

  test('of a deletion says what would be deleted, and deletes nothing', async () => {
    await succeed(org, { ...WEB, 'trusted-origins': 'https://shop.example.com' });
    org.taken();
    const run = await succeed(org, { ...ABSENT, ...dry });
    expect(run.outputs).toMatchObject({ result: 'deleted', changed: 'true' });
    expect(run.log).toContain('Dry run: The app "shop" would be deleted.');
    expect(writes(org)).toEqual([]);
    expect(await org.labels()).toEqual(['shop']);
  });

  test('of a creation that Okta would refuse for its groups is refused, too', async () => {
    expect(await failure(org, { ...WEB, ...dry, groups: 'Nobody' })).toContain(
      'Cannot find the group "Nobody"',
    );
  });

  test('finds what is wrong with an adoption', async () => {
    await foreignApp(org, 'shop');
    const run = await succeed(org, { ...WEB, ...dry, adopt: 'true' });
    expect(changesOf(run)).toEqual([{ field: 'owner', from: null, to: 'acme/shop' }]);
    expect(await marked()).toBeUndefined();
  });
});
