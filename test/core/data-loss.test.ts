import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DataLoss } from '../../core/data-loss.ts';
import { boundDataLoss, worstDataLoss } from '../../core/data-loss.ts';
import type { OutageStart } from '../../core/incident.ts';
import { after, dateAfter } from './support.ts';

const outageStart: OutageStart = { known: true, earliestAt: after(0), latestAt: after(60) };
const sample = (seconds: number, value: number, unit = 'Seconds') => ({
  at: dateAfter(seconds),
  value,
  unit,
});
type Evidence = Parameters<typeof boundDataLoss>[0];
const base: Evidence = {
  samples: [sample(-120, 3), sample(-60, 1)],
  outageStart,
  staleAfterSeconds: 300,
  source: 'test',
};
const bound = (change: Partial<Evidence>): DataLoss => boundDataLoss({ ...base, ...change });

describe('boundDataLoss', () => {
  it.each<[string, Partial<Evidence>, RegExp]>([
    [
      'no beginning',
      { outageStart: { known: false, reason: 'composite' } },
      /beginning.*composite/,
    ],
    ['no samples', { samples: [] }, /no lag reading from before/],
    [
      'only samples from after the outage',
      { samples: [sample(1, 0)] },
      /no lag reading from before/,
    ],
    ['-1', { samples: [sample(-120, 1), sample(-60, -1)] }, /-1: replication was not running/],
    ['a negative lag', { samples: [sample(-60, -0.5)] }, /is -0.5/],
    ['a lag that is no number', { samples: [sample(-60, Number.NaN)] }, /is NaN/],
    ['an endless lag', { samples: [sample(-60, Number.POSITIVE_INFINITY)] }, /Infinity/],
    ['milliseconds', { samples: [sample(-60, 5, 'Milliseconds')] }, /in Milliseconds; Seconds/],
    ['a stale sample', { samples: [sample(-301, 1)] }, /301 s older than the outage; 300 s/],
    ['no allowance that is a number', { staleAfterSeconds: Number.NaN }, /s are allowed/],
    [
      'a latest beginning before the earliest',
      { outageStart: { known: true, earliestAt: after(0), latestAt: after(-1) } },
      /latest beginning lies before/,
    ],
    [
      'a beginning that is no instant',
      { outageStart: { known: true, earliestAt: 'soon', latestAt: 'later' } },
      /no lag reading/,
    ],
  ])('is unknown for %s', (_, change, words) => {
    const loss = bound(change);
    expect(loss).toMatchObject({ known: false, source: 'test' });
    expect(loss.known ? '' : loss.reason).toMatch(words);
  });

  it('adds the time until the latest beginning to the highest lag of the window', () => {
    expect(bound({})).toEqual({
      known: true,
      boundSeconds: 3 + 120,
      estimateSeconds: 1 + 120,
      sampleAt: after(-60),
      ageSeconds: 120,
      source: 'test',
    });
  });

  it('takes a sample that is just not stale, and one from the very beginning', () => {
    expect(bound({ samples: [sample(-300, 1)] })).toMatchObject({ boundSeconds: 361 });
    expect(bound({ samples: [sample(0, 1)] })).toMatchObject({ boundSeconds: 61 });
  });

  it('takes an outage whose beginning is known to the instant', () => {
    const exact: OutageStart = { known: true, earliestAt: after(0), latestAt: after(0) };
    expect(bound({ outageStart: exact })).toMatchObject({ boundSeconds: 63, ageSeconds: 60 });
  });

  it('leaves out older samples that cannot be used, and all from after the outage', () => {
    const samples = [sample(-180, 9, 'Bytes'), sample(-120, -1), sample(-60, 1), sample(30, 500)];
    expect(bound({ samples })).toMatchObject({ boundSeconds: 121 });
  });

  /**
   * The world: commits at any instants reach the replica after a delay of their own; a period's
   * sample is the highest age of the newest applied commit within it, and is stamped with the
   * period's beginning. The primary dies at some instant between the bounds of the outage.
   */
  it('is never below the true loss', () => {
    const world = fc.record({
      commits: fc.array(
        fc.tuple(fc.integer({ min: -900, max: 59 }), fc.integer({ min: 0, max: 400 })),
        {
          minLength: 1,
          maxLength: 40,
        },
      ),
      diesAt: fc.integer({ min: 0, max: 60 }),
      period: fc.constantFrom(1, 5, 10, 30, 60),
      offset: fc.integer({ min: 0, max: 59 }),
      missing: fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
    });
    fc.assert(
      fc.property(world, ({ commits, diesAt, period, offset, missing }) => {
        const made = commits.filter(([at]) => at <= diesAt).toSorted(([a], [b]) => a - b);
        // Replication keeps the order: nothing is applied before what was committed before it.
        let applied = Number.NEGATIVE_INFINITY;
        const arrivals = made.map(([at, delay]) => {
          applied = Math.max(applied, at + delay);
          return { at, applied };
        });
        const newestApplied = (now: number) =>
          arrivals.filter((each) => each.applied <= now).at(-1)?.at ?? -1000;
        const samples = Array.from({ length: Math.floor(600 / period) }, (_, index) => {
          const begins = -600 + index * period + (offset % period);
          const readings = [begins, begins + period / 2, begins + period - 1];
          const value = Math.max(...readings.map((now) => now - newestApplied(now)));
          return sample(begins, value);
        }).filter((_, index) => missing[index % missing.length] !== true);
        const loss = boundDataLoss({ ...base, samples, staleAfterSeconds: 600 });
        // Everything that was not applied when the primary died is lost; the bound counts from
        // the oldest such commit at the most.
        const lost = arrivals.filter((each) => each.applied > diesAt).map(({ at }) => at);
        const trueLoss = lost.length === 0 ? 0 : diesAt - Math.min(...lost);
        return !loss.known || loss.boundSeconds >= trueLoss;
      }),
      { numRuns: 2000 },
    );
  });
});

describe('worstDataLoss', () => {
  const known = (boundSeconds: number): DataLoss => ({
    known: true,
    boundSeconds,
    estimateSeconds: 0,
    sampleAt: after(0),
    ageSeconds: 0,
    source: `test ${boundSeconds}`,
  });
  const unknown: DataLoss = { known: false, reason: 'no sample', source: 'test' };

  it('is unknown if one is, or if there is none', () => {
    expect(worstDataLoss([known(1), unknown, known(999)])).toBe(unknown);
    expect(worstDataLoss([])).toMatchObject({ known: false });
  });

  it('is the highest bound', () => {
    expect(worstDataLoss([known(1), known(30), known(7)])).toEqual(known(30));
  });
});
