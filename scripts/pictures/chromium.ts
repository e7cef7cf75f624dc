import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HEIGHT_ATTRIBUTE, SCALE, WIDTH } from './page.ts';

/** Where Debian puts it, unless the environment names another one. */
export const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--hide-scrollbars',
  `--force-device-scale-factor=${SCALE}`,
];

/** Takes a picture of a page, all of it and nothing else; a PNG. */
export function photograph(page: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
  const [source, picture] = [join(folder, 'page.html'), join(folder, 'page.png')];
  const open = (height: number, ...args: string[]): string =>
    execFileSync(
      chromium,
      [
        ...FLAGS,
        `--user-data-dir=${join(folder, 'user')}`,
        `--window-size=${WIDTH},${height}`,
        ...args,
        source,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
  try {
    writeFileSync(source, page);
    const [, height] = new RegExp(`${HEIGHT_ATTRIBUTE}="(\\d+)"`).exec(open(1000, '--dump-dom')) ?? [];
    open(Number(height), `--screenshot=${picture}`);
    return readFileSync(picture);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
