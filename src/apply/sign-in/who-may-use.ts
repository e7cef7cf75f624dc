import { typeOf, type RegisteredApp } from '../../app/app.ts';
import type { OtherAccess } from '../../app/assignments.ts';
import type { Result } from '../../app/change.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Session } from '../../session/session.ts';
import { valueAt, type JsonObject } from '../../util/json.ts';

export interface AccessCheck {
  /** Asks about an app while the run continues. */
  begin(app: RegisteredApp): void;
  /**
   * Reports who may use the app of a run's result, beside those whom the inputs list. If nobody may, that is a notice.
   *
   * @returns `undefined` if it was not asked, or could not be found out
   */
  conclude(result: Result): Promise<OtherAccess | undefined>;
}

/**
 * If the inputs list nobody, asks who may use an app: one small page of its groups and one of its users. If they list somebody, what was
 * read for that shows how many more groups exist. Shared apps are others' business, and nobody signs in to a service app.
 */
export function accessCheck({ okta, log }: Pick<Session, 'okta' | 'log'>, inputs: Inputs): AccessCheck {
  const { groups = [], users = [], shared, verifySignIn } = inputs;
  const isListed = groups.length + users.length > 0;
  const isAsked = !shared && !isListed && verifySignIn;
  const changesWho = inputs.groups !== undefined || inputs.users !== undefined;
  let begun: Promise<OtherAccess | undefined> | undefined;
  const ask = async (app: RegisteredApp): Promise<OtherAccess | undefined> => {
    const questions = Promise.all([okta.countGroups(app), okta.hasUsers(app)]);
    const answers = await questions.catch(() => undefined);
    if (!answers) return undefined;
    const [counted, hasUsers] = answers;
    if (counted.count > 0) return { kind: 'groups', ...counted };
    return { kind: hasUsers ? 'users' : 'nobody' };
  };
  const find = async ({ kind, app, otherGroups }: Result): Promise<OtherAccess | undefined> => {
    if (shared || isForClients(inputs, app)) return undefined;
    if (isForEverybody(app?.body ?? inputs.settings.other)) return { kind: 'everybody' };
    if (isListed) return otherGroups === undefined ? undefined : { kind: 'groups', count: otherGroups };
    if (kind === 'created') return { kind: 'nobody' };
    return app && isAsked ? (begun ?? ask(app)) : undefined;
  };
  return {
    begin: (app) => {
      if (isAsked && !changesWho && !isForClients(inputs, app) && !isForEverybody(app.body)) begun = ask(app);
    },
    conclude: async (result) => {
      const access = await find(result);
      if (access?.kind === 'nobody' && result.app)
        log.notice(
          `Nobody may use the app "${result.app.label}" yet. Give "groups" or "users", or assign people in the Admin Console.`,
        );
      return access;
    },
  };
}

function isForClients({ settings }: Inputs, app: RegisteredApp | undefined): boolean {
  return (app ? typeOf(app) : settings.type) === 'service';
}

/** Source: Okta's OpenAPI description, `implicitAssignment`. */
function isForEverybody(body: JsonObject | undefined): boolean {
  return body !== undefined && valueAt(body, ['settings', 'implicitAssignment']) === true;
}
