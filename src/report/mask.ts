import { clientIdOf, clientSecretOf, isAppId, type RegisteredApp } from '../app/app.ts';
import type { Log } from '../util/log.ts';

/** Masks what must not be seen of an app, before anything that holds it is written anywhere. */
export function maskApp(app: RegisteredApp, maskClientId: boolean, log: Log): void {
  const secret = clientSecretOf(app);
  if (secret !== undefined) log.mask(secret);
  if (maskClientId) maskId(clientIdOf(app) ?? app.id, log);
}

/** What may be a part of a host's name. */
const HOST_LABEL = /^[0-9A-Za-z-]+$/;

/** Masks a client ID. One that somebody has chosen may be a word that is part of others, such as a host's name. */
export function maskId(id: string, log: Log): void {
  log.mask(id, { isWord: HOST_LABEL.test(id) && !isAppId(id) });
}
