import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/util/json.ts';
import { idOf, redirectUrisOf } from '../support/apps.ts';
import { ORG_URL } from '../support/okta-proxy.ts';
import { TOKEN } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import { failure, foreignApp, runOn, succeed, writes, WEB, type Inputs } from '../support/runs.ts';
import { stranger, useOrg, useTrustedOktaProxy } from '../support/servers.ts';

/**
 * What another step of the job can do to the post step: it writes to `GITHUB_ENV`, so that all that the post step finds in its
 * environment is its own, but for what the main step has left word of.
 */

const org = useOrg();

const JOB: Inputs = { ...WEB, state: 'job' };
const env = { GITHUB_RUN_ID: '30433642', GITHUB_RUN_ATTEMPT: '1' };

function main(inputs: Inputs = JOB): Promise<ActionRun> {
  return succeed(org, inputs, { env });
}

/** The post step as the runner starts it: what the environment holds is hidden by what the main step has left. */
function post(
  state: Record<string, string>,
  inputs: Inputs = JOB,
  more: Record<string, string> = {},
): Promise<ActionRun> {
  return runOn(org, inputs, { env: { ...env, ...more }, post: state });
}

/** A word as the main step would leave it, of what the others like, and sealed with what they know. */
function forged(word: unknown, secret = ''): string {
  const text = typeof word === 'string' ? word : JSON.stringify(word);
  return `${createHmac('sha256', secret).update(text).digest('hex')} ${text}`;
}

const KIND = { kind: 'permanent', job: '30433642-1-0badcafe' };
const WORDS: [title: string, word: string][] = [
  ['an object', '{}'],
  ['a list', '[]'],
  ['null', 'null'],
  ['a number', '7'],
  ['a text', 'anything'],
  ['half of a word', '{"run":'],
  [
    'the word as it was once',
    JSON.stringify({ repository: { server: 'github.com', name: 'acme/shop', id: '4242' } }),
  ],
  ['no run', forged({ orgUrl: 'https://acme.okta.com', proxy: {} })],
  ['null for all', forged({ run: null, app: null, orgUrl: null, proxy: null })],
  ['a run without a job', forged({ run: { kind: 'permanent' }, orgUrl: 'https://acme.okta.com' })],
  ['no object', forged('null')],
  ['no JSON', forged('{')],
  ['a seal alone', '0'.repeat(64)],
  ['lines', `${forged(KIND)}\n${forged(KIND)}`],
];

describe('after a run that had nothing for its job alone', () => {
  /** What is there, by the name that the inputs have. */
  const THERE: [title: string, inputs: Inputs, arrange: () => Promise<unknown>][] = [
    ['its own app', WEB, () => main(WEB)],
    ['an app made by hand', { name: 'shop', state: 'read' }, () => foreignApp(org, 'shop')],
    [
      "another repository's app",
      { ...WEB, 'dry-run': 'true' },
      () =>
        foreignApp(org, 'shop', {
          profile: { okta_oidc_app: { repository: 'acme/other', repository_id: '9' } },
        }),
    ],
  ];

  describe.each(THERE)('%s', (_, inputs, arrange) => {
    beforeEach(async () => {
      await arrange();
      org.taken();
    });

    test.each(WORDS)('stays, whatever word another step leaves: %s', async (_, word) => {
      const before = await org.app('shop');
      for (const app of ['', idOf(before)]) {
        const run = await post({ job: word, app }, inputs);
        expect(run).toMatchObject({ exitCode: 0, rawLog: '', rawSummary: '' });
      }
      expect(org.taken()).toEqual([]);
      expect(await org.app('shop')).toEqual(before);
    });
  });
});

describe('a job whose main step has left no word', () => {
  test.each(WORDS)('connects to nothing, whatever word another step leaves: %s', async (_, word) => {
    await main({ ...WEB, name: 'shop' });
    org.taken();
    const run = await post({ job: word });
    expect(run.exitCode).toBe(1);
    expect(run.annotations.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Cannot end the app of this job: .*STATE_job.* Let no other step set STATE_job/),
    ]);
    expect(org.taken()).toEqual([]);
    expect(await org.labels()).toEqual(['shop']);
  });

  test.each(['', 'none'])('has nothing to do: "%s"', async (job) => {
    await main({ ...WEB, name: 'shop' });
    org.taken();
    const without = { GITHUB_STEP_SUMMARY: '' };
    expect(await post({ job }, JOB, without)).toMatchObject({ exitCode: 0, rawLog: '' });
    expect(org.taken()).toEqual([]);
  });

  test('sends its token nowhere that another step names', async () => {
    const { state } = await main();
    const other = await stranger();
    const word = (state['job'] ?? '').slice(65);
    const led = word.replaceAll(org.url, other.url);
    const proxied = word.replace('"http_proxy":""', `"http_proxy":"${other.url}"`);
    expect(new Set([word, led, proxied]).size).toBe(3);
    for (const text of [led, proxied]) {
      for (const job of [`${(state['job'] ?? '').slice(0, 64)} ${text}`, forged(text), forged(text, '\n')])
        expect((await post({ job })).exitCode).toBe(1);
    }
    expect(other.requests).toEqual([]);
    expect(await org.labels()).toEqual(['shop']);
  });

  test('does not take the word of another run, or of another credential', async () => {
    const { state } = await main();
    expect((await post(state, JOB, { GITHUB_RUN_ID: '7' })).exitCode).toBe(1);
    expect((await post(state, { ...JOB, 'api-token': `${TOKEN}x` })).exitCode).toBe(1);
    expect(await org.labels()).toEqual(['shop']);
    await post(state);
    expect(await org.labels()).toEqual([]);
  });
});

describe('inputs and environment are evaluated anew', () => {
  test('an org that a later step names gets nothing: the app goes from the org of the main step', async () => {
    const { state } = await main();
    const other = await stranger();
    const run = await post(state, { ...JOB, 'org-url': other.url });
    expect(run.exitCode).toBe(0);
    expect(other.requests).toEqual([]);
    expect(await org.labels()).toEqual([]);
  });

  test.each(['https_proxy', 'HTTPS_PROXY'])(
    'the way to the org is the main step’s, whatever %s says by now',
    async (name) => {
      const inputs = { ...JOB, 'org-url': 'https://acme.okta.com', 'timeout-seconds': '1' };
      const way = { https_proxy: 'http://127.0.0.1:9' };
      const { state } = await runOn(org, inputs, { env: { ...env, ...way } });
      expect(
        await failure(org, inputs, {
          env: { ...env, https_proxy: '', [name]: 'http://127.0.0.1:7' },
          post: state,
        }),
      ).toContain(', which uses the proxy http://127.0.0.1:9, ');
    },
  );

  test('a state that is no job any more takes nothing away', async () => {
    const { state } = await main();
    org.taken();
    for (const now of ['present', 'absent', 'read', '']) await post(state, { ...JOB, state: now });
    expect(org.taken()).toEqual([]);
    await post(state, { ...JOB, state: 'Job' });
    expect(await org.labels()).toEqual([]);
  });
});

describe('the way to the org', () => {
  const proxy = useTrustedOktaProxy(org);
  const AT_OKTA = { ...JOB, 'org-url': ORG_URL };

  test('is that of the main step, whatever a later step sets; its passwords are masked', async () => {
    const settings = {
      https_proxy: (proxy.env['https_proxy'] ?? '').replace('http://', 'http://jane:p%40ss@'),
      http_proxy: 'http://joe:other%20word@proxy.example.com',
      no_proxy: 'localhost',
    };
    const { state, masks } = await succeed(org, AT_OKTA, { env: { ...env, ...settings } });
    expect(masks).toEqual(expect.arrayContaining(['p%40ss', 'p@ss', 'other%20word', 'other word']));
    const word = JSON.parse((state['job'] ?? '').slice(65)) as JsonObject;
    expect(word['proxy']).toEqual(settings);
    const other = await stranger();
    const elsewhere = {
      https_proxy: other.url,
      HTTPS_PROXY: other.url,
      no_proxy: 'acme.okta.com',
      NO_PROXY: '*',
    };
    expect((await post(state, AT_OKTA, elsewhere)).exitCode).toBe(0);
    expect(other.requests).toEqual([]);
    expect(await org.labels()).toEqual([]);
  });

  test('has no mask for a proxy without a password', async () => {
    const { masks } = await succeed(org, AT_OKTA, { env: { ...env, ...proxy.env } });
    expect(masks).not.toContain('');
  });
});

describe('what goes is what carries the mark', () => {
  const remarked = async (mark: JsonObject): Promise<void> => {
    const app = await org.app('shop');
    const { okta_oidc_app: own } = app['profile'] as { okta_oidc_app: JsonObject };
    const profile = { okta_oidc_app: { ...own, ...mark } };
    await org.api('PUT', `/api/v1/apps/${idOf(app)}`, { ...app, profile });
    org.taken();
  };

  test.each<[string, JsonObject]>([
    ["another repository's", { repository_id: '9' }],
    ["another server's", { server: 'ghe.example.com' }],
    ["another job's", { job: '30433642-1-00000000' }],
    ["another run's", { job: '7-1-0badcafe' }],
    ["a pull request's", { pull_request: 12 }],
    ["a branch's", { branch: 'feature' }],
    ['of a job that is none', { job: 7 }],
  ])('one of %s stays', async (_, mark) => {
    const { state } = await main();
    await remarked(mark);
    const ended = await post(state);
    expect(ended.log).toContain('There is no app of this job.');
    expect(writes(org)).toEqual([]);
    expect(await org.labels()).toEqual(['shop']);
  });

  test('likewise of a shared app: nobody else’s URIs go', async () => {
    await foreignApp(org, 'shop');
    const shared = (name: string, more: Inputs = {}): Inputs => ({
      name: 'shop',
      shared: 'true',
      'redirect-uris': `https://${name}.example.com/cb`,
      ...more,
    });
    await main(shared('main'));
    const own = await main(shared('own', { state: 'job' }));
    const other = await main(shared('other', { state: 'job' }));
    await post(own.state, shared('main', { state: 'job' }));
    const uris = redirectUrisOf(await org.app('shop'));
    expect(uris).not.toContain('https://own.example.com/cb');
    expect(uris).toEqual(
      expect.arrayContaining(['https://main.example.com/cb', 'https://other.example.com/cb']),
    );
    await post(other.state, shared('other', { state: 'job' }));
    expect(redirectUrisOf(await org.app('shop'))).toContain('https://main.example.com/cb');
  });
});

test('the ID of the app is masked before anything that holds it is written', async () => {
  const { state, outputs } = await succeed(org, JOB, { env, debug: true });
  const ended = await runOn(org, JOB, { env, post: state, debug: true });
  expect(ended.rawLog).toContain('GET /api/v1/apps/');
  expect(ended.rawLog).not.toContain(outputs['app-id']);
  expect(ended.masks).toContain(outputs['app-id']);
});

test('inputs that cannot be read are told as they are', async () => {
  const { state } = await main();
  expect(await failure(org, { ...JOB, name: '' }, { env, post: state })).toMatch(
    /^The inputs cannot be used: "name" is missing/,
  );
});
