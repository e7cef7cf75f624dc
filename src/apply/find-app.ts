import { isOidc, type RegisteredApp } from '../app/app.ts';
import { ActionError } from '../util/errors.ts';
import { textOf } from '../util/json.ts';
import type { OktaOrg } from '../okta/org.ts';
import { OktaError } from '../okta/errors.ts';
import { markOf, sameOwner, type Owner } from '../app/ownership.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Session } from './session.ts';

export interface Found {
  app: RegisteredApp | undefined;
  /** Apps that runs of the same owner made at the same time and did not live to delete. */
  duplicates: RegisteredApp[];
  /** When the app was asked for, in milliseconds since the epoch: what is sent back long after must be read again first. */
  readAt: number;
}

/** What names the app, and how it may be told of. */
export type Named = Pick<Inputs, 'appId' | 'name' | 'state' | 'maskClientId'>;

/** How often to look while apps of the same label may still be on their way out. */
const MAX_CHECKS = 3;

/**
 * Finds the app that the inputs name.
 *
 * Labels are not unique in Okta, and runs that start at the same moment may make two apps, of which the younger goes again. So several
 * apps of the label are looked at again before they count as an error.
 *
 * @throws {ActionError} where several apps have the label, telling them apart
 */
export async function findApp(
  { okta, deadline, settleTime }: Pick<Session, 'okta' | 'deadline' | 'settleTime'>,
  { appId, name: label = '', state, maskClientId }: Named,
  owner: Owner,
): Promise<Found> {
  if (appId !== undefined) {
    const readAt = deadline.clock.now();
    return { app: await appById(okta, appId, state === 'absent'), duplicates: [], readAt };
  }
  for (let check = 1; ; check += 1) {
    const readAt = deadline.clock.now();
    const apps = oldestFirst(await okta.findApps(label));
    const [oldest, ...younger] = apps;
    if (younger.length === 0) return { app: oldest, duplicates: [], readAt };
    const marked = apps.some((app) => markOf(app).owner !== undefined);
    if (marked && check < MAX_CHECKS) {
      await deadline.wait(
        settleTime(),
        `${apps.length} apps have the label "${label}", and other runs may be at work on them`,
      );
      continue;
    }
    if (oldest && younger.every((app) => isDuplicate(app, oldest, owner)))
      return { app: oldest, duplicates: younger, readAt };
    throw new ActionError(
      `Cannot tell which app is meant by "${label}"`,
      `${apps.length} apps have that label: ${toldApart(apps, maskClientId)}`,
      'Give the ID of the right one as "app-id", or rename or delete the others.',
    );
  }
}

/** Several apps of one name in words: by their IDs, or by when they were made where an ID must not be seen. */
export function toldApart(apps: readonly RegisteredApp[], maskClientId: boolean): string {
  return maskClientId
    ? apps.map(({ created }) => `one made at ${created}`).join(', ')
    : apps.map(({ id }) => id).join(', ');
}

async function appById(okta: OktaOrg, id: string, mayBeAbsent: boolean): Promise<RegisteredApp | undefined> {
  try {
    const app = await okta.getApp(id);
    if (isOidc(app)) return app;
    throw new ActionError(
      `Cannot use the app "${app.label}"`,
      `its sign-on mode is ${textOf(app.body['signOnMode'])}, not OPENID_CONNECT`,
      'Give the ID of an OIDC app as "app-id".',
    );
  } catch (error) {
    if (mayBeAbsent && error instanceof OktaError && error.status === 404) return undefined;
    throw error;
  }
}

/** By creation, then by ID: every run that sees the same apps picks the same one to stay. */
export function oldestFirst(apps: readonly RegisteredApp[]): RegisteredApp[] {
  return apps.toSorted((a, b) => compare(a.created, b.created) || compare(a.id, b.id));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Milliseconds within which two runs can have missed each other's app: twice the longest request that Okta has been seen to take. */
const RACE_WINDOW_MS = 120_000;
/** Milliseconds within which the create itself may touch a new app again (recorded: 1 to 2 s). */
const OWN_TOUCH_MS = 60_000;

/**
 * Whether an app is one that a run lost a race with and was stopped before deleting: of the same owner, made within moments of the
 * one that stays, and never touched since. Its client ID was never handed out, since a run does that only after it has looked.
 */
function isDuplicate(app: RegisteredApp, oldest: RegisteredApp, owner: Owner): boolean {
  const marks = [markOf(app).owner, markOf(oldest).owner];
  const created = Date.parse(app.created);
  const touched = Date.parse(textOf(app.body['lastUpdated']));
  return (
    marks.every((mark) => mark !== undefined && sameOwner(owner, mark)) &&
    created - Date.parse(oldest.created) <= RACE_WINDOW_MS &&
    touched - created <= OWN_TOUCH_MS
  );
}
