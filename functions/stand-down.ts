import * as z from 'zod';
import type { IncidentStore } from '../aws/incident-store.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { Plan } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { undosOf } from '../aws/undo.ts';
import { describeError, NotReadyError, UnreachableError } from '../core/errors.ts';
import { Incident } from '../core/incident.ts';

/**
 * State StandDown: puts back what was changed before the point of no return, the fences first.
 * What was never begun has nothing kept, and is left alone. Refuses once a promotion was asked
 * for, or another incident holds the lock. Goes through everything even if a part fails; what
 * remains is named, and is an error if another try may help. Safe to repeat, as the drivers are.
 */
export const standDown = defineStep({
  name: 'StandDown',
  input: z.strictObject({ plan: Plan, incident: Incident }),
  async run({ plan, incident }, runtime) {
    const store = createIncidentStore(runtime);
    await store.assertHolder(incident);
    await refuseAfterPromotion(store, plan, incident);
    const leftovers: string[] = [];
    const undone: string[] = [];
    let mayPass = false;
    for (const { what, thing, putBack, event } of undosOf(plan, runtime)) {
      const before = await store.readSnapshot(incident, thing);
      if (before === undefined) continue;
      try {
        await putBack(before);
        undone.push(what);
        runtime.log.info(event, { incident: incident.id, what });
      } catch (error) {
        leftovers.push(`${what}: ${describeError(error)}`);
        mayPass ||= error instanceof UnreachableError;
      }
    }
    const complete = leftovers.length === 0;
    const why = complete
      ? `Put back: ${undone.join(', ') || 'nothing had been changed'}.`
      : `Left as it is: ${leftovers.join('; ')}`;
    const result = { complete, undone, leftovers, why, at: runtime.clock.now().toISOString() };
    await appendToLedger(runtime, incident.id, 'stood-down', result);
    if (mayPass) throw new UnreachableError(why);
    return result;
  },
});

async function refuseAfterPromotion(
  store: IncidentStore,
  plan: Plan,
  incident: Incident,
): Promise<void> {
  for (const { id } of plan.databases) {
    const requestedAt = await store.readPromotionIntent(incident, id);
    if (requestedAt === undefined) continue;
    throw new NotReadyError(`Promotion of ${id} was asked for at ${requestedAt}: only forward.`);
  }
}

export const handler = toHandler(standDown);
