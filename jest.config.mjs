import { join } from 'node:path';

// Tests start the command as its user does, again and again: each start takes half the time where
// Node keeps what it has compiled. Jest's own modules are not among it.
process.env['NODE_COMPILE_CACHE'] ??= join(
  import.meta.dirname,
  'node_modules',
  '.cache',
  'region-failover',
  'compiled',
);

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/strip-types.mjs' },
  testTimeout: 30_000,
  // Jest leaves one processor free, which is half of a small machine, where drills mostly wait.
  maxWorkers: '100%',
  testSequencer: '<rootDir>/test/slow-first.mjs',
};
