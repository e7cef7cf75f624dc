import type { ApiToken } from './credentials.ts';
import type { Failure } from '../http/retry.ts';

/** How requests prove who sends them. */
export interface Authorization {
  /**
   * The headers for one attempt; never the same proof twice.
   *
   * @param method of the request
   * @param url of the request, with its query
   */
  headers(method: string, url: string): Promise<Record<string, string>>;
  /**
   * Called after a failed attempt.
   *
   * @param sent the headers that it carried
   * @returns whether the credential was renewed, so that the attempt is worth repeating
   */
  renew(failure: Failure, sent: Record<string, string>): Promise<boolean>;
  /** Gives up what the run got for itself, in the time of one request. It never fails. */
  end(): Promise<void>;
}

/** A token that somebody else made, and that lives on. */
export function apiTokenAuthorization({ token, scheme }: ApiToken): Authorization {
  const headers = { authorization: `${scheme} ${token}` };
  return {
    headers: () => Promise.resolve(headers),
    renew: () => Promise.resolve(false),
    end: () => Promise.resolve(),
  };
}

/** The parts of the management API that the action uses, and the name that their OAuth scopes carry. Source: Okta's OpenAPI description. */
const RESOURCES: readonly (readonly [path: RegExp, resource: string])[] = [
  [/^\/api\/v1\/apps\/[^/]+\/grants([/?]|$)/, 'appGrants'],
  [/^\/api\/v1\/apps([/?]|$)/, 'apps'],
  [/^\/api\/v1\/groups([/?]|$)/, 'groups'],
  [/^\/api\/v1\/users([/?]|$)/, 'users'],
  [/^\/api\/v1\/trustedOrigins([/?]|$)/, 'trustedOrigins'],
  [/^\/api\/v1\/policies([/?]|$)/, 'policies'],
  [/^\/api\/v1\/authorizationServers([/?]|$)/, 'authorizationServers'],
];

/** The OAuth scope that Okta asks for at an endpoint; `undefined` if it needs none. */
export function scopeFor(method: string, path: string): string | undefined {
  const resource = RESOURCES.find(([pattern]) => pattern.test(path))?.[1];
  return resource && `okta.${resource}.${method === 'GET' ? 'read' : 'manage'}`;
}

/** What an app that a run looks at, changes or removes may turn out to hold, without a word of it in the inputs. */
const FOUND = ['trustedOrigins', 'authorizationServers', 'appGrants'];
/** The same, if it is only read. */
const FOUND_TO_READ = ['policies', 'users'];

/**
 * The scopes that a run may come to need by what it finds, beside those that it is known to need. A run that cannot ask for them later
 * needs them from the start, as far as they are granted.
 *
 * @param scopes the known ones
 */
export function scopesByWhatIsFound(scopes: readonly string[]): string[] {
  const mayWrite = scopes.includes('okta.apps.manage');
  return [...FOUND, ...FOUND_TO_READ]
    .flatMap((resource) => [
      `okta.${resource}.read`,
      ...(mayWrite && FOUND.includes(resource) ? [`okta.${resource}.manage`] : []),
    ])
    .filter((scope) => !scopes.includes(scope));
}
