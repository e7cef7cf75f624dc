import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PATHS, listAt, registeredApp, type RegisteredApp } from '../../src/app/app.ts';
import { planUpdate, type AppPlan, type UpdateOptions } from '../../src/app/plan.ts';
import type { AppSettings } from '../../src/app/settings/settings.ts';
import { writeShared } from '../../src/apply/ensure-shared.ts';
import { appObject, isOpenToOthers } from '../../src/apply/update-app.ts';
import { valueAt, type JsonObject } from '../../src/util/json.ts';
import { openLog } from '../../src/util/log.ts';
import type { OktaOrg } from '../../src/okta/org.ts';
import { markJson, markOf, newMark } from '../../src/app/ownership/mark.ts';
import type { Owner } from '../../src/app/ownership/owner.ts';
import { startDeadline } from '../../src/util/deadline.ts';
import { sessionOf, type Session } from '../../src/session/session.ts';
import { confirmed, write, type Written } from '../../src/session/write.ts';
import {
  isContradicted,
  planAdding,
  planRemoving,
  type SharedEntries,
} from '../../src/app/ownership/claims.ts';
import '../support/seed.ts';
import { TickClock, supply } from '../support/tick-clock.ts';

/**
 * A model of several runs that change one app: time is discrete, every request takes some ticks before and after it takes effect, and what
 * happens in the same tick happens in an order that fast-check's scheduler chooses. However the requests fall, no run that says it is done
 * has lost what it wrote.
 */

/** Ticks that a request takes at most, from being sent to being answered. A tick is a millisecond to the code under test. */
const LONGEST = 4;
/** A run waits for longer than twice that, so that the last write that could undo its own has come before it looks. */
const SETTLE = 2 * LONGEST + 1;

interface Writer {
  id: number;
  startsAt: number;
  /** Ticks between its look at the app and its first write, in which it looks at other things. */
  thinks: number;
  /** For each request: ticks before it takes effect, and ticks after. */
  delays: readonly (readonly [number, number])[];
  jitter: readonly number[];
}

const writerOf = {
  startsAt: fc.integer({ min: 0, max: 2 * SETTLE }),
  thinks: fc.integer({ min: 0, max: 3 * SETTLE }),
  delays: fc.array(
    fc
      .integer({ min: 0, max: LONGEST })
      .chain((before) => fc.tuple(fc.constant(before), fc.integer({ min: 0, max: LONGEST - before }))),
    { minLength: 1, maxLength: 8 },
  ),
  jitter: fc.array(fc.double({ min: 0, max: 0.99, noNaN: true }), { minLength: 1, maxLength: 4 }),
};

/** The app that all runs write, and how it is at the end. */
interface Held {
  app: RegisteredApp;
}

/**
 * Lets all runs read the app and do their work, each with a session of its own.
 *
 * @param settle ticks of the settle time
 */
async function runAll<W extends Writer>(
  scheduler: fc.Scheduler,
  held: Held,
  all: readonly W[],
  settle: number,
  work: (writer: W, session: Session, found: { app: RegisteredApp; readAt: number }) => Promise<unknown>,
): Promise<void> {
  const clock = new TickClock(scheduler);
  let finished = 0;
  const start = async (writer: W): Promise<void> => {
    const delays = supply(writer.delays.flat());
    const effect = async <T>(act: () => T): Promise<T> => {
      await clock.sleep(delays());
      const result = act();
      await clock.sleep(delays());
      return result;
    };
    const okta = {
      longestRequest: () => 0,
      getApp: () => effect(() => held.app),
      replaceApp: (_: RegisteredApp, body: JsonObject) => effect(() => (held.app = appOf(body))),
    } as unknown as OktaOrg;
    const log = { ...openLog(), info: () => undefined, debug: () => undefined };
    const deadline = startDeadline(
      { now: () => clock.now(), sleep: (ms) => clock.sleep(ms), random: supply(writer.jitter) },
      3600,
      log,
    );
    await clock.sleep(writer.startsAt);
    const readAt = clock.now();
    const app = await okta.getApp('0oa');
    await clock.sleep(writer.thinks);
    await work(writer, sessionOf({ okta, deadline, log }, settle / 1000, [], true), { app, readAt });
    finished += 1;
  };
  const runs = all.map(start);
  await clock.runOut();
  await Promise.all(runs);
  expect(finished).toBe(all.length);
}

const SHOP: Owner = { server: 'github.com', repository: 'acme/shop', repositoryId: '1' };
const OWN = 'https://www.example.com/callback';
const LOGO = 'https://shop.example.com/logo.png';

function appWith(redirectUris: string[], redirectHosts?: string[]): RegisteredApp {
  const profile = { okta_oidc_app: markJson(newMark({ owner: SHOP, redirectHosts })) };
  return appOf({
    id: '0oa',
    name: 'oidc_client',
    label: 'shop',
    profile,
    settings: { oauthClient: { redirect_uris: redirectUris } },
  });
}

function appOf(body: JsonObject): RegisteredApp {
  const app = registeredApp(body);
  if (!app) throw new Error('The model made something that is not an app.');
  return app;
}

/** What the app's own run makes of it. */
function planOwn(settings: AppSettings, more: Partial<UpdateOptions>): (current: RegisteredApp) => AppPlan {
  return (current) =>
    planUpdate({ name: 'shop', settings, catalogApp: undefined }, current, {
      owner: SHOP,
      isOwn: true,
      ...more,
    });
}

/** The app's own run, as it writes the app's object. */
async function writeOwn(
  session: Session,
  known: { app: RegisteredApp; readAt: number },
  plan: (current: RegisteredApp) => AppPlan,
): Promise<Written<RegisteredApp, AppPlan>> {
  const { app, readAt } = known;
  const isOpen = isOpenToOthers(app, SHOP);
  const common = { name: 'the app', isOpen, contradicts: isContradicted, done: 'updated the app' };
  const object = appObject<AppPlan>(session, app, { ...common, plan });
  return confirmed(session, object, await write(session, object, { item: app, readAt }));
}

describe("several shared runs on one app, beside the app's own", () => {
  const uriOf = (id: number): string => `https://pr-${id}.example.com/callback`;
  const ownerOf = (id: number): Owner => ({ ...SHOP, pullRequest: id });
  const entriesOf = (id: number): SharedEntries => ({
    'redirect-uris': [uriOf(id)],
    'post-logout-redirect-uris': [],
    'trusted-origins': [],
  });
  /** What the app's own run makes of its list, and of a setting that no shared run knows of. */
  const NEW_OWN = 'https://shop.example.com/callback';

  const writers = fc.uniqueArray(
    fc.record({
      ...writerOf,
      /** 0 is the app's own run. */
      id: fc.integer({ min: 0, max: 9 }),
      adding: fc.boolean(),
    }),
    { selector: ({ id }) => id, minLength: 2, maxLength: 5 },
  );

  test('lose nothing, however their requests fall', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), writers, async (scheduler, all) => {
        const held = {
          app: all
            .filter(({ id, adding }) => id > 0 && !adding)
            .reduce(
              (app, { id }) => appOf(planAdding(app, entriesOf(id), ownerOf(id), false).body),
              appWith([OWN], ['*.example.com']),
            ),
        };
        await runAll(scheduler, held, all, SETTLE, async ({ id, adding }, session, found) => {
          if (id > 0) {
            const plan = adding ? planAdding : planRemoving;
            await writeShared(session, found, {
              plan: (current) => plan(current, entriesOf(id), ownerOf(id), false),
            });
            return;
          }
          const plan = planOwn({ 'redirect-uris': [NEW_OWN], 'logo-uri': LOGO }, {});
          const { changes } = await writeOwn(session, found, plan);
          expect(changes.map(({ field }) => field)).toEqual(['redirect-uris', 'logo-uri']);
        });
        const isOwnRun = all.some(({ id }) => id === 0);
        const added = all.filter(({ id, adding }) => id > 0 && adding).map(({ id }) => uriOf(id));
        expect(valueAt(held.app.body, PATHS['logo-uri'])).toBe(isOwnRun ? LOGO : undefined);
        expect(new Set(listAt(held.app, PATHS['redirect-uris']))).toEqual(
          new Set([isOwnRun ? NEW_OWN : OWN, ...added]),
        );
      }),
      { numRuns: 1000 },
    );
  }, 60_000);
});

describe('several runs of one owner on an app that nobody else writes', () => {
  /** What each of them is about: a setting, or something that the mark remembers. */
  const ABOUT: readonly [AppSettings, Partial<UpdateOptions>][] = [
    [{ 'logo-uri': LOGO }, {}],
    [{ 'post-logout-redirect-uris': [OWN] }, {}],
    [{}, { remember: { groups: ['a'] } }],
    [{}, { remember: { trustedOrigins: [OWN] } }],
    [{}, { remember: { scopes: ['b'] } }],
  ];

  const writers = fc.uniqueArray(
    fc.record({ ...writerOf, id: fc.integer({ min: 0, max: ABOUT.length - 1 }) }),
    { selector: ({ id }) => id, minLength: 2, maxLength: ABOUT.length },
  );

  test('lose nothing, though they look for a fifth of the time only', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), writers, async (scheduler, all) => {
        const held = { app: appWith([OWN]) };
        await runAll(scheduler, held, all, 5 * SETTLE, ({ id }, session, found) =>
          writeOwn(session, found, planOwn(...(ABOUT[id] ?? [{}, {}]))),
        );
        const ids = all.map(({ id }) => id);
        const mark = markOf(held.app);
        expect({
          logo: valueAt(held.app.body, PATHS['logo-uri']),
          bye: listAt(held.app, PATHS['post-logout-redirect-uris']),
          groups: mark.groups,
          origins: mark.trustedOrigins,
          scopes: mark.scopes,
        }).toEqual({
          logo: ids.includes(0) ? LOGO : undefined,
          bye: ids.includes(1) ? [OWN] : [],
          groups: ids.includes(2) ? ['a'] : undefined,
          origins: ids.includes(3) ? [OWN] : [],
          scopes: ids.includes(4) ? ['b'] : undefined,
        });
      }),
      { numRuns: 1000 },
    );
  }, 60_000);
});
