import type { Mark } from '../app/ownership/mark.ts';
import { ownerOf, type Owner } from '../app/ownership/owner.ts';
import { decide, decidingPullRequest, type Action, type Decision } from '../app/ownership/permission.ts';
import { GitHubError } from '../github/client.ts';
import type { PullRequestState, PullRequests } from '../github/pulls.ts';
import type { Run } from '../github/run.ts';
import type { Session } from '../session/session.ts';

/** What a run may do, and the owner that the app is to have. */
export type OwnersDecision = Decision & { owner: Owner };

/** What a run may do to apps, by their owner. */
export interface Permission {
  owner: Owner;
  /**
   * Decides about an app. A dry run may see everything: what it would not be allowed is reported as a notice. If a pull request's state
   * decides, GitHub is asked anew each time.
   *
   * @returns decides by the mark that the app has at any time, with what GitHub has said now
   */
  decide(mark: Mark, action: Action): Promise<(mark: Mark) => OwnersDecision>;
  /** Decides, be it a dry run or not. */
  decideStrictly(mark: Mark, action: Action): Promise<Decision>;
}

/** Milliseconds after which GitHub is asked again about a pull request that is open: right after a merge, all of it may not know yet. */
const PAUSE_MS = 5000;

/**
 * @param run which run this is
 * @param pullRequests the client to ask; `undefined` without a token
 */
export function permissionOf(
  run: Run,
  pullRequests: PullRequests | undefined,
  { deadline, log }: Pick<Session, 'deadline' | 'log'>,
  dryRun: boolean,
): Permission {
  const owner = ownerOf(run);
  const permanent: Run = { repository: run.repository, kind: 'permanent' };

  async function stateOf(number: number): Promise<PullRequestState> {
    if (!pullRequests) return 'unknown';
    try {
      const state = await pullRequests.state(number);
      if (state !== 'open') return state;
      await deadline.wait(
        PAUSE_MS,
        `GitHub says that pull request #${number} is open, and may know better soon`,
      );
      return await pullRequests.state(number);
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error;
      log.warning(error.message);
      return 'unknown';
    }
  }

  /** The decision for a run, once GitHub has reported what it knows of the pull request in the mark. */
  async function decideFor(asking: Run, mark: Mark, action: Action): Promise<(mark: Mark) => Decision> {
    const number = decidingPullRequest(asking, mark, action);
    const state = number === undefined ? undefined : await stateOf(number);
    return (current) => {
      const isAsked = decidingPullRequest(asking, current, action) === number;
      return decide(asking, current, action, isAsked ? state : undefined);
    };
  }

  return {
    owner,
    decideStrictly: async (mark, action) => (await decideFor(run, mark, action))(mark),
    decide: async (mark, action) => {
      const own = await decideFor(run, mark, action);
      if (!dryRun) return (current) => ({ ...own(current), owner });
      const asPermanent = own(mark).allowed ? own : await decideFor(permanent, mark, action);
      return (current) => {
        const decision = own(current);
        if (decision.allowed) return { ...decision, owner };
        const later = asPermanent(current);
        if (later.allowed) return { ...later, owner: ownerOf(permanent) };
        const notice = `Without "dry-run" this run would be refused because of the app: ${decision.why}. ${decision.remedy}`;
        return { allowed: true, takesOver: false, notice, owner };
      };
    },
  };
}
