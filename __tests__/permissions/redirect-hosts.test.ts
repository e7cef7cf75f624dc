import { describe, expect, test } from '@jest/globals';
import { valueAt, type JsonObject } from '../../src/util/json.ts';
import { redirectUrisOf } from '../support/apps.ts';
import { PR_12, BRANCH, OTHER, type RunOptions } from '../support/kinds-of-runs.ts';
import {
  WEB,
  changesOf,
  failure,
  foreignApp,
  pullRequest,
  succeed,
  writes,
  type Inputs,
} from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** Whose URIs an app takes. */

const org = useOrg();

const MARK = ['profile', 'okta_oidc_app'];

const shop = (): Promise<JsonObject> => org.app('shop');
const marked = async (): Promise<unknown> => valueAt(await shop(), MARK);

describe('redirect-hosts', () => {
  const HOSTS = { ...WEB, 'redirect-hosts': '*.example.com\n*.preview.example.com' };
  const share = (uri: string): Inputs => ({ name: 'shop', shared: 'true', 'redirect-uris': uri });
  const PREVIEW = 'https://pr-12.preview.example.com/callback';

  test('are kept in the mark, shown as a change once, and left alone where they are not given', async () => {
    const created = await succeed(org, HOSTS);
    expect(changesOf(created).at(-1)).toEqual({
      field: 'redirect-hosts',
      from: null,
      to: ['*.example.com', '*.preview.example.com'],
    });
    expect(await marked()).toMatchObject({ redirect_hosts: ['*.example.com', '*.preview.example.com'] });
    org.taken();
    expect((await succeed(org, HOSTS)).outputs['result']).toBe('unchanged');
    expect((await succeed(org, WEB)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    const narrowed = await succeed(org, { ...WEB, 'redirect-hosts': '*.example.com' });
    expect(changesOf(narrowed)).toEqual([
      {
        field: 'redirect-hosts',
        from: ['*.example.com', '*.preview.example.com'],
        to: ['*.example.com'],
      },
    ]);
  });

  test.each<[title: string, options: RunOptions]>([
    ['a pull request of the same repository', PR_12],
    ['a branch', BRANCH],
    ['another repository', OTHER],
    ["another repository's pull request", { ...OTHER, event: pullRequest(12, 'open', 'acme/stock') }],
  ])('let %s add what fits them, and nothing else', async (_, options) => {
    await succeed(org, HOSTS);
    org.taken();
    expect((await succeed(org, share(PREVIEW), options)).outputs['result']).toBe('updated');
    expect(redirectUrisOf(await shop())).toContain(PREVIEW);
    org.taken();
    for (const inputs of [
      share('https://evil.example.net/callback'),
      share('com.evil.app://pr-12.preview.example.com/'),
      { ...share(PREVIEW), 'trusted-origins': 'https://evil.example.net' },
      { ...share(PREVIEW), 'post-logout-redirect-uris': 'https://evil.example.net/' },
    ]) {
      const error = await failure(org, inputs, options);
      expect(error).toContain(
        'Cannot change the shared app "shop": it belongs to acme/shop, which lets other runs',
      );
      expect(error).toMatch(
        /have the workflow that owns the app (widen its "redirect-hosts"|list com\.evil\.app:)/,
      );
    }
    expect(writes(org)).toEqual([]);
    const dry = await succeed(
      org,
      { ...share('https://evil.example.net/callback'), 'dry-run': 'true' },
      options,
    );
    expect(dry.outputs['result']).toBe('updated');
    expect(dry.notices[0]).toMatch(/^Without "dry-run" this run would be refused/);
  });

  test('bind the permanent runs of the same repository, too', async () => {
    await succeed(org, HOSTS);
    expect(await failure(org, share('https://evil.example.net/callback'))).toContain('lets other runs add');
  });

  test('of an app that a workflow owns without them: only permanent runs of its repository add', async () => {
    await succeed(org, WEB);
    org.taken();
    for (const options of [PR_12, BRANCH, OTHER])
      expect(await failure(org, share(PREVIEW), options)).toContain('which has not said whose URIs it takes');
    expect(writes(org)).toEqual([]);
    expect((await succeed(org, share(PREVIEW))).outputs['result']).toBe('updated');
  });

  test('of an app without a mark: anybody adds, with a notice', async () => {
    await foreignApp(org, 'shop');
    const run = await succeed(org, share(PREVIEW), OTHER);
    expect(run.outputs['result']).toBe('updated');
    expect(run.notices).toEqual([
      'The shared app carries no mark of a repository, so that any run with "shared: true" may add to it. An app that a workflow owns takes only what fits its "redirect-hosts".',
    ]);
  });

  test('that anybody can get a host for are worth a warning', async () => {
    const wide = await succeed(org, {
      ...WEB,
      'redirect-hosts': 'shop.example.com\n*.vercel.app\n*.example.com\n*.co.uk\n*.internal\nshop-*.internal',
    });
    const message = (pattern: string, suffix: string): string =>
      `"redirect-hosts" has ${pattern}, and anybody can get a host below "${suffix}" that fits it. Name more of the host, such as the name of your team, or use a domain of your own.`;
    expect(wide.warnings).toEqual([message('*.vercel.app', 'vercel.app'), message('*.co.uk', 'co.uk')]);
  });
});
