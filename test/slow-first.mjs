import TestSequencer from '@jest/test-sequencer';

/** The drills bound the whole run and mostly wait: beside them goes what needs one processor. */
const first = [
  'lab/drill/drill.test.ts',
  'statemachines/failover.test.ts',
  'stack/roles.test.ts',
  // A browser needs more than one; but what starts last ends the run.
  'browser/race.test.ts',
  'browser/approval-page.test.ts',
];

/** Jest knows how long a file took only where it ran before, which is not so on a fresh checkout. */
export default class SlowFirst extends TestSequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const index = first.findIndex((name) => path.endsWith(name));
      return index < 0 ? first.length : index;
    };
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
}
