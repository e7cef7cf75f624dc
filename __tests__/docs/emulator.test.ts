import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the step that the emulator’s README shows has inputs of the action', () => {
  const [, sample = ''] = /```yaml\n(- uses: .*?)```/s.exec(read('emulator/README.md')) ?? [];
  const [step] = parse(sample) as [{ uses: string; with: Record<string, string> }];
  const { inputs } = parse(read('action.yml')) as { inputs: Record<string, object> };
  expect(step.uses).toMatch(/okta-oidc-app@v1$/);
  expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(step.with)));
});
