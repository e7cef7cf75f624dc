/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['**/__tests__/**/*.test.ts'],
  transform: {
    '\\.ts$': ['ts-jest', { useESM: true, tsconfig: '__tests__/tsconfig.json', diagnostics: false }],
  },
  maxWorkers: '100%',
  testTimeout: 30_000,
};
