import type { Reconciliation } from '../../core/plan/reconciliation.ts';
import type { Compared } from '../../core/reconcile/compared.ts';
import { totalOf } from '../../core/reconcile/compared.ts';
import { approvalOf } from '../../core/reconcile/policy.ts';
import type { ReportHead } from '../../core/reconcile/report-head.ts';
import { sourceWords } from '../../core/reconcile/source.ts';
import { oneLine } from '../../core/text.ts';
import type { Found } from './engine.ts';
import { planUnits } from './plan-units.ts';

/** A state holds 256 KiB, of all databases and both rounds: what is long is in the report. */
const MOST_SENTENCES = 10;
/** One sentence may name every table of a database. */
const LONGEST_SENTENCE = 250;

/** A report that was written. */
interface Written {
  readonly address: string;
  readonly head: ReportHead;
  readonly headDigest: string;
}

/** What the states after a comparison need of it, and what a yes would apply of it. */
export function summarize(
  id: string,
  { address, head, headDigest }: Written,
  { comparison, strangers }: Pick<Found, 'comparison' | 'strangers'>,
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
    headDigest,
    strangers: [...strangers],
    ...{ comparedAt: head.comparedAt, rowsDigest: head.rowsDigest, origin: comparison.origin },
    counts: totalOf(comparison),
    source: oneLine(sourceWords(comparison.source), LONGEST_SENTENCE),
    leftOut: shortened(leftOut),
    isStill: comparison.leftOut.every(({ mayGrow }) => mayGrow !== true),
    blindSpots: shortened(comparison.blindSpots),
  };
}

function shortened(sentences: readonly string[]): string[] {
  const shown = sentences.slice(0, MOST_SENTENCES).map((each) => oneLine(each, LONGEST_SENTENCE));
  const more = sentences.length - shown.length;
  return more === 0 ? shown : [...shown, `${more} more: the report names them.`];
}
