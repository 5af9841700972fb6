import { WORKERS } from './test/support/workers.ts';

const FAULTS = ['**/faults/**/*.test.ts', '**/*.faults.test.ts'];
/** In both tiers: with few rounds in the first, with many in the second. */
const ROUNDS = ['**/races/**/*.test.ts', '**/*.rounds.test.ts'];

// Which files: test/support/run.ts says it by the tier (see CONTRIBUTING.md).
const { TEST_TIER: tier = 'all' } = process.env;

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: {
    all: ['**/*.test.ts', '**/*.test.tsx'],
    tests: ['**/*.test.ts', '**/*.test.tsx', ...FAULTS.map((pattern) => `!${pattern}`)],
    faults: [...FAULTS, ...ROUNDS],
  }[tier],
  testRunner: '<rootDir>/test/support/jest/test-runner.ts',
  runner: '<rootDir>/test/support/jest/runner.ts',
  globalTeardown: '<rootDir>/test/support/jest/global-teardown.ts',
  // Files are imported by Node, which strips types itself (see the runner).
  transform: {},
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  testTimeout: 60_000,
  // What is held to seconds while stores die has the machine to itself.
  maxWorkers: tier === 'faults' ? 1 : WORKERS,
};
