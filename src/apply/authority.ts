import { ownerOf, type Mark, type Owner } from '../app/ownership/mark.ts';
import {
  decidingPullRequest,
  permissionFor,
  type Permission,
  type Wish,
} from '../app/ownership/permission.ts';
import { GitHubError } from '../github/client.ts';
import type { PullRequestState, PullRequests } from '../github/pulls.ts';
import type { Run } from '../github/run.ts';
import type { Session } from '../session/session.ts';

/** What a run may do, and whom the app is to belong to that it does it with. */
export type Judgement = Permission & { owner: Owner };

/** Whose things a run may touch. */
export interface Authority {
  owner: Owner;
  /**
   * Finds out what the run may do with an app. A dry run may see everything: what it would not be allowed comes as a notice.
   *
   * @returns judges the app by its mark at any time, by what GitHub said of the pull request when this was called: "closed" twice
   */
  ask(mark: Mark, wish: Wish): Promise<(mark: Mark) => Judgement>;
  /** What the run may do, be it a dry run or not. */
  askStrictly(mark: Mark, wish: Wish): Promise<Permission>;
}

/** Milliseconds after which GitHub is asked again about a pull request that is open: right after a merge, all of it may not know yet. */
const PAUSE_MS = 5000;

/**
 * @param run which run this is
 * @param pullRequests where to ask; `undefined` without a token
 */
export function authorityOf(
  run: Run,
  pullRequests: PullRequests | undefined,
  { deadline, log }: Pick<Session, 'deadline' | 'log'>,
  dryRun: boolean,
): Authority {
  const owner = ownerOf(run);
  const permanent: Run = { repository: run.repository, kind: 'permanent' };

  async function stateOf(number: number): Promise<PullRequestState> {
    if (!pullRequests) return 'unknown';
    try {
      let state = await pullRequests.state(number);
      if (state === 'open') {
        await deadline.wait(
          PAUSE_MS,
          `GitHub says that pull request #${number} is open, and may know better soon`,
        );
        state = await pullRequests.state(number);
      }
      return state === 'closed' ? await pullRequests.state(number) : state;
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error;
      log.warning(error.message);
      return 'unknown';
    }
  }

  /** The decision for a run, once GitHub has said of the pull request in the mark what it knows. */
  async function judge(asking: Run, mark: Mark, wish: Wish): Promise<(mark: Mark) => Permission> {
    const number = decidingPullRequest(asking, mark, wish);
    const state = number === undefined ? undefined : await stateOf(number);
    return (current) => {
      const isAsked = number !== undefined && decidingPullRequest(asking, current, wish) === number;
      return permissionFor(asking, current, wish, isAsked ? state : undefined);
    };
  }

  return {
    owner,
    askStrictly: async (mark, wish) => (await judge(run, mark, wish))(mark),
    ask: async (mark, wish) => {
      const own = await judge(run, mark, wish);
      if (!dryRun) return (current) => ({ ...own(current), owner });
      const asPermanent = own(mark).allowed ? own : await judge(permanent, mark, wish);
      return (current) => {
        const permission = own(current);
        if (permission.allowed) return { ...permission, owner };
        const later = asPermanent(current);
        if (later.allowed) return { ...later, owner: ownerOf(permanent) };
        const notice = `Without "dry-run" this run would be refused because of the app: ${permission.why}. ${permission.remedy}`;
        return { allowed: true, takesOver: false, notice, owner };
      };
    },
  };
}
