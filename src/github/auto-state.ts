import { GitHubError, NEEDED_PERMISSION, type PullRequests, type PullRequestState } from './pulls.ts';
import type { PullRequest } from './context.ts';
import type { Deadline } from '../util/deadline.ts';
import type { Log } from '../util/log.ts';

/** What the input `state` takes. */
export type AskedState = 'present' | 'absent' | 'auto' | 'read' | 'job';

/** What the input `state` comes to in this run. */
export interface IntendedState {
  state: Exclude<AskedState, 'auto'>;
  /** Asks again: has the pull request been closed, or reopened, so that the opposite is meant by now? */
  overtaken(): Promise<boolean>;
}

export interface StateQuestion {
  /** The input. */
  asked: AskedState;
  /** As the event tells of it. */
  pullRequest: PullRequest | undefined;
  /** Whether the run was started again: its event is old then, and does not decide where GitHub does not say. */
  isRerun: boolean;
  /** Where to ask; `undefined` without a token, and then the event alone decides. */
  pullRequests: PullRequests | undefined;
  deadline: Deadline;
  log: Log;
}

/** Milliseconds after which GitHub is asked again where it contradicts the event: all of it may not know yet. */
const PAUSE_MS = 5000;

/**
 * Decides what `state: auto` means: present while the pull request is open, absent once it is closed. GitHub decides, whatever the event
 * says: an event may be hours old, and one that says "closed" may be run again after the pull request was reopened. Where GitHub does
 * not answer, the event decides in a first attempt.
 */
export async function intendedState(question: StateQuestion): Promise<IntendedState> {
  const { asked, pullRequest, isRerun, pullRequests, deadline, log } = question;
  if (asked !== 'auto') return settled(asked);
  if (!pullRequest) return settled('present');
  const byEvent = pullRequest.open ? 'present' : 'absent';
  if (!pullRequests) return settled(byEvent);

  const ask = async (mustKnow = false): Promise<IntendedState['state'] | undefined> => {
    const state = mustKnow
      ? await stateOrError(pullRequests, pullRequest)
      : await stateOrWarning(pullRequests, pullRequest, log);
    return state === 'unknown' ? undefined : state === 'open' ? 'present' : 'absent';
  };
  const { number } = pullRequest;
  let state = await ask(isRerun);
  if (state !== undefined && state !== byEvent) {
    const happened = state === 'absent' ? 'closed' : 'open';
    await deadline.wait(
      PAUSE_MS,
      `GitHub says that pull request #${number} is ${happened}, unlike the event`,
    );
    state = await ask(isRerun);
  }
  if (state === undefined) return settled(byEvent);
  const intended = state;
  if (intended !== byEvent) {
    log.notice(
      intended === 'absent'
        ? `Pull request #${number} has been closed since the event of this run: the app is to be absent.`
        : `Pull request #${number} has been reopened since the event of this run: the app is to be present.`,
    );
  }
  return {
    state: intended,
    overtaken: async () => {
      const now = await ask();
      if (now === undefined || now === intended) return false;
      log.notice(
        now === 'absent'
          ? `Pull request #${number} was closed during this run: its changes are being reverted.`
          : `Pull request #${number} was reopened during this run: the app is to be present.`,
      );
      return true;
    },
  };
}

/** A state that nothing can change during the run. */
function settled(state: IntendedState['state']): IntendedState {
  return { state, overtaken: () => Promise.resolve(false) };
}

/** @throws {GitHubError} where GitHub does not say: what the event says has long been over when a run is started again */
async function stateOrError(pullRequests: PullRequests, { number }: PullRequest): Promise<PullRequestState> {
  const state = await pullRequests.state(number);
  if (state !== 'unknown') return state;
  throw new GitHubError(
    `Cannot tell whether pull request #${number} is open`,
    'GitHub does not show it to the token in "github-token", and the event of a run that was started again is old',
    NEEDED_PERMISSION,
  );
}

async function stateOrWarning(
  pullRequests: PullRequests,
  { number, open }: PullRequest,
  log: Log,
): Promise<PullRequestState> {
  const goesOn = `This run goes by its event, which says that pull request #${number} is ${open ? 'open' : 'closed'}.`;
  try {
    const state = await pullRequests.state(number);
    if (state === 'unknown') {
      log.warning(
        `GitHub does not show pull request #${number} to the token in "github-token". ${NEEDED_PERMISSION} ${goesOn}`,
      );
    }
    return state;
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    log.warning(`${error.message} ${goesOn}`);
    return 'unknown';
  }
}
