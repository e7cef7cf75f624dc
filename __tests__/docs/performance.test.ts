import { expect, test } from '@jest/globals';
import { foreignApp, succeed, WEB, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';
import { textOf } from '../../src/util/json.ts';

/** docs/performance.md: what it says of a run that finds nothing to do. */

const org = useOrg();
const SOMEBODY: Inputs = { groups: 'Everyone' };
const SERVER: Inputs = { 'authorization-server': 'default' };

const uris = (count: number): string =>
  Array.from({ length: count }, (_, i) => `https://shop-${i}.example.com/callback`).join('\n');

test.each<[string, Inputs, number]>([
  ['one request', { 'verify-sign-in': 'false' }, 1],
  ['two more for who may use the app, and one to the sign-in page', {}, 4],
  ['one for each redirect URI', { ...SOMEBODY, 'redirect-uris': uris(3) }, 5],
  ['at most five for redirect URIs', { ...SOMEBODY, 'redirect-uris': uris(7) }, 7],
  ['one more for groups', { groups: 'Everyone\nDevelopers' }, 3],
  ['two more for each user', { users: 'grace@example.com\nalan@example.com' }, 6],
  ['one more for the authentication policy', { ...SOMEBODY, 'sign-on-policy': 'Strict' }, 4],
  ['one more for API scopes', { ...SOMEBODY, 'api-scopes': 'okta.users.read' }, 4],
  ['one more for the client secret', { ...SOMEBODY, 'output-client-secret': 'true' }, 4],
  [
    'none for the age of the client secret',
    { ...SOMEBODY, 'output-client-secret': 'true', 'client-secret-max-age': '90d' },
    4,
  ],
  ['two more for an authorization server', { ...SOMEBODY, ...SERVER }, 5],
  [
    'none for its access policies',
    { ...SOMEBODY, ...SERVER, 'authorization-server-policies': 'Previews' },
    5,
  ],
  [
    'one more for each trusted origin',
    { ...SOMEBODY, 'trusted-origins': 'https://a.example.com\nhttps://b.example.com' },
    5,
  ],
])('a run that finds nothing to do sends %s', async (_, inputs, requests) => {
  await org.group('Developers');
  for (const login of ['grace@example.com', 'alan@example.com']) await org.user(login);
  await org.api('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Strict' });
  await org.accessPolicy('Previews', [textOf((await foreignApp(org, 'other'))['id'])]);
  const run = (): ReturnType<typeof succeed> => succeed(org, { ...WEB, 'verify-sign-in': 'true', ...inputs });
  await run();
  org.taken();
  expect((await run()).outputs['result']).toBe('unchanged');
  expect(org.taken()).toHaveLength(requests);
});
