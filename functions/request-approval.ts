import * as z from 'zod';
import { openApproval } from '../aws/approval-store.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { tell } from '../aws/notify.ts';
import { Plan } from '../aws/plan.ts';
import { stackOptionsOf } from '../aws/runtime.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { Incident } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import { approvalNotice } from '../core/notices.ts';

/**
 * States RequestApproval and RequestUnfencedApproval: asks the approvers, and lets the state
 * wait. The task token stays in the table. Asking again, after a crash, repeats the message under
 * the same deduplication key. Fails if nobody could be asked.
 */
export const requestApproval = defineStep({
  name: 'RequestApproval',
  input: z.strictObject({
    taskToken: z.string().min(1),
    plan: Plan,
    incident: Incident,
    question: z.string(),
    evidence: z.array(z.string()),
    evidenceDigest: z.string(),
  }),
  async run({ taskToken, plan, incident, question, evidence, evidenceDigest }, runtime) {
    await createIncidentStore(runtime).assertHolder(incident);
    const requestedAt = runtime.clock.now();
    const { approvers, expirySeconds } = plan.authorization;
    const expiresAt = new Date(requestedAt.getTime() + expirySeconds * 1000).toISOString();
    const decided = await openApproval(runtime, incident.id, {
      taskToken,
      question,
      evidence,
      evidenceDigest,
      requestedAt: requestedAt.toISOString(),
      expiresAt,
      approvers,
    });
    // A retry after the decision: the new token has its answer, and nobody is asked once more.
    if (decided !== undefined) return { why: `${decided.by} decided before.`, expiresAt };
    const stackOptions = stackOptionsOf(runtime.environment);
    const ask = { stackOptions, question, evidence, approvers, expiresAt, evidenceDigest };
    const told = await tell(runtime, plan, approvalNotice(incident, ask));
    await appendToLedger(runtime, incident.id, 'approval-requested', { ...ask, told });
    runtime.log.info(logEvents.approvalRequested, { incident: incident.id, told });
    return { why: `Asked ${approvers.join(', ')} over ${told.join(', ')}.`, expiresAt };
  },
});

export const handler = toHandler(requestApproval);
