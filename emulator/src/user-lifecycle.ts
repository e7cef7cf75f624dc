import { oktaError } from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { noContent, ok } from './exchange.ts';
import type { User } from './org.ts';
import { timestamp } from './org.ts';
import { requireUser, showUser } from './users.ts';

const USER = '/api/v1/users/:userId';
const MANAGE = 'okta.users.manage';

/** The steps of a user's life besides activation and deactivation (documented, where nothing else is said). */
export const userLifecycleRoutes: Route[] = [
  step('suspend', ['ACTIVE'], (exchange, user) => {
    change(exchange, user, 'SUSPENDED');
    return ok({});
  }),
  step('unsuspend', ['SUSPENDED'], (exchange, user) => {
    change(exchange, user, 'ACTIVE');
    return ok({});
  }),
  step('reactivate', ['PROVISIONED'], () => ok({})),
  step('expire_password', ['ACTIVE', 'PASSWORD_EXPIRED'], (exchange, user) => {
    change(exchange, user, 'PASSWORD_EXPIRED');
    return ok(showUser(exchange, user));
  }),
  step('reset_password', ['ACTIVE', 'PROVISIONED', 'PASSWORD_EXPIRED', 'RECOVERY'], (exchange, user) => {
    change(exchange, user, 'RECOVERY');
    return ok({});
  }),
  step('reset_factors', ['ACTIVE', 'PASSWORD_EXPIRED', 'PROVISIONED', 'RECOVERY', 'SUSPENDED'], () => ok({})),
  {
    method: 'POST',
    path: `${USER}/lifecycle/unlock`,
    scope: MANAGE,
    // Recorded: nobody is ever locked out here.
    handle: (exchange) => {
      requireUser(exchange);
      throw oktaError(403, 'E0000032', 'Unlock is not allowed for this user.', 'The user is not locked out.');
    },
  },
  {
    method: 'DELETE',
    path: `${USER}/sessions`,
    scope: MANAGE,
    handle: (exchange) => {
      exchange.tokens.endSessionsOf(requireUser(exchange).id);
      return noContent;
    },
  },
];

/** 403 E0000038 from a status that the step does not start at (recorded for `reactivate`). */
function step(
  name: string,
  from: readonly User['status'][],
  take: (exchange: Exchange, user: User) => Answer,
): Route {
  return {
    method: 'POST',
    path: `${USER}/lifecycle/${name}`,
    scope: MANAGE,
    handle: (exchange) => {
      const user = requireUser(exchange);
      if (!from.includes(user.status)) {
        throw oktaError(403, 'E0000038', "This operation is not allowed in the user's current status.");
      }
      return take(exchange, user);
    },
  };
}

function change(exchange: Exchange, user: User, status: User['status']): void {
  const now = timestamp(exchange.now);
  user.status = status;
  user.statusChanged = now;
  user.lastUpdated = now;
}
