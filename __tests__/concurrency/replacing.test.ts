import { beforeEach, describe, expect, test } from '@jest/globals';
import { textOf, valueAt, type JsonObject } from '../../src/util/json.ts';
import { clientIdOf, idOf, markOf } from '../support/apps.ts';
import { githubEnvironment } from '../support/github.ts';
import { APPS, GET, POST, PUT, answer, type Matcher } from '../support/okta.ts';
import { WEB, atOnce, changesOf, failure, numbers, pullRequest, runOn, succeed } from '../support/runs.ts';
import { happensAfter, virtualClock } from '../support/clock.ts';
import { useGitHub, useOrg } from '../support/servers.ts';

/** A permanent run that replaces what a closed pull request's run made, beside that run, its close, and other permanent runs. */

const org = useOrg();
const github = useGitHub();

type Options = NonNullable<Parameters<typeof succeed>[2]>;

const POLICIES = '/api/v1/authorizationServers/default/policies';
const ORIGIN = 'https://shop.example.com';
const ALL = {
  ...WEB,
  'trusted-origins': ORIGIN,
  'authorization-server': 'default',
  'authorization-server-policies': 'Previews',
};
const LATE = { ...ALL, 'redirect-uris': 'https://late.example.net/callback' };
/** ID of the default server. */
const SERVER = 'aus00000000000000000';
/** ID of the app that main's run makes. */
const NEW = '0oazzzzzzzzzzzzzzzzz';
const MARK = { repository: 'acme/shop', repository_id: '4242' };

const main = (): Options => ({ env: githubEnvironment(github) });
const late = (): Options => ({ event: pullRequest(12), env: githubEnvironment(github) });

let policy: string;
let before: JsonObject;

beforeEach(async () => {
  await succeed(org, { ...WEB, name: 'other', 'client-id': 'other-client' });
  policy = await org.accessPolicy('Previews', ['other-client']);
  github.pulls.set(12, 'open');
  await succeed(org, ALL, late());
  before = await org.app('shop');
  github.pulls.set(12, 'closed');
  org.taken();
});

async function clients(id = policy): Promise<unknown> {
  return valueAt(await org.api('GET', `${POLICIES}/${id}`), ['conditions', 'clients', 'include']);
}

/** Main's app is there, with all that main's workflow says, and nothing of anybody else's. */
async function expectMains(): Promise<void> {
  const app = await org.app('shop');
  expect(idOf(app)).not.toBe(idOf(before));
  expect(markOf(app)).toMatchObject(MARK);
  expect(markOf(app)['pull_request']).toBeUndefined();
  expect(JSON.stringify(app)).not.toContain('late.example.net');
  expect(await clients()).toEqual(['other-client', clientIdOf(before)]);
  expect((await org.apiList('/api/v1/trustedOrigins')).map(({ name }) => textOf(name))).toEqual([
    `${ORIGIN} (okta-oidc-app, ${idOf(app)})`,
  ]);
  expect((await succeed(org, ALL, main())).outputs['result']).toBe('unchanged');
}

describe("the pull request's late run", () => {
  test.each<[string, () => Matcher]>([
    ['has read the app before it writes it', () => PUT(before)],
    ['reads the app again before it writes it', () => GET(before)],
  ])('that %s changes nothing of the new one, and creates none', async (_, which) => {
    // Each request is refused at first, so that the run waits; meanwhile main's run replaces the app.
    org.once(which(), answer(423));
    const clock = virtualClock();
    const replacing = happensAfter(clock, 1, () => succeed(org, ALL, main()));
    const message = await failure(org, LATE, { ...late(), world: { clock: replacing } });
    expect(message).toContain('Cannot change the app "shop": it belongs to acme/shop');
    await expectMains();
  });

  /** What main's app is marked with, whose workflow names the default server by its ID. */
  const mark = (): JsonObject => ({ ...MARK, policies: [`${SERVER}/${policy}`] });

  /** Has main's run replace an app at once. */
  function replace(name: string): void {
    const app = [...org.org.apps.values()].find(({ label }) => label === name);
    if (!app) throw new Error('The app is gone already.');
    org.org.apps.delete(app.id);
    org.org.apps.set(NEW, { ...structuredClone(app), id: NEW });
    org.plantMark(NEW, mark());
  }

  test('whose write comes right after the new one was made changes nothing of it, and creates none', async () => {
    org.before(PUT(before), () => {
      replace('shop');
    });
    const message = await failure(org, LATE, late());
    expect(message).toContain('Cannot change the app "shop": it belongs to acme/shop');
    expect(await org.app('shop')).toMatchObject({ id: NEW, profile: { okta_oidc_app: mark() } });
    expect(await clients()).toEqual(['other-client', clientIdOf(before)]);
  });

  test.each([
    ['creates its app', 'shop 2'],
    ['changes its app', 'shop'],
  ])('that %s lets main’s app in by no policy that main’s workflow does not name', async (_, name) => {
    const chosen = await org.accessPolicy('Its choice', ['other-client']);
    org.before(PUT(`${POLICIES}/${chosen}`), () => {
      replace(name);
    });
    const both = { 'authorization-server-policies': 'Previews\nIts choice' };
    await failure(org, { ...LATE, ...both, name }, late());
    const app = await org.app(name);
    expect(app).toMatchObject({ id: NEW, profile: { okta_oidc_app: mark() } });
    expect(await clients(chosen)).toEqual(['other-client']);
    expect(await clients()).toContain(clientIdOf(app));
  });

  /** Lets the late run create an app of its own right before main's run does, so many times. */
  function isFaster(times: number): void {
    const app = structuredClone(org.org.apps.get(idOf(before)));
    if (!app) throw new Error('There is no app.');
    for (const number of numbers(times))
      org.before(POST(APPS), () => {
        const id = `0oazzzzzzzzzzzzzzzz${number}`;
        org.org.apps.set(id, { ...app, id });
      });
  }

  test.each([1, 2])('that is faster %s times with an app of its own is replaced again', async (times) => {
    isFaster(times);
    const run = await succeed(org, ALL, main());
    expect(run.outputs['result']).toBe('created');
    expect(changesOf(run)[0]).toMatchObject({ field: 'owner', from: 'acme/shop, pull request #12' });
    await expectMains();
  });

  test('that is faster every time makes the permanent run give up', async () => {
    isFaster(9);
    expect(await failure(org, ALL, main())).toMatch(
      /^Cannot create the app "shop": 3 times another run was faster in creating it, and that app was gone at once\./,
    );
    expect(await org.labels()).toEqual(['other', 'shop']);
  });
});

describe.each(['refused', 'kept', 'removed'] as const)('where deleted clients in policies are %s', (how) => {
  test.each(['refused', 'accepted'] as const)(
    'and unknown ones are %s, main’s app is let in as the one before was',
    async (unknownClientInPolicy) => {
      org.unknown.deletedClientInPolicy = how;
      org.unknown.unknownClientInPolicy = unknownClientInPolicy;
      expect((await succeed(org, ALL, main())).outputs['result']).toBe('created');
      await expectMains();
    },
  );
});

test('an app that is adopted while it is about to be replaced is kept as it is', async () => {
  org.before(GET(before), () => {
    org.plantMark(idOf(before), MARK);
  });
  expect(await failure(org, ALL, main())).toMatch(
    /^Cannot replace the app "shop": it belonged to acme\/shop, pull request #12 when it was found, and is not to be replaced any more\. Run it again\./,
  );
  expect(await org.app('shop')).toMatchObject({ id: idOf(before), status: 'ACTIVE' });
  expect(await clients()).toEqual(['other-client', clientIdOf(before)]);
});

describe("a branch's run that is faster by a moment", () => {
  test('has made what the permanent run replaces', async () => {
    org.trouble.listLagMs = 3_600_000;
    const branch = { env: { GITHUB_REF: 'refs/heads/feature/x', GITHUB_REF_PROTECTED: 'false' } };
    await succeed(org, { ...WEB, name: 'shop 2', 'initiate-login-uri': 'https://late.example.net/' }, branch);
    org.before(POST(APPS), () => {
      org.trouble.listLagMs = 0;
    });
    const run = await succeed(org, { ...WEB, name: 'shop 2' }, main());
    expect(run.outputs['result']).toBe('created');
    const app = await org.app('shop 2');
    expect(markOf(app)).toEqual(MARK);
    expect(JSON.stringify(app)).not.toContain('late.example.net');
  });
});

describe('at the same time', () => {
  beforeEach(() => {
    org.trouble.latency = () => 5 + Math.random() * 30;
  });

  test.each(numbers(2))('four permanent runs end with one app, which has all (%s)', async () => {
    const runs = await atOnce(
      org,
      numbers(4).map(() => [ALL, main()]),
    );
    const app = await org.app('shop');
    expect(new Set(runs.map(({ outputs }) => outputs['app-id']))).toEqual(new Set([idOf(app)]));
    await expectMains();
  });

  test.each(numbers(2))("a permanent run and the close end with the permanent run's app (%s)", async () => {
    const close = {
      event: pullRequest(12, 'closed'),
      env: githubEnvironment(github),
    };
    const [run, closed] = await Promise.all([
      atOnce(org, [[ALL, main()]]),
      runOn(org, { ...ALL, state: 'auto', 'settle-seconds': '0.5' }, close),
    ]);
    expect(run[0]?.outputs['result']).toBe('created');
    expect(closed.errors.join()).toMatch(/^$|Cannot delete the app "shop": it belongs to acme\/shop\./);
    await expectMains();
  });

  test.each(numbers(2))("a permanent run and the pull request's late run end so as well (%s)", async () => {
    const [run] = await Promise.all([
      atOnce(org, [[ALL, main()]]),
      runOn(org, { ...LATE, 'settle-seconds': '0.5' }, late()),
    ]);
    expect(run[0]?.outputs['result']).toBe('created');
    const app = await org.app('shop');
    expect(markOf(app)).toMatchObject(MARK);
    expect(markOf(app)['pull_request']).toBeUndefined();
    expect(JSON.stringify(app)).not.toContain('late.example.net');
  });
});
