import { getInput } from '@actions/core';

/**
 * Reads inputs by the rules that hold for all of them, and collects what is wrong instead of stopping at the first problem:
 * an empty input is an absent one, lists hold one entry per line, the single line `[]` is the empty list.
 */
export class InputReader {
  readonly problems: string[] = [];

  /** @param text the input's name, and what is wrong with it and what to do */
  problem(input: string, text: string): undefined {
    this.problems.push(`"${input}" ${text}`);
    return undefined;
  }

  text(input: string): string | undefined {
    return getInput(input) || undefined;
  }

  line(input: string): string | undefined {
    const text = this.text(input);
    return text !== undefined && /[\r\n]/.test(text)
      ? this.problem(input, 'has several lines. Give one.')
      : text;
  }

  list(input: string): string[] | undefined {
    const text = this.text(input);
    if (text === undefined) return undefined;
    const lines = text
      .split(/\r\n|\r|\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
    if (lines.includes('[]')) {
      return lines.length === 1
        ? []
        : this.problem(input, 'has "[]", the empty list, beside other entries. Give one or the other.');
    }
    return [...new Set(lines)];
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

  /** A list of such words, translated, without repeats. */
  choices<T>(input: string, table: Readonly<Record<string, T>>): T[] | undefined {
    const words = this.list(input)?.map((word) => this.word(input, word, table));
    return words && [...new Set(words.filter((word) => word !== undefined))];
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
    return this.problem(input, `does not know "${shown(word)}". Use ${alternatives(Object.keys(table))}.`);
  }
}

/** A value as a message shows it: on one line and not too long. */
export function shown(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}

function alternatives(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1) ?? ''}`;
}
