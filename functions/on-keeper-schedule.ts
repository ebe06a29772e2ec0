import * as z from 'zod';
import { Plans } from '../aws/plan.ts';
import { keepSlotFor } from '../aws/reconcile/keep-slots.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { describeError } from '../core/errors.ts';
import { logEvents } from '../core/log-events.ts';

/**
 * Runs every minute if a plan wants it: keeps the slot of each of its primaries where the standby is,
 * so that it explains what is lost in an outage that begins now. Fails if one is not kept, after the
 * others were looked at: an alarm counts failures. Safe to repeat: a slot never goes back.
 */
export const onKeeperSchedule = defineStep({
  name: 'OnKeeperSchedule',
  input: z.object({}),
  async run(_event, runtime) {
    const plans = Plans.parse(await runtime.loadPlans());
    const wanted = plans
      .filter(({ reconciliation }) => reconciliation?.keepSlot === true)
      .flatMap((plan) => plan.databases.map((database) => ({ plan, database })));
    const done = await Promise.allSettled(
      wanted.map(async ({ plan, database }) => await keepSlotFor(runtime, plan, database)),
    );
    const failed = done.flatMap((each, at): unknown[] => {
      if (each.status === 'fulfilled') return [];
      const { plan, database } = wanted[at] ?? {};
      const problem = describeError(each.reason);
      const whose = { plan: plan?.name, database: database?.id };
      runtime.log.error(logEvents.slotNotKept, { ...whose, problem });
      return [each.reason];
    });
    const slots = done.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    for (const each of slots) runtime.log.info(logEvents.slotKept, { ...each });
    if (failed.length > 0) throw failed[0];
    return { slots };
  },
});

export const handler = toHandler(onKeeperSchedule);
