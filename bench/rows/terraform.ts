import { environmentOf } from '../measure/action.ts';
import { succeeded } from '../measure/processes.ts';
import { prepared } from '../measure/runs.ts';
import { preparedTerraform, terraformBinaries, versionsOf, type TerraformJob } from '../measure/terraform.ts';
import {
  LABEL,
  LOGOUT_URI,
  creation,
  noOpWithGroups,
  removal,
  withConnection,
  type Scenario,
} from '../scenarios.ts';
import { interleaved, median } from '../statistics.ts';
import { counted, ratio, seconds, targets, type Row } from '../table.ts';
import type { Bench, Measurement } from './measurement.ts';
import { wallTime } from './time.ts';

/** A job that the action and Terraform both know. */
interface Comparison {
  scenario: Scenario;
  terraform: Omit<TerraformJob, 'name'>;
  /** How many times as fast as Terraform the action is to be. */
  timesAsFast: number;
  /** Seconds that it may take. */
  most?: number;
}

/** Milliseconds that a request takes. */
const LATENCY = 100;

const { inputs } = creation(1);

/** Every input that has a default has it here. */
const COMPARISONS: Record<string, Comparison> = {
  'create an app with 1 group': {
    scenario: creation(1),
    terraform: { exists: false, command: 'apply', write: /^POST \/api\/v1\/apps$/ },
    timesAsFast: 2.5,
    most: 0.75,
  },
  'find nothing to do': {
    scenario: noOpWithGroups(1),
    terraform: { exists: true, command: 'apply' },
    timesAsFast: 3,
  },
  'change one setting': {
    scenario: {
      ...creation(1),
      after: inputs,
      inputs: { ...inputs, 'post-logout-redirect-uris': LOGOUT_URI },
      result: 'updated',
    },
    terraform: {
      exists: true,
      command: 'apply',
      more: `post_logout_redirect_uris = ["${LOGOUT_URI}"]`,
      write: /^PUT \/api\/v1\/apps\/\w+$/,
    },
    timesAsFast: 1.5,
    most: 1.2,
  },
  'remove the app': {
    scenario: { ...removal(), after: inputs, inputs: { name: LABEL, state: 'absent' } },
    terraform: { exists: true, command: 'destroy', write: /^DELETE \/api\/v1\/apps\/\w+$/ },
    timesAsFast: 2.5,
  },
};

/** The jobs by the action and, if its binaries are there, by Terraform, in turn and both over TLS; beside them the floor. */
export const BESIDE_TERRAFORM: Measurement[] = Object.entries(COMPARISONS).map(([name, comparison]) => ({
  name,
  rows: async (bench): Promise<Row[]> => {
    const { timesAsFast, most } = comparison;
    const { action, terraform, floor } = await measured(bench, name, comparison);
    const own = wallTime(action);
    const requests = action[0]?.requests.length ?? 0;
    const met: Parameters<typeof targets> = most === undefined ? [] : [[`≤ ${most} s`, own <= most * 1000]];
    const row: Row = {
      what: name,
      action: `${seconds(own)}, ${counted(requests, 'request')}`,
      beside: `floor ${seconds(floor)}`,
      ratio: ratio(own, floor),
      target: targets(...met),
      figures: { action: own, requests, floor },
    };
    if (!terraform) return [row];
    const other = wallTime(terraform);
    const terraformRequests = terraform[0]?.requests.length ?? 0;
    return [
      {
        ...row,
        beside: `Terraform ${seconds(other)}, ${counted(terraformRequests, 'request')}`,
        ratio: ratio(own, other),
        target: targets([`1 : ${timesAsFast}`, own * timesAsFast <= other], ...met),
        figures: { ...row.figures, terraform: other, terraformRequests },
      },
    ];
  },
}));

async function measured(bench: Bench, name: string, { scenario, terraform: job }: Comparison) {
  const start = () => bench.startOrg({ groups: 10 }, { tls: true });
  const org = await start();
  const { action } = await prepared(org, bench.dist, { ...scenario, byDefault: true });
  await org.ask({ do: 'latency', milliseconds: LATENCY });
  const main = bench.built('floor');
  const floorEnv = environmentOf(bench.scratch, withConnection(org.url, {}));
  const floor = async (): Promise<number> =>
    (await succeeded(process.execPath, [main], floorEnv)).milliseconds;

  const binaries = terraformBinaries();
  if (!binaries) {
    bench.notes.add(
      'Terraform was not measured: TERRAFORM and OKTA_PROVIDER did not name its binary and its provider.',
    );
    const took = await interleaved(bench.fewRounds, { action, floor });
    return { action: took.action, terraform: undefined, floor: median(took.floor) };
  }
  const other = await start();
  const terraform = await preparedTerraform(binaries, other, bench.scratch, { name, ...job });
  await other.ask({ do: 'latency', milliseconds: LATENCY });
  const took = await interleaved(bench.rounds, { action, terraform, floor });
  const versions = await versionsOf(
    binaries,
    took.terraform.flatMap(({ requests }) => requests),
  );
  bench.notes.add(`Terraform ${versions.terraform}, its provider for Okta ${versions.provider}.`);
  return { action: took.action, terraform: took.terraform, floor: median(took.floor) };
}
