import { describe, expect, it } from '@jest/globals';
import { replayNames } from '../../cli/replay-file.ts';

describe('replay files', () => {
  it('are one for each finding, also of the same invariant and scenario', () => {
    const schedule = { scenario: 'outage' };
    const found = ['S14b', 'S14b', 'S1', 'S14b'].map((invariant) => ({ invariant, schedule }));
    expect(replayNames(found)).toStrictEqual([
      ...['replays/S14b-outage.json', 'replays/S14b-outage-2.json'],
      ...['replays/S1-outage.json', 'replays/S14b-outage-3.json'],
    ]);
  });
});
