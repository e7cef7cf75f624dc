import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Bundles the actions: `node scripts/build.ts [folder]`, `dist` without one. Each bundle gets the licences of what is in it.
 */

const BUNDLES = [
  { entry: 'src/index.ts', folder: '.' },
  { entry: 'src/sweep.ts', folder: 'sweep' },
];

interface StatsModule {
  name?: string;
  modules?: StatsModule[];
}

const target = process.argv[2] ?? 'dist';
const scratch = mkdtempSync(join(tmpdir(), 'build-'));
rmSync(target, { recursive: true, force: true });
for (const { entry, folder } of BUNDLES) {
  const out = join(target, folder);
  const stats = join(scratch, 'stats.json');
  execFileSync(
    'node_modules/.bin/ncc',
    ['build', entry, '--out', out, '--minify', '--no-cache', '--quiet', '--stats-out', stats],
    { stdio: 'inherit' },
  );
  const { modules } = JSON.parse(readFileSync(stats, 'utf8')) as { modules: StatsModule[] };
  writeFileSync(join(out, 'licenses.txt'), licences(packagesOf(modules)));
}
rmSync(scratch, { recursive: true });

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
