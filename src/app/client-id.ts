import { createHash } from 'node:crypto';
import { OKTAS_CHOICE, PATHS, clientIdOf, type RegisteredApp } from './app.ts';
import { comparable } from './label.ts';
import type { DesiredApp } from './settings/desired.ts';
import type { Owner } from './ownership/owner.ts';
import { textOf, valueAt, type JsonObject } from '../util/json.ts';

/**
 * The client ID of an app that a run creates. Okta takes a client ID once (documented as unique), so that it is the lock of a create: of
 * several runs that create the app at the same time, one succeeds. No app is found by it.
 */

/** Characters of the readable part, and of the hash. */
const READABLE = 60;
const HASHED = 10;

/** The form of a derived client ID. One of a workflow's own choice may look the same, and is masked then, too. */
const DERIVED = /^[a-z][a-z0-9-]*-[a-z2-7]{10}$/;

/**
 * The client ID to send with a create.
 *
 * @returns `undefined` if Okta is to choose: for service apps and apps of its network, without a repository, and if the workflow says so
 */
export function clientIdToCreate(
  { name = '', settings, catalogApp }: DesiredApp,
  owner: Owner,
): string | undefined {
  const given = settings['client-id'];
  if (given !== undefined) return given === OKTAS_CHOICE ? undefined : given;
  const isForPeople = catalogApp === undefined && settings.type !== 'service';
  return isForPeople && owner.repository !== '' ? derivedClientId(name, owner) : undefined;
}

/**
 * The client ID of an app of this name and repository: the same in every org, and again after a deletion.
 *
 * @param name the app's label
 */
export function derivedClientId(name: string, { server, repository, repositoryId }: Owner): string {
  const compared = comparable(name);
  const words = compared
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const readable = /^[a-z]/.test(words) ? words : `app-${words}`;
  const key = [server, repositoryId ?? repository.toLowerCase(), compared].join('\n');
  const hash = base32(createHash('sha256').update(key).digest()).slice(0, HASHED);
  return `${readable.slice(0, READABLE).replace(/-$/, '')}-${hash}`;
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** Source: RFC 4648, section 6; in lower case, and without padding. */
function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => BASE32.charAt(parseInt(five, 2))).join('');
}

/** The client ID that a body sends; `undefined` if Okta is to choose. */
export function clientIdIn(body: JsonObject): string | undefined {
  return textOf(valueAt(body, PATHS['client-id'])) || undefined;
}

/** Whether an app's client ID is Okta's choice, or has the form of a derived one: nobody has chosen it. */
export function isUnchosen(app: RegisteredApp): boolean {
  const clientId = clientIdOf(app) ?? app.id;
  return clientId === app.id || hasDerivedForm(clientId);
}

/** Whether a client ID has the form of a derived one. */
export function hasDerivedForm(clientId: string): boolean {
  return DERIVED.test(clientId);
}

/**
 * Whether a client ID is masked: unless the workflow says otherwise, all except those that somebody has chosen. A chosen one is in a
 * workflow in plain text, and its mask would hide every host that contains it.
 *
 * @param mask the input `mask-client-id`
 */
export function isMasked(mask: boolean | undefined, app: RegisteredApp): boolean {
  return mask ?? isUnchosen(app);
}

/** Whether the ID of an app is hidden: if it is the client ID, too, and that is masked. */
export function isIdMasked(mask: boolean | undefined, app: RegisteredApp): boolean {
  return (clientIdOf(app) ?? app.id) === app.id && isMasked(mask, app);
}
