import type { RegisteredApp } from '../app/app.ts';
import { latestOfEach, type Change } from '../app/change.ts';
import type { Mark, Memory } from '../app/ownership/mark.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Session } from '../session/session.ts';
import { together } from '../util/errors.ts';
import { accessPolicies } from './access-policies.ts';
import { apiScopes } from './api-scopes.ts';
import { groupsClaim } from './groups-claim.ts';
import { assignments } from './assignments.ts';
import type { Begun, Forget, Planned, Ready, Reference, Resource, ResourceName, Target } from './resource.ts';
import { signOnPolicy } from './sign-on-policy.ts';
import { trustedOrigins } from './trusted-origins.ts';

/** Every kind of resource that belongs to an app. */
export const RESOURCES: readonly Resource[] = [
  signOnPolicy,
  assignments,
  trustedOrigins,
  accessPolicies,
  apiScopes,
  groupsClaim,
];

/**
 * The OAuth scopes that a run needs, and no more. A need that only shows while it runs (trusted origins that are given up with an app) is
 * asked for then.
 */
export function scopesFor(inputs: Inputs): string[] {
  const scopes = ['okta.apps.read'];
  if (inputs.state === 'read') return scopes;
  if (!inputs.dryRun) scopes.push('okta.apps.manage');
  if (inputs.state === 'absent' && !inputs.shared) return scopes;
  for (const resource of RESOURCES) {
    const { read = [], manage = [] } = resource.scopes(inputs) ?? {};
    scopes.push(...read, ...(inputs.dryRun ? [] : manage));
  }
  return scopes;
}

/** What the inputs name, being looked up. */
export type LookedUp = readonly Begun[];

/** Begins to look up what the inputs name, beside the look for the app. */
export function lookUp(session: Session, inputs: Inputs): LookedUp {
  return RESOURCES.flatMap((resource) => resource.begin(session, inputs) ?? []);
}

/**
 * Reads, side by side, what the plans need to know.
 *
 * @param app `undefined` if it is yet to be created
 */
export function readResources(lookedUp: LookedUp, app: RegisteredApp | undefined): Promise<readonly Ready[]> {
  return allOf(lookedUp.map((begun) => begun.read(app)));
}

/** What is to be done about all resources, as one value. */
export interface ResourcesPlan {
  changes: readonly Change[];
  /** What whoever reads the log is to know, in a dry run too. */
  notices: readonly string[];
  /** How many groups more the app has than the inputs list; `undefined` if that was not read. */
  otherGroups: number | undefined;
  /** What the app's mark is to remember before anything of it is done. */
  remember: Partial<Memory>;
  /** Whether the mark has to be looked at once more when all is done, even if it was not written. */
  isAtRisk: boolean;
  /**
   * Looks, once all is done, at what the mark no longer needs to remember.
   *
   * @returns `undefined` if nothing is to be forgotten
   */
  forget(app: RegisteredApp, isWritten: boolean): Promise<Forget | undefined>;
  /**
   * Carries it out: each resource as soon as those that come before it are done, side by side otherwise. All that can be done is done.
   *
   * @returns what has changed
   * @throws what failed, all together
   */
  apply(app: RegisteredApp, isWritten: boolean): Promise<Change[]>;
}

/** Plans all resources. Pure. */
export function planResources(ready: readonly Ready[], target: Target): ResourcesPlan {
  const planned = ready.map((each) => each.plan(target));
  const changes = planned.flatMap((each) => each.changes);
  return {
    changes,
    notices: planned.flatMap(({ notices }) => notices),
    otherGroups: planned.find(({ otherGroups }) => otherGroups !== undefined)?.otherGroups,
    remember: Object.assign({}, ...planned.map(({ remembered }) => remembered)) as Partial<Memory>,
    isAtRisk: planned.some((each) => each.isAtRisk),
    forget: (app, isWritten) => forgetAll(planned, app, isWritten),
    apply: async (app, isWritten) =>
      latestOfEach([...changes, ...(await applyAll(planned, app, isWritten)).flat()]),
  };
}

/** @returns the changes that differ from the plan */
async function applyAll(
  planned: readonly Planned[],
  app: RegisteredApp,
  isWritten: boolean,
): Promise<(readonly Change[])[]> {
  const begun = new Map<ResourceName, Promise<readonly Change[]>>();
  const begin = (each: Planned): Promise<readonly Change[]> => {
    const known = begun.get(each.name);
    if (known) return known;
    const before = planned.filter(({ name }) => each.after.includes(name)).map(begin);
    const work = Promise.all(before).then(() => each.apply(app, isWritten));
    begun.set(each.name, work);
    return work;
  };
  return allOf(planned.map(begin));
}

async function forgetAll(
  planned: readonly Planned[],
  app: RegisteredApp,
  isWritten: boolean,
): Promise<Forget | undefined> {
  const found = await allOf(planned.map(({ forget }) => forget(app, isWritten)));
  const forgets = found.filter((forget) => forget !== undefined);
  if (forgets.length === 0) return undefined;
  return (held) => Object.assign({}, ...forgets.map((forget) => forget(held))) as Partial<Memory>;
}

/** Waits for all, and reports all failures together. */
export async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const ended = await Promise.allSettled(work);
  const errors = ended.flatMap((end): unknown[] => (end.status === 'rejected' ? [end.reason] : []));
  if (errors.length > 0) throw together([...new Set(errors)]);
  return Promise.all(work);
}

/**
 * Finds all that names an app.
 *
 * @param mark what the app's mark says, or was to say
 * @returns `undefined` if nothing names it
 */
export async function referencesTo(
  session: Session,
  app: RegisteredApp,
  mark: Mark,
): Promise<Reference | undefined> {
  const found = await allOf(RESOURCES.map((resource) => resource.references(session, app, mark)));
  const references = found.filter((reference) => reference !== undefined);
  if (references.length === 0) return undefined;
  return {
    remove: async () => {
      await allOf(references.map((reference) => reference.remove()));
    },
    restore: async (current) => {
      await allOf(references.map((reference) => reference.restore(current)));
    },
  };
}
