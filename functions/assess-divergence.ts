import * as z from 'zod';
import { appendToLedger } from '../aws/ledger.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { Plan } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { NotReadyError } from '../core/errors.ts';
import { Incident } from '../core/incident.ts';
import { reconciliationBrief } from '../core/reconcile/brief.ts';
import {
  Compared,
  comparedWords,
  divergenceOf,
  divergenceRules,
  strangersToAll,
} from '../core/reconcile/compared.ts';
import { refuseStrangers } from '../core/reconcile/mask.ts';
import { decide } from '../core/rules.ts';

/**
 * State AssessDivergence: whether there is anything that approvers can be asked, from what was
 * compared, and the question if there is.
 */
export const assessDivergence = defineStep({
  name: 'AssessDivergence',
  input: z.strictObject({ plan: Plan, incident: Incident, compared: z.array(Compared).min(1) }),
  async run({ plan, incident, compared }, runtime) {
    await createIncidentStore(runtime).assertHolder(incident);
    if (plan.reconciliation === undefined)
      throw new NotReadyError(`Plan ${plan.name} has no section reconciliation.`);
    refuseStrangers(strangersToAll(compared));
    const { outcome, ruleId, why } = decide(divergenceRules, divergenceOf(compared));
    const found = compared.map(comparedWords);
    await appendToLedger(runtime, incident.id, 'divergence', { outcome, ruleId, why, found });
    const brief = reconciliationBrief(incident, plan.regions, plan.reconciliation, compared);
    return { outcome, ruleId, why, brief };
  },
});

export const handler = toHandler(assessDivergence);
