import type fc from 'fast-check';

/** Discrete time: what happens in the same tick happens in an order that fast-check's scheduler chooses. */
export class TickClock {
  #now = 0;
  readonly #sleepers = new Map<number, (() => void)[]>();
  readonly #scheduler: fc.Scheduler;

  constructor(scheduler: fc.Scheduler) {
    this.#scheduler = scheduler;
  }

  now(): number {
    return this.#now;
  }

  sleep(ticks: number): Promise<void> {
    const at = this.#now + Math.ceil(ticks);
    return new Promise((resolve) => {
      this.#sleepers.set(at, [...(this.#sleepers.get(at) ?? []), resolve]);
    });
  }

  /** Lets time pass until nobody sleeps any more; those who wake in the same tick do so in the scheduler's order. */
  async runOut(): Promise<void> {
    for (;;) {
      await this.#scheduler.waitIdle();
      await new Promise(setImmediate);
      const next = Math.min(...this.#sleepers.keys());
      if (!Number.isFinite(next)) return;
      this.#now = Math.max(this.#now, next);
      const woken = this.#sleepers.get(next) ?? [];
      this.#sleepers.delete(next);
      for (const wake of woken) void this.#scheduler.schedule(Promise.resolve()).then(wake);
    }
  }
}

/** An endless supply of numbers in a range, drawn from a list that fast-check made. */
export function supply(numbers: readonly number[]): () => number {
  let i = 0;
  return () => numbers[i++ % numbers.length] ?? 0;
}
