import { getInput } from '@actions/core';
import { redact, type Log } from './log.ts';
import { parseList, type ListKind } from './text/list.ts';
import { nearest } from './text/nearest.ts';

/**
 * Reads inputs by the rules that hold for all of them, and collects what is wrong instead of stopping at the first problem:
 * an empty input is an absent one, lists hold one entry per line, the single line `[]` is the empty list. What it was never asked for
 * is no input of the action.
 */
export class InputReader {
  readonly problems: string[] = [];
  /** Inputs that have a problem. */
  private readonly faulty = new Set<string>();
  /** Inputs that were asked for: all that the action has, once everything is read. */
  private readonly asked = new Set<string>();
  /** Inputs that are read as another text than the one that was given. */
  private readonly replaced = new Map<string, string>();

  /** @param text what is wrong with the input and what to do */
  problem(input: string, text: string): undefined {
    this.faulty.add(input);
    this.problems.push(`"${input}" ${text}`);
    return undefined;
  }

  /** Whether the input has a problem already, so that what follows from it need not be reported. */
  isFaulty(input: string): boolean {
    return this.faulty.has(input);
  }

  text(input: string): string | undefined {
    this.asked.add(input);
    return (this.replaced.get(input) ?? getInput(input)) || undefined;
  }

  /** Has an input read as this text from now on: what was given, in another form. */
  replace(input: string, text: string): void {
    this.replaced.set(input, text);
  }

  /**
   * Reports inputs that were given and that the action does not have, which the runner hands over all the same. One that is near an input
   * of the action, or that has another place here, is a problem. Any other may come from elsewhere, as every variable `INPUT_…` looks like
   * one: it is a warning. To be called when everything is read.
   *
   * @param placeOf what to do with a name that people bring along, as a sentence
   */
  checkUnknown(
    log: Pick<Log, 'warning'>,
    placeOf: (name: string) => string | undefined = () => undefined,
  ): void {
    const far: string[] = [];
    for (const name of givenInputs()) {
      if (this.asked.has(name)) continue;
      const hint = this.hintFor(name, placeOf);
      if (hint === undefined) far.push(`"${shown(name)}"`);
      else this.problem(shown(name), `is no input of this action. ${hint}`);
    }
    if (far.length > 0)
      log.warning(
        `This action has no input ${far.slice(0, SHOWN_UNKNOWN).join(', ')}${far.length > SHOWN_UNKNOWN ? ', …' : ''}: nothing was done with it. Check its name.`,
      );
  }

  /** The same name except for hyphens and the like comes first, then what is known of it, then what it may be a slip of. */
  private hintFor(name: string, placeOf: (name: string) => string | undefined): string | undefined {
    const same = nearest(name, [...this.asked], 0);
    const place = same === undefined ? placeOf(name) : undefined;
    const meant = same ?? nearest(name, [...this.asked]);
    return place ?? (meant === undefined ? undefined : `Did you mean "${meant}"?`);
  }

  line(input: string): string | undefined {
    const text = this.text(input);
    return text !== undefined && /[\r\n]/.test(text)
      ? this.problem(input, 'has several lines. Give one.')
      : text;
  }

  /** The entries that can be used; the others are problems. */
  list(input: string, kind: ListKind): string[] | undefined {
    const text = this.text(input);
    if (text === undefined) return undefined;
    const { entries, problems } = parseList(text, kind, shown);
    for (const problem of problems) this.problem(input, problem);
    return entries;
  }

  flag(input: string): boolean | undefined {
    return this.choice(input, { true: true, false: false });
  }

  /** One of the words that the table has as keys; letter case does not matter. */
  choice<T>(input: string, table: Readonly<Record<string, T>>): T | undefined {
    const text = this.text(input);
    return text === undefined ? undefined : this.word(input, text, table);
  }

  /** What a word in an input means. */
  word<T>(input: string, word: string, table: Readonly<Record<string, T>>): T | undefined {
    return this.words(input, [word], table)?.[0];
  }

  /** A list of such words, translated, without repeats; `undefined` if one of them is unknown. */
  choices<T>(input: string, table: Readonly<Record<string, T>>): T[] | undefined {
    const words = this.list(input, 'words');
    return words && this.words(input, words, table);
  }

  /** A decimal number within the bounds, both included. */
  number(input: string, least: number, most: number, unit: string): number | undefined {
    const text = this.text(input);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (/^\d+(\.\d+)?$/.test(text) && number >= least && number <= most) return number;
    return this.problem(
      input,
      `is "${shown(text)}", not a number of ${unit} from ${least} to ${most}. Give one in that range.`,
    );
  }

  /**
   * What the words mean, each once. All that are unknown make one problem, which lists the known ones once, except full names such as URNs:
   * each of those has a short one.
   */
  private words<T>(
    input: string,
    words: readonly string[],
    table: Readonly<Record<string, T>>,
  ): T[] | undefined {
    const known = Object.keys(table);
    const unknown = words.filter((word) => !Object.hasOwn(table, word.toLowerCase()));
    if (unknown.length > 0) {
      const meant = unknown.flatMap((word) => nearest(word, known) ?? []);
      const hint = meant.length === 0 ? '' : `Did you mean ${quoted(meant, 'and')}? `;
      const short = known.filter((word) => !word.includes(':'));
      this.problem(
        input,
        `does not know ${quoted(unknown.map(shown), 'and')}. ${hint}Use ${quoted(short, 'or')}.`,
      );
    }
    if (this.isFaulty(input)) return undefined;
    return [...new Set(words.flatMap((word) => table[word.toLowerCase()] ?? []))];
  }
}

/** Names of unknown inputs that a warning shows at most. */
const SHOWN_UNKNOWN = 10;

/** The inputs that have a value, in lower case: the runner hands each over as a variable, and a blank in its name as `_`. */
function givenInputs(): string[] {
  return Object.entries(process.env).flatMap(([name, value]) =>
    /^INPUT_./i.test(name) && value?.trim() ? [name.slice('INPUT_'.length).toLowerCase()] : [],
  );
}

/** A value as a message shows it: without secrets, on one line and not too long. */
export function shown(text: string): string {
  const line = redact(text).replace(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}

function quoted(words: readonly string[], conjunction: 'and' | 'or'): string {
  const all = words.map((word) => `"${word}"`);
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} ${conjunction} ${all.at(-1) ?? ''}`;
}
