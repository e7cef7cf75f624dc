import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PATHS, listAt, registeredApp, type RegisteredApp } from '../../src/app/app.ts';
import { planUpdate, type AppPlan } from '../../src/app/plan.ts';
import { writeShared } from '../../src/apply/ensure-shared.ts';
import { updateApp } from '../../src/apply/update-app.ts';
import { valueAt, type JsonObject } from '../../src/util/json.ts';
import { openLog } from '../../src/util/log.ts';
import type { OktaOrg } from '../../src/okta/org.ts';
import { markJson, newMark } from '../../src/app/ownership/mark.ts';
import type { Owner } from '../../src/app/ownership/owner.ts';
import { startDeadline } from '../../src/util/deadline.ts';
import { sessionOf } from '../../src/session/session.ts';
import {
  isContradicted,
  planAdding,
  planRemoving,
  type SharedEntries,
} from '../../src/app/ownership/claims.ts';
import '../support/seed.ts';

/**
 * A model of several runs that change one shared app: time is discrete, every request takes some ticks before and after it takes
 * effect, and what happens in the same tick happens in an order that fast-check's scheduler chooses. However the requests fall, no run
 * that says it is done has lost its URI.
 */

/** Ticks that a request takes at most, from being sent to being answered. A tick is a millisecond to the code under test. */
const LONGEST = 4;
/** A run waits for longer than twice that, so that the last write that could undo its own has come before it looks. */
const SETTLE = 2 * LONGEST + 1;

class TickClock {
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
function supply(numbers: readonly number[]): () => number {
  let i = 0;
  return () => numbers[i++ % numbers.length] ?? 0;
}

interface Writer {
  id: number;
  adding: boolean;
  startsAt: number;
  /** For each request: ticks before it takes effect, and ticks after. */
  delays: readonly (readonly [number, number])[];
  jitter: readonly number[];
}

const OWN = 'https://www.example.com/callback';
const uriOf = (id: number): string => `https://pr-${id}.example.com/callback`;
const ownerOf = (id: number): Owner => ({
  server: 'github.com',
  repository: 'acme/shop',
  repositoryId: '1',
  pullRequest: id,
});
const entriesOf = (id: number): SharedEntries => ({
  'redirect-uris': [uriOf(id)],
  'post-logout-redirect-uris': [],
  'trusted-origins': [],
});

const SHOP: Owner = { server: 'github.com', repository: 'acme/shop', repositoryId: '1' };
/** What the app's own run makes of its list, and of a setting that no shared run knows of. */
const NEW_OWN = 'https://shop.example.com/callback';
const LOGO = 'https://shop.example.com/logo.png';

function appWith(redirectUris: string[]): RegisteredApp {
  const profile = { okta_oidc_app: markJson(newMark({ owner: SHOP, trustedOrigins: [] })) };
  return appOf({
    id: '0oa',
    name: 'oidc_client',
    label: 'shared',
    profile,
    settings: { oauthClient: { redirect_uris: redirectUris } },
  });
}

/** The app's own run, as it plans. */
function planOwn(current: RegisteredApp): AppPlan {
  const settings = { 'redirect-uris': [NEW_OWN], 'logo-uri': LOGO };
  const marking = { owner: SHOP, isOwn: true, trustedOrigins: [] };
  return planUpdate({ name: 'shared', settings, catalogApp: undefined }, current, marking);
}

function appOf(body: JsonObject): RegisteredApp {
  const app = registeredApp(body);
  if (!app) throw new Error('The model made something that is not an app.');
  return app;
}

const writers = fc.uniqueArray(
  fc.record({
    /** 0 is the app's own run. */
    id: fc.integer({ min: 0, max: 9 }),
    adding: fc.boolean(),
    startsAt: fc.integer({ min: 0, max: 2 * SETTLE }),
    delays: fc.array(
      fc
        .integer({ min: 0, max: LONGEST })
        .chain((before) => fc.tuple(fc.constant(before), fc.integer({ min: 0, max: LONGEST - before }))),
      { minLength: 1, maxLength: 8 },
    ),
    jitter: fc.array(fc.double({ min: 0, max: 0.99, noNaN: true }), { minLength: 1, maxLength: 4 }),
  }),
  { selector: ({ id }) => id, minLength: 2, maxLength: 5 },
);

describe("several shared runs on one app, beside the app's own", () => {
  test('lose nothing, however their requests fall', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), writers, async (scheduler, all) => {
        const clock = new TickClock(scheduler);
        let held = all
          .filter(({ id, adding }) => id > 0 && !adding)
          .reduce(
            (app, { id }) => appOf(planAdding(app, entriesOf(id), ownerOf(id), false).body),
            appWith([OWN]),
          );
        const finished = new Map<number, boolean>();

        const start = async (writer: Writer): Promise<void> => {
          const delays = supply(writer.delays.flat());
          const effect = async <T>(act: () => T): Promise<T> => {
            await clock.sleep(delays());
            const result = act();
            await clock.sleep(delays());
            return result;
          };
          const okta = {
            longestRequest: () => 0,
            getApp: () => effect(() => held),
            replaceApp: (_: RegisteredApp, body: JsonObject) => effect(() => (held = appOf(body))),
          } as unknown as OktaOrg;
          const log = { ...openLog(), info: () => undefined, debug: () => undefined };
          const deadline = startDeadline(
            { now: () => clock.now(), sleep: (ms) => clock.sleep(ms), random: supply(writer.jitter) },
            3600,
            log,
          );
          const session = sessionOf({ okta, deadline, log }, SETTLE / 1000);
          await clock.sleep(writer.startsAt);
          const readAt = clock.now();
          const app = await okta.getApp('0oa');
          if (writer.id === 0) {
            const { changes } = await updateApp(session, app, {
              plan: planOwn,
              readAt,
              done: 'updated the app',
              shared: { name: 'the app' },
              contradicts: isContradicted,
            });
            expect(changes.map(({ field }) => field)).toEqual(['redirect-uris', 'logo-uri']);
            finished.set(writer.id, true);
            return;
          }
          await writeShared(session, app, readAt, (current) =>
            writer.adding
              ? planAdding(current, entriesOf(writer.id), ownerOf(writer.id), false)
              : planRemoving(current, entriesOf(writer.id), ownerOf(writer.id)),
          );
          finished.set(writer.id, true);
        };

        const runs = all.map(start);
        await clock.runOut();
        await Promise.all(runs);

        const isOwnRun = all.some(({ id }) => id === 0);
        const uris = listAt(held, PATHS['redirect-uris']);
        const added = all.filter(({ id, adding }) => id > 0 && adding).map(({ id }) => uriOf(id));
        const wanted = [isOwnRun ? NEW_OWN : OWN, ...added];
        expect(valueAt(held.body, PATHS['logo-uri'])).toBe(isOwnRun ? LOGO : undefined);
        expect(new Set(uris)).toEqual(new Set(wanted));
        expect(finished.size).toBe(all.length);
      }),
      { numRuns: 1000 },
    );
  }, 60_000);
});
