import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';

/**
 * Bundles the actions: `node scripts/build.ts [folder]`, `dist` without one. Each bundle gets the licences of what is in it. A second
 * argument names another entry point to be bundled in the same way, for comparison.
 */

const BUNDLES = [
  { entry: 'src/index.ts', folder: '.' },
  { entry: 'src/sweep.ts', folder: 'sweep' },
  { entry: 'src/post.ts', folder: 'post' },
];

/**
 * An optional dependency of the SDK's HTTP client, which does without it: it brings 200 KB of character sets for a function that nobody
 * calls here, and is tried for at every start. The bundle finds it missing.
 */
const LEFT_OUT = 'encoding';

interface StatsModule {
  name?: string;
  modules?: StatsModule[];
}

const [, , target = 'dist', otherEntry] = process.argv;
const bundles = otherEntry === undefined ? BUNDLES : [{ entry: otherEntry, folder: '.' }];
const scratch = mkdtempSync(join(tmpdir(), 'build-'));
rmSync(target, { recursive: true, force: true });
for (const { entry, folder } of bundles) {
  const out = join(target, folder);
  const stats = join(scratch, 'stats.json');
  execFileSync(
    'node_modules/.bin/ncc',
    [
      'build',
      entry,
      '--out',
      out,
      '--minify',
      '--external',
      LEFT_OUT,
      '--no-cache',
      '--quiet',
      '--stats-out',
      stats,
    ],
    { stdio: 'inherit' },
  );
  for (const file of readdirSync(out).filter((name) => /\.m?js$/.test(name))) {
    const path = join(out, file);
    writeFileSync(path, compiledAtOnce(readFileSync(path, 'utf8')));
  }
  const { modules } = JSON.parse(readFileSync(stats, 'utf8')) as { modules: StatsModule[] };
  writeFileSync(join(out, 'licenses.txt'), licences(packagesOf(modules)));
}
rmSync(scratch, { recursive: true });

/**
 * Puts every module's function in parentheses, as it was before it was minified: V8 takes that for a function that is called right away
 * and compiles it once, instead of skipping over it and compiling it at its call. A start takes an eighth less time for it.
 */
function compiledAtOnce(code: string): string {
  const modules = ts
    .createSourceFile('bundle.js', code, ts.ScriptTarget.ESNext)
    .statements.filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .flatMap(({ initializer }) =>
      initializer && ts.isObjectLiteralExpression(initializer) ? initializer.properties : [],
    )
    .flatMap((property) => (ts.isPropertyAssignment(property) ? property.initializer : []))
    .filter((value) => ts.isArrowFunction(value) || ts.isFunctionExpression(value));
  return modules.reduceRight(
    (text, { pos, end }) => `${text.slice(0, pos)}(${text.slice(pos, end)})${text.slice(end)}`,
    code,
  );
}

/** The folders of the packages that modules come from, sorted. (ncc has a licence option; with chunks it keeps those of the last one only.) */
function packagesOf(modules: readonly StatsModule[]): string[] {
  const names = modules.flatMap(function namesOf({ name = '', modules: inner = [] }): string[] {
    return [name, ...inner.flatMap(namesOf)];
  });
  const folders = names.flatMap(
    (name) => /(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(name)?.[1] ?? [],
  );
  return [...new Set(folders)].sort();
}

function licences(folders: readonly string[]): string {
  const texts = folders.map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    ) as Record<string, string>;
    const file = readdirSync(folder).find((candidate) => /^licen[cs]e/i.test(candidate));
    const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
    return `${name ?? folder} ${version ?? ''} (${license ?? 'see below'})\n\n${text}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
