import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { runInThisContext } from 'node:vm';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { OrgRequestExecutor } from '../../src/okta/http/sdk.ts';
import type { JsonObject } from '../../src/util/json.ts';
import { runApart } from '../support/apart.ts';
import { virtualClock } from '../support/clock.ts';
import { answer, APPS, connectionTo, GET, PUT, TOKEN, type Matcher } from '../support/okta.ts';
import { root } from '../support/runner.ts';
import {
  WEB,
  changesOf,
  failure,
  foreignApp,
  numbers,
  runOn,
  succeed,
  type Inputs,
} from '../support/runs.ts';
import { listen, useOrg } from '../support/servers.ts';
import { runSource } from '../support/source.ts';

/** Servers that are hostile or broken, and an environment that somebody else has set: told for what it is, at once, within little memory. */

const org = useOrg();

/** Runs against a server that gives one answer to everything; the error, and how often it was asked. */
async function against(
  respond: (response: ServerResponse) => void,
): Promise<{ message: string; asked: number }> {
  let asked = 0;
  const host = await listen(
    createServer((_, response) => {
      asked += 1;
      respond(response);
    }),
  );
  const run = await runSource({
    with: { 'org-url': `http://${host}`, 'api-token': TOKEN, ...WEB },
    world: { clock: virtualClock() },
  });
  expect(run.exitCode).toBe(1);
  const message = run.errors[0] ?? '';
  return { message, asked };
}

const MiB = 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };
const BOMB = gzipSync(Buffer.alloc(300 * MiB, 0x20), { level: 1 });

describe('an answer that is larger than any of Okta’s is given up at once, and not asked for again', () => {
  const TOO_LARGE =
    /^Cannot find the app "shop": the answer of 127\.0\.0\.1:\d+ \(HTTP 200\) is larger than any of Okta's\. Check that "org-url" is/;

  test.each<[string, Record<string, string>, () => Buffer]>([
    ['a gzip of 300 MB', { 'content-encoding': 'gzip' }, () => BOMB],
    ['40 MB as they are', {}, () => Buffer.alloc(40 * MiB, 0x20)],
    ['6 MB as text of two bytes a character', {}, () => Buffer.from(`["Ā"${' '.repeat(6 * MiB)}]`)],
    ['11 million empty objects', {}, () => Buffer.from(`[${'{},'.repeat(11_000_000)}{}]`)],
    ['a million nested lists', {}, () => Buffer.from('['.repeat(1_000_001))],
  ])('%s', async (_, headers, make) => {
    const body = make();
    const { message, asked } = await against((response) => {
      response.writeHead(200, { ...JSON_TYPE, ...headers }).end(body);
    });
    expect(message).toMatch(TOO_LARGE);
    expect(asked).toBe(1);
  });

  test('one that never ends is not read to its end, and its connection is closed', async () => {
    let sent = 0;
    let closed: Promise<unknown> | undefined;
    const { message, asked } = await against((response) => {
      closed = once(response, 'close');
      const chunk = Buffer.alloc(MiB, 0x20);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += 1;
      };
      response.writeHead(200, JSON_TYPE).on('drain', more);
      more();
    });
    await closed;
    expect(message).toMatch(TOO_LARGE);
    expect(asked).toBe(1);
    expect(sent).toBeLessThan(100);
  }, 5000);

  test('it costs less than 300 MB', async () => {
    const host = await listen(
      createServer((_, response) => {
        response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(BOMB);
      }),
    );
    const executor = new OrgRequestExecutor(`http://${host}`, 'test');
    const before = process.memoryUsage().rss;
    const answer = await executor.attempt({ url: `http://${host}/`, method: 'GET', headers: {} }, 10_000);
    expect(answer).toEqual({ kind: 'oversized', status: 200 });
    expect((process.memoryUsage().rss - before) / MiB).toBeLessThan(300);
  });
});

describe('lists that never end cost less than 300 MB', () => {
  /**
   * Runs in a process of its own against a server: what is told, and the most memory that it took, in MB. On a busy machine, the garbage
   * collector comes late: the least of up to three runs counts.
   */
  async function apart(
    listener: (request: IncomingMessage, response: ServerResponse) => void,
    inputs: Inputs = {},
  ): Promise<{ log: string; peak: number }> {
    const host = await listen(createServer(listener));
    const values = {
      'org-url': `http://${host}`,
      'api-token': TOKEN,
      'timeout-seconds': '60',
      ...WEB,
      ...inputs,
    };
    let run = await runApart(values);
    for (let more = 2; more > 0 && run.peak - least >= 300; more -= 1) {
      const again = await runApart(values);
      if (again.peak < run.peak) run = again;
    }
    return run;
  }

  /** A page of so many items, and where the next one is. */
  const page = (request: IncomingMessage, response: ServerResponse, items: string, padding = ''): void => {
    const next = `http://${request.headers.host ?? ''}/api/v1/apps?after=${randomUUID()}${padding}`;
    const path = request.url?.includes('/groups') ? next.replace('/apps', '/groups') : next;
    response.writeHead(200, { ...JSON_TYPE, link: `<${path}>; rel="next"` }).end(`[${items}]`);
  };
  const many = (count: number, item: object): string => Array(count).fill(JSON.stringify(item)).join();
  const APP = { id: '0oa1b2c3d4E5F6g7H8i9', label: 'shop', signOnMode: 'OPENID_CONNECT' };
  const LONG = { ...APP, notes: 'x'.repeat(40_000) };
  const SMALL = { ...APP, settings: { a: Array(200).fill([]) } };
  const TOO_LONG = /Cannot find the (app|group) "[^"]+": the list is too long to be read\./;

  let least = 0;

  beforeAll(async () => {
    const { peak } = await apart((_, response) => response.writeHead(401).end());
    least = peak;
  });

  test.each<[string, string]>([
    ['of large apps', many(200, LONG)],
    ['of apps with many small values', many(200, SMALL)],
    ['of apps that are not wanted', many(200, { ...LONG, label: 'other' })],
    ['of empty objects', many(10_000, {})],
  ])('%s', async (_, items) => {
    const { log, peak } = await apart((request, response) => {
      page(request, response, items);
    });
    expect(log).toMatch(TOO_LONG);
    expect(peak - least).toBeLessThan(300);
  });

  test('of empty pages with long addresses, which end after a thousand', async () => {
    let asked = 0;
    const { log, peak } = await apart((request, response) => {
      asked += 1;
      page(request, response, '', 'x'.repeat(14_000));
    });
    expect(log).toMatch(TOO_LONG);
    expect(asked).toBe(1001);
    expect(peak - least).toBeLessThan(300);
  });

  test('eight at once', async () => {
    const items = many(200, LONG);
    const groups = Array.from({ length: 8 }, (_, i) => `group ${i}`).join('\n');
    const { log, peak } = await apart(
      (request, response) => {
        if (request.url?.includes('/groups')) page(request, response, items);
        else response.writeHead(200, JSON_TYPE).end('[]');
      },
      { groups },
    );
    expect(log).toMatch(TOO_LONG);
    expect(peak - least).toBeLessThan(300);
  });
});

test.each<[string, (page: number) => string, JsonObject[], string]>([
  [
    'too long',
    (page) => `/api/v1/groups?after=${page}`,
    Array<JsonObject>(10_000).fill({ description: 'x'.repeat(700) }),
    'the list is too long to be read. Check that "org-url" is your Okta org. If there really are that many, narrow it down: the sweep takes a "name-prefix".',
  ],
  [
    'in pages larger than any of Okta’s',
    (page) => `/api/v1/groups?after=${page}`,
    Array<JsonObject>(10_001).fill({}),
    'Okta answered with something other than a list. Check that "org-url" is your Okta org.',
  ],
  ['a loop', () => '/api/v1/groups?after=1', [], "Okta's pagination loops. Run it again later."],
])('a list that is %s ends the run, which says so', async (_, next, body, says) => {
  let page = 0;
  org.trouble.fault = ({ path }) =>
    path === '/api/v1/groups'
      ? { kind: 'answer', status: 200, headers: { link: `<${next(++page)}>; rel="next"` }, body }
      : undefined;
  expect(await failure(org, { ...WEB, groups: 'Staff' })).toBe(`Cannot find the group "Staff": ${says}`);
  expect(page).toBeLessThan(6);
});

test('a list that was read takes no room from the next one', async () => {
  const names = Array.from('ABCDEFGHIJKLMNOP', (letter) => `${letter} group`);
  // Eight at once are 24 MB, of the 32 that a run keeps.
  for (const name of names) {
    const group = org.org.groups.get(await org.group(name));
    if (group) group.profile['description'] = 'x'.repeat(3 * MiB);
  }
  await succeed(org, { ...WEB, groups: names.join('\n') });
});

describe('what an answer is packed with', () => {
  test('gzip is unpacked', async () => {
    const host = await listen(
      createServer((request, response) => {
        expect(request.headers['accept-encoding']).toBe('gzip');
        response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(gzipSync('["ä"]'));
      }),
    );
    const executor = new OrgRequestExecutor(`http://${host}`, 'test');
    const answer = await executor.attempt({ url: `http://${host}/`, method: 'GET', headers: {} }, 10_000);
    expect(answer).toMatchObject({ status: 200, text: '["ä"]' });
  });

  test('nothing is nothing, whatever it is said to be packed with', async () => {
    await org.group('Staff');
    org.refuse(PUT(/\/groups\/\w+$/), {
      kind: 'answer',
      status: 204,
      headers: { 'content-encoding': 'gzip' },
      body: '',
    });
    expect((await succeed(org, { ...WEB, groups: 'Staff' })).outputs['result']).toBe('created');
  });

  test.each<[string, string, Buffer]>([
    ['a gzip that is none', 'gzip', Buffer.from('["a"]')],
    ['a gzip cut short', 'gzip', gzipSync('["a"]').subarray(0, 12)],
    ['what was not asked for', 'br', brotliCompressSync('["a"]')],
  ])('%s is no complete JSON', async (_, encoding, body) => {
    const { message, asked } = await against((response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-encoding': encoding }).end(body);
    });
    expect(message).toMatch(/the answer of .* \(HTTP 200\) is no complete JSON/);
    expect(asked).toBeGreaterThan(1);
  });
});

describe('a page that is hard to read holds up no run, and is reported in short', () => {
  test.each<[string, string]>([
    ['200 kB of <', '<'.repeat(200_000)],
    ['400 kB of <script', '<script'.repeat(57_000)],
    ['8 MB of <style', '<style>'.repeat(1_200_000)],
    ['1 MB of dots', `${'.'.repeat(1_000_000)}x`],
    ['1 MB of blanks', `${' '.repeat(1_000_000)}x`],
  ])('%s', async (_, body) => {
    org.trouble.fault = () => ({ kind: 'answer', status: 400, body });
    const message = await failure(org, WEB);
    expect(message).toMatch(/^Cannot find the app "shop": Okta answered 400/);
    expect(message.length).toBeLessThan(1000);
    org.trouble.fault = () => ({
      kind: 'answer',
      status: 400,
      body: { errorCode: body, errorSummary: body },
    });
    expect((await failure(org, WEB)).length).toBeLessThan(2000);
  });

  test('its words are told, without its scripts and styles', async () => {
    const body = '<style>p{}</style><p>Not <b>here</b></p><SCRIPT>if (a < b) c()</SCRIPT> a < b';
    org.trouble.fault = () => ({ kind: 'answer', status: 400, body });
    expect(await failure(org, WEB)).toContain('Okta answered 400: Not here a < b.');
  });
});

describe('an app that holds more than a run can hide', () => {
  test.each<[string, JsonObject]>([
    ['passwords', { passwords: numbers(501).map((number) => `hidden-value-${number}`) }],
    [
      'lines of one',
      {
        password: numbers(501)
          .map((number) => `hidden-value-${number}`)
          .join('\n'),
      },
    ],
    [
      'URIs with passwords',
      { urls: numbers(501).map((number) => `https://a:hidden-value-${number}@b.example`) },
    ],
  ])('ends the run, which says so: %s', async (_, profile) => {
    await foreignApp(org, 'shop', { profile });
    const run = await runOn(org, { name: 'shop', state: 'read' });
    expect(run.errors).toEqual([
      'Cannot use the app "shop": with it, more than 500 values look like secrets and would have to be masked. Look at its "profile" in Okta: remove what is not needed, and give what is no secret another name.',
    ]);
    expect(run.log).not.toContain('hidden-value');
  });

  test('what several apps hold is counted together, and each value once', async () => {
    const profile = { passwords: numbers(400).map((number) => `hidden-value-${number}`) };
    await foreignApp(org, 'shop', { profile });
    const run = await succeed(org, {
      ...WEB,
      adopt: 'true',
      'logo-uri': 'https://shop.example.com/logo.png',
    });
    expect(run.outputs['result']).toBe('updated');
    await foreignApp(org, 'shop', {
      profile: { passwords: numbers(200).map((number) => `other-value-${number}`) },
    });
    expect(await failure(org, WEB)).toMatch(/^Cannot use the app "shop": with it, more than 500 values/);
  });
});

describe('values that make no sense', () => {
  test.each(['lists', 'objects'])('%s that are nested 2000 levels deep are no answer', async (what) => {
    const [open, close] = what === 'lists' ? ['[', ']'] : ['{"a":', '}'];
    const deep = `${open.repeat(2000)}1${close.repeat(2000)}`;
    const body = `[{"id":"0oa1","label":"shop","signOnMode":"OPENID_CONNECT","profile":{"x":${deep}}}]`;
    const { message, asked } = await against((response) => {
      response.writeHead(200, JSON_TYPE).end(body);
    });
    expect(message).toMatch(/^Cannot find the app "shop": the answer of .* \(HTTP 200\) is no complete JSON/);
    expect(asked).toBeGreaterThan(1);
  });

  test.each([null, 7, [], {}, { id: 5, label: 'shop' }, { id: '0oa1', label: null }])(
    'a new app that is %j is none',
    async (body) => {
      org.trouble.fault = ({ method }) =>
        method === 'POST' ? { kind: 'answer', status: 200, body: body as object } : undefined;
      expect(await failure(org, WEB)).toBe(
        'Cannot create the app "shop": Okta answered with something other than an app. Check that "org-url" is your Okta org.',
      );
    },
  );

  test('apps in a list without an ID or a label are none', async () => {
    const app = { id: '0oa1', label: 'shop', signOnMode: 'OPENID_CONNECT' };
    org.once(GET(APPS), answer(200, [null, 'shop', { ...app, id: 5 }, { ...app, label: undefined }]));
    expect((await succeed(org, WEB)).outputs['result']).toBe('created');
  });

  test.each([undefined, 7, 'authorization_code', { 0: 'authorization_code' }])(
    'grant types that are no list, %j, are none',
    async (grants) => {
      await succeed(org, WEB);
      const [shop] = org.org.apps.values();
      if (!shop) throw new Error('There is no app.');
      const { settings } = shop.body as { settings: { oauthClient: JsonObject } };
      const oauthClient = { ...settings.oauthClient, grant_types: grants };
      shop.body = { ...shop.body, settings: { ...settings, oauthClient } };
      expect(await failure(org, { ...WEB, 'logo-uri': 'https://shop.example.com/logo.png' })).toMatch(
        /^Cannot make the app "shop" as asked for: "grant-types" lacks "authorization_code"/,
      );
    },
  );

  test.each<[string, Matcher, unknown, Inputs, string]>([
    [
      'groups of an app',
      GET(/\/apps\/\w+\/groups$/),
      [{}, 5, { id: 7 }],
      { groups: 'Staff' },
      'the group "Staff"',
    ],
    [
      'users of an app',
      GET(/\/apps\/\w+\/users$/),
      [{}, 5, { id: 7 }],
      { users: 'ann@example.com', assignments: 'exact' },
      'the user "ann@example.com"',
    ],
    [
      'one user of an app',
      GET(/\/apps\/\w+\/users\/\w+$/),
      {},
      { users: 'ann@example.com' },
      'the user "ann@example.com"',
    ],
    [
      'one user of an app as a list',
      GET(/\/apps\/\w+\/users\/\w+$/),
      [],
      { users: 'ann@example.com' },
      'the user "ann@example.com"',
    ],
  ])('%s without an ID are none', async (_, which, body, inputs, what) => {
    await org.group('Staff');
    await org.user('ann@example.com');
    await succeed(org, { ...WEB, ...inputs });
    org.refuse(which, { kind: 'answer', status: 200, body: body as object });
    const run = await succeed(org, { ...WEB, ...inputs });
    expect(run.log).toContain(`Assigned ${what}.`);
    expect(run.log).not.toContain('off the app');
  });

  test.each<[string, JsonObject[]]>([
    ['an ID', [{ profile: { name: 'Staff' } }]],
    ['a name', [{ id: '00g1' }, { id: '00g1', profile: {} }, { id: '00g1', profile: { name: 5 } }]],
  ])('groups without %s are none', async (_, groups) => {
    org.refuse(GET('/api/v1/groups'), { kind: 'answer', status: 200, body: groups });
    expect(await failure(org, { ...WEB, groups: 'Staff' })).toMatch(
      /^Cannot find the group "Staff": Okta has none of exactly that name\./,
    );
  });

  test('a group and a user that are read by what the inputs give, and are nameless, go by that', async () => {
    const [group, user] = [await org.group('Staff'), await org.user('ann@example.com')];
    org.refuse(GET(`/api/v1/groups/${group}`), { kind: 'answer', status: 200, body: {} });
    org.refuse(GET(/^\/api\/v1\/users\//), { kind: 'answer', status: 200, body: { id: user } });
    const run = await succeed(org, { ...WEB, groups: group, users: 'ann@example.com' });
    expect(run.log).toContain(`Assigned the group "${group}".`);
    expect(run.log).toContain('Assigned the user "ann@example.com".');
  });

  test('keys that are none are replaced', async () => {
    const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
    const keyed = { ...WEB, jwks: JSON.stringify({ ...jwk, kid: 'one' }) };
    await succeed(org, keyed);
    const [shop] = org.org.apps.values();
    if (!shop) throw new Error('There is no app.');
    const { settings } = shop.body as { settings: { oauthClient: JsonObject } };
    const oauthClient = { ...settings.oauthClient, jwks: { keys: [null, 'one', ['one']] } };
    shop.body = { ...shop.body, settings: { ...settings, oauthClient } };
    expect((await succeed(org, keyed)).outputs['result']).toBe('updated');
    expect((await succeed(org, keyed)).outputs['result']).toBe('unchanged');
  });

  test('9 MB that begin as a PEM file are hidden', async () => {
    await foreignApp(org, 'shop', { profile: { note: `-----BEGIN KEY-----${'x'.repeat(9_500_000)}` } });
    const run = await runOn(org, { ...WEB, adopt: 'true', settings: 'profile: { note: plain }' });
    expect(run.log).not.toContain('xxx');
    expect(run.outputs['result']).toBe('updated');
  });

  test.each(['Sat, 13 Sep 275760 00:00:00 GMT', 'Fri, 01 Jan 9999 00:00:00 GMT'])(
    'a date that no clock shows is none: %s',
    async (date) => {
      org.trouble.fault = ({ index }) =>
        index > 0 ? undefined : { kind: 'answer', status: 200, headers: { date }, body: [] };
      const run = await succeed(org, { ...WEB, 'expires-after': '2d' });
      expect(changesOf(run)).toContainEqual({
        field: 'expires',
        from: null,
        to: expect.stringMatching(/^20\d\d-/) as unknown,
      });
      const reset = String(Date.parse(date) / 1000 + 60);
      let asked = 0;
      org.trouble.fault = () =>
        asked++ > 0
          ? undefined
          : { kind: 'answer', status: 429, headers: { date, 'x-rate-limit-reset': reset } };
      expect((await succeed(org, WEB)).log).toContain("Okta's rate limit is used up");
    },
  );

  test.each(['9e300', '1e400', '-5', '0', 'soon', '', '99999999999999999999'])(
    'a rate limit that is reset at "%s" is waited for as if nothing were said',
    async (reset) => {
      let asked = 0;
      org.trouble.fault = () =>
        asked++ === 0
          ? { kind: 'answer', status: 429, headers: { 'x-rate-limit-reset': reset }, body: {} }
          : undefined;
      const run = await succeed(org, WEB);
      expect(run.log).toMatch(/Okta's rate limit is used up\. Waiting [\d.]+ s\./);
    },
  );

  test.each<[string, unknown]>([
    ['no list', ''],
    ['a word', 'none'],
    ['a number', 5],
    ['an object', {}],
    ['nothing', null],
    ['a list of nothing', [null, 5, 'x']],
    ['ten thousand', Array(10_000).fill({ errorSummary: 'because' })],
  ])('causes that are %s', async (_, errorCauses) => {
    const body = { errorCode: 'E0000001', errorSummary: 'Bad.', errorCauses };
    org.trouble.fault = () => ({ kind: 'answer', status: 400, body });
    const message = await failure(org, WEB);
    expect(message).toMatch(/Okta answered 400 \(E0000001\): Bad(; because){0,20}\. Change the inputs/);
  });
});

describe('a server that is not there', () => {
  test('is told within seconds', async () => {
    const clock = virtualClock();
    const host = '127.0.0.1:9';
    const run = await runSource({
      with: { 'org-url': `http://${host}`, 'api-token': TOKEN, ...WEB },
      world: { clock },
    });
    expect(run.annotations[0]?.message).toMatch(
      /^Cannot find the app "shop": the connection to 127\.0\.0\.1:9 failed \(ECONNREFUSED\)/,
    );
    expect(clock.slept.length).toBe(2);
    expect(clock.slept.reduce((a, b) => a + b)).toBeLessThan(3000);
  });
});

describe('a proxy that is no address', () => {
  test.each([
    'http://',
    'http://bad host:3128',
    'socks5://127.0.0.1:1080',
    'me:secret@proxy:port',
    '::',
    'file:///x',
  ])('"%s" is told without showing it, and the org is not asked another way', async (proxy) => {
    const run = await runSource({
      with: { ...connectionTo(org), 'org-url': 'https://acme.okta.com', ...WEB },
      env: { https_proxy: proxy },
    });
    expect(run.exitCode).toBe(1);
    expect(run.annotations.map(({ message }) => message)).toEqual([
      'Cannot reach acme.okta.com through the proxy: https_proxy holds no http address. Set it to one, as in http://proxy.example.com:3128, or name acme.okta.com in no_proxy.',
    ]);
  });
});

describe('NODE_TLS_REJECT_UNAUTHORIZED=0', () => {
  const tls = (name: string): string => join(root, '__tests__/support/tls', name);
  const impostor = () => {
    const tokens: string[] = [];
    const tunnels: unknown[] = [];
    const server = createTlsServer(
      { key: readFileSync(tls('key.pem')), cert: readFileSync(tls('certificate.pem')) },
      (request, response) => {
        tokens.push(request.headers.authorization ?? '');
        response.writeHead(200, JSON_TYPE).end('[]');
      },
    );
    server.on('connect', (request: IncomingMessage, socket: Duplex) => {
      tunnels.push(request.url);
      socket.end();
    });
    return { server, tokens, tunnels };
  };

  test('ends the run before any request', async () => {
    const run = await runOn(org, WEB, { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
    expect(run.exitCode).toBe(1);
    expect(run.annotations[0]?.message).toMatch(
      /^Cannot send credentials safely: NODE_TLS_REJECT_UNAUTHORIZED is 0.*NODE_EXTRA_CA_CERTS\.$/,
    );
    expect(org.taken()).toEqual([]);
  });

  test.each<[string, (host: string) => Record<string, string>]>([
    ['', () => ({})],
    [' of the proxy', (host) => ({ https_proxy: `https://${host}` })],
  ])('is of no use to an impostor%s either, if it is set later', async (_, proxy) => {
    const { server, tokens, tunnels } = impostor();
    const host = await listen(server);
    const before = process.env['https_proxy'];
    Object.assign(process.env, proxy(host));
    // Jest gives each test file a copy of what Node itself reads.
    const nodes = runInThisContext('process.env') as NodeJS.ProcessEnv;
    nodes['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const url = 'https_proxy' in proxy(host) ? 'https://acme.okta.com' : `https://${host}`;
      const headers = { authorization: `SSWS ${TOKEN}` };
      const answer = await new OrgRequestExecutor(url, 'test').attempt({ url, method: 'GET', headers }, 5000);
      expect(answer).toMatchObject({
        kind: 'connection',
        code: expect.stringMatching(/CERT|UNABLE|ECONNRESET/) as unknown,
      });
      expect([...tokens, ...tunnels]).toEqual([]);
    } finally {
      delete nodes['NODE_TLS_REJECT_UNAUTHORIZED'];
      if (before === undefined) delete process.env['https_proxy'];
      else process.env['https_proxy'] = before;
    }
  });
});
