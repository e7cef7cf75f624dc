/**
 * The few files of the SDK that a run loads, by their paths: importing the package itself loads all of its 6.5 MB, and its type
 * declarations describe that entry point only.
 */
declare module '@okta/okta-sdk-nodejs/src/request-executor.js' {
  import type { EventEmitter } from 'node:events';
  import type { Agent } from 'node:http';

  export interface ExecutorRequest {
    url: string;
    method: string;
    headers: Record<string, string>;
    body?: string | undefined;
    agent?: Agent | undefined;
    /** Whether to check that the server is the host that it says; if omitted, the environment decides. */
    rejectUnauthorized?: boolean;
    /** Whether to unpack the body. */
    compress?: boolean;
    redirect?: 'manual' | 'follow' | 'error';
    signal?: AbortSignal;
  }
  export interface ExecutorResponse {
    status: number;
    url: string;
    headers: {
      get(name: string): string | null;
      forEach(callback: (value: string, name: string) => void): void;
    };
    body: AsyncIterable<Buffer>;
  }
  export default class RequestExecutor extends EventEmitter {
    fetch(request: ExecutorRequest): Promise<ExecutorResponse>;
  }
}

declare module '@okta/okta-sdk-nodejs/src/api-error.js' {
  export default class OktaApiError extends Error {
    constructor(url: string, status: number, responseBody: object, headers: object);
    status: number;
    errorCode: string | undefined;
    errorSummary: string;
    errorCauses: readonly { errorSummary?: string }[] | undefined;
    errorId: string | undefined;
  }
}

declare module '@okta/okta-sdk-nodejs/src/http-error.js' {
  export default class HttpError extends Error {
    constructor(url: string, status: number, responseBody: string, headers: object);
    status: number;
  }
}
