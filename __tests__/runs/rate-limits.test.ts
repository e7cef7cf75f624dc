import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, test } from '@jest/globals';
import type { EmulatorOptions } from '../../emulator/src/server.ts';
import type { Clock } from '../../src/util/clock.ts';
import type { Inputs as ReadInputs } from '../../src/inputs/inputs.ts';
import { openLog, type Log } from '../../src/util/log.ts';
import { connect } from '../../src/okta/connect.ts';
import type { Run } from '../../src/github/run.ts';
import { permissionOf } from '../../src/apply/permission.ts';
import { startDeadline } from '../../src/util/deadline.ts';
import { ensurePresent } from '../../src/apply/present/ensure-present.ts';
import { sessionOf } from '../../src/session/session.ts';
import { virtualClock } from '../support/clock.ts';
import { TOKEN } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import { WEB, failure, runOn, succeed } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/**
 * Okta's rate limits, as small as those of a free org: 20 requests a minute for what is below an app, of which one token gets half. The
 * emulator and the runs share one virtual clock, so that minutes pass in no time.
 */

const MINUTE = 60_000;

const org = useOrg();

function refusals(): number {
  return org.requests.filter(({ status }) => status === 429).length;
}

function groupNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `Team ${i + 1}`);
}

/** An org on a clock of its own that starts with these groups. Its set-up counts in the limits of nobody's. */
async function start(
  clock: Clock,
  groups: readonly string[] = [],
  options: EmulatorOptions = {},
): Promise<void> {
  await org.restart({ rateLimits: 'integrator', now: () => clock.now(), ...options });
  for (const name of groups) await org.group(name);
  // The minute in which the groups were made is over.
  await clock.sleep(2 * MINUTE);
  org.requests.length = 0;
}

function assignedGroups(): number {
  const [app] = org.org.apps.values();
  return app?.groups.size ?? 0;
}

describe('one run', () => {
  test('with 15 groups waits for every reset, and says how long', async () => {
    const clock = virtualClock();
    const groups = groupNames(15);
    await start(clock, groups);
    clock.slept.length = 0;
    const run = await succeed(
      org,
      { ...WEB, groups: groups.join('\n'), 'timeout-seconds': '600' },
      { world: { clock } },
    );
    expect(run.outputs['result']).toBe('created');
    const sent = org.requests.length;
    const refused = refusals();
    // 18 requests below the app, 10 a minute: one reset to wait for, met by one request.
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThanOrEqual(2);
    expect(sent).toBeLessThan(45);
    const waits = [...run.log.matchAll(/Okta's rate limit is used up until (\S+)\. Waiting (\S+) s\./g)];
    expect(waits).toHaveLength(refused);
    for (const [, until = '', seconds] of waits) {
      expect(until).toBe(new Date(until).toISOString());
      expect(Number(seconds)).toBeGreaterThan(1);
      expect(Number(seconds)).toBeLessThan(70);
    }
    // To the reset, a second more, and up to five of jitter.
    for (const slept of clock.slept.filter((milliseconds) => milliseconds > 1000)) {
      expect(slept).toBeLessThanOrEqual(MINUTE + 2000 + 5000);
    }
    expect(assignedGroups()).toBe(15);
  });

  test('with 45 groups waits minute after minute', async () => {
    const clock = virtualClock();
    const groups = groupNames(45);
    // Okta has room for 100 look-ups of groups a minute, of which one token gets 50.
    await start(clock, groups);
    const begun = clock.now();
    await succeed(org, { ...WEB, groups: groups.join('\n'), 'timeout-seconds': '600' }, { world: { clock } });
    expect(clock.now() - begun).toBeGreaterThan(4 * MINUTE);
    expect(clock.now() - begun).toBeLessThan(6 * MINUTE);
    expect(refusals()).toBeLessThanOrEqual(6);
    expect(assignedGroups()).toBe(45);
  });

  test('after another goes on where the limit lets it', async () => {
    const clock = virtualClock();
    await start(clock);
    const results: (string | undefined)[] = [];
    const begun = clock.now();
    for (let i = 1; i <= 12; i += 1) {
      const inputs = { name: `shop-${i}`, 'redirect-uris': `https://shop-${i}.example.com/callback` };
      results.push((await succeed(org, inputs, { world: { clock } })).outputs['result']);
    }
    expect(results).toEqual(results.map(() => 'created'));
    // Three requests each, ten a minute.
    expect(refusals()).toBeLessThanOrEqual(5);
    expect(clock.now() - begun).toBeLessThan(6 * MINUTE);
  });

  test('does not wait for a reset beyond its time, and says so at once', async () => {
    const clock = virtualClock();
    await start(clock);
    const reset = Math.ceil(clock.now() / 1000) + 3600;
    org.trouble.fault = () => ({
      kind: 'answer',
      status: 429,
      headers: {
        'x-rate-limit-limit': '100',
        'x-rate-limit-remaining': '0',
        'x-rate-limit-reset': `${reset}`,
      },
    });
    clock.slept.length = 0;
    expect(await failure(org, WEB, { world: { clock } })).toMatch(
      /^The run ended before its work was done: Okta's rate limit is used up until \S+Z, which would take 36\d\d(\.\d)? s, and "timeout-seconds" \(300\) leaves (300|299) s\. Run it again later, or raise "timeout-seconds"\.$/,
    );
    expect(clock.slept).toEqual([]);
    expect(org.requests).toHaveLength(1);
  });

  test('tells another refusal by its own words, where no time is left to try again', async () => {
    let now = Date.UTC(2026, 0, 1);
    const jitter = [0, 0.5];
    const clock: Clock = {
      now: () => now,
      sleep: (milliseconds) => {
        now += milliseconds;
        return Promise.resolve();
      },
      random: () => jitter.shift() ?? 0,
    };
    org.trouble.fault = () => ({ kind: 'answer', status: 503 });
    // After 250 ms, another 750 ms would be waited.
    expect(await failure(org, { ...WEB, 'timeout-seconds': '1' }, { world: { clock } })).toBe(
      'Cannot find the app "shop": Okta answered 503: no reason given, and "timeout-seconds" (1) leaves no time to try again. It kept failing. Run it again later; see status.okta.com.',
    );
    expect(org.requests).toHaveLength(2);
  });

  test('that meets it after it has done something says what', async () => {
    const clock = virtualClock();
    const groups = groupNames(15);
    await start(clock, groups);
    const inputs = { ...WEB, groups: groups.join('\n') };
    const message = await failure(org, { ...inputs, 'timeout-seconds': '20' }, { world: { clock } });
    expect(message).toMatch(
      /rate limit is used up.*Done before the failure: created the app "shop"; assigned/,
    );
    await clock.sleep(2 * MINUTE);
    expect((await succeed(org, inputs, { world: { clock } })).outputs['result']).toBe('updated');
    expect(assignedGroups()).toBe(15);
  });

  test('goes by Okta’s clock, not by the runner’s', async () => {
    const clock = virtualClock();
    const groups = groupNames(15);
    const ahead = 3 * MINUTE;
    await start(clock, groups, { now: () => clock.now() + ahead });
    clock.slept.length = 0;
    const inputs = { ...WEB, groups: groups.join('\n') };
    await succeed(org, inputs, { world: { clock } });
    expect(refusals()).toBeLessThanOrEqual(2);
    expect(Math.max(...clock.slept)).toBeLessThan(MINUTE + 7000);
  });

  test.each(['0', '-1', 'soon', ''])('backs off where the reset is "%s"', async (reset) => {
    const clock = virtualClock();
    await start(clock);
    let left = 4;
    org.trouble.fault = () =>
      left-- > 0
        ? {
            kind: 'answer',
            status: 429,
            headers: { 'x-rate-limit-limit': '100', ...(reset && { 'x-rate-limit-reset': reset }) },
          }
        : undefined;
    clock.slept.length = 0;
    await succeed(org, WEB, { world: { clock } });
    const waits = clock.slept.slice(0, 4);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...waits)).toBeLessThanOrEqual(15_000);
  });
});

describe('the limit on requests at the same time', () => {
  test('is waited out in moments, whatever its reset says', async () => {
    const clock = virtualClock();
    const groups = groupNames(8);
    await start(clock, groups, { rateLimits: 'off' });
    // It answers as fast as it can, so that it takes a slow one to have several at a time.
    org.trouble.latency = 5;
    org.trouble.concurrencyLimit = 3;
    clock.slept.length = 0;
    const run: ActionRun = await runOn(
      org,
      { ...WEB, groups: groups.join('\n') },
      { world: { clock: { ...clock, sleep: brief(clock), random: Math.random } } },
    );
    expect([run.exitCode, run.log]).toEqual([0, run.log]);
    expect(refusals()).toBeGreaterThan(0);
    expect(run.log).toContain("Okta's limit on requests at the same time is reached. Waiting 0.");
    expect(Math.max(...clock.slept)).toBeLessThan(15_000);
  });

  /** Sleeps in the shared clock at once, and a moment in real time, so that requests come one after the other. */
  function brief(clock: Clock): Clock['sleep'] {
    return async (milliseconds) => {
      await clock.sleep(milliseconds);
      await new Promise((resolve) => setTimeout(resolve, milliseconds / 100));
    };
  }
});

/**
 * One clock for all: it moves on when everybody sleeps who is not waiting for an answer, to the moment at which the first one wakes. So
 * runs meet each other's limits in the order in which they would in real time.
 */
class SharedClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  #sleepers: { at: number; wake: () => void }[] = [];
  slept: number[] = [];
  #seed = 1;

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    this.slept.push(milliseconds);
    return new Promise((wake) => {
      this.#sleepers.push({ at: this.#now + milliseconds, wake });
    });
  }

  /** The same series in every run of the test. */
  random(): number {
    this.#seed = (this.#seed * 16807) % 2147483647;
    return this.#seed / 2147483647;
  }

  /** Lets time pass while fewer are awake than that; ends when all work is done. */
  async runUntil(work: Promise<unknown>, isIdle: () => boolean): Promise<void> {
    const state: { done: boolean } = { done: false };
    const end = work.finally(() => {
      state.done = true;
    });
    end.catch(() => undefined);
    for (let quiet = 0; !state.done;) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      quiet = isIdle() ? quiet + 1 : 0;
      const [first] = this.#sleepers.sort((a, b) => a.at - b.at);
      if (quiet < 4 || !first) continue;
      quiet = 0;
      this.#now = Math.max(this.#now, first.at);
      this.#sleepers = this.#sleepers.filter(({ at, wake }) => {
        if (at > this.#now) return true;
        wake();
        return false;
      });
    }
    await end;
  }
}

/** Counts the requests of this process that wait for their answer. */
function watchRequests(): { open(): number; stop(): void } {
  let open = 0;
  const started = (): void => {
    open += 1;
  };
  const ended = (): void => {
    open -= 1;
  };
  subscribe('http.client.request.start', started);
  subscribe('http.client.response.finish', ended);
  return {
    open: () => open,
    stop: () => {
      unsubscribe('http.client.request.start', started);
      unsubscribe('http.client.response.finish', ended);
    },
  };
}

describe('many runs at the same time', () => {
  const TIMEOUT = 600;

  /** The work of a run from its connection on, without the process around it. */
  async function work(id: number, clock: Clock, lines: string[]): Promise<string> {
    const redirectUris = [`https://pr-${id}.example.com/callback`];
    const log: Log = { ...openLog(), info: (line) => lines.push(line), debug: () => undefined };
    const deadline = startDeadline(clock, TIMEOUT, log);
    const credentials = { kind: 'api-token', token: TOKEN, scheme: 'SSWS' } as const;
    const connection = { orgUrl: org.url, credentials };
    const okta = await connect({
      connection,
      onEnd: () => undefined,
      scopes: [],
      deadline,
      log,
      requestTimeout: 60_000,
      userAgent: 'test',
      onApp: () => undefined,
    });
    const settings = { type: 'web' as const, 'redirect-uris': redirectUris };
    const repository = { server: 'github.com', name: 'acme/shop', id: '4242' };
    const run: Run = { kind: 'pull-request', pullRequest: id, repository };
    const inputs = {
      name: `preview-${id}`,
      settings,
      groups: ['Team 1', 'Team 2'],
      assignments: 'add',
      settleSeconds: 3,
    } as unknown as ReadInputs;
    const session = sessionOf({ okta, deadline, log }, inputs.settleSeconds, [], true);
    const permission = permissionOf(run, undefined, session, false);
    return (await ensurePresent(session, inputs, permission, { begin: () => undefined })).kind;
  }

  test('all end within ten minutes, and nobody is refused more than once a minute', async () => {
    const clock = new SharedClock();
    await org.restart({ rateLimits: 'integrator', now: () => clock.now() });
    for (const name of groupNames(2)) await org.group(name);
    org.requests.length = 0;
    const begun = clock.now();
    const lines: string[] = [];
    const ids = Array.from({ length: 12 }, (_, i) => i + 1);
    const requests = watchRequests();
    const all = Promise.all(ids.map((id) => work(id, clock, lines)));
    await clock.runUntil(all, () => requests.open() === 0).finally(requests.stop);
    expect(await all).toEqual(ids.map(() => 'created'));
    const minutes = (clock.now() - begun) / MINUTE;
    // 12 runs of 2 requests below their apps, 10 a minute: more than two minutes at the best.
    expect(minutes).toBeGreaterThan(2);
    expect(minutes).toBeLessThan(10);
    // Nobody hammers: a run is refused once for each reset that it waits for.
    expect(refusals()).toBeGreaterThan(0);
    expect(refusals()).toBeLessThanOrEqual(ids.length * Math.ceil(minutes));
    expect(lines.filter((line) => /until .*Z\. Waiting \d+(\.\d)? s\.$/.test(line))).toHaveLength(refusals());
    expect(org.org.apps.size).toBe(ids.length);
  });
});
