import fc from 'fast-check';
import type { Schedule } from '../schedule.ts';
import { faultKinds, worldEventKinds } from '../schedule.ts';
import type { Outcome } from './job.ts';
import { standing } from './singles.ts';

/** More faults or events than this in one run hide each other. */
const MOST = 3;

/** What a walk has to know of the run that it disturbs: how many calls, and which states. */
type Clean = Pick<Outcome, 'schedule' | 'calls' | 'states'>;

/** Any schedule over one of these runs: a few faults at its calls, a few events at its states. */
function anySchedule(clean: readonly Clean[]): fc.Arbitrary<Schedule> {
  return fc.constantFrom(...clean).chain(({ schedule, calls, states }) =>
    fc.record({
      scenario: fc.constant(schedule.scenario),
      seed: fc.nat({ max: 1_000_000 }),
      faults: fc.array(
        fc
          .record({
            // Some more than the run makes: what fails is made again.
            call: fc.nat({ max: Math.ceil(calls.length * 1.1) }),
            kind: fc.constantFrom(...faultKinds),
            stays: fc.boolean(),
          })
          .map((fault) => ({ ...fault, stays: fault.stays && standing.includes(fault.kind) })),
        { minLength: 1, maxLength: MOST },
      ),
      events: fc.array(
        fc.record({
          what: fc.constantFrom(...worldEventKinds),
          state: fc.constantFrom(...states),
          visit: fc.constant(1),
        }),
        { maxLength: MOST },
      ),
    }),
  );
}

/** So many schedules from a seed: the same every time. */
export function walks(clean: readonly Clean[], count: number, seed: number): Schedule[] {
  return fc.sample(anySchedule(clean), { numRuns: count, seed });
}
