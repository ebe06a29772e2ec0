import * as z from 'zod';
import { createIncidentStore } from '../aws/incident-store.ts';
import { refuseIfPaused } from '../aws/kill-switch.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { Database, Plan } from '../aws/plan.ts';
import { postgresEngine } from '../aws/postgres/engine.ts';
import { withSession } from '../aws/postgres/open-database.ts';
import { getReport } from '../aws/reconcile/report-bucket.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { NotReadyError } from '../core/errors.ts';
import { Incident, secondsBetween } from '../core/incident.ts';
import type { Applied } from '../core/reconcile/closing.ts';
import { appliedWords } from '../core/reconcile/closing.ts';
import { Compared } from '../core/reconcile/compared.ts';
import type { Worded } from '../core/reconcile/compared.ts';
import { isOfMysql } from '../core/reconcile/comparison.ts';
import { approvalOf } from '../core/reconcile/policy.ts';
import { countSettled } from '../core/reconcile/settled.ts';
import type { Settled } from '../core/reconcile/settled.ts';

/** The function may run for 15 min; a transaction that was begun is ended. */
const TURN_SECONDS = 600;

/**
 * State ApplyWrites, for one database: gives the writer what was approved, a whole transaction of the
 * old primary at a time, each with a mark in the same transaction. Safe to repeat, and goes on where
 * it was when its time ends: `isComplete` tells.
 * @throws NotReadyError if it is paused, or the report is not the one that was approved
 */
export const applyWrites = defineStep({
  name: 'ApplyWrites',
  input: z.strictObject({
    plan: Plan,
    incident: Incident,
    database: Database,
    compared: Compared,
    /** Who approved it; kept with every mark. */
    by: z.string().min(1),
  }),
  async run({ plan, incident, database, compared, by }, runtime): Promise<Applied & Worded> {
    const begunAt = runtime.clock.now();
    await createIncidentStore(runtime).assertHolder(incident);
    await refuseIfPaused(runtime, plan.name);
    const { reconciliation } = plan;
    if (reconciliation === undefined || compared.id !== database.id)
      throw new NotReadyError(`There is nothing to apply to ${database.id}.`);
    const place = { plan: plan.name, incident: incident.id, database: database.id };
    const report = await getReport(runtime, { ...place, round: 'before' }, compared.headDigest);
    const { origin, sequences } = report.head;
    if (isOfMysql(origin)) throw new NotReadyError('Rows of MySQL are applied by hand.');
    const approval = approvalOf(reconciliation, report.rows, by);
    const applicable = { origin, sequences, rows: report.rows };
    const { apply } = runtime.engine ?? postgresEngine;
    const settled: Settled[] = [];
    let isComplete = true;
    await withSession(runtime, { plan, database }, 'writes', async (writer) => {
      for await (const each of apply(writer, applicable, approval)) {
        settled.push(each);
        if (secondsBetween(begunAt, runtime.clock.now()) < TURN_SECONDS) continue;
        isComplete = false;
        break;
      }
    });
    const applied = { id: database.id, isComplete, ...countSettled(settled, reconciliation.mask) };
    await appendToLedger(runtime, incident.id, 'applied', { ...applied, by });
    return { ...applied, why: appliedWords(applied) };
  },
});

export const handler = toHandler(applyWrites);
