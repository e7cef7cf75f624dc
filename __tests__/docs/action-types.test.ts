import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { run } from '../../src/main.ts';
import { run as sweep } from '../../src/sweep/run.ts';
import { root } from '../support/runner.ts';
import { runSource } from '../support/source.ts';

/** `action-types.yml` beside each `action.yml`, for generators of typed workflows: held against it, and against what the source takes. */

interface Type {
  type: 'string' | 'boolean' | 'integer' | 'enum' | 'list';
  'allowed-values'?: string[];
  separator?: string;
  'list-item'?: Type;
}

type Typed = Record<'inputs' | 'outputs', Record<string, Type>>;
type Manifest = Record<'inputs' | 'outputs', Record<string, { default?: string }>>;

function read(...path: string[]): unknown {
  return parse(readFileSync(join(root, ...path), 'utf8'));
}

describe.each([
  ['.', run],
  ['sweep', sweep],
])('%s', (action, main) => {
  const types = read(action, 'action-types.yml') as Typed;
  const manifest = read(action, 'action.yml') as Manifest;

  test.each(['inputs', 'outputs'] as const)('the %s are those of action.yml, in its order', (part) => {
    expect(Object.keys(types[part])).toEqual(Object.keys(manifest[part]));
  });

  test('each type is one, with what it needs', () => {
    for (const typed of [...Object.values(types.inputs), ...Object.values(types.outputs)]) {
      expect(['string', 'boolean', 'integer', 'enum', 'list']).toContain(typed.type);
      expect(Object.hasOwn(typed, 'allowed-values')).toBe(typed.type === 'enum');
      expect([typed.separator, typed['list-item']]).toEqual(
        typed.type === 'list' ? ['\n', { type: 'string' }] : [undefined, undefined],
      );
    }
  });

  /** What a run says of one input that holds a value. */
  async function problems(input: string, value: string): Promise<string> {
    const { log } = await runSource({ action, main, with: { [input]: value } });
    return log
      .split('\n')
      .filter(
        (line) => line.includes(`"${input}" is "${value}", not`) || line.includes(`"${input}" does not know`),
      )
      .join('\n');
  }

  const INPUTS = Object.entries(types.inputs);

  test.each(INPUTS.flatMap(([name, { type }]) => (type === 'boolean' ? [name] : [])))(
    '%s is true or false',
    async (name) => {
      expect(['true', 'false', undefined]).toContain(manifest.inputs[name]?.default);
      expect(await problems(name, 'true')).toBe('');
      expect(await problems(name, 'false')).toBe('');
      expect(await problems(name, 'maybe')).toContain('Use "true" or "false"');
    },
  );

  test.each(INPUTS.flatMap(([name, { type }]) => (type === 'integer' ? [name] : [])))(
    '%s is a number',
    async (name) => {
      expect(manifest.inputs[name]?.default ?? '0').toMatch(/^\d+$/);
      expect(await problems(name, '12')).toBe('');
      expect(await problems(name, 'many')).not.toBe('');
    },
  );

  test('an enum takes just its words', async () => {
    for (const [name, { 'allowed-values': values }] of INPUTS) {
      if (!values) continue;
      for (const value of values) expect(await problems(name, value)).toBe('');
      const told = await problems(name, 'nonsense-of-a-word');
      expect(values.filter((value) => !told.includes(`"${value}"`))).toEqual([]);
      expect(told.match(/"[^"]+"/g)).toHaveLength(values.length + 2);
    }
  });
});
