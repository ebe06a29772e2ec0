import * as z from 'zod';
import { runChecks } from '../aws/checks.ts';
import { Plan } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { judge, VerificationBefore } from '../aws/verification.ts';
import { Incident } from '../core/incident.ts';

/** State VerifyService: proves through the public name that clients are served again. */
export const verifyService = defineStep({
  name: 'VerifyService',
  input: z.strictObject({ plan: Plan, incident: Incident, before: VerificationBefore }),
  async run({ plan, before }, runtime) {
    const results = await runChecks(runtime, plan.verification.service);
    return judge(runtime, plan, before, results);
  },
});

export const handler = toHandler(verifyService);
