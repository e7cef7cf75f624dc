import { describe, expect, test } from '@jest/globals';
import { FORK, push, type TestEvent } from '../../support/events.ts';
import { problemsOf } from '../../support/language-service.ts';
import { previews, previewsPage, readme, workflows } from '../../support/readme.ts';
import {
  clientIdOf,
  clientOf,
  credentialsOf,
  last,
  outputs,
  pullRequestsOn,
  recipesOf,
  results,
} from '../../support/recipes.ts';
import { useGitHub, useOrg } from '../../support/servers.ts';

/** The workflows of the README, taken from it as they stand and run with the bundle, and what holds for those of docs/previews.md, too. */

const org = useOrg();
const github = useGitHub();
const { start, run } = recipesOf(workflows, org, github);
const pullRequest = pullRequestsOn(github);

test('every block of YAML in the README and in docs/previews.md is a workflow with a test', () => {
  for (const [page, all] of [
    [readme, workflows],
    [previewsPage, previews],
  ] as const)
    expect([...page.matchAll(/```ya?ml\n/g)]).toHaveLength(all.size);
  expect([...workflows.keys()]).toEqual(['Production app', 'Preview']);
  expect([...previews.keys()]).toEqual([
    'Preview',
    'Preview sweep',
    'Preview on the shared app',
    'Preview ends',
  ]);
});

test.each([
  ['README', workflows],
  ['docs/previews.md', previews],
])("GitHub's language service finds nothing wrong with those of %s", (_, all) => {
  expect(problemsOf(all)).toBe('');
});

test.each([...workflows, ...previews])(
  '%s: actions of others are pinned and leave no token behind, and no job that holds the credential runs a command before it has used it',
  (_, text) => {
    for (const [, uses = ''] of text.matchAll(/uses: (?!org\/)(.*)/g))
      expect(uses).toMatch(/@[0-9a-f]{40} # v\d/);
    expect(text.match(/checkout@/g)?.length).toBe(text.match(/persist-credentials: false/g)?.length);
    const jobs = text.split(/\n {2}(?=\S)/).filter((part) => part.includes('secrets.'));
    expect(jobs.length).toBeGreaterThan(0);
    for (const job of jobs) {
      expect(job).not.toContain('checkout@');
      expect(job).not.toMatch(/\srun:[\s\S]*uses: org/);
    }
  },
);

describe('Production app', () => {
  const name = 'Production app';

  test('a push makes it, the next step gets its client ID and issuer, and the next push changes nothing', async () => {
    await org.group('Customers');
    const first = await run(name, push());
    expect(outputs(first, 'okta')).toMatchObject({ result: 'created', 'sign-in-ready': 'true' });
    expect(credentialsOf(await org.app('shop'))).toMatchObject({
      token_endpoint_auth_method: 'client_secret_basic',
    });
    expect(last(first, 'okta').log).toBe(`Deploy with ${org.url}`);
    expect(outputs(await run(name, push()), 'okta')['result']).toBe('unchanged');
  });

  test('as it says of "type: spa", that makes a single-page app', async () => {
    await org.group('Customers');
    const text = workflows.get(name)?.replace(/( +)name: shop\n/, '$&$1type: spa\n') ?? '';
    await run(name, push(), { text });
    const app = await org.app('shop');
    expect(clientOf(app)['application_type']).toBe('browser');
    expect(credentialsOf(app)).toMatchObject({ token_endpoint_auth_method: 'none', pkce_required: true });
  });

  test('a push to another branch starts nothing', async () => {
    expect(await start(name, push('try'))).toBeUndefined();
  });

  /** The workflow with a second job that reads the first one's output, as the README says of it. */
  function withSecondJob(input: string): string {
    const [, declared = ''] = /to the job `(outputs: \{[^`]+\})`/.exec(readme) ?? [];
    const [, read = ''] = /the other job reads `([^`]+)`/.exec(readme) ?? [];
    const deploy = `
  deploy:
    needs: okta
    runs-on: ubuntu-latest
    steps:
      - run: ./deploy.sh
        env:
          OKTA_CLIENT_ID: \${{ ${read} }}
          OKTA_ISSUER: there
`;
    return (workflows.get(name) ?? '')
      .replace('    environment: production\n', () => `    ${declared}\n`)
      .replace(/( +)name: shop\n/, `$&$1${input}\n`)
      .concat(deploy);
  }

  test('with the two lines that it names for another job, the client ID arrives there', async () => {
    await org.group('Customers');
    expect(readme).toContain('`mask-client-id: false`');
    const done = await run(name, push(), { text: withSecondJob('mask-client-id: false') });
    expect(last(done, 'deploy').log).toBe(`client ${clientIdOf(await org.app('shop'))} at there`);
  });

  test('with one of them alone, GitHub drops the masked output', async () => {
    await org.group('Customers');
    const done = await run(name, push(), { text: withSecondJob('mask-client-id: true') });
    expect(done.jobs.find(({ id }) => id === 'okta')?.dropped).toEqual(['client-id']);
    expect(last(done, 'deploy').log).toBe('client  at there');
  });
});

describe('Preview', () => {
  const name = 'Preview';
  const ended = async (event: TestEvent): Promise<string | undefined> =>
    outputs(await run(name, event))['result'];

  test('opened, pushed to, closed and reopened: one app with one client ID, gone in between', async () => {
    const opened = await run(name, pullRequest('opened', 12));
    expect(outputs(opened)).toMatchObject({ result: 'created', 'sign-in-ready': 'true' });
    const app = await org.app('shop preview 12');
    expect(clientOf(app)).toMatchObject({
      application_type: 'browser',
      redirect_uris: ['https://pr-12.preview.example.com/login/callback'],
    });
    expect(await ended(pullRequest('synchronize', 12))).toBe('unchanged');
    expect(await ended(pullRequest('closed', 12))).toBe('deleted');
    expect(await org.labels()).toEqual([]);
    expect(await ended(pullRequest('reopened', 12))).toBe('created');
    expect(clientIdOf(await org.app('shop preview 12'))).toBe(clientIdOf(app));
  });

  test("a fork's pull request is skipped", async () => {
    const done = await run(name, pullRequest('opened', 13, { from: FORK }));
    expect(outputs(done)['result']).toBe('skipped');
    expect(results(done)).toEqual({ okta: 'success' });
    expect(org.taken()).toEqual([]);
  });
});
