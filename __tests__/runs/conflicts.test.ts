import { describe, expect, test } from '@jest/globals';
import { run as sweepRun } from '../../src/sweep/run.ts';
import { redirectUrisOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { githubEnvironment } from '../support/github.ts';
import { connectionTo } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import { failure, foreignApp, pullRequest, runOn, succeed, WEB, type Inputs } from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';
import { runSource } from '../support/source.ts';

/** Okta refuses one of two writes of an app at the same time with 403 E0000039 (recorded): a run waits, looks again and writes again. */

const org = useOrg();
const github = useGitHub();

const LOGO: Inputs = { ...WEB, 'logo-uri': 'https://shop.example.com/logo.png' };
const SHARED: Inputs = { name: 'shared', shared: 'true', 'redirect-uris': 'https://pr-1.example.com/cb' };

/** What was asked of the apps since the last look, as `METHOD`, without the search by name that comes first. */
function asked(): string[] {
  return org
    .taken()
    .filter((request) => /\/api\/v1\/apps\/[^/]+(\/lifecycle\/\w+)?$/.test(request))
    .map((request) => request.split(' ')[0] ?? '');
}

/** The next writes of this method, so many of them, are refused; nothing is done. */
function refuse(times: number, method: string, path = /^\/api\/v1\/apps\//): void {
  let refused = 0;
  org.trouble.fault = (request) => {
    if (request.method !== method || !path.test(request.path) || refused === times) return undefined;
    refused += 1;
    const errorCauses = [{ errorSummary: 'The requested action cannot be supported for this application.' }];
    const errorSummary = 'Operation on application settings failed.';
    return { kind: 'answer', status: 403, body: { errorCode: 'E0000039', errorSummary, errorCauses } };
  };
}

function sweep(): Promise<ActionRun> {
  return runSource({
    action: 'sweep',
    main: sweepRun,
    with: { 'org-url': org.url, 'api-token': connectionTo(org)['api-token'] ?? '', 'shared-app': 'shared' },
    env: githubEnvironment(github),
    world: { clock: virtualClock() },
  });
}

describe('a write that Okta refuses as one of two at the same time', () => {
  test('is tried again after a wait, on the app as it is then, four times in all', async () => {
    await succeed(org, WEB);
    org.taken();
    org.trouble.settingsConflicts = 3;
    const clock = virtualClock();
    const run = await runOn(org, LOGO, { world: { clock } });
    expect(run.outputs['result']).toBe('updated');
    expect(asked().join(' ')).toMatch(/PUT( GET PUT){3}/);
    expect(run.log).toContain('Okta refused one of two writes of the app at the same time. Waiting ');
    expect(clock.slept.slice(0, 3)).toEqual([375, 750, 1500]);
  });

  test('waits for a time of its own, so that two runs do not meet again', async () => {
    await succeed(org, WEB);
    const waits: number[] = [];
    for (const random of [0, 0.9]) {
      org.trouble.settingsConflicts = 1;
      const clock = { ...virtualClock(), random: () => random };
      await succeed(org, { ...LOGO, 'logo-uri': `https://shop.example.com/${random}` }, { world: { clock } });
      waits.push(clock.slept[0] ?? 0);
    }
    expect(waits).toEqual([250, 475]);
  });

  test('keeps what somebody else has written meanwhile', async () => {
    await succeed(org, WEB);
    org.trouble.settingsConflicts = 1;
    org.trouble.fault = ({ method }) => {
      if (method === 'PUT')
        for (const app of org.org.apps.values()) app.body = { ...app.body, accessibility: { x: 'theirs' } };
      return undefined;
    };
    await succeed(org, LOGO);
    expect((await org.app('shop'))['accessibility']).toMatchObject({ x: 'theirs' });
  });

  test('that stays refused ends in Okta’s words, without advice on roles', async () => {
    await succeed(org, WEB);
    org.taken();
    org.trouble.settingsConflicts = 9;
    const message = await failure(org, LOGO);
    expect(message).toBe(
      'Cannot update the app "shop": Okta answered 403 (E0000039): Operation on application settings failed; The requested action cannot be supported for this application. ' +
        'Okta says this, too, where something else changes the app at the same time: find out what does, and run it again later.',
    );
    expect(asked().filter((method) => method === 'PUT')).toHaveLength(4);
  });

  test('in a shared app is tried again on the app as it is then', async () => {
    await foreignApp(org, 'shared');
    org.taken();
    org.trouble.settingsConflicts = 3;
    await succeed(org, SHARED, { event: pullRequest(1) });
    expect(asked().join(' ')).toMatch(/PUT( GET PUT){3}/);
    expect(redirectUrisOf(await org.app('shared'))).toContain('https://pr-1.example.com/cb');
  });

  test.each([
    ['POST', /\/lifecycle\/deactivate$/],
    ['DELETE', /^\/api\/v1\/apps\/[^/]+$/],
  ])('at the close, for %s, is tried again after another look', async (method, path) => {
    await succeed(org, WEB);
    org.taken();
    refuse(3, method, path);
    const run = await succeed(org, { ...WEB, state: 'absent' });
    expect(run.outputs['result']).toBe('deleted');
    const seen = asked();
    const writes = [...seen.keys()].filter((i) => seen[i] === method);
    expect(writes.length).toBeGreaterThanOrEqual(4);
    expect(writes.slice(1, 4).map((at) => seen[at - 1])).not.toContain(method);
    expect(await org.labels()).toEqual([]);
  });

  test('at the close on a shared app is tried again, too', async () => {
    await foreignApp(org, 'shared');
    await succeed(org, SHARED, { event: pullRequest(1) });
    org.trouble.settingsConflicts = 3;
    await succeed(org, { ...SHARED, state: 'absent' }, { event: pullRequest(1) });
    expect(redirectUrisOf(await org.app('shared'))).not.toContain('https://pr-1.example.com/cb');
  });

  test('in a sweep is tried again, for an app and for a shared one', async () => {
    await foreignApp(org, 'shared');
    await succeed(org, SHARED, { event: pullRequest(1) });
    await succeed(org, { ...WEB, name: 'preview' }, { event: pullRequest(1) });
    github.pulls.set(1, 'closed');
    org.trouble.settingsConflicts = 3;
    refuse(3, 'DELETE');
    const run = await sweep();
    expect(run.exitCode).toBe(0);
    expect(await org.labels()).toEqual(['shared']);
    expect(redirectUrisOf(await org.app('shared'))).not.toContain('https://pr-1.example.com/cb');
  });
});
