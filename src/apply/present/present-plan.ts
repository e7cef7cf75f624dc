import type { RegisteredApp } from '../../app/app.ts';
import type { Ignored } from '../../app/ignored.ts';
import type { Lifetime } from '../../app/ownership/expiry.ts';
import { markOf, memoryFor, type Marking, type Memory } from '../../app/ownership/mark.ts';
import { sameOwner } from '../../app/ownership/owner.ts';
import { planUpdate, type AppPlan } from '../../app/plan.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Forget, Ready } from '../../resources/resource.ts';
import { planResources, type ResourcesPlan } from '../../resources/resources.ts';
import { RefusedChange } from '../../util/errors.ts';
import { equal } from '../../util/json.ts';
import { refuseWithoutSecret } from '../secret/client-secret.ts';
import type { OwnersDecision } from '../permission.ts';

/** What is to be done about an existing app, as one value: a dry run shows it, a real run carries it out. */
export interface PresentPlan extends AppPlan {
  resources: ResourcesPlan;
}

/** What a plan is made from, beside the app and what the run may do to it. */
export interface Basis {
  inputs: Inputs;
  /** The app as it was read. */
  app: RegisteredApp;
  /** What belongs to the app, as it was read. */
  ready: readonly Ready[];
  /** Whether this run has created the app. */
  isNew: boolean;
  lifetime: Lifetime;
}

/** What is known once the plan was carried out. */
export interface Afterwards {
  /** What Okta ignored. */
  ignored?: Ignored;
  /** What the mark no longer needs to remember. */
  forget?: Forget | undefined;
}

/** What the inputs say of an app's mark. */
export function markingFor(
  { inputs: { redirectHosts }, lifetime }: Pick<Basis, 'inputs' | 'lifetime'>,
  owner: Marking['owner'],
  remember: Partial<Memory>,
): Marking {
  return { owner, redirectHosts, lifetime, remember };
}

/**
 * Plans what to do about an app. Pure.
 *
 * @throws {ActionError} if the app is somebody else's and differs, or cannot become what is wanted
 */
export function planPresent(
  basis: Basis,
  app: RegisteredApp,
  decision: OwnersDecision,
  { ignored = {}, forget }: Afterwards = {},
): PresentPlan {
  const { inputs, ready, isNew } = basis;
  const { owner, allowed } = decision;
  const mark = markOf(app);
  const memory = memoryFor(owner, mark);
  const isAsRead = equal(app.body, basis.app.body);
  const resources = planResources(ready, { app, isNew, isAsRead, memory });
  const remember = { ...resources.remember, ...forget?.(memory) };
  const isOwn = allowed && (decision.takesOver || (mark.owner !== undefined && sameOwner(owner, mark.owner)));
  const plan = planUpdate(inputs, app, {
    ...markingFor(basis, owner, remember),
    isOwn,
    ignored,
    forgets: forget !== undefined,
  });
  const changes = [...plan.changes, ...resources.changes];
  if (plan.write || changes.length > 0) {
    if (!allowed) throw foreign(app, decision, changes);
    if (inputs.outputClientSecret) refuseWithoutSecret(app.label, plan.body);
  }
  return { ...plan, resources };
}

function foreign(
  app: RegisteredApp,
  { why, remedy }: Extract<OwnersDecision, { allowed: false }>,
  changes: AppPlan['changes'],
): RefusedChange {
  const fields = [...new Set(changes.map(({ field }) => field))].join(', ');
  const differs = fields ? `, and it differs in ${fields}` : ', and it is not as the workflow says';
  return new RefusedChange(`Cannot change the app "${app.label}"`, why + differs, remedy, changes);
}
