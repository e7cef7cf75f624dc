import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { minify } from 'terser';
import ts from 'typescript';

/**
 * Bundles the actions: `node scripts/build.ts [folder]`, `dist` without one. A second argument names another entry point, which is
 * bundled in the same way, for comparison.
 */

const ENTRY = 'src/bundle.ts';
const BUNDLE = 'bundle.js';

/** What GitHub starts: short files without types, each of which calls a function of the bundle. */
const STARTED = ['index', 'post', 'sweep'];

/**
 * An optional dependency of the SDK's HTTP client, which does without it: it brings 200 KB of character sets for a function that nobody
 * calls here, and is tried for at every start. The bundle finds it missing.
 */
const LEFT_OUT = 'encoding';

/** The bundler, which comes without types; as much of it as is used here. */
type Bundle = (entry: string, options: object) => Promise<Bundled>;

interface Bundled {
  code: string;
  /** The chunks, and a `package.json` that makes all of them ES modules. */
  assets: Record<string, { source: string | Buffer }>;
  stats: { toJson(): { modules: StatsModule[] } };
}

interface StatsModule {
  /** What the bundle calls it. */
  id?: string | number;
  name?: string;
  modules?: StatsModule[];
}

const [, , target = 'dist', entry = ENTRY] = process.argv;
const bundle = createRequire(import.meta.url)('@vercel/ncc') as Bundle;
const { code, assets, stats } = await bundle(resolve(entry), {
  filename: BUNDLE,
  minify: true,
  externals: [LEFT_OUT],
  cache: false,
  quiet: true,
});
const files = Object.entries(assets).map(([name, { source }]): [string, string] => [name, String(source)]);
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const { modules } = stats.toJson();
const main = entry === ENTRY ? withUndiciLater(code, modules) : code;
writeFileSync(join(target, BUNDLE), compiledAtOnce(main));
for (const [name, text] of files)
  writeFileSync(join(target, name), name.endsWith('.js') ? compiledAtOnce(await minified(text)) : text);
if (entry === ENTRY) {
  for (const name of STARTED) {
    const text = readFileSync(`src/${name}.ts`, 'utf8').replaceAll('./bundle.ts', `./${BUNDLE}`);
    writeFileSync(join(target, `${name}.js`), text);
  }
}
writeFileSync(join(target, 'licenses.txt'), licences(packagesOf(modules)));

/**
 * Loads `undici`, the largest package of all, only if `@actions/http-client` uses it, which is for a proxy, and not with `@actions/core`,
 * which loads that at every start. A start takes a tenth less time for it.
 *
 * @throws Error if it is not imported in exactly one place, for its one class
 */
function withUndiciLater(code: string, modules: readonly StatsModule[]): string {
  const { id = '' } = modules.find(({ name }) => name === './node_modules/undici/index.js') ?? {};
  const parts = code.split(new RegExp(`=([\\w$]+)\\(${id}\\)`));
  const [before, load, after] = parts;
  if (parts.length !== 3 || load === undefined) throw new Error('undici is not imported as it was.');
  return `${before}={get ProxyAgent(){return ${load}(${id}).ProxyAgent}}${after}`;
}

/** Minifies a chunk as the bundler minifies its main file, and only that one: the names of functions and classes stay. */
async function minified(code: string): Promise<string> {
  const { code: short = code } = await minify(code, {
    module: true,
    compress: false,
    mangle: { keep_classnames: true, keep_fnames: true },
  });
  return short;
}

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

/** The folders of the packages that modules come from, sorted. (The bundler has a licence option; with chunks it keeps those of the last one only.) */
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
