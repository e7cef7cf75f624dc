import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './answer.ts';
import type { TokenStore } from './oauth/token-store.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject } from './json.ts';
import { malformedBody } from './errors.ts';
import type { App, Org } from './org.ts';
import type { Trouble } from './trouble.ts';
import type { Unknowns } from './unknowns.ts';

export type { Answer } from './answer.ts';

/** Who makes a request. */
export type Caller =
  /** The owner of the SSWS token: a super administrator. */
  | { readonly kind: 'administrator' }
  /** A service app with an access token for these scopes. */
  | { readonly kind: 'client'; readonly app: App; readonly scopes: readonly string[] }
  /** Nobody, at the endpoints that are open to everyone. */
  | { readonly kind: 'nobody' };

/** One request, read and authenticated, as a handler sees it. */
export interface Exchange {
  readonly org: Org;
  readonly trouble: Trouble;
  readonly unknown: Unknowns;
  readonly tokens: TokenStore;
  /** What every `href` starts with: the address the client used. */
  readonly origin: string;
  /** The org's own address, which clients may reach under another name (`localhost`). */
  readonly orgUrl: string;
  /** The address of its custom domain; undefined: it has none. */
  readonly customUrl: string | undefined;
  readonly method: string;
  /** The path without the query. */
  readonly path: string;
  /** The variable parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The parsed JSON body; undefined where there was none. */
  readonly body: Json | undefined;
  /** The body as text, for the form-encoded token endpoint. */
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
  /** Repeated headers kept apart, as DPoP proofs must be counted. */
  readonly headersDistinct: NodeJS.Dict<string[]>;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly caller: Caller;
}

/** An endpoint: what it is called, who may call it, what it does. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `:name` for the variable parts. */
  readonly path: string;
  /** The OAuth 2.0 scope that a Bearer or DPoP token needs; null: open to everyone, no token looked at. */
  readonly scope: string | null;
  /** Answers with other things than JSON, so that it looks at `Accept` itself. */
  readonly anyType?: boolean;
  readonly handle: (exchange: Exchange) => Answer | Promise<Answer>;
}

/** 200 with a body: what Okta answers to nearly everything, a create included (recorded). */
export function ok(body: Json): Answer {
  return { status: 200, body };
}

/** 204 without a body. */
export const noContent: Answer = { status: 204 };

/** The variable part of the path that the route declares. */
export function param(exchange: Exchange, name: string): string {
  return exchange.params[name] ?? '';
}

/** The body, which has to be a JSON object; anything else is E0000003. */
export function bodyObject(exchange: Exchange): JsonObject {
  if (!isObject(exchange.body)) throw malformedBody();
  return exchange.body;
}
