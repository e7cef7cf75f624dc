import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MARK_PATH } from '../../../src/app/ownership/mark.ts';
import { textOf, withValueAt, type Json, type JsonObject } from '../../../src/util/json.ts';
import { pullRequestEvent, push, schedule } from '../../support/events.ts';
import { startGitHub } from '../../support/github.ts';
import { connectionTo, TOKEN } from '../../support/okta.ts';
import { previews } from '../../support/readme.ts';
import {
  clientIdOf,
  clientOf,
  credentialsOf,
  last,
  outputs,
  page,
  pullRequestsOn,
  recipesOf,
  results,
  workflowsOf,
} from '../../support/recipes.ts';
import { runAction } from '../../support/runner.ts';
import { WEB } from '../../support/runs.ts';
import { useGitHub, useOrg } from '../../support/servers.ts';

/** The workflows of docs/recipes.md for apps that last, and for many repositories, taken from it as they stand and run with the bundles. */

const recipes = page('docs/recipes.md');
const workflows = workflowsOf(recipes);
const org = useOrg();
const github = useGitHub();
const { start, run, failure } = recipesOf(workflows, org, github);
const pullRequest = pullRequestsOn(github);

function markOf(app: JsonObject): JsonObject {
  return (app['profile'] as { okta_oidc_app: JsonObject }).okta_oidc_app;
}

describe('The life of an app', () => {
  const name = 'Production app, reviewed';
  const text = workflows.get(name) ?? '';
  /** The workflow with other inputs in place of a line. */
  const withInputs = (line: RegExp, ...inputs: string[]): string =>
    text.replace(line, (_, indent: string) => inputs.map((input) => `${indent}${input}\n`).join(''));

  beforeEach(async () => {
    await org.group('Customers');
    await run(name, push());
  });

  test('a pull request shows what would change, and changes nothing; a push changes it', async () => {
    const changed = withInputs(/( +)redirect-uris: .*\n/, 'redirect-uris: https://shop.example.com/other');
    org.taken();
    const shown = await run(name, pullRequest('opened', 12), { text: changed });
    expect(outputs(shown)).toMatchObject({ result: 'updated', changed: 'true' });
    expect(results(shown)).toEqual({ okta: 'success' });
    expect(org.taken().filter((request) => !request.startsWith('GET '))).toEqual([]);
    expect(outputs(await run(name, push(), { text: changed }))['result']).toBe('updated');
    expect(clientOf(await org.app('shop'))['redirect_uris']).toEqual(['https://shop.example.com/other']);
  });

  test('in the morning it fails while somebody has changed the app by hand, and writes nothing', async () => {
    expect(results(await run(name, schedule()))).toEqual({ okta: 'success' });
    const app = await org.app('shop');
    const settings = { oauthClient: { ...clientOf(app), redirect_uris: ['https://elsewhere.example.com/'] } };
    await org.api('PUT', `/api/v1/apps/${textOf(app['id'])}`, { ...app, settings });
    org.taken();
    const done = await start(name, schedule());
    expect(done && results(done)).toEqual({ okta: 'failure' });
    expect(done && outputs(done, 'okta')).toMatchObject({ result: 'updated', changed: 'true' });
    expect(org.taken().filter((request) => !request.startsWith('GET '))).toEqual([]);
  });

  test('read by another workflow, whoever made it', async () => {
    const reading = `${text.split('        with:')[0] ?? ''}        with:
          org-url: \${{ vars.OKTA_ORG_URL }}
          api-token: \${{ secrets.OKTA_API_TOKEN }}
          name: shop
          state: read
`;
    const runner = { GITHUB_REPOSITORY: 'acme/store', GITHUB_REPOSITORY_ID: '4343' };
    org.taken();
    const done = await run(name, push(), { text: reading, runner });
    expect(outputs(done)).toMatchObject({
      result: 'unchanged',
      'client-id': clientIdOf(await org.app('shop')),
    });
    expect(org.taken().filter((request) => !request.startsWith('GET '))).toEqual([]);
  });

  test('renamed by its ID, it keeps its client ID, and is found by the new name afterwards', async () => {
    const before = await org.app('shop');
    const line = /( +)name: shop\n/;
    const renaming = withInputs(line, 'name: store', `app-id: ${textOf(before['id'])}`);
    expect(outputs(await run(name, push(), { text: renaming }))['result']).toBe('updated');
    expect(await org.labels()).toEqual(['store']);
    expect(clientIdOf(await org.app('store'))).toBe(clientIdOf(before));
    expect(outputs(await run(name, push(), { text: withInputs(line, 'name: store') }))['result']).toBe(
      'unchanged',
    );
  });

  test('removed with "state: absent"', async () => {
    const absent = withInputs(/( +)name: shop\n/, 'name: shop', 'state: absent');
    expect(outputs(await run(name, push(), { text: absent }))['result']).toBe('deleted');
    expect(await org.labels()).toEqual([]);
  });

  test('another repository takes over what this one no longer manages, as the page says', async () => {
    const adopting = withInputs(/( +)name: shop\n/, 'name: shop', 'adopt: acme/shop');
    expect(recipes).toContain('`adopt: acme/shop`');
    const runner = { GITHUB_REPOSITORY: 'acme/store', GITHUB_REPOSITORY_ID: '4343' };
    expect(
      await failure(name, push(), {
        runner,
        text: withInputs(/( +)groups: .*\n/, 'logo-uri: https://a.example/l.png'),
      }),
    ).toContain('acme/shop');
    await run(name, push(), { runner, text: adopting });
    expect(markOf(await org.app('shop'))).toMatchObject({ repository: 'acme/store' });
  });
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
    expect(credentialsOf(app)).toMatchObject({ token_endpoint_auth_method: 'private_key_jwt' });
    expect(clientOf(app)).toMatchObject({
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

  /** So many nights go by: the secrets are older by them, and so is the note of the one that was output last. */
  function later(nights: number): void {
    const before = (time: Json | undefined): string =>
      new Date(Date.parse(textOf(time)) - nights * NIGHT - 60_000).toISOString();
    for (const app of org.org.apps.values()) {
      for (const secret of app.secrets)
        Object.assign(secret, { created: before(secret.created), lastUpdated: before(secret.lastUpdated) });
      const output = markOf(app.body)['secret_output'] as JsonObject | undefined;
      if (output)
        app.body = withValueAt(app.body, [...MARK_PATH, 'secret_output', 'at'], before(output['at']));
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

describe('One workflow for an organization', () => {
  const name = 'Preview by the organization';
  const reusable = {
    'acme/workflows/.github/workflows/okta-preview.yml@v1': workflows.get('Okta preview, for all') ?? '',
  };

  test('the caller opens, deploys and closes', async () => {
    const opened = await run(name, pullRequest('opened', 12), { reusable });
    expect(last(opened, 'deploy').log).toBe(
      `client ${clientIdOf(await org.app('shop preview 12'))} at ${org.url}`,
    );
    const ended = await run(name, pullRequest('closed', 12), { reusable });
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
  const text = previews.get('Preview') ?? '';
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
