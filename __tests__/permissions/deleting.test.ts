import { describe, expect, test } from '@jest/globals';
import { PR_12, PR_13, BRANCH, type RunOptions } from '../support/kinds-of-runs.ts';
import {
  WEB,
  changesOf,
  failure,
  pullRequest,
  succeed,
  writes,
  type Inputs,
  resultOf,
} from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** Whose app a run may delete. */

const org = useOrg();

const ABSENT: Inputs = { name: 'shop', state: 'absent' };

describe('state: absent', () => {
  const DELETES: [title: string, made: RunOptions, removed: RunOptions][] = [
    ["a pull request's app in its own run", PR_12, { event: pullRequest(12, 'closed') }],
    ["a branch's app in its own run", BRANCH, BRANCH],
    ["a branch's app in a permanent run", BRANCH, {}],
    ['a permanent app in a permanent run', {}, {}],
  ];

  test.each(DELETES)('deletes %s, deactivated first, and then finds it absent', async (_, made, removed) => {
    const { outputs } = await succeed(org, WEB, made);
    org.taken();
    const run = await succeed(org, ABSENT, removed);
    expect(run.outputs).toMatchObject({ result: 'deleted', changed: 'true', 'client-id': '', 'app-id': '' });
    expect(changesOf(run)).toEqual([{ field: 'name', from: 'shop', to: null }]);
    const path = `/api/v1/apps/${outputs['app-id'] ?? ''}`;
    expect(writes(org)).toEqual([`POST ${path}/lifecycle/deactivate`, `DELETE ${path}`]);
    const again = await succeed(org, ABSENT, removed);
    expect(again.outputs).toMatchObject({ result: 'absent', changed: 'false', changes: '[]' });
    expect(org.taken()).toEqual(['GET /api/v1/apps']);
  });

  test.each<[title: string, made: RunOptions, removed: RunOptions, whose: string]>([
    ["another pull request's app", PR_12, PR_13, 'it belongs to acme/shop, pull request #12'],
    [
      "a permanent app in a pull request's run",
      {},
      PR_12,
      'it belongs to acme/shop. A run of pull request #12',
    ],
    [
      "a permanent app in a branch's run",
      {},
      BRANCH,
      'it belongs to acme/shop. A run of the branch feature/x',
    ],
    ["another branch's app", { env: { ...BRANCH.env, GITHUB_REF: 'refs/heads/y' } }, BRANCH, 'branch y'],
    ["a pull request's app in a branch's run", PR_12, BRANCH, 'pull request #12'],
  ])('refuses %s', async (_, made, removed, whose) => {
    await succeed(org, WEB, made);
    org.taken();
    expect(await failure(org, ABSENT, removed)).toContain(whose);
    expect(org.taken()).toEqual(['GET /api/v1/apps']);
  });

  test('deletes the app of an ID', async () => {
    const { outputs } = await succeed(org, WEB);
    const run = await succeed(org, { 'app-id': outputs['app-id'] ?? '', state: 'absent' });
    expect(run.outputs['result']).toBe('deleted');
  });

  test('deletes an app that is inactive already', async () => {
    const { outputs } = await succeed(org, WEB);
    await org.api('POST', `/api/v1/apps/${outputs['app-id'] ?? ''}/lifecycle/deactivate`);
    org.taken();
    expect(await resultOf(succeed(org, ABSENT))).toBe('deleted');
    expect(writes(org)).toEqual([`DELETE /api/v1/apps/${outputs['app-id'] ?? ''}`]);
  });

  test('takes an app that goes away meanwhile as done', async () => {
    await succeed(org, WEB);
    org.trouble.fault = ({ method }) => {
      if (method === 'POST') org.org.apps.clear();
      return undefined;
    };
    expect(await resultOf(succeed(org, ABSENT))).toBe('deleted');
  });

  test('gets over the errors that Okta makes of deletions', async () => {
    await succeed(org, WEB);
    org.trouble.deleteFailures = 2;
    expect(await resultOf(succeed(org, ABSENT))).toBe('deleted');
    expect(await org.labels()).toEqual([]);
  });

  test('leaves apps alone whose labels only start like it', async () => {
    await succeed(org, { ...WEB, name: 'shop-2' });
    expect(await resultOf(succeed(org, ABSENT))).toBe('absent');
    expect(await org.labels()).toEqual(['shop-2']);
  });
});
