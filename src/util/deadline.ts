import type { Clock } from './clock.ts';
import { ActionError } from './errors.ts';
import type { Log } from './log.ts';

/** How long a run may take, and the one place where all waiting is done. */
export interface Deadline {
  readonly clock: Clock;
  /** Milliseconds that are left of `timeout-seconds`. */
  remaining(): number;
  /**
   * Waits, after saying for what.
   *
   * @param milliseconds how long
   * @param reason what is waited for, as the start of a sentence
   * @throws {ActionError} at once if the run's time would be over before
   */
  wait(milliseconds: number, reason: string): Promise<void>;
  /** Ends all waiting: whatever still runs beside a failed run is to log and to send nothing more. */
  end(): void;
  /** @throws after {@link end} */
  check(): void;
  /** The failure of something that would have been tried again if there were time. */
  outOfTime(error: ActionError): ActionError;
}

/** Starts the time of a run. */
export function startDeadline(clock: Clock, timeoutSeconds: number, log: Log): Deadline {
  const end = clock.now() + timeoutSeconds * 1000;
  const remaining = (): number => Math.max(0, end - clock.now());
  const over = new AbortController();
  const check = (): void => {
    over.signal.throwIfAborted();
  };
  return {
    clock,
    remaining,
    end: () => {
      over.abort();
    },
    check,
    wait: async (milliseconds, reason) => {
      check();
      const seconds = Math.ceil(milliseconds / 100) / 10;
      if (milliseconds >= remaining()) {
        throw new ActionError(
          'The run ended before its work was done',
          `${reason}, which would take ${seconds} s, and "timeout-seconds" (${timeoutSeconds}) leaves ${Math.floor(remaining() / 1000)} s`,
          'Run it again later, or raise "timeout-seconds".',
        );
      }
      log.info(`${reason}. Waiting ${seconds} s.`);
      await clock.sleep(milliseconds, over.signal);
      check();
    },
    outOfTime: (error) =>
      new ActionError(
        error.what,
        `${error.why}, and "timeout-seconds" (${timeoutSeconds}) leaves no time to try again`,
        error.remedy,
        { cause: error },
      ),
  };
}
