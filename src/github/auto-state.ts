import { GitHubError } from './client.ts';
import { NEEDED_PERMISSION, type PullRequests } from './pulls.ts';
import type { PullRequest } from './context.ts';
import type { Deadline } from '../util/deadline.ts';
import type { Log } from '../util/log.ts';

/** What the input `state` takes. */
export type AskedState = 'present' | 'absent' | 'auto' | 'read' | 'job';

/** What the input `state` means in this run. */
export interface IntendedState {
  state: Exclude<AskedState, 'auto'>;
  /**
   * Asks GitHub again. To be called after a change, and right before anything is deleted or undone, which needs two answers.
   *
   * @returns the opposite, if the pull request has been closed or reopened meanwhile, with an `overtaken` of its own: what is undone then
   *   is undone after another answer
   * @throws {GitHubError} if something is to be removed because GitHub said "closed", and GitHub no longer says anything
   */
  overtaken(): Promise<IntendedState | undefined>;
}

export interface StateQuestion {
  /** The input. */
  asked: AskedState;
  /** As the event describes it. */
  pullRequest: PullRequest | undefined;
  /** Whether the event is the close of that pull request itself. */
  isClose: boolean;
  /** Whether the run was started again: its event is old then, and does not decide if GitHub does not say. */
  isRerun: boolean;
  /** The client to ask; `undefined` without a token. */
  pullRequests: PullRequests | undefined;
  deadline: Deadline;
  log: Log;
}

type Auto = 'present' | 'absent';
type AutoQuestion = StateQuestion & { pullRequest: PullRequest; pullRequests: PullRequests };

/** Milliseconds after which GitHub is asked again if it contradicts the event: all of it may not know yet. */
const PAUSE_MS = 5000;

/**
 * Decides what `state: auto` means: present while the pull request is open, absent once it is closed. GitHub decides, whatever the event
 * says: an event may be hours old, and one that says "closed" may be run again after the pull request was reopened. If GitHub does not
 * answer, the event decides in a first attempt, and only the event of the close itself removes anything.
 *
 * @throws {GitHubError} if neither of them decides
 */
export async function intendedState(question: StateQuestion): Promise<IntendedState> {
  const { asked, pullRequest, pullRequests, deadline, log } = question;
  if (asked !== 'auto') return final(asked);
  if (!pullRequest) return final('present');
  const byEvent = stateFor(pullRequest);
  const ifSilent = isDecidedByEvent(question) ? byTheEvent(pullRequest) : undefined;
  if (!pullRequests) {
    if (ifSilent !== undefined) return final(byEvent);
    throw undecided(question, '"github-token" is empty', "Leave it out to use the workflow's own token.");
  }
  const auto: AutoQuestion = { ...question, pullRequest, pullRequests };
  const first = await ask(auto, ifSilent);
  if (first === undefined) return final(byEvent);
  if (first === byEvent) return revocable(auto, first);
  const { number } = pullRequest;
  await deadline.wait(
    PAUSE_MS,
    `GitHub says that pull request #${number} is ${first === 'absent' ? 'closed' : 'open'}, unlike the event`,
  );
  const state = await ask(auto);
  if (state !== byEvent) {
    log.notice(
      state === 'absent'
        ? `Pull request #${number} has been closed since the event of this run: the app is to be absent.`
        : `Pull request #${number} has been reopened since the event of this run: the app is to be present.`,
    );
  }
  return revocable(auto, state);
}

function stateFor({ open }: Pick<PullRequest, 'open'>): Auto {
  return open ? 'present' : 'absent';
}

/** Whether the event decides if GitHub does not say: an old one does not, and only the close itself removes anything. */
function isDecidedByEvent({ pullRequest, isClose, isRerun }: StateQuestion): boolean {
  return !isRerun && (pullRequest?.open === true || isClose);
}

function byTheEvent({ number, open }: PullRequest): string {
  return `This run follows its event, which says that pull request #${number} is ${open ? 'open' : 'closed'}.`;
}

/** A state that nothing can change during the run. */
function final(state: IntendedState['state']): IntendedState {
  return { state, overtaken: () => Promise.resolve(undefined) };
}

/** A state that GitHub has reported, and may revoke. */
function revocable(question: AutoQuestion, state: Auto): IntendedState {
  const { pullRequest, log } = question;
  const { number } = pullRequest;
  const isByEvent = state === stateFor(pullRequest) && isDecidedByEvent(question);
  const byEvent = isByEvent ? byTheEvent(pullRequest) : undefined;
  return {
    state,
    overtaken: async () => {
      const now = await ask(question, state === 'present' ? 'What this run has made is kept.' : byEvent);
      if (now === undefined || now === state) return undefined;
      log.notice(
        now === 'absent'
          ? `Pull request #${number} was closed during this run: its changes are being reverted.`
          : `Pull request #${number} was reopened during this run: the app is to be present.`,
      );
      return revocable({ ...question, isClose: false }, now);
    },
  };
}

/**
 * Asks GitHub once.
 *
 * @param ifSilent what a warning says of how the run continues without an answer
 * @returns `undefined` if GitHub does not say, and the run continues
 * @throws {GitHubError} if it does not continue
 */
async function ask(question: AutoQuestion): Promise<Auto>;
async function ask(question: AutoQuestion, ifSilent: string | undefined): Promise<Auto | undefined>;
async function ask(question: AutoQuestion, ifSilent?: string): Promise<Auto | undefined> {
  const { pullRequest, pullRequests, log } = question;
  const { number } = pullRequest;
  try {
    const state = await pullRequests.state(number);
    if (state !== 'unknown') return stateFor({ open: state === 'open' });
  } catch (error) {
    if (!(error instanceof GitHubError) || ifSilent === undefined) throw error;
    log.warning(`${error.message} ${ifSilent}`);
    return undefined;
  }
  const unseen = `GitHub does not show pull request #${number} to the token in "github-token"`;
  if (ifSilent === undefined) throw undecided(question, unseen, NEEDED_PERMISSION);
  log.warning(`${unseen}. ${NEEDED_PERMISSION} ${ifSilent}`);
  return undefined;
}

/** Neither GitHub nor the event decides. */
function undecided({ pullRequest, isRerun }: StateQuestion, why: string, remedy: string): GitHubError {
  const event = isRerun ? 'of a run that was started again is old' : 'of this run does not decide it';
  return new GitHubError(
    `Cannot tell whether pull request #${pullRequest?.number ?? ''} is open`,
    `${why}, and the event ${event}`,
    remedy,
  );
}
