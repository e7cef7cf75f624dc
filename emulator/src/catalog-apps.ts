import type { CatalogEntry } from './catalog.ts';
import {
  addSecret,
  completeCommon,
  completeCredentials,
  completeSettings,
  refuseSelfService,
  refuseTakenLabel,
} from './apps.ts';
import { notFound, validationFailed } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { newSecret } from './ids.ts';
import type { Json, JsonObject } from './json.ts';
import { objectOf, without } from './json.ts';
import { validateLabel } from './oauth-client.ts';
import type { App } from './org.ts';
import { timestamp } from './org.ts';

/**
 * An OIDC app from the catalog: the key in lower case, `oauthClient` blocks ignored, settings of its own (recorded).
 * An unknown key is 404 `App` (documented).
 */
export function createCatalogApp(exchange: Exchange, name: string, body: JsonObject): App {
  const { org } = exchange;
  const entry = org.catalog.get(name.toLowerCase());
  if (entry === undefined) throw notFound(name, 'App');
  const label = body['label'] === undefined ? entry.displayName : validateLabel(body['label']);
  refuseSelfService(body);
  refuseTakenLabel(exchange, label, undefined);

  const id = org.ids.next('0oa');
  const created = timestamp(exchange.now);
  const app: App = {
    id,
    name: entry.name,
    label,
    status: exchange.query.get('activate') === 'false' ? 'INACTIVE' : 'ACTIVE',
    created,
    lastUpdated: created,
    clientId: id,
    body: completeCatalogBody(exchange, entry, body, undefined),
    secrets: [],
    keyTimes: new Map(),
    accessPolicyId: org.defaultAccessPolicy.id,
    groups: new Map(),
    users: new Map(),
    grants: org.grantsOf(id),
    roles: new Map(),
    catalogEntry: entry,
    bornAt: Date.now(),
  };
  // Not in the app's body, but behind its `clientCredentials` link (recorded link, the rest inferred).
  addSecret(org, app, newSecret(), created);
  org.apps.set(id, app);
  return app;
}

/** `PUT` on a catalog app: the same rules again. */
export function replaceCatalogApp(
  exchange: Exchange,
  app: App,
  entry: CatalogEntry,
  label: string,
  body: JsonObject,
): void {
  app.body = completeCatalogBody(exchange, entry, body, app.body);
  app.label = label;
  app.lastUpdated = timestamp(exchange.now);
}

function completeCatalogBody(
  exchange: Exchange,
  entry: CatalogEntry,
  sent: JsonObject,
  before: JsonObject | undefined,
): JsonObject {
  const { org, trouble } = exchange;
  const settings = objectOf(sent['settings']);
  const common = completeCommon(sent, before, entry.name);
  return {
    ...(trouble.catalogKeepsProfile ? common : without(common, 'profile')),
    credentials: completeCredentials(objectOf(sent['credentials']), org),
    universalLogout: { status: 'UNSUPPORTED' },
    settings: {
      ...completeSettings(settings, before),
      app: completeAppSettings(entry, objectOf(settings['app'])),
    },
  };
}

/** Every setting the entry knows is shown, null where not set (recorded); a required one may not be blank (reported). */
function completeAppSettings(entry: CatalogEntry, sent: JsonObject): JsonObject {
  const blank = (value: Json | undefined): boolean => value === undefined || value === null || value === '';
  const missing = Object.entries(entry.settings).filter(
    ([key, { required }]) => required && blank(sent[key]),
  );
  if (missing.length > 0) {
    throw validationFailed('settings', ...missing.map(([key]) => `${key}: The field cannot be left blank`));
  }
  const known = Object.fromEntries(Object.keys(entry.settings).map((key) => [key, sent[key] ?? null]));
  return { ...known, ...sent };
}
