import { describe, expect, it } from '@jest/globals';
import { judged } from '../../../lab/simulation/resilience/broken.ts';
import { allBroken, formatResilience } from '../../../lab/simulation/resilience/format.ts';
import { inTurn } from '../../../lab/simulation/resilience/in-turn.ts';
import type { ResilienceReport } from '../../../lab/simulation/resilience/resilience.ts';
import { briskDurations } from '../../../lab/simulation/search/setting.ts';
import { scheduleOf } from './setting.ts';

const faults = {
  ...{ scenario: 'outage', cleanEnd: 'Recovered', runs: 0, planned: 554, stopping: [] },
  broken: [],
};
const report: ResilienceReport = {
  ...{ plan: 'shop', objectives: { rtoSeconds: 900, rpoSeconds: 60 }, seeds: 20, seedsDone: 7 },
  ...{ interrupted: true, scenarios: [], weaknesses: [], durations: [], notes: [], faults },
};
const broken = {
  ...{ invariant: 'S6', promise: 4, title: 'no more is lost', why: 'More was.' },
  ...{ atSeconds: 1, event: 1, durations: briskDurations },
  schedule: scheduleOf('outage', { faults: [{ call: 3, kind: 'late', stays: false }] }),
};

describe('the report on a plan', () => {
  it('is marked when it was interrupted, and claims no more than it covered', () => {
    const text = formatResilience(report, []);
    expect(text).toContain('covered: 7 of 20 runs of each scenario, and 0 of 554 single faults.');
    expect(text).toContain('No promise of the workflow was broken in what was covered.');
    expect(text).toContain('None was played so far.');
  });

  it('names the replay file of a broken promise', () => {
    const found = { ...report, faults: { ...faults, broken: [broken] } };
    expect(allBroken(found)).toStrictEqual([broken]);
    expect(formatResilience(found, ['replays/S6-outage.json'])).toContain(
      '- outage with a fault: S6 (promise 4), no more is lost. More was. ' +
        'Again: `failover simulate --replay replays/S6-outage.json`',
    );
  });
});

describe('what counts under any plan', () => {
  it('is no ending: which one is right is the business of the plan', () => {
    const found = ['L1', 'L1b', 'S6'].map((invariant) => ({ ...broken, invariant }));
    expect(judged(found).map(({ invariant }) => invariant)).toStrictEqual(['S6']);
  });
});

describe('work in turn', () => {
  it('begins nothing once it was aborted, and keeps the order of what was done', async () => {
    const stop = new AbortController();
    const done = await inTurn([1, 2, 3, 4, 5], 2, stop.signal, async (item) => {
      if (item === 3) stop.abort();
      return await Promise.resolve(item * 10);
    });
    expect(done.slice(0, 3)).toStrictEqual([10, 20, 30]);
    expect(done.length).toBeLessThan(5);
  });
});
