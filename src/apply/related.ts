import { clientIdOf, policyIdOf, typeOf, type RegisteredApp } from '../app/app.ts';
import {
  planAssignments,
  planUsers,
  type Assignee,
  type AssignmentPlan,
  type Assignments,
} from '../app/assignments.ts';
import { change, type Change } from '../app/change.ts';
import { markOf, type Marking } from '../app/ownership/mark.ts';
import { policyChanges, type ServerPolicy } from '../app/access-policies.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { ActionError } from '../util/errors.ts';
import { applyScopes, planScopes, type ScopesPlan } from '../resources/api-scopes.ts';
import { assignmentSteps } from '../resources/assign.ts';
import { requireAuthorizationServer } from './authorization-server.ts';
import { assignedUsers, findGroups, findPolicy, findUsers } from '../resources/find.ts';
import { findServerPolicies, letIn, nameOf } from '../resources/access-policies.ts';
import type { Session } from '../session/session.ts';
import { sideWork, type Line, type SideWork, type Step } from '../session/side-work.ts';
import { planOrigins, trustOrigin, type OriginsPlan } from '../resources/trusted-origins.ts';

/** What a present app has beside its own object: assignments, policies, scopes, trusted origins. */

/** Everything that a present app is to have beside its own object. */
export interface Related {
  groups: Assignments | undefined;
  users: Assignments | undefined;
  policy: Assignee | undefined;
  origins: OriginsPlan;
  serverPolicies: ServerPolicy[] | undefined;
  scopes: ScopesPlan | undefined;
}

/** What is to be done about it, as one value. */
export interface RelatedPlan {
  groups: AssignmentPlan | undefined;
  users: AssignmentPlan | undefined;
  /** Where the app is under another one. */
  policy: Assignee | undefined;
  origins: OriginsPlan;
  serverPolicies: readonly ServerPolicy[];
  scopes: ScopesPlan | undefined;
  changes: Change[];
}

/** What the inputs name, as far as it can be looked up without the app. */
export interface LookedUp {
  users: Promise<Assignee[]> | undefined;
  policy: Promise<Assignee> | undefined;
  serverPolicies: Promise<ServerPolicy[]> | undefined;
  /** Fails where there is no such authorization server. */
  server: Promise<void> | undefined;
}

/** Begins to look up what the inputs name, beside the look for the app. What fails is told where it is needed. */
export function lookUp({ okta }: Pick<Session, 'okta'>, inputs: Inputs): LookedUp {
  const { users, signOnPolicy, authorizationServer: server, serverPolicies } = inputs;
  const begun = <T>(work: Promise<T>): Promise<T> => {
    work.catch(() => undefined);
    return work;
  };
  const isListed = serverPolicies !== undefined && server !== undefined;
  // The issuer will be looked for there.
  if (isListed) void begun(okta.discovery(server));
  return {
    users: users && begun(findUsers(okta, users)),
    policy: signOnPolicy === undefined ? undefined : begun(findPolicy(okta, signOnPolicy)),
    serverPolicies: isListed ? begun(findServerPolicies(okta, server, serverPolicies)) : undefined,
    server: isListed ? undefined : begun(requireAuthorizationServer({ okta }, inputs)),
  };
}

/** Reads, side by side, what the plan needs to know and the app object does not hold. */
export async function readRelated(
  session: Session,
  inputs: Inputs,
  app: RegisteredApp | undefined,
  lookedUp: LookedUp = lookUp(session, inputs),
): Promise<Related> {
  const { okta } = session;
  const { apiScopes } = inputs;
  const exact = inputs.assignments === 'exact';
  const type = app ? typeOf(app) : inputs.settings.type;
  if (apiScopes && type !== 'service') throw notService(app?.label ?? inputs.name ?? '');
  const [groups, users, policy, origins, serverPolicies, scopes] = await Promise.all([
    inputs.groups && findGroups(okta, inputs.groups, app),
    lookedUp.users?.then((wanted) => assignedUsers(okta, wanted, app, exact)),
    lookedUp.policy,
    planOrigins(session, app, inputs.trustedOrigins, app ? markOf(app) : { trustedOrigins: [], claims: [] }),
    lookedUp.serverPolicies,
    apiScopes && planScopes(session, app, apiScopes, exact),
    lookedUp.server,
  ]);
  return { groups, users, policy, origins, serverPolicies, scopes };
}

/** What the app's mark is to say of what belongs to it. */
export function markingOf(
  { redirectHosts }: Inputs,
  { origins, serverPolicies }: Related,
): Omit<Marking, 'owner'> {
  const policies = serverPolicies?.map(nameOf);
  return { trustedOrigins: origins.marked, redirectHosts, policies };
}

function notService(name: string): ActionError {
  return new ActionError(
    `Cannot grant API scopes to the app "${name}"`,
    "it is no service app, and only those call Okta's API by themselves",
    'Leave "api-scopes" out, name another app, or say "type: service" where a new one is to be made.',
  );
}

/** @param app `undefined` where it is yet to be created */
export function planRelated(
  { assignments }: Inputs,
  { groups, users, policy, origins, serverPolicies = [], scopes }: Related,
  app?: RegisteredApp,
): RelatedPlan {
  const exact = assignments === 'exact';
  const groupPlan = groups && planAssignments('groups', groups.wanted, groups.assigned, exact);
  const userPlan = users && planUsers(users, groupPlan, exact);
  const changes = [
    ...(groupPlan?.changes ?? []),
    ...(userPlan?.changes ?? []),
    ...origins.changes,
    ...(policy ? [change('sign-on-policy', app && policyIdOf(app), policy.name)] : []),
    ...policyChanges(serverPolicies, app && (clientIdOf(app) ?? app.id)),
    ...(scopes?.changes ?? []),
  ];
  return { groups: groupPlan, users: userPlan, policy, origins, serverPolicies, scopes, changes };
}

/** The policy, where the app is under another one. Okta shows it as a link of the app only (recorded). */
export function otherPolicy(app: RegisteredApp, policy: Assignee | undefined): Assignee | undefined {
  if (!policy) return undefined;
  const current = policyIdOf(app);
  const isService = typeOf(app) === 'service';
  if (current === undefined || isService) {
    const why = isService
      ? 'a service app has none'
      : 'Okta shows none for it, as in an org on Classic Engine';
    throw new ActionError(
      `Cannot put the app "${app.label}" under a sign-on policy`,
      why,
      'Leave "sign-on-policy" out.',
    );
  }
  return current === policy.id ? undefined : policy;
}

/**
 * Carries the plan out for a new app that is inactive while it settles. Meanwhile it gets all that lets nobody in.
 * Groups and users come when it is active: Okta refuses them before (reported), and what it would make of those it took is unknown.
 */
export function relatedOfNew(session: Session, plan: RelatedPlan): SideWork {
  const { policy, assignments, scopes, serverPolicies, origins } = linesOf(session, plan);
  return sideWork(session, { soon: [policy, scopes, origins, ...serverPolicies], later: [assignments] });
}

/**
 * Carries the plan out for an active app. While its own change settles, all goes on but the trusted origins: a run that gives one up
 * at the same moment sees from the app's mark, once that has settled, that it is to stay.
 */
export function relatedOf(session: Session, plan: RelatedPlan): SideWork {
  const { policy, assignments, scopes, serverPolicies, origins } = linesOf(session, plan);
  return sideWork(session, {
    soon: [[...policy, ...assignments], scopes, ...serverPolicies],
    later: [origins],
  });
}

function linesOf(
  session: Session,
  plan: RelatedPlan,
): Record<'policy' | 'assignments' | 'scopes' | 'origins', Line> & { serverPolicies: Line[] } {
  const { okta, record } = session;
  const { policy: wanted, scopes, origins, serverPolicies } = plan;
  const assignPolicy: Step = async (app) => {
    const policy = otherPolicy(app, wanted);
    if (!policy) return;
    await okta.assignPolicy(app, policy);
    record(`put the app under the sign-on policy "${policy.name}"`);
  };
  return {
    policy: wanted ? [assignPolicy] : [],
    assignments: assignmentSteps(session, plan),
    scopes: scopes ? [(app) => applyScopes(session, app, scopes)] : [],
    origins: origins.trust.map(
      (origin): Step =>
        (app) =>
          trustOrigin(session, app, origin),
    ),
    serverPolicies: serverPolicies.map((policy) => [(app) => letIn(session, policy, app)]),
  };
}
