import { describe, expect, it } from '@jest/globals';
import { CrashEquivalence } from '../../../lab/simulation/search/crash-equivalence.ts';
import type { Outcome } from '../../../lab/simulation/search/job.ts';
import type { FaultKind, Schedule } from '../../../lab/simulation/schedule.ts';

function outcome(world: string, kind?: FaultKind, more: Partial<Schedule> = {}): Outcome {
  const faults = kind === undefined ? [] : [{ call: 1, kind, stays: false }];
  return {
    schedule: { scenario: 'outage', seed: 1, faults, events: [], ...more },
    ...{
      ends: [],
      violations: [],
      digest: '',
      world,
      timeline: [],
      calls: [],
      states: [],
      repeated: [],
    },
    measured: {
      ...{ rtoSeconds: null, lossSeconds: null, wasAsked: false, promotions: 0, problems: [] },
    },
  };
}

function found(...outcomes: Outcome[]) {
  const crashes = new CrashEquivalence();
  for (const each of outcomes) crashes.take(each);
  return crashes.findings();
}

describe('crash equivalence', () => {
  it('finds a world that only a death leaves, once, with how often', () => {
    const findings = found(
      outcome('well'),
      outcome('torn', 'crashAfter'),
      outcome('torn', 'crashBefore'),
      outcome('well', 'crashBefore'),
    );
    expect(findings).toMatchObject([{ times: 2, violation: { invariant: 'S14b', promise: 7 } }]);
    expect(findings[0]?.violation.why).toContain('torn');
  });

  it('takes a world of any run without a death, whenever it came', () => {
    expect(found(outcome('torn', 'crashAfter'), outcome('torn', 'rejected'))).toEqual([]);
  });

  it('compares runs of one scenario only', () => {
    const elsewhere = outcome('torn', 'rejected', { scenario: 'blip' });
    expect(found(elsewhere, outcome('torn', 'crashAfter'))).toHaveLength(1);
  });

  it('does not learn from runs with more than one fault, or with events', () => {
    const event = { what: 'primary-dies', state: 'LastLook', visit: 1 } as const;
    const disturbed = outcome('torn', undefined, { events: [event] });
    expect(found(disturbed, outcome('torn', 'crashAfter'))).toHaveLength(1);
  });
});
