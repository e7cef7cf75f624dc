import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

/** Bundles the action into `dist`, each entry point with its chunks and the licences of what it ships. */

const bundles = [{ entry: 'src/index.ts', out: 'dist' }];

rmSync('dist', { recursive: true, force: true });
for (const { entry, out } of bundles) {
  execFileSync('ncc', ['build', entry, '--out', out, '--minify', '--no-cache', '--license', 'licenses.txt'], {
    stdio: 'inherit',
    shell: false,
  });
}
