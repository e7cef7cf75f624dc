import type { AuthorizationServer } from '../authorization-server.ts';
import { newServer } from '../authorization-server.ts';
import { blankField, forbidden, malformedBody, notFound, oktaError } from '../errors.ts';
import type { Answer, Exchange, Route } from '../exchange.ts';
import { bodyObject, noContent, ok, param } from '../exchange.ts';
import type { Json, JsonObject } from '../json.ts';
import { objectOf, stringOf, stringsOf, without } from '../json.ts';
import { page, startsWith } from '../lists.ts';
import { addressFor } from '../oauth/issuer.ts';
import { timestamp } from '../org.ts';

const SERVERS = '/api/v1/authorizationServers';

/** The scopes that everything below `/api/v1/authorizationServers` asks for (documented). */
export const READ = 'okta.authorizationServers.read';
export const MANAGE = 'okta.authorizationServers.manage';

/** `/api/v1/authorizationServers`: the custom authorization servers and their keys. */
export const authorizationServerRoutes: Route[] = [
  { method: 'GET', path: SERVERS, scope: READ, handle: listServers },
  { method: 'POST', path: SERVERS, scope: MANAGE, handle: createServer },
  {
    method: 'GET',
    path: `${SERVERS}/:serverId`,
    scope: READ,
    handle: (exchange) => ok(showServer(exchange, requireServer(exchange))),
  },
  { method: 'PUT', path: `${SERVERS}/:serverId`, scope: MANAGE, handle: replaceServer },
  { method: 'DELETE', path: `${SERVERS}/:serverId`, scope: MANAGE, handle: deleteServer },
  {
    method: 'POST',
    path: `${SERVERS}/:serverId/lifecycle/activate`,
    scope: MANAGE,
    handle: (exchange) => changeStatus(exchange, requireServer(exchange), 'ACTIVE'),
  },
  {
    method: 'POST',
    path: `${SERVERS}/:serverId/lifecycle/deactivate`,
    scope: MANAGE,
    handle: (exchange) => changeStatus(exchange, requireServer(exchange), 'INACTIVE'),
  },
  { method: 'GET', path: `${SERVERS}/:serverId/credentials/keys`, scope: READ, handle: listKeys },
  { method: 'GET', path: `${SERVERS}/:serverId/credentials/keys/:keyId`, scope: READ, handle: getKey },
  {
    method: 'POST',
    path: `${SERVERS}/:serverId/credentials/lifecycle/keyRotate`,
    scope: MANAGE,
    handle: rotateKeys,
  },
];

/** The server that the path names, by ID or as `default`, or 404 `AuthorizationServer` (recorded). 401 in an org that is not licensed for them (recorded). */
export function requireServer(exchange: Exchange): AuthorizationServer {
  refuseWithoutLicence(exchange);
  const id = param(exchange, 'serverId');
  const server = exchange.org.findAuthorizationServer(id);
  if (server === undefined) throw notFound(id, 'AuthorizationServer');
  return server;
}

/** An org without API Access Management: 401 E0000015, not 403 or 404 (recorded). */
function refuseWithoutLicence({ org }: Exchange): void {
  if (org.features.apiAccessManagement) return;
  throw oktaError(401, 'E0000015', 'You do not have permission to access the feature you are requesting');
}

/** Where the server's own links lead: those of `default` say so, also when it is read by its ID (recorded). */
export function serverHref({ origin }: Exchange, server: AuthorizationServer): string {
  return `${origin}${SERVERS}/${pathId(server)}`;
}

function pathId(server: AuthorizationServer): string {
  return server.default ? 'default' : server.id;
}

/** `q` is a prefix of the name or of an audience (documented as matching them); 200 a page, at most as many. */
function listServers(exchange: Exchange): Answer {
  refuseWithoutLicence(exchange);
  const q = exchange.query.get('q') ?? '';
  const wanted = [...exchange.org.authorizationServers.values()].filter(
    ({ name, audiences }) => q === '' || startsWith(q, name, ...audiences),
  );
  return page(
    exchange,
    wanted,
    { defaultLimit: 200, maximum: 200, ascending: true },
    (server) => server.id,
    (server) => showServer(exchange, server),
  );
}

/** `POST`: 201 (recorded). `rotationMode` is ignored on create, it is AUTO (recorded). */
function createServer(exchange: Exchange): Answer {
  refuseWithoutLicence(exchange);
  const { org } = exchange;
  const settings = readSettings(bodyObject(exchange));
  const server = newServer(org.ids, timestamp(exchange.now), settings);
  org.authorizationServers.set(server.id, server);
  return { status: 201, body: showServer(exchange, server) };
}

/**
 * `PUT`: replaces the whole; a body as it was read is fine (recorded). A rotation mode of MANUAL is kept (recorded).
 * `lastUpdated` stays where nothing changes (recorded in about half of such PUTs).
 */
function replaceServer(exchange: Exchange): Answer {
  const server = requireServer(exchange);
  const sent = bodyObject(exchange);
  const settings = readSettings(sent);
  const mode = objectOf(objectOf(sent['credentials'])['signing'])['rotationMode'] ?? server.rotation.mode;
  if (mode !== 'AUTO' && mode !== 'MANUAL') throw malformedBody();
  const before = JSON.stringify(showServer(exchange, server));
  Object.assign(server, settings);
  server.rotation.mode = mode;
  if (JSON.stringify(showServer(exchange, server)) !== before) server.lastUpdated = timestamp(exchange.now);
  return ok(showServer(exchange, server));
}

/** Name and audiences have to be there (documented; the texts are those of other objects). */
function readSettings(
  sent: JsonObject,
): Pick<AuthorizationServer, 'name' | 'description' | 'audiences'> &
  Partial<Pick<AuthorizationServer, 'issuerMode'>> {
  const name = stringOf(sent['name']) ?? '';
  if (name === '') throw blankField('name');
  const audiences = sent['audiences'];
  if (audiences !== undefined && !isStrings(audiences)) throw malformedBody();
  if (stringsOf(audiences).length === 0) throw blankField('audiences');
  const issuerMode = sent['issuerMode'];
  if (
    issuerMode !== undefined &&
    issuerMode !== 'ORG_URL' &&
    issuerMode !== 'CUSTOM_URL' &&
    issuerMode !== 'DYNAMIC'
  ) {
    throw malformedBody();
  }
  return {
    name,
    description: stringOf(sent['description']) ?? null,
    audiences: stringsOf(audiences),
    ...(issuerMode === undefined ? {} : { issuerMode }),
  };
}

function isStrings(value: Json): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

/** `DELETE`: 204, an active one too (inferred); not the default one (documented; the answer is inferred). */
function deleteServer(exchange: Exchange): Answer {
  const server = requireServer(exchange);
  if (server.default) throw forbidden();
  exchange.org.authorizationServers.delete(server.id);
  return noContent;
}

/** Lifecycle of servers, policies and rules: 204 without a body, unlike that of apps (recorded); twice is fine (recorded). */
export function changeStatus(
  exchange: Exchange,
  object: { status: 'ACTIVE' | 'INACTIVE'; lastUpdated: string },
  status: 'ACTIVE' | 'INACTIVE',
): Answer {
  if (object.status !== status) {
    object.status = status;
    object.lastUpdated = timestamp(exchange.now);
  }
  return noContent;
}

/** `activate` or `deactivate`, whichever makes sense. */
export function lifecycleLink(self: string, status: 'ACTIVE' | 'INACTIVE'): JsonObject {
  const step = status === 'ACTIVE' ? 'deactivate' : 'activate';
  return { [step]: { href: `${self}/lifecycle/${step}`, hints: { allow: ['POST'] } } };
}

const DAY = 24 * 3_600_000;

/** Automatic keys sign for 90 days (recorded). */
const ROTATION = 90 * DAY;

function showServer(exchange: Exchange, server: AuthorizationServer): JsonObject {
  const self = serverHref(exchange, server);
  const issuer = `${addressFor(server.issuerMode, exchange)}/oauth2/${pathId(server)}`;
  const { mode, lastRotated } = server.rotation;
  const link = (path: string, ...allow: string[]): JsonObject => ({
    href: `${self}${path}`,
    hints: { allow },
  });
  return {
    id: server.id,
    name: server.name,
    description: server.description,
    audiences: server.audiences,
    issuer,
    issuerMode: server.issuerMode,
    status: server.status,
    created: server.created,
    lastUpdated: server.lastUpdated,
    credentials: {
      signing: without({
        kid: server.keys.kid,
        rotationMode: mode,
        lastRotated,
        nextRotation: mode === 'AUTO' ? timestamp(Date.parse(lastRotated) + ROTATION) : undefined,
      }),
    },
    default: server.default,
    _links: {
      rotateKey: link('/credentials/lifecycle/keyRotate', 'POST'),
      metadata: ['oauth-authorization-server', 'openid-configuration'].map((name) => ({
        name,
        href: `${exchange.origin}/oauth2/${pathId(server)}/.well-known/${name}`,
        hints: { allow: ['GET'] },
      })),
      keys: link('/credentials/keys', 'GET'),
      claims: link('/claims', 'GET', 'POST'),
      policies: link('/policies', 'GET', 'POST'),
      self: link('', 'GET', 'DELETE', 'PUT'),
      scopes: link('/scopes', 'GET', 'POST'),
      ...lifecycleLink(self, server.status),
    },
  };
}

async function listKeys(exchange: Exchange): Promise<Answer> {
  return ok(await showKeys(exchange, requireServer(exchange)));
}

async function getKey(exchange: Exchange): Promise<Answer> {
  const id = param(exchange, 'keyId');
  const keys = await showKeys(exchange, requireServer(exchange));
  const key = keys.find(({ kid }) => kid === id);
  // The type's name is inferred.
  if (key === undefined) throw notFound(id, 'JsonWebKey');
  return ok(key);
}

/** `{"use":"sig"}` (documented): 200 with all keys (recorded). */
async function rotateKeys(exchange: Exchange): Promise<Answer> {
  const server = requireServer(exchange);
  if (bodyObject(exchange)['use'] !== 'sig') throw malformedBody();
  server.keys.rotate();
  server.rotation.lastRotated = timestamp(exchange.now);
  return ok(await showKeys(exchange, server));
}

/** The active key first, then those that signed once. */
async function showKeys(exchange: Exchange, server: AuthorizationServer): Promise<JsonObject[]> {
  const keys = await server.keys.publicKeys();
  return keys.map(({ kty, alg, kid = '', use, e, n }) =>
    without({
      kty,
      status: kid === server.keys.kid ? 'ACTIVE' : 'EXPIRED',
      alg,
      kid,
      use,
      _links: {
        self: {
          href: `${serverHref(exchange, server)}/credentials/keys/${kid}`,
          hints: { allow: ['GET'] },
        },
      },
      e,
      n,
    }),
  );
}
