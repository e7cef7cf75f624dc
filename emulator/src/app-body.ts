import { oktaError, validationFailed } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { JsonObject } from './json.ts';
import { isObject, objectOf, without } from './json.ts';
import type { App, Org } from './org.ts';

/** The parts of an app's body that all kinds of apps have, and what no app may have. */

/** The keys that Okta writes itself and ignores in a request, or that are handled one by one. */
const OWN_KEYS = [
  'id',
  'orn',
  'name',
  'label',
  'status',
  'created',
  'lastUpdated',
  'accessibility',
  'visibility',
  'features',
  'signOnMode',
  'credentials',
  'universalLogout',
  'settings',
  'profile',
  '_links',
  '_embedded',
];

const SETTINGS_KEYS = [
  'app',
  'notifications',
  'manualProvisioning',
  'implicitAssignment',
  'emOptInStatus',
  'notes',
  'oauthClient',
];

/**
 * The part of the body that all kinds of apps share, `credentials` and `settings` apart. Only the links that the kind has
 * are known; other names are ignored (recorded).
 */
export function completeCommon(
  sent: JsonObject,
  before: JsonObject | undefined,
  links: readonly string[],
  signOnMode: string,
): JsonObject {
  const visibility = objectOf(sent['visibility']);
  const isClient = signOnMode === 'OPENID_CONNECT';
  const shown = {
    ...objectOf(objectOf(before?.['visibility'])['appLinks']),
    ...objectOf(visibility['appLinks']),
  };
  const profile = sent['profile'];
  return without({
    accessibility: {
      selfService: false,
      errorRedirectUrl: null,
      loginRedirectUrl: null,
      ...objectOf(sent['accessibility']),
    },
    visibility: {
      autoLaunch: false,
      autoSubmitToolbar: false,
      ...visibility,
      // An OAuth client is hidden from the dashboards unless the request says otherwise (documented by an example), other
      // apps are not (recorded).
      hide: { iOS: isClient, web: isClient, ...objectOf(visibility['hide']) },
      appLinks: Object.fromEntries(links.map((name) => [name, shown[name] !== false])),
    },
    features: before?.['features'] ?? [],
    signOnMode,
    universalLogout: before === undefined ? null : before['universalLogout'],
    // Absent when never set, when empty, and when a PUT leaves it out; replaced as a whole (recorded).
    profile: isObject(profile) && Object.keys(profile).length > 0 ? profile : undefined,
    ...without(sent, ...OWN_KEYS),
  });
}

/** `credentials` without `oauthClient`; all apps of an org are signed with the same key (recorded). */
export function completeCredentials(sent: JsonObject, org: Org): JsonObject {
  return {
    userNameTemplate: isObject(sent['userNameTemplate'])
      ? sent['userNameTemplate']
      : { template: '${source.login}', type: 'BUILT_IN' },
    signing: { kid: org.signingKey.kid },
    ...without(sent, 'userNameTemplate', 'signing', 'oauthClient'),
  };
}

/** `settings` without `oauthClient`, with Okta's defaults (recorded). */
export function completeSettings(sent: JsonObject, before: JsonObject | undefined): JsonObject {
  const settingsBefore = objectOf(before?.['settings']);
  return {
    app: objectOf(sent['app']),
    notifications: sent['notifications'] ??
      settingsBefore['notifications'] ?? {
        vpn: { network: { connection: 'DISABLED' }, message: null, helpUrl: null },
      },
    manualProvisioning: sent['manualProvisioning'] ?? false,
    implicitAssignment: sent['implicitAssignment'] ?? false,
    emOptInStatus: sent['emOptInStatus'] ?? settingsBefore['emOptInStatus'] ?? 'NONE',
    notes: { admin: null, enduser: null, ...objectOf(sent['notes']) },
    ...without(sent, ...SETTINGS_KEYS),
  };
}

/**
 * 403 E0000043 for `selfService`, as an org answers where users may not add apps themselves (recorded). 400 for a
 * `loginRedirectUrl` on Identity Engine (recorded for OIDC apps, with this text).
 */
export function validateAccessibility({ org }: Exchange, name: string, body: JsonObject): void {
  const { selfService, loginRedirectUrl } = objectOf(body['accessibility']);
  if (selfService === true) {
    throw oktaError(
      403,
      'E0000043',
      'Self service application assignment is not enabled.',
      'Self service application assignment for organization managed apps must be enabled.',
    );
  }
  if (org.engine === 'identity' && (loginRedirectUrl ?? '') !== '') {
    throw validationFailed(
      'loginRedirectUrl',
      `The application ${name} cannot be created/updated because the loginRedirectUrl field has been deprecated in Identity Engine.`,
    );
  }
}

/** Labels need not be unique (recorded) unless `trouble.uniqueLabels` brings back the older rule (reported text). */
export function refuseTakenLabel(exchange: Exchange, label: string, self: App | undefined): void {
  if (!exchange.trouble.uniqueLabels) return;
  for (const app of exchange.org.apps.values()) {
    if (app !== self && app.status === 'ACTIVE' && app.label === label) {
      throw validationFailed(
        'label',
        `label: An active OpenID Connect Client instance with the label "${label}" already exists.`,
      );
    }
  }
}

/** Adds a client secret; the newest is the last. */
export function addSecret(org: Org, app: App, value: string, created: string): void {
  app.secrets.push({ id: org.ids.next('ocs'), value, status: 'ACTIVE', created, lastUpdated: created });
}
