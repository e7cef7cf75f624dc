import { OktaError } from '../okta/http/errors.ts';
import { TransientFailure } from '../okta/http/transport.ts';
import type { Session } from './session.ts';

/**
 * Sends something that must not be sent twice without looking: after a failure that may pass it waits and looks whether the work is done,
 * and only sends again if it is not.
 *
 * @param send sends the request once
 * @param look returns what it was to bring about, or `undefined` if that does not exist
 */
export async function sendOnce<T>(
  session: Pick<Session, 'deadline' | 'settleTime'>,
  send: () => Promise<T>,
  look: () => Promise<T | undefined>,
): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await send();
    } catch (error) {
      await waitToRepeat(session, error, attempts, session.settleTime());
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
  { deadline }: Pick<Session, 'deadline'>,
  error: unknown,
  attempts: number,
  least = 0,
): Promise<void> {
  if (!(error instanceof TransientFailure)) throw error;
  const again = error.again(attempts);
  if (!again) throw error.failure;
  await deadline.wait(Math.max(least, again.wait), again.reason);
}

/** Whether Okta's answer says that it did nothing: a rate limit, a lock. A server error does not say that. */
export function isRefusal(error: unknown): boolean {
  const failure = error instanceof TransientFailure ? error.failure : error;
  return failure instanceof OktaError && failure.status < 500;
}
