import type { Fill } from '../measure/emulator.ts';
import { prepared } from '../measure/runs.ts';
import {
  LABEL,
  amongPreviews,
  byId,
  creation,
  noOp,
  noOpWithGroups,
  removal,
  sharedUpdate,
  sweep,
  update,
  withSignInCheck,
  type Scenario,
} from '../scenarios.ts';
import { interleaved, median } from '../statistics.ts';
import { mb, ms, targets, type Row } from '../table.ts';
import { MOST_MEMORY, type Measurement } from './measurement.ts';
import { requestCounts, wallTime } from './time.ts';

/** A scenario in orgs, or with inputs, of several sizes. */
interface Growth {
  what: string;
  sizes: number[];
  scenario(size: number): Scenario;
  /** What is in the org. */
  fill?(size: number): Fill;
}

const APPS = [1, 100, 10_000];
const GROUPS = [1, 10, 100, 1_000];
const USERS = [1, 1_000, 20_000];
const URIS = [1, 100, 1_000];
const PREVIEWS = [1, 100, 1_000, 10_000];

const inOrgOf = (scenario: Scenario, what = scenario.name): Growth => ({
  what: `${what}; org of so many apps`,
  sizes: APPS,
  scenario: () => scenario,
  fill: (apps) => ({ apps: apps - 1, groups: 2 }),
});

const withGroups = (what: string, scenario: (groups: number) => Scenario): Growth => ({
  what: `${what}; so many groups`,
  sizes: GROUPS,
  scenario,
  fill: (groups) => ({ groups }),
});

/** All users but one have the app through a group; that one is listed. */
const withUsers = (what: string, assignments: string): Growth => ({
  what: `${what}; so many users of the app`,
  sizes: USERS,
  scenario: () => {
    const one = { users: 'user-1@example.com', assignments };
    const { inputs, ...others } = noOp('', one);
    return { ...others, inputs, after: { ...inputs, groups: 'Team 1', assignments: 'add' } };
  },
  fill: (users) => ({ groups: 1, users }),
});

const withUris = (what: string, scenario: (uris: number) => Scenario): Growth => ({
  what: `${what}; so many redirect URIs`,
  sizes: URIS,
  scenario,
});

const withPreviews = (what: string, scenario: Scenario): Growth => ({
  what: `${what}; so many names that start with its name`,
  sizes: PREVIEWS,
  scenario: (previews) => amongPreviews(scenario, previews, 1),
});

const ownClientId = noOp('', { 'client-id': 'bench-client' });

const GROWTHS: Growth[] = [
  inOrgOf(noOpWithGroups(0)),
  inOrgOf(creation(2)),
  inOrgOf(update()),
  inOrgOf(sharedUpdate()),
  inOrgOf(removal()),
  inOrgOf(sweep(0, 1), 'sweep of all apps, none has ended'),
  withPreviews('nothing to do, by name', noOp('')),
  withPreviews('nothing to do, by name, `client-id`', ownClientId),
  withPreviews('nothing to do, by `app-id`', byId(noOp(''))),
  withGroups('create', creation),
  withGroups('nothing to do', noOpWithGroups),
  withUsers('nothing to do, 1 in `users`', 'add'),
  withUsers('nothing to do, 1 in `users`, `assignments: exact`', 'exact'),
  withUris('create', (uris) => creation(0, uris)),
  withUris('create, sign-in checked', (uris) => withSignInCheck(creation(0, uris))),
  withUris('nothing to do', (uris) => noOpWithGroups(0, uris)),
  {
    what: 'read (`state: read`); so many users of the app',
    sizes: USERS,
    scenario: () => ({ ...withUsers('', 'add').scenario(0), inputs: { name: LABEL, state: 'read' } }),
    fill: (users) => ({ groups: 1, users }),
  },
];

/** How time, requests and memory grow with the org and the inputs. Each size has an org of its own. */
export const GROWTH: Measurement[] = GROWTHS.map(({ what, sizes, scenario, fill }) => ({
  name: what,
  rows: async (bench): Promise<Row[]> => {
    const rows: Row[] = [];
    for (const size of sizes) {
      const org = await bench.startOrg(fill?.(size));
      const { action } = await prepared(org, bench.dist, scenario(size));
      const { action: runs } = await interleaved(bench.fewRounds, { action });
      const peak = median(runs.map((run) => run.peak));
      rows.push({
        what: `${what}: ${size.toLocaleString('en-US')}`,
        action: `${ms(wallTime(runs))}, ${requestCounts(runs)}`,
        beside: `memory ${mb(peak)}`,
        target: targets(['≤ 80 MB', peak <= MOST_MEMORY]),
      });
    }
    return rows;
  },
}));
