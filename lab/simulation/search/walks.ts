import fc from 'fast-check';
import { scenarios } from '../scenarios.ts';
import type { Schedule } from '../schedule.ts';
import { faultKinds, worldEventKinds } from '../schedule.ts';
import { standing } from './singles.ts';

/** More faults or events than this in one run hide each other. */
const MOST = 3;
const LAST_CALL = 400;

/** Any schedule over these states: a few faults anywhere, a few world events at any boundary. */
export function anySchedule(states: readonly string[]): fc.Arbitrary<Schedule> {
  return fc.record({
    scenario: fc.constantFrom(...scenarios.map(({ name }) => name)),
    seed: fc.nat({ max: 1_000_000 }),
    faults: fc.array(
      fc
        .record({
          call: fc.nat({ max: LAST_CALL }),
          kind: fc.constantFrom(...faultKinds),
          stays: fc.boolean(),
        })
        .map((fault) => ({ ...fault, stays: fault.stays && standing.includes(fault.kind) })),
      { maxLength: MOST },
    ),
    events: fc.array(
      fc.record({
        what: fc.constantFrom(...worldEventKinds),
        state: fc.constantFrom(...states),
        visit: fc.integer({ min: 1, max: 3 }),
      }),
      { maxLength: MOST },
    ),
  });
}

/** So many schedules from a seed: the same every time. */
export function walks(states: readonly string[], count: number, seed: number): Schedule[] {
  return fc.sample(anySchedule(states), { numRuns: count, seed });
}
