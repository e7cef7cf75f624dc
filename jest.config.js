import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['**/__tests__/**/*.test.ts'],
  transform: { '\\.ts$': '<rootDir>/__tests__/support/strip-types.ts' },
  // More than there are cores: many tests wait for something.
  maxWorkers: availableParallelism() + 2,
  testTimeout: 30_000,
};
