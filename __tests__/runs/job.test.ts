import { beforeEach, describe, expect, test } from '@jest/globals';
import { run as sweep } from '../../src/sweep/run.ts';
import type { Clock } from '../../src/util/clock.ts';
import { textOf } from '../../src/util/json.ts';
import { idOf, markOf, redirectUrisOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { APPS, GET, LOST, POST, TOKEN } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import {
  failure,
  foreignApp,
  pullRequest,
  runOn,
  succeed,
  writes,
  WEB,
  type Inputs,
} from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';
import { runSource } from '../support/source.ts';

/** An app for one job alone: made by the main step, gone with the post step, whatever happened in between. */

/** The time of Okta and of the runner. */
let clock = virtualClock();
const org = useOrg(() => ({ now: () => clock.now() }));

beforeEach(() => {
  clock = virtualClock();
});

const JOB: Inputs = { ...WEB, state: 'job', 'mask-client-id': 'false' };
const DAY = 24 * 3_600_000;

type Env = Record<string, string>;
type Related = NonNullable<Parameters<typeof runOn>[2]>;

const attempt = (number: number): Env => ({ GITHUB_RUN_ID: '30433642', GITHUB_RUN_ATTEMPT: String(number) });

function main(inputs: Inputs = JOB, env: Env = attempt(1)): Promise<ActionRun> {
  return succeed(org, inputs, { env });
}

function post(
  { state }: Pick<ActionRun, 'state'>,
  inputs: Inputs = JOB,
  env: Env = attempt(1),
): Promise<ActionRun> {
  return succeed(org, inputs, { env, post: state });
}

/** What a job leaves that hears no more of Okta once it has sent its first write. */
async function cancelled(inputs: Inputs = JOB): Promise<Pick<ActionRun, 'state'>> {
  let isSent = false;
  org.once(({ method }) => (isSent ||= method !== 'GET'), LOST);
  org.refuse(() => isSent, { kind: 'drop' });
  const run = await runOn(org, inputs, { env: attempt(1) });
  org.relent();
  expect(run.exitCode).toBe(1);
  return run;
}

describe('a job', () => {
  test('has an app with an ID of its own, which ends with it', async () => {
    const run = await main();
    expect(run.outputs).toMatchObject({ result: 'created', changed: 'true' });
    const mark = markOf(await org.app('shop'));
    expect(mark['job']).toMatch(/^30433642-1-[0-9a-f]{8}$/);
    org.taken();
    const ended = await post(run);
    expect(ended.log).toContain('Deleted the app "shop" of this job.');
    expect(ended.log).not.toContain('There is no app of this job.');
    expect(await org.labels()).toEqual([]);
  });

  test('that is not ended by anybody has an app that expires after a day', async () => {
    await main();
    const { expires } = markOf(await org.app('shop'));
    const left = Date.parse(textOf(expires)) - clock.now();
    expect(left).toBeGreaterThan(DAY - 60_000);
    expect(left).toBeLessThan(DAY + 60_000);
  });

  test('may say when', async () => {
    await main({ ...JOB, 'expires-after': '2h' });
    const { expires } = markOf(await org.app('shop'));
    expect(Date.parse(textOf(expires)) - clock.now()).toBeLessThan(DAY / 10);
  });

  test.each<[string, Related]>([
    ['a pull request', { env: { ...attempt(1), GITHUB_EVENT_NAME: 'pull_request' }, event: pullRequest(12) }],
    ['a branch', { env: { ...attempt(1), GITHUB_REF: 'refs/heads/feature' } }],
  ])('of a run of %s has its own, too', async (_, related) => {
    const run = await succeed(org, JOB, related);
    expect(run.outputs).toMatchObject({ result: 'created' });
    const ended = await succeed(org, JOB, { ...related, post: run.state });
    expect(ended.log).toContain('Deleted the app "shop" of this job.');
    expect(await org.labels()).toEqual([]);
  });

  test('hears only once what there is to say of its inputs', async () => {
    const inputs = { ...JOB, 'org-url': `${org.url}/admin`, 'some-other-input': 'x' };
    const run = await main(inputs);
    expect(run.notices).toContain(
      `"org-url" continues after the host. Using the org's own address: ${org.url}.`,
    );
    expect(run.warnings).toEqual([expect.stringMatching(/^This action has no input "some-other-input"/)]);
    expect((await post(run, inputs)).annotations).toEqual([]);
    expect(await org.labels()).toEqual([]);
  });

  test('takes its trusted origins with it', async () => {
    const inputs = { ...JOB, 'trusted-origins': 'https://e2e.example.com' };
    const run = await main(inputs);
    expect(await org.apiList('/api/v1/trustedOrigins')).toHaveLength(1);
    await post(run, inputs);
    expect(await org.apiList('/api/v1/trustedOrigins')).toEqual([]);
  });

  test('that was cancelled before the answer came is ended, too', async () => {
    const run = await cancelled();
    expect(await org.labels()).toEqual(['shop']);
    org.taken();
    await post(run);
    expect(org.taken()[0]).toBe(`GET ${APPS}`);
    expect(await org.labels()).toEqual([]);
  });

  test.each([true, false])('is ended where lists show its app late (its ID was known: %s)', async (known) => {
    const { state } = known ? await main() : await cancelled();
    org.trouble.listLagMs = 60_000;
    const clock: Clock = {
      ...virtualClock(),
      sleep: () => {
        org.trouble.listLagMs = 0;
        return Promise.resolve();
      },
    };
    await succeed(org, JOB, { env: attempt(1), world: { clock }, post: state });
    expect(org.org.apps.size).toBe(0);
  });

  test('whose app is gone already has nothing to do', async () => {
    const run = await main();
    await post(run);
    org.taken();
    const again = await post(run);
    expect(again).toMatchObject({ exitCode: 0, annotations: [] });
    expect(org.taken().sort()).toEqual([`GET ${APPS}`, `GET ${APPS}/${run.outputs['app-id']}`]);
  });

  test('whose app was renamed meanwhile', async () => {
    const run = await main();
    const app = await org.app('shop');
    await org.api('PUT', `/api/v1/apps/${idOf(app)}`, { ...app, label: 'renamed' });
    await post(run);
    expect(await org.labels()).toEqual([]);
  });

  test('whose app the repository has taken over meanwhile leaves it there', async () => {
    const run = await main();
    await main({ ...WEB, adopt: 'acme/shop' });
    expect(markOf(await org.app('shop'))['job']).toBeUndefined();
    const ended = await post(run);
    expect(ended.log).toContain('There is no app of this job.');
    expect(await org.labels()).toEqual(['shop']);
  });

  test('whose app is taken over while it is being ended leaves it there, too', async () => {
    const run = await main();
    const id = run.outputs['app-id'] ?? '';
    const look = GET(`${APPS}/${id}`);
    org.before(look, () => undefined);
    org.before(look, () => {
      org.plantMark(id, { repository: 'acme/shop', repository_id: '4242' });
    });
    await post(run);
    expect(markOf(await org.app('shop'))['job']).toBeUndefined();
    expect(await org.labels()).toEqual(['shop']);
  });

  test('fails where its app cannot be deleted, and says so', async () => {
    const run = await main();
    org.refuse(({ method }) => method === 'DELETE');
    expect(await failure(org, JOB, { env: attempt(1), post: run.state })).toMatch(
      /^Cannot delete the app "shop": Okta answered 403.* Done before the failure: deactivated the app "shop"\./,
    );
  });
});

describe('an app that is there already', () => {
  const planted = (job: string): Promise<unknown> =>
    foreignApp(org, 'shop', {
      profile: { okta_oidc_app: { repository: 'acme/shop', repository_id: '4242', job } },
    });

  test.each<[string, () => Promise<unknown>, string]>([
    ["nobody's", () => foreignApp(org, 'shop'), 'no run of this repository created it'],
    ["this repository's", () => main(WEB), 'it belongs to acme/shop'],
    ["another job's of the same matrix", () => main(), 'it belongs to acme/shop, job 30433642-1-ID'],
    [
      "another run's job's",
      () => main(JOB, { GITHUB_RUN_ID: '7', GITHUB_RUN_ATTEMPT: '1' }),
      'it belongs to acme/shop, job 7-1-ID',
    ],
    ['that of a job whose ID is none', () => planted('anything'), 'it belongs to acme/shop, job anything'],
    [
      'that of a job whose ID only starts like one',
      () => planted('30433642-0-0badcafe.'),
      'it belongs to acme/shop, job 30433642-0-ID',
    ],
    [
      'that of a job whose ID only ends like one',
      () => planted('a30433642-0-0badcafe'),
      'it belongs to acme/shop, job a30433642-0-ID',
    ],
  ])('%s: an error, and it stays', async (_, arrange, whose) => {
    await arrange();
    const before = await org.app('shop');
    const refused = await runOn(org, JOB, { env: attempt(1) });
    expect(refused.exitCode).toBe(1);
    expect(refused.errors.map((text) => text.replace(/-[0-9a-f]{8}\b/, '-ID'))).toEqual([
      `Cannot create the app "shop" for this job: an app of that name exists already, and ${whose}. Give each job a name of its own, such as one with \${{ github.run_id }} and the values of the matrix in it.`,
    ]);
    expect((await post(refused)).log).toContain('There is no app of this job.');
    expect(await org.app('shop')).toEqual(before);
  });

  test("another job's of the same matrix that was faster by a moment: an error, and it stays", async () => {
    org.trouble.listLagMs = 3_600_000;
    await main();
    org.before(POST(APPS), () => {
      org.trouble.listLagMs = 0;
    });
    const refused = await runOn(org, JOB, { env: attempt(1) });
    expect(refused.errors[0]).toMatch(/^Cannot create the app "shop" for this job: .*already/);
    await post(refused);
    expect(await org.labels()).toEqual(['shop']);
  });

  test("an earlier attempt's of the same run: gone on with, and ended with this one", async () => {
    const first = await main();
    const before = await org.app('shop');
    const second = await main(JOB, attempt(2));
    expect(second.outputs).toMatchObject({ result: 'updated', 'app-id': idOf(before) });
    expect(markOf(await org.app('shop'))['job']).toMatch(/^30433642-2-/);
    await post(first);
    expect(await org.labels()).toEqual(['shop']);
    await post(second, JOB, attempt(2));
    expect(await org.labels()).toEqual([]);
  });

  test("a later attempt's is not an earlier one's", async () => {
    await main(JOB, attempt(2));
    expect(await failure(org, JOB, { env: attempt(1) })).toMatch(
      /^Cannot create the app "shop" for this job/,
    );
  });

  test('other jobs of a matrix keep theirs', async () => {
    const one = await main({ ...JOB, name: 'shop-1' });
    const two = await main({ ...JOB, name: 'shop-2' });
    await post(one, { ...JOB, name: 'shop-1' });
    expect(await org.labels()).toEqual(['shop-2']);
    await post(two, { ...JOB, name: 'shop-2' });
    expect(await org.labels()).toEqual([]);
  });
});

describe('an app that others have put URIs on', () => {
  const OPEN: Inputs = { ...JOB, 'redirect-hosts': '*.example.com' };
  const OTHER: Env = { GITHUB_REPOSITORY: 'acme/blog', GITHUB_REPOSITORY_ID: '77' };
  const theirs: Inputs = { name: 'shop', shared: 'true', 'redirect-uris': 'https://blog.example.com/cb' };
  const START = virtualClock().now();

  function sweepAt(hours: number): Promise<ActionRun> {
    clock = virtualClock(START + hours * 3_600_000);
    return runSource({
      action: 'sweep',
      main: sweep,
      with: { 'org-url': org.url, 'api-token': TOKEN },
      env: { GITHUB_TOKEN: 'token' },
      world: { clock },
    });
  }

  test('stays when the job ends, with a warning, until they have taken them away', async () => {
    const run = await main(OPEN);
    await succeed(org, theirs, { env: OTHER });
    const before = await org.app('shop');
    org.taken();
    const ended = await post(run, OPEN);
    expect(writes(org)).toEqual([]);
    expect(ended.annotations).toEqual([
      {
        level: 'warning',
        message:
          'The app "shop" of this job is kept: others have added URIs to it. Once those are removed or have expired, and the app has expired, the sweep action deletes it.',
      },
    ]);
    expect(await org.app('shop')).toEqual(before);
    expect((await sweepAt(25)).outputs['deleted']).toBe('[]');
    await succeed(org, { ...theirs, state: 'absent' }, { env: OTHER });
    expect((await sweepAt(23)).outputs['deleted']).toBe('[]');
    expect((await sweepAt(25)).outputs['deleted']).toBe('["shop"]');
  });

  test('goes with a later sweep once they have expired', async () => {
    const run = await main(OPEN);
    await succeed(org, { ...theirs, 'expires-after': '48h' }, { env: OTHER });
    await post(run, OPEN);
    expect((await sweepAt(47)).outputs['deleted']).toBe('[]');
    expect((await sweepAt(49)).outputs['deleted']).toBe('["shop"]');
  });

  test('goes with the job where they have expired by then, or are gone', async () => {
    const run = await main(OPEN);
    await succeed(org, theirs, { env: OTHER });
    await succeed(org, { ...theirs, state: 'absent' }, { env: OTHER });
    await succeed(org, { ...theirs, 'expires-after': '1h' }, { env: OTHER });
    clock = virtualClock(START + 2 * 3_600_000);
    const world = { clock };
    await succeed(org, OPEN, { env: attempt(1), post: run.state, world });
    expect(await org.labels()).toEqual([]);
  });
});

describe('a shared app', () => {
  const OWN = 'https://shop.example.com/callback';
  const shared = (uri: string, more: Inputs = {}): Inputs => ({
    name: 'shop',
    shared: 'true',
    state: 'job',
    'redirect-uris': uri,
    ...more,
  });
  const ONE = shared('https://one.example.com/cb', { 'trusted-origins': 'https://one.example.com' });
  const TWO = shared('https://two.example.com/cb\nhttps://one.example.com/cb');

  test('each job adds its own, with an end, and takes just that away', async () => {
    await foreignApp(org, 'shop');
    const one = await main(ONE);
    const two = await main(TWO);
    expect(redirectUrisOf(await org.app('shop'))).toEqual([
      OWN,
      'https://one.example.com/cb',
      'https://two.example.com/cb',
    ]);
    const claims = markOf(await org.app('shop'))['uris'] as Record<string, string>[];
    expect(claims.every(({ job, expires }) => job !== undefined && expires !== undefined)).toBe(true);
    await post(one, ONE);
    expect(redirectUrisOf(await org.app('shop')).toSorted()).toEqual(
      ['https://one.example.com/cb', 'https://two.example.com/cb', OWN].toSorted(),
    );
    expect(await org.apiList('/api/v1/trustedOrigins')).toEqual([]);
    await post(two, TWO);
    expect(redirectUrisOf(await org.app('shop'))).toEqual([OWN]);
    expect((await org.app('shop'))['profile']).toBeUndefined();
  });

  test('a job that was cancelled takes them away, too', async () => {
    await foreignApp(org, 'shop');
    await post(await cancelled(ONE), ONE);
    expect(redirectUrisOf(await org.app('shop'))).toEqual([OWN]);
  });
});

describe('nothing else', () => {
  const NOTHING = { job: 'none' };

  test.each(['present', 'absent', 'read'])('%s leaves word that there is nothing to do', async (state) => {
    await main(WEB);
    const run = await succeed(org, state === 'read' ? { name: 'shop', state } : { ...WEB, state });
    expect(run.state).toEqual(NOTHING);
  });

  test.each<[string, Inputs, Env]>([
    ['a dry run', { ...WEB, 'dry-run': 'true' }, {}],
    ['a run that fails', { ...WEB, groups: 'nobody knows' }, {}],
    ['a run whose inputs are wrong', { ...JOB, name: '' }, {}],
    ['a run that is refused its environment', JOB, { NODE_TLS_REJECT_UNAUTHORIZED: '0' }],
    [
      'a run that is skipped',
      { ...JOB, 'api-token': '', 'skip-without-credentials': 'true' },
      { GITHUB_ACTOR: 'dependabot[bot]' },
    ],
    ["a fork's run that is refused", JOB, { GITHUB_EVENT_NAME: 'pull_request_target' }],
  ])('nor does %s', async (_, inputs, env) => {
    const event = 'GITHUB_EVENT_NAME' in env ? pullRequest(12, 'open', 'stranger/shop') : {};
    expect((await runOn(org, inputs, { env: { ...attempt(1), ...env }, event })).state).toEqual(NOTHING);
    expect(await org.labels()).toEqual([]);
  });

  test.each<[string, Inputs, string]>([
    ['app-id', { 'app-id': '0oa1b2c3d4E5F6g7H8i9' }, '"app-id"'],
    ['adopt', { adopt: 'true' }, '"adopt"'],
    ['dry-run', { 'dry-run': 'true' }, '"dry-run"'],
  ])('does not go together with %s', async (_, more, named) => {
    const error = await failure(org, { ...JOB, ...more });
    expect(error).toContain('"state" is "job"');
    expect(error).toContain(named);
    expect(org.requests).toEqual([]);
  });
});
