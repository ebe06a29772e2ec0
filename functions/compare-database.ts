import * as z from 'zod';
import { createIncidentStore } from '../aws/incident-store.ts';
import { Database, Plan } from '../aws/plan.ts';
import { compareDatabases } from '../aws/postgres/compare.ts';
import { withOldPrimary } from '../aws/postgres/open-database.ts';
import { planUnits } from '../aws/postgres/apply.ts';
import { readRulebook } from '../aws/postgres/references.ts';
import { reportSql } from '../aws/postgres/report-sql.ts';
import { tablesOf } from '../aws/postgres/tables.ts';
import { putReport } from '../aws/reconcile/report-bucket.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { NotReadyError } from '../core/errors.ts';
import { Incident } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import { totalOf } from '../core/reconcile/compared.ts';
import type { Compared } from '../core/reconcile/compared.ts';
import type { Comparison } from '../core/reconcile/comparison.ts';
import { strangerIn } from '../core/reconcile/mask.ts';
import { approvalOf } from '../core/reconcile/policy.ts';
import { sourceWords } from '../core/reconcile/source.ts';

/**
 * States CompareDatabases and CompareAgain, for one database: finds the fork and what the old primary
 * holds since, says of each row which side wrote it, and writes the report to the stack's bucket. Only
 * reads, so that it can run again; a report of the same round is written over.
 * @throws NotReadyError if they are no old primary and its writer, or the plan's mask hides nothing;
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
  async run({ plan, incident, database, round }, runtime): Promise<Compared> {
    await createIncidentStore(runtime).assertHolder(incident);
    const { reconciliation } = plan;
    if (reconciliation === undefined)
      throw new NotReadyError(`Plan ${plan.name} has no section reconciliation.`);
    const { id } = database;
    // What is written while it is compared may not be seen: the report is as old as its beginning.
    const comparedAt = runtime.clock.now();
    return await withOldPrimary(runtime, { plan, database }, async (sides) => {
      const stranger = strangerIn(reconciliation.mask, await tablesOf(sides.old));
      if (stranger !== undefined)
        throw new NotReadyError(
          `reconciliation.mask: found "${stranger}", which is no column of ${id}: nothing is ` +
            'written that should be hidden.',
        );
      const comparison = await compareDatabases(sides);
      const sql = reportSql(comparison, await readRulebook(sides.writer));
      const place = { plan: plan.name, incident: incident.id, database: id, round };
      const report = { comparison, sql, comparedAt, mask: reconciliation.mask };
      const { address, head } = await putReport(runtime, place, report);
      const approval = approvalOf(reconciliation, comparison.rows, 'nobody yet');
      const applicable = planUnits(comparison, approval)
        .filter(({ outcome }) => outcome === 'apply')
        .reduce((sum, { unit }) => sum + unit.rows.length, 0);
      const { rowsDigest, origin } = { ...head, origin: comparison.origin };
      const compared = {
        ...{ id, report: address, comparedAt: comparedAt.toISOString(), rowsDigest, origin },
        ...{ applicable, rows: comparison.rows.length },
        ...wordsOf(comparison),
      };
      runtime.log.info(logEvents.databaseCompared, { incident: incident.id, round, ...compared });
      return compared;
    });
  },
});

/** States hold 256 KiB: what is long is in the report. */
const MOST_SENTENCES = 20;

function wordsOf(comparison: Comparison) {
  const { source, blindSpots } = comparison;
  const leftOut = comparison.leftOut.map(
    ({ table, why, rows }) => `${table}: ${why} (${rows} rows)`,
  );
  const more = leftOut.length - MOST_SENTENCES;
  return {
    counts: totalOf(comparison),
    source: sourceWords(source),
    leftOut: [
      ...leftOut.slice(0, MOST_SENTENCES),
      ...(more > 0 ? [`${more} more; the report names them.`] : []),
    ],
    blindSpots: blindSpots.slice(0, MOST_SENTENCES),
  };
}

export const handler = toHandler(compareDatabase);
