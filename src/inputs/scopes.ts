import type { Inputs } from './inputs.ts';

/**
 * The OAuth scopes that a run needs, and no more. What only shows while it runs (trusted origins that go with an app) is asked for
 * when it is needed. Source: the security blocks of Okta's OpenAPI description.
 */
export function scopesFor(inputs: Inputs): string[] {
  const scopes = ['okta.apps.read'];
  if (inputs.state === 'read') return scopes;
  if (!inputs.dryRun) scopes.push('okta.apps.manage');
  if (inputs.state === 'absent' && !inputs.shared) return scopes;
  if (inputs.groups && inputs.groups.length > 0) scopes.push('okta.groups.read');
  if (inputs.users && inputs.users.length > 0) scopes.push('okta.users.read');
  if (inputs.trustedOrigins && inputs.trustedOrigins.length > 0) {
    scopes.push('okta.trustedOrigins.read');
    if (!inputs.dryRun) scopes.push('okta.trustedOrigins.manage');
  }
  if (inputs.serverPolicies) {
    scopes.push('okta.authorizationServers.read');
    if (!inputs.dryRun) scopes.push('okta.authorizationServers.manage');
  }
  if (inputs.apiScopes) {
    scopes.push('okta.appGrants.read');
    if (!inputs.dryRun) scopes.push('okta.appGrants.manage');
  }
  if (inputs.signOnPolicy !== undefined) scopes.push('okta.policies.read');
  return scopes;
}
