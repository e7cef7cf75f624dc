import { clientIdOf, clientSecretOf, type RegisteredApp } from '../app/app.ts';
import type { Log } from '../util/log.ts';

/** Masks what must not be seen of an app, before anything that holds it is written anywhere. */
export function maskApp(app: RegisteredApp, maskClientId: boolean, log: Log): void {
  const secret = clientSecretOf(app);
  if (secret !== undefined) log.mask(secret);
  if (maskClientId) log.mask(clientIdOf(app) ?? app.id);
}
