import type { OktaOrg } from '../okta/org.ts';
import type { Deadline } from '../util/deadline.ts';
import type { Log } from '../util/log.ts';

/** What the steps of a run work with; each names the parts that it takes. */
export interface Session {
  okta: OktaOrg;
  deadline: Deadline;
  log: Log;
  /**
   * How long to wait, in milliseconds, until what other runs did at the same time can be seen: `settle-seconds`, or twice the longest
   * request of this run where that is more. docs/how-it-decides.md has the argument.
   */
  settleTime(): number;
  /**
   * Tells of a change that was made, and keeps it for the message of a failure that may come later.
   *
   * @param isOutcome whether the report tells it at the end, so that the log need not say it twice
   */
  record(phrase: string, isOutcome?: boolean): void;
}

/**
 * The session of a run.
 *
 * @param settleSeconds what the settle time is at least
 * @param done takes up what the run changes, one phrase each
 */
export function sessionOf(
  { okta, deadline, log }: Pick<Session, 'okta' | 'deadline' | 'log'>,
  settleSeconds: number,
  done: string[] = [],
): Session {
  return {
    okta,
    deadline,
    log,
    settleTime: () => Math.max(settleSeconds * 1000, 2 * okta.longestRequest()),
    record: (phrase, isOutcome = false) => {
      done.push(phrase);
      const line = `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}.`;
      if (isOutcome) log.debug(line);
      else log.info(line);
    },
  };
}
