import { clientIdOf, type RegisteredApp } from '../app/app.ts';
import { markOf, type Claim, type Marking } from '../app/ownership.ts';
import { ifThere } from '../okta/errors.ts';
import { letIn, nameOf, placeOf, takeOut } from './server-policies.ts';
import type { Session } from './session.ts';
import type { Line, Step } from './side-work.ts';
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
 * @returns what puts the app back, as far as its mark, as it is then, still tells of it; a policy that is gone by then counts as done
 */
export async function release(
  session: Session,
  app: RegisteredApp,
  mark: Elsewhere,
): Promise<(current: RegisteredApp) => Line[]> {
  const policies = await takeOut(session, (mark.policies ?? []).map(placeOf), clientIdOf(app) ?? app.id);
  const origins = await findListed(session, app, originsOf(mark));
  await releaseOrigins(session, app, origins);
  return (current) => {
    const held = markOf(current);
    const places = held.policies ?? [];
    const listed = originsOf(held);
    const lines = [
      ...policies
        .filter((policy) => places.includes(nameOf(policy)))
        .map((policy): Step => async (app) => {
          await ifThere(() => letIn(session, policy, app));
        }),
      ...origins
        .filter(({ origin }) => listed.includes(origin))
        .map(
          ({ origin }): Step =>
            (app) =>
              trustOrigin(session, app, origin),
        ),
    ];
    return lines.map((step) => [step]);
  };
}
