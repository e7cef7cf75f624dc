import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { textOf, type JsonObject } from '../../src/util/json.ts';
import { TOKEN } from '../support/okta.ts';
import { readme, workflows } from '../support/readme.ts';
import { root } from '../support/runner.ts';
import { foreignApp } from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';
import {
  runWorkflow,
  type WorkflowEvent,
  type WorkflowOptions,
  type WorkflowRun,
} from '../support/workflow.ts';

/** The workflows of the README, taken from it as they stand and run with the bundles: what each recipe promises. */

const org = useOrg();
const github = useGitHub();

/** What the deployment in the README's place sees of the app. */
const SHOW =
  'echo "client $OKTA_CLIENT_ID at ${OKTA_ISSUER:-$OKTA_DISCOVERY_URL}"; echo "${OKTA_CLIENT_ID/0oa/id-}" > seen; echo "seen=$(cat seen)" >> "$GITHUB_OUTPUT"';

async function start(
  name: string,
  event: WorkflowEvent,
  options: Partial<WorkflowOptions> & { text?: string } = {},
): Promise<WorkflowRun | undefined> {
  const text = options.text ?? workflows.get(name);
  if (text === undefined) throw new Error(`The README has no workflow "${name}".`);
  return runWorkflow(text, {
    event,
    vars: { OKTA_ORG_URL: org.url },
    secrets: { OKTA_API_TOKEN: TOKEN },
    github,
    commands: { 'deploy.sh': SHOW, 'smoke-test.sh': SHOW },
    inputDefaults: { 'settle-seconds': '0.2' },
    ...options,
  });
}

/** A run that the event starts, and in which every job succeeds. */
async function run(...args: Parameters<typeof start>): Promise<WorkflowRun> {
  const done = await start(...args);
  if (!done) throw new Error(`The event ${args[1].name} does not start the workflow "${args[0]}".`);
  const failed = done.jobs.filter(({ result }) => result !== 'success');
  if (failed.length > 0)
    throw new Error(failed.flatMap(({ steps }) => steps.map(({ log }) => log)).join('\n'));
  return done;
}

function pullRequest(
  action: 'opened' | 'reopened' | 'synchronize' | 'closed' | 'labeled',
  number: number,
  from = 'acme/shop',
): WorkflowEvent {
  const state = action === 'closed' ? 'closed' : 'open';
  github.pulls.set(number, state);
  const payload = { action, number, pull_request: { number, state, head: { repo: { full_name: from } } } };
  return { name: 'pull_request', payload };
}

const push: WorkflowEvent = { name: 'push', payload: { ref: 'refs/heads/main' } };
const nightly: WorkflowEvent = { name: 'schedule', payload: {} };

function dispatch(inputs: Record<string, unknown> = {}): WorkflowEvent {
  return { name: 'workflow_dispatch', payload: { inputs } };
}

function outputs(done: WorkflowRun, id?: string): Record<string, string> {
  return done.step(id).outputs;
}

function client(app: JsonObject): JsonObject {
  return (app['settings'] as { oauthClient: JsonObject }).oauthClient;
}

function credentials(app: JsonObject): JsonObject {
  return (app['credentials'] as { oauthClient: JsonObject }).oauthClient;
}

async function groupsOf(app: JsonObject): Promise<string[]> {
  const list = await org.apiList(`/api/v1/apps/${textOf(app['id'])}/groups?expand=group`);
  return list
    .map((item) => (item['_embedded'] as { group: { profile: { name: string } } }).group.profile.name)
    .sort();
}

async function origins(): Promise<string[]> {
  return (await org.apiList('/api/v1/trustedOrigins')).map(({ origin }) => textOf(origin)).sort();
}

test('every block of YAML in the README is a workflow with a test below', () => {
  expect([...readme.matchAll(/```ya?ml\n/g)]).toHaveLength(workflows.size);
  expect([...workflows.keys()]).toEqual([
    'Preview',
    'Preview on the shared app',
    'Production app',
    'Worker app',
    'All apps',
    'Deploy in a second job',
    'Deploy in a second job, masked',
    'Smoke test',
    'Sweep',
  ]);
});

test("GitHub's language service finds nothing wrong with them", () => {
  const folder = mkdtempSync(join(tmpdir(), 'readme-'));
  mkdirSync(join(folder, '.github/workflows'), { recursive: true });
  let i = 0;
  for (const text of workflows.values())
    writeFileSync(join(folder, `.github/workflows/${(i += 1)}.yml`), text);
  const check = spawnSync(
    join(root, 'node_modules/.bin/node'),
    [join(root, 'scripts/validate-workflows.ts')],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  );
  rmSync(folder, { recursive: true });
  expect(check.stdout).toBe(`${workflows.size} action and workflow files: valid\n`);
});

describe('Preview', () => {
  const label = 'shop preview 12';

  test('opened, pushed to and closed: one app with one client ID, deployed twice, and gone', async () => {
    const opened = await run('Preview', pullRequest('opened', 12));
    expect(outputs(opened, 'okta')).toMatchObject({ result: 'created', 'sign-in-ready': 'true' });
    const app = await org.app(label);
    expect(client(app)).toMatchObject({
      application_type: 'browser',
      redirect_uris: ['https://pr-12.preview.example.com/login/callback'],
      post_logout_redirect_uris: ['https://pr-12.preview.example.com/'],
    });
    expect(await groupsOf(app)).toEqual(['Everyone']);

    const pushed = await run('Preview', pullRequest('synchronize', 12));
    expect(outputs(pushed, 'okta')).toMatchObject({
      result: 'unchanged',
      'client-id': outputs(opened, 'okta')['client-id'],
    });
    for (const deployed of [opened, pushed].map((done) => done.step('step 3'))) {
      expect(deployed.log).toBe(`client *** at ${org.url}`);
      expect(deployed.outputs['seen']).toBe(textOf(app['id']).replace('0oa', 'id-'));
    }

    const closed = await run('Preview', pullRequest('closed', 12));
    expect(outputs(closed, 'okta')).toMatchObject({ result: 'deleted', 'client-id': '' });
    expect(closed.step('step 3').outcome).toBe('skipped');
    expect(await org.labels()).toEqual([]);
  });

  test('reopened: the app comes back', async () => {
    await run('Preview', pullRequest('opened', 12));
    await run('Preview', pullRequest('closed', 12));
    const reopened = await run('Preview', pullRequest('reopened', 12));
    expect(outputs(reopened, 'okta')['result']).toBe('created');
  });

  test('a run that comes late does not bring the app back', async () => {
    const late = pullRequest('synchronize', 12);
    github.pulls.set(12, 'closed');
    const done = await run('Preview', late);
    expect(outputs(done, 'okta')['result']).toBe('absent');
    expect(done.step('step 3').outcome).toBe('skipped');
    expect(await org.labels()).toEqual([]);
  });

  test('the job may ask GitHub: it has the permission', async () => {
    const opened = await run('Preview', pullRequest('opened', 12));
    expect(github.requests.map(({ path }) => path)).toContain('/repos/acme/shop/pulls/12');
    expect(opened.step('okta').action?.annotations).toEqual([]);
  });

  test("a fork's pull request is skipped with a notice", async () => {
    const done = await run('Preview', pullRequest('opened', 13, 'mallory/shop'), { secrets: {} });
    expect(outputs(done, 'okta')).toMatchObject({ result: 'skipped', 'client-id': '' });
    expect(done.step('okta').action?.annotations.map(({ level }) => level)).toEqual(['notice']);
    expect(done.step('step 3').outcome).toBe('skipped');
    expect(org.taken()).toEqual([]);
  });

  test('other events of a pull request start nothing', async () => {
    expect(await start('Preview', pullRequest('labeled', 12))).toBeUndefined();
  });
});

describe('Preview on the shared app', () => {
  const name = 'Preview on the shared app';
  const uri = (number: number): string => `https://pr-${number}.preview.example.com/login/callback`;
  const own = 'https://shop.example.com/callback';

  async function uris(): Promise<unknown> {
    return client(await org.app('shop previews'))['redirect_uris'];
  }

  test('one after the other, as the queue has it: each adds its URI, and takes it away', async () => {
    await foreignApp(org, 'shop previews');
    for (const number of [1, 2, 3]) {
      const opened = await run(name, pullRequest('opened', number));
      expect(outputs(opened)).toMatchObject({ result: 'updated', 'sign-in-ready': 'true' });
    }
    expect(await uris()).toEqual([own, uri(1), uri(2), uri(3)]);
    expect(outputs(await run(name, pullRequest('synchronize', 2)))['result']).toBe('unchanged');
    await run(name, pullRequest('closed', 2));
    expect(await uris()).toEqual([own, uri(1), uri(3)]);
  });

  test('all at once, as without the queue: no URI is lost, and the app is as it was when all are closed', async () => {
    const before = await foreignApp(org, 'shop previews');
    const text = workflows.get(name)?.replace(/ {4}concurrency:\n(?: {6}.*\n)+/, '') ?? '';
    expect(text).not.toContain('concurrency');
    const numbers = [1, 2, 3, 4];
    const options = { text, inputDefaults: { 'settle-seconds': '1' } };
    await Promise.all(numbers.map((number) => run(name, pullRequest('opened', number), options)));
    expect(new Set((await uris()) as string[])).toEqual(new Set([own, ...numbers.map(uri)]));
    await Promise.all(numbers.map((number) => run(name, pullRequest('closed', number), options)));
    const { lastUpdated, ...after } = await org.app('shop previews');
    expect(after).toMatchObject({ settings: before['settings'] });
    expect(after['profile']).toEqual(before['profile']);
  }, 60_000);
});

describe('Production app', () => {
  test('a push makes it, with origins and groups; the next one changes nothing', async () => {
    await Promise.all([org.group('Customers'), org.group('Staff')]);
    const first = await run('Production app', push);
    expect(outputs(first)).toMatchObject({ result: 'created', 'sign-in-ready': 'true' });
    const app = await org.app('shop');
    expect(credentials(app)).toMatchObject({ token_endpoint_auth_method: 'none', pkce_required: true });
    expect(client(app)).toMatchObject({ refresh_token: { rotation_type: 'ROTATE' } });
    expect(await groupsOf(app)).toEqual(['Customers', 'Staff']);
    expect(await origins()).toEqual(['http://localhost:5173', 'https://shop.example.com']);
    expect(outputs(await run('Production app', push))['result']).toBe('unchanged');
  });

  test('a push to another branch starts nothing', async () => {
    expect(
      await start('Production app', { name: 'push', payload: { ref: 'refs/heads/try' } }),
    ).toBeUndefined();
  });
});

describe('Worker app', () => {
  test('a push makes it, and the next one finds its key again', async () => {
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
    const vars = {
      OKTA_ORG_URL: org.url,
      WORKER_JWKS: JSON.stringify({ keys: [{ ...key, kid: 'one', use: 'sig' }] }),
    };
    expect(outputs(await run('Worker app', push, { vars }))['result']).toBe('created');
    const app = await org.app('billing worker');
    expect(credentials(app)).toMatchObject({ token_endpoint_auth_method: 'private_key_jwt' });
    expect(client(app)).toMatchObject({
      grant_types: ['client_credentials'],
      jwks: { keys: [{ kid: 'one' }] },
    });
    expect(outputs(await run('Worker app', push, { vars }))['result']).toBe('unchanged');
  });
});

describe('All apps', () => {
  test('a push makes each of them', async () => {
    const { jobs } = await run('All apps', push);
    expect(jobs).toHaveLength(3);
    expect((await org.labels()).sort()).toEqual(['shop', 'shop admin', 'shop for Android']);
    expect(client(await org.app('shop admin'))['redirect_uris']).toHaveLength(2);
    expect(client(await org.app('shop for Android'))['application_type']).toBe('native');
  });
});

describe('The client ID in another job', () => {
  const name = 'Deploy in a second job';

  test('it arrives where it is not masked', async () => {
    const done = await run(name, push);
    const app = await org.app('shop');
    expect(done.jobs.find(({ id }) => id === 'deploy')?.steps.at(-1)?.log).toBe(
      `client ${textOf(app['id'])} at ${org.url}`,
    );
  });

  test('it does not arrive where it is masked', async () => {
    const text = workflows.get(name)?.replace(/ *mask-client-id: false\n/, '') ?? '';
    const { jobs } = await run(name, push, { text });
    expect(jobs.find(({ id }) => id === 'okta')?.dropped).toEqual(['client-id']);
    expect(jobs.find(({ id }) => id === 'deploy')?.steps.at(-1)?.log).toBe(`client  at ${org.url}`);
  });

  test('reading the app again gives it to the second job, masked', async () => {
    const done = await run(`${name}, masked`, push);
    const app = await org.app('shop');
    const deployed = done.jobs.find(({ id }) => id === 'deploy')?.steps.at(-1);
    expect(deployed?.log).toBe(`client *** at ${org.url}`);
    expect(deployed?.outputs['seen']).toBe(textOf(app['id']).replace('0oa', 'id-'));
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

describe('Sweep', () => {
  beforeEach(async () => {
    await foreignApp(org, 'shop previews');
    await foreignApp(org, 'shop preview of ours');
    const open = async (name: string): Promise<void> => {
      for (const number of [1, 2]) await run(name, pullRequest('opened', number));
    };
    await Promise.all([open('Preview'), open('Preview on the shared app')]);
    github.pulls.set(1, 'closed');
  }, 60_000);

  test('every night it removes what closed pull requests left', async () => {
    const swept = await run('Sweep', nightly);
    expect(swept.step().action?.annotations).toEqual([]);
    expect(outputs(swept)).toEqual({
      deleted: '["shop preview 1"]',
      kept: '["shop preview 2"]',
      changed: 'true',
    });
    expect((await org.labels()).sort()).toEqual(['shop preview 2', 'shop preview of ours', 'shop previews']);
    expect(client(await org.app('shop previews'))['redirect_uris']).toEqual([
      'https://shop.example.com/callback',
      'https://pr-2.preview.example.com/login/callback',
    ]);
  });

  test('by hand it only says what it would remove, unless told otherwise', async () => {
    expect(outputs(await run('Sweep', dispatch()))['deleted']).toBe('["shop preview 1"]');
    expect(await org.labels()).toContain('shop preview 1');
    await run('Sweep', dispatch({ 'dry-run': false }));
    expect(await org.labels()).not.toContain('shop preview 1');
  });
});
