import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { startEmulator } from '../../emulator/src/index.ts';
import { replayCommand } from '../../scripts/replay/command.ts';

/** Recordings that are made up, of an org that is called acme: what the command says of them. */

const folder = mkdtempSync(join(tmpdir(), 'replay-'));
/** An org that the command does not start, for what it is sent. */
const emulator = await startEmulator({ token: 'T' });
const there = ['--url', emulator.url, '--token', 'T'];
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await emulator.close();
});

interface Sent {
  method: string;
  path: string;
  body?: object;
  status?: number;
  answer?: unknown;
  host?: string;
}

const ACME = 'acme.okta.com';
const SHOP = '00g1aaaaaaaaaaaaaaaa';
const BLOG = '00g2bbbbbbbbbbbbbbbb';
const TIME = '2025-03-13T23:16:57.000Z';

/** A group as an org answers it; its links have another host than the requests, as in some published recordings. */
function group(id: string, name: string, more: object = {}): Record<string, unknown> {
  const link = (path: string): object => ({
    href: `https://acme.oktapreview.com/api/v1/groups/${id}/${path}`,
  });
  const logo = (size: string): object => ({
    name: size,
    href: `https://op1static.oktacdn.com/assets/${size}.1b7f.png`,
    type: 'image/png',
  });
  return {
    id,
    created: TIME,
    lastUpdated: TIME,
    lastMembershipUpdated: TIME,
    objectClass: ['okta:user_group'],
    type: 'OKTA_GROUP',
    profile: { name, description: 'of acme' },
    _links: { logo: [logo('medium'), logo('large')], users: link('users'), apps: link('apps') },
    ...more,
  };
}

const create = (id: string, name: string, more?: object): Sent => ({
  method: 'POST',
  path: '/api/v1/groups',
  body: { profile: { name, description: 'of acme' } },
  answer: group(id, name, more),
});
const read = (id: string, answer: unknown, status = 200): Sent => ({
  method: 'GET',
  path: `/api/v1/groups/${id}`,
  status,
  answer,
});
const list = (...groups: object[]): Sent => ({ method: 'GET', path: '/api/v1/groups', answer: groups });
const remove = (id: string): Sent => ({ method: 'DELETE', path: `/api/v1/groups/${id}`, status: 204 });

/** Writes a cassette as go-vcr does. */
function cassette(name: string, ...exchanges: Sent[]): string {
  const interactions = exchanges.map(({ method, path, body, status = 200, answer, host = ACME }, id) => ({
    id,
    request: {
      body: body ? `${JSON.stringify(body)}\n` : '',
      headers: { Authorization: ['SSWS REDACTED'], ...(body && { 'Content-Type': ['application/json'] }) },
      url: `https://${host}${path}`,
      method,
    },
    response: {
      body: answer === undefined ? '' : JSON.stringify(answer),
      headers: {},
      status: String(status),
      code: status,
    },
  }));
  return written(`${name}.yaml`, stringify({ version: 2, interactions }));
}

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** The lines of the score: how many have the same status, the same body, and are exactly the same. */
const score = (output: string): string[] =>
  [...output.matchAll(/^ {2}(?:same|exactly).*: (\d+) \(/gm)].map(([, number = '']) => number);

async function replay(...args: string[]): Promise<{ code: number; output: string }> {
  let output = '';
  const code = await replayCommand(args, (text) => (output += `${text.replaceAll(`${folder}/`, '')}\n`));
  return { code, output };
}

const life = [create(SHOP, 'Shop'), read(SHOP, group(SHOP, 'Shop')), remove(SHOP)];

test('a recording that the emulator answers alike scores 100 %, whatever IDs, times and hosts it has', async () => {
  const { code, output } = await replay('--floor', '100', cassette('life', ...life));
  expect(output).toBe(
    [
      'life.yaml: 3 of 3 exchanges answered exactly',
      '',
      'Recordings: 1, exchanges: 3',
      '  same status: 3 (100.0 %)',
      '  same body, apart from links: 3 (100.0 %)',
      '  exactly the same: 3 (100.0 %)',
      '',
    ].join('\n'),
  );
  expect(code).toBe(0);
});

test('an answer that differs is shown, and counts by what differs: the status, the body or only links', async () => {
  const file = cassette(
    'differs',
    create(SHOP, 'Shop', { type: 'APP_GROUP', objectClass: [], extra: [true] }),
    read(SHOP, group(SHOP, 'Shop', { _links: {} })),
    read(SHOP, { errorCode: 'E0000007' }, 404),
    read(SHOP, { ...group(SHOP, 'Shop'), id: BLOG }),
  );
  const { code, output } = await replay(file);
  expect(output.split('\n').slice(0, 5)).toEqual([
    'differs.yaml: 0 of 4 exchanges answered exactly',
    '  #0 POST /api/v1/groups: objectClass[0]: recorded nothing, replayed "okta:user_group" (and 2 more)',
    expect.stringMatching(/ {2}#1 GET \S+: _links.logo: recorded nothing, replayed \[.*…? \(and 2 more\)$/),
    `  #2 GET /api/v1/groups/${SHOP}: status: recorded 404, replayed 200`,
    expect.stringMatching(/ {2}#3 GET \S+: id: recorded "00g2bbbbbbbbbbbbbbbb", replayed "00g\w{17}"$/),
  ]);
  expect(score(output)).toEqual(['3', '1', '0']);
  expect(code).toBe(0);
  const { output: all } = await replay('--verbose', file);
  expect(all.split('\n').slice(1, 4)).toEqual([
    '  #0 POST /api/v1/groups: objectClass[0]: recorded nothing, replayed "okta:user_group"',
    '  #0 POST /api/v1/groups: type: recorded "APP_GROUP", replayed "OKTA_GROUP"',
    '  #0 POST /api/v1/groups: extra: recorded [true], replayed nothing',
  ]);
});

test('an exchange is skipped if it cannot be repeated, which is said, and counts as one that differs', async () => {
  const file = cassette(
    'skipped',
    ...life,
    read(BLOG, group(BLOG, 'Blog')),
    list(group(BLOG, 'Blog')),
    { ...read(SHOP, group(SHOP, 'Shop')), host: 'acme-admin.okta.com' },
    { ...read(SHOP, {}), status: 429 },
  );
  const { code, output } = await replay('--floor', '43', file);
  const older = 'it asks for an object that was there before the recording began';
  expect(output).toContain(`  #3 GET /api/v1/groups/${BLOG}: skipped, since ${older}\n`);
  expect(output.slice(output.indexOf('Recordings'))).toBe(
    [
      'Recordings: 1, exchanges: 7',
      '  same status: 3 (42.9 %)',
      '  same body, apart from links: 3 (42.9 %)',
      '  exactly the same: 3 (42.9 %)',
      `  skipped, since ${older}: 1 (14.3 %)`,
      '  skipped, since all that it lists was there before the recording began: 1 (14.3 %)',
      '  skipped, since it was sent to another host than the first request: 1 (14.3 %)',
      '  skipped, since the org was over its rate limit: 1 (14.3 %)',
      'Fewer than 43 % of the exchanges were answered exactly.',
      '',
    ].join('\n'),
  );
  expect(code).toBe(1);
  expect((await replay('--floor', '42.8', file)).code).toBe(0);
});

test('lists are compared by what the recording made: what is missing or too much is shown, other objects are not', async () => {
  const { output } = await replay(
    cassette(
      'lists',
      list(),
      create(SHOP, 'Shop'),
      list(group(BLOG, 'Blog'), group(SHOP, 'Shop')),
      list(group(BLOG, 'Blog')),
      remove(SHOP),
      list(group(SHOP, 'Shop')),
    ),
  );
  expect(output.split('\n').slice(0, 3)).toEqual([
    'lists.yaml: 4 of 6 exchanges answered exactly',
    '  #3 GET /api/v1/groups: [Shop]: in the replay, and not recorded',
    '  #5 GET /api/v1/groups: [0]: recorded, and missing in the replay',
  ]);
});

const APP = '0oa1aaaaaaaaaaaaaaaa';

/** An app of the recorded org. */
const app = (client_secret?: string, label = 'Shop'): object => ({
  label,
  name: 'oidc_client',
  signOnMode: 'OPENID_CONNECT',
  credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_basic', client_secret } },
  settings: {
    oauthClient: {
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: ['https://shop.example/callback'],
    },
  },
});

test('what belongs to an object that the recording made has to be listed completely', async () => {
  const secrets = (...ids: string[]): Sent => ({
    method: 'GET',
    path: `/api/v1/apps/${APP}/credentials/secrets`,
    answer: ids.map((id) => ({ id, status: 'ACTIVE' })),
  });
  const { output } = await replay(
    '--verbose',
    cassette(
      'secrets-of-an-app',
      { method: 'POST', path: '/api/v1/apps', body: app(), answer: { id: APP, ...app() } },
      secrets('ocs1aaaaaaaaaaaaaaaa'),
      secrets('ocs1aaaaaaaaaaaaaaaa', 'ocs2bbbbbbbbbbbbbbbb'),
      secrets(),
    ),
  );
  const path = `GET /api/v1/apps/${APP}/credentials/secrets`;
  expect(output.split('\n').filter((line) => / (missing|not recorded)/.test(line))).toEqual([
    `  #2 ${path}: [1]: recorded, and missing in the replay`,
    expect.stringMatching(/^ {2}#3 .*: \[ocs\w{17}\]: in the replay, and not recorded$/),
  ]);
});

test('a value that the org made up is sent back as the replay has it, and one that the client sent is compared', async () => {
  const write = (sent: object, answered: object): Sent => ({
    method: 'PUT',
    path: `/api/v1/apps/${APP}`,
    body: sent,
    answer: { id: APP, ...answered },
  });
  const [made, chosen] = ['made-up-by-the-recorded-org', 'chosen-by-the-client-of-the-app'];
  emulator.requests.length = 0;
  const { output } = await replay(
    '--verbose',
    ...there,
    cassette(
      'secrets',
      { method: 'POST', path: '/api/v1/apps', body: app(), answer: { id: APP, ...app(made) } },
      write(app(made), app(made)),
      write(app(chosen), app(chosen)),
      write(app(chosen, 'a-secret-of-a-shop'), app('a-secret-of-a-shop', 'a-secret-of-a-shop')),
    ),
  );
  expect(output.split('\n').filter((line) => line.includes('client_secret'))).toEqual([
    `  #3 PUT /api/v1/apps/${APP}: credentials.oauthClient.client_secret: differs`,
  ]);
  const [, second, third] = emulator.requests.map(({ body }) => JSON.stringify(body));
  expect(second).toMatch(/"client_secret":"[\w-]+"/);
  expect(second).not.toContain(made);
  expect(third).toContain(chosen);
});

test('what depends on the org alone is not compared, unless the client sent it', async () => {
  const universalLogout = { status: 'DISABLED' };
  const lines = async (body: object): Promise<string[]> => {
    const answer = { id: APP, ...app(), universalLogout };
    const { output } = await replay(
      '--verbose',
      cassette('org', { method: 'POST', path: '/api/v1/apps', body, answer }),
    );
    return output.split('\n').filter((line) => /universalLogout|emOptInStatus/.test(line));
  };
  expect(await lines(app())).toEqual([]);
  expect(await lines({ ...app(), universalLogout })).toEqual([
    expect.stringContaining(': universalLogout: recorded {"status":"DISABLED"}, replayed null'),
  ]);
});

test('--url and --token name an org that is there already', async () => {
  emulator.requests.length = 0;
  const { code, output } = await replay(...there, cassette('url', ...life));
  expect([code, score(output)]).toEqual([0, ['3', '3', '3']]);
  const sent = emulator.requests.map(({ method, status }) => `${method} ${status}`);
  expect(sent).toEqual(['POST 200', 'GET 200', 'DELETE 204']);
});

test('an org of its own has the address of the recorded one, from which Okta makes up names', async () => {
  const settings = {
    signOn: {
      ssoAcsUrl: 'https://shop.example/acs',
      recipient: 'https://shop.example/acs',
      destination: 'https://shop.example/acs',
      audience: 'https://shop.example',
      subjectNameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
      authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
      signatureAlgorithm: 'RSA_SHA256',
      digestAlgorithm: 'SHA256',
      responseSigned: true,
      assertionSigned: true,
    },
  };
  const body = { label: 'Shop', signOnMode: 'SAML_2_0', settings };
  const answer = { id: APP, name: 'acme_shop_1', _links: group(SHOP, '')['_links'] };
  const { output } = await replay(
    '--verbose',
    cassette('saml', { method: 'POST', path: '/api/v1/apps', body, answer }),
  );
  expect(output).toContain('#0 POST /api/v1/apps: label: recorded nothing, replayed "Shop"');
  expect(output).not.toContain(': name: ');
});

test('the org is of the engine that the recording says, or of the one that is asked for', async () => {
  const asked = (pipeline: string): Sent => ({
    method: 'GET',
    path: '/.well-known/okta-organization',
    answer: { pipeline },
  });
  const pipelines = ['v1', 'idx'].map((name) => cassette(name, asked(name)));
  const differing = async (...args: string[]): Promise<string[]> => {
    const { output } = await replay(...args, ...pipelines);
    return output.split('\n').filter((line) => line.includes(': pipeline'));
  };
  const verbose = ['--verbose', '--with', 'groupOwners', '--without=realms'];
  expect(await differing(...verbose)).toEqual([]);
  expect(await differing(...verbose, '--engine', 'classic')).toEqual([
    '  #0 GET /.well-known/okta-organization: pipeline: recorded "idx", replayed "v1"',
  ]);
});

test('a JSON list of exchanges is a recording, too', async () => {
  const [{ answer, body, ...made }, { answer: again, ...seen }] = [
    create(SHOP, 'Shop'),
    read(SHOP, group(SHOP, 'Shop')),
  ];
  const exchanges = [
    { method: made.method, url: made.path, body, status: 200, response: answer },
    { method: seen.method, url: seen.path, body: null, status: 200, response: again },
    { method: 'DELETE', url: seen.path, body: null, status: 204, response: null },
  ];
  const { code, output } = await replay('--floor', '100', written('list.json', JSON.stringify(exchanges)));
  expect([code, score(output)]).toEqual([0, ['3', '3', '3']]);
});

test('--with and --without say what the org has', async () => {
  const { _links, ...rest } = group(SHOP, 'Everyone') as { _links: object };
  const owners = { href: `https://acme.oktapreview.com/api/v1/groups/${SHOP}/owners` };
  const file = cassette('owners', list({ ...rest, _links: { ..._links, owners } }));
  expect((await replay('--verbose', file)).output).toContain(': [0]._links.owners: recorded {');
  const withOwners = ['--verbose', '--with', 'groupOwners'];
  expect((await replay(...withOwners, file)).output).not.toContain('_links.owners');
  expect((await replay(...withOwners, '--without', 'groupOwners', file)).output).toContain('_links.owners');
});

test.each([
  [['missing.yaml'], /ENOENT.*missing\.yaml/],
  [[written('broken.yaml', '[')], /^Cannot read \S+broken\.yaml: /],
  [[written('workflow.yaml', 'jobs: []')], /^Cannot read \S+: it is neither a cassette of go-vcr, /],
  [
    [
      written(
        'half.yaml',
        'interactions: [{ request: { method: GET, url: "https://a.example" }, response: {} }]',
      ),
    ],
    /^Cannot read \S+: its exchange #0 lacks a method, a URL or a status\.$/,
  ],
  [[], /^There is no file to replay\.\n\nUsage: /],
  [['--nonsense'], /^Unknown option '--nonsense'.*\n\nUsage: /s],
  [['--floor', 'all', 'x.yaml'], /^--floor must be a percentage, not "all"\.$/],
  [
    ['--engine', 'new', cassette('engine', ...life)],
    /^--engine must be one of identity, classic, not "new"\.$/,
  ],
])('what is wrong with an option or a file is said: %j', async (args, message) => {
  await expect(replay(...args)).rejects.toThrow(message);
});

test.each([
  ['bench/bench.ts', 'Usage: npm run bench -- '],
  ['scripts/mutate.ts', 'Usage: npm run mutate -- '],
  ['scripts/replay.ts', 'Usage: npm run replay -- '],
])('%s ends with its usage if it does not know an option', (file, usage) => {
  const { status, stderr } = spawnSync('node_modules/.bin/node', [file, '--nonsense'], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^Unknown option '--nonsense'/);
  expect(stderr).toContain(usage);
});

test('npm run replay ends with the code of the command, and with a line for what is wrong', () => {
  const run = (...args: string[]): unknown[] => {
    const { status, stderr } = spawnSync('node_modules/.bin/node', ['scripts/replay.ts', ...args], {
      encoding: 'utf8',
    });
    return [status, stderr];
  };
  const file = cassette('ends', ...life, read(SHOP, {}));
  expect(run(file)).toEqual([0, '']);
  expect(run('--floor', '90', file)).toEqual([1, '']);
  expect(run('--url', 'http://127.0.0.1:1', file)).toEqual([
    1,
    'Cannot reach http://127.0.0.1:1: bad port\n',
  ]);
});
