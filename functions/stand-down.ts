import * as z from 'zod';
import { computeDriver } from '../aws/drivers/compute.ts';
import { fencingDriver } from '../aws/drivers/fencing.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { appendToLedger } from '../aws/ledger.ts';
import type { Compute, Fencing } from '../aws/plan.ts';
import { Plan } from '../aws/plan.ts';
import type { Runtime } from '../aws/runtime.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { computeSnapshot, fenceSnapshot } from '../aws/snapshot-names.ts';
import { describeError, NotReadyError } from '../core/errors.ts';
import { Incident } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';

/**
 * State StandDown: puts back what was changed before the point of no return, the fences first.
 * What was never begun has nothing kept, and is left alone. Refuses once a promotion was asked
 * for. Goes through everything even if a part fails; what remains is named.
 */
export const standDown = defineStep({
  name: 'StandDown',
  input: z.strictObject({ plan: Plan, incident: Incident }),
  async run({ plan, incident }, runtime) {
    await refuseAfterPromotion(runtime, plan, incident);
    const leftovers: string[] = [];
    const undone: string[] = [];
    const undo = async (what: string, action: () => Promise<boolean>): Promise<void> => {
      try {
        if (await action()) undone.push(what);
      } catch (error) {
        leftovers.push(`${what}: ${describeError(error)}`);
      }
    };
    for (const driver of plan.fencing.toReversed()) {
      await undo(`fence ${driver.id}`, () => undoFence(runtime, plan, incident, driver));
    }
    for (const compute of plan.compute) {
      await undo(`warm-up of ${compute.id}`, () => undoWarmUp(runtime, plan, incident, compute));
    }
    const complete = leftovers.length === 0;
    const why = complete
      ? `Put back: ${undone.join(', ') || 'nothing had been changed'}.`
      : `Left as it is: ${leftovers.join('; ')}`;
    const result = { complete, undone, leftovers, why, at: runtime.clock.now().toISOString() };
    await appendToLedger(runtime, incident.id, 'stood-down', result);
    return result;
  },
});

async function refuseAfterPromotion(
  runtime: Runtime,
  plan: Plan,
  incident: Incident,
): Promise<void> {
  const store = createIncidentStore(runtime);
  for (const { id } of plan.databases) {
    const requestedAt = await store.readPromotionIntent(incident, id);
    if (requestedAt === undefined) continue;
    throw new NotReadyError(`Promotion of ${id} was asked for at ${requestedAt}: only forward.`);
  }
}

async function undoFence(
  runtime: Runtime,
  plan: Plan,
  incident: Incident,
  driver: Fencing,
): Promise<boolean> {
  const store = createIncidentStore(runtime);
  const snapshot = await store.readSnapshot(incident, fenceSnapshot(driver));
  if (snapshot === undefined) return false;
  await fencingDriver(driver).unfence(snapshot, { plan, runtime });
  runtime.log.info(logEvents.fenceUndone, { incident: incident.id, fence: driver.id });
  return true;
}

async function undoWarmUp(
  runtime: Runtime,
  plan: Plan,
  incident: Incident,
  compute: Compute,
): Promise<boolean> {
  const store = createIncidentStore(runtime);
  const snapshot = await store.readSnapshot(incident, computeSnapshot(compute));
  if (snapshot === undefined) return false;
  await computeDriver(compute).restore(snapshot, { plan, runtime });
  runtime.log.info(logEvents.warmUpUndone, { incident: incident.id, compute: compute.id });
  return true;
}

export const handler = toHandler(standDown);
