import { clientIdOf, type RegisteredApp } from '../../app/app.ts';
import { letsIn } from '../../app/access-policies.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { OktaOrg } from '../../okta/org.ts';
import type { Session } from '../../session/session.ts';
import type { SignInCheck } from './verify-sign-in.ts';

/**
 * Checks, beside the question whether people can sign in, whether the authorization server has an access policy that lets the app in:
 * without one it gives the app no tokens. A service app's credential is only asked for the scope if the app has changed, since Okta's
 * System Log would show a refusal each time.
 */
export function withAccessPolicies(
  check: SignInCheck,
  session: Pick<Session, 'okta' | 'log'>,
  inputs: Pick<Inputs, 'authorizationServer' | 'accessPolicies' | 'verifySignIn' | 'connection'>,
): SignInCheck {
  const { authorizationServer: server, accessPolicies, verifySignIn, connection } = inputs;
  if (server === undefined || accessPolicies || !verifySignIn) return check;
  const isToken = connection.credentials.kind === 'api-token';
  let begun: Promise<boolean | undefined> | undefined;
  return {
    begin: (app, isChanged) => {
      check.begin(app, isChanged);
      if (isToken || isChanged) begun = isLetIn(session.okta, server, app);
    },
    conclude: async (app, isChanged) => {
      begun ??= isToken || isChanged ? isLetIn(session.okta, server, app) : undefined;
      const [ready, letIn] = await Promise.all([check.conclude(app, isChanged), begun]);
      if (letIn !== false) return ready;
      session.log.warning(
        `No access policy of the authorization server "${server}" lets the app "${app.label}" in, so that it gets no tokens there. Name a policy in "authorization-server-policies", or add the app to one in the Admin Console.`,
      );
      return false;
    },
  };
}

/** @returns `undefined` if it cannot be found out: the credential may not read the policies */
async function isLetIn(okta: OktaOrg, server: string, app: RegisteredApp): Promise<boolean | undefined> {
  const policies = await okta.accessPolicies(server).catch(() => undefined);
  return policies?.some((policy) => letsIn(policy, clientIdOf(app) ?? app.id));
}
