import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { virtualClock } from '../support/clock.ts';
import { connectionTo } from '../support/okta.ts';
import { runSource } from '../support/source.ts';
import { root, type ActionRun } from '../support/runner.ts';
import { useOrg } from '../support/servers.ts';

const org = useOrg();

const WEB = { name: 'shop', 'redirect-uris': 'https://shop.example.com/callback' };

function run(inputs: Record<string, string>, event: object = {}): Promise<ActionRun> {
  return runSource({ with: { ...connectionTo(org), ...inputs }, event, world: { clock: virtualClock() } });
}

describe('the main job', () => {
  test('a run creates the app, and the next one finds nothing to do', async () => {
    const created = await run(WEB);
    expect(created.outputs).toMatchObject({ result: 'created', changed: 'true' });
    org.taken();
    const again = await run(WEB);
    expect(again.outputs).toMatchObject({ result: 'unchanged', changed: 'false', changes: '[]' });
    expect(org.taken()).toEqual(['GET /api/v1/apps', 'GET /oauth2/v1/authorize']);
  });
});

test('no configuration comes from a file: what would read it is in the SDK, and not in the bundle', () => {
  const read = (file: string): string => readFileSync(join(root, file), 'utf8');
  const isReading = (file: string): boolean => read(file).includes('okta.yaml');
  expect(isReading('node_modules/@okta/okta-sdk-nodejs/src/config-loader.js')).toBe(true);
  const bundle = globSync('dist/**/*.js', { cwd: root });
  expect(bundle).toContain('dist/index.js');
  expect(bundle.filter(isReading)).toEqual([]);
});
