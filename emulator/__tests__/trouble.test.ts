import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Reply } from './support/caller.ts';
import { call, createApp, createGroup, oidcApp } from './support/caller.ts';
import type { Emulator, Fault } from '../src/server.ts';
import { startEmulator } from '../src/server.ts';
import { noTrouble } from '../src/trouble.ts';
import { likelyUnknowns } from '../src/unknowns.ts';

let okta: Emulator;
beforeEach(async () => {
  okta = await startEmulator();
});
afterEach(() => okta.close());

/** Lets only the next request go wrong. */
function once(fault: Fault): void {
  okta.trouble.fault = () => {
    okta.trouble.fault = undefined;
    return fault;
  };
}

const create = (): Promise<unknown> => call(okta, 'POST', '/api/v1/apps', oidcApp('Troubled'));

describe('faults', () => {
  test('answer: as given, without doing the work', async () => {
    once({ kind: 'answer', status: 503, headers: { 'retry-after': '1' }, body: '<h1>Down</h1>' });
    const reply = await call(okta, 'POST', '/api/v1/apps', oidcApp('Troubled'));
    expect([reply.status, reply.text, reply.headers.get('retry-after')]).toEqual([503, '<h1>Down</h1>', '1']);
    expect(reply.headers.get('content-type')).toContain('text/html');
    expect(reply.headers.get('x-rate-limit-reset')).toBeNull();
    expect(okta.org.apps.size).toBe(0);
    once({ kind: 'answer', status: 423, body: { errorCode: 'E0000239' } });
    expect((await call(okta, 'GET', '/api/v1/apps')).at('errorCode')).toBe('E0000239');
  });

  test('drop: nothing done, nothing answered', async () => {
    once({ kind: 'drop' });
    await expect(create()).rejects.toThrow('fetch failed');
    expect(okta.org.apps.size).toBe(0);
    expect(okta.requests.at(-1)?.status).toBeUndefined();
  });

  test('lose: done, but nothing answered', async () => {
    once({ kind: 'lose' });
    await expect(create()).rejects.toThrow('fetch failed');
    expect(okta.org.apps.size).toBe(1);
    expect(okta.requests.at(-1)?.status).toBeUndefined();
  });

  test('hang: no answer until the client gives up', async () => {
    once({ kind: 'hang' });
    const hanging = fetch(`${okta.url}/api/v1/apps`, { signal: AbortSignal.timeout(100) });
    await expect(hanging).rejects.toThrow('timeout');
    expect((await call(okta, 'GET', '/api/v1/apps')).status).toBe(200);
  });

  test('truncate: done, half the text, well-formed HTTP', async () => {
    once({ kind: 'truncate' });
    await expect(create()).rejects.toThrow(SyntaxError);
    expect(okta.org.apps.size).toBe(1);
    expect(okta.requests.at(-1)?.status).toBe(200);
  });

  test('cut: done, and the connection ends in the middle', async () => {
    once({ kind: 'cut' });
    await expect(create()).rejects.toThrow('terminated');
    expect(okta.org.apps.size).toBe(1);
  });

  test('empty-page: the entries are on the next one', async () => {
    const id = await createApp(okta, 'Hidden');
    okta.trouble.fault = ({ method }) => (method === 'GET' ? { kind: 'empty-page' } : undefined);
    const empty = await call(okta, 'GET', '/api/v1/apps?q=Hid&limit=1');
    expect(empty.body).toEqual([]);
    const real = await call(okta, 'GET', empty.linkTo('next') ?? '');
    expect(real.each('id')).toEqual([id]);
    expect(real.linkTo('self')).toBe(`${okta.url}/api/v1/apps?limit=1&q=Hid`);
  });

  test('are told the method, path, query and number of the request', async () => {
    const seen: unknown[] = [];
    okta.trouble.fault = (request) => void seen.push(request);
    await call(okta, 'GET', '/api/v1/apps?limit=1');
    await call(okta, 'GET', '/api/v1/groups');
    expect(seen).toEqual([
      { method: 'GET', path: '/api/v1/apps', query: 'limit=1', index: 0 },
      { method: 'GET', path: '/api/v1/groups', query: '', index: 1 },
    ]);
  });
});

test('latency: the write takes effect in the middle of its request', async () => {
  okta.trouble.latency = 400;
  const started = performance.now();
  const creating = create();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(okta.org.apps.size).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(okta.org.apps.size).toBe(1);
  await creating;
  expect(performance.now() - started).toBeGreaterThan(390);
});

/** Lets the time pass that a lag lasts: from now on it is a millisecond, which is over. */
async function afterLag(lag: 'listLagMs' | 'notFoundAfterCreateMs'): Promise<void> {
  okta.trouble[lag] = 1;
  await new Promise((resolve) => setTimeout(resolve, 5));
}

test('a list lags behind what was created', async () => {
  okta.trouble.listLagMs = 60_000;
  const id = await createApp(okta, 'Late');
  await createGroup(okta, 'Late');
  expect((await call(okta, 'GET', '/api/v1/apps?q=Late')).body).toEqual([]);
  expect((await call(okta, 'GET', '/api/v1/groups?search=profile.name+eq+"Late"')).body).toEqual([]);
  expect((await call(okta, 'GET', `/api/v1/apps/${id}`)).status).toBe(200);
  await afterLag('listLagMs');
  expect((await call(okta, 'GET', '/api/v1/apps?q=Late')).each('id')).toEqual([id]);
});

test('lists show changes and deletions late, and reading by ID at once', async () => {
  const [changed, gone, removed] = [
    await createApp(okta, 'Changed'),
    await createGroup(okta, 'Gone'),
    await createApp(okta, 'Removed'),
  ];
  // All of that is old.
  okta.org.readyAt = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 5));
  okta.trouble.listLagMs = 60_000;
  const app = (label: string): Promise<unknown> =>
    call(okta, 'PUT', `/api/v1/apps/${changed}`, oidcApp(label));
  const labels = async (): Promise<unknown> => (await call(okta, 'GET', '/api/v1/apps')).each('label');
  const groups = async (): Promise<unknown> => (await call(okta, 'GET', '/api/v1/groups?q=Gone')).each('id');
  await app('Changed once');
  await app('Changed twice');
  await call(okta, 'DELETE', `/api/v1/groups/${gone}`);
  await call(okta, 'POST', `/api/v1/apps/${removed}/lifecycle/deactivate`);
  await call(okta, 'DELETE', `/api/v1/apps/${removed}`);
  expect([await labels(), await groups()]).toEqual([['Changed', 'Removed'], [gone]]);
  expect((await call(okta, 'GET', '/api/v1/apps?filter=status+eq+"INACTIVE"')).body).toEqual([]);
  expect((await call(okta, 'GET', `/api/v1/apps/${changed}`)).at('label')).toBe('Changed twice');
  expect((await call(okta, 'GET', `/api/v1/apps/${removed}`)).status).toBe(404);
  expect((await call(okta, 'GET', `/api/v1/groups/${gone}`)).status).toBe(404);
  await afterLag('listLagMs');
  expect([await labels(), await groups()]).toEqual([['Changed twice'], []]);
});

test('a new app may be 404 for a while', async () => {
  okta.trouble.notFoundAfterCreateMs = 60_000;
  const id = await createApp(okta, 'New');
  expect((await call(okta, 'GET', `/api/v1/apps/${id}`)).status).toBe(404);
  expect((await call(okta, 'GET', `/api/v1/apps/${id}/groups`)).status).toBe(404);
  await afterLag('notFoundAfterCreateMs');
  expect((await call(okta, 'GET', `/api/v1/apps/${id}`)).status).toBe(200);
});

test('a DELETE may fail twice before it succeeds', async () => {
  const id = await createApp(okta, 'Stubborn');
  await call(okta, 'POST', `/api/v1/apps/${id}/lifecycle/deactivate`);
  okta.trouble.deleteFailures = 2;
  const statuses: number[] = [];
  for (let n = 0; n < 3; n += 1) statuses.push((await call(okta, 'DELETE', `/api/v1/apps/${id}`)).status);
  expect(statuses).toEqual([500, 500, 204]);
});

test('too many at once are refused with zeros', async () => {
  okta.trouble.concurrencyLimit = 2;
  okta.trouble.latency = 100;
  const replies = await Promise.all([1, 2, 3].map(() => call(okta, 'GET', '/api/v1/apps')));
  const refused = replies.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(1);
  expect(refused[0]?.at('errorCode')).toBe('E0000047');
  expect(refused[0]?.headers.get('x-rate-limit-limit')).toBe('0');
  expect(refused[0]?.headers.get('x-rate-limit-remaining')).toBe('0');
});

describe('two PUTs of an app that meet', () => {
  const put = (id: string, label: string): Promise<Reply> =>
    call(okta, 'PUT', `/api/v1/apps/${id}`, oidcApp(label));

  test('so many of the next are refused, and change nothing', async () => {
    const id = await createApp(okta, 'Before');
    okta.trouble.settingsConflicts = 2;
    for (const label of ['First', 'Second']) {
      const refused = await put(id, label);
      expect([refused.status, refused.at('errorCode'), refused.causes]).toEqual([
        403,
        'E0000039',
        ['The requested action cannot be supported for this application.'],
      ]);
    }
    expect(okta.org.apps.get(id)?.label).toBe('Before');
    expect((await put(id, 'Third')).status).toBe(200);
  });

  test('one of two within the window is refused, and one of another app is not', async () => {
    const [id, other] = [await createApp(okta, 'One'), await createApp(okta, 'Other')];
    okta.trouble.settingsConflictWindowMs = 60_000;
    const replies = await Promise.all([put(id, 'First'), put(id, 'Second'), put(other, 'Third')]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 403]);
    expect(okta.org.apps.get(other)?.label).toBe('Third');
    okta.trouble.settingsConflictWindowMs = 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await put(id, 'Later')).status).toBe(200);
  });

  test('of a catalog app, too', async () => {
    const bookmark = {
      name: 'bookmark',
      label: 'Bookmark',
      signOnMode: 'BOOKMARK',
      settings: { app: { requestIntegration: false, url: 'https://example.com' } },
    };
    const { id } = await call(okta, 'POST', '/api/v1/apps', bookmark);
    okta.trouble.settingsConflictWindowMs = 60_000;
    const statuses: number[] = [];
    for (let n = 0; n < 2; n += 1) {
      statuses.push((await call(okta, 'PUT', `/api/v1/apps/${id}`, bookmark)).status);
    }
    expect(statuses).toEqual([200, 403]);
  });
});

describe('labels in an org that escapes them', () => {
  const LABEL = `Tom & Jerry's`;
  const shown = async (id: string): Promise<unknown[]> => [
    (await call(okta, 'GET', `/api/v1/apps/${id}`)).at('label'),
    ...(await call(okta, 'GET', '/api/v1/apps')).each('label'),
  ];

  test('are escaped in answers, and kept as they were sent', async () => {
    const id = await createApp(okta, LABEL);
    expect(await shown(id)).toEqual([LABEL, LABEL]);
    okta.unknown.labelsEscaped = 'answered';
    expect(await shown(id)).toEqual(['Tom &amp; Jerry&#39;s', 'Tom &amp; Jerry&#39;s']);
    expect(okta.org.apps.get(id)?.label).toBe(LABEL);
    expect((await call(okta, 'GET', `/api/v1/apps?q=${encodeURIComponent('Tom & J')}`)).each('id')).toEqual([
      id,
    ]);
    await call(okta, 'PUT', `/api/v1/apps/${id}`, oidcApp('Tom &amp; Jerry&#39;s'));
    expect((await shown(id))[0]).toBe('Tom &amp;amp; Jerry&amp;#39;s');
  });

  test('are kept escaped by each write', async () => {
    okta.unknown.labelsEscaped = 'stored';
    const id = await createApp(okta, LABEL);
    expect(await shown(id)).toEqual(['Tom &amp; Jerry&#39;s', 'Tom &amp; Jerry&#39;s']);
    const put = await call(okta, 'PUT', `/api/v1/apps/${id}`, oidcApp('Tom &amp; Jerry&#39;s'));
    expect(put.at('label')).toBe('Tom &amp;amp; Jerry&amp;#39;s');
    okta.unknown.labelsEscaped = 'no';
    expect((await shown(id))[0]).toBe('Tom &amp;amp; Jerry&amp;#39;s');
  });
});

test('each switch has a row in the README, which begins with the value at the start', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const rows = new Map(
    [...readme.matchAll(/^\| `(\w+)` +\| (.*?) +\|/gm)].map(([, name, next]) => [name, next]),
  );
  for (const name of [...Object.keys(noTrouble()), 'fault', 'forbidden']) expect(rows.has(name)).toBe(true);
  for (const [name, value] of Object.entries(likelyUnknowns)) {
    expect(rows.get(name)).toMatch(new RegExp(`^\`${value}\`, `));
  }
});
