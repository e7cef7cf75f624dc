import { describe, expect, test } from '@jest/globals';
import { durationOf, firstExpiry, isExpired, nextExpiry } from '../../src/app/ownership/expiry.ts';

/** When what a run makes ends by itself. */

const NOW = Date.UTC(2026, 10, 1, 12);
const HOUR = 3_600_000;
const at = (hours: number): string => new Date(NOW + hours * HOUR).toISOString().replace('.000Z', 'Z');

test.each<[text: string, hours: number | undefined]>([
  ['12h', 12],
  ['1h', 1],
  ['14d', 14 * 24],
  ['tomorrow', undefined],
  ['', undefined],
  ['0h', undefined],
  ['-1d', undefined],
  ['1.5h', undefined],
  ['12', undefined],
  ['12 h', undefined],
  ['12H', undefined],
  ['1w', undefined],
  ['1d12h', undefined],
  ['100000d', undefined],
])('%s', (text, hours) => {
  expect(durationOf(text)).toBe(hours === undefined ? undefined : hours * HOUR);
});

describe('what a run makes', () => {
  test('ends after its time', () => {
    expect(firstExpiry({ lasts: 12 * HOUR, now: NOW })).toBe('2026-11-02T00:00:00Z');
  });
  test('or never', () => {
    expect(firstExpiry({ lasts: undefined, now: NOW })).toBeUndefined();
  });
});

describe('what is there already', () => {
  test.each<[title: string, held: string | undefined, lasts: number | undefined, next: string | undefined]>([
    ['in the first half is left alone', at(10), 12, at(10)],
    ['at the half is left alone', at(6), 12, at(6)],
    ['in the second half is renewed', at(5), 12, at(12)],
    ['after its end is renewed', at(-1), 12, at(12)],
    ['that lasts longer than asked for is not made shorter', at(100), 12, at(100)],
    ['without an end gets none', undefined, 12, undefined],
    ['loses its end to a run that asks for none', at(10), undefined, undefined],
  ])('%s', (_, held, lasts, next) => {
    expect(nextExpiry(held, { lasts: lasts === undefined ? undefined : lasts * HOUR, now: NOW })).toBe(next);
  });
});

test('has ended from its second on', () => {
  expect([at(-1), at(0), at(1), undefined].map((expires) => isExpired(expires, NOW))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
