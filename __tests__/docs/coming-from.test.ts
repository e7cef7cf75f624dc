import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from '../support/runner.ts';
import { succeed, WEB } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** docs/coming-from.md: its example, and the shapes that its table gives for `settings`, are taken and found again. */

const org = useOrg();

const page = readFileSync(join(root, 'docs/coming-from.md'), 'utf8');
const example = (/```yaml\nsettings: \|\n([\s\S]*?)```/.exec(page)?.[1] ?? '').replace(/^ {2}/gm, '');

test.each([
  ['the example', example],
  ['a hidden app', '{ visibility: { autoSubmitToolbar: true, hide: { iOS: true, web: true } } }'],
  ['key rotation', '{ credentials: { oauthClient: { autoKeyRotation: false } } }'],
  [
    'a sign-in from the dashboard',
    '{ settings: { oauthClient: { idp_initiated_login: { mode: SPEC, default_scope: [openid] } } } }',
  ],
  ['Federation Broker Mode', '{ settings: { implicitAssignment: true } }'],
  ['a profile', '{ profile: { team: shop } }'],
  [
    'a user name template',
    '{ credentials: { userNameTemplate: { template: "${source.email}", type: BUILT_IN } } }',
  ],
  [
    'single logout',
    '{ settings: { oauthClient: { participate_slo: true, frontchannel_logout_uri: "https://shop.example.com/out", frontchannel_logout_session_required: true } } }',
  ],
])('%s', async (_, settings) => {
  expect(settings).not.toBe('');
  expect((await succeed(org, { ...WEB, settings })).outputs['result']).toBe('created');
  expect((await succeed(org, { ...WEB, settings })).outputs['result']).toBe('unchanged');
});
