import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { connectionTo } from '../support/okta.ts';
import { ORG_URL } from '../support/okta-proxy.ts';
import { root, runAction, type ActionRun } from '../support/runner.ts';
import { WEB } from '../support/runs.ts';
import { listen, useOktaProxy, useOrg } from '../support/servers.ts';

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

test('it does nothing after any other run, whatever another step has set', async () => {
  const main = await runAction({ with: inputs('present'), env });
  org.taken();
  for (const more of [{}, { STATE_app: '0oa1b2c3d4E5F6g7H8i9' }, { STATE_job: '{}' }, { STATE_job: 'x' }]) {
    const post = await runAction({ with: inputs('present'), env: { ...env, ...more }, post: main.state });
    expect(post).toMatchObject({ exitCode: 0, rawLog: '', summary: '' });
  }
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
    expect([status({}), status({ STATE_job: 'none' }), status({ STATE_job: '1' })]).toEqual([0, 0, 1]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('the way to the org is that of the main step, whatever a later step sets', () => {
  const proxy = useOktaProxy(org);
  const step = (way: Record<string, string>, state?: Record<string, string>): Promise<ActionRun> =>
    runAction({
      with: inputs('job', { 'org-url': ORG_URL, 'timeout-seconds': '10' }),
      env: { ...env, ...proxy.env, ...way },
      ...(state && { post: state }),
    });

  /** A proxy of the later step's, and what it is asked. */
  async function other(): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer().on('connect', (message, socket) => {
      asked.push(`CONNECT ${message.url ?? ''}`);
      socket.end();
    });
    return { url: `http://${await listen(server)}`, asked };
  }

  test.each([
    ['another proxy', (url: string) => ({ https_proxy: url })],
    ['another proxy in capitals', (url: string) => ({ HTTPS_PROXY: url, https_proxy: '' })],
    ['no proxy', () => ({ https_proxy: '', no_proxy: '*' })],
  ])('%s', async (_, way) => {
    const main = await step({});
    expect(main.exitCode).toBe(0);
    const { url, asked } = await other();
    const post = await step(way(url), main.state);
    expect(post).toMatchObject({ exitCode: 0, annotations: [] });
    expect(asked).toEqual([]);
    expect(await org.labels()).toEqual([]);
  });

  test('its password is kept, and masked before', async () => {
    const address = (proxy.env['https_proxy'] ?? '').replace('http://', 'http://jane:p%40ss-word@');
    const main = await step({ https_proxy: address });
    expect(main.masks).toEqual(expect.arrayContaining(['p%40ss-word', 'p@ss-word']));
    await step({ https_proxy: '' }, main.state);
    expect(new Set(proxy.introduced)).toEqual(
      new Set([`Basic ${Buffer.from('jane:p@ss-word').toString('base64')}`]),
    );
    expect(await org.labels()).toEqual([]);
  });
});
