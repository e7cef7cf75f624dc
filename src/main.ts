import { ensureAbsent } from './apply/ensure-absent.ts';
import { ensurePresent } from './apply/ensure-present.ts';
import { ensureRead } from './apply/ensure-read.ts';
import { ensureShared } from './apply/ensure-shared.ts';
import { authorityOf } from './apply/authority.ts';
import { handOutSecret, mayOutputSecret } from './apply/client-secret.ts';
import { findIssuer, withIssuer } from './apply/find-issuer.ts';
import { releaseIfGone } from './apply/release.ts';
import { withAccessPolicies } from './apply/access-policy-check.ts';
import { signInCheck } from './apply/verify-sign-in.ts';
import { isChanged, withChanges, type Outcome } from './app/change.ts';
import { markOf } from './app/ownership/mark.ts';
import { secretsBefore } from './app/secrets.ts';
import { intendedState } from './github/auto-state.ts';
import { pullRequestsOf } from './github/pulls.ts';
import { keepApp, keepJob, newJobId } from './github/job.ts';
import type { Run } from './github/run.ts';
import { whichPullRequest, type WhichPullRequest } from './github/which-pull-request.ts';
import type { Inputs } from './inputs/inputs.ts';
import { isSkipped, readInputs } from './inputs/read.ts';
import { scopesFor } from './inputs/scopes.ts';
import { maskApp, maskId } from './report/mask.ts';
import { report, reportSkipped } from './report/report.ts';
import { summary, type Known } from './report/summary.ts';
import type { Log } from './util/log.ts';
import { ActionError } from './util/errors.ts';
import { openSession, runAction, startTime, type Start, type World } from './world.ts';

/** Runs the action once, from its inputs to its outputs. */
export function run(world: Partial<World> = {}): Promise<void> {
  const known: Known = {};
  return runAction(
    world,
    (start) => ensure(start, known),
    (ending) => summary(known, ending),
  );
}

/** @param known takes up what the run comes to know of itself, for the summary */
async function ensure(start: Start, known: Known): Promise<void> {
  const { requestTimeout, github, log } = start;
  if (isSkipped(github)) {
    skip(
      'GitHub gives this run no secrets, so that it has no Okta credentials, and "skip-without-credentials" is true.',
      known,
      log,
    );
    return;
  }
  const given = await readInputs(github, log);
  known.inputs = given;
  const { githubToken: token, maskClientId = true } = given;
  const deadline = startTime(start, given.timeoutSeconds);
  const pullRequests =
    token === undefined ? undefined : pullRequestsOf({ github, token, deadline, log, requestTimeout });
  const { pullRequest: asked, state } = given;
  const which = await whichPullRequest({ github, asked, state, pullRequests });
  if ('skip' in which) {
    skip(which.skip, known, log);
    return;
  }
  const { pullRequest } = which;
  known.pullRequest = pullRequest?.number;
  const runs: Run = {
    ...which.kind,
    repository: github.run.repository,
    job: state === 'job' ? newJobId(github.attempt) : undefined,
  };
  const isRerun = github.attempt.attempt > 1;
  const intended = await intendedState({
    asked: state,
    pullRequest,
    isRerun,
    pullRequests,
    deadline,
    log,
  });
  const refuseFork = (): void => {
    if (!given.skipWithoutCredentials) throw fromFork(which);
    skip(`${forkName(which)}, and "skip-without-credentials" is true.`, known, log);
  };
  if (which.fromFork && intended.state !== 'absent') {
    refuseFork();
    return;
  }
  const { job } = runs;
  if (job !== undefined) keepJob({ ...runs, job });
  const inputs = { ...given, state: intended.state };
  if (maskClientId) for (const id of [inputs.appId, inputs.settings['client-id']]) if (id) maskId(id, log);
  const session = await openSession(start, {
    ...inputs,
    scopes: scopesFor(inputs),
    deadline,
    onApp: (app) => {
      maskApp(app, maskClientId, log);
      for (const secret of secretsBefore(inputs.settings.other ?? {}, app.body)) log.mask(secret);
      if (job !== undefined && markOf(app).owner?.job === job) keepApp(app.id);
    },
  });

  const authority = authorityOf(runs, pullRequests, { deadline, log }, inputs.dryRun);
  const check = withAccessPolicies(signInCheck(session, inputs), session, inputs);
  const signIn = withIssuer(check, session, inputs);
  const overtaken = inputs.dryRun ? never : intended.overtaken;
  /** `undefined` for a fork's run that was to take the app away, which is to be there after all. */
  const ensureState = async (asked: Inputs): Promise<Outcome | undefined> => {
    if (asked.state === 'read') return ensureRead(session, asked, authority.owner);
    if (asked.shared) return ensureShared(session, asked, authority, state === 'auto', pullRequests, signIn);
    if (asked.state !== 'absent') return ensurePresent(session, asked, authority, signIn);
    const outcome = await ensureAbsent(session, asked, authority, asked === inputs ? overtaken : never);
    if (outcome || which.fromFork) return outcome;
    return ensurePresent(session, { ...asked, state: 'present' }, authority, signIn);
  };
  let outcome = await ensureState(inputs);
  if (outcome && inputs.state === 'present' && isChanged(outcome) && (await overtaken())) {
    const { app: made } = outcome;
    outcome = await ensureState(reverting(inputs, outcome));
    // The close itself was faster, and may have looked before this run wrote all of it.
    if (outcome?.result === 'absent' && made) await releaseIfGone(session, made, markOf(made));
  }
  if (!outcome) {
    refuseFork();
    return;
  }
  known.outcome = outcome;
  const { app } = outcome;
  const mayHave =
    app !== undefined &&
    inputs.outputClientSecret &&
    (isMade(inputs, outcome) || (await mayOutputSecret(log, inputs, authority, app)));
  const handed = mayHave ? await handOutSecret(session, inputs, app, outcome) : undefined;
  if (handed) known.outcome = outcome = withChanges(outcome, handed.changes);
  const isPlanned = inputs.dryRun && isChanged(outcome);
  const [ready, issuer] = await Promise.all([
    app && !isPlanned ? signIn.conclude(app, isChanged(outcome)) : undefined,
    app && findIssuer(session, inputs, app),
  ]);
  known.signInReady = ready;
  known.described = await report(
    { inputs, outcome, issuer, clientSecret: handed?.secret, signInReady: ready, pullRequest },
    log,
  );
}

function skip(reason: string, known: Known, log: Log): void {
  known.skipped = reason;
  reportSkipped(`Skipped: ${reason}`, log);
}

function forkName({ pullRequest }: WhichPullRequest): string {
  return pullRequest
    ? `pull request #${pullRequest.number} comes from a fork`
    : 'the run is for the code of another repository, such as a fork';
}

/** Anybody can open a pull request from a fork, so that anybody would choose what goes into Okta. */
function fromFork(which: WhichPullRequest): ActionError {
  return new ActionError(
    'Cannot run for a fork',
    `${forkName(which)}, and such a run may only take away what is there`,
    'Set "skip-without-credentials: true" to skip such runs, or push the branch to this repository.',
  );
}

function never(): Promise<boolean> {
  return Promise.resolve(false);
}

/** Whether the run has written the app as one of its own. */
function isMade({ dryRun, shared }: Inputs, outcome: Outcome): boolean {
  return !dryRun && !shared && isChanged(outcome);
}

/** The opposite task: the app that the run has just worked on is named by its ID, which never lags behind as lists may. */
function reverting(inputs: Inputs, { app }: Outcome): Inputs {
  return { ...inputs, state: 'absent', appId: app?.id ?? inputs.appId };
}
