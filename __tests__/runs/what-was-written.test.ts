import { describe, expect, test } from '@jest/globals';
import { textOf, withValueAt, type JsonObject, type Path } from '../../src/util/json.ts';
import type { Fault } from '../../emulator/src/server.ts';
import { virtualClock } from '../support/clock.ts';
import type { ActionRun } from '../support/runner.ts';
import { WEB, changesOf, pullRequest, runOn, succeed, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/**
 * What a run reports is what it wrote, not what it planned at first: somebody may change the app between the first look at it and the
 * write, and an answer may get lost.
 */

const org = useOrg();

const BEFORE = 'https://shop.example.com/callback';
const WANTED = 'https://new.example.com/callback';
const ELSEWHERE = 'https://elsewhere.example.com/callback';
const LOGO = 'https://new.example.com/logo.png';
const CHANGED: Inputs = { ...WEB, 'redirect-uris': WANTED, 'logo-uri': LOGO };

const REDIRECT_URIS = ['settings', 'oauthClient', 'redirect_uris'];
const LOGO_URI = ['settings', 'oauthClient', 'logo_uri'];

const REFUSED: Fault = { kind: 'answer', status: 429 };
const FAILED: Fault = { kind: 'answer', status: 503 };
const LOST: Fault = { kind: 'lose' };

/** Somebody else's hand in the Admin Console. */
async function edit(name: string, ...values: readonly (readonly [Path, unknown])[]): Promise<void> {
  const app = await org.app(name);
  const body = values.reduce<JsonObject>(
    (edited, [path, value]) => withValueAt(edited, path, value as JsonObject),
    app,
  );
  await org.api('PUT', `/api/v1/apps/${textOf(app['id'])}`, body);
}

/** A run of which one request goes wrong, once, and during whose next wait somebody does something. */
async function interrupted(
  inputs: Inputs,
  [method, path]: readonly [string, string],
  fault: Fault,
  meanwhile: () => Promise<void>,
  pull?: number,
): Promise<ActionRun> {
  const clock = virtualClock();
  let isDue = false;
  org.trouble.fault = (request) => {
    if (isDue || request.method !== method || !request.path.includes(path)) return undefined;
    isDue = true;
    delete org.trouble.fault;
    return fault;
  };
  const sleep = async (milliseconds: number): Promise<void> => {
    if (isDue) {
      isDue = false;
      await meanwhile();
    }
    await clock.sleep(milliseconds);
  };
  return runOn(org, inputs, {
    world: { clock: { ...clock, sleep } },
    ...(pull !== undefined && { event: pullRequest(pull) }),
  });
}

function told(run: ActionRun): unknown {
  const { result, changed } = run.outputs;
  return { result, changed, changes: changesOf(run) };
}

const PUT = ['PUT', '/api/v1/apps/'] as const;
const toWanted = (from: string): object => ({ field: 'redirect-uris', from: [from], to: [WANTED] });
const LOGO_CHANGE = { field: 'logo-uri', from: null, to: LOGO };

describe('an app of its own', () => {
  const update = (fault: Fault, meanwhile: () => Promise<void>): Promise<ActionRun> =>
    interrupted(CHANGED, PUT, fault, meanwhile);

  test.each<[string, Fault, (readonly [Path, unknown])[], object[]]>([
    ['nobody changes it', REFUSED, [], [toWanted(BEFORE), LOGO_CHANGE]],
    ['somebody does a part of it', REFUSED, [[REDIRECT_URIS, [WANTED]]], [LOGO_CHANGE]],
    [
      'somebody does something else',
      REFUSED,
      [[REDIRECT_URIS, [ELSEWHERE]]],
      [toWanted(ELSEWHERE), LOGO_CHANGE],
    ],
    ['Okta fails', FAILED, [[REDIRECT_URIS, [ELSEWHERE]]], [toWanted(ELSEWHERE), LOGO_CHANGE]],
    ['the answer gets lost', LOST, [], [toWanted(BEFORE), LOGO_CHANGE]],
    [
      'the answer gets lost, and somebody changes it again',
      LOST,
      [[REDIRECT_URIS, [ELSEWHERE]]],
      [toWanted(ELSEWHERE), LOGO_CHANGE],
    ],
  ])('reports what it wrote where, before it can write again, %s', async (_, fault, values, changes) => {
    await succeed(org, WEB);
    const run = await update(fault, () => (values.length > 0 ? edit('shop', ...values) : Promise.resolve()));
    expect(told(run)).toEqual({ result: 'updated', changed: 'true', changes });
    for (const { field } of changes as { field: string }[]) expect(run.summary).toContain(field);
    // It waited to send it again, and to look whether it lasts.
    expect(run.log.match(/Waiting .* s\.$/gm)).toHaveLength(2);
    expect(run.log).toContain('Looking whether another run overwrites the change. Waiting ');
    expect(await org.app('shop')).toMatchObject({
      settings: { oauthClient: { redirect_uris: [WANTED], logo_uri: LOGO } },
    });
  });

  test('is reported unchanged where somebody did all of it before the run could write', async () => {
    await succeed(org, WEB);
    org.taken();
    const run = await update(REFUSED, () => edit('shop', [REDIRECT_URIS, [WANTED]], [LOGO_URI, LOGO]));
    expect(told(run)).toEqual({ result: 'unchanged', changed: 'false', changes: [] });
    expect(org.taken().filter((request) => request.startsWith('PUT '))).toHaveLength(1);
  });

  test('is read again where the plan is old by the time of the write, and what is then left is reported', async () => {
    await org.group('Team');
    await succeed(org, WEB);
    const slow = ['GET', '/groups'] as const;
    const some = await interrupted({ ...CHANGED, groups: 'Team' }, slow, REFUSED, () =>
      edit('shop', [REDIRECT_URIS, [WANTED]]),
    );
    const groups = { field: 'groups', from: [], to: ['Team'] };
    expect(told(some)).toEqual({ result: 'updated', changed: 'true', changes: [LOGO_CHANGE, groups] });

    const none = await interrupted({ ...WEB, groups: 'Team' }, slow, REFUSED, () =>
      edit('shop', [REDIRECT_URIS, [BEFORE]], [LOGO_URI, null]),
    );
    expect(told(none)).toEqual({ result: 'unchanged', changed: 'false', changes: [] });
  });

  test('is refused where it was taken away from its owner before the run could write', async () => {
    await succeed(org, WEB);
    const owner = { repository: 'acme/stock', repository_id: '77' };
    const run = await update(REFUSED, () => edit('shop', [['profile', 'okta_oidc_app'], owner]));
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('Cannot change the app "shop": it belongs to acme/stock');
    expect(await org.app('shop')).toMatchObject({ settings: { oauthClient: { redirect_uris: [BEFORE] } } });
  });
});

describe('a shared app', () => {
  const PR_1 = 'https://pr-1.example.com/callback';
  const PR_2 = 'https://pr-2.example.com/callback';
  const share = (uri: string): Inputs => ({ name: 'shop', shared: 'true', 'redirect-uris': uri });

  test('is reported as it was when its change was written in the end', async () => {
    await succeed(org, { ...WEB, 'redirect-hosts': '*.example.com' });
    const run = await interrupted(
      share(PR_1),
      PUT,
      REFUSED,
      () => edit('shop', [REDIRECT_URIS, [BEFORE, PR_2]]),
      1,
    );
    const change = { field: 'redirect-uris', from: [BEFORE, PR_2], to: [BEFORE, PR_2, PR_1] };
    expect(told(run)).toEqual({ result: 'updated', changed: 'true', changes: [change] });
  });

  test('is written again, without blaming anybody, where Okta refused the first time', async () => {
    await succeed(org, { ...WEB, 'redirect-hosts': '*.example.com' });
    const run = await interrupted(share(PR_1), PUT, REFUSED, () => Promise.resolve(), 1);
    expect(run.outputs['result']).toBe('updated');
    expect(run.log).not.toContain('another run overwrote it');
  });
});

describe('somebody who writes while the run waits', () => {
  const MARKED: Inputs = { ...WEB, 'redirect-hosts': '*.example.com' };

  /** A run during whose every wait somebody else writes. */
  function beside(inputs: Inputs, write: (time: number) => Promise<void>): Promise<ActionRun> {
    const clock = virtualClock();
    let time = 0;
    const sleep = async (milliseconds: number): Promise<void> => {
      await write((time += 1));
      await clock.sleep(milliseconds);
    };
    org.taken();
    return runOn(org, inputs, { world: { clock: { ...clock, sleep } }, event: pullRequest(1) });
  }

  const sent = (method: string): string[] =>
    org.taken().filter((request) => request.startsWith(`${method} /api/v1/apps/`));

  test('and always sends back what was there: the run writes eight times, and then gives in', async () => {
    await succeed(org, WEB, { event: pullRequest(1) });
    const run = await beside(CHANGED, () => edit('shop', [REDIRECT_URIS, [BEFORE]]));
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('Cannot keep the app "shop" as the workflow says: another run, or a person,');
    expect(sent('PUT')).toHaveLength(8);
  });

  test('and decides otherwise: the run gives in at once', async () => {
    await succeed(org, WEB, { event: pullRequest(1) });
    const run = await beside(CHANGED, () => edit('shop', [REDIRECT_URIS, [ELSEWHERE]]));
    expect(run.log).toContain('Cannot keep the app "shop" as the workflow says: another run, or a person,');
    expect(sent('PUT')).toHaveLength(1);
    expect(await org.app('shop')).toMatchObject({
      settings: { oauthClient: { redirect_uris: [ELSEWHERE] } },
    });
  });

  test('but once, and to a setting that was as it should be: the run puts that right, too', async () => {
    await succeed(org, { ...WEB, 'logo-uri': LOGO }, { event: pullRequest(1) });
    const run = await beside(CHANGED, (time) =>
      time === 1 ? edit('shop', [LOGO_URI, 'https://elsewhere.example.com/logo.png']) : Promise.resolve(),
    );
    const elsewhere = 'https://elsewhere.example.com/logo.png';
    const changes = [toWanted(BEFORE), { ...LOGO_CHANGE, from: elsewhere }];
    expect(told(run)).toEqual({ result: 'updated', changed: 'true', changes });
    expect(await org.app('shop')).toMatchObject({
      settings: { oauthClient: { redirect_uris: [WANTED], logo_uri: LOGO } },
    });
  });

  test.each([
    ['always adds to a shared app: the run looks four times', Infinity, 4],
    ['adds to a shared app twice: the run looks until nobody does', 2, 3],
  ])('and %s, and is done', async (_, times, looks) => {
    await succeed(org, MARKED);
    const mine = 'https://pr-1.example.com/callback';
    const run = await beside({ name: 'shop', shared: 'true', 'redirect-uris': mine }, async (time) => {
      if (time > times) return;
      const { settings } = await org.app('shop');
      const uris = (settings as { oauthClient: { redirect_uris: string[] } }).oauthClient.redirect_uris;
      await edit('shop', [REDIRECT_URIS, [...uris, `https://other.example.com/${time}`]]);
    });
    expect(run.outputs['result']).toBe('updated');
    const methods = org.taken().map((request) => request.split(' ')[0]);
    expect(methods.slice(methods.indexOf('PUT'))).toEqual(['PUT', ...Array<string>(looks).fill('GET')]);
    expect(await org.app('shop')).toMatchObject({
      settings: { oauthClient: { redirect_uris: expect.arrayContaining([BEFORE, mine]) as unknown } },
    });
  });
});

test('an app that is renamed and activated goes by its new name', async () => {
  await succeed(org, WEB);
  const id = textOf((await org.app('shop'))['id']);
  await org.api('POST', `/api/v1/apps/${id}/lifecycle/deactivate`);
  const run = await succeed(org, { ...WEB, 'app-id': id, name: 'store' });
  expect(run.log).toContain('Activated the app "store".');
});
