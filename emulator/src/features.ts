/** What an Okta org may have or lack. A new emulator has all of it, as an org of today with every licence; recorded orgs differ. */
export interface OrgFeatures {
  /** Custom authorization servers; without it their endpoints are 401 E0000015 (recorded). */
  apiAccessManagement: boolean;
  /** Without it `consent_method` is left out, sent or not (recorded). */
  consentManagement: boolean;
  /** `/apps/{id}/federated-claims`; without it 401 E0000015 (recorded). */
  federatedClaims: boolean;
  /** `_links.owners` of Everyone (recorded with and without). */
  groupOwners: boolean;
  /** `realmId` of users (recorded with and without). */
  realms: boolean;
  /** `orn` of apps, since the end of 2024 (recorded). */
  resourceNames: boolean;
}

/** What a new emulator has. Two that an org of today may still lack are off, as most recordings show. */
export const usualFeatures: OrgFeatures = {
  apiAccessManagement: true,
  consentManagement: true,
  federatedClaims: true,
  groupOwners: false,
  realms: true,
  resourceNames: true,
};
