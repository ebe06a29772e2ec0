import * as z from 'zod';
import type { CheckResult } from '../aws/checks.ts';
import { runChecks } from '../aws/checks.ts';
import { databaseDriver } from '../aws/drivers/databases.ts';
import { Plan } from '../aws/plan.ts';
import type { Runtime } from '../aws/runtime.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { judge, VerificationBefore } from '../aws/verification.ts';
import { describeError } from '../core/errors.ts';
import { Incident } from '../core/incident.ts';

/**
 * State VerifyStandby: proves that the standby can serve before anybody is sent there. Every
 * database says that it is the writer and takes a write; the business checks pass at the
 * standby's own endpoint.
 */
export const verifyStandby = defineStep({
  name: 'VerifyStandby',
  input: z.strictObject({ plan: Plan, incident: Incident, before: VerificationBefore }),
  async run({ plan, before }, runtime) {
    const [roles, writes, business] = await Promise.all([
      checkRoles(runtime, plan),
      runChecks(
        runtime,
        plan.databases.map(({ writeCheck }) => writeCheck),
      ),
      runChecks(runtime, plan.verification.standby),
    ]);
    return judge(runtime, plan, before, [...roles, ...writes, ...business]);
  },
});

async function checkRoles(runtime: Runtime, plan: Plan): Promise<CheckResult[]> {
  return await Promise.all(
    plan.databases.map(async (database) => {
      try {
        const { role, status } = await databaseDriver(database).read({ plan, runtime });
        return { passed: role === 'writer', why: `${database.id}: ${role} (${status})` };
      } catch (error) {
        return { passed: false, why: `${database.id}: ${describeError(error)}` };
      }
    }),
  );
}

export const handler = toHandler(verifyStandby);
