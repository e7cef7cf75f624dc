import { describe, expect, test, beforeEach } from '@jest/globals';
import { PR_12, CLOSED_12, PR_13, BRANCH } from '../support/kinds-of-runs.ts';
import { WEB, changesOf, failure, pullRequest, succeed, writes, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** Production, and a preview, in the runs of pull requests and branches that are not theirs. */

const org = useOrg();

const ABSENT: Inputs = { name: 'shop', state: 'absent' };

const NEW_URI = { ...WEB, 'redirect-uris': 'https://evil.example.net/callback' };

describe('production, in a workflow on push and pull requests', () => {
  beforeEach(async () => {
    await succeed(org, WEB);
    org.taken();
  });

  test.each([
    ['pull request', PR_12, '"dry-run: ${{ github.event_name == \'pull_request\' }}"'],
    ['feature branch', BRANCH, '"dry-run: true"'],
  ])('is not changed by the run of a %s, which is told what helps', async (_, options, helps) => {
    const error = await failure(org, NEW_URI, options);
    expect(error).toContain(
      'Cannot change the app "shop": it belongs to acme/shop, and it differs in redirect-uris',
    );
    expect(error).toContain(helps);
    expect(writes(org)).toEqual([]);
  });

  test('is not deleted by the close of a pull request that names it', async () => {
    const error = await failure(org, { ...WEB, state: 'auto' }, CLOSED_12);
    expect(error).toContain('Cannot delete the app "shop": it belongs to acme/shop.');
    expect(writes(org)).toEqual([]);
  });

  test("is shown by a pull request's dry run as main's run would change it", async () => {
    const dry = await succeed(org, { ...NEW_URI, 'dry-run': 'true' }, PR_12);
    expect(dry.outputs).toMatchObject({ result: 'updated', changed: 'true' });
    expect(dry.annotations).toEqual([]);
    expect(changesOf(dry)).toEqual(changesOf(await succeed(org, NEW_URI)));
  });

  test('is reported unchanged where it matches, with a notice', async () => {
    const run = await succeed(org, WEB, PR_12);
    expect(run.outputs['result']).toBe('unchanged');
    expect(run.notices).toEqual([
      'The app "shop" is as the workflow says, and not this run\'s: it belongs to acme/shop.',
    ]);
  });

  test('hands its secret to no run of a pull request, a dry one included', async () => {
    const secret = { ...WEB, 'output-client-secret': 'true' };
    const why =
      'Cannot output the client secret of the app "shop": this run may not change the app: it belongs to acme/shop.';
    const refusal = `${why} A run of pull request #12 may only touch what runs of that pull request made: choose a name with the number in it, or let the run only look, with "dry-run: \${{ github.event_name == 'pull_request' }}".`;
    expect(await failure(org, secret, PR_12)).toBe(refusal);
    const dry = await succeed(org, { ...secret, 'dry-run': 'true' }, PR_12);
    expect(dry.outputs['client-secret']).toBe('');
    expect(dry.notices[0]).toBe(refusal);
    const shared = {
      name: 'shop',
      shared: 'true',
      'redirect-uris': 'https://pr-12.example.com/',
      'output-client-secret': 'true',
    };
    expect(await failure(org, shared, { ...PR_12 })).toBe(
      `${why} Leave "output-client-secret" out, or first let a run of the default branch take the app over ("adopt", without "shared: true").`,
    );
    expect(writes(org)).toEqual([]);
    expect(org.requests.some(({ path }) => path.includes('/credentials/secrets'))).toBe(false);
    expect((await succeed(org, secret)).outputs['client-secret']).not.toBe('');
  });

  test('is read by a run that nobody can place, and nothing else', async () => {
    const deployment = { env: { GITHUB_EVENT_NAME: 'deployment_status', GITHUB_REF: '' } };
    expect((await succeed(org, WEB, deployment)).outputs['result']).toBe('unchanged');
    expect(await failure(org, NEW_URI, deployment)).toContain('this run may only read');
    expect(await failure(org, { ...WEB, name: 'new' }, deployment)).toContain(
      'Cannot create the app "new": this run may only read, since its deployment names a commit',
    );
    const shared = { ...WEB, shared: 'true', state: 'absent' };
    for (const inputs of [ABSENT, { ...NEW_URI, adopt: 'true' }, shared])
      expect(await failure(org, inputs, deployment)).toContain('this run may only read');
    expect(writes(org)).toEqual([]);
  });
});

describe("a preview, in another pull request's run", () => {
  test('is neither changed nor deleted', async () => {
    await succeed(org, WEB, PR_12);
    org.taken();
    expect(await failure(org, NEW_URI, PR_13)).toContain('it belongs to acme/shop, pull request #12');
    expect(await failure(org, { ...WEB, state: 'auto' }, { event: pullRequest(13, 'closed') })).toContain(
      'it belongs to acme/shop, pull request #12',
    );
    expect(writes(org)).toEqual([]);
  });
});
