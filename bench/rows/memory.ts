import { environmentOf } from '../measure/action.ts';
import { warns } from '../measure/processes.ts';
import { prepared, runWithPeak } from '../measure/runs.ts';
import { creation, withConnection } from '../scenarios.ts';
import { interleaved, median } from '../statistics.ts';
import { mb, ratio, targets, type Row } from '../table.ts';
import { MOST_MEMORY, type Bench, type Measurement } from './measurement.ts';

/** The most memory of a run beside that of a bundle which sends one request; bytes. */
async function peaksBeside(
  bench: Bench,
  entry: 'floor' | 'whole-sdk',
): Promise<{ action: number; other: number; otherWarns: boolean }> {
  const org = await bench.startOrg({ groups: 2 });
  const { action } = await prepared(org, bench.dist, creation(2));
  const env = environmentOf(bench.scratch, withConnection(org.url, creation(2).inputs));
  const main = bench.built(entry);
  const peaks = await interleaved(bench.rounds, {
    action: async () => (await action()).peak,
    other: async () => (await runWithPeak(main, env)).peak,
  });
  const otherWarns = warns(await runWithPeak(main, env));
  return { action: median(peaks.action), other: median(peaks.other), otherWarns };
}

export const MEMORY: Measurement = {
  name: 'memory, create with 2 groups',
  rows: async (bench): Promise<Row[]> => {
    const { action, other: floor } = await peaksBeside(bench, 'floor');
    return [
      {
        what: MEMORY.name,
        action: mb(action),
        beside: `floor ${mb(floor)}`,
        ratio: ratio(action, floor),
        target: targets(['≤ 80 MB', action <= MOST_MEMORY]),
        figures: { action, floor },
      },
    ];
  },
};

export const MEMORY_BESIDE_SDK: Measurement = {
  name: 'memory, beside the whole SDK',
  rows: async (bench): Promise<Row[]> => {
    const { action, other, otherWarns } = await peaksBeside(bench, 'whole-sdk');
    return [
      {
        what: MEMORY_BESIDE_SDK.name,
        action: mb(action),
        beside: `whole SDK, one list of apps: ${mb(other)}, ${otherWarns ? 'with' : 'without'} deprecation warnings`,
        ratio: ratio(action, other),
        figures: { action, sdk: other },
      },
    ];
  },
};
