import type { RegisteredApp } from '../app/app.ts';
import type { Change } from '../app/change.ts';
import type { Mark, Memory } from '../app/ownership/mark.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Session } from '../session/session.ts';
import { listText, type ListKind } from '../util/text/list.ts';

/** What belongs to an app and is not part of its object has one shape: a new kind of it is a file, and a line in `RESOURCES`. */

export type ResourceName =
  'sign-on-policy' | 'assignments' | 'trusted-origins' | 'access-policies' | 'api-scopes' | 'groups-claim';

/** What is to be done about a resource; a dry run only shows it. */
export interface ResourcePlan {
  changes: readonly Change[];
  /** What whoever reads the log is to know of it. */
  notices?: readonly string[];
  /** How many groups more the app has than the inputs list. */
  otherGroups?: number | undefined;
  /** Whether another run may be about to forget what this plan relies on being remembered. */
  isAtRisk?: boolean;
}

/** Removes from a memory what need not be remembered any more. */
export type Forget = (held: Memory) => Partial<Memory>;

/** What a plan is made for. */
export interface Target {
  /** `undefined` if it is yet to be created. */
  app: RegisteredApp | undefined;
  /** Whether this run creates the app: whatever its client ID brings along is none of its own. */
  isNew: boolean;
  /** Whether the app is as it was when what belongs to it was read. */
  isAsRead: boolean;
  /** What runs of the app's owner have remembered. */
  memory: Memory;
}

/** OAuth scopes: to look a resource up, and to change it. Source: the security blocks of Okta's OpenAPI description. */
export interface ResourceScopes {
  read: readonly string[];
  manage?: readonly string[];
}

/** Something that names an app, and outlives it. */
export interface Reference {
  /** Removes the app from it. What is gone already counts as done. */
  remove(): Promise<void>;
  /** Adds the app again, as far as its mark, as it is then, still names it. What is gone by then counts as done. */
  restore(app: RegisteredApp): Promise<void>;
}

/** The input that describes a resource of an existing app. */
export interface Exported {
  input: string;
  /** In a sentence: `the groups`. */
  what: string;
  /** The text of the input; `undefined` if there is nothing to say. */
  read(session: ReadSession, app: RegisteredApp, inputs: Inputs): Promise<string | undefined>;
}

/** The text of a list of an app's; `undefined` if there is nothing in it. */
export function exportedList(entries: readonly string[], kind: ListKind): string | undefined {
  return entries.length > 0 ? listText(entries, kind) : undefined;
}

export type ReadSession = Pick<Session, 'okta' | 'log' | 'showsUser'>;

/**
 * One kind of resource.
 *
 * `Wanted` is what the inputs name, `Held` what Okta holds of it, `Plan` what is to be done.
 */
export interface ResourceSpec<Wanted, Held, Plan extends ResourcePlan> {
  name: ResourceName;
  /** What is done before, if it is planned. */
  after: readonly ResourceName[];
  /** What a run with these inputs needs for it beside its access to apps; `undefined` for nothing. */
  scopes(inputs: Inputs): ResourceScopes | undefined;
  /**
   * Looks up what the inputs name, beside the look for the app.
   *
   * @returns `undefined` if the inputs leave the resource alone
   * @throws {ActionError} for what is unknown or ambiguous
   */
  resolve(session: Session, inputs: Inputs): Promise<Wanted> | undefined;
  /** @param app `undefined` if it is yet to be created */
  read(session: Session, wanted: Wanted, app: RegisteredApp | undefined, inputs: Inputs): Promise<Held>;
  /** Pure. @throws {ActionError} if the app cannot have what is wanted */
  plan(wanted: Wanted, held: Held, target: Target, inputs: Inputs): Plan;
  /**
   * Carries the plan out. Safe to repeat.
   *
   * @param isWritten whether this run has just written the app: other runs may be at work on it, too
   * @returns the changes that differ from the plan
   */
  apply(
    session: Session,
    app: RegisteredApp,
    plan: Plan,
    isWritten: boolean,
  ): Promise<readonly Change[] | undefined>;
  /** What the app's mark is to remember before the plan is carried out. */
  remember?(plan: Plan): Partial<Memory>;
  /**
   * Looks, once the plan was carried out, at what the app's mark no longer needs to remember.
   *
   * @param isWritten whether the mark was written with what was to be remembered
   * @returns `undefined` if nothing is to be forgotten
   */
  forget?(session: Session, app: RegisteredApp, plan: Plan, isWritten: boolean): Promise<Forget | undefined>;
  /** What names an app that is about to be deleted. @param mark what the app's mark says, or was to say */
  references?(session: Session, app: RegisteredApp, mark: Mark): Promise<Reference | undefined>;
  /** The inputs that describe it. */
  exported: readonly Exported[];
}

/** A kind of resource whose types nobody else needs to know. */
export interface Resource extends Pick<
  ResourceSpec<unknown, unknown, ResourcePlan>,
  'name' | 'after' | 'scopes' | 'exported'
> {
  /** Begins to look up what the inputs name. @returns `undefined` if they leave the resource alone */
  begin(session: Session, inputs: Inputs): Begun | undefined;
  references(session: Session, app: RegisteredApp, mark: Mark): Promise<Reference | undefined>;
}

/** A resource whose look-ups are under way. */
export interface Begun {
  read(app: RegisteredApp | undefined): Promise<Ready>;
}

/** A resource of which all is known that a plan needs. */
export interface Ready {
  plan(target: Target): Planned;
}

/** A plan, ready to be carried out. */
export interface Planned {
  name: ResourceName;
  after: readonly ResourceName[];
  changes: readonly Change[];
  notices: readonly string[];
  otherGroups: number | undefined;
  remembered: Partial<Memory>;
  /** Whether the mark may lose meanwhile what it has to remember, although this run had nothing to write into it. */
  isAtRisk: boolean;
  forget(app: RegisteredApp, isWritten: boolean): Promise<Forget | undefined>;
  apply(app: RegisteredApp, isWritten: boolean): Promise<readonly Change[]>;
}

/** Hides the types of a resource. */
export function resource<Wanted, Held, Plan extends ResourcePlan>(
  spec: ResourceSpec<Wanted, Held, Plan>,
): Resource {
  const { name, after, scopes, exported } = spec;
  return {
    name,
    after,
    scopes,
    exported,
    references: async (session, app, mark) => spec.references?.(session, app, mark),
    begin: (session, inputs) => {
      const resolving = spec.resolve(session, inputs);
      // What fails is reported when it is needed.
      resolving?.catch(() => undefined);
      return (
        resolving && {
          read: async (app) => {
            const wanted = await resolving;
            const held = await spec.read(session, wanted, app, inputs);
            return {
              plan: (target) => {
                const plan = spec.plan(wanted, held, target, inputs);
                return {
                  name,
                  after,
                  changes: plan.changes,
                  notices: plan.notices ?? [],
                  otherGroups: plan.otherGroups,
                  remembered: spec.remember?.(plan) ?? {},
                  isAtRisk: plan.isAtRisk ?? false,
                  forget: async (current, isWritten) => spec.forget?.(session, current, plan, isWritten),
                  apply: async (current, isWritten) =>
                    (await spec.apply(session, current, plan, isWritten)) ?? [],
                };
              },
            };
          },
        }
      );
    },
  };
}
