import type { RegisteredApp } from '../app/app.ts';
import type { Assignee } from '../app/assignments.ts';
import { textOf } from '../util/json.ts';
import { appPath } from './apps.ts';
import { LARGEST_PAGE, type Requests } from './http/requests.ts';

/** An authentication policy. */
export interface AuthenticationPolicy extends Assignee {
  /** Whether Okta made it: apps that nobody put under another one are under it. */
  system: boolean;
}

/** The authentication policies of an org, and the one that an app is put under. */
export interface AuthenticationPolicies {
  authenticationPolicies(): Promise<AuthenticationPolicy[]>;
  assignPolicy(app: RegisteredApp, policy: Assignee): Promise<void>;
}

export function authenticationPolicies({ send, readPages, about }: Requests): AuthenticationPolicies {
  return {
    authenticationPolicies: async () => {
      const path = `/api/v1/policies?type=ACCESS_POLICY&limit=${LARGEST_PAGE}`;
      const list = await readPages(path, 'list the authentication policies');
      return list.map(({ id, name, system }) => ({
        id: textOf(id),
        name: textOf(name),
        system: system === true,
      }));
    },
    assignPolicy: async (app, policy) => {
      const purpose = `put the app "${app.label}" under the authentication policy "${policy.name}"`;
      const path = `${appPath(app.id)}/policies/${encodeURIComponent(policy.id)}`;
      await send(about(app, { method: 'PUT', path, purpose, idempotent: true }));
    },
  };
}
