import { describe, expect, test } from '@jest/globals';
import type { ActionRun } from '../support/runner.ts';
import { foreignApp, pullRequest, runOn, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

const org = useOrg();

/** A shared app with sign-in URIs of 99 characters each. */
async function sharedApp(count: number): Promise<void> {
  const uris = Array.from({ length: count }, (_, i) => `https://u${i}.example.com/`.padEnd(99, 'x'));
  await foreignApp(org, 'shared', {
    settings: {
      oauthClient: {
        application_type: 'web',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: uris,
      },
    },
  });
}

async function add(inputs: Inputs = {}): Promise<ActionRun> {
  return runOn(
    org,
    { name: 'shared', shared: 'true', 'redirect-uris': 'https://pr-12.example.com/callback', ...inputs },
    { event: pullRequest(12) },
  );
}

describe('the URIs of a shared app come near the limit on their length together', () => {
  test.each(['false', 'true'])('a run that adds one warns of it (dry run: %s)', async (dry) => {
    // Not near it before.
    await sharedApp(524);
    const added = await add({ 'dry-run': dry });
    expect(added.outputs['result']).toBe('updated');
    expect(added.warnings).toEqual([
      'The redirect-uris of the shared app "shared" take up 80 % of the 65535 characters that Okta allows them together. Remove what is no longer needed: the sweep action removes what closed pull requests left.',
    ]);
  });

  test('far from the limit, nothing is said', async () => {
    await sharedApp(500);
    expect((await add()).warnings).toEqual([]);
  });

  test('a run that takes its URIs away says nothing', async () => {
    await sharedApp(610);
    expect((await add({ state: 'absent' })).warnings).toEqual([]);
  });
});
