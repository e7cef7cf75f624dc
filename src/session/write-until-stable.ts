import { latestOfEach, type Change } from '../app/change.ts';
import { OktaError } from '../okta/http/errors.ts';
import { ActionError } from '../util/errors.ts';
import { TransientFailure } from '../okta/http/transport.ts';
import { equal, valueAt, type JsonObject, type Path } from '../util/json.ts';
import { waitToRepeat } from './send-once.ts';
import type { Session } from './session.ts';

/** What a run wants of an object, from what Okta holds of it. */
export interface Plan {
  /** The whole body to send. */
  body: JsonObject;
  /** Whether the body differs from what Okta holds. */
  write: boolean;
  /** The differences, as they are told. */
  changes: readonly Change[];
}

/**
 * An object that Okta only replaces whole, and that others may replace at the same time: its API has neither partial updates nor
 * versions for them.
 */
export interface WholeObject<Item extends { body: JsonObject }, P extends Plan> {
  read(): Promise<Item>;
  /** @throws {ActionError} where what Okta holds now cannot become what is wanted */
  plan(current: Item): P;
  /** Sent once. @throws {TransientFailure} */
  replace(current: Item, body: JsonObject): Promise<Item>;
  /** Told of each write that Okta took: what need not wait until it is there to stay can begin. */
  taken?(plan: P, item: Item): void;
  /** Told of what Okta's answer to the write lacks: nobody else has had a hand in that. @throws {ActionError} where it cannot do without */
  dropped?(left: P, item: Item): void;
  /** Given for an object that other runs write, too: what was written must be there to stay. */
  shared?: Shared;
  /**
   * Given where others may want the opposite: whether somebody does, and has not just sent back what was there before.
   *
   * @param written what this run had planned when it wrote
   * @param seen what it plans now that its change is gone
   */
  contradicts?(written: P, seen: P): boolean;
}

export interface Shared {
  /** The object in a sentence: `the shared app "shop"`. */
  name: string;
  /** What runs write. */
  paths: readonly Path[];
}

export interface Written<Item, P> {
  /** As Okta holds it now. */
  item: Item;
  /** The last plan: nothing is left to be done of it but what is not part of the object. */
  plan: P;
  /** What was written, whatever was planned at first: of each field the latest change. */
  changes: Change[];
  isWritten: boolean;
}

/**
 * Reads, plans, writes, and confirms where the object is shared. What is sent was read a moment ago: after a wait of any kind it is read
 * and planned again. A run that read before this one's write may replace it; docs/how-it-decides.md has the argument why no such loss
 * of a shared object goes unnoticed.
 *
 * @param known what was read, and when it was asked for, in milliseconds since the epoch
 */
export async function writeUntilStable<Item extends { body: JsonObject }, P extends Plan>(
  session: Pick<Session, 'deadline' | 'settleTime'>,
  object: WholeObject<Item, P>,
  known: { item: Item; readAt: number },
): Promise<Written<Item, P>> {
  const { shared } = object;
  const written: P[] = [];
  const outcome = (item: Item): Written<Item, P> => ({
    item,
    plan,
    changes: latestOfEach([...written, plan].flatMap(({ changes }) => changes)),
    isWritten: [...written, plan].some(({ write }) => write),
  });
  let current = known.item;
  let plan = object.plan(current);
  /** The last plan, where Okta has surely held it for a moment. */
  let held: P | undefined;
  let isFresh = !plan.write || session.deadline.clock.now() - known.readAt <= session.settleTime() / 2;
  for (let round = 1; ; round += 1) {
    if (!isFresh) {
      current = await object.read();
      plan = object.plan(current);
      const isOpposed = held !== undefined && object.contradicts?.(held, plan) === true;
      if (shared && object.contradicts && (isOpposed || written.length >= MAX_ROUNDS))
        throw notKept(shared.name, plan.changes);
    }
    if (!plan.write && (round === 1 || !shared)) return outcome(current);
    isFresh = false;
    held = undefined;

    const answer = plan.write ? await replaceOnce(session, object, current, plan.body, round) : current;
    if (answer === 'refused') continue;
    if (typeof answer === 'object') held = plan;
    if (typeof answer === 'object' && plan.write) object.taken?.(plan, answer);
    const left = typeof answer === 'object' && plan.write ? leftOf(object, answer) : undefined;
    if (shared) {
      const known = plan.write ? plan.body : current.body;
      const item = await confirmStable(session, object, shared.paths, known, left);
      if (item) return outcome(item);
      await backOff(session, round, shared.name);
    } else if (answer !== 'lost') return outcome(answer);
    written.push(plan);
  }
}

/** What Okta's answer to a write lacks of it; it is told of, and not waited for. */
function leftOf<Item extends { body: JsonObject }, P extends Plan>(
  { plan, dropped }: Pick<WholeObject<Item, P>, 'plan' | 'dropped'>,
  answer: Item,
): P | undefined {
  const left = plan(answer);
  if (!left.write) return undefined;
  dropped?.(left, answer);
  return left;
}

/** How often to write, at most, against others who may want the opposite. */
const MAX_ROUNDS = 8;

function notKept(name: string, changes: readonly Change[]): ActionError {
  const fields = changes.map(({ field }) => field).join(', ');
  return new ActionError(
    `Cannot keep ${name} as the workflow says`,
    `another run, or a person, has changed it otherwise meanwhile${fields ? ` (${fields})` : ''}`,
    'Find out who else changes it: Okta\'s System Log shows it. Runs of one repository can take turns with "concurrency".',
  );
}

/** @returns Okta's answer; `refused` where Okta did nothing, `lost` where nobody knows, in both cases after the wait for the next attempt */
async function replaceOnce<Item extends { body: JsonObject }>(
  session: Pick<Session, 'deadline'>,
  { replace }: Pick<WholeObject<Item, Plan>, 'replace'>,
  current: Item,
  body: JsonObject,
  round: number,
): Promise<Item | 'refused' | 'lost'> {
  try {
    return await replace(current, body);
  } catch (error) {
    await waitToRepeat(session, error, round);
    return isRefusal(error) ? 'refused' : 'lost';
  }
}

/** Whether Okta's answer says that it did nothing: a rate limit, a lock. A server error says nothing of the kind. */
function isRefusal(error: unknown): boolean {
  const failure = error instanceof TransientFailure ? error.failure : error;
  return failure instanceof OktaError && failure.status < 500;
}

/** How often to look, at most, while other runs keep writing and this one's change is there every time. */
const MAX_CHECKS = 4;

/**
 * Looks whether a change stays. If nobody else wrote for a whole settle time, whoever read the object before that time has written by
 * now, and whoever read it since has read the change: it cannot get lost any more. While others write, it looks again; a change that
 * was there {@link MAX_CHECKS} times counts as there to stay.
 *
 * @param known what this run knows of the object: what it wrote, or read
 * @param left what Okta did not keep of the write
 * @returns the object, or `undefined` where the change is gone
 */
async function confirmStable<Item extends { body: JsonObject }>(
  { deadline, settleTime }: Pick<Session, 'deadline' | 'settleTime'>,
  { read, plan }: Pick<WholeObject<Item, Plan>, 'read' | 'plan'>,
  paths: readonly Path[],
  known: JsonObject,
  left: Plan | undefined,
): Promise<Item | undefined> {
  let before = known;
  for (let check = 1; ; check += 1) {
    await deadline.wait(settleTime(), 'Looking whether another run overwrites the change');
    const seen = await read();
    if (!isThere(plan(seen), left)) return undefined;
    const isUnchanged = paths.every((path) => equal(valueAt(seen.body, path), valueAt(before, path)));
    if (isUnchanged || check === MAX_CHECKS) return seen;
    before = seen.body;
  }
}

/** Whether nothing is to be written any more but what Okta does not keep. */
function isThere({ write, changes }: Plan, left: Plan | undefined): boolean {
  if (!write) return true;
  return (
    left !== undefined &&
    changes.every(({ field, to }) =>
      left.changes.some((other) => other.field === field && equal(other.to, to)),
    )
  );
}

/** Runs that overwrote each other once would do it again in step: each waits for a time of its own, longer with every round. */
async function backOff(
  { deadline, settleTime }: Pick<Session, 'deadline' | 'settleTime'>,
  round: number,
  name: string,
): Promise<void> {
  const longest = settleTime() * Math.min(2 ** (round - 1), 4);
  await deadline.wait(
    deadline.clock.random() * longest,
    `The change to ${name} is not there (round ${round}): another run overwrote it`,
  );
}
