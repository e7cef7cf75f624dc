import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { adminNote } from '../../src/app/ownership/note.ts';
import { userAgent, VERSION } from '../../src/github/user-agent.ts';
import { textOf } from '../../src/util/json.ts';
import { root } from '../support/runner.ts';
import { failure, foreignApp, succeed, WEB, writes, type Inputs } from '../support/runs.ts';
import { GET, PUT } from '../support/okta.ts';
import { useOrg } from '../support/servers.ts';

/** docs/for-your-okta-administrator.md: what it says of the action is so. */

const page = readFileSync(join(root, 'docs/for-your-okta-administrator.md'), 'utf8');
const org = useOrg();

/** Everything that a workflow can ask for beside the settings of the app. */
const ALL: Inputs = {
  ...WEB,
  groups: 'Developers',
  users: 'grace@example.com',
  assignments: 'exact',
  'trusted-origins': 'https://shop.example.com',
  'authorization-server': 'default',
  'authorization-server-policies': 'Previews',
  'sign-on-policy': 'Strict',
  'output-client-secret': 'true',
  'client-secret-max-age': '90d',
};

/** Where the page says that the action writes: apps and what is below them, trusted origins, access policies. */
const WRITTEN =
  /^\w+ \/api\/v1\/(apps([/?]|$)|trustedOrigins(\/|$)|authorizationServers\/\w+\/policies\/\w+$)/;

/** What an org has that a workflow with all of this names. */
async function seed(): Promise<void> {
  const login = 'grace@example.com';
  await org.group('Developers');
  await org.group('Testers');
  await org.api('POST', '/api/v1/users', {
    profile: { firstName: 'Grace', lastName: 'Hopper', email: login, login },
  });
  await org.api('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Strict' });
  const conditions = { clients: { include: [textOf((await foreignApp(org, 'other'))['id'])] } };
  const policy = {
    type: 'OAUTH_AUTHORIZATION_POLICY',
    name: 'Previews',
    description: 'Previews',
    priority: 1,
  };
  await org.api('POST', '/api/v1/authorizationServers/default/policies', { ...policy, conditions });
  org.taken();
}

test('the action writes where the page says, and nowhere else', async () => {
  await seed();
  await succeed(org, ALL);
  await succeed(org, { ...ALL, groups: 'Testers', users: '[]', 'trusted-origins': '[]' });
  await succeed(org, { name: 'shop', state: 'absent' });
  await succeed(org, { name: 'worker', type: 'service', 'api-scopes': 'okta.users.read' });
  const written = writes(org);
  for (const part of ['/apps/', '/groups/', '/users/', '/trustedOrigins', '/policies/', '/grants'])
    expect(written.filter((request) => request.includes(part))).not.toEqual([]);
  expect(written.filter((request) => !WRITTEN.test(request))).toEqual([]);
});

test('a dry run of all that, and a run that reads, write nothing', async () => {
  await seed();
  await succeed(org, { ...ALL, 'dry-run': 'true' });
  expect(writes(org)).toEqual([]);
  await succeed(org, ALL);
  org.taken();
  await succeed(org, { ...ALL, groups: 'Testers', users: '[]', 'trusted-origins': '[]', 'dry-run': 'true' });
  await succeed(org, { name: 'shop', state: 'absent', 'dry-run': 'true' });
  await succeed(org, { name: 'shop', state: 'read' });
  expect(writes(org)).toEqual([]);
});

test('a run sends as few requests as the page says', async () => {
  await org.group('Developers');
  org.taken();
  const inputs = { ...WEB, groups: 'Everyone\nDevelopers', 'verify-sign-in': 'true' };
  const sent = (): string[] => org.taken().map((request) => request.replace(/^GET (\/\w+)\/.*/, '$1'));
  await succeed(org, inputs);
  expect(sent().length).toBeLessThan(10);
  await succeed(org, inputs);
  expect(sent().sort()).toEqual(['/api', '/api', '/oauth2']);
  await succeed(org, { ...inputs, groups: '' });
  expect(sent().sort()).toEqual(['/api', '/api', '/api', '/oauth2']);
});

test('apps and the System Log name the workflow as the page shows', () => {
  const owner = { server: 'github.com', repository: 'acme/shop', repositoryId: '123456789' };
  expect(page).toContain(`"${adminNote({ ...owner, pullRequest: 12, branch: undefined, job: undefined })}"`);
  const environment = { GITHUB_REPOSITORY: 'acme/shop', GITHUB_RUN_ID: '42', GITHUB_RUN_ATTEMPT: '1' };
  expect(page).toContain(`\`${userAgent(environment).replace(VERSION, '1.0.0')}\``);
});

test('the scopes that it names are in the table of rights', () => {
  const rights = readFileSync(join(root, 'docs/credential.md'), 'utf8');
  const scopes = [...page.matchAll(/`okta\.[A-Za-z]+\.(?:read|manage)`/g)].map(([scope]) => scope);
  expect(scopes.length).toBeGreaterThan(2);
  expect(scopes.filter((scope) => !rights.includes(scope))).toEqual([]);
});

describe('the check of a new key', () => {
  const inputs: Inputs = { name: 'check', 'redirect-uris': 'https://check.example.com/callback' };
  const denied = 'Okta answered 403';

  test('shows a role that reaches SAML apps by a message that is no 403', async () => {
    const url = 'https://payroll.example.com/saml';
    const signOn = { ssoAcsUrl: url, audience: url, recipient: url, destination: url };
    const body = { label: 'Payroll', signOnMode: 'SAML_2_0', settings: { signOn } };
    const saml = await org.api('POST', '/api/v1/apps', body);
    const reads: Inputs = { 'app-id': textOf(saml['id']), state: 'read' };
    expect(page).toContain('`state: read`, and as `app-id`');
    expect(await failure(org, reads)).not.toContain(denied);
    org.refuse(GET(saml));
    expect(await failure(org, reads)).toContain(denied);
  });

  test('shows whether a role assigns a group outside its resource set', async () => {
    for (const [input, value] of Object.entries(inputs)) expect(page).toContain(`\`${input}: ${value}\``);
    const groups = await org.group('Board');
    await succeed(org, { ...inputs, groups });
    await succeed(org, { name: 'check', state: 'absent' });
    org.refuse(PUT(/\/groups\//));
    expect(await failure(org, { ...inputs, groups })).toMatch(
      /^Cannot assign the group "Board".* Okta answered 403/,
    );
    expect(await org.labels()).toEqual(['check']);
    await succeed(org, { name: 'check', state: 'absent' });
    expect(await org.labels()).toEqual([]);
  });

  test.each([
    [403, 'Cannot read the group'],
    [404, 'Cannot find the group'],
  ])('tries no assignment if the role hides the group with a %i, and says so', async (status, message) => {
    const groups = await org.group('Board');
    org.refuse(GET(`/api/v1/groups/${groups}`), status);
    expect(page).toContain(`"${message}"`);
    expect(await failure(org, { ...inputs, groups })).toContain(message);
    expect(await org.labels()).toEqual([]);
  });
});
