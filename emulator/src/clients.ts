import { alreadyExists, notFound, oktaError, validationFailed } from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { bodyObject, noContent, ok, param } from './exchange.ts';
import type { JsonObject } from './json.ts';
import { objectOf, stringOf, without } from './json.ts';
import { listed } from './lag.ts';
import { page, startsWith } from './lists.ts';
import type { App } from './org.ts';
import { timestamp } from './org.ts';

/** `/oauth2/v1/clients`: the same apps seen as OAuth clients, and the admin roles of a client. */
export const clientRoutes: Route[] = [
  { method: 'GET', path: '/oauth2/v1/clients', scope: 'okta.clients.read', handle: listClients },
  {
    method: 'GET',
    path: '/oauth2/v1/clients/:clientId',
    scope: 'okta.clients.read',
    handle: (exchange) => ok(showClient(requireClient(exchange))),
  },
  {
    method: 'GET',
    path: '/oauth2/v1/clients/:clientId/roles',
    scope: 'okta.roles.read',
    handle: (exchange) => ok([...requireClient(exchange).roles.values()]),
  },
  {
    method: 'POST',
    path: '/oauth2/v1/clients/:clientId/roles',
    scope: 'okta.roles.manage',
    handle: assignRole,
  },
  {
    method: 'GET',
    path: '/oauth2/v1/clients/:clientId/roles/:roleId',
    scope: 'okta.roles.read',
    handle: (exchange) => ok(requireRole(exchange, requireClient(exchange))),
  },
  {
    method: 'DELETE',
    path: '/oauth2/v1/clients/:clientId/roles/:roleId',
    scope: 'okta.roles.manage',
    handle: (exchange) => {
      const client = requireClient(exchange);
      client.roles.delete(stringOf(requireRole(exchange, client)['id']) ?? '');
      return noContent;
    },
  },
];

const ROLES: Readonly<Record<string, string>> = {
  SUPER_ADMIN: 'Super Administrator',
  ORG_ADMIN: 'Organizational Administrator',
  APP_ADMIN: 'Application Administrator',
  USER_ADMIN: 'Group Administrator',
  HELP_DESK_ADMIN: 'Help Desk Administrator',
  READ_ONLY_ADMIN: 'Read Only Administrator',
  MOBILE_ADMIN: 'Mobile Administrator',
  API_ACCESS_MANAGEMENT_ADMIN: 'API Access Management Administrator',
  REPORT_ADMIN: 'Report Administrator',
  GROUP_MEMBERSHIP_ADMIN: 'Group Membership Administrator',
};

/** 404 `PublicClientApp` (documented). Looked up by client ID, not by the app's ID (documented). */
function requireClient(exchange: Exchange): App {
  const id = param(exchange, 'clientId');
  const app = exchange.org.appOfClient(id);
  if (app === undefined) throw notFound(id, 'PublicClientApp');
  return app;
}

/** 404 `RoleAssignment` (recorded). */
function requireRole(exchange: Exchange, client: App): JsonObject {
  const id = param(exchange, 'roleId');
  const role = client.roles.get(id);
  if (role === undefined) throw notFound(id, 'RoleAssignment');
  return role;
}

/** `q` is a prefix of the client's name (documented). */
function listClients(exchange: Exchange): Answer {
  const { org, query } = exchange;
  const q = query.get('q') ?? '';
  const wanted = [...listed(exchange, org.apps)].filter((app) => q === '' || startsWith(q, app.label));
  return page(
    exchange,
    wanted,
    { defaultLimit: 50, maximum: 200, ascending: true },
    (app) => app.id,
    showClient,
  );
}

function showClient(app: App): JsonObject {
  const settings = objectOf(objectOf(app.body['settings'])['oauthClient']);
  const credentials = objectOf(objectOf(app.body['credentials'])['oauthClient']);
  return {
    client_id: app.clientId,
    client_id_issued_at: Date.parse(app.created) / 1000,
    client_name: app.label,
    token_endpoint_auth_method: credentials['token_endpoint_auth_method'] ?? null,
    ...without(settings, 'idp_initiated_login', 'network'),
  };
}

/** `POST …/roles`: 201 (recorded). Only service apps take a role: 400 E0000227 (documented). */
function assignRole(exchange: Exchange): Answer {
  const { origin } = exchange;
  const app = requireClient(exchange);
  const type = stringOf(bodyObject(exchange)['type']) ?? '';
  const label = ROLES[type];
  const settings = objectOf(objectOf(app.body['settings'])['oauthClient']);
  if (settings['application_type'] !== 'service') {
    throw oktaError(400, 'E0000227', 'Roles can only be granted to service application type');
  }
  if (label === undefined) throw validationFailed('type', `type: '${type}' is not a role.`);
  if ([...app.roles.values()].some((role) => role['type'] === type)) throw alreadyExists('type');
  const now = timestamp(exchange.now);
  const role: JsonObject = {
    id: base32(type),
    label,
    type,
    status: 'ACTIVE',
    created: now,
    lastUpdated: now,
    assignmentType: 'CLIENT',
    _links: { assignee: { href: `${origin}/oauth2/v1/clients/${app.clientId}` } },
  };
  app.roles.set(stringOf(role['id']) ?? '', role);
  return { status: 201, body: role };
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The text in Base32 without padding: the ID of a standard role's assignment is its type in that form (recorded). */
function base32(text: string): string {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => BASE32.charAt(Number.parseInt(group.padEnd(5, '0'), 2))).join('');
}
