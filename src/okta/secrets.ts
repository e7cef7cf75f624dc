import type { RegisteredApp } from '../app/app.ts';
import type { ClientSecret } from '../app/secret-rotation.ts';
import { isObject, textOf, type JsonObject } from '../util/json.ts';
import { appPath } from './apps.ts';
import { isGone, notWhatWasAsked, type Requests } from './http/requests.ts';

/** The client secrets of an org's apps. */
export interface Secrets {
  clientSecrets(app: RegisteredApp): Promise<ClientSecret[]>;
  /**
   * Adds a secret that is not active yet. Sent once.
   *
   * @throws {TransientFailure} if nobody knows whether it was made
   * @throws {OktaError} 400 if the app has two (documented)
   */
  addClientSecret(app: RegisteredApp): Promise<ClientSecret>;
  activateClientSecret(app: RegisteredApp, secret: ClientSecret): Promise<void>;
  /** One that is gone counts as deactivated. */
  deactivateClientSecret(app: RegisteredApp, secret: ClientSecret): Promise<void>;
  /** Deletes an inactive one; one that is gone counts as deleted. */
  deleteClientSecret(app: RegisteredApp, secret: ClientSecret): Promise<void>;
}

/** @param onSecret called with every secret in a response, before anybody else sees it, so that it can be masked */
export function secrets({ send, readPages, about }: Requests, onSecret: (secret: string) => void): Secrets {
  const listPath = (app: RegisteredApp): string => `${appPath(app.id)}/credentials/secrets`;
  const secretPath = (app: RegisteredApp, { id }: ClientSecret): string =>
    `${listPath(app)}/${encodeURIComponent(id)}`;
  const read = (body: JsonObject): ClientSecret => {
    const value = textOf(body['client_secret']) || undefined;
    if (value !== undefined) onSecret(value);
    return {
      id: textOf(body['id']),
      created: Date.parse(textOf(body['created'])),
      lastUpdated: Date.parse(textOf(body['lastUpdated'])),
      active: body['status'] === 'ACTIVE',
      value,
    };
  };
  const change = async (
    app: RegisteredApp,
    secret: ClientSecret,
    verb: 'activate' | 'deactivate',
    treatAsSuccess?: typeof isGone,
  ): Promise<void> => {
    const purpose = `${verb} a client secret of the app "${app.label}"`;
    const path = `${secretPath(app, secret)}/lifecycle/${verb}`;
    await send({
      method: 'POST',
      path,
      purpose,
      idempotent: true,
      ...(treatAsSuccess && { treatAsSuccess }),
    });
  };
  return {
    clientSecrets: async (app) => {
      const list = await readPages(listPath(app), `read the client secret of the app "${app.label}"`, app);
      return list.map(read);
    },
    addClientSecret: async (app) => {
      const purpose = `add a client secret to the app "${app.label}"`;
      const body = { status: 'INACTIVE' };
      const { body: added } = await send(
        about(app, { method: 'POST', path: listPath(app), body, purpose, idempotent: false }),
      );
      if (!isObject(added)) throw notWhatWasAsked(purpose, 'a client secret');
      return read(added);
    },
    activateClientSecret: (app, secret) => change(app, secret, 'activate'),
    deactivateClientSecret: (app, secret) => change(app, secret, 'deactivate', isGone),
    deleteClientSecret: async (app, secret) => {
      const purpose = `delete a client secret of the app "${app.label}"`;
      const path = secretPath(app, secret);
      await send({ method: 'DELETE', path, purpose, idempotent: true, treatAsSuccess: isGone });
    },
  };
}
