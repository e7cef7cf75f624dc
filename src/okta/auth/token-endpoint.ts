import * as oauth from 'oauth4webapi';
import type { Deadline } from '../../util/deadline.ts';
import { explain, type ActionError } from '../../util/errors.ts';
import type { Log } from '../../util/log.ts';
import { retry, type Failure } from '../http/retry.ts';
import type { Attempt, OrgRequestExecutor } from '../http/sdk.ts';
import type { Proving } from './assertions.ts';
import { newProofs, type Proofs } from './dpop.ts';
import { REVOKE_PATH, TOKEN_PATH, readRefusal } from './token-errors.ts';

/** The endpoints of an org's own authorization server, as one service app uses them. */
export interface TokenEndpoint {
  /**
   * Gets an access token, and tries again if that is safe and the failure may pass.
   *
   * @throws {ActionError} if Okta gives none
   */
  request(scopes: readonly string[]): Promise<AccessToken>;
  /** Asks Okta once to revoke a token, whatever comes of it. */
  revoke(token: AccessToken): Promise<void>;
}

export interface AccessToken {
  token: string;
  /** The value of `Authorization`. */
  authorization: string;
  /** What the token may be used for: Okta leaves out what is not granted, without a word (documented). */
  scopes: readonly string[];
  /** When to get another one, in milliseconds since the epoch. */
  renewAt: number;
  /** Proves, for one attempt, that the run holds the key that the token is bound to; `undefined` for a bearer token. */
  prove: ((method: string, url: string) => Promise<string>) | undefined;
}

/** What every request of a run to its org is sent with. */
export interface Sending {
  executor: OrgRequestExecutor;
  deadline: Deadline;
  log: Log;
  /** Milliseconds after which a request without a response is given up. */
  requestTimeout: number;
}

export interface TokenEndpointOptions extends Sending {
  clientId: string;
  /** The origin at which tokens are given. */
  orgUrl: string;
  proving: Proving;
  /** What to say if Okta gives no token, and will not. */
  explainFailure(attempt: Attempt, scopes: readonly string[]): ActionError;
  /** Whether the client can prove itself again, as it has to if Okta asks for DPoP. */
  canRepeat: boolean;
}

/** Milliseconds before its end at which a token is replaced: more than any request takes to arrive. */
const RESERVE = 120_000;

/** How often the token endpoint may ask for a proof or a nonce in a row, although once for each is enough (documented). */
const CHALLENGES = 4;

/** The longest access token, in characters, that fits the headers of a request; Okta's take about a thousand (recorded). */
const LONGEST_TOKEN = 8000;

/** Milliseconds that a run waits for a token to be revoked: it ends by itself within the hour. */
const REVOKE_TIMEOUT = 5000;

export function tokenEndpoint(options: TokenEndpointOptions): TokenEndpoint {
  const { deadline, log } = options;
  const { clock } = deadline;
  /** Made when Okta first asks for a proof, and used from then on. */
  let proofs: Proofs | undefined;

  /** Whether Okta has asked for something that the next request has: a proof of possession, or the nonce that came with the refusal. */
  async function canMeet(error: string): Promise<boolean> {
    if (error === 'use_dpop_nonce') return proofs !== undefined;
    if (error !== 'invalid_dpop_proof' || proofs) return false;
    proofs = await newProofs(clock, log);
    return true;
  }

  return {
    revoke: ({ token }) => revoke(options, token),
    request: async (scopes) => {
      let challenges = 0;
      for (let attempts = 1; ;) {
        const answer = await ask(options, scopes, proofs);
        if ('access_token' in answer) return accepted(answer, scopes, proofs, options);
        const error = 'kind' in answer ? '' : readRefusal(answer).error;
        if (options.canRepeat && challenges < CHALLENGES && (await canMeet(error))) {
          challenges += 1;
          continue;
        }
        const failure: Failure = 'kind' in answer ? answer : { kind: 'response', ...answer };
        const again = retry(failure, attempts, clock.now(), clock.random());
        if (!again) {
          const told = 'kind' in answer ? answer : { ...answer, text: log.redact(answer.text) };
          throw options.explainFailure(told, scopes);
        }
        await deadline.wait(again.wait, again.reason);
        attempts += 1;
      }
    },
  };
}

/** One request for a token, with an assertion and a proof of its own. */
async function ask(
  options: TokenEndpointOptions,
  scopes: readonly string[],
  proofs: Proofs | undefined,
): Promise<oauth.TokenEndpointResponse | Attempt> {
  const { deadline, requestTimeout } = options;
  let attempt = undefined as Attempt | undefined;
  const response = await oauth.clientCredentialsGrantRequest(
    serverOf(options),
    clientOf(options),
    masking(options, TOKEN_PATH),
    { scope: scopes.join(' ') },
    {
      ...(proofs && { DPoP: proofs.handle }),
      [oauth.customFetch]: async (_url, request) => {
        if (request.headers['dpop']) options.log.mask(request.headers['dpop']);
        attempt = await post(options, TOKEN_PATH, request, Math.min(requestTimeout, deadline.remaining()));
        return asResponse(attempt);
      },
      ...insecure(options),
    },
  );
  if (attempt && ('kind' in attempt || attempt.status !== 200)) return attempt;
  try {
    const answer = await oauth.processClientCredentialsResponse(
      serverOf(options),
      clientOf(options),
      response,
    );
    return answer.access_token.length > LONGEST_TOKEN ? { kind: 'oversized', status: 200 } : answer;
  } catch {
    return { kind: 'malformed', status: 200 };
  }
}

function accepted(
  response: oauth.TokenEndpointResponse,
  asked: readonly string[],
  proofs: Proofs | undefined,
  { deadline, log }: TokenEndpointOptions,
): AccessToken {
  const { access_token: token, token_type: type, expires_in: lifetime = 0, scope } = response;
  log.mask(token);
  const holder = type === 'dpop' ? proofs : undefined;
  return {
    token,
    authorization: `${holder ? 'DPoP' : 'Bearer'} ${token}`,
    scopes: scope?.split(' ') ?? asked,
    renewAt: deadline.clock.now() + lifetime * 1000 - RESERVE,
    prove: holder && ((method, url) => holder.forRequest(method, url, token)),
  };
}

async function revoke(options: TokenEndpointOptions, token: string): Promise<void> {
  const { deadline, log, requestTimeout } = options;
  const timeout = Math.min(REVOKE_TIMEOUT, requestTimeout, deadline.remaining());
  if (timeout <= 0) return;
  try {
    await oauth.revocationRequest(
      serverOf(options),
      clientOf(options),
      masking(options, REVOKE_PATH),
      token,
      {
        additionalParameters: { token_type_hint: 'access_token' },
        [oauth.customFetch]: async (_url, request) =>
          asResponse(await post(options, REVOKE_PATH, request, timeout)),
        ...insecure(options),
      },
    );
  } catch (error) {
    log.debug(`The access token was not revoked: ${explain(error)}`);
  }
}

async function post(
  { orgUrl, executor, deadline: { clock }, log }: TokenEndpointOptions,
  path: string,
  { method, headers, body }: { method: string; headers: Record<string, string>; body: URLSearchParams },
  timeout: number,
): Promise<Attempt> {
  const start = clock.now();
  const attempt = await executor.attempt(
    { url: orgUrl + path, method, headers, body: body.toString() },
    timeout,
  );
  const result = 'status' in attempt ? attempt.status : attempt.kind;
  log.debug(`POST ${path}: ${result}, ${clock.now() - start} ms`);
  return attempt;
}

/** Masks each assertion before it is sent. */
function masking({ orgUrl, proving, log }: TokenEndpointOptions, path: string): oauth.ClientAuth {
  const prove = proving(orgUrl + path);
  return async (server, client, body, headers) => {
    await prove(server, client, body, headers);
    log.mask(body.get('client_assertion') ?? '');
  };
}

function serverOf({ orgUrl }: TokenEndpointOptions): oauth.AuthorizationServer {
  return {
    issuer: orgUrl,
    token_endpoint: orgUrl + TOKEN_PATH,
    revocation_endpoint: orgUrl + REVOKE_PATH,
  };
}

function clientOf({ clientId }: TokenEndpointOptions): oauth.Client {
  return { client_id: clientId };
}

/** What both requests have in common: an http org is a local one. */
function insecure({
  orgUrl,
}: TokenEndpointOptions): Pick<oauth.ClientCredentialsGrantRequestOptions, typeof HTTP> {
  return { [HTTP]: orgUrl.startsWith('http:') };
}

// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out
const HTTP: typeof oauth.allowInsecureRequests = oauth.allowInsecureRequests;

/** As much of an answer as the OAuth library reads. */
function asResponse(attempt: Attempt): Response {
  if ('kind' in attempt) return Response.error();
  const headers = new Headers();
  for (const name of ['content-type', 'dpop-nonce']) {
    const value = attempt.header(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(attempt.text, { headers });
}
