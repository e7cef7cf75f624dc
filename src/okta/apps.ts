import { isOidc, registeredApp, type RegisteredApp } from '../app/app.ts';
import { sameLabel, searchTerm, unescaped } from '../app/label.ts';
import { textOf, type JsonObject } from '../util/json.ts';
import { LARGEST_PAGE, isGone, notWhatWasAsked, type Requests } from './http/requests.ts';
import type { OktaError } from './http/errors.ts';
import type { Request } from './http/transport.ts';

/** The apps of an org. */
export interface Apps {
  /**
   * The OIDC apps of this label, in Okta's order (by ID). Apps of all other kinds may share it. Okta searches by prefix only, and labels
   * are not unique (recorded): all apps whose labels start alike are read.
   */
  findApps(label: string, seen?: SeenApps): Promise<RegisteredApp[]>;
  /** Those apps, whose labels or names start with the prefix, that are wanted: only they are kept in memory. */
  listApps(prefix: string, isWanted: (app: RegisteredApp) => boolean): Promise<RegisteredApp[]>;
  /** The wanted OIDC apps, inactive ones, too, except those of Okta's network. One request for 200 (the filter is documented). */
  customApps(isWanted: (app: RegisteredApp) => boolean): Promise<RegisteredApp[]>;
  getApp(id: string): Promise<RegisteredApp>;
  /** Creates an active app. Sent once. @throws {TransientFailure} if nobody knows whether the app was made */
  createApp(body: JsonObject): Promise<RegisteredApp>;
  /** Replaces all of it: Okta has no partial update. Sent once. @throws {TransientFailure} */
  replaceApp(app: RegisteredApp, body: JsonObject): Promise<RegisteredApp>;
  activateApp(app: RegisteredApp): Promise<void>;
  /** Sent once: the app is to be looked at again before a second attempt. @throws {TransientFailure} */
  deactivateApp(app: RegisteredApp): Promise<void>;
  /** Deletes an inactive app; one that is gone counts as deleted. Sent once. @throws {TransientFailure} */
  deleteApp(app: RegisteredApp): Promise<void>;
}

/** What is reported of the apps that a search by label reads. */
export interface SeenApps {
  /** Called with labels of OIDC apps that differ in capital letters only. */
  onAlike?(label: string): void;
  /** Called with the number of apps that were read. */
  onRead?(count: number): void;
}

const APPS = '/api/v1/apps';

/** Okta's code for deleting an app that is active (recorded). */
const STILL_ACTIVE = 'E0000056';

/** Called with every app that was asked for by its ID or label, before anybody else sees it, so that it can be masked. */
type OnApp = (app: RegisteredApp) => void;

/** @param onApp called with every app that is returned, before anybody else sees it */
export function apps(requests: Requests, onApp: OnApp): Apps {
  const sendForApp = async (request: Request): Promise<RegisteredApp> => {
    const { body } = await requests.send(request);
    const app = body === undefined ? undefined : registeredApp(body);
    if (!app) throw notWhatWasAsked(request.purpose, 'an app');
    onApp(app);
    return app;
  };
  return {
    ...lists(requests, onApp),
    ...writes(requests, sendForApp),
    ...lifecycle(requests),
    getApp: (id) =>
      sendForApp({ method: 'GET', path: appPath(id), purpose: `read the app ${id}`, idempotent: true }),
  };
}

function lists({ readPages }: Requests, onApp: OnApp): Pick<Apps, 'findApps' | 'listApps' | 'customApps'> {
  const list = (
    query: Readonly<Record<string, string>>,
    purpose: string,
    isWanted: (app: RegisteredApp) => boolean,
  ): Promise<RegisteredApp[]> => {
    const search = new URLSearchParams({ ...query, limit: String(LARGEST_PAGE) });
    return readPages(`${APPS}?${search}`, purpose, undefined, (item) => {
      const app = registeredApp(item);
      return app && isWanted(app) ? app : undefined;
    });
  };
  return {
    findApps: async (label, { onAlike, onRead } = {}) => {
      let read = 0;
      const isNamed = (app: RegisteredApp): boolean => sameLabel(app.label, label);
      const found = await list({ q: searchTerm(label) }, `find the app "${label}"`, (app) => {
        read += 1;
        return isOidc(app) && (isNamed(app) || app.label.toLowerCase() === label.toLowerCase());
      });
      const named = found.filter(isNamed);
      named.forEach(onApp);
      for (const app of found) if (!isNamed(app)) onAlike?.(app.label);
      onRead?.(read);
      return named;
    },
    listApps: (prefix, isWanted) => {
      const purpose = prefix ? `list the apps that start with "${prefix}"` : 'list the apps';
      return list({ ...(prefix && { q: prefix }) }, purpose, isWanted);
    },
    customApps: async (isWanted) => {
      const wanted = (app: RegisteredApp): boolean => isOidc(app) && isWanted(app);
      const found = await list({ filter: 'name eq "oidc_client"' }, 'list the OIDC apps', wanted);
      found.forEach(onApp);
      return found;
    },
  };
}

function writes(
  { about, rememberCreated }: Requests,
  sendForApp: (request: Request) => Promise<RegisteredApp>,
): Pick<Apps, 'createApp' | 'replaceApp'> {
  return {
    createApp: async (body) => {
      const purpose = `create the app "${textOf(body['label'])}"`;
      const app = await sendForApp({ method: 'POST', path: APPS, body, purpose, idempotent: false });
      rememberCreated(app);
      return app;
    },
    // A label that some orgs give HTML-escaped, and keep as it was sent (reported, inferred), must not be sent back as it was given: it would
    // be escaped once more. If the label was meant as it stands, the answer differs from what was there, and it is put back.
    replaceApp: async (app, body) => {
      const purpose = `update the app "${app.label}"`;
      const put = (sent: JsonObject): Promise<RegisteredApp> =>
        sendForApp(
          about(app, { method: 'PUT', path: appPath(app.id), body: sent, purpose, idempotent: false }),
        );
      const plain = unescaped(app.label);
      if (body['label'] !== app.label || plain === app.label) return put(body);
      const replaced = await put({ ...body, label: plain });
      return replaced.label === app.label ? replaced : put(body);
    },
  };
}

function lifecycle({ send, about }: Requests): Pick<Apps, 'activateApp' | 'deactivateApp' | 'deleteApp'> {
  /** A node of Okta that has not seen the deactivation yet refuses the deletion (reported: it is consistent only after a while). */
  const deactivated = new Set<string>();
  return {
    activateApp: async (app) => {
      const purpose = `activate the app "${app.label}"`;
      const path = `${appPath(app.id)}/lifecycle/activate`;
      await send(about(app, { method: 'POST', path, purpose, idempotent: true }));
    },
    deactivateApp: async (app) => {
      const purpose = `deactivate the app "${app.label}"`;
      const path = `${appPath(app.id)}/lifecycle/deactivate`;
      await send({ method: 'POST', path, purpose, idempotent: false, treatAsSuccess: isGone });
      deactivated.add(app.id);
    },
    deleteApp: async (app) => {
      const purpose = `delete the app "${app.label}"`;
      const path = appPath(app.id);
      const isTransient = ({ code }: OktaError): boolean => code === STILL_ACTIVE && deactivated.has(app.id);
      await send({ method: 'DELETE', path, purpose, idempotent: false, treatAsSuccess: isGone, isTransient });
    },
  };
}

/** The path of an app, below which its assignments and secrets are. */
export function appPath(id: string): string {
  return `${APPS}/${encodeURIComponent(id)}`;
}
