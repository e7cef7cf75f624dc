import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../__tests__/support/runner.ts';
import { mb, targets, type Row } from '../table.ts';
import type { Measurement } from './measurement.ts';

export const DIST_SIZE: Measurement = {
  name: 'size of dist',
  rows: ({ dist }): Promise<Row[]> => {
    const size = readdirSync(dist, { recursive: true, encoding: 'utf8' })
      .map((name) => statSync(join(dist, name)))
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + entry.size, 0);
    return Promise.resolve([
      {
        what: DIST_SIZE.name,
        action: mb(size),
        target: targets(['≤ 1.8 MB', size <= 1.8e6]),
        figures: { bytes: size },
      },
    ]);
  },
};

/** What GitHub's runner downloads, which is what `git archive` packs of the commit. */
export const ARCHIVE_SIZE: Measurement = {
  name: 'size of what a runner downloads',
  rows: (): Promise<Row[]> => {
    const args = ['archive', '--format=tar.gz', 'HEAD'];
    const size = execFileSync('git', args, { cwd: root, maxBuffer: 100e6 }).length;
    return Promise.resolve([
      {
        what: ARCHIVE_SIZE.name,
        action: mb(size),
        target: targets(['≤ 1.3 MB', size <= 1.3e6]),
        figures: { bytes: size },
      },
    ]);
  },
};
