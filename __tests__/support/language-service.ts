import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './runner.ts';

/** What GitHub's language service finds wrong with workflows; nothing where they are valid. */
export function problemsOf(workflows: ReadonlyMap<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'workflows-'));
  mkdirSync(join(folder, '.github/workflows'), { recursive: true });
  for (const [i, text] of [...workflows.values()].entries())
    writeFileSync(join(folder, `.github/workflows/${i + 1}.yml`), text);
  const { stdout, stderr } = spawnSync(
    join(root, 'node_modules/.bin/node'),
    [join(root, 'scripts/validate-workflows.ts')],
    { cwd: folder, encoding: 'utf8' },
  );
  rmSync(folder, { recursive: true });
  return stdout === `${workflows.size} action and workflow files: valid\n` ? '' : `${stdout}${stderr}`;
}
