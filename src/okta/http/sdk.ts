import type { Agent, ClientRequest, OutgoingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { HttpClient } from '@actions/http-client';
import OktaApiError from '@okta/okta-sdk-nodejs/src/api-error.js';
import HttpError from '@okta/okta-sdk-nodejs/src/http-error.js';
import RequestExecutor, {
  type ExecutorRequest,
  type ExecutorResponse,
} from '@okta/okta-sdk-nodejs/src/request-executor.js';
import { isObject, parseJson, type JsonObject } from '../../util/json.ts';
import { bodyText, chunksOf, LARGEST_BODY, type BodyText } from '../../util/text/body.ts';
import type { NoResponse } from './retry.ts';

/**
 * All that this project takes from Okta's SDK: its HTTP layer, through the extension point that it documents (a request executor of
 * one's own), and its error classes. Its client, models, cache, retry and OAuth code are not loaded: models drop what they do not
 * know, and the rest costs every run 200 ms.
 */

/** A response of whatever status, or what came in its place. */
export type Attempt = RawResponse | NoResponse;

export interface RawResponse extends BodyText {
  status: number;
  header(name: string): string | null;
}

export interface RawRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string | undefined;
}

/**
 * Sends single requests to the org's host: without following redirects, so that no other host gets credentials; through the proxy that the
 * runner's `https_proxy` and `no_proxy` name; over connections that stay open between requests; only to whoever proves to be that host,
 * whatever NODE_TLS_REJECT_UNAUTHORIZED says; within limits of time and size.
 */
export class OrgRequestExecutor extends RequestExecutor {
  readonly #agent: ExecutorRequest['agent'];
  readonly #userAgent: string;
  /** Bodies become texts one after the other: several at once would take several times the memory. */
  #unpacking: Promise<unknown> = Promise.resolve();

  /**
   * @param orgUrl the org's origin
   * @param userAgent what every request says of the run that sends it
   */
  constructor(orgUrl: string, userAgent: string) {
    super();
    this.#userAgent = userAgent;
    this.#agent = introducing(verifying(new HttpClient(undefined, [], { keepAlive: true }).getAgent(orgUrl)));
  }

  /**
   * @param request what to send, authorized already
   * @param timeout milliseconds until the attempt is given up
   */
  async attempt(request: RawRequest, timeout: number): Promise<Attempt> {
    const late = AbortSignal.timeout(Math.max(1, Math.ceil(timeout)));
    const enough = new AbortController();
    try {
      const response = await this.fetch({
        ...request,
        headers: { ...request.headers, 'accept-encoding': 'gzip', 'user-agent': this.#userAgent },
        compress: false,
        agent: this.#agent,
        rejectUnauthorized: true,
        redirect: 'manual',
        signal: AbortSignal.any([late, enough.signal]),
      });
      const chunks = await chunksOf(response.body);
      if (chunks === 'oversized') enough.abort();
      const body = chunks === 'oversized' ? chunks : await this.#inTurn(() => bodyOf(chunks, response));
      return typeof body === 'string'
        ? { kind: body, status: response.status }
        : { status: response.status, ...body, header: (name) => response.headers.get(name) };
    } catch (error) {
      if (late.aborted) return { kind: 'timeout', seconds: Math.round(timeout / 100) / 10 };
      const { code = 'no answer', message } = error as NodeJS.ErrnoException;
      return { kind: 'connection', code, message };
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#unpacking.then(work);
    this.#unpacking = done.catch(() => undefined);
    return done;
  }
}

type OrgAgent = Agent & {
  options?: object;
  /** Of an agent that uses a proxy. */
  proxyOptions?: { proxyAuth?: string };
  /** How such an agent asks the proxy. */
  request?: (options: { headers?: OutgoingHttpHeaders }) => ClientRequest;
};

/** Makes an agent, and the one that it reaches a proxy by, insist on a certificate that is good for the host. */
function verifying(agent: OrgAgent): OrgAgent {
  for (const options of [agent.options, agent.proxyOptions])
    if (options) Object.assign(options, { rejectUnauthorized: true });
  return agent;
}

/**
 * If a proxy's address has a password, the agent sends it in a header of ours: the agent's own way makes Node warn in every log (DEP0005).
 */
function introducing(agent: OrgAgent): OrgAgent {
  const { proxyOptions, request } = agent;
  if (proxyOptions?.proxyAuth === undefined || !request) return agent;
  const authorization = `Basic ${Buffer.from(proxyOptions.proxyAuth).toString('base64')}`;
  delete proxyOptions.proxyAuth;
  agent.request = (options) =>
    request({ ...options, headers: { ...options.headers, 'proxy-authorization': authorization } });
  return agent;
}

/** The body as text, or the reason why it cannot be read. It is unpacked here, so that its size can be watched. */
async function bodyOf(
  chunks: Uint8Array[],
  { headers }: ExecutorResponse,
): Promise<BodyText | 'oversized' | 'malformed'> {
  const packed = Buffer.concat(chunks.splice(0));
  const isPacked = packed.length > 0 && /gzip/i.test(headers.get('content-encoding') ?? '');
  try {
    return bodyText(isPacked ? await unpack(packed, { maxOutputLength: LARGEST_BODY }) : packed);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'oversized' : 'malformed';
  }
}

const unpack = promisify(gunzip);

/** Okta's refusal as the SDK models it: with code and causes if the body is Okta's JSON, else as plain HTTP. */
export function sdkError(url: string, response: RawResponse): OktaApiError | HttpError {
  const body = parseJson(response.text);
  return isObject(body)
    ? new OktaApiError(url, response.status, withCauses(body), {})
    : new HttpError(url, response.status, response.text, {});
}

/** The SDK reads every cause without looking: those that are none would break it. */
function withCauses(body: JsonObject): object {
  const { errorCauses } = body;
  return { ...body, errorCauses: Array.isArray(errorCauses) ? errorCauses.filter(isObject) : undefined };
}

export type { OktaApiError, HttpError };
