import { beforeEach, describe, expect, test } from '@jest/globals';
import { githubEnvironment } from '../support/github.ts';
import type { ActionRun } from '../support/runner.ts';
import { foreignApp, pullRequest, runOn, type Inputs } from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';

const org = useOrg();
const github = useGitHub();

/** A URI of exactly that many characters. */
function uriOf(host: string, length: number): string {
  return `https://${host}.example.com/`.padEnd(length, 'x');
}

const CLAIMS = [
  { repository: 'acme/shop', repository_id: '4242', pull_request: 1 },
  { repository: 'acme/store', repository_id: '4242', pull_request: 2 },
  { repository: 'acme/shop', repository_id: '4242', pull_request: 3 },
  { repository: 'acme/blog', repository_id: '9', pull_request: 1 },
];

/** A shared app whose sign-in URIs are so long together, some of them claimed for pull requests. */
async function sharedApp(length: number, claims: readonly object[] = CLAIMS): Promise<void> {
  const claimed = claims.map((owner, i) => ({ input: 'redirect-uris', uri: uriOf(`c${i}`, 99), ...owner }));
  const rest = Array.from({ length: (length + 1) / 100 - claims.length }, (_, i) => uriOf(`u${i}`, 99));
  await foreignApp(org, 'shared', {
    settings: {
      oauthClient: {
        application_type: 'web',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: [...claimed.map(({ uri }) => uri), ...rest],
      },
    },
    profile: { okta_oidc_app: { uris: claimed } },
  });
}

async function add(inputs: Inputs = {}): Promise<ActionRun> {
  return runOn(
    org,
    { name: 'shared', shared: 'true', 'redirect-uris': 'https://pr-12.example.com/callback', ...inputs },
    { event: pullRequest(12), env: githubEnvironment(github) },
  );
}

describe('the URIs of a shared app come near the limit on their length together', () => {
  beforeEach(() => {
    github.pulls.set(1, 'closed').set(2, 'merged').set(3, 'open');
  });

  test.each(['false', 'true'])(
    'the closed pull requests of this repository are named (dry run: %s)',
    async (dry) => {
      await sharedApp(60_999);
      const added = await add({ 'dry-run': dry });
      expect(added.outputs['result']).toBe('updated');
      expect(added.warnings).toEqual([
        `The redirect-uris of the shared app "shared" take up 93 % of the 65535 characters that Okta allows them together. Closed pull requests left 2 of them behind: ${uriOf('c0', 99)}, ${uriOf('c1', 99)}. Remove what is no longer needed, for example with the sweep action.`,
      ]);
      expect(github.requests.map(({ path }) => path)).toEqual(['/graphql']);
    },
  );

  test.each([
    [10, ''],
    [11, ' and 1 more'],
  ])('of %d that closed pull requests left, ten are named', async (count, more) => {
    const numbers = Array.from({ length: count }, (_, i) => i + 1);
    for (const number of numbers) github.pulls.set(number, 'closed');
    await sharedApp(
      60_999,
      numbers.map((number) => ({ repository: 'acme/shop', repository_id: '4242', pull_request: number })),
    );
    const [message = ''] = (await add()).warnings;
    expect(message).toContain(`left ${count} of them behind: ${uriOf('c0', 99)}, `);
    expect(message).toContain(`${uriOf('c9', 99)}${more}. Remove what`);
  });

  test.each([
    ['without a token', { 'github-token': '' }],
    ['where GitHub does not say', {}],
  ])('%s, it is told without names', async (_, inputs) => {
    await sharedApp(60_999);
    github.permitted = false;
    const added = await add(inputs);
    expect(added.warnings).toEqual([
      'The redirect-uris of the shared app "shared" take up 93 % of the 65535 characters that Okta allows them together. Remove what is no longer needed, for example with the sweep action.',
    ]);
  });

  test('far from the limit, nothing is said and GitHub is not asked', async () => {
    await sharedApp(49_999);
    expect((await add()).warnings).toEqual([]);
    expect(github.requests).toEqual([]);
  });

  test('a run that takes its URIs away says nothing', async () => {
    await sharedApp(60_999);
    expect((await add({ state: 'absent' })).warnings).toEqual([]);
    expect(github.requests).toEqual([]);
  });
});
