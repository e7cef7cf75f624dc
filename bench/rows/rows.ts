import {
  SERVER,
  TIMED,
  WEB,
  creation,
  sharedUpdate,
  sweep,
  update,
  withSettleTime,
  withSignInCheck,
} from '../scenarios.ts';
import { EMULATOR } from './emulator.ts';
import { GROWTH } from './growth.ts';
import type { Measurement } from './measurement.ts';
import { MEMORY, MEMORY_BESIDE_SDK } from './memory.ts';
import { RATE_LIMITS } from './rate-limits.ts';
import { ARCHIVE_SIZE, DIST_SIZE } from './size.ts';
import { EMPTY_POST, START, START_BESIDE_SDK } from './start.ts';
import { BESIDE_TERRAFORM } from './terraform.ts';
import { timed, timedByDefault } from './time.ts';

const HOSTS = { 'redirect-hosts': '*.example.com' };

/** The rows that matter most: about as many as fit a screen. */
export const SHORT: readonly Measurement[] = [
  START,
  ...BESIDE_TERRAFORM,
  timedByDefault({ ...creation(0), name: 'create with an access policy', inputs: { ...WEB, ...SERVER } }, 4),
  timedByDefault(
    {
      ...update(),
      name: 'change one setting, with redirect-hosts',
      after: { ...WEB, ...HOSTS },
      inputs: { ...update().inputs, ...HOSTS },
    },
    4.2,
  ),
  timedByDefault(sharedUpdate()),
  timedByDefault(sweep(5, 0)),
  EMPTY_POST,
  MEMORY,
  DIST_SIZE,
  ARCHIVE_SIZE,
];

const LATENCIES = [0, 100];

/** What waits by default, with that wait. */
const SLOW = [update(), withSignInCheck(update()), sharedUpdate()].map(withSettleTime);

export const ALL: readonly Measurement[] = [
  ...SHORT,
  START_BESIDE_SDK,
  ...TIMED.flatMap((scenario) => LATENCIES.map((latency) => timed(scenario, latency))),
  ...SLOW.map((scenario) => timed(scenario, 100)),
  MEMORY_BESIDE_SDK,
  ...GROWTH,
  EMULATOR,
];

/** What takes many minutes, and so is measured only if it is named. */
export const BY_NAME: readonly Measurement[] = [RATE_LIMITS];
