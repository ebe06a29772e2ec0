import type { Reconciliation } from '../../core/plan/reconciliation.ts';
import type { Compared } from '../../core/reconcile/compared.ts';
import { totalOf } from '../../core/reconcile/compared.ts';
import type { Comparison } from '../../core/reconcile/comparison.ts';
import { approvalOf } from '../../core/reconcile/policy.ts';
import type { ReportHead } from '../../core/reconcile/report-head.ts';
import { sourceWords } from '../../core/reconcile/source.ts';
import { planUnits } from '../postgres/apply.ts';

/** A state holds 256 KiB: what is long is in the report. */
const MOST_SENTENCES = 20;

/** What the states after a comparison need of it, and what a yes would apply of it. */
export function summarize(
  id: string,
  { address, head }: { readonly address: string; readonly head: ReportHead },
  comparison: Comparison,
  policy: Reconciliation,
): Compared {
  const approval = approvalOf(policy, comparison.rows, 'nobody yet');
  const applicable = planUnits(comparison, approval)
    .filter(({ outcome }) => outcome === 'apply')
    .reduce((sum, { unit }) => sum + unit.rows.length, 0);
  const leftOut = comparison.leftOut.map(
    ({ table, why, rows }) => `${table}: ${why} (${rows} rows)`,
  );
  return {
    ...{ id, report: address, applicable, rows: comparison.rows.length },
    ...{ comparedAt: head.comparedAt, rowsDigest: head.rowsDigest, origin: comparison.origin },
    counts: totalOf(comparison),
    source: sourceWords(comparison.source),
    leftOut: shortened(leftOut),
    blindSpots: shortened(comparison.blindSpots),
  };
}

function shortened(sentences: readonly string[]): string[] {
  const more = sentences.length - MOST_SENTENCES;
  if (more <= 0) return [...sentences];
  return [...sentences.slice(0, MOST_SENTENCES), `${more} more: the report names them.`];
}
