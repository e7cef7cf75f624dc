import type { RegisteredApp } from '../app/app.ts';
import { planAssignments, type AssignmentPlan } from '../app/assignments.ts';
import type { ScopeGrant } from '../okta/grants.ts';
import { OktaError } from '../okta/http/errors.ts';
import { sendOnce } from '../session/send-once.ts';
import type { Session } from '../session/session.ts';

/** The scopes of Okta's API that a service app is granted. */
export interface ScopesPlan extends AssignmentPlan {
  /** What is granted now. */
  grants: readonly ScopeGrant[];
}

/**
 * What to grant and what to revoke.
 *
 * @param app `undefined` where it is yet to be created
 * @param exact whether the granted ones that are not listed go
 */
export async function planScopes(
  { okta }: Pick<Session, 'okta'>,
  app: RegisteredApp | undefined,
  wanted: readonly string[],
  exact: boolean,
): Promise<ScopesPlan> {
  const grants = app ? await okta.scopeGrants(app) : [];
  const asAssignee = (scope: string): { id: string; name: string } => ({ id: scope, name: scope });
  const granted = grants.map(({ scope }) => asAssignee(scope));
  return { ...planAssignments('api-scopes', wanted.map(asAssignee), granted, exact), grants };
}

/** Revokes first: what a client ID brought along from an earlier app is not to last. */
export async function applyScopes(
  session: Session,
  app: RegisteredApp,
  { add, remove, grants }: ScopesPlan,
): Promise<void> {
  const removed = new Set(remove.map(({ id }) => id));
  await revokeScopes(
    session,
    app,
    grants.filter(({ scope }) => removed.has(scope)),
  );
  await grantScopes(
    session,
    app,
    add.map(({ name }) => name),
  );
}

export async function grantScopes(
  session: Session,
  app: RegisteredApp,
  scopes: readonly string[],
): Promise<void> {
  for (const scope of scopes)
    if (await grant(session, app, scope)) session.record(`granted the API scope "${scope}"`);
}

/**
 * A scope that another run has granted meanwhile, or that the client ID brought along, is refused (reported) and counts as granted.
 *
 * @returns whether this run granted it
 */
async function grant(session: Session, app: RegisteredApp, scope: string): Promise<boolean> {
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

export async function revokeScopes(
  { okta, record }: Pick<Session, 'okta' | 'record'>,
  app: RegisteredApp,
  grants: readonly ScopeGrant[],
): Promise<void> {
  for (const grant of grants) {
    await okta.revokeScope(app, grant);
    record(`revoked the API scope "${grant.scope}" of the app "${app.label}"`);
  }
}

/**
 * Takes from an app what its client ID brings along from an earlier one, or would take along to the next, but for what is listed.
 *
 * @returns the scopes that it took
 */
export async function revokeInherited(
  session: Pick<Session, 'okta' | 'record'>,
  app: RegisteredApp,
  listed: readonly string[],
): Promise<string[]> {
  const grants = await session.okta.scopeGrants(app);
  const taken = grants.filter(({ scope }) => !listed.includes(scope));
  await revokeScopes(session, app, taken);
  return taken.map(({ scope }) => scope);
}
