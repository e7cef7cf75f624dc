import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Everything that `npm run check` holds the repository to; all of it runs, so that one run shows every problem. */

const failed: string[] = [];

function check(name: string, holds: () => boolean): void {
  const start = Date.now();
  const ok = holds();
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  if (!ok) failed.push(name);
}

function command(name: string, ...args: string[]): boolean {
  return spawnSync(join('node_modules/.bin', name), args, { stdio: 'inherit' }).status === 0;
}

check('types of the source', () => command('tsc', '--noEmit', '-p', '.'));
check('types of tests and scripts', () => command('tsc', '-p', '__tests__'));
check('lint', () => command('eslint', '--max-warnings', '0', '.'));
check('format', () => command('prettier', '--check', '--log-level', 'warn', '.'));
check('action.yml and workflows', () => command('node', 'scripts/validate-workflows.ts'));
check('dist is what the source builds', isDistFresh);

if (failed.length > 0) {
  console.error(`\nNot as it should be: ${failed.join(', ')}.`);
  if (failed.includes('dist is what the source builds'))
    console.error('Run "npm run build" and commit dist.');
  if (failed.includes('format')) console.error('Run "npm run format".');
}
process.exitCode = failed.length > 0 ? 1 : 0;

function isDistFresh(): boolean {
  const fresh = mkdtempSync(join(tmpdir(), 'dist-'));
  try {
    if (!command('node', 'scripts/build.ts', fresh)) return false;
    const [committed, built] = ['dist', fresh].map(contents);
    const files = new Set([...Object.keys(committed ?? {}), ...Object.keys(built ?? {})]);
    const stale = [...files].filter((file) => committed?.[file] !== built?.[file]);
    if (stale.length > 0) console.error(`dist differs in: ${stale.join(', ')}`);
    return stale.length === 0;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), readFileSync(path, 'latin1')];
    }),
  );
}
