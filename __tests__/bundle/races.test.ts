import { beforeEach, describe, expect, test } from '@jest/globals';
import { textOf } from '../../src/util/json.ts';
import { clientIdOf, idOf, markOf } from '../support/apps.ts';
import { githubEnvironment } from '../support/github.ts';
import { APPS, GET, POST, TOKEN, type Matcher } from '../support/okta.ts';
import { runAction, type ActionOptions, type ActionRun } from '../support/runner.ts';
import { foreignApp, numbers, pullRequest } from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';

/** Runs at the same time, as they are on GitHub: each a process of its own, with the bundle, against one org that takes its time. */

const org = useOrg();
const github = useGitHub();

beforeEach(() => {
  org.trouble.latency = () => 20 + Math.random() * 80;
});

function run(
  inputs: Record<string, string>,
  env: Record<string, string> = {},
  event: object = {},
  more: Pick<ActionOptions, 'post'> = {},
): Promise<ActionRun> {
  const connection = {
    'org-url': org.url,
    'api-token': TOKEN,
    'settle-seconds': '0.5',
    'verify-sign-in': 'false',
  };
  return runAction({ with: { ...connection, ...inputs }, env, event, ...more });
}

/** What the runs that failed have said. */
function failures(runs: readonly ActionRun[]): string[] {
  return runs.filter(({ exitCode }) => exitCode !== 0).map(({ log }) => log);
}

describe('runs that create the same app at the same time', () => {
  const inputs = {
    name: 'preview',
    'redirect-uris': 'https://preview.example.com/callback',
  };
  const withGroup = { ...inputs, groups: 'Developers' };

  async function expectOneApp(runs: readonly ActionRun[]): Promise<void> {
    expect(failures(runs)).toEqual([]);
    const app = await org.app('preview');
    expect(new Set(runs.map(({ outputs }) => outputs['app-id']))).toEqual(new Set([app['id']]));
    expect(app['status']).toBe('ACTIVE');
  }

  async function expectGroup(): Promise<void> {
    const { id } = await org.app('preview');
    expect(await org.apiList(`/api/v1/apps/${textOf(id)}/groups`)).toHaveLength(1);
  }

  test('end with one app, and all hand on its client ID', async () => {
    await org.group('Developers');
    const runs = await Promise.all(numbers(10).map(() => run(withGroup)));
    await expectOneApp(runs);
    await expectGroup();
    expect(runs.filter(({ outputs }) => outputs['result'] === 'created')).toHaveLength(1);
  });

  test('end with one app of each repository, where there are several', async () => {
    const repositories = numbers(3).map((id) => ({
      GITHUB_REPOSITORY: `acme/shop-${id}`,
      GITHUB_REPOSITORY_ID: String(id),
    }));
    // Whoever sees the app of another repository reads that one: these do not see each other's.
    org.trouble.listLagMs = 2_000;
    const runs = await Promise.all([...repositories, ...repositories].map((env) => run(inputs, env)));
    org.trouble.listLagMs = 0;
    expect(failures(runs)).toEqual([]);
    expect(await org.labels()).toEqual(['preview', 'preview', 'preview']);
    const ids = runs.map(({ outputs }) => outputs['app-id']);
    expect(new Set(ids).size).toBe(3);
    expect(ids.slice(0, 3)).toEqual(ids.slice(3));
  });

  test('end with one app where lists lag by three settle times', async () => {
    org.trouble.listLagMs = 1_500;
    const runs = await Promise.all(numbers(6).map(() => run(inputs)));
    org.trouble.listLagMs = 0;
    await expectOneApp(runs);
  });

  test('end with one app where they give it a client ID of their own', async () => {
    await org.group('Developers');
    const runs = await Promise.all(
      numbers(6).map(() => run({ ...withGroup, 'client-id': 'preview-client' })),
    );
    await expectOneApp(runs);
    await expectGroup();
  });
});

describe('runs of one repository that change its app at the same time', () => {
  const inputs = { name: 'shop', 'redirect-uris': 'https://shop.example.com/callback' };
  const LOGO = 'https://shop.example.com/logo.png';

  test('lose nothing of their settings, nor of what the mark is to remember', async () => {
    await org.group('Developers');
    await org.user('jane@example.com');
    expect((await run(inputs)).exitCode).toBe(0);
    const all = [
      { 'logo-uri': LOGO },
      { 'post-logout-redirect-uris': LOGO },
      { groups: 'Developers' },
      { users: 'jane@example.com' },
      { 'trusted-origins': 'https://shop.example.com' },
      { 'redirect-hosts': '*.example.com' },
    ];
    expect(failures(await Promise.all(all.map((more) => run({ ...inputs, ...more }))))).toEqual([]);
    const again = await run(Object.assign({}, inputs, ...all) as Record<string, string>);
    expect(again.outputs).toMatchObject({ result: 'unchanged', changes: '[]' });
    const mark = markOf(await org.app('shop'));
    expect(Object.keys(mark)).toEqual(
      expect.arrayContaining(['groups', 'users', 'trusted_origins', 'redirect_hosts']),
    );
  });
});

describe('runs that change one shared app at the same time', () => {
  const uri = (id: number): string => `https://pr-${id}.example.com/callback`;
  const OWN = 'https://www.example.com/callback';

  async function redirectUris(): Promise<string[]> {
    const app = await org.app('shared');
    return (app['settings'] as { oauthClient: { redirect_uris: string[] } }).oauthClient.redirect_uris;
  }

  test('lose nothing, where 8 add their URIs and then take them away, with lists that lag by half the settle time', async () => {
    const oauthClient = {
      application_type: 'web',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: [OWN],
    };
    await org.api('POST', '/api/v1/apps', {
      name: 'oidc_client',
      label: 'shared',
      signOnMode: 'OPENID_CONNECT',
      settings: { oauthClient },
    });
    org.trouble.listLagMs = 200;
    const ids = numbers(8);
    const all = (state: string): Promise<ActionRun[]> =>
      Promise.all(
        ids.map((id) =>
          run(
            { name: 'shared', shared: 'true', state, 'redirect-uris': uri(id) },
            { GITHUB_EVENT_NAME: 'pull_request' },
            { pull_request: { number: id, state: 'open', head: { repo: { full_name: 'acme/shop' } } } },
          ),
        ),
      );

    const added = await all('present');
    expect(failures(added)).toEqual([]);
    expect(new Set(await redirectUris())).toEqual(new Set([OWN, ...ids.map(uri)]));

    const removed = await all('absent');
    expect(failures(removed)).toEqual([]);
    expect(await redirectUris()).toEqual([OWN]);
    expect((await org.app('shared'))['profile']).toBeUndefined();
  }, 120_000);
});

describe("an app's own run beside shared ones", () => {
  const OWN = 'https://www.example.com/callback';
  const LOGO = 'https://www.example.com/logo.png';
  const uri = (id: number): string => `https://pr-${id}.example.com/callback`;

  test('loses nothing, and nothing of theirs', async () => {
    const app = { name: 'shop', 'redirect-uris': OWN, 'redirect-hosts': '*.example.com' };
    expect((await run(app)).exitCode).toBe(0);
    const runs = await Promise.all([
      run({ ...app, 'logo-uri': LOGO }),
      ...numbers(8).map((id) => {
        const event = { number: id, state: 'open', head: { repo: { full_name: 'acme/shop' } } };
        const shared = { name: 'shop', shared: 'true', 'redirect-uris': uri(id) };
        return run(shared, { GITHUB_EVENT_NAME: 'pull_request' }, { pull_request: event });
      }),
    ]);
    expect(failures(runs)).toEqual([]);
    const client = ((await org.app('shop'))['settings'] as { oauthClient: Record<string, unknown> })
      .oauthClient;
    expect(new Set(client['redirect_uris'] as string[])).toEqual(new Set([OWN, ...numbers(8).map(uri)]));
    expect(client['logo_uri']).toBe(LOGO);
  }, 60_000);
});

describe('runs of several apps that list one trusted origin', () => {
  const DEV = 'http://localhost:5173';

  test('all enter their apps, and it goes with the last of them', async () => {
    const app = (id: number): Record<string, string> => ({
      name: `app-${id}`,
      'redirect-uris': 'https://www.example.com/callback',
      'trusted-origins': DEV,
    });
    const ids = numbers(4);
    const made = await Promise.all(ids.map((id) => run(app(id))));
    expect(failures(made)).toEqual([]);
    const [origin, ...others] = await org.apiList('/api/v1/trustedOrigins');
    expect(others).toEqual([]);
    const apps = await Promise.all(ids.map((id) => org.app(`app-${id}`)));
    for (const { id } of apps) expect(textOf(origin?.['name'])).toContain(textOf(id));

    const gone = await Promise.all(ids.map((id) => run({ name: `app-${id}`, state: 'absent' })));
    expect(failures(gone)).toEqual([]);
    expect(await org.apiList('/api/v1/trustedOrigins')).toEqual([]);
  }, 60_000);
});

describe('runs that let their apps in by one access policy at the same time', () => {
  const POLICIES = '/api/v1/authorizationServers/default/policies';

  const included = (body: unknown): string[] =>
    (body as { conditions: { clients: { include: string[] } } }).conditions.clients.include;

  /** Somebody in the Admin Console, when such a request first comes: no run has read the policy by then in order to write it. */
  function changeByHand(
    when: Matcher,
    policy: string,
    { description, client }: { description: string; client?: string },
  ): void {
    org.before(when, () => {
      for (const { policies } of org.org.authorizationServers.values()) {
        const held = policies.get(policy);
        if (!held) continue;
        const include = [...included(held), ...(client === undefined ? [] : [client])];
        Object.assign(held, { description, conditions: { clients: { include } } });
      }
    });
  }

  test('lose no client and no change of others; all are taken out at once, and the list is never empty', async () => {
    const first = idOf(await foreignApp(org, 'there before'));
    const byHand = idOf(await foreignApp(org, 'added by hand'));
    const policy = await org.accessPolicy('Previews', [first]);
    const path = `${POLICIES}/${policy}`;
    const expectPolicy = async (description: string, clients: readonly string[]): Promise<void> => {
      const body = await org.api('GET', path);
      expect(included(body).toSorted()).toEqual(clients.toSorted());
      expect(body['description']).toBe(description);
    };
    const app = (id: number): Record<string, string> => ({
      name: `app-${id}`,
      'redirect-uris': `https://app-${id}.example.com/callback`,
      'authorization-server': 'default',
      'authorization-server-policies': 'Previews',
    });
    const job = { ...app(5), state: 'job' };

    changeByHand(POST(APPS), policy, { description: 'as they came', client: byHand });
    const [ofJob, ...others] = await Promise.all([
      run(job),
      run(app(6), { GITHUB_EVENT_NAME: 'pull_request' }, pullRequest(6)),
      ...numbers(4).map((id) => run(app(id))),
    ]);
    expect(failures([ofJob, ...others])).toEqual([]);
    const apps = await Promise.all(numbers(6).map(async (id) => clientIdOf(await org.app(`app-${id}`))));
    await expectPolicy('as they came', [first, byHand, ...apps]);

    github.pulls.set(6, 'closed');
    changeByHand(GET(/\/policies\/\w+$/), policy, { description: 'as they went' });
    const gone = await Promise.all([
      run(job, {}, {}, { post: ofJob.state }),
      runAction({
        action: 'sweep',
        with: { 'org-url': org.url, 'api-token': TOKEN },
        env: githubEnvironment(github),
      }),
      ...numbers(4).map((id) => run({ name: `app-${id}`, state: 'absent' })),
    ]);
    expect(failures(gone)).toEqual([]);
    await expectPolicy('as they went', [first, byHand]);
    expect((await org.labels()).toSorted()).toEqual(['added by hand', 'there before']);
    const sent = org.requests.filter((request) => request.method === 'PUT' && request.path === path);
    expect(sent.length).toBeGreaterThanOrEqual(12);
    for (const { body } of sent) expect(included(body)).toContain(first);
  }, 120_000);
});
