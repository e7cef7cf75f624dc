/** One line of the table. */
export interface Row {
  part: string;
  what: string;
  /** The value of the action. */
  action: string;
  /** What it is compared with. */
  beside?: string;
  ratio?: string;
  /** The target, and whether it is met. */
  target?: string;
}

const HEADS: Record<keyof Row, string> = {
  part: '',
  what: 'What',
  action: 'Action',
  beside: 'Beside it',
  ratio: 'Ratio',
  target: 'Target',
};

export function markdownTable(rows: readonly Row[]): string {
  const keys = Object.keys(HEADS) as (keyof Row)[];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(keys.map((key) => HEADS[key])),
    line(keys.map(() => '---')),
    ...rows.map((row) => line(keys.map((key) => row[key] ?? ''))),
  ].join('\n');
}

export function ms(milliseconds: number): string {
  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${milliseconds.toFixed(0)} ms`;
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

export function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

/** @param most the largest value that meets the target */
export function target(value: number, most: number, text: string): string {
  return `${text}: ${value <= most ? 'met' : 'missed'}`;
}
