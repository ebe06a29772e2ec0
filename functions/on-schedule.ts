import * as z from 'zod';
import { Plans } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { watchPlan } from '../aws/watch-plan.ts';
import { describeError } from '../core/errors.ts';
import { logEvents } from '../core/log-events.ts';

/**
 * Runs every minute: an old primary that could not be fenced, because its Region was gone, is
 * fenced as soon as it can be, its data is kept as a snapshot, and people are told. Each fence is
 * reached once, and then left to people. Safe to repeat: a fence only ever tightens, there is one
 * snapshot, and nobody is told the same twice.
 */
export const onSchedule = defineStep({
  name: 'OnSchedule',
  input: z.object({}),
  async run(_event, runtime) {
    const plans = Plans.parse(await runtime.loadPlans());
    const done = await Promise.allSettled(
      plans.map(async (plan) => await watchPlan(plan, runtime)),
    );
    const failed = done.flatMap((each, at): unknown[] => {
      if (each.status === 'fulfilled') return [];
      const problem = describeError(each.reason);
      runtime.log.error(logEvents.watchFailed, { plan: plans[at]?.name, problem });
      return [each.reason];
    });
    // One plan's trouble keeps no other from being watched.
    if (failed.length > 0) throw failed[0];
    return { plans: done.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])) };
  },
});

export const handler = toHandler(onSchedule);
