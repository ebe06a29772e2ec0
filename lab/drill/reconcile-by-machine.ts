import * as z from 'zod';
import { readLedger } from '../../aws/ledger.ts';
import { startReconciliation } from '../../aws/reconcile/start.ts';
import { readBeginning } from '../../aws/start-run.ts';
import { Applied } from '../../core/reconcile/closing.ts';
import { isOfMysql, keyWords, nameOf } from '../../core/reconcile/comparison.ts';
import type { Comparison } from '../../core/reconcile/comparison.ts';
import { parseReport } from '../../core/reconcile/report-files.ts';
import { pathOf } from '../asl/history.ts';
import type { LabClock } from '../clock.ts';
import { visitByHttp } from '../front-door/visit.ts';
import { orderIds } from '../parts/world-parts.ts';
import type { Reconciliation } from '../record.ts';
import type { World } from '../world/world.ts';
import type { Ask } from './approvals.ts';
import { watchQuestions } from './approvals.ts';
import type { Left } from './come-back.ts';
import { comeBack } from './come-back.ts';

const BY = "the drill's operator";

/** A drill whose failover is over, and somebody who answers its questions. */
export interface Reconcilable extends Left {
  readonly clock: LabClock;
  readonly ask: Ask;
}

/** What the state machine found, and what became of it. */
export interface Reconciled {
  readonly comparison: Comparison;
  readonly reconciliation: Reconciliation;
}

/**
 * The old primary is back, and the state machine accounts for it: as deployed, on real databases. The
 * report is that of the bucket.
 */
export async function reconcileByMachine(
  left: Reconcilable,
  acknowledged: readonly string[],
): Promise<Reconciled> {
  const { world, parts, clock, account, ask, say } = left;
  await comeBack(left);
  say('what it holds and the writer lacks is looked for');
  const watching = new AbortController();
  const where = { world, account, visit: visitByHttp };
  const questions = watchQuestions(where, clock, ask, watching.signal);
  try {
    const request = { plan: world.plan.name, by: BY, reason: 'the drill goes on' };
    const arn = await startReconciliation(account.runtime, request);
    const execution = account.executions.find((each) => each.arn === arn);
    if (execution === undefined) throw new Error('Nothing was started.');
    await execution.done;
    const path = pathOf(execution.history);
    const end = path.at(-1) ?? '';
    const before = await readComparison(world, 'before');
    if (before === undefined) throw new Error(`The reconciliation compared nothing: ${end}.`);
    const after = await readComparison(world, 'after');
    const present = new Set(await orderIds(parts.standby));
    const why = execution.history.at(-1)?.executionFailedEventDetails?.cause ?? '';
    return {
      comparison: before,
      reconciliation: {
        ...{ end, why, path },
        approved: world.plan.reconciliation?.apply ?? [],
        rows: before.rows.length,
        ...(await countApplied(left, arn, before.rows.length)),
        left: (after ?? before).rows.map((row) => `${nameOf(row)} ${keyWords(row)}: ${row.class}`),
        missing: acknowledged.filter((id) => !present.has(id)),
      },
    };
  } finally {
    watching.abort();
    await questions;
  }
}

/** The report of the first database that the machine wrote to the bucket. */
async function readComparison(
  { objects }: World,
  round: 'before' | 'after',
): Promise<Comparison | undefined> {
  const head = [...objects.keys()].find(
    (key) => key.includes('/reconciliations/') && key.endsWith(`/${round}/report.json`),
  );
  if (head === undefined) return undefined;
  const folder = head.slice(0, -'report.json'.length);
  const report = await parseReport(async (name) => {
    const place = `${folder}${name}`;
    return await Promise.resolve({ text: objects.get(place) ?? '', place });
  });
  const { origin, source, tables, leftOut, sequences, blindSpots } = report.head;
  if (isOfMysql(origin)) throw new Error('The drill knows PostgreSQL alone.');
  return { origin, source, tables, leftOut, rows: report.rows, sequences, blindSpots };
}

const Entry = Applied.extend({ by: z.string() });

/** What the ledger says was applied; without an entry nothing was. */
async function countApplied({ account }: Left, arn: string, rows: number) {
  const beginning = await readBeginning(account.runtime, arn);
  const ledger =
    beginning.is === 'open' ? await readLedger(account.runtime, beginning.incident.id) : [];
  const turns = ledger
    .filter(({ what }) => what === 'applied')
    .map(({ entry }) => Entry.parse(entry));
  const last = turns.at(-1);
  if (last === undefined) return { applied: 0, undecided: rows, refused: 0 };
  return {
    applied: last.applied + last.already,
    undecided: last.undecided,
    refused: last.refused,
  };
}
