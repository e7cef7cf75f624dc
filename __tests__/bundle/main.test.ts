import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { connectionTo } from '../support/okta.ts';
import { manifestOf, root, runAction } from '../support/runner.ts';
import { WEB, pullRequest } from '../support/runs.ts';
import { useOktaProxy, useOrg } from '../support/servers.ts';

/** The bundle as GitHub starts it: the files that `action.yml` and `sweep/action.yml` name, on Node 24. */

const org = useOrg();

const proxy = useOktaProxy(org);

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

test('a run creates the app, and the next one finds nothing to do', async () => {
  const inputs = { ...WEB, ...connectionTo(org) };
  const created = await runAction({ with: inputs });
  expect(created).toMatchObject({ exitCode: 0, outputs: { result: 'created', changed: 'true' } });
  org.taken();
  const again = await runAction({ with: inputs });
  expect(again.outputs).toMatchObject({ result: 'unchanged', changed: 'false', changes: '[]' });
  expect(org.taken().filter((request) => !request.startsWith('GET '))).toEqual([]);
});

test('the sweep is a function of the same bundle', async () => {
  const { 'settle-seconds': _, ...connection } = connectionTo(org);
  const swept = await runAction({ action: 'sweep', with: { ...connection, 'github-token': 'none' } });
  expect(swept).toMatchObject({ exitCode: 0, outputs: { deleted: '[]', kept: '[]', changed: 'false' } });
});

test('GitHub is asked through a proxy, too, for which what the start leaves out is loaded', async () => {
  await runAction({
    with: { ...WEB, ...connectionTo(org), state: 'auto', 'github-token': 'token', 'timeout-seconds': '5' },
    env: {
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_API_URL: 'https://api.github.example',
      https_proxy: proxy.env['https_proxy'] ?? '',
      no_proxy: '127.0.0.1',
    },
    event: pullRequest(12),
  });
  expect(proxy.asked).toContain('CONNECT api.github.example:443');
});

test('what is started is three short files, and every package has its licence', () => {
  const { main, post } = manifestOf().runs;
  expect([main, post, manifestOf('sweep').runs.main]).toEqual([
    'dist/index.js',
    'dist/post.js',
    '../dist/sweep.js',
  ]);
  for (const file of ['index', 'post', 'sweep']) expect(read(`dist/${file}.js`).length).toBeLessThan(300);
  for (const name of Object.keys((JSON.parse(read('package.json')) as { dependencies: object }).dependencies))
    expect(read('dist/licenses.txt')).toContain(`${name} `);
});

test('no configuration comes from a file: what would read it is in the SDK, and not in the bundle', () => {
  const isReading = (file: string): boolean => read(file).includes('okta.yaml');
  expect(isReading('node_modules/@okta/okta-sdk-nodejs/src/config-loader.js')).toBe(true);
  const files = readdirSync(join(root, 'dist')).map((file) => join('dist', file));
  expect(files).toContain('dist/bundle.js');
  expect(files.filter(isReading)).toEqual([]);
});
