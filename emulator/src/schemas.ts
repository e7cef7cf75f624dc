import { requireApp } from './apps.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { bodyObject, ok } from './exchange.ts';
import type { JsonObject } from './json.ts';
import { objectOf } from './json.ts';
import { timestamp } from './org.ts';

/** What a schema describes, and where its own properties are kept. */
interface Described {
  readonly path: string;
  readonly name: string;
  readonly base: JsonObject;
  readonly custom: JsonObject;
}

const GROUP = '/api/v1/meta/schemas/group/default';
const APP = '/api/v1/meta/schemas/apps/:appId/default';

/** The schemas of groups and of the users of an app: properties of their own can be added, changed and taken away. */
export const schemaRoutes: Route[] = [
  {
    method: 'GET',
    path: GROUP,
    scope: 'okta.schemas.read',
    handle: (exchange) => ok(show(exchange, groupSchema(exchange))),
  },
  {
    method: 'POST',
    path: GROUP,
    scope: 'okta.schemas.manage',
    handle: (exchange) => change(exchange, groupSchema),
  },
  {
    method: 'GET',
    path: APP,
    scope: 'okta.schemas.read',
    handle: (exchange) => ok(show(exchange, appSchema(exchange))),
  },
  {
    method: 'POST',
    path: APP,
    scope: 'okta.schemas.manage',
    handle: (exchange) => change(exchange, appSchema),
  },
];

const property = (title: string, required: boolean): JsonObject => ({
  title,
  type: 'string',
  required,
  scope: 'NONE',
  mutability: 'READ_WRITE',
});

function groupSchema({ org }: Exchange): Described {
  return {
    path: '/api/v1/meta/schemas/group/default',
    name: 'group',
    base: { name: property('Name', true), description: property('Description', false) },
    custom: org.groupProperties,
  };
}

function appSchema(exchange: Exchange): Described {
  const app = requireApp(exchange);
  return {
    path: `/api/v1/meta/schemas/apps/${app.id}/default`,
    name: app.label,
    base: { userName: property('Username', true) },
    custom: app.userProperties,
  };
}

/** `POST` changes the properties that it names; null takes one away (documented). */
function change(exchange: Exchange, find: (exchange: Exchange) => Described): Answer {
  const described = find(exchange);
  const custom = objectOf(objectOf(bodyObject(exchange)['definitions'])['custom']);
  for (const [name, value] of Object.entries(objectOf(custom['properties']))) {
    // The lists of an app or an org hold it, so it is changed in place.
    if (value === null) Reflect.deleteProperty(described.custom, name);
    else described.custom[name] = { ...objectOf(described.custom[name]), ...objectOf(value) };
  }
  return ok(show(exchange, described));
}

function show({ org, origin, now }: Exchange, { path, name, base, custom }: Described): JsonObject {
  const required = Object.entries(base).flatMap(([key, value]) =>
    objectOf(value)['required'] === true ? [key] : [],
  );
  return {
    id: `${origin}${path.replace('/api/v1', '')}`,
    $schema: 'http://json-schema.org/draft-04/schema#',
    name,
    title: name,
    lastUpdated: timestamp(now),
    created: org.created,
    definitions: {
      custom: { id: '#custom', type: 'object', properties: custom, required: [] },
      base: { id: '#base', type: 'object', properties: base, required },
    },
    type: 'object',
    properties: { profile: { allOf: [{ $ref: '#/definitions/custom' }, { $ref: '#/definitions/base' }] } },
  };
}
