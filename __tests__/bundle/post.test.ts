import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { connectionTo } from '../support/okta.ts';
import { root, runAction } from '../support/runner.ts';
import { WEB } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** The post step as GitHub runs it: a file of its own, after the main one has ended in whatever way. */

const org = useOrg();

const env = { GITHUB_RUN_ID: '30433642', GITHUB_RUN_ATTEMPT: '1' };
const inputs = (state: string, more: Record<string, string> = {}): Record<string, string> => ({
  ...WEB,
  ...connectionTo(org),
  'verify-sign-in': 'false',
  state,
  ...more,
});

test('it takes away what the job had', async () => {
  const main = await runAction({ with: inputs('job'), env });
  expect(main.outputs['result']).toBe('created');
  const post = await runAction({ with: inputs('job'), env, post: main.state });
  expect(post).toMatchObject({ exitCode: 0, annotations: [] });
  expect(await org.labels()).toEqual([]);
});

test('it does so after a job that was cancelled between the create and its answer', async () => {
  let cancel = (): void => undefined;
  const cancelledBy = new Promise<void>((done) => (cancel = done));
  org.trouble.fault = ({ method, path }) => {
    if (method !== 'POST' || !path.startsWith('/api/v1/apps')) return undefined;
    delete org.trouble.fault;
    cancel();
    return { kind: 'lose' };
  };
  const main = await runAction({ with: inputs('job', { 'settle-seconds': '30' }), env, cancelledBy });
  expect(main.exitCode).not.toBe(0);
  expect(await org.labels()).toEqual(['shop']);
  expect(Object.keys(main.state)).toEqual(['job']);
  await runAction({ with: inputs('job'), env, post: main.state });
  expect(await org.labels()).toEqual([]);
});

test('it does nothing after any other run', async () => {
  const main = await runAction({ with: inputs('present'), env });
  org.taken();
  const post = await runAction({ with: inputs('present'), env, post: main.state });
  expect(post).toMatchObject({ exitCode: 0, rawLog: '', summary: '' });
  expect(org.taken()).toEqual([]);
  expect(await org.labels()).toEqual(['shop']);
});

test('it does not even load the bundle then, only after a job with an app', () => {
  const folder = mkdtempSync(join(tmpdir(), 'post-'));
  const file = join(folder, 'post.mjs');
  const status = (env: Record<string, string>): number | null =>
    spawnSync(join(root, 'node_modules/.bin/node'), [file], { env }).status;
  try {
    copyFileSync(join(root, 'dist/post.js'), file);
    expect([status({}), status({ STATE_job: '1' })]).toEqual([0, 1]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
