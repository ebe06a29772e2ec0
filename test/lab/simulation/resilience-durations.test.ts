import { describe, expect, it } from '@jest/globals';
import type { DurationRow } from '../../../lab/simulation/resilience/durations.ts';
import {
  durationRows,
  quantileOf,
  sampleDurations,
} from '../../../lab/simulation/resilience/durations.ts';
import { percentilesOf } from '../../../lab/simulation/resilience/percentiles.ts';

const group = { kind: 'autoScalingGroup', id: 'web', group: 'web', instances: 1 } as const;
const service = { kind: 'ecsService', id: 'web', cluster: 'a', service: 'b', tasks: 1 } as const;
const withGroup = { compute: [{ ...group, readyDeadlineSeconds: 900 }] };
const withService = { compute: [{ ...service, readyDeadlineSeconds: 600 }] };
const rows: [string, DurationRow][] = durationRows(withGroup).map((row) => [row.what, row]);

describe('a duration', () => {
  it.each(rows)('%s stays between its ends', (_, { spread }) => {
    for (let step = 1; step < 1000; step += 1) {
      const value = quantileOf(spread, step / 1000);
      expect(value).toBeGreaterThanOrEqual(spread.min);
      expect(value).toBeLessThanOrEqual(spread.max);
    }
  });

  it.each(rows)('%s grows with its share', (_, { spread }) => {
    const values = [0.01, 0.1, 0.5, 0.9, 0.99].map((share) => quantileOf(spread, share));
    expect(values).toStrictEqual(values.toSorted((a, b) => a - b));
  });

  it.each(rows)('%s has the figures that its row names', (_, { spread }) => {
    if (spread.shape !== 'skewed') return;
    expect(quantileOf(spread, 0.5)).toBeCloseTo(spread.typical, 6);
    expect(quantileOf(spread, 0.99)).toBeCloseTo(spread.p99, 6);
  });

  it.each(rows)('%s says where it is from, or that nobody documents it', (_, { source }) => {
    expect(source).toMatch(/^(Amazon \S.*(Guide|Reference), |seen, not documented)/);
  });
});

describe('sampled durations', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(sampleDurations(withGroup, 7)).toStrictEqual(sampleDurations(withGroup, 7));
    expect(sampleDurations(withGroup, 7)).not.toStrictEqual(sampleDurations(withGroup, 8));
  });

  it('have about the median that their row names', () => {
    const many = Array.from({ length: 2000 }, (_, seed) => sampleDurations(withGroup, seed));
    const { p50 = 0 } = percentilesOf(many.map((each) => each.promotionSeconds)) ?? {};
    expect(p50).toBeGreaterThan(270);
    expect(p50).toBeLessThan(330);
  });

  it('are shorter for tasks than for instances', () => {
    const of = (plan: typeof withGroup | typeof withService): number =>
      sampleDurations(plan, 3).launchSeconds;
    expect(of(withService)).toBeLessThan(of(withGroup));
  });
});

describe('percentiles', () => {
  it('are undefined where nothing was measured', () => {
    expect(percentilesOf([])).toBeUndefined();
    expect(percentilesOf([null, null])).toBeUndefined();
  });

  it('are measured figures, and count those that there are', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(percentilesOf([...hundred, null])).toStrictEqual({ p50: 50, p90: 90, p99: 99, of: 100 });
    expect(percentilesOf([3])).toStrictEqual({ p50: 3, p90: 3, p99: 3, of: 1 });
  });
});
