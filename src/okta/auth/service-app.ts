import { createHash, randomUUID, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose/jwt/sign';
import { exportJWK } from 'jose/key/export';
import * as oauth from 'oauth4webapi';
import type { Clock } from '../../util/clock.ts';
import type { ServiceApp } from './credentials.ts';
import { ActionError, explain } from '../../util/errors.ts';
import type { Log } from '../../util/log.ts';
import type { Deadline } from '../../util/deadline.ts';
import { scopeFor, type Authorization } from './authorization.ts';
import { retry, type Failure } from '../http/retry.ts';
import type { Attempt, OrgRequestExecutor } from '../http/sdk.ts';
import {
  REVOKE_PATH,
  TOKEN_PATH,
  explainMissingScopes,
  explainTokenFailure,
  readRefusal,
} from './token-errors.ts';

/**
 * Access to Okta's API as a service app: OAuth 2.0 client credentials at the org's own authorization server, where a client proves itself
 * with a private key (`private_key_jwt`, the one method that Okta takes there), and with DPoP where its app asks for that.
 */

export interface ServiceAppOptions {
  credentials: ServiceApp;
  /** The org's origin. */
  orgUrl: string;
  /** The scopes that the run is known to need; those that only show while it runs are asked for then. */
  scopes: readonly string[];
  executor: OrgRequestExecutor;
  deadline: Deadline;
  log: Log;
  /** Milliseconds after which a request without a response is given up. */
  requestTimeout: number;
}

interface AccessToken {
  token: string;
  /** The value of `Authorization`. */
  authorization: string;
  /** When to get another one, in milliseconds since the epoch. */
  renewAt: number;
  /** Proves, for one attempt, that the run holds the key that the token is bound to; `undefined` for a bearer token. */
  prove: ((method: string, url: string) => Promise<string>) | undefined;
}

/** Milliseconds before its end at which a token is replaced: more than any request takes to arrive. */
const RESERVE = 120_000;

/** Seconds that an assertion is valid for; Okta takes up to an hour (documented). */
const ASSERTION_LIFETIME = 300;

/** Nonces that the token endpoint may ask for in a row, although one is enough (documented). */
const CHALLENGES = 3;

/**
 * Authorizes requests with access tokens of a service app. The first one is asked for when the first request needs it, and shared by
 * all until shortly before it expires.
 *
 * @throws {ActionError} where the key is of a kind that Okta does not take; later, from `headers`, where Okta gives no token or leaves
 *   out one of the scopes
 */
export function serviceAppAuthorization(options: ServiceAppOptions): Promise<Authorization> {
  const { clock } = options.deadline;
  const scopes = new Set(options.scopes);
  const { request, revoke } = tokenRequester(options, signingKey(options.credentials.privateKey));
  let held: Promise<AccessToken> | undefined;
  /** All that Okta may still take. */
  const live = new Set<AccessToken>();
  const widening = new Map<string, Promise<void>>();

  async function currentToken(): Promise<AccessToken> {
    const known = held;
    if (known && clock.now() >= (await known).renewAt && held === known) held = undefined;
    held ??= ask([...scopes]);
    return held;
  }

  async function ask(wanted: readonly string[]): Promise<AccessToken> {
    const token = await request(wanted);
    live.add(token);
    return token;
  }

  /** Asks for one more scope. Where it is not granted, all else goes on with the scopes that are. */
  function widen(scope: string): Promise<void> {
    const asked = widening.get(scope);
    if (asked) return asked;
    const before = held;
    const wider = ask([...scopes, scope]);
    const done = wider
      .then(() => {
        scopes.add(scope);
        held = held === before ? wider : undefined;
      })
      .finally(() => widening.delete(scope));
    widening.set(scope, done);
    return done;
  }

  return Promise.resolve({
    headers: async (method, url) => {
      const scope = scopeFor(method, new URL(url).pathname);
      if (scope !== undefined && !scopes.has(scope)) await widen(scope);
      const { authorization, prove } = await currentToken();
      return { authorization, ...(prove && { dpop: await prove(method, url) }) };
    },
    renew: async (failure, sent) => {
      if (failure.kind !== 'response' || failure.status !== 401) return false;
      const known = held;
      const token = await known;
      if (token && token.authorization === sent['authorization']) {
        live.delete(token);
        if (held === known) held = undefined;
      }
      return true;
    },
    end: async () => {
      await Promise.all([...live].map(({ token }) => revoke(token)));
    },
  });
}

/** The key as Web Crypto has it, with the algorithm that goes with it: RS256, or ES256, ES384 or ES512 by its curve. */
function signingKey(key: KeyObject): oauth.CryptoKey {
  if (key.asymmetricKeyType === 'rsa')
    return key.toCryptoKey({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['sign']);
  const curve = key.asymmetricKeyDetails?.namedCurve ?? 'unknown';
  const namedCurve = CURVES[curve];
  if (namedCurve !== undefined) return key.toCryptoKey({ name: 'ECDSA', namedCurve }, false, ['sign']);
  throw new ActionError(
    'Cannot use "auth-private-key"',
    `it is on the curve ${curve}`,
    'Okta takes RSA keys, and EC keys on P-256, P-384 and P-521.',
  );
}

/** The curves that Okta takes, by OpenSSL's names. Source: Okta's documentation of client assertions. */
const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

/** Milliseconds that a run waits for a token to be taken back: it ends by itself within the hour. */
const REVOKE_TIMEOUT = 5000;

interface TokenRequester {
  request(scopes: readonly string[]): Promise<AccessToken>;
  /** Asks once that a token be taken back, whatever comes of it. */
  revoke(token: string): Promise<void>;
}

/** How tokens are asked for. The keys for DPoP are made when Okta first asks for a proof, and used from then on. */
function tokenRequester(options: ServiceAppOptions, key: oauth.CryptoKey): TokenRequester {
  const { credentials, orgUrl, executor, deadline, log, requestTimeout } = options;
  const { clock } = deadline;
  const server = {
    issuer: orgUrl,
    token_endpoint: orgUrl + TOKEN_PATH,
    revocation_endpoint: orgUrl + REVOKE_PATH,
  };
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out; an http org is a local one
  const insecure = { [oauth.allowInsecureRequests]: orgUrl.startsWith('http:') };
  const client = { client_id: credentials.clientId };
  const authenticate = clientAuthentication(options, key, TOKEN_PATH);
  let proofs: Proofs | undefined;

  /** One request, with an assertion and a proof of its own. */
  async function ask(scopes: readonly string[]): Promise<oauth.TokenEndpointResponse | Attempt> {
    let attempt = undefined as Attempt | undefined;
    const post: PostToken = async (url, { method, headers, body }) => {
      if (headers['dpop']) log.mask(headers['dpop']);
      const start = clock.now();
      attempt = await executor.attempt(
        { url, method, headers, body: body.toString() },
        Math.min(requestTimeout, deadline.remaining()),
      );
      log.debug(
        `POST ${TOKEN_PATH}: ${'status' in attempt ? attempt.status : attempt.kind}, ${clock.now() - start} ms`,
      );
      return asResponse(attempt);
    };
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      client,
      authenticate,
      { scope: scopes.join(' ') },
      {
        ...(proofs && { DPoP: proofs.handle }),
        [oauth.customFetch]: post,
        ...insecure,
      },
    );
    if (attempt && ('kind' in attempt || attempt.status !== 200)) return attempt;
    try {
      return await oauth.processClientCredentialsResponse(server, client, response);
    } catch {
      return { kind: 'malformed', status: 200 };
    }
  }

  function accepted(response: oauth.TokenEndpointResponse, scopes: readonly string[]): AccessToken {
    const { access_token: token, token_type: type, expires_in: lifetime = 0, scope } = response;
    log.mask(token);
    const granted = scope?.split(' ') ?? scopes;
    const missing = scopes.filter((each) => !granted.includes(each));
    if (missing.length > 0) throw explainMissingScopes(missing, granted, credentials.clientId);
    const holder = type === 'dpop' ? proofs : undefined;
    return {
      token,
      authorization: `${holder ? 'DPoP' : 'Bearer'} ${token}`,
      renewAt: clock.now() + lifetime * 1000 - RESERVE,
      prove: holder && ((method, url) => holder.forRequest(method, url, token)),
    };
  }

  async function revoke(token: string): Promise<void> {
    const timeout = Math.min(REVOKE_TIMEOUT, requestTimeout, deadline.remaining());
    if (timeout <= 0) return;
    const post = async (url: string, { method, headers, body }: RevocationRequest): Promise<Response> => {
      const attempt = await executor.attempt({ url, method, headers, body: body.toString() }, timeout);
      log.debug(`POST ${REVOKE_PATH}: ${'kind' in attempt ? attempt.kind : attempt.status}`);
      return asResponse(attempt);
    };
    try {
      await oauth.revocationRequest(server, client, clientAuthentication(options, key, REVOKE_PATH), token, {
        additionalParameters: { token_type_hint: 'access_token' },
        [oauth.customFetch]: post,
        ...insecure,
      });
    } catch (error) {
      log.debug(`The access token was not revoked: ${explain(error)}`);
    }
  }

  const request = async (scopes: readonly string[]): Promise<AccessToken> => {
    let challenges = 0;
    for (let attempts = 1; ;) {
      const attempt = await ask(scopes);
      if ('access_token' in attempt) return accepted(attempt, scopes);
      const error = 'kind' in attempt ? '' : readRefusal(attempt).error;
      if (error === 'invalid_dpop_proof' && !proofs) {
        proofs = await newProofs(clock, log);
        continue;
      }
      if (error === 'use_dpop_nonce' && proofs && challenges < CHALLENGES) {
        challenges += 1;
        continue;
      }
      const failure: Failure = 'kind' in attempt ? attempt : { kind: 'response', ...attempt };
      const again = retry(failure, attempts, clock.now(), clock.random());
      if (!again) {
        const told = 'kind' in attempt ? attempt : { ...attempt, text: log.redact(attempt.text) };
        throw explainTokenFailure(told, { credentials, orgUrl, scopes, now: clock.now() });
      }
      await deadline.wait(again.wait, again.reason);
      attempts += 1;
    }
  };
  return { request, revoke };
}

type RevocationRequest = Parameters<NonNullable<oauth.RevocationRequestOptions[typeof oauth.customFetch]>>[1];

type PostToken = NonNullable<oauth.ClientCredentialsGrantRequestOptions[typeof oauth.customFetch]>;

/** As much of an answer as the OAuth library reads. */
function asResponse(attempt: Attempt): Response {
  if ('kind' in attempt) return Response.error();
  const headers = new Headers();
  for (const name of ['content-type', 'dpop-nonce']) {
    const value = attempt.header(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(attempt.text || null, { status: attempt.status, headers });
}

/**
 * Proves the client with an assertion, a new one for each request: Okta takes each one once (documented). Its claims and the parameters
 * are those that Okta's own SDKs send: the endpoint that is asked as audience, and no `client_id` beside the assertion. `iat` and `nbf` are left out,
 * so that a runner's clock that is a little ahead does no harm.
 */
function clientAuthentication(
  { credentials, orgUrl, deadline, log }: ServiceAppOptions,
  key: oauth.CryptoKey,
  path: string,
): oauth.ClientAuth {
  const { keyId } = credentials;
  const assert = oauth.PrivateKeyJwt(
    { key, ...(keyId !== undefined && { kid: keyId }) },
    {
      [oauth.modifyAssertion]: (_header, claims) => {
        claims['aud'] = orgUrl + path;
        claims['exp'] = epoch(deadline.clock) + ASSERTION_LIFETIME;
        delete claims['iat'];
        delete claims['nbf'];
      },
    },
  );
  return async (server, client, body, headers) => {
    await assert(server, client, body, headers);
    body.delete('client_id');
    log.mask(body.get('client_assertion') ?? '');
  };
}

/** A key pair of this run, and the proofs made with it (RFC 9449). No two of them are the same. */
interface Proofs {
  /** Makes the proofs for the token endpoint, and keeps the nonce that it asks for. */
  handle: oauth.DPoPHandle;
  /** Makes one for a request to the API, which goes without a nonce (documented). */
  forRequest(method: string, url: string, accessToken: string): Promise<string>;
}

async function newProofs(clock: Clock, log: Log): Promise<Proofs> {
  const keys = await oauth.generateKeyPair('ES256');
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: await exportJWK(keys.publicKey) };
  return {
    handle: oauth.DPoP({}, keys, {
      [oauth.modifyAssertion]: (_header, claims) => {
        claims['iat'] = epoch(clock);
      },
    }),
    forRequest: async (method, url, accessToken) => {
      const { origin, pathname } = new URL(url);
      const proof = await new SignJWT({
        htm: method,
        htu: origin + pathname,
        ath: createHash('sha256').update(accessToken).digest('base64url'),
        jti: randomUUID(),
        iat: epoch(clock),
      })
        .setProtectedHeader(header)
        .sign(keys.privateKey);
      log.mask(proof);
      return proof;
    },
  };
}

/** Seconds since the epoch. */
function epoch(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}
