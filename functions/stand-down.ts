import * as z from 'zod';
import { abandonPromotion } from '../aws/abandon.ts';
import { closeRequest } from '../aws/approvals/close-request.ts';
import { ask } from '../aws/errors.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { Plan } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { undosOf } from '../aws/undo.ts';
import { describeError, UnreachableError } from '../core/errors.ts';
import { Incident } from '../core/incident.ts';

/**
 * State StandDown: forbids every promotion of this incident first, so that a function that is late
 * asks for none behind a fence that is gone; ends a question that is still open, since no vote can
 * change this decision any more; then puts back what was changed before the point of no return, the
 * fences first. What was never begun has nothing kept, and is left alone. Refuses once a promotion
 * was asked for, or another incident holds the lock. Goes through everything even if a part fails; what remains is
 * named, and is an error if another try may help. Safe to repeat, as the drivers are.
 */
export const standDown = defineStep({
  name: 'StandDown',
  input: z.strictObject({ plan: Plan, incident: Incident }),
  async run({ plan, incident }, runtime) {
    await abandonPromotion(runtime, plan, incident);
    const store = createIncidentStore(runtime);
    const failed: { readonly what: string; readonly error: unknown }[] = [];
    const undone: string[] = [];
    try {
      await ask('Closing the question', () => closeRequest(runtime, incident.id));
    } catch (error) {
      failed.push({ what: 'question', error });
    }
    for (const { what, thing, putBack, event } of undosOf(plan, runtime)) {
      const before = await store.readSnapshot(incident, thing);
      if (before === undefined) continue;
      try {
        await putBack(before);
        undone.push(what);
        runtime.log.info(event, { incident: incident.id, what });
      } catch (error) {
        failed.push({ what, error });
      }
    }
    const leftovers = failed.map(({ what, error }) => `${what}: ${describeError(error)}`);
    const complete = leftovers.length === 0;
    const why = complete
      ? `Put back: ${undone.join(', ') || 'nothing had been changed'}.`
      : `Left as it is: ${leftovers.join('; ')}`;
    const result = { complete, undone, leftovers, why, at: runtime.clock.now().toISOString() };
    await appendToLedger(runtime, incident.id, 'stood-down', result);
    if (failed.some(({ error }) => error instanceof UnreachableError))
      throw new UnreachableError(why);
    return result;
  },
});

export const handler = toHandler(standDown);
