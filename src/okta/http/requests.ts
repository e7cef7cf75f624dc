import type { RegisteredApp } from '../../app/app.ts';
import { ActionError } from '../../util/errors.ts';
import { weightOf } from '../../util/text/body.ts';
import { isObject, type JsonObject } from '../../util/json.ts';
import type { OktaError } from './errors.ts';
import type { OktaResponse, Request, Transport } from './transport.ts';

/** The requests that the resources of one org are made of. */
export interface Requests {
  /** Sends one request; see {@link Transport}. */
  send(request: Request): Promise<OktaResponse>;
  /** Reads an object. @throws {ActionError} if the response is something else */
  readObject(path: string, purpose: string, options?: Pick<Request, 'isPublic'>): Promise<JsonObject>;
  /**
   * Reads all pages of a list.
   *
   * @param app the app that the list belongs to, if it belongs to one
   * @throws {ActionError} if the response is no list, if the pages loop or are too many, and if they lead to another host
   */
  readPages(path: string, purpose: string, app?: RegisteredApp): Promise<JsonObject[]>;
  /**
   * The same for a long list: what `pick` takes of an item is kept, and the rest is not.
   *
   * @param isEnough whether the pages after this one need not be read
   */
  readPages<T extends object>(
    path: string,
    purpose: string,
    app: RegisteredApp | undefined,
    pick: (item: JsonObject) => T | undefined,
    isEnough?: () => boolean,
  ): Promise<T[]>;
  /** Called with every app that this run creates. */
  rememberCreated(app: RegisteredApp): void;
  /** A request about an app, which is sent again while Okta does not find an app that this run has just created. */
  about(app: RegisteredApp, request: Request): Request;
}

/** Milliseconds for which Okta may say that an app which this run has made does not exist (reported: more than a second). */
const NEW_APP = 30_000;

/** Items of most lists that Okta gives in one page at most (documented). */
export const LARGEST_PAGE = 200;

/** The most items that Okta gives in a page of any list: of groups (documented). */
const MOST_ITEMS = 10_000;

/** The most that is kept of all lists together while they are read, in bytes of memory: some 4,000 apps with all that Okta says of them. */
const MOST_KEPT = 32 * 1024 * 1024;

/** The most that is read of one list, in the same measure: some 60,000 apps, or 130,000 users of one. */
const MOST_READ = 512 * 1024 * 1024;

/** The most pages of one list: three times as many as that many apps need. The address of each may have 16 KB. */
const MOST_PAGES = 1000;

/**
 * The requests to one org.
 *
 * @param orgUrl the org's origin: pages of a list are followed there only
 * @param now the time, in milliseconds since the epoch
 */
export function requestsTo(transport: Transport, orgUrl: string, now: () => number): Requests {
  const createdAt = new Map<string, number>();
  /** What the lists hold that are being read. */
  let held = 0;
  const isNew = ({ id }: RegisteredApp): boolean => now() - (createdAt.get(id) ?? -Infinity) < NEW_APP;

  const about = (app: RegisteredApp, request: Request): Request => ({
    ...request,
    isTransient: (error) => error.status === 404 && isNew(app),
  });

  return {
    send: (request) => transport.send(request),
    about,
    rememberCreated: ({ id }) => {
      createdAt.set(id, now());
    },
    readObject: async (path, purpose, options) => {
      const { body } = await transport.send({ method: 'GET', path, purpose, idempotent: true, ...options });
      if (isObject(body)) return body;
      throw notWhatWasAsked(purpose, 'an object');
    },
    readPages: async <T extends object>(
      path: string,
      purpose: string,
      app?: RegisteredApp,
      pick?: (item: JsonObject) => T | undefined,
      isEnough?: () => boolean,
    ): Promise<(T | JsonObject)[]> => {
      const pages: (T | JsonObject)[][] = [];
      const visited = new Set<string>();
      let read = 0;
      let own = 0;
      try {
        for (let next: string | undefined = path; next !== undefined;) {
          if (visited.has(next))
            throw new ActionError(`Cannot ${purpose}`, "Okta's pagination loops", 'Run it again later.');
          visited.add(next);
          const request: Request = { method: 'GET', path: next, purpose, idempotent: true };
          const page: OktaResponse = await transport.send(app ? about(app, request) : request);
          if (!Array.isArray(page.body) || page.body.length > MOST_ITEMS)
            throw notWhatWasAsked(purpose, 'a list');
          const items = page.body.filter(isObject);
          const kept = pick ? items.map(pick).filter((item) => item !== undefined) : items;
          pages.push(kept);
          const added = pick ? weightOf(JSON.stringify(kept)) : page.weight;
          read += page.weight;
          own += added;
          held += added;
          if (read > MOST_READ || held > MOST_KEPT || visited.size > MOST_PAGES) throw tooLong(purpose);
          if (isEnough?.()) break;
          next = nextPage(page.header('link'), orgUrl, purpose);
        }
      } finally {
        held -= own;
      }
      return pages.flat();
    },
  };
}

/** Whether what was to be deleted is gone already. */
export function isGone({ status }: OktaError): boolean {
  return status === 404;
}

/** The failure of a request whose response is not what it was sent for. */
export function notWhatWasAsked(purpose: string, expected: string): ActionError {
  return new ActionError(
    `Cannot ${purpose}`,
    `Okta answered with something other than ${expected}`,
    'Check that "org-url" is your Okta org.',
  );
}

function tooLong(purpose: string): ActionError {
  return new ActionError(
    `Cannot ${purpose}`,
    'the list is too long to be read',
    'Check that "org-url" is your Okta org. If there really are that many, narrow it down: the sweep takes a "name-prefix".',
  );
}

/** The `rel="next"` address of a Link header. A list that continues at another host is refused: credentials are kept within the org. */
function nextPage(link: string | null, orgUrl: string, purpose: string): string | undefined {
  const target = /<([^<>]*)>\s*;\s*rel="next"/.exec(link ?? '')?.[1];
  if (target === undefined) return undefined;
  const url = URL.canParse(target, orgUrl) ? new URL(target, orgUrl) : undefined;
  if (url?.origin === new URL(orgUrl).origin) return url.pathname + url.search;
  throw new ActionError(
    `Cannot ${purpose}`,
    `the list continues at another host (${url?.host ?? target})`,
    'Set "org-url" to the address under which Okta itself answers, and check that no proxy rewrites its answers.',
  );
}
