import TestSequencer from '@jest/test-sequencer';

/** Files that take longest, most of it waiting: what starts last ends the run. */
const first = ['lab/drill/drill.test.ts', 'browser/race.test.ts', 'browser/approval-page.test.ts'];

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
