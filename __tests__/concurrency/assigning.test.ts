import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { registeredApp, type RegisteredApp } from '../../src/app/app.ts';
import { markJson, markOf, newMark } from '../../src/app/ownership/mark.ts';
import { ownerOf } from '../../src/app/ownership/owner.ts';
import { ensurePresent } from '../../src/apply/present/ensure-present.ts';
import { permissionOf } from '../../src/apply/permission.ts';
import type { Run } from '../../src/github/run.ts';
import type { Inputs } from '../../src/inputs/inputs.ts';
import type { OktaOrg } from '../../src/okta/org.ts';
import { sessionOf } from '../../src/session/session.ts';
import { startDeadline } from '../../src/util/deadline.ts';
import type { JsonObject } from '../../src/util/json.ts';
import { openLog } from '../../src/util/log.ts';
import '../support/seed.ts';
import { TickClock, supply } from '../support/tick-clock.ts';

/**
 * A model of several own runs of one app at once, such as those of two commits that list different groups: time is discrete, and every
 * request takes some ticks before and after it takes effect. However the requests fall, what runs have assigned is remembered in the end.
 */

/** Ticks that a request takes at most, from being sent to being answered. A tick is a millisecond to the code under test. */
const LONGEST = 4;
/** A run of its owner waits for a fifth of that, which is longer than twice the longest request. */
const SETTLE = 5 * (2 * LONGEST + 1);

const RUN: Run = {
  kind: 'permanent',
  repository: { server: 'github.com', name: 'acme/shop', id: '1' },
};

function appOf(body: JsonObject): RegisteredApp {
  const app = registeredApp(body);
  if (!app) throw new Error('The model made something that is not an app.');
  return app;
}

function shop(groups: string[]): RegisteredApp {
  const mark = newMark({ owner: ownerOf(RUN), remember: { groups } });
  return appOf({
    id: '0oa',
    name: 'oidc_client',
    label: 'shop',
    signOnMode: 'OPENID_CONNECT',
    status: 'ACTIVE',
    profile: { okta_oidc_app: markJson(mark) },
    settings: { oauthClient: { application_type: 'service', grant_types: ['client_credentials'] } },
  });
}

const GROUPS: readonly string[] = ['00gA', '00gB', '00gC'];
const groups = fc.uniqueArray(fc.constantFrom(...GROUPS), { maxLength: 3 });
const delays = fc.array(
  fc
    .integer({ min: 0, max: LONGEST })
    .chain((before) => fc.tuple(fc.constant(before), fc.integer({ min: 0, max: LONGEST - before }))),
  { minLength: 1, maxLength: 8 },
);
const run = fc.record({
  listed: groups,
  startsAt: fc.integer({ min: 0, max: 3 * LONGEST }),
  delays,
  jitter: fc.array(fc.double({ min: 0, max: 0.99, noNaN: true }), { minLength: 1, maxLength: 4 }),
});

test('own runs at once that list different groups end without a failure, and with all remembered that they assigned', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      groups,
      fc.subarray([...GROUPS]),
      fc.boolean(),
      fc.array(run, { minLength: 2, maxLength: 3 }),
      async (scheduler, remembered, takenAway, isWritten, all) => {
        const clock = new TickClock(scheduler);
        let held = shop(remembered);
        const assigned = new Set(remembered.filter((id) => !takenAway.includes(id)));
        const isDone: boolean[] = [];

        const start = async ({ listed, startsAt, ...times }: (typeof all)[number]): Promise<void> => {
          const next = supply(times.delays.flat());
          const effect = async <T>(act: () => T): Promise<T> => {
            await clock.sleep(next());
            const result = act();
            await clock.sleep(next());
            return result;
          };
          const named = (id: string): { id: string; name: string; direct: boolean } => ({
            id,
            name: id,
            direct: true,
          });
          const okta = {
            longestRequest: () => 0,
            now: () => clock.now(),
            findApps: () => effect(() => [held]),
            getApp: () => effect(() => held),
            replaceApp: (_: RegisteredApp, body: JsonObject) =>
              effect(() => (held = appOf({ ...body, lastUpdated: String(clock.now()) }))),
            assignedGroups: () => effect(() => [...assigned].map(named)),
            findGroups: (name: string) => effect(() => [named(name)]),
            assignGroup: (_: RegisteredApp, { id }: { id: string }) => effect(() => assigned.add(id)),
            unassignGroup: (_: RegisteredApp, { id }: { id: string }) => effect(() => assigned.delete(id)),
          } as unknown as OktaOrg;
          const silent = { info: () => undefined, notice: () => undefined, debug: () => undefined };
          const log = { ...openLog(), ...silent };
          const deadline = startDeadline(
            { now: () => clock.now(), sleep: (ticks) => clock.sleep(ticks), random: supply(times.jitter) },
            3600,
            log,
          );
          const session = sessionOf({ okta, deadline, log }, SETTLE / 1000, [], true);
          const permission = permissionOf(RUN, undefined, { deadline, log }, false);
          const inputs = {
            name: 'shop',
            settings: isWritten ? { 'logo-uri': 'https://shop.example.com/logo.png' } : {},
            groups: listed,
            assignments: 'managed',
            state: 'present',
            adopt: false,
            dryRun: false,
          } as unknown as Inputs;
          await clock.sleep(startsAt);
          await ensurePresent(session, inputs, permission, { begin: () => undefined });
          isDone.push(true);
        };

        const runs = all.map(start);
        await clock.runOut();
        await Promise.all(runs);
        expect(isDone).toHaveLength(all.length);
        expect(markOf(held).groups).toEqual(expect.arrayContaining([...assigned]));
      },
    ),
    { numRuns: 700 },
  );
}, 120_000);
