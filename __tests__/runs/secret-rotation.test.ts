import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { textOf, type JsonObject } from '../../src/util/json.ts';
import { idOf, markOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { answer, APPS, GET, LOST, POST, PUT } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import { changesOf, failure, runOn, succeed, WEB, writes, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

const DAY = 24 * 3600 * 1000;
let clock = virtualClock();
/** By how many days the runner's clock is ahead of Okta's. */
let ahead = 0;
const org = useOrg(() => {
  clock = virtualClock();
  ahead = 0;
  return { now: () => clock.now() - ahead * DAY };
});

const ROTATED: Inputs = { ...WEB, 'output-client-secret': 'true', 'client-secret-max-age': '90d' };

function nightly(inputs: Inputs = ROTATED): Promise<ActionRun> {
  return succeed(org, inputs, { world: { clock } });
}

async function daysLater(days: number): Promise<void> {
  await clock.sleep(days * DAY);
}

async function secrets(): Promise<JsonObject[]> {
  return org.apiList(`/api/v1/apps/${idOf(await org.app('shop'))}/credentials/secrets`);
}

async function statuses(): Promise<Record<string, string>> {
  return Object.fromEntries(
    (await secrets()).map(({ client_secret: secret, status }) => [textOf(secret), textOf(status)]),
  );
}

/** What a run says in its log that it has done to secrets. */
function told({ log }: ActionRun): string[] {
  return log.split('\n').filter((line) => /^\w+ed a .*client secret/.test(line));
}

function output({ outputs }: ActionRun): string {
  return outputs['client-secret'] ?? '';
}

/** The run's own answer to the activation gets lost, and nothing works after that: it dies before it has output anything. */
async function dieAfterActivation(inputs: Inputs = ROTATED): Promise<void> {
  let isActive = false;
  org.trouble.fault = ({ path }) => {
    if (isActive) return { kind: 'answer', status: 400 };
    isActive = path.endsWith('/lifecycle/activate');
    return isActive ? { kind: 'lose' } : undefined;
  };
  const run = await runOn(org, inputs, { world: { clock } });
  delete org.trouble.fault;
  expect(isActive).toBe(true);
  expect(run.exitCode).toBe(1);
  expect(output(run)).toBe('');
}

describe('client-secret-max-age', () => {
  test('leads a secret through its life: a successor, an overlap, the end', async () => {
    const first = output(await nightly());
    await daysLater(89);
    org.taken();
    expect(output(await nightly())).toBe(first);
    expect(writes(org)).toEqual([]);

    await daysLater(1);
    const rotated = await nightly();
    const second = output(rotated);
    expect(second).not.toBe(first);
    expect(rotated.outputs['result']).toBe('updated');
    expect(changesOf(rotated)).toEqual([{ field: 'client-secret', from: null, to: 'a new one' }]);
    expect(told(rotated)).toEqual([
      'Added a client secret to the app "shop".',
      'Activated a new client secret of the app "shop".',
    ]);
    expect(rotated.masks).toContain(second);
    expect(rotated.log + rotated.summary).not.toContain(second);
    expect(await statuses()).toEqual({ [first]: 'ACTIVE', [second]: 'ACTIVE' });

    await daysLater(6);
    expect((await nightly()).outputs['result']).toBe('unchanged');
    for (const [done, left] of [
      ['Deactivated', { [first]: 'INACTIVE', [second]: 'ACTIVE' }],
      ['Deleted', { [second]: 'ACTIVE' }],
    ] as const) {
      await daysLater(1);
      const run = await nightly();
      expect(output(run)).toBe(second);
      expect(told(run)).toEqual([`${done} a client secret of the app "shop" that has a successor.`]);
      expect(await statuses()).toEqual(left);
    }
    expect((await nightly()).outputs['result']).toBe('unchanged');
  });

  test('outputs the newest active secret, also after a write that shows another', async () => {
    await org.group('Staff');
    const first = output(await nightly({ ...ROTATED, groups: 'Staff' }));
    await daysLater(90);
    const second = output(await nightly());
    expect(second).not.toBe(first);
    // The last request is one that updates the app.
    const run = await nightly({ ...WEB, 'output-client-secret': 'true', groups: '[]' });
    expect(run.outputs['result']).toBe('updated');
    expect(output(run)).toBe(second);
  });

  test('changes nothing in a dry run, which outputs the secret that there is', async () => {
    const first = output(await nightly());
    await daysLater(90);
    org.taken();
    const run = await nightly({ ...ROTATED, 'dry-run': 'true' });
    expect(run.outputs['changed']).toBe('true');
    expect(output(run)).toBe(first);
    expect(writes(org)).toEqual([]);
  });

  test.each([1, 2, 3, 4])(
    'a run that dies after write %i loses no secret that was handed out',
    async (last) => {
      const first = output(await nightly());
      await daysLater(90);
      let sent = 0;
      org.trouble.fault = ({ method }) => {
        if (method !== 'GET') sent += 1;
        return sent > last ? { kind: 'answer', status: 400 } : undefined;
      };
      await runOn(org, ROTATED, { world: { clock } });
      delete org.trouble.fault;
      expect((await statuses())[first]).toBe('ACTIVE');

      const second = output(await nightly());
      expect(second).not.toBe(first);
      expect(await statuses()).toEqual({ [first]: 'ACTIVE', [second]: 'ACTIVE' });
    },
  );

  test('a secret whose making nobody answered is made once', async () => {
    const first = output(await nightly());
    await daysLater(90);
    let isLost = false;
    org.trouble.fault = ({ method, path }) => {
      if (isLost || method !== 'POST' || !path.endsWith('/secrets')) return undefined;
      isLost = true;
      return { kind: 'lose' };
    };
    const second = output(await nightly());
    expect(isLost).toBe(true);
    expect(second).not.toBe(first);
    expect(await statuses()).toEqual({ [first]: 'ACTIVE', [second]: 'ACTIVE' });

    await daysLater(90);
    isLost = false;
    org.taken();
    const third = output(await nightly());
    expect(isLost).toBe(true);
    expect(await statuses()).toEqual({ [second]: 'ACTIVE', [third]: 'ACTIVE' });
    expect(writes(org).map((request) => request.replace(/\/api\/v1\/apps\/\w+/, ''))).toEqual([
      expect.stringMatching(/^POST \/credentials\/secrets\/\w+\/lifecycle\/deactivate$/),
      expect.stringMatching(/^DELETE \/credentials\/secrets\/\w+$/),
      'POST /credentials/secrets',
      expect.stringMatching(/^POST \/credentials\/secrets\/\w+\/lifecycle\/activate$/),
      'PUT ',
    ]);
  });

  test('a run to which Okta does not show the secret fails', async () => {
    await nightly();
    const path = `${APPS}/${idOf(await org.app('shop'))}/credentials/secrets`;
    org.refuse(
      GET(path),
      answer(
        200,
        (await secrets()).map(({ client_secret: _, ...rest }) => rest),
      ),
    );
    expect(await failure(org, ROTATED, { world: { clock } })).toBe(
      'Cannot output the client secret of the app "shop": Okta has no active one. Create or activate one in the Admin Console, or leave "output-client-secret" out.',
    );
  });

  test('a new app that has no secret by the time the run looks is created with another one', async () => {
    org.once(POST(APPS), LOST);
    org.before(GET(/\/credentials\/secrets$/), () => {
      for (const app of org.org.apps.values()) app.secrets.length = 0;
    });
    const run = await nightly();
    expect(run.outputs['result']).toBe('created');
    expect(changesOf(run)).toContainEqual({ field: 'client-secret', from: null, to: 'a new one' });
    expect(await statuses()).toEqual({ [output(run)]: 'ACTIVE' });
  });

  test('a refusal is no sign that another run was faster: it ends the run at once', async () => {
    await nightly();
    await daysLater(90);
    org.taken();
    org.trouble.fault = ({ method, path }) =>
      method === 'POST' && path.endsWith('/secrets') ? { kind: 'answer', status: 403 } : undefined;
    const message = await failure(org, ROTATED, { world: { clock } });
    expect(message).toMatch(/^Cannot add a client secret to the app "shop": Okta answered 403/);
    expect(writes(org)).toHaveLength(1);
  });

  test('where Okta never has room for another secret, the run ends after three looks', async () => {
    await nightly();
    await daysLater(90);
    org.taken();
    org.trouble.fault = ({ method, path }) =>
      method === 'POST' && path.endsWith('/secrets') ? { kind: 'answer', status: 400 } : undefined;
    const message = await failure(org, ROTATED, { world: { clock } });
    expect(message).toMatch(/^Cannot add a client secret to the app "shop": Okta answered 400/);
    expect(writes(org)).toHaveLength(3);
  });

  test('two runs at once make one: the second takes what the first has made', async () => {
    const first = output(await nightly());
    await daysLater(90);
    const second = 'a-secret-that-the-other-run-has-made-meanwhile-0123456789';
    org.trouble.fault = ({ method, path }) => {
      if (method !== 'POST' || !path.endsWith('/secrets')) return undefined;
      delete org.trouble.fault;
      const created = new Date(clock.now()).toISOString();
      for (const app of org.org.apps.values())
        app.secrets.push({ id: 'ocs1', value: second, status: 'INACTIVE', created, lastUpdated: created });
      return undefined;
    };
    const run = await nightly();
    expect(output(run)).toBe(second);
    expect(await statuses()).toEqual({ [first]: 'ACTIVE', [second]: 'ACTIVE' });
  });

  describe('counts the time of a secret from the output of its successor', () => {
    const NOTE = ({ method, path }: { method: string; path: string }): boolean =>
      method === 'PUT' && /^\/api\/v1\/apps\/[^/]+$/.test(path);

    test('where a run died before that, nothing ends in the run that first outputs the successor', async () => {
      const first = output(await nightly());
      await daysLater(90);
      await dieAfterActivation();

      await daysLater(8);
      const second = output(await nightly());
      expect(second).not.toBe(first);
      expect(await statuses()).toEqual({ [first]: 'ACTIVE', [second]: 'ACTIVE' });
      await daysLater(6.9);
      await nightly();
      expect((await statuses())[first]).toBe('ACTIVE');
      await daysLater(0.2);
      await nightly();
      expect(await statuses()).toEqual({ [first]: 'INACTIVE', [second]: 'ACTIVE' });
    });

    test('nor where the successor itself is too old by then', async () => {
      const inputs = { ...ROTATED, 'client-secret-max-age': '8d' };
      const first = output(await nightly(inputs));
      await daysLater(8);
      await dieAfterActivation(inputs);

      await daysLater(30);
      const second = output(await nightly(inputs));
      expect(await statuses()).toEqual({ [first]: 'ACTIVE', [second]: 'ACTIVE' });
      await daysLater(2);
      const third = output(await nightly(inputs));
      expect(await statuses()).toEqual({ [second]: 'ACTIVE', [third]: 'ACTIVE' });
    });

    test('the output is written before it is noted in the mark, by one write, and the mark keeps what it had', async () => {
      await nightly();
      const before = markOf(await org.app('shop'));
      await daysLater(90);
      const folder = mkdtempSync(join(tmpdir(), 'rotation-'));
      const file = join(folder, 'output');
      writeFileSync(file, '');
      let written = '';
      org.trouble.fault = (request) => {
        if (NOTE(request)) written = readFileSync(file, 'utf8');
        return undefined;
      };
      org.taken();
      const inputs = { ...ROTATED, 'settle-seconds': '30' };
      await succeed(org, inputs, { world: { clock }, env: { GITHUB_OUTPUT: file } });
      rmSync(folder, { recursive: true });
      const app = `${APPS}/${idOf(await org.app('shop'))}`;
      const taken = org.taken().filter((request) => request.endsWith(app));
      expect(taken).toEqual([`GET ${app}`, `PUT ${app}`, `GET ${app}`]);
      const newest = (await secrets()).find(({ client_secret: value }) => written.includes(textOf(value)));
      expect(newest?.['status']).toBe('ACTIVE');
      expect(markOf(await org.app('shop'))).toEqual({
        ...before,
        secret_output: { id: newest?.['id'], at: expect.stringMatching(/^2026-04-01T00:0/) as unknown },
      });
    });

    test('a run that cannot note it warns, and a later one does', async () => {
      const first = output(await nightly());
      await daysLater(90);
      org.trouble.fault = (request) => (NOTE(request) ? { kind: 'answer', status: 403 } : undefined);
      const run = await nightly();
      expect(run.annotations.map(({ level, message }) => `${level}: ${message}`)).toEqual([
        expect.stringMatching(
          /^warning: Could not note that the new client secret was output, so that the previous one is kept active until a run has: Cannot update the app "shop": Okta answered 403/,
        ),
      ]);
      delete org.trouble.fault;
      await daysLater(8);
      await nightly();
      expect((await statuses())[first]).toBe('ACTIVE');
      await daysLater(7);
      await nightly();
      expect((await statuses())[first]).toBe('INACTIVE');
    });

    test('a note that another run overwrites is made again', async () => {
      await nightly();
      await daysLater(90);
      const app = await org.app('shop');
      org.before(PUT(app), () => {
        org.before(GET(app), () => {
          const held = org.org.apps.get(idOf(app));
          if (held) held.body = { ...held.body, profile: app['profile'] };
        });
      });
      const run = await nightly();
      expect(run.log).toContain(
        'The change to the app "shop" is not there (round 1): another run overwrote it.',
      );
      expect(markOf(await org.app('shop'))['secret_output']).toBeDefined();
    });

    test.each([
      ['a fifth of the settle time, where only runs of its owner write the app', {}, 6_000],
      ['the whole of it, where others may add to the app', { 'redirect-hosts': '*.example.com' }, 30_000],
    ])('a run looks whether its note lasts: %s', async (_, more, wait) => {
      const inputs = { ...ROTATED, ...more, 'settle-seconds': '30' };
      await nightly(inputs);
      await daysLater(90);
      const before = clock.slept.length;
      await nightly(inputs);
      expect(clock.slept.slice(before)).toEqual([wait]);
    });

    test('an update of the app leaves the note alone', async () => {
      await nightly();
      await daysLater(90);
      await nightly();
      const mark = markOf(await org.app('shop'));
      const logo = { 'logo-uri': 'https://shop.example.com/logo.png' };
      expect((await nightly({ ...ROTATED, ...logo })).outputs['result']).toBe('updated');
      expect(markOf(await org.app('shop'))).toEqual(mark);
    });
  });

  test.each([1000, -1000])(
    'a runner whose clock is %d days ahead of Okta’s rotates when it is time by Okta’s',
    async (days) => {
      ahead = days;
      const first = output(await nightly());
      await daysLater(89);
      org.taken();
      expect(output(await nightly())).toBe(first);
      expect(writes(org)).toEqual([]);
      await daysLater(1.01);
      const second = output(await nightly());
      expect(second).not.toBe(first);
      await daysLater(7.01);
      await nightly();
      expect(await statuses()).toEqual({ [first]: 'INACTIVE', [second]: 'ACTIVE' });
    },
  );

  test.each([
    [
      { 'client-secret-max-age': 'tomorrow' },
      /"client-secret-max-age" is "tomorrow", not a length of time. Give a number of hours or days/,
    ],
    [{ 'output-client-secret': '' }, /"client-secret-max-age" is set without "output-client-secret"/],
    [
      { 'token-endpoint-auth-method': 'private_key_jwt', 'jwks-uri': 'https://a.example/keys' },
      /has no client secret/,
    ],
  ])('refuses %j', async (inputs, message) => {
    expect(await failure(org, { ...ROTATED, ...inputs })).toMatch(message);
  });
});
