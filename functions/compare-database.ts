import * as z from 'zod';
import { createIncidentStore } from '../aws/incident-store.ts';
import { refuseIfPaused } from '../aws/kill-switch.ts';
import { Database, Plan } from '../aws/plan.ts';
import { postgresEngine } from '../aws/postgres/engine.ts';
import { withOldPrimary } from '../aws/postgres/open-database.ts';
import { putReport } from '../aws/reconcile/report-bucket.ts';
import { summarize } from '../aws/reconcile/summarize.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { NotReadyError } from '../core/errors.ts';
import { refuseStrangers } from '../core/reconcile/mask.ts';
import { Incident } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import type { Compared, Worded } from '../core/reconcile/compared.ts';
import { comparedWords } from '../core/reconcile/compared.ts';

/**
 * States CompareDatabases and CompareAgain, for one database: finds the fork and what the old primary
 * holds since, says of each row which side wrote it, and writes the report to the stack's bucket. Only
 * ends the sessions of others with the old primary, which a fence may leave, and reads: it can run
 * again. A report of the same round is written over.
 * @throws NotReadyError if it is paused, they are no old primary and its writer, or the plan's mask hides nothing;
 *   UnreachableError if one does not answer
 */
export const compareDatabase = defineStep({
  name: 'CompareDatabase',
  input: z.strictObject({
    plan: Plan,
    incident: Incident,
    database: Database,
    round: z.enum(['before', 'after']),
  }),
  async run({ plan, incident, database, round }, runtime): Promise<Compared & Worded> {
    await createIncidentStore(runtime).assertHolder(incident);
    await refuseIfPaused(runtime, plan.name);
    const { reconciliation } = plan;
    if (reconciliation === undefined)
      throw new NotReadyError(`Plan ${plan.name} has no section reconciliation.`);
    const { mask } = reconciliation;
    const { compare } = runtime.engine ?? postgresEngine;
    const tell = (why: string): void => {
      runtime.log.info(logEvents.comparedSlowly, { incident: incident.id, why });
    };
    // What is written while it is compared may not be seen: the report is as old as its beginning.
    const comparedAt = runtime.clock.now();
    const found = await withOldPrimary(runtime, { plan, database }, async (sides) => {
      return await compare(sides, { ...reconciliation, tell });
    });
    // The only database has to have every column that is to be hidden, before anything is written.
    if (plan.databases.length === 1) refuseStrangers(found.strangers);
    const place = { plan: plan.name, incident: incident.id, database: database.id, round };
    const report = await putReport(runtime, place, { ...found, comparedAt, mask });
    const compared = summarize(database.id, report, found, reconciliation);
    runtime.log.info(logEvents.databaseCompared, { incident: incident.id, round, ...compared });
    return { ...compared, why: comparedWords(compared) };
  },
});

export const handler = toHandler(compareDatabase);
