import { describe, expect, test } from '@jest/globals';
import type { PullRequestState } from '../../src/github/pulls.ts';
import type { Run, RunKind } from '../../src/github/run.ts';
import { NO_MARK, type Claim, type Mark } from '../../src/app/ownership/mark.ts';
import type { Owner } from '../../src/app/ownership/owner.ts';
import { decide, decidingPullRequest, type Action } from '../../src/app/ownership/permission.ts';

/** Whose things a run may touch, as the whole table: every run, every mark, every action. */

const REPOSITORY = { server: 'github.com', name: 'acme/shop', id: '1' };
const STOCK = { server: 'github.com', name: 'acme/stock', id: '2' };

const RUNS = {
  permanent: run({ kind: 'permanent' }),
  'pull request 12': run({ kind: 'pull-request', pullRequest: 12 }),
  'branch x': run({ kind: 'branch', branch: 'x' }),
  'another repository': run({ kind: 'permanent' }, STOCK),
  "another repository's pull request 12": run({ kind: 'pull-request', pullRequest: 12 }, STOCK),
  'without a place': run({ kind: 'read-only', why: 'nobody can place it' }),
} satisfies Record<string, Run>;
type RunName = keyof typeof RUNS;

function run(kind: RunKind, repository = REPOSITORY): Run {
  return { ...kind, repository };
}

const SHOP: Owner = { server: 'github.com', repository: 'acme/shop', repositoryId: '1' };

const MARKS = {
  nobody: mark(undefined),
  'the repository': mark(SHOP),
  'the repository under an old name': mark({ ...SHOP, repository: 'acme/store' }),
  'pull request 12': mark({ ...SHOP, pullRequest: 12 }),
  'pull request 13': mark({ ...SHOP, pullRequest: 13 }),
  'branch x': mark({ ...SHOP, branch: 'x' }),
  'branch y': mark({ ...SHOP, branch: 'y' }),
  'another repository': mark({ ...SHOP, repository: 'acme/blog', repositoryId: '3' }),
  "another repository's pull request 12": mark({
    ...SHOP,
    repository: 'acme/blog',
    repositoryId: '3',
    pullRequest: 12,
  }),
  'a repository that had its name': mark({ ...SHOP, repositoryId: '9' }),
  'its name without an ID': mark({ ...SHOP, repositoryId: undefined }),
  'its ID on another server': mark({ ...SHOP, server: 'ghe.example.com' }),
  'one of its jobs': mark({ ...SHOP, job: '7-1-test' }),
} satisfies Record<string, Mark>;
type MarkName = keyof typeof MARKS;

function mark(owner: Owner | undefined, more: Partial<Mark> = {}): Mark {
  return { ...NO_MARK, owner, source: owner && 'profile', ...more };
}

const CHANGE: Action = { to: 'change', adopt: false };
const DELETE: Action = { to: 'delete', adopt: false };

/** `yes`, `takes over`, `replaces`, or no. */
function cell(
  runName: RunName,
  marked: Mark,
  action: Action,
  state: PullRequestState = 'closed',
): 'yes' | 'takes over' | 'replaces' | '' {
  const decision = decide(RUNS[runName], marked, action, state);
  if (!decision.allowed) return '';
  if (decision.replaces) return 'replaces';
  return decision.takesOver ? 'takes over' : 'yes';
}

type Cell = ReturnType<typeof cell>;

describe('an app, where the pull request in its mark is closed', () => {
  const rows: Record<MarkName, Partial<Record<RunName, Cell>>> = {
    nobody: {},
    'the repository': { permanent: 'yes' },
    'the repository under an old name': { permanent: 'yes' },
    'pull request 12': { permanent: 'replaces', 'pull request 12': 'yes' },
    'pull request 13': { permanent: 'replaces' },
    'branch x': { permanent: 'replaces', 'branch x': 'yes' },
    'branch y': { permanent: 'replaces' },
    'another repository': {},
    "another repository's pull request 12": {},
    'a repository that had its name': {},
    'its name without an ID': {},
    'its ID on another server': {},
    'one of its jobs': {},
  };

  const cells = (Object.keys(MARKS) as MarkName[]).flatMap((markName) =>
    (Object.keys(RUNS) as RunName[]).map(
      (runName) => [markName, runName, rows[markName][runName] ?? ''] as const,
    ),
  );

  test.each(cells)('of %s, in a run that is %s: changed, or deleted? %p', (markName, runName, expected) => {
    expect(cell(runName, MARKS[markName], CHANGE)).toBe(expected);
    expect(cell(runName, MARKS[markName], DELETE)).toBe(expected);
  });
});

describe('a permanent run', () => {
  test.each<[PullRequestState, Cell]>([
    ['closed', 'replaces'],
    ['open', ''],
    ['unknown', ''],
  ])('and the app of a pull request that is %s: %p', (state, expected) => {
    for (const action of [CHANGE, DELETE])
      expect(cell('permanent', MARKS['pull request 12'], action, state)).toBe(expected);
  });

  test('is told whose app it replaces', () => {
    const { owner } = MARKS['branch x'];
    expect(decide(RUNS.permanent, MARKS['branch x'], CHANGE)).toEqual({
      allowed: true,
      takesOver: true,
      replaces: owner,
    });
  });

  test("has to ask of the app's pull request, and only where its state decides", () => {
    const asked = (runName: RunName, markName: MarkName, action: Action = CHANGE): number | undefined =>
      decidingPullRequest(RUNS[runName], MARKS[markName], action);
    expect(asked('permanent', 'pull request 12')).toBe(12);
    expect(asked('permanent', 'pull request 12', DELETE)).toBe(12);
    expect(asked('permanent', 'pull request 12', { to: 'change', adopt: true })).toBe(12);
    expect(asked('permanent', 'pull request 12', { to: 'change', adopt: 'acme/shop' })).toBeUndefined();
    expect(asked('permanent', 'pull request 12', { to: 'add', uris: [] })).toBeUndefined();
    expect(asked('permanent', 'the repository')).toBeUndefined();
    expect(asked('permanent', 'branch x')).toBeUndefined();
    expect(asked('permanent', "another repository's pull request 12")).toBeUndefined();
    expect(asked('pull request 12', 'pull request 13')).toBeUndefined();
    const ofJob = mark({ ...SHOP, pullRequest: 12, job: '7-1-test' });
    expect(decidingPullRequest(RUNS.permanent, ofJob, CHANGE)).toBeUndefined();
  });
});

describe('adopt', () => {
  const adopting = (adopt: boolean | string): Action[] => [
    { to: 'change', adopt },
    { to: 'delete', adopt },
  ];

  test.each<[adopt: boolean | string, marks: MarkName[]]>([
    [true, ['nobody']],
    ['acme/blog', ['another repository', "another repository's pull request 12"]],
    ['Acme/Blog', ['another repository', "another repository's pull request 12"]],
    [
      'acme/shop',
      [
        'pull request 12',
        'pull request 13',
        'branch x',
        'branch y',
        'a repository that had its name',
        'its name without an ID',
        'its ID on another server',
        'one of its jobs',
      ],
    ],
    ['acme/other', []],
  ])('%p takes over, whatever GitHub says, what belongs to that: %p', (adopt, expected) => {
    for (const action of adopting(adopt)) {
      const taken = (Object.keys(MARKS) as MarkName[]).filter(
        (markName) => cell('permanent', MARKS[markName], action, 'unknown') === 'takes over',
      );
      expect(new Set(taken)).toEqual(new Set(expected));
      const ofBranch = adopt === 'acme/shop' ? 'takes over' : 'replaces';
      expect(cell('permanent', MARKS['branch x'], action, 'unknown')).toBe(ofBranch);
    }
  });

  test('takes over whatever the capital letters in the mark are', () => {
    const marked = mark({ ...SHOP, repository: 'Acme/Blog', repositoryId: '3' });
    for (const action of adopting('acme/blog')) expect(cell('permanent', marked, action)).toBe('takes over');
  });

  test.each(['pull request 12', 'branch x', 'without a place'] as const)(
    'takes nothing over in a run of %s',
    (runName) => {
      for (const adopt of [true, 'acme/shop', 'acme/blog']) {
        for (const action of adopting(adopt)) {
          for (const markName of Object.keys(MARKS) as MarkName[])
            expect(cell(runName, MARKS[markName], action)).not.toMatch(/takes over|replaces/);
        }
      }
    },
  );
});

describe('an app whose mark stands in its notes only', () => {
  const noted = { ...MARKS['the repository'], source: 'note' as const };

  test('is changed, and not deleted without adopt', () => {
    expect(cell('permanent', noted, CHANGE)).toBe('yes');
    expect(cell('permanent', noted, DELETE)).toBe('');
    expect(cell('permanent', noted, { to: 'delete', adopt: true })).toBe('yes');
    const preview = { ...MARKS['pull request 12'], source: 'note' as const };
    expect(cell('pull request 12', preview, CHANGE)).toBe('yes');
    expect(cell('pull request 12', preview, DELETE)).toBe('');
  });
});

describe('an app for one job', () => {
  const job: Run = { ...RUNS.permanent, job: '7-1-test' };

  test('is only for the runs of that job', () => {
    const may = (jobRun: Run, marked: Mark): boolean => decide(jobRun, marked, CHANGE).allowed;
    expect(may(job, MARKS['one of its jobs'])).toBe(true);
    expect(may({ ...job, job: '7-2-test' }, MARKS['one of its jobs'])).toBe(false);
    expect(may(job, MARKS['the repository'])).toBe(false);
  });
});

describe('what others have put on an app', () => {
  const entry = { list: 'redirect-uris', uri: 'https://pr-3.example.com/callback' } as const;
  const claim = (owner: Owner): Claim => ({ ...entry, owner });
  const BLOG: Owner = { server: 'github.com', repository: 'acme/blog', repositoryId: '3', pullRequest: 3 };

  test.each<[title: string, held: Pick<Mark, 'claims'> | Pick<Mark, 'own'>, deleted: boolean]>([
    ["another repository's", { claims: [claim(BLOG)] }, false],
    ["one of the repository's pull requests'", { claims: [claim({ ...SHOP, pullRequest: 3 })] }, false],
    ["the run's own", { claims: [claim(SHOP)] }, true],
    ['what the app lists itself beside them', { own: [entry] }, true],
  ])('keeps it from being deleted, and not from being changed: %s', (_, held, deleted) => {
    const marked = mark(SHOP, held);
    expect(cell('permanent', marked, CHANGE)).toBe('yes');
    expect(cell('permanent', marked, DELETE)).toBe(deleted ? 'yes' : '');
    expect(cell('permanent', mark(undefined, held), { to: 'delete', adopt: true })).toBe(
      deleted ? 'takes over' : '',
    );
  });
});

describe('URIs on an app that belongs to others too', () => {
  const uris = ['https://pr-12.preview.example.com/callback'];
  const ADD: Action = { to: 'add', uris };

  test.each<[title: string, marked: Mark, runs: RunName[]]>([
    [
      'without a mark, by anybody',
      mark(undefined),
      [
        'permanent',
        'pull request 12',
        'branch x',
        'another repository',
        "another repository's pull request 12",
      ],
    ],
    [
      'of an owner that says which hosts, by anybody',
      mark(SHOP, { redirectHosts: ['*.preview.example.com'] }),
      [
        'permanent',
        'pull request 12',
        'branch x',
        'another repository',
        "another repository's pull request 12",
      ],
    ],
    ['of an owner that says other hosts, by nobody', mark(SHOP, { redirectHosts: ['*.example.com'] }), []],
    ['of an owner that says no hosts, by nobody', mark(SHOP, { redirectHosts: [] }), []],
    ["of an owner that does not say, by its repository's permanent runs", mark(SHOP), ['permanent']],
    [
      'of a pull request, by its own runs, too',
      mark({ ...SHOP, pullRequest: 12 }),
      ['permanent', 'pull request 12'],
    ],
  ])('%s', (_, marked, runs) => {
    const may = (Object.keys(RUNS) as RunName[]).filter((name) => cell(name, marked, ADD) !== '');
    expect(may).toEqual(runs);
  });

  test('are taken away again by whoever put them there', () => {
    for (const runName of Object.keys(RUNS) as RunName[]) {
      const may = cell(runName, MARKS['another repository'], { to: 'take away' });
      expect(may).toBe(runName === 'without a place' ? '' : 'yes');
    }
  });

  test('a new app is made by all but a run that nobody can place', () => {
    for (const runName of Object.keys(RUNS) as RunName[])
      expect(cell(runName, MARKS.nobody, { to: 'create' })).toBe(runName === 'without a place' ? '' : 'yes');
  });

  test('an app without a mark is worth a notice', () => {
    expect(decide(RUNS.permanent, mark(undefined), ADD)).toEqual({
      allowed: true,
      takesOver: false,
      notice:
        'The shared app carries no mark of a repository, so that any run with "shared: true" may add to it. An app that a workflow owns takes only what fits its "redirect-hosts".',
    });
  });
});

describe('a refusal says why, and what to do', () => {
  const DRY_RUN = `"dry-run: \${{ github.event_name == 'pull_request' }}"`;
  const PR_12 = `A run of pull request #12 may only touch what runs of that pull request made: choose a name with the number in it, or let the run only look, with ${DRY_RUN}.`;
  const BRANCH_X =
    'A run of the branch x, which is neither the default branch nor protected, may only touch what runs of that branch made: choose another name, or set "dry-run: true".';
  const WITHOUT_ID =
    'it belongs to acme/shop, by a mark without the ID of the repository: a run without GITHUB_REPOSITORY_ID made it, such as one by hand, and perhaps of another repository of that name';
  const hosts = mark(SHOP, { redirectHosts: ['*.preview.example.com', 'localhost'] });
  const add = (...uris: string[]): Action => ({ to: 'add', uris });
  const claims: Claim[] = Array.from({ length: 7 }, (_, i) => ({
    list: 'redirect-uris',
    uri: `https://pr-${i + 1}.example.com`,
    owner: { ...SHOP, pullRequest: i + 1 },
  }));

  test.each<[RunName, Mark, Action, PullRequestState, why: string, remedy: string]>([
    [
      'without a place',
      MARKS['the repository'],
      CHANGE,
      'closed',
      'this run may only read, since nobody can place it',
      'Start it by an event of a branch, a tag or a pull request, or set "dry-run: true".',
    ],
    [
      'permanent',
      MARKS.nobody,
      CHANGE,
      'closed',
      'it carries no mark of a repository',
      'Set "adopt: true" to take it over, or choose another name.',
    ],
    [
      'permanent',
      MARKS.nobody,
      DELETE,
      'closed',
      'it carries no mark of a repository',
      'Set "adopt: true" to delete it all the same, or choose another name.',
    ],
    [
      'permanent',
      MARKS.nobody,
      { to: 'change', adopt: 'acme/blog' },
      'closed',
      'it carries no mark of a repository, and "adopt" names acme/blog',
      'Set "adopt: true" to take it over, or choose another name.',
    ],
    ['pull request 12', MARKS.nobody, CHANGE, 'closed', 'it carries no mark of a repository', PR_12],
    ['pull request 12', MARKS['the repository'], CHANGE, 'closed', 'it belongs to acme/shop', PR_12],
    [
      'pull request 12',
      MARKS['pull request 13'],
      DELETE,
      'closed',
      'it belongs to acme/shop, pull request #13',
      PR_12,
    ],
    ['branch x', MARKS['branch y'], CHANGE, 'closed', 'it belongs to acme/shop, branch y', BRANCH_X],
    [
      'permanent',
      MARKS['another repository'],
      CHANGE,
      'closed',
      'it belongs to acme/blog',
      'Set "adopt: acme/blog" to take it over, or choose another name.',
    ],
    [
      'permanent',
      MARKS['another repository'],
      { to: 'delete', adopt: true },
      'closed',
      'it belongs to acme/blog',
      'Set "adopt: acme/blog" to delete it all the same, or choose another name.',
    ],
    [
      'permanent',
      MARKS['a repository that had its name'],
      CHANGE,
      'closed',
      'it belongs to acme/shop, another repository of that name',
      'Set "adopt: acme/shop" to take it over, or choose another name.',
    ],
    [
      'permanent',
      MARKS['its name without an ID'],
      CHANGE,
      'closed',
      WITHOUT_ID,
      'Set "adopt: acme/shop" to take it over, or choose another name.',
    ],
    [
      'pull request 12',
      MARKS['its name without an ID'],
      CHANGE,
      'closed',
      WITHOUT_ID,
      'Delete the app in the Admin Console, or set "adopt: acme/shop" in a run of the default branch, which takes it over.',
    ],
    [
      'branch x',
      MARKS['its name without an ID'],
      CHANGE,
      'closed',
      WITHOUT_ID,
      'Delete the app in the Admin Console, or set "adopt: acme/shop" in a run of the default branch, which takes it over.',
    ],
    [
      'permanent',
      MARKS['its ID on another server'],
      CHANGE,
      'closed',
      'it belongs to acme/shop on ghe.example.com',
      'Set "adopt: acme/shop" to take it over, or choose another name.',
    ],
    [
      'permanent',
      MARKS['pull request 12'],
      CHANGE,
      'open',
      'it belongs to acme/shop, pull request #12, which is open',
      'Run it again once the pull request is closed, choose another name, or set "adopt: acme/shop" to take the app over now.',
    ],
    [
      'permanent',
      MARKS['pull request 12'],
      CHANGE,
      'unknown',
      'it belongs to acme/shop, pull request #12, and GitHub does not say whether that is closed',
      'Give the job "permissions: pull-requests: read", and its token as "github-token"; or set "adopt: acme/shop" to take the app over.',
    ],
    [
      'permanent',
      MARKS['one of its jobs'],
      CHANGE,
      'closed',
      'it belongs to acme/shop, job 7-1-test',
      'Choose another name. The app is deleted when that job ends.',
    ],
    [
      'permanent',
      { ...MARKS['the repository'], source: 'note' },
      DELETE,
      'closed',
      'only the sentence in its notes says that it belongs to acme/shop; the mark in its profile is gone',
      'Set "adopt: true" to delete it all the same, or choose another name.',
    ],
    [
      'permanent',
      mark(SHOP, { claims }),
      DELETE,
      'closed',
      'others have put URIs on it: https://pr-1.example.com (acme/shop, pull request #1), https://pr-2.example.com (acme/shop, pull request #2), https://pr-3.example.com (acme/shop, pull request #3), https://pr-4.example.com (acme/shop, pull request #4), https://pr-5.example.com (acme/shop, pull request #5) and 2 more',
      'Let those runs remove them ("shared: true" with "state: absent"); the sweep action removes those of closed pull requests.',
    ],
    [
      'permanent',
      mark(SHOP, { claims: claims.slice(0, 2) }),
      DELETE,
      'closed',
      'others have put URIs on it: https://pr-1.example.com (acme/shop, pull request #1), https://pr-2.example.com (acme/shop, pull request #2)',
      'Let those runs remove them ("shared: true" with "state: absent"); the sweep action removes those of closed pull requests.',
    ],
    [
      'another repository',
      hosts,
      add('https://a.preview.example.com/cb', 'https://evil.example.net/cb', 'com.example:/cb'),
      'closed',
      'it belongs to acme/shop, which lets other runs add URIs of *.preview.example.com, localhost only, and not https://evil.example.net/cb, com.example:/cb',
      'Use a host that fits, or have the workflow that owns the app widen its "redirect-hosts". No pattern of hosts fits a URI of an app\'s own scheme: have the workflow that owns the app list com.example:/cb itself.',
    ],
    [
      'another repository',
      hosts,
      add('com.example:/cb', 'https://a.preview.example.com/cb'),
      'closed',
      'it belongs to acme/shop, which lets other runs add URIs of *.preview.example.com, localhost only, and not com.example:/cb',
      "No pattern of hosts fits a URI of an app's own scheme: have the workflow that owns the app list com.example:/cb itself.",
    ],
    [
      'another repository',
      MARKS['the repository'],
      add('com.example:/cb'),
      'closed',
      'it belongs to acme/shop, which has not said whose URIs it takes',
      "No pattern of hosts fits a URI of an app's own scheme: have the workflow that owns the app list com.example:/cb itself.",
    ],
    [
      'pull request 12',
      MARKS['the repository'],
      add('https://a.preview.example.com/cb'),
      'closed',
      'it belongs to acme/shop, which has not said whose URIs it takes',
      'Have the workflow that owns the app name the hosts in its "redirect-hosts", such as *.preview.example.com.',
    ],
  ])('run: %s (%#)', (runName, marked, action, state, why, remedy) => {
    expect(decide(RUNS[runName], marked, action, state)).toEqual({ allowed: false, why, remedy });
  });

  test.each([
    ['acme/shop', 'Acme/Shop'],
    ['Acme/Shop', 'acme/shop'],
  ])('to a run of %s, whatever the capital letters, of the name %s', (name, repository) => {
    const marked = mark({ ...SHOP, repository, repositoryId: '9' });
    expect(decide(run({ kind: 'permanent' }, { ...REPOSITORY, name }), marked, CHANGE)).toEqual({
      allowed: false,
      why: `it belongs to ${repository}, another repository of that name`,
      remedy: `Set "adopt: ${repository}" to take it over, or choose another name.`,
    });
  });

  test('to a job that finds an app of its name', () => {
    expect(decide({ ...RUNS.permanent, job: '1' }, MARKS['the repository'], CHANGE)).toEqual({
      allowed: false,
      why: 'it belongs to acme/shop',
      remedy: 'Choose another name: an app for one job has to be new.',
    });
  });
});
