import type { RegisteredApp } from '../app/app.ts';
import type { PullRequests } from '../github/pulls.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Log } from '../util/log.ts';
import type { OktaOrg } from '../okta/org.ts';
import { TransientFailure } from '../okta/transport.ts';
import type { Owner } from '../app/ownership.ts';
import type { Deadline } from '../util/deadline.ts';

/**
 * What every step of a run works with. The two actions have different inputs: a step that both take names those that it needs.
 */
export interface Session<Asked = Inputs> {
  okta: OktaOrg;
  inputs: Asked;
  owner: Owner;
  /** The repository's pull requests; `undefined` where the run has no token to ask GitHub with. */
  pullRequests: PullRequests | undefined;
  deadline: Deadline;
  log: Log;
  /** Masks what must not be seen of an app, before anything of it is written. */
  mask(app: RegisteredApp): void;
  /** What the run has changed so far, one phrase each, to be told if it fails later. */
  done: string[];
}

/** What the steps that wait for other runs take from the inputs. */
export type Settling = Pick<Inputs, 'settleSeconds'>;

/**
 * How long to wait, in milliseconds, until what other runs did at the same time can be seen: `settle-seconds`, or twice the longest
 * request of this run where that is more. docs/how-it-decides.md has the argument.
 */
export function settleTime({ inputs, okta }: Session<Settling>): number {
  return Math.max(inputs.settleSeconds * 1000, 2 * okta.longestRequest());
}

/** Tells of a change that was made, and keeps it for the message of a failure that may come later. */
export function record({ done, log }: Session<unknown>, phrase: string): void {
  done.push(phrase);
  log.info(`${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}.`);
}

/**
 * Sends something that must not be sent twice without looking: after a failure that may pass it waits and looks whether the work is
 * done, and only sends again where it is not.
 *
 * @param send sends the request once
 * @param look gives what it was to bring about, or `undefined` where that is not there
 */
export async function sendOnce<T>(
  session: Session<Settling>,
  send: () => Promise<T>,
  look: () => Promise<T | undefined>,
): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await send();
    } catch (error) {
      await waitToRepeat(session, error, attempts, settleTime(session));
      const there = await look();
      if (there !== undefined) return there;
    }
  }
}

/**
 * Waits until a request that was sent once is worth another look.
 *
 * @param error what the request ended in; anything but a {@link TransientFailure} that may pass is thrown again
 * @param attempts how often it was sent
 * @param least milliseconds to wait at least: a list may show late what the request has done after all
 */
export async function waitToRepeat(
  { deadline }: Session<unknown>,
  error: unknown,
  attempts: number,
  least = 0,
): Promise<void> {
  if (!(error instanceof TransientFailure)) throw error;
  const again = error.again(attempts);
  if (!again) throw error.failure;
  await deadline.wait(Math.max(least, again.wait), again.reason);
}
