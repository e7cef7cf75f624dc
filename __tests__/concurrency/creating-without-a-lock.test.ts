import { beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/util/clock.ts';
import type { JsonObject } from '../../src/util/json.ts';
import { idOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { APPS, LOST, POST, answer } from '../support/okta.ts';
import { failure, foreignApp, numbers, runOn, succeed, WEB, writes, type Inputs } from '../support/runs.ts';
import { GITHUB_ENVIRONMENT } from '../support/runner.ts';
import { useOrg } from '../support/servers.ts';

/** Where Okta chooses the client ID, nothing keeps two runs from creating an app each: a create looks once more, and a lost answer waits. */

const clock = virtualClock();
const org = useOrg(() => ({ now: () => clock.now() }));
const world = { clock };

const MARK = { repository: 'acme/shop', repository_id: GITHUB_ENVIRONMENT['GITHUB_REPOSITORY_ID'] ?? '' };

const KINDS: Record<string, Inputs> = {
  'a service app': { name: 'shop', type: 'service', 'token-endpoint-auth-method': 'client_secret_basic' },
  'an app of the Integration Network': { name: 'shop', 'catalog-app': 'paperlantern' },
  '"client-id: okta"': { ...WEB, 'client-id': 'okta' },
};

const CREATE = POST(APPS);

/** Somebody's app of the name, with this mark, that the lists show from now on. */
let other: string;

async function prepareOther(mark: JsonObject = MARK): Promise<void> {
  other = idOf(await foreignApp(org, 'waiting'));
  org.plantMark(other, mark);
  org.taken();
}

function appear(): void {
  const app = org.org.apps.get(other);
  if (app) app.label = 'shop';
}

beforeEach(() => {
  clock.slept.length = 0;
});

describe.each(Object.entries(KINDS))('%s', (_, inputs) => {
  test('is created in one request and one more look, without a wait', async () => {
    const run = await succeed(org, inputs, { world });
    expect(run.outputs['result']).toBe('created');
    expect(org.taken()).toEqual([`GET ${APPS}`, `POST ${APPS}`, `GET ${APPS}`]);
    expect(clock.slept).toEqual([]);
    expect((await succeed(org, inputs, { world })).outputs['result']).toBe('unchanged');
  });

  test('that was not created alone is an error, which tells both apart, and nothing is deleted', async () => {
    await prepareOther();
    org.before(CREATE, appear);
    const message = await failure(org, { ...inputs, 'mask-client-id': 'false' }, { world });
    const own = [...org.org.apps.keys()].find((id) => id !== other);
    const kind =
      'catalog-app' in inputs
        ? 'an app of the Okta Integration Network'
        : 'an app without a client ID of its own';
    expect(message.replace(/made at \S+ \(active, .*?of/g, 'made at T (of')).toBe(
      `Cannot create the app "shop": another run created one of that name at the same time, and ${kind} has nothing that prevents it: ${other} made at T (of acme/shop), ${own} made at T (of acme/shop). Delete all of them but one, or give the ID of the right one as "app-id". Let such runs take turns with "concurrency". Done before the failure: created the app "shop". A re-run continues from there.`,
    );
    expect(await org.labels()).toEqual(['shop', 'shop']);
    expect(writes(org)).toEqual([`POST ${APPS}`]);
    expect(await failure(org, inputs, { world })).toContain(
      'Cannot tell which app is meant by "shop": 2 apps',
    );
  });

  test.each<[string, JsonObject]>([
    ["another repository's", { repository: 'acme/stock', repository_id: '77' }],
    ["another pull request's", { ...MARK, pull_request: 13 }],
    ["nobody's", {}],
  ])('does not mind another app of the name: %s', async (__, mark) => {
    await prepareOther(mark);
    org.before(CREATE, appear);
    expect((await succeed(org, inputs, { world })).outputs['result']).toBe('created');
  });

  test('whose answer got lost is looked for after ten seconds, and not created again', async () => {
    org.once(CREATE, LOST);
    const run = await succeed(org, inputs, { world });
    expect(run.outputs['result']).toBe('created');
    expect(clock.slept).toEqual([10_000]);
    expect(org.taken().filter((request) => request === `POST ${APPS}`)).toHaveLength(1);
    expect(await org.labels()).toEqual(['shop']);
  });

  test('whose answer got lost, and that is not alone by then, is an error', async () => {
    await prepareOther();
    const appearing = { ...clock, sleep: (time: number) => (appear(), clock.sleep(time)) };
    org.once(CREATE, LOST);
    expect(await failure(org, inputs, { world: { clock: appearing } })).toContain(
      'another run created one of that name at the same time',
    );
    expect(await org.labels()).toEqual(['shop', 'shop']);
  });

  test('that Okta refuses for the moment is sent again without a look, as soon as may be', async () => {
    org.once(CREATE, answer(423));
    await succeed(org, inputs, { world });
    expect(org.taken().slice(0, 3)).toEqual([`GET ${APPS}`, `POST ${APPS}`, `POST ${APPS}`]);
    expect(Math.max(...clock.slept)).toBeLessThan(1000);
  });

  test('of a dry run is not looked for by a client ID', async () => {
    expect((await succeed(org, { ...inputs, 'dry-run': 'true' }, { world })).outputs['result']).toBe(
      'created',
    );
    expect(org.taken()).toEqual([`GET ${APPS}`]);
  });

  test('several at once: at most one says that it created the app, and where there are more, the next run is an error', async () => {
    org.trouble.latency = () => 50 + Math.random() * 20;
    const runs = await Promise.all(
      numbers(3).map(() => runOn(org, inputs, { world: { clock: systemClock } })),
    );
    expect(runs.filter(({ outputs }) => outputs['result'] === 'created').length).toBeLessThanOrEqual(1);
    for (const { errors } of runs.filter(({ exitCode }) => exitCode === 1))
      expect(errors.join()).toMatch(/another run created one of that name at the same time|. apps have that/);
    const { length } = await org.labels();
    expect((await runOn(org, inputs)).exitCode).toBe(length > 1 ? 1 : 0);
    expect((await succeed(org, { name: 'shop', state: 'absent' })).outputs['result']).toBe('deleted');
    expect(await org.labels()).toEqual([]);
  });
});

describe('a web app without a repository', () => {
  const env = { GITHUB_REPOSITORY: '', GITHUB_REPOSITORY_ID: '' };

  test('gets the client ID that Okta chooses', async () => {
    const run = await succeed(org, WEB, { env, world });
    expect(run.outputs['client-id']).toBe(run.outputs['app-id']);
  });

  test('whose answer got lost is found by having no mark either', async () => {
    org.once(CREATE, LOST);
    const run = await succeed(org, WEB, { env, world });
    expect(run.outputs['result']).toBe('created');
    expect(await org.labels()).toEqual(['shop']);
  });
});

test('a custom app whose profile Okta refuses is not created without the mark', async () => {
  org.refuse(CREATE, answer(400, { errorSummary: 'profile: The app takes no such attributes.' }));
  expect(await failure(org, { ...WEB, 'client-id': 'okta' }, { world })).toBe(
    'Cannot create the app "shop": Okta answered 400: profile: The app takes no such attributes. Change the inputs accordingly.',
  );
  expect(writes(org)).toEqual([`POST ${APPS}`]);
});

test('a service app may be given a client ID, which is its lock', async () => {
  const inputs = { ...KINDS['a service app'], 'client-id': 'acme-robot' };
  await succeed(org, inputs, { world });
  expect(org.taken()).toEqual([`GET ${APPS}`, `POST ${APPS}`]);
});
