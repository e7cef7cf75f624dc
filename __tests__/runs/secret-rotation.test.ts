import { describe, expect, test } from '@jest/globals';
import { textOf, type JsonObject } from '../../src/util/json.ts';
import { idOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import type { ActionRun } from '../support/runner.ts';
import { changesOf, failure, runOn, succeed, WEB, writes, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

const DAY = 24 * 3600 * 1000;
let clock = virtualClock();
const org = useOrg(() => {
  clock = virtualClock();
  return { now: () => clock.now() };
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

function output({ outputs }: ActionRun): string {
  return outputs['client-secret'] ?? '';
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
    expect(rotated.masks).toContain(second);
    expect(rotated.log + rotated.summary).not.toContain(second);
    expect(await statuses()).toEqual({ [first]: 'ACTIVE', [second]: 'ACTIVE' });

    await daysLater(6);
    expect((await nightly()).outputs['result']).toBe('unchanged');
    await daysLater(1);
    expect(output(await nightly())).toBe(second);
    expect(await statuses()).toEqual({ [first]: 'INACTIVE', [second]: 'ACTIVE' });
    await daysLater(1);
    expect(output(await nightly())).toBe(second);
    expect(await statuses()).toEqual({ [second]: 'ACTIVE' });
    expect((await nightly()).outputs['result']).toBe('unchanged');
  });

  test('outputs the newest active secret, also after a write that shows another', async () => {
    const first = output(await nightly());
    await daysLater(90);
    const second = output(await nightly());
    expect(second).not.toBe(first);
    const changed = {
      ...WEB,
      'output-client-secret': 'true',
      'logo-uri': 'https://shop.example.com/logo.png',
    };
    const run = await nightly(changed);
    expect(run.outputs['result']).toBe('updated');
    expect(output(run)).toBe(second);
  });

  test('changes nothing in a dry run', async () => {
    await nightly();
    await daysLater(90);
    org.taken();
    const run = await nightly({ ...ROTATED, 'dry-run': 'true' });
    expect(run.outputs['changed']).toBe('true');
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
    await nightly();
    await daysLater(90);
    let isLost = false;
    org.trouble.fault = ({ method, path }) => {
      if (isLost || method !== 'POST' || !path.endsWith('/secrets')) return undefined;
      isLost = true;
      return { kind: 'lose' };
    };
    const run = await nightly();
    expect(isLost).toBe(true);
    expect(Object.keys(await statuses())).toHaveLength(2);
    expect((await statuses())[output(run)]).toBe('ACTIVE');
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

  test.each([
    [
      { 'client-secret-max-age': 'tomorrow' },
      /"client-secret-max-age" is "tomorrow", not a length of time. Give days or hours, as in 90d/,
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
