import type { RegisteredApp } from '../app/app.ts';
import type { Assignee, Assignment, GroupCount } from '../app/assignments.ts';
import { valueAt, type JsonObject } from '../util/json.ts';
import { appPath } from './apps.ts';
import { LARGEST_PAGE, isGone, type Requests } from './http/requests.ts';

/** The groups of an org, and which of them an app is assigned to. */
export interface Groups {
  assignedGroups(app: RegisteredApp): Promise<Assignment[]>;
  /** How many groups an app has, as far as one small page shows. */
  countGroups(app: RegisteredApp): Promise<GroupCount>;
  assignGroup(app: RegisteredApp, group: Assignee): Promise<void>;
  unassignGroup(app: RegisteredApp, group: Assignee): Promise<void>;
  /** Groups whose names start with the prefix, at most 300. */
  findGroups(prefix: string): Promise<Assignee[]>;
  getGroup(id: string): Promise<Assignee>;
}

const GROUPS = '/api/v1/groups';

/** Okta's own size of a page of an app's groups (documented). */
const SMALL_PAGE = 20;

export function groups({ send, readObject, readPages, about }: Requests): Groups {
  return {
    assignedGroups: async (app) => {
      const path = `${appPath(app.id)}/groups?expand=group&limit=${LARGEST_PAGE}`;
      const list = await readPages(path, `read the groups of the app "${app.label}"`, app);
      return list.flatMap((item) => {
        const name = valueAt(item, ['_embedded', 'group', 'profile', 'name']);
        return typeof item['id'] === 'string'
          ? [{ id: item['id'], name: typeof name === 'string' ? name : item['id'], direct: true }]
          : [];
      });
    },
    countGroups: async (app) => {
      let count = 0;
      const purpose = `count the groups of the app "${app.label}"`;
      const pick = (): undefined => {
        count += 1;
      };
      await readPages(`${appPath(app.id)}/groups?limit=${SMALL_PAGE}`, purpose, app, pick, () => true);
      return { count, isMore: count >= SMALL_PAGE };
    },
    assignGroup: async (app, group) => {
      const purpose = `assign the group "${group.name}" to the app "${app.label}"`;
      const path = `${appPath(app.id)}/groups/${encodeURIComponent(group.id)}`;
      await send(about(app, { method: 'PUT', path, body: {}, purpose, idempotent: true }));
    },
    unassignGroup: async (app, group) => {
      const purpose = `take the group "${group.name}" off the app "${app.label}"`;
      const path = `${appPath(app.id)}/groups/${encodeURIComponent(group.id)}`;
      await send({ method: 'DELETE', path, purpose, idempotent: true, treatAsSuccess: isGone });
    },
    findGroups: async (prefix) => {
      const query = new URLSearchParams({ ...(prefix && { q: prefix }), limit: String(LARGEST_PAGE) });
      const list = await readPages(`${GROUPS}?${query}`, `find the group "${prefix}"`);
      return list.flatMap((item) => groupIn(item) ?? []);
    },
    getGroup: async (id) =>
      groupIn(await readObject(`${GROUPS}/${encodeURIComponent(id)}`, `read the group ${id}`)) ?? {
        id,
        name: id,
      },
  };
}

function groupIn(item: JsonObject): Assignee | undefined {
  const name = valueAt(item, ['profile', 'name']);
  return typeof item['id'] === 'string' && typeof name === 'string' ? { id: item['id'], name } : undefined;
}
