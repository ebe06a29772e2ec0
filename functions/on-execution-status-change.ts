import * as z from 'zod';
import { createIncidentStore } from '../aws/incident-store.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { tell } from '../aws/notify.ts';
import { Plan } from '../aws/plan.ts';
import type { Runtime } from '../aws/runtime.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { InvalidInputError } from '../core/errors.ts';
import { crashedNotice } from '../core/notices.ts';
import { endingTold } from '../core/story.ts';

/** The fields of the event that we use; AWS sends more. */
const ExecutionEvent = z.object({
  detail: z.object({
    executionArn: z.string(),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});

/**
 * Runs on `Step Functions Execution Status Change`: a run that failed, timed out or was stopped
 * is announced even if it could not tell itself, with the deduplication key of its own ending,
 * and its lock is given back. A run that died before it opened an incident is announced to
 * everybody: nobody knows whose alarm it was.
 */
export const onExecutionStatusChange = defineStep({
  name: 'OnExecutionStatusChange',
  input: ExecutionEvent,
  async run({ detail }, runtime) {
    const store = createIncidentStore(runtime);
    const incident = await store.findByExecution(detail.executionArn);
    const plans = z.array(Plan).parse(await runtime.loadPlans());
    const concerned = plans.filter(({ name }) => incident === undefined || name === incident.plan);
    if (concerned.length === 0) {
      throw new InvalidInputError(`No deployed plan is named ${incident?.plan ?? 'anything'}.`);
    }
    if (incident !== undefined) {
      await appendToLedger(runtime, incident.id, 'execution-ended', z.json().parse(detail));
      await store.close(incident, 'failed');
      if ((await store.readSnapshot(incident, endingTold)) !== undefined) {
        return { told: [], why: 'CloseIncident told everybody already.' };
      }
    }
    const told = await Promise.all(
      concerned.map(async (plan) => ({
        plan: plan.name,
        channels: await announce(runtime, plan, incident?.id ?? 'no incident', detail),
      })),
    );
    return { told, why: `The workflow ended as ${detail.status}.` };
  },
});

async function announce(
  runtime: Runtime,
  plan: Plan,
  incidentId: string,
  detail: z.infer<typeof ExecutionEvent>['detail'],
): Promise<string[]> {
  const notice = crashedNotice({
    plan: plan.name,
    incidentId,
    status: detail.status,
    executionArn: detail.executionArn,
    error: detail.error ?? 'none given',
    cause: detail.cause ?? 'none given',
  });
  return await tell(runtime, plan, notice);
}

export const handler = toHandler(onExecutionStatusChange);
