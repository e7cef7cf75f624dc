import { Ids } from './ids.ts';

/** Where an answer differs from the recorded one, and how. */
export interface Difference {
  /** `settings.oauthClient.redirect_uris[0]` */
  path: string;
  what: string;
}

/** What an answer is compared by. */
export interface Terms {
  ids: Ids;
  /** The request's body: what the client sent has to come back as it is. */
  sent: string;
  /** Origins of the recorded org, and those of the replay's. */
  origins: { recorded: Iterable<string>; replayed: Iterable<string> };
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** What Okta makes up, and is never the same twice, unless the client has sent it. */
const MADE_UP = new Set(['client_secret', 'secret_hash', 'kid', 'errorId']);

/** What some orgs leave out or leave null if the client did not send it: it depends on what the org has (recorded). */
const NOT_IN_ALL_ORGS = new Set(['universalLogout', 'emOptInStatus', 'participate_slo']);

/** Addresses of Okta's pictures have a version in them. */
const PICTURE = /^https:\/\/[\w-]+\.oktacdn\.com\//;

/** The partition at the start of an Okta resource name depends on where the org is: `orn:okta:`, `orn:oktapreview:`. */
const PARTITION = /^orn:\w+:/;

/** All differences between two answers. */
export function compare(recorded: unknown, replayed: unknown, terms: Terms, path = ''): Difference[] {
  if (Array.isArray(recorded) && Array.isArray(replayed))
    return compareLists(recorded, replayed, terms, path);
  if (isObject(recorded) && isObject(replayed)) {
    const keys = [...new Set([...Object.keys(recorded), ...Object.keys(replayed)])];
    return keys.flatMap((key) =>
      compare(recorded[key], replayed[key], terms, path === '' ? key : `${path}.${key}`),
    );
  }
  if (isSame(recorded, replayed, terms, path)) return [];
  const isSecret = MADE_UP.has(keyOf(path));
  return [{ path, what: isSecret ? 'differs' : `recorded ${short(recorded)}, replayed ${short(replayed)}` }];
}

function compareLists(recorded: unknown[], replayed: unknown[], terms: Terms, path: string): Difference[] {
  const length = Math.max(recorded.length, replayed.length);
  return Array.from({ length }, (_, index) => index).flatMap((index) =>
    compare(recorded[index], replayed[index], terms, `${path}[${index}]`),
  );
}

function isSame(recorded: unknown, replayed: unknown, { ids, sent, origins }: Terms, path: string): boolean {
  const key = keyOf(path);
  const isMissing = (recorded ?? null) === null || (replayed ?? null) === null;
  if (isMissing && NOT_IN_ALL_ORGS.has(key) && !sent.includes(key)) return true;
  if (typeof recorded !== 'string' || typeof replayed !== 'string') return Object.is(recorded, replayed);
  if (TIME.test(recorded)) return TIME.test(replayed);
  if (PICTURE.test(recorded)) return URL.canParse(replayed);
  if (MADE_UP.has(key)) {
    if (sent.includes(recorded)) return ids.rewritten(recorded) === replayed;
    ids.replace(recorded, replayed);
    return replayed !== '';
  }
  return ids.match(withoutOrigin(recorded, origins.recorded), withoutOrigin(replayed, origins.replayed));
}

function withoutOrigin(text: string, origins: Iterable<string>): string {
  return [...origins]
    .reduce((rest, origin) => rest.replaceAll(origin, '{org}'), text)
    .replace(PARTITION, 'orn:');
}

function keyOf(path: string): string {
  return /[^.]*$/.exec(path)?.[0] ?? '';
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function short(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
