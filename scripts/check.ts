import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Everything that `npm run check` holds the repository to, as many checks at a time as the machine has cores; all of it runs, so that one
 * run shows every problem.
 */

interface Result {
  ok: boolean;
  /** What the check has to say. */
  output: string;
}

/** The longest first. The first one compiles the source, too. */
const CHECKS: [name: string, check: () => Promise<Result>][] = [
  ['dist is what the source builds', isDistFresh],
  ['lint', () => command('eslint', '--max-warnings', '0', '.')],
  ['types', () => command('tsc', '-p', '__tests__')],
  ['format', () => command('prettier', '--check', '--log-level', 'warn', '.')],
  ['action.yml and workflows', () => command('node', 'scripts/validate-workflows.ts')],
];

const failed: string[] = [];
const waiting = CHECKS.values();
await Promise.all(Array.from({ length: availableParallelism() }, takeTurns));

if (failed.length > 0) {
  console.error(`\nNot as it should be: ${failed.join(', ')}.`);
  if (failed.includes('dist is what the source builds'))
    console.error('Run "npm run build" and commit dist.');
  if (failed.includes('format')) console.error('Run "npm run format".');
}
process.exitCode = failed.length > 0 ? 1 : 0;

async function takeTurns(): Promise<void> {
  for (const [name, check] of waiting) {
    const start = Date.now();
    const { ok, output } = await check();
    process.stdout.write(output);
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
    if (!ok) failed.push(name);
  }
}

/** Runs a command of a dependency to its end. */
function command(name: string, ...args: string[]): Promise<Result> {
  const child = spawn(join('node_modules/.bin', name), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((done, fail) => {
    child.on('error', fail).on('close', (code) => {
      done({ ok: code === 0, output });
    });
  });
}

async function isDistFresh(): Promise<Result> {
  const fresh = mkdtempSync(join(tmpdir(), 'dist-'));
  try {
    const build = await command('node', 'scripts/build.ts', fresh);
    if (!build.ok) return build;
    const [committed, built] = ['dist', fresh].map(contents);
    const files = new Set([...Object.keys(committed ?? {}), ...Object.keys(built ?? {})]);
    const stale = [...files].filter((file) => committed?.[file] !== built?.[file]);
    return { ok: stale.length === 0, output: stale.map((file) => `dist differs in ${file}\n`).join('') };
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
