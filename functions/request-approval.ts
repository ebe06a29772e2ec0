import * as z from 'zod';
import { askApprovers } from '../aws/approvals/ask-approvers.ts';
import { storeToken } from '../aws/approvals/wake.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { Plan } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { Incident } from '../core/incident.ts';

/**
 * States RequestApproval and RequestUnfencedApproval: tells the approvers what is due, and lets
 * the state wait. The task token stays in the table; what wakes the state carries no decision.
 * Asking again, after a crash, repeats nothing that was told. Fails if nobody could be asked.
 */
export const requestApproval = defineStep({
  name: 'RequestApproval',
  input: z.strictObject({
    taskToken: z.string().min(1),
    plan: Plan,
    incident: Incident,
    evidenceDigest: z.string(),
    /** What is due: `first`, `reminder-1`, `escalation`; null if everybody knows. */
    turn: z.string().nullable(),
  }),
  async run({ taskToken, plan, incident, evidenceDigest, turn }, runtime) {
    await createIncidentStore(runtime).assertHolder(incident);
    const request = await storeToken(runtime, incident.id, evidenceDigest, taskToken);
    if (request.decision !== undefined) return { why: 'It was decided in the meantime.' };
    const names = request.approvers.map(({ name }) => name).join(', ');
    if (turn === null) return { why: `Waiting for ${names}.` };
    const told = await askApprovers(runtime, plan, request, turn);
    return { why: `Asked ${names} over ${told.join(', ')}.` };
  },
});

export const handler = toHandler(requestApproval);
