import { PATHS, listAt, type RegisteredApp } from '../app.ts';
import { APP_LISTS } from './claims.ts';
import { markOf, type Claim, type Entry } from './mark.ts';
import { sameRepository, type Owner } from './owner.ts';

/** How near the lists of a shared app are to what Okta takes, and what closed pull requests left in them. */

/** Okta refuses an app whose URIs are longer together (documented for sign-out URIs, seen for both). */
const LONGEST_TOGETHER = 65_535;
const NEAR_LIMIT = 0.8;
/** How many URIs a warning names. */
const MAX_NAMED = 10;

/** The list whose URIs come near Okta's limit on their length together, if one does. */
export function crowdedList(app: RegisteredApp): (typeof APP_LISTS)[number] | undefined {
  return APP_LISTS.find((list) => lengthOf(listAt(app, PATHS[list])) > LONGEST_TOGETHER * NEAR_LIMIT);
}

/** The claims of a repository's pull requests, by the number. */
export function claimsByPullRequest(app: RegisteredApp, repository: Owner): Map<number, Claim[]> {
  const byNumber = new Map<number, Claim[]>();
  for (const claim of markOf(app).claims) {
    const { pullRequest } = claim.owner;
    if (pullRequest === undefined || !sameRepository(repository, claim.owner)) continue;
    byNumber.set(pullRequest, [...(byNumber.get(pullRequest) ?? []), claim]);
  }
  return byNumber;
}

/**
 * What to say of a crowded list, naming what closed pull requests left in it.
 *
 * @param stale entries of the app that belong to closed pull requests, as far as that is known
 */
export function limitWarning(
  app: RegisteredApp,
  list: (typeof APP_LISTS)[number],
  stale: readonly Entry[],
): string {
  const used = Math.round((100 * lengthOf(listAt(app, PATHS[list]))) / LONGEST_TOGETHER);
  const left = [...new Set(stale.filter((entry) => entry.list === list).map(({ uri }) => uri))];
  const more = left.length > MAX_NAMED ? ` and ${left.length - MAX_NAMED} more` : '';
  const named =
    left.length > 0
      ? ` Closed pull requests left ${left.length} of them behind: ${left.slice(0, MAX_NAMED).join(', ')}${more}.`
      : '';
  return `The ${list} of the shared app "${app.label}" take up ${used} % of the ${LONGEST_TOGETHER} characters that Okta allows them together.${named} Remove what is no longer needed, for example with the sweep action.`;
}

function lengthOf(uris: readonly string[]): number {
  return uris.join('\n').length;
}
