import type { RegisteredApp } from '../app/app.ts';
import { sameOrigin } from '../app/addresses/origin-name.ts';
import type { SharedPlan } from '../app/ownership/claims.ts';
import { markOf } from '../app/ownership/mark.ts';
import type { TrustedOrigin } from '../okta/trusted-origins.ts';
import { findListed, givenUp, isLastOf, releaseOrigins, trustOrigin } from '../resources/origin-listing.ts';
import type { Session } from '../session/session.ts';
import type { WholeObject } from '../session/write.ts';

/** The trusted origins that runs claim for a shared app: they are objects of their own, found by the claims. */

/** What a run wants of a shared app. */
export type SharedTask = Pick<WholeObject<RegisteredApp, SharedPlan>, 'plan' | 'ask'>;

interface Shared {
  app: RegisteredApp;
  dryRun: boolean;
}

/** Origins that a run has given up. */
export interface GivenUp {
  /** Those that it looked at. */
  there: TrustedOrigin[];
  /** Those of them that the plan keeps after all. */
  kept: TrustedOrigin[];
  /** Those of them that no app lists any more; in a dry run, those that none would. */
  deleted: TrustedOrigin[];
}

/**
 * Gives up the trusted origins whose claims the plan does not keep.
 *
 * @param candidates those that may be among them
 */
export async function giveUpOrigins(
  session: Session,
  { app, dryRun }: Shared,
  { plan, ask }: SharedTask,
  candidates: readonly string[],
): Promise<GivenUp> {
  const there = await findListed(session, app, [...new Set(candidates)]);
  const goes = (current: RegisteredApp): string[] => {
    const { claims } = plan(current);
    return givenUp(markOf(current), { claims });
  };
  const gone = dryRun
    ? there.filter(({ origin }) => goes(app).some((other) => sameOrigin(other, origin)))
    : await releaseOrigins(session, app, there, goes, ask);
  return {
    there,
    kept: there.filter((origin) => !gone.includes(origin)),
    deleted: gone.filter((origin) => isLastOf(app, origin)),
  };
}

/** Has those of the origins trusted again that the app's mark still claims. */
export async function restoreOrigins(
  session: Session,
  app: RegisteredApp,
  origins: readonly TrustedOrigin[],
): Promise<void> {
  const claimed = claimedOrigins(app);
  for (const { origin } of origins)
    if (claimed.some((other) => sameOrigin(other, origin))) await trustOrigin(session, app, origin);
}

/** The trusted origins that runs have claimed for an app. */
export function claimedOrigins(app: RegisteredApp): string[] {
  return markOf(app)
    .claims.filter(({ list }) => list === 'trusted-origins')
    .map(({ uri }) => uri);
}

/**
 * Gives up those of the origins that nobody claims any more. A run may trust an origin just as a later one looks for it and drops its
 * claim. So the later run looks again once the claim is gone, and the other one once the origin is trusted.
 */
export async function giveUpUnclaimed(
  session: Session,
  app: RegisteredApp,
  origins: readonly string[],
): Promise<void> {
  const listed = await findListed(session, app, origins);
  await releaseOrigins(session, app, listed, (current) => {
    const kept = [...claimedOrigins(current), ...markOf(current).trustedOrigins];
    return origins.filter((origin) => !kept.some((other) => sameOrigin(other, origin)));
  });
}
