import { globSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Has GitHub's own language service look at every `action.yml` and workflow of the repository, and says what it finds. Exit code 1 if
 * it finds anything.
 */

// The language service imports JSON files without the attribute that Node asks for.
registerHooks({
  load: (url, context, nextLoad) =>
    nextLoad(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});

const { validate } = await import('@actions/languageservice');
const { TextDocument } = await import('vscode-languageserver-textdocument');

const files = [...globSync('{action.yml,*/action.yml}'), ...globSync('.github/workflows/*.yml')];
let problems = 0;
for (const file of files) {
  const document = TextDocument.create(
    pathToFileURL(resolve(file)).href,
    'yaml',
    1,
    readFileSync(file, 'utf8'),
  );
  for (const { range, message } of await validate(document)) {
    problems += 1;
    console.error(
      `${file}:${range.start.line + 1}:${range.start.character + 1}: ${typeof message === 'string' ? message : message.value}`,
    );
  }
}
console.log(
  `${files.length} action and workflow files: ${problems === 0 ? 'valid' : `${problems} problems`}`,
);
process.exitCode = problems === 0 ? 0 : 1;
