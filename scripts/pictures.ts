import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chromium, photograph } from './pictures/chromium.ts';
import { fingerprint, FOLDER, markdownFile, pageOf, pictureFile, THEMES } from './pictures/page.ts';
import { inFewColors, textIn } from './pictures/png.ts';
import { play, SCENES } from './pictures/scenes.ts';

/**
 * Takes the pictures of job summaries that the documentation shows: the bundle's runs, in a light and a dark page. The Markdown of each is
 * written beside it. A picture that was taken of the same page stays as it is; to take it again, delete it first.
 */

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
