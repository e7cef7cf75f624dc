import { COLORS, WIDTH, type Theme } from './page.ts';

/**
 * The picture of docs/performance.md: how long a job takes by the action and by Terraform. It is made of the figures that
 * `npm run bench -- --json docs/images/performance/figures.json` writes, and of nothing else.
 */

const FOLDER = 'docs/images/performance';
export const FIGURES_FILE = `${FOLDER}/figures.json`;

export function svgFile(theme: Theme): string {
  return `${FOLDER}/beside-terraform-${theme}.svg`;
}

/** As much of the benchmark's figures as the picture shows; times are in milliseconds. */
export interface Figures {
  machine: string;
  notes: string[];
  rows: { what: string; action?: number; terraform?: number; floor?: number }[];
}

/** A job that both did. */
interface Job {
  what: string;
  action: number;
  terraform: number;
  floor: number;
}

const LEFT = 216;
const BARS = 310;
const BAR = 16;
const JOB = 58;
const TOP = 64;

/**
 * Draws the figures as an SVG.
 *
 * @throws Error if Terraform was not measured
 */
export function performancePicture(figures: Figures, theme: Theme): string {
  const jobs = figures.rows.filter((row): row is Job => row.terraform !== undefined);
  if (jobs.length === 0)
    throw new Error('The figures do not have Terraform, beside which the picture shows the action.');
  const { text, muted, line, ground, link } = COLORS[theme];
  const longest = Math.max(...jobs.flatMap(({ action, terraform }) => [action, terraform]));
  const width = (milliseconds: number): number => Math.round((milliseconds / longest) * BARS);
  const floor = middle(jobs.map((job) => job.floor));
  const bottom = TOP + jobs.length * JOB;
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
      const y = TOP + index * JOB;
      return [
        label(20, y + BAR + 5, job.what),
        ...bar(y, job.action, link, `${seconds(job.action)}, ${timesAsFast(job)} times as fast`),
        ...bar(y + BAR + 4, job.terraform, muted, `Terraform ${seconds(job.terraform)}`),
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
  return `${job.what} ${seconds(job.action)}, Terraform ${seconds(job.terraform)}`;
}

function timesAsFast({ action, terraform }: Job): string {
  return (terraform / action).toFixed(1);
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
