import type { Clock } from '../../src/util/clock.ts';

/** A clock that never waits: a sleep moves its time on at once. Give its `now` to the emulator too, so that both agree. */
export function virtualClock(start = Date.UTC(2026, 0, 1)): Clock & { slept: number[] } {
  let now = start;
  const real = Date.now();
  const slept: number[] = [];
  return {
    slept,
    now: () => now + (Date.now() - real),
    sleep: (milliseconds) => {
      slept.push(milliseconds);
      now += milliseconds;
      return Promise.resolve();
    },
    random: () => 0.5,
  };
}

/** The same clock, on which something happens once it has slept for so long, as part of that sleep. */
export function happensAfter(clock: Clock, milliseconds: number, happen: () => unknown): Clock {
  let slept = 0;
  let isDue = true;
  return {
    ...clock,
    sleep: async (time, until) => {
      await clock.sleep(time, until);
      slept += time;
      if (!isDue || slept < milliseconds) return;
      isDue = false;
      await happen();
    },
  };
}
