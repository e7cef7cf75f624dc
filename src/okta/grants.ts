import type { RegisteredApp } from '../app/app.ts';
import { textOf } from '../util/json.ts';
import { LARGEST_PAGE, isGone, type Requests } from './http/requests.ts';
import { appPath } from './apps.ts';

/** A scope of Okta's API that an app's client was granted. It belongs to the client ID, and outlives the app (recorded). */
export interface ScopeGrant {
  id: string;
  scope: string;
}

/** The scopes of Okta's API that apps were granted. */
export interface Grants {
  scopeGrants(app: RegisteredApp): Promise<ScopeGrant[]>;
  /** Sent once: a second grant of a scope is refused (reported). @throws {TransientFailure} */
  grantScope(app: RegisteredApp, scope: string): Promise<void>;
  /** One that is gone counts as revoked. */
  revokeScope(app: RegisteredApp, grant: ScopeGrant): Promise<void>;
}

/** @param issuer names the org's own authorization server, whose scopes they are */
export function grants({ send, readPages, about }: Requests, issuer: () => Promise<string>): Grants {
  const path = (app: RegisteredApp): string => `${appPath(app.id)}/grants`;
  return {
    scopeGrants: async (app) => {
      const purpose = `read the API scopes of the app "${app.label}"`;
      const list = await readPages(`${path(app)}?limit=${LARGEST_PAGE}`, purpose, app);
      return list.map(({ id, scopeId }) => ({ id: textOf(id), scope: textOf(scopeId) }));
    },
    grantScope: async (app, scope) => {
      const purpose = `grant the API scope "${scope}" to the app "${app.label}"`;
      const body = { scopeId: scope, issuer: await issuer() };
      await send(about(app, { method: 'POST', path: path(app), body, purpose, idempotent: false }));
    },
    revokeScope: async (app, { id, scope }) => {
      const purpose = `revoke the API scope "${scope}" of the app "${app.label}"`;
      await send({
        method: 'DELETE',
        path: `${path(app)}/${encodeURIComponent(id)}`,
        purpose,
        idempotent: true,
        treatAsSuccess: isGone,
      });
    },
  };
}
