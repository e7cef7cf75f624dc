import type { RegisteredApp } from '../app/app.ts';
import type { Assignee, Assignment } from '../app/assignments.ts';
import { isObject, textOf, valueAt, type JsonObject } from '../util/json.ts';
import { appPath } from './apps.ts';
import type { OktaError } from './http/errors.ts';
import { isGone, type Requests } from './http/requests.ts';

/** The users of an org, and which of them an app is assigned to. */
export interface Users {
  /** All of them, by the names that they have in the app. */
  assignedUsers(app: RegisteredApp): Promise<Assignment[]>;
  /** Whether the app has any, be it by themselves or through a group. */
  hasUsers(app: RegisteredApp): Promise<boolean>;
  /** One of them, by the given name, or else by the one in the app; `undefined` if the app is not assigned to the user. */
  assignedUser(
    app: RegisteredApp,
    user: Pick<Assignee, 'id'> & Partial<Assignee>,
  ): Promise<Assignment | undefined>;
  assignUser(app: RegisteredApp, user: Assignee): Promise<void>;
  /** A user to whom a group gives the app keeps it, as one of the group's. */
  unassignUser(app: RegisteredApp, user: Assignee): Promise<'taken away' | 'kept by a group'>;
  /** By login or ID. Okta takes no login with a slash there, though encoded (405, reported). */
  getUser(loginOrId: string): Promise<Assignee>;
  /** The users whose profile has that value, by a search, which may lag behind (documented). */
  usersOf(attribute: 'login' | 'email', value: string): Promise<Assignee[]>;
}

/** Okta gives more users of an app in one page than of all else (documented). */
const LARGEST_USER_PAGE = 500;

/** Okta's code for an assignment that exists already. */
const ASSIGNED_ALREADY = 'E0000062';

/** Okta's code for removing an app from a user to whom a group gives it (reported). */
const GIVEN_BY_GROUP = 'E0000046';

export function users({ send, readObject, readPages, about }: Requests): Users {
  return {
    assignedUsers: (app) => {
      const path = `${appPath(app.id)}/users?limit=${LARGEST_USER_PAGE}`;
      return readPages(path, `read the users of the app "${app.label}"`, app, assignmentIn);
    },
    hasUsers: async (app) => {
      const path = `${appPath(app.id)}/users?limit=1`;
      const purpose = `look whether the app "${app.label}" has users`;
      const [user] = await readPages(path, purpose, app, assignmentIn, () => true);
      return user !== undefined;
    },
    assignedUser: async (app, user) => {
      const purpose = `read the user "${user.name || user.id}" of the app "${app.label}"`;
      const path = `${appPath(app.id)}/users/${encodeURIComponent(user.id)}`;
      const { body } = await send({ method: 'GET', path, purpose, idempotent: true, treatAsSuccess: isGone });
      const assignment = isObject(body) ? assignmentIn(body) : undefined;
      return assignment && { ...assignment, name: user.name || assignment.name };
    },
    assignUser: async (app, user) => {
      const purpose = `assign the user "${user.name}" to the app "${app.label}"`;
      const path = `${appPath(app.id)}/users`;
      const body = { id: user.id, scope: 'USER' };
      await send({
        ...about(app, { method: 'POST', path, body, purpose, idempotent: true }),
        treatAsSuccess: ({ code }) => code === ASSIGNED_ALREADY,
      });
    },
    unassignUser: async (app, user) => {
      const purpose = `take the user "${user.name}" off the app "${app.label}"`;
      const path = `${appPath(app.id)}/users/${encodeURIComponent(user.id)}`;
      const treatAsSuccess = (error: OktaError): boolean => isGone(error) || error.code === GIVEN_BY_GROUP;
      const { status } = await send({ method: 'DELETE', path, purpose, idempotent: true, treatAsSuccess });
      if (status !== 403) return 'taken away';
      // Documented: this turns a direct assignment into one of the group's.
      await send({ method: 'POST', path, body: { scope: 'GROUP' }, purpose, idempotent: true });
      return 'kept by a group';
    },
    usersOf: async (attribute, value) => {
      const search = `profile.${attribute} eq ${JSON.stringify(value)}`;
      const list = await readPages(
        `/api/v1/users?${new URLSearchParams({ search })}`,
        `find the user "${value}"`,
      );
      return list.map((user) => ({
        id: textOf(user['id']),
        name: textOf(valueAt(user, ['profile', 'login'])),
      }));
    },
    getUser: async (loginOrId) => {
      const path = `/api/v1/users/${encodeURIComponent(loginOrId)}`;
      const user = await readObject(path, `find the user "${loginOrId}"`);
      const login = valueAt(user, ['profile', 'login']);
      return { id: textOf(user['id']), name: typeof login === 'string' ? login : loginOrId };
    },
  };
}

function assignmentIn(item: JsonObject): Assignment | undefined {
  const { id, scope } = item;
  if (typeof id !== 'string') return undefined;
  const name = valueAt(item, ['credentials', 'userName']);
  return { id, name: typeof name === 'string' ? name : id, direct: scope !== 'GROUP' };
}
