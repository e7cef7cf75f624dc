import { isCatalogApp, isOAuth, type RegisteredApp } from '../app.ts';
import { MARK_PATH, markOf } from '../ownership/mark.ts';
import { ADMIN_NOTE_PATH, adminNote } from '../ownership/note.ts';
import { secretsAt } from '../secrets.ts';
import {
  isBlank,
  isObject,
  valueAt,
  withValueAt,
  type Json,
  type JsonObject,
  type Path,
} from '../../util/json.ts';
import { uriProblemsIn } from './document.ts';
import { undescribedProperties } from './known-properties.ts';
import { same } from './settings.ts';

/** The way back from an app to the input `settings`: all that has no input of its own. Pure. */

/** What is Okta's to set, what is secret, and what other inputs say. */
const NOT_WRITTEN: readonly Path[] = [
  ['id'],
  ['orn'],
  ['name'],
  ['label'],
  ['status'],
  ['created'],
  ['lastUpdated'],
  ['signOnMode'],
  ['features'],
  ['licensing'],
  ['universalLogout'],
  ['expressConfiguration'],
  ['_links'],
  ['_embedded'],
  ['credentials', 'signing'],
  ['credentials', 'oauthClient', 'client_id'],
  ['credentials', 'oauthClient', 'client_secret'],
  MARK_PATH,
];

/** What Okta makes of all else in a new app (recorded), except blank values. */
const NEW_APP: JsonObject = {
  visibility: { hide: { iOS: true, web: true } },
  credentials: {
    userNameTemplate: { template: '${source.login}', type: 'BUILT_IN' },
    oauthClient: { autoKeyRotation: true },
  },
  settings: {
    notifications: { vpn: { network: { connection: 'DISABLED' } } },
    emOptInStatus: 'NONE',
    oauthClient: { idp_initiated_login: { mode: 'DISABLED' }, issuer_mode: 'DYNAMIC' },
  },
};

/** What means something only as a whole: a part of it is written with the rest. */
const TOGETHER: readonly Path[] = [
  ['credentials', 'userNameTemplate'],
  ['visibility', 'hide'],
  ['settings', 'notifications', 'vpn', 'network'],
  ['settings', 'oauthClient', 'idp_initiated_login'],
  ['settings', 'oauthClient', 'network'],
];

/** A profile that is none: `settings` may not replace it as a whole. */
function isNoProfile({ path }: Leaf): boolean {
  return path.length === 1 && path[0] === 'profile';
}

/** Whether a value is worth writing down if a new app would have another one: an empty one may mean something in what is the user's. */
function isTold({ path, value }: Leaf): boolean {
  if (!isBlank(value) || value === false) return true;
  return (
    isBelow(path, ['profile']) || (Array.isArray(value) && TOGETHER.some((whole) => isBelow(path, whole)))
  );
}

/** Whether a new app would have another value there. All in a profile is the user's; every link of an app is shown (recorded). */
function isOwn({ path, value }: Leaf): boolean {
  if (isBelow(path, ['visibility', 'appLinks'])) return value !== true;
  return isBelow(path, ['profile']) || !same(value, valueAt(NEW_APP, path) ?? null);
}

/** A part of an app object, and what is left out of it, by paths. */
export interface DocumentOf {
  settings: JsonObject;
  /** What Okta's API does not describe. */
  undescribed: string[];
  /** What the input `settings` would refuse. */
  refused: string[];
  /** What is a secret by its name or form. */
  secret: string[];
}

/**
 * What an app holds that differs from a new one of its type, except what other inputs say.
 *
 * @param covered the paths that other inputs describe
 */
export function documentOf(app: RegisteredApp, covered: readonly Path[]): DocumentOf {
  const { owner } = markOf(app);
  const isOurs = owner !== undefined && valueAt(app.body, ADMIN_NOTE_PATH) === adminNote(owner);
  const paths = [...NOT_WRITTEN, ...covered, ...(isOurs ? [ADMIN_NOTE_PATH] : [])];
  const told = leaves(app.body)
    .filter(({ path }) => !paths.some((other) => isBelow(path, other)))
    .filter(({ path }) => !(isCatalogApp(app) && isOAuth(path)))
    .filter(({ path, value }, _, all) => {
      const whole = TOGETHER.find((other) => isBelow(path, other));
      return whole ? all.some((leaf) => isBelow(leaf.path, whole) && isOwn(leaf)) : isOwn({ path, value });
    })
    .filter((leaf) => isTold(leaf) && !isNoProfile(leaf));
  const secret = told.filter(({ path }) => secretsAt(app.body, path).length > 0);
  const plain = told.filter((leaf) => !secret.includes(leaf));
  const refused = plain.filter((leaf) => uriProblemsIn(together([leaf])).length > 0);
  const taken = plain.filter((leaf) => !refused.includes(leaf));
  const undescribed = undescribedProperties(together(taken)).map(({ path }) => path);
  const isDescribed = ({ path }: Leaf): boolean => {
    const here = `${path.join('.')}.`;
    return !undescribed.some((other) => here.startsWith(`${other}.`) || other.startsWith(here));
  };
  const fields = (those: readonly Leaf[]): string[] => those.map(({ path }) => path.join('.'));
  return {
    settings: together(taken.filter(isDescribed)),
    undescribed,
    refused: fields(refused),
    secret: fields(secret),
  };
}

interface Leaf {
  path: Path;
  value: Json;
}

/** Lists are values, as in the `settings` document. */
function leaves(value: JsonObject, above: Path = []): Leaf[] {
  return Object.entries(value).flatMap(([key, inner]): Leaf[] => {
    const path = [...above, key];
    if (inner === undefined) return [];
    return isObject(inner) ? leaves(inner, path) : [{ path, value: inner }];
  });
}

function isBelow(path: Path, other: Path): boolean {
  return other.every((key, i) => path[i] === key);
}

/** The part of an app object that holds these values alone. */
function together(leaves: readonly Leaf[]): JsonObject {
  return leaves.reduce((body: JsonObject, { path, value }) => withValueAt(body, path, value), {});
}
