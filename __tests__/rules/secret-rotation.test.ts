import { describe, expect, test } from '@jest/globals';
import {
  newestActive,
  overlapOf,
  planRotation,
  rotationChanges,
  unnotedOutput,
  type ClientSecret,
  type SecretOutput,
} from '../../src/app/secret-rotation.ts';

const DAY = 24 * 3600 * 1000;
const NOW = Date.UTC(2026, 10, 23);
const MAX_AGE = 90 * DAY;

/** A secret made so many days ago. */
function secret(id: string, days: number, extra: Partial<ClientSecret> = {}): ClientSecret {
  const created = NOW - days * DAY;
  return { id, created, lastUpdated: created, active: true, value: `secret-${id}`, ...extra };
}

/** That a secret was output so many days ago. */
function outputOf(id: string, days: number): SecretOutput {
  return { id, at: new Date(NOW - days * DAY).toISOString() };
}

function steps(secrets: ClientSecret[], output?: SecretOutput): string[] {
  return planRotation(secrets, output, MAX_AGE, NOW).map((step) =>
    step.kind === 'add' ? 'add' : `${step.kind} ${step.secret.id}`,
  );
}

describe('what rotation asks for', () => {
  const wasActive = { active: false, lastUpdated: NOW - DAY };

  test.each<[string, ClientSecret[], SecretOutput | undefined, string[]]>([
    ['a young secret', [secret('a', 10)], undefined, []],
    ['a secret of exactly that age', [secret('a', 90)], undefined, ['add']],
    ['no secret at all', [], undefined, ['add']],
    [
      'a new one that was never handed out',
      [secret('a', 91), secret('b', 0, { active: false })],
      undefined,
      ['activate b'],
    ],
    [
      'a new one, and its predecessor within the overlap',
      [secret('a', 97), secret('b', 7)],
      outputOf('b', 6.9),
      [],
    ],
    [
      'a new one, and its predecessor beyond the overlap',
      [secret('a', 97), secret('b', 7)],
      outputOf('b', 7),
      ['deactivate a'],
    ],
    ['a new one that nobody was given yet', [secret('a', 97), secret('b', 20)], undefined, []],
    [
      'a new one that nobody was given yet, after one that somebody was',
      [secret('a', 97), secret('b', 20)],
      outputOf('a', 90),
      [],
    ],
    [
      'a predecessor that an earlier run deactivated',
      [secret('a', 98, wasActive), secret('b', 8)],
      outputOf('b', 8),
      ['delete a'],
    ],
    [
      'both too old: room is made first',
      [secret('a', 200), secret('b', 91)],
      outputOf('b', 90),
      ['deactivate a', 'delete a', 'add'],
    ],
    [
      'both too old, of which nobody was given the newer one yet',
      [secret('a', 200), secret('b', 91)],
      undefined,
      [],
    ],
    [
      'too old, beside one that is inactive',
      [secret('a', 200, wasActive), secret('b', 91)],
      undefined,
      ['delete a', 'add'],
    ],
    [
      'a newer one that somebody deactivated is never brought back',
      [secret('a', 20), secret('b', 3, wasActive)],
      undefined,
      [],
    ],
    [
      'one that somebody deactivated, made at the same moment',
      [secret('a', 20), secret('b', 20, wasActive)],
      undefined,
      ['delete b'],
    ],
    [
      'too old, beside a newer one that somebody deactivated',
      [secret('a', 91), secret('b', 3, wasActive)],
      undefined,
      ['delete b', 'add'],
    ],
    ['only inactive ones', [secret('a', 20, wasActive)], undefined, ['delete a', 'add']],
  ])('%s', (_, secrets, output, expected) => {
    expect(steps(secrets, output)).toEqual(expected);
    expect(steps([...secrets].reverse(), output)).toEqual(expected);
  });

  test('an output is noted where a secret waits for it, once', () => {
    const [a, b] = [secret('a', 91), secret('b', 1)];
    expect(unnotedOutput([a, b], undefined, b)).toBe(b);
    expect(unnotedOutput([a, b], outputOf('a', 91), b)).toBe(b);
    expect(unnotedOutput([a, b], outputOf('b', 1), b)).toBeUndefined();
    expect(unnotedOutput([b], undefined, b)).toBeUndefined();
    expect(unnotedOutput([{ ...a, active: false }, b], undefined, b)).toBeUndefined();
  });

  test('the overlap is a quarter of the age, and seven days at most', () => {
    expect(overlapOf(8 * DAY)).toBe(2 * DAY);
    expect(overlapOf(MAX_AGE)).toBe(7 * DAY);
  });

  test('the newest active secret is handed out', () => {
    expect(newestActive([secret('a', 2), secret('c', 0, { active: false }), secret('b', 1)])?.id).toBe('b');
    expect(newestActive([])).toBeUndefined();
  });

  test('changes name a secret by its day, and never show it', () => {
    const changes = rotationChanges(
      planRotation([secret('a', 200), secret('b', 91)], outputOf('b', 90), MAX_AGE, NOW),
    );
    expect(changes).toEqual([
      { field: 'client-secret of 2026-05-07', from: 'ACTIVE', to: 'INACTIVE' },
      { field: 'client-secret of 2026-05-07', from: 'INACTIVE', to: null },
      { field: 'client-secret', from: null, to: 'a new one' },
    ]);
    expect(JSON.stringify(changes)).not.toContain('secret-a');
    expect(rotationChanges([{ kind: 'activate', secret: secret('b', 0, { active: false }) }])).toEqual([
      { field: 'client-secret of 2026-11-23', from: 'INACTIVE', to: 'ACTIVE' },
    ]);
  });
});
