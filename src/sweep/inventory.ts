import { clientIdOf, isOidc, type RegisteredApp } from '../app/app.ts';
import { isExpired } from '../app/ownership/expiry.ts';
import { isShared } from '../app/ownership/claims.ts';
import { markOf, type Mark } from '../app/ownership/mark.ts';
import { isPermanent, ownerName, sameRepository, type Owner } from '../app/ownership/owner.ts';
import type { JsonObject } from '../util/json.ts';
import { isClosed, type EndedApp, type Facts } from './plan.ts';

/**
 * All marked apps with their owners, permanent ones, too, and what becomes of each: what an administrator asks for before anything is
 * deleted.
 */

export interface InventoryItem {
  name: string;
  /** `undefined` if it is the client ID, too, which is masked. */
  appId: string | undefined;
  owner: string;
  /** Whole days since it was created. */
  ageDays: number;
  /** When it ends by itself, as an RFC 3339 time in UTC. */
  expires: string | undefined;
  action: 'deleted' | 'kept';
  why: string;
}

/** Whether an app is listed: one that carries this repository's mark, or with `everybody` any repository's. */
export function isListed(app: RegisteredApp, repository: Owner, everybody: boolean): boolean {
  const { owner } = markOf(app);
  return isOidc(app) && owner !== undefined && (everybody || sameRepository(repository, owner));
}

const DAY_MS = 86_400_000;

/**
 * The apps as a list.
 *
 * @param apps all that are listed
 * @param removed those of them that were deleted; in a dry run, those that would be
 */
export function inventoryOf(
  apps: readonly RegisteredApp[],
  removed: readonly EndedApp[],
  facts: Facts,
): InventoryItem[] {
  const ended = new Map(removed.map((each) => [each.app.id, each]));
  return apps.flatMap((app): InventoryItem[] => {
    const mark = markOf(app);
    const { owner, expires } = mark;
    if (!owner) return [];
    const end = ended.get(app.id);
    return [
      {
        name: app.label,
        appId: (clientIdOf(app) ?? app.id) === app.id ? undefined : app.id,
        owner: ownerName(owner),
        ageDays: Math.max(0, Math.floor((facts.now - Date.parse(app.created)) / DAY_MS)) || 0,
        expires,
        action: end ? 'deleted' : 'kept',
        why: end
          ? isClosed(end)
            ? 'its pull request is closed'
            : 'it has expired'
          : whyKept(app, { ...mark, owner }, facts),
      },
    ];
  });
}

function whyKept(
  app: RegisteredApp,
  { owner, expires, source }: Mark & { owner: Owner },
  { repository, states, now }: Facts,
): string {
  if (!sameRepository(repository, owner)) return "it is another repository's";
  if (source === 'note') return 'only the sentence in its notes says whose it is';
  const isOver = isExpired(expires, now);
  if (isPermanent(owner) && expires === undefined) return 'it is permanent';
  const state = owner.pullRequest === undefined ? undefined : states.get(owner.pullRequest);
  if ((isOver || state === 'closed') && isShared(app, now)) return 'others have URIs on it';
  if (isOver || state === 'closed') return 'it could not be deleted';
  if (state === 'open') return 'its pull request is open';
  if (state === 'unknown') return 'GitHub does not know its pull request';
  return expires === undefined ? 'it has no end of its own' : 'it has not expired';
}

/** The list as the output `apps`. */
export function inventoryJson(items: readonly InventoryItem[]): JsonObject[] {
  return items.map(({ name, appId, owner, ageDays, expires, action, why }) => ({
    name,
    ...(appId !== undefined && { app_id: appId }),
    owner,
    age_days: ageDays,
    expires: expires ?? null,
    action,
    why,
  }));
}
