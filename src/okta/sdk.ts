import { HttpClient } from '@actions/http-client';
import OktaApiError from '@okta/okta-sdk-nodejs/src/api-error.js';
import HttpError from '@okta/okta-sdk-nodejs/src/http-error.js';
import RequestExecutor, { type ExecutorRequest } from '@okta/okta-sdk-nodejs/src/request-executor.js';
import type { NoResponse } from './retry.ts';

/**
 * All that this project takes from Okta's SDK: its HTTP layer, through the extension point that it documents (a request executor of
 * one's own), and its error classes. Its client, models, cache, retry and OAuth code are not loaded: models drop what they do not
 * know, and the rest costs every run 200 ms.
 */

/** A response of whatever status, or what came in its place. */
export type Attempt = RawResponse | NoResponse;

export interface RawResponse {
  status: number;
  text: string;
  header(name: string): string | null;
}

export interface RawRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string | undefined;
}

/**
 * Sends single requests to the org's host: without following redirects, so that credentials go nowhere else; through the proxy that
 * the runner's `https_proxy` and `no_proxy` name; over connections that stay open between requests; within a time limit.
 */
export class OrgRequestExecutor extends RequestExecutor {
  readonly #agent: ExecutorRequest['agent'];

  /** @param orgUrl the org's origin */
  constructor(orgUrl: string) {
    super();
    this.#agent = new HttpClient(undefined, [], { keepAlive: true }).getAgent(orgUrl);
  }

  /**
   * @param request what to send, authorized already
   * @param timeout milliseconds until the attempt is given up
   */
  async attempt(request: RawRequest, timeout: number): Promise<Attempt> {
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(timeout)));
    try {
      const response = await this.fetch({ ...request, agent: this.#agent, redirect: 'manual', signal });
      return {
        status: response.status,
        text: await response.text(),
        header: (name) => response.headers.get(name),
      };
    } catch (error) {
      if (signal.aborted) return { kind: 'timeout', seconds: Math.round(timeout / 100) / 10 };
      const { code = 'no answer', message } = error as NodeJS.ErrnoException;
      return { kind: 'connection', code, message };
    }
  }
}

/** Okta's refusal as the SDK models it: with code and causes where the body is Okta's JSON, else as plain HTTP. */
export function sdkError(url: string, response: RawResponse): OktaApiError | HttpError {
  try {
    const body: unknown = JSON.parse(response.text);
    if (typeof body === 'object' && body !== null) return new OktaApiError(url, response.status, body, {});
  } catch {
    return new HttpError(url, response.status, response.text, {});
  }
  return new HttpError(url, response.status, response.text, {});
}

export type { OktaApiError, HttpError };
