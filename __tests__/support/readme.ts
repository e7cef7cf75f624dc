import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './runner.ts';

export const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** The workflows of the README, taken from it as they stand, by name. */
export const workflows: ReadonlyMap<string, string> = new Map(
  [...readme.matchAll(/```yaml\n(name: (.+)\n[\s\S]*?)```/g)].map(([, text = '', name = '']) => [name, text]),
);
