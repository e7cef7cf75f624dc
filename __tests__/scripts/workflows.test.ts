import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

/** What the workflows of this repository may do, and what the documents show of other actions. */

interface Step {
  name?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  permissions?: Record<string, string>;
  'timeout-minutes'?: number;
  steps: Step[];
}
interface Workflow {
  permissions?: unknown;
  concurrency?: unknown;
  jobs: Record<string, Job>;
}

const FILES = globSync('.github/workflows/*.yml').toSorted();
const workflow = (file: string): Workflow => parse(readFileSync(file, 'utf8')) as Workflow;

/** What is not pinned: the repository's own actions in the documents, which stand for themselves, and a reader's workflow. */
const OWN = /^(\.\/|org\/okta-oidc-app\b|acme\/)/;
const PINNED = /^[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$/;

test('every action is pinned to a commit, with its version beside it, in the documents as well', () => {
  const used = [...FILES, ...globSync('{,docs/,emulator/}*.md')].flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^[ -]*uses: (.+)$/gm)].map(([, text = '']) => ({ file, text })),
  );
  expect(used.length).toBeGreaterThan(10);
  expect(used.filter(({ text }) => !OWN.test(text) && !PINNED.test(text))).toEqual([]);
});

test.each(FILES)(
  '%s has no permission that a job does not name, ends by itself, and keeps no credential',
  (file) => {
    const { permissions, concurrency, jobs } = workflow(file);
    expect(permissions).toEqual({});
    expect(concurrency).toBeDefined();
    for (const job of Object.values(jobs)) {
      expect(job.permissions).toBeDefined();
      expect(job['timeout-minutes']).toBeLessThanOrEqual(30);
      for (const step of job.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
        expect(step.with?.['persist-credentials']).toBe(false);
    }
  },
);

test('the job that may sign and release runs nothing that the repository or its dependencies bring along', () => {
  const { release } = workflow('.github/workflows/release.yml').jobs;
  expect(release?.permissions).toEqual({ contents: 'write', 'id-token': 'write', attestations: 'write' });
  const scripts = release?.steps.map(({ run = '' }) => run).join('\n') ?? '';
  expect(scripts).toContain('gh release create');
  expect(scripts).not.toMatch(/\b(npm|npx|node|bash|sh|python3?)\b|\.\//);
});

describe('a release', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'release-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function run(command: string, ...args: string[]): { code: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, GITHUB_REF_NAME: 'v1.2.3' },
    });
    return { code: status, output: stdout + stderr };
  }

  function git(...args: string[]): void {
    const { code, output } = run('git', '-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args);
    if (code !== 0) throw new Error(output);
  }

  /** Runs a step of the first job as GitHub's runner does. */
  function step(name: string): { code: number | null; output: string } {
    const { check } = workflow('.github/workflows/release.yml').jobs;
    const found = check?.steps.find((each) => each.name === name);
    return run('bash', '-e', '-c', found?.run ?? 'exit 99');
  }

  test('needs a tag that is on main', () => {
    git('init', '--quiet');
    git('commit', '--quiet', '--allow-empty', '--message', 'one');
    git('commit', '--quiet', '--allow-empty', '--message', 'two');
    git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    git('checkout', '--quiet', '--detach', 'HEAD~1');
    expect(step('The tag is on main')).toEqual({ code: 0, output: '' });
    git('commit', '--quiet', '--allow-empty', '--message', 'beside');
    expect(step('The tag is on main')).toEqual({
      code: 1,
      output: '::error::v1.2.3 is not on main. Delete the tag, merge its commit, and tag what is on main.\n',
    });
  });
});
