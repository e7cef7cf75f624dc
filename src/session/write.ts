import { latestOfEach, type Change } from '../app/change.ts';
import { ActionError } from '../util/errors.ts';
import { equal, valueAt, type JsonObject, type Path } from '../util/json.ts';
import { isRefusal, waitToRepeat } from './send-once.ts';
import type { Session } from './session.ts';

/** What a run wants of an object, from what Okta holds of it. */
export interface Plan {
  /** The whole body to send. */
  body: JsonObject;
  /** Whether the body differs from what Okta holds. */
  write: boolean;
  /** The differences, as they are reported. */
  changes: readonly Change[];
}

/**
 * An object that Okta only replaces whole, and that others may replace at the same time: its API has neither partial updates nor
 * versions.
 */
export interface WholeObject<Item extends { body: JsonObject }, P extends Plan> {
  /** The object in a sentence: `the shared app "shop"`. */
  name: string;
  read(): Promise<Item>;
  /** Given if {@link plan} rests on more than the object: asks for it anew, right before the object is read to be written. */
  ask?(): Promise<void>;
  /** @throws {ActionError} if what Okta holds now cannot become what is wanted */
  plan(current: Item): P;
  /** Sent once. @throws {TransientFailure} */
  replace(current: Item, body: JsonObject): Promise<Item>;
  /** What runs write of it. */
  paths: readonly Path[];
  /** How long to wait, in milliseconds, until what others wrote at the same time can be seen. */
  settleTime(): number;
  /** How long what was read may be sent back, in milliseconds. */
  freshTime(): number;
  /**
   * Given if others may want the opposite: whether somebody does, and has not just sent back the previous state.
   *
   * @param written what this run had planned when it wrote
   * @param seen what it plans now that its change is gone
   */
  contradicts?(written: P, seen: P): boolean;
}

/** What was read, and when it was asked for, in milliseconds since the epoch. */
export interface Known<Item> {
  item: Item;
  readAt: number;
}

export interface Written<Item, P> {
  /** As Okta holds it now. */
  item: Item;
  /** The last plan. */
  plan: P;
  /** What was written: of each field the latest change. */
  changes: Change[];
  /** What was written and Okta's answer to the last write lacks. */
  ignored?: P | undefined;
  isWritten: boolean;
}

/** What became of the object so far. */
interface Sent<Item, P> extends Written<Item, P> {
  /** Whether Okta has answered the last write; if its answer was lost, the write was found. */
  isTaken?: boolean;
}

type Parts = Pick<Session, 'deadline'>;

/**
 * Reads, plans, writes, and compares the answer: for what nobody else writes. What is sent was read a moment ago: after any wait it is read
 * and planned again. What Okta's answer lacks is ignored, and not sent again.
 */
export async function write<Item extends { body: JsonObject }, P extends Plan>(
  session: Parts,
  object: WholeObject<Item, P>,
  { item, readAt }: Known<Item>,
): Promise<Sent<Item, P>> {
  const lost: P[] = [];
  let plan = object.plan(item);
  let isFresh = !object.ask && session.deadline.clock.now() - readAt <= object.freshTime();
  for (let attempt = 1; ; attempt += 1) {
    if (!isFresh && (plan.write || lost.length > 0)) {
      await object.ask?.();
      item = await object.read();
      plan = object.plan(item);
    }
    const known = { item, plan, changes: changesOf([...lost, plan]) };
    if (!plan.write) return { ...known, isWritten: lost.length > 0 };
    try {
      const answer = await object.replace(item, plan.body);
      const left = object.plan(answer);
      const ignored = left.write ? left : undefined;
      return { ...known, item: answer, ignored, isTaken: true, isWritten: true };
    } catch (error) {
      await waitToRepeat(session, error, attempt);
      if (!isRefusal(error)) lost.push(plan);
      isFresh = false;
    }
  }
}

function changesOf(plans: readonly Plan[]): Change[] {
  return latestOfEach(plans.flatMap(({ changes }) => changes));
}

/** How often to write, at most, against others who may want the opposite. */
const MAX_ROUNDS = 8;

/**
 * Waits until a write is confirmed, and repeats the write until then: for what others write, too. A run that read before this one's write
 * may replace it; docs/how-it-decides.md has the argument why no such loss is overlooked.
 *
 * @param sent what {@link write} gave; if it wrote nothing, nothing is to be confirmed
 */
export async function confirmed<Item extends { body: JsonObject }, P extends Plan>(
  session: Parts,
  object: WholeObject<Item, P>,
  sent: Sent<Item, P>,
): Promise<Written<Item, P>> {
  if (!sent.isWritten) return sent;
  const changes = [...sent.changes];
  for (let round = 1; ; round += 1) {
    const item = await confirm(session, object, sent);
    if (item) return { ...sent, item, changes: latestOfEach(changes), isWritten: true };
    await backOff(session, round, object);
    const readAt = session.deadline.clock.now();
    const seen = await object.read();
    if (object.contradicts) {
      const plan = object.plan(seen);
      const isOpposed = sent.isTaken && object.contradicts(sent.plan, plan);
      if (isOpposed || round >= MAX_ROUNDS) throw contradicted(object.name, plan.changes);
    }
    sent = await write(session, object, { item: seen, readAt });
    changes.push(...sent.changes);
  }
}

/** Writes what others write, too, and waits until that is confirmed. */
export async function writeConfirmed<Item extends { body: JsonObject }, P extends Plan>(
  session: Parts,
  object: WholeObject<Item, P>,
  known: Known<Item>,
): Promise<Written<Item, P>> {
  return confirmed(session, object, await write(session, object, known));
}

function contradicted(name: string, changes: readonly Change[]): ActionError {
  const fields = changes.map(({ field }) => field).join(', ');
  return new ActionError(
    `Cannot keep ${name} as the workflow says`,
    `another run, or a person, has changed it otherwise meanwhile${fields ? ` (${fields})` : ''}`,
    'Find out who else changes it: Okta\'s System Log shows it. Runs of one repository can take turns with "concurrency".',
  );
}

/** How often to look, at most, while others keep writing and this run's change exists every time. */
const MAX_CHECKS = 4;

/**
 * Looks whether a change lasts. If nobody else wrote for a whole settle time, whoever read the object before that time has written by now,
 * and whoever read it since has read the change: it cannot get lost any more. While others write, it looks again; a change that was found
 * {@link MAX_CHECKS} times counts as confirmed.
 *
 * @returns the object, or `undefined` if the change is gone
 */
async function confirm<Item extends { body: JsonObject }, P extends Plan>(
  { deadline }: Parts,
  { read, plan, paths, settleTime }: WholeObject<Item, P>,
  { item, ignored }: Sent<Item, P>,
): Promise<Item | undefined> {
  let before = item.body;
  for (let check = 1; ; check += 1) {
    await deadline.wait(settleTime(), 'Looking whether another run overwrites the change');
    const seen = await read();
    if (!isThere(plan(seen), ignored)) return undefined;
    const isUnchanged = paths.every((path) => equal(valueAt(seen.body, path), valueAt(before, path)));
    if (isUnchanged || check === MAX_CHECKS) return seen;
    before = seen.body;
  }
}

/** Whether nothing is left to write except what Okta ignores. */
function isThere({ write: isLeft, changes }: Plan, ignored: Plan | undefined): boolean {
  if (!isLeft) return true;
  return (
    ignored !== undefined &&
    changes.every(({ field, to }) =>
      ignored.changes.some((other) => other.field === field && equal(other.to, to)),
    )
  );
}

/** Runs that overwrote each other once would do it again in step: each waits for a time of its own, longer with every round. */
async function backOff(
  { deadline }: Parts,
  round: number,
  { name, settleTime }: Pick<WholeObject<{ body: JsonObject }, Plan>, 'name' | 'settleTime'>,
): Promise<void> {
  const longest = settleTime() * Math.min(2 ** (round - 1), 4);
  await deadline.wait(
    deadline.clock.random() * longest,
    `The change to ${name} is not there (round ${round}): another run overwrote it`,
  );
}
