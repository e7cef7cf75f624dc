import { isOidc, registeredApp, type RegisteredApp } from '../app/app.ts';
import { ActionError } from '../util/errors.ts';
import { isObject, textOf, valueAt, type Json, type JsonObject } from '../util/json.ts';
import type { Assignee } from '../app/assignments.ts';
import type { OktaError } from './errors.ts';
import type { Attempt } from './sdk.ts';
import type { Request, Transport } from './transport.ts';

/** A group or user as it is assigned to an app. */
export interface Assignment extends Assignee {
  /** Whether it is assigned itself; a user may also have the app through a group. */
  direct: boolean;
}

export interface TrustedOrigin {
  id: string;
  name: string;
  origin: string;
  active: boolean;
  scopes: string[];
}

/** An Okta org, in the words of what this action does with it: each method is one request, or the pages of one list. */
export interface OktaOrg {
  /** Milliseconds that the longest request of this run took. */
  longestRequest(): number;

  /** The OIDC apps whose label is this one exactly, in Okta's order (by ID). Apps of all other kinds may share it. */
  findApps(label: string): Promise<RegisteredApp[]>;
  /** All apps whose label or name starts so. */
  listApps(prefix: string): Promise<RegisteredApp[]>;
  getApp(id: string): Promise<RegisteredApp>;
  /** Sent once. @throws {TransientFailure} where nobody knows whether the app was made */
  createApp(body: JsonObject): Promise<RegisteredApp>;
  /** Replaces all of it: Okta knows no partial update. Sent once. @throws {TransientFailure} */
  replaceApp(app: RegisteredApp, body: JsonObject): Promise<RegisteredApp>;
  activateApp(app: RegisteredApp): Promise<void>;
  deactivateApp(app: RegisteredApp): Promise<void>;
  /** Deletes an inactive app; one that is gone counts as deleted. */
  deleteApp(app: RegisteredApp): Promise<void>;
  /** The secrets of an app in plain text, the active ones only. */
  clientSecrets(app: RegisteredApp): Promise<string[]>;
  assignPolicy(app: RegisteredApp, policy: Assignee): Promise<void>;

  assignedGroups(app: RegisteredApp): Promise<Assignment[]>;
  assignGroup(app: RegisteredApp, group: Assignee): Promise<void>;
  unassignGroup(app: RegisteredApp, group: Assignee): Promise<void>;
  /** Groups whose names start so, at most 300. */
  findGroups(prefix: string): Promise<Assignee[]>;
  getGroup(id: string): Promise<Assignee>;

  assignedUsers(app: RegisteredApp): Promise<Assignment[]>;
  assignUser(app: RegisteredApp, user: Assignee): Promise<void>;
  unassignUser(app: RegisteredApp, user: Assignee): Promise<void>;
  /** By login or ID. */
  getUser(loginOrId: string): Promise<Assignee>;

  findTrustedOrigin(origin: string): Promise<TrustedOrigin | undefined>;
  /** Trusts an origin for CORS and redirects. Sent once. @throws {TransientFailure} */
  createTrustedOrigin(name: string, origin: string): Promise<void>;
  deleteTrustedOrigin(origin: TrustedOrigin): Promise<void>;

  accessPolicies(): Promise<Assignee[]>;

  /** Asks `/authorize` as a browser without a session does. Sent once; a refusal is an answer, not an error. */
  authorizeAnswer(url: string): Promise<Attempt>;
}

/** How long Okta may say of an app of this run's own making that it does not exist (reported: more than a second). */
const NEW_APP = 30_000;
const LARGEST_PAGE = 200;
const LARGEST_USER_PAGE = 500;

/**
 * The org behind a transport.
 *
 * @param orgUrl the org's origin: pages of a list are followed there only
 * @param now the time, in milliseconds since the epoch
 * @param onApp told of every single app in an answer before anybody else sees it, so that it can be masked
 */
export function oktaOrg(
  transport: Transport,
  orgUrl: string,
  now: () => number,
  onApp: (app: RegisteredApp) => void,
): OktaOrg {
  const createdHere = new Map<string, number>();

  const appRequest = (app: RegisteredApp, request: Request): Request => ({
    ...request,
    isTransient: (error) => error.status === 404 && now() - (createdHere.get(app.id) ?? -Infinity) < NEW_APP,
  });

  async function sendForApp(request: Request): Promise<RegisteredApp> {
    const app = asApp((await transport.send(request)).body, request.purpose);
    onApp(app);
    return app;
  }

  async function readObject(path: string, purpose: string): Promise<JsonObject> {
    const { body } = await transport.send({ method: 'GET', path, purpose, idempotent: true });
    if (isObject(body)) return body;
    throw new ActionError(
      `Cannot ${purpose}`,
      'Okta answered with something other than an object',
      'Check that "org-url" is your Okta org.',
    );
  }

  async function readPages(
    path: string,
    purpose: string,
    request: (page: Request) => Request = (page) => page,
  ): Promise<JsonObject[]> {
    const items: JsonObject[] = [];
    const visited = new Set<string>();
    for (let next: string | undefined = path; next !== undefined;) {
      if (visited.has(next)) {
        throw new ActionError(
          `Cannot ${purpose}`,
          "Okta's pages lead back to one that was read already",
          'Run it again later.',
        );
      }
      visited.add(next);
      const page: Awaited<ReturnType<Transport['send']>> = await transport.send(
        request({ method: 'GET', path: next, purpose, idempotent: true }),
      );
      if (!Array.isArray(page.body)) {
        throw new ActionError(
          `Cannot ${purpose}`,
          'Okta answered with something other than a list',
          'Check that "org-url" is your Okta org.',
        );
      }
      items.push(...page.body.filter(isObject));
      next = nextPage(page.header('link'), orgUrl, purpose);
    }
    return items;
  }

  const listApps = async (prefix: string, purpose: string): Promise<RegisteredApp[]> => {
    const query = new URLSearchParams({ ...(prefix && { q: prefix }), limit: String(LARGEST_PAGE) });
    return apps(await readPages(`/api/v1/apps?${query}`, purpose));
  };

  return {
    longestRequest: () => transport.longestRequest(),

    listApps: (prefix) =>
      listApps(prefix, prefix ? `list the apps that start with "${prefix}"` : 'list the apps'),
    findApps: async (label) => {
      const found = await listApps(label, `find the app "${label}"`);
      return found.filter((app) => app.label === label && isOidc(app));
    },
    getApp: (id) =>
      sendForApp({ method: 'GET', path: appPath(id), purpose: `read the app ${id}`, idempotent: true }),
    createApp: async (body) => {
      const purpose = `create the app "${textOf(body['label'])}"`;
      const app = await sendForApp({
        method: 'POST',
        path: '/api/v1/apps',
        body,
        purpose,
        idempotent: false,
      });
      createdHere.set(app.id, now());
      return app;
    },
    replaceApp: (app, body) => {
      const purpose = `update the app "${app.label}"`;
      return sendForApp(
        appRequest(app, { method: 'PUT', path: appPath(app.id), body, purpose, idempotent: false }),
      );
    },
    activateApp: async (app) => {
      const purpose = `activate the app "${app.label}"`;
      await transport.send(
        appRequest(app, {
          method: 'POST',
          path: `${appPath(app.id)}/lifecycle/activate`,
          purpose,
          idempotent: true,
        }),
      );
    },
    deactivateApp: async (app) => {
      const purpose = `deactivate the app "${app.label}"`;
      const path = `${appPath(app.id)}/lifecycle/deactivate`;
      await transport.send({ method: 'POST', path, purpose, idempotent: true, treatAsSuccess: isGone });
    },
    deleteApp: async (app) => {
      const purpose = `delete the app "${app.label}"`;
      await transport.send({
        method: 'DELETE',
        path: appPath(app.id),
        purpose,
        idempotent: true,
        treatAsSuccess: isGone,
      });
    },
    clientSecrets: async (app) => {
      const purpose = `read the client secret of the app "${app.label}"`;
      const secrets = await readPages(`${appPath(app.id)}/credentials/secrets`, purpose, (page) =>
        appRequest(app, page),
      );
      return secrets
        .filter(({ status }) => status === 'ACTIVE')
        .flatMap(({ client_secret: secret }) => (typeof secret === 'string' ? [secret] : []));
    },
    assignPolicy: async (app, policy) => {
      const purpose = `put the app "${app.label}" under the sign-on policy "${policy.name}"`;
      const path = `${appPath(app.id)}/policies/${encodeURIComponent(policy.id)}`;
      await transport.send(appRequest(app, { method: 'PUT', path, purpose, idempotent: true }));
    },

    assignedGroups: async (app) => {
      const path = `${appPath(app.id)}/groups?expand=group&limit=${LARGEST_PAGE}`;
      const list = await readPages(path, `read the groups of the app "${app.label}"`, (page) =>
        appRequest(app, page),
      );
      return list.flatMap((item) => {
        const name = valueAt(item, ['_embedded', 'group', 'profile', 'name']);
        return typeof item['id'] === 'string'
          ? [{ id: item['id'], name: typeof name === 'string' ? name : item['id'], direct: true }]
          : [];
      });
    },
    assignGroup: async (app, group) => {
      const purpose = `assign the group "${group.name}" to the app "${app.label}"`;
      const path = `${appPath(app.id)}/groups/${encodeURIComponent(group.id)}`;
      await transport.send(appRequest(app, { method: 'PUT', path, body: {}, purpose, idempotent: true }));
    },
    unassignGroup: async (app, group) => {
      const purpose = `take the group "${group.name}" off the app "${app.label}"`;
      const path = `${appPath(app.id)}/groups/${encodeURIComponent(group.id)}`;
      await transport.send({ method: 'DELETE', path, purpose, idempotent: true, treatAsSuccess: isGone });
    },
    findGroups: async (prefix) => {
      const query = new URLSearchParams({ ...(prefix && { q: prefix }), limit: String(LARGEST_PAGE) });
      return groups(await readPages(`/api/v1/groups?${query}`, `find the group "${prefix}"`));
    },
    getGroup: async (id) => {
      const group = groups([
        await readObject(`/api/v1/groups/${encodeURIComponent(id)}`, `read the group ${id}`),
      ])[0];
      return group ?? { id, name: id };
    },

    assignedUsers: async (app) => {
      const path = `${appPath(app.id)}/users?limit=${LARGEST_USER_PAGE}`;
      const list = await readPages(path, `read the users of the app "${app.label}"`, (page) =>
        appRequest(app, page),
      );
      return list.flatMap((item) => {
        const name = valueAt(item, ['credentials', 'userName']);
        if (typeof item['id'] !== 'string') return [];
        return [
          {
            id: item['id'],
            name: typeof name === 'string' ? name : item['id'],
            direct: item['scope'] !== 'GROUP',
          },
        ];
      });
    },
    assignUser: async (app, user) => {
      const purpose = `assign the user "${user.name}" to the app "${app.label}"`;
      const request: Request = {
        method: 'POST',
        path: `${appPath(app.id)}/users`,
        body: { id: user.id, scope: 'USER' },
        purpose,
        idempotent: true,
      };
      await transport.send({
        ...appRequest(app, request),
        treatAsSuccess: ({ code }) => code === 'E0000062',
      });
    },
    unassignUser: async (app, user) => {
      const purpose = `take the user "${user.name}" off the app "${app.label}"`;
      const path = `${appPath(app.id)}/users/${encodeURIComponent(user.id)}`;
      await transport.send({ method: 'DELETE', path, purpose, idempotent: true, treatAsSuccess: isGone });
    },
    getUser: async (loginOrId) => {
      const user = await readObject(
        `/api/v1/users/${encodeURIComponent(loginOrId)}`,
        `find the user "${loginOrId}"`,
      );
      const login = valueAt(user, ['profile', 'login']);
      return { id: textOf(user['id']), name: typeof login === 'string' ? login : loginOrId };
    },

    findTrustedOrigin: async (origin) => {
      const query = new URLSearchParams({
        filter: `origin eq ${JSON.stringify(origin)}`,
        limit: String(LARGEST_PAGE),
      });
      const list = await readPages(`/api/v1/trustedOrigins?${query}`, `find the trusted origin ${origin}`);
      return list.map(trustedOrigin).find((item) => item.origin === origin);
    },
    createTrustedOrigin: async (name, origin) => {
      const body = { name, origin, scopes: [{ type: 'CORS' }, { type: 'REDIRECT' }] };
      await transport.send({
        method: 'POST',
        path: '/api/v1/trustedOrigins',
        body,
        purpose: `trust the origin ${origin}`,
        idempotent: false,
      });
    },
    deleteTrustedOrigin: async ({ id, origin }) => {
      const path = `/api/v1/trustedOrigins/${encodeURIComponent(id)}`;
      await transport.send({
        method: 'DELETE',
        path,
        purpose: `stop trusting the origin ${origin}`,
        idempotent: true,
        treatAsSuccess: isGone,
      });
    },

    accessPolicies: async () => {
      const list = await readPages(
        `/api/v1/policies?type=ACCESS_POLICY&limit=${LARGEST_PAGE}`,
        'list the sign-on policies',
      );
      return list.map(({ id, name }) => ({ id: textOf(id), name: textOf(name) }));
    },

    authorizeAnswer: (url) => transport.visit(url),
  };
}

function appPath(id: string): string {
  return `/api/v1/apps/${encodeURIComponent(id)}`;
}

function isGone({ status }: OktaError): boolean {
  return status === 404;
}

function asApp(body: Json | undefined, purpose: string): RegisteredApp {
  const app = body === undefined ? undefined : registeredApp(body);
  if (app) return app;
  throw new ActionError(
    `Cannot ${purpose}`,
    'Okta answered with something other than an app',
    'Check that "org-url" is your Okta org.',
  );
}

function apps(items: readonly JsonObject[]): RegisteredApp[] {
  return items.flatMap((item) => registeredApp(item) ?? []);
}

function groups(items: readonly JsonObject[]): Assignee[] {
  return items.flatMap((item) => {
    const name = valueAt(item, ['profile', 'name']);
    return typeof item['id'] === 'string' && typeof name === 'string' ? [{ id: item['id'], name }] : [];
  });
}

function trustedOrigin(item: JsonObject): TrustedOrigin {
  const scopes = Array.isArray(item['scopes']) ? item['scopes'].filter(isObject) : [];
  return {
    id: textOf(item['id']),
    name: textOf(item['name']),
    origin: textOf(item['origin']),
    active: item['status'] !== 'INACTIVE',
    scopes: scopes.map(({ type }) => textOf(type)),
  };
}

/** The `rel="next"` address of a Link header. A list that goes on at another host is refused: credentials stay with the org. */
function nextPage(link: string | null, orgUrl: string, purpose: string): string | undefined {
  const target = /<([^>]*)>\s*;\s*rel="next"/.exec(link ?? '')?.[1];
  if (target === undefined) return undefined;
  const url = URL.canParse(target, orgUrl) ? new URL(target, orgUrl) : undefined;
  if (url?.origin === new URL(orgUrl).origin) return url.pathname + url.search;
  throw new ActionError(
    `Cannot ${purpose}`,
    `the list goes on at another host (${url?.host ?? target})`,
    'Set "org-url" to the address under which Okta itself answers, and check that no proxy rewrites its answers.',
  );
}
