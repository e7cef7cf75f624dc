/** A way for one request to go wrong. */
export type Fault =
  /** Answered without doing the work. */
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: string | object }
  /** The connection is destroyed before the work. */
  | { kind: 'drop' }
  /** The work is done, then the connection is destroyed. */
  | { kind: 'lose' }
  /** No answer ever; the connection stays open until the emulator closes. */
  | { kind: 'hang' }
  /** The work is done; half the answer's text arrives as a well-formed HTTP response. */
  | { kind: 'truncate' }
  /** The work is done; the full length is announced, half is sent, the connection is destroyed. */
  | { kind: 'cut' }
  /** A list answers `[]` and a `Link` to the page that really holds the entries. */
  | { kind: 'empty-page' };

/**
 * Trouble on demand: what real orgs do now and then, switched on by a test. Everything is off at the start and may be
 * changed at any time. The times of lags are real milliseconds, whatever clock the emulator was given.
 */
export interface Trouble {
  /** Milliseconds per request: half before the work, half after it. */
  latency: number | (() => number);
  /** Lists and searches of apps, groups, users and trusted origins show no create, change or deletion for so long; by ID it shows at once. */
  listLagMs: number;
  /** An app just created answers 404 to everything for so long. */
  notFoundAfterCreateMs: number;
  /** `/authorize` does not know a client just created for so long. */
  authorizeLagMs: number;
  /**
   * A create checks its client ID, and adds the app only so much later: several that come within that time all succeed,
   * with one client ID. Unknown of Okta, whose groups of one name were once created twice in this way (documented).
   */
  clientIdRaceMs: number;
  /** The client ID of a deleted app is free again only so long after its DELETE. (At once in recordings.) */
  clientIdFreeAfterMs: number;
  /** So many of the next creates that bring a client ID are refused as if it were taken, although it is free. */
  staleClientIdRefusals: number;
  /** So many of the next creates of an OIDC app leave it INACTIVE, as some at the same time once did (documented). */
  inactiveCreates: number;
  /** So many of the next PUTs of an app are refused with 403 E0000039, as one of two at the same time is (recorded). */
  settingsConflicts: number;
  /** A PUT of an app is refused in that way if another PUT of the app succeeded less than so long ago. */
  settingsConflictWindowMs: number;
  /** So many of the next DELETEs of an app answer 500 E0000009 (recorded: twice, then 204). */
  deleteFailures: number;
  /** So many of the next DELETEs of an inactive app meet a node that has not seen its deactivation: 403 E0000056 (reported). */
  lateDeactivations: number;
  /** So much later than its `created` is the `lastUpdated` of a new app (recorded: up to 2 s). */
  createTouchesMs: number;
  /** Asked once for every request: how should this one go wrong? */
  fault?: ((request: FaultRequest) => Fault | undefined) | undefined;
  /** More simultaneous requests than this are refused with the concurrency 429; 0: no limit. */
  concurrencyLimit: number;
  /** False: `expand=group` brings no `_embedded.group`. */
  expandGroups: boolean;
  /** True: a label may be used once, as in orgs before 2021 (reported). */
  uniqueLabels: boolean;
  /** True: groups can be assigned to an inactive app; otherwise 404 (reported). */
  assignToInactiveApps: boolean;
  /** True: an OAuth client needs an admin role besides its scopes, else 403 E0000006 (documented). */
  requireAdminRole: boolean;
  /** True for a request that the caller's role does not cover: 403 E0000006. */
  forbidden?: ((request: { method: string; path: string }) => boolean) | undefined;
}

/** What `trouble.fault` sees of a request; `index` counts all requests from 0. */
export interface FaultRequest {
  method: string;
  path: string;
  query: string;
  index: number;
}

/** An org without trouble. */
export function noTrouble(latency: number | (() => number) = 0, lag = 0): Trouble {
  return {
    latency,
    listLagMs: lag,
    notFoundAfterCreateMs: 0,
    authorizeLagMs: 0,
    clientIdRaceMs: 0,
    clientIdFreeAfterMs: 0,
    staleClientIdRefusals: 0,
    inactiveCreates: 0,
    settingsConflicts: 0,
    settingsConflictWindowMs: 0,
    deleteFailures: 0,
    lateDeactivations: 0,
    createTouchesMs: 0,
    concurrencyLimit: 0,
    expandGroups: true,
    uniqueLabels: false,
    assignToInactiveApps: false,
    requireAdminRole: false,
  };
}
