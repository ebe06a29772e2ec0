import * as z from 'zod';
import { createIncidentStore } from '../aws/incident-store.ts';
import { refuseIfPaused } from '../aws/kill-switch.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { Database, Plan } from '../aws/plan.ts';
import { postgresEngine } from '../aws/postgres/engine.ts';
import { withSession } from '../aws/postgres/open-database.ts';
import { runTurn } from '../aws/reconcile/apply-turn.ts';
import { getReport } from '../aws/reconcile/report-bucket.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { NotReadyError } from '../core/errors.ts';
import { Incident } from '../core/incident.ts';
import { appliedWords } from '../core/reconcile/closing.ts';
import { Compared } from '../core/reconcile/compared.ts';
import type { Worded } from '../core/reconcile/compared.ts';
import { isOfMysql } from '../core/reconcile/comparison.ts';
import { Given } from '../core/reconcile/given.ts';
import { approvalOf } from '../core/reconcile/policy.ts';

/**
 * State ApplyWrites, for one database: gives the writer what was approved, a whole transaction of the
 * old primary at a time, each with a mark in the same transaction. Safe to repeat: what has its mark
 * is not applied again. When its time ends the next turn goes on behind what was tried; the sums are
 * those of all turns. `problem` says what stopped it on the way.
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
    /** What the turn before handed over; null in the first one. */
    given: Given.nullable(),
  }),
  async run({ plan, incident, database, compared, by, given }, runtime): Promise<Given & Worded> {
    await createIncidentStore(runtime).assertHolder(incident);
    await refuseIfPaused(runtime, plan.name);
    const { reconciliation } = plan;
    if (reconciliation === undefined || compared.id !== database.id)
      throw new NotReadyError(`There is nothing to apply to ${database.id}.`);
    const place = { plan: plan.name, incident: incident.id, database: database.id };
    const report = await getReport(runtime, { ...place, round: 'before' }, compared.headDigest);
    const { origin, sequences } = report.head;
    if (isOfMysql(origin))
      throw new NotReadyError('Rows of MySQL are applied with failover apply.');
    const approval = approvalOf(reconciliation, report.rows, by);
    const applicable = { origin, sequences, rows: report.rows };
    const { apply } = runtime.engine ?? postgresEngine;
    const whose = { incident, given, mask: reconciliation.mask };
    const sums = await withSession(runtime, { plan, database }, 'writes', async (writer) => {
      return await runTurn(runtime, whose, (turn) => apply(writer, applicable, approval, turn));
    });
    const { progress, ...told } = { id: database.id, ...sums };
    await appendToLedger(runtime, incident.id, 'applied', { ...told, by });
    return { ...told, progress, why: appliedWords(told) };
  },
});

export const handler = toHandler(applyWrites);
