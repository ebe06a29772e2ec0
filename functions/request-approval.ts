import * as z from 'zod';
import { askApprovers } from '../aws/approvals/ask-approvers.ts';
import { storeToken, wake } from '../aws/approvals/wake.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { Plan } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { Incident } from '../core/incident.ts';

/**
 * States RequestApproval and RequestUnfencedApproval: tells the approvers what is due, and lets
 * the state wait. The task token stays in the table; what wakes the state carries no decision.
 * What is due again soon wakes the state, which then waits for that. Asking again, after a crash,
 * repeats nothing that was told. Fails if the first message reached nobody.
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
    const { why, isDueAgain } = await askApprovers(runtime, plan, request, turn);
    if (isDueAgain) await wake(runtime, taskToken);
    return { why };
  },
});

export const handler = toHandler(requestApproval);
