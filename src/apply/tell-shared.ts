import type { RegisteredApp } from '../app/app.ts';
import { unlisted, type SharedEntries, type SharedPlan } from '../app/ownership/claims.ts';
import { markOf } from '../app/ownership/mark.ts';
import { ownerName, type Owner } from '../app/ownership/owner.ts';
import type { Session } from '../session/session.ts';

/** What a run on a shared app reports beside its own entries. */

/** Reports each entry that this run names and nobody has claimed: it existed before, and is kept. */
export function tellUnclaimed(
  { log }: Pick<Session, 'log'>,
  app: RegisteredApp,
  { unclaimed }: SharedPlan,
): void {
  const isOwned = markOf(app).owner !== undefined;
  const what = isOwned
    ? 'what nobody has claimed belongs to the owner of the app'
    : 'a run of the default branch with "adopt: true" claims it, or removes it with "state: absent"';
  for (const uri of unclaimed)
    log.notice(`${uri} was in the shared app "${app.label}" before, and is kept: ${what}.`);
}

/** What earlier permanent runs have added is only removed by name. */
export function tellUnlisted(
  { log }: Pick<Session, 'log'>,
  app: RegisteredApp,
  entries: SharedEntries,
  owner: Owner,
): void {
  const left = unlisted(app, entries, owner);
  if (left.length > 0)
    log.notice(
      `Runs of ${ownerName(owner)} have put these on the shared app "${app.label}", too, and this one does not list them: ${left.join(', ')}. If they are no longer needed, list them with "state: absent".`,
    );
}

/** Reports that a run changes nothing, since it is older than one whose URIs the app has. */
export function tellGivenIn({ log }: Pick<Session, 'log'>, app: RegisteredApp, owner: Owner): void {
  log.notice(
    `A later run of ${ownerName(owner)} has put its own URIs on the shared app "${app.label}", so that this one adds nothing.`,
  );
}
