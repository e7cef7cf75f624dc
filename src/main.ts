import { ensureAbsent } from './apply/ensure-absent.ts';
import { ensurePresent } from './apply/present/ensure-present.ts';
import { ensureRead } from './apply/ensure-read.ts';
import { ensureShared } from './apply/ensure-shared.ts';
import { permissionOf, type Permission } from './apply/permission.ts';
import { withAccessPolicies } from './apply/sign-in/access-policy-check.ts';
import { handOutSecret, mayOutputSecret } from './apply/secret/client-secret.ts';
import { findIssuer, withIssuer } from './apply/sign-in/find-issuer.ts';
import { removeReferencesIfGone } from './apply/remove-app.ts';
import { signInCheck, type SignInCheck } from './apply/sign-in/verify-sign-in.ts';
import { accessCheck, type AccessCheck } from './apply/sign-in/who-may-use.ts';
import { isChanged, withChanges, type Result } from './app/change.ts';
import { markOf } from './app/ownership/mark.ts';
import { ownerOf } from './app/ownership/owner.ts';
import { intendedState, type IntendedState } from './github/auto-state.ts';
import { pullRequestsOf, type PullRequests } from './github/pulls.ts';
import { isCloseOf } from './github/event.ts';
import { newJobId } from './github/job.ts';
import type { Run } from './github/run.ts';
import { whichPullRequest, type WhichPullRequest } from './github/which-pull-request.ts';
import type { Inputs } from './inputs/inputs.ts';
import { leaveNothing, leaveWord } from './inputs/job-word.ts';
import { isSkipped, readInputs } from './inputs/read.ts';
import { maskingApps, maskName } from './report/mask.ts';
import { report, reportSkipped } from './report/report.ts';
import { summary, type Known } from './report/summary.ts';
import { scopesFor } from './resources/resources.ts';
import type { Session } from './session/session.ts';
import type { Deadline } from './util/deadline.ts';
import type { Log } from './util/log.ts';
import { ActionError } from './util/errors.ts';
import { openSession, runAction, startTime, type Start, type World } from './world.ts';

/** Runs the action once, from its inputs to its outputs. */
export function run(world: Partial<World> = {}): Promise<void> {
  leaveNothing();
  const known: Known = {};
  return runAction(
    world,
    async (start) => {
      const identified = await identify(start, known);
      const done = identified && (await bringAbout(start, identified));
      if (done) await tell(done, known);
    },
    (ending) => summary(known, ending),
  );
}

/** Who a run is: what it is asked for, and in whose name. */
interface Identified {
  inputs: Inputs;
  /** What the input `state` says. */
  asked: Inputs['state'];
  /** Whether the event is the close of the pull request. */
  isClose: boolean;
  runs: Run;
  which: WhichPullRequest;
  pullRequests: PullRequests | undefined;
  /** Asks GitHub whether the opposite is meant by now, right before anything is removed. */
  overtaken: IntendedState['overtaken'];
  deadline: Deadline;
  /** GitHub's ID of the run. */
  runId: number;
  /** Ends a fork's run. @throws {ActionError} unless such runs are skipped */
  refuseFork(): void;
}

/**
 * Finds out who this run is, and what it is to do. Nothing is sent to Okta yet.
 *
 * @param known takes up what the run comes to know of itself, for the summary
 * @returns `undefined` if the run is skipped
 */
async function identify(start: Start, known: Known): Promise<Identified | undefined> {
  const { requestTimeout, github, log } = start;
  if (isSkipped(github)) {
    const reason =
      'GitHub gives this run no secrets, so that it has no Okta credentials, and "skip-without-credentials" is true.';
    skip(reason, known, log);
    return undefined;
  }
  const given = await readInputs(github, log);
  known.inputs = given;
  const { githubToken: token, pullRequest: number, state: asked } = given;
  const deadline = startTime(start, given.timeoutSeconds);
  const pullRequests =
    token === undefined ? undefined : pullRequestsOf({ github, token, deadline, log, requestTimeout });
  const which = await whichPullRequest({ github, asked: number, state: asked, pullRequests });
  if ('skip' in which) {
    skip(which.skip, known, log);
    return undefined;
  }
  const { pullRequest, kind } = which;
  known.pullRequest = pullRequest?.number;
  const job = asked === 'job' ? newJobId(github.attempt) : undefined;
  const runs: Run = { ...kind, repository: github.run.repository, job };
  const isRerun = github.attempt.attempt > 1;
  const isClose = isCloseOf(github.event, pullRequest?.number);
  const question = { asked, pullRequest, isClose, isRerun, pullRequests, deadline, log };
  const { state, overtaken } = await intendedState(question);
  const inputs = { ...given, state };
  const refuseFork = (): void => {
    if (!given.skipWithoutCredentials) throw fromFork(which);
    skip(`${forkName(which)}, and "skip-without-credentials" is true.`, known, log);
  };
  if (which.fromFork && state !== 'absent') {
    refuseFork();
    return undefined;
  }
  const isPassing = kind.kind === 'pull-request' || kind.kind === 'branch';
  if (given.adopt !== false && !given.dryRun && isPassing) throw mayNotAdopt();
  const runId = Number(github.attempt.runId);
  return {
    inputs,
    asked,
    isClose,
    runs,
    which,
    pullRequests,
    overtaken,
    deadline,
    runId,
    refuseFork,
  };
}

type Overtaken = IntendedState['overtaken'];

/** What a run has brought about. */
interface Done {
  identified: Identified;
  session: Session;
  permission: Permission;
  signIn: SignInCheck;
  access: AccessCheck;
  result: Result;
}

/** Brings about what the run is asked for, and the opposite if its pull request was closed or reopened meanwhile. */
async function bringAbout(start: Start, identified: Identified): Promise<Done | undefined> {
  const { inputs, runs, which, pullRequests, refuseFork } = identified;
  const session = await openRun(start, identified);
  const permission = permissionOf(runs, pullRequests, session, inputs.dryRun);
  const check = withAccessPolicies(signInCheck(session, inputs), session, inputs);
  const asked = withIssuer(check, session, inputs);
  const access = accessCheck(session, inputs);
  const signIn: SignInCheck = {
    ...asked,
    begin: (app, isWritten) => {
      asked.begin(app, isWritten);
      if (!isWritten) access.begin(app);
    },
  };
  /**
   * @param overtaken asks whether the opposite is meant by now, right before something is removed
   * @returns `undefined` for a fork's run that was to remove the app, if the app is to exist after all
   */
  const ensure = async (wanted: Inputs, overtaken: Overtaken): Promise<Result | undefined> => {
    const isOvertaken = async (): Promise<boolean> => !wanted.dryRun && (await overtaken()) !== undefined;
    const everything = identified.asked === 'auto';
    const sharedRun = { everything, runId: identified.runId, overtaken: isOvertaken };
    const attempt = (each: Inputs): Promise<Result | undefined> => {
      if (each.shared) return ensureShared(session, each, permission, sharedRun, signIn);
      if (each.state === 'absent') return ensureAbsent(session, each, permission, isOvertaken);
      return ensurePresent(session, each, permission, signIn);
    };
    if (wanted.state === 'read') return ensureRead(session, wanted, permission.owner);
    const result = await attempt(wanted);
    return result || which.fromFork ? result : attempt({ ...wanted, state: 'present' });
  };
  let result = await ensure(inputs, identified.overtaken);
  const mayRevert = result && inputs.state === 'present' && isChanged(result) && !inputs.dryRun;
  const opposite = mayRevert ? await identified.overtaken() : undefined;
  if (result && opposite) {
    const { app: made } = result;
    result = await ensure(oppositeOf(inputs, result), opposite.overtaken);
    // The close itself was faster, and may have looked before this run wrote all of it.
    if (result?.kind === 'absent' && made) await removeReferencesIfGone(session, made, markOf(made));
  }
  if (result) return { identified, session, permission, signIn, access, result };
  refuseFork();
  return undefined;
}

/** Connects the run with its org. What it sees of apps is masked before anybody else sees it. */
function openRun(start: Start, { inputs, runs, deadline }: Identified): Promise<Session> {
  const { log } = start;
  const { job } = runs;
  const leaveApp = job === undefined ? undefined : leaveWord({ ...runs, job }, inputs.connection.orgUrl, log);
  maskName(inputs, ownerOf(runs), log);
  const mask = maskingApps(inputs, log);
  return openSession(start, {
    ...inputs,
    scopes: scopesFor(inputs),
    deadline,
    onApp: (app) => {
      mask(app);
      if (leaveApp && markOf(app).owner?.job === job) leaveApp(app.id);
    },
  });
}

/** Hands out the secret, concludes what was asked of Okta meanwhile, and reports all. */
async function tell(
  { identified, session, permission, signIn, access, result: done }: Done,
  known: Known,
): Promise<void> {
  const { inputs, which } = identified;
  const { log } = session;
  let result = (known.result = done);
  const { app } = result;
  const mayHave =
    app !== undefined &&
    inputs.outputClientSecret &&
    (isMade(inputs, result) || (await mayOutputSecret(log, inputs, permission, app)));
  const handed = mayHave ? await handOutSecret(session, inputs, app, result) : undefined;
  if (handed) known.result = result = withChanges(result, handed.changes);
  const isPlanned = inputs.dryRun && isChanged(result);
  if (isLeftBehind(identified, result)) log.warning(leftBehind(which));
  const [isAccepted, others, issuer] = await Promise.all([
    app && !isPlanned ? signIn.conclude(app, isChanged(result)) : undefined,
    access.conclude(result),
    app && findIssuer(session, inputs, app),
  ]);
  Object.assign(known, { isAccepted, others });
  const isForNobody = inputs.verifySignIn && app !== undefined && others?.kind === 'nobody';
  const signInReady = isForNobody ? false : isAccepted;
  const { pullRequest } = which;
  const told = { inputs, result, issuer, clientSecret: handed?.secret, signInReady, pullRequest };
  known.exported = await report(told, log);
  await handed?.afterOutput?.();
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

/** Anybody can open a pull request from a fork, so that anybody would choose what is written to Okta. */
function fromFork(which: WhichPullRequest): ActionError {
  return new ActionError(
    'Cannot run for a fork',
    `${forkName(which)}, and such a run may only remove what exists`,
    'Set "skip-without-credentials: true" to skip such runs, or push the branch to this repository.',
  );
}

/** No rule between the inputs, since the event does not always say which run this is. */
function mayNotAdopt(): ActionError {
  return new ActionError(
    'Cannot adopt anything',
    'this run is for a pull request or a branch, which may not take over what is permanent',
    'Set "adopt" in a run of the default branch only, or beside "dry-run: true".',
  );
}

/** Whether a run made or added something at the close of its pull request, which nobody removes any more. */
function isLeftBehind({ asked, inputs: { dryRun }, isClose, runs }: Identified, { kind }: Result): boolean {
  const isMade = kind === 'created' || kind === 'updated';
  return asked === 'present' && isClose && runs.kind === 'pull-request' && isMade && !dryRun;
}

function leftBehind({ pullRequest }: WhichPullRequest): string {
  return `Pull request #${pullRequest?.number ?? 0} is closed, and this run has created or changed what exists for it. Set "state: auto" to have it removed when the pull request is closed, or leave the type "closed" out of the workflow's events.`;
}

/** Whether the run has written the app as one of its own. */
function isMade({ dryRun, shared }: Inputs, result: Result): boolean {
  return !dryRun && !shared && isChanged(result);
}

/** The opposite task: the app that the run has just worked on is named by its ID, which never lags behind as lists may. */
function oppositeOf(inputs: Inputs, { app }: Result): Inputs {
  const named = app && { appId: app.id, name: app.label };
  return { ...inputs, state: 'absent', ...named };
}
