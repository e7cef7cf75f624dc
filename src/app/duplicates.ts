import type { RegisteredApp } from './app.ts';
import { change, type Outcome } from './change.ts';
import { markOf, ownerName, sameOwner, sameRepository, type Owner } from './ownership/mark.ts';
import { textOf } from '../util/json.ts';

/**
 * Several apps of one label: which one a run means, and which are duplicates that may go. Labels are not unique in Okta, and runs that
 * start at the same moment may make an app each. They make them inactive, so that nobody has got the client ID of one that never was
 * active; only such a one ever counts as a duplicate.
 */

/** Milliseconds for which a create itself goes on to touch the new app (recorded: up to 2 s, in whole seconds). */
const CREATE_TOUCHES_MS = 2_000;

/**
 * Whether an app has never been active, as far as Okta's record shows it: activating and deactivating count as updates (as the emulator
 * has it; unknown of Okta), and both come later than the create's own touches, since a run settles before it activates.
 */
export function neverActive({ active, created, body }: RegisteredApp): boolean {
  return !active && Date.parse(textOf(body['lastUpdated'])) - Date.parse(created) <= CREATE_TOUCHES_MS;
}

/** Whether a run of exactly this owner made the app. */
export function isMadeBy(owner: Owner, app: RegisteredApp): boolean {
  const marked = markOf(app).owner;
  return marked !== undefined && sameOwner(owner, marked);
}

/** What a run makes of the apps of one label. */
export type Meant =
  | {
      app: RegisteredApp | undefined;
      /** Apps of the same owner that never were active, and whose place the app has. */
      duplicates: RegisteredApp[];
    }
  /** Apps between which a run cannot choose. */
  | { among: RegisteredApp[] };

/**
 * Tells which of the apps of a label a run means: one of its owner, else one of its repository, else whatever there is. Nobody else's app
 * gets in the way of its own.
 */
export function meantBy(owner: Owner, apps: readonly RegisteredApp[]): Meant {
  const own = oldestFirst(apps.filter((app) => isMadeBy(owner, app)));
  const used = own.filter((app) => !neverActive(app));
  if (used.length > 1) return { among: used };
  const stays = used[0] ?? own[0];
  if (stays) return { app: stays, duplicates: own.filter((app) => app !== stays) };

  const related = apps.filter((app) => {
    const marked = markOf(app).owner;
    return marked !== undefined && sameRepository(owner, marked);
  });
  const others = oldestFirst(related.length > 0 ? related : apps);
  return others.length > 1 ? { among: others } : { app: others[0], duplicates: [] };
}

/**
 * Tells which app stays after a create, of all that have the label: one of the same owner that is in use already, else the oldest. An app of
 * somebody else counts only where it is older: it is the one that the run would have found, had it looked a moment later.
 *
 * @param created what the run has made itself
 */
export function staysBeside(
  owner: Owner,
  created: RegisteredApp,
  apps: readonly RegisteredApp[],
): { app: RegisteredApp } | { among: RegisteredApp[] } {
  const others = apps.filter(({ id }) => id !== created.id);
  const used = others.filter((app) => isMadeBy(owner, app) && !neverActive(app));
  if (used.length > 1) return { among: oldestFirst(used) };
  return { app: used[0] ?? oldestFirst([created, ...others])[0] ?? created };
}

/** By creation, then by ID: every run that sees the same apps picks the same one to stay. */
export function oldestFirst(apps: readonly RegisteredApp[]): RegisteredApp[] {
  return apps.toSorted((a, b) => compare(a.created, b.created) || compare(a.id, b.id));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Several apps of one name in words, with what tells them apart.
 *
 * @param maskClientId whether an ID, which is the client ID as well, must not be seen
 */
export function toldApart(apps: readonly RegisteredApp[], maskClientId: boolean): string[] {
  return oldestFirst(apps).map((app) => {
    const { owner } = markOf(app);
    const touched = textOf(app.body['lastUpdated']);
    const facts = [
      app.active ? 'active' : neverActive(app) ? 'never active' : `inactive, last changed at ${touched}`,
      owner ? `of ${ownerName(owner)}` : 'without a mark',
    ];
    return `${maskClientId ? 'one' : app.id} made at ${app.created} (${facts.join(', ')})`;
  });
}

/** What a run tells of the duplicates that it deletes, or would. */
export function withRemoval(
  outcome: Outcome,
  duplicates: readonly RegisteredApp[],
  maskClientId: boolean,
): Outcome {
  if (duplicates.length === 0) return outcome;
  const removal = change('duplicates', toldApart(duplicates, maskClientId), []);
  return {
    ...outcome,
    result: outcome.result === 'unchanged' ? 'updated' : outcome.result,
    changes: [removal, ...outcome.changes],
  };
}
