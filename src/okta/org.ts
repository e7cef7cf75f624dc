import type { RegisteredApp } from '../app/app.ts';
import { apps, type Apps } from './apps.ts';
import { authorizationServers, type AuthorizationServers } from './authorization-servers.ts';
import { grants, type Grants } from './grants.ts';
import { groups, type Groups } from './groups.ts';
import { groupsClaims, type GroupsClaims } from './groups-claim.ts';
import { metadata, ownAddress, type Metadata } from './metadata.ts';
import { authenticationPolicies, type AuthenticationPolicies } from './authentication-policies.ts';
import { requestsTo } from './http/requests.ts';
import type { Attempt } from './http/sdk.ts';
import { secrets, type Secrets } from './secrets.ts';
import type { Transport } from './http/transport.ts';
import { trustedOrigins, type TrustedOrigins } from './trusted-origins.ts';
import { users, type Users } from './users.ts';

/** An Okta org, in the words of what this action does with it: each method is one request, or the pages of one list. */
export interface OktaOrg
  extends
    Apps,
    Secrets,
    Grants,
    Groups,
    GroupsClaims,
    Users,
    AuthenticationPolicies,
    AuthorizationServers,
    TrustedOrigins,
    Metadata {
  /** Milliseconds that the longest request of this run took. */
  longestRequest(): number;
  /**
   * The time by Okta's clock, which decides how old something is and when it ends: a runner's may be wrong. Milliseconds since the epoch,
   * by the last answer, which has whole seconds; before the first one, and if the two clocks may agree, by the runner's.
   */
  now(): number;
  /** Asks `/authorize` as a browser without a session does. Sent once; a refusal is an answer, not an error. */
  authorizeAnswer(url: string): Promise<Attempt>;
}

/** Who learns of what must perhaps not be shown. */
export interface Seen {
  /** Called with every app that was asked for by its ID or label. */
  onApp(app: RegisteredApp): void;
  /** Called with every client secret. */
  onSecret(secret: string): void;
}

/**
 * The org behind a transport.
 *
 * @param orgUrl the org's origin: pages of a list are followed there only
 * @param now the time, in milliseconds since the epoch
 * @param seen called before anybody else sees what must be masked
 */
export function oktaOrg(
  transport: Transport,
  orgUrl: string,
  now: () => number,
  { onApp, onSecret }: Seen,
): OktaOrg {
  const requests = requestsTo(transport, orgUrl, now);
  const told = metadata(requests);
  return {
    longestRequest: () => transport.longestRequest(),
    now: () => transport.now(),
    authorizeAnswer: (url) => transport.visit(url),
    ...apps(requests, onApp),
    ...secrets(requests, onSecret),
    ...grants(requests, () => ownAddress(told, orgUrl)),
    ...groups(requests),
    ...groupsClaims(requests),
    ...users(requests),
    ...authenticationPolicies(requests),
    ...authorizationServers(requests),
    ...trustedOrigins(requests),
    ...told,
  };
}
