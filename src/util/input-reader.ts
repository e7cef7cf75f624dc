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

  /** @param text what is wrong with the input and what to do */
  problem(input: string, text: string): undefined {
    this.faulty.add(input);
    this.problems.push(`"${input}" ${text}`);
    return undefined;
  }

  /** Whether the input has a problem already, so that what follows from it need not be told. */
  isFaulty(input: string): boolean {
    return this.faulty.has(input);
  }

  text(input: string): string | undefined {
    this.asked.add(input);
    return getInput(input) || undefined;
  }

  /**
   * Tells of inputs that were given and that the action does not have, which the runner hands over all the same. One that is near an
   * input of the action is a problem. Another one may come from elsewhere, as every variable `INPUT_…` looks like one: it is a warning.
   * To be called when everything is read.
   */
  checkUnknown(log: Pick<Log, 'warning'>): void {
    const far: string[] = [];
    for (const name of givenInputs()) {
      if (this.asked.has(name)) continue;
      const meant = nearest(name, [...this.asked]);
      if (meant === undefined) far.push(`"${shown(name)}"`);
      else this.problem(shown(name), `is no input of this action. Did you mean "${meant}"?`);
    }
    if (far.length > 0)
      log.warning(
        `This action has no input ${far.slice(0, SHOWN_UNKNOWN).join(', ')}${far.length > SHOWN_UNKNOWN ? ', …' : ''}: nothing was done with it. Check its name.`,
      );
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
    if (text === undefined) return undefined;
    return this.word(input, text, table);
  }

  /** A list of such words, translated, without repeats; `undefined` where one of them is unknown. */
  choices<T>(input: string, table: Readonly<Record<string, T>>): T[] | undefined {
    const words = this.list(input, 'words')?.map((word) => this.word(input, word, table));
    return this.isFaulty(input)
      ? undefined
      : words && [...new Set(words.filter((word) => word !== undefined))];
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

  private word<T>(input: string, word: string, table: Readonly<Record<string, T>>): T | undefined {
    const key = word.toLowerCase();
    if (Object.hasOwn(table, key)) return table[key];
    const words = Object.keys(table);
    const meant = nearest(word, words);
    const hint = meant === undefined ? '' : `Did you mean "${meant}"? `;
    return this.problem(input, `does not know "${shown(word)}". ${hint}Use ${alternatives(words)}.`);
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

function alternatives(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1) ?? ''}`;
}
