import { beforeEach, describe, expect, test } from '@jest/globals';
import { textOf, valueAt, type JsonObject } from '../../src/util/json.ts';
import { clientIdOf, idOf, markOf } from '../support/apps.ts';
import { githubEnvironment } from '../support/github.ts';
import { APPS, GET } from '../support/okta.ts';
import { WEB, changesOf, failure, pullRequest, succeed, writes, type Inputs } from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';

/**
 * An app that a closed pull request's or a branch's run made, and that a permanent run takes over: it is deleted and created anew, so that
 * nothing that unreviewed code chose becomes production's.
 */

const org = useOrg();
const github = useGitHub();

type Options = NonNullable<Parameters<typeof succeed>[2]>;

const POLICIES = '/api/v1/authorizationServers/default/policies';
const PERMANENT = { repository: 'acme/shop', repository_id: '4242' };
const BRANCH: Options = { env: { GITHUB_REF: 'refs/heads/feature/x', GITHUB_REF_PROTECTED: 'false' } };
const ABSENT: Inputs = { name: 'shop', state: 'absent' };

/** What main's workflow says. */
const MAIN: Inputs = { ...WEB, groups: 'Sellers' };

/** What the pull request's workflow says: all that it should not. */
const EVIL: Inputs = {
  name: 'shop',
  'redirect-uris': 'https://evil.example.net/callback',
  'post-logout-redirect-uris': 'https://evil.example.net/bye',
  'initiate-login-uri': 'https://evil.example.net/login',
  'grant-types': 'authorization_code\nimplicit',
  'redirect-hosts': 'evil.example.net\n*.example.com',
  'trusted-origins': 'https://evil.example.net',
  groups: 'Everyone',
  users: 'eve@example.com',
  'api-scopes': 'okta.users.read.self',
  'authorization-server': 'default',
  'authorization-server-policies': 'Previews',
};

const main = (): Options => ({ env: githubEnvironment(github) });
const shop = (): Promise<JsonObject> => org.app('shop');

function ofPullRequest(number = 12): Options {
  return { event: pullRequest(number), env: githubEnvironment(github) };
}

let policy: string;

beforeEach(async () => {
  await org.group('Sellers');
  await org.user('eve@example.com');
  const { outputs } = await succeed(org, { ...WEB, name: 'other', 'client-id': 'other-client' });
  expect(outputs['result']).toBe('created');
  policy = await org.accessPolicy('Previews', ['other-client']);
  github.pulls.set(12, 'open').set(13, 'open');
});

async function clients(): Promise<unknown> {
  return valueAt(await org.api('GET', `${POLICIES}/${policy}`), ['conditions', 'clients', 'include']);
}

async function names(path: string): Promise<string[]> {
  return (await org.apiList(path)).map((each) => textOf(each['id']));
}

/** Nothing is left of the app before: it is as if it had never been there. */
async function expectNew(before: JsonObject, secret: string): Promise<void> {
  const app = await shop();
  expect(idOf(app)).not.toBe(idOf(before));
  expect(clientIdOf(app)).toBe(clientIdOf(before));
  expect(JSON.stringify(app)).not.toContain('evil');
  expect(app).toMatchObject({ settings: { oauthClient: { grant_types: ['authorization_code'] } } });
  const { groups, ...mark } = markOf(app);
  expect(mark).toEqual(PERMANENT);
  expect(await names(`${APPS}/${idOf(app)}/groups`)).toEqual(groups);
  expect(groups).toHaveLength(1);
  expect(await names(`${APPS}/${idOf(app)}/users`)).toEqual([]);
  expect(await names(`${APPS}/${idOf(app)}/grants`)).toEqual([]);
  expect(await names('/api/v1/trustedOrigins')).toEqual([]);
  expect(await clients()).toEqual(['other-client']);
  const secrets = await org.apiList(`${APPS}/${idOf(app)}/credentials/secrets`);
  expect(secrets.map((held) => held['client_secret'])).not.toContain(secret);
}

describe.each<[string, () => Options]>([
  ['a closed pull request', ofPullRequest],
  ['a branch', () => BRANCH],
])('what the run of %s made', (kind, options) => {
  let before: JsonObject;
  let secret: string;

  beforeEach(async () => {
    const made = await succeed(org, { ...EVIL, 'output-client-secret': 'true' }, options());
    secret = made.outputs['client-secret'] ?? '';
    expect(secret).not.toBe('');
    before = await shop();
    const shared = { name: 'shop', shared: 'true', 'redirect-uris': 'https://pr-13.example.com/callback' };
    await succeed(org, { ...shared, 'trusted-origins': 'https://pr-13.example.com' }, ofPullRequest(13));
    github.pulls.set(12, 'closed');
    github.requests.length = 0;
    org.taken();
  });

  test('is created anew, with the same client ID and with nothing else of it', async () => {
    const run = await succeed(org, MAIN, main());
    expect(run.outputs['result']).toBe('created');
    const owner = kind === 'a branch' ? 'acme/shop, branch feature/x' : 'acme/shop, pull request #12';
    expect(changesOf(run)[0]).toEqual({ field: 'owner', from: owner, to: 'acme/shop' });
    expect(run.log).toContain(`Deleted the app "shop" of ${owner}, to create it anew.`);
    await expectNew(before, secret);
    org.taken();
    expect((await succeed(org, MAIN, main())).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('hands out the secret of the new one', async () => {
    const run = await succeed(org, { ...MAIN, 'output-client-secret': 'true' }, main());
    expect(run.outputs['client-secret']).not.toBe('');
    expect(run.outputs['client-secret']).not.toBe(secret);
  });

  test('is shown by a dry run as it would be replaced, and stays', async () => {
    const dry = await succeed(org, { ...MAIN, 'dry-run': 'true' }, main());
    expect(dry.outputs).toMatchObject({ result: 'created', changed: 'true' });
    expect(writes(org)).toEqual([]);
    const run = await succeed(org, MAIN, main());
    expect(changesOf(run)).toEqual(changesOf(dry));
  });

  test("is shown by another pull request's dry run as main's run would replace it", async () => {
    const dry = await succeed(org, { ...MAIN, 'dry-run': 'true' }, ofPullRequest(13));
    expect(dry.outputs['result']).toBe('created');
    expect(changesOf(dry)).toEqual(changesOf(await succeed(org, MAIN, main())));
  });

  test('is not replaced by a run that could not create it: nothing is deleted', async () => {
    const { 'redirect-uris': _, ...incomplete } = MAIN;
    expect(await failure(org, incomplete, main())).toContain('redirect-uris');
    expect(await failure(org, { ...MAIN, groups: 'Nobody' }, main())).toContain(
      'Cannot find the group "Nobody"',
    );
    expect(writes(org)).toEqual([]);
  });

  test('is kept as it is where "adopt" names the repository, but for the consent of its owner', async () => {
    const run = await succeed(org, { ...WEB, adopt: 'acme/shop' }, main());
    expect(run.outputs).toMatchObject({ result: 'updated', 'app-id': idOf(before) });
    expect(changesOf(run).map(({ field }) => field)).toEqual(['redirect-uris', 'redirect-hosts', 'owner']);
    expect(github.requests).toEqual([]);
    expect(JSON.stringify(await shop())).toContain('https://evil.example.net/login');
    expect(markOf(await shop())['redirect_hosts']).toBeUndefined();
  });

  test('is not replaced by its ID, which a new one would not have: the error says what to do', async () => {
    const message = await failure(org, { ...MAIN, 'app-id': idOf(before) }, main());
    expect(message).toMatch(
      /^Cannot replace the app "shop": it belongs to acme\/shop, .*, is created anew for what is permanent, and gets another ID\. Name it by "name" instead of "app-id"; or set "adopt: acme\/shop" to keep the app as it is\.$/,
    );
    expect(writes(org)).toEqual([]);
  });

  test('is not replaced where the inputs create nothing', async () => {
    await succeed(org, { name: 'shop', state: 'read' }, main());
    const shared = { name: 'shop', shared: 'true', 'redirect-uris': 'https://www.example.com/callback' };
    await succeed(org, shared, main());
    expect(idOf(await shop())).toBe(idOf(before));
  });

  test('is deleted by "state: absent" once others have taken away what they put there', async () => {
    expect(await failure(org, ABSENT, main())).toContain('others have put URIs on it');
    const shared = { name: 'shop', shared: 'true', state: 'absent' };
    const theirs = { 'redirect-uris': 'https://pr-13.example.com/callback' };
    const origins = { 'trusted-origins': 'https://pr-13.example.com' };
    await succeed(org, { ...shared, ...theirs, ...origins }, ofPullRequest(13));
    expect((await succeed(org, ABSENT, main())).outputs['result']).toBe('deleted');
    expect(await clients()).toEqual(['other-client']);
    expect(await names('/api/v1/trustedOrigins')).toEqual([]);
  });

  test('is created anew where Okta frees its client ID only after some seconds', async () => {
    org.before(GET(new RegExp(`^${APPS}$`)), () => {
      org.trouble.staleClientIdRefusals = 3;
    });
    expect((await succeed(org, MAIN, main())).outputs['result']).toBe('created');
    await expectNew(before, secret);
  });

  test('is gone where the new one could not be created, and a re-run creates it', async () => {
    org.refuse(({ method, path }) => method === 'POST' && path === APPS);
    const message = await failure(org, MAIN, main());
    expect(message).toContain('Cannot create the app "shop"');
    expect(message).toMatch(
      /Done before the failure: .*deleted the app "shop" of acme\/shop, .*, to create it anew/,
    );
    org.relent();
    expect((await succeed(org, MAIN, main())).outputs['result']).toBe('created');
    await expectNew(before, secret);
  });
});

describe("an open pull request's app", () => {
  beforeEach(async () => {
    await succeed(org, WEB, ofPullRequest());
    github.requests.length = 0;
    org.taken();
  });

  const different = { ...WEB, 'redirect-uris': 'https://new.example.com/callback' };

  test('is not touched, after GitHub was asked twice', async () => {
    expect(await failure(org, different, main())).toContain('pull request #12, which is open');
    expect(github.requests).toHaveLength(2);
    const matching = await succeed(org, WEB, main());
    expect(matching.outputs['result']).toBe('unchanged');
    expect(matching.notices[0]).toContain('pull request #12, which is open');
    expect(await failure(org, ABSENT, main())).toContain('pull request #12, which is open');
    expect(writes(org)).toEqual([]);
  });

  test.each(['closed', 'merged'] as const)('is replaced once it is %s, and only once', async (state) => {
    github.pulls.set(12, state);
    const taken = await succeed(org, WEB, main());
    expect(taken.outputs['result']).toBe('created');
    // The second answer comes right before the deletion.
    expect(github.requests).toHaveLength(2);
    github.requests.length = 0;
    expect((await succeed(org, WEB, main())).outputs['result']).toBe('unchanged');
    expect(github.requests).toEqual([]);
  });

  test('is deleted once it is closed, after GitHub was asked twice', async () => {
    github.pulls.set(12, 'closed');
    expect((await succeed(org, ABSENT, main())).outputs['result']).toBe('deleted');
    expect(github.requests).toHaveLength(2);
  });

  test('is replaced where GitHub needs a moment to know of the merge', async () => {
    github.fault = (_, index) => {
      github.pulls.set(12, index === 0 ? 'open' : 'merged');
      return undefined;
    };
    const taken = await succeed(org, WEB, main());
    expect(taken.outputs['result']).toBe('created');
    expect(taken.log).toContain('Waiting 5 s.');
  });

  test.each<[string, () => unknown, unknown[]]>([
    [
      'the permission is missing',
      () => (github.permitted = false),
      [expect.stringMatching(/^Cannot .*pull request #12.*403.*"permissions: pull-requests: read"/)],
    ],
    ['there is no token', () => undefined, []],
    ['GitHub does not know the number', () => github.pulls.clear(), []],
    [
      'GitHub fails',
      () => (github.fault = () => ({ status: 503 })),
      [expect.stringMatching(/^Cannot .*pull request #12.*503/)],
    ],
  ])('is only read where %s, and the message names the permission', async (why, arrange, warnings) => {
    github.pulls.set(12, 'closed');
    arrange();
    const options = why === 'there is no token' ? {} : main();
    const run = await succeed(org, WEB, options);
    expect(run.outputs['result']).toBe('unchanged');
    expect(run.warnings).toEqual(warnings);
    const error = await failure(org, different, options);
    expect(error).toContain('GitHub does not say whether that is closed');
    expect(error).toContain('permissions: pull-requests: read');
    expect(writes(org)).toEqual([]);
  });

  test.each([
    ['is reopened', () => github.pulls.set(12, 'open')],
    ['can no longer be asked about', () => (github.permitted = false)],
  ])('stays where it %s before the deletion', async (_, happen) => {
    github.pulls.set(12, 'closed');
    github.fault = (__, index) => {
      if (index === 1) happen();
      return undefined;
    };
    const before = await shop();
    org.taken();
    const message = await failure(org, different, main());
    expect(message).toMatch(/^Cannot replace the app "shop": /);
    expect(await shop()).toEqual(before);
    expect(writes(org)).toEqual([]);
  });

  test('is adopted all the same where the repository is named', async () => {
    const adopted = await succeed(org, { ...WEB, adopt: 'acme/shop' }, main());
    expect(adopted.outputs['result']).toBe('updated');
    expect(changesOf(adopted).map(({ field }) => field)).toEqual(['owner']);
    expect(github.requests).toEqual([]);
  });
});
