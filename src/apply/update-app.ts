import { PATHS, type RegisteredApp } from '../app/app.ts';
import type { JsonObject } from '../util/json.ts';
import type { Session } from '../session/session.ts';
import {
  writeUntilStable,
  type Plan,
  type Shared,
  type WholeObject,
  type Written,
} from '../session/write-until-stable.ts';

/** What several runs may write at the same time. */
const SHARED_PATHS = [PATHS['redirect-uris'], PATHS['post-logout-redirect-uris'], ['profile']] as const;

/** How an app is written: what is told of it, and what runs beside this one may do to it. */
export interface AppWrite<P extends Plan> extends Pick<
  WholeObject<RegisteredApp, P>,
  'plan' | 'taken' | 'dropped' | 'contradicts'
> {
  /** When the app was asked for, in milliseconds since the epoch. */
  readAt: number;
  /** Tells of a write that was made. */
  done: string;
  shared: Omit<Shared, 'paths'>;
}

/** Replaces an app by itself with the changes put in, until these are there to stay. */
export function updateApp<P extends Plan>(
  session: Pick<Session, 'okta' | 'deadline' | 'settleTime' | 'record'>,
  app: RegisteredApp,
  { readAt, done, shared, ...wanted }: AppWrite<P>,
): Promise<Written<RegisteredApp, P>> {
  const { okta, record } = session;
  const object = {
    ...wanted,
    read: () => okta.getApp(app.id),
    replace: async (current: RegisteredApp, body: JsonObject) => {
      const updated = await okta.replaceApp(current, body);
      record(done, true);
      return updated;
    },
    shared: { ...shared, paths: SHARED_PATHS },
  };
  return writeUntilStable(session, object, { item: app, readAt });
}
