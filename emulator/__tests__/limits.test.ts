import { describe, expect, test } from '@jest/globals';
import type { Reply } from './support/caller.ts';
import { call } from './support/caller.ts';
import { RateLimits, bucketOf } from '../src/limits.ts';
import { startEmulator } from '../src/server.ts';

describe('buckets', () => {
  test.each([
    ['GET', '/api/v1/apps', '/api/v1/apps'],
    ['POST', '/api/v1/apps', '/api/v1/apps'],
    ['GET', '/api/v1/apps/0oa1', '/api/v1/apps/{id}'],
    ['PUT', '/api/v1/apps/0oa1', '/api/v1/apps/{id}'],
    ['DELETE', '/api/v1/apps/0oa1', '/api/v1/apps/{id}'],
    ['POST', '/api/v1/apps/0oa1/lifecycle/deactivate', '/api/v1/apps'],
    ['PUT', '/api/v1/apps/0oa1/groups/00g1', '/api/v1/apps'],
    ['GET', '/api/v1/groups', '/api/v1/groups'],
    ['GET', '/api/v1/groups/00g1', '/api/v1/groups/{id}'],
    ['GET', '/api/v1/groups/00g1/users', '/api/v1/groups'],
    ['GET', '/api/v1/trustedOrigins/tos1', '/api/v1'],
    ['GET', '/oauth2/v1/clients/x/roles', '/oauth2/v1/clients'],
    ['POST', '/oauth2/v1/token', '/oauth2/v1/token'],
    ['GET', '/oauth2/default/v1/authorize', '/oauth2/v1/authorize'],
  ])('%s %s counts in %s', (method, path, bucket) => {
    expect(bucketOf(method, path)).toBe(bucket);
  });

  test('two tokens together can use up a bucket that neither could alone', () => {
    const limits = new RateLimits('integrator');
    const take = (caller: string): boolean => limits.take('GET', '/api/v1/apps', caller, 0).allowed;
    const first = Array.from({ length: 11 }, () => take('one'));
    expect(first.filter(Boolean)).toHaveLength(10);
    const second = Array.from({ length: 11 }, () => take('two'));
    expect(second.filter(Boolean)).toHaveLength(10);
    expect(take('three')).toBe(false);
  });
});

test('one token may use half a bucket a minute; then 429 until the reset', async () => {
  let now = Date.UTC(2026, 0, 1);
  const okta = await startEmulator({ rateLimits: 'integrator', now: () => now });
  const list = (): Promise<Reply> => call(okta, 'GET', '/api/v1/apps');
  const first = await list();
  expect(first.headers.get('x-rate-limit-limit')).toBe('10');
  expect(first.headers.get('x-rate-limit-remaining')).toBe('9');
  expect(first.headers.get('x-rate-limit-reset')).toBe(String(now / 1000 + 60));
  for (let n = 1; n < 10; n += 1) await list();
  const refused = await list();
  expect([refused.status, refused.at('errorCode'), refused.headers.get('x-rate-limit-remaining')]).toEqual([
    429,
    'E0000047',
    '0',
  ]);
  expect((await call(okta, 'GET', '/api/v1/apps/x')).status).toBe(404);
  now += 60_000;
  expect((await list()).status).toBe(200);
  await okta.close();
});
