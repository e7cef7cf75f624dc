import type { RegisteredApp } from '../app/app.ts';
import type { JsonObject } from '../util/json.ts';
import type { Session } from './session.ts';
import { writeUntilStable, type Plan, type Written } from './write-until-stable.ts';

/**
 * Replaces an app of this run's own by itself with the changes put in.
 *
 * @param readAt when the app was asked for, in milliseconds since the epoch
 * @param plan what is wanted of the app as it is at the time
 */
export function updateApp<P extends Plan>(
  session: Pick<Session, 'okta' | 'deadline' | 'settleTime' | 'record'>,
  app: RegisteredApp,
  readAt: number,
  plan: (current: RegisteredApp) => P,
): Promise<Written<RegisteredApp, P>> {
  const { okta, record } = session;
  const object = {
    read: () => okta.getApp(app.id),
    plan,
    replace: async (current: RegisteredApp, body: JsonObject) => {
      const updated = await okta.replaceApp(current, body);
      record(`updated the app "${updated.label}"`);
      return updated;
    },
  };
  return writeUntilStable(session, object, { item: app, readAt });
}
