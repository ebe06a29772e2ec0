import * as z from 'zod';
import { rebuildDriver } from '../aws/drivers/rebuilds.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { refuseIfPaused } from '../aws/kill-switch.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { Database, Plan } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { askedAt, noteAsked } from '../aws/switchover/asked.ts';
import { DeadlineExceededError, NotReadyError } from '../core/errors.ts';
import { Incident, Instant } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import { nextPollSeconds } from '../core/poll.ts';
import { decide } from '../core/rules.ts';
import { rebuildRules } from '../core/switchover/rebuild.ts';

/** A replica takes hours: fewer looks keep the history of the run within its bounds. */
const POLL_CAP_SECONDS = 300;

/**
 * State RebuildReplica: sees that the Region that takes over has a replica, and makes one where an
 * old writer is. That is kept: as a snapshot, and under another name. One call a turn, and it is
 * called again until the replica follows, and is shown with the settings of the old instance. Safe
 * to repeat: it looks before it acts.
 */
export const rebuildReplica = defineStep({
  name: 'RebuildReplica',
  input: z.strictObject({ plan: Plan, incident: Incident, database: Database, startedAt: Instant }),
  async run({ plan, incident, database, startedAt }, runtime) {
    const context = { plan, runtime };
    const driver = rebuildDriver(database, incident.planned?.after);
    await createIncidentStore(runtime).assertHolder(incident);
    const now = runtime.clock.now();
    const { isToReboot, ...found } = await driver.find(context);
    const { outcome, ruleId, why } = decide(rebuildRules, {
      ...found,
      renameAskedAt: await askedAt(runtime, incident, database.id, 'rename'),
      createAskedAt: await askedAt(runtime, incident, database.id, 'create'),
      configureAskedAt: await askedAt(runtime, incident, database.id, 'configure'),
      ...{ startedAt, now, deadlineSeconds: database.rebuildDeadlineSeconds },
    });
    const words = `${database.id}: ${why}`;
    if (outcome === 'failed' && ruleId === 'deadline-passed')
      throw new DeadlineExceededError(words);
    if (outcome === 'failed') throw new NotReadyError(words);
    if (outcome !== 'wait' && outcome !== 'done') {
      await refuseIfPaused(runtime, plan.name);
      await noteAsked(runtime, incident, database.id, outcome);
      await driver[outcome](context);
      const entry = { database: database.id, why: words, ...driver.names };
      await appendToLedger(runtime, incident.id, `replica-${outcome}`, entry);
      runtime.log.info(logEvents.replicaRebuilt, { incident: incident.id, ruleId, why: words });
    }
    return {
      id: database.id,
      follows: outcome === 'done',
      ...{ ruleId, why: words, at: now.toISOString() },
      kept: (await askedAt(runtime, incident, database.id, 'rename'))
        ? driver.names.instance
        : null,
      isToReboot,
      waitSeconds: nextPollSeconds(startedAt, now, POLL_CAP_SECONDS),
    };
  },
});

export const handler = toHandler(rebuildReplica);
