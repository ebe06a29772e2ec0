import * as z from 'zod';
import { Plan } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { observe } from '../aws/vantage.ts';
import { Incident } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import { addRound, Observation, outageRules } from '../core/outage.ts';
import { decide } from '../core/rules.ts';

/**
 * States ObserveOutage and ConfirmOutage: one round of probes, added to the rounds before it, and
 * what all of them say. Changes nothing, so that it can run any number of times.
 */
export const observeOutage = defineStep({
  name: 'ObserveOutage',
  input: z.strictObject({ plan: Plan, incident: Incident, before: Observation.nullable() }),
  async run({ plan, incident, before }, runtime) {
    const observation = addRound(before, await observe(runtime, plan, incident));
    const { confirm } = plan.detection;
    const now = runtime.clock.now();
    const { outcome, ruleId, why } = decide(outageRules, { observation, confirm, now });
    runtime.log.info(logEvents.outageObserved, { ruleId, incident: incident.id });
    const recovered = { go: false, outcome: 'stoodDown', why, observation };
    return {
      observation,
      verdict: outcome,
      ruleId,
      why,
      at: now.toISOString(),
      decision: outcome === 'recovered' ? recovered : null,
    };
  },
});

export const handler = toHandler(observeOutage);
