import { beforeEach, describe, expect, test } from '@jest/globals';
import { isObject, type JsonObject } from '../../src/util/json.ts';
import { markOf, redirectUrisOf } from '../support/apps.ts';
import { deploymentStatus } from '../support/events.ts';
import { githubEnvironment } from '../support/github.ts';
import { GET, POST, PUT, answer } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import { atOnce, failure, foreignApp, pullRequest, succeed, writes, type Inputs } from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';

/** Hosts with a URL for each deployment: with "keep-earlier-uris: false", a run takes away what earlier ones put there for its pull request. */

const org = useOrg();
const github = useGitHub();

const OWN = 'https://shop.example.com/callback';
const uri = (n: number | string): string => `https://shop-${n}.example.com/cb`;
const origin = (n: number | string): string => `https://shop-${n}.example.com`;

const GIVEN_IN =
  'A later run of acme/shop, pull request #12 has put its own URIs on the shared app "shop", so that this one adds nothing.';

function inputs(n: number | string, more: Inputs = {}): Inputs {
  return {
    name: 'shop',
    shared: 'true',
    'keep-earlier-uris': 'false',
    'redirect-uris': uri(n),
    'trusted-origins': origin(n),
    ...more,
  };
}

function run(runId: number, given: Inputs, number = 12): Promise<ActionRun> {
  return succeed(org, given, { event: pullRequest(number), env: { GITHUB_RUN_ID: String(runId) } });
}

async function uris(): Promise<string[]> {
  return redirectUrisOf(await org.app('shop'));
}

async function origins(): Promise<unknown[]> {
  return (await org.apiList('/api/v1/trustedOrigins')).map(({ origin: each }) => each).sort();
}

/** A later run of the pull request has put its own URI on the app, and these origins, in place of the earlier runs'. */
function claimFor(runId: number, listed: readonly string[]): void {
  const owner = { repository: 'acme/shop', repository_id: '4242', pull_request: 12, run_id: runId };
  const entry = (input: string, uri: string): JsonObject => ({ input, uri, ...owner });
  const claims = [
    entry('redirect-uris', uri(runId)),
    ...listed.map((each) => entry('trusted-origins', each)),
  ];
  for (const { id } of org.org.apps.values()) org.plantMark(id, { uris: claims });
}

async function runIds(): Promise<unknown[]> {
  const { uris: claims } = markOf(await org.app('shop'));
  return (claims as JsonObject[]).filter(isObject).map((claim) => claim['run_id']);
}

beforeEach(async () => {
  await foreignApp(org, 'shop');
});

describe('with "keep-earlier-uris: false"', () => {
  test('each push leaves its own URIs only, and those of everybody else', async () => {
    await run(900, inputs('kept', { 'keep-earlier-uris': 'true' }));
    await run(1000, inputs('other'), 13);
    for (const n of [1, 2, 3]) await run(1000 + n, inputs(n));
    expect(await uris()).toEqual([OWN, uri('kept'), uri('other'), uri(3)]);
    expect(await origins()).toEqual([origin('3'), origin('kept'), origin('other')]);
    expect(await runIds()).toEqual([undefined, undefined, 1000, 1000, 1003, 1003]);
  });

  test('the changes show what comes and what goes, in a dry run too', async () => {
    await run(1, inputs(1));
    const dry = await run(2, inputs(2, { 'dry-run': 'true' }));
    const real = await run(2, inputs(2));
    for (const { outputs } of [dry, real])
      expect(JSON.parse(outputs['changes'] ?? '')).toEqual([
        { field: 'redirect-uris', from: [OWN, uri(1)], to: [OWN, uri(2)] },
        { field: 'trusted-origins', from: [origin(1)], to: [origin(2)] },
      ]);
    expect(await uris()).toEqual([OWN, uri(2)]);
  });

  test('it takes no request more, as long as no origin is given up', async () => {
    // What was found a tenth of that time ago is not read again to be written.
    const uriOnly = (n: number): Inputs => inputs(n, { 'trusted-origins': '', 'settle-seconds': '60' });
    await run(1, uriOnly(1));
    org.taken();
    await run(2, uriOnly(2));
    expect(org.taken().map((request) => request.split(' ')[0])).toEqual(['GET', 'PUT', 'GET']);
  });

  test('a second run with the same inputs and ID writes nothing', async () => {
    await run(7, inputs(1));
    org.taken();
    const again = await run(7, inputs(1));
    expect(again.outputs).toMatchObject({ result: 'unchanged', changes: '[]' });
    expect(org.taken()).toEqual([
      'GET /api/v1/apps',
      'GET /api/v1/trustedOrigins',
      `GET /api/v1/apps/${again.outputs['app-id']}`,
    ]);
  });

  test('jobs of one run keep each other’s', async () => {
    await run(1, inputs('old'));
    await run(7, inputs('web'));
    await run(7, inputs('admin'));
    expect(await uris()).toEqual([OWN, uri('web'), uri('admin')]);
    expect(await origins()).toEqual([origin('admin'), origin('web')]);
  });

  test('a URI that the next run names, too, is its own from then on', async () => {
    await run(5, inputs(1));
    for (const more of [{ 'dry-run': 'true' }, {}])
      expect((await run(7, inputs(1, more))).outputs).toMatchObject({ result: 'updated', changes: '[]' });
    expect(await runIds()).toEqual([7, 7]);
    const late = await run(6, inputs(2));
    expect(late.outputs['result']).toBe('unchanged');
    expect(await uris()).toEqual([OWN, uri(1)]);
  });

  test('a run that finds a later one’s gives in, with a notice', async () => {
    await run(8, inputs(8));
    org.taken();
    const late = await run(7, inputs(7));
    expect(late.outputs).toMatchObject({ result: 'unchanged', changes: '[]' });
    expect(late.notices).toContain(GIVEN_IN);
    expect(writes(org)).toEqual([]);
    expect(await uris()).toEqual([OWN, uri(8)]);
    expect(await origins()).toEqual([origin(8)]);
  });

  test('a run that finds them when it reads the app again to write it gives in as well', async () => {
    const app = await org.app('shop');
    org.once(PUT(app), answer(429));
    org.before(GET(app), () => {
      claimFor(8, []);
    });
    const late = await run(7, inputs(7));
    expect(late.outputs).toMatchObject({ result: 'unchanged', changes: '[]' });
    expect(late.notices).toContain(GIVEN_IN);
    expect(await origins()).toEqual([]);
  });

  test.each([
    ['does not trust its own any longer', [], []],
    ['leaves the one that the later one lists, too', [origin(7)], [origin(7)]],
  ])('a run that a later one overtakes while it has an origin trusted %s', async (_, listed, left) => {
    org.before(POST('/api/v1/trustedOrigins'), () => {
      claimFor(8, listed);
    });
    const late = await run(7, inputs(7));
    expect(late.notices).toContain(GIVEN_IN);
    expect(await origins()).toEqual(left);
  });

  test('an origin that an earlier run has trusted meanwhile is given up as well', async () => {
    await run(7, inputs(7));
    const [trusted] = org.org.trustedOrigins.entries();
    org.org.trustedOrigins.clear();
    org.before(PUT(await org.app('shop')), () => {
      if (trusted) org.org.trustedOrigins.set(...trusted);
    });
    await run(8, inputs(8));
    expect(await origins()).toEqual([origin(8)]);
  });

  test('of runs at the same time, the latest one’s are left', async () => {
    org.trouble.latency = () => 10 + Math.random() * 40;
    const event = pullRequest(12);
    await atOnce(
      org,
      [3, 1, 2].map((n) => [inputs(n), { event, env: { GITHUB_RUN_ID: String(n) } }]),
    );
    expect(await uris()).toEqual([OWN, uri(3)]);
    expect(await origins()).toEqual([origin(3)]);
  });

  test('an entry that others claim, too, is kept for them', async () => {
    await run(1, inputs(1));
    await run(1, inputs(1, { 'keep-earlier-uris': 'true' }), 13);
    await run(2, inputs(2));
    expect(await uris()).toEqual([OWN, uri(1), uri(2)]);
    expect(await origins()).toEqual([origin(1), origin(2)]);
  });

  test('an entry that the app’s own run lists, too, is kept for it', async () => {
    const own = { name: 'own', 'redirect-hosts': '*.example.com' };
    await succeed(org, { ...own, 'redirect-uris': OWN });
    const onOwn = (n: number): Inputs => inputs(n, { name: 'own', 'trusted-origins': '' });
    await run(1, onOwn(1));
    await succeed(org, { ...own, 'redirect-uris': `${OWN}\n${uri(1)}` });
    await run(2, onOwn(2));
    expect(redirectUrisOf(await org.app('own'))).toEqual([OWN, uri(1), uri(2)]);
  });

  test('the close takes all of them away', async () => {
    github.pulls.set(12, 'open');
    await run(1, inputs(1));
    github.pulls.set(12, 'closed');
    await succeed(org, inputs(1, { state: 'auto' }), {
      event: pullRequest(12, 'closed'),
      env: { ...githubEnvironment(github), GITHUB_RUN_ID: '2' },
    });
    expect(await uris()).toEqual([OWN]);
    expect(await origins()).toEqual([]);
    expect('profile' in (await org.app('shop'))).toBe(false);
  });
});

test('without it, each push leaves its URI until the close', async () => {
  for (const n of [1, 2, 3]) await run(n, inputs(n, { 'keep-earlier-uris': 'true' }));
  expect(await uris()).toEqual([OWN, uri(1), uri(2), uri(3)]);
});

describe('in a permanent run', () => {
  test('it is an error before the first request', async () => {
    org.taken();
    expect(await failure(org, inputs(1))).toContain(
      '"keep-earlier-uris" is false, and this run is for no pull request',
    );
    expect(org.taken()).toEqual([]);
  });

  test('it is one as soon as GitHub has told what a deployment is for', async () => {
    const { payload, env } = deploymentStatus({ sha: 'a'.repeat(40), ref: 'main' });
    org.taken();
    const message = await failure(org, inputs(1, { 'redirect-hosts': '*.example.com' }), {
      event: payload,
      env: { ...env, ...githubEnvironment(github), GITHUB_REF_PROTECTED: 'true' },
    });
    expect(message).toBe(
      'Cannot remove what earlier runs have added: this run is for no pull request, and "keep-earlier-uris" is false. Leave "keep-earlier-uris" out, or set it in runs for a pull request only.',
    );
    expect(org.taken()).toEqual([]);
  });
});

describe('a run for the close of a pull request', () => {
  const WITHOUT = { name: 'preview-12', 'redirect-uris': uri(1) };
  const SHARED = { name: 'shop', shared: 'true', 'redirect-uris': uri(1) };
  const HINT =
    'Pull request #12 is closed, and this run has created or changed what exists for it. Set "state: auto"';

  test.each<[string, Inputs]>([
    ['makes an app', WITHOUT],
    ['adds to a shared one', SHARED],
  ])('that %s is told of "state: auto"', async (_, given) => {
    const closed = await succeed(org, given, { event: pullRequest(12, 'closed') });
    expect(closed.warnings.join()).toContain(HINT);
    const again = await succeed(org, given, { event: pullRequest(12, 'closed') });
    expect([again.outputs['result'], again.warnings]).toEqual(['unchanged', []]);
  });

  test('is not told of it with "state: auto" either if the pull request was reopened meanwhile', async () => {
    github.pulls.set(12, 'open');
    const given = { ...WITHOUT, state: 'auto' };
    const env = githubEnvironment(github);
    const done = await succeed(org, given, { event: pullRequest(12, 'closed'), env });
    expect([done.outputs['result'], done.warnings]).toEqual(['created', []]);
  });

  test.each<[string, Inputs, object]>([
    ['with "state: auto"', { ...WITHOUT, state: 'auto' }, pullRequest(12, 'closed')],
    ['with "state: absent"', { ...WITHOUT, state: 'absent' }, pullRequest(12, 'closed')],
    ['in a dry run', { ...WITHOUT, 'dry-run': 'true' }, pullRequest(12, 'closed')],
    ['while it is open', WITHOUT, pullRequest(12)],
  ])('is not told of it %s', async (_, given, event) => {
    github.pulls.set(12, 'closed');
    const done = await succeed(org, given, { event, env: githubEnvironment(github) });
    expect(done.warnings).toEqual([]);
  });
});
