import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { call, createApp } from './support/caller.ts';
import type { Emulator } from '../src/server.ts';
import { startEmulator } from '../src/server.ts';

let okta: Emulator;
beforeAll(async () => {
  okta = await startEmulator({ now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678) });
});
afterAll(() => okta.close());

test('every answer brings Okta’s headers', async () => {
  for (const path of [
    '/api/v1/apps',
    '/api/v1/apps/x',
    '/api/v1/nothing',
    '/.well-known/okta-organization',
  ]) {
    const { headers } = await call(okta, 'GET', path);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('date')).toBe('Fri, 02 Jan 2026 03:04:05 GMT');
    expect(headers.get('x-okta-request-id')).toMatch(/^[\w-]{24}$/);
    for (const name of ['limit', 'remaining', 'reset']) {
      expect(headers.get(`x-rate-limit-${name}`)).toMatch(/^\d+$/);
    }
  }
});

test('errors come in Okta’s envelope', async () => {
  const reply = await call(okta, 'GET', '/api/v1/apps/nope');
  expect(reply.body).toEqual({
    errorCode: 'E0000007',
    errorSummary: 'Not found: Resource not found: nope (AppInstance)',
    errorLink: 'E0000007',
    errorId: expect.stringMatching(/^oae/),
    errorCauses: [],
  });
});

test('timestamps follow the clock, in whole seconds', async () => {
  const id = await createApp(okta, 'Dated');
  expect(okta.org.apps.get(id)?.created).toBe('2026-01-02T03:04:05.000Z');
});

test('there is no PATCH on apps, and no other method than those of Okta', async () => {
  const id = await createApp(okta, 'Methods');
  for (const [method, path] of [
    ['PATCH', `/api/v1/apps/${id}`],
    ['DELETE', '/api/v1/apps'],
    ['PUT', '/api/v1/groups'],
  ]) {
    const reply = await call(okta, method ?? '', path ?? '');
    expect([reply.status, reply.at('errorCode')]).toEqual([405, 'E0000022']);
  }
  expect((await call(okta, 'GET', '//api/v1/apps')).status).toBe(404);
});

test('a path that Okta does not have is 404', async () => {
  const reply = await call(okta, 'POST', '/api/v1/nothing', {});
  expect([reply.status, reply.at('errorCode')]).toEqual([404, 'E0000008']);
});

describe('bodies', () => {
  const send = async (body: string | undefined, headers: Record<string, string>): Promise<unknown[]> => {
    const reply = await call(okta, 'POST', '/api/v1/apps', body, headers);
    return [reply.status, reply.at('errorCode')];
  };

  test('have to be JSON, and say so', async () => {
    expect(await send('{', {})).toEqual([400, 'E0000003']);
    expect(await send('[]', {})).toEqual([400, 'E0000003']);
    expect(await send(undefined, {})).toEqual([400, 'E0000003']);
    expect(await send('{}', { 'content-type': 'text/plain' })).toEqual([400, 'E0000021']);
    expect(await send('{}', { accept: 'text/html' })).toEqual([400, 'E0000021']);
  });

  test('have to announce their length', async () => {
    const answer = await raw('POST /api/v1/apps HTTP/1.1', 'Host: a', `Authorization: SSWS ${okta.token}`);
    expect(answer).toMatch(/^HTTP\/1\.1 411 /);
  });

  test('may not be larger than any that Okta’s API asks for', async () => {
    const reply = await call(okta, 'POST', '/api/v1/groups', ' '.repeat(11 * 1024 * 1024));
    expect([reply.status, reply.at('errorCode')]).toEqual([413, 'E0000003']);
    expect(okta.requests.at(-1)?.status).toBe(413);
  });
});

/** Sends lines as they are, and gives the answer as text. */
function raw(...lines: string[]): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    let received = '';
    const socket = connect(Number(new URL(okta.url).port), '127.0.0.1', () => {
      socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`);
    });
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.on('close', () => {
      resolve(received);
    });
    // A server that refuses to read on resets the connection after its answer.
    socket.on('error', (error) => {
      if (received === '') reject(error);
    });
  });
}

describe('request targets', () => {
  const authorization = (): string => `Authorization: SSWS ${okta.token}`;

  test('in absolute form are those of their path, with links to the address that was asked for', async () => {
    const answer = await raw(
      `GET ${okta.url}/api/v1/groups?limit=1 HTTP/1.1`,
      'Host: elsewhere.example.com',
      authorization(),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain(`<${okta.url}/api/v1/groups?limit=1>; rel="self"`);
  });

  test.each([
    ['GET /api/v1/groups HTTP/1.1', 'Host: not a host'],
    ['GET * HTTP/1.1', 'Host: a'],
    ['GET http://:x/api HTTP/1.1', 'Host: a'],
  ])('that make no address are refused: %s, %s', async (line, host) => {
    expect(await raw(line, host, authorization())).toMatch(/^HTTP\/1\.1 400 .*"errorCode":"E0000003"/s);
  });

  test('headers that are too large are refused, and the next request is answered', async () => {
    expect(await raw('GET / HTTP/1.1', 'Host: a', `X-Long: ${'x'.repeat(100_000)}`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    expect((await call(okta, 'GET', '/api/v1/groups')).status).toBe(200);
  });

  test('a client that goes in the middle of its request leaves no trace in the log', async () => {
    const log = jest.spyOn(console, 'error');
    const socket = connect(Number(new URL(okta.url).port), '127.0.0.1');
    const before = okta.requests.length;
    socket.write('POST /api/v1/apps HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{');
    while (okta.requests.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(log).not.toHaveBeenCalled();
    expect((await call(okta, 'GET', '/api/v1/groups')).status).toBe(200);
  });
});

test('tokens are looked at before anything else', async () => {
  const status = async (authorization: string): Promise<unknown[]> => {
    const reply = await call(okta, 'POST', '/api/v1/apps', '{', { authorization });
    return [reply.status, reply.at('errorCode'), reply.at('errorSummary')];
  };
  expect(await status('SSWS wrong')).toEqual([401, 'E0000011', 'Invalid token provided']);
  expect(await status('Basic eDp5')).toEqual([401, 'E0000011', 'Invalid token provided']);
  const none = await fetch(`${okta.url}/api/v1/apps`);
  expect([none.status, ((await none.json()) as { errorCode: string }).errorCode]).toEqual([403, 'E0000005']);
});

test('a role may not cover everything', async () => {
  okta.trouble.forbidden = ({ method, path }) => method === 'PUT' && path.endsWith('/groups/x');
  const reply = await call(okta, 'PUT', '/api/v1/apps/a/groups/x', {});
  expect([reply.status, reply.at('errorCode')]).toEqual([403, 'E0000006']);
  okta.trouble.forbidden = undefined;
  expect((await call(okta, 'PUT', '/api/v1/apps/a/groups/x', {})).status).toBe(404);
});

test('requests are kept as they arrived', async () => {
  okta.requests.length = 0;
  await call(okta, 'POST', '/api/v1/groups?a=1', { profile: { name: 'Recorded' } });
  expect(okta.requests).toEqual([
    {
      method: 'POST',
      path: '/api/v1/groups',
      query: 'a=1',
      body: { profile: { name: 'Recorded' } },
      headers: expect.objectContaining({ authorization: `SSWS ${okta.token}` }),
      status: 200,
      at: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    },
  ]);
});

test('discovery names the org and its servers', async () => {
  const org = await call(okta, 'GET', '/.well-known/okta-organization');
  expect([org.at('id'), org.at('_links.organization.href'), org.at('pipeline')]).toEqual([
    okta.org.id,
    okta.url,
    'idx',
  ]);
  expect(org.body).not.toHaveProperty('_links.alternate');
  const own = await call(okta, 'GET', '/.well-known/openid-configuration');
  expect([own.at('issuer'), own.at('authorization_endpoint')]).toEqual([
    okta.url,
    `${okta.url}/oauth2/v1/authorize`,
  ]);
  const custom = await call(okta, 'GET', '/oauth2/default/.well-known/openid-configuration');
  expect([custom.at('issuer'), custom.at('token_endpoint')]).toEqual([
    `${okta.url}/oauth2/default`,
    `${okta.url}/oauth2/default/v1/token`,
  ]);
  expect((await call(okta, 'GET', '/oauth2/nope/.well-known/openid-configuration')).status).toBe(404);
  expect((await call(okta, 'GET', '/oauth2/v1/keys')).at('keys.0.kty')).toBe('RSA');
});

test('POST /__emulator/reset goes back to the start, without a token', async () => {
  await call(okta, 'POST', '/api/v1/groups', { profile: { name: 'Before' } });
  const { org } = okta;
  const reset = await fetch(`${okta.url}/__emulator/reset`, { method: 'POST' });
  expect([reset.status, await reset.text()]).toEqual([204, '']);
  expect((await call(okta, 'GET', '/api/v1/groups')).each('profile.name')).toEqual(['Everyone']);
  expect(okta.org).not.toBe(org);
  expect((await call(okta, 'GET', '/__emulator/reset')).status).toBe(405);
});
