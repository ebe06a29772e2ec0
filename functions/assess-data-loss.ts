import * as z from 'zod';
import { databaseDriver } from '../aws/drivers/databases.ts';
import { findOutageStart } from '../aws/outage-start.ts';
import type { Database } from '../aws/plan.ts';
import { Plan } from '../aws/plan.ts';
import { readAgain } from '../aws/read-again.ts';
import type { Runtime } from '../aws/runtime.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import type { DataLoss } from '../core/data-loss.ts';
import { boundDataLoss, worstDataLoss } from '../core/data-loss.ts';
import { describeError } from '../core/errors.ts';
import type { OutageStart } from '../core/incident.ts';
import { Incident } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import { Observation, startSeen } from '../core/outage.ts';

/**
 * States AssessDataLoss and RecheckDataLoss: the upper bound of what a promotion would lose, for each database and for
 * the worst of them; or that it is unknown, and why. Only reads.
 */
export const assessDataLoss = defineStep({
  name: 'AssessDataLoss',
  input: z.strictObject({ plan: Plan, incident: Incident, observation: Observation }),
  async run({ plan, incident, observation }, runtime) {
    const alarm = await findOutageStart(runtime, incident);
    const outageStart = startSeen(alarm, observation);
    const databases = await Promise.all(
      plan.databases.map(async (database) => ({
        id: database.id,
        dataLoss: await assess(runtime, plan, database, outageStart),
      })),
    );
    const dataLoss = worstDataLoss(databases.map((each) => each.dataLoss));
    const at = runtime.clock.now().toISOString();
    runtime.log.info(logEvents.dataLossAssessed, { dataLoss, incident: incident.id });
    const why = sentence(dataLoss, plan.objectives.rpoSeconds);
    return { dataLoss, outageStart, databases, at, why };
  },
});

async function assess(
  runtime: Runtime,
  plan: Plan,
  database: Database,
  outageStart: OutageStart,
): Promise<DataLoss> {
  const source = `${database.lag.namespace} ${database.lag.metricName} of ${database.replica}`;
  if (!outageStart.known) {
    const reason = `The outage's beginning is unknown: ${outageStart.reason}.`;
    return { known: false, reason, source };
  }
  const to = new Date(outageStart.earliestAt);
  const from = new Date(to.getTime() - database.lag.windowSeconds * 1000);
  try {
    const driver = databaseDriver(database);
    const samples = await readAgain(() => driver.lag({ from, to }, { plan, runtime }));
    const { staleAfterSeconds } = database.lag;
    return boundDataLoss({ samples, outageStart, staleAfterSeconds, source });
  } catch (error) {
    return { known: false, reason: `It could not be read. ${describeError(error)}`, source };
  }
}

function sentence(loss: DataLoss, rpoSeconds: number): string {
  if (!loss.known) return `What would be lost is unknown: ${loss.reason} (${loss.source})`;
  return (
    `At most ${loss.boundSeconds} s of writes would be lost; the RPO is ${rpoSeconds} s. ` +
    `From ${loss.source}: the newest reading is up to ${loss.ageSeconds} s older than the outage.`
  );
}

export const handler = toHandler(assessDataLoss);
