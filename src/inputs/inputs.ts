import type { GroupsClaim } from '../app/groups-claim.ts';
import type { DesiredApp } from '../app/settings/desired.ts';
import type { Adopt } from '../app/ownership/permission.ts';
import type { AssignmentMode } from '../app/assignments.ts';
import type { AskedState } from '../github/auto-state.ts';
import type { Connection } from '../okta/auth/credentials.ts';

/** What a workflow asks for, checked. A setting that is `undefined` was not named. */
export interface Inputs extends DesiredApp {
  connection: Connection;
  appId: string | undefined;
  pullRequest: number | undefined;
  state: AskedState;
  /** How long what the run makes lasts, in milliseconds; `undefined` for ever. */
  expiresAfter: number | undefined;
  shared: boolean;
  adopt: Adopt;
  /** Whether a shared app keeps what earlier runs for the same pull request have added. */
  keepEarlierUris: boolean;
  /** Patterns of the hosts that the app's URIs may lead to; an empty list withdraws those of earlier runs. */
  redirectHosts: string[] | undefined;
  dryRun: boolean;
  assignments: AssignmentMode;
  signOnPolicy: string | undefined;
  groups: string[] | undefined;
  users: string[] | undefined;
  trustedOrigins: string[] | undefined;
  /** The claim of the app's ID tokens that holds groups; `none` removes it. */
  groupsClaim: GroupsClaim | 'none' | undefined;
  /** Whether the client ID is masked; `undefined` to mask it unless somebody has chosen it. */
  maskClientId: boolean | undefined;
  outputClientSecret: boolean;
  authorizationServer: string | undefined;
  /** Access policies of that server that are to let the client in, by name or ID. */
  accessPolicies: string[] | undefined;
  /** Scopes of Okta's API that the app is granted. */
  apiScopes: string[] | undefined;
  /** How old the newest client secret may be, in milliseconds. */
  secretMaxAge: number | undefined;
  idp: string | undefined;
  verifySignIn: boolean;
  skipWithoutCredentials: boolean;
  githubToken: string | undefined;
  settleSeconds: number;
  timeoutSeconds: number;
}

/** How the inputs name the app: its name, or an ID. */
export function appIn({ name, appId, settings }: Pick<Inputs, 'name' | 'appId' | 'settings'>): string {
  return name ?? appId ?? settings['client-id'] ?? '';
}
