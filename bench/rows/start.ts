import { join } from 'node:path';
import { environmentOf } from '../measure/action.ts';
import { ran } from '../measure/processes.ts';
import { openStartingLine } from '../measure/start.ts';
import { noOpWithGroups, withConnection } from '../scenarios.ts';
import { interleaved, median } from '../statistics.ts';
import { ms, ratio, targets, type Row } from '../table.ts';
import type { Bench, Measurement } from './measurement.ts';

/** A start is short, and varies more than a whole run. */
const ROUNDS = 31;

/** Milliseconds from the start of a process to its first request: of the action and of one other bundle, in turn. */
async function startsBeside(
  bench: Bench,
  entry: 'floor' | 'whole-sdk',
): Promise<[own: number, other: number]> {
  const mains = [join(bench.dist, 'index.js'), bench.built(entry)] as const;
  const line = await openStartingLine();
  const env = environmentOf(bench.scratch, withConnection(line.url, noOpWithGroups(0).inputs));
  const starts = { own: () => line.measure(mains[0], env), other: () => line.measure(mains[1], env) };
  await interleaved(2, starts);
  const { own, other } = await interleaved(ROUNDS, starts);
  line.close();
  return [median(own), median(other)];
}

export const START: Measurement = {
  name: 'start, to the first request',
  rows: async (bench): Promise<Row[]> => {
    const [action, floor] = await startsBeside(bench, 'floor');
    return [
      {
        what: START.name,
        action: ms(action),
        beside: `floor ${ms(floor)}`,
        ratio: ratio(action, floor),
        target: targets(['≤ 1.9 : 1', action <= 1.9 * floor]),
        figures: { action, floor },
      },
    ];
  },
};

export const START_BESIDE_SDK: Measurement = {
  name: 'start, beside the whole SDK',
  rows: async (bench): Promise<Row[]> => {
    const [action, sdk] = await startsBeside(bench, 'whole-sdk');
    return [
      {
        what: START_BESIDE_SDK.name,
        action: ms(action),
        beside: `whole SDK ${ms(sdk)}`,
        ratio: ratio(action, sdk),
        figures: { action, sdk },
      },
    ];
  },
};

/** The post step that has nothing to remove, beside a process of Node that does nothing. */
export const EMPTY_POST: Measurement = {
  name: 'post step with nothing to do',
  rows: async ({ dist, scratch }): Promise<Row[]> => {
    const env = environmentOf(scratch, withConnection('http://127.0.0.1:9', noOpWithGroups(0).inputs));
    const time = (args: string[]) => async (): Promise<number> =>
      (await ran(process.execPath, args, env)).milliseconds;
    const took = await interleaved(ROUNDS, {
      post: time([join(dist, 'post.js')]),
      node: time(['-e', '']),
    });
    const [action, node] = [median(took.post), median(took.node)];
    return [
      {
        what: EMPTY_POST.name,
        action: ms(action),
        beside: `\`node -e ""\` ${ms(node)}`,
        ratio: ratio(action, node),
        figures: { action, node },
      },
    ];
  },
};
