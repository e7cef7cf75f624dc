import type { RegisteredApp } from '../app/app.ts';
import type { DesiredApp } from '../app/desired.ts';
import { planUpdate, type UpdateOptions } from '../app/plan.ts';
import { record, settleTime, waitToRepeat, type Session } from './session.ts';

/**
 * Replaces the app by itself with the changes put in. Okta knows neither partial updates nor versions, so what is sent must have been
 * read a moment ago: after a wait of any kind it is read and planned again.
 *
 * @param readAt when the app was read, in milliseconds since the epoch
 */
export async function updateApp(
  session: Session,
  desired: DesiredApp,
  app: RegisteredApp,
  readAt: number,
  options: UpdateOptions,
): Promise<RegisteredApp> {
  const { okta, deadline } = session;
  let current = app;
  let fresh = deadline.clock.now() - readAt <= settleTime(session) / 2;
  for (let attempts = 1; ; attempts += 1) {
    if (!fresh) current = await okta.getApp(app.id);
    const plan = planUpdate(desired, current, options);
    if (!plan.write) return current;
    try {
      const updated = await okta.replaceApp(current, plan.body);
      record(session, `updated the app "${updated.label}"`);
      return updated;
    } catch (error) {
      await waitToRepeat(session, error, attempts);
      fresh = false;
    }
  }
}
