import type { JWK } from 'jose';
import { compactVerify, decodeJwt, decodeProtectedHeader, importJWK } from 'jose';
import { TOKEN_LIFETIME } from './token-store.ts';
import { keysOf } from '../credentials.ts';
import { ALGORITHMS, ProofRefused, checkProof } from './dpop.ts';
import { OktaError } from '../errors.ts';
import type { Answer, Exchange, Route } from '../exchange.ts';
import { ok } from '../exchange.ts';
import type { JsonObject } from '../json.ts';
import { isObject, listOf, objectOf, stringOf, stringsOf } from '../json.ts';
import type { App } from '../org.ts';

/** `/oauth2/v1/token`: access to Okta's own API for service apps. */
export const tokenRoutes: Route[] = [
  { method: 'POST', path: '/oauth2/v1/token', scope: null, handle: issueToken },
];

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** An error in OAuth's form. All descriptions are documented unless a comment says otherwise. */
function refused(
  status: number,
  error: string,
  description: string,
  headers: Record<string, string> = {},
): OktaError {
  return new OktaError(
    { status, body: { error, error_description: description }, headers },
    `${error}: ${description}`,
  );
}

function invalidClient(description: string): OktaError {
  return refused(401, 'invalid_client', description);
}

/** `POST /oauth2/v1/token`; parameters may stand in the form or, as was recorded, in the query. */
async function issueToken(exchange: Exchange): Promise<Answer> {
  const { origin, now, headersDistinct, tokens } = exchange;
  const form = new URLSearchParams(exchange.text);
  const parameter = (name: string): string => form.get(name) ?? exchange.query.get(name) ?? '';

  if (parameter('grant_type') !== 'client_credentials') {
    throw refused(
      400,
      'unsupported_grant_type',
      'The authorization grant type is not supported by the authorization server.',
    );
  }
  const app = await authenticateClient(exchange, parameter);
  const settings = objectOf(objectOf(app.body['settings'])['oauthClient']);
  const grantTypes = stringsOf(settings['grant_types']);
  if (!grantTypes.includes('client_credentials')) {
    throw refused(
      400,
      'unauthorized_client',
      `The client is not authorized to use the provided grant type. Configured grant types: [${grantTypes.join(', ')}].`,
    );
  }

  let thumbprint: string | undefined;
  if (settings['dpop_bound_access_tokens'] === true) {
    try {
      thumbprint = await checkProof(headersDistinct['dpop'], {
        tokens,
        method: 'POST',
        url: `${origin}${exchange.path}`,
        now,
        target: 'token',
      });
    } catch (error) {
      if (!(error instanceof ProofRefused)) throw error;
      const headers: Record<string, string> =
        error.error === 'use_dpop_nonce' ? { 'dpop-nonce': tokens.nonce(now) } : {};
      throw refused(400, error.error, error.message, headers);
    }
  }

  const scopes = grantedScopes(app, parameter('scope'));
  const accessToken = await tokens.issue(origin, now, { clientId: app.clientId, scopes, thumbprint });
  return ok({
    token_type: thumbprint === undefined ? 'Bearer' : 'DPoP',
    expires_in: TOKEN_LIFETIME,
    access_token: accessToken,
    scope: scopes.join(' '),
  });
}

/** Of the scopes asked for, those that are granted to the app; none at all is `consent_required` (documented). */
function grantedScopes(app: App, asked: string): string[] {
  const scopes = asked.split(' ').filter((scope) => scope !== '');
  if (scopes.length === 0) {
    throw refused(
      400,
      'invalid_scope',
      "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
    );
  }
  if (scopes.some((scope) => !/^okta\.[A-Za-z]+(\.[A-Za-z]+)+$/.test(scope))) {
    throw refused(
      400,
      'invalid_scope',
      'One or more scopes are not configured for the authorization server resource.',
    );
  }
  const granted = new Set([...app.grants.values()].map(({ scopeId }) => scopeId));
  const allowed = scopes.filter((scope) => granted.has(scope));
  if (allowed.length === 0) {
    throw refused(400, 'consent_required', 'You are not allowed any of the requested scopes.');
  }
  return allowed;
}

/** The client that a valid `client_assertion` stands for. */
async function authenticateClient(exchange: Exchange, parameter: (name: string) => string): Promise<App> {
  const assertion = parameter('client_assertion');
  if (assertion === '' || parameter('client_assertion_type') !== ASSERTION_TYPE) {
    throw withoutAssertion(exchange, parameter('client_id'));
  }
  const { org, now, origin, tokens } = exchange;
  const { header, claims } = parse(assertion);

  const app = typeof claims.iss === 'string' ? org.appOfClient(claims.iss) : undefined;
  if (app === undefined) {
    throw invalidClient('The issuer claim for client_assertion is not a valid client_id.');
  }
  if (claims.sub !== app.clientId) {
    throw invalidClient('The subject claim for client_assertion is not a valid client_id.');
  }
  if (app.status === 'INACTIVE') throw invalidClient("Invalid value for 'client_id' parameter.");
  refuseOtherClients(app);

  const key = await keyOf(app, header.kid);
  if (!(await isSignedBy(assertion, header.alg, key))) {
    throw invalidClient('The client_assertion signature is invalid.');
  }
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
    tokens.spend(`assertion ${app.clientId} ${claims.jti}`, now, claims.exp * 1000);
  if (!once) throw invalidClient('The client_assertion token has already been used.');
  return app;
}

/** A client that did not come with an assertion: by its secret, or not at all. */
function withoutAssertion({ org, headers }: Exchange, clientId: string): OktaError {
  const basic = /^Basic (.+)$/i.exec(headers.authorization ?? '')?.[1];
  const named =
    basic === undefined ? clientId : (Buffer.from(basic, 'base64').toString().split(':')[0] ?? '');
  const app = org.appOfClient(decodeURIComponent(named));
  if (app?.status !== 'ACTIVE') return invalidClient("Invalid value for 'client_id' parameter.");
  return invalidClient(
    'Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.',
  );
}

function refuseOtherClients(app: App): void {
  const settings = objectOf(objectOf(app.body['settings'])['oauthClient']);
  const credentials = objectOf(objectOf(app.body['credentials'])['oauthClient']);
  if (settings['application_type'] !== 'service') {
    throw invalidClient(
      "Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the Org Authorization Server.",
    );
  }
  if (credentials['token_endpoint_auth_method'] !== 'private_key_jwt') {
    throw invalidClient(
      'Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.',
    );
  }
}

function parse(assertion: string): {
  header: { kid?: string; alg?: string };
  claims: ReturnType<typeof decodeJwt>;
} {
  try {
    return { header: decodeProtectedHeader(assertion), claims: decodeJwt(assertion) };
  } catch {
    throw invalidClient('The parsing of the client_assertion failed.');
  }
}

/** The key of this `kid`; without a `kid` the only one there is (documented). */
async function keyOf(app: App, kid: string | undefined): Promise<JsonObject> {
  const keys = (await registeredKeys(app)).filter((key) => key['status'] !== 'INACTIVE');
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
async function registeredKeys(app: App): Promise<JsonObject[]> {
  const uri = stringOf(objectOf(objectOf(app.body['settings'])['oauthClient'])['jwks_uri']);
  if (uri === undefined) return keysOf(app);
  try {
    const answer = await fetch(uri, { signal: AbortSignal.timeout(5_000) });
    return listOf(objectOf((await answer.json()) as JsonObject)['keys']).filter((key) => isObject(key));
  } catch {
    return [];
  }
}

async function isSignedBy(assertion: string, alg: string | undefined, key: JsonObject): Promise<boolean> {
  if (alg === undefined || !ALGORITHMS.includes(alg)) return false;
  try {
    // Without the properties that Okta shows as null.
    const jwk = Object.fromEntries(
      ['kty', 'n', 'e', 'crv', 'x', 'y'].flatMap((name) =>
        typeof key[name] === 'string' ? [[name, key[name]] as const] : [],
      ),
    ) as JWK;
    await compactVerify(assertion, await importJWK(jwk, alg));
    return true;
  } catch {
    return false;
  }
}
