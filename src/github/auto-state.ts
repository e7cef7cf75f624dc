import { GitHubError, NEEDED_PERMISSION, type PullRequests, type PullRequestState } from './pulls.ts';
import type { PullRequest } from './context.ts';
import type { Log } from '../util/log.ts';

/** What the input `state` takes. */
export type AskedState = 'present' | 'absent' | 'auto' | 'read';

/** What the input `state` comes to in this run. */
export interface IntendedState {
  state: Exclude<AskedState, 'auto'>;
  /** Asks again, after a run that made or changed the app: has the pull request been closed since? */
  closedMeanwhile(): Promise<boolean>;
}

/**
 * Decides what `state: auto` means: present while the pull request is open, absent once it is closed, be it by the event that started
 * the run or by what GitHub says now. An event that says "closed" is believed without asking: GitHub may need a moment until all of it
 * knows, and a preview that is gone too early comes back with the next push. An event that says "open" may be hours old.
 *
 * @param asked the input
 * @param pullRequest as the event tells of it
 * @param pullRequests where to ask; `undefined` without a token, and then the event alone decides
 */
export async function intendedState(
  asked: AskedState,
  pullRequest: PullRequest | undefined,
  pullRequests: PullRequests | undefined,
  log: Log,
): Promise<IntendedState> {
  if (asked !== 'auto') return settled(asked);
  if (pullRequest?.open === false) return settled('absent');
  if (!pullRequest || !pullRequests) return settled('present');

  const { number } = pullRequest;
  const ask = (): Promise<PullRequestState> => stateOrWarning(pullRequests, number, log);
  const state = await ask();
  if (state === 'unknown') return settled('present');
  if (state === 'closed') {
    log.notice(
      `Pull request #${number} has been closed since the event of this run: the app is to be absent.`,
    );
    return settled('absent');
  }
  return {
    state: 'present',
    closedMeanwhile: async () => {
      const closed = (await ask()) === 'closed';
      if (closed)
        log.notice(`Pull request #${number} was closed during this run: its changes are being reverted.`);
      return closed;
    },
  };
}

/** A state that nothing can change during the run. */
function settled(state: IntendedState['state']): IntendedState {
  return { state, closedMeanwhile: () => Promise.resolve(false) };
}

async function stateOrWarning(
  pullRequests: PullRequests,
  number: number,
  log: Log,
): Promise<PullRequestState> {
  const goesOn = `This run goes by its event, which says that pull request #${number} is open.`;
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
