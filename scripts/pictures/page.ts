import { createHash } from 'node:crypto';
import { marked } from 'marked';
import type { Scene } from './scenes.ts';

/** A job summary as GitHub shows it, as a page of its own to take a picture of. */

export const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** Width of a picture in CSS pixels. */
export const WIDTH = 720;

/** Pixels of a picture for each of CSS, so that it is sharp on any screen. */
export const SCALE = 2;

/** GitHub's colors. */
export const COLORS = {
  light: {
    text: '#1f2328',
    muted: '#59636e',
    line: '#d1d9e0',
    ground: '#ffffff',
    stripe: '#f6f8fa',
    code: '#eff1f3',
    link: '#0969da',
  },
  dark: {
    text: '#f0f6fc',
    muted: '#9198a1',
    line: '#3d444d',
    ground: '#0d1117',
    stripe: '#151b23',
    code: '#1f242c',
    link: '#4493f8',
  },
} as const satisfies Record<Theme, Record<string, string>>;

const STYLE = `
body { box-sizing: border-box; width: ${WIDTH}px; margin: 0; padding: 1px; background: var(--ground); color: var(--text); font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
article { border: 1px solid var(--line); border-radius: 6px; padding: 0 24px 8px; overflow-wrap: anywhere; }
header { margin: 0 -24px 20px; padding: 12px 16px; border-bottom: 1px solid var(--line); color: var(--muted); font-size: 12px; }
header b { color: var(--text); }
h3 { margin: 0 0 16px; font-size: 1.25em; line-height: 1.25; }
p, ul, table, pre { margin: 0 0 16px; }
ul { padding-left: 2em; }
a { color: var(--link); }
table { border-collapse: collapse; }
th, td { padding: 6px 13px; border: 1px solid var(--line); }
tbody tr:nth-child(even) { background: var(--stripe); }
code { padding: .2em .4em; border-radius: 6px; background: var(--code); font: 85%/1.5 ui-monospace, "Liberation Mono", monospace; }
pre { padding: 16px; border-radius: 6px; background: var(--stripe); }
pre code { padding: 0; background: none; }
`;

/** Where the page says how high it is, in CSS pixels, once a browser has laid it out. */
export const HEIGHT_ATTRIBUTE = 'data-height';

/** A page that shows the summary of a scene, below the name of its job, as GitHub has it. */
export function pageOf(scene: Scene, markdown: string, theme: Theme): string {
  const colors = Object.entries(COLORS[theme]).map(([name, value]) => `--${name}: ${value};`);
  const job = scene === 'sweep' ? 'sweep' : 'okta';
  return `<!doctype html>
<meta charset="utf-8">
<style>:root { ${colors.join(' ')} }${STYLE}</style>
<article>
<header><b>${job}</b> summary</header>
${marked.parse(markdown, { async: false })}
</article>
<script>document.documentElement.setAttribute('${HEIGHT_ATTRIBUTE}', document.body.scrollHeight)</script>
`;
}

/** What a picture carries, to tell which page it was taken of. */
export function fingerprint(page: string): readonly [keyword: string, value: string] {
  return ['Page', `sha256 ${createHash('sha256').update(page).digest('hex')}`];
}

/** The files of a scene, below the repository. */
export const FOLDER = 'docs/images/summary';

export function markdownFile(scene: Scene): string {
  return `${FOLDER}/${scene}.md`;
}

export function pictureFile(scene: Scene, theme: Theme): string {
  return `${FOLDER}/${scene}-${theme}.png`;
}
