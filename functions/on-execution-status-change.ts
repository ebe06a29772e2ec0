import * as z from 'zod';
import { readCardIfPossible } from '../aws/incident-card.ts';
import { tell } from '../aws/notify.ts';
import { Plans } from '../aws/plan.ts';
import { settle } from '../aws/settle.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { InvalidInputError } from '../core/errors.ts';
import { crashedNotice } from '../core/notices.ts';

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
 * everybody: nobody knows whose alarm it was. So is one whose incident cannot be read, and then
 * this fails, to be tried again.
 */
export const onExecutionStatusChange = defineStep({
  name: 'OnExecutionStatusChange',
  input: ExecutionEvent,
  async run({ detail }, runtime) {
    const plans = Plans.parse(await runtime.loadPlans());
    const { incident, isTold, left, problem } = await settle(runtime, plans, detail);
    if (isTold) return { told: [], why: 'CloseIncident told everybody already.' };
    const concerned = plans.filter(({ name }) => incident === undefined || name === incident.plan);
    if (concerned.length === 0) {
      throw new InvalidInputError(`No deployed plan is named ${incident?.plan ?? 'anything'}.`);
    }
    const { executionArn, status, error = null, cause = null } = detail;
    const card = incident === undefined ? null : await readCardIfPossible(runtime, incident.id);
    const facts = { card, incidentId: incident?.id, executionArn, status, error, cause, left };
    const told = await Promise.all(
      concerned.map(async (plan) => ({
        plan: plan.name,
        channels: (await tell(runtime, plan, crashedNotice({ plan: plan.name, ...facts })))
          .channels,
      })),
    );
    if (problem !== undefined) throw problem;
    return { told, why: `The workflow ended as ${status}.` };
  },
});

export const handler = toHandler(onExecutionStatusChange);
