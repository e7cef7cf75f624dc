import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { run as sweep } from '../../src/sweep/run.ts';
import { runApart } from '../support/apart.ts';
import { virtualClock } from '../support/clock.ts';
import { deploymentStatus } from '../support/events.ts';
import { githubEnvironment } from '../support/github.ts';
import { connectionTo, TOKEN } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import { pullRequest, runOn, succeed, WEB, writes, type Inputs } from '../support/runs.ts';
import { listen, stranger, useGitHub, useOrg } from '../support/servers.ts';
import { runSource } from '../support/source.ts';

/** GitHub's side of a run: its token and its trust are the API's own host's, and a server that is hostile costs neither time nor memory. */

const org = useOrg();
const github = useGitHub();

const AUTO: Inputs = { ...WEB, state: 'auto' };
const SHA = 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e';
const RERUN = { GITHUB_RUN_ATTEMPT: '2' };
const JSON_TYPE = { 'content-type': 'application/json' };
const CLOSED = JSON.stringify({ number: 12, state: 'closed' });
const MiB = 1024 * 1024;

beforeEach(() => {
  github.pulls.set(12, 'open');
  github.branches.set(12, { sha: SHA });
});

function closeAgain(requestTimeout = 10_000): Promise<ActionRun> {
  return runOn(org, AUTO, {
    event: pullRequest(12, 'closed'),
    env: { ...githubEnvironment(github), ...RERUN },
    world: { clock: virtualClock(), requestTimeout },
  });
}

/** A run that asks for the list of a commit's pull requests. */
function ofCommit(requestTimeout = 10_000): Promise<ActionRun> {
  const { payload, env } = deploymentStatus({ sha: SHA });
  return runOn(org, AUTO, {
    event: payload,
    env: { ...githubEnvironment(github), ...env },
    world: { clock: virtualClock(), requestTimeout },
  });
}

function errorOf({ exitCode, annotations }: ActionRun): string {
  expect(exitCode).toBe(1);
  return annotations.find(({ level }) => level === 'error')?.message ?? '';
}

describe('a redirect', () => {
  beforeEach(async () => {
    await succeed(org, WEB, { event: pullRequest(12), env: githubEnvironment(github) });
    org.taken();
  });

  const elsewhere: [string, (other: string) => string][] = [
    ['to another port', (other) => `${other}/repos/acme/shop/pulls/12`],
    ['to another host', (other) => other.replace('127.0.0.1', 'localhost')],
    ['over another protocol', () => github.url.replace('http:', 'https:')],
    ['with the host as a user name', (other) => `http://${new URL(github.url).host}@${new URL(other).host}`],
    ['without its protocol', (other) => `//${new URL(other).host}/`],
    ['to no address', () => 'http://['],
  ];

  test.each(elsewhere)('%s is neither followed nor believed', async (_, target) => {
    const other = await stranger(CLOSED);
    for (const status of [301, 302, 303, 307, 308]) {
      github.fault = () => ({ status, headers: { location: target(other.url) } });
      expect(errorOf(await closeAgain())).toMatch(
        /^Cannot ask GitHub about pull request #12 of acme\/shop: GitHub('s API leads to another host \(.+\)| answered 303: no reason given)\. /,
      );
    }
    expect(other.requests).toEqual([]);
    expect(writes(org)).toEqual([]);
  });

  test('within the host is followed: a repository that was renamed leads to its number', async () => {
    github.pulls.set(12, 'closed');
    const moved = '/repositories/4242/pulls/12';
    github.fault = ({ path }) =>
      path === moved
        ? { status: 200, body: { number: 12, state: 'closed' } }
        : { status: 301, headers: { location: github.url + moved } };
    expect((await closeAgain()).outputs['result']).toBe('deleted');
    const { authorization } = github.requests.find(({ path }) => path === moved) ?? {};
    expect(authorization).toBe(`token ${github.token}`);
  });

  test('that leads on and on is given up', async () => {
    github.fault = (_, index) => ({ status: 302, headers: { location: `/round/${index}` } });
    expect(errorOf(await closeAgain())).toContain('GitHub answered 302: no reason given');
    expect(github.requests).toHaveLength(4);
  });

  test('of a query is not followed, so that the sweep stops', async () => {
    const other = await stranger(CLOSED);
    for (const location of [other.url, '/graphql']) {
      github.fault = () => ({ status: 307, headers: { location } });
      const swept = await runSource({
        action: 'sweep',
        main: sweep,
        with: { 'org-url': org.url, 'api-token': TOKEN },
        env: githubEnvironment(github),
        world: { clock: virtualClock() },
      });
      expect(errorOf(swept)).toContain('GitHub answered 307');
    }
    expect(other.requests).toEqual([]);
    expect(github.requests).toHaveLength(2);
    expect(writes(org)).toEqual([]);
  });
});

describe('a list that goes on', () => {
  const page = (next: string, items: object[] = []): ReturnType<NonNullable<typeof github.fault>> => ({
    status: 200,
    headers: { ...JSON_TYPE, link: `<${next}>; rel="next"` },
    body: items,
  });

  test.each<[string, (other: string) => string]>([
    ['at another port', (other) => `${other}/repos/acme/shop/commits/${SHA}/pulls?page=2`],
    ['over another protocol', () => github.url.replace('http:', 'https:')],
    ['with the host as a user name', (other) => `http://${new URL(github.url).host}@${new URL(other).host}`],
  ])('%s is refused, and the token is not sent there', async (_, next) => {
    const other = await stranger(CLOSED);
    github.fault = () => page(next(other.url));
    expect(errorOf(await ofCommit())).toMatch(/GitHub's API leads to another host \(.+\)/);
    expect(other.requests).toEqual([]);
    expect(github.requests).toHaveLength(1);
    expect(org.taken()).toEqual([]);
  });

  test('for ever is given up after ten pages', async () => {
    github.fault = (_, index) =>
      page(`${github.url}/repositories/4242/commits/${SHA}/pulls?page=${index + 2}`);
    expect(errorOf(await ofCommit())).toBe(
      'Cannot find the pull request of the commit f95f852bd8fc of acme/shop: the list has more than 10 pages. See githubstatus.com, and check that no proxy changes what GitHub answers.',
    );
    expect(github.requests).toHaveLength(10);
    expect(org.taken()).toEqual([]);
  });

  test('is read to its end', async () => {
    github.fault = ({ path }, index) =>
      path.endsWith('/pulls?per_page=100')
        ? page(`${github.url}/commits/${SHA}/pulls?page=${index}`)
        : undefined;
    const ended = { number: 12, state: 'open', base: { repo: { id: 4242, full_name: 'acme/shop' } } };
    const head = { ref: 'a', sha: SHA, repo: { id: 4242, full_name: 'acme/shop' } };
    const first = github.fault;
    github.fault = (request, index) =>
      request.path.includes('?page=') ? { status: 200, body: [{ ...ended, head }] } : first(request, index);
    expect((await ofCommit()).outputs).toMatchObject({ result: 'created', 'pull-request': '12' });
    expect(github.requests.slice(0, 2).map(({ path }) => path)).toEqual([
      `/repos/acme/shop/commits/${SHA}/pulls?per_page=100`,
      `/commits/${SHA}/pulls?page=0`,
    ]);
  });

  test('and then hangs is given up in time', async () => {
    github.fault = (_, index) => (index === 0 ? page(`${github.url}/commits/${SHA}/pulls?page=2`) : 'hang');
    const start = Date.now();
    expect(errorOf(await ofCommit(100))).toContain('GitHub does not answer (the request took too long)');
    expect(Date.now() - start).toBeLessThan(5000);
    expect(github.requests).toHaveLength(4);
  });
});

describe('an answer that is larger than any of GitHub’s is given up at once, and not asked for again', () => {
  const padded = (size: number): Buffer => Buffer.concat([Buffer.from(CLOSED), Buffer.alloc(size, 0x20)]);
  /** 300 MB of blanks, made without taking them: a gzip may have several parts. */
  const bomb = (): Buffer => Buffer.concat(Array<Buffer>(300).fill(gzipSync(Buffer.alloc(MiB, 0x20))));

  /** A server that gives one answer to everything, in the place of GitHub. */
  async function against(
    body: Buffer,
    headers: Record<string, string> = {},
    status = 200,
  ): Promise<{ message: string; asked: number }> {
    let asked = 0;
    const host = await listen(
      createServer((_, response) => {
        asked += 1;
        response.writeHead(status, { ...JSON_TYPE, ...headers }).end(body);
      }),
    );
    const run = await runOn(org, AUTO, {
      event: pullRequest(12, 'closed'),
      env: { ...githubEnvironment(github), GITHUB_API_URL: `http://${host}`, ...RERUN },
    });
    return { message: errorOf(run), asked };
  }

  test.each<[string, () => Buffer, Record<string, string>, number]>([
    ['40 MB as they are', () => padded(40 * MiB), {}, 200],
    ['a gzip of 300 MB', bomb, { 'content-encoding': 'gzip' }, 200],
    ['a gzip in a gzip', () => gzipSync(bomb()), { 'content-encoding': 'gzip, gzip' }, 200],
    ['3 million empty objects', () => Buffer.from(`[${'{},'.repeat(3_000_000)}{}]`), {}, 200],
    ['a refusal of 40 MB', () => padded(40 * MiB), {}, 503],
  ])('%s', async (_, make, headers, status) => {
    const { message, asked } = await against(make(), headers, status);
    expect(message).toContain(`GitHub answered ${status}: more than any answer of GitHub's`);
    expect(asked).toBe(1);
    expect(org.taken()).toEqual([]);
  });

  test('one that is almost as large is read', async () => {
    const host = await listen(
      createServer((_, response) => response.writeHead(200, JSON_TYPE).end(padded(9 * MiB))),
    );
    const run = await runOn(org, AUTO, {
      event: pullRequest(12, 'closed'),
      env: { ...githubEnvironment(github), GITHUB_API_URL: `http://${host}`, ...RERUN },
    });
    expect(run.outputs['result']).toBe('absent');
  });

  describe('and costs less than 300 MB', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'event-')), 'event.json');
    const { payload, env } = deploymentStatus({ sha: SHA });
    writeFileSync(path, JSON.stringify(payload));

    async function peakOf(listener: RequestListener): Promise<{ log: string; peak: number }> {
      const host = await listen(createServer(listener));
      const variables = { ...env, GITHUB_API_URL: `http://${host}`, GITHUB_EVENT_PATH: path };
      const inputs = { ...connectionTo(org), ...AUTO, 'github-token': 'ghs_1234567890' };
      return runApart(inputs, variables);
    }

    test.each<[string, () => Buffer, Record<string, string>, RegExp]>([
      ['a gzip of 300 MB', bomb, { 'content-encoding': 'gzip' }, /more than any answer/],
      [
        'pages of 9 MB without an end',
        () => Buffer.concat([Buffer.from('['), Buffer.alloc(9 * MiB, 0x20), Buffer.from(']')]),
        {},
        /the list has more than 10 pages/,
      ],
      [
        'large lists without an end',
        () => Buffer.from(`[${'{},'.repeat(150_000)}{}]`),
        {},
        /something other than a list of pull requests/,
      ],
    ])('%s', async (_, make, headers, words) => {
      const { peak: least } = await peakOf((_, response) => response.writeHead(401).end());
      const body = make();
      const { log, peak } = await peakOf((request, response) => {
        const link = `<http://${request.headers.host ?? ''}/more?page=${Date.now()}>; rel="next"`;
        response.writeHead(200, { ...JSON_TYPE, link, ...headers }).end(body);
      });
      expect(log).toMatch(words);
      expect(peak - least).toBeLessThan(300);
    });
  });
});

describe('a server that is broken is told for what it is', () => {
  const said = async (fault: NonNullable<typeof github.fault>): Promise<string> => {
    github.fault = fault;
    const run = await closeAgain();
    expect(run.rawLog).not.toMatch(/TypeError|is not a function|of undefined|of null|BigInt|Unexpected/);
    expect(org.taken()).toEqual([]);
    return errorOf(run);
  };

  test.each<[string, Record<string, string>, string]>([
    ['a refusal without words', JSON_TYPE, '{}'],
    ['a refusal that is a number', JSON_TYPE, '12345678901234567890'],
    ['a refusal with a large number', JSON_TYPE, '{"a":12345678901234567890}'],
    ['a refusal whose message is none', JSON_TYPE, '{"message":{"a":1}}'],
    ['a refusal of null', JSON_TYPE, 'null'],
    ['a type that is none', { 'content-type': ';;;' }, '{}'],
  ])('%s', async (_, headers, body) => {
    expect(await said(() => ({ status: 422, headers, body }))).toBe(
      'Cannot ask GitHub about pull request #12 of acme/shop: GitHub answered 422: no reason given. Run it again later; see githubstatus.com, and check that no proxy answers in its place.',
    );
  });

  test('a rate limit is not taken for a missing permission', async () => {
    const message = '<b>API rate limit</b> exceeded for installation ID 7.';
    expect(await said(() => ({ status: 403, headers: JSON_TYPE, body: { message } }))).toBe(
      'Cannot ask GitHub about pull request #12 of acme/shop: GitHub answered 403: API rate limit exceeded for installation ID 7. Run it again later; see githubstatus.com, and check that no proxy answers in its place.',
    );
    expect(github.requests).toHaveLength(1);
  });

  test.each(['-5', '1e9', '999999999', 'soon', '', '0x10'])('that asks to wait %p', async (seconds) => {
    expect(await said(() => ({ status: 403, headers: { 'retry-after': seconds }, body: {} }))).toContain(
      'GitHub answered 403: no reason given',
    );
    expect(github.requests).toHaveLength(1);
  });

  test('whose address is none', async () => {
    const run = await runOn(org, AUTO, {
      event: pullRequest(12, 'closed'),
      env: { ...githubEnvironment(github), GITHUB_API_URL: 'nonsense', ...RERUN },
    });
    expect(errorOf(run)).toBe(
      "Cannot ask GitHub about pull request #12 of acme/shop: GitHub's API leads to another host (nonsense/repos/acme/shop/pulls/12). Run it again later; see githubstatus.com, and check that no proxy answers in its place.",
    );
    expect(github.requests).toEqual([]);
  });
});
