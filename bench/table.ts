/** One line of the table. */
export interface Row {
  what: string;
  /** The value of the action. */
  action: string;
  /** What it is compared with. */
  beside?: string;
  /** The action's value to the other one's. */
  ratio?: string;
  /** The target, and whether it is met. */
  target?: string;
  /** What was measured, for whoever makes something else of it: milliseconds, bytes, numbers of requests. */
  figures?: Record<string, number>;
}

const HEADS = {
  what: 'What',
  action: 'Action',
  beside: 'Beside it',
  ratio: 'Ratio',
  target: 'Target',
} as const;

/** The rows as a table in Markdown whose columns are aligned for a terminal, too. */
export function terminalTable(rows: readonly Row[]): string {
  const keys = Object.keys(HEADS) as (keyof typeof HEADS)[];
  const cells = [keys.map((key) => HEADS[key]), ...rows.map((row) => keys.map((key) => row[key] ?? ''))];
  const widths = keys.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [heads = [], ...others] = cells;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)].join('\n');
}

/** A time, in milliseconds. */
export function ms(milliseconds: number): string {
  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${milliseconds.toFixed(0)} ms`;
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

/** A number of things: `1 request`, `2 requests`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

export function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 10e6 ? 2 : 0)} MB`;
}

/** The ratio of two values, the smaller one as 1: `1 : 2.5` is two and a half times less than the other. */
export function ratio(own: number, other: number): string {
  return own > other ? `${(own / other).toFixed(2)} : 1` : `1 : ${(other / own).toFixed(2)}`;
}

/** Targets, each with its text and whether it is met. */
export function targets(...all: [text: string, isMet: boolean][]): string {
  return all.map(([text, isMet]) => `${text}: ${isMet ? 'met' : 'missed'}`).join('; ');
}
