/**
 * What nobody has written down of Okta, and matters to whoever uses these endpoints: each can be had both ways, so that
 * a test can show that its client copes with either. May be changed at any time.
 */
export interface Unknowns {
  /**
   * A client that an access policy lists, once its app is deleted. `refused`: it stays listed, and a PUT that sends it
   * again is 400. `kept`: it stays, and may be sent again. `removed`: it goes with the app.
   */
  deletedClientInPolicy: 'refused' | 'kept' | 'removed';
  /** A PUT that leaves an access policy without any client. (A new one without conditions has none: recorded.) */
  policyWithoutClients: 'accepted' | 'refused';
  /** A client ID in an access policy that no app has, or ever had. Refused, by a report of 2019. */
  unknownClientInPolicy: 'refused' | 'accepted';
  /** The client of an app that is there and inactive, in an access policy. */
  inactiveClientInPolicy: 'accepted' | 'refused';
  /**
   * The scope of a user who has an app through a group and is assigned one by one, too: `USER` by the documentation,
   * `GROUP` by a report.
   */
  directAssignmentOfGroupMember: 'USER' | 'GROUP';
  /** What becomes of an app's label: Unicode's normal forms go with single blanks. Plain labels stay as they are sent (recorded). */
  label: 'kept' | 'NFC' | 'NFKC';
  /** The `profile` of a catalog app (documented only for OAuth clients). */
  catalogProfile: 'kept' | 'dropped' | 'refused';
  /** Whether a client's key shows the `alg` that it was sent with. */
  keyAlgorithm: 'dropped' | 'kept';
  /**
   * A person who signs in to a client that no policy of the authorization server is for. `page`: Okta's own error page,
   * by a report of 2025. `redirect`: `access_denied` at the redirect URI, as where a policy has no rule for the person.
   */
  signInWithoutPolicy: 'page' | 'redirect';
}

/** The likelier or the stricter of the two. */
export const likelyUnknowns: Unknowns = {
  deletedClientInPolicy: 'refused',
  policyWithoutClients: 'accepted',
  unknownClientInPolicy: 'refused',
  inactiveClientInPolicy: 'accepted',
  directAssignmentOfGroupMember: 'USER',
  label: 'kept',
  catalogProfile: 'kept',
  keyAlgorithm: 'dropped',
  signInWithoutPolicy: 'page',
};
