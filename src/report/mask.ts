import { clientIdOf, clientSecretOf, isAppId, type RegisteredApp } from '../app/app.ts';
import { hasDerivedForm, isMasked } from '../app/client-id.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Log } from '../util/log.ts';

/**
 * Masks what must not be seen of an app, before anything that holds it is written anywhere.
 *
 * @param mask the input `mask-client-id`
 */
export function maskApp(app: RegisteredApp, mask: boolean | undefined, log: Log): void {
  const secret = clientSecretOf(app);
  if (secret !== undefined) log.mask(secret);
  if (isMasked(mask, app)) maskId(clientIdOf(app) ?? app.id, log);
}

/** Masks the IDs that a workflow names an app by: either may be a client ID, unless the workflow has chosen it itself. */
export function maskNames({ appId, maskClientId: mask, settings }: Inputs, log: Log): void {
  const clientId = settings['client-id'];
  if (mask !== false && appId !== undefined) maskId(appId, log);
  if (clientId !== undefined && (mask ?? (isAppId(clientId) || hasDerivedForm(clientId))))
    maskId(clientId, log);
}

/** What may be a part of a host's name. */
const HOST_LABEL = /^[0-9A-Za-z-]+$/;

/** Masks a client ID. One that somebody has chosen may be a word that is part of others, such as a host's name. */
export function maskId(id: string, log: Log): void {
  log.mask(id, { isWord: HOST_LABEL.test(id) && !isAppId(id) && !hasDerivedForm(id) });
}
