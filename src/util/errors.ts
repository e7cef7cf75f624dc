import type { Json } from './json.ts';
import { redact } from './log.ts';

/**
 * A failure as the user reads it: what failed, for which thing: why. What to do. Everything that ends a run on purpose is one of these; any
 * other error is a bug or comes from outside.
 */
export class ActionError extends Error {
  readonly what: string;
  readonly why: string;
  readonly remedy: string;

  constructor(what: string, why: string, remedy: string, options?: ErrorOptions) {
    super(`${what}: ${sentence(why)} ${remedy}`.trim(), options);
    this.what = what;
    this.why = why;
    this.remedy = remedy;
  }

  /** The message without what to do. */
  get problem(): string {
    return `${this.what}: ${sentence(this.why)}`;
  }
}

/** One difference between what is and what a run was to make of it. */
export interface Difference {
  field: string;
  from: Json;
  to: Json;
}

/** A change that the run may not make: a list of its own shows its differences, not the sentence. */
export class RefusedChange extends ActionError {
  readonly differences: readonly Difference[];

  constructor(what: string, why: string, remedy: string, differences: readonly Difference[]) {
    super(what, why, remedy);
    this.differences = differences;
  }
}

/** Failures of things that were tried side by side, or one after the other, reported together. */
export class SeveralErrors extends Error {
  readonly errors: readonly ActionError[];

  constructor(errors: readonly ActionError[]) {
    super(`Several things failed:\n${errors.map(({ message }) => `- ${message}`).join('\n')}`);
    this.errors = errors;
  }
}

/** The failures that an error contains. */
export function eachOf(error: unknown): readonly unknown[] {
  return error instanceof SeveralErrors ? error.errors : [error];
}

/** What several failures are thrown as: all of them are reported to the user, so that none hides another. */
export function together(errors: readonly unknown[]): unknown {
  const each = errors.flatMap(eachOf);
  const told = each.filter((error) => error instanceof ActionError);
  return told.length > 1 && told.length === each.length ? new SeveralErrors(told) : errors[0];
}

/** Every problem with the inputs of a run, reported together before the first request. */
export class InputError extends Error {
  /** @param problems one sentence each, starting with the name of its input */
  constructor(problems: readonly string[]) {
    super(
      problems.length === 1
        ? `The inputs cannot be used: ${problems.join('')}`
        : `The inputs cannot be used, for ${problems.length} reasons:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
    );
  }
}

/**
 * What a failed run says, whatever was thrown.
 *
 * @param error anything that was thrown
 * @param done what the run had changed before it failed, one phrase each
 */
export function explain(error: unknown, done: readonly string[] = []): string {
  const message = error instanceof Error && error.message ? error.message : String(error);
  if (done.length === 0) return message;
  return `${message} Done before the failure: ${done.join('; ')}. A re-run continues from there.`;
}

/** How much of a page from outside is read, and how much of it is shown, in characters. */
const READ_OF_PAGE = 200_000;
const SHOWN_OF_PAGE = 200;

/**
 * The words of a page that a server shows to people, or that some proxy sent, as far as they are worth showing. The page is read once
 * from its start to its end, whatever it holds.
 */
export function plainText(page: string): string {
  const text = redact(page.slice(0, READ_OF_PAGE));
  const words: string[] = [];
  let at = 0;
  for (let tag = text.indexOf('<'); tag !== -1; tag = text.indexOf('<', at)) {
    const end = endOfTag(text, tag);
    if (end === -1) break;
    words.push(text.slice(at, tag));
    at = end;
  }
  words.push(text.slice(at));
  return words.join(' ').replace(/\s+/g, ' ').trim().slice(0, SHOWN_OF_PAGE);
}

/** Elements whose contents are not for people, by how they start, with how they end. */
const HIDDEN = [
  [/^<script/i, /<\/script/i],
  [/^<style/i, /<\/style/i],
] as const;

/** Where the text continues after a tag, and after all of a script or a style sheet; -1 if the tag does not end. */
function endOfTag(text: string, start: number): number {
  const name = text.slice(start, start + 7);
  const [, end] = HIDDEN.find(([begin]) => begin.test(name)) ?? [];
  const length = end ? text.slice(start).search(end) : 0;
  return length === -1 ? text.length : text.indexOf('>', start + length) + 1 || -1;
}

/** What is shown of one sentence from outside, in characters. */
const SHOWN_OF_SENTENCE = 500;

/** A sentence from outside as part of one of ours: on one line, not too long, and without its full stop. Anything but text says nothing. */
export function clause(value: unknown): string {
  if (typeof value !== 'string') return '';
  const text = redact(value);
  let end = Math.min(text.length, SHOWN_OF_SENTENCE);
  while (/[.\s]/.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end).replace(/\s+/g, ' ');
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
