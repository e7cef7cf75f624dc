import type { Connection } from '../auth/credentials.ts';
import type { Clock } from '../../util/clock.ts';
import type { ActionError } from '../../util/errors.ts';
import { isDeeper, parseJson, type Json, type JsonObject } from '../../util/json.ts';
import type { Log } from '../../util/log.ts';
import type { Deadline } from '../../util/deadline.ts';
import { explainFailure, explainRefusal, OktaError } from './errors.ts';
import type { Authorization } from '../auth/authorization.ts';
import { dateIn, retry, type Failure, type NoResponse, type Retry } from './retry.ts';
import { sdkError, type Attempt, type OrgRequestExecutor, type RawResponse } from './sdk.ts';

/** One request to Okta, before it is authorized. */
export interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the org, with its query: `/api/v1/apps?limit=200`. Every part of it is encoded already. */
  path: string;
  body?: JsonObject;
  /** What the request is for, to be read after "Cannot": `find the app "shop"`. */
  purpose: string;
  /**
   * Whether the request may be sent again without looking. One that may not ends in a {@link TransientFailure} instead: nobody may know
   * what became of it, and what it was made from may be old by the time it can be sent again.
   */
  idempotent: boolean;
  /** Whether anybody may send it: it is sent without credentials. */
  isPublic?: boolean;
  /** Errors that mean that the work is done: a deletion of what is gone. */
  treatAsSuccess?: (error: OktaError) => boolean;
  /** Errors that pass by themselves in this one place, although they do not elsewhere: a new app that is not found yet. */
  isTransient?: (error: OktaError) => boolean;
}

export interface OktaResponse {
  status: number;
  body: Json | undefined;
  /** About how many bytes of memory the body takes. */
  weight: number;
  header(name: string): string | null;
}

/** A failure that may pass, of a request that is not idempotent. */
export class TransientFailure extends Error {
  /** How long to wait after so many attempts; `undefined` if another one makes no sense. */
  readonly again: (attempts: number) => Retry | undefined;
  /** What to say if it does not pass. */
  readonly failure: ActionError;

  constructor(again: (attempts: number) => Retry | undefined, failure: ActionError) {
    super(failure.message, { cause: failure });
    this.again = again;
    this.failure = failure;
  }
}

export interface Transport {
  /**
   * Sends a request, and again if that is safe and the failure may pass.
   *
   * @throws {ActionError} if Okta refuses, or keeps failing
   * @throws {TransientFailure} if a request that is not idempotent failed in a way that may pass
   */
  send(request: Request): Promise<OktaResponse>;
  /** Reads a page of the org as anybody can: without credentials, once, and without following a redirect. */
  visit(url: string): Promise<Attempt>;
  /** Milliseconds that the longest request of this run took. */
  longestRequest(): number;
  /**
   * The time by Okta's clock, by its last answer to {@link send}, in milliseconds since the epoch; before the first one, by the runner's.
   */
  now(): number;
}

export interface TransportOptions {
  connection: Connection;
  executor: OrgRequestExecutor;
  authorization: Authorization;
  deadline: Deadline;
  log: Log;
  /** Milliseconds after which a request without a response is given up. */
  requestTimeout: number;
}

/** Okta has been recorded taking 31 s for a create and 30 s for an assignment. */
export const REQUEST_TIMEOUT = 60_000;

/** What an error that passes by itself in one place only is treated as. */
const NOT_YET: Failure = { kind: 'response', status: 503, header: () => null };

/** A request that is not idempotent may be sent once more when the run has a new access token. */
const WITH_NEW_TOKEN: Retry = {
  wait: 0,
  reason: 'Okta no longer took the access token, and the run gets a new one',
};

interface Failed {
  failure: Failure;
  error: ActionError;
}

/** What a run learns of its way to the org. */
interface Observed {
  /** Milliseconds that the longest request took. */
  longest: number;
  /** Milliseconds by which Okta's clock is ahead of the runner's. */
  ahead: number;
}

/** Opens the way to the org. Nothing is sent yet. */
export function openTransport(options: TransportOptions): Transport {
  const { connection, authorization, deadline } = options;
  const { clock } = deadline;
  const observed: Observed = { longest: 0, ahead: 0 };
  return {
    longestRequest: () => observed.longest,
    now: () => clock.now() + observed.ahead,
    visit: (url) => visit(options, url),
    send: async (request) => {
      let renewed = false;
      for (let attempts = 1; ; attempts += 1) {
        deadline.check();
        const sent = request.isPublic
          ? {}
          : await authorization.headers(request.method, connection.orgUrl + request.path);
        const response = await attempt(options, request, sent, observed);
        if (!('failure' in response)) return response;
        const { failure, error } = response;
        if (error instanceof OktaError && request.treatAsSuccess?.(error))
          return { status: error.status, body: undefined, weight: 0, header: () => null };
        if (!renewed && !request.isPublic && (await authorization.renew(failure, sent))) {
          renewed = true;
          if (request.idempotent) continue;
          throw new TransientFailure((times) => (times > 1 ? undefined : WITH_NEW_TOKEN), error);
        }
        const again = (times: number): Retry | undefined => nextAttempt(request, response, times, clock);
        const next = again(attempts);
        if (!next) throw error;
        if (!isRateLimit(failure) && next.wait >= deadline.remaining()) throw deadline.outOfTime(error);
        if (!request.idempotent) throw new TransientFailure(again, error);
        await deadline.wait(next.wait, next.reason);
      }
    },
  };
}

async function attempt(
  options: TransportOptions,
  request: Request,
  authorized: Record<string, string>,
  observed: Observed,
): Promise<OktaResponse | Failed> {
  const { connection, deadline, log } = options;
  const { clock } = deadline;
  const url = connection.orgUrl + request.path;
  const headers: Record<string, string> = {
    accept: 'application/json',
    ...authorized,
  };
  const body = request.body && JSON.stringify(request.body);
  if (body !== undefined) headers['content-type'] = 'application/json';
  const start = clock.now();
  const response = await options.executor.attempt(
    { url, method: request.method, headers, body },
    timeoutOf(options),
  );
  const took = clock.now() - start;
  observed.longest = Math.max(observed.longest, took);
  if (!('kind' in response)) observed.ahead = oktaAhead(response, took, start + took) ?? observed.ahead;
  log.debug(
    `${request.method} ${shownPath(request.path)}: ${'status' in response ? response.status : response.kind}, ${took} ms`,
  );
  return interpret(options, request, response, url);
}

/** A path as the log shows it: without the login that a request for a user has in it, since everybody may read the log of a public repository. */
function shownPath(path: string): string {
  return path.replace(/(\/api\/v1\/users[/?]).*/, '$1…');
}

/**
 * Milliseconds by which Okta's clock is ahead, at least: it reports the second in which it answered, at some time between the request and
 * now. 0 if the clocks may agree; `undefined` if Okta does not say.
 */
function oktaAhead({ header }: RawResponse, took: number, now: number): number | undefined {
  const date = dateIn(header);
  if (Number.isNaN(date)) return undefined;
  return Math.max(date - now, Math.min(date + 1000 + took - now, 0));
}

function interpret(
  { connection, log }: TransportOptions,
  request: Request,
  response: Attempt,
  url: string,
): OktaResponse | Failed {
  const { purpose } = request;
  if ('kind' in response)
    return { failure: response, error: explainFailure(purpose, response, connection.orgUrl) };
  const { status, text, weight, header } = response;
  if (status >= 200 && status < 300) {
    const body = parseJson(text);
    const isUsable = body !== undefined && !isDeeper(body, DEEPEST_ANSWER);
    if (text === '' || isUsable) return { status, body, weight, header };
    const failure: NoResponse = { kind: /^\s*</.test(text) ? 'page' : 'malformed', status };
    return { failure, error: explainFailure(purpose, failure, connection.orgUrl) };
  }
  const error = explainRefusal(request, redacted(response, log), sdkError(url, response), connection);
  return { failure: { kind: 'response', status, code: error.code, header }, error };
}

/** Reads a page; its failures are left to the caller. */
async function visit(options: TransportOptions, url: string): Promise<Attempt> {
  const { deadline, executor, log } = options;
  deadline.check();
  const response = await executor.attempt(
    { url, method: 'GET', headers: { accept: 'text/html' } },
    timeoutOf(options),
  );
  log.debug(`GET ${new URL(url).pathname}: ${'status' in response ? response.status : response.kind}`);
  return 'kind' in response ? response : redacted(response, log);
}

function timeoutOf({ requestTimeout, deadline }: TransportOptions): number {
  return Math.min(requestTimeout, deadline.remaining());
}

/** A page is cut short when it is shown: a secret in it must be redacted before, or its first half would remain. */
function redacted(response: RawResponse, log: Log): RawResponse {
  return { ...response, text: log.redact(response.text) };
}

/** How long to wait after so many attempts, if another one makes sense. */
function nextAttempt(
  { isTransient }: Request,
  { failure, error }: Failed,
  attempts: number,
  clock: Clock,
): Retry | undefined {
  const isNotYet = error instanceof OktaError && isTransient?.(error) === true;
  const next = retry(isNotYet ? NOT_YET : failure, attempts, clock.now(), clock.random());
  return next && isNotYet ? { ...next, reason: `Okta answered ${error.status}` } : next;
}

/** If waiting for a rate limit would have taken too long, that is worth saying; any other failure says more itself. */
function isRateLimit(failure: Failure): boolean {
  return failure.kind === 'response' && failure.status === 429;
}

/** Levels of lists and objects that an answer may have: more than any of Okta's, and few enough for any function that calls itself. */
const DEEPEST_ANSWER = 100;
