import { clientIdOf, type RegisteredApp } from '../app/app.ts';
import {
  adoptionNotice,
  inDoubt,
  planAssignments,
  rememberedAfter,
  type Assignee,
  type AssignmentPlan,
} from '../app/assignments.ts';
import type { Change } from '../app/change.ts';
import { NO_MARK, markOf } from '../app/ownership/mark.ts';
import { OktaError, ifThere } from '../okta/http/errors.ts';
import type { ScopeGrant } from '../okta/grants.ts';
import { sendOnce } from '../session/send-once.ts';
import type { Session } from '../session/session.ts';
import { exportedList, resource, type ResourcePlan } from './resource.ts';

/**
 * The scopes of Okta's API that an app is granted: a service app for itself, any other for the people who use it. They belong to the client
 * ID and outlive the app (recorded), so that they are revoked before it is deleted.
 */

interface Plan extends AssignmentPlan, ResourcePlan {
  changes: Change[];
  /** What is granted now; `undefined` for a new app: only Okta knows what its client ID brings along. */
  grants: readonly ScopeGrant[] | undefined;
}

export const apiScopes = resource<readonly string[], readonly ScopeGrant[], Plan>({
  name: 'api-scopes',
  after: [],
  scopes: (inputs) =>
    inputs.apiScopes && { read: ['okta.appGrants.read'], manage: ['okta.appGrants.manage'] },
  resolve: (_, { apiScopes: listed }) => listed && Promise.resolve(listed),
  read: ({ okta }, _, app) => (app ? okta.scopeGrants(app) : Promise.resolve([])),
  plan: (listed, grants, { app, isNew, isAsRead, memory }, { assignments: mode }) => {
    const assigned = grants.map(({ scope }) => asAssignee(scope));
    const known = { listed: listed.map(asAssignee), assigned, remembered: memory.scopes, isAsRead };
    const planned = planAssignments('api-scopes', known, mode);
    const notices = adoptionNotice(app, 'api-scopes', planned);
    const isAtRisk = planned.addsRemembered && !isNew;
    return { ...planned, notices, isAtRisk, grants: isNew ? undefined : grants };
  },
  apply,
  remember: ({ before }) => ({ scopes: before }),
  forget: async ({ okta }, app, plan, isWritten) => {
    const doubtful = inDoubt(plan, isWritten);
    if (!doubtful) return undefined;
    const left = (await okta.scopeGrants(app)).map(({ scope }) => asAssignee(scope));
    return ({ scopes = [] }) => ({ scopes: rememberedAfter(scopes, doubtful, left) });
  },
  references: async (session, app, { scopes = [] }) => {
    // An ID that is the app's own never returns.
    if (scopes.length === 0 || (clientIdOf(app) ?? app.id) === app.id) return undefined;
    const held = (await ifThere(() => session.okta.scopeGrants(app))) ?? [];
    const grants = held.filter(({ scope }) => scopes.includes(scope));
    return {
      remove: () => revoke(session, app, grants),
      restore: async (current) => {
        const remembered = markOf(current).scopes ?? [];
        const lost = grants.map(({ scope }) => scope).filter((scope) => remembered.includes(scope));
        await grantAll(session, current, lost);
      },
    };
  },
  exported: [
    {
      input: 'api-scopes',
      what: 'the API scopes',
      read: async ({ okta }, app) => {
        const grants = await okta.scopeGrants(app);
        return exportedList(
          grants.map(({ scope }) => scope),
          'words',
        );
      },
    },
  ],
});

function asAssignee(scope: string): Assignee {
  return { id: scope, name: scope };
}

/** Revokes first: what a client ID brought along from an earlier app is not to last. */
async function apply(
  session: Session,
  app: RegisteredApp,
  { grants: held, listed, add, remove }: Plan,
): Promise<undefined> {
  const grants = held ?? (await session.okta.scopeGrants(app));
  const isIn = (list: readonly Assignee[], { scope }: ScopeGrant): boolean =>
    list.some(({ id }) => id === scope);
  const over = grants.filter((grant) => (held ? isIn(remove, grant) : !isIn(listed, grant)));
  // What another run has granted to a new app meanwhile is no earlier app's: the mark remembers it.
  const mayBeOthers = !held && over.length > 0;
  const { scopes: remembered = [] } = mayBeOthers ? markOf(await session.okta.getApp(app.id)) : NO_MARK;
  await revoke(
    session,
    app,
    over.filter(({ scope }) => !remembered.includes(scope)),
  );
  const isGranted = (scope: string): boolean => grants.some((grant) => grant.scope === scope);
  await grantAll(
    session,
    app,
    add.map(({ id }) => id).filter((scope) => !isGranted(scope)),
  );
}

async function grantAll(session: Session, app: RegisteredApp, scopes: readonly string[]): Promise<void> {
  for (const scope of scopes)
    if (await grantOne(session, app, scope)) session.record(`granted the API scope "${scope}"`);
}

/**
 * A scope that another run has granted meanwhile is refused (reported), and counts as granted.
 *
 * @returns whether this run granted it
 */
async function grantOne(session: Session, app: RegisteredApp, scope: string): Promise<boolean> {
  const { okta } = session;
  const isGranted = async (): Promise<true | undefined> =>
    (await okta.scopeGrants(app)).some((held) => held.scope === scope) || undefined;
  try {
    return await sendOnce(session, () => okta.grantScope(app, scope).then(() => true), isGranted);
  } catch (error) {
    if (error instanceof OktaError && error.status === 400 && (await isGranted())) return false;
    throw error;
  }
}

async function revoke(
  { okta, record }: Pick<Session, 'okta' | 'record'>,
  app: RegisteredApp,
  grants: readonly ScopeGrant[],
): Promise<void> {
  for (const grant of grants) {
    await okta.revokeScope(app, grant);
    record(`revoked the API scope "${grant.scope}" of the app "${app.label}"`);
  }
}
