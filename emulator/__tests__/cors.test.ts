import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Emulator } from '../src/server.ts';
import { startEmulator } from '../src/server.ts';
import { call, createApp } from './support/caller.ts';

let okta: Emulator;
beforeAll(async () => {
  okta = await startEmulator();
  await createApp(okta, 'SPA', { redirect_uris: ['https://spa.example.com/callback'] });
  const scopes = [{ type: 'CORS' }];
  await call(okta, 'POST', '/api/v1/trustedOrigins', {
    name: 'Portal',
    origin: 'https://portal.example.com',
    scopes,
  });
  await call(okta, 'POST', '/api/v1/trustedOrigins', {
    name: 'Elsewhere',
    origin: 'https://redirect.example.com',
    scopes: [{ type: 'REDIRECT' }],
  });
});
afterAll(() => okta.close());

/** The origin that may read what is at a path. */
async function allowed(path: string, origin: string): Promise<string | null> {
  return (await call(okta, 'GET', path, undefined, { origin })).headers.get('access-control-allow-origin');
}

test.each([
  ['https://portal.example.com', true, true],
  ['https://spa.example.com', true, false],
  ['https://redirect.example.com', false, false],
  ['https://evil.example', false, false],
])('%s may read an authorization server: %s, the API: %s', async (origin, oauth, api) => {
  for (const path of ['/oauth2/v1/keys', '/oauth2/default/.well-known/openid-configuration']) {
    expect(await allowed(path, origin)).toBe(oauth ? origin : null);
  }
  expect(await allowed('/api/v1/groups', origin)).toBe(api ? origin : null);
});

test('a browser may ask first', async () => {
  const headers = {
    origin: 'https://spa.example.com',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type,dpop',
  };
  const answer = await fetch(`${okta.url}/oauth2/v1/token`, { method: 'OPTIONS', headers });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://spa.example.com');
  expect(answer.headers.get('access-control-allow-headers')).toBe('content-type,dpop');
  expect(answer.headers.get('access-control-allow-methods')).toContain('POST');
});
