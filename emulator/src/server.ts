import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TrieRouter } from 'hono/router/trie-router';
import { authenticate } from './auth.ts';
import { corsHeaders, preflight } from './cors.ts';
import {
  OktaError,
  forbidden,
  internalServerError,
  malformedBody,
  methodNotAllowed,
  missingContentType,
  pathNotFound,
  oktaError,
  tooManyRequests,
  unsupportedContentType,
} from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { noContent } from './exchange.ts';
import type { OrgFeatures } from './features.ts';
import { addressOf, readText, tooLarge } from './http-request.ts';
import type { Json, JsonObject } from './json.ts';
import { objectOf } from './json.ts';
import { keepVersions } from './lag.ts';
import type { Allowance, RateLimitPlan } from './limits.ts';
import { RateLimits, concurrencyHeaders } from './limits.ts';
import { TokenStore } from './oauth/token-store.ts';
import { Org } from './org.ts';
import { ROUTES } from './routes.ts';
import type { Ground } from './seed/plant.ts';
import type { Seed } from './seed/schema.ts';
import type { Fault, Trouble } from './trouble.ts';
import { noTrouble } from './trouble.ts';
import type { Unknowns } from './unknowns.ts';
import { likelyUnknowns } from './unknowns.ts';

export type { Fault, FaultRequest, Trouble } from './trouble.ts';
export type { OrgFeatures } from './features.ts';
export type * from './org.ts';
export type { Unknowns } from './unknowns.ts';

export interface EmulatorOptions {
  /** 0, the default, picks a free one. */
  port?: number;
  /** The SSWS token. */
  token?: string;
  /** Milliseconds per request: half before the work, half after it, so that a write takes effect in the middle. */
  latency?: number | (() => number);
  /** Milliseconds for which lists of apps, groups, users and trusted origins do not show a write; reading by ID does at once. */
  lag?: number;
  rateLimits?: RateLimitPlan;
  /** What the org starts with, and goes back to: the path of a YAML file, or the same as an object. */
  seed?: Seed | string;
  /** Epoch milliseconds, for timestamps, rate-limit windows and the expiry of tokens. */
  now?: () => number;
  /** Identity Engine (the default), or Classic Engine, where apps have no policies. */
  engine?: 'identity' | 'classic';
  /** What the org has or lacks; see {@link OrgFeatures} for what it has unless told otherwise. */
  features?: Partial<OrgFeatures>;
  /** How it answers where nobody knows how Okta does. */
  unknown?: Partial<Unknowns>;
  /**
   * The org's own URL, with which its links and its issuers begin: for an emulator that its clients reach under another
   * address than it listens on. Without it, the address that the request came to.
   */
  orgUrl?: string;
  /**
   * Host of a custom domain, such as `login.example.com`: the org is reached under it as well, with the scheme and the port of its own
   * URL. `localhost` is one that needs no name server.
   */
  customDomain?: string;
}

/** A request as it arrived, and what became of it. */
export interface RecordedRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: string;
  /** Parsed where it was JSON, else the text; undefined where there was none. */
  body: unknown;
  headers: Record<string, string>;
  /** Undefined: no answer was sent. */
  status: number | undefined;
  /** Epoch milliseconds of its arrival. */
  at: number;
}

export interface Emulator {
  /** `http://127.0.0.1:PORT`. */
  url: string;
  token: string;
  /** The state, for assertions. Another one after a reset. */
  readonly org: Org;
  /** Every request, in the order of arrival. */
  requests: RecordedRequest[];
  /** Trouble on demand. */
  trouble: Trouble;
  /** Goes back to the start, as `POST /__emulator/reset` does. What `trouble` says stays. */
  reset(): Promise<void>;
  /** How it answers where nobody knows how Okta does; may be changed at any time. */
  unknown: Unknowns;
  /** Stops listening and closes every connection, hanging ones too. */
  close(): Promise<void>;
}

/** The query parameter that marks the page which an `empty-page` fault leads to. */
const REAL_PAGE = 'emulatorRealPage';

/** Not Okta's: takes the org back to its start. No token is asked for. */
const RESET = '/__emulator/reset';

const ROUTER = new TrieRouter<Route>();
for (const route of ROUTES) ROUTER.add(route.method, route.path, route);

/** What a reset replaces. */
interface State {
  readonly org: Org;
  readonly tokens: TokenStore;
  readonly limits: RateLimits;
}

/** Starts an org of its own, in memory, behind a real HTTP server on the loopback interface. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const now = options.now ?? Date.now;
  const token = options.token ?? 'emulator-token';
  const trouble = noTrouble(options.latency, options.lag);
  const unknown = { ...likelyUnknowns, ...options.unknown };
  const requests: RecordedRequest[] = [];
  let inFlight = 0;
  let orgUrl = '';
  let state = empty();
  /** Settled when the org is as it starts. */
  let ready: Promise<void> = Promise.resolve();
  const seed =
    options.seed === undefined ? undefined : await (await import('./seed/read.ts')).readSeed(options.seed);

  /** A new org, with all that belongs to it. */
  function empty(): State {
    const org = new Org(options.engine ?? 'identity', now(), options.features);
    org.customDomain = options.customDomain;
    const limits = new RateLimits(options.rateLimits ?? 'off');
    return { org, limits, tokens: new TokenStore() };
  }

  /** Goes back to the start; tokens and sessions from before are worth nothing then. */
  async function reset(): Promise<void> {
    const next = empty();
    if (seed !== undefined) {
      const { plant } = await import('./seed/plant.ts');
      const perform: Ground['perform'] = (method, path, body) =>
        performAsAdministrator(next, method, path, body);
      await plant({ org: next.org, origin: orgUrl, perform }, seed);
    }
    next.org.readyAt = Date.now();
    state = next;
  }

  /** Does an API request without HTTP, and without any trouble. */
  async function performAsAdministrator(
    of: State,
    method: string,
    target: string,
    body: JsonObject | undefined,
  ): Promise<JsonObject> {
    const url = new URL(target, orgUrl);
    const { route, params } = match(method, url.pathname);
    if (route === undefined) throw pathNotFound();
    const { body: shown, json } = await route.handle({
      ...exchangeOf(of, method, url),
      trouble: noTrouble(),
      params,
      body,
      text: '',
      headers: {},
      headersDistinct: {},
      caller: { kind: 'administrator' },
    });
    return objectOf(json === undefined ? shown : (JSON.parse(json) as Json));
  }

  /** What an exchange takes from the org and from the address that was asked for. */
  function exchangeOf({ org, tokens }: State, method: string, url: URL) {
    const customUrl = addressAt(org.customDomain, orgUrl);
    const isCustom = customUrl !== undefined && new URL(customUrl).hostname === url.hostname;
    return {
      org,
      tokens,
      unknown,
      orgUrl,
      customUrl,
      origin: isCustom ? customUrl : (options.orgUrl ?? url.origin),
      method,
      path: url.pathname,
      query: url.searchParams,
      now: now(),
    };
  }

  /** Does the work of a request: everything between the two halves of the latency. */
  async function answer(request: IncomingMessage, text: string, url: URL): Promise<[Answer, Allowance]> {
    const method = request.method ?? 'GET';
    const current = state;
    const addressed = exchangeOf(current, method, url);
    const { org, tokens, origin, path } = addressed;
    const { limits } = current;
    const authorization = request.headers.authorization;
    const taken = limits.take(method, path, callerKey(authorization, tokens), now());
    const cors = corsHeaders(org, path, request.headers);
    const allowance = { ...taken, headers: { ...taken.headers, ...cors } };
    const respond = async (): Promise<Answer> => {
      if (!allowance.allowed) throw tooManyRequests();
      const asked = preflight(method, request.headers);
      if (asked !== undefined) return asked;
      const { route, params } = match(method, path);
      const open = route?.scope === null;
      const caller = open
        ? ({ kind: 'nobody' } as const)
        : await authenticate({
            org,
            tokens,
            apiToken: token,
            authorization,
            proofs: request.headersDistinct['dpop'],
            method,
            origin,
            path,
            scope: route?.scope,
            now: now(),
            requireAdminRole: trouble.requireAdminRole,
          });
      if (!open && trouble.forbidden?.({ method, path }) === true) throw forbidden();
      if (route === undefined) {
        throw isKnown(path) ? methodNotAllowed() : pathNotFound();
      }
      const exchange: Exchange = {
        ...addressed,
        trouble,
        params,
        body: open || route.anyType === true ? undefined : readBody(request, text),
        text,
        headers: request.headers,
        headersDistinct: request.headersDistinct,
        caller,
      };
      if (method !== 'GET') keepVersions(org, trouble, path);
      return route.handle(exchange);
    };
    try {
      return [await respond(), allowance];
    } catch (error) {
      if (error instanceof OktaError) return [error.answer, allowance];
      console.error(error);
      return [internalServerError().answer, allowance];
    }
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = addressOf(request);
    const recorded: RecordedRequest = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.search.slice(1),
      body: undefined,
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value ?? '')]),
      ),
      status: undefined,
      at: now(),
    };
    const index = requests.push(recorded) - 1;
    inFlight += 1;
    response.once('close', () => {
      inFlight -= 1;
    });
    const send = (reply: Answer, headers: Readonly<Record<string, string>>, fault?: Fault): void => {
      recorded.status = reply.status;
      write(response, reply, { date: new Date(now()).toUTCString(), ...headers }, fault);
    };

    await ready;
    const text = await readText(request);
    if (text === undefined) {
      send(tooLarge().answer, {});
      return;
    }
    recorded.body = parsedOrText(text);
    if (trouble.concurrencyLimit > 0 && inFlight > trouble.concurrencyLimit) {
      send(tooManyRequests().answer, concurrencyHeaders(now()));
      return;
    }
    const { method, path, query } = recorded;
    if (path === RESET) {
      if (method === 'POST') await reset();
      send(method === 'POST' ? noContent : methodNotAllowed().answer, {});
      return;
    }
    let fault = trouble.fault?.({ method, path, query, index });
    const latency = typeof trouble.latency === 'function' ? trouble.latency() : trouble.latency;
    if (latency > 0) await sleep(latency / 2);
    if (fault?.kind === 'drop') {
      response.destroy();
      return;
    }
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'answer') {
      if (latency > 0) await sleep(latency / 2);
      recorded.status = fault.status;
      writeFault(response, fault, now());
      return;
    }
    const realPage = url.searchParams.has(REAL_PAGE);
    if (fault?.kind === 'empty-page') {
      if (method === 'GET' && !realPage) {
        const next = new URL(url);
        next.searchParams.set(REAL_PAGE, 'true');
        send(
          { status: 200, body: [], links: [`<${url.href}>; rel="self"`, `<${next.href}>; rel="next"`] },
          {},
        );
        return;
      }
      fault = undefined;
    }
    if (realPage) url.searchParams.delete(REAL_PAGE);

    const [reply, allowance] = await answer(request, text, url);
    if (latency > 0) await sleep(latency / 2);
    if (fault?.kind === 'lose') {
      response.destroy();
      return;
    }
    send(reply, allowance.headers, fault);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // The client has gone, perhaps in the middle of its own request.
      if (response.destroyed) return;
      if (error instanceof OktaError) {
        write(response, error.answer, { date: new Date(now()).toUTCString() }, undefined);
        return;
      }
      console.error(error);
      response.destroy();
    });
  });
  // Longer than any client keeps an idle connection, so that the emulator is never the one that closes it.
  server.keepAliveTimeout = 120_000;
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  orgUrl = options.orgUrl ?? url;
  if (seed !== undefined) ready = reset();
  await ready.catch(async (error: unknown) => {
    await close(server);
    throw error;
  });
  return {
    url,
    token,
    get org() {
      return state.org;
    },
    requests,
    trouble,
    unknown,
    reset,
    close: () => close(server),
  };
}

/** The address of the org at a custom domain: scheme and port are those of its own URL. */
function addressAt(customDomain: string | undefined, orgUrl: string): string | undefined {
  if (customDomain === undefined) return undefined;
  const url = new URL(orgUrl);
  url.hostname = customDomain;
  return url.origin;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
    server.closeAllConnections();
  });
}

/** Listens on the loopback interface only. Throws an error that names the port where it cannot be had. */
async function listen(server: Server, port: number): Promise<void> {
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'EADDRINUSE' ? 'it is in use' : code === 'EACCES' ? 'it may not be used' : message;
    throw new Error(
      `Port ${port} of 127.0.0.1 cannot be had: ${reason}. Choose another, or 0 for a free one.`,
      {
        cause: error,
      },
    );
  }
}

/** Whose half of a bucket a request uses: the API token's, or the OAuth client's whatever token it uses. */
function callerKey(authorization: string | undefined, tokens: TokenStore): string | undefined {
  const accessToken = /^(?:Bearer|DPoP) (.*)$/i.exec(authorization ?? '')?.[1];
  return accessToken === undefined ? authorization : tokens.findAccessToken(accessToken)?.clientId;
}

function match(method: string, path: string): { route: Route | undefined; params: Record<string, string> } {
  const [found] = ROUTER.match(method, path);
  const [first] = found;
  if (first === undefined) return { route: undefined, params: {} };
  const [route, params] = first as [Route, Record<string, string>];
  return {
    route,
    params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decoded(value)])),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isKnown(path: string): boolean {
  return ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].some((method) => match(method, path).route !== undefined);
}

function parsedOrText(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The JSON body, after the checks that Okta makes before it looks inside (documented). */
function readBody({ method, headers }: IncomingMessage, text: string): Json | undefined {
  const accept = headers.accept ?? '*/*';
  if (!/\*\/\*|application\/(\*|([\w.-]+\+)?json)/i.test(accept)) throw unsupportedContentType();
  if (method === 'GET' || method === 'DELETE') return undefined;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    throw oktaError(411, 'E0000003', 'Length Required');
  }
  if (text === '') return undefined;
  const type = headers['content-type'];
  if (type === undefined) throw missingContentType();
  if (!/^application\/([\w.-]+\+)?json\b/i.test(type)) throw unsupportedContentType();
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw malformedBody();
  }
}

function requestId(): string {
  return randomBytes(18).toString('base64url');
}

function write(
  response: ServerResponse,
  answer: Answer,
  headers: Readonly<Record<string, string>>,
  fault: Fault | undefined,
): void {
  response.statusCode = answer.status;
  const all = { 'x-okta-request-id': requestId(), ...headers, ...answer.headers };
  for (const [name, value] of Object.entries(all)) response.setHeader(name, value);
  if (answer.links !== undefined) response.setHeader('link', [...answer.links]);
  const text =
    answer.html ??
    answer.xml ??
    answer.json ??
    (answer.body === undefined ? undefined : JSON.stringify(answer.body));
  if (text === undefined) {
    response.end();
    return;
  }
  response.setHeader(
    'content-type',
    answer.html !== undefined
      ? 'text/html;charset=utf-8'
      : answer.xml === undefined
        ? 'application/json'
        : 'application/xml;charset=ISO-8859-1',
  );
  const full = Buffer.from(text);
  const half = full.subarray(0, Math.ceil(full.length / 2));
  if (fault?.kind === 'cut') {
    response.setHeader('content-length', full.length);
    response.write(half, () => response.destroy());
    return;
  }
  const sent = fault?.kind === 'truncate' ? half : full;
  response.setHeader('content-length', sent.length);
  response.end(sent);
}

/** A made-up answer brings only the headers it was given, besides a date and a request ID. */
function writeFault(response: ServerResponse, fault: Extract<Fault, { kind: 'answer' }>, now: number): void {
  const text =
    fault.body === undefined || typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body);
  response.writeHead(fault.status, {
    date: new Date(now).toUTCString(),
    'x-okta-request-id': requestId(),
    ...(text === undefined
      ? {}
      : { 'content-type': typeof fault.body === 'string' ? 'text/html;charset=utf-8' : 'application/json' }),
    ...fault.headers,
  });
  response.end(text);
}
