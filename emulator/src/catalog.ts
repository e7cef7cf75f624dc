import type { Json } from './json.ts';

/** The ways in which an app can sign people on that the emulator knows. */
export type SignOnMode =
  | 'OPENID_CONNECT'
  | 'SAML_2_0'
  | 'SAML_1_1'
  | 'BOOKMARK'
  | 'BASIC_AUTH'
  | 'BROWSER_PLUGIN'
  | 'SECURE_PASSWORD_STORE'
  | 'AUTO_LOGIN';

/** A kind of app that an app instance is made from, as far as creating one shows. */
export interface CatalogEntry {
  /** The key, in lower case. */
  readonly name: string;
  readonly displayName: string;
  /** OPENID_CONNECT unless it says otherwise. */
  readonly signOnMode?: SignOnMode;
  /** The keys of `settings.app`, whether the create must bring them, and what they are without. */
  readonly settings: Readonly<Record<string, { readonly required: boolean; readonly usual?: Json }>>;
  /** The names of its links on people's dashboards and what their addresses end in, where that is known; one named `<key>_link` unless it says otherwise. */
  readonly appLinks?: Readonly<Record<string, string | undefined>>;
  /** Shows how many seats are licensed. */
  readonly licensed?: boolean;
  /** A label has to be sent: it has none of its own. */
  readonly generic?: boolean;
  /** Made by the App Wizard for this one app: no entry of the catalog. */
  readonly wizard?: boolean;
}

const required = { required: true };
const optional = { required: false };

/** Kinds that every org has, for whatever page or service (recorded and documented). */
const templates: readonly CatalogEntry[] = [
  {
    name: 'bookmark',
    displayName: 'Bookmark',
    signOnMode: 'BOOKMARK',
    settings: { requestIntegration: { required: false, usual: false }, url: required },
    appLinks: { login: '2557' },
    generic: true,
  },
  {
    name: 'template_basic_auth',
    displayName: 'Template Basic Auth App',
    signOnMode: 'BASIC_AUTH',
    settings: { url: required, authURL: required },
    appLinks: { login: '1438' },
    generic: true,
  },
  {
    name: 'template_swa',
    displayName: 'Template App',
    signOnMode: 'BROWSER_PLUGIN',
    settings: {
      buttonField: optional,
      passwordField: optional,
      usernameField: optional,
      url: required,
      loginUrlRegex: optional,
      redirectUrl: optional,
      checkbox: optional,
    },
    appLinks: { login: undefined },
    generic: true,
  },
  {
    name: 'template_swa3field',
    displayName: 'Template App 3 Fields',
    signOnMode: 'BROWSER_PLUGIN',
    settings: {
      buttonSelector: optional,
      passwordSelector: optional,
      userNameSelector: optional,
      targetURL: required,
      extraFieldSelector: optional,
      extraFieldValue: optional,
      loginUrlRegex: optional,
    },
    appLinks: { login: undefined },
    generic: true,
  },
  {
    name: 'template_sps',
    displayName: 'Template Secure Password Store',
    signOnMode: 'SECURE_PASSWORD_STORE',
    settings: {
      url: required,
      passwordField: optional,
      usernameField: optional,
      optionalField1: optional,
      optionalField1Value: optional,
      optionalField2: optional,
      optionalField2Value: optional,
      optionalField3: optional,
      optionalField3Value: optional,
    },
    appLinks: { login: undefined },
    generic: true,
  },
];

/** Integrations whose answers were recorded. */
const recorded: readonly CatalogEntry[] = [
  {
    name: 'google',
    displayName: 'Google Workspace',
    signOnMode: 'SAML_2_0',
    settings: { afwOnly: optional, domain: required, afwId: optional, rpId: optional },
    appLinks: {
      sites: '56',
      accounts: '2555',
      keep: 'aln1fx21vxhgTkpqE1d8',
      mail: '50',
      drive: '52',
      calendar: '54',
    },
    licensed: true,
  },
];

/**
 * Okta has no API for its catalogue (documented), so these are invented; what they have in common with real ones is how
 * they behave: a key of lower-case letters, and settings of their own (recorded).
 */
const invented: readonly CatalogEntry[] = [
  { name: 'paperlantern', displayName: 'Paper Lantern', settings: { base_url: optional } },
  {
    name: 'harbourdesk',
    displayName: 'Harbour Desk',
    settings: { subdomain: required, region: optional, initiate_login_uri: optional },
  },
];

/** A small catalogue; tests may add their own. */
export const smallCatalog: readonly CatalogEntry[] = [...templates, ...recorded, ...invented];
