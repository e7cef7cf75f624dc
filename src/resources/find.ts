import type { RegisteredApp } from '../app/app.ts';
import { ActionError, together } from '../util/errors.ts';
import { ifThere } from '../okta/http/errors.ts';
import type { OktaOrg } from '../okta/org.ts';
import type { Assignee, Assignment } from '../app/assignments.ts';
import { mapConcurrently } from '../util/map-concurrently.ts';
import { nearestNames } from '../util/text/nearest.ts';

/** The groups, users and policies that inputs name, found in Okta. */

/**
 * Finds the wanted groups, and those that the app has. A wanted group that the app has already needs no look-up of its own: the list of an
 * app's groups shows their names. If two of them have one name, it is ambiguous there as well.
 *
 * @param entries names, matched exactly, or IDs
 * @param app `undefined` if the app is yet to be created
 * @throws {ActionError} naming every group that is unknown or ambiguous
 */
export async function findGroups(
  okta: OktaOrg,
  entries: readonly string[],
  app: RegisteredApp | undefined,
): Promise<{ listed: Assignee[]; assigned: Assignment[] }> {
  const assigned = app ? await okta.assignedGroups(app) : [];
  const listed = await tryEach(entries, async (entry) => {
    const isMeant = ({ id, name }: Assignee): boolean =>
      id === entry || (name === entry && !isGroupId(entry));
    const [match, ...more] = assigned.filter(isMeant);
    return match && more.length === 0 ? match : findGroup(okta, entry);
  });
  return { listed, assigned };
}

/**
 * Finds the wanted users.
 *
 * @param entries logins or IDs
 * @throws {ActionError} naming every user that is unknown
 */
export function findUsers(okta: OktaOrg, entries: readonly string[]): Promise<Assignee[]> {
  return tryEach(entries, (entry) => findUser(okta, entry));
}

/** A name that others have, too, says nothing. One that an input would trim or take for two lines says something else. */
export function nameOrId({ id, name }: Assignee, all: readonly Assignee[]): string {
  const isClear = all.filter((other) => other.name === name).length === 1 && name.trim() === name;
  return isClear && !/[\r\n]/.test(name) ? name : id;
}

/** Does something with all items side by side, and reports all failures together. */
export async function tryEach<Item, T>(
  items: readonly Item[],
  work: (item: Item) => Promise<T>,
): Promise<T[]> {
  const found = (await mapConcurrently(items, (item) => Promise.allSettled([work(item)]))).flat();
  const errors = found.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (errors.length > 0) throw together(errors);
  return found.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** An ID means the group that has it, before any that has it as its name. */
function isGroupId(entry: string): boolean {
  return /^00g[0-9A-Za-z]{17}$/.test(entry);
}

async function findGroup(okta: OktaOrg, entry: string): Promise<Assignee> {
  if (isGroupId(entry)) {
    const byId = await ifThere(() => okta.getGroup(entry));
    if (byId) return byId;
  }
  const withPrefix = await okta.findGroups(entry);
  return only(
    'group',
    'groups',
    entry,
    withPrefix.filter(({ name }) => name === entry),
    async () => {
      const alike = entry.length > 2 ? await okta.findGroups(entry.slice(0, 2)) : [];
      const names = [...withPrefix, ...alike, ...(alike.length === 0 ? await okta.findGroups('') : [])].map(
        ({ name }) => name,
      );
      return names;
    },
  );
}

async function findUser(okta: OktaOrg, entry: string): Promise<Assignee> {
  const user = entry.includes('/')
    ? (await okta.usersOf('login', entry))[0]
    : await ifThere(() => okta.getUser(entry));
  if (user) return user;
  const what = `Cannot find the user "${entry}"`;
  const others = entry.includes('@') ? await okta.usersOf('email', entry) : [];
  if (others.length > 0) {
    const ids = others.map(({ id }) => id).join(', ');
    throw new ActionError(
      what,
      'it is an e-mail address, and no login or ID',
      `Give the login in "users", or the ID: ${ids}.`,
    );
  }
  throw new ActionError(
    what,
    'Okta has no user of that login or ID',
    entry.includes(',') ? onePerLine('users') : 'Check "users": give full logins, as in jane@example.com.',
  );
}

/**
 * The one that is meant by an entry.
 *
 * @param others the existing names, asked for if nothing has that name
 * @throws {ActionError} if none or several have it, with the nearest names or the IDs
 */
export async function only<T extends Assignee>(
  kind: string,
  input: string,
  entry: string,
  matches: readonly T[],
  others: () => Promise<readonly string[]>,
): Promise<T> {
  const [match, ...more] = matches;
  if (match && more.length > 0) {
    const ids = matches.map(({ id }) => id).join(', ');
    throw new ActionError(
      `Cannot tell which ${kind} is meant by "${entry}"`,
      `${matches.length} have that name: ${ids}`,
      `Give the ID in "${input}".`,
    );
  }
  if (match) return match;
  const near = nearestNames(entry, await others());
  const isSeveral = entry.includes(',') && input !== 'sign-on-policy';
  const check = isSeveral ? onePerLine(input) : `Check "${input}".`;
  throw new ActionError(
    `Cannot find the ${kind} "${entry}"`,
    'Okta has none of exactly that name',
    `${check} ${nearestHint(near)}`,
  );
}

function onePerLine(input: string): string {
  return `Give one per line in "${input}": commas separate nothing.`;
}

function nearestHint(near: readonly string[]): string {
  if (near.length === 0) return 'There is none with a similar name.';
  const names = near.map((name) => `"${name}"`).join(', ');
  return near.length === 1 ? `The nearest name is ${names}.` : `The nearest names are ${names}.`;
}
