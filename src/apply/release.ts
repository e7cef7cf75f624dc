import { clientIdOf, type RegisteredApp } from '../app/app.ts';
import type { Claim, Marking } from '../app/ownership.ts';
import { placeOf, takeOut } from './server-policies.ts';
import type { Session } from './session.ts';
import { findListed, originsOf, releaseOrigins } from './trusted-origins.ts';

/** What names an app elsewhere in the org and does not go with it. */
export type Elsewhere = Pick<Marking, 'policies' | 'trustedOrigins'> & { claims?: readonly Claim[] };

export function isNamedElsewhere(mark: Elsewhere): boolean {
  return (mark.policies ?? []).length > 0 || originsOf(mark).length > 0;
}

/**
 * Takes an app out of the access policies that let it in, and of the trusted origins that it lists. What is gone already counts as done.
 *
 * @param mark what the app's mark says, or was to say
 */
export async function release(session: Session, app: RegisteredApp, mark: Elsewhere): Promise<void> {
  const origins = originsOf(mark);
  await takeOut(session, (mark.policies ?? []).map(placeOf), clientIdOf(app) ?? app.id);
  if (origins.length > 0) await releaseOrigins(session, app, await findListed(session, app, origins));
}
