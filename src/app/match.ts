import { clientIdOf, type RegisteredApp } from './app.ts';
import { isIdMasked } from './client-id.ts';
import { markOf } from './ownership/mark.ts';
import { ownerName, sameOwner, sameRepository, type Owner } from './ownership/owner.ts';
import { textOf } from '../util/json.ts';

/** Which of several apps of one label a run means: labels are not unique in Okta. */

/** Whether a run of exactly this owner made the app. */
export function isMadeBy(owner: Owner, app: RegisteredApp): boolean {
  const marked = markOf(app).owner;
  return marked !== undefined && sameOwner(owner, marked);
}

/**
 * The apps of a label that a run may mean: those of its owner, else those of its repository, else all. Nobody else's app gets in the way of
 * its own. If there are several, the run cannot choose between them.
 */
export function matchesOf(owner: Owner, apps: RegisteredApp[]): RegisteredApp[] {
  const own = apps.filter((app) => isMadeBy(owner, app));
  if (own.length > 0) return own;
  const ofRepository = apps.filter((app) => {
    const marked = markOf(app).owner;
    return marked !== undefined && sameRepository(owner, marked);
  });
  return ofRepository.length > 0 ? ofRepository : apps;
}

/** By creation, then by ID. */
function oldestFirst(apps: readonly RegisteredApp[]): RegisteredApp[] {
  const age = ({ created, id }: RegisteredApp): string => `${created} ${id}`;
  return apps.toSorted((a, b) => (age(a) < age(b) ? -1 : 1));
}

/**
 * Several apps of one name in words, with what distinguishes them.
 *
 * @param mask the input `mask-client-id`: an ID that is a masked client ID, too, must not be seen
 */
export function toldApart(apps: readonly RegisteredApp[], mask: boolean | undefined): string {
  const each = oldestFirst(apps).map((app) => {
    const { owner } = markOf(app);
    const touched = textOf(app.body['lastUpdated']);
    const facts = [
      app.active ? 'active' : 'inactive',
      ...(touched === '' || touched === app.created ? [] : [`last changed at ${touched}`]),
      owner ? `of ${ownerName(owner)}` : 'without a mark',
    ];
    return `${isIdMasked(mask, app) ? 'one' : app.id} made at ${app.created} (${facts.join(', ')})`;
  });
  return each.join(', ');
}

/** Whether two of the apps have one client ID, which Okta is to take once. */
export function shareClientId(apps: readonly RegisteredApp[]): boolean {
  const ids = apps.map((app) => clientIdOf(app) ?? app.id);
  return new Set(ids).size < ids.length;
}
