import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { textOf, type JsonObject } from '../../src/util/json.ts';
import {
  deploymentStatus,
  dispatch,
  FORK,
  issueComment,
  pullRequestEvent,
  pullRequestTarget,
  push,
  schedule,
  type PullRequestAction,
  type PullRequestOf,
  type TestEvent,
} from '../support/events.ts';
import { clientIdOf, markOf } from '../support/apps.ts';
import { startGitHub } from '../support/github.ts';
import { problemsOf } from '../support/language-service.ts';
import { connectionTo, TOKEN } from '../support/okta.ts';
import { workflows as ofReadme } from '../support/readme.ts';
import { last, outputs, page, recipesOf, results, workflowsOf } from '../support/recipes.ts';
import { runAction } from '../support/runner.ts';
import { foreignApp, WEB } from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';

/** The workflows of docs/recipes.md, taken from it as they stand and run with the bundles: what each recipe promises. */

const recipes = page('docs/recipes.md');
const workflows = workflowsOf(recipes);
const org = useOrg();
const github = useGitHub();
const { start, run, failure } = recipesOf(workflows, org, github);

/** The event of a pull request that is open. */
function pullRequest(action: PullRequestAction, number: number, options: PullRequestOf = {}): TestEvent {
  github.pulls.set(number, 'open');
  return pullRequestEvent(action, { number, ...options });
}

function target(action: PullRequestAction, number: number, options: PullRequestOf = {}): TestEvent {
  github.pulls.set(number, action === 'closed' ? 'closed' : 'open');
  return pullRequestTarget(action, { number, ...options });
}

function client(app: JsonObject): JsonObject {
  return (app['settings'] as { oauthClient: JsonObject }).oauthClient;
}

async function uris(label: string): Promise<unknown> {
  return client(await org.app(label))['redirect_uris'];
}

test('every block of YAML is a workflow with a test below', () => {
  expect([...recipes.matchAll(/```ya?ml\n/g)]).toHaveLength(workflows.size);
  const tested = page('__tests__/docs/recipes.test.ts');
  expect([...workflows.keys()].filter((name) => !tested.includes(`'${name}'`))).toEqual([]);
});

test("GitHub's language service finds nothing wrong with them", () => {
  expect(problemsOf(new Map([...workflows].filter(([, text]) => !/^ {4}uses: /m.test(text))))).toBe('');
});

test('actions of others are pinned, and leave no token behind; what starts on "pull_request_target" checks nothing out', () => {
  for (const text of workflows.values()) {
    for (const [, uses = ''] of text.matchAll(/uses: (?!org\/|acme\/)(.*)/g))
      expect(uses).toMatch(/@[0-9a-f]{40} # v\d/);
    expect(text.match(/checkout@/g)?.length).toBe(text.match(/persist-credentials: false/g)?.length);
    expect(text).not.toMatch(/run:.*\$\{\{/);
    const jobs = text.split(/\n {2}(?=\w+:\n {4})/).slice(1);
    if (!text.includes('pull_request_target')) continue;
    for (const job of jobs.filter((part) => part.includes('checkout@')))
      expect(job).toMatch(/if: github\.event_name == 'pull_request'/);
  }
});

describe('A host with the number in the URL', () => {
  const hosts = [...recipes.matchAll(/^\| (.+?) +\| `(https:\/\/.+?)` +\|$/gm)].map(
    ([, host = '', url = '']) => ({
      host,
      url,
    }),
  );

  test('the table has them', () => {
    expect(hosts).toHaveLength(7);
  });

  test.each(hosts)('$host', async ({ url }) => {
    const text = ofReadme.get('Preview')?.replace(/PREVIEW_URL: .*/, `PREVIEW_URL: ${url}`) ?? '';
    const opened = await run('Preview', pullRequest('opened', 12), { text });
    const expected = url.replace('${{ github.event.number }}', '12');
    expect(await uris('shop preview 12')).toEqual([`${expected}/login/callback`]);
    expect(outputs(opened)['sign-in-ready']).toBe('true');
  });
});

test('Netlify: the build knows the client ID; the close takes the app away', async () => {
  const name = 'Preview on Netlify';
  await run(name, pullRequest('opened', 12));
  expect(await uris('shop preview 12')).toEqual([
    'https://deploy-preview-12--acme-shop.netlify.app/login/callback',
  ]);
  expect(await org.app('shop preview 12')).toMatchObject({
    credentials: { oauthClient: { client_id: 'shop-preview-12' } },
  });
  await run(name, target('closed', 12, { conflict: true }));
  expect(await org.labels()).toEqual([]);
});

describe('Vercel', () => {
  const name = 'Preview on Vercel';
  const shared = 'The app that previews share';
  const sha = '7'.repeat(40);
  const url = (commit: string): string => `https://shop-${commit}-acme.vercel.app`;
  const local = 'http://localhost:5173/login/callback';

  test('each deployment adds its URL, and the close takes all of them away', async () => {
    await run(shared, push());
    github.pulls.set(7, 'open');
    github.branches.set(7, { sha });
    for (const commit of ['aaaaaaaaa', 'bbbbbbbbb'])
      await run(name, deploymentStatus({ sha, url: url(commit) }));
    expect(await uris('shop previews')).toEqual([
      local,
      `${url('aaaaaaaaa')}/login/callback`,
      `${url('bbbbbbbbb')}/login/callback`,
    ]);
    expect(results(await run(name, target('closed', 7)))).toEqual({ close: 'success' });
    expect(await uris('shop previews')).toEqual([local]);
    expect(outputs(await run(shared, push()))['result']).toBe('unchanged');
  }, 30_000);

  test('without a permission of the two, the message names it', async () => {
    await run(shared, push());
    github.pulls.set(7, 'open');
    github.branches.set(7, { sha });
    for (const permission of ['contents', 'pull-requests']) {
      const text = workflows.get(name)?.replaceAll(new RegExp(`^ +${permission}: read\\n`, 'gm'), '') ?? '';
      expect(await failure(name, deploymentStatus({ sha }), { text })).toContain(`${permission}: read`);
    }
    expect(await uris('shop previews')).toEqual([local]);
  }, 30_000);

  test("a deployment of a commit without a pull request is skipped; somebody else's host is refused", async () => {
    await run(shared, push());
    const skipped = await run(name, deploymentStatus({ sha: '8'.repeat(40) }));
    expect(outputs(skipped)['result']).toBe('skipped');
    github.pulls.set(7, 'open');
    github.branches.set(7, { sha });
    for (const host of [
      'https://shop-a.evil.example',
      'https://shopa-evil.vercel.app',
      'https://evil-acme.vercel.app',
    ])
      expect(await failure(name, deploymentStatus({ sha, url: host }))).toContain('redirect-hosts');
    expect(await uris('shop previews')).toEqual([local]);
  }, 30_000);

  test("production, failures, and others' deployments run nothing", async () => {
    for (const other of [
      deploymentStatus({ sha, environment: 'Production' }),
      deploymentStatus({ sha, state: 'failure' }),
      deploymentStatus({ sha, state: 'pending' }),
    ])
      expect(results(await run(name, other))).toEqual({});
  });
});

describe('Cloudflare Pages', () => {
  test('the workflow deploys: the branch is called after the number', async () => {
    const commands = { npm: 'echo "$@ with $VITE_OKTA_CLIENT_ID"', npx: 'echo "npx $@"; env' };
    const secrets = { OKTA_API_TOKEN: TOKEN, CLOUDFLARE_API_TOKEN: 'cf-secret' };
    const done = await run('Preview on Cloudflare Pages', pullRequest('opened', 12), {
      commands,
      secrets,
      vars: { OKTA_ORG_URL: org.url, CLOUDFLARE_ACCOUNT_ID: 'account' },
    });
    const [, build, deployed] = done.jobs.find(({ id }) => id === 'deploy')?.steps ?? [];
    expect(build?.log).toContain('run build with shop-preview-12');
    expect(deployed?.log).toContain(
      'npx --no wrangler pages deploy dist --project-name acme-shop --branch pr-12',
    );
    expect(await uris('shop preview 12')).toEqual(['https://pr-12.acme-shop.pages.dev/login/callback']);
  });

  test.each([
    ['feature', 'feature'],
    ['Fix/Login_Page', 'fix-login-page'],
    ['dependabot/npm_and_yarn/okta-auth-js-7.9.0', 'dependabot-npm-and-yarn-okta'],
    ['$(touch${IFS}x)`id`;é', 'touch--ifs-x--id'],
  ])('Cloudflare builds: the alias of %j', async (branch, alias) => {
    await foreignApp(org, 'shop previews');
    const name = 'Preview that Cloudflare builds';
    await run(name, pullRequest('opened', 12, { branch }));
    expect(await uris('shop previews')).toEqual([
      'https://shop.example.com/callback',
      `https://${alias}.acme-shop.pages.dev/login/callback`,
    ]);
    await run(name, target('closed', 12, { branch }));
    expect(await uris('shop previews')).toEqual(['https://shop.example.com/callback']);
  });
});

describe('By a comment', () => {
  const name = 'Preview by a comment';

  test('a member makes the app, which the close takes away', async () => {
    github.pulls.set(12, 'open');
    const done = await run(name, issueComment());
    expect(outputs(done)).toMatchObject({ result: 'created', 'pull-request': '12' });
    expect(markOf(await org.app('shop preview 12'))).toMatchObject({ pull_request: 12 });
    await run('Preview ends', target('closed', 12), { text: ofReadme.get('Preview ends') ?? '' });
    expect(await org.labels()).toEqual([]);
  });

  test('anybody else, an issue, and another comment run nothing; without the "if" a stranger is refused', async () => {
    github.pulls.set(12, 'open');
    const stranger = issueComment({ association: 'CONTRIBUTOR' });
    for (const event of [stranger, issueComment({ on: 'issue' })])
      expect(results(await run(name, event))).toEqual({});
    const text = workflows.get(name)?.replace(/ {4}if: >-\n(?: {6}.*\n)+/, '') ?? '';
    expect(await failure(name, stranger, { text })).toContain('is not an owner, a member or a collaborator');
    expect(await org.labels()).toEqual([]);
  });

  test("a fork's pull request is refused", async () => {
    github.pulls.set(12, 'open');
    github.branches.set(12, { from: 'stranger/shop' });
    expect(await failure(name, issueComment())).toContain('Cannot run for a fork');
  });
});

describe('A branch without a pull request', () => {
  const name = 'Preview of a branch';

  test('the app lasts two weeks, and then the sweep takes it away', async () => {
    expect(await start(name, push())).toBeUndefined();
    await run(name, push('feature'));
    const app = await org.app('shop preview feature');
    expect(markOf(app)).toMatchObject({ branch: 'feature' });
    const days = (Date.parse(textOf(markOf(app)['expires'])) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(13);
    expect(days).toBeLessThan(15);
    expect(outputs(await run(name, push('feature')))['result']).toBe('unchanged');

    const text = ofReadme.get('Preview sweep') ?? '';
    await run('Preview sweep', schedule(), { text });
    expect(await org.labels()).toEqual(['shop preview feature']);
    const expired = { ...markOf(app), expires: '2020-01-01T00:00:00Z' };
    await org.api('PUT', `/api/v1/apps/${textOf(app['id'])}`, {
      ...app,
      profile: { okta_oidc_app: expired },
    });
    const swept = await run('Preview sweep', schedule(), { text });
    expect(outputs(swept)['deleted']).toBe('["shop preview feature"]');
    expect(await org.labels()).toEqual([]);
  });

  test('a branch whose name makes another host is refused', async () => {
    for (const branch of ['evil.example/x', 'a/b'])
      expect(await failure(name, push(branch))).toContain('redirect-hosts');
    expect(await org.labels()).toEqual([]);
  });

  test("the step of Cloudflare's recipe makes a host of a name with a slash", async () => {
    const cloudflare = workflows.get('Preview that Cloudflare builds') ?? '';
    const [alias = ''] = / {6}- id: alias\n[\s\S]*?head_ref \}\}\n/.exec(cloudflare) ?? [];
    const text = (workflows.get(name) ?? '')
      .replace('    steps:\n', () => `    steps:\n${alias.replace('github.head_ref', 'github.ref_name')}`)
      .replace('https://${{ github.ref_name }}.', () => 'https://${{ steps.alias.outputs.alias }}.');
    await run(name, push('feature/cart'), { text });
    expect(await uris('shop preview feature/cart')).toEqual([
      'https://feature-cart.branches.example.com/login/callback',
    ]);
  });
});

describe('End-to-end tests', () => {
  const name = 'End-to-end tests';

  test('each job of the matrix has an app of its own, which goes with it', async () => {
    const commands = { 'end-to-end-test.sh': 'echo "$BROWSER with $OKTA_CLIENT_ID"' };
    const done = await run(name, push(), { commands });
    expect(done.jobs.map(({ matrix }) => matrix['browser'])).toEqual(['chromium', 'firefox']);
    expect(done.jobs.map(({ steps }) => steps[0]?.outputs['result'])).toEqual(['created', 'created']);
    expect(done.jobs.map(({ steps }) => steps.at(-1)?.log)).toEqual([
      'chromium with ***',
      'firefox with ***',
    ]);
    expect(await org.labels()).toEqual([]);
  });

  test('it goes where the tests fail, too', async () => {
    const commands = { 'end-to-end-test.sh': 'exit 1' };
    const done = await start(name, push(), { commands });
    expect(done?.jobs.map(({ result }) => result)).toEqual(['failure', 'failure']);
    expect(done?.jobs.map(({ steps }) => steps[0]?.outputs['result'])).toEqual(['created', 'created']);
    expect(await org.labels()).toEqual([]);
  });
});

test('Several apps for a preview: each deployment gets its client ID, and all end', async () => {
  const name = 'Previews of a monorepo';
  const commands = { 'deploy.sh': 'echo "$APP is $OKTA_CLIENT_ID at $OKTA_ISSUER"' };
  const done = await run(name, pullRequest('opened', 12), { commands });
  expect((await org.labels()).sort()).toEqual(['admin preview 12', 'shop preview 12']);
  const deployed = done.jobs.filter(({ id }) => id === 'deploy').map(({ steps }) => steps.at(-1)?.log);
  expect(deployed).toEqual([
    `shop is shop-preview-12 at ${org.url}`,
    `admin is admin-preview-12 at ${org.url}`,
  ]);
  await run('Previews of a monorepo end', target('closed', 12));
  expect(await org.labels()).toEqual([]);
});

describe('The credential out of reach of pull requests', () => {
  const name = 'Okta for previews';

  test("opened and closed, by the default branch's workflow alone", async () => {
    expect(await start(name, pullRequest('opened', 12))).toBeUndefined();
    expect(outputs(await run(name, target('opened', 12)))['result']).toBe('created');
    expect(markOf(await org.app('shop preview 12'))).toMatchObject({ pull_request: 12 });
    expect(outputs(await run(name, target('closed', 12)))['result']).toBe('deleted');
  });

  test('a fork\'s runs nothing; without the "if" it is refused', async () => {
    const fork = target('opened', 13, { from: FORK });
    expect(results(await run(name, fork))).toEqual({});
    const text = workflows.get(name)?.replace(/ {4}if: .*\n/, '') ?? '';
    expect(await failure(name, fork, { text })).toContain('Cannot run for a fork');
    expect(await org.labels()).toEqual([]);
  });
});

test('Pull requests from forks: one app takes every preview', async () => {
  const name = 'The app for previews of forks';
  await org.group('Preview testers');
  expect(outputs(await run(name, push()))).toMatchObject({ result: 'created', 'sign-in-ready': 'true' });
  const app = client(await org.app('shop previews of forks'));
  expect(app).toMatchObject({ wildcard_redirect: 'SUBDOMAIN' });
  expect(outputs(await run(name, push()))['result']).toBe('unchanged');
});

test('Drift: it fails while the app is not as it should be, and writes nothing', async () => {
  const name = 'Drift';
  const text = workflows.get(name)?.replace(/ +dry-run: true\n/, '') ?? '';
  await run(name, schedule(), { text, inputDefaults: { 'settle-seconds': '0.2' } }).catch(() => undefined);
  const app = await org.app('shop');
  expect(results(await run(name, schedule()))).toEqual({ compare: 'success' });
  const settings = { oauthClient: { ...client(app), redirect_uris: ['https://elsewhere.example.com/'] } };
  await org.api('PUT', `/api/v1/apps/${textOf(app['id'])}`, { ...app, settings });
  org.taken();
  const done = await start(name, schedule());
  expect(done && results(done)).toEqual({ compare: 'failure' });
  expect(done && outputs(done, 'okta')).toMatchObject({ result: 'updated', changed: 'true' });
  expect(org.taken().filter((request) => !request.startsWith('GET '))).toEqual([]);
});

describe('One workflow for an organization', () => {
  const name = 'Preview by the organization';
  const reusable = {
    'acme/workflows/.github/workflows/okta-preview.yml@v1': workflows.get('Okta preview, for all') ?? '',
  };

  test('the caller opens, deploys and closes', async () => {
    const opened = await run(name, pullRequest('opened', 12), { reusable });
    expect(last(opened, 'deploy').log).toBe(`client shop-preview-12 at ${org.url}`);
    const ended = await run(name, target('closed', 12), { reusable });
    expect(outputs(ended)['result']).toBe('deleted');
    expect(results(ended)).toEqual({ okta: 'success' });
    expect(await org.labels()).toEqual([]);
  });

  test("each app is its caller's: another repository that takes the same name is refused", async () => {
    await run(name, pullRequest('opened', 12), { reusable });
    expect(markOf(await org.app('shop preview 12'))).toMatchObject({
      repository: 'acme/shop',
      repository_id: '4242',
    });
    const repository = { id: 4343, full_name: 'acme/store', default_branch: 'main' };
    const other = await startGitHub({ repository: 'acme/store' });
    try {
      other.pulls.set(12, 'open');
      const event = pullRequestEvent('opened', { number: 12, repository });
      const text = workflows.get(name)?.replaceAll('shop', 'store') ?? '';
      await run(name, event, { reusable, github: other, text });
      expect(markOf(await org.app('store preview 12'))).toMatchObject({ repository: 'acme/store' });
      const same = text.replace('app: store', 'app: shop');
      expect(await failure(name, event, { reusable, github: other, text: same })).toContain('acme/shop');
      expect((await org.labels()).sort()).toEqual(['shop preview 12', 'store preview 12']);
    } finally {
      await other.close();
    }
  });

  test('a caller without the permission cannot start it; without "secrets" the credential is missing', async () => {
    const text = workflows.get(name) ?? '';
    const poor = text.replace(/ {4}permissions:\n {6}pull-requests: read\n/, '');
    await expect(run(name, pullRequest('opened', 12), { reusable, text: poor })).rejects.toThrow(
      'pull-requests: read',
    );
    const without = text.replace(/ {4}secrets: inherit\n/, '');
    expect(await failure(name, pullRequest('opened', 12), { reusable, text: without })).toContain(
      'api-token',
    );
  });
});

test('GitHub Enterprise Server: the server is asked, and stands in the mark', async () => {
  const runner = { GITHUB_SERVER_URL: 'https://github.acme.example', GITHUB_API_URL: `${github.url}/api/v3` };
  const text = ofReadme.get('Preview') ?? '';
  const opened = await run('Preview', pullRequest('opened', 12), { text, runner });
  expect(opened.step().action?.annotations).toEqual([]);
  expect(github.requests.map(({ path }) => path)).toContain('/api/v3/repos/acme/shop/pulls/12');
  expect(markOf(await org.app('shop preview 12'))).toMatchObject({ server: 'github.acme.example' });
  expect(
    await failure('Preview', pullRequest('opened', 12), {
      text: text.replace('type: spa', 'type: spa\n          logo-uri: https://a.example/l.png'),
    }),
  ).toContain('github.acme.example');
});

describe('Worker app', () => {
  test('a push makes it, and the next one finds its key again', async () => {
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
    const vars = {
      OKTA_ORG_URL: org.url,
      WORKER_JWKS: JSON.stringify({ keys: [{ ...key, kid: 'one', use: 'sig' }] }),
    };
    expect(outputs(await run('Worker app', push(), { vars }))['result']).toBe('created');
    const app = await org.app('billing worker');
    expect(credentials(app)).toMatchObject({ token_endpoint_auth_method: 'private_key_jwt' });
    expect(client(app)).toMatchObject({
      grant_types: ['client_credentials'],
      jwks: { keys: [{ kid: 'one' }] },
    });
    expect(outputs(await run('Worker app', push(), { vars }))['result']).toBe('unchanged');
  });
});

describe('A client secret that changes', () => {
  const name = 'Client secret';
  const NIGHT = 24 * 3_600_000;
  const GH = 'secret set OKTA_CLIENT_SECRET --env production';
  const VAULT = 'kv put -mount=secret shop/okta client_secret=-';
  let place = '';

  beforeEach(async () => {
    place = mkdtempSync(join(tmpdir(), 'client-secret-'));
    await runAction({ with: { ...connectionTo(org), ...WEB } });
  });

  afterEach(() => {
    rmSync(place, { recursive: true });
  });

  /** What the environment or the vault holds, or the service was deployed with. */
  function held(file: 'stored' | 'deployed'): string {
    const path = join(place, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** So many nights go by: the secrets are older by them, and so is what the mark says of their output. */
  function later(nights: number): void {
    const before = (time: string): string =>
      new Date(Date.parse(time) - nights * NIGHT - 60_000).toISOString();
    for (const app of org.org.apps.values()) {
      for (const secret of app.secrets)
        Object.assign(secret, {
          created: before(secret.created),
          lastUpdated: before(secret.lastUpdated),
        });
      const mark = markOf(app.body);
      const output = mark['secret_output'] as { id: string; at: string } | undefined;
      if (output) org.plantMark(app.id, { ...mark, secret_output: { ...output, at: before(output.at) } });
    }
  }

  async function statuses(): Promise<string[]> {
    const app = textOf((await org.app('shop'))['id']);
    const secrets = await org.apiList(`/api/v1/apps/${app}/credentials/secrets`);
    return secrets.map(({ status }) => textOf(status)).sort();
  }

  /** A night in which a command may fail: how the jobs ended. */
  async function night(failing?: string, text = workflows.get(name) ?? ''): Promise<Record<string, string>> {
    const command = (of: string, check: string, works: string): string =>
      `${check} || exit 2; ${of === failing ? 'exit 1' : works}`;
    const store = `cat > "${place}/stored"`;
    const done = await start(name, schedule(), {
      text,
      commands: {
        gh: command('gh', `[ "$* as $GH_TOKEN in $GH_REPO" = "${GH} as ghs_app in acme/shop" ]`, store),
        vault: command('vault', `[ "$*" = "${VAULT}" ]`, store),
        'deploy.sh': command('deploy', 'true', `printf %s "$OKTA_CLIENT_SECRET" > "${place}/deployed"`),
      },
      others: { 'actions/create-github-app-token': { token: 'ghs_app' } },
      secrets: {
        OKTA_API_TOKEN: TOKEN,
        get OKTA_CLIENT_SECRET() {
          return held('stored');
        },
      },
    });
    if (!done) throw new Error('The schedule starts nothing.');
    for (const { log } of done.jobs.flatMap(({ steps }) => steps))
      if (held('stored') !== '') expect(log).not.toContain(held('stored'));
    return results(done);
  }

  const ALL = { store: 'success', deploy: 'success', rotate: 'success' };

  test('a new one is stored and deployed in the night after it was made, and the one before goes a week later', async () => {
    expect(await night()).toEqual(ALL);
    const first = held('stored');
    expect([first.length, held('deployed')]).toEqual([64, first]);

    later(90);
    expect(await night()).toEqual(ALL);
    expect([held('stored'), held('deployed')]).toEqual([first, first]);
    expect(await statuses()).toEqual(['ACTIVE', 'ACTIVE']);

    later(1);
    await night();
    const second = held('stored');
    expect(second).not.toBe(first);
    expect(held('deployed')).toBe(second);
    expect(await statuses()).toEqual(['ACTIVE', 'ACTIVE']);

    later(6);
    await night();
    expect(await statuses()).toEqual(['ACTIVE', 'INACTIVE']);
    await night();
    expect(await statuses()).toEqual(['ACTIVE']);
    expect([held('stored'), held('deployed')]).toEqual([second, second]);
  }, 60_000);

  test.each([
    ['gh', { store: 'failure' }],
    ['deploy', { store: 'success', deploy: 'failure' }],
  ])(
    'while "%s" fails nothing is made and nothing goes; then the run catches up',
    async (failing, ended) => {
      await night();
      const first = held('deployed');
      later(90);
      expect(await night(failing)).toEqual(ended);
      expect(await statuses()).toEqual(['ACTIVE']);
      await night();
      later(30);
      expect(await night(failing)).toEqual(ended);
      expect(await statuses()).toEqual(['ACTIVE', 'ACTIVE']);
      expect(held('deployed')).toBe(first);
      expect(await night()).toEqual(ALL);
      expect(held('deployed')).not.toBe(first);
      expect(await statuses()).toEqual(['ACTIVE', 'INACTIVE']);
    },
    60_000,
  );

  test('in a vault', async () => {
    expect(recipes).toContain(`\`vault ${VAULT}\``);
    const text = (workflows.get(name) ?? '')
      .replace(/ {6}- uses: actions\/create-github-app-token(?:.*\n {8})+.*\n/, '')
      .replace(`gh ${GH}`, `vault ${VAULT}`);
    expect(text).not.toContain('create-github-app-token');
    expect(await night(undefined, text)).toEqual(ALL);
    expect(held('stored')).toHaveLength(64);
  });
});

describe('All apps', () => {
  test('a push makes each of them', async () => {
    const { jobs } = await run('All apps', push());
    expect(jobs).toHaveLength(3);
    expect((await org.labels()).sort()).toEqual(['shop', 'shop admin', 'shop for Android']);
    expect(client(await org.app('shop admin'))['redirect_uris']).toHaveLength(2);
    expect(client(await org.app('shop for Android'))['application_type']).toBe('native');
  });
});

describe('The client ID in another job', () => {
  const name = 'Deploy in a second job';

  test('it arrives where it is not masked', async () => {
    const done = await run(name, push());
    const app = await org.app('shop');
    expect(done.jobs.find(({ id }) => id === 'deploy')?.steps.at(-1)?.log).toBe(
      `client ${clientIdOf(app)} at ${org.url}`,
    );
  });

  test('it does not arrive where it is masked', async () => {
    const text = workflows.get(name)?.replace(/ *mask-client-id: false\n/, '') ?? '';
    const { jobs } = await run(name, push(), { text });
    expect(jobs.find(({ id }) => id === 'okta')?.dropped).toEqual(['client-id']);
    expect(jobs.find(({ id }) => id === 'deploy')?.steps.at(-1)?.log).toBe(`client  at ${org.url}`);
  });

  test('reading the app again gives it to the second job, masked', async () => {
    const done = await run('Deploy in a second job, masked', push());
    const app = await org.app('shop');
    const deployed = done.jobs.find(({ id }) => id === 'deploy')?.steps.at(-1);
    expect(deployed?.log).toBe(`client *** at ${org.url}`);
    expect(deployed?.outputs['seen']).toBe(clientIdOf(app));
  });
});

describe('Smoke test', () => {
  test("it reads anybody's app, and changes nothing", async () => {
    const app = await foreignApp(org, 'shop');
    org.taken();
    const done = await run('Smoke test', dispatch());
    expect(outputs(done, 'okta')).toMatchObject({ result: 'unchanged', 'client-id': app['id'] });
    expect(done.step('step 3').log).toBe(`client *** at ${org.url}/.well-known/openid-configuration`);
    expect(org.taken().filter((request) => !request.startsWith('GET '))).toEqual([]);
  });

  test('it fails where there is no such app, and makes none', async () => {
    const done = await start('Smoke test', dispatch());
    expect(done?.step('okta').log).toContain(`Cannot find the app "shop"`);
    expect(await org.labels()).toEqual([]);
  });
});

function credentials(app: JsonObject): JsonObject {
  return (app['credentials'] as { oauthClient: JsonObject }).oauthClient;
}
