import { appCsrRoutes } from './app-csrs.ts';
import { appFeatureRoutes } from './app-features.ts';
import { appGroupRoutes } from './app-groups.ts';
import { appKeyRoutes } from './app-keys.ts';
import { appLogoRoutes } from './app-logo.ts';
import { appTokenRoutes } from './app-tokens.ts';
import { appUserRoutes } from './app-users.ts';
import { appRoutes } from './apps.ts';
import { serverClaimRoutes } from './authorization-servers/claims.ts';
import { serverPolicyRoutes } from './authorization-servers/policies.ts';
import { serverRuleRoutes } from './authorization-servers/rules.ts';
import { serverScopeRoutes } from './authorization-servers/scopes.ts';
import { authorizationServerRoutes } from './authorization-servers/servers.ts';
import { clientRoutes } from './clients.ts';
import { credentialRoutes } from './credentials.ts';
import type { Route } from './exchange.ts';
import { federatedClaimRoutes } from './federated-claims.ts';
import { grantRoutes } from './grants.ts';
import { groupOwnerRoutes } from './group-owners.ts';
import { groupRuleRoutes } from './group-rules.ts';
import { groupRoutes } from './groups.ts';
import { idTokenRoutes } from './id-token.ts';
import { authorizeRoutes } from './oauth/authorize.ts';
import { discoveryRoutes } from './oauth/discovery.ts';
import { introspectRoutes } from './oauth/introspect.ts';
import { loginRoutes } from './oauth/login.ts';
import { logoutRoutes } from './oauth/logout.ts';
import { revokeRoutes } from './oauth/revoke.ts';
import { tokenRoutes } from './oauth/token.ts';
import { userinfoRoutes } from './oauth/userinfo.ts';
import { orgRoutes } from './org-settings.ts';
import { policyRoutes } from './policies.ts';
import { roleRoutes } from './roles.ts';
import { schemaRoutes } from './schemas.ts';
import { trustedOriginRoutes } from './trusted-origins.ts';
import { userLifecycleRoutes } from './user-lifecycle.ts';
import { userRoutes } from './users.ts';

/** Everything that is served; the README's table names it. */
export const ROUTES: readonly Route[] = [
  ...orgRoutes,
  ...appRoutes,
  ...appGroupRoutes,
  ...appUserRoutes,
  ...appTokenRoutes,
  ...appKeyRoutes,
  ...appCsrRoutes,
  ...appLogoRoutes,
  ...appFeatureRoutes,
  ...federatedClaimRoutes,
  ...idTokenRoutes,
  ...credentialRoutes,
  ...grantRoutes,
  ...policyRoutes,
  ...authorizationServerRoutes,
  ...serverPolicyRoutes,
  ...serverRuleRoutes,
  ...serverScopeRoutes,
  ...serverClaimRoutes,
  // Before the groups: `rules` is no group's ID.
  ...groupRuleRoutes,
  ...groupRoutes,
  ...groupOwnerRoutes,
  ...userRoutes,
  ...userLifecycleRoutes,
  ...roleRoutes,
  ...schemaRoutes,
  ...trustedOriginRoutes,
  ...clientRoutes,
  ...authorizeRoutes,
  ...loginRoutes,
  ...tokenRoutes,
  ...userinfoRoutes,
  ...introspectRoutes,
  ...revokeRoutes,
  ...logoutRoutes,
  ...discoveryRoutes,
];
