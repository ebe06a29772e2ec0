import * as z from 'zod';
import { judgeRequest } from '../aws/approvals/judge-request.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { Plan } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { Brief } from '../core/approval/brief.ts';
import { Incident } from '../core/incident.ts';

/**
 * States JudgeApproval and JudgeUnfencedApproval: opens the question, and says what became of it,
 * from the table alone: what woke the workflow is not believed. Safe to repeat: the same evidence
 * is the same question, with its votes.
 */
export const judgeApproval = defineStep({
  name: 'JudgeApproval',
  input: z.strictObject({
    plan: Plan,
    incident: Incident,
    brief: Brief,
    outageConfirmed: z.boolean(),
    lossKnown: z.boolean(),
  }),
  async run({ plan, incident, ...asked }, runtime) {
    await createIncidentStore(runtime).assertHolder(incident);
    return await judgeRequest(runtime, plan, incident, asked);
  },
});

export const handler = toHandler(judgeApproval);
