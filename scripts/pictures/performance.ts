import { COLORS, WIDTH, type Theme } from './page.ts';

/**
 * The picture of docs/performance.md: how long a job takes by the action, and by Terraform if that was measured. It is made of the figures that
 * `npm run bench -- --json docs/images/performance/figures.json` writes, and of nothing else.
 */

const FOLDER = 'docs/images/performance';
export const FIGURES_FILE = `${FOLDER}/figures.json`;

export function svgFile(theme: Theme): string {
  return `${FOLDER}/jobs-${theme}.svg`;
}

/** As much of the benchmark's figures as the picture shows; times are in milliseconds. */
export interface Figures {
  machine: string;
  notes: string[];
  rows: { what: string; action?: number; requests?: number; terraform?: number; floor?: number }[];
}

/** A job that was measured beside the floor. */
interface Job {
  what: string;
  action: number;
  requests: number;
  terraform?: number;
  floor: number;
}

const LEFT = 216;
const BARS = 310;
const BAR = 16;
const TOP = 64;

/** Draws the figures as an SVG. */
export function performancePicture(figures: Figures, theme: Theme): string {
  const jobs = figures.rows.filter(
    (row): row is Job => row.floor !== undefined && row.requests !== undefined,
  );
  const heightOfJob = jobs.some(({ terraform }) => terraform !== undefined) ? 58 : 36;
  const { text, muted, line, ground, link } = COLORS[theme];
  const longest = Math.max(...jobs.flatMap(({ action, terraform = 0 }) => [action, terraform]));
  const width = (milliseconds: number): number => Math.round((milliseconds / longest) * BARS);
  const floor = middle(jobs.map((job) => job.floor));
  const bottom = TOP + jobs.length * heightOfJob;
  const height = bottom + 76;
  const label = (x: number, y: number, content: string, more = ''): string =>
    `<text x="${x}" y="${y}"${more && ` ${more}`}>${escaped(content)}</text>`;
  const quiet = `fill="${muted}"`;
  const bar = (y: number, milliseconds: number, color: string, content: string): string[] => [
    `<rect x="${LEFT}" y="${y}" width="${width(milliseconds)}" height="${BAR}" rx="2" fill="${color}"/>`,
    label(LEFT + width(milliseconds) + 8, y + 12, content, `font-size="12" ${quiet}`),
  ];
  const title = 'Time of one job, 100 ms for each request, every input with its default';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="-apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif" font-size="14" fill="${text}">`,
    `<title>${title}: ${escaped(jobs.map(inWords).join('; '))}.</title>`,
    `<rect x=".5" y=".5" width="${WIDTH - 1}" height="${height - 1}" rx="6" fill="${ground}" stroke="${line}"/>`,
    label(20, 32, title, 'font-weight="600"'),
    ...jobs.flatMap((job, index) => {
      const y = TOP + index * heightOfJob;
      const { action, terraform } = job;
      if (terraform === undefined)
        return [label(20, y + 13, job.what), ...bar(y, action, link, seconds(action))];
      return [
        label(20, y + BAR + 5, job.what),
        ...bar(y, action, link, `${seconds(action)}, ${(terraform / action).toFixed(1)} times as fast`),
        ...bar(y + BAR + 4, terraform, muted, `Terraform ${seconds(terraform)}`),
      ];
    }),
    `<path d="M${LEFT + width(floor)} ${TOP - 12}V${bottom - 8}" stroke="${text}" stroke-dasharray="3 3"/>`,
    ...[
      `Dashed: the floor, an action that only sends one request (${seconds(floor)}).`,
      figures.notes.join(' '),
      figures.machine,
    ].map((content, index) => label(20, bottom + 16 + index * 20, content, `font-size="12" ${quiet}`)),
    '</svg>',
    '',
  ].join('\n');
}

function inWords(job: Job): string {
  const { what, action, terraform } = job;
  return `${what} ${seconds(action)}${terraform === undefined ? '' : `, Terraform ${seconds(terraform)}`}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
