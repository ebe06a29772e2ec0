import { describeError } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import { JsonValue } from '../core/json.ts';
import { endingTold } from '../core/story.ts';
import { closeRequest } from './approvals/close-request.ts';
import { createIncidentStore } from './incident-store.ts';
import { appendToLedger } from './ledger.ts';
import type { Plan } from './plan.ts';
import { courseOf } from './reverse-plan.ts';
import type { Runtime } from './runtime.ts';
import { settlesAt } from './settling.ts';
import { findUnfinished } from './unfinished.ts';

/** What is known of a run that ended badly, once its ending is recorded. */
export interface Settled {
  readonly incident: Incident | undefined;
  readonly isTold: boolean;
  readonly left: readonly string[];
  readonly problem?: Error;
}

/** Records the ending and gives the lock back. A table that fails must not keep people untold. */
export async function settle(
  runtime: Runtime,
  plans: readonly Plan[],
  detail: { readonly executionArn: string },
): Promise<Settled> {
  const store = createIncidentStore(runtime);
  let incident: Incident | undefined;
  try {
    const { executionArn } = detail;
    incident =
      (await store.findByExecution(executionArn)) ?? (await store.forbidClaim(executionArn));
    if (incident === undefined) return { incident, isTold: false, left: [] };
    await appendToLedger(runtime, incident.id, 'execution-ended', JsonValue.parse(detail));
    const found = plans.find(({ name }) => name === incident?.plan);
    const plan = found && courseOf(found, incident);
    await store.close(incident, 'failed', plan && (await settlesAt(runtime, plan, incident)));
    await closeRequest(runtime, incident.id);
    const isTold = (await store.readSnapshot(incident, endingTold)) !== undefined;
    const left = plan === undefined ? [] : await findUnfinished(runtime, plan, incident);
    return { incident, isTold, left };
  } catch (error) {
    const problem = error instanceof Error ? error : new Error(describeError(error));
    const left = [`What was left behind is not known: ${describeError(error)}`];
    return { incident, isTold: false, left, problem };
  }
}
