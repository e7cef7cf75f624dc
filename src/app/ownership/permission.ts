import type { PullRequestState } from '../../github/pulls.ts';
import type { Run } from '../../github/run.ts';
import type { Mark, Claim } from './mark.ts';
import {
  isEarlierAttempt,
  isPermanent,
  ownerName,
  ownerOf,
  sameOwner,
  sameRepository,
  type Owner,
} from './owner.ts';
import { outsideHosts, webHostOf } from './redirect-hosts.ts';

/**
 * The one place that decides whose things a run may touch. Everything may be read. What is not allowed comes with the words of its refusal.
 */

/** What the input `adopt` says: nothing, an app without a mark, or one of that repository. */
export type Adopt = boolean | string;

/** What a run is about to do to an app. */
export type Action =
  | { to: 'create' }
  | { to: 'change'; adopt: Adopt }
  | { to: 'delete'; adopt: Adopt }
  /** To add URIs to an app that belongs to others too. */
  | { to: 'add'; uris: readonly string[] }
  /** To remove from such an app what the run has added. */
  | { to: 'take away' };

export type Decision =
  | {
      allowed: true;
      /** Whether the app becomes the run's when it is written, since it was somebody else's. */
      takesOver: boolean;
      /**
       * The owner of an app that is to be deleted and created anew: a pull request's or a branch's run made it, and nothing that unreviewed
       * code chose becomes permanent.
       */
      replaces?: Owner;
      notice?: string;
    }
  | { allowed: false; why: string; remedy: string };

/** The app's pull request whose state decides, and which has to be asked for. */
export function decidingPullRequest(run: Run, { owner }: Mark, action: Action): number | undefined {
  const decides =
    run.kind === 'permanent' &&
    (action.to === 'change' || action.to === 'delete') &&
    owner !== undefined &&
    sameRepository(ownerOf(run), owner) &&
    owner.job === run.job &&
    !namesRepository(action.adopt, owner);
  return decides ? owner.pullRequest : undefined;
}

/**
 * Decides whether a run may do to an app what it wants to.
 *
 * @param run which run this is
 * @param mark what the app's mark says
 * @param action what the run is about to do
 * @param state what GitHub says of the pull request in the mark, if {@link decidingPullRequest} names it
 */
export function decide(run: Run, mark: Mark, action: Action, state: PullRequestState = 'unknown'): Decision {
  if (run.kind === 'read-only') {
    return refusal(
      `this run may only read, since ${run.why}`,
      'Start it by an event of a branch, a tag or a pull request, or set "dry-run: true".',
    );
  }
  if (action.to === 'create' || action.to === 'take away') return ALLOWED;
  if (action.to === 'add') return toAdd(run, mark, action.uris);
  const decision = toHave(run, mark, action, state);
  if (!decision.allowed || action.to === 'change') return decision;
  return othersClaims(run, mark) ?? decision;
}

const ALLOWED: Decision = { allowed: true, takesOver: false };
const TAKES_OVER: Decision = { allowed: true, takesOver: true };

function refusal(why: string, remedy: string): Decision {
  return { allowed: false, why, remedy };
}

type Having = Extract<Action, { adopt: Adopt }>;

/** Whether the run may do with the whole app as it likes. */
function toHave(run: Run, mark: Mark, action: Having, state: PullRequestState): Decision {
  const { owner } = mark;
  const adopt = run.kind === 'permanent' && action.adopt;
  if (!owner) {
    if (adopt === true) return TAKES_OVER;
    const why = typeof adopt === 'string' ? `, and "adopt" names ${adopt}` : '';
    return refusal(`it carries no mark of a repository${why}`, remedyFor(run, action, 'true'));
  }
  const own = ownerOf(run);
  if (sameRepository(own, owner)) {
    if (mark.source === 'note' && action.to === 'delete') {
      if (adopt === true || namesRepository(adopt, owner)) return ALLOWED;
      return refusal(
        `only the sentence in its notes says that it belongs to ${ownerName(owner)}; the mark in its profile is gone`,
        remedyFor(run, action, 'true'),
      );
    }
    if (sameOwner(own, owner)) return ALLOWED;
    if (isEarlierAttempt(own, owner)) return TAKES_OVER;
    if (namesRepository(adopt, owner)) return TAKES_OVER;
    return toTakeOver(run, owner, action, state);
  }
  if (namesRepository(adopt, owner)) return TAKES_OVER;
  const whose = `it belongs to ${ownerName(owner)}`;
  if (!isNamesake(own, owner)) return refusal(whose, remedyFor(run, action, owner.repository));
  if (owner.repositoryId !== undefined)
    return refusal(`${whose}, another repository of that name`, remedyFor(run, action, owner.repository));
  return refusal(
    `${whose}, by a mark without the ID of the repository: a run without GITHUB_REPOSITORY_ID made it, such as one by hand, and perhaps of another repository of that name`,
    run.kind === 'permanent'
      ? remedyFor(run, action, owner.repository)
      : `Delete the app in the Admin Console, or set "adopt: ${owner.repository}" in a run of the default branch, which takes it over.`,
  );
}

/** Among the runs of one repository: a permanent run replaces what has ended. */
function toTakeOver(run: Run, owner: Owner, action: Having, state: PullRequestState): Decision {
  const whose = `it belongs to ${ownerName(owner)}`;
  if (owner.job !== run.job) {
    return owner.job === undefined
      ? refusal(whose, 'Choose another name: an app for one job has to be new.')
      : refusal(whose, 'Choose another name. The app is deleted when that job ends.');
  }
  if (run.kind !== 'permanent') return refusal(whose, remedyFor(run, action, owner.repository));
  if (owner.pullRequest === undefined || state === 'closed')
    return { allowed: true, takesOver: true, replaces: owner };
  if (state === 'open') {
    return refusal(
      `${whose}, which is open`,
      `Run it again once the pull request is closed, choose another name, or set "adopt: ${owner.repository}" to take the app over now.`,
    );
  }
  return refusal(
    `${whose}, and GitHub does not say whether that is closed`,
    `Give the job "permissions: pull-requests: read", and its token as "github-token"; or set "adopt: ${owner.repository}" to take the app over.`,
  );
}

function remedyFor(run: Run, { to }: Having, adopt: string): string {
  if (run.kind === 'pull-request') {
    return `A run of pull request #${run.pullRequest} may only touch what runs of that pull request made: choose a name with the number in it, or let the run only look, with "dry-run: \${{ github.event_name == 'pull_request' }}".`;
  }
  if (run.kind === 'branch') {
    return `A run of the branch ${run.branch}, which is neither the default branch nor protected, may only touch what runs of that branch made: choose another name, or set "dry-run: true".`;
  }
  return to === 'delete'
    ? `Set "adopt: ${adopt}" to delete it all the same, or choose another name.`
    : `Set "adopt: ${adopt}" to take it over, or choose another name.`;
}

function namesRepository(adopt: Adopt, { repository }: Owner): boolean {
  return typeof adopt === 'string' && adopt.toLowerCase() === repository.toLowerCase();
}

/** Whether two repositories have one name, which is not to say that they are one. */
function isNamesake(own: Owner, marked: Owner): boolean {
  return own.server === marked.server && own.repository.toLowerCase() === marked.repository.toLowerCase();
}

/** Others' entries in an app keep it from being deleted. */
function othersClaims(run: Run, { claims }: Mark): Decision | undefined {
  const own = ownerOf(run);
  const others = claims.filter((claim) => !sameOwner(own, claim.owner));
  if (others.length === 0) return undefined;
  return refusal(
    `others have put URIs on it: ${named(others)}`,
    'Let those runs remove them ("shared: true" with "state: absent"); the sweep action removes those of closed pull requests.',
  );
}

const MAX_NAMED = 5;

export function named(claims: readonly Claim[]): string {
  const shown = claims.slice(0, MAX_NAMED).map(({ uri, owner }) => `${uri} (${ownerName(owner)})`);
  const more = claims.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Others' entries in an app whose owner does not let them add these: the owner has changed its mind, or is a new one. */
export function withoutConsent({ owner, redirectHosts = [], claims }: Mark): Claim[] {
  const mayAdd = (claim: Claim): boolean =>
    owner === undefined ||
    sameOwner(owner, claim.owner) ||
    (sameRepository(owner, claim.owner) && isPermanent(claim.owner)) ||
    outsideHosts([claim.uri], redirectHosts).length === 0;
  return claims.filter((claim) => !mayAdd(claim));
}

function toAdd(run: Run, { owner, redirectHosts }: Mark, uris: readonly string[]): Decision {
  if (!owner) {
    const notice =
      'The shared app carries no mark of a repository, so that any run with "shared: true" may add to it. An app that a workflow owns takes only what fits its "redirect-hosts".';
    return { allowed: true, takesOver: false, notice };
  }
  if (redirectHosts) {
    const outside = outsideHosts(uris, redirectHosts);
    if (outside.length === 0) return ALLOWED;
    return refusal(
      `it belongs to ${ownerName(owner)}, which lets other runs add URIs of ${redirectHosts.join(', ')} only, and not ${outside.join(', ')}`,
      toFit(
        outside,
        'Use a host that fits, or have the workflow that owns the app widen its "redirect-hosts".',
      ),
    );
  }
  const own = ownerOf(run);
  if (sameRepository(own, owner) && (isPermanent(own) || sameOwner(own, owner))) return ALLOWED;
  return refusal(
    `it belongs to ${ownerName(owner)}, which has not said whose URIs it takes`,
    toFit(
      uris,
      'Have the workflow that owns the app name the hosts in its "redirect-hosts", such as *.preview.example.com.',
    ),
  );
}

/** What to do about URIs that the owner of an app does not let others add: one that is not of the web fits no pattern. */
function toFit(uris: readonly string[], onTheWeb: string): string {
  const others = uris.filter((uri) => webHostOf(uri) === undefined);
  const byOwner = `No pattern of hosts fits a URI of an app's own scheme: have the workflow that owns the app list ${others.join(', ')} itself.`;
  return [...(others.length < uris.length ? [onTheWeb] : []), ...(others.length > 0 ? [byOwner] : [])].join(
    ' ',
  );
}
