import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { run as sweep } from '../../src/sweep/run.ts';
import { connectionTo } from '../support/okta.ts';
import { manifestOf } from '../support/runner.ts';
import { WEB, failure, foreignApp, pullRequest, runOn, succeed, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';
import type { SourceOptions } from '../support/source.ts';

/** Inputs that do not go together, and those that do. */

const org = useOrg();

const SERVICE_APP: Inputs = {
  'api-token': '',
  'auth-client-id': '0oa1',
  'auth-private-key': generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string,
};

/** An access token for Okta's API, by its form. */
const ACCESS_TOKEN = `eyJhbGciOiJSUzI1NiJ9.${Buffer.from('{"scp":[]}').toString('base64url')}.c2lnbmF0dXJl`;

const SHARED = { ...WEB, shared: 'true' };
const PULL_REQUEST: SourceOptions = { event: pullRequest(12) };

const DEPLOYMENT: SourceOptions = {
  event: {
    deployment: { sha: 'a'.repeat(40) },
    deployment_status: { state: 'success', environment_url: 'https://shop-1.vercel.app' },
  },
  env: { GITHUB_EVENT_NAME: 'deployment_status' },
};

describe('is refused before any request', () => {
  test.each<[string, Inputs, RegExp, SourceOptions?]>([
    [
      'earlier URIs of an app that is not shared',
      { ...WEB, 'keep-earlier-uris': 'false' },
      /"keep-earlier-uris" is false, and only a shared app keeps what earlier runs have added\. Set "shared: true"/,
      PULL_REQUEST,
    ],
    [
      'earlier URIs in a permanent run',
      { ...SHARED, 'keep-earlier-uris': 'false' },
      /"keep-earlier-uris" is false, and this run is for no pull request\./,
    ],
    [
      "a groups claim for a service app's token",
      { ...WEB, ...SERVICE_APP, 'groups-claim': 'groups' },
      /"groups-claim" is set, and Okta changes it for API tokens only\./,
    ],
    [
      'a groups claim for an access token',
      { ...WEB, 'api-token': ACCESS_TOKEN, 'groups-claim': '[]' },
      /"groups-claim" is set, and Okta changes it for API tokens only\./,
    ],
    [
      'a groups claim of a catalog app',
      { name: 'Desk', 'catalog-app': 'harbourdesk', 'groups-claim': 'groups' },
      /"catalog-app" is set, which does not go together with "groups-claim"\./,
    ],
    [
      'a groups claim of a shared app',
      { ...SHARED, 'groups-claim': 'groups' },
      /"shared" is true, so this run may only add and remove/,
    ],
    [
      'a groups claim in a run that only reads',
      { name: 'shop', state: 'read', 'groups-claim': 'groups' },
      /"state" is "read", which does not go together with "groups-claim"\./,
    ],
    [
      "to adopt a repository's app that is shared",
      { ...SHARED, adopt: 'acme/other' },
      /"adopt" names a repository, and this run takes nothing over from one \("shared"\)\. Say "adopt: true"/,
    ],
    [
      'to withdraw the hosts of a shared app',
      { ...SHARED, 'redirect-hosts': '[]' },
      /"redirect-hosts" is the empty list, which withdraws what the owner of an app has said/,
    ],
    [
      'to withdraw the hosts where a deployment brings one',
      { ...WEB, 'redirect-uris': 'https://shop-1.vercel.app/cb', 'redirect-hosts': '[]' },
      /"redirect-hosts" is the empty list, and "redirect-uris" has "https:\/\/shop-1\.vercel\.app\/cb", an address that the event of this run brings/,
      DEPLOYMENT,
    ],
    [
      'nothing to add to a shared app for a pull request that is open',
      { name: 'shop', shared: 'true', state: 'auto' },
      /^The inputs cannot be used: "redirect-uris" is missing\. A run on a shared app needs/,
      PULL_REQUEST,
    ],
    [
      'more users than are kept track of',
      { ...WEB, users: Array.from({ length: 1001 }, (_, i) => `u${i}@example.com`).join('\n') },
      /"users" has 1001 users, and "assignments: managed" keeps track of 1000\. Assign a group that they are in, or set "assignments" to "add" or "exact"\./,
    ],
    [
      'only a client ID where an app may be created',
      { 'client-id': 'shop-client', 'redirect-uris': 'https://shop.example.com/cb' },
      /"name" is missing\. Give the label of the app, or its ID as "app-id"\./,
    ],
    [
      "Okta's choice of a client ID as the only name",
      { 'client-id': 'okta', state: 'read' },
      /"name" is missing\. Give the label of the app, its ID as "app-id", or its "client-id"\./,
    ],
  ])('%s', async (_, inputs, says, options = {}) => {
    expect(await failure(org, inputs, options)).toMatch(says);
    expect(org.requests).toEqual([]);
  });

  test("to list every repository's apps in a sweep that deletes", async () => {
    const inputs = {
      'github-token': 'x',
      'settle-seconds': '',
      'verify-sign-in': '',
      'all-repositories': 'true',
    };
    expect(await failure(org, inputs, { action: 'sweep', main: sweep })).toMatch(
      /"all-repositories" is true, and a run that deletes looks at its own repository only\. Set "dry-run: true"/,
    );
    const run = await runOn(org, { ...inputs, 'dry-run': 'true' }, { action: 'sweep', main: sweep });
    expect(run.log).not.toContain('all-repositories');
  });
});

describe('is taken', () => {
  test('a thousand users, and any number of them with "add" or "exact"', async () => {
    const users = (count: number): string =>
      JSON.stringify(Array.from({ length: count }, (_, i) => `u${i}@example.com`));
    for (const inputs of [
      { users: users(1000) },
      { users: users(1001), assignments: 'add' },
      { users: users(1001), assignments: 'exact' },
    ]) {
      // Another input is wrong, so that nobody is looked for.
      const error = await failure(org, { ...WEB, ...inputs, type: 'unknown' });
      expect(error).toContain('"type" does not know');
      expect(error).not.toContain('"users"');
    }
  });

  test('"redirect-hosts: []", which restricts nothing', async () => {
    const inputs = { ...WEB, 'redirect-hosts': '[]', 'redirect-uris': 'https://any.example.net/cb' };
    expect((await succeed(org, inputs)).outputs['result']).toBe('created');
  });

  test('"client-id: Okta" beside "catalog-app"', async () => {
    const inputs = {
      name: 'Desk',
      'catalog-app': 'harbourdesk',
      'client-id': 'Okta',
      settings: 'app: { subdomain: acme }',
    };
    expect((await succeed(org, inputs)).outputs['result']).toBe('created');
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
  });

  test('"client-id: okta" of an app that has one of its own', async () => {
    await foreignApp(org, 'shop', { credentials: { oauthClient: { client_id: 'shop-client' } } });
    expect((await succeed(org, { ...WEB, 'client-id': 'okta' })).outputs['result']).toBe('unchanged');
  });

  test('a client ID beside the name of a shared app', async () => {
    await foreignApp(org, 'shop', { credentials: { oauthClient: { client_id: 'shop-client' } } });
    const inputs = { ...SHARED, 'client-id': 'shop-client', 'redirect-uris': 'https://pr.example.com/cb' };
    expect((await succeed(org, inputs)).outputs['result']).toBe('updated');
  });

  test('"keep-earlier-uris: false" in a run for a pull request', async () => {
    await foreignApp(org, 'shop');
    const inputs = { ...SHARED, 'redirect-uris': 'https://pr.example.com/cb', 'keep-earlier-uris': 'false' };
    expect((await succeed(org, inputs, PULL_REQUEST)).outputs['result']).toBe('updated');
    const byInput = { ...inputs, 'pull-request': '13' };
    expect((await runOn(org, byInput)).log).not.toContain('"keep-earlier-uris" is false');
  });

  test('a name alone as the groups claim, with a warning', async () => {
    const run = await runOn(org, { ...WEB, 'groups-claim': 'groups' });
    expect(run.annotations.map(({ message }) => message)).toContain(
      '"groups-claim" puts all groups of a person into the ID tokens, and Okta refuses a sign-in if they are more than a hundred. Give "filter" and "value" that fit fewer.',
    );
    const filtered = 'name: groups\nfilter: starts-with\nvalue: shop-';
    expect((await runOn(org, { ...WEB, 'groups-claim': filtered })).log).not.toContain('more than a hundred');
  });
});

test('an input that is empty counts as absent, whatever its default is', async () => {
  const empty = Object.fromEntries(Object.keys(manifestOf().inputs ?? {}).map((name) => [name, '']));
  const run = await succeed(org, { ...empty, ...connectionTo(org), ...WEB });
  expect(run.outputs['result']).toBe('created');
  expect((await succeed(org, WEB)).outputs['result']).toBe('unchanged');
});
