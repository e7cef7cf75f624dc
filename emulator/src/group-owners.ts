import { alreadyExists, notFound } from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { bodyObject, noContent, ok, param } from './exchange.ts';
import { requireGroup } from './groups.ts';
import type { JsonObject } from './json.ts';
import { stringOf } from './json.ts';
import { timestamp } from './org.ts';

const OWNERS = '/api/v1/groups/:groupId/owners';

/** The users who answer for a group. */
export const groupOwnerRoutes: Route[] = [
  {
    method: 'GET',
    path: OWNERS,
    scope: 'okta.groups.read',
    handle: (exchange) => ok([...ownersOf(exchange).values()]),
  },
  { method: 'POST', path: OWNERS, scope: 'okta.groups.manage', handle: addOwner },
  {
    method: 'DELETE',
    path: `${OWNERS}/:ownerId`,
    scope: 'okta.groups.manage',
    handle: (exchange) => {
      const id = param(exchange, 'ownerId');
      if (!ownersOf(exchange).delete(id)) throw notFound(id, 'GroupOwner');
      return noContent;
    },
  },
];

function ownersOf(exchange: Exchange): Map<string, JsonObject> {
  return exchange.org.ownersOf(requireGroup(exchange).id);
}

/** `POST {"id","type":"USER"}`: 201 (documented). */
function addOwner(exchange: Exchange): Answer {
  const owners = ownersOf(exchange);
  const sent = bodyObject(exchange);
  const id = stringOf(sent['id']) ?? '';
  const user = exchange.org.users.get(id);
  if (user === undefined) throw notFound(id, 'User');
  if (owners.has(id)) throw alreadyExists('id');
  const { firstName, lastName } = user.profile;
  const owner: JsonObject = {
    id,
    type: 'USER',
    resolved: true,
    originId: null,
    originType: 'OKTA_DIRECTORY',
    displayName: `${stringOf(firstName) ?? ''} ${stringOf(lastName) ?? ''}`,
    lastUpdated: timestamp(exchange.now),
  };
  owners.set(id, owner);
  return { status: 201, body: owner };
}
