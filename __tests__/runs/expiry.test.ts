import { beforeEach, describe, expect, test } from '@jest/globals';
import { run as sweepRun } from '../../src/sweep/run.ts';
import type { JsonObject } from '../../src/util/json.ts';
import { idOf, markOf, redirectUrisOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { githubEnvironment } from '../support/github.ts';
import { TOKEN } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import {
  changesOf,
  failure,
  foreignApp,
  pullRequest,
  succeed,
  writes,
  WEB,
  type Inputs,
} from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';
import { runSource } from '../support/source.ts';

/** Apps, and URIs of a shared app, that end by themselves: how long, who renews them, and what the sweep makes of it. */

const START = Date.UTC(2026, 10, 1);
const HOUR = 3_600_000;

/** The time of Okta and of the runner. */
let clock = virtualClock(START);
const org = useOrg(() => ({ now: () => clock.now() }));
const github = useGitHub();

const DEMO: Inputs = { ...WEB, name: 'demo', 'expires-after': '12h' };
const BRANCH = { GITHUB_REF: 'refs/heads/feature', GITHUB_REF_PROTECTED: 'false' };

type Options = NonNullable<Parameters<typeof succeed>[2]>;

/** A run so many hours after the start. */
function at(hours: number, inputs: Inputs = DEMO, options: Options = {}): Promise<ActionRun> {
  clock = virtualClock(START + hours * HOUR);
  return succeed(org, inputs, {
    ...options,
    env: { ...githubEnvironment(github), ...options.env },
    world: { clock },
  });
}

function hoursUntil(expires: unknown): number | undefined {
  return typeof expires === 'string' ? (Date.parse(expires) - START) / HOUR : undefined;
}

async function end(label = 'demo'): Promise<number | undefined> {
  return hoursUntil(markOf(await org.app(label))['expires']);
}

describe('an app', () => {
  test('that a run creates lasts as long as the input says', async () => {
    await at(0);
    expect(await end()).toBeCloseTo(12, 1);
    expect(markOf(await org.app('demo'))['expires']).toMatch(/^2026-11-01T12:0\d:\d\dZ$/);
  });

  test('is left alone in the first half, and renewed in the second', async () => {
    await at(0);
    const ends = await end();
    org.taken();
    expect((await at(5.9)).outputs).toMatchObject({ result: 'unchanged', changes: '[]' });
    expect(writes(org)).toEqual([]);
    expect(await end()).toBe(ends);
    const renewed = await at(6.1);
    expect(renewed.outputs['result']).toBe('updated');
    expect(changesOf(renewed).map(({ field }) => field)).toEqual(['expires']);
    expect(await end()).toBeCloseTo(18.1, 1);
    expect((await at(6.2)).outputs['result']).toBe('unchanged');
  });

  test.each([
    ['app', DEMO],
    [
      'URI of a shared app',
      { ...DEMO, name: 'shared', shared: 'true', 'redirect-uris': 'https://a.example.com/callback' },
    ],
  ])("lasts by Okta's clock, whatever the runner's says: %s", async (_, inputs) => {
    clock = virtualClock(START);
    await foreignApp(org, 'shared');
    const ahead = { world: { clock: virtualClock(START + 1000 * HOUR) } };
    await succeed(org, inputs, ahead);
    const mark = markOf(await org.app(inputs['name'] ?? ''));
    const [claim] = (mark['uris'] ?? []) as JsonObject[];
    expect(hoursUntil(claim ? claim['expires'] : mark['expires'])).toBeCloseTo(12, 1);
    expect((await succeed(org, inputs, ahead)).outputs['result']).toBe('unchanged');
  });

  test('that has expired and that nobody swept is renewed', async () => {
    await at(0);
    await at(40);
    expect(await end()).toBeCloseTo(52, 1);
  });

  test('never lasts shorter than it did', async () => {
    await at(0, { ...DEMO, 'expires-after': '14d' });
    expect((await at(1)).outputs['result']).toBe('unchanged');
    expect(await end()).toBeCloseTo(14 * 24, 1);
  });

  test('that is there without an end gets none', async () => {
    await at(0, { ...WEB, name: 'demo' });
    expect((await at(1)).outputs['result']).toBe('unchanged');
    expect(await end()).toBeUndefined();
  });

  test('loses its end to a run that asks for none', async () => {
    await at(0);
    const kept = await at(1, { ...WEB, name: 'demo' });
    expect(kept.outputs['result']).toBe('updated');
    expect(changesOf(kept)).toMatchObject([{ field: 'expires', to: null }]);
    expect(await end()).toBeUndefined();
    expect((await at(2, { ...WEB, name: 'demo' })).outputs['result']).toBe('unchanged');
  });

  test('a dry run says it, and writes nothing', async () => {
    await at(0);
    org.taken();
    expect(changesOf(await at(7, { ...DEMO, 'dry-run': 'true' })).map(({ field }) => field)).toEqual([
      'expires',
    ]);
    expect(writes(org)).toEqual([]);
  });

  test.each(['tomorrow', '12', '0d', '1w', '-1h', '1.5h'])('"%s" is no time', async (text) => {
    expect(await failure(org, { ...DEMO, 'expires-after': text })).toBe(
      `The inputs cannot be used: "expires-after" is "${text}", not a length of time. Give a number of hours or days, such as 12h or 14d.`,
    );
    expect(org.requests).toEqual([]);
  });

  test('a run that only reads takes no time', async () => {
    const error = await failure(org, { name: 'demo', state: 'read', 'expires-after': '1d' });
    expect(error).toContain('"state" is "read", which does not go together with "expires-after"');
  });
});

const SHARED: Inputs = {
  name: 'shared',
  shared: 'true',
  'redirect-uris': 'https://one.example.com/cb',
  'expires-after': '12h',
};

async function claims(): Promise<JsonObject[]> {
  return (markOf(await org.app('shared'))['uris'] ?? []) as JsonObject[];
}

describe('a URI on a shared app', () => {
  const more = { ...SHARED, 'redirect-uris': 'https://one.example.com/cb\nhttps://two.example.com/cb' };
  const ends = async (): Promise<(number | undefined)[]> =>
    (await claims()).map(({ expires }) => hoursUntil(expires));

  beforeEach(async () => {
    await foreignApp(org, 'shared');
  });

  test('lasts as long as the input says, each by itself, and is renewed in the second half', async () => {
    await at(0, SHARED);
    await at(3, more);
    expect((await ends()).map((hours) => Math.floor(hours ?? 0))).toEqual([12, 15]);
    org.taken();
    expect((await at(5, more)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    const renewed = await at(7, more);
    expect(renewed.outputs['result']).toBe('updated');
    expect((await ends()).map((hours) => Math.floor(hours ?? 0))).toEqual([19, 15]);
    const hours = (value: unknown): number[] =>
      (value as string[]).map((expires) => Math.floor(hoursUntil(expires) ?? 0));
    expect(changesOf(renewed).map(({ field, from, to }) => [field, hours(from), hours(to)])).toEqual([
      ['expires', [12], [19]],
    ]);
    expect((await at(7, more)).outputs['result']).toBe('unchanged');
  });

  test('has no end where it had none, and loses it to a run that asks for none', async () => {
    const { 'expires-after': _, ...forever } = SHARED;
    await at(0, forever);
    await at(1, SHARED);
    expect(await ends()).toEqual([undefined]);
    await at(1, more);
    await at(2, { ...forever, 'redirect-uris': 'https://two.example.com/cb' });
    expect(await ends()).toEqual([undefined, undefined]);
  });
});

describe('the sweep', () => {
  interface Swept {
    hours: number;
    inputs?: Inputs;
    /** By how many hours the runner's clock is ahead of Okta's. */
    ahead?: number;
  }

  function sweep({ hours, inputs = {}, ahead = 0 }: Swept): Promise<ActionRun> {
    clock = virtualClock(START + hours * HOUR);
    return runSource({
      action: 'sweep',
      main: sweepRun,
      with: { 'org-url': org.url, 'api-token': TOKEN, ...inputs },
      env: githubEnvironment(github),
      world: { clock: virtualClock(START + (hours + ahead) * HOUR) },
    });
  }

  const names = (run: ActionRun, output: 'deleted' | 'kept'): string[] =>
    (JSON.parse(run.outputs[output] ?? '') as string[]).toSorted();

  test('removes what has expired, and nothing before', async () => {
    await at(0, DEMO, { env: BRANCH });
    const early = await sweep({ hours: 11 });
    expect([names(early, 'deleted'), names(early, 'kept')]).toEqual([[], ['demo']]);
    const swept = await sweep({ hours: 13 });
    expect([names(swept, 'deleted'), names(swept, 'kept')]).toEqual([['demo'], []]);
    expect(swept.log).toContain('Deleted the app "demo" that expired at 2026-11-01T12:0');
    expect(await org.labels()).toEqual([]);
  });

  test.each(['open', 'closed', 'merged', undefined] as const)(
    'whatever became of the pull request (%s), without asking GitHub',
    async (state) => {
      github.pulls.set(12, 'open');
      await at(0, DEMO, { event: pullRequest(12) });
      if (state) github.pulls.set(12, state);
      else github.pulls.delete(12);
      github.requests.length = 0;
      github.fault = () => 'drop';
      expect(names(await sweep({ hours: 13 }), 'deleted')).toEqual(['demo']);
      expect(github.requests).toEqual([]);
    },
  );

  test('goes by Okta’s clock, whatever time the runner takes it to be', async () => {
    await at(0, DEMO, { env: BRANCH });
    expect(names(await sweep({ hours: 11, ahead: 1000 }), 'deleted')).toEqual([]);
    expect(names(await sweep({ hours: 13, ahead: -1000 }), 'deleted')).toEqual(['demo']);
  });

  test('tells what has expired apart from what closed pull requests left', async () => {
    github.pulls.set(1, 'open').set(2, 'open').set(3, 'open');
    await at(0, { ...DEMO, name: 'expired' }, { event: pullRequest(1) });
    await at(0, { ...WEB, name: 'closed' }, { event: pullRequest(2) });
    await at(0, { ...DEMO, name: 'open', 'expires-after': '14d' }, { event: pullRequest(3) });
    await at(0, { ...WEB, name: 'for good' });
    await at(0, { ...WEB, name: 'branch' }, { env: BRANCH });
    await foreignApp(org, 'shared');
    await at(0, SHARED);
    await at(
      0,
      { ...SHARED, 'redirect-uris': 'https://two.example.com/cb', 'expires-after': '' },
      { event: pullRequest(2) },
    );
    github.pulls.set(2, 'closed');
    const inputs = { 'shared-app': 'shared' };
    const dry = await sweep({ hours: 13, inputs: { ...inputs, 'dry-run': 'true' } });
    const swept = await sweep({ hours: 13, inputs });
    for (const run of [dry, swept]) {
      expect(run.exitCode).toBe(0);
      expect([names(run, 'deleted'), names(run, 'kept')]).toEqual([['closed', 'expired'], ['open']]);
      expect(run.log).toMatch(
        /1 app of closed pull requests and 1 expired app (were|would be) deleted, and 2 URIs (were|would be) removed from the shared app, of which 1 had expired; 1 temporary app is kept for now\./,
      );
      expect(run.summary).toMatch(
        /\| closed \| [^|]*2 \| closed \|\n\| expired \| [^|]*1 \| expired [^|]+ \|/,
      );
    }
    expect((await org.labels()).toSorted()).toEqual(['branch', 'for good', 'open', 'shared']);
    expect(redirectUrisOf(await org.app('shared'))).toEqual(['https://shop.example.com/callback']);
    expect(await claims()).toEqual([]);
  });

  test('counts both for "max-deletions"', async () => {
    await at(0);
    await at(0, { ...DEMO, name: 'demo 2' });
    const refused = await sweep({ hours: 13, inputs: { 'max-deletions': '1' } });
    expect(refused.annotations.map(({ message }) => message)).toEqual([
      'Cannot sweep acme/shop: closed pull requests and what has expired left 2 apps and 0 URIs of the shared app behind, more than "max-deletions" (1) allows; nothing was removed. Look with "dry-run: true" at what would go, then raise "max-deletions".',
    ]);
    expect(await org.labels()).toHaveLength(2);
  });

  test("leaves another repository's alone", async () => {
    await at(0, DEMO, { env: { GITHUB_REPOSITORY: 'acme/blog', GITHUB_REPOSITORY_ID: '77' } });
    const swept = await sweep({ hours: 13 });
    expect([names(swept, 'deleted'), names(swept, 'kept')]).toEqual([[], []]);
    expect(await org.labels()).toEqual(['demo']);
  });

  test('keeps an expired app with claims that have not expired, and takes one whose claims have', async () => {
    await at(0, { ...DEMO, 'redirect-hosts': '*.example.com' });
    await at(6, { ...SHARED, name: 'demo' });
    expect(names(await sweep({ hours: 13 }), 'deleted')).toEqual([]);
    expect(names(await sweep({ hours: 19 }), 'deleted')).toEqual(['demo']);
  });

  test('keeps an app that was renewed during the sweep', async () => {
    await at(0);
    const app = await org.app('demo');
    let isRenewed = false;
    org.trouble.fault = ({ method, path }) => {
      if (isRenewed || method !== 'GET' || !path.includes(idOf(app))) return undefined;
      isRenewed = true;
      const held = org.org.apps.get(idOf(app));
      const profile = { okta_oidc_app: { ...markOf(app), expires: '2026-12-01T00:00:00Z' } };
      if (held) Object.assign(held.body, { profile });
      return undefined;
    };
    const swept = await sweep({ hours: 13 });
    expect([names(swept, 'deleted'), names(swept, 'kept')]).toEqual([[], ['demo']]);
    expect(swept.annotations[0]?.message).toMatch(/^The app "demo" is kept: /);
  });

  test('takes a job whose post step never ran', async () => {
    await at(0, { ...WEB, state: 'job' });
    expect(names(await sweep({ hours: 23 }), 'deleted')).toEqual([]);
    expect(names(await sweep({ hours: 25 }), 'deleted')).toEqual(['shop']);
  });

  test('goes through many pages, of which most stay', async () => {
    const own = { repository: 'acme/shop', repository_id: '4242', branch: 'x' };
    for (let i = 0; i < 450; i += 1) {
      const expires = new Date(START + (i % 90 === 0 ? HOUR : 100 * HOUR)).toISOString();
      await foreignApp(org, `app ${i}`, { profile: { okta_oidc_app: { ...own, expires } } });
    }
    const swept = await sweep({ hours: 13 });
    expect(names(swept, 'deleted')).toEqual(['app 0', 'app 180', 'app 270', 'app 360', 'app 90']);
    expect(names(swept, 'kept')).toHaveLength(445);
    expect(await org.apiList('/api/v1/apps?limit=200')).toHaveLength(200);
  });
});
