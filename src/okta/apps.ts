import { clientIdOf, isOidc, registeredApp, type RegisteredApp } from '../app/app.ts';
import { sameLabel, searchTerm } from '../app/label.ts';
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
  findApps(label: string, options?: LookUp): Promise<RegisteredApp[]>;
  /** Those apps, whose labels or names start with the prefix, that are wanted: only they are kept in memory. */
  listApps(prefix: string, isWanted: (app: RegisteredApp) => boolean): Promise<RegisteredApp[]>;
  getApp(id: string): Promise<RegisteredApp>;
  /** Sent once. @throws {TransientFailure} where nobody knows whether the app was made */
  createApp(body: JsonObject, options: { activate: boolean }): Promise<RegisteredApp>;
  /** Replaces all of it: Okta knows no partial update. Sent once. @throws {TransientFailure} */
  replaceApp(app: RegisteredApp, body: JsonObject): Promise<RegisteredApp>;
  activateApp(app: RegisteredApp): Promise<void>;
  /** @param once whether the app is to be looked at again before a second attempt. @throws {TransientFailure} then */
  deactivateApp(app: RegisteredApp, once?: boolean): Promise<void>;
  /** Deletes an inactive app; one that is gone counts as deleted. @throws {OktaError} of code {@link STILL_ACTIVE} where it is active */
  deleteApp(app: RegisteredApp, once?: boolean): Promise<void>;
}

/** A look-up by label. */
export interface LookUp {
  /** After an app that has this client ID no page is read, for Okta takes a client ID once (documented); it is the only one given. */
  clientId?: string | undefined;
  /** Told of labels that differ in capital letters only. */
  onAlike?(label: string): void;
  /** Told how many apps were read. */
  onRead?(count: number): void;
}

const APPS = '/api/v1/apps';

/** Okta's code for deleting an app that is active (recorded). */
export const STILL_ACTIVE = 'E0000056';

/** @param onApp told of every app that was asked for by its ID or label, before anybody else sees it, so that it can be masked */
export function apps(
  { send, readPages, about, rememberCreated }: Requests,
  onApp: (app: RegisteredApp) => void,
): Apps {
  /** A node of Okta that has not seen the deactivation yet refuses the deletion (reported: it is consistent only after a while). */
  const deactivated = new Set<string>();

  async function sendForApp(request: Request): Promise<RegisteredApp> {
    const { body } = await send(request);
    const app = body === undefined ? undefined : registeredApp(body);
    if (!app) throw notWhatWasAsked(request.purpose, 'an app');
    onApp(app);
    return app;
  }

  function listApps(
    prefix: string,
    purpose: string,
    isWanted: (app: RegisteredApp) => boolean,
    isEnough?: () => boolean,
  ): Promise<RegisteredApp[]> {
    const query = new URLSearchParams({ ...(prefix && { q: prefix }), limit: String(LARGEST_PAGE) });
    const pick = (item: JsonObject): RegisteredApp | undefined => {
      const app = registeredApp(item);
      return app && isWanted(app) ? app : undefined;
    };
    return readPages(`${APPS}?${query}`, purpose, undefined, pick, isEnough);
  }

  return {
    findApps: async (label, { clientId, onAlike, onRead } = {}) => {
      let read = 0;
      let only: RegisteredApp | undefined;
      const isNamed = (app: RegisteredApp): boolean => sameLabel(app.label, label) && isOidc(app);
      const isAlike = (app: RegisteredApp): boolean => app.label.toLowerCase() === label.toLowerCase();
      const isNear = (app: RegisteredApp): boolean => {
        read += 1;
        if (clientId !== undefined && clientIdOf(app) === clientId && isNamed(app)) only = app;
        return isNamed(app) || isAlike(app);
      };
      const purpose = `find the app "${label}"`;
      const found = await listApps(searchTerm(label), purpose, isNear, () => only !== undefined);
      const named = found.filter(isNamed);
      named.forEach(onApp);
      for (const app of found) if (onAlike && !isNamed(app)) onAlike(app.label);
      onRead?.(read);
      return only ? [only] : named;
    },
    listApps: (prefix, isWanted) =>
      listApps(prefix, prefix ? `list the apps that start with "${prefix}"` : 'list the apps', isWanted),
    getApp: (id) =>
      sendForApp({ method: 'GET', path: appPath(id), purpose: `read the app ${id}`, idempotent: true }),
    createApp: async (body, { activate }) => {
      const purpose = `create the app "${textOf(body['label'])}"`;
      const path = `${APPS}?activate=${activate}`;
      const app = await sendForApp({ method: 'POST', path, body, purpose, idempotent: false });
      rememberCreated(app);
      return app;
    },
    replaceApp: (app, body) => {
      const purpose = `update the app "${app.label}"`;
      return sendForApp(
        about(app, { method: 'PUT', path: appPath(app.id), body, purpose, idempotent: false }),
      );
    },
    activateApp: async (app) => {
      const purpose = `activate the app "${app.label}"`;
      const path = `${appPath(app.id)}/lifecycle/activate`;
      await send(about(app, { method: 'POST', path, purpose, idempotent: true }));
    },
    deactivateApp: async (app, once = false) => {
      const purpose = `deactivate the app "${app.label}"`;
      const path = `${appPath(app.id)}/lifecycle/deactivate`;
      await send({ method: 'POST', path, purpose, idempotent: !once, treatAsSuccess: isGone });
      deactivated.add(app.id);
    },
    deleteApp: async (app, once = false) => {
      const purpose = `delete the app "${app.label}"`;
      const path = appPath(app.id);
      const isTransient = ({ code }: OktaError): boolean => code === STILL_ACTIVE && deactivated.has(app.id);
      const idempotent = !once;
      await send({ method: 'DELETE', path, purpose, idempotent, treatAsSuccess: isGone, isTransient });
    },
  };
}

/** The path of an app, below which its assignments and secrets are. */
export function appPath(id: string): string {
  return `${APPS}/${encodeURIComponent(id)}`;
}
