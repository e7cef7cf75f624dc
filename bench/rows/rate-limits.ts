import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf } from '../measure/action.ts';
import { outputsIn, ran } from '../measure/processes.ts';
import { creation, withConnection } from '../scenarios.ts';
import { median } from '../statistics.ts';
import { ratio, seconds, targets, type Row } from '../table.ts';
import type { Measurement } from './measurement.ts';

const RUNS = 12;
const TIMEOUT_SECONDS = 600;

/**
 * Many runs at once, each of which creates an app of its own, with one token in an org with the smallest rate limits: 20 requests a minute
 * on `/api/v1/apps` and what is below an app, of which one token may have 10. In real time.
 */
export const RATE_LIMITS: Measurement = {
  name: 'rate limits',
  rows: async ({ dist, scratch, startOrg }): Promise<Row[]> => {
    const org = await startOrg({ groups: 2 }, { rateLimits: 'integrator' });
    const { inputs } = creation(2);
    const start = performance.now();
    const runs = await Promise.all(
      Array.from({ length: RUNS }, async (_, index) => {
        const folder = join(scratch, `run-${index}`);
        mkdirSync(folder);
        const given = { ...inputs, name: `app ${index}`, 'timeout-seconds': String(TIMEOUT_SECONDS) };
        const env = environmentOf(folder, withConnection(org.url, given));
        const run = await ran(process.execPath, [join(dist, 'index.js')], env);
        console.error(`… run ${index} ended with ${run.exitCode} after ${seconds(run.milliseconds)}`);
        if (run.exitCode !== 0) console.error(run.text);
        return { ...run, result: outputsIn(folder)['result'] };
      }),
    );
    const all = performance.now() - start;
    const requests = await org.requests();
    const refused = requests.filter(({ status }) => status === 429).length;
    const scarce = requests.filter(({ bucket }) => bucket === '/api/v1/apps');
    const allowed = scarce.filter(({ status }) => status !== 429).length;
    const failed = runs.filter(({ exitCode, result }) => exitCode !== 0 || result !== 'created').length;
    const least = Math.floor((allowed - 1) / 10) * 60_000;
    return [
      {
        what: `${RUNS} runs at once, each an app with 2 groups: until all had ended`,
        action: seconds(all),
        beside: `${seconds(least)} least (${allowed} requests on \`/api/v1/apps\`, 10 a minute)`,
        ratio: ratio(all, least),
        target: targets([`< ${TIMEOUT_SECONDS} s`, all < TIMEOUT_SECONDS * 1000]),
      },
      {
        what: 'until half of them had ended',
        action: seconds(median(runs.map(({ milliseconds }) => milliseconds))),
      },
      { what: 'runs that failed', action: String(failed), target: targets(['0', failed === 0]) },
      {
        what: 'requests, of them refused with 429',
        action: `${requests.length}, ${refused}`,
        beside: `${scarce.length} on \`/api/v1/apps\``,
      },
    ];
  },
};
