import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { virtualClock } from '../support/clock.ts';
import { githubEnvironment } from '../support/github.ts';
import { APPS, POST, connectionTo, TOKEN } from '../support/okta.ts';
import { runAction, type ActionOptions, type ActionRun } from '../support/runner.ts';
import { WEB, failure, foreignApp, pullRequest, runOn, succeed, type Inputs } from '../support/runs.ts';
import { idOf } from '../support/apps.ts';
import { ORG_URL } from '../support/okta-proxy.ts';
import { listen, stranger, useGitHub, useOktaProxy, useOrg } from '../support/servers.ts';
import { RSA, pem, serviceApp, signAssertion } from '../support/service-app.ts';

/**
 * Where a run connects to, and how: never to a host that an answer names, through the proxy that the runner names, over few connections,
 * and never for longer than it may.
 */

const org = useOrg();

/** Runs the bundle, which is to say nothing but what it means to. */
async function bundle(options: ActionOptions): Promise<ActionRun> {
  const run = await runAction(options);
  expect(run.rawLog).not.toMatch(/warning: |\(node:\d+\)|deprecat|experimental|--trace/i);
  return run;
}

function errorOf(run: ActionRun): string {
  expect(run.exitCode).toBe(1);
  return run.errors[0] ?? '';
}

describe('a redirect is not followed', () => {
  test.each([300, 301, 302, 303, 307, 308, 399])('%d', async (status) => {
    const elsewhere = await stranger();
    for (const location of [`${elsewhere.url}/api/v1/apps`, `//${new URL(elsewhere.url).host}/`]) {
      org.trouble.fault = () => ({ kind: 'answer', status, headers: { location }, body: '' });
      const message = await failure(org, WEB);
      expect(message).toContain(`Okta answered ${status}`);
      expect(message).toMatch(/redirects to .*, and credentials are not sent on\. Check that "org-url"/);
    }
    expect(elsewhere.requests).toEqual([]);
    expect(org.taken()).toHaveLength(2);
  });

  test.each(['POST', 'PUT', 'DELETE'])('of a %s either', async (method) => {
    const elsewhere = await stranger();
    if (method !== 'POST') await succeed(org, WEB);
    org.trouble.fault = (asked) =>
      asked.method === method
        ? { kind: 'answer', status: 307, headers: { location: elsewhere.url }, body: '' }
        : undefined;
    const inputs: Inputs =
      method === 'DELETE'
        ? { ...WEB, state: 'absent' }
        : { ...WEB, 'logo-uri': 'https://shop.example.com/l' };
    expect(await failure(org, inputs)).toContain(`It redirects to ${new URL(elsewhere.url).host}`);
    expect(elsewhere.requests).toEqual([]);
  });

  test('within the org either, nor to what is no address', async () => {
    for (const location of ['/api/v1/apps', 'https://[']) {
      org.trouble.fault = () => ({ kind: 'answer', status: 302, headers: { location }, body: '' });
      const host = location.startsWith('/') ? new URL(org.url).host : 'another address';
      expect(await failure(org, WEB)).toContain(`It redirects to ${host}, and credentials are not sent on`);
    }
    expect(org.taken()).toHaveLength(2);
  });
});

describe('a list that goes on', () => {
  const withLink = (link: string): void => {
    org.trouble.fault = ({ index }) =>
      index === 0
        ? {
            kind: 'answer',
            status: 200,
            headers: { link, 'content-type': 'application/json' },
            body: [],
          }
        : undefined;
  };

  test.each<[string, (other: string) => string]>([
    ['at another port', (other) => other],
    ['at another host', (other) => other.replace('127.0.0.1', 'localhost')],
    ['over another protocol', () => org.url.replace('http:', 'https:')],
    ['with the org as a user name', (other) => `http://${new URL(org.url).host}@${new URL(other).host}`],
    ['without saying the protocol', (other) => `//${new URL(other).host}`],
  ])('%s is refused', async (_, target) => {
    const elsewhere = await stranger();
    withLink(`<${target(elsewhere.url)}/api/v1/apps?after=1>; rel="next"`);
    expect(await failure(org, WEB)).toMatch(/the list continues at another host \(.+\)\. Set "org-url"/);
    expect(elsewhere.requests).toEqual([]);
    expect(org.taken()).toHaveLength(1);
  });

  test('nowhere that could be reached is refused', async () => {
    withLink('<http://[>; rel="next"');
    expect(await failure(org, WEB)).toMatch(
      /the list continues at another host \(http:\/\/\[\)\. Set "org-url"/,
    );
  });

  test('below the org is followed, however it is written', async () => {
    for (const [i, target] of [`${org.url}/api/v1/apps?after=0oa`, '/api/v1/apps?after=0oa'].entries()) {
      let asked = 0;
      org.trouble.fault = () =>
        asked++ === 0
          ? {
              kind: 'answer',
              status: 200,
              headers: { link: `<${target}>; rel="next"`, 'content-type': 'application/json' },
              body: [],
            }
          : undefined;
      expect((await succeed(org, WEB)).outputs['result']).toBe(i === 0 ? 'created' : 'unchanged');
    }
  });
});

interface Connections {
  /** Where each connection led to, in the order in which they were opened. */
  opened: string[];
  stop(): void;
}

/** Watches the connections that this process opens. */
function watchConnections(): Connections {
  const opened: string[] = [];
  const notice = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    socket.once('connect', () => opened.push(`${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`));
  };
  subscribe('net.client.socket', notice);
  return {
    opened,
    stop: () => {
      unsubscribe('net.client.socket', notice);
    },
  };
}

describe('connections', () => {
  const github = useGitHub();
  let connections: Connections;

  beforeEach(() => {
    github.pulls.set(7, 'open');
  });

  const EVERYTHING: Inputs = {
    ...WEB,
    groups: 'Sellers\nBuyers\nEveryone',
    users: 'jane@example.com',
    'trusted-origins': 'https://shop.example.com',
    'logo-uri': 'https://cdn.example.org/logo.png',
    'output-client-secret': 'true',
    'verify-sign-in': 'true',
  };

  async function watched(inputs: Inputs): Promise<ActionRun> {
    connections = watchConnections();
    try {
      return await succeed(org, inputs, { event: pullRequest(7), env: githubEnvironment(github) });
    } finally {
      connections.stop();
    }
  }

  test('lead to the org and to GitHub only, whatever the inputs name', async () => {
    await org.group('Sellers');
    await org.group('Buyers');
    await org.user('jane@example.com');
    const places = [org.url, github.url].map((url) => new URL(url).host);
    for (const more of [
      { state: 'auto' },
      { state: 'auto', 'redirect-uris': 'https://elsewhere.example.org/callback' },
      { state: 'absent' },
    ]) {
      await watched({ ...EVERYTHING, ...more });
      expect(connections.opened).toContain(places[0]);
      expect(connections.opened.filter((place) => !places.includes(place))).toEqual([]);
    }
    expect(github.requests.length).toBeGreaterThan(2);
  });

  test('are one where nothing is sent at the same time, that for a token included', async () => {
    const clientId = await serviceApp(org);
    const assertion = await signAssertion({ clientId, orgUrl: org.url, now: Date.now() });
    for (const proof of [
      { 'auth-client-assertion': assertion },
      { 'auth-private-key': pem(RSA.privateKey, 'pkcs8') },
    ]) {
      connections = watchConnections();
      await succeed(
        org,
        { ...WEB, 'api-token': '', 'auth-client-id': clientId, ...proof },
        { world: { clock: virtualClock(Date.now()) } },
      );
      connections.stop();
      expect(connections.opened).toEqual([new URL(org.url).host]);
    }
  });

  test('are few, and used again', async () => {
    await org.group('Sellers');
    await org.group('Buyers');
    await org.user('jane@example.com');
    await watched(EVERYTHING);
    const requests = org.taken().length - 3;
    expect(requests).toBeGreaterThan(10);
    expect(connections.opened.length).toBeLessThanOrEqual(8);
    await watched({ name: 'shop', 'redirect-uris': 'https://other.example.com/callback' });
    expect(org.taken().length).toBeGreaterThan(1);
    expect(connections.opened.length).toBeLessThanOrEqual(1);
  });
});

describe('a proxy', () => {
  const proxy = useOktaProxy(org);

  const throughProxy = (
    more: Record<string, string> = {},
    inputs: Inputs = {},
    event: object = {},
  ): Promise<ActionRun> =>
    bundle({
      event,
      with: {
        ...connectionTo(org),
        'org-url': ORG_URL,
        'verify-sign-in': 'false',
        ...WEB,
        ...inputs,
      },
      env: { ...proxy.env, ...more },
    });

  test('is asked for the way to the org, and sees nothing of what passes', async () => {
    const run = await throughProxy({}, { 'verify-sign-in': 'true', groups: 'Everyone' });
    expect(run).toMatchObject({ exitCode: 0, outputs: { result: 'created', 'sign-in-ready': 'true' } });
    expect(new Set(proxy.asked)).toEqual(new Set(['CONNECT acme.okta.com:443']));
    expect(org.taken().length).toBeGreaterThan(2);
    expect(await org.labels()).toEqual(['shop']);
  });

  test.each(['HTTPS_PROXY', 'https_proxy'])('may be named by %s', async (name) => {
    const run = await throughProxy(
      { https_proxy: '', [name]: proxy.env['https_proxy'] ?? '' },
      { 'dry-run': 'true' },
    );
    expect(run.outputs['result']).toBe('created');
    expect(new Set(proxy.asked)).toEqual(new Set(['CONNECT acme.okta.com:443']));
  });

  test('that wants a password is given it, without a warning of Node', async () => {
    const address = (proxy.env['https_proxy'] ?? '').replace('http://', 'http://jane:p%40ss@');
    const run = await throughProxy({ https_proxy: address }, { 'dry-run': 'true' });
    expect(run.outputs['result']).toBe('created');
    const introduction = `Basic ${Buffer.from('jane:p@ss').toString('base64')}`;
    expect(new Set(proxy.introduced)).toEqual(new Set([introduction]));
  });

  test('is passed by where no_proxy names the org, even where there is no other way', async () => {
    const run = await throughProxy(
      { no_proxy: 'localhost,acme.okta.invalid' },
      { 'org-url': 'https://acme.okta.invalid', 'timeout-seconds': '3' },
    );
    expect(errorOf(run)).toMatch(
      /Cannot find the app "shop": the host acme\.okta\.invalid does not exist\.|The connection to Okta failed \(EAI_AGAIN\)/,
    );
    expect(proxy.asked).toEqual([]);
  });

  test('is asked for the way to GitHub as well', async () => {
    const run = await throughProxy(
      {
        GITHUB_API_URL: 'https://api.github.test',
        GITHUB_TOKEN: 'ghs_1234567890',
        GITHUB_EVENT_NAME: 'pull_request',
      },
      { state: 'auto', 'dry-run': 'true' },
      pullRequest(7),
    );
    expect(run.outputs['result']).toBe('created');
    expect(new Set(proxy.asked)).toEqual(
      new Set(['CONNECT api.github.test:443', 'CONNECT acme.okta.com:443']),
    );
  });

  test('that is not there is no reason to go another way', async () => {
    const address = 'http://127.0.0.1:9';
    const run = await throughProxy({ https_proxy: address }, { 'timeout-seconds': '1' });
    expect(errorOf(run)).toMatch(
      /the connection to acme\.okta\.com failed \((ECONNREFUSED|ECONNRESET)\), which uses the proxy http:\/\/127\.0\.0\.1:9[.,]/,
    );
    expect(org.taken()).toEqual([]);
  });

  test('that lets nothing through is given its password, and told without it', async () => {
    const closed = await stranger();
    const https_proxy = closed.url.replace('http://', 'http://jane:p%40ss@');
    expect(await failure(org, { ...WEB, 'org-url': ORG_URL }, { env: { https_proxy } })).toBe(
      `Cannot find the app "shop": the connection to acme.okta.com failed (ECONNRESET), which uses the proxy ${closed.url}. ` +
        'Check the proxy, which https_proxy names, or name the host in no_proxy.',
    );
    const introduction = `Basic ${Buffer.from('jane:p@ss').toString('base64')}`;
    expect(closed.requests.map(({ method, url, headers }) => [method, url, headers])).toEqual(
      Array(8).fill([
        'CONNECT',
        'acme.okta.com:443',
        { host: 'acme.okta.com:443', connection: 'close', 'proxy-authorization': introduction },
      ]),
    );
  });

  test('does not make up for a certificate that is not trusted: the run says so at once', async () => {
    const run = await throughProxy({ NODE_EXTRA_CA_CERTS: '' });
    expect(errorOf(run)).toMatch(
      /the connection to acme\.okta\.com failed \((DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE)\)/,
    );
    expect(org.taken()).toEqual([]);
  });
});

test('the log with debugging on shows each request with its answer and its time, and no login', async () => {
  await org.user('jane@example.com');
  org.once(POST(APPS), { kind: 'drop' });
  const inputs = { ...WEB, users: 'jane@example.com', 'verify-sign-in': 'true' };
  const run = await succeed(org, inputs, { debug: true });
  const lines = [...run.log.matchAll(/^##\[debug\]((?:GET|POST) .*)$/gm)].map(([, line = '']) =>
    line.replace(/, \d+ ms$/, ', n ms').replace(/0oa\w+/, 'ID'),
  );
  expect(lines.sort()).toEqual([
    'GET /api/v1/apps?q=shop&limit=200: 200, n ms',
    'GET /api/v1/apps?q=shop&limit=200: 200, n ms',
    'GET /api/v1/users/…: 200, n ms',
    'GET /oauth2/v1/authorize: 302',
    'POST /api/v1/apps/ID/users: 200, n ms',
    'POST /api/v1/apps: 200, n ms',
    'POST /api/v1/apps: connection, n ms',
  ]);
});

test('a host that does not exist is told as one at once', async () => {
  const host = `${'a'.repeat(64)}.okta.com`;
  const clock = virtualClock();
  expect(await failure(org, { ...WEB, 'org-url': `https://${host}` }, { world: { clock } })).toBe(
    `Cannot find the app "shop": the host ${host} does not exist. Check "org-url", and that the runner reaches it (a proxy is taken from https_proxy and no_proxy).`,
  );
  expect(clock.slept).toEqual([]);
});

describe('a server that never answers', () => {
  test('ends the run when its time is over', async () => {
    org.trouble.fault = () => ({ kind: 'hang' });
    const run = await bundle({ with: { ...connectionTo(org), ...WEB, 'timeout-seconds': '2' } });
    expect(errorOf(run)).toMatch(/did not answer within (1\.\d|2) s.*"timeout-seconds" \(2\)/);
  });

  test('that takes the connection and says nothing, too', async () => {
    const silent = await listen(createServer(() => undefined));
    const run = await bundle({
      with: { 'org-url': `http://${silent}`, 'api-token': TOKEN, ...WEB, 'timeout-seconds': '1' },
    });
    expect(errorOf(run)).toMatch(/did not answer within (0\.\d|1) s.*"timeout-seconds" \(1\)/);
  });

  test('in the middle of an answer ends the run as well', async () => {
    const half = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('[');
    });
    const silent = await listen(half);
    const run = await bundle({
      with: { 'org-url': `http://${silent}`, 'api-token': TOKEN, ...WEB, 'timeout-seconds': '1' },
    });
    expect(errorOf(run)).toMatch(/did not answer within (0\.\d|1) s.*"timeout-seconds" \(1\)/);
  });

  test('is given up after the longest time that a request may take, and asked again', async () => {
    let asked = 0;
    org.trouble.fault = () => (asked++ === 0 ? { kind: 'hang' } : undefined);
    const run = await runOn(org, WEB, { world: { requestTimeout: 100 } });
    expect(run.exitCode).toBe(0);
    expect(run.log).toContain('did not answer within 0.1 s. Waiting ');
  });

  test('in the place of GitHub does not hold up a run beyond its time', async () => {
    const silent = await listen(createServer(() => undefined));
    const start = Date.now();
    const run = await bundle({
      with: { ...connectionTo(org), ...WEB, state: 'auto', 'timeout-seconds': '2' },
      event: pullRequest(7),
      env: {
        GITHUB_EVENT_NAME: 'pull_request',
        GITHUB_API_URL: `http://${silent}`,
        GITHUB_TOKEN: 'ghs_1234567890',
      },
    });
    expect(Date.now() - start).toBeLessThan(5000);
    expect(run.log).toMatch(/GitHub does not answer .* This run follows its event/);
    expect(errorOf(run)).toContain('"timeout-seconds" (2)');
  });

  test('when asked by GitHub for a pull request does not hold up the run', async () => {
    const silent = await listen(createServer(() => undefined));
    const run = await runOn(
      org,
      { ...WEB, state: 'auto' },
      {
        event: pullRequest(7),
        env: { GITHUB_API_URL: `http://${silent}`, GITHUB_TOKEN: 'ghs_1234567890' },
        world: { requestTimeout: 100 },
      },
    );
    expect(run.exitCode).toBe(0);
  });
});

test('the bundle says nothing but what it means to, whatever it loads', async () => {
  const shared = idOf(await foreignApp(org, 'shared'));
  const all = { ...connectionTo(org), ...WEB };
  const runs = await Promise.all([
    bundle({ with: { ...all, name: 'a', settings: 'settings: { notes: { enduser: hello } }' }, debug: true }),
    bundle({
      with: {
        ...all,
        name: 'b',
        'redirect-uris': 'https://*.vercel.app/callback',
        'wildcard-redirect': 'subdomain',
      },
    }),
    bundle({
      with: {
        ...connectionTo(org),
        'app-id': shared,
        shared: 'true',
        'redirect-uris': 'https://a.example.com/callback',
      },
    }),
    bundle({ with: { ...all, state: 'absent' } }),
  ]);
  expect(runs.map(({ exitCode, log }) => [exitCode, log]).filter(([code]) => code !== 0)).toEqual([]);
});
