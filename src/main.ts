import type { RegisteredApp } from './app/app.ts';
import { ensureAbsent } from './apply/ensure-absent.ts';
import { intendedState, type IntendedState } from './github/auto-state.ts';
import { clientSecret } from './apply/client-secret.ts';
import { systemClock, type Clock } from './util/clock.ts';
import { ensureShared } from './apply/ensure-shared.ts';
import { explain } from './util/errors.ts';
import { readContext } from './github/context.ts';
import { pullRequestsOf } from './github/pulls.ts';
import { isSkipped, readInputs } from './inputs/read.ts';
import { openLog } from './util/log.ts';
import { connect } from './okta/connect.ts';
import { REQUEST_TIMEOUT } from './okta/transport.ts';
import { scopesFor } from './inputs/scopes.ts';
import { ownerOf } from './app/ownership.ts';
import { startDeadline } from './util/deadline.ts';
import { ensurePresent } from './apply/ensure-present.ts';
import { maskApp, report, reportSkipped } from './report/report.ts';
import { isChanged, type Outcome } from './app/change.ts';
import type { Session } from './apply/session.ts';
import { verifySignIn } from './apply/verify-sign-in.ts';

/** What a run takes from the world beside its inputs; tests pass a virtual clock. */
export interface World {
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  /** Milliseconds after which a request without an answer is given up. */
  requestTimeout: number;
}

/** Runs the action once, from its inputs to its outputs. It never throws: a failure ends as one annotation and exit code 1. */
export async function run(world: Partial<World> = {}): Promise<void> {
  const { clock = systemClock, environment = process.env, requestTimeout = REQUEST_TIMEOUT } = world;
  const log = openLog();
  const done: string[] = [];
  try {
    if (isSkipped()) {
      reportSkipped(
        'Skipped: there are no Okta credentials in this run, and "skip-without-credentials" is true.',
        log,
      );
      return;
    }
    const github = readContext(environment);
    const given = await readInputs(github, log);
    const { githubToken: token } = given;
    const deadline = startDeadline(clock, given.timeoutSeconds, log);
    const pullRequests =
      token === undefined ? undefined : pullRequestsOf({ github, token, deadline, log, requestTimeout });
    const intended = await intendedState(given.state, github.pullRequest, pullRequests, log);
    const inputs = { ...given, state: intended.state };
    if (inputs.maskClientId)
      for (const id of [inputs.appId, inputs.settings['client-id']]) if (id) log.mask(id);
    const mask = (app: RegisteredApp): void => {
      maskApp(app, inputs, log);
    };
    const { connection } = inputs;
    const okta = await connect({
      connection,
      scopes: scopesFor(inputs),
      deadline,
      log,
      requestTimeout,
      onApp: mask,
    });
    const session: Session = {
      okta,
      inputs,
      owner: ownerOf(github.run),
      pullRequests,
      deadline,
      log,
      mask,
      done,
    };
    await ensure(session, intended);
  } catch (error) {
    log.failed(explain(error, done));
  }
}

async function ensure(session: Session, intended: IntendedState): Promise<void> {
  const { inputs, log } = session;
  let outcome = await ensureState(session);
  if (isChanged(outcome) && !inputs.dryRun && (await intended.closedMeanwhile()))
    outcome = await ensureState(reverting(session, outcome));
  const secret = await clientSecret(session, outcome.app);
  await report(
    { inputs, outcome, clientSecret: secret, signInReady: await signInReady(session, outcome) },
    log,
  );
}

function ensureState(session: Session): Promise<Outcome> {
  const { inputs } = session;
  const present = inputs.state !== 'absent';
  if (inputs.shared) return ensureShared(session, present);
  return present ? ensurePresent(session, inputs) : ensureAbsent(session);
}

/** The same run with the opposite task: the app that it has just worked on is named by its ID, which never lags behind as lists may. */
function reverting(session: Session, { app }: Outcome): Session {
  const { inputs } = session;
  return { ...session, inputs: { ...inputs, state: 'absent', appId: app?.id ?? inputs.appId } };
}

/** Whether people can sign in, asked after a run that changed the app. */
async function signInReady(session: Session, { app, result }: Outcome): Promise<boolean | undefined> {
  const { verifySignIn: asked, dryRun } = session.inputs;
  const isWritten = result === 'created' || result === 'updated';
  return asked && !dryRun && isWritten && app ? verifySignIn(session, app) : undefined;
}
