import { logEvents } from '../../core/log-events.ts';
import type { Decision } from '../../core/rules.ts';
import { decide } from '../../core/rules.ts';
import type { SwitchoverRequest } from '../../core/switchover/request.ts';
import { requestRules } from '../../core/switchover/request.ts';
import { appendToLedger } from '../ledger.ts';
import type { Plan } from '../plan.ts';
import { isReversible } from '../reverse-plan.ts';
import type { Runtime } from '../runtime.ts';

/** Whether a request means anything in this stack. `plan` is the one that it names, if there is one. */
export function judgeRequest(
  plans: readonly Plan[],
  plan: Plan | undefined,
  request: SwitchoverRequest,
): Decision<'read' | 'decline'> {
  return decide(requestRules, {
    request,
    deployed: plans.map(({ name }) => name),
    regions: plan === undefined ? [] : [plan.regions.primary, plan.regions.standby],
    isReversible: plan !== undefined && isReversible(plan),
  });
}

/** A request that is declined is recorded under its plan, if the stack has that. */
export async function declineSwitchover(
  runtime: Runtime,
  plan: Plan | null,
  request: SwitchoverRequest,
  { ruleId, why }: { readonly ruleId: string; readonly why: string },
) {
  const name = plan?.name ?? 'no-plan';
  await appendToLedger(runtime, `declined#${name}`, ruleId, { ...request, why });
  runtime.log.info(logEvents.switchoverDeclined, { plan: name, ruleId, why });
  return { outcome: 'decline' as const, ruleId, why, action: request.action, plan, incident: null };
}
