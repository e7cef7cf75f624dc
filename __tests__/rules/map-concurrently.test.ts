import { describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { mapConcurrently } from '../../src/util/map-concurrently.ts';

/** Works on so many items that take so many milliseconds each; the most that were being worked on at once. */
async function workOn(count: number, duration: (item: number) => number): Promise<[number, number[]]> {
  let now = 0;
  let most = 0;
  const results = await mapConcurrently(
    Array.from({ length: count }, (_, index) => index),
    async (item) => {
      now += 1;
      most = Math.max(most, now);
      await sleep(duration(item));
      now -= 1;
      return item * 2;
    },
  );
  return [most, results];
}

describe('work side by side', () => {
  test('is done on few items all at once', async () => {
    expect(await workOn(3, () => 5)).toEqual([3, [0, 2, 4]]);
  });

  test('is done on eight items at a time where there are more, with the results in their order', async () => {
    const [most, results] = await workOn(40, (item) => (item % 7) * 2);
    expect(most).toBe(8);
    expect(results).toEqual(Array.from({ length: 40 }, (_, index) => index * 2));
  });

  test('is nothing where there is no item', async () => {
    expect(await workOn(0, () => 0)).toEqual([0, []]);
  });

  test('fails with the first failure', async () => {
    await expect(
      mapConcurrently([1, 2, 3], (item) =>
        item === 2 ? Promise.reject(new Error('no')) : Promise.resolve(item),
      ),
    ).rejects.toThrow('no');
  });
});
