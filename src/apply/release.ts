import { clientIdOf, type RegisteredApp } from '../app/app.ts';
import { markOf, type Claim, type Marking } from '../app/ownership/mark.ts';
import type { ServerPolicy } from '../app/access-policies.ts';
import { ifThere } from '../okta/http/errors.ts';
import {
  findListing,
  letIn,
  nameOf,
  placeOf,
  takeOut,
  type PolicyPlace,
} from '../resources/access-policies.ts';
import type { Session } from '../session/session.ts';
import type { Line, Step } from '../session/side-work.ts';
import { findListed, originsOf, releaseOrigins, trustOrigin } from '../resources/trusted-origins.ts';

/** What names an app elsewhere in the org and does not go with it. */
export type Elsewhere = Pick<Marking, 'policies' | 'trustedOrigins'> & { claims?: readonly Claim[] };

export function isNamedElsewhere(mark: Elsewhere): boolean {
  return (mark.policies ?? []).length > 0 || originsOf(mark).length > 0;
}

/** What ties an app to what does not go with it. */
export interface Ties {
  /** Takes the app out of all that. What is gone already counts as done. */
  cut(): Promise<void>;
  /**
   * What puts the app back, wherever it was taken out of, as far as its mark, as it is then, still tells of it. A policy that is gone by
   * then counts as done.
   */
  putBack(current: RegisteredApp): Line[];
}

/**
 * Finds the access policies that let an app in, and the trusted origins that it lists.
 *
 * @param mark what the app's mark says, or was to say
 */
export async function tiesOf(session: Session, app: RegisteredApp, mark: Elsewhere): Promise<Ties> {
  const { okta, deadline } = session;
  const clientId = clientIdOf(app) ?? app.id;
  const readAt = deadline.clock.now();
  const policies = await findListing(session, (mark.policies ?? []).map(placeOf), clientId);
  const origins = await findListed(session, app, originsOf(mark));
  const letInAgain = (place: PolicyPlace): Step => {
    const read = (): Promise<ServerPolicy> => okta.getServerPolicy(place.server, place.id);
    return async (current) => {
      await ifThere(async () => letIn(session, await read(), current));
    };
  };
  return {
    cut: async () => {
      await takeOut(session, policies, readAt, clientId);
      await releaseOrigins(session, app, origins);
    },
    putBack: (current) => {
      const held = markOf(current);
      const listed = originsOf(held);
      const places = policies.filter((policy) => held.policies?.includes(nameOf(policy)));
      const trusted = origins.filter(({ origin }) => listed.includes(origin));
      return [
        ...places.map((place): Line => [letInAgain(place)]),
        ...trusted.map(({ origin }): Line => [(again) => trustOrigin(session, again, origin)]),
      ];
    },
  };
}

/**
 * Takes an app out of the access policies that let it in, and of the trusted origins that it lists.
 *
 * @param mark what the app's mark says, or was to say
 */
export async function release(session: Session, app: RegisteredApp, mark: Elsewhere): Promise<void> {
  const ties = await tiesOf(session, app, mark);
  await ties.cut();
}

/**
 * Takes back what names an app that somebody has deleted while a run was at work on it: the run may have written that just after the other
 * one had looked for it.
 *
 * @param mark what the app's mark says, or was to say
 * @returns whether the app is gone
 */
export async function releaseIfGone(session: Session, app: RegisteredApp, mark: Elsewhere): Promise<boolean> {
  if (await ifThere(() => session.okta.getApp(app.id))) return false;
  await releaseGone(session, app, mark);
  return true;
}

/** Takes back what names an app that is gone. A client ID that another app has by now stays. */
export async function releaseGone(session: Session, app: RegisteredApp, mark: Elsewhere): Promise<void> {
  const clientId = clientIdOf(app) ?? app.id;
  const isTaken =
    clientId !== app.id &&
    (await session.okta.findApps(app.label)).some(
      (other) => other.id !== app.id && clientIdOf(other) === clientId,
    );
  await release(session, app, isTaken ? { ...mark, policies: [] } : mark);
}
