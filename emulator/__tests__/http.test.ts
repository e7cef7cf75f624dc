import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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
    const { port } = new URL(okta.url);
    const text = await new Promise<string>((resolve, reject) => {
      let received = '';
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(
          `POST /api/v1/apps HTTP/1.1\r\nHost: a\r\nAuthorization: SSWS ${okta.token}\r\nConnection: close\r\n\r\n`,
        );
      });
      socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
      socket.on('end', () => {
        resolve(received);
      });
      socket.on('error', reject);
    });
    expect(text).toMatch(/^HTTP\/1\.1 411 /);
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
