import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chromium, photograph } from './pictures/chromium.ts';
import { fingerprint, FOLDER, markdownFile, pageOf, pictureFile, THEMES } from './pictures/page.ts';
import { FIGURES_FILE, performancePicture, svgFile, type Figures } from './pictures/performance.ts';
import { inFewColors, textIn } from './pictures/png.ts';
import { play, SCENES } from './pictures/scenes.ts';

/**
 * Makes the pictures of the documentation, each for light and dark screens. The one of docs/performance.md is drawn from the benchmark's
 * figures. Those of job summaries are taken of pages that show what the bundle's runs write; the Markdown of each is written beside it. A
 * picture that was taken of the same page is kept; to take it again, delete it first.
 */

const figures = JSON.parse(readFileSync(FIGURES_FILE, 'utf8')) as Figures;
for (const theme of THEMES) {
  writeFileSync(svgFile(theme), performancePicture(figures, theme));
  console.log(`${svgFile(theme)}: drawn`);
}

if (!existsSync(chromium)) {
  console.error(
    `There is no Chromium at ${chromium}. Install it ("apt-get install chromium" on Debian), or name another one in the environment variable CHROMIUM.`,
  );
  process.exit(1);
}
mkdirSync(FOLDER, { recursive: true });
for (const scene of SCENES) {
  const markdown = await play(scene);
  writeFileSync(markdownFile(scene), markdown);
  for (const theme of THEMES) {
    const page = pageOf(scene, markdown, theme);
    const file = pictureFile(scene, theme);
    const [keyword, value] = fingerprint(page);
    const isTaken = existsSync(file) && textIn(readFileSync(file), keyword) === value;
    if (!isTaken) writeFileSync(file, inFewColors(photograph(page), [keyword, value]));
    console.log(`${file}: ${isTaken ? 'as it was' : 'taken'}, ${readFileSync(file).length} bytes`);
  }
}
