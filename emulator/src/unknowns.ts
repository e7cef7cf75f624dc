/**
 * What nobody has written down of Okta, and matters to whoever uses these endpoints: each can be had both ways, so that
 * a test can show that its client copes with either. May be changed at any time.
 */
export interface Unknowns {
  /**
   * How a create is refused that brings the client ID of another app. `client_id`, `client ID`, `an object`: 400 E0000001
   * (the status is reported) with a text that names the field, that has other words for it, or that does not mention it.
   * `409`: E0000195, which Okta's catalogue has for conflicts. `500`: E0000009.
   */
  takenClientId: 'client_id' | 'client ID' | 'an object' | '409' | '500';
  /** Whether client IDs that differ only in upper and lower case are the same to a create. */
  clientIdCase: 'exact' | 'folded';
  /**
   * Scopes of Okta's API that were granted to a client, once its app is deleted. `kept`: the next app with the client ID
   * has them (recorded in 2020). `removed`: they are deleted with the app.
   */
  grantsOfDeletedClient: 'kept' | 'removed';
  /** The same of a client's admin roles. */
  rolesOfDeletedClient: 'kept' | 'removed';
  /** What `/oauth2/v1/clients/{clientId}` answers of a client that does not exist: 404 E0000007 by the API's description, 401 by an older one. */
  missingClient: '404' | '401';
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
  /**
   * Labels of apps with characters that HTML escapes, such as `A&B` (reported of some orgs since 2024). `answered`: kept
   * as sent, and escaped in each answer (`A&amp;B`). `stored`: escaped by each write, and kept so. Either way an escaped
   * form that is sent back is escaped once more.
   */
  labelsEscaped: 'no' | 'answered' | 'stored';
  /**
   * A wildcard in the label right below the top-level domain (`https://pr-*.com`). Refused by the documentation, accepted
   * in a recording.
   */
  wildcardBelowTopLevel: 'refused' | 'accepted';
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
  takenClientId: 'client_id',
  clientIdCase: 'exact',
  grantsOfDeletedClient: 'kept',
  rolesOfDeletedClient: 'kept',
  missingClient: '404',
  deletedClientInPolicy: 'refused',
  policyWithoutClients: 'accepted',
  unknownClientInPolicy: 'refused',
  inactiveClientInPolicy: 'accepted',
  directAssignmentOfGroupMember: 'USER',
  label: 'kept',
  labelsEscaped: 'no',
  wildcardBelowTopLevel: 'refused',
  catalogProfile: 'kept',
  keyAlgorithm: 'dropped',
  signInWithoutPolicy: 'page',
};
