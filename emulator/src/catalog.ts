/** An OIDC app of the Okta Integration Network, as far as creating one shows. */
export interface CatalogEntry {
  /** The key, in lower case. */
  readonly name: string;
  readonly displayName: string;
  /** The keys of `settings.app`, and whether the create must bring them. */
  readonly settings: Readonly<Record<string, { readonly required: boolean }>>;
}

/**
 * A small catalogue. Okta has no API for the real one (documented), so these are invented; what they have in common
 * with real ones is how they behave: a key of lower-case letters, and settings of their own (recorded).
 */
export const inventedCatalog: readonly CatalogEntry[] = [
  { name: 'paperlantern', displayName: 'Paper Lantern', settings: { base_url: { required: false } } },
  {
    name: 'harbourdesk',
    displayName: 'Harbour Desk',
    settings: {
      subdomain: { required: true },
      region: { required: false },
      initiate_login_uri: { required: false },
    },
  },
];
