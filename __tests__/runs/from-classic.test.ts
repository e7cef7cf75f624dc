import { expect, test } from '@jest/globals';
import { foreignApp, succeed, failure, WEB } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** An app that has a setting from Classic Engine with which Identity Engine refuses every update. */

const org = useOrg();
const OLD = { accessibility: { loginRedirectUrl: 'https://shop.example.com/start' } };

async function migrated(): Promise<void> {
  org.org.engine = 'classic';
  await foreignApp(org, 'shop', OLD);
  org.org.engine = 'identity';
}

test.each([
  ['an own run', { ...WEB, adopt: 'true', 'logo-uri': 'https://shop.example.com/logo.png' }],
  ['a shared run', { name: 'shop', shared: 'true', 'redirect-uris': 'https://pr-1.example.com/cb' }],
])('%s takes it out, and says so', async (_, inputs) => {
  await migrated();
  const run = await succeed(org, inputs);
  expect(run.outputs['result']).toBe('updated');
  expect(run.annotations).toContainEqual({
    level: 'warning',
    message: expect.stringContaining('no longer takes the setting accessibility.loginRedirectUrl'),
  });
  expect((await org.app('shop'))['accessibility']).toMatchObject({ loginRedirectUrl: null });
  org.taken();
  expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
});

test('a run that asks for it gets Okta’s refusal', async () => {
  await succeed(org, WEB);
  const settings = 'accessibility: { loginRedirectUrl: https://shop.example.com/start }';
  expect(await failure(org, { ...WEB, settings })).toContain('loginRedirectUrl');
});
