import { AppKey, yearsAfter } from './app-key.ts';
import type { CatalogEntry, SignOnMode } from './catalog.ts';
import {
  addSecret,
  completeCommon,
  completeCredentials,
  completeSettings,
  refuseTakenLabel,
  validateAccessibility,
} from './app-body.ts';
import { malformedBody, notFound, oktaError, validationFailed } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { newSecret } from './ids.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject, objectOf, stringOf, without } from './json.ts';
import { validateLabel } from './oauth-client.ts';
import type { App, Org, ScopeGrant } from './org.ts';
import { timestamp } from './org.ts';
import { completeCatalogSignOn, completeCustomSignOn } from './saml.ts';

/**
 * An app of an entry of the catalog: the key in lower case, `oauthClient` blocks ignored, settings of its own
 * (recorded). An unknown key is 404 `App` (documented).
 */
export function createCatalogApp(exchange: Exchange, name: string, body: JsonObject): App {
  const entry = exchange.org.catalog.get(name.toLowerCase());
  if (entry === undefined) throw notFound(name, 'App');
  return create(exchange, entry, body);
}

/** The kinds that the console's App Wizard makes, which the API makes of a body without `name`. */
const WIZARD: readonly Json[] = ['SAML_2_0', 'SAML_1_1', 'AUTO_LOGIN'];

/** Whether a body without `name` is that of an app which Okta names itself. */
export function isWizardApp(body: JsonObject): boolean {
  return WIZARD.includes(body['signOnMode'] ?? null);
}

/**
 * An app without an integration's key: Okta makes one of the org's subdomain, the label's letters and digits and a
 * number (recorded).
 */
export function createWizardApp(exchange: Exchange, body: JsonObject): App {
  const { org, orgUrl } = exchange;
  const label = validateLabel(exchange, body['label']);
  const [subdomain = 'org'] = new URL(orgUrl).hostname.split('.');
  org.wizardApps += 1;
  const letters = label.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const entry: CatalogEntry = {
    name: `${subdomain}_${letters}_${org.wizardApps}`,
    displayName: label,
    signOnMode: body['signOnMode'] as SignOnMode,
    settings: {},
    wizard: true,
  };
  return create(exchange, entry, body);
}

function create(exchange: Exchange, entry: CatalogEntry, body: JsonObject): App {
  const { org } = exchange;
  const signOnMode = modeOf(entry);
  refuseOtherMode(entry, body);
  const ownLabel = body['label'] === undefined && entry.generic !== true;
  const label = ownLabel ? entry.displayName : validateLabel(exchange, body['label']);
  validateAccessibility(exchange, entry.name, body);
  refuseTakenLabel(exchange, label, undefined);

  const id = org.ids.next('0oa');
  const created = timestamp(exchange.now);
  const isClient = signOnMode === 'OPENID_CONNECT';
  const keys = signOnMode.startsWith('SAML')
    ? [new AppKey(label, exchange.now, yearsAfter(exchange.now, 10))]
    : [];
  const clientId = isClient ? id : '';
  const app: App = {
    id,
    name: entry.name,
    label,
    status: exchange.query.get('activate') === 'false' ? 'INACTIVE' : 'ACTIVE',
    created,
    lastUpdated: timestamp(exchange.now + exchange.trouble.createTouchesMs),
    clientId,
    body: completeCatalogBody(exchange, entry, body, undefined, keys[0]?.kid),
    secrets: [],
    keyTimes: new Map(),
    keys,
    accessPolicyId: org.defaultAccessPolicy.id,
    groups: new Map(),
    users: new Map(),
    grants: isClient ? org.grantsOf(clientId) : new Map<string, ScopeGrant>(),
    roles: new Map(),
    certificateRequests: new Map(),
    userProperties: {},
    federatedClaims: new Map(),
    catalogEntry: entry,
    bornAt: Date.now(),
  };
  // Not in the app's body, but behind its `clientCredentials` link (recorded link, the rest inferred).
  if (isClient) addSecret(org, app, newSecret(), created);
  org.apps.set(id, app);
  return app;
}

function modeOf(entry: CatalogEntry): SignOnMode {
  return entry.signOnMode ?? 'OPENID_CONNECT';
}

/** How the app signs people on. */
export function signOnModeOf({ body }: App): string {
  return stringOf(body['signOnMode']) ?? '';
}

/** Whether an app is an OAuth client; all others sign people on in another way. */
export function isOAuthApp(app: App): boolean {
  return signOnModeOf(app) === 'OPENID_CONNECT';
}

/** The sign-on mode is one of Okta's, and one that the integration has (inferred); AUTO_LOGIN is the same as a plug-in's (recorded). */
function refuseOtherMode(entry: CatalogEntry, { signOnMode }: JsonObject): void {
  const mode = modeOf(entry);
  if (signOnMode === undefined || signOnMode === null || signOnMode === mode) return;
  if (signOnMode === 'AUTO_LOGIN' && mode === 'BROWSER_PLUGIN') return;
  const known = ['OPENID_CONNECT', 'BOOKMARK', 'BASIC_AUTH', 'BROWSER_PLUGIN', 'SECURE_PASSWORD_STORE'];
  if (typeof signOnMode !== 'string' || ![...known, ...WIZARD].includes(signOnMode)) throw malformedBody();
  throw validationFailed('signOnMode', 'Invalid signOnMode');
}

/** `PUT` on such an app: the same rules again. The key that signs may be changed for another of the app's (documented). */
export function replaceCatalogApp(
  exchange: Exchange,
  app: App,
  entry: CatalogEntry,
  label: string,
  body: JsonObject,
): void {
  refuseOtherMode(entry, body);
  const before = objectOf(objectOf(app.body['credentials'])['signing'])['kid'];
  const sent = objectOf(objectOf(body['credentials'])['signing'])['kid'];
  const kid = app.keys.find((key) => key.kid === sent)?.kid ?? before;
  app.body = completeCatalogBody(exchange, entry, body, app.body, kid);
  app.label = label;
  app.lastUpdated = timestamp(exchange.now);
}

function completeCatalogBody(
  exchange: Exchange,
  entry: CatalogEntry,
  sent: JsonObject,
  before: JsonObject | undefined,
  kid: Json | undefined,
): JsonObject {
  const { org, unknown } = exchange;
  if (unknown.catalogProfile === 'refused' && sent['profile'] !== undefined) {
    throw validationFailed('profile', 'profile: The field is not supported for this app.');
  }
  const settings = objectOf(sent['settings']);
  const signOnMode = modeOf(entry);
  const isClient = signOnMode === 'OPENID_CONNECT';
  const common = completeCommon(sent, before, Object.keys(appLinksOf(entry)), signOnMode);
  return {
    ...(unknown.catalogProfile === 'kept' ? common : without(common, 'profile')),
    ...(entry.licensed === true ? { licensing: { seatCount: 0 } } : {}),
    credentials: completeCatalogCredentials(objectOf(sent['credentials']), org, signOnMode, kid),
    ...(isClient ? { universalLogout: { status: 'UNSUPPORTED' } } : {}),
    settings: without({
      ...completeSettings(settings, before),
      signOn: completeSignOn(entry, settings['signOn']),
      app: completeAppSettings(entry, objectOf(settings['app'])),
    }),
  };
}

function completeSignOn(entry: CatalogEntry, sent: Json | undefined): Json | undefined {
  if (!modeOf(entry).startsWith('SAML')) return isObject(sent) ? sent : undefined;
  return entry.wizard === true ? completeCustomSignOn(sent) : completeCatalogSignOn(sent);
}

/**
 * Who signs, and whose credentials are filled in: a scheme only where Okta keeps a password, which it never shows; an
 * empty user name is none (all recorded). Bookmarks have nothing of the kind (recorded).
 */
function completeCatalogCredentials(
  sent: JsonObject,
  org: Org,
  signOnMode: SignOnMode,
  kid: Json | undefined,
): JsonObject {
  const credentials = without(completeCredentials(sent, org), 'password');
  if (signOnMode === 'OPENID_CONNECT') return credentials;
  if (signOnMode.startsWith('SAML')) return { ...credentials, signing: { kid } };
  if (signOnMode === 'BOOKMARK') {
    // Documented, with this text.
    if (sent['scheme'] !== undefined && sent['scheme'] !== null) {
      throw oktaError(400, 'E0000041', 'Credentials should not be set on this resource based on the scheme.');
    }
    return { ...credentials, signing: {} };
  }
  return without({
    scheme: sent['scheme'] ?? 'EDIT_USERNAME_AND_PASSWORD',
    ...without(credentials, 'scheme', 'revealPassword', 'userName'),
    userName: sent['userName'] === '' ? undefined : sent['userName'],
    revealPassword: sent['revealPassword'] ?? false,
    signing: {},
  });
}

/**
 * Every setting the entry knows is shown, null where not set or empty (recorded); a required one may not be blank
 * (reported).
 */
function completeAppSettings(entry: CatalogEntry, sent: JsonObject): JsonObject {
  const blank = (value: Json | undefined): boolean => value === undefined || value === null || value === '';
  const missing = Object.entries(entry.settings).filter(
    ([key, { required }]) => required && blank(sent[key]),
  );
  if (missing.length > 0) {
    throw validationFailed('settings', ...missing.map(([key]) => `${key}: The field cannot be left blank`));
  }
  const known = Object.entries(entry.settings).map(([key, { usual }]) => {
    const value = sent[key];
    return [key, value === undefined || value === null || value === '' ? (usual ?? null) : value] as const;
  });
  return { ...sent, ...Object.fromEntries(known) };
}

/** The names of the app's links on people's dashboards, and what their addresses end in (recorded). */
export function appLinksOf(entry: CatalogEntry): Readonly<Record<string, string | undefined>> {
  return entry.appLinks ?? { [`${entry.name}_link`]: undefined };
}
