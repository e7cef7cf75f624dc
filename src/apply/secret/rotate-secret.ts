import type { RegisteredApp } from '../../app/app.ts';
import type { Change } from '../../app/change.ts';
import {
  newestActive,
  planRotation,
  rotationChanges,
  unnotedOutput,
  type ClientSecret,
  type RotationStep,
} from '../../app/secret-rotation.ts';
import { MARK_PATH, markJson, markOf } from '../../app/ownership/mark.ts';
import { OktaError } from '../../okta/http/errors.ts';
import { ActionError } from '../../util/errors.ts';
import { withValueAt } from '../../util/json.ts';
import { sendOnce } from '../../session/send-once.ts';
import type { Session } from '../../session/session.ts';
import { writeConfirmed, type Plan } from '../../session/write.ts';
import { appObject, isOpenToOthers } from '../update-app.ts';

export interface Rotation {
  changes: Change[];
  /** The secret to hand out; `undefined` if a dry run would have to make it first. */
  secret: string | undefined;
  /** What is left to do once the secret has been output: before that, nobody knows whether anybody gets it. */
  afterOutput?(): Promise<void>;
}

/** How often a plan is made at most: each one after the first because another run changed the secrets meanwhile. */
const MAX_PLANS = 3;

/**
 * Makes sure that the newest client secret is younger than a maximum, and ends the previous one when its time is over. A secret that was
 * handed out and has no successor that was, is kept, wherever the run dies.
 *
 * @param maxAge milliseconds
 * @param dryRun whether only to say what would be done
 */
export async function rotateSecret(
  session: Session,
  app: RegisteredApp,
  maxAge: number,
  dryRun: boolean,
): Promise<Rotation> {
  const { okta } = session;
  const { secretOutput } = markOf(app);
  for (let attempts = 1; ; attempts += 1) {
    const secrets = await okta.clientSecrets(app);
    const steps = planRotation(secrets, secretOutput, maxAge, okta.now());
    const changes = rotationChanges(steps);
    if (dryRun) return { changes, secret: newestActive(secrets)?.value };
    try {
      let current = newestActive(secrets);
      for (const step of steps) current = (await carryOut(session, app, step, secrets)) ?? current;
      const unnoted = current && unnotedOutput(secrets, secretOutput, current);
      return {
        changes,
        secret: current?.value,
        ...(unnoted && { afterOutput: () => noteOutput(session, app, unnoted) }),
      };
    } catch (error) {
      if (!isFull(error) || attempts === MAX_PLANS) throw error;
    }
  }
}

/** @returns the secret that is active now, if the step made one active */
async function carryOut(
  session: Session,
  app: RegisteredApp,
  step: RotationStep,
  known: readonly ClientSecret[],
): Promise<ClientSecret | undefined> {
  const { okta, record } = session;
  switch (step.kind) {
    case 'add': {
      const secret = await add(session, app, known);
      record(`added a client secret to the app "${app.label}"`);
      return secret.active ? secret : carryOut(session, app, { kind: 'activate', secret }, known);
    }
    case 'activate':
      await okta.activateClientSecret(app, step.secret);
      record(`activated a new client secret of the app "${app.label}"`);
      return step.secret;
    case 'deactivate':
      await okta.deactivateClientSecret(app, step.secret);
      record(`deactivated a client secret of the app "${app.label}" that has a successor`);
      return undefined;
    case 'delete':
      await okta.deleteClientSecret(app, step.secret);
      record(`deleted a client secret of the app "${app.label}" that has a successor`);
      return undefined;
  }
}

/** A secret that was made although its answer got lost is found again: it is the one that did not exist before. */
function add(session: Session, app: RegisteredApp, known: readonly ClientSecret[]): Promise<ClientSecret> {
  const { okta } = session;
  const isNew = ({ id }: ClientSecret): boolean => !known.some((secret) => secret.id === id);
  return sendOnce(
    session,
    () => okta.addClientSecret(app),
    async () => (await okta.clientSecrets(app)).find(isNew),
  );
}

/**
 * Notes in the app's mark that a secret was output. A run that cannot do so does not fail: the secret was output all the same, and its
 * predecessor is kept active until a run has noted it.
 */
async function noteOutput(session: Session, app: RegisteredApp, secret: ClientSecret): Promise<void> {
  const { okta, deadline, log } = session;
  const secretOutput = { id: secret.id, at: new Date(okta.now()).toISOString() };
  const plan = (current: RegisteredApp): Plan => {
    const mark = markOf(current);
    const body = withValueAt(current.body, MARK_PATH, markJson({ ...mark, secretOutput }));
    return { body, write: mark.secretOutput?.id !== secret.id, changes: [] };
  };
  const { owner } = markOf(app);
  const isOpen = owner === undefined || isOpenToOthers(app, owner);
  const name = `the app "${app.label}"`;
  const object = appObject(session, app, {
    name,
    isOpen,
    plan,
    done: `noted in the mark of ${name} which secret was output`,
  });
  try {
    const readAt = deadline.clock.now();
    await writeConfirmed(session, object, { item: await okta.getApp(app.id), readAt });
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    log.warning(
      `Could not note that the new client secret was output, so that the previous one is kept active until a run has: ${error.message}`,
    );
  }
}

/** Whether another run has added a secret: Okta keeps two at most (the code is documented; the words may change). */
function isFull(error: unknown): error is ActionError {
  return error instanceof OktaError && error.status === 400;
}
