import { SYSTEM_SCOPES } from '../authorization-server.ts';
import type { Issuer } from './issuer.ts';

/** The scopes of the org's own server besides those of Okta's API. */
export const ORG_SCOPES: readonly string[] = [...SYSTEM_SCOPES, 'groups'];

/** The scopes of a request, each once. */
export function scopesIn(text: string): string[] {
  return [...new Set(text.split(' ').filter((scope) => scope !== ''))];
}

/** Whether a scope has the form of one of Okta's API. */
export function isOktaScope(scope: string): boolean {
  return /^okta\.[A-Za-z]+(\.[A-Za-z]+)+$/.test(scope);
}

/** Whether the authorization server has such a scope. */
export function knowsScope({ custom }: Issuer, scope: string): boolean {
  if (custom === undefined) return ORG_SCOPES.includes(scope) || isOktaScope(scope);
  return [...custom.scopes.values()].some(({ name }) => name === scope);
}
