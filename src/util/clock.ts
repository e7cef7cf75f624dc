import { setTimeout } from 'node:timers/promises';

/** Time as a run sees it; tests pass a virtual one. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after that many milliseconds, or as soon as the signal aborts. */
  sleep(milliseconds: number, until?: AbortSignal): Promise<void>;
  /** A number from 0 (included) to 1 (excluded), for jitter. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, until) =>
    setTimeout(milliseconds, undefined, until && { signal: until }).catch(() => undefined),
  random: () => Math.random(),
};

/** The time in whole seconds since the epoch, as tokens carry it. */
export function epochSeconds(clock: Pick<Clock, 'now'>): number {
  return Math.floor(clock.now() / 1000);
}
