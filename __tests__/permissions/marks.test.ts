import { describe, expect, test } from '@jest/globals';
import { valueAt, type JsonObject } from '../../src/util/json.ts';
import { idOf } from '../support/apps.ts';
import { NOWHERE, PR_12, RECREATED, RENAMED, type RunOptions } from '../support/kinds-of-runs.ts';
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
import { useOrg } from '../support/servers.ts';

/** What an app says of whose it is, and by which it is known again. */

const org = useOrg();

const MARK = ['profile', 'okta_oidc_app'];
const NOTE = ['settings', 'notes', 'admin'];
const ABSENT: Inputs = { name: 'shop', state: 'absent' };

const shop = (): Promise<JsonObject> => org.app('shop');
const marked = async (): Promise<unknown> => valueAt(await shop(), MARK);

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

  test.each([
    ['empty', ''],
    [
      'no more than a sentence that names an owner',
      'Managed by the workflows of acme/blog, with the GitHub Action okta-oidc-app.',
    ],
  ])('loses its note where the workflow gives one that is %s', async (_, admin) => {
    const noted = (note: string): Inputs => ({
      ...WEB,
      settings: JSON.stringify({ settings: { notes: { admin: note } } }),
    });
    await succeed(org, noted('Ours.'));
    expect(changesOf(await succeed(org, noted(admin)))).toEqual([
      { field: 'settings.notes.admin', from: 'Ours.', to: '' },
    ]);
    expect(await resultOf(succeed(org, noted(admin)))).toBe('unchanged');
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

test("a pull request's app that a run by hand marked without the ID is refused with what helps", async () => {
  await foreignApp(org, 'shop pr 12');
  org.plantMark(idOf(await org.app('shop pr 12')), { repository: 'acme/shop', pull_request: 12 });
  const error = await failure(
    org,
    { ...WEB, name: 'shop pr 12', 'logo-uri': 'https://a.example.com/l' },
    PR_12,
  );
  expect(error).toContain('a run without GITHUB_REPOSITORY_ID made it, such as one by hand');
  expect(error).toContain(
    'Delete the app in the Admin Console, or set "adopt: acme/shop" in a run of the default branch',
  );
  expect(error).not.toContain('choose a name with the number in it');
});

describe('an Enterprise Server', () => {
  const GHE: RunOptions = { env: { GITHUB_SERVER_URL: 'https://ghe.example.com' } };

  test('numbers its repositories by itself', async () => {
    await succeed(org, WEB, GHE);
    expect(await marked()).toEqual({
      repository: 'acme/shop',
      repository_id: '4242',
      server: 'ghe.example.com',
    });
    expect((await succeed(org, WEB, GHE)).outputs['result']).toBe('unchanged');
    expect(await failure(org, ABSENT)).toContain('it belongs to acme/shop on ghe.example.com');
    expect((await succeed(org, ABSENT, GHE)).outputs['result']).toBe('deleted');
  });
});
