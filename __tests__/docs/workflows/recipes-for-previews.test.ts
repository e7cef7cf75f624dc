import { beforeEach, describe, expect, test } from '@jest/globals';
import { textOf, type JsonObject } from '../../../src/util/json.ts';
import { deploymentStatus, push, schedule, workflowRun } from '../../support/events.ts';
import { problemsOf } from '../../support/language-service.ts';
import { TOKEN } from '../../support/okta.ts';
import { previews, workflows as ofReadme } from '../../support/readme.ts';
import {
  clientIdOf,
  clientOf,
  last,
  outputs,
  page,
  pullRequestsOn,
  recipesOf,
  results,
  workflowsOf,
} from '../../support/recipes.ts';
import { foreignApp } from '../../support/runs.ts';
import { useGitHub, useOrg } from '../../support/servers.ts';

/** The workflows of docs/recipes.md for previews, taken from it as they stand and run with the bundles: what each recipe promises. */

const recipes = page('docs/recipes.md');
const workflows = workflowsOf(recipes);
const org = useOrg();
const github = useGitHub();
const { start, run, failure } = recipesOf(workflows, org, github);
const pullRequest = pullRequestsOn(github);

function markOf(app: JsonObject): JsonObject {
  return (app['profile'] as { okta_oidc_app: JsonObject }).okta_oidc_app;
}

async function uris(label: string): Promise<unknown> {
  return clientOf(await org.app(label))['redirect_uris'];
}

/** A step that a recipe shows in place of "Deploy the preview", by a word in it. */
function deployStep(word: string): string {
  const steps = [...recipes.matchAll(/```yaml\n(- name: Deploy the preview\n[\s\S]*?)```/g)].map(
    ([, step = '']) => step,
  );
  expect(steps).toHaveLength(2);
  return steps.find((step) => step.includes(word)) ?? '';
}

/** The workflow with a deployment of docs/previews.md, with another URL and another step that deploys. */
function withDeployment(url: string, step?: string): string {
  const text = previews.get('Preview') ?? '';
  const indented = step?.trimEnd().replaceAll(/^(?=.)/gm, '      ');
  return text
    .replace(/PREVIEW_URL: .*/, () => `PREVIEW_URL: ${url}`)
    .replace(/ {6}- name: Deploy the preview\n[\s\S]*/, (own) => indented ?? own);
}

test('every block of YAML is a workflow with a test, or a step of one', () => {
  const blocks = [...recipes.matchAll(/```ya?ml\n(?!- name: Deploy the preview\n)/g)];
  expect(blocks).toHaveLength(workflows.size);
  const tested = ['previews', 'apps']
    .map((of) => page(`__tests__/docs/workflows/recipes-for-${of}.test.ts`))
    .join('');
  expect([...workflows.keys()].filter((name) => !tested.includes(`'${name}'`))).toEqual([]);
});

test("GitHub's language service finds nothing wrong with them", () => {
  const checked = [...workflows].filter(([, text]) => !/^ {4}uses: /m.test(text));
  // Of the pull requests of a `workflow_run` it knows the list only as an empty one, without a first element.
  const known = checked.map(([name, text]) => [name, text.replaceAll('.pull_requests[0]', '.id')] as const);
  expect(problemsOf(new Map(known))).toBe('');
});

test('none uses "pull_request_target"; actions of others are pinned, and leave no token behind', () => {
  for (const text of workflows.values()) {
    expect(text).not.toContain('pull_request_target');
    for (const [, uses = ''] of text.matchAll(/uses: (?!org\/|acme\/)(.*)/g))
      expect(uses).toMatch(/@[0-9a-f]{40} # v\d/);
    expect(text.match(/checkout@/g)?.length).toBe(text.match(/persist-credentials: false/g)?.length);
    expect(text).not.toMatch(/\srun:.*\$\{\{/);
  }
});

/** Every part of the page that has a workflow, from its heading on. */
const PARTS = recipes.split(/\n(?=##)/).filter((part) => part.includes('```yaml\nname: '));

test.each(PARTS.map((part) => [/^#+ (.*)/.exec(part)?.[1] ?? '', part] as const))(
  '"%s" says which events it needs allowed',
  (_, part) => {
    const prose = part.replaceAll(/```[\s\S]*?```/g, '');
    const events = [...workflowsOf(part).values()]
      .flatMap((text) => {
        const [, inline, block = ''] = /^on:(?: (\w+))?\n((?: {2}.*\n)*)/m.exec(text) ?? [];
        return inline ?? [...block.matchAll(/^ {2}(\w+):/gm)].map(([, event = '']) => event);
      })
      .flat();
    expect(events.length).toBeGreaterThan(0);
    for (const event of events) expect(prose).toContain(`\`${event}\``);
  },
);

describe('The credential out of reach of pull requests', () => {
  const name = 'Okta for previews';
  const sha = '7'.repeat(40);
  const requested = (number = 12): ReturnType<typeof workflowRun> =>
    workflowRun({
      action: 'requested',
      of: 'Preview without a credential',
      sha,
      pullRequests: [{ number, sha }],
    });

  test('the default branch creates the app; the deployment knows its client ID without a credential', async () => {
    expect(await start(name, pullRequest('opened', 12))).toBeUndefined();
    expect(outputs(await run(name, requested()))).toMatchObject({ result: 'created', 'pull-request': '12' });
    const app = await org.app('shop preview 12');
    expect(markOf(app)).toMatchObject({ pull_request: 12 });
    expect(await uris('shop preview 12')).toEqual(['https://pr-12.preview.example.com/login/callback']);
    expect(outputs(await run(name, requested()))['result']).toBe('unchanged');

    const vars = { OKTA_ISSUER: org.url };
    const deployed = await run('Preview without a credential', pullRequest('opened', 12), {
      vars,
      secrets: {},
    });
    expect(last(deployed, 'deploy').log).toBe(`client ${clientIdOf(app)} at ${org.url}`);
  });

  test('a run that comes after the close deletes the app', async () => {
    pullRequest('opened', 12);
    await run(name, requested());
    github.pulls.set(12, 'closed');
    expect(outputs(await run(name, requested()))['result']).toBe('deleted');
  }, 20_000);

  test("a fork's, and one of a closed pull request, run nothing; the sweep deletes the app, with the same environment", async () => {
    pullRequest('opened', 12);
    await run(name, requested());
    const unnamed = workflowRun({
      action: 'requested',
      of: 'Preview without a credential',
      sha,
      pullRequests: [],
    });
    expect(results(await run(name, unnamed))).toEqual({});
    github.pulls.set(12, 'closed');
    const sweep = previews.get('Preview sweep') ?? '';
    const text = sweep.replace(
      '    runs-on:',
      '    environment: { name: okta-previews, deployment: false }\n    runs-on:',
    );
    await run('Preview sweep', push(), { text });
    expect(await org.labels()).toEqual([]);
  });

  test("another workflow's run starts nothing", async () => {
    expect(await start(name, workflowRun({ action: 'requested', sha }))).toBeUndefined();
    expect(await start(name, workflowRun({ of: 'Preview without a credential', sha }))).toBeUndefined();
  });
});

describe('A host with the number in the URL', () => {
  const hosts = [...recipes.matchAll(/^\| (.+?) +\| `(https:\/\/.+?)` +\|$/gm)].map(
    ([, host = '', url = '']) => ({ host, url }),
  );

  test('the table has them', () => {
    expect(hosts).toHaveLength(10);
  });

  test.each(hosts)('$host', async ({ url }) => {
    const opened = await run('Preview', pullRequest('opened', 12), { text: withDeployment(url) });
    const expected = url.replace('${{ github.event.number }}', '12');
    expect(await uris('shop preview 12')).toEqual([`${expected}/login/callback`]);
    expect(outputs(opened)['sign-in-ready']).toBe('true');
    expect(opened.step().action?.annotations).toEqual([]);
  });

  const urlOf = (word: string): string => hosts.find(({ host }) => host.includes(word))?.url ?? '';

  test('Vercel: the step gives the deployment the alias of the table', async () => {
    const text = withDeployment(urlOf('Vercel'), deployStep('vercel'));
    const npx = 'echo "$@" >&2; [ "$3" != deploy ] || echo https://shop-b590y5v61-acme.vercel.app';
    const done = await run('Preview', pullRequest('opened', 12), {
      text,
      commands: { npm: 'true', npx },
      secrets: { OKTA_API_TOKEN: TOKEN, VERCEL_TOKEN: 'vercel-secret' },
      vars: { OKTA_ORG_URL: org.url, VERCEL_ORG_ID: 'team', VERCEL_PROJECT_ID: 'project' },
    });
    const { log } = last(done, 'deploy');
    const clientId = clientIdOf(await org.app('shop preview 12'));
    expect(log).toContain(
      `--build-env VITE_OKTA_CLIENT_ID=${clientId} --build-env VITE_OKTA_ISSUER=${org.url}`,
    );
    expect(log).toContain(
      'alias set https://shop-b590y5v61-acme.vercel.app shop-pr-12-acme.vercel.app --token ***',
    );
    expect(await uris('shop preview 12')).toEqual(['https://shop-pr-12-acme.vercel.app/login/callback']);
  });

  test('Cloudflare Pages: the branch is called after the number', async () => {
    const done = await run('Preview', pullRequest('opened', 12), {
      text: withDeployment(urlOf('Cloudflare'), deployStep('wrangler')),
      commands: { npm: 'echo "$@ with $VITE_OKTA_CLIENT_ID"', npx: 'echo "npx $@"' },
      secrets: { OKTA_API_TOKEN: TOKEN, CLOUDFLARE_API_TOKEN: 'cf-secret' },
      vars: { OKTA_ORG_URL: org.url, CLOUDFLARE_ACCOUNT_ID: 'account' },
    });
    const { log } = last(done, 'deploy');
    expect(log).toContain(`run build with ${clientIdOf(await org.app('shop preview 12'))}`);
    expect(log).toContain('npx --no wrangler pages deploy dist --project-name acme-shop --branch pr-12');
    expect(await uris('shop preview 12')).toEqual(['https://pr-12.acme-shop.pages.dev/login/callback']);
  });

  test('Netlify: the build works the same client ID out that the workflow gives', async () => {
    const [, input = ''] = /\(README|`(client-id: shop-preview-[^`]+)`/.exec(recipes) ?? [];
    const [, command = ''] = /command = "VITE_OKTA_CLIENT_ID=(\S+) /.exec(recipes) ?? [];
    const text = (ofReadme.get('Preview') ?? '')
      .replace(/redirect-uris: .*/, () => `redirect-uris: ${urlOf('Netlify')}/login/callback`)
      .replace(/( +)state: auto\n/, (line, indent: string) => `${line}${indent}${input}\n`);
    await run('Preview', pullRequest('opened', 12), { text });
    expect(await uris('shop preview 12')).toEqual([
      'https://deploy-preview-12--acme-shop.netlify.app/login/callback',
    ]);
    expect(clientIdOf(await org.app('shop preview 12'))).toBe(command.replace('$REVIEW_ID', '12'));
    await run('Preview', pullRequest('closed', 12), { text });
    expect(await org.labels()).toEqual([]);
  });
});

describe('Vercel', () => {
  const name = 'Preview on Vercel';
  const shared = 'The app that previews share';
  const sha = '7'.repeat(40);
  const url = (commit: string): string => `https://shop-${commit}.preview.example.com`;
  const local = 'http://localhost:5173/login/callback';

  beforeEach(async () => {
    await run(shared, push());
    github.pulls.set(7, 'open');
    github.branches.set(7, { sha });
  });

  test('each deployment adds its URL, and the close takes all of them away, without a warning', async () => {
    const added = [];
    for (const commit of ['aaaaaaaaa', 'bbbbbbbbb'])
      added.push(await run(name, deploymentStatus({ sha, url: url(commit) })));
    expect(added.flatMap((done) => done.step().action?.annotations)).toEqual([]);
    expect(await uris('shop previews')).toEqual([
      local,
      `${url('aaaaaaaaa')}/login/callback`,
      `${url('bbbbbbbbb')}/login/callback`,
    ]);
    expect(results(await run(name, pullRequest('closed', 7)))).toEqual({ 'redirect-uri': 'success' });
    expect(await uris('shop previews')).toEqual([local]);
    const again = await run(shared, push());
    expect(outputs(again)['result']).toBe('unchanged');
    expect(again.step().action?.annotations).toEqual([]);
  }, 30_000);

  test('the pattern that the page names without a domain of your own is warned of', async () => {
    const [, pattern = ''] = /Without one, write `([^`]+)`/.exec(recipes) ?? [];
    const text = workflows.get(shared)?.replace('*.preview.example.com', pattern) ?? '';
    const done = await run(shared, push(), { text });
    expect(
      done
        .step()
        .action?.annotations.map(({ message }) => message)
        .join(),
    ).toContain(pattern);
  });

  test('without a permission of the two, the message names it', async () => {
    for (const permission of ['contents', 'pull-requests']) {
      const text = workflows.get(name)?.replaceAll(new RegExp(`^ +${permission}: read\\n`, 'gm'), '') ?? '';
      expect(await failure(name, deploymentStatus({ sha, url: url('a') }), { text })).toContain(
        `${permission}: read`,
      );
    }
    expect(await uris('shop previews')).toEqual([local]);
  }, 30_000);

  test("a deployment of a commit without a pull request is skipped; somebody else's host is refused", async () => {
    const skipped = await run(name, deploymentStatus({ sha: '8'.repeat(40), url: url('c') }));
    expect(outputs(skipped)['result']).toBe('skipped');
    for (const host of [
      'https://shop-a.evil.example',
      'https://shop-a.vercel.app',
      'https://a.b.preview.example.com',
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
    await run(name, pullRequest('closed', 12, { branch }));
    expect(await uris('shop previews')).toEqual(['https://shop.example.com/callback']);
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

    const text = previews.get('Preview sweep') ?? '';
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
  await run(name, pullRequest('closed', 12));
  expect(await org.labels()).toEqual([]);
});

test('Pull requests from forks: one app takes every preview', async () => {
  const name = 'The app for previews of forks';
  await org.group('Preview testers');
  expect(outputs(await run(name, push()))).toMatchObject({ result: 'created', 'sign-in-ready': 'true' });
  const app = clientOf(await org.app('shop previews of forks'));
  expect(app).toMatchObject({ wildcard_redirect: 'SUBDOMAIN' });
  expect(outputs(await run(name, push()))['result']).toBe('unchanged');
});
