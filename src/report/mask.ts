import { clientIdOf, clientSecretOf, isAppId, type RegisteredApp } from '../app/app.ts';
import { clientIdToCreate, hasDerivedForm, isMasked } from '../app/client-id.ts';
import type { Owner } from '../app/ownership/owner.ts';
import { secretsBefore } from '../app/secrets.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { ActionError } from '../util/errors.ts';
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

/** How many values a run masks that it finds in apps: each makes every line that it writes, and every line of the job's log, slower. */
const MOST_HELD = 500;

/**
 * Masks what must not be seen of the apps of a run, and whatever in them may be a secret.
 *
 * @returns to be called with each app that the run sees, however often. It throws an {@link ActionError} if they hold too much
 */
export function maskingApps({ maskClientId, settings }: Inputs, log: Log): (app: RegisteredApp) => void {
  const held = new Set<string>();
  return (app) => {
    const secrets = secretsBefore(settings.other ?? {}, app.body);
    for (const line of secrets.join('\n').split('\n')) held.add(line);
    if (held.size > MOST_HELD)
      throw new ActionError(
        `Cannot use the app "${app.label}"`,
        `with it, more than ${MOST_HELD} values look like secrets and would have to be masked`,
        'Look at its "profile" in Okta: remove what is not needed, and give what is no secret another name.',
      );
    for (const secret of secrets) log.mask(secret);
    maskApp(app, maskClientId, log);
  };
}

/**
 * Masks the client ID that a workflow names an app by, or that a new app would get, unless the workflow has chosen it itself: Okta may name
 * it when it refuses the app.
 *
 * @param owner the owner of what the run creates
 */
export function maskName(inputs: Inputs, owner: Owner, log: Log): void {
  const { maskClientId: mask } = inputs;
  const clientId = clientIdToCreate(inputs, owner);
  if (clientId !== undefined && (mask ?? (isAppId(clientId) || hasDerivedForm(clientId))))
    maskId(clientId, log);
}

/** What may be a part of a host's name. */
const HOST_LABEL = /^[0-9A-Za-z-]+$/;

/** Masks a client ID. One that somebody has chosen may be a word that is part of others, such as a host's name. */
export function maskId(id: string, log: Log): void {
  log.mask(id, { isWord: HOST_LABEL.test(id) && !isAppId(id) && !hasDerivedForm(id) });
}
