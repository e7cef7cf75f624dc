import { spawnSync } from 'node:child_process';
import { prepared, type Measured } from '../measure/runs.ts';
import { settleTime, type Scenario } from '../scenarios.ts';
import { interleaved, median } from '../statistics.ts';
import { counted, ms, ratio, seconds, targets, type Row } from '../table.ts';
import type { Measurement } from './measurement.ts';

const hasScript = ['bash', 'curl', 'jq'].every((command) => spawnSync(command, ['--version']).status === 0);

export function wallTime(measured: readonly Pick<Measured, 'milliseconds'>[]): number {
  return median(measured.map(({ milliseconds }) => milliseconds));
}

/** How many requests the runs took: in all, and of the bucket `/api/v1/apps`, which is the scarcest. */
export function requestCounts(measured: readonly Measured[]): string {
  const seen = measured.map(({ requests }) => {
    const scarce = requests.filter(({ bucket }) => bucket === '/api/v1/apps').length;
    return `${counted(requests.length, 'request')}, ${scarce} scarce`;
  });
  return [...new Set(seen)].join(' or ');
}

/** The time and the requests of a scenario, beside the least that it takes and beside the script that does the same. */
export function timed(scenario: Scenario, latency: number): Measurement {
  const { name, trips, settles, most } = scenario;
  const what = `${name}, ${latency} ms latency`;
  return {
    name: what,
    rows: async (bench): Promise<Row[]> => {
      const org = await bench.startOrg({ groups: 10, users: 10 });
      const { start, action, script } = await prepared(org, bench.dist, scenario);
      await org.ask({ do: 'latency', milliseconds: latency });
      const sides = { start, action, ...(hasScript && script && { script }) };
      const isSlow = Number(scenario.inputs['settle-seconds'] ?? 0) > 0;
      const took = await interleaved(isSlow ? bench.fewRounds : bench.rounds, sides);
      const own = wallTime(took.action);
      const least = median(took.start) + trips * latency + settleTime(scenario, latency);
      const scriptTook = took.script && wallTime(took.script);
      const requests = Math.max(...took.action.map((run) => run.requests.length));
      const times = isSlow ? 1.05 : 1.3;
      const met: Parameters<typeof targets> = [];
      if (latency > 0) met.push([`≤ ${times} of the least`, own <= times * least]);
      if (most !== undefined) met.push([`≤ ${counted(most, 'request')}`, requests <= most]);
      return [
        {
          what,
          action: `${ms(own)}, ${requestCounts(took.action)}`,
          beside: [
            `least ${ms(least)} (start + ${counted(trips, 'trip')}${settles ? ' + settling' : ''})`,
            ...(scriptTook === undefined ? [] : [`script ${ms(scriptTook)}`]),
            ...(scenario.script && !hasScript ? ['script skipped: no bash, curl or jq'] : []),
          ].join('; '),
          ratio: [least, ...(scriptTook === undefined ? [] : [scriptTook])]
            .map((other) => ratio(own, other))
            .join('; '),
          target: targets(...met),
          figures: { action: own, least, requests },
        },
      ];
    },
  };
}

/** The time of a run with everything by default, at 100 ms a request. @param most seconds that it may take */
export function timedByDefault(scenario: Scenario, most?: number): Measurement {
  return {
    name: scenario.name,
    rows: async (bench): Promise<Row[]> => {
      const org = await bench.startOrg({ groups: 10, users: 10 });
      const { action } = await prepared(org, bench.dist, { ...scenario, byDefault: true });
      await org.ask({ do: 'latency', milliseconds: 100 });
      const took = await interleaved(bench.fewRounds, { action });
      const own = wallTime(took.action);
      const requests = Math.max(...took.action.map((run) => run.requests.length));
      return [
        {
          what: scenario.name,
          action: `${seconds(own)}, ${counted(requests, 'request')}`,
          ...(most !== undefined && { target: targets([`≤ ${most} s`, own <= most * 1000]) }),
          figures: { action: own, requests },
        },
      ];
    },
  };
}
