import { createHash } from 'node:crypto';
import { addSecret } from './app-body.ts';
import { requireApp } from './apps.ts';
import { isOAuthApp } from './catalog-apps.ts';
import { invalidField, notFound, validationFailed } from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { bodyObject, noContent, ok, param } from './exchange.ts';
import { newSecret } from './ids.ts';
import type { JsonObject } from './json.ts';
import { isObject, listOf, objectOf, stringOf, without } from './json.ts';
import { completeKey, requireLongKey, usesSecret, validateSecret } from './oauth-client.ts';
import type { App, ClientSecret } from './org.ts';
import { timestamp } from './org.ts';

const SECRETS = '/api/v1/apps/:appId/credentials/secrets';
const KEYS = '/api/v1/apps/:appId/credentials/jwks';

/** The secrets and the public keys of a client. */
export const credentialRoutes: Route[] = [
  { method: 'GET', path: SECRETS, scope: 'okta.apps.read', handle: listSecrets },
  { method: 'POST', path: SECRETS, scope: 'okta.apps.manage', handle: createSecret },
  {
    method: 'GET',
    path: `${SECRETS}/:secretId`,
    scope: 'okta.apps.read',
    handle: (exchange) => {
      const app = requireApp(exchange);
      return ok(showSecret(exchange, app, requireSecret(exchange, app)));
    },
  },
  { method: 'DELETE', path: `${SECRETS}/:secretId`, scope: 'okta.apps.manage', handle: deleteSecret },
  {
    method: 'POST',
    path: `${SECRETS}/:secretId/lifecycle/activate`,
    scope: 'okta.apps.manage',
    handle: (exchange) => changeSecret(exchange, 'ACTIVE'),
  },
  {
    method: 'POST',
    path: `${SECRETS}/:secretId/lifecycle/deactivate`,
    scope: 'okta.apps.manage',
    handle: (exchange) => changeSecret(exchange, 'INACTIVE'),
  },
  { method: 'GET', path: KEYS, scope: 'okta.apps.read', handle: listKeys },
  { method: 'POST', path: KEYS, scope: 'okta.apps.manage', handle: createKey },
  {
    method: 'GET',
    path: `${KEYS}/:keyId`,
    scope: 'okta.apps.read',
    handle: (exchange) => {
      const app = requireApp(exchange);
      return ok(showKey(exchange, app, requireKey(exchange, app)));
    },
  },
  { method: 'DELETE', path: `${KEYS}/:keyId`, scope: 'okta.apps.manage', handle: deleteKey },
  {
    method: 'POST',
    path: `${KEYS}/:keyId/lifecycle/activate`,
    scope: 'okta.apps.manage',
    handle: (exchange) => changeKey(exchange, 'ACTIVE'),
  },
  {
    method: 'POST',
    path: `${KEYS}/:keyId/lifecycle/deactivate`,
    scope: 'okta.apps.manage',
    handle: (exchange) => changeKey(exchange, 'INACTIVE'),
  },
];

function authMethodOf(app: App): JsonObject[string] {
  // A catalog app shows no client, but has a secret.
  return objectOf(objectOf(app.body['credentials'])['oauthClient'])['token_endpoint_auth_method'];
}

/** The secrets in plain text, which is where one that was lost can be read again (recorded). */
function listSecrets(exchange: Exchange): Answer {
  const app = requireApp(exchange);
  return ok(app.secrets.map((secret) => showSecret(exchange, app, secret)));
}

/** `POST`: 201, Okta's secret or one's own; at most two (documented, with these texts). */
function createSecret(exchange: Exchange): Answer {
  const app = requireApp(exchange);
  const own = stringOf(objectOf(exchange.body)['client_secret']);
  const method = authMethodOf(app);
  if (own !== undefined) validateSecret(own, method);
  if (!isOAuthApp(app)) throw notFound(app.id, 'OAuth2AppInstance');
  if (app.catalogEntry === undefined && !usesSecret(method)) {
    throw invalidField('token_endpoint_auth_method', 'does not use a client secret.');
  }
  if (app.secrets.length >= 2) {
    throw validationFailed(
      'OAuth2ClientSecretMediated',
      "You've reached the maximum number of client secrets per client.",
    );
  }
  const created = timestamp(exchange.now);
  addSecret(exchange.org, app, own ?? newSecret(), created);
  const secret = app.secrets.at(-1);
  if (secret === undefined) throw new Error('The secret that was just added is missing.');
  if (objectOf(exchange.body)['status'] === 'INACTIVE') secret.status = 'INACTIVE';
  return { status: 201, body: showSecret(exchange, app, secret) };
}

function requireSecret(exchange: Exchange, app: App): ClientSecret {
  const id = param(exchange, 'secretId');
  const secret = app.secrets.find((each) => each.id === id);
  // Documented.
  if (secret === undefined) throw notFound(id, 'OAuth2ClientSecretMediated');
  return secret;
}

function deleteSecret(exchange: Exchange): Answer {
  const app = requireApp(exchange);
  const secret = requireSecret(exchange, app);
  if (secret.status === 'ACTIVE') {
    throw validationFailed(
      'OAuth2ClientSecretMediated',
      "You can't delete an active client secret. Deactivate the secret before deleting it.",
    );
  }
  app.secrets = app.secrets.filter((each) => each !== secret);
  return noContent;
}

function changeSecret(exchange: Exchange, status: ClientSecret['status']): Answer {
  const app = requireApp(exchange);
  const secret = requireSecret(exchange, app);
  const others = app.secrets.filter((each) => each !== secret && each.status === 'ACTIVE');
  if (status === 'INACTIVE' && others.length === 0) {
    throw validationFailed(
      'OAuth2ClientSecretMediated',
      "You can't deactivate the only active client secret.",
    );
  }
  secret.status = status;
  secret.lastUpdated = timestamp(exchange.now);
  return ok(showSecret(exchange, app, secret));
}

function showSecret(exchange: Exchange, app: App, secret: ClientSecret): JsonObject {
  const self = `${exchange.origin}/api/v1/apps/${app.id}/credentials/secrets/${secret.id}`;
  return {
    id: secret.id,
    created: secret.created,
    lastUpdated: secret.lastUpdated,
    status: secret.status,
    client_secret: secret.value,
    secret_hash: createHash('md5').update(secret.value).digest('base64url'),
    _links: lifecycleLinks(self, secret.status),
  };
}

function lifecycleLinks(self: string, status: JsonObject[string]): JsonObject {
  return status === 'ACTIVE'
    ? { deactivate: { href: `${self}/lifecycle/deactivate`, hints: { allow: ['POST'] } } }
    : {
        activate: { href: `${self}/lifecycle/activate`, hints: { allow: ['POST'] } },
        delete: { href: self, hints: { allow: ['DELETE'] } },
      };
}

/** The keys of `settings.oauthClient.jwks`, which these endpoints and the app's body share. */
export function keysOf(app: App): JsonObject[] {
  const settings = objectOf(objectOf(app.body['settings'])['oauthClient']);
  return listOf(objectOf(settings['jwks'])['keys']).filter((key) => isObject(key));
}

function storeKeys(app: App, keys: JsonObject[]): void {
  const settings = objectOf(app.body['settings']);
  const client = objectOf(settings['oauthClient']);
  app.body = {
    ...app.body,
    settings: { ...settings, oauthClient: { ...client, jwks: { ...objectOf(client['jwks']), keys } } },
  };
}

function listKeys(exchange: Exchange): Answer {
  const app = requireApp(exchange);
  return ok(keysOf(app).map((key) => showKey(exchange, app, key)));
}

function requireKey(exchange: Exchange, app: App): JsonObject {
  const id = param(exchange, 'keyId');
  const key = keysOf(app).find((each) => each['id'] === id);
  // Documented.
  if (key === undefined) throw notFound(id, 'JsonWebKey');
  return key;
}

/** `POST`: 201; unique `kid`, RSA of at least 2,048 bits, at most 50 keys (documented, with these texts). */
function createKey(exchange: Exchange): Answer {
  const { org } = exchange;
  const app = requireApp(exchange);
  const keys = keysOf(app);
  const sent = bodyObject(exchange);
  if (keys.some((key) => key['kid'] === sent['kid'])) {
    throw validationFailed('JsonWebKey', "All keys in the 'jwks' must have a unique `kid`.");
  }
  requireLongKey(sent);
  if (keys.length >= 50) {
    throw validationFailed(
      'JsonWebKey',
      "You can't create a new key. You have reached the maximum number of keys allowed (50).",
    );
  }
  const key = completeKey(without(sent, 'id'), keys, () => org.ids.next('pks'));
  const now = timestamp(exchange.now);
  app.keyTimes.set(stringOf(key['id']) ?? '', { created: now, lastUpdated: now });
  storeKeys(app, [...keys, key]);
  return { status: 201, body: showKey(exchange, app, key) };
}

function deleteKey(exchange: Exchange): Answer {
  const app = requireApp(exchange);
  const key = requireKey(exchange, app);
  if (key['status'] === 'ACTIVE') {
    throw validationFailed(
      'JsonWebKey',
      "You can't delete an active JSON Web Key. Deactivate the key before deleting it.",
    );
  }
  storeKeys(
    app,
    keysOf(app).filter((each) => each !== key),
  );
  return noContent;
}

function changeKey(exchange: Exchange, status: 'ACTIVE' | 'INACTIVE'): Answer {
  const app = requireApp(exchange);
  const key = requireKey(exchange, app);
  const others = keysOf(app).filter((each) => each !== key && each['status'] === 'ACTIVE');
  if (status === 'INACTIVE' && others.length === 0 && authMethodOf(app) === 'private_key_jwt') {
    throw validationFailed(
      'JsonWebKey',
      "Can't deactivate the only active JSON Web Key when the value for `token_endpoint_auth_method` is `private_key_jwt`.",
    );
  }
  const changed = { ...key, status };
  storeKeys(
    app,
    keysOf(app).map((each) => (each === key ? changed : each)),
  );
  const id = stringOf(key['id']) ?? '';
  const now = timestamp(exchange.now);
  app.keyTimes.set(id, { created: app.keyTimes.get(id)?.created ?? app.created, lastUpdated: now });
  return ok(showKey(exchange, app, changed));
}

function showKey(exchange: Exchange, app: App, key: JsonObject): JsonObject {
  const id = stringOf(key['id']) ?? '';
  const times = app.keyTimes.get(id) ?? { created: app.created, lastUpdated: app.created };
  const self = `${exchange.origin}/api/v1/apps/${app.id}/credentials/jwks/${id}`;
  return { ...key, ...times, _links: lifecycleLinks(self, key['status']) };
}
