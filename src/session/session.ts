import type { OktaOrg } from '../okta/org.ts';
import type { Deadline } from '../util/deadline.ts';
import type { Log } from '../util/log.ts';

/** What the steps of a run work with; each names the parts that it takes. */
export interface Session {
  okta: OktaOrg;
  deadline: Deadline;
  log: Log;
  /**
   * How long to wait, in milliseconds, until others' writes to the same object at the same time can be seen: `settle-seconds`, and at least
   * twice the longest request of this run. docs/how-it-decides.md has the argument.
   */
  settleTime(): number;
  /** The same for an app that only runs of its owner write, which are as quick as this one: a fifth of that. */
  ownSettleTime(): number;
  /**
   * Reports a change that was made, and keeps it for the message of a failure that may come later.
   *
   * @param isResult whether the report says it at the end, so that the log need not say it twice
   */
  record(phrase: string, isResult?: boolean): void;
  /** To be called with the name of a user that is going to be shown: if everybody may read the log, a number is shown instead. */
  showsUser(name: string): void;
}

/** By how much the time is shorter for runs of one owner than for what others write, too. */
const OWN = 5;

/**
 * The session of a run.
 *
 * @param settleSeconds what the settle time is at least
 * @param done takes up what the run changes, one phrase each
 * @param isPrivate whether only those who may see the repository read the log
 */
export function sessionOf(
  { okta, deadline, log }: Pick<Session, 'okta' | 'deadline' | 'log'>,
  settleSeconds: number,
  done: string[],
  isPrivate: boolean,
): Session {
  const settle = settleSeconds * 1000;
  return {
    okta,
    deadline,
    log,
    settleTime: () => Math.max(settle, 2 * okta.longestRequest()),
    ownSettleTime: () => Math.max(settle / OWN, 2 * okta.longestRequest()),
    record: (phrase, isResult = false) => {
      done.push(phrase);
      const line = `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}.`;
      if (isResult) log.debug(line);
      else log.info(line);
    },
    showsUser: (name) => {
      if (!isPrivate) log.count(name, 'user');
    },
  };
}
