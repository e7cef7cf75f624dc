import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['**/__tests__/**/*.test.ts'],
  transform: { '\\.ts$': '<rootDir>/__tests__/support/strip-types.ts' },
  // More than there are cores: many tests wait for something.
  maxWorkers: availableParallelism() + 2,
  // Jest keeps something of every test file: a worker that holds more takes long to exit, and to collect its garbage.
  workerIdleMemoryLimit: '300MB',
  testTimeout: 30_000,
};
