import type { RegisteredApp } from '../app/app.ts';
import type { Assignee, Assignment } from '../app/assignments.ts';
import { textOf, valueAt } from '../util/json.ts';
import { appPath } from './apps.ts';
import { isGone, type Requests } from './requests.ts';

/** The users of an org, and which of them an app is assigned to. */
export interface Users {
  assignedUsers(app: RegisteredApp): Promise<Assignment[]>;
  assignUser(app: RegisteredApp, user: Assignee): Promise<void>;
  unassignUser(app: RegisteredApp, user: Assignee): Promise<void>;
  /** By login or ID. */
  getUser(loginOrId: string): Promise<Assignee>;
}

/** Okta gives more users of an app in one page than of all else (documented). */
const LARGEST_USER_PAGE = 500;

/** Okta's code for an assignment that is there already. */
const ASSIGNED_ALREADY = 'E0000062';

export function users({ send, readObject, readPages, about }: Requests): Users {
  return {
    assignedUsers: async (app) => {
      const path = `${appPath(app.id)}/users?limit=${LARGEST_USER_PAGE}`;
      const list = await readPages(path, `read the users of the app "${app.label}"`, app);
      return list.flatMap((item) => {
        const { id, scope } = item;
        if (typeof id !== 'string') return [];
        const name = valueAt(item, ['credentials', 'userName']);
        return [{ id, name: typeof name === 'string' ? name : id, direct: scope !== 'GROUP' }];
      });
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
      await send({ method: 'DELETE', path, purpose, idempotent: true, treatAsSuccess: isGone });
    },
    getUser: async (loginOrId) => {
      const path = `/api/v1/users/${encodeURIComponent(loginOrId)}`;
      const user = await readObject(path, `find the user "${loginOrId}"`);
      const login = valueAt(user, ['profile', 'login']);
      return { id: textOf(user['id']), name: typeof login === 'string' ? login : loginOrId };
    },
  };
}
