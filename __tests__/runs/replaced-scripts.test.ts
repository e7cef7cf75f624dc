import { beforeEach, describe, expect, test } from '@jest/globals';
import { idOf, markOf, redirectUrisOf } from '../support/apps.ts';
import { githubEnvironment } from '../support/github.ts';
import { APPS, PUT, type TestOrg } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import { foreignApp, numbers, pullRequest, succeed, writes, type Inputs } from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';

/**
 * What public workflows and scripts did that registered redirect URIs for previews, done by this action in their place: they know the app by
 * its client ID, register several URIs at once, work on several orgs, and have left URIs behind.
 */

const org = useOrg();
const staging = useOrg();
const github = useGitHub();

const LIVE = 'https://shop.example.com/callback';
/** One script registers the host that the platform gives a deployment, and the branch's own, with two paths each. */
const FOUR = [
  'https://shop-git-login-acme.vercel.app/api/auth/callback',
  'https://shop-git-login-acme.vercel.app/silent',
  'https://shop-a1b2c3-acme.vercel.app/api/auth/callback',
  'https://shop-a1b2c3-acme.vercel.app/silent',
];
const LOGOUT = 'https://shop-git-login-acme.vercel.app/';

let clientId: string;

beforeEach(async () => {
  github.pulls.set(12, 'open');
  for (const n of numbers(3)) await foreignApp(org, `other ${n}`);
  clientId = idOf(await foreignApp(org, 'shop'));
  org.taken();
});

function onPullRequest(
  inputs: Inputs,
  state: 'open' | 'closed' = 'open',
  at: TestOrg = org,
): Promise<ActionRun> {
  return succeed(
    at,
    { shared: 'true', state: 'auto', ...inputs },
    { event: pullRequest(12, state), env: githubEnvironment(github) },
  );
}

async function uris(at: TestOrg = org): Promise<string[]> {
  return redirectUrisOf(await at.app('shop'));
}

describe('a preview’s URIs on the app of a client ID', () => {
  const inputs = (): Inputs => ({
    'client-id': clientId,
    'redirect-uris': JSON.stringify(FOUR),
    'post-logout-redirect-uris': LOGOUT,
    'redirect-hosts': 'shop-*-acme.vercel.app',
  });

  test('are added by one write, four at once, and taken away together at the close', async () => {
    const opened = await onPullRequest(inputs());
    expect(opened.outputs['result']).toBe('updated');
    expect(await uris()).toEqual([LIVE, ...FOUR]);
    const app = `${APPS}/${clientId}`;
    // The look, the write after another look since "settle-seconds" is 0, and the look whether it is still there.
    expect(org.taken()).toEqual([`GET ${app}`, `GET ${app}`, `PUT ${app}`, `GET ${app}`]);

    const pushed = await onPullRequest(inputs());
    expect(pushed.outputs['result']).toBe('unchanged');
    expect(org.taken()).toEqual([`GET ${app}`]);

    github.pulls.set(12, 'closed');
    await onPullRequest({ 'client-id': clientId }, 'closed');
    expect(await uris()).toEqual([LIVE]);
    expect(await org.app('shop')).not.toHaveProperty('profile');
    expect(org.taken().filter((request) => request.startsWith('PUT'))).toEqual([`PUT ${app}`]);
  });

  test('lead "authorize-url" to the preview', async () => {
    const { outputs } = await onPullRequest(inputs());
    expect(new URL(outputs['authorize-url'] ?? '').searchParams.get('redirect_uri')).toBe(FOUR[0]);
  });

  test('are all there, or none, whatever fails on the way', async () => {
    org.refuse(PUT(`${APPS}/${clientId}`), 400);
    await expect(onPullRequest(inputs())).rejects.toThrow('Okta answered 400');
    org.relent();
    expect(await uris()).toEqual([LIVE]);
    await onPullRequest(inputs());
    expect(await uris()).toEqual([LIVE, ...FOUR]);
  });
});

describe('a preview in two orgs', () => {
  test('is registered in each, and gives up in each what is there', async () => {
    await foreignApp(staging, 'shop');
    const inputs: Inputs = { name: 'shop', 'redirect-uris': FOUR.join('\n') };
    for (const at of [org, staging]) await onPullRequest(inputs, 'open', at);
    for (const at of [org, staging]) expect(await uris(at)).toEqual([LIVE, ...FOUR]);
    github.pulls.set(12, 'closed');
    for (const at of [org, staging]) await onPullRequest(inputs, 'closed', at);
    for (const at of [org, staging]) expect(await uris(at)).toEqual([LIVE]);
  });

  test('of an app of its own has the same client ID in both', async () => {
    const inputs: Inputs = { name: 'shop-preview-12', 'redirect-uris': FOUR[0] ?? '' };
    const runs = [];
    for (const at of [org, staging]) runs.push(await succeed(at, inputs, { event: pullRequest(12) }));
    const [first, second] = runs.map(({ outputs }) => outputs['client-id']);
    expect(first).toMatch(/^shop-preview-12-[a-z2-7]{10}$/);
    expect(second).toBe(first);
  });
});

describe('what a script has left', () => {
  const LEFT = FOUR.slice(0, 2);

  beforeEach(async () => {
    const app = await org.app('shop');
    const { settings } = app as { settings: { oauthClient: { redirect_uris: string[] } } };
    settings.oauthClient.redirect_uris = [LIVE, ...LEFT];
    await org.api('PUT', `${APPS}/${clientId}`, app);
    org.taken();
  });

  test('is told to a run for the pull request, and kept at its close', async () => {
    const inputs: Inputs = { 'client-id': clientId, 'redirect-uris': FOUR.join('\n') };
    const opened = await onPullRequest(inputs);
    for (const uri of LEFT)
      expect(opened.notices.join('\n')).toContain(`${uri} was in the shared app "shop" before, and is kept`);
    github.pulls.set(12, 'closed');
    await onPullRequest(inputs, 'closed');
    expect(await uris()).toEqual([LIVE, ...LEFT]);
  });

  test('is taken over by a permanent run, which then takes away what it no longer needs', async () => {
    const inputs: Inputs = { 'client-id': clientId, shared: 'true' };
    const all = [LIVE, ...LEFT].join('\n');
    await succeed(org, { ...inputs, 'redirect-uris': all, adopt: 'true' });
    expect(await uris()).toEqual([LIVE, ...LEFT]);
    expect(markOf(await org.app('shop'))['uris']).toHaveLength(3);
    const told = await succeed(org, { ...inputs, 'redirect-uris': LIVE });
    expect(told.notices.join()).toContain(`this one does not list them: ${LEFT.join(', ')}`);
    org.taken();
    await succeed(org, { ...inputs, 'redirect-uris': LEFT.join('\n'), state: 'absent' });
    expect(await uris()).toEqual([LIVE]);
    expect(writes(org)).toEqual([`PUT ${APPS}/${clientId}`]);
  });

  test('is taken away in one step', async () => {
    const inputs: Inputs = { 'client-id': clientId, shared: 'true', adopt: 'true', state: 'absent' };
    await succeed(org, { ...inputs, 'redirect-uris': LEFT.join('\n') });
    expect(await uris()).toEqual([LIVE]);
    expect(await org.app('shop')).not.toHaveProperty('profile');
  });
});
