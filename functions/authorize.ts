import * as z from 'zod';
import { databaseDriver } from '../aws/drivers/databases.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { readKillSwitch } from '../aws/kill-switch.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { Plan } from '../aws/plan.ts';
import type { Runtime } from '../aws/runtime.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { authorizationRules } from '../core/authorization.ts';
import { DataLoss } from '../core/data-loss.ts';
import { digestOf } from '../core/digest.ts';
import { describeError } from '../core/errors.ts';
import { Incident } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import { Observation } from '../core/outage.ts';
import { decide } from '../core/rules.ts';
import { isCoolingDown } from '../core/triage.ts';

/**
 * State Authorize: whether the promotion may happen by itself, needs a human, or must not happen.
 * Reads the kill switch and the replicas again: the alarm's triage is minutes old by now.
 */
export const authorize = defineStep({
  name: 'Authorize',
  input: z.strictObject({
    plan: Plan,
    incident: Incident,
    verdict: z.enum(['confirmed', 'undecided']),
    observation: Observation,
    dataLoss: DataLoss,
  }),
  async run({ plan, incident, verdict, observation, dataLoss }, runtime) {
    const store = createIncidentStore(runtime);
    await store.assertHolder(incident);
    const decision = decide(authorizationRules, {
      verdict,
      dataLoss,
      rpoSeconds: plan.objectives.rpoSeconds,
      authorization: plan.authorization,
      killSwitch: await readKillSwitch(runtime, plan.name),
      coolingDown: isCoolingDown(
        await store.readLock(plan.name),
        plan.cooldownSeconds,
        runtime.clock.now(),
      ),
      ineligible: await findIneligible(runtime, plan),
      hasFence: plan.fencing.length > 0,
    });
    const evidence = [
      `Outage ${verdict}: ${observation.rounds.at(-1)?.why ?? 'no round'}`,
      dataLoss.known
        ? `At most ${dataLoss.boundSeconds} s of writes lost (${dataLoss.source}, ${dataLoss.sampleAt})`
        : `Loss unknown: ${dataLoss.reason}`,
      'If the old primary cannot be fenced, both databases may take writes until it is.',
    ];
    const at = runtime.clock.now().toISOString();
    const evidenceDigest = digestOf({ incident: incident.id, epoch: incident.epoch, evidence });
    const result = { ...decision, evidence, evidenceDigest, at };
    await appendToLedger(runtime, incident.id, 'authorization', result);
    runtime.log.info(logEvents.authorizationDecided, { ...decision, incident: incident.id });
    return result;
  },
});

/** Each replica that may not be promoted; one that cannot be read may not. */
async function findIneligible(runtime: Runtime, plan: Plan): Promise<string[]> {
  const found = await Promise.all(
    plan.databases.map(async (database) => {
      try {
        const state = await databaseDriver(database).read({ plan, runtime });
        const { role, status, ineligibleBecause } = state;
        if (role === 'replica') return ineligibleBecause;
        return `its role is ${role} (status ${status})`;
      } catch (error) {
        return `its state cannot be read: ${describeError(error)}`;
      }
    }),
  );
  return found.flatMap((why, index) =>
    why === undefined ? [] : [`${plan.databases[index]?.id ?? ''}: ${why}`],
  );
}

export const handler = toHandler(authorize);
