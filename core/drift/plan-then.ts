import type { Reading } from './difference.ts';

/** A driver of a plan, as far as it is told apart from others. */
interface Named {
  readonly id: string;
  readonly kind: string;
}

/** The sections of a plan whose drivers change something. */
export interface ChangingPlan {
  readonly fencing: readonly Named[];
  readonly databases: readonly Named[];
  readonly compute: readonly Named[];
  readonly traffic: readonly Named[];
}

/**
 * Drivers of the plan by which an incident ran that are not in the plan given now: what they
 * changed is looked for nowhere else, and must not count as no drift.
 */
export function missingDrivers(then: ChangingPlan, now: ChangingPlan): Reading[] {
  const known = new Set(driversOf(now).map(nameOf));
  return driversOf(then)
    .filter((driver) => !known.has(nameOf(driver)))
    .map((driver) => ({
      what: nameOf(driver),
      outcome: 'unread',
      why: 'The plan of the incident has it, and this plan has not. Give the plan as it was then.',
    }));
}

const nameOf = ({ kind, id }: Named): string => `${kind} ${id}`;

function driversOf({ fencing, databases, compute, traffic }: ChangingPlan): readonly Named[] {
  return [...fencing, ...databases, ...compute, ...traffic];
}
