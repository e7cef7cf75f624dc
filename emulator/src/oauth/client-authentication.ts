import { timingSafeEqual } from 'node:crypto';
import type { CryptoKey, JWK } from 'jose';
import { compactVerify, decodeJwt, decodeProtectedHeader, importJWK } from 'jose';
import { keysOf } from '../credentials.ts';
import type { Exchange } from '../exchange.ts';
import type { JsonObject } from '../json.ts';
import { isObject, listOf, objectOf, stringOf } from '../json.ts';
import type { Client } from './client.ts';
import { clientOf } from './client.ts';
import { ALGORITHMS } from './dpop.ts';
import { UNKNOWN_CLIENT, invalidClient, refused } from './errors.ts';

/** A parameter of the request, `''` where it is not there. */
export type Parameters = (name: string) => string;

/** Parameters stand in the form or, as was recorded for the token endpoint, in the query. */
export function parametersOf({ text, query }: Pick<Exchange, 'text' | 'query'>): Parameters {
  const form = new URLSearchParams(text);
  return (name) => form.get(name) ?? query.get(name) ?? '';
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const HMAC_ALGORITHMS = ['HS256', 'HS384', 'HS512'];
const FAILED = 'Client authentication failed. Either the client or the client credentials are invalid.';

/** What a client shows of itself. */
type Shown =
  | { readonly kind: 'secret'; readonly clientId: string; readonly secret: string }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'nothing'; readonly clientId: string };

interface Assertion {
  readonly jwt: string;
  readonly header: { readonly kid?: string; readonly alg?: string };
  readonly claims: ReturnType<typeof decodeJwt>;
}

/**
 * The client that makes a request, by its secret (in the header or the form, Okta taking either), by an assertion that
 * it signed with its secret or its private key, or, for a public client, by its ID alone.
 *
 * @param mayAct refuses a client that is known for what it is before it has proved itself
 */
export async function authenticateClient(
  exchange: Exchange,
  parameters: Parameters,
  mayAct: (client: Client) => void = () => undefined,
): Promise<Client> {
  const shown = readCredentials(exchange, parameters);
  const client = findClient(exchange, shown);
  mayAct(client);
  switch (shown.kind) {
    case 'secret':
      if (client.authMethod !== 'client_secret_basic' && client.authMethod !== 'client_secret_post') {
        throw invalidClient(FAILED);
      }
      if (!activeSecrets(client).some((secret) => isSame(secret, shown.secret))) {
        throw invalidClient('The client secret supplied for a confidential client is invalid.');
      }
      return client;
    case 'assertion':
      await checkAssertion(exchange, client, shown.assertion);
      return client;
    case 'nothing':
      if (client.authMethod !== 'none') throw invalidClient(FAILED);
      return client;
  }
}

function readCredentials({ headers }: Exchange, parameters: Parameters): Shown {
  const basic = /^Basic (.*)$/i.exec(headers.authorization ?? '')?.[1];
  const secret = parameters('client_secret');
  const jwt = parameters('client_assertion');
  const clientId = parameters('client_id');
  if ([basic, secret, jwt].filter((each) => each !== undefined && each !== '').length > 1) {
    throw refused(
      401,
      'invalid_request',
      'Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, ' +
        'credentials in the post body, or a client_assertion in the post body.',
    );
  }
  if (basic !== undefined) return { kind: 'secret', ...readBasic(basic) };
  if (secret !== '') return { kind: 'secret', clientId, secret };
  if (jwt !== '' && parameters('client_assertion_type') === ASSERTION_TYPE) {
    return { kind: 'assertion', assertion: parse(jwt) };
  }
  return { kind: 'nothing', clientId };
}

/** ID and secret are form-encoded before they are joined (OAuth 2.0). */
function readBasic(encoded: string): { clientId: string; secret: string } {
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  try {
    if (id === undefined || secret === undefined) throw new URIError('There is no colon.');
    return { clientId: formDecoded(id), secret: formDecoded(secret) };
  } catch {
    throw invalidClient('Found Authentication header but was not valid client credentials.');
  }
}

function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

function findClient({ org }: Exchange, shown: Shown): Client {
  if (shown.kind !== 'assertion') {
    const app = org.appOfClient(shown.clientId);
    if (app?.status !== 'ACTIVE') throw invalidClient(UNKNOWN_CLIENT);
    return clientOf(app);
  }
  const { iss, sub } = shown.assertion.claims;
  const app = typeof iss === 'string' ? org.appOfClient(iss) : undefined;
  if (app === undefined) {
    throw invalidClient('The issuer claim for client_assertion is not a valid client_id.');
  }
  if (sub !== app.clientId) {
    throw invalidClient('The subject claim for client_assertion is not a valid client_id.');
  }
  if (app.status === 'INACTIVE') throw invalidClient(UNKNOWN_CLIENT);
  return clientOf(app);
}

function activeSecrets({ app }: Client): string[] {
  return app.secrets.filter(({ status }) => status === 'ACTIVE').map(({ value }) => value);
}

function isSame(secret: string, shown: string): boolean {
  const [left, right] = [Buffer.from(secret), Buffer.from(shown)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function parse(jwt: string): Assertion {
  try {
    return { jwt, header: decodeProtectedHeader(jwt), claims: decodeJwt(jwt) };
  } catch {
    throw invalidClient('The parsing of the client_assertion failed.');
  }
}

async function checkAssertion(exchange: Exchange, client: Client, assertion: Assertion): Promise<void> {
  const { now, origin, tokens } = exchange;
  const { header, claims } = assertion;
  const signed =
    client.authMethod === 'client_secret_jwt'
      ? await isSignedWithSecret(assertion, client)
      : client.authMethod === 'private_key_jwt' &&
        (await isSignedWithKey(assertion, await keyOf(client, header.kid)));
  if (!signed) throw invalidClient('The client_assertion signature is invalid.');

  const audiences = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (!audiences.includes(`${origin}${exchange.path}`)) {
    throw invalidClient(
      'The audience claim for client_assertion must be the endpoint invoked for the request.',
    );
  }
  const seconds = now / 1000;
  if (typeof claims.exp !== 'number') {
    throw invalidClient("The client_assertion must contain the 'exp' claim as seconds since epoch.");
  }
  if (claims.exp <= seconds) throw invalidClient('The client_assertion token is expired.');
  // An hour at most (documented).
  if (claims.exp > seconds + 3600) {
    throw invalidClient('The client_assertion token has an expiration too far into the future.');
  }
  if (typeof claims.iat === 'number' && claims.iat > seconds) {
    throw invalidClient('The client_assertion token must be issued before the current time.');
  }
  // Used up by a request that fails later, too: the DPoP challenge takes a new one (documented, inferred).
  const once =
    typeof claims.jti !== 'string' ||
    tokens.spend(`assertion ${client.id} ${claims.jti}`, now, claims.exp * 1000);
  if (!once) throw invalidClient('The client_assertion token has already been used.');
}

async function isSignedWithSecret({ jwt, header }: Assertion, client: Client): Promise<boolean> {
  if (!HMAC_ALGORITHMS.includes(header.alg ?? '')) return false;
  for (const secret of activeSecrets(client)) {
    if (await verifies(jwt, new TextEncoder().encode(secret))) return true;
  }
  return false;
}

async function isSignedWithKey({ jwt, header: { alg } }: Assertion, key: JsonObject): Promise<boolean> {
  if (alg === undefined || !ALGORITHMS.includes(alg)) return false;
  // Without the properties that Okta shows as null.
  const jwk = Object.fromEntries(
    ['kty', 'n', 'e', 'crv', 'x', 'y'].flatMap((name) =>
      typeof key[name] === 'string' ? [[name, key[name]] as const] : [],
    ),
  ) as JWK;
  try {
    return await verifies(jwt, await importJWK(jwk, alg));
  } catch {
    return false;
  }
}

async function verifies(jwt: string, key: CryptoKey | Uint8Array): Promise<boolean> {
  try {
    await compactVerify(jwt, key);
    return true;
  } catch {
    return false;
  }
}

/** The key of this `kid`; without a `kid` the only one there is (documented). */
async function keyOf(client: Client, kid: string | undefined): Promise<JsonObject> {
  const keys = (await registeredKeys(client)).filter((key) => key['status'] !== 'INACTIVE');
  const [first, second] = keys;
  if (first === undefined) {
    throw invalidClient(
      'The client does not have a JWKSet configured, but the client_assertion requires one.',
    );
  }
  const key =
    kid === undefined ? (second === undefined ? first : undefined) : keys.find((each) => each['kid'] === kid);
  if (key === undefined) throw invalidClient('The client_assertion JWT kid is invalid.');
  return key;
}

/** The keys in the app, or those at its `jwks_uri`, fetched anew each time. */
async function registeredKeys({ app, settings }: Client): Promise<JsonObject[]> {
  const uri = stringOf(settings['jwks_uri']);
  if (uri === undefined) return keysOf(app);
  try {
    const answer = await fetch(uri, { signal: AbortSignal.timeout(5_000) });
    return listOf(objectOf((await answer.json()) as JsonObject)['keys']).filter((key) => isObject(key));
  } catch {
    return [];
  }
}
