import { requireClient } from './clients.ts';
import { alreadyExists, notFound, oktaError, validationFailed } from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { bodyObject, noContent, ok, param } from './exchange.ts';
import { requireGroup } from './groups.ts';
import type { JsonObject } from './json.ts';
import { objectOf, stringOf } from './json.ts';
import { timestamp } from './org.ts';
import { requireUser } from './users.ts';

/** Who holds admin roles, and where they are kept. */
interface Holder {
  readonly type: 'CLIENT' | 'USER' | 'GROUP';
  readonly href: string;
  readonly roles: Map<string, JsonObject>;
}

/** The standard admin roles of clients, users and groups. */
export const roleRoutes: Route[] = [
  ...routesBelow('/oauth2/v1/clients/:clientId', clientHolder),
  ...routesBelow('/api/v1/users/:userId', (exchange) => {
    const { id } = requireUser(exchange);
    return holder(exchange, 'USER', `/api/v1/users/${id}`, exchange.org.rolesOf(id));
  }),
  ...routesBelow('/api/v1/groups/:groupId', (exchange) => {
    const { id } = requireGroup(exchange);
    return holder(exchange, 'GROUP', `/api/v1/groups/${id}`, exchange.org.rolesOf(id));
  }),
];

function holder(exchange: Exchange, type: Holder['type'], path: string, roles: Holder['roles']): Holder {
  return { type, href: `${exchange.origin}${path}`, roles };
}

/** Only service apps take a role: 400 E0000227 (documented). */
function clientHolder(exchange: Exchange): Holder {
  const app = requireClient(exchange);
  const settings = objectOf(objectOf(app.body['settings'])['oauthClient']);
  if (exchange.method === 'POST' && settings['application_type'] !== 'service') {
    throw oktaError(400, 'E0000227', 'Roles can only be granted to service application type');
  }
  return holder(exchange, 'CLIENT', `/oauth2/v1/clients/${app.clientId}`, app.roles);
}

function routesBelow(base: string, find: (exchange: Exchange) => Holder): Route[] {
  const path = `${base}/roles`;
  return [
    {
      method: 'GET',
      path,
      scope: 'okta.roles.read',
      handle: (exchange) => ok([...find(exchange).roles.values()]),
    },
    {
      method: 'POST',
      path,
      scope: 'okta.roles.manage',
      handle: (exchange) => assignRole(exchange, find(exchange)),
    },
    {
      method: 'GET',
      path: `${path}/:roleId`,
      scope: 'okta.roles.read',
      handle: (exchange) => ok(requireRole(exchange, find(exchange))),
    },
    {
      method: 'DELETE',
      path: `${path}/:roleId`,
      scope: 'okta.roles.manage',
      handle: (exchange) => {
        const { roles } = find(exchange);
        roles.delete(stringOf(requireRole(exchange, find(exchange))['id']) ?? '');
        return noContent;
      },
    },
  ];
}

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

/** 404 `RoleAssignment` (recorded). */
function requireRole(exchange: Exchange, { roles }: Holder): JsonObject {
  const id = param(exchange, 'roleId');
  const role = roles.get(id);
  if (role === undefined) throw notFound(id, 'RoleAssignment');
  return role;
}

/** `POST …/roles`: 201 (recorded). */
function assignRole(exchange: Exchange, { type: assignmentType, href, roles }: Holder): Answer {
  const type = stringOf(bodyObject(exchange)['type']) ?? '';
  const label = ROLES[type];
  if (label === undefined) throw validationFailed('type', `type: '${type}' is not a role.`);
  const id = base32(type);
  if (roles.has(id)) throw alreadyExists('type');
  const now = timestamp(exchange.now);
  const role: JsonObject = {
    id,
    label,
    type,
    status: 'ACTIVE',
    created: now,
    lastUpdated: now,
    assignmentType,
    _links: { assignee: { href } },
  };
  roles.set(id, role);
  return { status: 201, body: role };
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The text in Base32 without padding: the ID of a standard role's assignment is its type in that form (recorded). */
function base32(text: string): string {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => BASE32.charAt(Number.parseInt(group.padEnd(5, '0'), 2))).join('');
}
