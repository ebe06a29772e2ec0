import * as z from 'zod';
import { createIncidentStore } from '../aws/incident-store.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { LOCK_SECONDS } from '../aws/lock.ts';
import { Plans } from '../aws/plan.ts';
import type { Plan } from '../aws/plan.ts';
import { BEGUN, judgeReconciliation, nextReconciliation } from '../aws/reconcile/opening.ts';
import type { Runtime } from '../aws/runtime.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import type { Incident } from '../core/incident.ts';
import { JsonValue } from '../core/json.ts';
import { logEvents } from '../core/log-events.ts';
import { ReconcileRequest } from '../core/reconcile/request.ts';

/**
 * State OpenReconciliation: whether the writes of an old primary may be accounted for now, and the
 * claim of the plan's lock if they may. A retry finds the incident that its execution opened.
 */
export const openReconciliation = defineStep({
  name: 'OpenReconciliation',
  input: z.strictObject({ request: ReconcileRequest, executionArn: z.string() }),
  async run({ request, executionArn }, runtime) {
    const plans = Plans.parse(await runtime.loadPlans());
    const plan = plans.find(({ name }) => name === request.plan);
    if (plan === undefined) {
      const names = plans.map(({ name }) => name).join(', ');
      const why = `Found the plan ${request.plan}; deployed are: ${names}.`;
      return await decline(runtime, request, { ruleId: 'no-such-plan', why });
    }
    const store = createIncidentStore(runtime);
    const opened = await store.findByExecution(executionArn);
    if (opened !== undefined) return await open(runtime, plan, opened, 'Opened before.');
    const { decision, standing } = await judgeReconciliation(runtime, plan);
    if (decision.outcome === 'decline') {
      const own = await store.forbidClaim(executionArn);
      if (own !== undefined) return await open(runtime, plan, own, 'Opened before.');
      return await decline(runtime, request, decision);
    }
    const incident = nextReconciliation(runtime, plan, request, standing, executionArn);
    const expiresAt = new Date(runtime.clock.now().getTime() + LOCK_SECONDS * 1000).toISOString();
    if (await store.claim(incident, standing.lock, expiresAt))
      return await open(runtime, plan, incident, decision.why);
    const own = await store.findByExecution(executionArn);
    if (own !== undefined) return await open(runtime, plan, own, 'Opened before.');
    const why = 'Another run of this plan was quicker by an instant.';
    return await decline(runtime, request, { ruleId: 'run-at-work', why });
  },
});

async function open(runtime: Runtime, plan: Plan, incident: Incident, why: string) {
  const { id, openedAt } = incident;
  await appendToLedger(runtime, id, 'opened', JsonValue.parse(incident), openedAt);
  const failover = { id: incident.planned?.after ?? '' };
  await createIncidentStore(runtime).snapshotOnce(failover, BEGUN, { incident: id });
  runtime.log.info(logEvents.reconciliationOpened, { incident: id, why });
  return { outcome: 'open' as const, ruleId: 'open', why, plan, incident };
}

async function decline(
  runtime: Runtime,
  request: ReconcileRequest,
  { ruleId, why }: { readonly ruleId: string; readonly why: string },
) {
  await appendToLedger(runtime, `declined#${request.plan}`, ruleId, { ...request, why });
  runtime.log.info(logEvents.reconciliationDeclined, { plan: request.plan, ruleId, why });
  return { outcome: 'decline' as const, ruleId, why, plan: null, incident: null };
}

export const handler = toHandler(openReconciliation);
