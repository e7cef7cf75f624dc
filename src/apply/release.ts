import { clientIdOf, type RegisteredApp } from '../app/app.ts';
import { markOf, type Claim, type Marking } from '../app/ownership.ts';
import { letIn, nameOf, placeOf, takeOut } from './server-policies.ts';
import type { Session } from './session.ts';
import { findListed, originsOf, releaseOrigins, trustOrigin } from './trusted-origins.ts';

/** What names an app elsewhere in the org and does not go with it. */
export type Elsewhere = Pick<Marking, 'policies' | 'trustedOrigins'> & { claims?: readonly Claim[] };

export function isNamedElsewhere(mark: Elsewhere): boolean {
  return (mark.policies ?? []).length > 0 || originsOf(mark).length > 0;
}

/**
 * Takes an app out of the access policies that let it in, and of the trusted origins that it lists. What is gone already counts as done.
 *
 * @param mark what the app's mark says, or was to say
 * @returns puts the app back, as far as its mark, as it is then, still tells of it
 */
export async function release(
  session: Session,
  app: RegisteredApp,
  mark: Elsewhere,
): Promise<(current: RegisteredApp) => Promise<void>> {
  const policies = await takeOut(session, (mark.policies ?? []).map(placeOf), clientIdOf(app) ?? app.id);
  const origins = await findListed(session, app, originsOf(mark));
  await releaseOrigins(session, app, origins);
  return async (current) => {
    const held = markOf(current);
    const places = held.policies ?? [];
    for (const policy of policies) if (places.includes(nameOf(policy))) await letIn(session, policy, current);
    const listed = originsOf(held);
    for (const { origin } of origins)
      if (listed.includes(origin)) await trustOrigin(session, current, origin);
  };
}
