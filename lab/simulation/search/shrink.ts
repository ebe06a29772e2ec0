import type { Schedule } from '../schedule.ts';

/** Whether a schedule still shows what is looked for. */
type StillFails = (schedule: Schedule) => Promise<boolean>;

/**
 * Takes away what a violation does not need, piece by piece, until nothing can go: the shortest
 * schedule that this finds. Each step runs once; the runs are deterministic.
 */
export async function shrink(schedule: Schedule, fails: StillFails): Promise<Schedule> {
  let smallest = schedule;
  for (let changed = true; changed;) {
    changed = false;
    for (const candidate of smaller(smallest)) {
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      changed = true;
      break;
    }
  }
  return smallest;
}

function smaller(schedule: Schedule): Schedule[] {
  const { faults, events } = schedule;
  return [
    ...faults.map((_, index) => ({ ...schedule, faults: faults.toSpliced(index, 1) })),
    ...events.map((_, index) => ({ ...schedule, events: events.toSpliced(index, 1) })),
    ...faults.flatMap((fault, index) =>
      fault.stays ? [{ ...schedule, faults: faults.with(index, { ...fault, stays: false }) }] : [],
    ),
    ...events.flatMap((event, index) =>
      event.visit > 1 ? [{ ...schedule, events: events.with(index, { ...event, visit: 1 }) }] : [],
    ),
    ...(schedule.seed === 1 ? [] : [{ ...schedule, seed: 1 }]),
  ];
}
