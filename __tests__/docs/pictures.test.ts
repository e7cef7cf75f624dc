import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  fingerprint,
  markdownFile,
  pageOf,
  pictureFile,
  SCALE,
  THEMES,
  WIDTH,
} from '../../scripts/pictures/page.ts';
import {
  FIGURES_FILE,
  performancePicture,
  svgFile,
  type Figures,
} from '../../scripts/pictures/performance.ts';
import { textIn, widthOf } from '../../scripts/pictures/png.ts';
import { play, SCENES } from '../../scripts/pictures/scenes.ts';
import { root } from '../support/runner.ts';

/** The pictures in docs/ show what runs write to the job summary today, and what was measured. */

/** Of a picture, in bytes: whoever uses the action downloads them with it. */
const LARGEST = 60_000;

const REMEDY = 'Run "npm run build" and "npm run pictures", look at the pictures, and commit them.';

/** A check whose failure says what to do. */
function holds(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw new Error(`${REMEDY}\n\n${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

test.each(SCENES)('the Markdown beside the pictures of "%s" is what a run writes', async (scene) => {
  const markdown = await play(scene);
  holds(() => {
    expect(readFileSync(join(root, markdownFile(scene)), 'utf8')).toBe(markdown);
  });
});

const pictures = SCENES.flatMap((scene) => THEMES.map((theme) => [scene, theme] as const));

test.each(pictures)('the picture of "%s", %s, was taken of the Markdown beside it', (scene, theme) => {
  const markdown = readFileSync(join(root, markdownFile(scene)), 'utf8');
  const [keyword, value] = fingerprint(pageOf(scene, markdown, theme));
  const picture = readFileSync(join(root, pictureFile(scene, theme)));
  holds(() => {
    expect(textIn(picture, keyword)).toBe(value);
  });
  expect(widthOf(picture)).toBe(WIDTH * SCALE);
  expect(picture.length).toBeLessThan(LARGEST);
});

test('the table of the page on performance has a row for each figure', () => {
  const figures = JSON.parse(readFileSync(join(root, FIGURES_FILE), 'utf8')) as Figures;
  const page = readFileSync(join(root, 'docs/performance.md'), 'utf8');
  expect(figures.rows.length).toBeGreaterThan(10);
  for (const { what } of figures.rows) expect(page).toContain(`\n| ${what} `);
});

test.each(THEMES)('the picture of jobs, %s, is drawn from the figures beside it', (theme) => {
  const figures = JSON.parse(readFileSync(join(root, FIGURES_FILE), 'utf8')) as Figures;
  holds(() => {
    expect(readFileSync(join(root, svgFile(theme)), 'utf8')).toBe(performancePicture(figures, theme));
  });
});

test.each([
  'README.md',
  'docs/previews.md',
  'docs/how-it-decides.md',
  'docs/performance.md',
  'docs/troubleshooting.md',
])('%s shows each picture for light and dark screens, and says what is seen', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const shown = text.match(/docs\/images|[("]images\//g) ?? [];
  const pairs = [
    ...text.matchAll(
      /<picture>\n {2}<source media="\(prefers-color-scheme: dark\)" srcset="(.+)">\n {2}<img alt="(.+)" src="(.+)" width="(\d+)">\n<\/picture>/g,
    ),
  ];
  expect(pairs.length).toBeGreaterThan(0);
  expect(shown).toHaveLength(2 * pairs.length);
  for (const [, dark = '', alt, light = '', width] of pairs) {
    expect(width).toBe(String(WIDTH));
    expect(alt?.length).toBeGreaterThan(40);
    const files = [
      ...pictures.map(([scene, theme]) => pictureFile(scene, theme)),
      ...THEMES.map((theme) => svgFile(theme)),
    ];
    const path = join(page, '..', light);
    expect(files).toContain(path);
    expect(dark).toBe(light.replace('-light.', '-dark.'));
  }
});
