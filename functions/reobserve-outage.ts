import * as z from 'zod';
import { refuseIfPaused } from '../aws/kill-switch.ts';
import { Plan } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { observe } from '../aws/vantage.ts';
import { Incident } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import { lastLookRules } from '../core/outage.ts';
import { decide } from '../core/rules.ts';

/**
 * States ReobserveOutage, RecheckOutage and LastLook: one fresh look after a wait, and right before
 * the point of no return; a few more if it cannot tell. A sighting of a live primary vetoes, whoever approved, and so does a kill switch that
 * was turned while a human was asked. Changes nothing.
 */
export const reobserveOutage = defineStep({
  name: 'ReobserveOutage',
  input: z.strictObject({
    plan: Plan,
    incident: Incident,
    approvedByHuman: z.boolean(),
    blindLooks: z.int().nonnegative(),
  }),
  async run({ plan, incident, approvedByHuman, blindLooks }, runtime) {
    await refuseIfPaused(runtime, plan.name);
    const round = await observe(runtime, plan, incident);
    const { outcome, ruleId, why } = decide(lastLookRules, {
      ...{ round, approvedByHuman, blindLooks },
    });
    runtime.log.info(logEvents.outageObserved, { ruleId, incident: incident.id });
    return { outcome, ruleId, why, at: round.at, round, blindLooks: blindLooks + 1 };
  },
});

export const handler = toHandler(reobserveOutage);
