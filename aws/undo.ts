import type { Json } from '../core/json.ts';
import type { LogEvent } from '../core/log-events.ts';
import { logEvents } from '../core/log-events.ts';
import { computeDriver } from './drivers/compute.ts';
import { fencingDriver } from './drivers/fencing.ts';
import type { Plan } from './plan.ts';
import type { Runtime } from './runtime.ts';
import { computeSnapshot, fenceSnapshot } from './snapshot-names.ts';

/** A reversible change, and how it is put back. */
export interface Undo {
  readonly what: string;
  /** Under which name the state from before is kept. */
  readonly thing: string;
  readonly event: LogEvent;
  readonly putBack: (before: Json) => Promise<void>;
}

/** Every reversible change of a plan, in the order in which it is put back: fences first. */
export function undosOf(plan: Plan, runtime: Runtime): Undo[] {
  const context = { plan, runtime };
  const fences = plan.fencing.toReversed().map((fence) => ({
    what: `fence ${fence.id}`,
    thing: fenceSnapshot(fence),
    event: logEvents.fenceUndone,
    putBack: async (before: Json) => {
      await fencingDriver(fence).unfence(before, context);
    },
  }));
  const warmUps = plan.compute.map((compute) => ({
    what: `warm-up of ${compute.id}`,
    thing: computeSnapshot(compute),
    event: logEvents.warmUpUndone,
    putBack: async (before: Json) => {
      await computeDriver(compute).restore(before, context);
    },
  }));
  return [...fences, ...warmUps];
}
