import { setTimeout as sleep } from 'node:timers/promises';
import { forgetClient } from './authorization-servers/policies.ts';
import {
  appLinksOf,
  createCatalogApp,
  createWizardApp,
  isOAuthApp,
  isWizardApp,
  replaceCatalogApp,
  signOnModeOf,
} from './catalog-apps.ts';
import { freeClientId, refuseTakenClientId } from './client-ids.ts';
import {
  addSecret,
  completeCommon,
  completeCredentials,
  completeSettings,
  refuseTakenLabel,
  validateAccessibility,
} from './app-body.ts';
import {
  blankField,
  internalServerError,
  invalidField,
  invalidSearch,
  notFound,
  oktaError,
  validationFailed,
} from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { bodyObject, noContent, ok, param } from './exchange.ts';
import { newSecret } from './ids.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject, listOf, objectOf, stringOf, without } from './json.ts';
import { listed } from './lag.ts';
import { page, startingWith } from './lists.ts';
import {
  completeClientCredentials,
  completeClientSettings,
  escapeLabel,
  usesSecret,
  validateClient,
  validateClientId,
  validateLabel,
  validateSecret,
} from './oauth-client.ts';
import type { CatalogEntry } from './catalog.ts';
import type { App, Org } from './org.ts';
import { timestamp } from './org.ts';
import { parseExpression } from './scim.ts';

/** `/api/v1/apps` and `/api/v1/apps/{id}` with its lifecycle. */
export const appRoutes: Route[] = [
  { method: 'POST', path: '/api/v1/apps', scope: 'okta.apps.manage', handle: createApp },
  { method: 'GET', path: '/api/v1/apps', scope: 'okta.apps.read', handle: listApps },
  { method: 'GET', path: '/api/v1/apps/:appId', scope: 'okta.apps.read', handle: getApp },
  { method: 'PUT', path: '/api/v1/apps/:appId', scope: 'okta.apps.manage', handle: replaceApp },
  { method: 'DELETE', path: '/api/v1/apps/:appId', scope: 'okta.apps.manage', handle: deleteApp },
  {
    method: 'POST',
    path: '/api/v1/apps/:appId/lifecycle/activate',
    scope: 'okta.apps.manage',
    handle: (exchange) => changeStatus(exchange, 'ACTIVE'),
  },
  {
    method: 'POST',
    path: '/api/v1/apps/:appId/lifecycle/deactivate',
    scope: 'okta.apps.manage',
    handle: (exchange) => changeStatus(exchange, 'INACTIVE'),
  },
];

/** The app that the path names, or 404 `AppInstance` (recorded). */
export function requireApp(exchange: Exchange): App {
  const id = param(exchange, 'appId');
  const app = exchange.org.apps.get(id);
  const { notFoundAfterCreateMs } = exchange.trouble;
  const settled =
    app !== undefined && (notFoundAfterCreateMs === 0 || Date.now() - app.bornAt >= notFoundAfterCreateMs);
  if (!settled) throw notFound(id, 'AppInstance');
  return app;
}

/** `POST /api/v1/apps`: always 200, never 201; ACTIVE unless `activate=false` (recorded). */
async function createApp(exchange: Exchange): Promise<Answer> {
  const { org, trouble } = exchange;
  const body = bodyObject(exchange);
  const name = stringOf(body['name']);
  const signOnMode = stringOf(body['signOnMode']);

  if (name === undefined || name === '') {
    if (!isWizardApp(body)) throw unnamed(signOnMode, body);
    return ok(show(exchange, createWizardApp(exchange, body), 'write'));
  }
  if (name !== 'oidc_client') return ok(show(exchange, createCatalogApp(exchange, name, body), 'write'));
  if (signOnMode !== 'OPENID_CONNECT') throw validationFailed('signOnMode', 'Invalid signOnMode');

  const label = validateLabel(exchange, body['label']);
  validateAccessibility(exchange, name, body);
  refuseTakenLabel(exchange, label, undefined);

  const sent = objectOf(objectOf(body['credentials'])['oauthClient']);
  const ownClientId = stringOf(sent['client_id']);
  if (ownClientId !== undefined) {
    validateClientId(ownClientId);
    refuseTakenClientId(exchange, ownClientId);
    // Without this, nothing comes between the check and the app.
    if (trouble.clientIdRaceMs > 0) await sleep(trouble.clientIdRaceMs);
  }
  const id = org.ids.next('0oa');
  const clientId = ownClientId ?? id;
  const content = completeBody(exchange, body, clientId, undefined);
  const method = authMethodOf(content);
  const secret = stringOf(sent['client_secret']) ?? '';
  if (secret !== '') validateSecret(secret, method);

  const created = timestamp(exchange.now);
  const isLeftInactive = trouble.inactiveCreates > 0;
  if (isLeftInactive) trouble.inactiveCreates -= 1;
  const app: App = {
    id,
    name,
    label,
    status: exchange.query.get('activate') === 'false' || isLeftInactive ? 'INACTIVE' : 'ACTIVE',
    created,
    lastUpdated: timestamp(exchange.now + trouble.createTouchesMs),
    clientId,
    body: content,
    secrets: [],
    keyTimes: new Map(),
    keys: [],
    accessPolicyId: org.defaultAccessPolicy.id,
    groups: new Map(),
    users: new Map(),
    grants: org.grantsOf(clientId),
    roles: org.rolesOf(clientId),
    certificateRequests: new Map(),
    userProperties: {},
    federatedClaims: new Map(),
    bornAt: Date.now(),
  };
  if (usesSecret(method)) addSecret(org, app, secret === '' ? newSecret() : secret, created);
  if (!org.features.consentManagement) swallowConsentMethod(app);
  org.apps.set(id, app);
  return ok(show(exchange, app, 'write'));
}

/**
 * Without a `name` Okta takes an OIDC body for one of its App Wizard's, which it calls "mediated" (reported, with
 * these texts).
 */
function unnamed(signOnMode: string | undefined, body: JsonObject): Error {
  if (signOnMode !== 'OPENID_CONNECT') return blankField('name');
  const causes = [
    'Invalid signOnMode',
    "The settings.signOn object doesn't match the type indicated by signOnMode value or is ill defined",
  ];
  if (body['visibility'] === undefined) {
    causes.push('Missing visibility', 'visibility: The field cannot be left blank');
  }
  return validationFailed('mediated', ...causes);
}

/**
 * The app's content after a POST (`before` undefined) or a PUT, which replaces everything (documented). What a PUT
 * keeps though it is left out: the signing key, features, notifications, `emOptInStatus`, `universalLogout` and the
 * app links (all recorded), `participate_slo` (reported) and the settings of a refresh token that is still granted
 * (documented). What it takes away: `profile` (recorded), and keys that Okta does not know. Everything else goes back
 * to its default, as the documentation says; that part was never recorded.
 */
function completeBody(
  exchange: Exchange,
  sent: JsonObject,
  clientId: string,
  before: JsonObject | undefined,
): JsonObject {
  const { org } = exchange;
  const sentSettings = objectOf(sent['settings']);
  const sentCredentials = objectOf(sent['credentials']);
  const clientSettings = completeClientSettings(
    objectOf(sentSettings['oauthClient']),
    isObject(before) ? objectOf(objectOf(before['settings'])['oauthClient']) : undefined,
    () => org.ids.next('pks'),
  );
  if (exchange.unknown.keyAlgorithm === 'dropped') forgetAlgorithms(clientSettings);
  const clientCredentials = completeClientCredentials(
    objectOf(sentCredentials['oauthClient']),
    clientId,
    clientSettings,
  );
  validateClient(exchange, clientSettings, clientCredentials);
  return {
    ...completeCommon(sent, before, ['oidc_client_link'], 'OPENID_CONNECT'),
    credentials: {
      ...completeCredentials(sentCredentials, org),
      oauthClient: clientCredentials,
    },
    settings: { ...completeSettings(sentSettings, before), oauthClient: clientSettings },
  };
}

function forgetAlgorithms(clientSettings: JsonObject): void {
  const jwks = clientSettings['jwks'];
  if (!isObject(jwks)) return;
  clientSettings['jwks'] = {
    ...jwks,
    keys: listOf(jwks['keys']).map((key) => without(objectOf(key), 'alg')),
  };
}

function authMethodOf(body: JsonObject): Json | undefined {
  return objectOf(objectOf(body['credentials'])['oauthClient'])['token_endpoint_auth_method'];
}

/** Orgs without consent management leave `consent_method` out, sent or not (recorded). */
function swallowConsentMethod(app: App): void {
  const settings = objectOf(app.body['settings']);
  app.body = {
    ...app.body,
    settings: { ...settings, oauthClient: without(objectOf(settings['oauthClient']), 'consent_method') },
  };
}

/** 403 E0000039, as one of two PUTs at the same time was answered (recorded, with these texts). */
function refuseConflict({ trouble }: Exchange, app: App): void {
  const isChosen = trouble.settingsConflicts > 0;
  if (isChosen) trouble.settingsConflicts -= 1;
  if (!isChosen && Date.now() - (app.replacedAt ?? 0) >= trouble.settingsConflictWindowMs) return;
  throw oktaError(
    403,
    'E0000039',
    'Operation on application settings failed.',
    'The requested action cannot be supported for this application.',
  );
}

/**
 * `PUT /api/v1/apps/{id}`; no ETag, no If-Match: the last writer wins (recorded), unless the two meet and one is
 * refused (recorded; only as `trouble` says).
 */
function replaceApp(exchange: Exchange): Answer {
  const app = requireApp(exchange);
  refuseConflict(exchange, app);
  const body = bodyObject(exchange);
  const { org } = exchange;
  const label = validateLabel(exchange, body['label']);
  validateAccessibility(exchange, app.name, body);
  if (app.status === 'ACTIVE') refuseTakenLabel(exchange, label, app);
  if (app.catalogEntry !== undefined) {
    replaceCatalogApp(exchange, app, app.catalogEntry, label, body);
    app.replacedAt = Date.now();
    return ok(show(exchange, app, 'write'));
  }

  const clientBefore = objectOf(objectOf(app.body['settings'])['oauthClient']);
  const type = objectOf(objectOf(body['settings'])['oauthClient'])['application_type'];
  // Immutable (documented); the texts are inferred.
  if (type !== undefined && type !== clientBefore['application_type']) {
    throw invalidField('application_type', 'cannot be changed.');
  }
  // Immutable (documented). That a PUT without it keeps it, and the text for another, are unknown.
  const sent = objectOf(objectOf(body['credentials'])['oauthClient']);
  if (sent['client_id'] !== undefined && sent['client_id'] !== app.clientId) {
    throw invalidField('client_id', 'cannot be changed.');
  }

  const content = completeBody(exchange, body, app.clientId, app.body);
  const method = authMethodOf(content);
  const secret = stringOf(sent['client_secret']) ?? '';
  if (secret !== '') validateSecret(secret, method);

  app.label = label;
  app.body = content;
  app.lastUpdated = timestamp(exchange.now);
  app.replacedAt = Date.now();
  if (!org.features.consentManagement) swallowConsentMethod(app);
  keepSecret(org, app, method, secret);
  return ok(show(exchange, app, 'write'));
}

/**
 * The secret over a PUT: kept when left out or empty (recorded), set when another is sent (documented), gone with the
 * methods that use none (documented), new where the method begins to need one (reported).
 */
function keepSecret(org: Org, app: App, method: Json | undefined, sent: string): void {
  if (!usesSecret(method)) {
    app.secrets = [];
    return;
  }
  const current = shownSecret(app);
  if (current === undefined) {
    addSecret(org, app, sent === '' ? newSecret() : sent, app.lastUpdated);
  } else if (sent !== '' && sent !== current.value) {
    current.value = sent;
    current.lastUpdated = app.lastUpdated;
  }
}

/** The secret that POST and PUT answer with: the first that is active. */
function shownSecret(app: App): App['secrets'][number] | undefined {
  return app.secrets.find((secret) => secret.status === 'ACTIVE');
}

function getApp(exchange: Exchange): Answer {
  return ok(show(exchange, requireApp(exchange), 'read'));
}

/** `DELETE`: only an inactive app, else 403 E0000056 (documented). */
function deleteApp(exchange: Exchange): Answer {
  const app = requireApp(exchange);
  const { trouble } = exchange;
  const isLate = app.status === 'INACTIVE' && trouble.lateDeactivations > 0;
  if (isLate) trouble.lateDeactivations -= 1;
  if (app.status === 'ACTIVE' || isLate) {
    throw oktaError(
      403,
      'E0000056',
      'Delete application forbidden.',
      'The application must be deactivated before deletion.',
    );
  }
  if (trouble.deleteFailures > 0) {
    trouble.deleteFailures -= 1;
    throw internalServerError();
  }
  exchange.org.apps.delete(app.id);
  exchange.tokens.revokeClient(app.clientId);
  forgetClient(exchange, app.clientId);
  freeClientId(exchange, app);
  return noContent;
}

/** Lifecycle: 200 with `{}` (recorded), also where the app is in that state already (inferred). */
function changeStatus(exchange: Exchange, status: App['status']): Answer {
  const app = requireApp(exchange);
  if (app.status !== status) {
    if (status === 'ACTIVE') refuseTakenLabel(exchange, app.label, app);
    app.status = status;
    // For good: a client that comes back needs new ones (documented).
    if (status === 'INACTIVE') exchange.tokens.revokeClient(app.clientId);
    app.lastUpdated = timestamp(exchange.now);
  }
  return ok({});
}

const APP_FILTER = {
  attributes: [
    'id',
    'status',
    'credentials.signing.kid',
    'settings.slo.enabled',
    'name',
    'user.id',
    'group.id',
  ],
  operators: ['eq'],
  combined: false,
};

/**
 * `GET /api/v1/apps`: by ascending ID, inactive apps included (recorded). `q` is a prefix of name or label, and may go
 * with `filter`, which is a single `eq` (documented). Pages of 20 unless `limit` says otherwise, at most 200.
 */
function listApps(exchange: Exchange): Answer {
  const { org, query } = exchange;
  refuseBadParameters(query);
  const q = query.get('q') ?? '';
  const starts = startingWith(q);
  const filter = query.get('filter');
  const matches = filter === null || filter === '' ? undefined : parseAppFilter(exchange, filter);
  const wanted = function* (): Generator<App> {
    for (const app of listed(exchange, org.apps)) {
      if (q !== '' && !starts(app.label) && !starts(app.name)) continue;
      if (matches !== undefined && !matches(app)) continue;
      yield app;
    }
  };
  const texts: string[] = [];
  const { status, links = [] } = page(
    exchange,
    wanted(),
    { defaultLimit: 20, maximum: 200, ascending: true },
    (app) => app.id,
    (app) => texts.push(listedText(exchange, app)),
  );
  return { status, links, json: `[${texts.join(',')}]` };
}

/** Recorded, both, with these texts: a cursor that is no app's, and something to expand that is not one user. */
function refuseBadParameters(query: URLSearchParams): void {
  const after = query.get('after');
  if (after !== null && !after.startsWith('0oa')) {
    throw oktaError(400, 'E0000029', 'Invalid paging request.', 'Invalid cursor.');
  }
  const expand = query.get('expand');
  if (expand !== null && !/^user\/[0-9A-Za-z]+$/.test(expand)) {
    throw validationFailed('RequestParams', 'Expand query is malformed.');
  }
}

/** What lists said of each app, and of what that was made: large orgs are listed often, and seldom change. */
const listedTexts = new WeakMap<App, { from: readonly unknown[]; text: string }>();

/** The app in a list, as JSON. Its body is only ever replaced, never changed in place. */
function listedText(exchange: Exchange, app: App): string {
  const from = [
    exchange.origin,
    exchange.org.engine,
    app.body,
    shownLabel(exchange, app),
    app.status,
    app.lastUpdated,
    app.accessPolicyId,
  ];
  const kept = listedTexts.get(app);
  if (kept?.from.every((value, index) => value === from[index]) === true) return kept.text;
  const text = JSON.stringify(show(exchange, app, 'read'));
  listedTexts.set(app, { from, text });
  return text;
}

function parseAppFilter(exchange: Exchange, filter: string): (app: App) => boolean {
  const { org } = exchange;
  const predicate = parseExpression(filter, APP_FILTER);
  const assigned = /^\s*(user|group)\.id\s+eq\s+"([^"]*)"/i.exec(filter);
  if (assigned !== null) {
    const [, kind, id = ''] = assigned;
    return (app) => {
      if (kind === 'group') return app.groups.has(id);
      if (app.users.has(id)) return true;
      return [...app.groups.keys()].some((groupId) => {
        const group = org.groups.get(groupId);
        return group !== undefined && [...org.membersOf(group)].includes(id);
      });
    };
  }
  if (/^\s*(user|group)\./i.test(filter)) throw invalidSearch();
  return (app) =>
    predicate({
      id: app.id,
      name: app.name,
      status: app.status,
      credentials: { signing: { kid: objectOf(objectOf(app.body['credentials'])['signing'])['kid'] } },
      settings: { slo: { enabled: false } },
    });
}

/** The label in an answer; see `Unknowns.labelsEscaped`. */
function shownLabel({ unknown }: Exchange, { label }: App): string {
  return unknown.labelsEscaped === 'answered' ? escapeLabel(label) : label;
}

/** The app as Okta shows it. Only the answers to POST and PUT bring `client_secret` (recorded). */
export function show(exchange: Exchange, app: App, occasion: 'read' | 'write'): JsonObject {
  const { org } = exchange;
  const secret = occasion === 'write' ? shownSecret(app)?.value : undefined;
  const credentials = objectOf(app.body['credentials']);
  const client = credentials['oauthClient'];
  const shown =
    secret === undefined || !isObject(client)
      ? credentials
      : {
          ...credentials,
          oauthClient: {
            autoKeyRotation: client['autoKeyRotation'],
            client_id: client['client_id'],
            client_secret: secret,
            ...without(client, 'autoKeyRotation', 'client_id'),
          },
        };
  return {
    id: app.id,
    ...(org.features.resourceNames ? { orn: `orn:okta:idp:${org.id}:apps:${app.name}:${app.id}` } : {}),
    name: app.name,
    label: shownLabel(exchange, app),
    status: app.status,
    lastUpdated: app.lastUpdated,
    created: app.created,
    ...app.body,
    credentials: shown,
    _links: appLinks(exchange, app),
  };
}

/**
 * The links of an app. There is no `self`; of `activate` and `deactivate` the one that makes sense; the credentials by
 * the client's method; policies only on Identity Engine, a service app's too (all recorded).
 */
function appLinks(exchange: Exchange, app: App): JsonObject {
  const { origin, org } = exchange;
  const self = `${origin}/api/v1/apps/${app.id}`;
  const keys = authMethodOf(app.body) === 'private_key_jwt';
  const identityEngine = org.engine === 'identity';
  const entry = app.catalogEntry;
  const links = entry === undefined ? { oidc_client_link: undefined } : appLinksOf(entry);
  const isClient = isOAuthApp(app);
  const isSaml = signOnModeOf(app).startsWith('SAML');
  return without({
    help: entry === undefined ? undefined : helpLink(exchange, app, entry),
    metadata: isSaml ? { href: `${self}/sso/saml/metadata`, type: 'application/xml' } : undefined,
    uploadLogo: { href: `${self}/logo`, hints: { allow: ['POST'] } },
    appLinks: Object.entries(links).map(([name, id]) => ({
      name,
      href: `${origin}/home/${app.name}/${app.id}/${id ?? org.appLinkId}`,
      type: 'text/html',
    })),
    profileEnrollment: identityEngine
      ? { href: `${origin}/api/v1/policies/${org.profileEnrollmentPolicy.id}` }
      : undefined,
    activate: app.status === 'INACTIVE' ? { href: `${self}/lifecycle/activate` } : undefined,
    policies: identityEngine ? { href: `${self}/policies`, hints: { allow: ['PUT'] } } : undefined,
    groups: { href: `${self}/groups` },
    logo: [{ name: 'medium', href: `${origin}${logoOf(app)}`, type: 'image/png' }],
    clientCredentials: isClient
      ? [
          keys
            ? { name: 'jwks', href: `${self}/credentials/jwks` }
            : { name: 'secrets', href: `${self}/credentials/secrets` },
        ]
      : undefined,
    accessPolicy: identityEngine ? { href: `${origin}/api/v1/policies/${app.accessPolicyId}` } : undefined,
    users: { href: `${self}/users` },
    deactivate: app.status === 'ACTIVE' ? { href: `${self}/lifecycle/deactivate` } : undefined,
  });
}

function logoOf({ logoId }: App): string {
  return logoId === undefined ? '/assets/img/logos/default.png' : `/fs/bcg/4/${logoId}`;
}

/** Where the console explains how to set up the app: integrations and custom SAML apps have such a page, templates none (recorded). */
function helpLink({ origin }: Exchange, app: App, entry: CatalogEntry): JsonObject | undefined {
  const isSaml = signOnModeOf(app).startsWith('SAML');
  if (entry.generic === true || (entry.wizard === true && !isSaml)) return undefined;
  const place = isSaml ? `${app.name}/${app.id}` : app.name;
  const page = entry.wizard === true ? 'instructions' : 'external-doc';
  return {
    href: `${origin}/app/${place}/setup/help/${signOnModeOf(app)}/${page}`,
    type: 'text/html',
  };
}
